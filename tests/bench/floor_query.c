#include "config.h"

#include <stdio.h>

#include "floor_int.h"

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

/* List and search over bare tables. */
void
run_query(int64_t count, const char *folder)
{
	sqlite3 *db = db_open(folder, "query.db");
	sqlite3_stmt *list;
	sqlite3_stmt *find;

	db_fill(db, count, 512);
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
