/* SHA-256 and SM3 digests. A digest of an event is SHA-256 of its PAE. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

struct digest {
	uint8_t bytes[DIGEST_LEN];
};

void digest_sha256(const void *data, size_t n_bytes, struct digest *out);
bool digest_eq(const struct digest *a, const struct digest *b);
int digest_cmp(const struct digest *a, const struct digest *b);
bool digest_is_zero(const struct digest *d);
void digest_hex(const struct digest *d, char out[static DIGEST_HEX_LEN + 1]);
/* Accepts plain hex or "sha256:HEX". */
enum rc digest_parse(const char *s, struct digest *out, struct err *err);

/* Hashing while streaming. */
struct digest_stream;
struct digest_stream *digest_stream_new(void);
void digest_stream_add(struct digest_stream *s, const void *data,
		       size_t n_bytes);
void digest_stream_end(struct digest_stream *take_s, struct digest *out);
struct digest_stream *digest_stream_free(struct digest_stream *s);

/* chain of seq = SHA-256(chain of seq-1 || event digest) */
void chain_next(const struct digest *prev, const struct digest *event,
		struct digest *out);
/* chain of 0 = SHA-256("deltadesk channel v1\n" from "\n" to "\n" epoch "\n"
 * lane), see doc/protocol.md */
void chain_start(const char *from, const char *to, const char *epoch,
		 const char *lane, struct digest *out);
