/* What signing and verifying share. */
#pragma once

#include <openssl/evp.h>

#include "trust/key.h"

/* A context for one EVP_DigestSignInit or EVP_DigestVerifyInit of `pkey`. */
struct key_op {
	EVP_MD_CTX *md;
	EVP_PKEY_CTX *pkey; /* NULL for Ed25519: made by Init */
	const EVP_MD *digest;
};

bool key_op_start(struct key_op *op, enum key_alg alg, EVP_PKEY *pkey);
void key_op_end(struct key_op *op);
bool key_is(EVP_PKEY *pkey, enum key_alg alg);
/* DER SubjectPublicKeyInfo and its hex SHA-256. */
enum rc key_spki(EVP_PKEY *pkey, struct buf *out, struct err *err);
void key_id(const void *spki, size_t n_bytes, char out[static KEY_ID_MAX + 1]);
/* The newest OpenSSL error as rc_fallback, with the queue emptied. */
enum rc key_error(enum rc rc_fallback, const char *doing, struct err *err);
/* The bytes of a private file: plain, no link, open to nobody else. */
enum rc key_read_private(const char *path, char *out, size_t size,
			 size_t *ret_n, struct err *err);
/* As PEM PKCS#8, 0600, never over an old file. */
enum rc key_write_private(const char *path, EVP_PKEY *pkey, struct err *err);
/* A DER ECDSA/SM2 signature that encodes back to the same bytes. */
bool der_is_strict(const void *sig, size_t n_sig);
