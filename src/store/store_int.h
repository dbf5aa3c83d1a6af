/* What the files of the store room share. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/err.h"
#include "store/store.h"

#define STORE_APPLICATION_ID 1145336683 /* "DDsk", see db/query/store.sql */

struct stmt {
	struct store *store;
	sqlite3_stmt *handle;
	enum sql name;
	bool busy;  /* between stmt_use and stmt_done */
	bool spare; /* made because the prepared one was busy */
	int broken; /* first SQLite code of a prepare or bind; told by step */
};

struct store {
	sqlite3 *db;
	sqlite3 *checkpointer; /* second connection, opened when first needed */
	char *path;
	const char *begun_at; /* "file.c:12" of the open transaction, or NULL */
	bool light;	      /* the open transaction; see store_begin_light */
	bool unsynced;	      /* a light one was committed */
	bool in_doubt;	      /* a sync failed: see heal.c */
	bool moved_in_doubt;  /* it was one of a checkpoint */
	int64_t busy_since_ms;
	bool begins; /* a write transaction is about to begin */
	int turn_fd; /* of turn.c; -1: not open */
	struct stmt stmts[SQL__COUNT];
};

/* An empty database in memory; its db is NULL when there is no memory. */
struct store *store_memory(void);

/* The text of a named query, embedded at build. */
const char *sql_text(enum sql name);
const char *sql_name(enum sql name);
/* Newest schema number that this program knows. */
int sql_newest(void);
/* Text of the next migration above `version`; NULL when there is none. */
const char *sql_migration_after(int version, int *ret_number);

/*
 * Looks at the bytes of the file without SQLite: RC_NOTFOUND, RC_DAMAGED
 * (foreign, cut short, no database), RC_NEWER. Never writes.
 */
enum rc header_look(const char *path, struct err *err);

/* An SQLite code as rc with one clear sentence naming the file. */
enum rc store_error(struct store *s, int code, const char *doing,
		    struct err *err);
/* Runs a query that takes no parameters and whose rows nobody reads. */
enum rc store_exec(struct store *s, enum sql name, const char *doing,
		   struct err *err);
/* Polls each millisecond, which is fair to writers of other processes. */
void busy_install(struct store *s, sqlite3 *db);
/* ---- heal.c ---- */
/* In shared memory; NULL when there is none. */
volatile uint32_t *wal_index(struct store *s);
bool is_failed_sync(int code);
/* Outside a transaction. After a failed sync nothing is written before this
 * succeeded; else no-op. */
enum rc heal(struct store *s, struct err *err);
/* ---- turn.c ---- */
void turn_ask(struct store *s);
void turn_done(struct store *s);
void turn_close(struct store *s);

/* The FTS5 tokenizer cjk1 on this connection. */
enum rc cjk1_register(struct store *s, struct err *err);
