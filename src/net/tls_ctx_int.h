/* The OpenSSL side of struct tls, for tls.c and tls_conn.c. */
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "net/tls.h"

struct tls {
	const struct env *env;
	SSL_CTX *ctx;
	struct pin pin;
};

bool pin_of_cert(X509 *cert, struct pin *ret_pin);
/* Judges the peer's certificate by its pin and its time alone. */
int tls_verify_peer(X509_STORE_CTX *store, void *arg);
