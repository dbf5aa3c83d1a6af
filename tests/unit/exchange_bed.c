#include "exchange_bed.h"

#include <stdio.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/asset.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"
#include "journal/blob.h"
#include "journal/peer.h"
#include "trust/tlscert.h"

static void
must(enum rc rc, const struct err *err)
{
	if (rc != RC_OK)
		fail_msg("%s (%s)", err->msg, err->at);
}

static void
add_kind(struct kinds *kinds)
{
	struct err err = ERR_INIT;
	const struct asset *a = asset_find("kinds/clue.json");
	struct kind *k = NULL;
	struct digest d;

	assert_non_null(a);
	must(kind_read("clue.json", a->bytes, a->len, &k, &err), &err);
	digest_sha256(a->bytes, a->len, &d);
	memcpy(k->digest, d.bytes, DIGEST_LEN);
	must(kinds_add(kinds, k, &err), &err);
}

static char *
free_address(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t n = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&sin, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &n), 0);
	(void)close(fd);
	return xasprintf("127.0.0.1:%d", ntohs(sin.sin_port));
}

static void
found(struct post *p)
{
	struct err err = ERR_INIT;
	struct card card = { .n_keys = 0 };
	struct buf der;

	p->tls_key = xasprintf("%s/tls-key.pem", p->dir);
	p->tls_cert = xasprintf("%s/tls-cert.pem", p->dir);
	must(tlscert_create(p->tls_key, p->tls_cert, p->desk,
			    env_now_ms(env_system()), &err),
	     &err);
	buf_init(&der, 16384);
	must(tlscert_der(p->tls_cert, &der, &err), &err);
	card.name_zh = xstrdup("测试桌面");
	card.name_en = xstrdup("test desk");
	if (p->listen != NULL) {
		card.addresses[0] = xstrdup(p->listen);
		card.n_addresses = 1;
	}
	card.n_tls_cert = der.len;
	card.tls_cert = (uint8_t *)buf_take(&der);
	must(journal_found(p->journal, &card, &err), &err);
	card_release(&card);
}

static void
open_journal(struct post *p)
{
	struct err err = ERR_INIT;
	struct journal_config config = {
		.folder = p->dir,
		.desk = p->desk,
		.store = p->store,
		.env = env_system(),
		.kinds = p->kinds,
		.calendar = p->calendar,
		.signer = p->signer,
	};

	must(journal_open(&config, &p->journal, &err), &err);
}

void
post_copy(struct post *p)
{
	char *clean = xasprintf("rm -f %s/copy.db", p->dir);
	char *sql = xasprintf("VACUUM INTO '%s/copy.db'", p->dir);
	char *path = xasprintf("%s/desk.db", p->dir);
	sqlite3 *db = NULL;

	assert_int_equal(system(clean), 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
	xfree(clean);
	xfree(sql);
	xfree(path);
}

void
post_put_back(struct post *p)
{
	struct err err = ERR_INIT;
	char *put = xasprintf("rm -f %s/desk.db* && cp %s/copy.db %s/desk.db",
			      p->dir, p->dir, p->dir);
	char *path = xasprintf("%s/desk.db", p->dir);

	if (p->exchange != NULL)
		post_stop(p);
	p->journal = journal_close(p->journal);
	p->store = store_close(p->store);
	assert_int_equal(system(put), 0);
	must(store_open(path, STORE_WRITE, &p->store, &err), &err);
	open_journal(p);
	xfree(put);
	xfree(path);
}

void
post_open(struct post *p, struct loop *loop, const char *desk, bool can_listen)
{
	struct err err = ERR_INIT;
	const struct asset *days = asset_find("reference/holidays.csv");
	char *path, *key;

	*p = (struct post){ .loop = loop };
	test_folder(p->dir);
	(void)str_copy(p->desk, sizeof(p->desk), desk, NULL);
	p->listen = can_listen ? free_address() : NULL;
	path = xasprintf("%s/desk.db", p->dir);
	key = xasprintf("%s/signing.pem", p->dir);
	must(store_open(path, STORE_CREATE, &p->store, &err), &err);
	must(signer_create(key, KEY_ED25519, &p->signer, &err), &err);
	p->kinds = kinds_new();
	add_kind(p->kinds);
	must(calendar_new(days->bytes, days->len, &p->calendar, &err), &err);
	open_journal(p);
	found(p);
	xfree(path);
	xfree(key);
}

void
post_close(struct post *p)
{
	char *clean = xasprintf("rm -rf %s", p->dir);

	if (p->exchange != NULL)
		post_stop(p);
	journal_close(p->journal);
	store_close(p->store);
	signer_free(p->signer);
	kinds_free(p->kinds);
	calendar_free(p->calendar);
	assert_int_equal(system(clean), 0);
	xfree(clean);
	xfree(p->tls_key);
	xfree(p->tls_cert);
	xfree(p->listen);
}

static void
trust(struct post *a, const struct post *b)
{
	struct err err = ERR_INIT;
	struct card card;
	struct buf json;

	buf_init(&json, CARD_MAX_BYTES);
	must(peer_card(b->journal, b->desk, &json, &err), &err);
	must(card_read(json.data, json.len, &card, &err), &err);
	must(peer_trust(a->journal, &card, &err), &err);
	card_release(&card);
	buf_release(&json);
}

void
posts_trust(struct post *a, struct post *b)
{
	trust(a, b);
	trust(b, a);
}

void
post_start(struct post *p)
{
	struct err err = ERR_INIT;
	struct exchange_config config = {
		.loop = p->loop,
		.journal = p->journal,
		.listen = p->listen,
		.tls_key_path = p->tls_key,
		.tls_cert_path = p->tls_cert,
	};

	must(exchange_start(&config, &p->exchange, &err), &err);
	p->stopped = false;
}

static void
on_stopped(void *ctx)
{
	struct post *p = ctx;

	p->stopped = true;
}

static bool
is_stopped(void *ctx)
{
	struct post *p = ctx;

	return p->stopped;
}

void
post_stop(struct post *p)
{
	exchange_stop(p->exchange, on_stopped, p);
	p->exchange = NULL;
	assert_true(run_until(p->loop, is_stopped, p, 10000));
}

static json_t *
content(const struct post *to)
{
	return json_pack("{s:[{s:s,s:s}], s:s, s:[s], s:[],"
			 " s:{s:s,s:s,s:s,s:s}}",
			 "officers", "id", "wang", "name", "王", "number",
			 "沪长打假通〔2026〕1号", "to", to->desk, "cc",
			 "fields", "title", "假鞋", "urgency", "平件", "mode",
			 "actual", "facts", "假冒注册商标运动鞋若干");
}

static void
issue(struct post *p, json_t *take_data)
{
	struct err err = ERR_INIT;
	char doc[UUID_LEN + 1];
	struct own_act act = {
		.type = EVENT_ISSUE,
		.owner = p->desk,
		.doc = doc,
		.kind = "clue",
		.kind_version = 2,
		.time_ms = env_now_ms(env_system()),
		.data = take_data,
	};

	uuid7_make(env_system(), doc);
	must(journal_begin(p->journal, &err), &err);
	must(journal_append(p->journal, &act, NULL, &err), &err);
	must(journal_commit(p->journal, &err), &err);
	json_decref(take_data);
}

void
post_issue(struct post *p, const struct post *to, int n)
{
	for (int i = 0; i < n; i++)
		issue(p, content(to));
}

void
post_attach(struct post *p, const struct post *to, const char *bytes,
	    size_t n_bytes, char out_hex[static DIGEST_HEX_LEN + 1])
{
	struct err err = ERR_INIT;
	struct blob_writer *w = NULL;
	struct digest d;
	int64_t size;
	json_t *data = content(to);

	must(blob_writer_open(p->journal, NULL, &w, &err), &err);
	must(blob_writer_add(w, bytes, n_bytes, &err), &err);
	must(blob_writer_commit(w, &d, &size, &err), &err);
	digest_hex(&d, out_hex);
	(void)json_object_set_new(
		data, "attachments",
		json_pack("[{s:s,s:o,s:I,s:s}]", "name", "证据.jpg", "digest",
			  json_sprintf("sha256:%s", out_hex), "size",
			  (json_int_t)size, "type", "image/jpeg"));
	issue(p, data);
}

/* ---- looking ---- */

struct until {
	struct loop *loop;
	bool (*done)(void *ctx);
	void *ctx;
	int64_t end_ms;
	bool good;
};

static void
on_look(void *ctx)
{
	struct until *u = ctx;

	u->good = u->done(u->ctx);
	if (u->good || loop_now_ms(u->loop) > u->end_ms)
		loop_stop(u->loop);
}

bool
run_until(struct loop *loop, bool (*done)(void *ctx), void *ctx, int timeout_ms)
{
	struct until u = { .loop = loop,
			   .done = done,
			   .ctx = ctx,
			   .end_ms = loop_now_ms(loop) + timeout_ms };
	struct timer *t = timer_new(loop, on_look, &u);

	timer_start(t, 5, 5);
	loop_run(loop);
	timer_free(t);
	return u.good;
}

int64_t
post_count(struct post *p, const char *sql)
{
	char *path = xasprintf("%s/desk.db", p->dir);
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	int64_t n;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	xfree(path);
	return n;
}

int64_t
post_count_from(struct post *p, const char *source)
{
	char *sql = xasprintf("SELECT count(*) FROM event WHERE type = 'issue'"
			      " AND source = '%s'",
			      source);
	int64_t n = post_count(p, sql);

	xfree(sql);
	return n;
}

void
post_held(struct post *p, const struct post *to, int64_t *ret_held,
	  int64_t *ret_end)
{
	struct channel c = { .lane = LANE_PLAIN };
	struct channel_at at;
	struct err err = ERR_INIT;

	*ret_held = *ret_end = 0;
	(void)str_copy(c.peer, sizeof(c.peer), to->desk, NULL);
	must(epoch_current(p->journal, c.epoch, &err), &err);
	for (int lane = 0; lane < LANE__COUNT; lane++) {
		c.lane = (enum lane)lane;
		must(channel_out_end(p->journal, &c, &at, &err), &err);
		*ret_end += at.seq;
		must(channel_out_cursor(p->journal, &c, &at, &err), &err);
		*ret_held += at.seq;
	}
}
