/* The table of projections, and one document of all of them. */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "projections_int.h"

static const struct projection projections[] = {
	{ "doc", SQL_ROWS_DOC, SQL_STRAYS_DOC },
	{ "doc_party", SQL_ROWS_DOC_PARTY, SQL_STRAYS_DOC_PARTY },
	{ "doc_link", SQL_ROWS_DOC_LINK, SQL_STRAYS_DOC_LINK },
	{ "doc_clock", SQL_ROWS_DOC_CLOCK, SQL_STRAYS_DOC_CLOCK },
	{ "doc_timer", SQL_ROWS_DOC_TIMER, SQL_STRAYS_DOC_TIMER },
	{ "span", SQL_ROWS_SPAN, SQL_STRAYS_SPAN },
	{ "verdict", SQL_ROWS_VERDICT, SQL_STRAYS_VERDICT },
	{ "event_blob", SQL_ROWS_EVENT_BLOB, SQL_STRAYS_EVENT_BLOB },
	{ "shared", SQL_ROWS_SHARED, SQL_STRAYS_SHARED },
	{ "doc_stat", SQL_ROWS_DOC_STAT, SQL_STRAYS_DOC_STAT },
	{ "lookup", SQL_ROWS_LOOKUP, SQL_STRAYS_LOOKUP },
	{ "lookup_key", SQL_ROWS_LOOKUP_KEY, SQL_STRAYS_LOOKUP_KEY },
};

static const struct projection_sum sums[] = {
	{ "counter",
	  { SQL_REAL_COUNTER_MAKE, SQL_REAL_COUNTER_CLEAR,
	    SQL_REAL_COUNTER_GATHER },
	  SQL_DIFFER_COUNTER,
	  { SQL_CLEAR_COUNTER, SQL_FILL_COUNTER } },
	{ "stat",
	  { SQL_REAL_STAT_MAKE, SQL_REAL_STAT_CLEAR, SQL_REAL_STAT_GATHER },
	  SQL_DIFFER_STAT,
	  { SQL_CLEAR_STAT, SQL_FILL_STAT } },
};

static void
tell(struct told *to, const char *table, const char *row)
{
	if (to != NULL)
		to->each(to->ctx, table, row == NULL ? "" : row);
}

/* ---- the rows of one document in one table ---- */

struct rows {
	struct row {
		char *key, *value; /* heap */
	} * rows;
	size_t n, cap;
};

static void
rows_release(struct rows *r)
{
	for (size_t i = 0; i < r->n; i++) {
		(void)xfree(r->rows[i].key);
		(void)xfree(r->rows[i].value);
	}
	(void)xfree(r->rows);
	*r = (struct rows){ .rows = NULL };
}

static void
rows_add(struct rows *r, const char *key, const char *value)
{
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 8 : r->cap * 2;
		r->rows = xreallocarray(r->rows, r->cap, sizeof(*r->rows));
	}
	r->rows[r->n++] = (struct row){ xstrdup(key == NULL ? "" : key),
					xstrdup(value == NULL ? "" : value) };
}

static enum rc
rows_read(struct journal *j, enum sql query, int64_t id, struct rows *out,
	  struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, query);
	stmt_int(st, 1, id);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		rows_add(out, col_text(st, 0), col_text(st, 1));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

/* Both in order of key. */
static void
rows_compare(const char *table, const struct rows *a, const struct rows *b,
	     struct told *to)
{
	size_t i = 0, k = 0;
	while (i < a->n || k < b->n) {
		int c = i == a->n   ? 1
			: k == b->n ? -1
				    : strcmp(a->rows[i].key, b->rows[k].key);
		const char *key = c > 0 ? b->rows[k].key : a->rows[i].key;
		if (c != 0 || strcmp(a->rows[i].value, b->rows[k].value) != 0)
			tell(to, table, key);
		i += c <= 0;
		k += c >= 0;
	}
}

static enum rc
row_of(struct journal *j, const struct doc *d, int64_t *ret_id, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_DOC_GET);
	stmt_text(st, 1, d->owner);
	stmt_text(st, 2, d->id);
	return stmt_one_int(st, 0, ret_id, err);
}

enum rc
projections_renew_one(struct journal *j, const struct held_doc *h,
		      struct told *to, struct err *err)
{
	struct rows old[ARRAY_LEN(projections)], now;
	int64_t id = 0, new_id = 0;
	enum rc rc = RC_OK;

	memset(old, 0, sizeof(old));
	if (to == NULL)
		return projection_write_anew(j, h, err);
	to->documents++;
	rc = row_of(j, h->doc, &id, err);
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(projections); i++)
		rc = rows_read(j, projections[i].rows, id, &old[i], err);
	if (rc == RC_OK)
		rc = projection_write_anew(j, h, err);
	if (rc == RC_OK)
		rc = row_of(j, h->doc, &new_id, err);
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(projections); i++) {
		now = (struct rows){ .rows = NULL };
		rc = rows_read(j, projections[i].rows, new_id, &now, err);
		if (rc == RC_OK)
			rows_compare(projections[i].name, &old[i], &now, to);
		rows_release(&now);
	}
	for (size_t i = 0; i < ARRAY_LEN(projections); i++)
		rows_release(&old[i]);
	return rc;
}

/* Each row of a query names one in its table. */
static enum rc
tell_each(struct journal *j, const char *table, enum sql query, struct told *to,
	  int64_t *ret_n, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, query);
	enum rc rc = stmt_step(st, &row, err);
	for (*ret_n = 0; rc == RC_OK && row; ++*ret_n) {
		tell(to, table, col_text(st, 0));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

enum rc
projections_drop_strays(struct journal *j, struct told *to, struct err *err)
{
	int64_t n;
	enum rc rc = RC_OK;
	/* Table doc first: the others' rows go by it. */
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(projections); i++)
		rc = tell_each(j, projections[i].name, projections[i].strays,
			       to, &n, err);
	return rc;
}

static enum rc
run_each(struct journal *j, const enum sql *names, size_t n, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = stmt_run(stmt_use(j->store, names[i]), err);
	return rc;
}

enum rc
projections_sum(struct journal *j, struct told *to, struct err *err)
{
	int64_t n = 0;
	enum rc rc = stat_sums_make(j, err);
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(sums); i++) {
		const struct projection_sum *s = &sums[i];
		rc = run_each(j, s->gather, ARRAY_LEN(s->gather), err);
		if (rc == RC_OK)
			rc = tell_each(j, s->name, s->differ, to, &n, err);
		if (rc == RC_OK && n > 0)
			rc = run_each(j, s->put, ARRAY_LEN(s->put), err);
	}
	return rc;
}
