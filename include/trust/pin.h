/*
 * A PIN kept as a slow hash: scrypt of RFC 7914 with the parameters below,
 * which the row names, so that they can rise later. Two or three guesses a
 * second and 32 MiB each, for who holds the database too; who stands at the
 * console is slowed by desk/access.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PIN_METHOD    "scrypt N=32768 r=8 p=3"
#define PIN_SCRYPT_N  32768
#define PIN_SCRYPT_R  8
#define PIN_SCRYPT_P  3
#define PIN_MEMORY    (64ULL << 20) /* bytes that it may take */
#define PIN_SALT_LEN  16
#define PIN_HASH_LEN  32
#define PIN_MIN_CHARS 6
#define PIN_MAX_BYTES 60

/* RC_RANGE: too short, too long, one character again and again, a run like
 * 123456. */
enum rc pin_check(const char *pin, struct err *err);
/* method: PIN_METHOD, else RC_DAMAGED. */
enum rc pin_hash(const char *method, const char *pin,
		 const uint8_t salt[static PIN_SALT_LEN],
		 uint8_t out[static PIN_HASH_LEN], struct err *err);
/* In a time that does not tell where they differ. */
bool pin_hash_eq(const uint8_t a[static PIN_HASH_LEN],
		 const uint8_t b[static PIN_HASH_LEN]);
