/* Private keys: made, read from their file, used to sign, wiped. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "key_int.h"

#define KEY_FILE_MAX 8192

struct signer {
	EVP_PKEY *pkey;
	enum key_alg alg;
	char id[KEY_ID_MAX + 1];
};

static enum rc
wrap_key(EVP_PKEY *take_pkey, enum key_alg alg, struct signer **ret_signer,
	 struct err *err)
{
	struct buf spki;
	buf_init(&spki, KEY_FILE_MAX);
	enum rc rc = key_spki(take_pkey, &spki, err);
	if (rc == RC_OK) {
		struct signer *s = xcalloc(1, sizeof(*s));
		s->pkey = take_pkey;
		s->alg = alg;
		key_id(spki.data, spki.len, s->id);
		*ret_signer = s;
	} else {
		EVP_PKEY_free(take_pkey);
	}
	buf_release(&spki);
	return rc;
}

enum rc
key_write_private(const char *path, EVP_PKEY *pkey, struct err *err)
{
	BIO *pem = BIO_new(BIO_s_secmem());
	char *bytes = NULL;
	enum rc rc;
	if (pem == NULL || PEM_write_bio_PKCS8PrivateKey(pem, pkey, NULL, NULL,
							 0, NULL, NULL) != 1) {
		rc = key_error(RC_IO, _("writing the key"), err);
	} else {
		long n = BIO_get_mem_data(pem, &bytes);
		rc = file_create(path, bytes, (size_t)n, 0600, err);
		mem_wipe(bytes, (size_t)n);
	}
	(void)BIO_free(pem);
	return rc;
}

enum rc
signer_create(const char *path, enum key_alg alg, struct signer **ret_signer,
	      struct err *err)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(
		NULL, NULL, alg == KEY_SM2_SM3 ? "SM2" : "ED25519");
	if (pkey == NULL)
		return key_error(RC_IO, _("making a key"), err);
	enum rc rc = key_write_private(path, pkey, err);
	if (rc != RC_OK) {
		EVP_PKEY_free(pkey);
		return rc;
	}
	return wrap_key(pkey, alg, ret_signer, err);
}

/* Never a prompt: an encrypted key is not one of ours. */
static int
no_passphrase(char *out, int size, int writing, void *ctx)
{
	if (size > 0)
		out[0] = '\0';
	(void)writing;
	(void)ctx;
	return -1;
}

enum rc
key_read_private(const char *path, char *out, size_t size, size_t *ret_n,
		 struct err *err)
{
	struct stat st;
	enum rc rc = RC_OK;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ELOOP)
		return err_set(err, RC_IO, ELOOP,
			       _("key file %s is a link; put the file itself "
				 "there"),
			       path);
	if (fd < 0)
		return err_errno(err, errno, _("cannot open"), path);
	ssize_t n = read(fd, out, size);
	if (n < 0 || fstat(fd, &st) != 0)
		rc = err_errno(err, errno, _("cannot read"), path);
	else if (!S_ISREG(st.st_mode) || (size_t)n == size)
		rc = err_set(err, RC_MALFORMED, 0, _("%s is no key file"),
			     path);
	else if ((st.st_mode & 077) != 0)
		rc = err_set(err, RC_DENIED, 0,
			     _("key file %s is open to others; chmod 600 it "
			       "and, if others could read it, rotate the key"),
			     path);
	else
		*ret_n = (size_t)n;
	(void)close(fd); /* opened for reading only */
	return rc;
}

enum rc
signer_open(const char *path, struct signer **ret_signer, struct err *err)
{
	char bytes[KEY_FILE_MAX];
	size_t n = 0;
	EVP_PKEY *pkey = NULL;

	enum rc rc = key_read_private(path, bytes, sizeof(bytes), &n, err);
	if (rc == RC_OK) {
		BIO *pem = BIO_new_mem_buf(bytes, (int)n);
		if (pem != NULL)
			pkey = PEM_read_bio_PrivateKey(pem, NULL, no_passphrase,
						       NULL);
		(void)BIO_free(pem);
		ERR_clear_error();
	}
	mem_wipe(bytes, sizeof(bytes));
	if (rc != RC_OK)
		return rc;
	for (int alg = 0; pkey != NULL && alg < KEY_ALG__COUNT; alg++)
		if (key_is(pkey, (enum key_alg)alg))
			return wrap_key(pkey, (enum key_alg)alg, ret_signer,
					err);
	EVP_PKEY_free(pkey);
	return err_set(err, RC_MALFORMED, 0,
		       _("%s is no SM2 or Ed25519 private key"), path);
}

struct signer *
signer_free(struct signer *s)
{
	if (s == NULL)
		return NULL;
	EVP_PKEY_free(s->pkey); /* OpenSSL wipes the secret */
	return xfree(s);
}

enum key_alg
signer_get_alg(const struct signer *s)
{
	return s->alg;
}

const char *
signer_get_id(const struct signer *s)
{
	return s->id;
}

enum rc
signer_public(const struct signer *s, struct buf *out, struct err *err)
{
	return key_spki(s->pkey, out, err);
}

enum rc
signer_sign(struct signer *s, const void *data, size_t n_bytes,
	    uint8_t out[static SIGNATURE_MAX], size_t *ret_n, struct err *err)
{
	struct key_op op;
	size_t n = SIGNATURE_MAX;
	bool ok = key_op_start(&op, s->alg, s->pkey) &&
		  EVP_DigestSignInit(op.md, NULL, op.digest, NULL, s->pkey) ==
			  1 &&
		  EVP_DigestSign(op.md, out, &n, data, n_bytes) == 1;
	key_op_end(&op);
	if (!ok)
		return key_error(RC_IO, _("signing"), err);
	*ret_n = n;
	return RC_OK;
}
