/* The strict reader: whatever it accepts, jansson reads alike, and it writes
 * and reads it again alike. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	json_t *first = NULL;
	json_t *again = NULL;
	char *text;

	if (json_read((const char *)data, size, &first, &err) != RC_OK)
		return 0;
	again = json_loadb((const char *)data, size,
			   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	if (again == NULL || !json_equal(first, again))
		abort();
	json_decref(again);
	text = json_write(first);
	if (json_read(text, strlen(text), &again, &err) != RC_OK)
		abort();
	if (!json_equal(first, again))
		abort();
	json_decref(again);
	json_decref(first);
	xfree(text);
	return 0;
}
