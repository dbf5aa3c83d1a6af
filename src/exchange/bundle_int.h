/*
 * The file of a bundle and what the bundle_*.c files share. A reader is fed
 * bytes in pieces of any size and tells of parts; it keeps one header line and
 * nothing else, whatever the file's size, and hashes what the end signs.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "exchange/bundle.h"
#include "exchange/exchange_int.h"

#define BUNDLE_FORMAT 1
#define BUNDLE_FOLDER "bundles"
#define BUNDLE_CHUNK  (64 * 1024)

#define PART_MAP(X)                              \
	X(STATE, "state", STATE_MAX_BYTES)       \
	X(RECEIPT, "receipt", RECEIPT_MAX_BYTES) \
	X(FRAMES, "frames", BODY_MAX_BYTES)      \
	X(RETURNS, "returns", BODY_MAX_BYTES)    \
	X(BLOB, "blob", ATTACH_MAX_BYTES)        \
	X(END, "end", BUNDLE_END_MAX)
enum bundle_part {
#define X(id, name, max) PART_##id,
	PART_MAP(X)
#undef X
	PART__COUNT
};
const char *part_name(enum bundle_part p);

struct bundle_head {
	char id[UUID_LEN + 1];
	char from[DESK_ID_MAX + 1], to[DESK_ID_MAX + 1];
	int64_t made_ms;
};
struct part_head {
	enum bundle_part part;
	int64_t size;
	struct digest digest; /* of a blob */
};

/* Each may be NULL. Anything but RC_OK ends the reading with it. */
struct bundle_events {
	enum rc (*on_head)(void *ctx, const struct bundle_head *h,
			   struct err *err);
	enum rc (*on_part)(void *ctx, const struct part_head *p,
			   struct err *err);
	enum rc (*on_body)(void *ctx, const void *data, size_t n_bytes,
			   struct err *err);
	enum rc (*on_part_end)(void *ctx, struct err *err);
};

struct bundle_reader;
struct bundle_reader *bundle_reader_new(const struct bundle_events *events,
					void *ctx);
struct bundle_reader *bundle_reader_free(struct bundle_reader *r);
/*
 * Takes up to n_bytes; *ret_used tells how many: less only after
 * bundle_reader_hold() was called by an event. RC_MALFORMED, RC_TOOLARGE.
 */
enum rc bundle_reader_feed(struct bundle_reader *r, const void *data,
			   size_t n_bytes, size_t *ret_used, struct err *err);
/* From inside an event: no further one before the next feed. */
void bundle_reader_hold(struct bundle_reader *r);
/* The file is at its end: RC_MALFORMED when the bundle is not. */
enum rc bundle_reader_end(struct bundle_reader *r, struct err *err);
/* Of all bytes before the end part; once, after bundle_reader_end(). */
void bundle_reader_digest(struct bundle_reader *r, struct digest *out,
			  int64_t *ret_bytes);

/* ---- bundle_check.c: is it whole, to this desk, and who signed it? ---- */

struct bundle_scan;
struct bundle_scan *bundle_scan_new(void);
struct bundle_scan *bundle_scan_free(struct bundle_scan *s);
/* No database: any thread. */
enum rc bundle_scan_feed(struct bundle_scan *s, const void *data,
			 size_t n_bytes, struct err *err);
enum rc bundle_scan_end(struct bundle_scan *s, struct err *err);
/* NULL before it came. */
const struct bundle_head *bundle_scan_get_head(const struct bundle_scan *s);
/* The head alone: to this desk, from a trusted peer. */
enum rc bundle_may_come(struct journal *j, const struct bundle_head *h,
			struct err *err);
/* After bundle_scan_end(): the signature, and that it signs these bytes. */
enum rc bundle_scan_verify(struct bundle_scan *s, struct journal *j,
			   struct err *err);
/* The signed end, appended: {id, from, to, bytes, sha256}. */
enum rc bundle_sign(struct journal *j, const struct bundle_head *h,
		    const struct digest *d, int64_t n_bytes, struct buf *out,
		    struct err *err);

/* ---- bundle_row.c: the history, and what waits to be read ---- */

char *bundle_path(const struct journal *j, const char *spool);
/* Of a part of history: row, spool name, peer of the oldest that waits.
 * *ret_found false: none. */
struct bundle_due {
	int64_t n;
	char spool[UUID_LEN + 1];
};
enum rc bundle_next(struct journal *j, struct bundle_due *out, bool *ret_found,
		    struct err *err);
struct bundle_read {
	const char *why; /* NULL: done */
	int64_t frames, fresh, apart, blobs;
};
enum rc bundle_done(struct journal *j, const struct bundle_due *due,
		    const struct bundle_read *read, struct err *err);
/* Adds the row of one handed in, its line in the audit trail and the wish to
 * the serving process; own transaction. */
enum rc bundle_add(struct journal *j, const struct bundle_head *h,
		   const char *officer, const char *spool, int64_t *ret_row,
		   struct err *err);

/* ---- bundle_spool.c ---- */
/* Removes copies that a killed command left and nobody waits for. */
void bundle_sweep(struct journal *j);

/* ---- bundle_in.c ---- */
/* Reads what waits, one after another; config.bundles_done is called when
 * nothing does. */
void bundles_look(struct exchange *x);
void bundles_free(struct exchange *x);
