#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include <unistd.h>

#include <sqlite3.h>

#include "desk/act.h"
#include "desk_int.h"

#define POLL_US 100

/* Looks from outside, as another process would. */
struct look {
	sqlite3 *db;
	sqlite3_stmt *owed;
};

static void
look_open(struct look *l, const char *folder, const char *peer)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/desk.db", folder);
	if (sqlite3_open_v2(path, &l->db, SQLITE_OPEN_READONLY, NULL) !=
		    SQLITE_OK ||
	    sqlite3_busy_timeout(l->db, 5000) != SQLITE_OK ||
	    sqlite3_prepare_v2(
		    l->db,
		    "SELECT (SELECT count(*) FROM frame_out WHERE peer = ?1)"
		    " - coalesce((SELECT sum(seq) FROM cursor"
		    "  WHERE peer = ?1 AND dir = 'out'), 0)",
		    -1, &l->owed, NULL) != SQLITE_OK) {
		(void)fprintf(stderr, "bench: %s\n", sqlite3_errmsg(l->db));
		exit(1);
	}
	sqlite3_bind_text(l->owed, 1, peer, -1, SQLITE_TRANSIENT);
}

static void
look_close(struct look *l)
{
	sqlite3_finalize(l->owed);
	sqlite3_close(l->db);
}

/* Frames that are owed and not held by the peer. */
static int64_t
look_owed(struct look *l)
{
	int64_t n = -1;

	if (sqlite3_step(l->owed) == SQLITE_ROW)
		n = sqlite3_column_int64(l->owed, 0);
	sqlite3_reset(l->owed);
	return n;
}

/* One at a time, each until its receipt. */
void
run_notice(struct desk *d, const char *folder, const char *peer, int64_t count)
{
	struct look look = { 0 };
	const char *to[] = { peer };
	struct new_doc n = {
		.kind = "clue", .to = to, .n_to = 1, .insist = true
	};
	static double samples[SAMPLES_MAX];
	struct err err = ERR_INIT;

	need(count <= SAMPLES_MAX, "too many");
	look_open(&look, folder, peer);
	while (look_owed(&look) != 0)
		usleep(POLL_US);
	for (int64_t i = 0; i < count; i++) {
		double start = now_ms();
		struct doc_ref ref;
		enum new_outcome outcome;

		n.fields = clue_fields(i);
		must(act_new(d, &n, NULL, NULL, &ref, &outcome, &err), &err);
		while (look_owed(&look) != 0)
			usleep(POLL_US);
		samples[i] = now_ms() - start;
		json_decref(n.fields);
	}
	look_close(&look);
	printf("{\"p50_ms\": %.3f, \"p99_ms\": %.3f}\n",
	       share(samples, (size_t)count, 0.5),
	       share(samples, (size_t)count, 0.99));
}

/* Act after act, nobody waiting for anything; then until the last receipt. */
void
run_sustained(struct desk *d, const char *folder, const char *peer,
	      int64_t count)
{
	struct look look = { 0 };
	const char *to[] = { peer };
	struct new_doc n = {
		.kind = "clue", .to = to, .n_to = 1, .insist = true
	};
	struct err err = ERR_INIT;
	double start;

	look_open(&look, folder, peer);
	while (look_owed(&look) != 0)
		usleep(POLL_US);
	start = now_ms();
	for (int64_t i = 0; i < count; i++) {
		struct doc_ref ref;
		enum new_outcome outcome;

		n.fields = clue_fields(i);
		must(act_new(d, &n, NULL, NULL, &ref, &outcome, &err), &err);
		json_decref(n.fields);
	}
	while (look_owed(&look) != 0)
		usleep(POLL_US);
	printf("{\"notices_per_s\": %.0f}\n",
	       (double)count / (now_ms() - start) * 1e3);
	look_close(&look);
}

void
run_await(const char *folder, const char *peer)
{
	struct look look = { 0 };
	double start = now_ms();

	look_open(&look, folder, peer);
	while (look_owed(&look) != 0)
		usleep(1000);
	printf("{\"ms\": %.1f}\n", now_ms() - start);
	look_close(&look);
}
