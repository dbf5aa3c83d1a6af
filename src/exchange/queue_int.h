/*
 * One ingest queue per channel: what comes by watch and by push meets here.
 * A frame is compared with the LAST QUEUED one, checked on the work pool in
 * batches as large as what waits, and committed in order; only then is anyone
 * told. A failure empties the queue and sets last queued back to the
 * committed cursor.
 */
#pragma once

#include <stdbool.h>

#include "exchange/exchange_int.h"

enum offer {
	OFFER_QUEUED,
	OFFER_DUPLICATE, /* held or queued already, equal chain */
	OFFER_GAP,	 /* frames before it are missing */
	OFFER_CHAIN,	 /* another chain: the states must be compared */
	OFFER_FULL,	 /* not taken: offer it again when there is room */
	OFFER_FAILED,	 /* the database; err says why */
};

/* The queue of a channel of r, made when needed. NULL: the database failed,
 * or too many channels (RC_RANGE). */
struct queue *queue_of(struct remote *r, const char *epoch, enum lane lane,
		       struct err *err);
/* Takes the frame unless OFFER_FULL. */
enum offer queue_offer(struct queue *q, struct frame *io_frame,
		       struct err *err);
/* seq and chain that were queued last: where the next frame must follow. */
struct channel_at queue_last(const struct queue *q);
const struct channel *queue_channel(const struct queue *q);
bool queue_waits(const struct queue *q);
struct queue *queue_next(const struct queue *q);
size_t queue_count(const struct queue *q);
/*
 * done() is called once, after all that is queued now was committed (RC_OK)
 * or the queue failed; perhaps from inside the call when nothing waits.
 */
typedef void (*queue_done_fn)(void *ctx, enum rc rc);
void queue_when_committed(struct queue *q, queue_done_fn done, void *ctx);
void queue_forget_waiter(struct queue *q, void *ctx);
void queues_fail(struct remote *r, enum rc rc);
void queues_free(struct remote *r);

/* Commits one checked batch if there is one and the pause is over. */
void ingest_run(struct exchange *x);
/* Changes of the full text index that a backlog put off: a step, or soon. */
void index_run(struct exchange *x);
void index_soon(struct exchange *x);
