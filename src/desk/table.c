#include <string.h>

#include "base/asset.h"
#include "base/csv.h"
#include "base/mem.h"
#include "base/text.h"
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

static struct table *
read_table(const struct asset *a)
{
	struct table *t = xcalloc(1, sizeof(*t));
	struct csv_reader r;
	size_t cap = 0, i;
	bool more;

	csv_reader_init(&r, a->bytes, a->len);
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

const struct table *
table_get(struct table **list, const char *name)
{
	const struct asset *a;
	struct table *t;
	char *path;

	for (t = *list; t != NULL; t = t->next)
		if (strcmp(t->name, name) == 0)
			return t;
	path = xasprintf("reference/%s.csv", name);
	a = asset_find(path);
	xfree(path);
	if (a == NULL)
		return NULL;
	t = read_table(a);
	t->name = xstrdup(name);
	t->next = *list;
	*list = t;
	return t;
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
