/*
 * Reading a bundle that was handed in: the same steps as a link's, from a
 * file. The whole is checked first, on the work pool; then its state is taken
 * when nothing of that peer waits, its receipts, its frames through the
 * queues, its attachments as they are wanted. One bundle at a time; the row of
 * the history says how it went. Ended in the middle it is read again from its
 * beginning, which costs time only.
 */
#include <string.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "bundle_intake_int.h"
#include "exchange/link_int.h"
#include "exchange/state_int.h"
#include "journal/blob.h"
#include "journal/receipt.h"

#define TURN_BYTES (1024 * 1024) /* of one turn of the loop */

static void turn(void *ctx);

void
intake_soon(struct intake *in)
{
	loop_undefer(in->x->loop, turn, in);
	loop_defer(in->x->loop, turn, in);
}

static bool
waits(const struct intake *in)
{
	return in->drain_due || in->paused || in->committing;
}

static struct intake *
intake_free(struct intake *in)
{
	if (in == NULL)
		return NULL;
	loop_undefer(in->x->loop, turn, in);
	if (in->remote != NULL)
		remote_undrain(in->remote, in);
	intake_drop_feed(in);
	blob_writer_close(in->writer, true);
	bundle_reader_free(in->reader);
	bundle_scan_free(in->scan);
	buf_release(&in->body);
	buf_release(&in->state);
	returns_free(in->returns);
	xfree(in->chunk);
	if (in->fd >= 0)
		(void)close(in->fd); /* only read from */
	return xfree(in);
}

void
bundles_free(struct exchange *x)
{
	struct intake *in = x->intake;

	x->intake = NULL;
	if (in == NULL)
		return;
	if (!in->at_work) {
		intake_free(in);
		return;
	}
	/* The thread reads its file: its done() frees it. */
	atomic_store(&in->given_up, true);
}

/* why NULL: all went well. */
static void
finish(struct intake *in, const char *why, const struct err *err)
{
	struct exchange *x = in->x;
	struct err bad = ERR_INIT;

	in->read.why = why;
	if (why != NULL)
		log_line(LOG_WARN, EXCHANGE_ROOM, "bundle=%s %s: %s",
			 in->due.spool, why, err != NULL ? err->msg : "-");
	if (bundle_done(x->journal, &in->due, &in->read, &bad) != RC_OK)
		log_line(LOG_ERROR, EXCHANGE_ROOM, "bundle=%s: %s",
			 in->due.spool, bad.msg);
	x->intake = NULL;
	intake_free(in);
	exchange_changed(x);
	/* When even its row cannot be written it is left for a better day. */
	if (bad.code == RC_OK)
		bundles_look(x);
	else if (x->bundles_done != NULL)
		x->bundles_done(x->bundles_ctx);
}

static const struct {
	enum rc rc;
	const char *word; /* of bundle_row.c */
} words[] = {
	{ RC_GAP, "gap" },
	{ RC_CHAIN, "chain" },
	{ RC_FULL, "full" },
	{ RC_DENIED, "revoked" },
	{ RC_MALFORMED, "malformed" },
	{ RC_TOOLARGE, "malformed" },
	{ RC_PROTO, "malformed" },
	{ RC_VERIFY, "malformed" },
	{ RC_BADSIG, "malformed" },
};

static const char *
word_of(enum rc rc)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].rc == rc)
			return words[i].word;
	return "failed";
}

/* ---- state and receipts ---- */

static enum rc
take_state(struct intake *in, struct err *err)
{
	struct remote *r = in->remote;
	struct desk_state s = { 0 };
	struct state_taken taken = { .effect = STATE_OLDER };
	enum rc rc = state_read(in->x->journal, r->desk, buf_str(&in->state),
				in->state.len, &s, err);

	if (rc == RC_OK)
		rc = remote_take_state(r, &s, &taken, err);
	/* This desk was put back from a copy: it goes on in a new epoch. */
	if (rc == RC_OK && taken.effect == STATE_ROLLED_BACK &&
	    exchange_epoch_now(in->x))
		rc = remote_take_state(r, &s, &taken, err);
	state_release(&s);
	if (rc != RC_OK)
		return rc;
	/* Of an older one the frames may still be news; all else is not. */
	in->state_taken = taken.effect == STATE_TAKEN;
	if (taken.effect == STATE_ROLLED_BACK)
		return err_set(err, RC_STATE, 0, "rolled back");
	return RC_OK;
}

static enum rc
take_receipt(struct intake *in, struct err *err)
{
	enum rc rc;

	if (!in->state_taken)
		return RC_OK;
	rc = link_take_receipt(in->remote, buf_str(&in->body), in->body.len,
			       NULL, err);
	/* Kept as evidence; the states decide, as on a link. */
	return rc == RC_CHAIN ? RC_OK : rc;
}

/* ---- parts ---- */

static enum rc
on_part(void *ctx, const struct part_head *p, struct err *err)
{
	struct intake *in = ctx;

	in->part = *p;
	switch (p->part) {
	case PART_STATE:
		buf_release(&in->state);
		buf_init(&in->state, (size_t)p->size);
		return RC_OK;
	case PART_RECEIPT:
		buf_release(&in->body);
		buf_init(&in->body, (size_t)p->size);
		return RC_OK;
	case PART_FRAMES: return intake_frames_begin(in, err);
	case PART_RETURNS: return intake_returns_begin(in, err);
	case PART_BLOB: return intake_blob_begin(in, err);
	case PART_END:
	case PART__COUNT: break;
	}
	return RC_OK;
}

static enum rc
on_body(void *ctx, const void *data, size_t n_bytes, struct err *err)
{
	struct intake *in = ctx;

	switch (in->part.part) {
	case PART_STATE: return buf_add(&in->state, data, n_bytes, err);
	case PART_RECEIPT: return buf_add(&in->body, data, n_bytes, err);
	case PART_FRAMES: return intake_frames(in, data, n_bytes, err);
	case PART_RETURNS:
		if (in->returns != NULL)
			returns_data(in->returns, data, n_bytes);
		return RC_OK;
	case PART_BLOB:
		return in->writer != NULL ? intake_blob(in, data, n_bytes, err)
					  : RC_OK;
	case PART_END:
	case PART__COUNT: break;
	}
	return RC_OK;
}

static enum rc
on_part_end(void *ctx, struct err *err)
{
	struct intake *in = ctx;

	switch (in->part.part) {
	case PART_STATE: return take_state(in, err);
	case PART_RECEIPT: return take_receipt(in, err);
	case PART_FRAMES: intake_frames_end(in); return RC_OK;
	case PART_RETURNS: intake_returns_end(in); return RC_OK;
	case PART_BLOB:
		return in->writer != NULL ? intake_blob_end(in, err) : RC_OK;
	case PART_END:
	case PART__COUNT: break;
	}
	return RC_OK;
}

static const struct bundle_events reading = { .on_part = on_part,
					      .on_body = on_body,
					      .on_part_end = on_part_end };

/* ---- turns ---- */

/* *ret_end: nothing is left. */
static enum rc
refill(struct intake *in, bool *ret_end, struct err *err)
{
	ssize_t n;

	if (in->at < in->n)
		return RC_OK;
	n = read(in->fd, in->chunk, BUNDLE_CHUNK);
	if (n < 0)
		return err_set(err, RC_IO, 0, "the spool cannot be read");
	in->at = 0;
	in->n = (size_t)n;
	*ret_end = n == 0;
	return RC_OK;
}

static enum rc
read_some(struct intake *in, bool *ret_end, struct err *err)
{
	size_t done = 0, used = 0;
	enum rc rc = RC_OK;

	while (rc == RC_OK && done < TURN_BYTES && !waits(in)) {
		if (in->feed_ended)
			intake_drop_feed(in); /* its frames are committed */
		rc = refill(in, ret_end, err);
		if (rc != RC_OK || *ret_end)
			break;
		rc = bundle_reader_feed(in->reader, in->chunk + in->at,
					in->n - in->at, &used, err);
		in->at += used;
		done += used;
		if (rc == RC_OK && in->why.code != RC_OK) {
			*err = in->why;
			rc = err->code;
		}
	}
	return rc;
}

static void
turn(void *ctx)
{
	struct intake *in = ctx;
	struct err err = in->why;
	bool at_end = false;
	enum rc rc = err.code;

	if (waits(in) && rc == RC_OK)
		return;
	if (rc == RC_OK)
		rc = read_some(in, &at_end, &err);
	/* What came back answers what its state left open. */
	if (rc == RC_OK && at_end && in->returned)
		rc = take_state(in, &err);
	if (rc == RC_OK && at_end)
		finish(in, NULL, NULL);
	else if (rc == RC_STATE)
		finish(in, in->remote->forked ? "fork" : "rolled-back", &err);
	else if (rc != RC_OK)
		finish(in, word_of(rc), &err);
	else if (!waits(in))
		intake_soon(in);
}

static void
on_drained(void *ctx)
{
	struct intake *in = ctx;

	in->drain_due = false;
	intake_soon(in);
}

/* ---- the check before ---- */

static void
on_check_run(void *ctx)
{
	struct intake *in = ctx;
	char *chunk = xmalloc(BUNDLE_CHUNK);
	ssize_t n = 1;

	while (in->rc == RC_OK && n > 0 && !atomic_load(&in->given_up)) {
		n = read(in->fd, chunk, BUNDLE_CHUNK);
		if (n < 0)
			in->rc = err_set(&in->why, RC_IO, 0,
					 "the spool cannot be read");
		else if (n > 0)
			in->rc = bundle_scan_feed(in->scan, chunk, (size_t)n,
						  &in->why);
	}
	if (in->rc == RC_OK)
		in->rc = bundle_scan_end(in->scan, &in->why);
	xfree(chunk);
}

static enum rc
begin_reading(struct intake *in, struct err *err)
{
	enum rc rc = bundle_scan_verify(in->scan, in->x->journal, err);

	if (rc != RC_OK)
		return rc;
	in->remote = remote_find(in->x, bundle_scan_get_head(in->scan)->from);
	if (in->remote == NULL || !in->remote->trusted)
		return err_set(err, RC_DENIED, 0, "%s", rc_sentence(RC_DENIED));
	if (lseek(in->fd, 0, SEEK_SET) != 0)
		return err_set(err, RC_IO, 0, "the spool cannot be read");
	in->reader = bundle_reader_new(&reading, in);
	in->chunk = xmalloc(BUNDLE_CHUNK);
	return RC_OK;
}

static void
on_check_done(void *ctx, enum rc rc)
{
	struct intake *in = ctx;

	in->at_work = false;
	if (atomic_load(&in->given_up)) {
		intake_free(in);
		return;
	}
	if (rc != RC_OK)
		return; /* canceled: all stops */
	rc = in->rc;
	if (rc == RC_OK)
		rc = begin_reading(in, &in->why);
	if (rc != RC_OK) {
		finish(in, word_of(rc), &in->why);
		return;
	}
	/* What it says it holds is compared with what is held: nothing that
	 * it sent may be on its way (EXCHANGE 0.2). */
	in->drain_due = true;
	remote_drain(in->remote, on_drained, in);
}

static void
begin(struct exchange *x, const struct bundle_due *due)
{
	struct intake *in = xcalloc(1, sizeof(*in));
	struct work_job work = { .run = on_check_run,
				 .done = on_check_done,
				 .ctx = in };
	struct err err = ERR_INIT;
	char *path = bundle_path(x->journal, due->spool);

	in->x = x;
	in->due = *due;
	in->scan = bundle_scan_new();
	in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	xfree(path);
	x->intake = in;
	if (in->fd < 0) {
		finish(in, "failed", NULL);
		return;
	}
	in->at_work = true;
	if (work_submit(x->pool, &work, NULL, &err) != RC_OK) {
		in->at_work = false;
		finish(in, "failed", &err);
	}
}

void
bundles_look(struct exchange *x)
{
	struct bundle_due due = { .n = 0 };
	struct err err = ERR_INIT;
	bool found = false;

	if (x->intake != NULL || x->stopping)
		return;
	if (bundle_next(x->journal, &due, &found, &err) != RC_OK)
		log_line(LOG_ERROR, EXCHANGE_ROOM, "bundles: %s", err.msg);
	if (found)
		begin(x, &due);
	else if (x->bundles_done != NULL)
		x->bundles_done(x->bundles_ctx);
}
