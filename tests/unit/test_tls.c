/* The TLS rules over memory: a server of ours against OpenSSL clients that
 * keep other rules. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/buf.h"
#include "base/env.h"
#include "base/mem.h"
#include "net/tls.h"
#include "net/tls_int.h"
#include "test.h"
#include "trust/tlscert.h"

static char folder[64];
static char key[128], cert[128];

static int
setup_group(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/deltadesk-tls-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(key, sizeof(key), "%s/key.pem", folder);
	(void)snprintf(cert, sizeof(cert), "%s/cert.pem", folder);
	assert_int_equal(tlscert_create(key, cert, "310105",
					env_now_ms(env_system()), NULL),
			 RC_OK);
	return 0;
}

static int
teardown_group(void **state)
{
	(void)state;
	(void)unlink(key);
	(void)unlink(cert);
	(void)rmdir(folder);
	return 0;
}

static bool
accept_any(void *ctx, const struct pin *pin, struct err *err)
{
	(void)ctx;
	(void)pin;
	(void)err;
	return true;
}

static enum rc
take_plain(void *ctx, const void *data, size_t n_bytes, struct err *err)
{
	(void)ctx;
	(void)data;
	(void)n_bytes;
	(void)err;
	return RC_OK;
}

struct client_rules {
	int max_version;
	const char *alpn; /* NULL: none */
	bool no_cert;
	bool with_ticket;
};

static SSL *
make_client(SSL_CTX **ret_ctx, const struct client_rules *rules)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	assert_non_null(ctx);
	(void)SSL_CTX_set_max_proto_version(ctx, rules->max_version);
	if (rules->alpn != NULL)
		(void)SSL_CTX_set_alpn_protos(
			ctx, (const unsigned char *)rules->alpn,
			(unsigned)strlen(rules->alpn));
	if (!rules->no_cert) {
		(void)SSL_CTX_use_certificate_file(ctx, cert, SSL_FILETYPE_PEM);
		(void)SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM);
	}
	ssl = SSL_new(ctx);
	SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	(void)BIO_set_mem_eof_return(SSL_get_rbio(ssl), -1);
	SSL_set_connect_state(ssl);
	*ret_ctx = ctx;
	return ssl;
}

/* Lets both talk until neither has anything to say. */
static enum rc
talk(SSL *ssl, struct tls_conn *c, struct err *err)
{
	enum rc rc = RC_OK;

	for (int i = 0; i < 6 && rc == RC_OK; i++) {
		char bytes[8192];
		char none[16];
		int n;

		if (SSL_do_handshake(ssl) == 1)
			(void)SSL_read(ssl, none, sizeof(none));
		while (rc == RC_OK && (n = BIO_read(SSL_get_wbio(ssl), bytes,
						    sizeof(bytes))) > 0)
			rc = tls_conn_feed(c, bytes, (size_t)n, take_plain,
					   err);
		if (tls_conn_get_out(c)->len > 0)
			(void)BIO_write(SSL_get_rbio(ssl),
					tls_conn_get_out(c)->data,
					(int)tls_conn_get_out(c)->len);
		tls_conn_sent(c);
	}
	ERR_clear_error();
	return rc;
}

static bool
try_client(const struct env *env, const struct client_rules *rules,
	   struct err *err)
{
	struct tls *t = NULL;
	struct tls_conn *c;
	SSL_CTX *ctx = NULL;
	SSL *ssl = make_client(&ctx, rules);
	bool up;

	assert_int_equal(tls_new(env, key, cert, &t, NULL), RC_OK);
	c = tls_conn_new(t, true, accept_any, NULL);
	assert_non_null(c);
	up = talk(ssl, c, err) == RC_OK && tls_conn_is_up(c);
	if (up) {
		assert_int_equal(SSL_version(ssl), TLS1_3_VERSION);
		/* no ticket was given, so nothing can be resumed */
		assert_false(SSL_SESSION_is_resumable(SSL_get_session(ssl)));
	}
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	(void)tls_conn_free(c);
	(void)tls_free(t);
	return up;
}

static void
test_tls_rules(void **state)
{
	static const struct {
		const char *what;
		struct client_rules rules;
		bool up;
	} cases[] = {
		{ "as it should be",
		  { .max_version = TLS1_3_VERSION, .alpn = "\x02h2" },
		  true },
		{ "h2 among others",
		  { .max_version = TLS1_3_VERSION,
		    .alpn = "\x08http/1.1\x02h2" },
		  true },
		{ "TLS 1.2",
		  { .max_version = TLS1_2_VERSION, .alpn = "\x02h2" },
		  false },
		{ "no ALPN", { .max_version = TLS1_3_VERSION }, false },
		{ "http/1.1",
		  { .max_version = TLS1_3_VERSION, .alpn = "\x08http/1.1" },
		  false },
		{ "no certificate",
		  { .max_version = TLS1_3_VERSION,
		    .alpn = "\x02h2",
		    .no_cert = true },
		  false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = ERR_INIT;

		if (try_client(env_system(), &cases[i].rules, &err) !=
		    cases[i].up)
			fail_msg("%s: %s", cases[i].what, err.msg);
		if (!cases[i].up)
			assert_int_equal(err.code, RC_TLS);
	}
}

static void
test_expired_is_refused_in_words(void **state)
{
	struct client_rules rules = { .max_version = TLS1_3_VERSION,
				      .alpn = "\x02h2" };
	struct env_fake f;
	struct err err = ERR_INIT;

	(void)state;
	env_fake_init(&f, 1,
		      env_now_ms(env_system()) + 11LL * 366 * 24 * 3600 * 1000);
	assert_false(try_client(&f.env, &rules, &err));
	assert_int_equal(err.code, RC_TLS);
	assert_non_null(strstr(err.msg, "expired"));
	env_fake_init(&f, 1,
		      env_now_ms(env_system()) - 400LL * 24 * 3600 * 1000);
	err = (struct err)ERR_INIT;
	assert_false(try_client(&f.env, &rules, &err));
	assert_non_null(strstr(err.msg, "clock"));
}

static void
test_garbage_is_refused(void **state)
{
	struct tls *t = NULL;
	struct tls_conn *c;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(tls_new(env_system(), key, cert, &t, NULL), RC_OK);
	c = tls_conn_new(t, true, accept_any, NULL);
	assert_int_equal(tls_conn_feed(c, "GET / HTTP/1.1\r\n\r\n", 18,
				       take_plain, &err),
			 RC_TLS);
	assert_true(err.msg[0] != '\0');
	(void)tls_conn_free(c);
	(void)tls_free(t);
}

static void
test_bad_files_are_named(void **state)
{
	struct tls *t = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(tls_new(env_system(), key, "/nonexistent", &t, &err),
			 RC_TLS);
	assert_non_null(strstr(err.msg, "/nonexistent"));
	assert_int_equal(tls_new(env_system(), cert, cert, &t, &err), RC_TLS);
	assert_non_null(strstr(err.msg, cert));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tls_rules),
		cmocka_unit_test(test_expired_is_refused_in_words),
		cmocka_unit_test(test_garbage_is_refused),
		cmocka_unit_test(test_bad_files_are_named),
	};

	return cmocka_run_group_tests_name("tls", tests, setup_group,
					   teardown_group);
}
