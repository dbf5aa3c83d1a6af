/*
 * Work on threads, for cryptography and console writes. The pool has its own
 * threads, apart from libuv's. run() is called on one of them and touches
 * nothing but its ctx; done() is called on the loop, exactly once for each
 * submitted job, with RC_OK or RC_CANCELED.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "loop/loop.h"

struct work_pool;
struct work; /* valid until done() is called */
typedef void (*work_run_fn)(void *ctx);
typedef void (*work_done_fn)(void *ctx, enum rc rc);

/* n_threads 0: as many as cores. At most queue_max jobs wait. */
enum rc work_pool_new(struct loop *l, size_t n_threads, size_t queue_max,
		      struct work_pool **ret_pool, struct err *err);
/* At an end: runs what was submitted, and what their done() submits, for at
 * most limit_ms; not from a job's done(). */
void work_pool_drain(struct work_pool *p, unsigned limit_ms);
/* Waits for running jobs; every job not done yet gets its done() (RC_CANCELED
 * where it had not begun) before this returns. */
struct work_pool *work_pool_free(struct work_pool *p);
size_t work_pool_threads(const struct work_pool *p);

struct work_job {
	work_run_fn run;
	work_done_fn done;
	void *ctx;
};
/* RC_BUSY when the queue is full (done() is not called then). ret_work may be
 * NULL. */
enum rc work_submit(struct work_pool *p, const struct work_job *job,
		    struct work **ret_work, struct err *err);
/* A job that has not begun will not run; one that runs ends first. Either way
 * done() comes later, with RC_CANCELED. */
void work_cancel(struct work *w);
