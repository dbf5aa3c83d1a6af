/* The file of a bundle: whatever the pieces it comes in, the reader tells the
 * same parts, and never more bytes than there are. */
#include <stdint.h>
#include <stdlib.h>

#include "exchange/bundle_int.h"
#include "exchange/state_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
	size_t heads, parts, ends, bytes;
	int64_t left; /* of the part's body */
};

static enum rc
on_head(void *ctx, const struct bundle_head *h, struct err *err)
{
	struct told *t = ctx;

	(void)err;
	if (t->parts > 0 || h->from[0] == '\0' || h->to[0] == '\0')
		abort();
	t->heads++;
	return RC_OK;
}

static enum rc
on_part(void *ctx, const struct part_head *p, struct err *err)
{
	struct told *t = ctx;

	(void)err;
	if (t->heads != 1 || (p->part == PART_STATE) != (t->parts == 0))
		abort();
	t->parts++;
	t->left = p->size;
	return RC_OK;
}

static enum rc
on_body(void *ctx, const void *bytes, size_t n_bytes, struct err *err)
{
	struct told *t = ctx;

	(void)err;
	(void)bytes;
	t->bytes += n_bytes;
	t->left -= (int64_t)n_bytes;
	if (t->left < 0)
		abort();
	return RC_OK;
}

static enum rc
on_part_end(void *ctx, struct err *err)
{
	struct told *t = ctx;

	(void)err;
	if (t->left != 0)
		abort();
	t->ends++;
	return RC_OK;
}

static const struct bundle_events events = { .on_head = on_head,
					     .on_part = on_part,
					     .on_body = on_body,
					     .on_part_end = on_part_end };

static enum rc
read_in_pieces(const uint8_t *data, size_t size, size_t piece, struct told *t)
{
	struct bundle_reader *r = bundle_reader_new(&events, t);
	struct err err = ERR_INIT;
	enum rc rc = RC_OK;

	for (size_t at = 0; rc == RC_OK && at < size; at += piece) {
		size_t n = size - at < piece ? size - at : piece, used = 0;

		rc = bundle_reader_feed(r, data + at, n, &used, &err);
		if (used > n)
			abort();
	}
	if (rc == RC_OK)
		rc = bundle_reader_end(r, &err);
	bundle_reader_free(r);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct told whole = { 0 }, bits = { 0 };
	enum rc rc = read_in_pieces(data, size, size > 0 ? size : 1, &whole);

	if (read_in_pieces(data, size, 1, &bits) != rc)
		abort();
	if (whole.heads != bits.heads || whole.parts != bits.parts ||
	    whole.ends != bits.ends || whole.bytes != bits.bytes)
		abort();
	return 0;
}
