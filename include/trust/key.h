/*
 * Signing keys. The algorithm and, for SM2, the signer id
 * (1234567812345678, GM/T 0009-2012) come from the key record, never from a
 * message. SM2 signatures are strict DER; Ed25519 raw 64 bytes (RFC 8032).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define SM2_SIGNER_ID "1234567812345678"
#define KEY_ID_MAX    64 /* hex SHA-256 of the SubjectPublicKeyInfo */
#define SIGNATURE_MAX 128

enum key_alg {
	KEY_SM2_SM3,
	KEY_ED25519,
	KEY_ALG__COUNT
};

const char *key_alg_name(enum key_alg alg); /* "sm2-sm3" "ed25519" */
enum rc key_alg_parse(const char *s, enum key_alg *ret_alg, struct err *err);

struct signer;	 /* a private key */
struct verifier; /* a public key; may be used by several threads at once */

/* Makes a key and writes it (PEM PKCS#8, 0600, never over an old file). */
enum rc signer_create(const char *path, enum key_alg alg,
		      struct signer **ret_signer, struct err *err);
/* Refuses a file open to others, a link, or another kind of key. */
enum rc signer_open(const char *path, struct signer **ret_signer,
		    struct err *err);
struct signer *signer_free(struct signer *s);
enum key_alg signer_get_alg(const struct signer *s);
const char *signer_get_id(const struct signer *s);
/* DER SubjectPublicKeyInfo. */
enum rc signer_public(const struct signer *s, struct buf *out, struct err *err);
enum rc signer_sign(struct signer *s, const void *data, size_t n_bytes,
		    uint8_t out[static SIGNATURE_MAX], size_t *ret_n,
		    struct err *err);

/* spki: DER SubjectPublicKeyInfo; it must be of the algorithm named. */
enum rc verifier_new(enum key_alg alg, const void *spki, size_t n_bytes,
		     struct verifier **ret_verifier, struct err *err);
struct verifier *verifier_ref(struct verifier *v);
struct verifier *verifier_free(struct verifier *v);
const char *verifier_get_id(const struct verifier *v);
enum rc verifier_check(const struct verifier *v, const void *data,
		       size_t n_bytes, const void *sig, size_t n_sig,
		       struct err *err); /* RC_BADSIG */
