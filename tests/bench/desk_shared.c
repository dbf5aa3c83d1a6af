/* What documents share, and what looking for it costs at arrival. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "desk/ask.h"
#include "desk_int.h"

#define BATCH	    256
#define SHARED_EACH 5
#define SHARED_NEW  2048
#define SHARED_FAR  1000000000LL /* numbers of documents that are not there */

/* Keys in order, so that it does not take long; each thousandth is shared. */
static void
fill_shared(const char *folder, int64_t count)
{
	char path[4096];
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	uint64_t key = 0, step = UINT64_MAX / (uint64_t)(SHARED_EACH * count);
	uint32_t seed = 1;

	(void)snprintf(path, sizeof(path), "%s/desk.db", folder);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) !=
		    SQLITE_OK ||
	    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) !=
		    SQLITE_OK ||
	    sqlite3_prepare_v2(db, "INSERT INTO shared VALUES (?1, ?2, 0)", -1,
			       &st, NULL) != SQLITE_OK) {
		(void)fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
	for (int64_t i = 0; i < SHARED_EACH * count; i++) {
		uint8_t bytes[16] = { 0 };
		seed = seed * 1664525u + 1013904223u;
		key += i % 1000 == 0 ? 0 : step;
		for (int b = 0; b < 8; b++)
			bytes[b] = (uint8_t)(key >> (56 - 8 * b));
		sqlite3_bind_blob(st, 1, bytes, sizeof(bytes),
				  SQLITE_TRANSIENT);
		sqlite3_bind_int64(st, 2,
				   SHARED_FAR + (int64_t)(seed >> 4) % count);
		(void)sqlite3_step(st); /* the same pair twice is one */
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
		(void)fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
	sqlite3_close(db);
}

static json_t *
fields_shared(int64_t i)
{
	json_t *fields = clue_fields(i);
	char text[4][32];

	for (int k = 0; k < 4; k++)
		(void)snprintf(text[k], sizeof(text[k]), "%c%08lld", 'A' + k,
			       (long long)(i / 3));
	json_object_set_new(fields, "courier_no", json_string(text[0]));
	json_object_set_new(fields, "right",
			    json_pack("{s:s}", "reg_no", text[1]));
	json_object_set_new(fields, "goods",
			    json_pack("[{s:s, s:s, s:s}]", "name", "皮鞋",
				      "brand", text[2], "batch", text[3]));
	json_object_set_new(fields, "url",
			    json_sprintf("https://%s.example.com/", text[0]));
	return fields;
}

/* Milliseconds a document, in transactions of BATCH. */
static double
time_arrival(struct desk *d, const char *peer, json_t *(*make)(int64_t i))
{
	struct journal *j = desk_get_journal(d);
	struct err err = ERR_INIT;
	char doc[UUID_LEN + 1];
	double start = now_ms();

	for (int64_t i = 0; i < SHARED_NEW; i++) {
		if (i % BATCH == 0)
			must(journal_begin(j, &err), &err);
		append_one(d, json_pack("[s]", peer), "clue", make(i), doc);
		if (i % BATCH == BATCH - 1)
			must(journal_commit(j, &err), &err);
	}
	return (now_ms() - start) / SHARED_NEW;
}

void
run_shared(struct desk *d, const char *folder, const char *peer, int64_t count)
{
	struct list_query page = { .changed_after = -1, .limit = 100 };
	struct err err = ERR_INIT;
	static double samples[SAMPLES_MAX];
	struct doc_list rows = { 0 };

	fill_shared(folder, count);
	double plain = time_arrival(d, peer, clue_fields);
	double shared = time_arrival(d, peer, fields_shared);
	must(ask_list(d, &page, &rows, &err), &err);
	for (size_t i = 0; i < rows.n_rows; i++) {
		struct related related;
		double start = now_ms();

		must(ask_related(d, &rows.rows[i].ref, &related, &err), &err);
		samples[i] = now_ms() - start;
		related_release(&related);
	}
	printf("{\"plain_ms\": %.4f, \"shared_ms\": %.4f, "
	       "\"related_p50_ms\": %.3f, \"page_p50_ms\": %.3f}\n",
	       plain, shared, share(samples, rows.n_rows, 0.5),
	       time_list(d, page, 0.5));
	doc_list_release(&rows);
}
