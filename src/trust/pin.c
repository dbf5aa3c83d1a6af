#include "trust/pin.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/i18n.h"
#include "base/text.h"

/* Does each byte differ from the one before by the same step of -1, 0, 1? */
static bool
is_run(const char *pin)
{
	size_t n = strlen(pin);
	int step = pin[1] - pin[0];

	if (step < -1 || step > 1)
		return false;
	for (size_t i = 1; i < n; i++)
		if (pin[i] - pin[i - 1] != step)
			return false;
	return true;
}

enum rc
pin_check(const char *pin, struct err *err)
{
	size_t n = strlen(pin);
	enum rc rc = utf8_check(pin, n, err);

	if (rc != RC_OK)
		return rc;
	if (utf8_chars(pin, n) < PIN_MIN_CHARS || n > PIN_MAX_BYTES)
		return err_set(err, RC_RANGE, 0,
			       _("a PIN has at least %d characters and at most "
				 "%d bytes"),
			       PIN_MIN_CHARS, PIN_MAX_BYTES);
	if (is_run(pin))
		return err_set(err, RC_RANGE, 0,
			       _("a run such as 123456 or 000000 is guessed "
				 "first: take another PIN"));
	return RC_OK;
}

enum rc
pin_hash(const char *method, const char *pin,
	 const uint8_t salt[static PIN_SALT_LEN],
	 uint8_t out[static PIN_HASH_LEN], struct err *err)
{
	if (!str_eq(method, PIN_METHOD))
		return err_set(err, RC_DAMAGED, 0,
			       _("the PIN was kept in a way that this program "
				 "does not know: an administrator clears it "
				 "with 'officer pin --clear'"));
	if (EVP_PBE_scrypt(pin, strlen(pin), salt, PIN_SALT_LEN, PIN_SCRYPT_N,
			   PIN_SCRYPT_R, PIN_SCRYPT_P, PIN_MEMORY, out,
			   PIN_HASH_LEN) != 1)
		return err_set(err, RC_FULL, 0,
			       _("no memory to check the PIN: try again"));
	return RC_OK;
}

bool
pin_hash_eq(const uint8_t a[static PIN_HASH_LEN],
	    const uint8_t b[static PIN_HASH_LEN])
{
	return CRYPTO_memcmp(a, b, PIN_HASH_LEN) == 0;
}
