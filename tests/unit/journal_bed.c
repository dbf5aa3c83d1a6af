#include "journal_bed.h"

#include <stdio.h>

#include <unistd.h>

#include <sqlite3.h>

#include "base/asset.h"
#include "base/mem.h"
#include "base/text.h"
#include "trust/tlscert.h"

static void
must(enum rc rc, const struct err *err)
{
	if (rc != RC_OK)
		fail_msg("%s (%s)", err->msg, err->at);
}

static void
add_kind(struct kinds *kinds, bool relay_all)
{
	struct err err = ERR_INIT;
	struct kind *k = NULL;
	struct digest d;
	const struct asset *a = asset_find("kinds/clue.json");
	assert_non_null(a);
	char *bytes = xstrdup(a->bytes);
	char *relay = strstr(bytes, "\"relay\": {\"party\": \"owner\"");
	assert_non_null(relay);
	if (relay_all) /* same length: blanks do not matter */
		memcpy(relay, "\"relay\": {\"party\": \"all\"  ", 26);
	must(kind_read("clue.json", bytes, a->len, &k, &err), &err);
	(void)xfree(bytes);
	digest_sha256(a->bytes, a->len, &d);
	memcpy(k->digest, d.bytes, DIGEST_LEN);
	must(kinds_add(kinds, k, &err), &err);
}

static void
found(struct bed *b, const char *desk)
{
	struct err err = ERR_INIT;
	struct card card = { .n_keys = 0 };
	struct buf der;
	char *key = xasprintf("%s/tls.key.pem", b->dir);
	char *cert = xasprintf("%s/tls.pem", b->dir);

	must(tlscert_create(key, cert, desk, BED_NOW_MS, &err), &err);
	buf_init(&der, 16384);
	must(tlscert_der(cert, &der, &err), &err);
	card.name_zh = xstrdup("测试桌面");
	card.name_en = xstrdup("test desk");
	card.addresses[0] = xstrdup("127.0.0.1:4433");
	card.n_addresses = 1;
	card.n_tls_cert = der.len;
	card.tls_cert = (uint8_t *)buf_take(&der);
	must(journal_found(b->journal, &card, &err), &err);
	card_release(&card);
	(void)xfree(key);
	(void)xfree(cert);
}

static void
open_bed(struct bed *b, const char *desk, uint64_t seed, bool relay_all)
{
	struct err err = ERR_INIT;
	const struct asset *days = asset_find("reference/holidays.csv");

	*b = (struct bed){ .path = NULL };
	test_folder(b->dir);
	b->path = xasprintf("%s/desk.db", b->dir);
	env_fake_init(&b->env, seed, BED_NOW_MS);
	must(store_open(b->path, STORE_CREATE, &b->store, &err), &err);
	char *key = xasprintf("%s/signing.pem", b->dir);
	must(signer_create(key, seed % 2 == 1 ? KEY_ED25519 : KEY_SM2_SM3,
			   &b->signer, &err),
	     &err);
	(void)xfree(key);
	b->kinds = kinds_new();
	b->relay_all = relay_all;
	add_kind(b->kinds, relay_all);
	assert_non_null(days);
	must(calendar_new(days->bytes, days->len, &b->calendar, &err), &err);
	struct journal_config config = {
		.folder = b->dir,
		.desk = desk,
		.store = b->store,
		.env = &b->env.env,
		.kinds = b->kinds,
		.calendar = b->calendar,
		.signer = b->signer,
	};
	must(journal_open(&config, &b->journal, &err), &err);
	found(b, desk);
}

void
bed_reopen(struct bed *b)
{
	struct err err = ERR_INIT;
	char desk[DESK_ID_MAX + 1];
	(void)strcpy(desk, journal_get_desk(b->journal));
	struct journal_config config = {
		.folder = b->dir,
		.desk = desk,
		.store = b->store,
		.env = &b->env.env,
		.kinds = b->kinds,
		.calendar = b->calendar,
		.signer = b->signer,
	};
	(void)journal_close(b->journal);
	must(journal_open(&config, &b->journal, &err), &err);
}

void
bed_open(struct bed *b, const char *desk, uint64_t seed)
{
	open_bed(b, desk, seed, false);
}

void
bed_open_relay(struct bed *b, const char *desk, uint64_t seed)
{
	open_bed(b, desk, seed, true);
}

void
bed_close(struct bed *b)
{
	(void)journal_close(b->journal);
	(void)store_close(b->store);
	(void)signer_free(b->signer);
	(void)kinds_free(b->kinds);
	(void)calendar_free(b->calendar);
	char *clean = xasprintf("rm -rf %s", b->dir);
	assert_int_equal(system(clean), 0);
	(void)xfree(clean);
	(void)xfree(b->path);
}

void
bed_read_card(struct bed *b, struct card *out)
{
	struct err err = ERR_INIT;
	struct buf json;
	buf_init(&json, CARD_MAX_BYTES);
	must(peer_card(b->journal, journal_get_desk(b->journal), &json, &err),
	     &err);
	must(card_read(json.data, json.len, out, &err), &err);
	buf_release(&json);
}

void
bed_trust(struct bed *a, struct bed *b)
{
	struct err err = ERR_INIT;
	struct card card;
	bed_read_card(b, &card);
	must(peer_trust(a->journal, &card, &err), &err);
	card_release(&card);
}

void
bed_befriend(struct bed *a, struct bed *b)
{
	bed_trust(a, b);
	bed_trust(b, a);
}

static struct channel
channel_of(struct bed *from, struct bed *to, enum lane lane, bool in)
{
	struct channel c = { .lane = lane };
	struct err err = ERR_INIT;
	must(epoch_current(from->journal, c.epoch, &err), &err);
	(void)strcpy(c.peer,
		     journal_get_desk(in ? from->journal : to->journal));
	return c;
}

void
bed_lines(struct bed *from, struct bed *to, enum lane lane, int64_t after,
	  struct buf *out)
{
	struct err err = ERR_INIT;
	int64_t last = 0;
	struct channel c = channel_of(from, to, lane, false);
	buf_init(out, BODY_MAX_BYTES);
	must(channel_out_read(from->journal, &c, after, INGEST_BATCH_MAX,
			      BODY_MAX_BYTES, out, &last, &err),
	     &err);
}

static struct batch *
read_batch(struct bed *to, const char *lines, struct channel *c)
{
	struct err err = ERR_INIT;
	struct batch *b = NULL;
	const char *end;
	for (const char *s = lines; (end = strchr(s, '\n')) != NULL;
	     s = end + 1) {
		struct frame f;
		must(frame_read(s, (size_t)(end - s), &f, &err), &err);
		if (b == NULL) {
			memcpy(c->epoch, f.epoch, sizeof(c->epoch));
			c->lane = f.lane;
			must(batch_new(to->journal, c, &b, &err), &err);
		}
		must(batch_add(b, &f, &err), &err);
	}
	assert_non_null(b);
	batch_check(b);
	return b;
}

enum rc
bed_ingest(struct bed *to, struct bed *from, const char *lines,
	   struct ingest_result *out)
{
	struct err err = ERR_INIT;
	struct ingest_result r = { .n = 0 };
	struct channel c = { .lane = LANE_PLAIN };
	(void)strcpy(c.peer, journal_get_desk(from->journal));
	struct batch *b = read_batch(to, lines, &c);
	if (to->in_backlog)
		batch_set_backlog(b);
	enum rc rc = journal_ingest(to->journal, b, &r, &err);
	(void)batch_free(b);
	if (out == NULL)
		must(rc, &err);
	if (out != NULL && rc == RC_OK)
		*out = r;
	else
		ingest_result_release(&r);
	return rc;
}

static void
carry_receipt(struct bed *from, struct bed *to, const struct channel *in)
{
	struct err err = ERR_INIT;
	struct buf json;
	struct receipt r;
	int64_t n = 0;
	char epoch[UUID_LEN + 1];
	buf_init(&json, LINE_MAX_BYTES);
	must(epoch_current(to->journal, epoch, &err), &err);
	must(receipt_give(to->journal, in, false, &json, &n, &err), &err);
	must(receipt_take(from->journal, journal_get_desk(to->journal), epoch,
			  json.data, json.len, &r, &err),
	     &err);
	must(receipt_told(to->journal, in, n, &err), &err);
	receipt_release(&r);
	buf_release(&json);
}

static void
carry_lane(struct bed *from, struct bed *to, enum lane lane, bool receipt,
	   struct carried *out)
{
	struct err err = ERR_INIT;
	struct channel_at at;
	struct ingest_result r = { .n = 0 };
	struct buf lines;
	struct channel in = channel_of(from, to, lane, true);
	must(channel_in_cursor(to->journal, &in, &at, &err), &err);
	bed_lines(from, to, lane, at.seq, &lines);
	if (lines.len > 0) {
		out->rc = bed_ingest(to, from, lines.data, &r);
		for (const char *s = lines.data; *s != '\0'; s++)
			out->frames += *s == '\n';
		out->new_events += r.new_events;
		out->quarantined += r.quarantined;
		out->forked += r.forked;
		ingest_result_release(&r);
	}
	if (receipt && out->rc == RC_OK && (lines.len > 0 || at.seq > 0))
		carry_receipt(from, to, &in);
	buf_release(&lines);
}

struct carried
bed_carry(struct bed *from, struct bed *to, bool receipt)
{
	struct carried out = { .rc = RC_OK };
	carry_lane(from, to, LANE_URGENT, receipt, &out);
	carry_lane(from, to, LANE_PLAIN, receipt, &out);
	return out;
}

json_t *
bed_content(const char *title, const char *to, const char *urgency)
{
	return json_pack("{s:[{s:s,s:s}], s:s, s:[s], s:[],"
			 " s:{s:s,s:s,s:s,s:s}}",
			 "officers", "id", "wang", "name", "王", "number",
			 "沪长打假通〔2026〕1号", "to", to, "cc", "fields",
			 "title", title, "urgency", urgency, "mode", "actual",
			 "facts", "假冒注册商标运动鞋若干");
}

json_t *
bed_move(const char *move)
{
	return json_pack("{s:[{s:s,s:s}], s:s, s:{}}", "officers", "id", "li",
			 "name", "李", "move", move, "input");
}

struct ref
bed_act(struct bed *b, enum event_type type, const char *owner, const char *doc,
	json_t *take_data)
{
	struct err err = ERR_INIT;
	struct ref out;
	struct own_act act = {
		.type = type,
		.owner = owner,
		.doc = doc,
		.kind = type == EVENT_ISSUE ? "clue" : NULL,
		.kind_version = 2,
		.time_ms = b->env.now_ms,
		.data = take_data,
	};
	must(journal_begin(b->journal, &err), &err);
	must(journal_append(b->journal, &act, &out, &err), &err);
	must(journal_commit(b->journal, &err), &err);
	json_decref(take_data);
	return out;
}

struct ref
bed_issue(struct bed *b, const char *doc, json_t *take_data)
{
	return bed_act(b, EVENT_ISSUE, journal_get_desk(b->journal), doc,
		       take_data);
}

void
bed_number_id(int i, char out[static UUID_LEN + 16])
{
	(void)snprintf(out, UUID_LEN + 16, "01900000-0000-7000-8000-%012d", i);
}

void
bed_issue_number(struct bed *b, int i, const char *to)
{
	char doc[UUID_LEN + 16], title[32];
	bed_number_id(i, doc);
	(void)snprintf(title, sizeof(title), "第%d号", i);
	bed_issue(b, doc, bed_content(title, to, "平件"));
}

/* The tests look from outside, on a connection of their own. */
static sqlite3 *
look(struct bed *b)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	return db;
}

char *
bed_text(struct bed *b, const char *sql)
{
	sqlite3_stmt *st = NULL;
	char *out = NULL;
	sqlite3 *db = look(b);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	if (sqlite3_step(st) == SQLITE_ROW &&
	    sqlite3_column_type(st, 0) != SQLITE_NULL)
		out = xstrdup((const char *)sqlite3_column_text(st, 0));
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	return out;
}

int64_t
bed_count(struct bed *b, const char *sql)
{
	char *text = bed_text(b, sql);
	int64_t n = -1;
	assert_non_null(text);
	assert_int_equal(str_to_i64(text, INT64_MIN, INT64_MAX, &n, NULL),
			 RC_OK);
	(void)xfree(text);
	return n;
}

void
bed_exec(struct bed *b, const char *sql, bool must_work)
{
	sqlite3 *db = look(b);
	int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
	if ((code == SQLITE_OK) != must_work)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	(void)sqlite3_close(db);
}

static void
keep_first(void *ctx, const char *problem)
{
	char **first = ctx;
	print_message("verify: %s\n", problem);
	if (*first == NULL)
		*first = xstrdup(problem);
}

size_t
bed_problems(struct bed *b, bool rebuild, char **ret_first)
{
	struct err err = ERR_INIT;
	char *first = NULL;
	struct verify_report report = { .each = keep_first, .ctx = &first };
	enum rc rc = journal_verify(b->journal, rebuild, NULL, &report, &err);
	if (rc != RC_OK && rc != RC_VERIFY)
		fail_msg("%s", err.msg);
	assert_int_equal(rc == RC_VERIFY, report.problems > 0);
	if (ret_first != NULL)
		*ret_first = first;
	else
		(void)xfree(first);
	return (size_t)report.problems;
}

void
bed_verify(struct bed *b, bool rebuild)
{
	assert_int_equal(bed_problems(b, rebuild, NULL), 0);
}
