/* What is common to private and public keys. */
#include "config.h"

#include "trust/key.h"

#include <string.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "key_int.h"
#include "trust/digest.h"

static const struct {
	const char *name;
	const char *openssl;
} algs[KEY_ALG__COUNT] = {
	[KEY_SM2_SM3] = { .name = "sm2-sm3", .openssl = "SM2" },
	[KEY_ED25519] = { .name = "ed25519", .openssl = "ED25519" },
};

const char *
key_alg_name(enum key_alg alg)
{
	return algs[alg].name;
}

enum rc
key_alg_parse(const char *s, enum key_alg *ret_alg, struct err *err)
{
	for (size_t i = 0; i < KEY_ALG__COUNT; i++) {
		if (str_eq(s, algs[i].name)) {
			*ret_alg = (enum key_alg)i;
			return RC_OK;
		}
	}
	char shown[64];
	return err_set(err, RC_MALFORMED, 0,
		       _("unknown signature algorithm '%s'; known are sm2-sm3 "
			 "and ed25519"),
		       text_show_into(shown, sizeof(shown), s));
}

bool
key_is(EVP_PKEY *pkey, enum key_alg alg)
{
	return EVP_PKEY_is_a(pkey, algs[alg].openssl) == 1;
}

enum rc
key_error(enum rc rc_fallback, const char *doing, struct err *err)
{
	unsigned long code = ERR_peek_error();
	const char *why = ERR_reason_error_string(code);
	ERR_clear_error();
	return err_set(err, rc_fallback, (int)(code & 0x7fffffff), "%s: %s",
		       doing, why != NULL ? why : rc_sentence(rc_fallback));
}

bool
key_op_start(struct key_op *op, enum key_alg alg, EVP_PKEY *pkey)
{
	*op = (struct key_op){ .md = EVP_MD_CTX_new() };
	if (op->md == NULL)
		return false;
	if (alg != KEY_SM2_SM3)
		return true;
	/*
	 * OpenSSL 3.0 takes an EMPTY signer id unless it is told before Init;
	 * what is set afterwards no longer goes into the digest.
	 */
	op->digest = EVP_sm3();
	op->pkey = EVP_PKEY_CTX_new(pkey, NULL);
	if (op->pkey == NULL ||
	    EVP_PKEY_CTX_set1_id(op->pkey, SM2_SIGNER_ID,
				 (int)strlen(SM2_SIGNER_ID)) <= 0)
		return false;
	EVP_MD_CTX_set_pkey_ctx(op->md, op->pkey);
	return true;
}

void
key_op_end(struct key_op *op)
{
	EVP_MD_CTX_free(op->md);
	EVP_PKEY_CTX_free(op->pkey);
	*op = (struct key_op){ .md = NULL };
}

enum rc
key_spki(EVP_PKEY *pkey, struct buf *out, struct err *err)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(pkey, &der);
	if (n <= 0)
		return key_error(RC_MALFORMED, _("public key"), err);
	enum rc rc = buf_add(out, der, (size_t)n, err);
	OPENSSL_free(der);
	return rc;
}

void
key_id(const void *spki, size_t n_bytes, char out[static KEY_ID_MAX + 1])
{
	struct digest d;
	digest_sha256(spki, n_bytes, &d);
	digest_hex(&d, out);
}

bool
der_is_strict(const void *sig, size_t n_sig)
{
	const unsigned char *at = sig;
	unsigned char *again = NULL;

	if (n_sig == 0 || n_sig > SIGNATURE_MAX)
		return false;
	ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &at, (long)n_sig);
	if (parsed == NULL) {
		ERR_clear_error();
		return false;
	}
	int n = i2d_ECDSA_SIG(parsed, &again);
	bool same =
		n > 0 && (size_t)n == n_sig && memcmp(again, sig, n_sig) == 0;
	OPENSSL_free(again);
	ECDSA_SIG_free(parsed);
	return same;
}
