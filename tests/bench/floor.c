/*
 * The raw limits of this machine that the bench sets beside the desk: what
 * the same work costs without TLS, HTTP/2, JSON, fold or projection. One JSON
 * object on standard output.
 *
 *	floor notice ALG COUNT FOLDER     one notice there, its receipt back
 *	floor insert COUNT BATCH FOLDER   rows of 2 KB with full text
 *	floor verify ALG COUNT            signatures on all cores
 *	floor query COUNT FOLDER          list and search over bare tables
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "../../src/store/store_int.h"
#include "base/asset.h"
#include "base/csv.h"
#include "base/err.h"
#include "base/mem.h"
#include "trust/key.h"

#include <pthread.h>

#define ROW_BYTES   2048
#define SAMPLES_MAX 100000

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
need(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int
double_cmp(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
share(double *samples, size_t n, double part)
{
	qsort(samples, n, sizeof(*samples), double_cmp);
	return samples[(size_t)((double)(n - 1) * part)];
}

/* ---- texts: real cases, cut to one size --------------------------------- */

static char *texts[256];
static size_t n_texts;

static void
load_texts(void)
{
	const struct asset *a = asset_find("demo/judgment_facts_ip.csv");
	struct csv_reader r;
	struct err err = ERR_INIT;
	bool more = true;

	need(a != NULL, "demo records");
	csv_reader_init(&r, a->bytes, a->len);
	while (n_texts < 256 && csv_next(&r, &more, &err) == RC_OK && more) {
		const char *cell = r.cells[r.n_cells - 1];
		char *text = xcalloc(1, ROW_BYTES + 1);

		for (size_t i = 0; i < r.n_cells; i++)
			if (strlen(r.cells[i]) > strlen(cell))
				cell = r.cells[i];
		for (size_t at = 0; at < ROW_BYTES; at += strlen(text + at))
			(void)snprintf(text + at, ROW_BYTES + 1 - at, "%s ",
				       cell);
		texts[n_texts++] = text;
	}
	csv_reader_release(&r);
	need(n_texts > 0, "demo records are empty");
}

/* ---- SQLite as the desk sets it ------------------------------------------ */

static sqlite3 *
db_open(const char *folder, const char *name)
{
	char path[4096];
	struct store s = { 0 };
	struct err err = ERR_INIT;
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	need(sqlite3_open(path, &db) == SQLITE_OK, path);
	s.db = db;
	need(cjk1_register(&s, &err) == RC_OK, "tokenizer");
	need(sqlite3_exec(db,
			  "PRAGMA page_size=8192; PRAGMA journal_mode=WAL;"
			  "PRAGMA synchronous=FULL; PRAGMA "
			  "wal_autocheckpoint=0;"
			  "CREATE TABLE doc (id INTEGER PRIMARY KEY, due "
			  "INTEGER, raw BLOB);"
			  "CREATE VIRTUAL TABLE fts USING fts5 (text, "
			  "content='', detail=full, columnsize=0, "
			  "tokenize='cjk1');",
			  NULL, NULL, NULL) == SQLITE_OK,
	     sqlite3_errmsg(db));
	return db;
}

static void
db_exec(sqlite3 *db, const char *sql)
{
	need(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
	     sqlite3_errmsg(db));
}

static sqlite3_stmt *
db_prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;

	need(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st,
				NULL) == SQLITE_OK,
	     sqlite3_errmsg(db));
	return st;
}

static void
put_row(sqlite3_stmt *doc, sqlite3_stmt *fts, int64_t i)
{
	const char *text = texts[(size_t)i % n_texts];

	sqlite3_bind_int64(doc, 1, i);
	sqlite3_bind_int64(doc, 2, (i * 7919) % 1000003);
	sqlite3_bind_blob(doc, 3, text, ROW_BYTES, SQLITE_STATIC);
	need(sqlite3_step(doc) == SQLITE_DONE, "insert");
	sqlite3_reset(doc);
	if (fts == NULL)
		return;
	sqlite3_bind_int64(fts, 1, i);
	sqlite3_bind_text(fts, 2, text, -1, SQLITE_STATIC);
	need(sqlite3_step(fts) == SQLITE_DONE, "index");
	sqlite3_reset(fts);
}

static double
fill(sqlite3 *db, int64_t count, int64_t batch)
{
	sqlite3_stmt *doc =
		db_prepare(db, "INSERT INTO doc VALUES (?1, ?2, ?3)");
	sqlite3_stmt *fts =
		db_prepare(db, "INSERT INTO fts (rowid, text) VALUES (?1, ?2)");
	double start = now_ms();

	for (int64_t i = 1; i <= count; i++) {
		if (i % batch == 1 || batch == 1)
			db_exec(db, "BEGIN IMMEDIATE");
		put_row(doc, fts, i);
		if (i % batch == 0 || i == count)
			db_exec(db, "COMMIT");
	}
	sqlite3_finalize(doc);
	sqlite3_finalize(fts);
	return (double)count / (now_ms() - start) * 1e3;
}

static void
run_insert(int64_t count, int64_t batch, const char *folder)
{
	sqlite3 *db = db_open(folder, "insert.db");

	printf("{\"rows_per_s\": %.0f}\n", fill(db, count, batch));
	sqlite3_close(db);
}

/* ---- one notice and its receipt ------------------------------------------ */

struct side {
	int sock;
	int fd;	     /* raw: a file written and synced */
	sqlite3 *db; /* signed: a row committed */
	sqlite3_stmt *put;
	struct signer *signer;
	struct verifier *verifier; /* of the other side */
	int64_t n;
};

static void
read_all(int fd, void *data, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t got = read(fd, (char *)data + at, n - at);

		need(got > 0, "read");
		at += (size_t)got;
	}
}

static void
write_all(int fd, const void *data, size_t n)
{
	need(write(fd, data, n) == (ssize_t)n, "write");
}

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
	uint8_t message[1 + SIGNATURE_MAX + ROW_BYTES] = { 0 };
	struct err err = ERR_INIT;
	size_t n_sig = 0;

	if (s->signer)
		need(signer_sign(s->signer, body, n, message + 1, &n_sig,
				 &err) == RC_OK,
		     err.msg);
	message[0] = (uint8_t)n_sig;
	memcpy(message + 1 + SIGNATURE_MAX, body, n);
	write_all(s->sock, message, 1 + SIGNATURE_MAX + n);
}

static void
receive_signed(struct side *s, void *body, size_t n)
{
	uint8_t message[1 + SIGNATURE_MAX + ROW_BYTES];
	struct err err = ERR_INIT;

	read_all(s->sock, message, 1 + SIGNATURE_MAX + n);
	memcpy(body, message + 1 + SIGNATURE_MAX, n);
	if (s->verifier)
		need(verifier_check(s->verifier, body, n, message + 1,
				    message[0], &err) == RC_OK,
		     err.msg);
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
connect_pair(int sock[2])
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof(a);
	int one = 1;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	need(bind(listener, (struct sockaddr *)&a, n) == 0, "bind");
	need(listen(listener, 1) == 0, "listen");
	need(getsockname(listener, (struct sockaddr *)&a, &n) == 0, "name");
	sock[0] = socket(AF_INET, SOCK_STREAM, 0);
	need(connect(sock[0], (struct sockaddr *)&a, n) == 0, "connect");
	sock[1] = accept(listener, NULL, NULL);
	need(sock[1] >= 0, "accept");
	for (int i = 0; i < 2; i++)
		setsockopt(sock[i], IPPROTO_TCP, TCP_NODELAY, &one,
			   sizeof(one));
	close(listener);
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
side_keys(struct side s[2], enum key_alg alg, const char *folder)
{
	struct err err = ERR_INIT;
	char path[4096];

	for (int i = 0; i < 2; i++) {
		struct buf spki;

		(void)snprintf(path, sizeof(path), "%s/%d.pem", folder, i);
		buf_init(&spki, 4096);
		need(signer_create(path, alg, &s[i].signer, &err) == RC_OK,
		     err.msg);
		need(signer_public(s[i].signer, &spki, &err) == RC_OK, err.msg);
		need(verifier_new(alg, spki.data, spki.len, &s[1 - i].verifier,
				  &err) == RC_OK,
		     err.msg);
		buf_release(&spki);
	}
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

		memcpy(body, texts[(size_t)i % n_texts], sizeof(body));
		commit(&s[0], body, sizeof(body));
		send_signed(&s[0], body, sizeof(body));
		receive_signed(&s[0], body, 256);
		samples[i] = now_ms() - start;
	}
	waitpid(child, NULL, 0);
	out[0] = share(samples, (size_t)count, 0.5);
	out[1] = share(samples, (size_t)count, 0.99);
}

static void
run_notice(enum key_alg alg, int64_t count, const char *folder)
{
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
		}
		if (is_signed)
			side_keys(s, alg, folder);
		time_notices(s, count, is_signed ? sealed : raw);
	}
	printf("{\"raw_p50_ms\": %.3f, \"raw_p99_ms\": %.3f, "
	       "\"signed_p50_ms\": %.3f, \"signed_p99_ms\": %.3f}\n",
	       raw[0], raw[1], sealed[0], sealed[1]);
}

/* ---- signatures ------------------------------------------------------------
 */

struct check {
	struct verifier *verifier;
	uint8_t sig[SIGNATURE_MAX];
	size_t n_sig;
	int64_t count;
};

static void *
check_many(void *arg)
{
	struct check *c = arg;
	struct err err = ERR_INIT;

	for (int64_t i = 0; i < c->count; i++)
		need(verifier_check(c->verifier, texts[0], ROW_BYTES, c->sig,
				    c->n_sig, &err) == RC_OK,
		     err.msg);
	return NULL;
}

static void
run_verify(enum key_alg alg, int64_t count, const char *folder)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct side s[2] = { 0 };
	struct check c = { 0 };
	pthread_t threads[64];
	struct err err = ERR_INIT;
	double start;

	if (cores > 64)
		cores = 64;
	side_keys(s, alg, folder);
	need(signer_sign(s[0].signer, texts[0], ROW_BYTES, c.sig, &c.n_sig,
			 &err) == RC_OK,
	     err.msg);
	c.verifier = s[1].verifier;
	c.count = count / cores;
	start = now_ms();
	for (long i = 0; i < cores; i++)
		need(pthread_create(&threads[i], NULL, check_many, &c) == 0,
		     "thread");
	for (long i = 0; i < cores; i++)
		pthread_join(threads[i], NULL);
	printf("{\"verifies_per_s\": %.0f}\n",
	       (double)(c.count * cores) / (now_ms() - start) * 1e3);
}

/* ---- list and search
 * --------------------------------------------------------- */

static double
time_query(sqlite3_stmt *st, const char *words, double part)
{
	double samples[200];

	for (size_t i = 0; i < 200; i++) {
		double start = now_ms();

		if (words)
			sqlite3_bind_text(st, 1, words, -1, SQLITE_STATIC);
		else
			sqlite3_bind_int64(st, 1, (int64_t)i * 4999);
		while (sqlite3_step(st) == SQLITE_ROW)
			;
		sqlite3_reset(st);
		samples[i] = now_ms() - start;
	}
	return share(samples, 200, part);
}

static void
run_query(int64_t count, const char *folder)
{
	sqlite3 *db = db_open(folder, "query.db");
	sqlite3_stmt *list;
	sqlite3_stmt *find;

	fill(db, count, 512);
	db_exec(db, "CREATE INDEX doc_due ON doc (due, id)");
	list = db_prepare(db, "SELECT id, due FROM doc WHERE due > ?1 "
			      "ORDER BY due, id LIMIT 50");
	find = db_prepare(db, "SELECT rowid FROM fts WHERE fts MATCH ?1 "
			      "ORDER BY rowid DESC LIMIT 50");
	printf("{\"list_p50_ms\": %.4f, \"search1_p50_ms\": %.4f, "
	       "\"search2_p50_ms\": %.4f, \"search2_p95_ms\": %.4f, "
	       "\"search4_p50_ms\": %.4f}\n",
	       time_query(list, NULL, 0.5), time_query(find, "\"假\"", 0.5),
	       time_query(find, "\"假冒\"", 0.5),
	       time_query(find, "\"假冒\"", 0.95),
	       time_query(find, "\"注册商标\"", 0.5));
	sqlite3_finalize(list);
	sqlite3_finalize(find);
	sqlite3_close(db);
}

int
main(int argc, char **argv)
{
	enum key_alg alg = KEY_ED25519;
	struct err err = ERR_INIT;
	const char *what = argc > 1 ? argv[1] : "";

	load_texts();
	if (strcmp(what, "notice") == 0 || strcmp(what, "verify") == 0)
		need(argc == 5 && key_alg_parse(argv[2], &alg, &err) == RC_OK,
		     "usage: floor notice|verify ALG COUNT FOLDER");
	if (strcmp(what, "notice") == 0)
		run_notice(alg, strtoll(argv[3], NULL, 10), argv[4]);
	else if (strcmp(what, "verify") == 0)
		run_verify(alg, strtoll(argv[3], NULL, 10), argv[4]);
	else if (strcmp(what, "insert") == 0 && argc == 5)
		run_insert(strtoll(argv[2], NULL, 10),
			   strtoll(argv[3], NULL, 10), argv[4]);
	else if (strcmp(what, "query") == 0 && argc == 4)
		run_query(strtoll(argv[2], NULL, 10), argv[3]);
	else
		need(false, "usage: floor notice|verify|insert|query ...");
	return 0;
}
