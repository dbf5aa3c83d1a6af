/* OpenSSL reads straight from the bytes being fed and writes to a buffer that
 * is freed when sent: a quiet connection holds no buffers of ours. */
#include <assert.h>
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "tls_ctx_int.h"
#include "tls_int.h"

#define OUT_MAX	   (4 * 1024 * 1024) /* far above what one turn makes */
#define OUT_KEEP   4096
#define READ_BYTES (16 * 1024)

struct tls_conn {
	struct tls *tls;
	SSL *ssl;
	tls_check_fn check;
	void *ctx;
	const char *in; /* being fed */
	size_t n_in;
	struct buf out;
	bool up;
	struct err why; /* why the certificate was refused */
};

/* ---- the BIO ---- */

static int
bio_read(BIO *bio, char *out, int n)
{
	struct tls_conn *c = BIO_get_data(bio);
	size_t take = (size_t)n < c->n_in ? (size_t)n : c->n_in;

	BIO_clear_retry_flags(bio);
	if (n <= 0)
		return 0;
	if (take == 0) {
		BIO_set_retry_read(bio);
		return -1;
	}
	memcpy(out, c->in, take);
	c->in += take;
	c->n_in -= take;
	return (int)take;
}

static int
bio_write(BIO *bio, const char *data, int n)
{
	struct tls_conn *c = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	if (n < 0 || buf_add(&c->out, data, (size_t)n, NULL) != RC_OK)
		return -1;
	return n;
}

static long
bio_ctrl(BIO *bio, int cmd, long larg, void *parg)
{
	(void)bio;
	(void)larg;
	(void)parg;
	return cmd == BIO_CTRL_FLUSH ? 1 : 0;
}

static BIO *
bio_new(struct tls_conn *c)
{
	/* One for the process, made at first use by the loop's thread. */
	static BIO_METHOD *method;
	BIO *bio;

	if (method == NULL) {
		method =
			BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
				     "deltadesk");
		if (method == NULL)
			return NULL;
		(void)BIO_meth_set_read(method, bio_read);
		(void)BIO_meth_set_write(method, bio_write);
		(void)BIO_meth_set_ctrl(method, bio_ctrl);
	}
	bio = BIO_new(method);
	if (bio != NULL) {
		BIO_set_data(bio, c);
		BIO_set_init(bio, 1);
	}
	return bio;
}

/* ---- certificates ---- */

static bool
in_time(const struct tls_conn *c, const X509 *cert, struct err *err)
{
	time_t now = (time_t)(env_now_ms(c->tls->env) / 1000);

	if (X509_cmp_time(X509_get0_notAfter(cert), &now) <= 0) {
		(void)err_set(err, RC_TLS, 0,
			      _("the peer's certificate has expired: ask the "
				"peer for a new card"));
		return false;
	}
	if (X509_cmp_time(X509_get0_notBefore(cert), &now) > 0) {
		(void)err_set(err, RC_TLS, 0,
			      _("the peer's certificate is not valid yet: "
				"compare the clocks"));
		return false;
	}
	return true;
}

int
tls_verify_peer(X509_STORE_CTX *store, void *arg)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(
		store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls_conn *c = SSL_get_app_data(ssl);
	X509 *cert = X509_STORE_CTX_get0_cert(store);
	struct pin pin;

	(void)arg;
	X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
	if (cert == NULL || !pin_of_cert(cert, &pin))
		return 0;
	if (!c->check(c->ctx, &pin, &c->why))
		return 0;
	if (!in_time(c, cert, &c->why)) {
		X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_HAS_EXPIRED);
		return 0;
	}
	X509_STORE_CTX_set_error(store, X509_V_OK);
	return 1;
}

/* ---- the connection ---- */

struct tls_conn *
tls_conn_new(struct tls *t, bool server, tls_check_fn check, void *ctx)
{
	struct tls_conn *c = xcalloc(1, sizeof(*c));
	BIO *in;
	BIO *out;

	c->tls = t;
	c->check = check;
	c->ctx = ctx;
	buf_init(&c->out, OUT_MAX);
	c->ssl = SSL_new(t->ctx);
	in = bio_new(c);
	out = bio_new(c);
	if (c->ssl == NULL || in == NULL || out == NULL) {
		(void)BIO_free(in);
		(void)BIO_free(out);
		return tls_conn_free(c);
	}
	SSL_set_bio(c->ssl, in, out);
	SSL_set_app_data(c->ssl, c);
	if (server)
		SSL_set_accept_state(c->ssl);
	else
		SSL_set_connect_state(c->ssl);
	return c;
}

bool
tls_conn_ask(struct tls_conn *c, const struct pin *peer, bool as_next)
{
	char name[TLS_NAME_MAX + 1];

	tls_name(peer, name);
	return SSL_set_tlsext_host_name(c->ssl, name) == 1 &&
	       (!as_next || c->tls->next.cert == NULL ||
		tls_use(c->ssl, &c->tls->next));
}

struct tls_conn *
tls_conn_free(struct tls_conn *c)
{
	if (c == NULL)
		return NULL;
	SSL_free(c->ssl);
	buf_release(&c->out);
	return xfree(c);
}

/* An alert of the peer about our certificate: RFC 8446 6.2. */
static bool
is_about_our_cert(int reason)
{
	return reason == SSL_R_SSLV3_ALERT_BAD_CERTIFICATE ||
	       reason == SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN ||
	       reason == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED ||
	       reason == SSL_R_TLSV1_ALERT_UNKNOWN_CA ||
	       reason == SSL_R_TLSV1_ALERT_ACCESS_DENIED;
}

static enum rc
ssl_error(struct tls_conn *c, struct err *err)
{
	unsigned long e = ERR_peek_last_error();
	int reason = ERR_GET_REASON(e);
	char text[160];

	if (c->why.code != RC_OK) {
		*err = c->why;
	} else if (is_about_our_cert(reason)) {
		(void)err_set(err, RC_TLS, reason,
			      _("the peer refused our certificate: it may not "
				"hold our newest card"));
	} else if (reason == SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED) {
		(void)err_set(err, RC_TLS, reason,
			      _("the peer says that our certificate has "
				"expired: 'deltadesk key rotate --tls'"));
	} else {
		ERR_error_string_n(e, text, sizeof(text));
		(void)err_set(err, RC_TLS, reason,
			      _("secure connection failed: %s"),
			      e == 0 ? "-" : text);
	}
	ERR_clear_error();
	return err->code;
}

static enum rc
handshake(struct tls_conn *c, struct err *err)
{
	const unsigned char *alpn = NULL;
	unsigned n = 0;
	int r;

	ERR_clear_error();
	r = SSL_do_handshake(c->ssl);
	if (r != 1) {
		if (SSL_get_error(c->ssl, r) == SSL_ERROR_WANT_READ)
			return RC_OK;
		return ssl_error(c, err);
	}
	SSL_get0_alpn_selected(c->ssl, &alpn, &n);
	if (n != 2 || memcmp(alpn, "h2", 2) != 0)
		return err_set(err, RC_TLS, 0,
			       _("the peer does not speak HTTP/2"));
	c->up = true;
	return RC_OK;
}

enum rc
tls_conn_feed(struct tls_conn *c, const void *data, size_t n_bytes,
	      enum rc (*sink)(void *ctx, const void *data, size_t n_bytes,
			      struct err *err),
	      struct err *err)
{
	char plain[READ_BYTES];
	struct err own = ERR_INIT;
	enum rc rc = RC_OK;

	if (err == NULL)
		err = &own;
	c->in = data;
	c->n_in = n_bytes;
	if (!c->up)
		rc = handshake(c, err);
	while (c->up && rc == RC_OK) {
		int n;

		ERR_clear_error();
		n = SSL_read(c->ssl, plain, sizeof(plain));
		if (n > 0) {
			rc = sink(c->ctx, plain, (size_t)n, err);
			continue;
		}
		switch (SSL_get_error(c->ssl, n)) {
		case SSL_ERROR_WANT_READ: goto out;
		case SSL_ERROR_ZERO_RETURN:
			rc = err_set(err, RC_NET, 0,
				     _("the peer closed the connection"));
			break;
		default: rc = ssl_error(c, err); break;
		}
	}
out:
	c->in = NULL;
	c->n_in = 0;
	return rc;
}

bool
tls_conn_is_up(const struct tls_conn *c)
{
	return c->up;
}

enum rc
tls_conn_write(struct tls_conn *c, const void *data, size_t n_bytes,
	       struct err *err)
{
	const char *bytes = data;
	struct err own = ERR_INIT;

	if (err == NULL)
		err = &own;
	while (n_bytes > 0) {
		int part = n_bytes > READ_BYTES ? READ_BYTES : (int)n_bytes;
		int n;

		ERR_clear_error();
		n = SSL_write(c->ssl, bytes, part);
		if (n <= 0)
			return ssl_error(c, err);
		bytes += n;
		n_bytes -= (size_t)n;
	}
	return RC_OK;
}

void
tls_conn_shutdown(struct tls_conn *c)
{
	ERR_clear_error();
	if (c->up)
		(void)SSL_shutdown(c->ssl); /* our half; we wait for no reply */
	ERR_clear_error();
}

const struct buf *
tls_conn_get_out(const struct tls_conn *c)
{
	return &c->out;
}

void
tls_conn_sent(struct tls_conn *c)
{
	if (c->out.cap > OUT_KEEP) {
		buf_release(&c->out);
		buf_init(&c->out, OUT_MAX);
	} else {
		buf_reset(&c->out);
	}
}
