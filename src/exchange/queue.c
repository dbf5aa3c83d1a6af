#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/feed_int.h"
#include "exchange/link_int.h"
#include "exchange/queue_int.h"
#include "exchange/queue_job_int.h"

#define QUEUES_MAX 64 /* epochs and lanes of one peer in use at once */

struct queue *
queue_of(struct remote *r, const char *epoch, enum lane lane, struct err *err)
{
	struct queue *q;
	size_t n = 0;

	for (q = r->queues; q != NULL; q = q->next, n++)
		if (q->c.lane == lane && str_eq(q->c.epoch, epoch))
			return q;
	if (n >= QUEUES_MAX) {
		(void)err_set(err, RC_RANGE, 0,
			      _("%s sends in more than %d channels"), r->desk,
			      QUEUES_MAX);
		return NULL;
	}
	q = xcalloc(1, sizeof(*q));
	q->remote = r;
	q->c.lane = lane;
	(void)str_copy(q->c.peer, sizeof(q->c.peer), r->desk, NULL);
	(void)str_copy(q->c.epoch, sizeof(q->c.epoch), epoch, NULL);
	if (channel_in_cursor(r->x->journal, &q->c, &q->last, err) != RC_OK) {
		xfree(q);
		return NULL;
	}
	q->committed = q->last;
	q->next = r->queues;
	r->queues = q;
	return q;
}

struct channel_at
queue_last(const struct queue *q)
{
	return q->last;
}

const struct channel *
queue_channel(const struct queue *q)
{
	return &q->c;
}

struct queue *
queue_next(const struct queue *q)
{
	return q->next;
}

bool
queue_waits(const struct queue *q)
{
	return q->n_frames > 0 || q->jobs != NULL;
}

size_t
queue_count(const struct queue *q)
{
	return (size_t)(q->last.seq - q->committed.seq);
}

/* ---- offering ---- */

/* The chain of a frame that is queued and not committed yet. */
static const struct digest *
queued_chain(const struct queue *q, int64_t seq)
{
	if (seq <= q->committed.seq || seq > q->last.seq)
		return NULL;
	return &q->chains[(size_t)(seq - q->committed.seq - 1)];
}

static enum offer
offer_again(struct queue *q, const struct frame *f, struct err *err)
{
	const struct digest *queued = queued_chain(q, f->seq);
	struct digest chain;

	if (queued == NULL) {
		if (channel_in_chain(q->remote->x->journal, &q->c, f->seq,
				     &chain, err) != RC_OK)
			return OFFER_FAILED;
		queued = &chain;
	}
	return digest_eq(queued, &f->chain) ? OFFER_DUPLICATE : OFFER_CHAIN;
}

static bool
chain_follows(const struct queue *q, const struct frame *f)
{
	struct digest chain;

	chain_next(&q->last.chain, &f->digest, &chain);
	return digest_eq(&chain, &f->chain);
}

static void
grow(struct queue *q)
{
	size_t cap = q->cap == 0 ? 64 : q->cap * 2;
	struct frame *frames = xcalloc(cap, sizeof(*frames));

	for (size_t i = 0; i < q->n_frames; i++)
		frames[i] = q->frames[(q->first + i) % q->cap];
	xfree(q->frames);
	q->frames = frames;
	q->first = 0;
	q->cap = cap;
}

static void
keep(struct queue *q, struct frame *io_frame)
{
	size_t at = (size_t)(q->last.seq - q->committed.seq);

	if (q->n_frames == q->cap)
		grow(q);
	if (at == q->chains_cap) {
		q->chains_cap = at == 0 ? 64 : at * 2;
		q->chains = xreallocarray(q->chains, q->chains_cap,
					  sizeof(*q->chains));
	}
	q->frames[(q->first + q->n_frames) % q->cap] = *io_frame;
	q->n_frames++;
	q->bytes += io_frame->event.n_payload;
	q->remote->queued_bytes += io_frame->event.n_payload;
	q->chains[at] = io_frame->chain;
	q->last.seq = io_frame->seq;
	q->last.chain = io_frame->chain;
	*io_frame = (struct frame){ 0 };
}

void
queue_bytes_gone(struct queue *q, size_t n_bytes)
{
	q->bytes -= n_bytes;
	q->remote->queued_bytes -= n_bytes;
}

enum offer
queue_offer(struct queue *q, struct frame *io_frame, struct err *err)
{
	enum offer offer;

	if (io_frame->seq <= q->last.seq) {
		offer = offer_again(q, io_frame, err);
		frame_release(io_frame);
		return offer;
	}
	if (io_frame->seq > q->last.seq + 1) {
		frame_release(io_frame);
		return OFFER_GAP;
	}
	/* Bytes too are bounded, so that large frames do not fill memory. */
	if (queue_count(q) >= INGEST_QUEUE_MAX ||
	    q->remote->queued_bytes >= INGEST_QUEUE_BYTES)
		return OFFER_FULL;
	if (!chain_follows(q, io_frame)) {
		frame_release(io_frame);
		return OFFER_CHAIN;
	}
	keep(q, io_frame);
	queue_pump(q);
	return OFFER_QUEUED;
}

/* ---- waiting for the commit ---- */

void
queue_when_committed(struct queue *q, queue_done_fn done, void *ctx)
{
	struct queue_waiter *w, **at = &q->waiters;

	if (!queue_waits(q)) {
		done(ctx, RC_OK);
		return;
	}
	w = xcalloc(1, sizeof(*w));
	w->seq = q->last.seq;
	w->done = done;
	w->ctx = ctx;
	while (*at != NULL)
		at = &(*at)->next;
	*at = w;
}

void
queue_forget_waiter(struct queue *q, void *ctx)
{
	struct queue_waiter **at = &q->waiters;

	while (*at != NULL) {
		struct queue_waiter *w = *at;

		if (w->ctx == ctx) {
			*at = w->next;
			xfree(w);
		} else {
			at = &w->next;
		}
	}
}

void
queue_tell(struct queue *q, enum rc rc)
{
	while (q->waiters != NULL &&
	       (rc != RC_OK || q->waiters->seq <= q->committed.seq)) {
		struct queue_waiter *w = q->waiters;

		q->waiters = w->next;
		w->done(w->ctx, rc);
		xfree(w);
	}
}

/* ---- failing ---- */

static void
drop_frames(struct queue *q)
{
	for (; q->n_frames > 0; q->n_frames--) {
		frame_release(&q->frames[q->first]);
		q->first = (q->first + 1) % q->cap;
	}
	queue_bytes_gone(q, q->bytes);
	q->frames = xfree(q->frames);
	q->first = q->cap = 0;
}

void
queue_fail(struct queue *q, enum rc rc)
{
	struct exchange *x = q->remote->x;
	struct channel_at cursor;

	drop_frames(q);
	jobs_abandon(q);
	if (channel_in_cursor(x->journal, &q->c, &cursor, NULL) == RC_OK)
		q->committed = cursor;
	q->last = q->committed;
	queue_tell(q, rc);
	feeds_failed(x, q, rc);
	remote_drained(q->remote);
}

void
queues_fail(struct remote *r, enum rc rc)
{
	for (struct queue *q = r->queues; q != NULL; q = q->next)
		queue_fail(q, rc);
}

void
queues_free(struct remote *r)
{
	while (r->queues != NULL) {
		struct queue *q = r->queues;

		r->queues = q->next;
		drop_frames(q);
		jobs_abandon(q);
		queue_tell(q, RC_CANCELED);
		xfree(q->frames);
		xfree(q->chains);
		xfree(q);
	}
}
