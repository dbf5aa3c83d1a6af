/*
 * A peer's frames in (EXCHANGE 4, steps 4 to 10): batch_check() verifies on
 * any thread, journal_ingest() commits on the journal's thread.
 */
#pragma once

#include "journal/channel.h"

struct batch;

/* Snapshots the keys held now. Frames of one channel, in order of seq. */
enum rc batch_new(struct journal *j, const struct channel *c,
		  struct batch **ret_batch, struct err *err);
struct batch *batch_free(struct batch *b);
/* Takes the frame. The caller has checked seq and chain against what it
 * queued last. RC_TOOLARGE when full. */
enum rc batch_add(struct batch *b, struct frame *take_frame, struct err *err);
size_t batch_count(const struct batch *b);
/* More waits behind it: its full text may be indexed later (journal/index.h).
 */
void batch_set_backlog(struct batch *b);
/* Puts the checked frames of `from` behind those of `into`. False, and
 * nothing done: other keys were held when they were checked. `from` stays the
 * caller's, empty. */
bool batch_join(struct batch *into, struct batch *from);
/* Digest, signature, strict parse of each frame. No database: thread-safe. */
void batch_check(struct batch *b);

struct ingest_result {
	struct channel_at cursor;
	int64_t n; /* of the receipt to give */
	size_t new_events, quarantined, forked;
	bool card_stored; /* a newer card of some desk */
	bool urgent;	  /* something of the urgent lane or 特急 came */
	bool rolled_back; /* an own event came that this desk has lost */
	char own_epoch[UUID_LEN + 1]; /* of the newest such */
	struct digest *wants;	      /* blobs referred to and not here; heap */
	size_t n_wants;
};
void ingest_result_release(struct ingest_result *r);
/*
 * One transaction: frame_in, event or quarantine, verdicts, projections,
 * wants, owed, cursor, receipt_out(n+1, told=0). RC_GAP, RC_CHAIN when the
 * batch does not follow the committed cursor, RC_DENIED when the peer is not
 * trusted or a fork stops it; then nothing is changed.
 */
enum rc journal_ingest(struct journal *j, struct batch *b,
		       struct ingest_result *out, struct err *err);
