/*
 * Receipts: a desk's signed statement that it has durably stored a channel
 * up to a seq. Payload {from,to,epoch,lane,seq,chain,n,time,wants[],
 * quarantined[],released[]}: `from` gives the receipt, `to` owns the channel.
 */
#pragma once

#include "journal/channel.h"

/*
 * Signs the receipt of the COMMITTED cursor of a peer's channel with the n
 * that ingest gave it, keeps its bytes (own transaction) and appends the
 * envelope's JSON to out. A receipt signed before is given again unless
 * `fresh` (wants changed). RC_NOTFOUND when nothing was ever received.
 */
enum rc receipt_give(struct journal *j, const struct channel *c, bool fresh,
		     struct buf *out, int64_t *ret_n, struct err *err);
/* The same, signed anew and without keeping the bytes: a receipt on its way
 * out costs no second commit. */
enum rc receipt_sign(struct journal *j, const struct channel *c,
		     struct buf *out, int64_t *ret_n, struct err *err);
/* The peer has it (2xx): told = 1 unless a newer n is due. own transaction */
enum rc receipt_told(struct journal *j, const struct channel *c, int64_t n,
		     struct err *err);
/* Channels in whose receipt is not told yet. peer NULL: of all. */
enum rc receipt_each_due(struct journal *j, const char *peer,
			 void (*each)(void *ctx, const struct channel *c),
			 void *ctx, struct err *err);

struct receipt {
	struct channel channel; /* own channel to the peer who gave it */
	struct channel_at at;
	int64_t n, time_ms;
	struct digest *wants; /* heap */
	size_t n_wants;
	size_t n_quarantined;
};
void receipt_release(struct receipt *r);
/*
 * Takes a peer's receipt for an own channel, in its own transaction: checks
 * the signature with the peer's keys, keeps it as evidence, moves the out
 * cursor (only a newer n does; it may fall), marks what was stored, notes
 * what the peer wants. RC_CHAIN when it is above our end or of another chain
 * (kept as evidence, never progress), RC_BADSIG, RC_MALFORMED, RC_DENIED.
 * peer_epoch: the peer's epoch as it said at link start.
 */
enum rc receipt_take(struct journal *j, const char *peer,
		     const char *peer_epoch, const char *json, size_t n_bytes,
		     struct receipt *out, struct err *err);
/* Reads and verifies a peer's receipt without taking it (bundles, state
 * objects). */
enum rc receipt_read(struct journal *j, const char *peer, const char *json,
		     size_t n_bytes, struct receipt *out, struct err *err);
/* What the peer wants, in the caller's transaction: forgotten, and all that a
 * receipt names. */
enum rc receipt_wants_clear(struct journal *j, const char *peer,
			    struct err *err);
enum rc receipt_wants_add(struct journal *j, const struct receipt *r,
			  struct err *err);
/*
 * Inside the caller's journal_begin .. journal_commit: the peer holds an own
 * channel up to `at` (also downwards), by a receipt or state of number n; an
 * older n changes nothing. The caller has compared the chain.
 */
enum rc channel_out_held(struct journal *j, const struct channel *c,
			 const struct channel_at *at, int64_t n,
			 struct err *err);
