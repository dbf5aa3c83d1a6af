/* Views that are more than lists of names: calendar, clash, roll call. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "json_int.h"
#include "kind_int.h"
#include "model/span.h"

static const char *const phase_keys = "list title start end desk place";

static void
read_calendar(struct reader *r, const json_t *views, struct calendar_view *c)
{
	const json_t *o = reader_object(r, views, "calendar", false), *phases;
	size_t mark, inner;

	if (o == NULL)
		return;
	mark = reader_enter(r, "calendar");
	reader_keys(r, o, "start end minutes place who text off phases");
	c->start = reader_name(r, o, "start", true);
	c->end = reader_name(r, o, "end", false);
	c->minutes = (int)reader_int(r, o, "minutes", 1, 100000, SPAN_MINUTES);
	c->place = reader_name(r, o, "place", false);
	c->who = reader_text(r, o, "who", false);
	c->text = reader_name(r, o, "text", false);
	c->off = reader_texts(r, o, "off", &c->n_off);
	phases = reader_object(r, o, "phases", false);
	if (phases != NULL) {
		inner = reader_enter(r, "phases");
		reader_keys(r, phases, phase_keys);
		c->phases = reader_name(r, phases, "list", true);
		c->phase_title = reader_name(r, phases, "title", false);
		c->phase_start = reader_name(r, phases, "start", true);
		c->phase_end = reader_name(r, phases, "end", false);
		c->phase_desk = reader_name(r, phases, "desk", false);
		c->phase_place = reader_name(r, phases, "place", false);
		reader_leave(r, inner);
	}
	reader_leave(r, mark);
}

/* what -> a field's dotted name, or {tracks: [..]}: the desks themselves. */
static void
read_clash(struct reader *r, const json_t *views, struct views *v)
{
	const json_t *o = reader_object(r, views, "clash", false);
	struct clash_rule *rules;
	const char *what;
	json_t *value;
	size_t i = 0, mark;

	if (o == NULL)
		return;
	mark = reader_enter(r, "clash");
	v->n_clash = json_object_size(o);
	rules = reader_array(r, v->n_clash, sizeof *rules);
	v->clash = rules;
	json_object_foreach(json_plain(o), what, value)
	{
		struct clash_rule *rule = &rules[i++];
		size_t inner = reader_enter(r, what);

		rule->what = what;
		if (!reader_is_name(what))
			reader_bad(r, NULL, _("is no name"));
		rule->field = json_string_value(value);
		if (json_is_object(value)) {
			reader_keys(r, value, "tracks");
			rule->tracks = reader_texts(r, value, "tracks",
						    &rule->n_tracks);
		}
		if ((rule->field == NULL) == (rule->n_tracks == 0))
			reader_bad(r, NULL,
				   _("must be a field or {\"tracks\": [..]}"));
		reader_leave(r, inner);
	}
	reader_leave(r, mark);
}

static void
read_roll_call(struct reader *r, const json_t *views, struct roll_call_view *c)
{
	const json_t *o = reader_object(r, views, "roll_call", false);
	size_t mark;

	if (o == NULL)
		return;
	mark = reader_enter(r, "roll_call");
	reader_keys(r, o, "track start move at leader phone headcount");
	c->track = reader_name(r, o, "track", true);
	c->start = reader_name(r, o, "start", true);
	c->move = reader_name(r, o, "move", true);
	c->at = reader_name(r, o, "at", true);
	c->leader = reader_name(r, o, "leader", false);
	c->phone = reader_name(r, o, "phone", false);
	c->headcount = reader_name(r, o, "headcount", false);
	reader_leave(r, mark);
}

void
kind_read_calendar(struct reader *r, const json_t *views)
{
	struct views *v = &r->kind->views;

	read_calendar(r, views, &v->calendar);
	read_clash(r, views, v);
	read_roll_call(r, views, &v->roll_call);
}

/* ---- does it hang together? ---- */

static const struct field *
sub_named(const struct field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(fields[i].name, name))
			return &fields[i];
	}
	return NULL;
}

/* name NULL: nothing to check. */
static void
need_type(struct reader *r, const char *key, const struct field *fields,
	  size_t n, const char *name, unsigned types)
{
	const struct field *f =
		name != NULL ? sub_named(fields, n, name) : NULL;

	if (name != NULL && f == NULL)
		reader_bad(r, key, _("no field \"%s\""), name);
	else if (f != NULL && types != 0 && (types & 1u << f->type) == 0)
		reader_bad(r, key, _("field \"%s\" is of another type"), name);
}

#define DATES (1u << FIELD_DATE | 1u << FIELD_TIME)

static void
check_calendar(struct reader *r, const struct calendar_view *c)
{
	const struct kind *k = r->kind;
	const struct field *list;
	size_t mark = reader_enter(r, "calendar");

	need_type(r, "start", k->fields, k->n_fields, c->start, DATES);
	need_type(r, "end", k->fields, k->n_fields, c->end, DATES);
	need_type(r, "place", k->fields, k->n_fields, c->place, 0);
	if (c->who != NULL && kind_field(k, c->who) == NULL)
		reader_bad(r, "who", _("no field \"%s\""), c->who);
	need_type(r, "text", k->fields, k->n_fields, c->text,
		  1u << FIELD_TEXT | 1u << FIELD_LONG);
	for (size_t i = 0; i < c->n_off; i++) {
		const struct track_def *owner = kind_track(k, "owner");

		if (owner == NULL || track_state(owner, c->off[i]) == NULL)
			reader_bad(r, "off", _("no state \"%s\""), c->off[i]);
	}
	list = c->phases != NULL ? kind_field(k, c->phases) : NULL;
	if (c->phases != NULL && (list == NULL || list->type != FIELD_LIST))
		reader_bad(r, "phases", _("no list \"%s\""), c->phases);
	if (list != NULL) {
		need_type(r, "phases", list->sub, list->n_sub, c->phase_title,
			  0);
		need_type(r, "phases", list->sub, list->n_sub, c->phase_start,
			  DATES);
		need_type(r, "phases", list->sub, list->n_sub, c->phase_end,
			  DATES);
		need_type(r, "phases", list->sub, list->n_sub, c->phase_desk,
			  1u << FIELD_DESK);
		need_type(r, "phases", list->sub, list->n_sub, c->phase_place,
			  0);
	}
	reader_leave(r, mark);
}

static void
check_roll_call(struct reader *r, const struct roll_call_view *c)
{
	const struct kind *k = r->kind;
	const struct track_def *t = kind_track(k, c->track);
	const struct move *m = t != NULL ? track_move(t, c->move) : NULL;
	size_t mark = reader_enter(r, "roll_call");

	if (t == NULL)
		reader_bad(r, "track", _("no track \"%s\""), c->track);
	else if (m == NULL)
		reader_bad(r, "move", _("track %s has no move \"%s\""), t->name,
			   c->move);
	need_type(r, "start", k->fields, k->n_fields, c->start, DATES);
	if (m != NULL)
		need_type(r, "at", m->input, m->n_input, c->at,
			  1u << FIELD_TIME);
	reader_leave(r, mark);
}

void
kind_check_calendar(struct reader *r)
{
	const struct views *v = &r->kind->views;
	size_t mark;

	if (v->calendar.start != NULL)
		check_calendar(r, &v->calendar);
	if (v->roll_call.track != NULL)
		check_roll_call(r, &v->roll_call);
	mark = reader_enter(r, "clash");
	if (v->n_clash > 0 && v->calendar.start == NULL)
		reader_bad(r, NULL, _("needs a calendar"));
	for (size_t i = 0; i < v->n_clash; i++) {
		const struct clash_rule *rule = &v->clash[i];

		if (rule->field != NULL &&
		    kind_field(r->kind, rule->field) == NULL)
			reader_bad(r, rule->what, _("no field \"%s\""),
				   rule->field);
		for (size_t j = 0; j < rule->n_tracks; j++) {
			if (kind_track(r->kind, rule->tracks[j]) == NULL)
				reader_bad(r, rule->what, _("no track \"%s\""),
					   rule->tracks[j]);
		}
	}
	reader_leave(r, mark);
}
