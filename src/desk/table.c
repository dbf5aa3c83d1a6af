#include <string.h>

#include "base/asset.h"
#include "base/csv.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "table_int.h"

static void
add_row(struct table *t, const struct csv_reader *r, size_t *cap)
{
	size_t i;

	if (t->n_rows == *cap) {
		*cap = *cap > 0 ? *cap * 2 : 64;
		t->cells = xreallocarray(t->cells, *cap * t->n_cols,
					 sizeof(*t->cells));
	}
	for (i = 0; i < t->n_cols; i++)
		t->cells[t->n_rows * t->n_cols + i] =
			xstrdup(i < r->n_cells ? r->cells[i] : "");
	t->n_rows++;
}

struct table *
table_read(const char *bytes, size_t n_bytes)
{
	struct table *t = xcalloc(1, sizeof(*t));
	struct csv_reader r;
	size_t cap = 0, i;
	bool more;

	csv_reader_init(&r, bytes, n_bytes);
	while (csv_next(&r, &more, NULL) == RC_OK && more) {
		if (t->heads != NULL) {
			add_row(t, &r, &cap);
			continue;
		}
		t->n_cols = r.n_cells;
		t->heads = xcalloc(t->n_cols, sizeof(*t->heads));
		for (i = 0; i < t->n_cols; i++)
			t->heads[i] = xstrdup(r.cells[i]);
	}
	csv_reader_release(&r);
	return t;
}

static const struct table *
keep(struct table **list, const char *name, struct table *take_t)
{
	take_t->name = xstrdup(name);
	take_t->next = *list;
	*list = take_t;
	return take_t;
}

static struct table *
find(struct table *list, const char *name)
{
	while (list != NULL && strcmp(list->name, name) != 0)
		list = list->next;
	return list;
}

const struct table *
table_embedded(struct table **list, const char *name)
{
	const struct table *t = find(*list, name);
	const struct asset *a;
	char *path;

	if (t != NULL)
		return t;
	path = xasprintf("reference/%s.csv", name);
	a = asset_find(path);
	xfree(path);
	return a == NULL ? NULL
			 : keep(list, name, table_read(a->bytes, a->len));
}

/* The row in force, 0 for the embedded one; kept when nobody can tell. */
static int64_t
row_in_force(struct desk *d, const char *name, int64_t kept)
{
	struct stmt *st = stmt_use(d->store, SQL_REFERENCE_NEWEST);
	bool more = false;
	int64_t row = kept;

	stmt_text(st, 1, name);
	if (stmt_step(st, &more, NULL) == RC_OK && more)
		row = col_int(st, 0);
	stmt_done(st);
	return row;
}

static struct table *
read_row(struct desk *d, int64_t row)
{
	struct stmt *st = stmt_use(d->store, SQL_REFERENCE_GET);
	struct table *t = NULL;
	const void *bytes;
	bool more = false;
	size_t n = 0;

	stmt_int(st, 1, row);
	if (stmt_step(st, &more, NULL) == RC_OK && more) {
		bytes = col_blob(st, 3, &n);
		t = table_read(bytes, n);
		t->row = row;
	}
	stmt_done(st);
	return t;
}

const struct table *
table_get(struct desk *d, const char *name)
{
	struct table *t = find(d->tables, name), *newer;
	int64_t row = row_in_force(d, name, t != NULL ? t->row : 0);

	if (t != NULL && t->row == row)
		return t;
	newer = row > 0 ? read_row(d, row) : NULL;
	if (newer == NULL)
		return t != NULL ? t : table_embedded(&d->tables, name);
	if (t != NULL)
		t->name[0] = '\0'; /* picks may still point into it */
	return keep(&d->tables, name, newer);
}

struct table *
tables_free(struct table *list)
{
	struct table *t;
	size_t i;

	while ((t = list) != NULL) {
		list = t->next;
		for (i = 0; i < t->n_rows * t->n_cols; i++)
			xfree(t->cells[i]);
		for (i = 0; i < t->n_cols; i++)
			xfree(t->heads[i]);
		xfree(t->name);
		xfree(t->cells);
		xfree(t->heads);
		xfree(t);
	}
	return NULL;
}

const char *
table_cell(const struct table *t, size_t row, const char *column)
{
	size_t i;

	for (i = 0; i < t->n_cols; i++)
		if (strcmp(t->heads[i], column) == 0)
			return t->cells[row * t->n_cols + i];
	return "";
}

bool
table_find(const struct table *t, const char *column, const char *text,
	   size_t *ret_row)
{
	size_t i;

	for (i = 0; t != NULL && i < t->n_rows; i++)
		if (strcmp(table_cell(t, i, column), text) == 0) {
			*ret_row = i;
			return true;
		}
	return false;
}
