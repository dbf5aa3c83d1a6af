/*
 * The course of a draft: which moves of its kind it can make, where `issue`
 * is possible, what those moves alone may write (KINDS, rule 4).
 */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "course_int.h"
#include "desk_int.h"
#include "model/condition.h"

static const struct track_def *
owner_of(const struct kind *k)
{
	return kind_track(k, "owner");
}

static const struct move *
issue_of(const struct kind *k)
{
	const struct track_def *t = owner_of(k);

	return t != NULL ? track_move(t, "issue") : NULL;
}

const char *
course_start(const struct kind *k)
{
	const struct track_def *t = owner_of(k);

	return t != NULL && track_drafts(t, t->initial) ? t->initial
							: COURSE_DRAFT;
}

bool
move_is_from(const struct move *m, const char *state)
{
	size_t i;

	for (i = 0; i < m->n_from; i++)
		if (str_eq(m->from[i], state))
			return true;
	return false;
}

/* The core's own waiting state stands before `issue` of every kind that
 * issues from where it begins. */
static bool
issues_from(const struct kind *k, const char *state)
{
	const struct move *issue = issue_of(k);

	return issue == NULL || move_is_from(issue, state) ||
	       (str_eq(state, COURSE_REVIEW) &&
		move_is_from(issue, course_start(k)));
}

/* A move that only hands on: nothing to fill in, judge or write. */
static bool
is_plain(const struct move *m)
{
	return m->to != NULL && m->n_input == 0 && m->n_checks == 0 &&
	       m->n_effects == 0 && m->officers <= 1 && m->when == NULL;
}

/* The plain move from a state to where `issue` is possible; NULL. */
static const struct move *
submit_of(const struct kind *k, const char *state)
{
	const struct track_def *t = owner_of(k);
	size_t i;

	for (i = 0; t != NULL && i < t->n_moves; i++) {
		const struct move *m = &t->moves[i];

		if (move_drafts(t, m) && is_plain(m) &&
		    move_is_from(m, state) && issues_from(k, m->to) &&
		    !issues_from(k, state))
			return m;
	}
	return NULL;
}

bool
course_may_issue(const struct kind *k, const char *state)
{
	return issues_from(k, state) || submit_of(k, state) != NULL;
}

const char *
course_waiting(const struct kind *k, const char *state)
{
	const struct move *m = submit_of(k, state);

	if (m != NULL)
		return m->to;
	return issues_from(k, state) && str_eq(state, course_start(k))
		       ? COURSE_REVIEW
		       : state;
}

bool
course_waits_approval(const struct kind *k, const char *state)
{
	const struct track_def *t = k != NULL ? owner_of(k) : NULL;
	size_t i;

	if (str_eq(state, COURSE_REVIEW))
		return true;
	for (i = 0; t != NULL && i < t->n_states; i++) {
		const struct move *m = submit_of(k, t->states[i].name);

		if (m != NULL && str_eq(m->to, state))
			return true;
	}
	return false;
}

static bool
is_input(const struct move *m, const char *field)
{
	size_t i;

	for (i = 0; i < m->n_input; i++)
		if (str_eq(m->input[i].name, field))
			return true;
	for (i = 0; i < m->n_effects; i++)
		if (m->effects[i].type == EFFECT_STAMP &&
		    str_eq(m->effects[i].target, field))
			return true;
	return false;
}

bool
course_writes(const struct kind *k, const char *field)
{
	const struct track_def *t = owner_of(k);
	size_t i;

	for (i = 0; t != NULL && i < t->n_moves; i++)
		if (move_drafts(t, &t->moves[i]) &&
		    is_input(&t->moves[i], field))
			return true;
	return false;
}

enum rc
course_untouched(const struct kind *k, const json_t *old, const json_t *now,
		 struct err *err)
{
	size_t i;

	for (i = 0; i < k->n_fields; i++) {
		const struct field *f = &k->fields[i];
		const json_t *a = json_object_get(old, f->name);
		const json_t *b = json_object_get(now, f->name);

		if (!course_writes(k, f->name) || (a == NULL && b == NULL) ||
		    json_equal(a, b))
			continue;
		return err_set(err, RC_DENIED, 0,
			       _("%s is written by a move alone"),
			       title_in(&f->title, i18n_zh()));
	}
	return RC_OK;
}

bool
course_possible(const struct kind *k, const json_t *fields, const char *state,
		const struct move *m)
{
	const struct condition_in in = { .fields = fields };

	(void)k;
	return move_is_from(m, state) &&
	       (m->when == NULL || condition_holds(m->when, &in));
}
