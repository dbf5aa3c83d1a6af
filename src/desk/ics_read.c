/* iCalendar in: each event one object of an import, or why it is none. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk_int.h"
#include "ics_int.h"

#include <libical/ical.h>
#include <strings.h>

#define ICS_DEPTH_MAX 4 /* of components in components */

struct reading {
	const struct kind *kind;
	struct buf *out;
	size_t n;
};

/*
 * Where the file says a zone, only its name is looked at: rules that a file
 * brings along are a stranger's program. UTC, no zone (this desk's), or a name
 * for the one zone of this desk; everything else is refused.
 */
static bool
is_local_zone(const char *tzid)
{
	static const char *const names[] = { "Shanghai", "China", "Beijing",
					     "PRC",	 "+0800", "+08:00" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strstr(tzid, names[i]) != NULL)
			return true;
	return false;
}

static const char *
time_text(icalproperty *p, const struct field *f, bool end,
	  char out[static TIME_TEXT_MAX])
{
	icalparameter *zone =
		icalproperty_get_first_parameter(p, ICAL_TZID_PARAMETER);
	const char *tzid = zone != NULL ? icalparameter_get_tzid(zone) : NULL;
	struct icaltimetype t =
		icalvalue_get_datetime(icalproperty_get_value(p));
	char text[64];
	int64_t ms;
	int32_t day;

	if (icaltime_is_null_time(t) || !icaltime_is_valid_time(t) ||
	    t.year < 1900 || t.year > 2999)
		return N_("its time is not one");
	(void)snprintf(text, sizeof text, "%04d-%02d-%02d", t.year, t.month,
		       t.day);
	if (day_parse(text, &day, NULL) != RC_OK)
		return N_("its time is not one");
	if (t.is_date) {
		if (f->type == FIELD_DATE) /* DTEND is the day after */
			day_format(end ? day - 1 : day, out);
		else
			time_format(day_start_ms(day), out);
		return NULL;
	}
	if (!icaltime_is_utc(t) && tzid != NULL && !is_local_zone(tzid))
		return N_("its time zone is not known here");
	(void)snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d%s",
		       t.year, t.month, t.day, t.hour, t.minute,
		       t.second > 59 ? 59 : t.second,
		       icaltime_is_utc(t) ? "Z" : "+08:00");
	if (time_parse(text, &ms, NULL) != RC_OK)
		return N_("its time is not one");
	if (f->type == FIELD_DATE)
		day_format(day_of_ms(ms), out);
	else
		time_format(ms, out);
	return NULL;
}

/* NULL, or why the event cannot be taken. */
static const char *
take_time(icalcomponent *event, icalproperty_kind which, const char *name,
	  const struct reading *r, json_t *o)
{
	icalproperty *p = icalcomponent_get_first_property(event, which);
	const struct field *f = name != NULL ? kind_field(r->kind, name) : NULL;
	char text[TIME_TEXT_MAX];
	const char *why;

	if (p == NULL || f == NULL || icalproperty_get_value(p) == NULL)
		return NULL;
	why = time_text(p, f, which == ICAL_DTEND_PROPERTY, text);
	if (why == NULL)
		json_object_set_new(o, name, json_string(text));
	return why;
}

static void
take_text(const char *text, const char *name, const struct reading *r,
	  json_t *o)
{
	const struct field *f = name != NULL ? kind_field(r->kind, name) : NULL;
	char *copy, *at;

	if (text == NULL || text[0] == '\0' || f == NULL)
		return;
	copy = xstrdup(text);
	for (at = copy; f->type != FIELD_LONG && *at != '\0'; at++)
		if (*at == '\n' || *at == '\r')
			*at = ' ';
	json_object_set_new(o, name, json_string(copy));
	xfree(copy);
}

/* How long it lasts where no end is given. */
static const char *
take_duration(icalcomponent *event, const struct reading *r, json_t *o)
{
	const struct calendar_view *c = &r->kind->views.calendar;
	icalproperty *p =
		icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY);
	const struct field *f =
		c->end != NULL ? kind_field(r->kind, c->end) : NULL;
	const char *start = json_text(o, c->start);
	char text[TIME_TEXT_MAX];
	int64_t ms;
	int seconds;

	if (p == NULL || f == NULL || f->type != FIELD_TIME || start == NULL ||
	    json_object_get(o, c->end) != NULL)
		return NULL;
	seconds = icaldurationtype_as_int(icalproperty_get_duration(p));
	if (seconds <= 0 || time_parse(start, &ms, NULL) != RC_OK)
		return N_("its duration is not one");
	time_format(ms + (int64_t)seconds * 1000, text);
	json_object_set_new(o, c->end, json_string(text));
	return NULL;
}

static const char *
take_event(icalcomponent *event, const struct reading *r, json_t *o)
{
	const struct calendar_view *c = &r->kind->views.calendar;
	const char *why;

	if (icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY) ||
	    icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY))
		return N_("it repeats: give each time as an event of its own");
	if (icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED)
		return N_("it was called off");
	take_text(icalcomponent_get_summary(event), "title", r, o);
	take_text(icalcomponent_get_location(event), c->place, r, o);
	take_text(icalcomponent_get_description(event), c->text, r, o);
	why = take_time(event, ICAL_DTSTART_PROPERTY, c->start, r, o);
	if (why == NULL && json_object_get(o, c->start) == NULL)
		why = N_("it names no start");
	if (why == NULL)
		why = take_time(event, ICAL_DTEND_PROPERTY, c->end, r, o);
	if (why == NULL)
		why = take_duration(event, r, o);
	return why;
}

static enum rc
read_event(struct reading *r, icalcomponent *event, struct err *err)
{
	json_t *o = json_object();
	const char *why;
	char *text;
	enum rc rc;

	if (++r->n > ICS_EVENTS_MAX) {
		json_decref(o);
		return err_set(err, RC_TOOLARGE, 0,
			       _("more than %d events in one file"),
			       ICS_EVENTS_MAX);
	}
	why = take_event(event, r, o);
	if (why != NULL)
		json_object_set_new(o, ICS_REFUSED, json_string(why));
	text = json_write_plain(o);
	rc = buf_addf(r->out, err, "%s\n", text);
	xfree(text);
	json_decref(o);
	return rc;
}

/* Events of this component and of those in it. */
static enum rc
read_component(struct reading *r, icalcomponent *c, int depth, struct err *err)
{
	icalcomponent *in;
	enum rc rc = RC_OK;

	if (icalcomponent_isa(c) == ICAL_VEVENT_COMPONENT)
		return read_event(r, c, err);
	if (depth == ICS_DEPTH_MAX)
		return RC_OK;
	/* the cursor is the component's own: a list first, then down */
	size_t n = 0, cap = 0;
	icalcomponent **list = NULL;

	for (in = icalcomponent_get_first_component(c, ICAL_ANY_COMPONENT);
	     in != NULL;
	     in = icalcomponent_get_next_component(c, ICAL_ANY_COMPONENT)) {
		if (n == cap) {
			cap = cap > 0 ? 2 * cap : 64;
			list = xreallocarray(list, cap, sizeof(*list));
		}
		list[n++] = in;
	}
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = read_component(r, list[i], depth + 1, err);
	xfree(list);
	return rc;
}

/* libical takes components in components without end, by recursion. */
static bool
nests_too_deep(const char *text)
{
	int depth = 0;

	for (const char *at = text; at != NULL && *at != '\0';
	     at = strchr(at, '\n')) {
		if (*at == '\n')
			at++;
		if (strncasecmp(at, "BEGIN:", 6) == 0 &&
		    ++depth > 2 * ICS_DEPTH_MAX)
			return true;
		if (strncasecmp(at, "END:", 4) == 0)
			depth--;
	}
	return false;
}

enum rc
ics_read(const struct kind *kind, const char *text, struct buf *out,
	 struct err *err)
{
	struct reading r = { .kind = kind, .out = out };
	icalcomponent *all;
	enum rc rc;

	if (kind->views.calendar.start == NULL)
		return err_set(err, RC_USAGE, 0, _("'%s' has no hours"),
			       title_in(&kind->title, i18n_zh()));
	if (strlen(text) > ICS_FILE_MAX)
		return err_set(err, RC_TOOLARGE, 0,
			       _("a calendar of more than %d bytes"),
			       ICS_FILE_MAX);
	if (nests_too_deep(text))
		return err_set(err, RC_MALFORMED, 0,
			       _("the file is no calendar"));
	icalerror_set_errors_are_fatal(false);
	all = icalparser_parse_string(text);
	if (all == NULL)
		return err_set(err, RC_MALFORMED, 0,
			       _("the file is no calendar"));
	rc = read_component(&r, all, 0, err);
	icalcomponent_free(all);
	if (rc == RC_OK && r.n == 0)
		rc = err_set(err, RC_MALFORMED, 0,
			     _("there is no event in the file"));
	return rc;
}
