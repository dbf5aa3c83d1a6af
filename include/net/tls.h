/*
 * TLS for both directions: version 1.3 only, ALPN h2 demanded, a certificate
 * from both sides, each accepted by its pin alone (no CA, no host name). No
 * tickets, no resumption, no early data. An expired certificate is refused.
 */
#pragma once

#include <stdbool.h>

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"

/* SHA-256 of the certificate's DER. */
struct pin {
	unsigned char sha256[DIGEST_LEN];
};

struct tls;
/* This desk's certificate and key, PEM files. RC_TLS names the file. env gives
 * the time for expiry and must outlive it. */
enum rc tls_new(const struct env *env, const char *key_path,
		const char *cert_path, struct tls **ret_tls, struct err *err);
struct tls *tls_free(struct tls *t);
/*
 * While a certificate is changed there are two: `next` too is served, to those
 * who ask for it by name (tls_name), and may be chosen for calls. May be done
 * at any time; connections that are up stay as they are. next_* NULL: one
 * alone. On failure all is as before.
 */
struct tls_files {
	const char *key_path, *cert_path, *next_key_path, *next_cert_path;
};
enum rc tls_load(struct tls *t, const struct tls_files *files, struct err *err);
/* The pin of our own certificate, and of the next one; NULL: there is none. */
const struct pin *tls_get_pin(const struct tls *t);
const struct pin *tls_get_next_pin(const struct tls *t);
/* The server name by which a caller asks for the certificate that it pins. */
#define TLS_NAME_MAX 63
void tls_name(const struct pin *pin, char out[static TLS_NAME_MAX + 1]);
void pin_of_der(const void *der, size_t n_bytes, struct pin *ret_pin);
bool pin_eq(const struct pin *a, const struct pin *b);
