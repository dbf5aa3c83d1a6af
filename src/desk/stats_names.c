/* What statistics count by, and how people read it. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "model/content.h"
#include "model/measure.h"
#include "stats_int.h"

#include <math.h>

#define DIMENSIONS_MAX 64

/* The newest installed version of each kind comes last. */
static const struct kind *
newest(struct desk *d, const char *name)
{
	const struct kind *found = NULL;

	for (size_t i = 0; i < kinds_count(d->kinds); i++) {
		const struct kind *k = kinds_at(d->kinds, i);

		if (str_eq(k->name, name) &&
		    (found == NULL || k->version > found->version))
			found = k;
	}
	return found;
}

const char *
stats_kind_name(struct desk *d, const char *kind)
{
	const struct kind *k = newest(d, kind);

	return k != NULL ? k->name : "";
}

char *
stats_field_title(struct desk *d, const char *kind, const char *dotted)
{
	const struct kind *k = newest(d, kind);
	const struct field *f = k != NULL ? kind_field(k, dotted) : NULL;
	const struct field *outer = NULL;
	char *top = xstrndup(dotted, strcspn(dotted, "."));

	if (k != NULL && strchr(dotted, '.') != NULL)
		outer = kind_field(k, top);
	xfree(top);
	if (f == NULL)
		return xstrdup(dotted);
	return outer == NULL
		       ? xstrdup(title_in(&f->title, i18n_zh()))
		       : xasprintf("%s %s", title_in(&outer->title, i18n_zh()),
				   title_in(&f->title, i18n_zh()));
}

char *
stats_clock_title(struct desk *d, const char *kind,
		  const struct clock_def *clock)
{
	const struct kind *k = newest(d, kind);

	return xasprintf("%s %s",
			 k != NULL ? title_in(&k->title, i18n_zh()) : kind,
			 title_in(&clock->title, i18n_zh()));
}

/* ---- dimensions ---- */

struct dimensions {
	struct {
		const char *name;
		const struct field *field;
	} at[DIMENSIONS_MAX];
	size_t n;
};

static void
add_dimension(struct dimensions *x, const char *name, const struct field *f)
{
	for (size_t i = 0; i < x->n; i++)
		if (str_eq(x->at[i].name, name))
			return;
	if (x->n < DIMENSIONS_MAX) {
		x->at[x->n].name = name;
		x->at[x->n++].field = f;
	}
}

static void
dimensions_of(struct desk *d, struct dimensions *x)
{
	x->n = 0;
	for (size_t i = 0; i < kinds_count(d->kinds); i++) {
		const struct kind *k = newest(d, kinds_at(d->kinds, i)->name);

		for (size_t f = 0; f < k->n_fields; f++)
			if (measure_is_dimension(&k->fields[f]))
				add_dimension(x, k->fields[f].name,
					      &k->fields[f]);
		for (size_t m = 0; m < k->views.n_measures; m++) {
			const char *name = k->views.measures[m];
			const struct field *f = kind_field(k, name);

			if (f != NULL && !measure_is_sum(f))
				add_dimension(x, name, f);
		}
	}
}

static const struct {
	const char *name, *title;
} built_in[] = {
	{ "month", N_("month") },
	{ "kind", N_("kind") },
	{ "desk", N_("desk") },
	{ "box", N_("direction") },
};

void
ask_stats_dimensions(struct desk *d,
		     void (*each)(void *ctx, const char *name,
				  const char *title),
		     void *ctx)
{
	struct dimensions x;

	for (size_t i = 0; i < ARRAY_LEN(built_in); i++)
		each(ctx, built_in[i].name, _(built_in[i].title));
	dimensions_of(d, &x);
	for (size_t i = 0; i < x.n; i++)
		each(ctx, x.at[i].name,
		     title_in(&x.at[i].field->title, i18n_zh()));
}

bool
stats_docs_alone(struct desk *d, const char *by)
{
	struct dimensions x;

	for (size_t i = 0; i < ARRAY_LEN(built_in); i++)
		if (by == NULL || by[0] == '\0' || str_eq(by, built_in[i].name))
			return false;
	dimensions_of(d, &x);
	for (size_t i = 0; i < x.n; i++)
		if (str_eq(x.at[i].name, by))
			return !measure_is_dimension(x.at[i].field);
	return false;
}

static char *
field_value_title(struct desk *d, const char *by, const char *value)
{
	const char *name = NULL;
	struct dimensions x;

	dimensions_of(d, &x);
	for (size_t i = 0; i < x.n && name == NULL; i++) {
		const struct field *f = x.at[i].field;

		if (!str_eq(x.at[i].name, by))
			continue;
		name = f->n_choices > 0	 ? field_choice(f, value, i18n_zh())
		       : f->pick != NULL ? ask_pick_name(d, f->pick, value)
					 : NULL;
	}
	return xstrdup(name != NULL ? name : value);
}

char *
stats_value_title(struct desk *d, const char *by, const char *value)
{
	const struct kind *k;

	if (by == NULL || by[0] == '\0')
		return xstrdup(_("all"));
	if (str_eq(by, "month"))
		return strlen(value) == 6
			       ? xasprintf("%.4s-%s", value, value + 4)
			       : xstrdup(value);
	if (str_eq(by, "kind")) {
		k = newest(d, value);
		return xstrdup(k != NULL ? title_in(&k->title, i18n_zh())
					 : value);
	}
	if (str_eq(by, "desk"))
		return desk_known_name(value);
	if (str_eq(by, "box"))
		return xstrdup(str_eq(value, "in") ? _("received")
			       : str_eq(value, "out")
				       ? _("sent")
				       : _("of this desk alone"));
	return field_value_title(d, by, value);
}

/* ---- months ---- */

int
stats_month_of(int64_t ms)
{
	struct civil c = day_to_civil(day_of_ms(ms));

	return c.year * 100 + c.month;
}

enum rc
stats_month_parse(const char *s, bool last, int *ret_month, struct err *err)
{
	char day[16], shown[32];
	size_t n = strlen(s);
	int32_t number;
	struct civil c;

	if (n == 7)
		(void)snprintf(day, sizeof(day), "%.7s-01", s);
	else if (n == 4)
		(void)snprintf(day, sizeof(day), "%.4s-%s-01", s,
			       last ? "12" : "01");
	if ((n != 4 && n != 7) || day_parse(day, &number, NULL) != RC_OK)
		return err_set(err, RC_MALFORMED, 0,
			       _("'%s' is no month: write 2026-03 or 2026"),
			       text_show_into(shown, sizeof(shown), s));
	c = day_to_civil(number);
	*ret_month = c.year * 100 + c.month;
	return RC_OK;
}

static int
months_before(int month, int n)
{
	int at = month / 100 * 12 + month % 100 - 1 - n;

	return at / 12 * 100 + at % 12 + 1;
}

void
stats_months_of(int n, int *ret_from, int *io_to)
{
	int first = (*io_to % 100 - 1) / n * n + 1;

	*ret_from = *io_to / 100 * 100 + first;
	*io_to = *ret_from + n - 1;
}

void
stats_months_shift(int by, int *io_from, int *io_to)
{
	int from = *io_from / 100 * 12 + *io_from % 100 - 1;
	int to = *io_to / 100 * 12 + *io_to % 100 - 1;
	int n = by * (to - from + 1);

	if (from + n < 1000 * 12 || to + n >= 10000 * 12)
		return;
	*io_from = months_before(*io_from, -n);
	*io_to = months_before(*io_to, -n);
}

/* ---- risk hints ---- */

/* How much of the month has gone: 1 of one that is over. */
static double
share_gone(int64_t now_ms, int month)
{
	struct civil today = day_to_civil(day_of_ms(now_ms));
	struct civil first = { month / 100, month % 100, 1 }, next = first;

	if (today.year * 100 + today.month != month)
		return 1;
	next.month = first.month == 12 ? 1 : first.month + 1;
	next.year += first.month == 12;
	return (double)today.day /
	       (day_from_civil(next) - day_from_civil(first));
}

static bool
is_unusual(const struct risk_hint *h)
{
	double base = h->expected > 1 ? h->expected : 1;

	return h->n >= 5 && (double)h->n >= 2 * h->expected &&
	       (double)h->n - h->expected >= 3 * sqrt(base);
}

struct growing {
	struct desk *d;
	int month;
	struct risk_hint hint;
	char *value; /* of the row under way; heap */
	void (*each)(void *ctx, const struct risk_hint *h);
	void *ctx;
};

static void
tell_value(struct growing *g)
{
	struct risk_hint *h = &g->hint;
	int64_t sum = 0;
	char *title;

	if (g->value == NULL)
		return;
	for (int i = 0; i < RISK_MONTHS; i++)
		sum += h->before[i];
	h->expected = (double)sum / RISK_MONTHS * h->share;
	if (is_unusual(h)) {
		title = stats_value_title(g->d, h->dimension, g->value);
		h->value = g->value;
		h->title = title;
		g->each(g->ctx, h);
		xfree(title);
	}
	g->value = xfree(g->value);
	h->n = 0;
	memset(h->before, 0, sizeof(h->before));
}

static enum rc
grow_dimension(struct growing *g, struct err *err)
{
	struct stmt *st = stmt_use(g->d->store, SQL_STATS_GROWTH);
	bool row;
	enum rc rc;

	stmt_text(st, 1, g->hint.dimension);
	stmt_int(st, 2, months_before(g->month, RISK_MONTHS));
	stmt_int(st, 3, g->month);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		int month = (int)col_int(st, 1);

		if (!str_eq(g->value, col_text(st, 0))) {
			tell_value(g);
			g->value = xstrdup(col_text(st, 0));
		}
		if (month == g->month)
			g->hint.n = col_int(st, 2);
		for (int i = 0; i < RISK_MONTHS; i++)
			if (months_before(g->month, RISK_MONTHS - i) == month)
				g->hint.before[i] = col_int(st, 2);
	}
	stmt_done(st);
	tell_value(g);
	return rc;
}

/* Has anything at all been counted in the months before? */
static enum rc
can_compare(struct desk *d, int month, bool *ret_can, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_STATS_BY_MONTH);
	enum rc rc;

	stmt_text(st, 1, "");
	stmt_int(st, 2, months_before(month, RISK_MONTHS));
	stmt_int(st, 3, months_before(month, 1));
	stmt_null(st, 4);
	rc = stmt_step(st, ret_can, err);
	stmt_done(st);
	return rc;
}

enum rc
ask_risks(struct desk *d, int month,
	  void (*each)(void *ctx, const struct risk_hint *h), void *ctx,
	  struct err *err)
{
	struct growing g = { .d = d, .month = month, .each = each, .ctx = ctx };
	struct dimensions x;
	bool can = false;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	if (rc == RC_OK)
		rc = can_compare(d, month, &can, err);
	if (!can)
		return rc;
	g.hint.share = share_gone(env_now_ms(d->env), month);
	dimensions_of(d, &x);
	for (size_t i = 0; rc == RC_OK && i < x.n; i++) {
		g.hint.dimension = x.at[i].name;
		g.hint.dimension_title =
			title_in(&x.at[i].field->title, i18n_zh());
		rc = grow_dimension(&g, err);
	}
	return rc;
}
