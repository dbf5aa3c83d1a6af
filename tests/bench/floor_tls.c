#include "config.h"

#include <openssl/x509.h>

#include "floor_int.h"
#include "floor_tls_int.h"

static const unsigned char alpn_h2[] = "\x02h2";

static int
any_certificate(int good, X509_STORE_CTX *ctx)
{
	(void)good;
	(void)ctx;
	return 1;
}

static int
choose_h2(SSL *ssl, const unsigned char **out, unsigned char *n_out,
	  const unsigned char *in, unsigned int n_in, void *ctx)
{
	(void)ssl;
	(void)in;
	(void)n_in;
	(void)ctx;
	*out = alpn_h2 + 1;
	*n_out = alpn_h2[0];
	return SSL_TLSEXT_ERR_OK;
}

static X509 *
certificate(EVP_PKEY *key)
{
	X509 *x = X509_new();

	need(x != NULL, "certificate");
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_set_pubkey(x, key);
	need(X509_sign(x, key, EVP_sha256()) > 0, "certificate");
	return x;
}

SSL_CTX *
tls_context(bool server)
{
	SSL_CTX *ctx =
		SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = certificate(key);

	need(ctx != NULL && SSL_CTX_use_certificate(ctx, x) == 1 &&
		     SSL_CTX_use_PrivateKey(ctx, key) == 1,
	     "TLS");
	SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_num_tickets(ctx, 0);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(ctx,
			   SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
			   any_certificate);
	SSL_CTX_set_alpn_protos(ctx, alpn_h2, 3);
	SSL_CTX_set_alpn_select_cb(ctx, choose_h2, NULL);
	X509_free(x);
	EVP_PKEY_free(key);
	return ctx;
}

SSL *
tls_on(SSL_CTX *ctx, int sock, bool server)
{
	SSL *ssl = SSL_new(ctx);

	need(ssl != NULL && SSL_set_fd(ssl, sock) == 1, "TLS");
	need((server ? SSL_accept(ssl) : SSL_connect(ssl)) == 1, "handshake");
	return ssl;
}
