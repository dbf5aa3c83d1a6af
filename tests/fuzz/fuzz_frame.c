/* Lines of a channel as a peer sends them; a frame read is written and read
 * again alike. */
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct frame first;
	struct frame again;
	struct buf line;

	if (frame_read((const char *)data, size, &first, &err) != RC_OK)
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
