/* What the files of the loop room share: the libuv loop itself. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "loop/loop.h"

#define LOOP_READ_BYTES (64 * 1024)

struct deferred {
	loop_fn fn; /* NULL: forgotten */
	void *ctx;
};

struct loop {
	uv_loop_t uv;
	uv_check_t check; /* runs the deferred calls; keeps the loop alive */
	uv_idle_t idle;	  /* active while calls are deferred: do not sleep */
	struct deferred *calls;
	size_t head, n, cap; /* calls[head..n) wait */
	bool running;
	char read_buf[LOOP_READ_BYTES]; /* lent to one read at a time */
};

/* A libuv error as RC_NET or another rc, with its sentence. */
enum rc loop_uv_error(struct err *err, enum rc rc, int uv_error,
		      const char *what);
