/* The shifts one after the other, by the sheets that were taken over. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "shift_int.h"

#define SHEETS_MAX 400 /* how far back one may look: a year of days */
#define OWN_MAX	   60  /* how far back an officer's last shift is sought */

/* Number back (1: the newest) of the sheets taken over. *ret_found. */
enum rc
shift_sheet_at(struct desk *d, size_t back, struct doc_ref *out,
	       bool *ret_found, struct err *err)
{
	const struct kind *k = NULL;
	const char *state = NULL;
	struct stmt *st;
	enum rc rc = shift_kind(d, &k, err);

	*ret_found = false;
	if (rc == RC_OK)
		rc = shift_taken_state(k, &state, err);
	if (rc != RC_OK || back > SHEETS_MAX)
		return rc;
	st = stmt_use(d->store, SQL_SHIFT_SHEET_TAKEN);
	stmt_text(st, 1, k->name);
	stmt_text(st, 2, state);
	stmt_int(st, 3, (int64_t)back - 1);
	rc = stmt_step(st, ret_found, err);
	if (rc == RC_OK && *ret_found) {
		(void)str_copy(out->owner, sizeof(out->owner), col_text(st, 0),
			       NULL);
		(void)str_copy(out->id, sizeof(out->id), col_text(st, 1), NULL);
	}
	stmt_done(st);
	return rc;
}

/* The event by which the sheet began: the next shift's events follow it. */
static enum rc
first_event(struct desk *d, const struct doc_ref *ref, int64_t *ret_row,
	    struct err *err)
{
	char *subject = xasprintf("%s/%s", ref->owner, ref->id);
	struct stmt *st = stmt_use(d->store, SQL_SHIFT_EVENT_FIRST);
	bool row = false;
	enum rc rc;

	stmt_text(st, 1, subject);
	rc = stmt_step(st, &row, err);
	*ret_row = rc == RC_OK && row ? col_int(st, 0) : 0;
	stmt_done(st);
	xfree(subject);
	return rc;
}

/* What the sheet says of the shift that it ends. */
static enum rc
read_sheet(struct desk *d, const struct doc_ref *ref, struct shift_period *out,
	   struct err *err)
{
	struct held_doc held = { 0 };
	const struct event *e;
	const char *leaver, *since;
	enum rc rc = journal_load(d->journal, ref->owner, ref->id, &held, err);

	if (rc != RC_OK)
		return rc;
	leaver = json_text(held.doc->fields, "leaver");
	since = json_text(held.doc->fields, "since");
	e = held.doc->tracks[0].last_move;
	out->until_ms = e != NULL ? e->time_ms : 0;
	if (leaver == NULL ||
	    str_copy(out->officer, sizeof(out->officer), leaver, NULL) != RC_OK)
		out->officer[0] = '\0';
	if (since == NULL || time_parse(since, &out->since_ms, NULL) != RC_OK)
		out->since_ms = 0;
	held_doc_release(&held);
	return RC_OK;
}

static enum rc
present(struct desk *d, struct shift_period *out, struct err *err)
{
	struct shift_now now;
	struct doc_ref ref;
	bool found = false;
	enum rc rc = ask_shift(d, &now, err);

	if (rc == RC_OK)
		rc = shift_sheet_at(d, 1, &ref, &found, err);
	if (rc == RC_OK && found)
		rc = first_event(d, &ref, &out->event, err);
	if (rc != RC_OK)
		return rc;
	out->since_ms = now.since_ms;
	(void)str_copy(out->officer, sizeof(out->officer), now.officer, NULL);
	return RC_OK;
}

enum rc
ask_shift_period(struct desk *d, size_t back, struct shift_period *out,
		 struct err *err)
{
	struct doc_ref ref;
	bool found = false;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	*out = (struct shift_period){ .since_ms = -1, .until_ms = -1 };
	if (rc == RC_OK && back == 0)
		return present(d, out, err);
	if (rc == RC_OK)
		rc = shift_sheet_at(d, back, &ref, &found, err);
	if (rc == RC_OK && !found)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("there is no shift before that"));
	if (rc == RC_OK)
		rc = read_sheet(d, &ref, out, err);
	if (rc == RC_OK)
		rc = first_event(d, &ref, &out->event_end, err);
	if (rc == RC_OK)
		rc = shift_sheet_at(d, back + 1, &ref, &found, err);
	if (rc == RC_OK && found)
		rc = first_event(d, &ref, &out->event, err);
	return rc;
}

enum rc
ask_shift_since(struct desk *d, struct shift_period *out, struct err *err)
{
	struct shift_period own = { .since_ms = -1 };
	struct doc_ref ref;
	bool found = true;
	size_t back;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	*out = (struct shift_period){ .since_ms = -1, .until_ms = -1 };
	for (back = 1; rc == RC_OK && found && back <= OWN_MAX; back++) {
		rc = shift_sheet_at(d, back, &ref, &found, err);
		if (rc == RC_OK && found)
			rc = read_sheet(d, &ref, &own, err);
		if (rc != RC_OK || !found ||
		    !str_eq(own.officer, d->officer.id))
			continue;
		out->since_ms = own.until_ms;
		(void)str_copy(out->officer, sizeof(out->officer), own.officer,
			       NULL);
		return first_event(d, &ref, &out->event, err);
	}
	return rc;
}
