/*
 * One clock of one bearer: its moves gone through in effect order, beside
 * those of other tracks by the time they were made. Dates depend on the
 * calendar, so they are shown and never judged.
 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "fold_clock_int.h"

static bool
has_name(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(names[i], name))
			return true;
	}
	return false;
}

/* A row's clock ends with the row; any clock with its bearer. */
static bool
is_over(const struct run *r)
{
	const struct state *s = str_eq(r->def->bearer, TRACK_ROWS)
					? r->row->state
					: r->bearer->state;

	return r->bearer->removed || r->f->doc->withdrawn ||
	       (r->row != NULL && r->row->removed) || (s != NULL && s->end);
}

/* Its state once every move has been gone through. */
static void
settle_state(const struct run *r, struct doc_clock *c)
{
	int64_t due = clock_binding_ms(c);
	bool right = c->def->duty == DUTY_RIGHT;

	if (c->met_ms >= 0 && !c->due.open && c->met_ms > due)
		c->state = right ? CLOCK_LAPSED : CLOCK_MET_LATE;
	else if (c->met_ms >= 0)
		c->state = CLOCK_MET;
	else if (is_over(r))
		c->state = CLOCK_ENDED;
	else if (c->due.open)
		c->state = CLOCK_SUSPENDED;
	else if (r->f->in->now_ms <= due)
		c->state = CLOCK_RUNNING;
	else /* a right lapses, it is never late (KINDS, duty) */
		c->state = right ? CLOCK_LAPSED : CLOCK_LATE;
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
	    fold_instant(run_field(r, def->stop_field), false, &ms))
		r->at->met_ms = ms;
	else if (by_issue(r, def->stop, def->n_stop, def->stop_of) &&
		 r->at->started_ms <= r->f->doc->issued_ms &&
		 !by_issue(r, def->start_moves, def->n_start_moves,
			   def->start_of))
		r->at->met_ms = r->f->doc->issued_ms;
}

/* Closes the newest instance; it goes when it has no date. */
static void
finish(struct run *r)
{
	struct doc *d = r->f->doc;

	if (r->at == NULL)
		return;
	stop_by_itself(r);
	if (run_find_due(r, r->at))
		r->at->due.odd_spans = r->at->due.odd_spans || r->odd;
	else
		d->n_clocks--;
	r->at = NULL;
}

/* by: the event that says so; NULL: receipts do. */
static void
start(struct run *r, int64_t at_ms, const struct event *by)
{
	struct doc *d = r->f->doc;
	struct doc_clock *c;

	finish(r);
	d->clocks =
		xreallocarray(d->clocks, d->n_clocks + 1, sizeof *d->clocks);
	c = &d->clocks[d->n_clocks];
	(void)memset(c, 0, sizeof *c);
	memcpy(c->desk, r->bearer->desk, sizeof c->desk);
	c->def = r->def;
	c->row = r->row_number;
	c->row_track = r->row;
	c->met_ms = -1;
	c->started_ms = at_ms;
	c->provisional = by == NULL;
	c->by = by;
	r->n_spans = 0;
	r->extension = 0;
	r->extended = 0;
	r->odd = false;
	if (!run_amount(r, c))
		return;
	d->n_clocks++;
	r->at = c;
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
resume(struct run *r, int64_t at_ms, const struct event *by)
{
	struct clock_span *s =
		r->n_spans > 0 ? &r->spans[r->n_spans - 1] : NULL;

	if (s == NULL || s->to_ms != INT64_MAX)
		return;
	/* EVENTS 6: a negative interval counts as none and is flagged */
	r->odd = r->odd || at_ms < s->from_ms;
	s->to_ms = at_ms < s->from_ms ? s->from_ms : at_ms;
	r->at->by = by;
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
	r->at->by = n->event;
	r->extension += r->def->extend_amount;
}

static void
restart(struct run *r, int64_t at_ms, const struct event *by)
{
	struct doc_clock *c = r->at;

	c->started_ms = at_ms;
	c->met_ms = -1;
	c->provisional = false;
	c->by = by;
	r->n_spans = 0;
	r->extension = 0;
	r->extended = 0;
	/* with no rule in force any more, it runs by the one it began under */
	(void)run_amount(r, c);
}

static bool
same_row(const struct run *r, const struct node *n)
{
	return str_eq(n->row->key, r->row->key) &&
	       str_eq(n->event->source, r->row->desk);
}

/* A row's effects are on its own clock, a party's on that party's, the
 * owner's on each. */
static bool
touches(const struct run *r, const struct node *n)
{
	if (n->row != NULL && r->row != NULL)
		return same_row(r, n);
	if (str_eq(n->event->source, r->bearer->desk))
		return true;
	if (n->row != NULL)
		return str_eq(r->def->bearer, "owner");
	return !str_eq(n->track, r->bearer->name);
}

static void
run_effects(struct run *r, struct node *n)
{
	if (!touches(r, n))
		return;
	for (size_t i = 0; i < n->move->n_effects && r->at != NULL; i++) {
		const struct effect *e = &n->move->effects[i];

		if (e->type == EFFECT_CREATE || e->type == EFFECT_RELEASE ||
		    e->type == EFFECT_STAMP ||
		    !str_eq(e->target, r->def->name) || n->twice)
			continue;
		if (e->type == EFFECT_RESTART)
			restart(r, effect_ms(n, e), n->event);
		else if (r->at->met_ms >= 0)
			continue; /* what is done has its date */
		else if (e->type == EFFECT_SUSPEND)
			suspend(r, effect_ms(n, e));
		else if (e->type == EFFECT_RESUME)
			resume(r, effect_ms(n, e), n->event);
		else if (e->type == EFFECT_EXTEND)
			extend(r, n);
	}
}

/*
 * Is the move made on the track that the clock looks at? The bearer's own
 * moves count, on its own row; those of another track whoever made them, but
 * of rows only one's own, save for the owner, who looks at all.
 */
static bool
counts_on(const struct run *r, const struct node *n, const char *of)
{
	const char *track = of != NULL ? of : r->def->bearer;
	bool rows = str_eq(track, TRACK_ROWS);
	bool own = str_eq(n->event->source, r->bearer->desk);

	if (rows != (n->row != NULL) || (!rows && !str_eq(n->track, track)))
		return false;
	if (rows)
		return r->row != NULL ? same_row(r, n)
				      : own || str_eq(r->def->bearer, "owner");
	return own || !str_eq(track, r->bearer->name);
}

/* What is asked again while it is open is answered at once. */
static void
stop_all(struct run *r, int64_t at_ms)
{
	struct doc *d = r->f->doc;

	for (size_t i = r->first; i < d->n_clocks; i++) {
		if (d->clocks[i].met_ms < 0)
			d->clocks[i].met_ms = at_ms;
	}
}

static void
run_move(struct run *r, struct node *n)
{
	const struct clock_def *def = r->def;
	const char *name = n->move->name;

	if (has_name(def->start_moves, def->n_start_moves, name) && !n->twice &&
	    counts_on(r, n, def->start_of) && (r->at == NULL || def->repeat))
		start(r, n->event->time_ms, n->event);
	if (r->at == NULL)
		return;
	if (has_name(def->restart, def->n_restart, name) && !n->twice &&
	    counts_on(r, n, NULL))
		restart(r, n->event->time_ms, n->event);
	run_effects(r, n);
	if (has_name(def->stop, def->n_stop, name) &&
	    counts_on(r, n, def->stop_of))
		stop_all(r, n->event->time_ms);
}

/* When the bearer had it: its own word first, then what receipts tell; false
 * when nobody knows yet. */
static bool
stored_at(const struct run *r, int64_t *ret_ms, const struct event **ret_by)
{
	const struct doc *d = r->f->doc;
	bool owner = r->bearer == &d->tracks[0];
	int64_t starts =
		r->row != NULL ? r->row->starts_ms : r->bearer->starts_ms;
	int64_t stored = r->row != NULL ? r->row->stored_ms
			 : owner	? d->issued_ms
					: r->bearer->stored_ms;

	*ret_by = owner		   ? d->current
		  : starts < 0	   ? NULL
		  : r->row != NULL ? r->row->starts_by
				   : r->bearer->starts_by;
	*ret_ms = starts >= 0 ? starts : stored;
	if (*ret_ms < 0 && r->def->until != NULL)
		*ret_ms = d->issued_ms; /* its date needs no start */
	return *ret_ms >= 0;
}

/* Starts that are no move: stored, or a date of the row or the content. */
static void
start_by_itself(struct run *r)
{
	const struct clock_def *def = r->def;
	const struct doc *d = r->f->doc;
	const struct event *by = d->current;
	int64_t ms;

	if (def->start_field != NULL) {
		if (fold_instant(run_field(r, def->start_field), false, &ms))
			start(r, ms, by);
	} else if (by_issue(r, def->start_moves, def->n_start_moves,
			    def->start_of)) {
		start(r, d->issued_ms, by);
	} else if (!r->f->in->draft && def->start_stored &&
		   stored_at(r, &ms, &by)) {
		start(r, ms, by);
	}
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

static void
collect_moves(struct run *r)
{
	const struct fold_index *ix = r->f->index;
	struct all_moves *all = r->all;

	if (all->list != NULL)
		return;
	all->list = xcalloc(ix->n_nodes + 1, sizeof(struct node *));
	for (size_t i = 0; i < ix->n_nodes; i++) {
		if (ix->order[i]->verdict == VERDICT_FIT &&
		    ix->order[i]->move != NULL)
			all->list[all->n++] = ix->order[i];
	}
	if (all->n > 0)
		qsort(all->list, all->n, sizeof(struct node *), by_time);
}

/* Not the bearer's own, and not made before it was one; where the content
 * gives the date, what began it may have been before. */
static bool
is_other(const struct run *r, const char *track, const struct node *member,
	 const struct node *n)
{
	if (str_eq(n->event->source, r->bearer->desk) &&
	    str_eq(n->track, track))
		return false;
	return member == NULL || member == &r->f->index->root ||
	       (r->def->until != NULL && !r->def->before) ||
	       !str_eq(n->event->source, r->f->doc->owner) ||
	       node_cmp(n, member) > 0;
}

/*
 * The bearer's own moves in effect order, of those made since it became a
 * party; moves of other tracks come between them by the time they were made,
 * since epochs order only what one desk does.
 */
static void
run_lanes(struct run *r, bool others)
{
	bool rows = str_eq(r->def->bearer, TRACK_ROWS);
	const char *track = rows ? r->row->track : r->bearer->name;
	const struct node *member = rows ? r->row->member : r->bearer->member;
	const struct lane *own = lane_of(r->f, r->bearer->desk, track, member);
	size_t n_own = own != NULL ? own->n_nodes : 0, at = 0, i = 0;

	if (others)
		collect_moves(r);
	while (i < n_own || at < r->all->n) {
		struct node *mine = i < n_own ? own->nodes[i] : NULL;
		struct node *other =
			others && at < r->all->n ? r->all->list[at] : NULL;

		if (other != NULL &&
		    (mine == NULL ||
		     other->event->time_ms < mine->event->time_ms)) {
			at++;
			if (is_other(r, track, member, other))
				run_move(r, other);
		} else if (mine != NULL) {
			i++;
			if (mine->move != NULL)
				run_move(r, mine);
		} else {
			break;
		}
	}
}

void
run_one(struct run *r, bool others)
{
	struct doc *d = r->f->doc;

	r->first = d->n_clocks;
	start_by_itself(r);
	run_lanes(r, others);
	finish(r);
	for (size_t i = r->first; i < d->n_clocks; i++) {
		settle_state(r, &d->clocks[i]);
		clock_compare(d, &d->clocks[i]);
	}
}
