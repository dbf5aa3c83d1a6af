/* Statistics as CSV: a line for each figure, for spreadsheets. */
#include "config.h"

#include <stdio.h>

#include "base/csv.h"
#include "base/limits.h"
#include "base/mem.h"
#include "desk/stats.h"

struct named {
	const char *name;
	int64_t n;
};

static enum rc
line(struct buf *out, const char *value, const char *title, const char *figure,
     const char *number, struct err *err)
{
	const char *const cells[] = { value, title, figure, number };
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(cells); i++)
		rc = csv_write_cell(out, cells[i], i == 0, true, err);
	return rc == RC_OK ? buf_adds(out, "\n", err) : rc;
}

static enum rc
numbers(struct buf *out, const struct stats_row *r, const char *prefix,
	const struct named *figures, size_t n, struct err *err)
{
	char name[3 * NAME_MAX_LEN], text[24];
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (figures[i].n < 0)
			continue; /* not counted */
		(void)snprintf(name, sizeof(name), "%s%s", prefix,
			       figures[i].name);
		(void)snprintf(text, sizeof(text), "%lld",
			       (long long)figures[i].n);
		rc = line(out, r->value, r->title, name, text, err);
	}
	return rc;
}

static enum rc
add_clock(struct buf *out, const struct stats_row *r,
	  const struct stats_clock *k, struct err *err)
{
	const struct named figures[] = { { "on_time", k->on_time },
					 { "over", k->over },
					 { "late", k->late },
					 { "minutes", k->minutes },
					 { "median_minutes",
					   k->median_minutes } };
	char prefix[2 * NAME_MAX_LEN + 3];

	(void)snprintf(prefix, sizeof(prefix), "%s.%s.", k->kind, k->name);
	return numbers(out, r, prefix, figures, ARRAY_LEN(figures), err);
}

static enum rc
add_row(struct buf *out, const struct stats_row *r, struct err *err)
{
	const struct named figures[] = {
		{ "docs", r->docs },	   { "open", r->open },
		{ "late", r->late },	   { "closed", r->closed },
		{ "missing", r->missing }, { "withdrawn", r->withdrawn }
	};
	char text[32];
	enum rc rc = numbers(out, r, "", figures, ARRAY_LEN(figures), err);

	for (size_t i = 0; rc == RC_OK && i < r->n_sums; i++) {
		(void)snprintf(text, sizeof(text), "%.3f",
			       (double)r->sums[i].thousandths / 1000);
		rc = line(out, r->value, r->title, r->sums[i].field, text, err);
	}
	for (size_t i = 0; rc == RC_OK && i < r->n_clocks; i++)
		rc = add_clock(out, r, &r->clocks[i], err);
	return rc;
}

enum rc
stats_csv(const struct stats *s, struct buf *out, struct err *err)
{
	enum rc rc = line(out, "value", "title", "figure", "n", err);

	for (size_t i = 0; rc == RC_OK && i < s->n_rows; i++)
		rc = add_row(out, &s->rows[i], err);
	return rc;
}
