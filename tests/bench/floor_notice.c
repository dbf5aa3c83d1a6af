#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor_int.h"

struct side {
	int sock;
	int fd;	     /* raw: a file written and synced */
	sqlite3 *db; /* signed: a row committed */
	sqlite3_stmt *put;
	const struct raw_key *key, *others; /* NULL: unsigned */
	int64_t n;
};

static void
commit(struct side *s, const void *data, size_t n)
{
	s->n++;
	if (s->db == NULL) {
		need(pwrite(s->fd, data, n, s->n * ROW_BYTES) == (ssize_t)n,
		     "pwrite");
		need(fdatasync(s->fd) == 0, "fdatasync");
		return;
	}
	db_exec(s->db, "BEGIN IMMEDIATE");
	sqlite3_bind_int64(s->put, 1, s->n);
	sqlite3_bind_int64(s->put, 2, s->n);
	sqlite3_bind_blob(s->put, 3, data, (int)n, SQLITE_STATIC);
	need(sqlite3_step(s->put) == SQLITE_DONE, "insert");
	sqlite3_reset(s->put);
	db_exec(s->db, "COMMIT");
}

/* A message: 1 length byte of the signature, signature, body. */
static void
send_signed(struct side *s, const void *body, size_t n)
{
	uint8_t message[1 + SIG_MAX + ROW_BYTES] = { 0 };

	if (s->key != NULL)
		message[0] = (uint8_t)raw_sign(s->key, body, n, message + 1);
	memcpy(message + 1 + SIG_MAX, body, n);
	write_all(s->sock, message, 1 + SIG_MAX + n);
}

static void
receive_signed(struct side *s, void *body, size_t n)
{
	uint8_t message[1 + SIG_MAX + ROW_BYTES];

	read_all(s->sock, message, 1 + SIG_MAX + n);
	memcpy(body, message + 1 + SIG_MAX, n);
	if (s->others != NULL)
		raw_verify(s->others, body, n, message + 1, message[0]);
}

static void
serve_notices(struct side *s, int64_t count)
{
	uint8_t body[ROW_BYTES];

	for (int64_t i = 0; i < count; i++) {
		receive_signed(s, body, sizeof(body));
		commit(s, body, sizeof(body));
		send_signed(s, body, 256);
	}
}

static void
side_open(struct side *s, int64_t count, const char *folder, const char *name,
	  bool is_signed)
{
	char path[4096];

	if (is_signed) {
		s->db = db_open(folder, name);
		s->put = db_prepare(s->db,
				    "INSERT INTO doc VALUES (?1, ?2, ?3)");
		return;
	}
	(void)snprintf(path, sizeof(path), "%s/%s.raw", folder, name);
	s->fd = open(path, O_RDWR | O_CREAT, 0600);
	need(s->fd >= 0, path);
	need(posix_fallocate(s->fd, 0, (count + 2) * ROW_BYTES) == 0, path);
}

static void
side_close(struct side *s)
{
	sqlite3_finalize(s->put);
	sqlite3_close(s->db);
	if (s->db == NULL)
		close(s->fd);
}

static void
time_notices(struct side s[2], int64_t count, double out[2])
{
	static double samples[SAMPLES_MAX];
	uint8_t body[ROW_BYTES];
	pid_t child;

	child = fork();
	need(child >= 0, "fork");
	if (child == 0) {
		serve_notices(&s[1], count);
		_exit(0);
	}
	for (int64_t i = 0; i < count; i++) {
		double start = now_ms();

		memcpy(body, row_text(i), sizeof(body));
		commit(&s[0], body, sizeof(body));
		send_signed(&s[0], body, sizeof(body));
		receive_signed(&s[0], body, 256);
		samples[i] = now_ms() - start;
	}
	waitpid(child, NULL, 0);
	out[0] = share(samples, (size_t)count, 0.5);
	out[1] = share(samples, (size_t)count, 0.99);
}

/* One notice there, its receipt back: first bytes in a file, then signed rows
 * of SQLite. */
void
run_notice(const char *alg, int64_t count, const char *folder)
{
	struct raw_key keys[2];
	double raw[2];
	double sealed[2];

	for (int is_signed = 0; is_signed < 2; is_signed++) {
		struct side s[2] = { 0 };
		int sock[2];

		connect_pair(sock);
		for (int i = 0; i < 2; i++) {
			s[i].sock = sock[i];
			side_open(&s[i], count, folder, i ? "b" : "a",
				  is_signed != 0);
			if (!is_signed)
				continue;
			raw_key_make(alg, &keys[i]);
			s[i].key = &keys[i];
			s[i].others = &keys[1 - i];
		}
		time_notices(s, count, is_signed ? sealed : raw);
		for (int i = 0; i < 2; i++) {
			side_close(&s[i]);
			close(sock[i]);
			if (is_signed)
				EVP_PKEY_free(keys[i].pkey);
		}
	}
	printf("{\"raw_p50_ms\": %.3f, \"raw_p99_ms\": %.3f, "
	       "\"signed_p50_ms\": %.3f, \"signed_p99_ms\": %.3f}\n",
	       raw[0], raw[1], sealed[0], sealed[1]);
}

/* What one disk takes when each notice is synced twice in series. */
void
run_sustained(int64_t count, const char *folder)
{
	struct side s = { 0 };
	double start;

	side_open(&s, 2 * count, folder, "s", false);
	start = now_ms();
	for (int64_t i = 0; i < 2 * count; i++)
		commit(&s, row_text(i), ROW_BYTES);
	printf("{\"notices_per_s\": %.0f}\n",
	       (double)count / (now_ms() - start) * 1e3);
	side_close(&s);
}
