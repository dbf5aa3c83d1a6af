/*
 * Reference data: CSV files embedded at build, or what an administrator put
 * in their place (table reference). Read when first used.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "desk/desk.h"

struct table {
	struct table *next;
	char *name;   /* "divisions"; "" when a newer one took its place */
	int64_t row;  /* of table reference; 0 embedded */
	char **cells; /* n_rows * n_cols, "" where a row is short */
	size_t n_rows, n_cols;
	char **heads; /* n_cols */
};

/*
 * The table in force; NULL when there is none of that name. It stays valid
 * until the desk is closed, also when a newer one takes its place.
 */
const struct table *table_get(struct desk *d, const char *name);
/* reference/NAME.csv as built in; NULL when there is none. Owned by *list. */
const struct table *table_embedded(struct table **list, const char *name);
/* A table of its own from CSV bytes that are known to be good. */
struct table *table_read(const char *bytes, size_t n_bytes);
struct table *tables_free(struct table *list);
/* "" when there is no such column. */
const char *table_cell(const struct table *t, size_t row, const char *column);
/* Row whose cell in column equals text; false when none. */
bool table_find(const struct table *t, const char *column, const char *text,
		size_t *ret_row);
