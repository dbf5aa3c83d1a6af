/*
 * Returns: frames of an own channel of a closed epoch that this desk lost and
 * the peer holds. They take their old places, with their old signatures; what
 * stood there instead is owed anew, in the open epoch.
 */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "batch_int.h"
#include "epoch_int.h"
#include "journal/epoch.h"
#include "journal/peer.h"

enum rc
give_each(struct journal *j, const char *peer,
	  void (*each)(void *ctx, const struct channel *c, int64_t after),
	  void *ctx, struct err *err)
{
	struct channel c = { .lane = LANE_PLAIN };
	struct stmt *st;
	bool row = false;
	enum rc rc = str_copy(c.peer, sizeof(c.peer), peer, err);

	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_GIVE_EACH);
	stmt_text(st, 1, peer);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		c.lane = col_int(st, 1) == LANE_URGENT ? LANE_URGENT
						       : LANE_PLAIN;
		rc = col_copy(st, 0, c.epoch, sizeof(c.epoch), err);
		if (rc != RC_OK)
			break;
		each(ctx, &c, col_int(st, 2));
	}
	stmt_done(st);
	return rc;
}

struct returning {
	struct journal *j;
	struct batch *b;
	int64_t from; /* of table give */
	struct channel_at end;
	struct ingest_result *out;
};

static enum rc
asked_for(struct returning *r, struct err *err)
{
	const struct channel *c = &r->b->channel;
	char epoch[UUID_LEN + 1];
	struct stmt *st = stmt_use(r->j->store, SQL_GIVE_GET);
	enum rc rc;

	bind_channel(st, c);
	rc = stmt_one_int(st, -1, &r->from, err);
	if (rc == RC_OK)
		rc = epoch_current(r->j, epoch, err);
	if (rc == RC_OK && (r->from < 0 || strcmp(c->epoch, epoch) >= 0))
		rc = err_set(err, RC_STATE, 0,
			     _("nothing of that channel was asked back of %s"),
			     c->peer);
	return rc;
}

/* Here already, with the same chain? Another one there makes room for what the
 * peer holds. */
static enum rc
is_here(struct returning *r, const struct checked *c, bool *ret_here,
	struct err *err)
{
	const struct channel *ch = &r->b->channel;
	struct digest chain;
	struct stmt *st;
	enum rc rc;

	*ret_here = false;
	if (c->frame.seq > r->end.seq)
		return RC_OK;
	rc = channel_out_chain(r->j, ch, c->frame.seq, &chain, err);
	if (rc != RC_OK)
		return rc;
	*ret_here = digest_eq(&chain, &c->frame.chain);
	if (*ret_here)
		return RC_OK;
	if (c->frame.seq <= r->from)
		return err_set(err, RC_CHAIN, 0,
			       _("%s returns another frame %lld than was sent"),
			       ch->peer, (long long)c->frame.seq);
	st = stmt_use(r->j->store, SQL_FRAME_OUT_DROP);
	bind_channel(st, ch);
	stmt_int(st, 4, c->frame.seq - 1);
	rc = stmt_run(st, err);
	return rc == RC_OK ? channel_out_end(r->j, ch, &r->end, err) : rc;
}

/* What this desk may have sent there: its own, of its documents, cards, and
 * what it gave back itself. */
static bool
may_return(const struct journal *j, const struct event *e, const char *peer)
{
	return e->type == EVENT_CARD || str_eq(e->source, j->desk) ||
	       str_eq(e->owner, j->desk) || str_eq(e->source, peer);
}

static enum rc
take_event(struct returning *r, struct checked *c, struct err *err)
{
	const char *peer = r->b->channel.peer;
	bool known = false, fork = false;
	enum rc rc = event_known(r->j, &c->digest, &known, err);

	if (rc != RC_OK || known)
		return rc;
	/* A card may have come back since this was checked. */
	if (c->found == FOUND_UNKNOWN_KEY)
		envelope_judge(r->j->keys, NULL, c);
	if (c->found != FOUND_OK || !may_return(r->j, &c->event, peer))
		return err_set(
			err, RC_VERIFY, 0,
			_("%s returns a frame that this desk cannot have "
			  "sent (%s)"),
			peer, c->found == FOUND_OK ? "-" : c->why.msg);
	rc = event_accept(r->j, c, r->b->channel.lane, peer, &fork, err);
	r->out->new_events++;
	r->out->forked += fork;
	r->out->card_stored = r->out->card_stored || c->card != NULL;
	return rc;
}

static enum rc
put_frame(struct returning *r, const struct checked *c, struct err *err)
{
	struct digest chain;
	struct stmt *st;

	if (c->frame.seq != r->end.seq + 1)
		return err_set(err, RC_GAP, 0,
			       _("%s returns frame %lld where %lld was due"),
			       r->b->channel.peer, (long long)c->frame.seq,
			       (long long)r->end.seq + 1);
	chain_next(&r->end.chain, &c->digest, &chain);
	if (!digest_eq(&chain, &c->frame.chain))
		return err_set(err, RC_CHAIN, 0,
			       _("%s returns frame %lld, which does not follow "
				 "the one before"),
			       r->b->channel.peer, (long long)c->frame.seq);
	st = stmt_use(r->j->store, SQL_FRAME_OUT_INSERT);
	bind_channel(st, &r->b->channel);
	stmt_int(st, 4, c->frame.seq);
	stmt_blob(st, 5, c->digest.bytes, DIGEST_LEN);
	stmt_blob(st, 6, chain.bytes, DIGEST_LEN);
	r->end = (struct channel_at){ .seq = c->frame.seq, .chain = chain };
	return stmt_run(st, err);
}

/* An epoch that was lost with all that was in it: known again by what came
 * back of it. */
static enum rc
keep_epoch(struct returning *r, struct err *err)
{
	struct stmt *st = stmt_use(r->j->store, SQL_EPOCH_INSERT_CLOSED);

	stmt_text(st, 1, r->b->channel.epoch);
	stmt_int(st, 2, env_now_ms(r->j->env));
	return stmt_run(st, err);
}

static enum rc
take(struct returning *r, struct err *err)
{
	const struct channel *c = &r->b->channel;
	bool trusted = false;
	enum rc rc = peer_is_trusted(r->j, c->peer, &trusted, err);

	if (rc == RC_OK && !trusted)
		rc = err_set(err, RC_DENIED, 0, _("%s is no trusted peer"),
			     c->peer);
	if (rc == RC_OK)
		rc = asked_for(r, err);
	if (rc == RC_OK)
		rc = channel_out_end(r->j, c, &r->end, err);
	if (rc == RC_OK)
		rc = keep_epoch(r, err);
	for (size_t i = 0; rc == RC_OK && i < r->b->n; i++) {
		struct checked *one = &r->b->frames[i];
		bool here = false;

		rc = is_here(r, one, &here, err);
		if (rc != RC_OK || here)
			continue;
		rc = take_event(r, one, err);
		if (rc == RC_OK)
			rc = put_frame(r, one, err);
	}
	return rc;
}

enum rc
journal_take_returns(struct journal *j, struct batch *b,
		     struct ingest_result *out, struct err *err)
{
	struct ingest_result result = { .n = 0 };
	struct returning r = { .j = j, .b = b, .out = &result };
	enum rc rc;

	if (b->n == 0)
		return err_set(err, RC_USAGE, 0, _("the batch is empty"));
	rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	rc = take(&r, err);
	if (rc == RC_OK)
		rc = journal_commit(j, err);
	else
		journal_rollback(j);
	if (rc != RC_OK)
		return rc;
	result.cursor = r.end;
	*out = result;
	return RC_OK;
}
