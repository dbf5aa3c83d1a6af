#include "config.h"

#include <string.h>

#include <openssl/ec.h>

#include "floor_int.h"

#define SM2_ID "1234567812345678"

void
raw_key_make(const char *alg, struct raw_key *ret_key)
{
	ret_key->sm2 = strcmp(alg, "sm2-sm3") == 0;
	ret_key->pkey = ret_key->sm2 ? EVP_PKEY_Q_keygen(NULL, NULL, "SM2")
				     : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	need(ret_key->pkey != NULL, "key");
}

/* Made anew for each signature: OpenSSL 3.0 has no other way for SM2's id. */
static EVP_MD_CTX *
begin(const struct raw_key *k, EVP_PKEY_CTX **ret_pkey)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	*ret_pkey = EVP_PKEY_CTX_new(k->pkey, NULL);
	need(md != NULL && *ret_pkey != NULL, "OpenSSL");
	if (k->sm2) {
		need(EVP_PKEY_CTX_set1_id(*ret_pkey, SM2_ID,
					  sizeof(SM2_ID) - 1) == 1,
		     "SM2 id");
		EVP_MD_CTX_set_pkey_ctx(md, *ret_pkey);
	}
	return md;
}

size_t
raw_sign(const struct raw_key *k, const void *data, size_t n_bytes,
	 uint8_t out[static SIG_MAX])
{
	EVP_PKEY_CTX *pkey;
	EVP_MD_CTX *md = begin(k, &pkey);
	size_t n = SIG_MAX;

	need(EVP_DigestSignInit(md, NULL, k->sm2 ? EVP_sm3() : NULL, NULL,
				k->pkey) == 1 &&
		     EVP_DigestSign(md, out, &n, data, n_bytes) == 1,
	     "sign");
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(pkey);
	return n;
}

void
raw_verify(const struct raw_key *k, const void *data, size_t n_bytes,
	   const uint8_t *sig, size_t n_sig)
{
	EVP_PKEY_CTX *pkey;
	EVP_MD_CTX *md = begin(k, &pkey);

	need(EVP_DigestVerifyInit(md, NULL, k->sm2 ? EVP_sm3() : NULL, NULL,
				  k->pkey) == 1 &&
		     EVP_DigestVerify(md, sig, n_sig, data, n_bytes) == 1,
	     "verify");
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(pkey);
}
