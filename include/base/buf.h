/*
 * A growable byte buffer with a maximum. Zero-initialised is a valid empty
 * buffer without room for anything; set max with buf_init(). Contents are
 * always followed by a NUL that is not counted.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "base/err.h"

struct buf {
	char *data; /* NULL while empty and never grown */
	size_t len;
	size_t cap;
	size_t max_bytes;
};

void buf_init(struct buf *b, size_t max_bytes);
void buf_release(struct buf *b);
void buf_reset(struct buf *b); /* len = 0, memory kept */
/* RC_TOOLARGE when it would pass max_bytes; the buffer is then unchanged. */
enum rc buf_add(struct buf *b, const void *data, size_t n_bytes,
		struct err *err);
enum rc buf_adds(struct buf *b, const char *s, struct err *err);
enum rc buf_addf(struct buf *b, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void buf_consume(struct buf *b, size_t n_bytes); /* drops from the front */
void buf_cut(struct buf *b, size_t len);	 /* keeps the first len bytes */
char *buf_take(struct buf *b); /* caller owns the bytes; b is empty after */
const char *buf_str(const struct buf *b); /* "" when empty */
