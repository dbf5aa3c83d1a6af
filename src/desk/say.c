#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "move_int.h"
#include "parked_int.h"

/* What is said about a document: remark, reminder, acknowledgement, and what
 * stays at home: assignment, note, that it was looked at. */

static enum rc
check_text(const char *text, struct err *err)
{
	if (text == NULL || text[0] == '\0')
		return err_set(err, RC_USAGE, 0, _("some text, please"));
	if (strlen(text) > FIELDS_MAX_BYTES / 2)
		return err_set(err, RC_TOOLARGE, 0,
			       _("the text is longer than %d bytes"),
			       FIELDS_MAX_BYTES / 2);
	return utf8_check(text, strlen(text), err);
}

/* A document (not a draft) and the right to work on it. */
static enum rc
load_issued(struct desk *d, const struct doc_ref *ref, struct held_doc *held,
	    struct err *err)
{
	enum rc rc = need_author(d, err);

	if (rc == RC_OK && draft_stands_for(d, ref))
		return err_set(err, RC_STATE, 0,
			       _("%s is a draft: issue it first"), ref->id);
	return rc == RC_OK ? journal_load(d->journal, ref->owner, ref->id, held,
					  err)
			   : rc;
}

struct saying {
	const struct doc_ref *ref;
	enum event_type type;
	const struct ref *of;
	json_t *data; /* officers are added */
	const char *audit, *detail;
};

/* One event in one transaction; takes data. */
static enum rc
say(struct desk *d, const struct saying *s, struct err *err)
{
	struct own_act act = { .type = s->type,
			       .owner = s->ref->owner,
			       .doc = s->ref->id,
			       .of = s->of,
			       .time_ms = env_now_ms(d->env),
			       .data = s->data };
	enum rc rc = act_begin(d, err);

	json_object_set_new(s->data, "officers", officers_json(d));
	if (rc == RC_OK) {
		rc = journal_append(d->journal, &act, NULL, err);
		if (rc == RC_OK)
			rc = act_audit(d, s->audit, s->ref, s->detail, err);
		rc = act_end(d, rc, err);
	}
	json_decref(s->data);
	return rc;
}

enum rc
act_remark(struct desk *d, const struct doc_ref *ref, const char *text,
	   struct err *err)
{
	struct saying s = { .ref = ref,
			    .type = EVENT_REMARK,
			    .audit = "remark" };
	struct held_doc held = { 0 };
	enum rc rc = check_text(text, err);

	if (rc == RC_OK)
		rc = load_issued(d, ref, &held, err);
	if (rc != RC_OK)
		return rc;
	s.data = json_pack("{s:s}", "text", text);
	rc = say(d, &s, err);
	held_doc_release(&held);
	return rc;
}

static const struct event *
last_withdraw(const struct held_doc *held)
{
	const struct event *found = NULL;
	size_t i;

	for (i = 0; i < held->doc->n_events; i++)
		if (held->doc->events[i].event->type == EVENT_WITHDRAW &&
		    held->doc->events[i].verdict == VERDICT_FIT)
			found = held->doc->events[i].event;
	return found;
}

enum rc
act_ack_withdraw(struct desk *d, const struct doc_ref *ref, struct err *err)
{
	struct saying s = { .ref = ref,
			    .type = EVENT_ACK_WITHDRAW,
			    .audit = "ack-withdraw" };
	struct held_doc held = { 0 };
	const struct event *withdraw;
	struct doc_track *t;
	enum rc rc = load_issued(d, ref, &held, err);

	if (rc != RC_OK)
		return rc;
	withdraw = last_withdraw(&held);
	t = doc_track_of(held.doc, d->id);
	if (!held.doc->withdrawn || withdraw == NULL)
		rc = err_set(err, RC_STATE, 0, _("it is not withdrawn"));
	else if (t == NULL || str_eq(held.doc->owner, d->id))
		rc = err_set(err, RC_STATE, 0,
			     _("only an addressee acknowledges a withdrawal"));
	else if (t->acked)
		rc = err_set(err, RC_STATE, 0,
			     _("this desk acknowledged it already"));
	if (rc == RC_OK) {
		s.of = &withdraw->digest;
		s.data = json_object();
		rc = say(d, &s, err);
	}
	held_doc_release(&held);
	return rc;
}

enum rc
act_assign(struct desk *d, const struct doc_ref *ref, const char *officer,
	   const char *due_date, struct err *err)
{
	struct held_doc held = { 0 };
	struct officer o = { 0 };
	int32_t day;
	enum rc rc = load_issued(d, ref, &held, err);

	if (rc == RC_OK)
		rc = officer_check(d, officer, &o, err);
	officer_release(&o);
	if (rc == RC_OK && due_date != NULL)
		rc = day_parse(due_date, &day, err);
	if (rc == RC_OK && due_date != NULL &&
	    day < day_of_ms(env_now_ms(d->env)))
		rc = err_set(err, RC_RANGE, 0, _("the due date %s has passed"),
			     due_date);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc == RC_OK)
		rc = act_end(d, assign_write(d, ref, officer, due_date, err),
			     err);
	held_doc_release(&held);
	return rc;
}

enum rc
act_note(struct desk *d, const struct doc_ref *ref, const char *text,
	 struct err *err)
{
	struct saying s = { .ref = ref, .type = EVENT_LOCAL, .audit = "note" };
	struct held_doc held = { 0 };
	enum rc rc = check_text(text, err);

	if (rc == RC_OK)
		rc = load_issued(d, ref, &held, err);
	if (rc != RC_OK)
		return rc;
	s.data = json_pack("{s:s,s:s}", "act", "note", "text", text);
	rc = say(d, &s, err);
	held_doc_release(&held);
	return rc;
}

/* When this desk last reminded that one of the document; -1 never. */
static int64_t
last_remind(const struct desk *d, const struct held_doc *held, const char *peer)
{
	int64_t last = -1;
	size_t i;

	for (i = 0; i < held->n_events; i++) {
		const struct event *e = &held->events[i];

		if (e->type == EVENT_REMIND && str_eq(e->source, d->id) &&
		    str_eq(json_text(e->data, "to"), peer) && e->time_ms > last)
			last = e->time_ms;
	}
	return last;
}

static enum rc
check_remind(const struct desk *d, const struct held_doc *held,
	     const char *peer, struct err *err)
{
	bool owner = str_eq(held->doc->owner, d->id);
	int64_t last = last_remind(d, held, peer);
	char when[TIME_TEXT_MAX], shown[64];

	text_show_into(shown, sizeof(shown), peer);
	if (str_eq(peer, d->id) || (owner ? !doc_is_party(held->doc, peer)
					  : !str_eq(peer, held->doc->owner)))
		return err_set(err, RC_RANGE, 0,
			       owner ? _("%s is no addressee of it")
				     : _("%s did not issue it: remind its "
					 "owner"),
			       shown);
	if (last >= 0 && env_now_ms(d->env) < last + REMIND_INTERVAL_MS) {
		time_format_short(last + REMIND_INTERVAL_MS, when);
		return err_set(err, RC_STATE, 0,
			       _("%s was reminded less than four hours ago: "
				 "again from %s"),
			       shown, when);
	}
	return RC_OK;
}

enum rc
act_remind(struct desk *d, const struct doc_ref *ref, const char *peer,
	   struct err *err)
{
	struct saying s = { .ref = ref,
			    .type = EVENT_REMIND,
			    .audit = "remind",
			    .detail = peer };
	struct held_doc held = { 0 };
	enum rc rc = load_issued(d, ref, &held, err);

	if (rc != RC_OK)
		return rc;
	rc = check_remind(d, &held, peer, err);
	if (rc == RC_OK) {
		s.data = json_pack("{s:s}", "to", peer);
		rc = say(d, &s, err);
	}
	held_doc_release(&held);
	return rc;
}

enum rc
act_seen(struct desk *d, const struct doc_ref *ref, struct err *err)
{
	struct stmt *st;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	if (rc != RC_OK || !d->has_officer || draft_stands_for(d, ref))
		return rc;
	rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_LOOKED_ADD);
	stmt_text(st, 1, ref->owner);
	stmt_text(st, 2, ref->id);
	stmt_text(st, 3, d->officer.id);
	stmt_int(st, 4, env_now_ms(d->env));
	rc = stmt_run(st, err);
	if (rc == RC_OK && store_changes(d->store) == 0) {
		journal_rollback(d->journal); /* seen before: nothing to keep */
		return RC_OK;
	}
	if (rc == RC_OK)
		rc = act_audit(d, "look", ref, NULL, err);
	return act_end(d, rc, err);
}
