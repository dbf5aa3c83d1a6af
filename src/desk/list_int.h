/* Parts of a list's question that its orders share. */
#pragma once

#include "row_int.h"

/* ?1 to ?5 and ?9 to ?18 of db/query/list.sql. */
void list_bind(struct stmt *st, const struct list_query *q, int64_t now);
/* Room for one more; *cap is what there is room for. */
struct doc_row *list_add_row(struct doc_list *l, size_t *cap);
/* The rows of a sorted question; query is the FTS5 one, NULL without. */
enum rc list_sorted(struct desk *d, const struct list_query *q,
		    const char *query, struct doc_list *out, size_t *cap,
		    struct err *err);
