/* Sums of columns, of a page and of a table. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "paper_int.h"

#define SUM_DECIMALS 4
#define SUM_MAX	     (INT64_MAX / 4)

void
paper_sum_add(struct paper_sum *s, const char *cell)
{
	char whole[32] = "", part[SUM_DECIMALS + 1] = "0000";
	const char *dot = strchr(cell, '.');
	size_t n = dot != NULL ? (size_t)(dot - cell) : strlen(cell), d = 0;
	int64_t w, p;

	if (cell[0] == '\0')
		return;
	if (dot != NULL)
		d = strlen(dot + 1);
	if (n == 0 || n >= sizeof(whole) || d > SUM_DECIMALS) {
		s->odd = true;
		return;
	}
	memcpy(whole, cell, n);
	if (dot != NULL)
		memcpy(part, dot + 1, d);
	if (str_to_i64(whole, -SUM_MAX / 10000, SUM_MAX / 10000, &w, NULL) !=
		    RC_OK ||
	    str_to_i64(part, 0, 9999, &p, NULL) != RC_OK ||
	    s->value > SUM_MAX || s->value < -SUM_MAX) {
		s->odd = true;
		return;
	}
	s->value += w * 10000 + (whole[0] == '-' ? -p : p);
	if ((int)d > s->decimals)
		s->decimals = (int)d;
}

void
paper_sum_text(const struct paper_sum *s, char out[static 32])
{
	int64_t v = s->value < 0 ? -s->value : s->value;
	char part[8];
	int n;

	out[0] = '\0';
	if (s->odd)
		return;
	(void)snprintf(part, sizeof(part), "%04d", (int)(v % 10000));
	part[s->decimals] = '\0';
	n = snprintf(out, 32, "%s%lld", s->value < 0 ? "-" : "",
		     (long long)(v / 10000));
	if (s->decimals > 0)
		(void)snprintf(out + n, 32 - (size_t)n, ".%s", part);
}

void
paper_put_sums(const struct paper_table *t, const struct paper_sum *sums,
	       const char *label, size_t at,
	       void (*put)(void *ctx, const char **texts), void *ctx)
{
	char(*texts)[32] = xcalloc(t->n_columns, sizeof(*texts));
	const char **row = xcalloc(t->n_columns, sizeof(*row));

	for (size_t c = 0; c < t->n_columns; c++) {
		if (t->columns[c].sum)
			paper_sum_text(&sums[c], texts[c]);
		row[c] = texts[c];
	}
	row[at] = label;
	put(ctx, row);
	xfree(texts);
	xfree(row);
}

void
paper_column_total(const struct paper_table *t, size_t column,
		   char out[static 32])
{
	struct paper_sum s = { .value = 0 };
	size_t i;

	out[0] = '\0';
	if (!t->columns[column].sum)
		return;
	for (i = column; i < t->n_cells; i += t->n_columns)
		paper_sum_add(&s, t->cells[i]);
	paper_sum_text(&s, out);
}

bool
paper_table_sums(const struct paper_table *t)
{
	size_t i;

	for (i = 0; i < t->n_columns; i++)
		if (t->columns[i].sum)
			return true;
	return false;
}

size_t
paper_table_rows(const struct paper_table *t)
{
	return t->n_columns > 0 ? t->n_cells / t->n_columns : 0;
}
