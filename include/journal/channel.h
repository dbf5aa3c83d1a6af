/*
 * Channels: the gap-free, hash-chained sequences of events from one desk to
 * one peer, in one epoch, in two lanes. Lines of frames are NDJSON
 * {"epoch","lane","seq","chain","event"} (doc/protocol.md).
 */
#pragma once

#include "journal/journal.h"
#include "trust/digest.h"
#include "trust/envelope.h"

enum lane {
	LANE_URGENT,
	LANE_PLAIN,
	LANE__COUNT
};
const char *lane_name(enum lane lane); /* "urgent" "plain" */
enum rc lane_parse(const char *s, enum lane *ret_lane, struct err *err);

struct channel {
	char peer[DESK_ID_MAX + 1];
	char epoch[UUID_LEN + 1];
	enum lane lane;
};
struct channel_at {
	int64_t seq;
	struct digest chain;
};

struct frame {
	char epoch[UUID_LEN + 1];
	enum lane lane;
	int64_t seq;
	struct digest chain;
	struct envelope event;
	struct digest digest; /* of the event; frame_read() fills it */
};
enum rc frame_read(const char *line, size_t n_bytes, struct frame *out,
		   struct err *err);
enum rc frame_write(const struct frame *f, struct buf *out, struct err *err);
void frame_release(struct frame *f);

/* Own open epoch. */
enum rc epoch_current(struct journal *j, char out[static UUID_LEN + 1],
		      struct err *err);
/* End of an own channel (frame_out). seq 0 and chain_start when empty. */
enum rc channel_out_end(struct journal *j, const struct channel *c,
			struct channel_at *out, struct err *err);
/* The chain value at a seq of own (out) or a peer's (in) channel;
 * RC_NOTFOUND. seq 0 is always there. */
enum rc channel_out_chain(struct journal *j, const struct channel *c,
			  int64_t seq, struct digest *out, struct err *err);
enum rc channel_in_chain(struct journal *j, const struct channel *c,
			 int64_t seq, struct digest *out, struct err *err);
/* Committed cursor of a peer's channel. */
enum rc channel_in_cursor(struct journal *j, const struct channel *c,
			  struct channel_at *out, struct err *err);
/* What the peer is known to hold of an own channel (newest receipt). */
enum rc channel_out_cursor(struct journal *j, const struct channel *c,
			   struct channel_at *out, struct err *err);
/*
 * Appends lines of own frames after `after` to out until max_frames or
 * max_bytes (a first line is written whatever its size); *ret_last is the last
 * seq written (== after when none).
 */
enum rc channel_out_read(struct journal *j, const struct channel *c,
			 int64_t after, size_t max_frames, size_t max_bytes,
			 struct buf *out, int64_t *ret_last, struct err *err);
/* The same of a peer's channel in, for returns; frames whose event is kept in
 * quarantine are given too. */
enum rc channel_in_read(struct journal *j, const struct channel *c,
			int64_t after, size_t max_frames, size_t max_bytes,
			struct buf *out, int64_t *ret_last, struct err *err);
/* All channels out to a peer (any epoch): each(ctx, channel, end). */
enum rc channel_out_each(struct journal *j, const char *peer,
			 void (*each)(void *ctx, const struct channel *c,
				      const struct channel_at *end),
			 void *ctx, struct err *err);
enum rc channel_in_each(struct journal *j, const char *peer,
			void (*each)(void *ctx, const struct channel *c,
				     const struct channel_at *cursor),
			void *ctx, struct err *err);
/* Frames that this handle has appended to channels out, ever: as long as it
 * says the same, no transaction of this handle owes a peer anything new. */
int64_t channel_out_appended(const struct journal *j);
/* What a peer owes or is owed; computed in the transaction of any change to
 * trust or answers. Caller holds the transaction. */
enum rc channel_owed_peer(struct journal *j, const char *peer, struct err *err);
