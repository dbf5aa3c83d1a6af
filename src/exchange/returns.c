#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_int.h"
#include "exchange/returns_int.h"
#include "journal/epoch.h"
#include "journal/ingest.h"

#define BATCH_FRAMES 128
#define REST_PAUSE   (2 * (size_t)LINE_MAX_BYTES)

/* A batch on the work pool; outlives its stream when that is given up. */
struct returns_job {
	struct exchange *x;
	struct returns *returns; /* NULL: given up */
	struct batch *batch;
};

struct returns {
	struct remote *remote;
	const struct returns_events *events;
	void *ctx;
	struct buf rest;
	size_t n_frames;
	struct returns_job *job;
	bool paused, ended, done;
	struct err why;
};

static void look(struct returns *f);

struct returns *
returns_new(struct remote *r, const struct returns_events *events, void *ctx)
{
	struct returns *f = xcalloc(1, sizeof(*f));

	f->remote = r;
	f->events = events;
	f->ctx = ctx;
	buf_init(&f->rest, BODY_MAX_BYTES + 2 * (size_t)H2_WINDOW_BYTES);
	return f;
}

static void
on_done(void *ctx)
{
	struct returns *f = ctx;

	f->events->on_done(f->ctx, f->why.code, &f->why);
}

struct returns *
returns_free(struct returns *f)
{
	if (f == NULL)
		return NULL;
	loop_undefer(f->remote->x->loop, on_done, f);
	if (f->job != NULL)
		f->job->returns = NULL;
	buf_release(&f->rest);
	return xfree(f);
}

static void
finish(struct returns *f)
{
	if (f->done)
		return;
	f->done = true;
	buf_reset(&f->rest);
	loop_defer(f->remote->x->loop, on_done, f);
}

/* ---- one batch ---- */

static void
on_check(void *ctx)
{
	struct returns_job *job = ctx;

	batch_check(job->batch);
}

static void
commit(struct returns *f, struct batch *b)
{
	struct exchange *x = f->remote->x;
	struct ingest_result res = { .n = 0 };

	if (journal_take_returns(x->journal, b, &res, &f->why) != RC_OK) {
		finish(f);
		return;
	}
	f->n_frames += batch_count(b);
	if (res.card_stored || res.forked > 0)
		x->peers_due = true;
	if (res.new_events > 0)
		link_wants_due(f->remote->link);
	x->busy_ms = loop_now_ms(x->loop);
	exchange_changed(x);
	look(f);
}

static void
on_checked(void *ctx, enum rc rc)
{
	struct returns_job *job = ctx;
	struct returns *f = job->returns;

	job->x->jobs--;
	if (f != NULL) {
		f->job = NULL;
		if (rc == RC_OK)
			commit(f, job->batch);
	}
	batch_free(job->batch);
	xfree(job);
}

static enum rc
submit(struct returns *f, struct batch *take_b, struct err *err)
{
	struct exchange *x = f->remote->x;
	struct returns_job *job = xcalloc(1, sizeof(*job));
	struct work_job work = { .run = on_check,
				 .done = on_checked,
				 .ctx = job };
	enum rc rc;

	job->x = x;
	job->batch = take_b;
	rc = work_submit(x->pool, &work, NULL, err);
	if (rc != RC_OK) {
		batch_free(take_b);
		xfree(job);
		return rc;
	}
	job->returns = f;
	f->job = job;
	x->jobs++;
	return RC_OK;
}

/* ---- lines ---- */

/* The next line, or none yet. *ret_n counts its end too. */
static bool
next_line(const struct returns *f, size_t at, size_t *ret_n)
{
	const char *data = f->rest.data + at;
	size_t left = f->rest.len - at;
	const char *nl = left > 0 ? memchr(data, '\n', left) : NULL;

	if (nl == NULL && (!f->ended || left == 0))
		return false;
	*ret_n = nl != NULL ? (size_t)(nl - data) + 1 : left;
	return true;
}

static enum rc
add_line(struct returns *f, const char *line, size_t n, struct batch **io_b,
	 struct channel *io_c, struct err *err)
{
	struct frame frame = { .seq = 0 };
	enum rc rc;

	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		n--;
	if (n == 0)
		return RC_OK; /* an empty line only shows life */
	rc = frame_read(line, n, &frame, err);
	if (rc != RC_OK)
		return rc;
	if (*io_b == NULL) {
		io_c->lane = frame.lane;
		(void)str_copy(io_c->peer, sizeof(io_c->peer), f->remote->desk,
			       NULL);
		(void)str_copy(io_c->epoch, sizeof(io_c->epoch), frame.epoch,
			       NULL);
		rc = batch_new(f->remote->x->journal, io_c, io_b, err);
	} else if (frame.lane != io_c->lane ||
		   !str_eq(frame.epoch, io_c->epoch)) {
		rc = err_set(err, RC_PROTO, 0,
			     _("a frame of another channel in one stream"));
	}
	if (rc == RC_OK)
		return batch_add(*io_b, &frame, err);
	frame_release(&frame);
	return rc;
}

static enum rc
fill(struct returns *f, struct batch **io_b, struct err *err)
{
	struct channel c = { .lane = LANE_PLAIN };
	size_t at = 0, n = 0;
	enum rc rc = RC_OK;

	while (rc == RC_OK &&
	       (*io_b == NULL || batch_count(*io_b) < BATCH_FRAMES) &&
	       next_line(f, at, &n)) {
		rc = add_line(f, f->rest.data + at, n, io_b, &c, err);
		at += n;
	}
	buf_consume(&f->rest, at);
	if (rc == RC_OK && f->rest.len > LINE_MAX_BYTES && !next_line(f, 0, &n))
		rc = err_set(err, RC_TOOLARGE, 0, _("a line above %d bytes"),
			     LINE_MAX_BYTES);
	return rc;
}

static void
look(struct returns *f)
{
	struct batch *b = NULL;
	bool full;
	enum rc rc;

	if (f->done || f->job != NULL)
		return;
	rc = fill(f, &b, &f->why);
	if (rc == RC_OK && b != NULL)
		rc = submit(f, b, &f->why);
	else
		batch_free(b);
	if (rc != RC_OK) {
		finish(f);
		return;
	}
	full = f->rest.len > REST_PAUSE;
	if (full != f->paused) {
		f->paused = full;
		f->events->on_pause(f->ctx, full);
	}
	if (f->ended && f->job == NULL && f->rest.len == 0)
		finish(f);
}

void
returns_data(struct returns *f, const void *data, size_t n_bytes)
{
	if (f->done)
		return;
	if (buf_add(&f->rest, data, n_bytes, &f->why) != RC_OK) {
		finish(f);
		return;
	}
	look(f);
	if (!f->paused && !f->done && f->rest.len > REST_PAUSE) {
		f->paused = true;
		f->events->on_pause(f->ctx, true);
	}
}

void
returns_end(struct returns *f)
{
	f->ended = true;
	look(f);
}

size_t
returns_get_frames(const struct returns *f)
{
	return f->n_frames;
}
