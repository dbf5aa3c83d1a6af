/* Reference data: the CSV files embedded at build, read when first used. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "desk/desk.h"

struct table {
	struct table *next;
	char *name;   /* "divisions" */
	char **cells; /* n_rows * n_cols, "" where a row is short */
	size_t n_rows, n_cols;
	char **heads; /* n_cols */
};

/* reference/NAME.csv; NULL when there is none. Owned by *list. */
const struct table *table_get(struct table **list, const char *name);
struct table *tables_free(struct table *list);
/* "" when there is no such column. */
const char *table_cell(const struct table *t, size_t row, const char *column);
/* Row whose cell in column equals text; false when none. */
bool table_find(const struct table *t, const char *column, const char *text,
		size_t *ret_row);
