#include "model/span.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "json_int.h"

#define HOUR_MS 3600000LL

int64_t
span_level_ms(int level)
{
	int64_t hours = SPAN_HOURS_BASE;

	if (level >= SPAN_LEVELS - 1)
		return INT64_MAX;
	for (int i = 0; i < level; i++)
		hours *= 4;
	return hours * HOUR_MS;
}

static int
level_of(int64_t ms)
{
	int level = 0;

	while (ms > span_level_ms(level))
		level++;
	return level;
}

/* Signs between the letters differ by who typed them: 沪A·12345, 沪A 12345. */
static bool
counts(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z');
	return cp != 0xB7 && !(cp >= 0x2000 && cp < 0x2100) &&
	       !(cp >= 0x3000 && cp < 0x3005) && cp != 0x30FB && cp != 0xFF65;
}

void
span_normal(const char *text, char out[static SPAN_VALUE_MAX + 1])
{
	struct buf folded;
	const char *at;
	size_t left, len, n = 0;
	uint32_t cp;

	buf_init(&folded, 4 * strlen(text) + 1);
	(void)text_fold(&folded, text, strlen(text), NULL); /* room enough */
	at = buf_str(&folded);
	left = strlen(at);
	while ((len = utf8_next(at, left, &cp)) > 0) {
		if (counts(cp)) {
			if (n + len > SPAN_VALUE_MAX)
				break;
			memcpy(out + n, at, len);
			n += len;
		}
		at += len;
		left -= len;
	}
	out[n] = '\0';
	buf_release(&folded);
}

/* ---- the list ---- */

void
spans_release(struct spans *s)
{
	for (size_t i = 0; i < s->n; i++) {
		(void)xfree(s->at[i].value);
		(void)xfree(s->at[i].shown);
		(void)xfree(s->at[i].label);
	}
	(void)xfree(s->at);
	*s = (struct spans){ .at = NULL };
}

/* A stretch of time that the document takes up. */
struct slot {
	int64_t starts, ends;
	const char *label, *desk, *place; /* NULL */
	bool phase, off;
};

static bool
is_there(const struct spans *s, const struct span *new)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct span *a = &s->at[i];

		if (a->starts_ms == new->starts_ms &&
		    a->ends_ms == new->ends_ms &&str_eq(a->what, new->what) &&
		    str_eq(a->value, new->value))
			return true;
	}
	return false;
}

static void
add(struct spans *s, const struct slot *t, const char *what, const char *shown)
{
	char value[SPAN_VALUE_MAX + 1] = "";
	struct span new = { .what = what,
			    .value = value,
			    .starts_ms = t->starts,
			    .ends_ms = t->ends };

	if (what[0] != '\0')
		span_normal(shown, value);
	else if (t->off)
		(void)snprintf(value, sizeof(value), "%s", SPAN_OFF);
	if (s->n >= SPANS_MAX || (what[0] != '\0' && value[0] == '\0') ||
	    is_there(s, &new))
		return;
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 16 : s->cap * 2;
		s->at = xreallocarray(s->at, s->cap, sizeof(*s->at));
	}
	new.value = xstrdup(value);
	new.shown = xstrdup(shown);
	new.label = xstrdup(t->label != NULL ? t->label : "");
	new.level = level_of(t->ends - t->starts);
	s->at[s->n++] = new;
}

/* ---- when ---- */

/* A time, or a date: its first moment, or the end of it. */
static bool
instant_of(const json_t *object, const char *name, bool end, int64_t *ret_ms)
{
	const char *s = name != NULL ? json_text(object, name) : NULL;
	int32_t day;

	if (s == NULL)
		return false;
	if (day_parse(s, &day, NULL) == RC_OK) {
		*ret_ms = day_start_ms(day + (end ? 1 : 0));
		return true;
	}
	return time_parse(s, ret_ms, NULL) == RC_OK;
}

static bool
slot_times(const json_t *object, const char *start, const char *end,
	   int minutes, struct slot *out)
{
	if (!instant_of(object, start, false, &out->starts))
		return false;
	if (!instant_of(object, end, true, &out->ends))
		out->ends = out->starts + minutes * 60000LL;
	return out->ends > out->starts;
}

/* ---- who and what ---- */

/* One document being read. */
struct reading {
	const struct span_in *in;
	const struct kind *k;
	json_t *content; /* lists of all desks merged; owned */
	bool clashes;	 /* in force, and meant */
	struct spans *out;
};

/* The track that an addressee of a draft is to get. */
static void
draft_desks(const struct reading *r, const struct slot *t, const char *what,
	    const char *track)
{
	const json_t *list, *one;
	size_t i;

	for (size_t p = 0; p < r->k->n_parts; p++) {
		if (!str_eq(r->k->parts[p].track, track))
			continue;
		list = json_object_get(r->in->body, r->k->parts[p].from);
		json_array_foreach(json_plain(list), i, one)
		{
			const char *desk = json_string_value(one);

			if (desk != NULL &&
			    (t->desk == NULL || str_eq(desk, t->desk)))
				add(r->out, t, what, desk);
		}
	}
}

static void
desks_of_track(const struct reading *r, const struct slot *t, const char *what,
	       const char *track)
{
	const struct doc *d = r->in->doc;

	if (str_eq(track, "owner")) {
		if (t->desk == NULL || str_eq(r->in->owner, t->desk))
			add(r->out, t, what, r->in->owner);
		return;
	}
	if (d == NULL) {
		draft_desks(r, t, what, track);
		return;
	}
	for (size_t i = 1; i < d->n_tracks; i++) {
		const struct doc_track *p = &d->tracks[i];

		if (str_eq(p->name, track) && track_takes_part(p) &&
		    (t->desk == NULL || str_eq(p->desk, t->desk)))
			add(r->out, t, what, p->desk);
	}
}

/* Rows of a list: all of them in the main hours, in a phase those of the
 * desk in charge, where there is one. */
static void
column_values(const struct reading *r, const struct slot *t, const char *what,
	      const struct field *list, const char *column)
{
	const char *desk = rows_desk_column(list), *value;
	const json_t *row;
	size_t i;

	if (t->phase && t->desk == NULL)
		return;
	json_array_foreach(json_object_get(r->content, list->name), i, row)
	{
		value = json_text(row, column);
		if (value == NULL ||
		    (t->phase && desk != NULL &&
		     !str_eq(json_text(row, desk) != NULL ? json_text(row, desk)
							  : r->in->owner,
			     t->desk)))
			continue;
		add(r->out, t, what, value);
	}
}

static void
field_values(const struct reading *r, const struct slot *t,
	     const struct clash_rule *rule)
{
	const char *dot = strchr(rule->field, '.');
	const char *place = r->k->views.calendar.place;
	char top[NAME_MAX_LEN + 1];
	const char *value;

	if (dot != NULL && (size_t)(dot - rule->field) < sizeof top) {
		memcpy(top, rule->field, (size_t)(dot - rule->field));
		top[dot - rule->field] = '\0';
		column_values(r, t, rule->what, kind_field(r->k, top), dot + 1);
		return;
	}
	value = json_text(r->content, rule->field);
	if (t->place != NULL && str_eq(rule->field, place))
		value = t->place;
	if (value != NULL)
		add(r->out, t, rule->what, value);
}

static void
add_slot(const struct reading *r, const struct slot *t)
{
	const struct views *v = &r->k->views;
	const char *place = t->place;

	if (place == NULL && v->calendar.place != NULL)
		place = json_text(r->content, v->calendar.place);
	add(r->out, t, "", place != NULL ? place : "");
	for (size_t i = 0; r->clashes && i < v->n_clash; i++) {
		const struct clash_rule *rule = &v->clash[i];

		for (size_t j = 0; j < rule->n_tracks; j++)
			desks_of_track(r, t, rule->what, rule->tracks[j]);
		if (rule->field != NULL)
			field_values(r, t, rule);
	}
}

bool
doc_called_off(const struct doc *d)
{
	const struct calendar_view *c = &d->kind->views.calendar;
	const struct doc_track *t = doc_track_of(d, d->owner);

	for (size_t i = 0; t != NULL && t->state != NULL && i < c->n_off; i++)
		if (str_eq(c->off[i], t->state->name))
			return true;
	return d->withdrawn;
}

static bool
in_force(const struct span_in *in)
{
	const char *mode = json_text(in->fields, "mode");
	const struct doc_track *owner;

	if (mode != NULL && mode[0] != '\0' && !str_eq(mode, "actual"))
		return false;
	if (in->doc == NULL)
		return true;
	owner = doc_track_of(in->doc, in->owner);
	return !in->doc->withdrawn && owner != NULL && owner->state != NULL &&
	       !owner->state->end;
}

void
spans_of(const struct span_in *in, struct spans *out)
{
	const struct calendar_view *c = &in->kind->views.calendar;
	struct reading r = { .in = in, .k = in->kind, .out = out };
	const json_t *row;
	size_t i;

	if (c->start == NULL)
		return;
	r.content = in->doc != NULL ? doc_content(in->doc, in->fields)
				    : json_deep_copy(in->fields);
	r.clashes = in_force(in);
	bool off = in->doc != NULL && doc_called_off(in->doc);
	struct slot main = { .off = off };
	if (slot_times(r.content, c->start, c->end, c->minutes, &main))
		add_slot(&r, &main);
	json_array_foreach(c->phases != NULL
				   ? json_object_get(r.content, c->phases)
				   : NULL,
			   i, row)
	{
		struct slot t = { .phase = true, .off = off };

		if (!slot_times(row, c->phase_start, c->phase_end, c->minutes,
				&t))
			continue;
		t.label = c->phase_title != NULL
				  ? json_text(row, c->phase_title)
				  : NULL;
		t.desk = c->phase_desk != NULL ? json_text(row, c->phase_desk)
					       : NULL;
		t.place = c->phase_place != NULL
				  ? json_text(row, c->phase_place)
				  : NULL;
		add_slot(&r, &t);
	}
	json_decref(r.content);
}
