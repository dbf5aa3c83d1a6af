/* Events: what is read must be writable, and read back as the same bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ref digest = { .bytes = { 1 } };
	struct event e, again;
	struct err err = ERR_INIT;
	char *first = NULL, *second = NULL;
	size_t n_first = 0, n_second = 0;

	if (event_read((const char *)data, size, &digest, &e, &err) != RC_OK)
		return 0;
	if (event_write(&e, &first, &n_first, &err) == RC_OK) {
		if (event_read(first, n_first, &digest, &again, &err) != RC_OK)
			abort();
		if (event_write(&again, &second, &n_second, &err) != RC_OK)
			abort();
		if (n_first != n_second || memcmp(first, second, n_first) != 0)
			abort();
		event_release(&again);
	}
	event_release(&e);
	(void)xfree(first);
	(void)xfree(second);
	return 0;
}
