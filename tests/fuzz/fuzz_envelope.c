/* Signed envelopes of each type; one that is read is written and read again
 * alike. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "trust/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_again(const struct envelope *e, const char *type)
{
	struct err err = ERR_INIT;
	struct envelope again;
	struct digest a, b;
	struct buf out;

	buf_init(&out, 4 * LINE_MAX_BYTES);
	if (envelope_write(e, &out, &err) != RC_OK ||
	    envelope_read(out.data, out.len, type, &again, &err) != RC_OK)
		abort();
	envelope_digest(e, &a);
	envelope_digest(&again, &b);
	if (!digest_eq(&a, &b) || e->n_sig != again.n_sig ||
	    memcmp(e->sig, again.sig, e->n_sig) != 0 ||
	    strcmp(e->key_id, again.key_id) != 0)
		abort();
	envelope_release(&again);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { TYPE_EVENT, TYPE_RECEIPT,
					     TYPE_CARD, TYPE_BUNDLE,
					     TYPE_AUDIT };

	if (size > LINE_MAX_BYTES)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct err err = ERR_INIT;
		struct envelope e;

		if (envelope_read((const char *)data, size, types[i], &e,
				  &err) != RC_OK)
			continue;
		check_again(&e, types[i]);
		envelope_release(&e);
	}
	return 0;
}
