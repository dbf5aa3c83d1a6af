/*
 * A process that gives up what it does not need, for good: programs, network,
 * files outside the folders named, other processes, core files. Called before
 * the first thread; everything it starts later inherits it.
 *
 * What the filter refuses fails with EPERM, it kills nobody: libraries ask for
 * things (a name service's socket) that they can do without.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* No core file, and no other process of the same user reads the memory. */
void confine_memory(void);

/* Has this kernel Landlock (Linux 5.13 and later, switched on)? */
bool confine_knows_files(void);

struct confine {
	const char *const *folders; /* read and written; NULL ends */
	bool serves; /* speaks over sockets that it listens on already, and
		      * dials by TCP; else no network at all */
};
/*
 * Beside the folders only what libraries read stays open, for reading: /usr,
 * /etc, /lib, /proc/self, terminals. *ret_files: false when this kernel has no
 * Landlock, and files are kept in by the program's own checks alone. RC_IO when
 * the filter could not be set: nothing should go on then.
 */
enum rc confine_process(const struct confine *c, bool *ret_files,
			struct err *err);
/* The same in two steps, for who listens in between: files before the first
 * thread, calls on all threads there are. */
enum rc confine_files(const struct confine *c, bool *ret_files,
		      struct err *err);
enum rc confine_calls(const struct confine *c, struct err *err);
