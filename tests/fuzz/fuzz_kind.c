/* Kind files: refused by name or whole, never half. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kind *kind = NULL;
	struct err err = ERR_INIT;
	enum rc rc =
		kind_read("fuzz.json", (const char *)data, size, &kind, &err);

	if (rc != RC_OK) {
		if (kind != NULL || err.msg[0] == '\0')
			abort();
		return 0;
	}
	if (kind->n_tracks == 0 || kind_track(kind, "owner") == NULL)
		abort();
	(void)kind_free(kind);
	return 0;
}
