/* Questions about channels. */
#include "config.h"

#include "journal/channel.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "journal_int.h"

enum rc
epoch_current(struct journal *j, char out[static UUID_LEN + 1], struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_EPOCH_CURRENT);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("this folder holds no desk yet"));
	if (rc == RC_OK)
		rc = col_copy(st, 0, out, UUID_LEN + 1, err);
	stmt_done(st);
	return rc;
}

void
bind_channel(struct stmt *st, const struct channel *c)
{
	stmt_text(st, 1, c->peer);
	stmt_text(st, 2, c->epoch);
	stmt_int(st, 3, c->lane);
}

/* seq and chain; the start of the channel when there is no row. */
static enum rc
read_at(struct stmt *take_st, const char *from, const char *to,
	const struct channel *c, struct channel_at *out, struct err *err)
{
	bool row = false;
	struct channel_at at = { .seq = 0 };
	enum rc rc = stmt_step(take_st, &row, err);
	if (rc == RC_OK && row) {
		at.seq = col_int(take_st, 0);
		rc = col_digest(take_st, 1, &at.chain, err);
	} else if (rc == RC_OK) {
		chain_start(from, to, c->epoch, lane_name(c->lane), &at.chain);
	}
	stmt_done(take_st);
	if (rc == RC_OK)
		*out = at;
	return rc;
}

enum rc
channel_out_end(struct journal *j, const struct channel *c,
		struct channel_at *out, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_FRAME_OUT_END);
	bind_channel(st, c);
	return read_at(st, j->desk, c->peer, c, out, err);
}

enum rc
channel_in_cursor(struct journal *j, const struct channel *c,
		  struct channel_at *out, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_CURSOR_IN);
	bind_channel(st, c);
	return read_at(st, c->peer, j->desk, c, out, err);
}

enum rc
channel_out_cursor(struct journal *j, const struct channel *c,
		   struct channel_at *out, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_CURSOR_OUT);
	bind_channel(st, c);
	return read_at(st, j->desk, c->peer, c, out, err);
}

static enum rc
chain_at(struct stmt *take_st, const struct channel *c, int64_t seq,
	 struct digest *out, struct err *err)
{
	bool row = false;
	bind_channel(take_st, c);
	stmt_int(take_st, 4, seq);
	enum rc rc = stmt_step(take_st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("channel with %s has no seq %lld"), c->peer,
			     (long long)seq);
	if (rc == RC_OK)
		rc = col_digest(take_st, 0, out, err);
	stmt_done(take_st);
	return rc;
}

enum rc
channel_out_chain(struct journal *j, const struct channel *c, int64_t seq,
		  struct digest *out, struct err *err)
{
	if (seq == 0) {
		chain_start(j->desk, c->peer, c->epoch, lane_name(c->lane),
			    out);
		return RC_OK;
	}
	return chain_at(stmt_use(j->store, SQL_FRAME_OUT_CHAIN), c, seq, out,
			err);
}

enum rc
channel_in_chain(struct journal *j, const struct channel *c, int64_t seq,
		 struct digest *out, struct err *err)
{
	if (seq == 0) {
		chain_start(c->peer, j->desk, c->epoch, lane_name(c->lane),
			    out);
		return RC_OK;
	}
	return chain_at(stmt_use(j->store, SQL_FRAME_IN_CHAIN), c, seq, out,
			err);
}

/* seq, chain, key_id, sig, raw */
static enum rc
write_frame(struct stmt *st, const struct channel *c, struct buf *out,
	    int64_t *ret_seq, struct err *err)
{
	struct frame f = { .lane = c->lane, .seq = col_int(st, 0) };
	memcpy(f.epoch, c->epoch, sizeof(f.epoch));
	enum rc rc = col_digest(st, 1, &f.chain, err);
	if (rc == RC_OK)
		rc = event_row_envelope(st, 2, &f.event, err);
	if (rc == RC_OK)
		rc = frame_write(&f, out, err);
	if (rc == RC_OK)
		*ret_seq = f.seq;
	frame_release(&f);
	return rc;
}

/* Lines until a limit; a first line is written whatever its size. */
static enum rc
write_frames(struct stmt *st, const struct channel *c, size_t max_bytes,
	     struct buf *out, int64_t *ret_last, struct err *err)
{
	bool row = false;
	size_t n_start = out->len;
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		size_t n_before = out->len;
		int64_t seq = 0;
		struct err full = ERR_INIT;
		rc = write_frame(st, c, out, &seq, &full);
		if (rc == RC_TOOLARGE && n_before > n_start)
			return RC_OK; /* the buffer is full; the rest later */
		if (rc != RC_OK) {
			if (err != NULL)
				*err = full;
			return rc;
		}
		if (n_before > n_start && out->len - n_start > max_bytes) {
			out->len = n_before;
			out->data[n_before] = '\0';
			return RC_OK;
		}
		*ret_last = seq;
		rc = stmt_step(st, &row, err);
	}
	return rc;
}

static enum rc
read_frames(struct stmt *take_st, const struct channel *c, int64_t after,
	    size_t max_frames, size_t max_bytes, struct buf *out,
	    int64_t *ret_last, struct err *err)
{
	int64_t last = after;
	bind_channel(take_st, c);
	stmt_int(take_st, 4, after);
	stmt_int(take_st, 5, (int64_t)max_frames);
	enum rc rc = write_frames(take_st, c, max_bytes, out, &last, err);
	stmt_done(take_st);
	if (rc == RC_OK)
		*ret_last = last;
	return rc;
}

enum rc
channel_out_read(struct journal *j, const struct channel *c, int64_t after,
		 size_t max_frames, size_t max_bytes, struct buf *out,
		 int64_t *ret_last, struct err *err)
{
	return read_frames(stmt_use(j->store, SQL_FRAME_OUT_READ), c, after,
			   max_frames, max_bytes, out, ret_last, err);
}

enum rc
channel_in_read(struct journal *j, const struct channel *c, int64_t after,
		size_t max_frames, size_t max_bytes, struct buf *out,
		int64_t *ret_last, struct err *err)
{
	return read_frames(stmt_use(j->store, SQL_FRAME_IN_READ), c, after,
			   max_frames, max_bytes, out, ret_last, err);
}

/* epoch, lane, seq, chain */
static enum rc
each_end(struct stmt *take_st, const char *peer,
	 void (*each)(void *ctx, const struct channel *c,
		      const struct channel_at *at),
	 void *ctx, struct err *err)
{
	bool row = false;
	struct channel c = { .lane = LANE_PLAIN };
	enum rc rc = str_copy(c.peer, sizeof(c.peer), peer, err);
	stmt_text(take_st, 1, peer);
	if (rc == RC_OK)
		rc = stmt_step(take_st, &row, err);
	while (rc == RC_OK && row) {
		struct channel_at at = { .seq = col_int(take_st, 2) };
		c.lane = col_int(take_st, 1) == LANE_URGENT ? LANE_URGENT
							    : LANE_PLAIN;
		rc = col_copy(take_st, 0, c.epoch, sizeof(c.epoch), err);
		if (rc == RC_OK)
			rc = col_digest(take_st, 3, &at.chain, err);
		if (rc == RC_OK) {
			each(ctx, &c, &at);
			rc = stmt_step(take_st, &row, err);
		}
	}
	stmt_done(take_st);
	return rc;
}

enum rc
channel_out_each(struct journal *j, const char *peer,
		 void (*each)(void *ctx, const struct channel *c,
			      const struct channel_at *end),
		 void *ctx, struct err *err)
{
	return each_end(stmt_use(j->store, SQL_FRAME_OUT_EACH), peer, each, ctx,
			err);
}

enum rc
channel_in_each(struct journal *j, const char *peer,
		void (*each)(void *ctx, const struct channel *c,
			     const struct channel_at *cursor),
		void *ctx, struct err *err)
{
	return each_end(stmt_use(j->store, SQL_CURSOR_IN_EACH), peer, each, ctx,
			err);
}
