#include "config.h"

#include <stdio.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor_int.h"
#include "floor_tls_int.h"

#define PIECE_BYTES 65536
#define MEGABYTE    1048576

static void
send_stream(int sock, int64_t n_bytes)
{
	static uint8_t piece[PIECE_BYTES];
	SSL_CTX *ctx = tls_context(true);
	SSL *ssl = tls_on(ctx, sock, true);

	for (int64_t at = 0; at < n_bytes; at += PIECE_BYTES)
		need(SSL_write(ssl, piece, PIECE_BYTES) == PIECE_BYTES, "send");
	SSL_shutdown(ssl);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

/* TLS from one process to another, into a synced file. */
void
run_stream(int64_t megabytes, const char *folder)
{
	static uint8_t piece[PIECE_BYTES];
	int64_t left = megabytes * MEGABYTE;
	char path[4096];
	SSL_CTX *ctx = tls_context(false);
	int sock[2], fd;
	double start;
	SSL *ssl;

	connect_pair(sock);
	pid_t child = fork();
	need(child >= 0, "fork");
	if (child == 0) {
		send_stream(sock[1], left);
		_exit(0);
	}
	(void)snprintf(path, sizeof(path), "%s/stream", folder);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	need(fd >= 0, path);
	ssl = tls_on(ctx, sock[0], false);
	start = now_ms();
	while (left > 0) {
		int got = SSL_read(ssl, piece, PIECE_BYTES);

		need(got > 0, "receive");
		need(write(fd, piece, (size_t)got) == got, path);
		left -= got;
	}
	need(fdatasync(fd) == 0, path);
	printf("{\"mb_per_s\": %.1f}\n",
	       (double)megabytes / (now_ms() - start) * 1e3);
	waitpid(child, NULL, 0);
	close(fd);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}
