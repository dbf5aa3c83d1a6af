/*
 * The raw limits of this machine: the system's libraries used directly, what
 * the desk does left out. The one thing of the product's in them is its search
 * tokenizer, without which the same words could not be found.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

#include <openssl/evp.h>
#include <sqlite3.h>

#include "kit.h"

#define ROW_BYTES 2048
#define SIG_MAX	  128

/* A text of exactly ROW_BYTES. */
const char *row_text(int64_t i);

/* ---- SQLite, set as the desk sets it ---- */

sqlite3 *db_open(const char *folder, const char *name);
void db_exec(sqlite3 *db, const char *sql);
sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql);
/* Rows of ROW_BYTES with full text; rows a second. */
double db_fill(sqlite3 *db, int64_t count, int64_t batch);

/* ---- OpenSSL ---- */

struct raw_key {
	EVP_PKEY *pkey;
	bool sm2;
};
void raw_key_make(const char *alg, struct raw_key *ret_key);
size_t raw_sign(const struct raw_key *k, const void *data, size_t n_bytes,
		uint8_t out[static SIG_MAX]);
void raw_verify(const struct raw_key *k, const void *data, size_t n_bytes,
		const uint8_t *sig, size_t n_sig);

/* ---- sockets ---- */

/* A pair of connected TCP sockets on loopback, without delay. */
void connect_pair(int sock[2]);
void read_all(int fd, void *data, size_t n_bytes);
void write_all(int fd, const void *data, size_t n_bytes);

/* ---- what is measured: each prints one JSON object ---- */

void run_notice(const char *alg, int64_t count, const char *folder);
void run_sustained(int64_t count, const char *folder);
void run_insert(int64_t count, int64_t batch, const char *folder);
void run_verify(const char *alg, int64_t count);
void run_query(int64_t count, const char *folder);
void run_stream(int64_t megabytes, const char *folder);
/* port 0: of a server made here, else of the process `pid` there. */
void run_hold(int64_t count, int port, pid_t pid);
