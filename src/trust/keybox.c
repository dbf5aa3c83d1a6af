#include "config.h"

#include "trust/keybox.h"

#include <string.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "key_int.h"

enum rc
keybox_passphrase(const char *path, struct buf *out, struct err *err)
{
	char bytes[KEYBOX_PASSPHRASE_MAX + 2];
	size_t n = 0;
	enum rc rc = key_read_private(path, bytes, sizeof(bytes), &n, err);

	if (rc == RC_OK) {
		const char *end = memchr(bytes, '\n', n);

		n = end != NULL ? (size_t)(end - bytes) : n;
		if (n > 0 && bytes[n - 1] == '\r')
			n--;
		if (n < KEYBOX_PASSPHRASE_MIN || n > KEYBOX_PASSPHRASE_MAX ||
		    memchr(bytes, '\0', n) != NULL)
			rc = err_set(err, RC_RANGE, 0,
				     _("a passphrase has at least %d bytes and "
				       "at most %d"),
				     KEYBOX_PASSPHRASE_MIN,
				     KEYBOX_PASSPHRASE_MAX);
		else
			rc = buf_add(out, bytes, n, err);
	}
	mem_wipe(bytes, sizeof(bytes));
	return rc;
}

static int
give_nothing(char *out, int size, int writing, void *ctx)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)ctx;
	return -1; /* never a prompt */
}

static EVP_PKEY *
read_plain(const char *path, struct err *err)
{
	char bytes[KEYBOX_FILE_MAX];
	size_t n = 0;
	EVP_PKEY *key = NULL;
	enum rc rc = key_read_private(path, bytes, sizeof(bytes), &n, err);

	if (rc == RC_OK) {
		BIO *pem = BIO_new_mem_buf(bytes, (int)n);

		if (pem != NULL)
			key = PEM_read_bio_PrivateKey(pem, NULL, give_nothing,
						      NULL);
		(void)BIO_free(pem);
		if (key == NULL)
			(void)key_error(RC_MALFORMED, path, err);
	}
	mem_wipe(bytes, sizeof(bytes));
	return key;
}

static X509_SIG *
encrypt(EVP_PKEY *key, const char *passphrase)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
	X509_ALGOR *how =
		PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL,
				      KEYBOX_SCRYPT_N, KEYBOX_SCRYPT_R,
				      KEYBOX_SCRYPT_P);
	X509_SIG *sealed = NULL;

	if (plain != NULL && how != NULL)
		sealed = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase),
					plain, how);
	if (sealed == NULL) /* else it owns the algorithm */
		X509_ALGOR_free(how);
	PKCS8_PRIV_KEY_INFO_free(plain);
	return sealed;
}

enum rc
keybox_lock(const char *path, const char *passphrase, struct buf *out,
	    struct err *err)
{
	EVP_PKEY *key = read_plain(path, err);
	X509_SIG *sealed;
	BIO *pem;
	char *bytes = NULL;
	enum rc rc = RC_MALFORMED;

	if (key == NULL)
		return err != NULL ? err->code : rc;
	sealed = encrypt(key, passphrase);
	EVP_PKEY_free(key);
	pem = BIO_new(BIO_s_mem());
	if (sealed == NULL || pem == NULL ||
	    PEM_write_bio_PKCS8(pem, sealed) != 1) {
		rc = key_error(RC_FULL, _("encrypting a key"), err);
	} else {
		long n = BIO_get_mem_data(pem, &bytes);

		rc = buf_add(out, bytes, (size_t)n, err);
	}
	X509_SIG_free(sealed);
	(void)BIO_free(pem);
	return rc;
}

enum rc
keybox_unlock(const void *pem, size_t n_bytes, const char *passphrase,
	      const char *path, struct err *err)
{
	BIO *in = BIO_new_mem_buf(pem, (int)n_bytes);
	X509_SIG *sealed =
		in != NULL ? PEM_read_bio_PKCS8(in, NULL, give_nothing, NULL)
			   : NULL;
	PKCS8_PRIV_KEY_INFO *plain = NULL;
	EVP_PKEY *key = NULL;
	enum rc rc;

	(void)BIO_free(in);
	if (sealed == NULL) {
		ERR_clear_error();
		return err_set(err, RC_MALFORMED, 0,
			       _("a key in the backup is no encrypted key"));
	}
	plain = PKCS8_decrypt(sealed, passphrase, (int)strlen(passphrase));
	X509_SIG_free(sealed);
	if (plain != NULL)
		key = EVP_PKCS82PKEY(plain);
	PKCS8_PRIV_KEY_INFO_free(plain);
	if (key == NULL) {
		ERR_clear_error();
		return err_set(err, RC_DENIED, 0,
			       _("the passphrase does not open the keys of "
				 "this backup"));
	}
	rc = key_write_private(path, key, err);
	EVP_PKEY_free(key);
	return rc;
}
