/*
 * SQLite: one writer at a time, many readers. Statements are named in
 * files of db/query and prepared once. Write transactions are store_begin
 * (IMMEDIATE) .. store_commit; no callback, network or drawing inside.
 * A struct store belongs to one thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum sql {
#define SQL_MIGRATION(number, text)
#define SQL_QUERY(name, text) SQL_##name,
#include "src/store/sql.inc"
#undef SQL_MIGRATION
#undef SQL_QUERY
	SQL__COUNT
};

enum store_mode {
	STORE_CREATE,
	STORE_WRITE,
	STORE_READ
};

struct store;
struct stmt;

/*
 * STORE_CREATE makes a new file (RC_EXISTS when there); the others need it
 * and migrate (WRITE) or refuse (READ) an older schema. RC_DAMAGED, RC_NEWER,
 * RC_LOCKED, RC_IO; the file is never changed on refusal.
 */
enum rc store_open(const char *path, enum store_mode mode,
		   struct store **ret_store, struct err *err);
struct store_look {
	int version, newest; /* schema of the file, of this program */
	int64_t size_bytes;
	bool whole; /* looked through; false: too large for that */
};
/* Reads only: RC_OK also for an older schema, else as store_open(). */
enum rc store_look(const char *path, struct store_look *out, struct err *err);
/*
 * live.db: what is no truth between the processes of one desk (db/query/
 * live.sql). Made when it is not there and made anew when it cannot be used;
 * synchronous=OFF.
 */
enum rc store_open_live(const char *path, struct store **ret_store,
			struct err *err);
struct store *store_close(struct store *s);
/* From now on with little memory of its own. */
enum rc store_be_frugal(struct store *s, struct err *err);

/* Remembers the caller's place; a transaction inside another is refused. */
#define store_begin(s, err) \
	store_begin_at((s), __FILE__ ":" ERR_STR(__LINE__), (err))
enum rc store_begin_at(struct store *s, const char *at, struct err *err);
/*
 * A transaction of what can be had again from elsewhere: its commit does not
 * wait for the disk. A loss of power may take it back, whole, until the next
 * full commit of any process or store_sync; a killed process takes nothing.
 */
#define store_begin_light(s, err) \
	store_begin_light_at((s), __FILE__ ":" ERR_STR(__LINE__), (err))
enum rc store_begin_light_at(struct store *s, const char *at, struct err *err);
/* Waits for the disk when a light transaction of `s` did not, else no-op. */
enum rc store_sync(struct store *s, struct err *err);
/* Does another process wait to write? Who writes much looks before each
 * store_begin and lets it; the one that waits needs nothing for it. */
bool store_is_waited_for(struct store *s);
/* On failure nothing of the transaction remains. */
enum rc store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s); /* harmless outside a transaction */
bool store_in_transaction(const struct store *s);
/* A consistent read over several statements. */
#define store_read_begin(s, err) \
	store_read_begin_at((s), __FILE__ ":" ERR_STR(__LINE__), (err))
enum rc store_read_begin_at(struct store *s, const char *at, struct err *err);
void store_read_end(struct store *s);

/* Borrowed until stmt_done; a statement is used by one caller at a time. */
struct stmt *stmt_use(struct store *s, enum sql name);
void stmt_done(struct stmt *take_st); /* reset and clear; NULL is fine */
/* Parameters by position, from 1. NULL pointers bind NULL. Text and blobs
 * are borrowed until stmt_done. */
void stmt_int(struct stmt *st, int at, int64_t value);
void stmt_real(struct stmt *st, int at, double value);
void stmt_text(struct stmt *st, int at, const char *value);
void stmt_textn(struct stmt *st, int at, const char *value, size_t n_bytes);
void stmt_blob(struct stmt *st, int at, const void *value, size_t n_bytes);
void stmt_null(struct stmt *st, int at);
/* *ret_row true: a row is there. */
enum rc stmt_step(struct stmt *st, bool *ret_row, struct err *err);
/* Runs to the end and calls stmt_done; for writes. */
enum rc stmt_run(struct stmt *take_st, struct err *err);
/* Columns from 0. Pointers live until the next step. */
int64_t col_int(struct stmt *st, int at);
double col_real(struct stmt *st, int at);
const char *col_text(struct stmt *st, int at); /* NULL for NULL */
const void *col_blob(struct stmt *st, int at, size_t *ret_n);
bool col_is_null(struct stmt *st, int at);
int64_t store_last_rowid(struct store *s);
int64_t store_changes(struct store *s);

struct store_copying {
	/* now and then; pages */
	void (*each)(void *ctx, int64_t done, int64_t all);
	void *ctx;
};
/* A whole copy in a new file (0600) as the database is now, while others read
 * and write it. told may be NULL. */
enum rc store_copy(struct store *s, const char *path,
		   const struct store_copying *told, struct err *err);

/* PRAGMA data_version: differs after another connection committed. */
int64_t store_data_version(struct store *s);
/*
 * PASSIVE checkpoint on a second connection while this one holds
 * BEGIN IMMEDIATE; only the holder of exchange.lock calls it (SQLite before
 * 3.51.3 can corrupt a file when a checkpoint races a WAL reset).
 */
enum rc store_checkpoint(struct store *s, struct err *err);
/* PRAGMA integrity_check; RC_DAMAGED with the first line. */
enum rc store_check(struct store *s, struct err *err);
/*
 * Every table, index and trigger against those that this program's schema
 * files make: each(ctx, type, name) for one that is missing, other or more.
 */
enum rc store_check_schema(struct store *s,
			   void (*each)(void *ctx, const char *type,
					const char *name),
			   void *ctx, struct err *err);
/* Pages in the WAL that are not yet in the file. */
int64_t store_wal_pages(struct store *s);
/* Turns words of a user into an FTS5 phrase query that is never a syntax
 * error, matching the tokenizer 'cjk1' (one character a token). */
enum rc fts_query(const char *words, struct buf *out, struct err *err);
/* Appends one word or phrase as a quoted phrase; nothing when it holds signs
 * alone. prefix: a last word of letters or digits may go on. */
enum rc fts_word(const char *word, size_t n_bytes, bool prefix, struct buf *out,
		 struct err *err);

/* Where a query of the two above matches in a text. */
struct text_range {
	size_t from, to; /* bytes */
};
/* In order, not overlapping; returns how many were written (<= max). */
size_t fts_find(const char *query, const char *text, size_t n_bytes,
		struct text_range *out, size_t max);
/* Would the index find it: `a AND (b OR c)`? */
bool fts_holds(const char *query, const char *text, size_t n_bytes);
