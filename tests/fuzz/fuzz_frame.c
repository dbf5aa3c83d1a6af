/* Lines of a channel as a peer sends them; a frame read is written and read
 * again alike, and a payload that cannot be cut out is read like one that
 * can. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "journal/channel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
frame_eq(const struct frame *a, const struct frame *b)
{
	return strcmp(a->epoch, b->epoch) == 0 && a->lane == b->lane &&
	       a->seq == b->seq && digest_eq(&a->chain, &b->chain) &&
	       a->event.n_payload == b->event.n_payload &&
	       memcmp(a->event.payload, b->event.payload, a->event.n_payload) ==
		       0 &&
	       a->event.n_sig == b->event.n_sig &&
	       memcmp(a->event.sig, b->event.sig, a->event.n_sig) == 0;
}

/* The same line with a blank before its first payload. */
static void
check_respelled(const char *line, size_t n_bytes, enum rc rc,
		const struct frame *first)
{
	static const char mark[] = "\"payload\":\"";
	const char *at = memmem(line, n_bytes, mark, sizeof(mark) - 1);
	struct err err = ERR_INIT;
	struct frame f;
	struct buf other;

	if (at == NULL)
		return;
	size_t n_before = (size_t)(at - line) + sizeof(mark) - 2;
	buf_init(&other, n_bytes + 1);
	if (buf_add(&other, line, n_before, &err) != RC_OK ||
	    buf_adds(&other, " ", &err) != RC_OK ||
	    buf_add(&other, line + n_before, n_bytes - n_before, &err) != RC_OK)
		abort();
	enum rc other_rc = frame_read(other.data, other.len, &f, &err);
	if (n_bytes < LINE_MAX_BYTES && other_rc != rc)
		abort();
	if (other_rc == RC_OK) {
		if (rc == RC_OK && !frame_eq(&f, first))
			abort();
		frame_release(&f);
	}
	buf_release(&other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct frame first;
	struct frame again;
	struct buf line;

	enum rc rc = frame_read((const char *)data, size, &first, &err);
	check_respelled((const char *)data, size, rc, &first);
	if (rc != RC_OK)
		return 0;
	buf_init(&line, 2 * LINE_MAX_BYTES);
	if (frame_write(&first, &line, &err) != RC_OK ||
	    frame_read(line.data, line.len - (line.data[line.len - 1] == '\n'),
		       &again, &err) != RC_OK ||
	    !frame_eq(&first, &again))
		abort();
	frame_release(&again);
	frame_release(&first);
	buf_release(&line);
	return 0;
}
