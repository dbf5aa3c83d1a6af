#include "config.h"

#include <stdio.h>
#include <string.h>

#include "../../src/store/store_int.h"
#include "floor_int.h"

#define ROWS_KEPT 256

const char *
row_text(int64_t i)
{
	static char rows[ROWS_KEPT][ROW_BYTES + 1];
	char *row = rows[i % ROWS_KEPT];

	for (size_t at = 0; row[ROW_BYTES - 1] == '\0'; at = strlen(row))
		(void)snprintf(row + at, ROW_BYTES + 1 - at, "%s ",
			       case_text(i % ROWS_KEPT));
	return row;
}

sqlite3 *
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

void
db_exec(sqlite3 *db, const char *sql)
{
	need(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
	     sqlite3_errmsg(db));
}

sqlite3_stmt *
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
	const char *text = row_text(i);

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

double
db_fill(sqlite3 *db, int64_t count, int64_t batch)
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

static double
db_bytes(sqlite3 *db)
{
	sqlite3_stmt *st = db_prepare(
		db, "SELECT page_count * page_size FROM pragma_page_count, "
		    "pragma_page_size");
	double bytes;

	need(sqlite3_step(st) == SQLITE_ROW, "size");
	bytes = sqlite3_column_double(st, 0);
	sqlite3_finalize(st);
	return bytes;
}

/* Rows of 2 KB with full text, many a transaction. */
void
run_insert(int64_t count, int64_t batch, const char *folder)
{
	sqlite3 *db = db_open(folder, "insert.db");
	double cpu = cpu_ms();
	double rate = db_fill(db, count, batch);

	cpu = (cpu_ms() - cpu) * 1e3 / (double)count;
	db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	printf("{\"rows_per_s\": %.0f, \"cpu_us\": %.1f, "
	       "\"bytes_per_row\": %.0f}\n",
	       rate, cpu, db_bytes(db) / (double)count);
	sqlite3_close(db);
}
