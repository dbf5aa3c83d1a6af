/*
 * The desk's own side of the bench, in the product's code.
 *
 *	desk fill FOLDER PEER COUNT     documents to PEER, many a transaction
 *	desk notice FOLDER PEER COUNT   one at a time, each until its receipt
 *	desk await FOLDER PEER          until PEER's receipt covers everything
 *	desk query FOLDER               duty list, pages, search, counters
 *	desk actions FOLDER PEER COUNT  joint actions of three years to PEER
 *	desk clash FOLDER               what clashes with 50 of them
 *	desk stats FOLDER               a year of statistics by desk and kind
 *	desk shared FOLDER PEER COUNT   what correlation costs beside COUNT
 *others
 *
 * Each prints one JSON object.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <unistd.h>

#include <sqlite3.h>

#include "base/asset.h"
#include "base/csv.h"
#include "base/env.h"
#include "base/mem.h"
#include "base/time.h"
#include "base/uuid.h"
#include "desk/ask.h"
#include "desk/schedule.h"
#include "desk/stats.h"

#define TEXT_BYTES  1800
#define SAMPLES_MAX 20000
#define BATCH	    256
#define POLL_US	    100
/* As the serving process does, since a long log is slow to read. */
#define WAL_PAGES_MAX 4096

static const char *texts[256];
static size_t n_texts;
static double samples[SAMPLES_MAX];

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
need(enum rc rc, const struct err *err)
{
	if (rc == RC_OK)
		return;
	(void)fprintf(stderr, "desk bench: %s\n", err->msg);
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
share(size_t n, double part)
{
	qsort(samples, n, sizeof(*samples), double_cmp);
	return samples[(size_t)((double)(n - 1) * part)];
}

static void
load_texts(void)
{
	const struct asset *a = asset_find("demo/judgment_facts_ip.csv");
	struct csv_reader r;
	struct err err = ERR_INIT;
	bool more = true;

	csv_reader_init(&r, a->bytes, a->len);
	while (n_texts < 256 && csv_next(&r, &more, &err) == RC_OK && more) {
		const char *cell = r.cells[0];
		size_t n = 0;

		for (size_t i = 0; i < r.n_cells; i++)
			if (strlen(r.cells[i]) > strlen(cell))
				cell = r.cells[i];
		n = strlen(cell) < TEXT_BYTES ? strlen(cell) : TEXT_BYTES;
		while (n > 0 && ((unsigned char)cell[n] & 0xC0) == 0x80)
			n--;
		texts[n_texts++] = xstrndup(cell, n);
	}
	csv_reader_release(&r);
}

static json_t *
fields_of(int64_t i)
{
	static const char *const urgency[] = { "平件", "加急", "平件", "平件" };
	char *title =
		xasprintf("涉嫌销售假冒注册商标商品线索 %lld", (long long)i);
	json_t *fields =
		json_pack("{s:s, s:s, s:s, s:s, s:s}", "title", title,
			  "secrecy", "内部", "urgency", urgency[i % 4], "mode",
			  "actual", "facts", texts[(size_t)i % n_texts]);

	xfree(title);
	return fields;
}

/*
 * An action of four hours, one after another through three years, so that at
 * 50,000 of them about eight are under way at any time; ten people out of two
 * thousand, two vehicles out of two hundred, the same two units in all.
 */
static json_t *
action_of(int64_t i)
{
	int64_t start = 1767225600000LL + i * 3LL * 365 * 86400000 / 50000;
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX], text[32];
	json_t *officers = json_array(), *vehicles = json_array();

	time_format(start, from);
	time_format(start + 4LL * 3600000, to);
	for (int64_t n = 0; n < 10; n++) {
		(void)snprintf(text, sizeof(text), "3101FICT%04lld",
			       (long long)((i * 7 + n * 13) % 2000));
		json_array_append_new(officers,
				      json_pack("{s:s}", "cert_no", text));
	}
	for (int64_t n = 0; n < 2; n++) {
		(void)snprintf(text, sizeof(text), "沪A·%05lld",
			       (long long)((i * 3 + n) % 200));
		json_array_append_new(vehicles,
				      json_pack("{s:s}", "plate", text));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "title",
			 "联合执法行动", "mode", "actual", "urgency", "加急",
			 "h_hour", from, "ends_at", to, "officers", officers,
			 "vehicles", vehicles);
}

static struct desk *
open_desk(const char *folder)
{
	struct desk_open_as as = { .folder = folder, .env = env_system() };
	struct desk *d = NULL;
	struct err err = ERR_INIT;

	need(desk_open(&as, &d, &err), &err);
	return d;
}

/* ---- documents, many a transaction ----------------------------------------
 */

static void
append_one(struct desk *d, const char *peer, const char *kind_name,
	   json_t *take_fields)
{
	struct journal *j = desk_get_journal(d);
	const struct kind *kind = NULL;
	struct err err = ERR_INIT;
	char uuid[UUID_LEN + 1];
	struct own_act act = { .type = EVENT_ISSUE };

	need(desk_kind(d, kind_name, &kind, &err), &err);
	uuid7_make(desk_get_env(d), uuid);
	act.owner = desk_get_id(d);
	act.doc = uuid;
	act.kind = kind->name;
	act.kind_version = kind->version;
	act.time_ms = env_now_ms(desk_get_env(d));
	act.data = json_pack("{s:[], s:[s], s:[], s:o, s:[]}", "officers", "to",
			     peer, "cc", "fields", take_fields, "attachments");
	need(journal_append(j, &act, NULL, &err), &err);
	json_decref(act.data);
}

static void
run_fill(struct desk *d, const char *peer, const char *kind, int64_t count)
{
	struct journal *j = desk_get_journal(d);
	struct err err = ERR_INIT;
	double start = now_ms();

	for (int64_t i = 0; i < count; i++) {
		if (i % BATCH == 0)
			need(journal_begin(j, &err), &err);
		append_one(d, peer, kind,
			   strcmp(kind, "action") == 0 ? action_of(i)
						       : fields_of(i));
		if (i % BATCH == BATCH - 1 || i == count - 1)
			need(journal_commit(j, &err), &err);
		if (i % BATCH == BATCH - 1 &&
		    store_wal_pages(journal_get_store(j)) > WAL_PAGES_MAX)
			need(store_checkpoint(journal_get_store(j), &err),
			     &err);
	}
	printf("{\"rows_per_s\": %.0f}\n",
	       (double)count / (now_ms() - start) * 1e3);
}

/* ---- receipts --------------------------------------------------------------
 */

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
		(void)fprintf(stderr, "desk bench: %s\n",
			      sqlite3_errmsg(l->db));
		exit(1);
	}
	sqlite3_bind_text(l->owed, 1, peer, -1, SQLITE_TRANSIENT);
}

static int64_t
look_owed(struct look *l)
{
	int64_t n = -1;

	if (sqlite3_step(l->owed) == SQLITE_ROW)
		n = sqlite3_column_int64(l->owed, 0);
	sqlite3_reset(l->owed);
	return n;
}

static void
run_notice(struct desk *d, const char *folder, const char *peer, int64_t count)
{
	struct look look = { 0 };
	const char *to[] = { peer };
	struct new_doc n = {
		.kind = "clue", .to = to, .n_to = 1, .insist = true
	};
	struct err err = ERR_INIT;

	look_open(&look, folder, peer);
	while (look_owed(&look) != 0)
		usleep(POLL_US);
	for (int64_t i = 0; i < count; i++) {
		double start = now_ms();
		struct doc_ref ref;
		enum new_outcome outcome;

		n.fields = fields_of(i);
		need(act_new(d, &n, NULL, NULL, &ref, &outcome, &err), &err);
		while (look_owed(&look) != 0)
			usleep(POLL_US);
		samples[i] = now_ms() - start;
		json_decref(n.fields);
	}
	printf("{\"p50_ms\": %.3f, \"p99_ms\": %.3f}\n",
	       share((size_t)count, 0.5), share((size_t)count, 0.99));
}

static void
run_await(const char *folder, const char *peer)
{
	struct look look = { 0 };
	double start = now_ms();

	look_open(&look, folder, peer);
	while (look_owed(&look) != 0)
		usleep(1000);
	printf("{\"ms\": %.1f}\n", now_ms() - start);
}

/* ---- questions
 * --------------------------------------------------------------- */

static double
time_list(struct desk *d, struct list_query q, double part)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < 50; i++) {
		struct doc_list rows = { 0 };
		double start = now_ms();

		need(ask_list(d, &q, &rows, &err), &err);
		samples[i] = now_ms() - start;
		if (rows.n_rows > 0 && q.words == NULL && !q.waits)
			q.after_row =
				rows.rows[q.backwards ? 0 : rows.n_rows - 1]
					.row;
		doc_list_release(&rows);
	}
	return share(50, part);
}

static double
time_counts(struct desk *d)
{
	struct err err = ERR_INIT;
	struct counts counts;

	for (size_t i = 0; i < 50; i++) {
		double start = now_ms();

		need(ask_counts(d, &counts, &err), &err);
		samples[i] = now_ms() - start;
	}
	return share(50, 0.5);
}

static void
print_list(struct desk *d, const char *name, struct list_query q)
{
	double half = time_list(d, q, 0.5);

	printf("\"%s_p50_ms\": %.3f, \"%s_p95_ms\": %.3f, ", name, half, name,
	       share(50, 0.95));
}

static void
run_query(struct desk *d)
{
	struct list_query page = { .kind = "clue",
				   .changed_after = -1,
				   .limit = 50 };
	struct list_query duty = page;
	struct list_query back = page;
	struct list_query rare = page;
	struct list_query words = page;

	duty.kind = NULL;
	duty.waits = true;
	duty.order = ORDER_DUE;
	back.backwards = true;
	rare.kind = "transfer"; /* none is here */
	printf("{");
	print_list(d, "duty", duty);
	print_list(d, "list", page);
	print_list(d, "list_back", back);
	print_list(d, "list_rare", rare);
	words.words = "假";
	print_list(d, "search1", words);
	words.words = "假冒";
	print_list(d, "search2", words);
	words.words = "注册商标";
	print_list(d, "search4", words);
	printf("\"counts_p50_ms\": %.3f}\n", time_counts(d));
}

static void
run_clash(struct desk *d)
{
	struct list_query q = { .kind = "action",
				.changed_after = -1,
				.limit = 50 };
	struct doc_list rows = { 0 };
	struct err err = ERR_INIT;
	size_t n_found = 0;

	need(ask_list(d, &q, &rows, &err), &err);
	for (size_t i = 0; i < rows.n_rows; i++) {
		struct clash_list found = { 0 };
		double start = now_ms();

		need(ask_clashes(d, &rows.rows[i].ref, &found, &err), &err);
		samples[i] = now_ms() - start;
		n_found += found.n_rows;
		clash_list_release(&found);
	}
	if (rows.n_rows == 0 || n_found == 0)
		exit(1); /* nothing was measured */
	printf("{\"found\": %zu, \"p50_ms\": %.3f, \"p95_ms\": %.3f}\n",
	       n_found / rows.n_rows, share(rows.n_rows, 0.5),
	       share(rows.n_rows, 0.95));
	doc_list_release(&rows);
}

/* ---- what documents share ---------------------------------------------------
 */

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
		(void)fprintf(stderr, "desk bench: %s\n", sqlite3_errmsg(db));
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
		(void)fprintf(stderr, "desk bench: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
	sqlite3_close(db);
}

static json_t *
fields_shared(int64_t i)
{
	json_t *fields = fields_of(i);
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
	double start = now_ms();

	for (int64_t i = 0; i < SHARED_NEW; i++) {
		if (i % BATCH == 0)
			need(journal_begin(j, &err), &err);
		append_one(d, peer, "clue", make(i));
		if (i % BATCH == BATCH - 1)
			need(journal_commit(j, &err), &err);
	}
	return (now_ms() - start) / SHARED_NEW;
}

static void
run_shared(struct desk *d, const char *folder, const char *peer, int64_t count)
{
	struct list_query page = { .changed_after = -1, .limit = 100 };
	struct err err = ERR_INIT;
	struct doc_list rows = { 0 };

	fill_shared(folder, count);
	double plain = time_arrival(d, peer, fields_of);
	double shared = time_arrival(d, peer, fields_shared);
	need(ask_list(d, &page, &rows, &err), &err);
	for (size_t i = 0; i < rows.n_rows; i++) {
		struct related related;
		double start = now_ms();

		need(ask_related(d, &rows.rows[i].ref, &related, &err), &err);
		samples[i] = now_ms() - start;
		related_release(&related);
	}
	printf("{\"plain_ms\": %.4f, \"shared_ms\": %.4f, "
	       "\"related_p50_ms\": %.3f, \"page_p50_ms\": %.3f}\n",
	       plain, shared, share(rows.n_rows, 0.5), time_list(d, page, 0.5));
	doc_list_release(&rows);
}

static void
run_stats(struct desk *d)
{
	int month = stats_month_of(env_now_ms(env_system()));
	struct stats_query q = { .from_month = month - 100,
				 .to_month = month,
				 .by = "desk" };
	struct err err = ERR_INIT;

	for (size_t i = 0; i < 11; i++) {
		double start = now_ms();
		struct stats s;

		need(ask_stats(d, &q, &s, &err), &err);
		samples[i] = now_ms() - start;
		if (s.n_rows == 0)
			exit(1); /* nothing was measured */
		stats_release(&s);
	}
	printf("{\"p50_ms\": %.3f}\n", share(11, 0.5));
}

int
main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	int64_t count = argc > 4 ? strtoll(argv[4], NULL, 10) : 0;
	struct desk *d;

	if (argc < 3 || count < 0 || count > SAMPLES_MAX * 100LL) {
		(void)fprintf(stderr, "usage: desk fill|notice|await|query|"
				      "actions|clash|shared "
				      "FOLDER [PEER [COUNT]]\n");
		return 2;
	}
	if (strcmp(what, "await") == 0 && argc > 3) {
		run_await(argv[2], argv[3]);
		return 0;
	}
	load_texts();
	d = open_desk(argv[2]);
	if (strcmp(what, "fill") == 0 && argc > 4)
		run_fill(d, argv[3], "clue", count);
	else if (strcmp(what, "actions") == 0 && argc > 4)
		run_fill(d, argv[3], "action", count);
	else if (strcmp(what, "clash") == 0)
		run_clash(d);
	else if (strcmp(what, "stats") == 0)
		run_stats(d);
	else if (strcmp(what, "notice") == 0 && argc > 4)
		run_notice(d, argv[2], argv[3],
			   count < SAMPLES_MAX ? count : SAMPLES_MAX);
	else if (strcmp(what, "shared") == 0 && argc > 4)
		run_shared(d, argv[2], argv[3], count);
	else if (strcmp(what, "query") == 0)
		run_query(d);
	desk_close(d);
	return 0;
}
