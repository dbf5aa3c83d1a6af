/*
 * iCalendar (RFC 5545) through libical: documents out as events, events in as
 * the members of an import. What comes in is a stranger's text: nothing of it
 * decides a time zone, repeats, or is written before it was checked as any
 * import is.
 */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk_int.h"
#include "ics_int.h"
#include "model/content.h"
#include "model/span.h"

#include <libical/ical.h>

#define ICS_PRODID "-//deltadesk//deltadesk//ZH"

/* ---- out ---- */

/* Text of others without what a calendar could take for more than text. */
static char *
clean(const char *s)
{
	size_t n = strlen(s), len;
	char *out = xmalloc(n + 1), *to = out;
	uint32_t cp;

	while ((len = utf8_next(s, n, &cp)) > 0) {
		if (cp == '\n' || (cp >= 0x20 && !cp_is_hidden(cp))) {
			memcpy(to, s, len);
			to += len;
		}
		s += len;
		n -= len;
	}
	*to = '\0';
	return out;
}

static struct icaltimetype
utc(int64_t ms)
{
	return icaltime_from_timet_with_zone((time_t)(ms / 1000), 0,
					     icaltimezone_get_utc_timezone());
}

static struct icaltimetype
date_of(int64_t ms)
{
	struct icaltimetype t = icaltime_null_date();
	char text[11];

	day_format(day_of_ms(ms), text);
	if (sscanf(text, "%d-%d-%d", &t.year, &t.month, &t.day) != 3)
		return icaltime_null_date();
	return t;
}

static bool
whole_days(const struct span *s)
{
	return day_start_ms(day_of_ms(s->starts_ms)) == s->starts_ms &&
	       day_start_ms(day_of_ms(s->ends_ms)) == s->ends_ms;
}

static void
add_times(icalcomponent *event, const struct span *s)
{
	bool days = whole_days(s);

	icalcomponent_add_property(
		event, icalproperty_new_dtstart(days ? date_of(s->starts_ms)
						     : utc(s->starts_ms)));
	icalcomponent_add_property(
		event, icalproperty_new_dtend(days ? date_of(s->ends_ms)
						   : utc(s->ends_ms)));
}

/* Rises with every revision, and once more when it is called off. */
static int
sequence(const struct doc *d, bool off)
{
	int n = -1;

	for (size_t i = 0; i < d->n_events; i++) {
		const struct folded_event *f = &d->events[i];

		if (f->verdict == VERDICT_FIT &&
		    (f->event->type == EVENT_ISSUE ||
		     f->event->type == EVENT_REVISE))
			n++;
	}
	return (n > 0 ? n : 0) + off;
}

static enum icalproperty_status
status(const struct doc *d, bool off)
{
	const struct doc_track *t = doc_track_of(d, d->owner);

	if (off)
		return ICAL_STATUS_CANCELLED;
	return t != NULL && t->state != NULL &&
			       t->state->stage >= STAGE_ACCEPTED
		       ? ICAL_STATUS_CONFIRMED
		       : ICAL_STATUS_TENTATIVE;
}

/* The newest thing the owner said of it: the same text at every export. */
static int64_t
stamp_ms(const struct doc *d)
{
	int64_t ms = d->issued_ms;

	for (size_t i = 0; i < d->n_events; i++) {
		const struct event *e = d->events[i].event;

		if (d->events[i].verdict == VERDICT_FIT &&
		    str_eq(e->source, d->owner) && e->time_ms > ms &&
		    e->type != EVENT_LOCAL)
			ms = e->time_ms;
	}
	return ms;
}

/* A field that every desk may read; "" else: what is sealed never leaves. */
static char *
open_text(const struct doc *d, const char *name)
{
	const struct field *f = name != NULL ? kind_field(d->kind, name) : NULL;

	if (f == NULL || f->see != SEE_ALL || f->confidential)
		return xstrdup("");
	return content_text(d->kind, d->fields, name, true);
}

static void
add_text(icalcomponent *event, icalproperty *(*make)(const char *),
	 const char *text)
{
	char *s = clean(text);

	if (s[0] != '\0')
		icalcomponent_add_property(event, make(s));
	xfree(s);
}

static void
add_uid(icalcomponent *event, const struct doc *d, size_t n)
{
	char *uid =
		n == 0 ? xasprintf("%s@%s.deltadesk", d->id, d->owner)
		       : xasprintf("%s.%zu@%s.deltadesk", d->id, n, d->owner);

	icalcomponent_add_property(event, icalproperty_new_uid(uid));
	xfree(uid);
}

static void
add_words(icalcomponent *event, const struct doc *d, const struct span *s)
{
	const char *mode = json_text(d->fields, "mode");
	const char *title = json_text(d->fields, "title");
	bool meant = mode == NULL || mode[0] == '\0' || str_eq(mode, "actual");
	char *text = open_text(d, d->kind->views.calendar.text);
	char *summary = xasprintf("%s%s%s%s",
				  meant			     ? ""
				  : str_eq(mode, "exercise") ? "【演练】"
							     : "【测试】",
				  title != NULL ? title : "",
				  s->label[0] != '\0' ? " " : "", s->label);
	char *about = xasprintf("%s%s%s", d->number != NULL ? d->number : "",
				text[0] != '\0' ? "\n" : "", text);

	add_text(event, icalproperty_new_summary, summary);
	add_text(event, icalproperty_new_description, about);
	add_text(event, icalproperty_new_categories,
		 title_in(&d->kind->title, true));
	xfree(about);
	xfree(summary);
	xfree(text);
}

/* One stretch of hours as an event; heap. */
static char *
event_text(const struct doc *d, const struct span *s, size_t n)
{
	icalcomponent *event = icalcomponent_new_vevent();
	bool off = doc_called_off(d);
	char *out, *text;

	add_uid(event, d, n);
	icalcomponent_add_property(event,
				   icalproperty_new_dtstamp(utc(stamp_ms(d))));
	icalcomponent_add_property(event,
				   icalproperty_new_sequence(sequence(d, off)));
	icalcomponent_add_property(event,
				   icalproperty_new_status(status(d, off)));
	add_times(event, s);
	add_words(event, d, s);
	add_text(event, icalproperty_new_location, s->shown);
	text = icalcomponent_as_ical_string_r(event);
	out = xstrdup(text != NULL ? text : "");
	icalmemory_free_buffer(text);
	icalcomponent_free(event);
	return out;
}

enum rc
ics_head(struct buf *out, struct err *err)
{
	return buf_adds(out,
			"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICS_PRODID
			"\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n",
			err);
}

enum rc
ics_tail(struct buf *out, struct err *err)
{
	return buf_adds(out, "END:VCALENDAR\r\n", err);
}

enum rc
ics_doc(const struct held_doc *h, struct buf *out, struct err *err)
{
	const struct doc *d = h->doc;
	struct spans spans = { .at = NULL };
	struct span_in in = { .kind = d->kind, .doc = d, .owner = d->owner };
	json_t *open;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (d->kind == NULL || d->kind->views.calendar.start == NULL ||
	    d->fields == NULL)
		return RC_OK;
	/* only what every desk may read, whatever this desk knows besides */
	open = json_object();
	for (size_t i = 0; i < d->kind->n_fields; i++) {
		const struct field *f = &d->kind->fields[i];
		json_t *v = json_object_get(d->fields, f->name);

		if (v != NULL && f->see == SEE_ALL && !f->confidential)
			json_object_set(open, f->name, v);
	}
	in.fields = open;
	spans_of(&in, &spans);
	for (size_t i = 0; rc == RC_OK && i < spans.n; i++) {
		char *text;

		if (spans.at[i].what[0] != '\0')
			continue;
		text = event_text(d, &spans.at[i], n++);
		rc = buf_adds(out, text, err);
		xfree(text);
	}
	spans_release(&spans);
	json_decref(open);
	return rc;
}
