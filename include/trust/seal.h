/*
 * The seal of a value (doc/protocol.md, "Sealed fields"): SHA-256 over a
 * salt of 32 random bytes and the bytes of the value as JSON text. The text
 * itself travels later, so no other writing of the same value is needed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trust/digest.h"

#define SEAL_SALT_LEN 32

void seal_digest(const uint8_t salt[static SEAL_SALT_LEN], const char *value,
		 size_t n_bytes, struct digest *out);
/* salt as 64 lower-case hexadecimal digits. RC_MALFORMED. */
enum rc seal_digest_hex(const char *salt, const char *value, size_t n_bytes,
			struct digest *out, struct err *err);
