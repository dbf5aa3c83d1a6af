/* A peer's batch in one transaction (EXCHANGE 4, steps 5 to 9). */
#include "config.h"

#include "journal/ingest.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "batch_int.h"
#include "journal/peer.h"

void
ingest_result_release(struct ingest_result *r)
{
	(void)xfree(r->wants);
	*r = (struct ingest_result){ .n = 0 };
}

/* Trusted, and no fork of its own stops it. */
static enum rc
check_peer(struct journal *j, const char *peer, struct err *err)
{
	bool row = false;
	enum rc rc = peer_is_trusted(j, peer, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_DENIED, 0, _("%s is no trusted peer"),
			     peer);
	if (rc != RC_OK)
		return rc;
	struct stmt *st = stmt_use(j->store, SQL_FORK_IS_OPEN);
	stmt_text(st, 1, peer);
	rc = stmt_step(st, &row, err);
	stmt_done(st);
	if (rc == RC_OK && row)
		rc = err_set(err, RC_DENIED, 0,
			     _("%s signed two events in one place; an "
			       "administrator clears that with fork clear"),
			     peer);
	return rc;
}

/* The batch follows the committed cursor without a gap or a break. */
static enum rc
check_chain(const struct batch *b, const struct channel_at *cursor,
	    struct err *err)
{
	struct digest chain = cursor->chain;
	for (size_t i = 0; i < b->n; i++) {
		const struct checked *c = &b->frames[i];
		int64_t want = cursor->seq + 1 + (int64_t)i;
		if (c->frame.seq != want)
			return err_set(err, RC_GAP, 0,
				       _("channel of %s: frame %lld came where "
					 "%lld was due"),
				       b->channel.peer, (long long)c->frame.seq,
				       (long long)want);
		chain_next(&chain, &c->digest, &chain);
		if (!digest_eq(&chain, &c->frame.chain))
			return err_set(err, RC_CHAIN, 0,
				       _("channel of %s: frame %lld does not "
					 "follow the one before"),
				       b->channel.peer, (long long)want);
	}
	return RC_OK;
}

static enum rc
insert_frame(struct journal *j, const struct batch *b, const struct checked *c,
	     struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_FRAME_IN_INSERT);
	bind_channel(st, &b->channel);
	stmt_int(st, 4, c->frame.seq);
	stmt_blob(st, 5, c->digest.bytes, DIGEST_LEN);
	stmt_blob(st, 6, c->frame.chain.bytes, DIGEST_LEN);
	return stmt_run(st, err);
}

static enum rc
insert_quarantine(struct journal *j, const struct batch *b,
		  const struct checked *c, struct err *err)
{
	const struct envelope *e = &c->frame.event;
	struct digest key;
	key_id_bytes(e->key_id, &key);
	struct stmt *st = stmt_use(j->store, SQL_QUARANTINE_INSERT);
	bind_channel(st, &b->channel);
	stmt_int(st, 4, c->frame.seq);
	stmt_text(st, 5, c->why.msg);
	stmt_text(st, 6, found_name(c->found));
	stmt_blob(st, 7, c->digest.bytes, DIGEST_LEN);
	stmt_blob(st, 8, key.bytes, DIGEST_LEN);
	stmt_int(st, 9, env_now_ms(j->env));
	stmt_blob(st, 10, e->sig, e->n_sig);
	stmt_blob(st, 11, e->payload, e->n_payload);
	return stmt_run(st, err);
}

bool
event_admissible(const struct journal *j, const struct event *e,
		 const char *peer)
{
	/* Being a party is judged at `rev` by the fold, never on arrival
	 * (EVENTS, 299 of 300 runs broke otherwise). */
	return e->type == EVENT_CARD || str_eq(e->source, peer) ||
	       str_eq(e->owner, peer) || str_eq(e->source, j->desk);
}

struct wanting {
	struct journal *j;
	const char *peer;
	const struct event *event;
	struct err *err;
	enum rc rc;
};

static void
want_blob(void *ctx, const struct digest *d)
{
	struct wanting *w = ctx;
	bool row = false;
	if (w->rc != RC_OK)
		return;
	struct stmt *st = stmt_use(w->j->store, SQL_BLOB_GET);
	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	w->rc = stmt_step(st, &row, w->err);
	stmt_done(st);
	if (w->rc != RC_OK || row)
		return;
	st = stmt_use(w->j->store, SQL_WANT_PUT);
	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	stmt_text(st, 2, w->peer);
	stmt_text(st, 3, "mine");
	stmt_blob(st, 4, w->event->digest.bytes, DIGEST_LEN);
	stmt_int(st, 5, env_now_ms(w->j->env));
	w->rc = stmt_run(st, w->err);
}

enum rc
event_accept(struct journal *j, const struct checked *c, enum lane lane,
	     const char *peer, bool *ret_fork, struct err *err)
{
	enum rc rc = event_insert(j, &c->event, &c->frame.event, lane, peer,
				  ret_fork, err);
	if (rc == RC_OK && c->card != NULL)
		rc = card_store(j, c->card, CARD_NEWER, err);
	else if (rc == RC_OK)
		fresh_add(&j->fresh, &c->event);
	if (rc != RC_OK)
		return rc;
	struct wanting w = {
		.j = j, .peer = peer, .event = &c->event, .err = err
	};
	event_blobs(&c->event, want_blob, &w);
	return w.rc;
}

/* One of the open epoch, or of a newer one, that is not here: this folder was
 * put back from a copy. Those of closed epochs are only late (EXCHANGE 0.5). */
static enum rc
own_event_unknown(struct journal *j, const struct event *e,
		  struct ingest_result *out, struct err *err)
{
	char epoch[UUID_LEN + 1];
	enum rc rc;

	if (!str_eq(e->source, j->desk))
		return RC_OK;
	rc = epoch_current(j, epoch, err);
	if (rc == RC_OK && strcmp(e->epoch, epoch) >= 0) {
		out->rolled_back = true;
		if (strcmp(e->epoch, out->own_epoch) > 0)
			memcpy(out->own_epoch, e->epoch, sizeof(epoch));
	}
	return rc;
}

static enum rc
take_frame(struct journal *j, struct batch *b, struct checked *c,
	   struct ingest_result *out, struct err *err)
{
	bool known = false, fork = false;

	enum rc rc = insert_frame(j, b, c, err);
	if (rc == RC_OK)
		rc = event_known(j, &c->digest, &known, err);
	if (rc != RC_OK || known)
		return rc;
	/* A card may have come by the other lane, or just before in this very
	 * batch, since this was checked: it makes keys known, and ends others.
	 */
	if ((c->found == FOUND_UNKNOWN_KEY || c->card != NULL) &&
	    b->ring != j->keys)
		envelope_judge(j->keys, NULL, c);
	if (c->found == FOUND_OK &&
	    !event_admissible(j, &c->event, b->channel.peer)) {
		c->found = FOUND_INADMISSIBLE;
		(void)err_set(&c->why, RC_DENIED, 0,
			      _("an event of %s about a document of %s does "
				"not belong in this channel"),
			      c->event.source, c->event.owner);
	}
	if (c->found != FOUND_OK) {
		out->quarantined++;
		return insert_quarantine(j, b, c, err);
	}
	rc = own_event_unknown(j, &c->event, out, err);
	if (rc == RC_OK)
		rc = event_accept(j, c, b->channel.lane, b->channel.peer, &fork,
				  err);
	out->new_events++;
	out->forked += fork;
	out->card_stored = out->card_stored || c->card != NULL;
	return rc;
}

static enum rc
move_cursor(struct journal *j, const struct batch *b, struct ingest_result *out,
	    struct err *err)
{
	const struct channel *c = &b->channel;
	struct stmt *st = stmt_use(j->store, SQL_RECEIPT_OUT_NEXT);
	bind_channel(st, c);
	stmt_int(st, 4, out->cursor.seq);
	enum rc rc = stmt_one_int(st, 0, &out->n, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_CURSOR_PUT);
	stmt_text(st, 1, c->peer);
	stmt_text(st, 2, "in");
	stmt_text(st, 3, c->epoch);
	stmt_int(st, 4, c->lane);
	stmt_int(st, 5, out->cursor.seq);
	stmt_blob(st, 6, out->cursor.chain.bytes, DIGEST_LEN);
	stmt_int(st, 7, out->n);
	return stmt_run(st, err);
}

static enum rc
read_wants(struct journal *j, const char *peer, struct ingest_result *out,
	   struct err *err)
{
	bool row = false;
	size_t cap = 0;
	struct stmt *st = stmt_use(j->store, SQL_WANT_MINE);
	stmt_text(st, 1, peer);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		if (out->n_wants == cap) {
			cap = cap == 0 ? 8 : cap * 2;
			out->wants = xreallocarray(out->wants, cap,
						   sizeof(*out->wants));
		}
		rc = col_digest(st, 0, &out->wants[out->n_wants], err);
		out->n_wants += rc == RC_OK;
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

static enum rc
ingest(struct journal *j, struct batch *b, struct ingest_result *out,
       struct err *err)
{
	enum rc rc = check_peer(j, b->channel.peer, err);
	if (rc == RC_OK)
		rc = channel_in_cursor(j, &b->channel, &out->cursor, err);
	if (rc == RC_OK)
		rc = check_chain(b, &out->cursor, err);
	for (size_t i = 0; rc == RC_OK && i < b->n; i++) {
		rc = take_frame(j, b, &b->frames[i], out, err);
		out->cursor.seq = b->frames[i].frame.seq;
		out->cursor.chain = b->frames[i].frame.chain;
	}
	if (rc == RC_OK)
		rc = move_cursor(j, b, out, err);
	if (rc == RC_OK)
		rc = read_wants(j, b->channel.peer, out, err);
	return rc;
}

enum rc
journal_ingest(struct journal *j, struct batch *b, struct ingest_result *out,
	       struct err *err)
{
	struct ingest_result r = { .n = 0 };
	if (b->n == 0)
		return err_set(err, RC_USAGE, 0, _("the batch is empty"));
	enum rc rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	j->in_backlog = b->in_backlog;
	rc = ingest(j, b, &r, err);
	if (rc == RC_OK)
		rc = journal_commit_ahead(j, err);
	else
		journal_rollback(j);
	if (rc != RC_OK) {
		ingest_result_release(&r);
		return rc;
	}
	r.urgent = b->channel.lane == LANE_URGENT && r.new_events > 0;
	*out = r;
	return RC_OK;
}
