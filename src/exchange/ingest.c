/*
 * From checked batches to commits: one at a time for the whole desk, urgent
 * lanes first. A console that waits to write gets its turn between two.
 */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "exchange/feed_int.h"
#include "exchange/link_int.h"
#include "exchange/queue_job_int.h"
#include "exchange/room_int.h"
#include "journal/index.h"

/* Frames of one job: small enough that all threads have one in a catch-up. */
#define JOB_FRAMES 128
/* Frames of one commit: some 40 ms, in which nobody else writes. */
#define COMMIT_FRAMES (2 * JOB_FRAMES)
/* With so many not committed it is a backlog, and the full text index waits
 * until nothing came for a while. */
#define BACKLOG_FRAMES	 (2 * JOB_FRAMES)
#define INDEX_IDLE_MS	 20
#define SETTLE_STREAM_MS 5
/* A lone frame is checked on the loop's thread up to this size. */
#define ALONE_BYTES (16 * 1024)

static void ingest_soon(struct exchange *x);

/* ---- jobs ---- */

static void
job_free(struct job *job)
{
	batch_free(job->batch);
	xfree(job);
}

static void
on_job_run(void *ctx)
{
	struct job *job = ctx;

	batch_check(job->batch);
}

static void
on_job_done(void *ctx, enum rc rc)
{
	struct job *job = ctx;
	struct exchange *x = job->x;

	x->jobs--;
	if (job->queue == NULL) {
		job_free(job);
		return;
	}
	if (rc != RC_OK) { /* canceled: only when all stops */
		queue_fail(job->queue, rc);
		job_free(job);
		return;
	}
	job->checked = true;
	ingest_soon(x);
}

/* The thread may be at work: its done() frees the job. */
void
jobs_abandon(struct queue *q)
{
	while (q->jobs != NULL) {
		struct job *job = q->jobs;

		q->jobs = job->next;
		job->queue = NULL;
		if (job->checked)
			job_free(job);
	}
}

/* A card changes which keys are known: what follows it is checked after it
 * was committed. Found by its type in the payload; a look-alike only costs
 * the overlap. */
static bool
may_be_card(const struct frame *f)
{
	static const char mark[] = "\"card\"";

	return memmem(f->event.payload, f->event.n_payload, mark,
		      sizeof(mark) - 1) != NULL;
}

static enum rc
job_fill(struct job *job, struct queue *q, struct err *err)
{
	enum rc rc = batch_new(q->remote->x->journal, &q->c, &job->batch, err);

	for (size_t n = 0;
	     rc == RC_OK && n < JOB_FRAMES && q->n_frames > 0 && !job->has_card;
	     n++) {
		struct frame *f = &q->frames[q->first];

		job->bytes += f->event.n_payload;
		job->has_card = may_be_card(f);
		rc = batch_add(job->batch, f, err);
		*f = (struct frame){ 0 };
		q->first = (q->first + 1) % q->cap;
		q->n_frames--;
	}
	return rc;
}

/* Nothing else is checked or waits to be committed: a thread would only take
 * it over and give it back. */
static bool
is_alone(const struct job *job)
{
	const struct exchange *x = job->x;

	return x->jobs == 0 && !x->ingest_due && job->queue->n_frames == 0 &&
	       batch_count(job->batch) == 1 && job->bytes <= ALONE_BYTES;
}

static enum rc
job_start(struct queue *q, struct err *err)
{
	struct job *job = xcalloc(1, sizeof(*job)), **at = &q->jobs;
	struct work_job work = { .run = on_job_run,
				 .done = on_job_done,
				 .ctx = job };
	bool alone = false;
	enum rc rc;

	job->x = q->remote->x;
	job->queue = q;
	rc = job_fill(job, q, err);
	alone = rc == RC_OK && is_alone(job);
	if (rc == RC_OK && !alone)
		rc = work_submit(job->x->pool, &work, NULL, err);
	if (rc != RC_OK) {
		job_free(job);
		return rc;
	}
	job->x->jobs++;
	while (*at != NULL)
		at = &(*at)->next;
	*at = job;
	if (alone) {
		on_job_run(job);
		on_job_done(job, RC_OK); /* the commit is deferred */
	}
	return RC_OK;
}

void
queue_pump(struct queue *q)
{
	struct err err = ERR_INIT;
	size_t n = 0;

	for (const struct job *job = q->jobs; job != NULL; job = job->next) {
		if (job->has_card)
			return;
		n++;
	}
	/* A lone batch goes at once; further ones only when they are full, so
	 * that batches grow with what waits. */
	while (q->n_frames > 0 && n < JOBS_PER_QUEUE &&
	       (n == 0 || q->n_frames >= JOB_FRAMES)) {
		if (job_start(q, &err) != RC_OK) {
			log_line(LOG_ERROR, EXCHANGE_ROOM, "peer=%s check: %s",
				 q->remote->desk, err.msg);
			queue_fail(q, err.code);
			return;
		}
		n++;
		for (const struct job *job = q->jobs; job != NULL;
		     job = job->next)
			if (job->has_card)
				return;
	}
}

/* ---- commits ---- */

static void
log_result(const struct queue *q, const struct ingest_result *res)
{
	if (res->quarantined > 0)
		log_line(LOG_WARN, EXCHANGE_ROOM,
			 "peer=%s quarantined=%zu up to seq=%lld",
			 q->remote->desk, res->quarantined,
			 (long long)res->cursor.seq);
	if (res->forked > 0)
		log_line(LOG_ERROR, EXCHANGE_ROOM,
			 "peer=%s sent %zu forked events", q->remote->desk,
			 res->forked);
}

/* The chains kept begin after the committed seq. */
static void
set_committed(struct queue *q, const struct channel_at *at)
{
	size_t gone = (size_t)(at->seq - q->committed.seq);
	size_t all = (size_t)(q->last.seq - q->committed.seq);

	if (gone <= all)
		memmove(q->chains, q->chains + gone,
			(all - gone) * sizeof(*q->chains));
	q->committed = *at;
	if (q->n_frames == 0) { /* an idle channel costs next to nothing */
		q->frames = xfree(q->frames);
		q->first = q->cap = 0;
	}
}

/* At once, but after the receipt went out; in a stream not each alone. */
static void
settle_soon(struct exchange *x)
{
	if (timer_active(x->settle))
		settle_within(x, x->jobs > 0 ? SETTLE_STREAM_MS : 0);
}

static void
committed(struct queue *q, const struct ingest_result *res)
{
	struct exchange *x = q->remote->x;

	log_result(q, res);
	set_committed(q, &res->cursor);
	if (res->card_stored || res->forked > 0)
		x->peers_due = true;
	queue_pump(q);
	/* A push is answered here, never before. */
	queue_tell(q, RC_OK);
	link_receipt_due(q->remote->link, &q->c);
	settle_soon(x);
	if (res->n_wants > 0)
		link_wants_due(q->remote->link);
	if (res->rolled_back)
		exchange_rolled_back(x, q->remote, res->own_epoch);
	for (struct queue *o = q->remote->queues; o != NULL; o = o->next)
		feeds_room(x, o);
	exchange_committed(x);
	remote_drained(q->remote);
}

/* The first job with what is checked behind it: fewer commits wait for the
 * disk. Off the queue. */
static struct job *
take_jobs(struct queue *q)
{
	struct job *job = q->jobs, *next;

	q->jobs = job->next;
	while ((next = q->jobs) != NULL && next->checked &&
	       batch_count(job->batch) + batch_count(next->batch) <=
		       COMMIT_FRAMES &&
	       batch_join(job->batch, next->batch)) {
		q->jobs = next->next;
		job->bytes += next->bytes;
		job_free(next);
	}
	return job;
}

static void
commit_head(struct queue *q)
{
	struct exchange *x = q->remote->x;
	struct job *job = take_jobs(q);
	struct ingest_result res = { 0 };
	struct err err = ERR_INIT;
	struct remote *r = q->remote;
	int64_t n_bytes = (int64_t)job->bytes;
	bool forked;
	enum rc rc;

	if (queue_count(q) >= BACKLOG_FRAMES)
		batch_set_backlog(job->batch);
	rc = journal_ingest(x->journal, job->batch, &res, &err);
	queue_bytes_gone(q, job->bytes);
	job_free(job);
	x->busy_ms = loop_now_ms(x->loop);
	if (rc == RC_OK) {
		committed(q, &res);
	} else {
		log_line(LOG_ERROR, EXCHANGE_ROOM, "peer=%s ingest: %s",
			 q->remote->desk, err.msg);
		queue_fail(q, rc);
	}
	forked = res.forked > 0;
	ingest_result_release(&res);
	index_soon(x);
	/* Last, since these fail the queue: nothing more comes of that desk,
	 * nothing more goes to it. */
	if (rc == RC_OK && x->intake == NULL) /* a bundle is handed in */
		room_taken(r, n_bytes);
	if (forked && remotes_look_at_forks(x, &err) != RC_OK)
		log_line(LOG_ERROR, EXCHANGE_ROOM, "forks: %s", err.msg);
}

static struct queue *
ready_queue(struct exchange *x, enum lane lane)
{
	for (struct remote *r = x->remotes; r != NULL; r = r->next)
		for (struct queue *q = r->queues; q != NULL; q = q->next)
			if (q->c.lane == lane && q->jobs != NULL &&
			    q->jobs->checked)
				return q;
	return NULL;
}

/* The remote served goes to the end of the line. */
static void
rotate(struct exchange *x, struct remote *served)
{
	struct remote **at = &x->remotes;

	while (*at != served)
		at = &(*at)->next;
	*at = served->next;
	served->next = NULL;
	at = &x->remotes;
	while (*at != NULL)
		at = &(*at)->next;
	*at = served;
}

static void
on_ingest(void *ctx)
{
	struct exchange *x = ctx;

	x->ingest_due = false;
	ingest_run(x);
}

static void
ingest_soon(struct exchange *x)
{
	if (x->ingest_due || x->stopping)
		return;
	x->ingest_due = true;
	loop_defer(x->loop, on_ingest, x);
}

/* Another process waits to write and has not for too long. */
static bool
must_yield(struct exchange *x)
{
	int64_t now = loop_now_ms(x->loop);

	if (!store_is_waited_for(journal_get_store(x->journal))) {
		x->yield_since_ms = 0;
		return false;
	}
	if (x->yield_since_ms == 0)
		x->yield_since_ms = now;
	return now - x->yield_since_ms < YIELD_MAX_MS;
}

void
ingest_run(struct exchange *x)
{
	struct queue *q = ready_queue(x, LANE_URGENT);

	x->ingest_due = false;
	if (q == NULL)
		q = ready_queue(x, LANE_PLAIN);
	if (q == NULL || x->stopping)
		return;
	room_look(x);
	if (x->disk_low) {
		queues_fail(q->remote, RC_FULL);
		return;
	}
	if (must_yield(x)) {
		x->ingest_due = true;
		timer_start(x->ingest_timer, 1, 0);
		return;
	}
	x->yield_since_ms = 0;
	rotate(x, q->remote);
	commit_head(q);
	if (ready_queue(x, LANE_URGENT) != NULL ||
	    ready_queue(x, LANE_PLAIN) != NULL)
		ingest_soon(x);
}

/* ---- the full text index, once a backlog is in ---- */

void
index_soon(struct exchange *x)
{
	timer_start(x->index_timer, INDEX_IDLE_MS, 0);
}

void
index_run(struct exchange *x)
{
	struct err err = ERR_INIT;
	int64_t left = 0;

	if (x->stopping)
		return;
	if (x->jobs > 0 || x->ingest_due || must_yield(x)) {
		index_soon(x);
		return;
	}
	if (index_step(x->journal, INDEX_STEP, &left, &err) != RC_OK)
		log_line(LOG_ERROR, EXCHANGE_ROOM, "full text index: %s",
			 err.msg); /* the next commit tries again */
	else if (left > 0)
		timer_start(x->index_timer, 0, 0);
}
