/*
 * Public SSH keys as they stand in a .pub file: "TYPE BASE64 COMMENT". Taken
 * are ssh-ed25519, ecdsa-sha2-nistp256/384/521, ssh-rsa of at least
 * SSH_RSA_BITS_MIN bits and their two FIDO forms (sk-). Refused: DSA (broken),
 * certificates (whoever signs them would enrol officers), anything with
 * options before the type, more than one line, a private key.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

#define SSH_KEY_LINE_MAX    8192 /* bytes; an RSA key of 16384 bits is 2,800 */
#define SSH_RSA_BITS_MIN    3072
#define SSH_FINGERPRINT_MAX 64
#define SSH_TYPE_MAX	    48
#define SSH_COMMENT_MAX	    127 /* bytes that are kept */

struct ssh_key {
	char type[SSH_TYPE_MAX];
	char fingerprint[SSH_FINGERPRINT_MAX]; /* "SHA256:...", no padding */
	char *base64;			       /* as it was given */
	char *comment; /* cut at SSH_COMMENT_MAX; "" when there is none */
};

/* line: n_bytes without NUL; one line break at its end is allowed. RC_MALFORMED
 * or RC_DENIED say what is wrong and what to give instead. */
enum rc ssh_key_parse(const char *line, size_t n_bytes, struct ssh_key *out,
		      struct err *err);
void ssh_key_release(struct ssh_key *k);
