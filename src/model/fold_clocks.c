/*
 * The running clocks of a document: one instance per party that bears it,
 * from the set of fit moves in effect order. Dates depend on the calendar,
 * so they are shown and never judged.
 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "fold_clock_int.h"
#include "json_int.h"
#include "model/condition.h"

static bool
has_name(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(names[i], name))
			return true;
	}
	return false;
}

static int64_t
binding_due(const struct doc_clock *c)
{
	return c->def->roll == ROLL_APPLY ? c->due.rolled_ms : c->due.strict_ms;
}

/* Its state once every move has been gone through. */
static void
settle_state(const struct run *r, struct doc_clock *c)
{
	const struct doc *d = r->f->doc;
	int64_t due = binding_due(c);

	c->due.odd_spans = c->due.odd_spans || r->odd;
	if (c->met_ms >= 0)
		c->state = !c->due.open && c->met_ms > due ? CLOCK_MET_LATE
							   : CLOCK_MET;
	else if (r->bearer->removed || d->withdrawn ||
		 (r->bearer->state != NULL && r->bearer->state->end))
		c->state = CLOCK_ENDED;
	else if (c->due.open)
		c->state = CLOCK_SUSPENDED;
	else if (r->f->in->now_ms <= due)
		c->state = CLOCK_RUNNING;
	else /* a right lapses, it is never late (KINDS, duty) */
		c->state =
			c->def->duty == DUTY_RIGHT ? CLOCK_ENDED : CLOCK_LATE;
}

/* Closes the instance that is open; it goes when it has no date. */
static void
finish(struct run *r)
{
	struct doc *d = r->f->doc;

	if (r->at == NULL)
		return;
	if (run_find_due(r, r->at))
		settle_state(r, r->at);
	else
		d->n_clocks--;
	r->at = NULL;
}

static void
start(struct run *r, int64_t at_ms, bool provisional)
{
	struct doc *d = r->f->doc;
	struct doc_clock *c;

	finish(r);
	d->clocks =
		xreallocarray(d->clocks, d->n_clocks + 1, sizeof *d->clocks);
	c = &d->clocks[d->n_clocks++];
	(void)memset(c, 0, sizeof *c);
	memcpy(c->desk, r->bearer->desk, sizeof c->desk);
	c->def = r->def;
	c->row = -1;
	c->met_ms = -1;
	c->started_ms = at_ms;
	c->provisional = provisional;
	r->at = c;
	r->n_spans = 0;
	r->extension = 0;
	r->extended = 0;
	r->odd = false;
	run_amount(r, c);
}

/* When the effect says so, the input of the move; else when it was made. */
static int64_t
effect_ms(const struct node *n, const struct effect *e)
{
	const json_t *input = json_object_get(n->event->data, "input");
	int64_t ms;

	if (e->from != NULL &&
	    fold_instant(json_object_get(input, e->from), false, &ms))
		return ms;
	return n->event->time_ms;
}

static void
suspend(struct run *r, int64_t at_ms)
{
	if (r->n_spans > 0 && r->spans[r->n_spans - 1].to_ms == INT64_MAX)
		return; /* suspended already */
	if (r->n_spans < CLOCK_SPANS_MAX)
		r->spans[r->n_spans++] =
			(struct clock_span){ .from_ms = at_ms,
					     .to_ms = INT64_MAX };
}

static void
resume(struct run *r, int64_t at_ms)
{
	struct clock_span *s =
		r->n_spans > 0 ? &r->spans[r->n_spans - 1] : NULL;

	if (s == NULL || s->to_ms != INT64_MAX)
		return;
	/* EVENTS 6: a negative interval counts as none and is flagged */
	r->odd = r->odd || at_ms < s->from_ms;
	s->to_ms = at_ms < s->from_ms ? s->from_ms : at_ms;
}

/* EVENTS 6: `times` over all branches, and before the strict due date. */
static void
extend(struct run *r, struct node *n)
{
	if (r->extended >= r->def->extend_times) {
		n->idle = true;
		n->why = N_("made once already on another branch");
		return;
	}
	if (run_find_due(r, r->at) && !r->at->due.open &&
	    n->event->time_ms > r->at->due.strict_ms) {
		n->idle = true;
		n->why = N_("extended after the time was over");
		return;
	}
	r->extended++;
	r->extension += r->def->extend_amount;
}

static void
restart(struct run *r, int64_t at_ms)
{
	struct doc_clock *c = r->at;

	c->started_ms = at_ms;
	c->met_ms = -1;
	c->provisional = false;
	r->n_spans = 0;
	r->extension = 0;
	r->extended = 0;
	run_amount(r, c);
}

static void
run_effects(struct run *r, struct node *n)
{
	for (size_t i = 0; i < n->move->n_effects && r->at != NULL; i++) {
		const struct effect *e = &n->move->effects[i];

		if (e->type == EFFECT_CREATE || e->type == EFFECT_RELEASE ||
		    !str_eq(e->target, r->def->name))
			continue;
		if (n->idle && e->type != EFFECT_EXTEND)
			continue;
		if (e->type == EFFECT_SUSPEND)
			suspend(r, effect_ms(n, e));
		else if (e->type == EFFECT_RESUME)
			resume(r, effect_ms(n, e));
		else if (e->type == EFFECT_EXTEND && !n->idle)
			extend(r, n);
		else if (e->type == EFFECT_RESTART)
			restart(r, effect_ms(n, e));
	}
}

/* Is the move made on the track that the clock looks at? */
static bool
counts_on(const struct run *r, const struct node *n, const char *of)
{
	return str_eq(n->track, of != NULL ? of : r->def->bearer) &&
	       (of == NULL || str_eq(of, r->def->bearer)
			? str_eq(n->event->source, r->bearer->desk)
			: true);
}

static void
run_move(struct run *r, struct node *n)
{
	const struct clock_def *def = r->def;
	const char *name = n->move->name;

	if (has_name(def->start_moves, def->n_start_moves, name) &&
	    counts_on(r, n, def->start_of) &&
	    (r->at == NULL || (def->repeat && r->at->met_ms >= 0)))
		start(r, n->event->time_ms, false);
	if (r->at == NULL)
		return;
	if (has_name(def->restart, def->n_restart, name) &&
	    counts_on(r, n, NULL))
		restart(r, n->event->time_ms);
	run_effects(r, n);
	if (r->at->met_ms < 0 && has_name(def->stop, def->n_stop, name) &&
	    counts_on(r, n, def->stop_of))
		r->at->met_ms = n->event->time_ms;
}

/* Starts that are no move: stored, or a date of the content. */
static void
start_by_itself(struct run *r)
{
	const struct doc *d = r->f->doc;
	const struct clock_def *def = r->def;
	int64_t ms;

	if (def->start_field != NULL) {
		if (fold_instant(fold_field_at(d->fields, def->start_field),
				 false, &ms))
			start(r, ms, false);
	} else if (def->start_stored && r->bearer == &d->tracks[0]) {
		start(r, d->issued_ms, false);
	} else if (def->start_stored && r->bearer->starts_ms >= 0) {
		start(r, r->bearer->starts_ms, false);
	} else if (def->start_stored && r->bearer->stored_ms >= 0) {
		start(r, r->bearer->stored_ms, true);
	}
}

/* Moves of desks that are no party now touch only their own clocks, and the
 * bearer's only those made since it became one. */
static void
run_lanes(struct run *r, const struct lane *own)
{
	const struct fold_index *ix = r->f->index;
	const char *start_of = r->def->start_of;
	const char *stop_of = r->def->stop_of;
	bool others = (start_of != NULL && !str_eq(start_of, r->def->bearer)) ||
		      (stop_of != NULL && !str_eq(stop_of, r->def->bearer));

	if (!others) {
		for (size_t i = 0; own != NULL && i < own->n_nodes; i++) {
			if (own->nodes[i]->move != NULL)
				run_move(r, own->nodes[i]);
		}
		return;
	}
	for (size_t i = 0; i < ix->n_nodes; i++) {
		struct node *n = ix->order[i];

		if (n->verdict == VERDICT_FIT && n->move != NULL &&
		    (!str_eq(n->event->source, r->bearer->desk) ||
		     (own != NULL && n->member == own->member)))
			run_move(r, n);
	}
}

/* One clock for each row of a list: until the row's date. */
static void
run_rows(struct run *r)
{
	const json_t *list = fold_field_at(r->f->doc->fields, r->def->each);
	const struct field *field = kind_field(r->f->doc->kind, r->def->each);
	size_t i;
	json_t *row;

	json_array_foreach(json_plain(list), i, row)
	{
		const char *desk = field != NULL && field->each != NULL
					   ? json_text(row, field->each)
					   : NULL;

		if (desk != NULL && !str_eq(desk, r->bearer->desk))
			continue;
		start(r, r->f->doc->issued_ms, false);
		r->at->row = (int)i;
		if (run_due_by_date(r, row, r->at))
			settle_state(r, r->at);
		else
			r->f->doc->n_clocks--;
		r->at = NULL;
	}
}

static void
run_clock(struct folding *f, const struct clock_def *def, size_t track)
{
	struct doc *d = f->doc;
	struct run r = { .f = f, .def = def, .bearer = &d->tracks[track] };
	const struct lane *own = NULL;

	if (!str_eq(r.bearer->name, def->bearer) ||
	    (def->local && !str_eq(f->in->desk, r.bearer->desk)) ||
	    !run_condition(&r, def->when))
		return;
	if (def->each != NULL) {
		run_rows(&r);
		return;
	}
	own = lane_of(f, r.bearer->desk, r.bearer->name, r.bearer->member);
	start_by_itself(&r);
	run_lanes(&r, own);
	finish(&r);
}

void
fold_clocks(struct folding *f)
{
	const struct kind *k = f->doc->kind;

	for (size_t i = 0; k != NULL && i < k->n_clocks; i++) {
		for (size_t t = 0; t < f->doc->n_tracks; t++)
			run_clock(f, &k->clocks[i], t);
	}
}
