/*
 * Writing a bundle: what a dialler would say to this peer now. Only one piece
 * of frames or of an attachment is in memory at a time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "bundle_int.h"
#include "exchange/state_int.h"
#include "journal/blob.h"
#include "journal/epoch.h"
#include "journal/peer.h"
#include "journal/receipt.h"

#define PIECE_FRAMES 512
#define PIECE_BYTES  (4 * 1024 * 1024)
#define PART_ROOM    256  /* of a part's line and breaks, at most */
#define END_ROOM     4096 /* kept for the end */

struct span {
	struct channel c;
	int64_t first, last; /* frames to be written; first > last: none */
};
struct writing {
	struct journal *j;
	const struct bundle_order *order;
	struct bundle_head head;
	int fd;
	int64_t n_bytes;
	struct digest_stream *hash; /* NULL: at the end */
	struct span *spans;
	size_t n_spans;
	struct digest *blobs;
	size_t n_blobs;
	bool full;
	struct bundle_made *made;
	struct err *err;
	enum rc rc;
};

/* ---- bytes ---- */

static enum rc
put(struct writing *w, const void *data, size_t n_bytes, struct err *err)
{
	const char *p = data;

	if (w->hash != NULL)
		digest_stream_add(w->hash, data, n_bytes);
	w->n_bytes += (int64_t)n_bytes;
	while (n_bytes > 0) {
		ssize_t n = write(w->fd, p, n_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EFBIG)
			return err_set(err, RC_FULL, errno,
				       _("the medium takes no file of that "
					 "size; give --max"));
		if (n < 0)
			return err_errno(err, errno, _("writing"), _("bundle"));
		p += n;
		n_bytes -= (size_t)n;
	}
	return RC_OK;
}

static enum rc
put_line(struct writing *w, json_t *take_o, struct err *err)
{
	char *text = json_write(take_o);
	enum rc rc = put(w, text, strlen(text), err);

	if (rc == RC_OK)
		rc = put(w, "\n", 1, err);
	xfree(text);
	json_decref(take_o);
	return rc;
}

static enum rc
put_part(struct writing *w, enum bundle_part p, const struct buf *body,
	 struct err *err)
{
	enum rc rc = put_line(w,
			      json_pack("{s:s,s:I}", "part", part_name(p),
					"bytes", (json_int_t)body->len),
			      err);

	if (rc == RC_OK)
		rc = put(w, buf_str(body), body->len, err);
	return rc == RC_OK ? put(w, "\n", 1, err) : rc;
}

/* Would so many bytes still fit? */
static bool
fits(const struct writing *w, int64_t n_bytes)
{
	int64_t max = w->order->max_bytes > 0 ? w->order->max_bytes
					      : BUNDLE_MAX_BYTES;

	return w->n_bytes + n_bytes + PART_ROOM + END_ROOM <= max;
}

/* ---- head, state, receipts ---- */

static enum rc
put_head(struct writing *w, const char *peer, struct err *err)
{
	char made[TIME_TEXT_MAX];
	struct bundle_head *h = &w->head;

	uuid7_make(journal_get_env(w->j), h->id);
	h->made_ms = env_now_ms(journal_get_env(w->j));
	time_format(h->made_ms, made);
	if (str_copy(h->to, sizeof(h->to), peer, err) != RC_OK ||
	    str_copy(h->from, sizeof(h->from), journal_get_desk(w->j), err) !=
		    RC_OK)
		return RC_RANGE;
	return put_line(w,
			json_pack("{s:s,s:i,s:s,s:s,s:s,s:s}", "deltadesk",
				  "bundle", "format", BUNDLE_FORMAT, "id",
				  h->id, "from", h->from, "to", h->to, "made",
				  made),
			err);
}

static enum rc
put_state(struct writing *w, struct err *err)
{
	struct buf b = { 0 };
	int64_t n = 0;
	enum rc rc;

	buf_init(&b, STATE_MAX_BYTES);
	rc = state_make(w->j, w->head.to, &n, &b, err);
	if (rc == RC_OK)
		rc = put_part(w, PART_STATE, &b, err);
	buf_release(&b);
	return rc;
}

/* Signed now: they tell which attachments are wanted now. */
static enum rc
put_receipt(struct writing *w, const struct channel *c, struct err *err)
{
	struct buf b = { 0 };
	struct err why = ERR_INIT;
	int64_t n;
	enum rc rc;

	buf_init(&b, RECEIPT_MAX_BYTES);
	rc = receipt_sign(w->j, c, &b, &n, &why);
	if (rc == RC_OK)
		rc = put_part(w, PART_RECEIPT, &b, err);
	else if (rc == RC_NOTFOUND)
		rc = RC_OK; /* nothing was received in it */
	else
		*err = why;
	buf_release(&b);
	return rc;
}

static void
add_span(struct writing *w, const struct channel *c, int64_t first,
	 int64_t last)
{
	w->spans = xreallocarray(w->spans, w->n_spans + 1, sizeof(*w->spans));
	w->spans[w->n_spans++] =
		(struct span){ .c = *c, .first = first, .last = last };
}

static void
list_in(void *ctx, const struct channel *c, const struct channel_at *at)
{
	(void)at;
	if (((struct writing *)ctx)->n_spans < STATE_CHANNELS_MAX)
		add_span(ctx, c, 1, 0);
}

static enum rc
put_receipts(struct writing *w, struct err *err)
{
	enum rc rc = channel_in_each(w->j, w->head.to, list_in, w, err);

	for (size_t i = 0; rc == RC_OK && i < w->n_spans; i++)
		rc = put_receipt(w, &w->spans[i].c, err);
	w->n_spans = 0;
	return rc;
}

/* ---- frames: from what the peer acknowledged to what is here now ---- */

static void
list_out(void *ctx, const struct channel *c, const struct channel_at *end)
{
	struct writing *w = ctx;
	struct channel_at held;

	if (w->rc != RC_OK || w->n_spans >= STATE_CHANNELS_MAX)
		return;
	w->rc = channel_out_cursor(w->j, c, &held, w->err);
	if (w->rc == RC_OK && held.seq < end->seq)
		add_span(w, c, held.seq + 1, end->seq);
}

/* *io_s ends up with what was written. */
static enum rc
put_span(struct writing *w, struct span *io_s, struct err *err)
{
	int64_t after = io_s->first - 1, end = io_s->last, last = after;
	struct buf b = { 0 };
	enum rc rc = RC_OK;

	buf_init(&b, PIECE_BYTES + LINE_MAX_BYTES);
	while (rc == RC_OK && after < end && !w->full) {
		int64_t n = end - after;

		buf_reset(&b);
		rc = channel_out_read(w->j, &io_s->c, after,
				      n < PIECE_FRAMES ? (size_t)n
						       : PIECE_FRAMES,
				      PIECE_BYTES, &b, &last, err);
		if (rc != RC_OK || last == after)
			break;
		w->full = !fits(w, (int64_t)b.len);
		if (w->full)
			break;
		rc = put_part(w, PART_FRAMES, &b, err);
		w->made->frames += last - after;
		after = last;
	}
	buf_release(&b);
	w->made->frames_left += end - after;
	io_s->last = after;
	return rc;
}

/* ---- returns: what the peer lost of its own channels ---- */

static enum rc
put_back(struct writing *w, const struct channel *c, int64_t after,
	 struct err *err)
{
	struct buf b = { 0 };
	int64_t last = after;
	enum rc rc = RC_OK;

	buf_init(&b, PIECE_BYTES + LINE_MAX_BYTES);
	while (rc == RC_OK && !w->full) {
		buf_reset(&b);
		rc = channel_in_read(w->j, c, after, PIECE_FRAMES, PIECE_BYTES,
				     &b, &last, err);
		if (rc != RC_OK || last == after)
			break;
		w->full = !fits(w, (int64_t)b.len);
		if (!w->full)
			rc = put_part(w, PART_RETURNS, &b, err);
		after = last;
	}
	buf_release(&b);
	return rc;
}

static enum rc
put_returns(struct writing *w, struct err *err)
{
	struct stmt *st =
		stmt_use(journal_get_store(w->j), SQL_WANTED_BACK_EACH);
	bool row = false;
	enum rc rc;

	stmt_text(st, 1, w->head.to);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		const char *epoch = col_text(st, 0);

		if (w->n_spans >= STATE_CHANNELS_MAX || epoch == NULL)
			continue;
		struct channel c = { .lane = col_int(st, 1) == LANE_URGENT
						     ? LANE_URGENT
						     : LANE_PLAIN };
		rc = str_copy(c.peer, sizeof(c.peer), w->head.to, err);
		if (rc == RC_OK)
			rc = str_copy(c.epoch, sizeof(c.epoch), epoch, err);
		if (rc != RC_OK)
			break;
		add_span(w, &c, col_int(st, 2) + 1, 0);
	}
	stmt_done(st);
	for (size_t i = 0; rc == RC_OK && i < w->n_spans; i++)
		rc = put_back(w, &w->spans[i].c, w->spans[i].first - 1, err);
	w->n_spans = 0;
	return rc;
}

static enum rc
is_forked(struct writing *w, bool *ret, struct err *err)
{
	struct stmt *st =
		stmt_use(journal_get_store(w->j), SQL_EXCHANGE_FORK_OPEN);
	bool row = false;
	enum rc rc;

	stmt_text(st, 1, w->head.to);
	rc = stmt_step(st, &row, err);
	*ret = rc == RC_OK && row && col_int(st, 0) > 0;
	stmt_done(st);
	return rc;
}

static enum rc
put_frames(struct writing *w, struct err *err)
{
	bool forked = false;
	enum rc rc = is_forked(w, &forked, err);

	if (rc != RC_OK || forked) /* states only, as on a link */
		return rc;
	w->err = err;
	rc = put_returns(w, err);
	if (rc == RC_OK)
		rc = channel_out_each(w->j, w->head.to, list_out, w, err);
	if (rc == RC_OK)
		rc = w->rc;
	for (size_t i = 0; rc == RC_OK && i < w->n_spans; i++)
		rc = put_span(w, &w->spans[i], err);
	return rc;
}

/* ---- attachments: what it asked for, and what these frames name ---- */

static enum rc
list_blobs(struct writing *w, struct stmt *take_st, struct err *err)
{
	bool row = false;
	size_t n = 0;
	enum rc rc;

	while ((rc = stmt_step(take_st, &row, err)) == RC_OK && row) {
		const void *d = col_blob(take_st, 0, &n);

		if (n != DIGEST_LEN)
			continue;
		if (w->n_blobs == BUNDLE_BLOBS_MAX) {
			w->made->blobs_left++;
			continue;
		}
		if ((w->n_blobs & (w->n_blobs - 1)) == 0)
			w->blobs = xreallocarray(
				w->blobs, w->n_blobs == 0 ? 1 : w->n_blobs * 2,
				sizeof(*w->blobs));
		memcpy(w->blobs[w->n_blobs++].bytes, d, DIGEST_LEN);
	}
	stmt_done(take_st);
	return rc;
}

static enum rc
list_all_blobs(struct writing *w, struct err *err)
{
	struct store *s = journal_get_store(w->j);
	struct stmt *st = stmt_use(s, SQL_BUNDLE_WANTS);
	enum rc rc;

	stmt_text(st, 1, w->head.to);
	rc = list_blobs(w, st, err);
	for (size_t i = 0; rc == RC_OK && i < w->n_spans; i++) {
		const struct span *p = &w->spans[i];

		st = stmt_use(s, SQL_BUNDLE_BLOBS);
		stmt_text(st, 1, p->c.peer);
		stmt_text(st, 2, p->c.epoch);
		stmt_int(st, 3, p->c.lane);
		stmt_int(st, 4, p->first);
		stmt_int(st, 5, p->last);
		rc = list_blobs(w, st, err);
	}
	return rc;
}

static int
cmp_digest(const void *a, const void *b)
{
	return digest_cmp(a, b);
}

static enum rc
put_bytes(struct writing *w, int fd, int64_t size, struct err *err)
{
	char *chunk = xmalloc(BUNDLE_CHUNK);
	int64_t at = 0;
	enum rc rc = RC_OK;

	while (rc == RC_OK && at < size) {
		ssize_t n = pread(fd, chunk,
				  size - at < BUNDLE_CHUNK ? (size_t)(size - at)
							   : BUNDLE_CHUNK,
				  at);

		if (n <= 0)
			rc = err_set(err, RC_DAMAGED, n < 0 ? errno : 0,
				     _("an attachment cannot be read; run "
				       "deltadesk verify"));
		else
			rc = put(w, chunk, (size_t)n, err);
		at += n;
	}
	xfree(chunk);
	return rc == RC_OK ? put(w, "\n", 1, err) : rc;
}

static enum rc
put_blob(struct writing *w, const struct digest *d, struct err *err)
{
	char hex[DIGEST_HEX_LEN + 1];
	int64_t size = 0;
	int fd = -1;
	enum rc rc;

	if (!blob_granted(w->j, d, w->head.to))
		return RC_OK;
	rc = blob_open(w->j, d, &fd, &size, err);
	if (rc != RC_OK)
		return rc;
	digest_hex(d, hex);
	if (!fits(w, size)) {
		w->made->blobs_left++;
	} else {
		rc = put_line(w,
			      json_pack("{s:s,s:s,s:I}", "part",
					part_name(PART_BLOB), "digest", hex,
					"bytes", (json_int_t)size),
			      err);
		if (rc == RC_OK)
			rc = put_bytes(w, fd, size, err);
		w->made->blobs++;
	}
	(void)close(fd); /* only read from */
	return rc;
}

static enum rc
put_blobs(struct writing *w, struct err *err)
{
	enum rc rc = list_all_blobs(w, err);

	if (rc != RC_OK || w->n_blobs == 0)
		return rc;
	if (w->order->no_blobs) {
		w->made->blobs_left += (int64_t)w->n_blobs;
		return RC_OK;
	}
	qsort(w->blobs, w->n_blobs, sizeof(*w->blobs), cmp_digest);
	for (size_t i = 0; rc == RC_OK && i < w->n_blobs; i++)
		if (i == 0 || !digest_eq(&w->blobs[i], &w->blobs[i - 1]))
			rc = put_blob(w, &w->blobs[i], err);
	return rc;
}

/* ---- the whole ---- */

static enum rc
put_end(struct writing *w, struct err *err)
{
	struct buf b = { 0 };
	enum rc rc;

	digest_stream_end(w->hash, &w->made->digest);
	w->hash = NULL;
	buf_init(&b, BUNDLE_END_MAX);
	rc = bundle_sign(w->j, &w->head, &w->made->digest, w->n_bytes, &b, err);
	if (rc == RC_OK)
		rc = put_part(w, PART_END, &b, err);
	buf_release(&b);
	return rc;
}

static enum rc
need_trusted(struct journal *j, const char *peer, struct err *err)
{
	bool trusted = false;
	enum rc rc = peer_is_trusted(j, peer, &trusted, err);

	if (rc == RC_OK && !trusted)
		rc = err_set(err, RC_DENIED, 0,
			     _("%s is not a trusted peer; 'peer list' shows "
			       "those"),
			     peer);
	return rc;
}

enum rc
bundle_write(struct journal *j, const char *peer,
	     const struct bundle_order *order, int fd, struct bundle_made *out,
	     struct err *err)
{
	struct writing w = { .j = j, .order = order, .fd = fd, .made = out };
	enum rc rc = need_trusted(j, peer, err);

	if (rc == RC_OK)
		rc = journal_roll_on(j, err);
	/* no receipt or frame of what a loss of power could take back */
	if (rc == RC_OK)
		rc = store_sync(journal_get_store(j), err);
	*out = (struct bundle_made){ .frames = 0 };
	if (rc != RC_OK)
		return rc;
	w.hash = digest_stream_new();
	if ((rc = put_head(&w, peer, err)) == RC_OK &&
	    (rc = put_state(&w, err)) == RC_OK &&
	    (rc = put_receipts(&w, err)) == RC_OK &&
	    (rc = put_frames(&w, err)) == RC_OK &&
	    (rc = put_blobs(&w, err)) == RC_OK)
		rc = put_end(&w, err);
	memcpy(out->id, w.head.id, sizeof(out->id));
	out->bytes = w.n_bytes;
	digest_stream_free(w.hash);
	xfree(w.spans);
	xfree(w.blobs);
	return rc;
}
