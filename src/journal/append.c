/* Own acts: numbered, linked to what they follow, signed, stored. */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "epoch_int.h"
#include "journal/epoch.h"
#include "journal_int.h"

enum rc
own_next_k(struct journal *j, const char *epoch, int64_t *ret_k,
	   struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_EVENT_LAST_K);
	stmt_text(st, 1, j->desk);
	stmt_text(st, 2, epoch);
	enum rc rc = stmt_one_int(st, 0, ret_k, err);
	if (rc == RC_OK)
		++*ret_k;
	return rc;
}

enum rc
event_sign_own(struct journal *j, struct event *e, enum lane lane,
	       struct err *err)
{
	struct envelope envelope = { .type = TYPE_EVENT };
	struct digest digest;
	char *payload = NULL;
	size_t n = 0;
	struct signer *signer = NULL;
	bool fork = false;

	enum rc rc = journal_signer(j, &signer, err);
	if (rc != RC_OK)
		return rc;
	j->own_acts = true;
	memcpy(e->source, j->desk, sizeof(e->source));
	uuid7_make(j->env, e->id);
	rc = epoch_current(j, e->epoch, err);
	if (rc == RC_OK)
		rc = own_next_k(j, e->epoch, &e->k, err);
	if (rc == RC_OK)
		rc = event_write(e, &payload, &n, err);
	if (rc == RC_OK)
		rc = envelope_sign(signer, TYPE_EVENT, payload, n, &envelope,
				   err);
	if (rc == RC_OK) {
		envelope_digest(&envelope, &digest);
		ref_of_digest(&digest, &e->digest);
		rc = event_insert(j, e, &envelope, lane, j->desk, &fork, err);
	}
	envelope_release(&envelope);
	(void)xfree(payload);
	return rc;
}

/* Urgent: withdraw, remind, reveal, all on a 特急 or 加急 document. */
static enum lane
lane_of(const struct event *e, const struct doc *d)
{
	const json_t *fields = NULL;
	if (e->type == EVENT_WITHDRAW || e->type == EVENT_REMIND ||
	    e->type == EVENT_REVEAL || e->type == EVENT_CARD)
		return LANE_URGENT;
	if (e->type == EVENT_ISSUE || e->type == EVENT_REVISE)
		fields = json_object_get(e->data, "fields");
	else if (d != NULL)
		fields = d->fields;
	const char *urgency = json_text(fields, "urgency");
	return str_eq(urgency, "特急") || str_eq(urgency, "加急") ? LANE_URGENT
								  : LANE_PLAIN;
}

static enum rc
fill_kind(struct journal *j, const struct own_act *act, const struct doc *d,
	  struct event *e, struct err *err)
{
	const char *name = act->kind != NULL ? act->kind
			   : d != NULL	     ? d->kind_name
					     : NULL;
	int version = act->kind != NULL ? act->kind_version
		      : d != NULL	? d->kind_version
					: 0;
	if (name == NULL)
		return err_set(err, RC_USAGE, 0, _("an issue names its kind"));
	enum rc rc = str_copy(e->kind, sizeof(e->kind), name, err);
	if (rc != RC_OK)
		return rc;
	e->kind_version = version;
	const struct kind *k = kinds_get(j->kinds, name, version);
	if (k != NULL)
		hex_encode(k->digest, DIGEST_LEN, e->kind_digest);
	else if (d != NULL && d->n_events > 0)
		memcpy(e->kind_digest, d->events[0].event->kind_digest,
		       sizeof(e->kind_digest));
	else
		return err_set(err, RC_NOTFOUND, 0,
			       _("kind %s version %d is not installed"), name,
			       version);
	return RC_OK;
}

static bool
names_desk(const json_t *list, const char *desk)
{
	size_t i;
	json_t *one;
	json_array_foreach(list, i, one) if (str_eq(json_string_value(one),
						    desk)) return true;
	return false;
}

/* When this desk stored the revision that made it a party (again). */
static int64_t
starts_of(const struct held_doc *h, const char *desk)
{
	int64_t starts = -1;
	for (size_t i = 0; i < h->doc->n_events; i++) {
		const struct folded_event *f = &h->doc->events[i];
		const struct event *e = f->event;
		if (f->verdict != VERDICT_FIT ||
		    (e->type != EVENT_ISSUE && e->type != EVENT_REVISE))
			continue;
		if (!names_desk(json_object_get(e->data, "to"), desk) &&
		    !names_desk(json_object_get(e->data, "cc"), desk))
			starts = -1;
		else if (starts < 0)
			starts = held_doc_stored_ms(h, e);
	}
	return starts;
}

/* The owner's newest event known: evidence only. */
static void
fill_seen(const struct held_doc *h, struct event *e)
{
	const struct event *newest = NULL;
	for (size_t i = 0; i < h->n_events; i++) {
		const struct event *o = &h->events[i];
		if (!str_eq(o->source, h->doc->owner))
			continue;
		int c = newest == NULL ? 1 : strcmp(o->epoch, newest->epoch);
		if (c > 0 || (c == 0 && o->k > newest->k))
			newest = o;
	}
	if (newest == NULL)
		return;
	e->has_seen = true;
	e->seen = newest->digest;
}

static enum rc
fill_party(struct journal *j, const struct own_act *act,
	   const struct held_doc *h, struct event *e, struct err *err)
{
	const struct doc_track *t = doc_track_of(h->doc, j->desk);
	const char *track = act->track;
	if (track == NULL && t != NULL)
		track = t->name != NULL ? t->name : "party";
	if (track == NULL && e->type == EVENT_LOCAL)
		track = "party";
	if (track == NULL)
		return err_set(err, RC_DENIED, 0,
			       _("%s is no party of this document"), j->desk);
	enum rc rc = str_copy(e->track, sizeof(e->track), track, err);
	if (rc != RC_OK)
		return rc;
	if (h->doc->current != NULL) {
		e->has_rev = true;
		e->rev = h->doc->current->digest;
	}
	fill_seen(h, e);
	if (track_row_key(track) == NULL && e->type != EVENT_LOCAL &&
	    (t == NULL || t->starts_ms < 0))
		e->starts_ms = starts_of(h, j->desk);
	return RC_OK;
}

/* Of a row its desk says at which revision, and when that came here. */
static void
fill_row(const struct own_act *act, const struct doc *d, struct event *e)
{
	const struct row_track *row = doc_row_of(d, track_row_key(act->track));

	if (d->current != NULL) {
		e->has_rev = true;
		e->rev = d->current->digest;
	}
	if (row != NULL && row->starts_ms < 0 && !str_eq(row->desk, d->owner) &&
	    e->type != EVENT_LOCAL)
		e->starts_ms = row->stored_ms;
}

/* Who revised it first, and when: the officer looks at that again. */
static enum rc
overtaken(const struct doc *d, struct err *err)
{
	const struct event *e = d != NULL ? d->current : NULL;
	const char *name =
		e == NULL
			? NULL
			: json_text(json_array_get(json_object_get(e->data,
								   "officers"),
						   0),
				    "name");
	char who[128], when[TIME_TEXT_MAX];

	if (e == NULL)
		return err_set(err, RC_CONFLICT, 0,
			       _("the document was revised meanwhile; look at "
				 "it again"));
	(void)text_show_into(who, sizeof(who), name != NULL ? name : e->source);
	time_format_short(e->time_ms, when);
	return err_set(err, RC_CONFLICT, 0,
		       _("the document was revised by %s at %s; look at it "
			 "again"),
		       who, when);
}

static enum rc
fill(struct journal *j, const struct own_act *act, const struct held_doc *h,
     struct event *e, struct err *err)
{
	const struct doc *d = h->doc; /* NULL: a new document */
	bool own = str_eq(act->owner, j->desk);

	if (act->rev != NULL && (d == NULL || d->current == NULL ||
				 !ref_eq(act->rev, &d->current->digest)))
		return overtaken(d, err);
	enum rc rc = fill_kind(j, act, d, e, err);
	if (rc == RC_OK && own)
		rc = str_copy(e->track, sizeof(e->track),
			      act->track != NULL ? act->track : "owner", err);
	else if (rc == RC_OK)
		rc = fill_party(j, act, h, e, err);
	if (rc != RC_OK)
		return rc;
	if (d != NULL && track_row_key(act->track) != NULL)
		fill_row(act, d, e);
	if (d != NULL)
		e->n_prev = doc_tips(d, j->desk, e->track, e->prev);
	if (act->of != NULL) {
		e->has_of = true;
		e->of = *act->of;
	}
	return RC_OK;
}

/*
 * Says in the event which dates it decides, as this desk counts them: others
 * compare (KINDS, rule 6).
 */
static enum rc
state_clocks(struct journal *j, const struct held_doc *h, struct event *e,
	     json_t **ret_data, struct err *err)
{
	const struct kind *k = kinds_get(j->kinds, e->kind, e->kind_version);
	if (k == NULL || k->n_clocks == 0 || j->calendar == NULL ||
	    e->type == EVENT_LOCAL || e->type == EVENT_CARD)
		return RC_OK;
	memcpy(e->source, j->desk, sizeof(e->source));
	enum rc rc = epoch_current(j, e->epoch, err);
	if (rc == RC_OK)
		rc = own_next_k(j, e->epoch, &e->k, err);
	if (rc != RC_OK)
		return rc;
	struct doc *d = fold_with(j, h, e);
	json_t *list = doc_stated(d, e);
	(void)doc_free(d);
	if (list == NULL)
		return RC_OK;
	e->data = *ret_data = json_copy(e->data);
	json_object_set_new(e->data, "clocks", list);
	json_object_set_new(e->data, "calendar",
			    json_string(calendar_get_edition(j->calendar)));
	return RC_OK;
}

/* Another process may have moved it since the officer looked: what every desk
 * would call unfit is not signed. */
static enum rc
check_fits(const struct journal *j, const struct event *e, const struct doc *d,
	   struct err *err)
{
	const char *move = json_text(e->data, "move");
	const char *why = NULL;

	if (e->type != EVENT_MOVE || d->kind == NULL || move == NULL ||
	    doc_move_fits(d, j->desk, track_row_key(e->track), move, &why))
		return RC_OK;
	return err_set(err, RC_STATE, 0, _("%s is not possible now: %s"), move,
		       _(why));
}

/* On a document that is itself only kept: nothing to look at yet. */
static enum rc
keep_unseen(struct journal *j, const struct own_act *act, const struct err *why,
	    struct err *err)
{
	bool has = false;
	enum rc rc = waiting_has(j, act->owner, act->doc, &has, err);

	if (rc == RC_OK && has)
		return waiting_keep(j, act, err);
	if (rc == RC_OK && err != NULL)
		*err = *why;
	return rc == RC_OK ? why->code : rc;
}

enum rc
journal_append(struct journal *j, const struct own_act *act,
	       struct ref *ret_digest, struct err *err)
{
	struct held_doc h = { .n_events = 0 };
	struct event e = { .type = act->type,
			   .time_ms = act->time_ms,
			   .starts_ms = -1,
			   .data = act->data };
	struct err missing = ERR_INIT;
	bool waits = false;
	json_t *data = NULL; /* with dates, where they were added */

	assert(store_in_transaction(j->store));
	enum rc rc = str_copy(e.owner, sizeof(e.owner), act->owner, err);
	if (rc == RC_OK)
		rc = str_copy(e.doc, sizeof(e.doc), act->doc, err);
	if (rc == RC_OK)
		rc = epoch_before_act(j, &waits, err);
	if (rc != RC_OK)
		return rc;
	rc = journal_load(j, act->owner, act->doc, &h, &missing);
	if (rc == RC_NOTFOUND && act->type == EVENT_ISSUE &&
	    str_eq(act->owner, j->desk))
		rc = RC_OK;
	else if (rc == RC_NOTFOUND && waits)
		return keep_unseen(j, act, &missing, err);
	else if (rc != RC_OK && err != NULL)
		*err = missing;
	if (rc == RC_OK)
		rc = fill(j, act, &h, &e, err);
	if (rc == RC_OK && h.doc != NULL)
		rc = check_fits(j, &e, h.doc, err);
	if (rc == RC_OK && waits)
		rc = waiting_keep(j, act, err);
	if (rc == RC_OK && !waits)
		rc = state_clocks(j, &h, &e, &data, err);
	if (rc == RC_OK && !waits)
		rc = event_sign_own(j, &e, lane_of(&e, h.doc), err);
	if (rc == RC_OK && ret_digest != NULL)
		*ret_digest = e.digest;
	held_doc_release(&h);
	json_decref(data);
	return rc;
}
