/*
 * What desks should hold and have not (EXCHANGE 1): computed from what is
 * stored, so it may be asked any number of times.
 */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "journal_int.h"

/* Trusted, and not waiting for its answer to a new epoch. */
static enum rc
may_get(struct journal *j, const char *peer, bool *ret_may, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_PEER_MAY_GET);
	stmt_text(st, 1, peer);
	enum rc rc = stmt_step(st, ret_may, err);
	stmt_done(st);
	return rc;
}

static enum rc
append_frame(struct journal *j, const struct channel *c,
	     const struct digest *event, struct err *err)
{
	bool row = false;
	struct channel_at end;
	struct digest chain;

	struct stmt *st = stmt_use(j->store, SQL_FRAME_OUT_HAS);
	stmt_blob(st, 1, event->bytes, DIGEST_LEN);
	stmt_text(st, 2, c->peer);
	stmt_text(st, 3, c->epoch);
	stmt_int(st, 4, c->lane);
	enum rc rc = stmt_step(st, &row, err);
	stmt_done(st);
	if (rc != RC_OK || row)
		return rc;
	rc = channel_out_end(j, c, &end, err);
	if (rc != RC_OK)
		return rc;
	chain_next(&end.chain, event, &chain);
	st = stmt_use(j->store, SQL_FRAME_OUT_INSERT);
	stmt_text(st, 1, c->peer);
	stmt_text(st, 2, c->epoch);
	stmt_int(st, 3, c->lane);
	stmt_int(st, 4, end.seq + 1);
	stmt_blob(st, 5, event->bytes, DIGEST_LEN);
	stmt_blob(st, 6, chain.bytes, DIGEST_LEN);
	return stmt_run(st, err);
}

/* The newest card event of the author, before anything else of it. */
static enum rc
append_card(struct journal *j, const struct channel *c, const char *author,
	    struct err *err)
{
	bool row = false;
	struct digest card;
	struct stmt *st = stmt_use(j->store, SQL_CARD_EVENT_NEWEST);
	stmt_text(st, 1, author);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		rc = col_digest(st, 0, &card, err);
	stmt_done(st);
	if (rc != RC_OK || !row)
		return rc;
	return append_frame(j, c, &card, err);
}

enum rc
owed_append(struct journal *j, const char *peer, const struct digest *event,
	    const char *author, enum lane lane, struct err *err)
{
	struct channel c = { .lane = lane };
	bool may = false;

	enum rc rc = may_get(j, peer, &may, err);
	if (rc != RC_OK || !may)
		return rc;
	rc = str_copy(c.peer, sizeof(c.peer), peer, err);
	if (rc == RC_OK)
		rc = epoch_current(j, c.epoch, err);
	if (rc == RC_OK && author != NULL && !str_eq(author, peer))
		rc = append_card(j, &c, author, err);
	if (rc == RC_OK)
		rc = append_frame(j, &c, event, err);
	return rc;
}

/* ---- one document ---- */

#define DESKS_MAX (2 * PARTIES_MAX + 2)

struct desks {
	const char *ids[DESKS_MAX];
	size_t n;
};

static void
desks_add(struct desks *d, const char *id)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->ids[i], id))
			return;
	if (d->n < DESKS_MAX)
		d->ids[d->n++] = id;
}

/* May this desk pass the event to that one at all? The owner relays, anybody
 * sends its own to the owner, and gives back what a source has lost. */
static bool
owes(const struct journal *j, const struct held_doc *h, size_t i,
     const char *desk)
{
	const struct event *e = &h->events[i];
	if (str_eq(desk, e->source))
		return !str_eq(h->rows->vias[i], desk);
	if (!str_eq(h->doc->owner, j->desk) && !str_eq(e->source, j->desk))
		return false;
	return doc_should_hold(h->doc, e, desk);
}

/* Desks that were sent this event or from which it came. */
static enum rc
read_holders(struct journal *j, const struct event *e, struct desks *held,
	     char (*names)[DESK_ID_MAX + 1], struct err *err)
{
	bool row = false;
	held->n = 0;
	struct stmt *st = stmt_use(j->store, SQL_EVENT_HOLDERS);
	stmt_blob(st, 1, e->digest.bytes, DIGEST_LEN);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row && held->n < DESKS_MAX) {
		rc = col_copy(st, 0, names[held->n], DESK_ID_MAX + 1, err);
		held->ids[held->n] = names[held->n];
		held->n++;
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

static bool
desks_has(const struct desks *d, const char *id)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->ids[i], id))
			return true;
	return false;
}

static enum rc
owed_event(struct journal *j, const struct held_doc *h, size_t i,
	   const struct desks *wish, struct err *err)
{
	const struct event *e = &h->events[i];
	struct desks held;
	char(*names)[DESK_ID_MAX + 1] = NULL;
	struct digest digest;
	enum rc rc = RC_OK;

	digest_of_ref(&e->digest, &digest);
	for (size_t w = 0; rc == RC_OK && w < wish->n; w++) {
		const char *desk = wish->ids[w];
		if (str_eq(desk, j->desk) || !owes(j, h, i, desk))
			continue;
		if (names == NULL) {
			names = xcalloc(DESKS_MAX, sizeof(*names));
			rc = read_holders(j, e, &held, names, err);
		}
		if (rc == RC_OK && !desks_has(&held, desk))
			rc = owed_append(j, desk, &digest, e->source,
					 h->rows->lanes[i], err);
	}
	(void)xfree(names);
	return rc;
}

/* Do parties see each other's events of this track? Where not, the owner and
 * the source are all who may be owed it, whatever the number of parties. */
static bool
is_relayed(const struct doc *d, const struct event *e)
{
	if (str_eq(e->source, d->owner))
		return true;
	for (size_t i = 0; d->kind != NULL && i < d->kind->n_tracks; i++)
		if (str_eq(d->kind->tracks[i].name, e->track))
			return d->kind->relay_of_track[i] != RELAY_OWNER;
	return false;
}

enum rc
owed_document(struct journal *j, const struct held_doc *h, struct err *err)
{
	struct desks *wish = xcalloc(2, sizeof(*wish));
	struct desks *two = &wish[1];
	enum rc rc = RC_OK;

	two->ids[0] = h->doc->owner;
	two->n = 2;
	desks_add(wish, h->doc->owner);
	for (size_t i = 0; i < h->doc->n_tracks; i++)
		desks_add(wish, h->doc->tracks[i].desk);
	for (size_t i = 0; i < h->n_events; i++)
		desks_add(wish, h->events[i].source);
	for (size_t i = 0; rc == RC_OK && i < h->n_events; i++) {
		const struct event *e = &h->events[i];
		two->ids[1] = e->source;
		if (e->type != EVENT_LOCAL)
			rc = owed_event(j, h, i,
					is_relayed(h->doc, e) ? wish : two,
					err);
	}
	(void)xfree(wish);
	return rc;
}

/* ---- one peer ---- */

enum rc
peer_touch_documents(struct journal *j, const char *peer, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_SUBJECTS_OF_PEER);
	stmt_text(st, 1, peer);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		touched_add(&j->touched, col_text(st, 0));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

enum rc
channel_owed_peer(struct journal *j, const char *peer, struct err *err)
{
	bool row = false;
	struct digest card;
	struct stmt *st = stmt_use(j->store, SQL_CARD_EVENT_NEWEST);
	stmt_text(st, 1, j->desk);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		rc = col_digest(st, 0, &card, err);
	stmt_done(st);
	if (rc == RC_OK && row)
		rc = owed_append(j, peer, &card, NULL, LANE_URGENT, err);
	/* Settled before the commit, as all that was touched. */
	return rc == RC_OK ? peer_touch_documents(j, peer, err) : rc;
}
