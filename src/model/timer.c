#include "model/timer.h"

#include "base/text.h"
#include "condition_int.h"
#include "fold_clock_int.h"

static void
take_earlier(int64_t *at, int64_t other)
{
	if (other < *at)
		*at = other;
}

/* A clock runs to the end of its last instant. */
static int64_t
over_at(const struct doc_clock *c)
{
	return clock_binding_ms(c) + 1;
}

/* Is its time over without having been met, or will it be? */
static bool
runs_out(const struct doc_clock *c)
{
	return !c->due.open &&
	       (c->state == CLOCK_RUNNING || c->state == CLOCK_LATE ||
		c->state == CLOCK_LAPSED);
}

/* Of a clock on the desk's own track its own instance, else the first that
 * runs out. */
static int64_t
clock_time(const struct condition_in *in, const struct doc_track *t,
	   const char *clock)
{
	int64_t at = TIMER_NEVER;

	for (size_t i = 0; i < in->doc->n_clocks; i++) {
		const struct doc_clock *c = &in->doc->clocks[i];

		if (!str_eq(c->def->name, clock) || c->row >= 0 ||
		    (str_eq(c->def->bearer, t->name) &&
		     !str_eq(c->desk, t->desk)) ||
		    !runs_out(c))
			continue;
		take_earlier(&at, over_at(c));
	}
	return at;
}

static int64_t
move_time(const struct condition_in *in, const struct doc_track *t,
	  const struct move *m)
{
	int64_t ms;

	if (m->auto_clock != NULL)
		return clock_time(in, t, m->auto_clock);
	if (m->auto_date == NULL)
		return TIMER_NEVER;
	/* a date that is to be over is so with its last second */
	if (!fold_instant(fold_field_at(in->fields, m->auto_date), m->auto_over,
			  &ms))
		return TIMER_NEVER;
	return m->auto_over ? ms + 1 : ms;
}

static int64_t
now_next(const struct condition *c, const struct condition_in *in)
{
	int64_t at;

	if (!fold_instant(fold_field_at(in->fields, c->name), false, &at))
		return TIMER_NEVER;
	at = c->test == TEST_BEFORE ? at - c->by_min * 60000 + 1
				    : at + c->by_min * 60000;
	return at > in->now_ms ? at : TIMER_NEVER;
}

static int64_t
clock_next(const struct condition *c, const struct condition_in *in)
{
	int64_t at = TIMER_NEVER;

	for (size_t i = 0; i < in->doc->n_clocks; i++) {
		const struct doc_clock *k = &in->doc->clocks[i];

		if (str_eq(k->def->name, c->name) && runs_out(k) &&
		    over_at(k) > in->now_ms)
			take_earlier(&at, over_at(k));
	}
	return at;
}

int64_t
condition_next(const struct condition *c, const struct condition_in *in)
{
	int64_t at = TIMER_NEVER;

	if (c->form == COND_NOW)
		at = now_next(c, in);
	else if (c->form == COND_CLOCK)
		at = clock_next(c, in);
	for (size_t i = 0; i < c->n_sub; i++)
		take_earlier(&at, condition_next(c->sub[i], in));
	return at;
}

static bool
heeds_time(const struct condition *c)
{
	if (c->form == COND_NOW || c->form == COND_CLOCK)
		return true;
	for (size_t i = 0; i < c->n_sub; i++) {
		if (heeds_time(c->sub[i]))
			return true;
	}
	return false;
}

static bool
track_heeds_time(const struct track_def *t)
{
	for (size_t i = 0; t != NULL && i < t->n_states; i++) {
		const struct state *s = &t->states[i];

		for (size_t w = 0; w < s->n_waits; w++) {
			if (s->waits[w].when != NULL &&
			    heeds_time(s->waits[w].when))
				return true;
		}
	}
	return false;
}

bool
doc_heeds_time(const struct doc *d, const char *desk)
{
	const struct doc_track *t = doc_track_of(d, desk);

	if (t == NULL || t->def == NULL)
		return false;
	if (d->n_seals > 0 && str_eq(d->owner, desk))
		return true;
	for (size_t i = 0; i < t->def->n_moves; i++) {
		const struct move *m = &t->def->moves[i];

		if (m->auto_clock != NULL || m->auto_date != NULL)
			return true;
	}
	if (track_heeds_time(t->def))
		return true;
	return d->n_rows > 0 && track_heeds_time(d->rows[0].def);
}

static void
look_at_move(const struct condition_in *in, const struct doc_track *t,
	     const struct move *m, struct timer_due *out)
{
	int64_t at;

	if ((m->auto_clock == NULL && m->auto_date == NULL) ||
	    !doc_move_fits(in->doc, t->desk, NULL, m->name, NULL))
		return;
	at = move_time(in, t, m);
	if (at > in->now_ms) {
		take_earlier(&out->at_ms, at);
	} else if (m->when != NULL && !condition_holds(m->when, in)) {
		take_earlier(&out->at_ms, condition_next(m->when, in));
	} else if (out->move == NULL || at < out->at_ms) {
		out->at_ms = at;
		out->move = m;
	}
}

static void
look_at_waits(const struct condition_in *in, const struct state *s,
	      struct timer_due *out)
{
	for (size_t i = 0; i < s->n_waits; i++) {
		if (s->waits[i].when != NULL)
			take_earlier(&out->at_ms,
				     condition_next(s->waits[i].when, in));
	}
}

void
doc_timer(const struct condition_in *in, struct timer_due *out)
{
	const struct doc *d = in->doc;
	const struct doc_track *t = doc_track_of(d, in->desk);

	*out = (struct timer_due){ .at_ms = TIMER_NEVER };
	if (t == NULL || t->removed || t->def == NULL || t->state == NULL ||
	    !d->issued || d->withdrawn)
		return;
	for (size_t i = 0; i < d->n_seals && str_eq(d->owner, in->desk); i++) {
		if (!d->seals[i].open && d->seals[i].opens_ms > in->now_ms)
			take_earlier(&out->at_ms, d->seals[i].opens_ms);
	}
	for (size_t i = 0; i < t->def->n_moves; i++)
		look_at_move(in, t, &t->def->moves[i], out);
	if (out->move != NULL)
		return;
	look_at_waits(in, t->state, out);
	for (size_t i = 0; i < d->n_rows; i++) {
		if (d->rows[i].state != NULL && !d->rows[i].removed &&
		    str_eq(d->rows[i].desk, in->desk))
			look_at_waits(in, d->rows[i].state, out);
	}
}
