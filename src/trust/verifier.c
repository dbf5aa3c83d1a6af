/* Public keys: read from a card, used to check signatures. */
#include "config.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "key_int.h"

#include <stdatomic.h>

#define SPKI_MAX    512
#define ED25519_SIG 64

struct verifier {
	atomic_int refs;
	EVP_PKEY *pkey;
	enum key_alg alg;
	char id[KEY_ID_MAX + 1];
};

/* The point is on the curve and not its zero. It is of the curve's order then:
 * SM2's has no other (its cofactor is 1), and to multiply by it would cost each
 * command a millisecond for every key held. Ed25519 has no such check. */
static bool
point_is_good(EVP_PKEY *pkey, enum key_alg alg)
{
	if (alg != KEY_SM2_SM3)
		return true;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	bool good = ctx != NULL && EVP_PKEY_public_check_quick(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	return good;
}

/* Only the encoding that we would write: one key has one id. */
static bool
encodes_back(EVP_PKEY *pkey, const void *spki, size_t n_bytes)
{
	struct buf again;
	buf_init(&again, SPKI_MAX);
	bool same = key_spki(pkey, &again, NULL) == RC_OK &&
		    again.len == n_bytes &&
		    memcmp(again.data, spki, n_bytes) == 0;
	buf_release(&again);
	return same;
}

enum rc
verifier_new(enum key_alg alg, const void *spki, size_t n_bytes,
	     struct verifier **ret_verifier, struct err *err)
{
	const unsigned char *at = spki;
	EVP_PKEY *pkey = NULL;

	if (n_bytes > 0 && n_bytes <= SPKI_MAX)
		pkey = d2i_PUBKEY(NULL, &at, (long)n_bytes);
	if (pkey == NULL || !key_is(pkey, alg) ||
	    !encodes_back(pkey, spki, n_bytes) || !point_is_good(pkey, alg)) {
		EVP_PKEY_free(pkey);
		ERR_clear_error();
		return err_set(err, RC_MALFORMED, 0,
			       _("not a public key for %s"), key_alg_name(alg));
	}
	struct verifier *v = xcalloc(1, sizeof(*v));
	atomic_init(&v->refs, 1);
	v->pkey = pkey;
	v->alg = alg;
	key_id(spki, n_bytes, v->id);
	*ret_verifier = v;
	return RC_OK;
}

struct verifier *
verifier_ref(struct verifier *v)
{
	(void)atomic_fetch_add(&v->refs, 1);
	return v;
}

struct verifier *
verifier_free(struct verifier *v)
{
	if (v == NULL || atomic_fetch_sub(&v->refs, 1) > 1)
		return NULL;
	EVP_PKEY_free(v->pkey);
	return xfree(v);
}

const char *
verifier_get_id(const struct verifier *v)
{
	return v->id;
}

enum rc
verifier_check(const struct verifier *v, const void *data, size_t n_bytes,
	       const void *sig, size_t n_sig, struct err *err)
{
	struct key_op op;
	/*
	 * One signature has one encoding. (SM2 is not malleable by s -> n-s
	 * as ECDSA is: s also goes into the point that is compared.)
	 */
	bool form = v->alg == KEY_SM2_SM3 ? der_is_strict(sig, n_sig)
					  : n_sig == ED25519_SIG;
	bool ok = false;
	if (form) {
		ok = key_op_start(&op, v->alg, v->pkey) &&
		     EVP_DigestVerifyInit(op.md, NULL, op.digest, NULL,
					  v->pkey) == 1 &&
		     EVP_DigestVerify(op.md, sig, n_sig, data, n_bytes) == 1;
		key_op_end(&op);
		ERR_clear_error();
	}
	return ok ? RC_OK
		  : err_set(err, RC_BADSIG, 0,
			    _("signature does not verify with key %.16s"),
			    v->id);
}
