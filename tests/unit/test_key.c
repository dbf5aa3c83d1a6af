#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "trust/key.h"
#include "trust_vectors.h"

static char dir[] = "/tmp/dd-key-XXXXXX";

static int
make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static char *
path_of(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static int
remove_dir(void **state)
{
	static const char *const names[] = { "k0",   "k1",   "open",
					     "link", "keep", "rsa" };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *p = path_of(names[i]);
		(void)unlink(p);
		(void)xfree(p);
	}
	return rmdir(dir);
}

static struct verifier *
verifier_of(const struct signer *s)
{
	struct verifier *v = NULL;
	struct buf spki;
	buf_init(&spki, 512);
	assert_int_equal(signer_public(s, &spki, NULL), RC_OK);
	assert_int_equal(verifier_new(signer_get_alg(s), spki.data, spki.len,
				      &v, NULL),
			 RC_OK);
	buf_release(&spki);
	return v;
}

static void
test_sign_and_check(void **state)
{
	(void)state;
	for (int alg = 0; alg < KEY_ALG__COUNT; alg++) {
		struct signer *s = NULL, *again = NULL;
		uint8_t sig[SIGNATURE_MAX];
		size_t n = 0;
		struct stat st;
		char *path = xasprintf("%s/k%d", dir, alg);

		assert_int_equal(signer_create(path, (enum key_alg)alg, &s,
					       NULL),
				 RC_OK);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		assert_int_equal(signer_create(path, (enum key_alg)alg, &again,
					       NULL),
				 RC_EXISTS);
		assert_int_equal(signer_open(path, &again, NULL), RC_OK);
		assert_string_equal(signer_get_id(s), signer_get_id(again));
		assert_int_equal(signer_get_alg(again), alg);
		assert_int_equal(
			signer_sign(again, "message", 7, sig, &n, NULL), RC_OK);
		struct verifier *v = verifier_of(s);
		assert_string_equal(verifier_get_id(v), signer_get_id(s));
		assert_int_equal(verifier_check(v, "message", 7, sig, n, NULL),
				 RC_OK);
		assert_int_equal(verifier_check(v, "massage", 7, sig, n, NULL),
				 RC_BADSIG);
		sig[n / 2] ^= 1;
		assert_int_equal(verifier_check(v, "message", 7, sig, n, NULL),
				 RC_BADSIG);
		assert_null(verifier_free(v));
		(void)signer_free(s);
		(void)signer_free(again);
		(void)xfree(path);
	}
}

static void
test_files_that_are_refused(void **state)
{
	struct signer *s = NULL;
	char *open_path = path_of("open"), *link_path = path_of("link");
	char *rsa = path_of("rsa"), *none = path_of("none");

	(void)state;
	assert_int_equal(signer_create(open_path, KEY_ED25519, &s, NULL),
			 RC_OK);
	s = signer_free(s);
	assert_int_equal(symlink(open_path, link_path), 0);
	assert_int_equal(signer_open(link_path, &s, NULL), RC_IO);
	assert_int_equal(chmod(open_path, 0640), 0);
	assert_int_equal(signer_open(open_path, &s, NULL), RC_DENIED);
	assert_int_equal(signer_open(none, &s, NULL), RC_NOTFOUND);

	EVP_PKEY *other = EVP_EC_gen("P-256");
	FILE *f = fopen(rsa, "w");
	assert_non_null(f);
	assert_int_equal(
		PEM_write_PrivateKey(f, other, NULL, NULL, 0, NULL, NULL), 1);
	(void)fclose(f);
	EVP_PKEY_free(other);
	assert_int_equal(chmod(rsa, 0600), 0);
	assert_int_equal(signer_open(rsa, &s, NULL), RC_MALFORMED);
	assert_null(s);
	(void)xfree(open_path);
	(void)xfree(link_path);
	(void)xfree(rsa);
	(void)xfree(none);
}

/* A key of the other algorithm, or of plain ECDSA, is not taken. */
static void
test_public_key_of_another_algorithm(void **state)
{
	json_t *v = vectors_load();
	const json_t *keys = json_object_get(v, "keys");
	struct verifier *out = NULL;
	struct buf sm2, ed;
	unsigned char *p256 = NULL;

	(void)state;
	vector_bytes(json_array_get(keys, 0), "spki", &sm2);
	vector_bytes(json_array_get(keys, 1), "spki", &ed);
	assert_int_equal(verifier_new(KEY_ED25519, sm2.data, sm2.len, &out,
				      NULL),
			 RC_MALFORMED);
	assert_int_equal(verifier_new(KEY_SM2_SM3, ed.data, ed.len, &out, NULL),
			 RC_MALFORMED);
	EVP_PKEY *other = EVP_EC_gen("P-256");
	int n = i2d_PUBKEY(other, &p256);
	assert_true(n > 0);
	assert_int_equal(verifier_new(KEY_SM2_SM3, p256, (size_t)n, &out, NULL),
			 RC_MALFORMED);
	OPENSSL_free(p256);
	EVP_PKEY_free(other);
	/* trailing byte, cut short, empty, off the curve */
	assert_int_equal(buf_add(&sm2, "", 1, NULL), RC_OK);
	assert_int_equal(verifier_new(KEY_SM2_SM3, sm2.data, sm2.len, &out,
				      NULL),
			 RC_MALFORMED);
	assert_int_equal(verifier_new(KEY_SM2_SM3, sm2.data, sm2.len - 2, &out,
				      NULL),
			 RC_MALFORMED);
	assert_int_equal(verifier_new(KEY_SM2_SM3, "", 0, &out, NULL),
			 RC_MALFORMED);
	sm2.data[sm2.len - 2] ^= 1;
	assert_int_equal(verifier_new(KEY_SM2_SM3, sm2.data, sm2.len - 1, &out,
				      NULL),
			 RC_MALFORMED);
	assert_null(out);
	buf_release(&sm2);
	buf_release(&ed);
	json_decref(v);
}

/* Signs with an SM2 key under any signer id, as a hostile peer may. */
static size_t
sign_with_id(EVP_PKEY *pkey, const char *id, const char *text, uint8_t *sig)
{
	size_t n = SIGNATURE_MAX;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	if (id != NULL)
		assert_true(EVP_PKEY_CTX_set1_id(ctx, id, (int)strlen(id)) > 0);
	EVP_MD_CTX_set_pkey_ctx(md, ctx);
	assert_int_equal(EVP_DigestSignInit(md, NULL, EVP_sm3(), NULL, pkey),
			 1);
	assert_int_equal(EVP_DigestSign(md, sig, &n,
					(const unsigned char *)text,
					strlen(text)),
			 1);
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(ctx);
	return n;
}

static EVP_PKEY *
vector_private(const json_t *key)
{
	const char *pem = vector_text(key, "private_pem");
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	assert_non_null(pkey);
	(void)BIO_free(bio);
	return pkey;
}

static void
test_sm2_other_signer_id(void **state)
{
	static const char *const ids[] = { NULL, "", "1234567812345679",
					   "310105" };
	json_t *v = vectors_load();
	const json_t *key = json_array_get(json_object_get(v, "keys"), 0);
	struct verifier *check = vector_verifier(key);
	EVP_PKEY *pkey = vector_private(key);
	uint8_t sig[SIGNATURE_MAX];

	(void)state;
	size_t n = sign_with_id(pkey, SM2_SIGNER_ID, "text", sig);
	assert_int_equal(verifier_check(check, "text", 4, sig, n, NULL), RC_OK);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		n = sign_with_id(pkey, ids[i], "text", sig);
		assert_int_equal(verifier_check(check, "text", 4, sig, n, NULL),
				 RC_BADSIG);
	}
	EVP_PKEY_free(pkey);
	(void)verifier_free(check);
	json_decref(v);
}

/* s -> n - s verifies under ECDSA; under SM2 it must not. */
static void
test_sm2_malleated(void **state)
{
	json_t *v = vectors_load();
	const json_t *key = json_array_get(json_object_get(v, "keys"), 0);
	struct verifier *check = vector_verifier(key);
	EVP_PKEY *pkey = vector_private(key);
	uint8_t sig[SIGNATURE_MAX];
	uint8_t other[SIGNATURE_MAX];
	unsigned char *out = other;
	const unsigned char *in = sig;
	BIGNUM *order = NULL;

	(void)state;
	size_t n = sign_with_id(pkey, SM2_SIGNER_ID, "text", sig);
	ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &in, (long)n);
	assert_non_null(parsed);
	assert_true(BN_hex2bn(&order, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF"
				      "7203DF6B21C6052B53BBF40939D54123") > 0);
	BIGNUM *s = BN_new();
	BIGNUM *r = BN_dup(ECDSA_SIG_get0_r(parsed));
	assert_int_equal(BN_sub(s, order, ECDSA_SIG_get0_s(parsed)), 1);
	assert_int_equal(ECDSA_SIG_set0(parsed, r, s), 1); /* takes both */
	int n_other = i2d_ECDSA_SIG(parsed, &out);
	assert_true(n_other > 0);
	assert_int_equal(verifier_check(check, "text", 4, other,
					(size_t)n_other, NULL),
			 RC_BADSIG);
	BN_free(order);
	ECDSA_SIG_free(parsed);
	EVP_PKEY_free(pkey);
	(void)verifier_free(check);
	json_decref(v);
}

/* The same numbers in another encoding: one signature has one form. */
static void
test_sm2_not_der(void **state)
{
	json_t *v = vectors_load();
	const json_t *key = json_array_get(json_object_get(v, "keys"), 0);
	struct verifier *check = vector_verifier(key);
	EVP_PKEY *pkey = vector_private(key);
	uint8_t sig[SIGNATURE_MAX];
	uint8_t other[SIGNATURE_MAX + 8];

	(void)state;
	size_t n = sign_with_id(pkey, SM2_SIGNER_ID, "text", sig);
	/* length in long form: 30 81 LEN */
	other[0] = 0x30;
	other[1] = 0x81;
	memcpy(other + 2, sig + 1, n - 1);
	assert_int_equal(verifier_check(check, "text", 4, other, n + 1, NULL),
			 RC_BADSIG);
	/* r with one more leading zero */
	memcpy(other, sig, 4);
	other[1]++;
	other[3]++;
	other[4] = 0;
	memcpy(other + 5, sig + 4, n - 4);
	assert_int_equal(verifier_check(check, "text", 4, other, n + 1, NULL),
			 RC_BADSIG);
	/* a byte after it, one too few, none, r and s raw */
	memcpy(other, sig, n);
	other[n] = 0;
	assert_int_equal(verifier_check(check, "text", 4, other, n + 1, NULL),
			 RC_BADSIG);
	assert_int_equal(verifier_check(check, "text", 4, sig, n - 1, NULL),
			 RC_BADSIG);
	assert_int_equal(verifier_check(check, "text", 4, sig, 0, NULL),
			 RC_BADSIG);
	assert_int_equal(verifier_check(check, "text", 4, sig + 4, 64, NULL),
			 RC_BADSIG);
	EVP_PKEY_free(pkey);
	(void)verifier_free(check);
	json_decref(v);
}

static void
test_ed25519_length(void **state)
{
	json_t *v = vectors_load();
	const json_t *key = json_array_get(json_object_get(v, "keys"), 1);
	struct verifier *check = vector_verifier(key);
	uint8_t sig[SIGNATURE_MAX] = { 0 };

	(void)state;
	for (size_t n = 0; n <= 65; n++)
		assert_int_equal(verifier_check(check, "text", 4, sig, n, NULL),
				 RC_BADSIG);
	(void)verifier_free(check);
	json_decref(v);
}

static void
test_alg_names(void **state)
{
	enum key_alg alg = KEY_ED25519;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(key_alg_parse("sm2-sm3", &alg, NULL), RC_OK);
	assert_int_equal(alg, KEY_SM2_SM3);
	assert_int_equal(key_alg_parse("none", &alg, &err), RC_MALFORMED);
	assert_int_equal(key_alg_parse("", &alg, NULL), RC_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sign_and_check),
		cmocka_unit_test(test_files_that_are_refused),
		cmocka_unit_test(test_public_key_of_another_algorithm),
		cmocka_unit_test(test_sm2_other_signer_id),
		cmocka_unit_test(test_sm2_malleated),
		cmocka_unit_test(test_sm2_not_der),
		cmocka_unit_test(test_ed25519_length),
		cmocka_unit_test(test_alg_names),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
