/* Which frames cost a token: those that make us work and bring nothing. A peer
 * that sends many of them has no good reason (compare CVE-2019-9511 to 9518,
 * CVE-2023-44487, CVE-2024-27316). */
#include <string.h>

#include "h2_int.h"

#define PREFACE_BYTES 24
#define TINY_DATA     16

static bool
is_junk(const unsigned char head[static 9], size_t length)
{
	if (head[3] == NGHTTP2_HEADERS)
		return false;
	if (head[3] == NGHTTP2_DATA)
		return length < TINY_DATA &&
		       (head[4] & NGHTTP2_FLAG_END_STREAM) == 0;
	return true;
}

bool
h2_watch(struct h2_watch *w, const void *data, size_t n_bytes, int64_t *tokens)
{
	const unsigned char *in = data;

	if (w->preface) {
		w->preface = false;
		w->skip = PREFACE_BYTES;
	}
	while (n_bytes > 0) {
		size_t n = w->skip > 0 ? w->skip : sizeof(w->head) - w->n_head;

		if (n > n_bytes)
			n = n_bytes;
		if (w->skip > 0) {
			w->skip -= n;
		} else {
			memcpy(w->head + w->n_head, in, n);
			w->n_head += n;
		}
		in += n;
		n_bytes -= n;
		if (w->n_head == sizeof(w->head)) {
			w->n_head = 0;
			w->skip = (size_t)w->head[0] << 16 |
				  (size_t)w->head[1] << 8 | w->head[2];
			if (is_junk(w->head, w->skip) && --*tokens < 0)
				return false;
		}
	}
	return *tokens >= 0;
}
