/*
 * Due dates that travel (KINDS, rule 6; DESIGN 4): the desk whose event
 * decides a clock's dates says in it what it computed, and every other desk
 * compares. A difference is shown, never judged: both work on, and an officer
 * sees that one of the two has another holiday table.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "fold_clock_int.h"

#define STATED_MAX 64 /* of one event: rows may be many */

static json_t *
time_json(int64_t ms)
{
	char text[TIME_TEXT_MAX];

	time_format(ms, text);
	return json_string(text);
}

static json_t *
stated_json(const struct doc_clock *c)
{
	json_t *o =
		json_pack("{s:s,s:s}", "clock", c->def->name, "desk", c->desk);

	if (c->row_track != NULL)
		json_object_set_new(o, "row", json_string(c->row_track->key));
	else if (c->row >= 0)
		json_object_set_new(o, "row", json_integer(c->row));
	json_object_set_new(o, "amount", json_integer(c->amount));
	json_object_set_new(o, "unit", json_string(clock_unit_name(c->unit)));
	json_object_set_new(o, "started_at", time_json(c->started_ms));
	json_object_set_new(o, "strict", time_json(c->due.strict_ms));
	json_object_set_new(o, "rolled", time_json(c->due.rolled_ms));
	return o;
}

json_t *
doc_stated(const struct doc *d, const struct event *e)
{
	json_t *list = NULL;

	for (size_t i = 0; i < d->n_clocks; i++) {
		const struct doc_clock *c = &d->clocks[i];

		/* a date that the content gives is no computation, and what
		 * only this desk shows is nobody else's */
		if (c->by != e || c->due.open || c->def->local ||
		    (c->def->until != NULL && !c->def->before))
			continue;
		if (list == NULL)
			list = json_array();
		if (json_array_size(list) < STATED_MAX)
			json_array_append_new(list, stated_json(c));
	}
	return list;
}

static bool
is_of(const json_t *one, const struct doc_clock *c)
{
	const json_t *row = json_object_get(one, "row");

	if (!str_eq(json_text(one, "clock"), c->def->name) ||
	    !str_eq(json_text(one, "desk"), c->desk))
		return false;
	if (c->row_track != NULL)
		return str_eq(json_string_value(row), c->row_track->key);
	return c->row < 0 ? row == NULL
			  : json_is_integer(row) &&
				    json_integer_value(row) == c->row;
}

static bool
time_of(const json_t *one, const char *name, int64_t *ret_ms)
{
	const char *s = json_text(one, name);

	return s != NULL && time_parse(s, ret_ms, NULL) == RC_OK;
}

/* Did both count from the same start by the same amount? A later revision may
 * have changed it: then there is nothing to compare. */
static bool
same_terms(const json_t *one, const struct doc_clock *c)
{
	const json_t *amount = json_object_get(one, "amount");
	int64_t started;

	return json_is_integer(amount) &&
	       json_integer_value(amount) == c->amount &&
	       str_eq(json_text(one, "unit"), clock_unit_name(c->unit)) &&
	       time_of(one, "started_at", &started) && started == c->started_ms;
}

void
clock_compare(const struct doc *d, struct doc_clock *c)
{
	const json_t *list =
		c->by != NULL ? json_object_get(c->by->data, "clocks") : NULL;
	int64_t strict, rolled;

	c->stated_strict_ms = c->stated_rolled_ms = -1;
	for (size_t i = 0; i < json_array_size(list) && i < STATED_MAX; i++) {
		const json_t *one = json_array_get(list, i);
		/* on what is current, and by no state of any track, the amount
		 * too must have been the same */
		bool now = c->def->n_cases == 0 &&
			   (c->by == d->current ||
			    (c->by->has_rev && d->current != NULL &&
			     ref_eq(&c->by->rev, &d->current->digest)));

		if (!is_of(one, c) || !time_of(one, "strict", &strict) ||
		    !time_of(one, "rolled", &rolled))
			continue;
		c->stated_strict_ms = strict;
		c->stated_rolled_ms = rolled;
		c->differs =
			!c->due.open &&
			(same_terms(one, c) ? strict != c->due.strict_ms ||
						      rolled != c->due.rolled_ms
					    : now);
		return;
	}
}
