/* Who is there at the hour, by the kind's view `roll_call`. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "parked_int.h"
#include "schedule_int.h"

void
roll_call_release(struct roll_call *r)
{
	size_t i;

	for (i = 0; i < r->n_rows; i++) {
		xfree(r->rows[i].leader);
		xfree(r->rows[i].phone);
		xfree(r->rows[i].state_title);
	}
	xfree(r->rows);
	*r = (struct roll_call){ 0 };
}

static bool
instant_of(const json_t *object, const char *name, int64_t *ret_ms)
{
	const char *s = json_text(object, name);
	int32_t day;

	if (s == NULL)
		return false;
	if (day_parse(s, &day, NULL) == RC_OK) {
		*ret_ms = day_start_ms(day);
		return true;
	}
	return time_parse(s, ret_ms, NULL) == RC_OK;
}

static void
take_text(const json_t *input, const char *name, char **text)
{
	const char *s = name != NULL ? json_text(input, name) : NULL;

	if (s == NULL || s[0] == '\0')
		return;
	xfree(*text);
	*text = xstrdup(s);
}

static bool
is_from(const struct move *m, const char *state)
{
	size_t i;

	for (i = 0; state != NULL && i < m->n_from; i++)
		if (str_eq(m->from[i], state))
			return true;
	return false;
}

/* The desk's moves in effect order: who leads, and whether it is there. A
 * step back to where arrival is still to be said undoes it. */
static void
read_moves(const struct doc *doc, const struct doc_track *t,
	   struct roll_call_row *r)
{
	const struct roll_call_view *v = &doc->kind->views.roll_call;
	const struct move *arrive = track_move(t->def, v->move), *m;
	const json_t *input, *n;
	size_t i;

	for (i = 0; i < doc->n_events; i++) {
		const struct folded_event *f = &doc->events[i];

		if (f->event->type != EVENT_MOVE || f->verdict != VERDICT_FIT ||
		    f->idle || !str_eq(f->event->source, t->desk))
			continue;
		m = track_move(t->def, json_text(f->event->data, "move"));
		if (m == NULL)
			continue;
		input = json_object_get(f->event->data, "input");
		take_text(input, v->leader, &r->leader);
		take_text(input, v->phone, &r->phone);
		if (m == arrive) {
			r->arrived = true;
			if (!instant_of(input, v->at, &r->arrived_ms))
				r->arrived_ms = f->event->time_ms;
			n = v->headcount != NULL
				    ? json_object_get(input, v->headcount)
				    : NULL;
			if (json_is_integer(n))
				r->headcount = json_integer_value(n);
		} else if (arrive != NULL && is_from(arrive, m->to)) {
			r->arrived = false;
		}
	}
	if (t->fallen_back)
		r->arrived = false;
}

static void
read_party(struct desk *d, const struct doc *doc, const struct doc_track *t,
	   struct roll_call *out)
{
	struct roll_call_row *r;
	int64_t now = env_now_ms(d->env);

	out->rows =
		xreallocarray(out->rows, out->n_rows + 1, sizeof(*out->rows));
	r = &out->rows[out->n_rows++];
	*r = (struct roll_call_row){ .leader = xstrdup(""),
				     .phone = xstrdup(""),
				     .headcount = -1,
				     .arrived_ms = -1 };
	memcpy(r->desk, t->desk, sizeof(r->desk));
	r->state_title = xstrdup(
		t->state != NULL ? title_in(&t->state->title, i18n_zh()) : "");
	read_moves(doc, t, r);
	if (!r->arrived) {
		r->headcount = r->arrived_ms = -1;
	} else {
		out->n_arrived++;
	}
	if (out->starts_ms < 0)
		return;
	if (r->arrived)
		r->late_minutes = (r->arrived_ms - out->starts_ms) / 60000;
	else if (now > out->starts_ms)
		r->late_minutes = (now - out->starts_ms) / 60000;
}

enum rc
ask_roll_call(struct desk *d, const struct doc_ref *ref, struct roll_call *out,
	      struct err *err)
{
	const struct roll_call_view *v;
	struct held_doc held = { 0 };
	enum rc rc = permit(d, PERMIT_READ, ref, err);
	size_t i;

	*out = (struct roll_call){ .starts_ms = -1 };
	if (rc != RC_OK)
		return rc;
	if (draft_stands_for(d, ref))
		return err_set(err, RC_STATE, 0,
			       _("a draft has no roll call: issue it first"));
	rc = journal_load(d->journal, ref->owner, ref->id, &held, err);
	if (rc != RC_OK)
		return rc;
	v = held.doc->kind != NULL ? &held.doc->kind->views.roll_call : NULL;
	if (v == NULL || v->track == NULL)
		rc = err_set(err, RC_STATE, 0, _("'%s' has no roll call"),
			     held.doc->kind_name);
	if (rc == RC_OK &&
	    !instant_of(held.doc->fields, v->start, &out->starts_ms))
		out->starts_ms = -1;
	for (i = 1; rc == RC_OK && i < held.doc->n_tracks; i++) {
		const struct doc_track *t = &held.doc->tracks[i];

		if (t->def != NULL && str_eq(t->name, v->track) &&
		    track_takes_part(t))
			read_party(d, held.doc, t, out);
	}
	held_doc_release(&held);
	return rc;
}
