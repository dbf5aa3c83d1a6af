/* HTTP/2 as a server gets it: any bytes end in requests told and closed, or in
 * a refusal; nothing is told after the end. The preface is put before. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "net/h2_int.h"

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

struct seen {
	int open;
	bool over;
};

static void
on_headers(void *ctx, struct h2_stream *s)
{
	struct seen *seen = ctx;
	struct net_header head[] = { { ":status", "200" } };

	if (seen->over || s->owner != NULL)
		abort();
	s->owner = seen;
	seen->open++;
	if (s->id % 4 == 3)
		h2_pause(s);
	h2_respond(s, head, 1);
	(void)h2_write(s, "body", 4, 0, NULL);
}

static void
on_data(void *ctx, struct h2_stream *s, const void *data, size_t n_bytes)
{
	struct seen *seen = ctx;

	if (seen->over || s->owner == NULL || data == NULL || n_bytes == 0)
		abort();
}

static void
on_end(void *ctx, struct h2_stream *s)
{
	(void)ctx;
	h2_end(s);
}

static void
on_close(void *ctx, struct h2_stream *s, const struct err *err)
{
	struct seen *seen = ctx;

	(void)err;
	s->owner = NULL;
	seen->open--;
}

static void
on_drain(void *ctx, struct h2_stream *s)
{
	(void)ctx;
	h2_end(s);
}

static void
nothing(void *ctx)
{
	(void)ctx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct h2_events events = {
		.on_headers = on_headers,
		.on_data = on_data,
		.on_end = on_end,
		.on_drain = on_drain,
		.on_close = on_close,
		.on_pong = nothing,
		.on_wake = nothing,
	};
	struct seen seen = { 0 };
	struct err why = { .code = RC_NET };
	struct net_limits limits;
	struct h2 h;
	char out[4096];
	size_t n = 1;

	net_limits_init(&limits);
	if (h2_init(&h, true, &limits, &events, &seen, NULL) != RC_OK)
		abort();
	if (h2_feed(&h, PREFACE, sizeof(PREFACE) - 1, 0, NULL) != RC_OK)
		abort();
	/* In two pieces, so that frames are cut. */
	if (h2_feed(&h, data, size / 2, 1, NULL) == RC_OK) {
		h2_deliver(&h);
		(void)h2_feed(&h, data + size / 2, size - size / 2, 2, NULL);
		h2_deliver(&h);
	}
	while (n > 0 && h2_pull(&h, out, sizeof(out), &n, NULL) == RC_OK)
		h2_deliver(&h);
	h2_release(&h, &why);
	if (seen.open != 0)
		abort();
	return 0;
}
