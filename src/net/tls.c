#include "net/tls.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tls_ctx_int.h"

#define CERT_LIST_MAX (16 * 1024)

void
pin_of_der(const void *der, size_t n_bytes, struct pin *ret_pin)
{
	/* Can only fail when out of memory; a zero pin matches nothing. */
	if (EVP_Digest(der, n_bytes, ret_pin->sha256, NULL, EVP_sha256(),
		       NULL) != 1)
		memset(ret_pin, 0, sizeof(*ret_pin));
}

bool
pin_eq(const struct pin *a, const struct pin *b)
{
	return memcmp(a->sha256, b->sha256, sizeof(a->sha256)) == 0;
}

bool
pin_of_cert(X509 *cert, struct pin *ret_pin)
{
	unsigned char *der = NULL;
	int n = i2d_X509(cert, &der);

	if (n <= 0)
		return false;
	pin_of_der(der, (size_t)n, ret_pin);
	OPENSSL_free(der);
	return true;
}

/* Server side: h2 or a fatal alert. */
static int
select_alpn(SSL *ssl, const unsigned char **ret_out, unsigned char *ret_len,
	    const unsigned char *in, unsigned in_len, void *arg)
{
	(void)ssl;
	(void)arg;
	for (unsigned i = 0; i < in_len; i += 1U + in[i]) {
		if (in[i] == 2 && i + 2 < in_len && in[i + 1] == 'h' &&
		    in[i + 2] == '2') {
			*ret_out = &in[i + 1];
			*ret_len = 2;
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool
set_rules(SSL_CTX *ctx)
{
	static const unsigned char alpn[] = { 2, 'h', '2' };

	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS |
				      SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
					 SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_max_cert_list(ctx, CERT_LIST_MAX);
	SSL_CTX_set_verify(
		ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, tls_verify_peer, NULL);
	SSL_CTX_set_alpn_select_cb(ctx, select_alpn, NULL);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
	       SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 &&
	       SSL_CTX_set_num_tickets(ctx, 0) == 1 &&
	       SSL_CTX_set_max_early_data(ctx, 0) == 1 &&
	       SSL_CTX_set_recv_max_early_data(ctx, 0) == 1 &&
	       /* this one answers 0 for success */
	       SSL_CTX_set_alpn_protos(ctx, alpn, sizeof(alpn)) == 0;
}

/* ---- who we are ---- */

void
tls_name(const struct pin *pin, char out[static TLS_NAME_MAX + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		*out++ = digits[pin->sha256[i] >> 4];
		*out++ = digits[pin->sha256[i] & 15];
	}
	memcpy(out, ".deltadesk", sizeof(".deltadesk"));
}

bool
tls_use(SSL *ssl, const struct tls_identity *id)
{
	return SSL_use_certificate(ssl, id->cert) == 1 &&
	       SSL_use_PrivateKey(ssl, id->key) == 1;
}

/* A caller that holds the new card asks for its certificate; all others get
 * the one that they know. */
static int
on_server_name(SSL *ssl, int *alert, void *arg)
{
	const struct tls *t = arg;
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	char own[TLS_NAME_MAX + 1];

	(void)alert;
	if (name == NULL || t->next.cert == NULL)
		return SSL_TLSEXT_ERR_NOACK;
	tls_name(&t->next.pin, own);
	if (strcmp(name, own) != 0 || !tls_use(ssl, &t->next))
		return SSL_TLSEXT_ERR_NOACK;
	return SSL_TLSEXT_ERR_OK;
}

static void
identity_release(struct tls_identity *id)
{
	X509_free(id->cert);
	EVP_PKEY_free(id->key);
	*id = (struct tls_identity){ .cert = NULL };
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

static enum rc
identity_read(struct tls_identity *out, const char *key_path,
	      const char *cert_path, struct err *err)
{
	struct tls_identity id = { .cert = NULL };
	enum rc rc = file_check_private(key_path, err);
	BIO *cert, *key;

	if (rc != RC_OK)
		return rc;
	cert = BIO_new_file(cert_path, "r");
	key = BIO_new_file(key_path, "r");

	if (cert != NULL)
		id.cert = PEM_read_bio_X509(cert, NULL, give_nothing, NULL);
	if (key != NULL)
		id.key = PEM_read_bio_PrivateKey(key, NULL, give_nothing, NULL);
	(void)BIO_free(cert);
	(void)BIO_free(key);
	if (id.cert == NULL || !pin_of_cert(id.cert, &id.pin))
		rc = err_set(err, RC_TLS, 0,
			     _("%s: not a certificate in PEM form"), cert_path);
	else if (id.key == NULL || X509_check_private_key(id.cert, id.key) != 1)
		rc = err_set(err, RC_TLS, 0, _("%s: not the private key of %s"),
			     key_path, cert_path);
	ERR_clear_error();
	if (rc == RC_OK)
		*out = id;
	else
		identity_release(&id);
	return rc;
}

enum rc
tls_load(struct tls *t, const struct tls_files *files, struct err *err)
{
	struct tls_identity own = { .cert = NULL }, next = { .cert = NULL };
	enum rc rc =
		identity_read(&own, files->key_path, files->cert_path, err);

	if (rc == RC_OK && files->next_cert_path != NULL)
		rc = identity_read(&next, files->next_key_path,
				   files->next_cert_path, err);
	if (rc == RC_OK && (SSL_CTX_use_certificate(t->ctx, own.cert) != 1 ||
			    SSL_CTX_use_PrivateKey(t->ctx, own.key) != 1))
		rc = err_set(err, RC_TLS, 0, _("cannot set up TLS"));
	ERR_clear_error();
	if (rc != RC_OK) {
		identity_release(&own);
		identity_release(&next);
		return rc;
	}
	identity_release(&t->own);
	identity_release(&t->next);
	t->own = own;
	t->next = next;
	return RC_OK;
}

enum rc
tls_new(const struct env *env, const char *key_path, const char *cert_path,
	struct tls **ret_tls, struct err *err)
{
	const struct tls_files files = { .key_path = key_path,
					 .cert_path = cert_path };
	struct tls *t = xcalloc(1, sizeof(*t));
	enum rc rc;

	t->env = env;
	t->ctx = SSL_CTX_new(TLS_method());
	if (t->ctx == NULL || !set_rules(t->ctx) ||
	    SSL_CTX_set_tlsext_servername_callback(t->ctx, on_server_name) !=
		    1 ||
	    SSL_CTX_set_tlsext_servername_arg(t->ctx, t) != 1) {
		rc = err_set(err, RC_TLS, 0, _("cannot set up TLS"));
		ERR_clear_error();
	} else {
		rc = tls_load(t, &files, err);
	}
	if (rc != RC_OK) {
		(void)tls_free(t);
		return rc;
	}
	*ret_tls = t;
	return RC_OK;
}

struct tls *
tls_free(struct tls *t)
{
	if (t == NULL)
		return NULL;
	identity_release(&t->own);
	identity_release(&t->next);
	SSL_CTX_free(t->ctx);
	return xfree(t);
}

const struct pin *
tls_get_pin(const struct tls *t)
{
	return &t->own.pin;
}

const struct pin *
tls_get_next_pin(const struct tls *t)
{
	return t->next.cert != NULL ? &t->next.pin : NULL;
}
