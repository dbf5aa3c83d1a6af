/* Rows of lists from their tables. */
#pragma once

#include "desk/ask.h"
#include "draft_int.h"
#include "store/store.h"

/* From a statement of db/query/list.sql that stands on a row. The parties
 * are read apart (row_parties), after that statement is done. */
void row_read(struct desk *d, struct stmt *st, struct doc_row *out);
enum rc row_parties(struct desk *d, struct doc_row *row, struct err *err);
/* How many documents share something with it. */
enum rc row_related(struct desk *d, struct doc_row *row, struct err *err);
/* A draft, or what is parked; row_no is below zero. */
void row_of_draft(struct desk *d, const struct draft *f, int64_t row_no,
		  struct doc_row *out);
void row_release(struct doc_row *r);
/* -1 for the value that stands for no time. */
int64_t row_time(int64_t ms);
int urgency_of(const json_t *fields);
