/* What the files that lay papers out share. */
#pragma once

#include <jansson.h>

#include "desk/paper.h"

/* --- layouts (paper_layout.c) --- */
struct layout {
	const json_t *own; /* the kind's keys, before the named layout's */
	json_t *named;	   /* owned */
	const char *name;  /* borrowed from the question */
};
/* RC_NOTFOUND names the layouts there are; RC_DAMAGED one that is none. */
enum rc layout_read(const char *name, const json_t *own, struct layout *out,
		    struct err *err);
void layout_release(struct layout *l);
const json_t *layout_get(const struct layout *l, const char *key);
/* {zh, en} in the language in force, a text as it is; NULL. */
const char *layout_text(const json_t *value);

/* --- sums of columns (paper_sum.c): exact, in 1/10000 --- */
struct paper_sum {
	int64_t value;
	int decimals; /* most seen */
	bool odd;     /* a cell was no number: no sum is shown */
};
void paper_sum_add(struct paper_sum *s, const char *cell);
/* "" when odd. */
void paper_sum_text(const struct paper_sum *s, char out[static 32]);
/* Gives put() the row of sums, with the label in place of column `at`. */
void paper_put_sums(const struct paper_table *t, const struct paper_sum *sums,
		    const char *label, size_t at,
		    void (*put)(void *ctx, const char **texts), void *ctx);
/* Of every row of a column; "" when it has no sum. */
void paper_column_total(const struct paper_table *t, size_t column,
			char out[static 32]);
bool paper_table_sums(const struct paper_table *t);
size_t paper_table_rows(const struct paper_table *t);
