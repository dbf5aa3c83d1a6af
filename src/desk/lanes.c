/* Lanes: what each unit, person, vehicle or place does, side by side. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "model/span.h"
#include "schedule_int.h"

void
lanes_release(struct lanes *l)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++) {
		xfree(l->rows[i].value);
		xfree(l->rows[i].shown);
		xfree(l->rows[i].bars);
	}
	xfree(l->rows);
	*l = (struct lanes){ .rows = NULL };
}

/* ---- of what there are lanes ---- */

struct sorts {
	struct desk *d;
	const struct clash_rule *found[64];
	size_t n;
};

static bool
is_found(const struct sorts *s, const char *what)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (str_eq(s->found[i]->what, what))
			return true;
	return false;
}

/* The rule by which a kind holds units; NULL. */
static const struct clash_rule *
unit_rule(const struct kind *k)
{
	size_t i;

	for (i = 0; k != NULL && i < k->views.n_clash; i++)
		if (k->views.clash[i].n_tracks > 0)
			return &k->views.clash[i];
	return NULL;
}

void
ask_lane_sorts(struct desk *d,
	       void (*each)(void *ctx, const char *what, const char *title,
			    bool units),
	       void *ctx)
{
	struct sorts s = { .d = d };
	const struct clash_rule *units = NULL, *rule;
	const struct kind *k;
	size_t i, j;

	for (i = 0; units == NULL && i < kinds_count(d->kinds); i++)
		units = unit_rule(kinds_at(d->kinds, i));
	each(ctx, units != NULL ? units->what : "unit", _("unit"), true);
	if (units != NULL)
		s.found[s.n++] = units;
	/* the newest version of a kind names it */
	for (i = kinds_count(d->kinds); i-- > 0;) {
		k = kinds_at(d->kinds, i);
		for (j = 0; j < k->views.n_clash; j++) {
			rule = &k->views.clash[j];
			if (is_found(&s, rule->what) ||
			    s.n == ARRAY_LEN(s.found))
				continue;
			s.found[s.n++] = rule;
			each(ctx, rule->what, clash_what_title(k, rule->what),
			     false);
		}
	}
}

/* ---- the lanes ---- */

static struct lane *
lane_of(struct lanes *l, const char *value, const char *shown)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++)
		if (str_eq(l->rows[i].value, value))
			return &l->rows[i];
	if (l->n_rows == LANES_MAX) {
		l->more = true;
		return NULL;
	}
	l->rows = xreallocarray(l->rows, l->n_rows + 1, sizeof(*l->rows));
	l->rows[l->n_rows] = (struct lane){ .value = xstrdup(value),
					    .shown = xstrdup(shown) };
	return &l->rows[l->n_rows++];
}

static void
add_bar(struct lanes *l, const char *value, const char *shown,
	const struct lane_bar *bar)
{
	struct lane *at = lane_of(l, value, shown);

	if (at == NULL)
		return;
	at->bars = xreallocarray(at->bars, at->n_bars + 1, sizeof(*at->bars));
	at->bars[at->n_bars++] = *bar;
}

/* Is word one of those in list, blanks between? */
static bool
has_word(const char *list, const char *word)
{
	size_t n = strlen(word);
	const char *at;

	for (at = list; (at = strstr(at, word)) != NULL; at += n)
		if ((at == list || at[-1] == ' ') &&
		    (at[n] == ' ' || at[n] == '\0'))
			return true;
	return false;
}

static bool
same_doc(const struct calendar_row *a, const struct calendar_row *b)
{
	return str_eq(a->ref.id, b->ref.id) &&
	       str_eq(a->ref.owner, b->ref.owner);
}

/* All rows of one document, in which it may hold something. */
static void
range_of(const struct calendar_rows *rows, size_t first,
	 int64_t range[static 2])
{
	size_t i;

	range[0] = rows->rows[first].starts_ms;
	range[1] = rows->rows[first].ends_ms;
	for (i = first + 1; i < rows->n_rows; i++) {
		if (!same_doc(&rows->rows[i], &rows->rows[first]))
			continue;
		if (rows->rows[i].ends_ms > range[1])
			range[1] = rows->rows[i].ends_ms;
	}
}

static enum rc
add_held(struct desk *d, const char *what, const struct calendar_rows *rows,
	 size_t at, struct lanes *out, struct err *err)
{
	const struct calendar_row *r = &rows->rows[at];
	struct stmt *st = stmt_use(d->store, SQL_SPAN_OF);
	struct lane_bar bar = { .row = at, .held = true };
	int64_t range[2];
	bool row;
	enum rc rc;

	range_of(rows, at, range);
	stmt_text(st, 1, r->ref.owner);
	stmt_text(st, 2, r->ref.id);
	stmt_text(st, 3, what);
	stmt_int(st, 4, range[0]);
	stmt_int(st, 5, range[1]);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		bar.starts_ms = col_int(st, 2);
		bar.ends_ms = col_int(st, 3);
		bar.unanswered = has_word(r->waiting, col_text(st, 1));
		add_bar(out, col_text(st, 0), col_text(st, 1), &bar);
	}
	stmt_done(st);
	return rc;
}

/* Who takes part in what holds no unit. */
static void
add_parties(struct lanes *out, const struct calendar_rows *rows, size_t at)
{
	const struct calendar_row *r = &rows->rows[at];
	struct lane_bar bar = { .row = at,
				.starts_ms = r->starts_ms,
				.ends_ms = r->ends_ms };
	char *copy = xstrdup(r->desks), *rest = copy, *desk;

	while ((desk = strsep(&rest, " ")) != NULL) {
		char value[SPAN_VALUE_MAX + 1];

		bar.unanswered = has_word(r->waiting, desk);
		span_normal(desk, value);
		add_bar(out, value, desk, &bar);
	}
	xfree(copy);
}

/* Does the document hold units at those hours, if it can at all? */
static bool
holds_units(struct desk *d, const struct calendar_row *r)
{
	const struct kind *k = kinds_get(d->kinds, r->kind, r->kind_version);

	return unit_rule(k) != NULL && str_eq(r->mode, "actual");
}

static bool
is_first(const struct calendar_rows *rows, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (same_doc(&rows->rows[i], &rows->rows[at]))
			return false;
	return true;
}

/* ---- order, and what clashes ---- */

static int
by_start(const void *a, const void *b)
{
	const struct lane_bar *x = a, *y = b;

	if (x->starts_ms != y->starts_ms)
		return x->starts_ms < y->starts_ms ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static void
mark_clashes(struct lane *l, const struct calendar_rows *rows)
{
	size_t i, j;

	for (i = 0; i < l->n_bars; i++) {
		struct lane_bar *a = &l->bars[i];

		for (j = i + 1; j < l->n_bars; j++) {
			struct lane_bar *b = &l->bars[j];

			if (b->starts_ms >= a->ends_ms)
				break;
			if (!a->held || !b->held ||
			    same_doc(&rows->rows[a->row], &rows->rows[b->row]))
				continue;
			a->clash = b->clash = l->clash = true;
		}
	}
}

static int
by_shown(const void *a, const void *b)
{
	const struct lane *x = a, *y = b;

	return str_collate(x->shown, y->shown);
}

/* Own desk first. */
static void
put_first(struct lanes *l, const char *shown)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++)
		if (str_eq(l->rows[i].shown, shown)) {
			struct lane own = l->rows[i];

			memmove(&l->rows[1], &l->rows[0], i * sizeof(own));
			l->rows[0] = own;
			return;
		}
}

enum rc
ask_lanes(struct desk *d, const char *what, const struct calendar_rows *rows,
	  struct lanes *out, struct err *err)
{
	bool units = false;
	size_t i;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	*out = (struct lanes){ .rows = NULL };
	for (i = 0; !units && i < kinds_count(d->kinds); i++) {
		const struct clash_rule *r = unit_rule(kinds_at(d->kinds, i));

		units = r != NULL && str_eq(r->what, what);
	}
	units = units || str_eq(what, "unit");
	for (i = 0; rc == RC_OK && i < rows->n_rows; i++) {
		const struct calendar_row *r = &rows->rows[i];

		if (r->off) /* it holds nothing and nobody */
			continue;
		if (units && !holds_units(d, r))
			add_parties(out, rows, i);
		else if (is_first(rows, i))
			rc = add_held(d, what, rows, i, out, err);
	}
	if (rc != RC_OK) {
		lanes_release(out);
		return rc;
	}
	for (i = 0; i < out->n_rows; i++) {
		if (out->rows[i].n_bars > 0)
			qsort(out->rows[i].bars, out->rows[i].n_bars,
			      sizeof(struct lane_bar), by_start);
		mark_clashes(&out->rows[i], rows);
	}
	if (out->n_rows > 0)
		qsort(out->rows, out->n_rows, sizeof(*out->rows), by_shown);
	if (units)
		put_first(out, d->id);
	return RC_OK;
}
