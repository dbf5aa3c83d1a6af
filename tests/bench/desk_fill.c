#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/env.h"
#include "base/mem.h"
#include "base/time.h"
#include "base/uuid.h"
#include "desk/ask.h"
#include "desk_int.h"
#include "exchange/exchange.h"

#define REMARK_BYTES 300
#define BATCH	     256
#define OPENED	     21
/* As the serving process does, since a long log is slow to read. */
#define WAL_PAGES_MAX 4096

static json_t *
plain_fields(int64_t i)
{
	return clue_of(i, "平件");
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

/* Of a hundred characters, as officers write them. */
static void
append_remark(struct desk *d, const char *doc, int64_t i)
{
	struct err err = ERR_INIT;
	struct own_act act = { .type = EVENT_REMARK };
	char *text = case_cut(i, REMARK_BYTES);

	act.owner = desk_get_id(d);
	act.doc = doc;
	act.time_ms = env_now_ms(desk_get_env(d));
	act.data =
		json_pack("{s:[{s:s, s:s, s:[s]}], s:s}", "officers", "id",
			  "wang", "name", "王", "roles", "duty", "text", text);
	must(journal_append(desk_get_journal(d), &act, NULL, &err), &err);
	json_decref(act.data);
	xfree(text);
}

/* ---- many a transaction ---------------------------------------------------
 */

struct filling {
	const char *peer, *kind;
	json_t *(*fields)(int64_t i);
	int64_t remarks;	/* after each document */
	char doc[UUID_LEN + 1]; /* the last one */
};

static const struct {
	const char *name, *kind;
	json_t *(*fields)(int64_t i);
	int64_t remarks;
} mixes[] = {
	{ "clue", "clue", clue_fields, 0 },
	{ "plain", "clue", plain_fields, 0 },
	{ "action", "action", action_of, 0 },
	{ "lives", "clue", clue_fields, 4 },
};

static void
fill_one(struct desk *d, int64_t i, struct filling *f)
{
	if (i % (1 + f->remarks) == 0)
		append_one(d, json_pack("[s]", f->peer), f->kind, f->fields(i),
			   f->doc);
	else
		append_remark(d, f->doc, i);
}

/* Events in transactions of BATCH. The WAL is copied back as the serving
 * process would, when there is none. */
static void
fill(struct desk *d, struct filling *f, int64_t count)
{
	struct journal *j = desk_get_journal(d);
	struct store *s = journal_get_store(j);
	bool served = exchange_lock_held(desk_get_folder(d), NULL);
	struct err err = ERR_INIT;

	for (int64_t i = 0; i < count; i++) {
		if (i % BATCH == 0)
			must(journal_begin(j, &err), &err);
		fill_one(d, i, f);
		if (i % BATCH != BATCH - 1 && i != count - 1)
			continue;
		must(journal_commit(j, &err), &err);
		if (!served &&
		    (store_wal_pages(s) > WAL_PAGES_MAX || i == count - 1))
			must(store_checkpoint(s, &err), &err);
	}
}

void
run_fill(struct desk *d, const char *peer, const char *mix, int64_t count)
{
	struct filling f = { .peer = peer };
	double start = now_ms(), cpu = cpu_ms();

	for (size_t i = 0; i < ARRAY_LEN(mixes); i++)
		if (strcmp(mix, mixes[i].name) == 0) {
			f.kind = mixes[i].kind;
			f.fields = mixes[i].fields;
			f.remarks = mixes[i].remarks;
		}
	need(f.kind != NULL, mix);
	fill(d, &f, count);
	printf("{\"rows_per_s\": %.0f, \"cpu_us\": %.1f}\n",
	       (double)count / (now_ms() - start) * 1e3,
	       (cpu_ms() - cpu) * 1e3 / (double)count);
}

/* A document of count events, opened. */
void
run_open(struct desk *d, const char *peer, int64_t count)
{
	struct filling f = { .peer = peer,
			     .kind = "clue",
			     .fields = clue_fields,
			     .remarks = count - 1 };
	double samples[OPENED];
	struct err err = ERR_INIT;
	struct doc_ref ref;

	fill(d, &f, count);
	(void)snprintf(ref.owner, sizeof(ref.owner), "%s", desk_get_id(d));
	(void)snprintf(ref.id, sizeof(ref.id), "%s", f.doc);
	for (size_t i = 0; i < OPENED; i++) {
		struct view *v = NULL;
		double start = now_ms();

		must(ask_view(d, &ref, &v, &err), &err);
		samples[i] = now_ms() - start;
		need((int64_t)v->held.n_events == count, "events");
		(void)view_free(v);
	}
	printf("{\"p50_ms\": %.3f, \"p95_ms\": %.3f}\n",
	       share(samples, OPENED, 0.5), share(samples, OPENED, 0.95));
}
