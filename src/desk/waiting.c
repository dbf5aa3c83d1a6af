/* Acts that were kept while the desk waited for its peers' answers: signed, in
 * their order, when all have come. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/tick.h"
#include "desk_int.h"
#include "journal/audit.h"
#include "journal/epoch.h"
#include "journal/peer.h"
#include "serial_int.h"

static enum rc
give_number(struct desk *d, const struct own_act *a, struct err *err)
{
	const struct kind *k;
	char *number = NULL;
	enum rc rc;

	if (a->type != EVENT_ISSUE || a->kind == NULL ||
	    json_object_get(a->data, "number") != NULL)
		return RC_OK;
	k = kinds_get(d->kinds, a->kind, a->kind_version);
	if (k == NULL || !str_eq(k->number_at, "issue"))
		return RC_OK;
	rc = serial_take(d, k, a->time_ms, &number, err);
	if (rc == RC_OK && number != NULL)
		json_object_set_new(a->data, "number", json_string(number));
	xfree(number);
	return rc;
}

static enum rc
sign(struct desk *d, const struct waiting_act *w, struct err *err)
{
	char *subject = xasprintf("%s/%s", w->act.owner, w->act.doc);
	enum rc rc = journal_begin(d->journal, err);

	if (rc == RC_OK) {
		rc = give_number(d, &w->act, err);
		if (rc == RC_OK)
			rc = journal_append(d->journal, &w->act, NULL, err);
		if (rc == RC_OK)
			rc = waiting_signed(d->journal, w->id, err);
		if (rc == RC_OK)
			rc = audit_append(d->journal, w->officer,
					  "signed-later", subject,
					  json_text(w->act.data, "number"),
					  err);
		rc = act_end(d, rc, err);
	}
	xfree(subject);
	return rc;
}

static enum rc
refuse(struct desk *d, const struct waiting_act *w, const struct err *why,
       struct err *err)
{
	enum rc rc = journal_begin(d->journal, err);

	if (rc != RC_OK)
		return rc;
	return act_end(d, waiting_refused(d->journal, w->id, why->msg, err),
		       err);
}

/* Its text stays, and is told; what is not the act's fault is tried again. */
static bool
is_for_good(enum rc rc)
{
	return rc != RC_BUSY && rc != RC_FULL && rc != RC_IO && rc != RC_DB;
}

enum rc
waiting_sign(struct desk *d, const struct tick *t, struct err *err)
{
	struct waiting_act w;
	int64_t after = 0;
	bool found = false;
	enum rc rc;

	while ((rc = waiting_next(d->journal, after, &w, &found, err)) ==
		       RC_OK &&
	       found) {
		struct err why = ERR_INIT;

		after = w.id;
		rc = sign(d, &w, &why);
		if (rc != RC_OK && is_for_good(rc)) {
			rc = refuse(d, &w, &why, err);
			if (rc == RC_OK && t->problem != NULL)
				t->problem(t->ctx, why.msg);
		} else if (rc != RC_OK && err != NULL) {
			*err = why;
		}
		waiting_act_release(&w);
		if (rc != RC_OK)
			return rc;
	}
	waiting_act_release(&w);
	return rc;
}

/* ---- what is waited for ---- */

static void
count_unanswered(void *ctx, const char *peer, bool overridden)
{
	struct loss *l = ctx;

	if (overridden)
		return;
	l->unanswered++;
	if (l->first[0] == '\0')
		(void)str_copy(l->first, sizeof(l->first), peer, NULL);
}

enum rc
ask_loss(struct desk *d, struct loss *out, struct err *err)
{
	struct stmt *st;
	bool row = false;
	enum rc rc;

	*out = (struct loss){ .kept = 0 };
	rc = peers_in_doubt(d->journal, &out->in_doubt, err);
	if (rc == RC_OK)
		rc = epoch_each_unanswered(d->journal, count_unanswered, out,
					   err);
	if (rc != RC_OK || out->unanswered == 0)
		return rc;
	st = stmt_use(d->store, SQL_WAITING_COUNT);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		out->kept = col_int(st, 0);
	stmt_done(st);
	return rc;
}
