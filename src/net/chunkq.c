#include <string.h>

#include "base/mem.h"
#include "chunkq_int.h"

#define CHUNK_BYTES                                              \
	4000 /* small writes share one; large ones get their own \
	      */

struct chunk {
	struct chunk *next;
	size_t begin, end, cap;
	char data[];
};

void
chunkq_add(struct chunkq *q, const void *data, size_t n_bytes)
{
	const char *bytes = data;

	while (n_bytes > 0) {
		struct chunk *c = q->last;
		size_t n;

		if (c == NULL || c->end == c->cap) {
			size_t cap =
				n_bytes > CHUNK_BYTES ? n_bytes : CHUNK_BYTES;

			c = xmalloc(sizeof(*c) + cap);
			*c = (struct chunk){ .cap = cap };
			if (q->last != NULL)
				q->last->next = c;
			else
				q->first = c;
			q->last = c;
		}
		n = c->cap - c->end < n_bytes ? c->cap - c->end : n_bytes;
		memcpy(c->data + c->end, bytes, n);
		c->end += n;
		q->len += n;
		bytes += n;
		n_bytes -= n;
	}
}

const char *
chunkq_peek(const struct chunkq *q, size_t *ret_n)
{
	if (q->first == NULL) {
		*ret_n = 0;
		return NULL;
	}
	*ret_n = q->first->end - q->first->begin;
	return q->first->data + q->first->begin;
}

void
chunkq_drop(struct chunkq *q, size_t n_bytes)
{
	while (n_bytes > 0 && q->first != NULL) {
		struct chunk *c = q->first;
		size_t n = c->end - c->begin;

		if (n > n_bytes)
			n = n_bytes;
		c->begin += n;
		q->len -= n;
		n_bytes -= n;
		if (c->begin < c->end)
			break;
		q->first = c->next;
		if (q->first == NULL)
			q->last = NULL;
		(void)xfree(c);
	}
}

size_t
chunkq_take(struct chunkq *q, void *out, size_t n_bytes)
{
	char *to = out;
	size_t total = 0;

	while (total < n_bytes && q->first != NULL) {
		size_t n;
		const char *from = chunkq_peek(q, &n);

		if (n > n_bytes - total)
			n = n_bytes - total;
		memcpy(to + total, from, n);
		chunkq_drop(q, n);
		total += n;
	}
	return total;
}

void
chunkq_clear(struct chunkq *q)
{
	chunkq_drop(q, q->len);
}
