#include "desk/shift.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "shift_int.h"

#define TAKE "take" /* the sheet's move by which another officer takes over */

enum rc
shift_kind(struct desk *d, const struct kind **ret, struct err *err)
{
	static const char word[] = "\"shift\"";
	int32_t today = day_of_ms(env_now_ms(d->env));
	struct kind_id id;

	for (size_t i = 0; kinds_id(d->kinds, i, &id); i++) {
		const struct kind *k = NULL;

		/* every console asks: those without the word are not read */
		if (memmem(id.bytes, id.n_bytes, word, sizeof(word) - 1))
			k = kinds_get(d->kinds, id.name, id.version);
		if (k && str_eq(k->views.composed, "shift") &&
		    kinds_current(d->kinds, k->name, today) == k) {
			*ret = k;
			return RC_OK;
		}
	}
	return err_set(err, RC_NOTFOUND, 0,
		       _("no kind of sheets for the hand-over is installed"));
}

enum rc
shift_taken_state(const struct kind *k, const char **ret_state, struct err *err)
{
	const struct track_def *t = kind_track(k, "owner");
	const struct move *m = t != NULL ? track_move(t, TAKE) : NULL;

	if (m == NULL || m->to == NULL)
		return err_set(err, RC_STATE, 0, _("kind %s has no move '%s'"),
			       k->name, TAKE);
	*ret_state = m->to;
	return RC_OK;
}

/* taken: the newest taken over, else the newest that waits. *ret_row 0 none. */
static enum rc
find_sheet(struct desk *d, const struct kind *k, bool taken,
	   struct doc_ref *out, int64_t *ret_row, struct err *err)
{
	const char *state = NULL;
	struct stmt *st;
	bool row = false;
	enum rc rc = shift_taken_state(k, &state, err);

	*ret_row = 0;
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_SHIFT_SHEET);
	stmt_text(st, 1, k->name);
	stmt_text(st, 2, state);
	stmt_int(st, 3, taken);
	stmt_int(st, 4, STAGE_CLOSED);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		*ret_row = col_int(st, 0);
		(void)str_copy(out->owner, sizeof(out->owner), col_text(st, 1),
			       NULL);
		(void)str_copy(out->id, sizeof(out->id), col_text(st, 2), NULL);
	}
	stmt_done(st);
	return rc;
}

/* Who signed for the sheet, and when. */
static enum rc
taken_by(struct desk *d, const struct doc_ref *ref, struct shift_now *out,
	 struct err *err)
{
	struct held_doc held = { 0 };
	const struct event *e;
	const char *who;
	enum rc rc = journal_load(d->journal, ref->owner, ref->id, &held, err);

	if (rc != RC_OK)
		return rc;
	e = held.doc->tracks[0].last_move;
	who = e != NULL ? json_text(json_array_get(json_object_get(e->data,
								   "officers"),
						   0),
				    "id")
			: NULL;
	if (who != NULL &&
	    str_copy(out->officer, sizeof(out->officer), who, NULL) == RC_OK)
		out->since_ms = e->time_ms;
	held_doc_release(&held);
	return RC_OK;
}

static enum rc
began_alone(struct desk *d, struct shift_now *out, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_SHIFT_ON_LAST);
	bool row = false;
	enum rc rc = stmt_step(st, &row, err);

	if (rc == RC_OK && row && col_int(st, 0) > out->since_ms) {
		out->since_ms = col_int(st, 0);
		(void)str_copy(out->officer, sizeof(out->officer),
			       col_text(st, 1), NULL);
	}
	stmt_done(st);
	return rc;
}

/* To whom and when the sheet that waits was handed. */
static enum rc
handed_to(struct desk *d, struct shift_now *out, struct err *err)
{
	struct held_doc held = { 0 };
	const struct event *e;
	const char *taker;
	enum rc rc = journal_load(d->journal, out->sheet.owner, out->sheet.id,
				  &held, err);

	if (rc != RC_OK)
		return rc;
	e = held.doc->tracks[0].last_move != NULL
		    ? held.doc->tracks[0].last_move
		    : held.doc->issue;
	out->handed_ms = e != NULL ? e->time_ms : -1;
	taker = json_text(held.doc->fields, "taker");
	if (taker == NULL ||
	    str_copy(out->taker, sizeof(out->taker), taker, NULL) != RC_OK)
		out->taker[0] = '\0';
	held_doc_release(&held);
	return RC_OK;
}

static bool
is_gone(struct desk *d, const char *officer)
{
	struct officer o = { 0 };
	bool gone = officer[0] != '\0' &&
		    officer_check(d, officer, &o, NULL) != RC_OK;

	officer_release(&o);
	return gone;
}

enum rc
ask_shift(struct desk *d, struct shift_now *out, struct err *err)
{
	const struct kind *k = NULL;
	struct doc_ref taken;
	int64_t row = 0;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	*out = (struct shift_now){ .since_ms = -1,
				   .handed_ms = -1,
				   .gap_ms = -1 };
	if (rc == RC_OK)
		rc = shift_kind(d, &k, err);
	if (rc == RC_OK)
		rc = ask_roster_now(d, &out->plan, err);
	if (rc == RC_OK)
		rc = find_sheet(d, k, true, &taken, &row, err);
	if (rc == RC_OK && row > 0)
		rc = taken_by(d, &taken, out, err);
	if (rc == RC_OK)
		rc = began_alone(d, out, err);
	if (rc == RC_OK)
		rc = find_sheet(d, k, false, &out->sheet, &row, err);
	if (rc != RC_OK)
		return rc;
	out->pending = row > 0;
	out->gone = is_gone(d, out->officer);
	if (out->pending)
		rc = handed_to(d, out, err);
	out->gap_ms = shift_gap(d, out);
	return rc;
}

/* From the last sheet's issue on: what came until it was taken over is not
 * on that sheet. */
enum rc
shift_bounds(struct desk *d, const struct kind *k, struct shift_bounds *out,
	     struct err *err)
{
	struct shift_now now = { .since_ms = -1 };
	struct doc_ref ref;
	struct stmt *st;
	char *subject;
	bool row;
	enum rc rc = began_alone(d, &now, err);

	*out = (struct shift_bounds){ .since_ms = now.since_ms };
	if (rc == RC_OK)
		rc = find_sheet(d, k, true, &ref, &out->doc, err);
	if (rc != RC_OK || out->doc == 0)
		return rc;
	subject = xasprintf("%s/%s", ref.owner, ref.id);
	st = stmt_use(d->store, SQL_SHIFT_EVENT_FIRST);
	stmt_text(st, 1, subject);
	rc = stmt_step(st, &row, err);
	out->event = rc == RC_OK && row ? col_int(st, 0) : 0;
	stmt_done(st);
	xfree(subject);
	out->since_ms = 0;
	return rc;
}

static enum rc
add_line(struct desk *d, const char *act, const char *text, struct err *err)
{
	struct stmt *st;
	enum rc rc = act_begin(d, err);

	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_SHIFT_LINE_ADD);
	stmt_int(st, 1, env_now_ms(d->env));
	stmt_text(st, 2, d->officer.id);
	stmt_text(st, 3, act);
	stmt_text(st, 4, text);
	rc = stmt_run(st, err);
	if (rc == RC_OK)
		rc = act_audit(d, str_eq(act, "on") ? "shift-on" : "shift-log",
			       NULL, text, err);
	return act_end(d, rc, err);
}

enum rc
act_shift_on(struct desk *d, struct err *err)
{
	struct shift_now now;
	enum rc rc = permit(d, PERMIT_WRITE, NULL, err);

	if (rc == RC_OK)
		rc = ask_shift(d, &now, err);
	if (rc != RC_OK)
		return rc;
	if (now.officer[0] != '\0')
		return err_set(err, RC_STATE, 0,
			       _("%s is on duty: he hands over ('deltadesk "
				 "shift hand-over'), you take over ('deltadesk "
				 "shift take')"),
			       now.officer);
	return add_line(d, "on", "", err);
}

enum rc
act_shift_line(struct desk *d, const char *text, struct err *err)
{
	enum rc rc = permit(d, PERMIT_WRITE, NULL, err);

	if (rc == RC_OK)
		rc = utf8_check(text, strlen(text), err);
	if (rc == RC_OK && text[0] == '\0')
		rc = err_set(err, RC_USAGE, 0, _("the text is empty"));
	return rc == RC_OK ? add_line(d, "line", text, err) : rc;
}

/* In place of who is on duty: the leader or an approver, who says why. */
static enum rc
may_in_place(struct desk *d, const struct shift_now *now, const char *reason,
	     struct err *err)
{
	bool may = false;
	enum rc rc = shift_may_stand_in(d, &may, err);

	if (rc != RC_OK)
		return rc;
	if (!may)
		return err_set(err, RC_DENIED, 0,
			       _("%s is on duty: only he hands over, or in his "
				 "place the leader of the shift or an "
				 "approver"),
			       now->officer);
	if (reason == NULL || reason[0] == '\0')
		return err_set(err, RC_DENIED, 0,
			       _("%s is on duty: say why you hand over in his "
				 "place (--reason)"),
			       now->officer);
	return RC_OK;
}

static enum rc
may_hand_over(struct desk *d, const struct shift_now *now,
	      const struct hand_over *h, struct err *err)
{
	struct officer o = { 0 };
	enum rc rc = RC_OK;

	if (now->officer[0] == '\0')
		return err_set(err, RC_STATE, 0,
			       _("nobody is on duty: begin with 'deltadesk "
				 "shift on'"));
	if (!str_eq(now->officer, d->officer.id))
		rc = may_in_place(d, now, h->reason, err);
	if (rc != RC_OK)
		return rc;
	if (now->pending)
		return err_set(err, RC_STATE, 0,
			       _("handed over already: sheet %s waits for the "
				 "next officer ('deltadesk shift take')"),
			       now->sheet.id);
	if (h->taker != NULL)
		rc = officer_check(d, h->taker, &o, err);
	officer_release(&o);
	if (rc == RC_OK && h->taker != NULL &&
	    (str_eq(h->taker, d->officer.id) || str_eq(h->taker, now->officer)))
		rc = err_set(err, RC_RANGE, 0,
			     _("the taker is another officer"));
	return rc;
}

static enum rc
audit_in_place(struct desk *d, const struct shift_now *now, const char *reason,
	       struct err *err)
{
	char *text = xasprintf("%s: %s", now->officer, reason);
	enum rc rc = act_begin(d, err);

	if (rc == RC_OK)
		rc = act_end(d, act_audit(d, "shift-in-place", NULL, text, err),
			     err);
	xfree(text);
	return rc;
}

enum rc
act_shift_hand_over(struct desk *d, const struct hand_over *h,
		    struct doc_ref *out, struct err *err)
{
	const struct kind *k = NULL;
	struct shift_now now;
	struct new_doc n = { .insist = true };
	enum new_outcome outcome;
	enum rc rc = permit(d, PERMIT_WRITE, NULL, err);

	if (rc == RC_OK)
		rc = ask_shift(d, &now, err);
	if (rc == RC_OK)
		rc = may_hand_over(d, &now, h, err);
	if (rc == RC_OK)
		rc = shift_kind(d, &k, err);
	if (rc == RC_OK)
		rc = shift_compose(d, k, &now, h, &n.fields, err);
	if (rc != RC_OK)
		return rc;
	n.kind = k->name;
	if (!str_eq(now.officer, d->officer.id)) /* the reason is kept first */
		rc = audit_in_place(d, &now, h->reason, err);
	if (rc == RC_OK)
		rc = act_new(d, &n, NULL, NULL, out, &outcome, err);
	json_decref(n.fields);
	if (rc == RC_OK && outcome != NEW_ISSUED)
		rc = err_set(err, RC_DENIED, 0,
			     _("the sheet is a draft: an officer with the role "
			       "duty issues it"));
	return rc;
}

/* What the leaver had in hand goes to whom the sheet names, else to the
 * taker; what is done with meanwhile is left alone. */
static void
pass_on(struct desk *d, const json_t *fields)
{
	const char *leaver = json_text(fields, "leaver");
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(fields, "open"), i, row)
	{
		const char *doc = json_text(row, "doc");
		const char *who = json_text(row, "who");
		struct doc_ref ref;

		if (doc == NULL || doc_find(d, doc, &ref, NULL) != RC_OK ||
		    (who == NULL &&
		     !str_eq(json_text(row, "assignee"), leaver)))
			continue;
		/* the duty list has it, whoever it is assigned to */
		(void)act_assign(d, &ref, who != NULL ? who : d->officer.id,
				 NULL, NULL);
	}
}

enum rc
act_shift_take(struct desk *d, const struct shift_take *t, struct doc_ref *out,
	       struct err *err)
{
	struct do_move m = { .move = TAKE, .note = t->note };
	json_t *confirmed = NULL;
	struct held_doc held = { 0 };
	struct shift_now now;
	bool parked;
	enum rc rc = permit(d, PERMIT_WRITE, NULL, err);

	if (rc == RC_OK)
		rc = ask_shift(d, &now, err);
	if (rc == RC_OK && !now.pending)
		rc = err_set(err, RC_STATE, 0,
			     _("no sheet waits: %s hands over first"),
			     now.officer[0] != '\0' ? now.officer
						    : _("nobody"));
	if (rc != RC_OK)
		return rc;
	m.input = json_object();
	if (t->reason != NULL && t->reason[0] != '\0')
		json_object_set_new(m.input, "reason", json_string(t->reason));
	if (t->n_items > 0) {
		rc = shift_confirmed(d, &now.sheet, t, &confirmed, err);
		if (rc == RC_OK)
			json_object_set_new(m.input, "confirmed", confirmed);
	}
	if (rc == RC_OK)
		rc = act_move(d, &now.sheet, &m, &parked, err);
	json_decref(m.input);
	if (rc != RC_OK)
		return rc;
	*out = now.sheet;
	rc = journal_load(d->journal, out->owner, out->id, &held, err);
	if (rc != RC_OK)
		return rc;
	pass_on(d, held.doc->fields);
	held_doc_release(&held);
	return RC_OK;
}
