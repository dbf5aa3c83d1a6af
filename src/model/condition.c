#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "condition_int.h"
#include "json_int.h"
#include "kind_int.h"

#define CONDITION_DEPTH_MAX 8

static const char *const clock_states[] = { "running", "suspended", "met",
					    "late",    "lapsed",    "ended",
					    NULL };

struct condition *
condition_free(struct condition *c)
{
	if (c == NULL)
		return NULL;
	for (size_t i = 0; i < c->n_sub; i++)
		condition_free(c->sub[i]);
	xfree(c->sub);
	json_decref(c->json);
	return xfree(c);
}

static enum rc
bad(struct err *err, const char *path, const char *why)
{
	return err_set(err, RC_MALFORMED, 0, "%s: %s", path, why);
}

/* Every key of the object is one of up to four names. */
static bool
only(const json_t *json, const char *a, const char *b, const char *c,
     const char *d)
{
	const char *key;
	json_t *value;

	json_object_foreach(json_plain(json), key, value)
	{
		if (!str_eq(key, a) && !(b && str_eq(key, b)) &&
		    !(c && str_eq(key, c)) && !(d && str_eq(key, d)))
			return false;
	}
	return true;
}

static bool
texts_ok(const json_t *list)
{
	if (!json_is_array(list) || json_array_size(list) == 0 ||
	    json_array_size(list) > 256)
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (json_is_object(json_array_get(list, i)) ||
		    json_is_array(json_array_get(list, i)))
			return false;
	}
	return true;
}

/* {in: [states]} or {ended: true} */
static bool
read_states(const json_t *json, struct condition *c)
{
	const json_t *in = json_object_get(json, "in");
	const json_t *ended = json_object_get(json, "ended");

	if ((in == NULL) == (ended == NULL))
		return false;
	if (in != NULL) {
		c->test = TEST_IN;
		c->in = in;
		return texts_ok(in);
	}
	c->test = TEST_ENDED;
	c->want = json_is_true(ended);
	return json_is_boolean(ended);
}

static bool
read_field(const json_t *json, struct condition *c)
{
	const json_t *in = json_object_get(json, "in");
	const json_t *has = json_object_get(json, "has");

	c->form = COND_FIELD;
	c->name = json_text(json, "field");
	if (c->name == NULL || json_object_size(json) != 2 ||
	    (!only(json, "field", "in", "has", "before") &&
	     !only(json, "field", "after", NULL, NULL)))
		return false;
	if (in != NULL) {
		c->test = TEST_IN;
		c->in = in;
		return texts_ok(in);
	}
	if (has != NULL) {
		c->test = TEST_HAS;
		c->want = !json_is_false(has);
		c->value = json_string_value(has);
		return json_is_boolean(has) || json_is_string(has);
	}
	c->test = json_object_get(json, "before") ? TEST_BEFORE : TEST_AFTER;
	c->value = json_text(json, c->test == TEST_BEFORE ? "before" : "after");
	return c->value != NULL;
}

static bool
read_track(const json_t *json, struct condition *c)
{
	const json_t *all = json_object_get(json, "all");
	const json_t *any = json_object_get(json, "any");

	c->form = COND_TRACK;
	c->name = json_text(json, "track");
	if (c->name != NULL) {
		/* of one track: the states stand beside its name */
		c->any = true;
		if (json_object_size(json) != 2)
			return false;
		if (all != NULL || any != NULL) {
			c->any = any != NULL;
			json = any != NULL ? any : all;
		} else if (!only(json, "track", "in", "ended", NULL)) {
			return false;
		}
		return read_states(json, c);
	}
	c->name = json_text(json, "tracks");
	if (c->name == NULL || json_object_size(json) != 2 ||
	    (all == NULL) == (any == NULL))
		return false;
	c->any = any != NULL;
	json = any != NULL ? any : all;
	return json_object_size(json) == 1 && read_states(json, c);
}

static bool
read_clock(const json_t *json, struct condition *c)
{
	c->form = COND_CLOCK;
	c->name = json_text(json, "clock");
	c->value = json_text(json, "is");
	if (!only(json, "clock", "is", NULL, NULL) || c->name == NULL)
		return false;
	for (int i = 0; clock_states[i] != NULL; i++) {
		if (str_eq(clock_states[i], c->value))
			return true;
	}
	return false;
}

static bool
read_now(const json_t *json, struct condition *c)
{
	const json_t *by = json_object_get(json, "by");

	c->form = COND_NOW;
	c->test = json_object_get(json, "before") ? TEST_BEFORE : TEST_AFTER;
	c->name = json_text(json, c->test == TEST_BEFORE ? "before" : "after");
	if (c->name == NULL || !json_is_true(json_object_get(json, "now")) ||
	    !only(json, "now", c->test == TEST_BEFORE ? "before" : "after",
		  "by", NULL))
		return false;
	c->by_min = json_integer_value(by);
	return by == NULL ||
	       (json_is_integer(by) && c->by_min >= 0 && c->by_min <= 1000000);
}

static bool
read_form(const json_t *json, struct condition *c)
{
	if (json_object_get(json, "field") != NULL)
		return read_field(json, c);
	if (json_object_get(json, "track") != NULL ||
	    json_object_get(json, "tracks") != NULL)
		return read_track(json, c);
	if (json_object_get(json, "clock") != NULL)
		return read_clock(json, c);
	if (json_object_get(json, "child") != NULL) {
		c->form = COND_CHILD;
		c->name = json_text(json, "child");
		c->value = json_text(json, "state");
		return c->name != NULL && c->value != NULL &&
		       only(json, "child", "state", NULL, NULL);
	}
	if (json_object_get(json, "now") != NULL)
		return read_now(json, c);
	return false;
}

static enum rc read_any(const json_t *json, const char *path, int depth,
			struct condition **ret_condition, struct err *err);

/* all: [..], any: [..], not: {..} */
static enum rc
read_join(const json_t *json, const char *path, int depth, struct condition *c,
	  struct err *err)
{
	const json_t *sub = json_object_get(json, "all");
	size_t n;

	c->form = COND_ALL;
	if (sub == NULL) {
		sub = json_object_get(json, "any");
		c->form = COND_ANY;
	}
	if (sub == NULL) {
		sub = json_object_get(json, "not");
		c->form = COND_NOT;
	}
	n = c->form == COND_NOT ? 1 : json_array_size(sub);
	if (json_object_size(json) != 1 || n < 1 || n > 32)
		return bad(err, path, _("is no condition"));
	c->sub = xcalloc(n, sizeof(struct condition *));
	for (size_t i = 0; i < n; i++) {
		const json_t *row =
			c->form == COND_NOT ? sub : json_array_get(sub, i);
		enum rc rc = read_any(row, path, depth + 1, &c->sub[i], err);

		if (rc != RC_OK)
			return rc;
		c->n_sub = i + 1;
	}
	return RC_OK;
}

static enum rc
read_any(const json_t *json, const char *path, int depth,
	 struct condition **ret_condition, struct err *err)
{
	struct condition *c;
	enum rc rc = RC_OK;

	if (!json_is_object(json) || depth > CONDITION_DEPTH_MAX)
		return bad(err, path, _("is no condition"));
	c = xcalloc(1, sizeof *c);
	c->json = json_incref(json_plain(json));
	if (json_object_get(json, "not") != NULL ||
	    json_is_array(json_object_get(json, "all")) ||
	    json_is_array(json_object_get(json, "any")))
		rc = read_join(json, path, depth, c, err);
	else if (!read_form(json, c))
		rc = bad(err, path, _("is no condition"));
	if (rc != RC_OK) {
		condition_free(c);
		return rc;
	}
	*ret_condition = c;
	return RC_OK;
}

enum rc
condition_read(const json_t *json, const char *path,
	       struct condition **ret_condition, struct err *err)
{
	return read_any(json, path, 0, ret_condition, err);
}

bool
condition_plain(const struct condition *c)
{
	bool plain = c->form == COND_FIELD || c->form == COND_ALL ||
		     c->form == COND_ANY || c->form == COND_NOT;

	for (size_t i = 0; i < c->n_sub; i++)
		plain = plain && condition_plain(c->sub[i]);
	return plain;
}

static bool
value_in(const json_t *list, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (json_equal(json_array_get(list, i), value))
			return true;
	}
	return false;
}

static bool
text_in(const json_t *list, const char *s)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (str_eq(json_string_value(json_array_get(list, i)), s))
			return true;
	}
	return false;
}

static bool
is_given(const json_t *value)
{
	if (json_is_string(value))
		return json_string_length(value) > 0;
	if (json_is_array(value))
		return json_array_size(value) > 0;
	if (json_is_object(value))
		return json_object_size(value) > 0;
	return value != NULL && !json_is_null(value);
}

/* A date (its first instant) or a time; false when it is neither. */
static bool
instant_of(const char *s, int64_t *ret_ms)
{
	int32_t day;

	if (s == NULL)
		return false;
	if (day_parse(s, &day, NULL) == RC_OK) {
		*ret_ms = day_start_ms(day);
		return true;
	}
	return time_parse(s, ret_ms, NULL) == RC_OK;
}

/* One value against the test; all but whether there is one at all. */
static bool
value_holds(const struct condition *c, const struct condition_in *in,
	    const json_t *value)
{
	const json_t *row;
	int64_t a, b;
	size_t i;

	if (c->test == TEST_HAS) {
		json_array_foreach(json_plain(value), i, row)
		{
			if (str_eq(json_string_value(row), c->value))
				return true;
		}
		return str_eq(json_string_value(value), c->value);
	}
	if (c->test == TEST_IN)
		return value != NULL && value_in(c->in, value);
	if (!instant_of(json_string_value(value), &a) ||
	    (!instant_of(c->value, &b) &&
	     !instant_of(json_text_at(in->fields, c->value), &b)))
		return false;
	return c->test == TEST_BEFORE ? a < b : a > b;
}

/* Is there a value at the dotted name that holds? Of a list any row's. */
static bool
any_holds(const struct condition *c, const struct condition_in *in,
	  const json_t *at, const char *dotted)
{
	size_t n = strcspn(dotted, ".");

	if (json_is_array(at)) {
		for (size_t i = 0; i < json_array_size(at); i++) {
			if (any_holds(c, in, json_array_get(at, i), dotted))
				return true;
		}
		return false;
	}
	at = json_object_getn(at, dotted, n);
	if (dotted[n] != '\0')
		return any_holds(c, in, at, dotted + n + 1);
	return c->test == TEST_HAS && c->value == NULL ? is_given(at)
						       : value_holds(c, in, at);
}

static bool
field_holds(const struct condition *c, const struct condition_in *in)
{
	bool any = any_holds(c, in, in->fields, c->name);

	return c->test == TEST_HAS && c->value == NULL ? any == c->want : any;
}

static bool
state_is(const struct condition *c, const struct state *s)
{
	if (s == NULL)
		return false;
	return c->test == TEST_ENDED ? s->end == c->want
				     : text_in(c->in, s->name);
}

/* Over the rows that have tracks. */
static bool
rows_hold(const struct condition *c, const struct condition_in *in)
{
	bool all = true, any = false;

	for (size_t i = 0; in->doc != NULL && i < in->doc->n_rows; i++) {
		const struct row_track *t = &in->doc->rows[i];
		bool ok = state_is(c, t->state);

		if (t->removed)
			continue;
		all = all && ok;
		any = any || ok;
	}
	return c->any ? any : all;
}

static bool
track_holds(const struct condition *c, const struct condition_in *in)
{
	bool all = true, any = false;

	if (str_eq(c->name, TRACK_ROWS))
		return rows_hold(c, in);

	for (size_t i = 0; in->doc != NULL && i < in->doc->n_tracks; i++) {
		const struct doc_track *t = &in->doc->tracks[i];
		bool ok = state_is(c, t->state);

		if (t->removed || !str_eq(t->name, c->name))
			continue;
		all = all && ok;
		any = any || ok;
	}
	return c->any ? any : all;
}

static bool
clock_is(const struct doc_clock *k, const char *state)
{
	switch (k->state) {
	case CLOCK_RUNNING: return str_eq(state, "running");
	case CLOCK_SUSPENDED: return str_eq(state, "suspended");
	case CLOCK_MET: return str_eq(state, "met");
	case CLOCK_MET_LATE:
		return str_eq(state, "met") || str_eq(state, "late");
	case CLOCK_LATE: return str_eq(state, "late");
	case CLOCK_LAPSED:
		if (str_eq(state, "lapsed"))
			return true;
		break;
	case CLOCK_ENDED: break;
	}
	return str_eq(state, "ended");
}

/* Does a newer instance of the same clock (repeat) stand after it? */
static bool
clock_renewed(const struct doc *d, size_t at)
{
	const struct doc_clock *k = &d->clocks[at];

	return at + 1 < d->n_clocks && k[1].def == k->def && k->row < 0 &&
	       str_eq(k[1].desk, k->desk);
}

static bool
clock_holds(const struct condition *c, const struct condition_in *in)
{
	const struct doc_track *own = in->doc != NULL && in->desk != NULL
					      ? doc_track_of(in->doc, in->desk)
					      : NULL;

	for (size_t i = 0; in->doc != NULL && i < in->doc->n_clocks; i++) {
		const struct doc_clock *k = &in->doc->clocks[i];

		if (str_eq(k->def->name, c->name) &&
		    (own == NULL || !str_eq(own->name, k->def->bearer) ||
		     str_eq(in->desk, k->desk)) &&
		    (in->row == NULL || k->row_track == NULL ||
		     str_eq(in->row, k->row_track->key)) &&
		    !clock_renewed(in->doc, i) && clock_is(k, c->value))
			return true;
	}
	return false;
}

static bool
now_holds(const struct condition *c, const struct condition_in *in)
{
	int64_t at;

	if (!instant_of(json_text_at(in->fields, c->name), &at))
		return false;
	return c->test == TEST_BEFORE ? in->now_ms <= at - c->by_min * 60000
				      : in->now_ms >= at + c->by_min * 60000;
}

bool
part_applies(const struct part *p, const json_t *fields)
{
	const struct condition_in in = { .fields = fields };

	return p->when == NULL || condition_holds(p->when, &in);
}

bool
condition_holds(const struct condition *c, const struct condition_in *in)
{
	bool holds = c->form == COND_ALL;

	switch (c->form) {
	case COND_FIELD: return field_holds(c, in);
	case COND_TRACK: return track_holds(c, in);
	case COND_CLOCK: return clock_holds(c, in);
	case COND_CHILD:
		return in->child_in != NULL &&
		       in->child_in(in->ctx, c->name, c->value);
	case COND_NOW: return now_holds(c, in);
	case COND_NOT: return !condition_holds(c->sub[0], in);
	case COND_ALL:
	case COND_ANY: break;
	}
	for (size_t i = 0; i < c->n_sub; i++) {
		bool ok = condition_holds(c->sub[i], in);

		holds = c->form == COND_ALL ? holds && ok : holds || ok;
	}
	return holds;
}
