/* Receipts taken: what a peer says that it holds. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "journal/peer.h"
#include "journal/receipt.h"
#include "journal_int.h"

#define WANTS_MAX 10000

void
receipt_release(struct receipt *r)
{
	(void)xfree(r->wants);
	*r = (struct receipt){ .n = 0 };
}

static enum rc
read_digest(const char *hex, struct digest *out, struct err *err)
{
	if (hex == NULL || strlen(hex) != DIGEST_HEX_LEN)
		return err_set(err, RC_MALFORMED, 0,
			       _("receipt: 64 hexadecimal digits are needed"));
	return hex_decode(hex, out->bytes, DIGEST_LEN, err);
}

static enum rc
read_wants(const json_t *list, struct receipt *r, struct err *err)
{
	size_t n = json_array_size(list);
	enum rc rc = RC_OK;

	if (n > WANTS_MAX)
		return err_set(err, RC_TOOLARGE, 0,
			       _("a receipt wants at most %d attachments"),
			       WANTS_MAX);
	r->wants = n == 0 ? NULL : xcalloc(n, sizeof(*r->wants));
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = read_digest(json_string_value(json_array_get(list, i)),
				 &r->wants[i], err);
		r->n_wants = i + 1;
	}
	return rc;
}

static enum rc
read_payload(const struct journal *j, const char *peer, const json_t *o,
	     struct receipt *r, struct err *err)
{
	const char *epoch = json_text(o, "epoch");
	const char *time = json_text(o, "time");

	if (!str_eq(json_text(o, "from"), peer) ||
	    !str_eq(json_text(o, "to"), j->desk))
		return err_set(err, RC_MALFORMED, 0,
			       _("a receipt from %s to %s is needed"), peer,
			       j->desk);
	if (epoch == NULL || !uuid_valid(epoch))
		return err_set(err, RC_MALFORMED, 0,
			       _("receipt: epoch is no UUID"));
	enum rc rc =
		str_copy(r->channel.peer, sizeof(r->channel.peer), peer, err);
	memcpy(r->channel.epoch, epoch, sizeof(r->channel.epoch));
	if (rc == RC_OK)
		rc = lane_parse(json_text(o, "lane"), &r->channel.lane, err);
	if (rc == RC_OK)
		rc = json_need_int(o, "seq", 0, JSON_INT_MAX, &r->at.seq, err);
	if (rc == RC_OK)
		rc = json_need_int(o, "n", 0, JSON_INT_MAX, &r->n, err);
	if (rc == RC_OK)
		rc = read_digest(json_text(o, "chain"), &r->at.chain, err);
	if (rc == RC_OK && time == NULL)
		rc = err_set(err, RC_MALFORMED, 0, _("receipt: no time"));
	if (rc == RC_OK)
		rc = time_parse(time, &r->time_ms, err);
	if (rc == RC_OK)
		rc = read_wants(json_object_get(o, "wants"), r, err);
	r->n_quarantined = json_array_size(json_object_get(o, "quarantined"));
	return rc;
}

enum rc
receipt_read(struct journal *j, const char *peer, const char *json,
	     size_t n_bytes, struct receipt *out, struct err *err)
{
	struct envelope e = { .type = TYPE_RECEIPT };
	struct receipt r = { .n = 0 };
	json_t *o = NULL;

	enum rc rc = envelope_read(json, n_bytes, TYPE_RECEIPT, &e, err);
	if (rc == RC_OK)
		rc = peer_signed(j, peer, &e, false, err);
	if (rc == RC_OK)
		rc = json_read_object(e.payload, e.n_payload, &o, err);
	if (rc == RC_OK)
		rc = read_payload(j, peer, o, &r, err);
	json_decref(o);
	envelope_release(&e);
	if (rc == RC_OK)
		*out = r;
	else
		receipt_release(&r);
	return rc;
}

static enum rc
keep_evidence(struct journal *j, const char *peer_epoch,
	      const struct receipt *r, bool ours, const char *json,
	      size_t n_bytes, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_RECEIPT_IN_INSERT);
	stmt_text(st, 1, r->channel.peer);
	stmt_text(st, 2, peer_epoch);
	stmt_text(st, 3, r->channel.epoch);
	stmt_int(st, 4, r->channel.lane);
	stmt_int(st, 5, r->at.seq);
	stmt_blob(st, 6, r->at.chain.bytes, DIGEST_LEN);
	stmt_int(st, 7, r->n);
	stmt_int(st, 8, r->time_ms);
	stmt_blob(st, 9, json, n_bytes);
	stmt_int(st, 10, ours);
	return stmt_run(st, err);
}

static enum rc
touch_between(struct journal *j, const struct channel *c, int64_t a, int64_t b,
	      struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_FRAME_OUT_SUBJECTS);
	bind_channel(st, c);
	stmt_int(st, 4, a < b ? a : b);
	stmt_int(st, 5, a < b ? b : a);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		touched_add(&j->touched, col_text(st, 0));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

/* A receipt up to `seq` was kept: it may tell of documents that they were
 * stored, and when, also if it came late. */
static enum rc
touch_told(struct journal *j, const struct channel *c, int64_t seq,
	   struct err *err)
{
	int64_t before = 0;
	struct stmt *st = stmt_use(j->store, SQL_RECEIPT_IN_BEFORE);
	bind_channel(st, c);
	stmt_int(st, 4, seq);
	enum rc rc = stmt_one_int(st, 0, &before, err);
	return rc == RC_OK ? touch_between(j, c, before, seq, err) : rc;
}

/* How far the peer was known to hold a channel, by a receipt of which n. */
static enum rc
known_held(struct journal *j, const struct channel *c, int64_t *ret_seq,
	   int64_t *ret_n, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_CURSOR_OUT);
	bind_channel(st, c);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		*ret_seq = col_int(st, 0);
		*ret_n = col_int(st, 2);
	}
	stmt_done(st);
	return rc;
}

/* *ret_newest: nothing of a later n was known. */
static enum rc
held(struct journal *j, const struct channel *c, const struct channel_at *at,
     int64_t n, bool *ret_newest, struct err *err)
{
	int64_t seq = 0, last_n = -1;
	struct stmt *st;
	enum rc rc = known_held(j, c, &seq, &last_n, err);
	*ret_newest = n >= last_n;
	if (rc == RC_OK)
		rc = touch_told(j, c, at->seq, err);
	if (rc != RC_OK || n < last_n)
		return rc; /* an older one is evidence only */
	st = stmt_use(j->store, SQL_CURSOR_PUT);
	stmt_text(st, 1, c->peer);
	stmt_text(st, 2, "out");
	stmt_text(st, 3, c->epoch);
	stmt_int(st, 4, c->lane);
	stmt_int(st, 5, at->seq);
	stmt_blob(st, 6, at->chain.bytes, DIGEST_LEN);
	stmt_int(st, 7, n);
	rc = stmt_run(st, err);
	if (rc == RC_OK)
		rc = touch_between(j, c, seq, at->seq, err);
	return rc;
}

enum rc
channel_out_held(struct journal *j, const struct channel *c,
		 const struct channel_at *at, int64_t n, struct err *err)
{
	bool newest;
	return held(j, c, at, n, &newest, err);
}

enum rc
receipt_wants_clear(struct journal *j, const char *peer, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_WANT_THEIRS_CLEAR);
	stmt_text(st, 1, peer);
	return stmt_run(st, err);
}

enum rc
receipt_wants_add(struct journal *j, const struct receipt *r, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < r->n_wants; i++) {
		struct stmt *st = stmt_use(j->store, SQL_WANT_PUT);
		stmt_blob(st, 1, r->wants[i].bytes, DIGEST_LEN);
		stmt_text(st, 2, r->channel.peer);
		stmt_text(st, 3, "theirs");
		stmt_null(st, 4);
		stmt_int(st, 5, env_now_ms(j->env));
		rc = stmt_run(st, err);
	}
	return rc;
}

/* Its chain at that seq is ours, too; or RC_CHAIN. */
static enum rc
check_ours(struct journal *j, const struct receipt *r, struct err *err)
{
	struct digest ours;
	struct err gone = ERR_INIT;
	enum rc rc = channel_out_chain(j, &r->channel, r->at.seq, &ours, &gone);
	if (rc == RC_NOTFOUND ||
	    (rc == RC_OK && !digest_eq(&ours, &r->at.chain)))
		return err_set(err, RC_CHAIN, 0,
			       _("%s holds frame %lld of a channel that this "
				 "desk does not have"),
			       r->channel.peer, (long long)r->at.seq);
	if (rc != RC_OK && err != NULL)
		*err = gone;
	return rc;
}

static enum rc
take(struct journal *j, const char *peer_epoch, const struct receipt *r,
     const char *json, size_t n_bytes, struct err *err)
{
	struct err other = ERR_INIT;
	enum rc ours = check_ours(j, r, &other);
	enum rc rc = keep_evidence(j, peer_epoch, r, ours == RC_OK, json,
				   n_bytes, err);
	if (rc != RC_OK)
		return rc;
	if (ours == RC_OK) {
		bool newest = false;
		rc = held(j, &r->channel, &r->at, r->n, &newest, err);
		/* what an older one wanted may be there by now */
		if (rc == RC_OK && newest)
			rc = receipt_wants_clear(j, r->channel.peer, err);
		if (rc == RC_OK && newest)
			rc = receipt_wants_add(j, r, err);
	}
	if (rc == RC_OK)
		rc = journal_commit_ahead(j, err);
	if (rc == RC_OK && ours != RC_OK) {
		rc = ours; /* kept as evidence all the same */
		if (err != NULL)
			*err = other;
	}
	return rc;
}

enum rc
receipt_take(struct journal *j, const char *peer, const char *peer_epoch,
	     const char *json, size_t n_bytes, struct receipt *out,
	     struct err *err)
{
	struct receipt r = { .n = 0 };
	enum rc rc = receipt_read(j, peer, json, n_bytes, &r, err);
	if (rc != RC_OK)
		return rc;
	/* A receipt that is lost comes again with the states at the next link
	 * start, which a loss of power brings about. */
	rc = journal_begin_light(j, err);
	if (rc == RC_OK) {
		rc = take(j, peer_epoch, &r, json, n_bytes, err);
		if (store_in_transaction(j->store))
			journal_rollback(j);
	}
	if (rc == RC_OK)
		*out = r;
	else
		receipt_release(&r);
	return rc;
}
