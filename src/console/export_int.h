/* Something written into the officer's exchange folder, on the work pool. */
#pragma once

#include "base/buf.h"
#include "console/console_int.h"

struct export_spec {
	const char *name, *ending; /* of the file; "stats-20261123-1432.csv" */
	/* On the pool; judges by itself whether the officer may. */
	enum rc (*make)(struct desk *d, void *arg, struct buf *out,
			struct err *err);
	void *take_arg; /* on the heap; NULL */
};
/* Says where it was written, or why it was not. */
void export_start(struct console *c, const struct export_spec *spec);
/* struct export_job.write: ctx is a struct buf. */
enum rc export_into(void *ctx, const char *bytes, size_t n_bytes,
		    struct err *err);
#define EXPORT_MAX_BYTES (256 * 1024 * 1024)
