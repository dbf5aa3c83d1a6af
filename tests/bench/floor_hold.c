/*
 * What an idle connection costs the process that took it: TLS and HTTP/2 and
 * nothing else. Of the server here, or of one at an address.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nghttp2/nghttp2.h>

#include "base/mem.h"
#include "floor_int.h"
#include "floor_tls_int.h"

struct held {
	SSL *ssl;
	nghttp2_session *h2;
};

static struct held
hold(SSL_CTX *ctx, int sock, bool server)
{
	SSL *ssl = tls_on(ctx, sock, server);
	nghttp2_session_callbacks *calls = NULL;
	nghttp2_session *h2 = NULL;
	const uint8_t *out = NULL;
	uint8_t in[4096];
	ssize_t n;

	need(nghttp2_session_callbacks_new(&calls) == 0 &&
		     (server ? nghttp2_session_server_new(&h2, calls, NULL)
			     : nghttp2_session_client_new(&h2, calls, NULL)) ==
			     0 &&
		     nghttp2_submit_settings(h2, NGHTTP2_FLAG_NONE, NULL, 0) ==
			     0,
	     "HTTP/2");
	nghttp2_session_callbacks_del(calls);
	while ((n = nghttp2_session_mem_send(h2, &out)) > 0)
		need(SSL_write(ssl, out, (int)n) == n, "settings");
	n = SSL_read(ssl, in, sizeof(in));
	need(n > 0 && nghttp2_session_mem_recv(h2, in, (size_t)n) == n,
	     "settings");
	while ((n = nghttp2_session_mem_send(h2, &out)) > 0)
		need(SSL_write(ssl, out, (int)n) == n, "settings");
	return (struct held){ .ssl = ssl, .h2 = h2 };
}

static void
hold_all(int listener, int64_t count)
{
	SSL_CTX *ctx = tls_context(true);

	for (int64_t i = 0; i < count; i++) {
		int sock = accept(listener, NULL, NULL);

		need(sock >= 0, "accept");
		(void)hold(ctx, sock, true);
	}
	for (;;)
		(void)pause();
}

static pid_t
own_server(int64_t count, struct sockaddr_in *ret_at)
{
	socklen_t n = sizeof(*ret_at);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	pid_t child;

	*ret_at = (struct sockaddr_in){ .sin_family = AF_INET };
	ret_at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	need(bind(listener, (struct sockaddr *)ret_at, n) == 0 &&
		     listen(listener, 64) == 0 &&
		     getsockname(listener, (struct sockaddr *)ret_at, &n) == 0,
	     "listen");
	child = fork();
	need(child >= 0, "fork");
	if (child == 0)
		hold_all(listener, count);
	close(listener);
	return child;
}

/* port 0: of the server here. */
void
run_hold(int64_t count, int port, pid_t pid)
{
	SSL_CTX *ctx = tls_context(false);
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port) };
	struct held *all = xcalloc((size_t)count + 1, sizeof(*all));
	bool own = port == 0;
	double before = 0;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (own)
		pid = own_server(count + 1, &at);
	for (int64_t i = 0; i <= count; i++) {
		int sock = socket(AF_INET, SOCK_STREAM, 0);

		need(connect(sock, (struct sockaddr *)&at, sizeof(at)) == 0,
		     "connect");
		all[i] = hold(ctx, sock, false);
		if (i == 0) { /* what the first one loads is no connection's */
			usleep(200000);
			before = process_pss_kb(pid);
		}
	}
	usleep(500000);
	printf("{\"kb_each\": %.2f, \"pss_mb\": %.2f}\n",
	       (process_pss_kb(pid) - before) / (double)count,
	       process_pss_kb(pid) / 1024);
	for (int64_t i = 0; i <= count; i++) {
		nghttp2_session_del(all[i].h2);
		SSL_free(all[i].ssl);
	}
	xfree(all);
	SSL_CTX_free(ctx);
	if (own) {
		(void)kill(pid, SIGTERM);
		waitpid(pid, NULL, 0);
	}
}
