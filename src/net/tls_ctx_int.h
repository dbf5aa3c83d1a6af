/* The OpenSSL side of struct tls, for tls.c and tls_conn.c. */
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "net/tls.h"

struct tls_identity {
	X509 *cert; /* NULL: there is none */
	EVP_PKEY *key;
	struct pin pin;
};

struct tls {
	const struct env *env;
	SSL_CTX *ctx; /* with the first identity */
	struct tls_identity own, next;
};

/* Takes another identity than the first for one connection. */
bool tls_use(SSL *ssl, const struct tls_identity *id);

bool pin_of_cert(X509 *cert, struct pin *ret_pin);
/* Judges the peer's certificate by its pin and its time alone. */
int tls_verify_peer(X509_STORE_CTX *store, void *arg);
