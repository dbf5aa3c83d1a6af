/* Tracks, moves and clocks of a kind file: does all of it hang together? */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "kind_int.h"
#include "model/event.h"

/* Types of events of the core: no kind's moves. */
static const char *const core[] = { "issue",  "revise", "withdraw",
				    "remark", "remind", "reveal",
				    "local",  "card",	"ack_withdraw",
				    "assign", "note" };

/* Marks what can be reached in one more step; true when something was new. */
static bool
spread(const struct track_def *t, bool *reached)
{
	bool more = false;

	for (size_t i = 0; i < t->n_moves; i++) {
		const struct move *m = &t->moves[i];
		const struct state *to =
			m->to != NULL ? track_state(t, m->to) : NULL;
		bool from = false;

		for (size_t j = 0; j < m->n_from; j++) {
			const struct state *s = track_state(t, m->from[j]);

			from = from || (s != NULL && reached[s - t->states]);
		}
		if (to != NULL && from && !reached[to - t->states])
			more = reached[to - t->states] = true;
	}
	for (size_t i = 0; i < t->n_states; i++) {
		const struct state *back =
			t->states[i].falls_back != NULL
				? track_state(t, t->states[i].falls_back)
				: NULL;

		if (reached[i] && back != NULL && !reached[back - t->states])
			more = reached[back - t->states] = true;
	}
	return more;
}

static void
check_reach(struct reader *r, const struct track_def *t)
{
	const struct state *initial = track_state(t, t->initial);
	bool reached[64] = { false };

	if (initial == NULL) {
		reader_bad(r, "initial", _("no state \"%s\""), t->initial);
		return;
	}
	reached[initial - t->states] = true;
	while (spread(t, reached))
		;
	for (size_t i = 0; i < t->n_states; i++) {
		if (!reached[i])
			reader_bad(r, "states",
				   _("state \"%s\" is never reached"),
				   t->states[i].name);
	}
}

static void
check_state(struct reader *r, const struct track_def *t, const struct state *s)
{
	if (s->falls_back != NULL && track_state(t, s->falls_back) == NULL)
		reader_bad(r, "falls_back", _("no state \"%s\""),
			   s->falls_back);
	if (s->stage == STAGE_DRAFT && !str_eq(t->name, "owner"))
		reader_bad(r, "stage", _("only the owner drafts"));
	for (size_t i = 0; i < s->n_waits; i++)
		kind_check_condition(r, s->waits[i].when, false);
}

/* Suspend, resume, extend and restart name a clock that allows it. */
static void
check_effect(struct reader *r, const struct track_def *t, const struct move *m,
	     const struct effect *e)
{
	const struct clock_def *c;
	const struct field *f;

	if (e->type == EFFECT_CREATE) {
		if (!reader_is_name(e->target))
			reader_bad(r, NULL, _("\"%s\" is no kind"), e->target);
		return;
	}
	if (e->type == EFFECT_STAMP) {
		f = kind_need_field(r, e->target, false);
		if (f != NULL && f->type != FIELD_TIME && f->type != FIELD_DATE)
			reader_bad(r, NULL, _("field \"%s\" is no date"),
				   e->target);
		if (!move_drafts(t, m))
			reader_bad(r, NULL, _("only moves of drafts stamp"));
		return;
	}
	if (e->type == EFFECT_RELEASE) {
		f = kind_need_field(r, e->target, false);
		if (f != NULL && f->see != SEE_SEALED)
			reader_bad(r, NULL, _("field \"%s\" is not sealed"),
				   e->target);
		return;
	}
	c = kind_find_clock(r->kind, e->target);
	if (c == NULL) {
		reader_bad(r, NULL, _("no clock \"%s\""), e->target);
		return;
	}
	if ((e->type == EFFECT_SUSPEND || e->type == EFFECT_RESUME) &&
	    !c->suspend)
		reader_bad(r, NULL, _("clock %s cannot be suspended"), c->name);
	if (e->type == EFFECT_EXTEND && c->extend_times == 0)
		reader_bad(r, NULL, _("clock %s cannot be extended"), c->name);
	if (e->type == EFFECT_EXTEND && c->extend_role != ROLE__COUNT &&
	    m->approve != c->extend_role &&
	    m->roles != ROLE_BIT(c->extend_role))
		reader_bad(r, NULL,
			   _("an extension of clock %s is approved by the "
			     "role %s"),
			   c->name, role_name(c->extend_role));
	if (m->local && !c->local)
		reader_bad(r, NULL,
			   _("a local move touches clock %s, which every desk "
			     "shows"),
			   c->name);
	for (size_t i = 0; e->from != NULL && i < m->n_input; i++) {
		if (str_eq(m->input[i].name, e->from) &&
		    (m->input[i].type == FIELD_DATE ||
		     m->input[i].type == FIELD_TIME) &&
		    m->input[i].see == SEE_ALL)
			return;
	}
	if (e->from != NULL)
		reader_bad(r, "from", _("no input \"%s\" with a date"),
			   e->from);
}

static void
check_core_name(struct reader *r, const struct track_def *t,
		const struct move *m)
{
	const struct state *s;

	for (size_t i = 0; i < ARRAY_LEN(core); i++) {
		if (!str_eq(core[i], m->name))
			continue;
		if (i > 0 || !str_eq(t->name, "owner")) {
			reader_bad(r, NULL, _("the name belongs to the core"));
			return;
		}
		/* issue: from the draft's states, to a state that is sent */
		s = m->to != NULL ? track_state(t, m->to) : NULL;
		if (s == NULL || s->stage == STAGE_DRAFT)
			reader_bad(r, "to", _("must leave the draft's states"));
	}
}

static bool
is_auto(const struct move *m)
{
	return m->auto_clock != NULL || m->auto_date != NULL;
}

static bool
leads_from(const struct move *m, const char *state)
{
	for (size_t i = 0; i < m->n_from; i++) {
		if (str_eq(m->from[i], state))
			return true;
	}
	return false;
}

/* Do automatic moves alone lead from the state back to m? Each state needs
 * to be gone through once. */
static bool
comes_back(const struct track_def *t, const struct move *m, const char *state,
	   uint64_t *seen)
{
	const struct state *s = track_state(t, state);

	if (leads_from(m, state))
		return true;
	if (s == NULL || (*seen >> (s - t->states) & 1) != 0)
		return false;
	*seen |= (uint64_t)1 << (s - t->states);
	for (size_t i = 0; i < t->n_moves; i++) {
		const struct move *next = &t->moves[i];

		if (is_auto(next) && !next->once && next->to != NULL &&
		    leads_from(next, state) && comes_back(t, m, next->to, seen))
			return true;
	}
	return false;
}

/* Nobody is there to fill it in, to approve it, or to end a circle. */
static void
check_auto(struct reader *r, const struct track_def *t, const struct move *m)
{
	uint64_t seen = 0;

	if (!is_auto(m))
		return;
	if (m->auto_clock != NULL &&
	    kind_find_clock(r->kind, m->auto_clock) == NULL)
		reader_bad(r, "auto", _("no clock \"%s\""), m->auto_clock);
	if (m->auto_date != NULL)
		kind_check_instant(r, m->auto_date, false);
	if (str_eq(t->name, "rows"))
		reader_bad(r, "auto", _("nothing happens by itself on a row"));
	if (m->approve != ROLE__COUNT || m->officers > 1 ||
	    (m->roles & ~ROLE_BIT(ROLE_CLOCK)) != 0)
		reader_bad(
			r, "auto",
			_("happens by itself: no roles, officers or approval"));
	for (size_t i = 0; i < m->n_input; i++) {
		if (m->input[i].need == NEED_MUST)
			reader_bad(r, "auto",
				   _("happens by itself: nobody gives \"%s\""),
				   m->input[i].name);
	}
	if (!m->once && (m->to == NULL || comes_back(t, m, m->to, &seen)))
		reader_bad(
			r, "auto",
			_("would happen again and again: \"once\" is needed"));
}

static void
check_move(struct reader *r, const struct track_def *t, const struct move *m)
{
	check_core_name(r, t, m);
	for (size_t i = 0; i < m->n_from; i++) {
		if (track_state(t, m->from[i]) == NULL)
			reader_bad(r, "from", _("no state \"%s\""), m->from[i]);
	}
	if (m->to != NULL && track_state(t, m->to) == NULL)
		reader_bad(r, "to", _("no state \"%s\""), m->to);
	if (m->local && m->to != NULL)
		reader_bad(r, "to",
			   _("a local move cannot change what others see"));
	if (m->local && m->once)
		reader_bad(r, "once", _("of a local move nobody else knows"));
	kind_check_condition(r, m->when, false);
	check_auto(r, t, m);
	kind_check_checks(r, m->checks, m->n_checks, m);
	if (move_drafts(t, m))
		kind_check_draft_move(r, t, m);
	kind_check_inputs(r, m->input, m->n_input, "input", true);
	for (size_t i = 0; i < m->n_effects; i++) {
		size_t outer = reader_enter(r, "effects");

		reader_enter_row(r, i);
		check_effect(r, t, m, &m->effects[i]);
		reader_leave(r, outer);
	}
}

static void
check_track(struct reader *r, const struct track_def *t)
{
	size_t outer = reader_enter(r, "states");

	for (size_t i = 0; i < t->n_states; i++) {
		size_t mark = reader_enter(r, t->states[i].name);

		check_state(r, t, &t->states[i]);
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
	outer = reader_enter(r, "moves");
	for (size_t i = 0; i < t->n_moves; i++) {
		size_t mark = reader_enter(r, t->moves[i].name);

		check_move(r, t, &t->moves[i]);
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
	check_reach(r, t);
}

static bool
may_name_rows(const struct field *list)
{
	for (size_t i = 0; i < list->n_sub; i++) {
		const struct field *f = &list->sub[i];

		if (str_eq(f->name, list->key))
			return f->see == SEE_ALL &&
			       (f->type == FIELD_TEXT ||
				f->type == FIELD_CODE || f->type == FIELD_INT);
	}
	return false;
}

/* The track "rows" belongs to the one list whose rows are named and given to
 * a desk, all of it seen by all. */
static void
find_rows(struct reader *r)
{
	struct kind *k = r->kind;

	if (kind_track(k, TRACK_ROWS) == NULL)
		return;
	for (size_t i = 0; i < k->n_fields; i++) {
		const struct field *f = &k->fields[i];

		if (f->key == NULL || f->each == NULL)
			continue;
		if (k->rows != NULL)
			reader_bad(r, TRACK_ROWS,
				   _("lists %s and %s both have key and each"),
				   k->rows->name, f->name);
		if (f->by != NULL || f->see != SEE_ALL || !may_name_rows(f))
			reader_bad(r, TRACK_ROWS,
				   _("list %s is not the owner's, or its key "
				     "is no text or number that all see"),
				   f->name);
		k->rows = f;
	}
	if (k->rows == NULL)
		reader_bad(r, TRACK_ROWS, _("no list has key and each"));
}

void
kind_check_tracks(struct reader *r)
{
	const struct kind *k = r->kind;
	const struct track_def *owner = kind_track(k, "owner");
	size_t outer = reader_enter(r, "tracks");

	if (owner == NULL)
		reader_bad(r, NULL, _("there is no track \"owner\""));
	find_rows(r);
	for (size_t i = 0; owner != NULL && i < k->n_tracks; i++) {
		size_t mark = reader_enter(r, k->tracks[i].name);

		check_track(r, &k->tracks[i]);
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
	if (owner != NULL && k->number_at != NULL &&
	    track_move(owner, k->number_at) == NULL)
		reader_bad(r, "number", _("the owner has no move \"%s\""),
			   k->number_at);
}

/*
 * Moves that a clock uses: they exist, and every desk that shows the clock
 * sees them (EVENTS 11): the owner sees all; a bearer sees its own and the
 * owner's, others' only when the kind relays them.
 */
static void
check_clock_moves(struct reader *r, const struct clock_def *c, const char *key,
		  const char *const *moves, size_t n, const char *of)
{
	const struct kind *k = r->kind;
	const struct track_def *t = kind_track(k, of != NULL ? of : c->bearer);
	enum relay relay;

	if (t == NULL) {
		reader_bad(r, key, _("no track \"%s\""), of);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct move *m = track_move(t, moves[i]);

		if (m == NULL)
			reader_bad(r, key, _("track %s has no move \"%s\""),
				   t->name, moves[i]);
		else if (m->local && !c->local)
			reader_bad(r, key,
				   _("move \"%s\" is not seen by every desk"),
				   moves[i]);
	}
	relay = k->relay_of_track[t - k->tracks];
	/* between a row and its desk's own track nobody else is looked at */
	if (n > 0 && !str_eq(t->name, TRACK_ROWS) &&
	    !str_eq(c->bearer, TRACK_ROWS) && !c->local &&
	    !str_eq(t->name, c->bearer) && !str_eq(t->name, "owner") &&
	    !str_eq(c->bearer, "owner") && relay != RELAY_ALL)
		reader_bad(r, key, _("track %s does not see the moves of %s"),
			   c->bearer, t->name);
}

/* The list whose rows each have one of these clocks; NULL: not by row. */
static const struct field *
list_of(struct reader *r, const struct clock_def *c)
{
	bool rows = str_eq(c->bearer, TRACK_ROWS);
	const struct field *list;

	if (c->each == NULL)
		return rows ? r->kind->rows : NULL;
	list = kind_need_field(r, c->each, !c->local);
	if (list == NULL || list->type != FIELD_LIST)
		reader_bad(r, "each", _("no list \"%s\""), c->each);
	else if (rows && list != r->kind->rows)
		reader_bad(r, "each", _("the rows of %s have no track"),
			   c->each);
	return list;
}

static const struct field *
column_of(const struct field *list, const char *name)
{
	for (size_t i = 0; list != NULL && i < list->n_sub; i++) {
		if (str_eq(list->sub[i].name, name))
			return &list->sub[i];
	}
	return NULL;
}

/* A date of the row, else of the content. */
static void
check_date(struct reader *r, const struct clock_def *c,
	   const struct field *list, const char *key, const char *name)
{
	const struct field *f = column_of(list, name);

	if (name == NULL)
		return;
	if (f == NULL)
		kind_check_instant(r, name, !c->local);
	else if (f->type != FIELD_DATE && f->type != FIELD_TIME)
		reader_bad(r, key, _("no column \"%s\" with a date"), name);
}

static void
check_amount(struct reader *r, const struct clock_def *c,
	     const struct field *list, const struct amount *a)
{
	const struct field *f;

	if (a->field == NULL)
		return;
	f = column_of(list, a->field);
	if (f == NULL)
		f = kind_need_field(r, a->field, !c->local);
	if (f != NULL && f->type != FIELD_INT)
		reader_bad(r, "amount", _("field \"%s\" is no number"),
			   a->field);
}

static void
check_clock(struct reader *r, const struct clock_def *c)
{
	const struct field *list;

	if (kind_track(r->kind, c->bearer) == NULL) {
		reader_bad(r, "bearer", _("no track \"%s\""), c->bearer);
		return;
	}
	check_clock_moves(r, c, "start", c->start_moves, c->n_start_moves,
			  c->start_of);
	check_clock_moves(r, c, "stop", c->stop, c->n_stop, c->stop_of);
	check_clock_moves(r, c, "restart", c->restart, c->n_restart, NULL);
	list = list_of(r, c);
	check_date(r, c, list, "start", c->start_field);
	check_date(r, c, list, "stop", c->stop_field);
	check_date(r, c, list, "until", c->until);
	check_amount(r, c, list, &c->amount);
	for (size_t i = 0; i < c->n_cases; i++) {
		kind_check_condition(r, c->cases[i].when, !c->local);
		check_amount(r, c, list, &c->cases[i].amount);
	}
	if (c->until != NULL && (c->suspend || c->extend_times > 0))
		reader_bad(r, "until",
			   _("a clock until a date is neither suspended nor "
			     "extended: the date is revised"));
	if (c->before && c->until == NULL && c->start_field == NULL)
		reader_bad(r, "sense",
			   _("\"before\" needs the date that it is before"));
	kind_check_condition(r, c->when, !c->local);
}

void
kind_check_clocks(struct reader *r)
{
	const struct kind *k = r->kind;
	size_t outer = reader_enter(r, "clocks");

	for (size_t i = 0; i < k->n_clocks; i++) {
		size_t mark = reader_enter(r, k->clocks[i].name);

		check_clock(r, &k->clocks[i]);
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
}
