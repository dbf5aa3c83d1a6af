/* The inside of a bundle's reading, shared by the files that do it. */
#pragma once

#include "bundle_int.h"
#include "exchange/feed_int.h"
#include "exchange/returns_int.h"

#include <stdatomic.h>

struct blob_writer;

struct intake {
	struct exchange *x;
	struct bundle_due due;
	struct bundle_read read;
	int fd;
	/* the check, on a thread of the pool */
	struct bundle_scan *scan;
	struct err why;
	enum rc rc;
	bool at_work;
	atomic_bool given_up;
	/* the reading */
	struct remote *remote;
	struct bundle_reader *reader;
	char *chunk;
	size_t at, n; /* what is left of the chunk: [at, n) */
	struct part_head part;
	struct buf body;  /* of a receipt */
	struct buf state; /* of the bundle, until its end */
	bool state_taken;
	bool drain_due, paused, committing; /* what it waits for */
	struct returns *returns;
	bool returned; /* own frames came back */
	struct feed *feed;
	bool feed_ended;
	int64_t frames_before; /* the committed seq before this part */
	struct blob_writer *writer;
	int64_t skip; /* bytes of the attachment that are here already */
};

/* The next turn, soon; never inside the call that asks. */
void intake_soon(struct intake *in);

/* bundle_frames.c: a part of frames, through the queues. Until it is committed
 * the reader is held. */
enum rc intake_frames_begin(struct intake *in, struct err *err);
enum rc intake_frames(struct intake *in, const void *data, size_t n_bytes,
		      struct err *err);
void intake_frames_end(struct intake *in);
void intake_drop_feed(struct intake *in);

/* The same with own frames that come back; passed over by a desk that asked
 * for nothing. */
enum rc intake_returns_begin(struct intake *in, struct err *err);
void intake_returns_end(struct intake *in);

/* bundle_blob.c: an attachment, where it is wanted. */
enum rc intake_blob_begin(struct intake *in, struct err *err);
enum rc intake_blob(struct intake *in, const char *data, size_t n_bytes,
		    struct err *err);
enum rc intake_blob_end(struct intake *in, struct err *err);
