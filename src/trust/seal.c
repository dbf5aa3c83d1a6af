#include "trust/seal.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

void
seal_digest(const uint8_t salt[static SEAL_SALT_LEN], const char *value,
	    size_t n_bytes, struct digest *out)
{
	uint8_t *bytes = xmalloc(SEAL_SALT_LEN + n_bytes);

	memcpy(bytes, salt, SEAL_SALT_LEN);
	memcpy(bytes + SEAL_SALT_LEN, value, n_bytes);
	digest_sha256(bytes, SEAL_SALT_LEN + n_bytes, out);
	(void)xfree(bytes);
}

enum rc
seal_digest_hex(const char *salt, const char *value, size_t n_bytes,
		struct digest *out, struct err *err)
{
	uint8_t bytes[SEAL_SALT_LEN];
	enum rc rc = RC_MALFORMED;

	if (strlen(salt) == sizeof(bytes) * 2)
		rc = hex_decode(salt, bytes, sizeof(bytes), NULL);
	if (rc != RC_OK)
		return err_set(err, RC_MALFORMED, 0,
			       _("a salt is %d hexadecimal digits"),
			       2 * SEAL_SALT_LEN);
	seal_digest(bytes, value, n_bytes, out);
	return RC_OK;
}
