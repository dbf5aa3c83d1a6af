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
	bind_channel(st, c);
	stmt_int(st, 4, end.seq + 1);
	stmt_blob(st, 5, event->bytes, DIGEST_LEN);
	stmt_blob(st, 6, chain.bytes, DIGEST_LEN);
	j->n_appended++;
	return stmt_run(st, err);
}

/* The card events of the author, before anything else of it: the newest, and
 * each by which it went from one key to the next. */
static enum rc
append_cards(struct journal *j, const struct channel *c, const char *author,
	     struct err *err)
{
	bool row = false;
	struct digest card;
	struct stmt *st = stmt_use(j->store, SQL_CARD_EVENT_CHAIN);
	stmt_text(st, 1, author);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		rc = col_digest(st, 0, &card, err);
		if (rc == RC_OK)
			rc = append_frame(j, c, &card, err);
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
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
		rc = append_cards(j, &c, author, err);
	if (rc == RC_OK)
		rc = append_frame(j, &c, event, err);
	return rc;
}

/* ---- one document ---- */

struct desks {
	char (*ids)[DESK_ID_MAX + 1];
	size_t n, cap;
};

static bool
desks_has(const struct desks *d, const char *id)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->ids[i], id))
			return true;
	return false;
}

static void
desks_add(struct desks *d, const char *id)
{
	if (desks_has(d, id) || strlen(id) > DESK_ID_MAX)
		return;
	if (d->n == d->cap) {
		d->cap = d->cap == 0 ? 8 : d->cap * 2;
		d->ids = xreallocarray(d->ids, d->cap, sizeof(*d->ids));
	}
	memcpy(d->ids[d->n++], id, strlen(id) + 1);
}

/* Adds the first column of every row. */
static enum rc
desks_read(struct desks *d, struct stmt *take_st, struct err *err)
{
	bool row = false;
	enum rc rc = stmt_step(take_st, &row, err);
	while (rc == RC_OK && row) {
		desks_add(d, col_text(take_st, 0));
		rc = stmt_step(take_st, &row, err);
	}
	stmt_done(take_st);
	return rc;
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

static enum rc
owed_event(struct journal *j, const struct held_doc *h, size_t i,
	   const struct desks *wish, struct err *err)
{
	const struct event *e = &h->events[i];
	struct desks held = { .n = 0 }; /* sent it, or it came from there */
	struct digest digest;
	bool read = false;
	enum rc rc = RC_OK;

	digest_of_ref(&e->digest, &digest);
	for (size_t w = 0; rc == RC_OK && w < wish->n; w++) {
		const char *desk = wish->ids[w];
		if (str_eq(desk, j->desk) || !owes(j, h, i, desk))
			continue;
		if (!read) {
			struct stmt *st = stmt_use(j->store, SQL_EVENT_HOLDERS);
			stmt_blob(st, 1, e->digest.bytes, DIGEST_LEN);
			rc = desks_read(&held, st, err);
			read = true;
		}
		if (rc == RC_OK && !desks_has(&held, desk))
			rc = owed_append(j, desk, &digest, e->source,
					 h->rows->lanes[i], err);
	}
	(void)xfree(held.ids);
	return rc;
}

/* Do parties see each other's events of this track? Where not, the owner and
 * the source are all who may be owed it, whatever the number of parties. */
static bool
is_relayed(const struct doc *d, const struct event *e)
{
	if (str_eq(e->source, d->owner))
		return true;
	const struct track_def *t =
		d->kind != NULL ? kind_event_track(d->kind, e->track) : NULL;
	return t != NULL &&
	       d->kind->relay_of_track[t - d->kind->tracks] != RELAY_OWNER;
}

/* Who may be owed anything of it: its desks, of a register every peer. */
static enum rc
find_wish(struct journal *j, const struct held_doc *h, struct desks *wish,
	  struct err *err)
{
	const struct doc *d = h->doc;

	desks_add(wish, d->owner);
	for (size_t i = 0; i < d->n_tracks; i++)
		desks_add(wish, d->tracks[i].desk);
	for (size_t i = 0; i < h->n_events; i++)
		desks_add(wish, h->events[i].source);
	if (d->kind == NULL || d->kind->scope != SCOPE_REGISTER ||
	    !str_eq(d->owner, j->desk))
		return RC_OK;
	return desks_read(wish, stmt_use(j->store, SQL_PEER_TRUSTED), err);
}

enum rc
owed_document(struct journal *j, const struct held_doc *h, struct err *err)
{
	struct desks wish = { .n = 0 };
	enum rc rc = find_wish(j, h, &wish, err);

	for (size_t i = 0; rc == RC_OK && i < h->n_events; i++) {
		const struct event *e = &h->events[i];
		struct desks two = { .n = 0 };
		if (e->type == EVENT_LOCAL)
			continue;
		if (is_relayed(h->doc, e)) {
			rc = owed_event(j, h, i, &wish, err);
			continue;
		}
		desks_add(&two, h->doc->owner);
		desks_add(&two, e->source);
		rc = owed_event(j, h, i, &two, err);
		(void)xfree(two.ids);
	}
	(void)xfree(wish.ids);
	return rc;
}

/* ---- one peer ---- */

enum rc
journal_touch_rows(struct journal *j, struct stmt *take_st, struct err *err)
{
	bool row = false;
	enum rc rc = stmt_step(take_st, &row, err);
	while (rc == RC_OK && row) {
		touched_add(&j->touched, col_text(take_st, 0));
		rc = stmt_step(take_st, &row, err);
	}
	stmt_done(take_st);
	return rc;
}

enum rc
peer_touch_documents(struct journal *j, const char *peer, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_SUBJECTS_OF_PEER);
	stmt_text(st, 1, peer);
	enum rc rc = journal_touch_rows(j, st, err);
	/* what goes to every peer names none */
	for (size_t i = 0; rc == RC_OK && i < kinds_count(j->kinds); i++) {
		const struct kind *k = kinds_at(j->kinds, i);
		if (k->scope != SCOPE_REGISTER)
			continue;
		st = stmt_use(j->store, SQL_SUBJECTS_OF_KIND);
		stmt_text(st, 1, k->name);
		stmt_text(st, 2, j->desk);
		rc = journal_touch_rows(j, st, err);
	}
	return rc;
}

enum rc
channel_owed_peer(struct journal *j, const char *peer, struct err *err)
{
	struct channel c = { .lane = LANE_URGENT };
	bool may = false;
	enum rc rc = may_get(j, peer, &may, err);

	if (rc == RC_OK)
		rc = str_copy(c.peer, sizeof(c.peer), peer, err);
	if (rc == RC_OK && may)
		rc = epoch_current(j, c.epoch, err);
	if (rc == RC_OK && may)
		rc = append_cards(j, &c, j->desk, err);
	/* Settled before the commit, as all that was touched. */
	return rc == RC_OK ? peer_touch_documents(j, peer, err) : rc;
}

int64_t
channel_out_appended(const struct journal *j)
{
	return j->n_appended;
}
