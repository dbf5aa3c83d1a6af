/*
 * Things outside that wake the loop: signals, descriptors, a file, a child.
 */
#pragma once

#include "base/err.h"
#include "loop/loop.h"

/* A signal. */
struct sigwatch;
enum rc sigwatch_start(struct loop *l, int signum,
		       void (*fn)(void *ctx, int signum), void *ctx,
		       struct sigwatch **ret_watch, struct err *err);
struct sigwatch *sigwatch_free(struct sigwatch *w);

/* fn is called while fd can be read (level-triggered), also at end of file
 * and error. The descriptor stays the caller's; RC_IO when it cannot be
 * watched (a regular file). */
struct fdwatch;
enum rc fdwatch_start(struct loop *l, int fd, loop_fn fn, void *ctx,
		      struct fdwatch **ret_watch, struct err *err);
struct fdwatch *fdwatch_free(struct fdwatch *w);

/*
 * A file (the desk's `wake`): fn is called after it was written to, touched
 * (its times set), or replaced by another of that name; several changes in a
 * turn make one call. A file that went away is looked for again each second,
 * and its return is a change. RC_NOTFOUND when it is not there at start.
 */
struct filewatch;
enum rc filewatch_start(struct loop *l, const char *path, loop_fn fn, void *ctx,
			struct filewatch **ret_watch, struct err *err);
struct filewatch *filewatch_free(struct filewatch *w);

/*
 * A child process; standard input and output are /dev/null, standard error
 * is err_fd (-1: /dev/null). fn is called once when it ended (signum 0 when
 * it exited by itself); the handle must still be freed then.
 */
struct child;
struct child_spec {
	const char *const
		*argv; /* argv[0] is looked for in PATH; NULL at the end */
	int err_fd;
	bool detached; /* own session: outlives the terminal */
	void (*fn)(void *ctx, int status, int signum);
	void *ctx;
};
enum rc child_start(struct loop *l, const struct child_spec *spec,
		    struct child **ret_child, struct err *err);
int child_get_pid(const struct child *c);
/* RC_NOTFOUND when it ended already. */
enum rc child_kill(struct child *c, int signum, struct err *err);
/* Forgets the child; it runs on. */
struct child *child_free(struct child *c);
