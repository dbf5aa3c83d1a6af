/*
 * What time alone brings: moves that happen by themselves (signed by the
 * officer `clock`), seals that open, duties that begin. The serving process
 * calls this when the first time has come, after every commit, and now and
 * then in between; what came while nothing served is caught up with.
 */
#pragma once

#include "desk/desk.h"

struct tick {
	/* A sentence about a document whose move could not be made; may be
	 * NULL. It is tried again at the next call after a minute. */
	void (*problem)(void *ctx, const char *sentence);
	void *ctx;
};
/*
 * Does what is due, each document in a transaction of its own, a few dozen a
 * call. *ret_next_ms: when to call again (wall clock, may be now); INT64_MAX:
 * after a commit only. Calling it more often does no harm.
 */
enum rc desk_tick(struct desk *d, const struct tick *t, int64_t *ret_next_ms,
		  struct err *err);
