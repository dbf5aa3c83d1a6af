/*
 * Private keys on their way out of the data folder: PKCS#8 PEM encrypted under
 * a passphrase (PBES2 of RFC 8018, scrypt of RFC 7914, AES-256-CBC), which
 * stock openssl opens too:
 *     openssl pkey -in seal.pem -passin file:FILE
 * The passphrase is all that protects them: at 16 MiB and about 0.2 s a guess.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

#define KEYBOX_SCRYPT_N	      16384
#define KEYBOX_SCRYPT_R	      8
#define KEYBOX_SCRYPT_P	      5
#define KEYBOX_PASSPHRASE_MIN 12 /* bytes */
#define KEYBOX_PASSPHRASE_MAX 1024
#define KEYBOX_FILE_MAX	      8192

/* The first line of a file that is open to nobody else. Wipe it after use.
 * RC_DENIED, RC_RANGE. */
enum rc keybox_passphrase(const char *path, struct buf *out, struct err *err);
/* The private key in the PEM file `path`, encrypted, appended to out. */
enum rc keybox_lock(const char *path, const char *passphrase, struct buf *out,
		    struct err *err);
/* Writes the key of an encrypted PEM to `path` (0600, never over a file).
 * RC_DENIED: another passphrase; RC_MALFORMED. */
enum rc keybox_unlock(const void *pem, size_t n_bytes, const char *passphrase,
		      const char *path, struct err *err);
