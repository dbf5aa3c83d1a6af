/* Bytes of a file that others made, as UTF-8. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"

/*
 * Finds out the encoding and appends UTF-8 to out: a UTF-8 or UTF-16 mark;
 * else UTF-8 where most lines beyond ASCII are UTF-8 (single bad lines stay,
 * to be refused one by one); else GB18030. RC_TEXT when it is none of these.
 */
enum rc charset_to_utf8(const char *bytes, size_t n_bytes, struct buf *out,
			struct err *err);
/* Bytes that are known to be GB18030. */
enum rc charset_gb_to_utf8(const char *bytes, size_t n_bytes, struct buf *out,
			   struct err *err);
