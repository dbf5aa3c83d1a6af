/* A part of frames of a bundle: the feed and the queue that a link uses. */
#include "base/i18n.h"
#include "bundle_intake_int.h"

void
intake_drop_feed(struct intake *in)
{
	struct queue *q = in->feed != NULL ? feed_get_queue(in->feed) : NULL;

	if (q != NULL)
		queue_forget_waiter(q, in);
	in->feed = feed_free(in->feed);
	in->feed_ended = in->paused = in->committing = false;
}

static void
on_stop(void *ctx, enum feed_stop why, const struct err *err)
{
	struct intake *in = ctx;

	(void)why;
	in->why = *err;
	if (in->why.code == RC_OK)
		in->why.code = RC_IO;
	in->paused = false;
	intake_soon(in); /* never freed inside a feed */
}

static enum rc
count_frames(struct intake *in, const struct queue *q, struct err *err)
{
	const struct channel *c = queue_channel(q);
	struct channel_at now;
	struct stmt *st;
	bool row = false;
	enum rc rc = channel_in_cursor(in->x->journal, c, &now, err);

	if (rc != RC_OK)
		return rc;
	in->read.frames += (int64_t)feed_get_frames(in->feed);
	in->read.fresh += now.seq - in->frames_before;
	st = stmt_use(journal_get_store(in->x->journal), SQL_BUNDLE_APART);
	stmt_text(st, 1, c->peer);
	stmt_text(st, 2, c->epoch);
	stmt_int(st, 3, c->lane);
	stmt_int(st, 4, in->frames_before);
	stmt_int(st, 5, now.seq);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		in->read.apart += col_int(st, 0);
	stmt_done(st);
	return rc;
}

static void
on_committed(void *ctx, enum rc rc)
{
	struct intake *in = ctx;

	in->committing = false;
	if (rc == RC_OK)
		rc = count_frames(in, feed_get_queue(in->feed), &in->why);
	else if (in->why.code == RC_OK)
		(void)err_set(&in->why, rc, 0, "%s", rc_sentence(rc));
	intake_soon(in);
}

/* The next part begins only after these frames are committed. */
static void
wait_for_commit(struct intake *in)
{
	struct queue *q = feed_get_queue(in->feed);

	if (in->committing || feed_is_stopped(in->feed) ||
	    !feed_is_empty(in->feed))
		return;
	if (q == NULL)
		return; /* no frame was in it */
	in->committing = true;
	queue_when_committed(q, on_committed, in);
}

static void
on_pause(void *ctx, bool on)
{
	struct intake *in = ctx;

	in->paused = on;
	if (on)
		return;
	if (in->feed_ended)
		wait_for_commit(in);
	intake_soon(in);
}

static const struct feed_events feed_events = { .on_stop = on_stop,
						.on_pause = on_pause };

/* Which channel is known with the first frame: its seq before is asked then. */
enum rc
intake_frames(struct intake *in, const void *data, size_t n_bytes,
	      struct err *err)
{
	bool known = feed_get_queue(in->feed) != NULL;
	struct channel_at now;
	struct queue *q;
	enum rc rc = RC_OK;

	feed_data(in->feed, data, n_bytes);
	q = feed_get_queue(in->feed);
	if (!known && q != NULL) { /* nothing of it is committed yet */
		rc = channel_in_cursor(in->x->journal, queue_channel(q), &now,
				       err);
		in->frames_before = now.seq;
	}
	if (in->paused)
		bundle_reader_hold(in->reader);
	return rc;
}

enum rc
intake_frames_begin(struct intake *in, struct err *err)
{
	if (in->remote->forked)
		return err_set(err, RC_STATE, 0, "fork");
	if (in->x->disk_low)
		return err_set(err, RC_FULL, 0, "%s", rc_sentence(RC_FULL));
	in->feed = feed_new(in->remote, NULL, LANE_PLAIN, &feed_events, in);
	return RC_OK;
}

void
intake_frames_end(struct intake *in)
{
	bundle_reader_hold(in->reader);
	in->feed_ended = true;
	feed_end(in->feed);
	wait_for_commit(in);
}

/* ---- returns ---- */

static void
on_returned(void *ctx, enum rc rc, const struct err *err)
{
	struct intake *in = ctx;

	in->committing = false;
	/* not asked for: an older bundle, or what is back by another way */
	if (rc == RC_OK) {
		in->read.frames += (int64_t)returns_get_frames(in->returns);
		in->returned = true;
	} else if (rc != RC_STATE) {
		in->why = *err;
	}
	intake_soon(in);
}

/* A part is no longer than a push: it is held in memory. */
static void
on_returns_pause(void *ctx, bool on)
{
	(void)ctx;
	(void)on;
}

static const struct returns_events returns_events = {
	.on_done = on_returned, .on_pause = on_returns_pause
};

enum rc
intake_returns_begin(struct intake *in, struct err *err)
{
	if (in->remote->forked)
		return err_set(err, RC_STATE, 0, "fork");
	if (in->x->disk_low)
		return err_set(err, RC_FULL, 0, "%s", rc_sentence(RC_FULL));
	returns_free(in->returns);
	in->returns = returns_new(in->remote, &returns_events, in);
	return RC_OK;
}

void
intake_returns_end(struct intake *in)
{
	bundle_reader_hold(in->reader);
	in->committing = true;
	returns_end(in->returns);
}
