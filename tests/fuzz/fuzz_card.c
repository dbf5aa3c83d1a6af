/* Cards as a stranger hands them in; a good one is in the corpus. */
#include <stdint.h>
#include <stdlib.h>

#include "trust/card.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct card card;

	if (card_read((const char *)data, size, &card, &err) != RC_OK)
		return 0;
	if (!desk_id_valid(card.desk) || card.n_keys == 0)
		abort();
	card_release(&card);
	return 0;
}
