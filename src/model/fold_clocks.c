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

/* The issue counts as a move of the owner's; a draft is not issued yet. */
static bool
by_issue(const struct run *r, const char *const *moves, size_t n,
	 const char *of)
{
	return !r->f->in->draft && has_name(moves, n, "issue") &&
	       str_eq(of != NULL ? of : r->def->bearer, "owner");
}

/* Stops that no event of a track is: a date of the content, the issue. */
static void
stop_by_itself(struct run *r)
{
	const struct clock_def *def = r->def;
	int64_t ms;

	if (r->at->met_ms >= 0)
		return;
	if (def->stop_field != NULL &&
	    fold_instant(fold_field_at(r->f->doc->fields, def->stop_field),
			 false, &ms))
		r->at->met_ms = ms;
	else if (by_issue(r, def->stop, def->n_stop, def->stop_of) &&
		 r->at->started_ms <= r->f->doc->issued_ms &&
		 !by_issue(r, def->start_moves, def->n_start_moves,
			   def->start_of))
		r->at->met_ms = r->f->doc->issued_ms;
}

/* Closes the instance that is open; it goes when it has no date. */
static void
finish(struct run *r)
{
	struct doc *d = r->f->doc;

	if (r->at == NULL)
		return;
	stop_by_itself(r);
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

/* Of the owner's extension, which is for every party, one party's clock
 * says nothing. */
static void
uncounted(const struct run *r, struct node *n, const char *why)
{
	if (!str_eq(n->event->source, r->bearer->desk))
		return;
	n->idle = true;
	n->why = why;
}

/* EVENTS 6: `times` over all branches, and before the strict due date. */
static void
extend(struct run *r, struct node *n)
{
	if (r->extended >= r->def->extend_times) {
		uncounted(r, n, N_("made once already on another branch"));
		return;
	}
	if (run_find_due(r, r->at) && !r->at->due.open &&
	    n->event->time_ms > r->at->due.strict_ms) {
		uncounted(r, n, N_("extended after the time was over"));
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
	/* a party's effects are on its own clock, the owner's on each */
	if (str_eq(n->track, r->def->bearer) &&
	    !str_eq(n->event->source, r->bearer->desk))
		return;
	for (size_t i = 0; i < n->move->n_effects && r->at != NULL; i++) {
		const struct effect *e = &n->move->effects[i];

		if (e->type == EFFECT_CREATE || e->type == EFFECT_RELEASE ||
		    e->type == EFFECT_STAMP || !str_eq(e->target, r->def->name))
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
	} else if (by_issue(r, def->start_moves, def->n_start_moves,
			    def->start_of)) {
		start(r, d->issued_ms, false);
	} else if (r->f->in->draft) {
		return;
	} else if (def->start_stored && r->bearer == &d->tracks[0]) {
		start(r, d->issued_ms, false);
	} else if (def->start_stored && r->bearer->starts_ms >= 0) {
		start(r, r->bearer->starts_ms, false);
	} else if (def->start_stored && r->bearer->stored_ms >= 0) {
		start(r, r->bearer->stored_ms, true);
	}
}

/* Do moves of a track that is not the bearer's touch the clock? */
static bool
heeds_others(const struct kind *k, const struct clock_def *def)
{
	if ((def->start_of != NULL && !str_eq(def->start_of, def->bearer)) ||
	    (def->stop_of != NULL && !str_eq(def->stop_of, def->bearer)))
		return true;
	for (size_t t = 0; t < k->n_tracks; t++) {
		const struct track_def *track = &k->tracks[t];

		for (size_t m = 0; m < track->n_moves; m++) {
			const struct move *move = &track->moves[m];

			for (size_t e = 0; e < move->n_effects; e++) {
				if (str_eq(move->effects[e].target,
					   def->name) &&
				    move->effects[e].type != EFFECT_CREATE &&
				    move->effects[e].type != EFFECT_STAMP &&
				    !str_eq(track->name, def->bearer))
					return true;
			}
		}
	}
	return false;
}

static int
by_time(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a;
	const struct node *y = *(struct node *const *)b;
	int c = (x->event->time_ms > y->event->time_ms) -
		(x->event->time_ms < y->event->time_ms);

	return c != 0 ? c : node_cmp(x, y);
}

/*
 * The bearer's own moves in effect order, of those made since it became a
 * party; moves of other desks come between them by the time they were made,
 * since epochs order only what one desk does.
 */
static void
run_lanes(struct run *r, const struct lane *own, bool others)
{
	const struct fold_index *ix = r->f->index;
	size_t n_own = own != NULL ? own->n_nodes : 0;
	struct node **list = NULL;
	size_t n = 0, at = 0;

	if (others)
		list = xcalloc(ix->n_nodes + 1, sizeof(struct node *));
	for (size_t i = 0; others && i < ix->n_nodes; i++) {
		if (ix->order[i]->verdict == VERDICT_FIT &&
		    ix->order[i]->move != NULL &&
		    !str_eq(ix->order[i]->event->source, r->bearer->desk))
			list[n++] = ix->order[i];
	}
	if (n > 0)
		qsort(list, n, sizeof(struct node *), by_time);
	for (size_t i = 0; i < n_own; i++) {
		struct node *mine = own->nodes[i];

		while (at < n &&
		       list[at]->event->time_ms < mine->event->time_ms)
			run_move(r, list[at++]);
		if (mine->move != NULL)
			run_move(r, mine);
	}
	while (at < n)
		run_move(r, list[at++]);
	xfree(list);
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
run_clock(struct folding *f, const struct clock_def *def, size_t track,
	  bool others)
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
	run_lanes(&r, own, others);
	finish(&r);
}

void
fold_clocks(struct folding *f)
{
	const struct kind *k = f->doc->kind;

	for (size_t i = 0; k != NULL && i < k->n_clocks; i++) {
		bool others = heeds_others(k, &k->clocks[i]);

		for (size_t t = 0; t < f->doc->n_tracks; t++)
			run_clock(f, &k->clocks[i], t, others);
	}
}
