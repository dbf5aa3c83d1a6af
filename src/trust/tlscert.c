/* The self-signed TLS certificate of a desk. */
#include "config.h"

#include "trust/tlscert.h"

#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/time.h"
#include "key_int.h"
#include "trust/digest.h"

#define CERT_YEARS    10
#define CERT_FILE_MAX 16384
#define SERIAL_BYTES  16

/* From the public key, so that no second source of chance is needed. */
static bool
set_serial(X509 *cert, EVP_PKEY *pkey)
{
	struct buf spki;
	struct digest d;
	buf_init(&spki, CERT_FILE_MAX);
	bool ok = key_spki(pkey, &spki, NULL) == RC_OK;
	if (ok) {
		digest_sha256(spki.data, spki.len, &d);
		d.bytes[0] &= 0x7f; /* positive, RFC 5280 4.1.2.2 */
		d.bytes[0] |= 0x40;
		BIGNUM *n = BN_bin2bn(d.bytes, SERIAL_BYTES, NULL);
		ok = n != NULL &&
		     BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert)) != NULL;
		BN_free(n);
	}
	buf_release(&spki);
	return ok;
}

static bool
add_extension(X509 *cert, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	bool ok = e != NULL && X509_add_ext(cert, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static bool
set_names(X509 *cert, const char *desk)
{
	X509_NAME *name = X509_get_subject_name(cert);
	char *san = xasprintf("DNS:%s", desk);
	bool ok = X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					     (const unsigned char *)desk, -1,
					     -1, 0) == 1 &&
		  X509_set_issuer_name(cert, name) == 1 &&
		  add_extension(cert, NID_basic_constraints,
				"critical,CA:FALSE") &&
		  add_extension(cert, NID_key_usage,
				"critical,digitalSignature") &&
		  add_extension(cert, NID_ext_key_usage,
				"serverAuth,clientAuth") &&
		  add_extension(cert, NID_subject_alt_name, san);
	(void)xfree(san);
	return ok;
}

/* A day early, so that a peer's slow clock does not refuse a new desk. */
static bool
set_times(X509 *cert, int64_t now_ms)
{
	int64_t from_s = (now_ms - DAY_MS) / 1000;
	int64_t to_s = now_ms / 1000 + CERT_YEARS * 365L * 86400;
	return ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)from_s) !=
		       NULL &&
	       ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)to_s) != NULL;
}

static X509 *
make_cert(EVP_PKEY *pkey, const char *desk, int64_t now_ms)
{
	X509 *cert = X509_new();
	if (cert != NULL && X509_set_version(cert, X509_VERSION_3) == 1 &&
	    X509_set_pubkey(cert, pkey) == 1 && set_serial(cert, pkey) &&
	    set_times(cert, now_ms) && set_names(cert, desk) &&
	    X509_sign(cert, pkey, EVP_sha256()) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}

/* What `pem` holds, into a new file. */
static enum rc
write_pem(BIO *pem, const char *path, struct err *err)
{
	char *bytes = NULL;
	long n = BIO_get_mem_data(pem, &bytes);
	enum rc rc = file_create(path, bytes, (size_t)n, 0600, err);
	mem_wipe(bytes, (size_t)n);
	return rc;
}

enum rc
tlscert_create(const char *key_path, const char *cert_path, const char *desk,
	       int64_t now_ms, struct err *err)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	X509 *cert = pkey != NULL ? make_cert(pkey, desk, now_ms) : NULL;
	BIO *key_pem = BIO_new(BIO_s_secmem());
	BIO *cert_pem = BIO_new(BIO_s_mem());
	enum rc rc = RC_OK;

	if (cert == NULL || key_pem == NULL || cert_pem == NULL ||
	    PEM_write_bio_PKCS8PrivateKey(key_pem, pkey, NULL, NULL, 0, NULL,
					  NULL) != 1 ||
	    PEM_write_bio_X509(cert_pem, cert) != 1)
		rc = key_error(RC_IO, _("making the TLS certificate"), err);
	if (rc == RC_OK)
		rc = write_pem(key_pem, key_path, err);
	if (rc == RC_OK)
		rc = write_pem(cert_pem, cert_path, err);
	(void)BIO_free(key_pem);
	(void)BIO_free(cert_pem);
	X509_free(cert);
	EVP_PKEY_free(pkey);
	return rc;
}

enum rc
tlscert_der(const char *cert_path, struct buf *out, struct err *err)
{
	struct buf pem;
	X509 *cert = NULL;
	unsigned char *der = NULL;

	buf_init(&pem, CERT_FILE_MAX);
	enum rc rc = file_read(cert_path, CERT_FILE_MAX, false, &pem, err);
	if (rc == RC_OK) {
		BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
		if (bio != NULL)
			cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
		(void)BIO_free(bio);
		int n = cert != NULL ? i2d_X509(cert, &der) : -1;
		rc = n > 0 ? buf_add(out, der, (size_t)n, err)
			   : err_set(err, RC_MALFORMED, 0,
				     _("%s is no certificate"), cert_path);
	}
	ERR_clear_error();
	OPENSSL_free(der);
	X509_free(cert);
	buf_release(&pem);
	return rc;
}

enum rc
tlscert_expiry(const void *der, size_t n_bytes, int64_t *ret_ms,
	       struct err *err)
{
	const unsigned char *at = der;
	struct tm tm;
	X509 *cert = d2i_X509(NULL, &at, (long)n_bytes);
	bool whole = cert != NULL &&
		     (size_t)(at - (const unsigned char *)der) == n_bytes &&
		     ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm) == 1;
	X509_free(cert);
	ERR_clear_error();
	if (!whole)
		return err_set(err, RC_MALFORMED, 0, _("no certificate"));
	struct civil date = { .year = tm.tm_year + 1900,
			      .month = tm.tm_mon + 1,
			      .day = tm.tm_mday };
	*ret_ms = day_from_civil(date) * DAY_MS +
		  (tm.tm_hour * 3600L + tm.tm_min * 60L + tm.tm_sec) * 1000L;
	return RC_OK;
}
