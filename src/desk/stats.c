#include "desk/stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "model/measure.h"
#include "stats_int.h"

#include <math.h>

void
stats_release(struct stats *s)
{
	for (size_t i = 0; i < s->n_rows; i++) {
		struct stats_row *r = &s->rows[i];

		for (size_t k = 0; k < r->n_sums; k++) {
			xfree(r->sums[k].field);
			xfree(r->sums[k].title);
		}
		for (size_t k = 0; k < r->n_clocks; k++)
			xfree(r->clocks[k].title);
		xfree(r->sums);
		xfree(r->clocks);
		xfree(r->value);
		xfree(r->title);
	}
	xfree(s->rows);
	*s = (struct stats){ .rows = NULL };
}

double
stats_share(const struct stats_clock *c)
{
	int64_t all = c->on_time + c->over + c->late;

	return all > 0 ? (double)c->on_time / (double)all : -1;
}

/* ---- what the query asks ---- */

bool
stats_by_column(const char *by)
{
	return str_eq(by, "month") || str_eq(by, "kind");
}

struct seek {
	const char *name;
	bool found;
	char names[160];
	size_t at;
};

static void
seek_dimension(void *ctx, const char *name, const char *title)
{
	struct seek *s = ctx;

	(void)title;
	s->found = s->found || str_eq(name, s->name);
	if (s->at + strlen(name) + 2 < sizeof(s->names))
		s->at +=
			(size_t)snprintf(s->names + s->at,
					 sizeof(s->names) - s->at, " %s", name);
}

static enum rc
check_query(struct desk *d, const struct stats_query *q, struct err *err)
{
	struct seek s = { .name = q->by };
	const struct kind *kind;
	char shown[64];
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	if (rc == RC_OK && q->kind != NULL)
		rc = desk_kind(d, q->kind, &kind, err);
	if (rc == RC_OK && q->from_month > q->to_month)
		rc = err_set(err, RC_RANGE, 0,
			     _("the first month is after the last"));
	if (rc != RC_OK || q->by == NULL || q->by[0] == '\0')
		return rc;
	ask_stats_dimensions(d, seek_dimension, &s);
	if (s.found)
		return RC_OK;
	return err_set(err, RC_NOTFOUND, 0,
		       _("nothing is counted by '%s'; there are:%s"),
		       text_show_into(shown, sizeof(shown), q->by), s.names);
}

/* ---- rows from (value, kind, name, n) in order of value ---- */

static struct stats_row *
row_of(struct stats *s, const char *value)
{
	for (size_t i = s->n_rows; i > 0; i--)
		if (str_eq(s->rows[i - 1].value, value))
			return &s->rows[i - 1];
	s->rows = xreallocarray(s->rows, s->n_rows + 1, sizeof(*s->rows));
	s->rows[s->n_rows] = (struct stats_row){ .value = xstrdup(value) };
	return &s->rows[s->n_rows++];
}

/* Clocks of an older version of the kind are titled as they were then. */
static const struct clock_def *
clock_of(struct desk *d, const char *kind, const char *name, size_t n_name)
{
	for (size_t i = kinds_count(d->kinds); i > 0; i--) {
		const struct kind *k = kinds_at(d->kinds, i - 1);

		for (size_t c = 0; str_eq(k->name, kind) && c < k->n_clocks;
		     c++)
			if (strlen(k->clocks[c].name) == n_name &&
			    strncmp(k->clocks[c].name, name, n_name) == 0)
				return &k->clocks[c];
	}
	return NULL;
}

static struct stats_clock *
row_clock(struct desk *d, struct stats_row *r, const char *kind,
	  const char *name)
{
	size_t n = strcspn(name, ":");
	const struct clock_def *def = clock_of(d, kind, name, n);
	struct stats_clock *c;

	if (def == NULL)
		return NULL;
	for (size_t i = 0; i < r->n_clocks; i++)
		if (str_eq(r->clocks[i].kind, kind) &&
		    str_eq(r->clocks[i].name, def->name))
			return &r->clocks[i];
	r->clocks =
		xreallocarray(r->clocks, r->n_clocks + 1, sizeof(*r->clocks));
	c = &r->clocks[r->n_clocks++];
	*c = (struct stats_clock){ .kind = stats_kind_name(d, kind),
				   .name = def->name,
				   .title = stats_clock_title(d, kind, def),
				   .median_minutes = -1 };
	return c;
}

static void
add_sum(struct desk *d, struct stats_row *r, const char *kind,
	const char *field, int64_t n)
{
	struct stats_sum *s;

	for (size_t i = 0; i < r->n_sums; i++)
		if (str_eq(r->sums[i].field, field)) {
			r->sums[i].thousandths += n;
			return;
		}
	r->sums = xreallocarray(r->sums, r->n_sums + 1, sizeof(*r->sums));
	s = &r->sums[r->n_sums++];
	*s = (struct stats_sum){ .field = xstrdup(field),
				 .title = stats_field_title(d, kind, field),
				 .thousandths = n };
}

/* Buckets come in order: the median is where half of the met ones is
 * reached. met: how many came before this one, by clock. */
static void
add_bucket(struct stats_clock *c, const char *bucket, int64_t n,
	   struct medians *m)
{
	int64_t half = (c->on_time + c->over + 1) / 2;

	if (m->of != c->name || m->row != c) {
		m->of = c->name;
		m->row = c;
		m->before = 0;
	}
	if (m->before < half && m->before + n >= half)
		c->median_minutes =
			measure_bucket_minutes((int)strtol(bucket, NULL, 10));
	m->before += n;
}

static void
add_clock(struct desk *d, struct stats_row *r, const char *kind,
	  const char *name, int64_t n)
{
	const char *rest = strchr(name, ':') + 1;
	struct stats_clock *c = row_clock(d, r, kind, rest);

	if (c == NULL)
		return;
	if (str_starts(name, "on:"))
		c->on_time += n;
	else if (str_starts(name, "over:"))
		c->over += n;
	else if (str_starts(name, "minutes:"))
		c->minutes += n;
	else if (str_starts(name, "late:"))
		c->late += n;
}

static void
add_plain(struct stats_row *r, const char *name, int64_t n)
{
	const struct {
		const char *name;
		int64_t *at;
	} plain[] = {
		{ "docs", &r->docs },	  { "withdrawn", &r->withdrawn },
		{ "closed", &r->closed }, { "missing", &r->missing },
		{ "issued", &r->issued }, { "received", &r->received },
		{ "late", &r->late },
	};

	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (str_eq(name, plain[i].name))
			*plain[i].at += n;
}

/* at: buckets of medians are added when all else has been. */
static enum rc
read_sums(struct desk *d, struct stmt *st, bool buckets, struct stats *out,
	  struct err *err)
{
	struct medians m = { .of = NULL };
	bool row;
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		struct stats_row *r = row_of(out, col_text(st, 0));
		const char *kind = col_text(st, 1), *name = col_text(st, 2);
		int64_t n = col_int(st, 3);

		if (str_starts(name, "at:") != buckets)
			continue;
		if (buckets) {
			struct stats_clock *c = row_clock(d, r, kind, name + 3);

			if (c != NULL)
				add_bucket(c, strrchr(name, ':') + 1, n, &m);
		} else if (str_starts(name, "sum:")) {
			add_sum(d, r, kind, name + 4, n);
		} else if (strchr(name, ':') != NULL) {
			add_clock(d, r, kind, name, n);
		} else {
			add_plain(r, name, n);
		}
	}
	stmt_done(st);
	return rc;
}

static struct stmt *
use_sums(struct desk *d, const struct stats_query *q)
{
	struct stmt *st =
		stmt_use(d->store, str_eq(q->by, "month") ? SQL_STATS_BY_MONTH
				   : str_eq(q->by, "kind")
					   ? SQL_STATS_BY_KIND
					   : SQL_STATS_BY_VALUE);

	stmt_text(st, 1, q->by == NULL || stats_by_column(q->by) ? "" : q->by);
	stmt_int(st, 2, q->from_month);
	stmt_int(st, 3, q->to_month);
	stmt_text(st, 4, q->kind);
	return st;
}

/* Of "desk" the dimension of all is looked at: late ones go to who bears. */
static struct stmt *
use_late(struct desk *d, enum sql which, const struct stats_query *q)
{
	bool column = q->by == NULL || stats_by_column(q->by) ||
		      str_eq(q->by, "desk");
	struct stmt *st = stmt_use(d->store, which);

	stmt_text(st, 1, column ? "" : q->by);
	stmt_int(st, 2, q->from_month);
	stmt_int(st, 3, q->to_month);
	stmt_text(st, 4, q->kind);
	stmt_int(st, 5, env_now_ms(d->env));
	stmt_text(st, 6, q->by != NULL ? q->by : "");
	return st;
}

static enum rc
read_late_clocks(struct desk *d, const struct stats_query *q, struct stats *out,
		 struct err *err)
{
	struct stmt *st = use_late(d, SQL_STATS_LATE_CLOCKS, q);
	char name[NAME_MAX_LEN + 8];
	bool row;
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		(void)snprintf(name, sizeof(name), "late:%s", col_text(st, 2));
		add_clock(d, row_of(out, col_text(st, 0)), col_text(st, 1),
			  name, col_int(st, 3));
	}
	stmt_done(st);
	return rc;
}

static int
by_value(const void *a, const void *b)
{
	return strcmp(((const struct stats_row *)a)->value,
		      ((const struct stats_row *)b)->value);
}

static void
finish_row(struct desk *d, const struct stats_query *q, bool docs_alone,
	   struct stats_row *r)
{
	r->title = stats_value_title(d, q->by, r->value);
	if (docs_alone) {
		r->open = r->late = r->closed = r->missing = r->withdrawn = -1;
		return;
	}
	/* a desk's row counts what it issued and what came to it */
	if (str_eq(q->by, "desk"))
		r->docs = r->issued + r->received;
	r->open = r->docs - r->closed - r->withdrawn;
}

enum rc
ask_stats(struct desk *d, const struct stats_query *q, struct stats *out,
	  struct err *err)
{
	bool docs_alone = stats_docs_alone(d, q->by);
	enum rc rc = check_query(d, q, err);

	*out = (struct stats){ .rows = NULL };
	if (rc == RC_OK)
		rc = read_sums(d, use_sums(d, q), false, out, err);
	if (rc == RC_OK)
		rc = read_sums(d, use_sums(d, q), true, out, err);
	if (rc == RC_OK)
		rc = read_late_clocks(d, q, out, err);
	if (rc == RC_OK)
		rc = read_sums(d, use_late(d, SQL_STATS_LATE_DOCS, q), false,
			       out, err);
	for (size_t i = 0; rc == RC_OK && i < out->n_rows; i++)
		finish_row(d, q, docs_alone, &out->rows[i]);
	if (rc == RC_OK && out->n_rows > 1)
		qsort(out->rows, out->n_rows, sizeof(*out->rows), by_value);
	if (rc != RC_OK)
		stats_release(out);
	return rc;
}

/* ---- the documents behind a figure ---- */

static void
bind_behind(struct stmt *st, struct desk *d, const struct stats_query *q,
	    const char *value, const char *name)
{
	bool open = str_eq(name, "open"), late = str_eq(name, "late");
	bool whole = q->by == NULL || q->by[0] == '\0' ||
		     str_eq(q->by, "month") || str_eq(q->by, "kind");
	int month = str_eq(q->by, "month") ? (int)strtol(value, NULL, 10) : 0;

	stmt_text(st, 1, whole ? NULL : q->by);
	stmt_text(st, 2, value);
	stmt_int(st, 3, month > 0 ? month : q->from_month);
	stmt_int(st, 4, month > 0 ? month : q->to_month);
	stmt_text(st, 5, open || late || str_eq(name, "docs") ? "" : name);
	if (late)
		stmt_int(st, 6, env_now_ms(d->env));
	else
		stmt_null(st, 6);
	stmt_int(st, 7, open);
	stmt_text(st, 9, str_eq(q->by, "kind") ? value : q->kind);
}

enum rc
ask_stats_behind(struct desk *d, const struct stats_query *q, const char *value,
		 const char *name, size_t limit, struct doc_list *out,
		 struct err *err)
{
	struct doc_list one;
	struct doc_ref ref;
	struct stmt *st;
	bool row;
	enum rc rc = check_query(d, q, err);

	*out = (struct doc_list){ .rows = NULL };
	if (rc == RC_OK && !str_eq(name, "docs") && stats_docs_alone(d, q->by))
		rc = err_set(err, RC_RANGE, 0,
			     _("by '%s' documents are counted alone: ask for "
			       "docs"),
			     q->by);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, str_eq(q->by, "desk") ? SQL_STATS_BEHIND_DESK
						      : SQL_STATS_BEHIND);
	bind_behind(st, d, q, value, name);
	stmt_int(st, 8, limit > 0 ? (int64_t)limit : -1);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		(void)str_copy(ref.owner, sizeof(ref.owner), col_text(st, 0),
			       NULL);
		(void)str_copy(ref.id, sizeof(ref.id), col_text(st, 1), NULL);
		rc = ask_row(d, &ref, &one, err);
		if (rc != RC_OK)
			break;
		out->rows = xreallocarray(out->rows, out->n_rows + 1,
					  sizeof(*out->rows));
		out->rows[out->n_rows++] = one.rows[0];
		xfree(one.rows); /* the row itself has moved */
	}
	stmt_done(st);
	if (rc != RC_OK)
		doc_list_release(out);
	return rc;
}
