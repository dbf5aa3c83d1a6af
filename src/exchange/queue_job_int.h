/* The inside of a queue, shared by queue.c and ingest.c. */
#pragma once

#include "exchange/queue_int.h"
#include "journal/ingest.h"

#define JOBS_PER_QUEUE	   4
#define INGEST_QUEUE_BYTES (16 * 1024 * 1024) /* of one peer */

/* A batch on its way through the work pool. It outlives its queue when the
 * queue fails while a thread works on it. */
struct job {
	struct exchange *x;
	struct queue *queue; /* NULL: abandoned */
	struct batch *batch;
	bool checked;
	bool has_card;
	size_t bytes;
	struct job *next;
};

struct queue_waiter {
	int64_t seq;
	queue_done_fn done;
	void *ctx;
	struct queue_waiter *next;
};

struct queue {
	struct remote *remote;
	struct channel c;
	struct channel_at committed, last;
	struct frame *frames; /* ring of cap */
	size_t first, n_frames, cap, bytes;
	struct digest *chains; /* of committed.seq + 1 .. last.seq */
	size_t chains_cap;
	struct job *jobs; /* in order; the head is committed first */
	struct queue_waiter *waiters;
	struct queue *next;
};

/* Hands what waits to the work pool. */
void queue_pump(struct queue *q);
void queue_bytes_gone(struct queue *q, size_t n_bytes);
void queue_tell(struct queue *q, enum rc rc);
void queue_fail(struct queue *q, enum rc rc);
void jobs_abandon(struct queue *q);
