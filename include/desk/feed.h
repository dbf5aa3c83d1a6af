/*
 * The journal as CloudEvents 1.0 (JSON), one a line, for what gathers over
 * many desks: what this desk stored, in the order in which it did. K is the
 * number of the row here, rises and has gaps: where a reader goes on after.
 */
#pragma once

#include "desk/desk.h"

#define FEED_BATCH 500 /* rows of one call */

struct feed_row {
	int64_t k, stored_ms;
	const char *via;
};
struct feed_out {
	/* Without newline; anything but RC_OK ends. */
	enum rc (*line)(void *ctx, const char *line, struct err *err);
	void *ctx;
	bool kept; /* in the audit trail, with the first line */
};
/*
 * The rows after *io_after, which is moved on; *ret_more: perhaps there are
 * further ones. Takes PERMIT_TAKE_OUT, asked each time; a reader that is given
 * something stands in the audit trail once.
 */
enum rc desk_feed(struct desk *d, struct feed_out *out, int64_t *io_after,
		  bool *ret_more, struct err *err);
