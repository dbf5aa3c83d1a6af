/* Which frames cost a token: those that make us work and bring nothing. A peer
 * that sends many of them has no good reason (compare CVE-2019-9511 to 9518,
 * CVE-2023-44487, CVE-2024-27316). */
#include <string.h>

#include "base/limits.h"
#include "h2_int.h"

#define PREFACE_BYTES 24
#define TINY_DATA     16

/* Nobody here pads: a padded DATA may be all padding. One for a stream that is
 * no more nghttp2 passes over without a word. */
static bool
is_useless_data(const struct h2 *h, const unsigned char head[static 9],
		size_t length)
{
	int32_t id = (int32_t)((uint32_t)(head[5] & 0x7f) << 24 |
			       (uint32_t)head[6] << 16 |
			       (uint32_t)head[7] << 8 | head[8]);

	if ((head[4] & NGHTTP2_FLAG_PADDED) != 0)
		return true;
	if (length < TINY_DATA && (head[4] & NGHTTP2_FLAG_END_STREAM) == 0)
		return true;
	return h->server && id > 0 && id <= h->newest_id &&
	       nghttp2_session_get_stream_user_data(h->session, id) == NULL;
}

/* HEADERS that open no stream are looked at where nghttp2 begins them. */
static bool
is_junk(const struct h2 *h, const unsigned char head[static 9], size_t length)
{
	if (head[3] == NGHTTP2_HEADERS)
		return false;
	return head[3] != NGHTTP2_DATA || is_useless_data(h, head, length);
}

/* RFC 9113 6.3. nghttp2 passes over PRIORITY once we said that we do not use
 * it, before it looks at the stream. */
static bool
is_broken(const unsigned char head[static 9])
{
	return head[3] == NGHTTP2_PRIORITY && (head[5] & 0x7f) == 0 &&
	       head[6] == 0 && head[7] == 0 && head[8] == 0;
}

enum h2_seen
h2_watch(struct h2 *h, const void *data, size_t n_bytes)
{
	const unsigned char *in = data;
	struct h2_watch *w = &h->watch;
	int64_t *tokens = &h->share->tokens;

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
			if (is_broken(w->head))
				return H2_BROKEN;
			if (is_junk(h, w->head, w->skip) && --*tokens < 0)
				return H2_FLOOD;
		}
	}
	return *tokens >= 0 ? H2_FINE : H2_FLOOD;
}
