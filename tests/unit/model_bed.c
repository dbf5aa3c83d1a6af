#include "model_bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"
#include "journal/blob.h"
#include "journal/epoch.h"
#include "journal/peer.h"
#include "sim.h"
#include "trust/tlscert.h"

static const char *const ids[MODEL_DESKS] = { "310105", "330100", "320500" };

/* What all runs share. */
static struct {
	char dir[64];
	struct kinds *kinds;
	struct calendar *calendar;
	struct signer *signers[MODEL_DESKS];
} founded;

static void
must(enum rc rc, const struct err *err)
{
	if (rc != RC_OK)
		fail_msg("%s (%s)", err->msg, err->at);
}

/* ---- time and chance of a desk ---- */

static int64_t
now_ms(void *ctx)
{
	const struct mdesk *d = ctx;

	return sim_now_ms() + d->skew_ms;
}

static int64_t
monotonic_ms(void *ctx)
{
	(void)ctx;
	return sim_now_ms();
}

static void
chance(void *ctx, void *out, size_t n_bytes)
{
	unsigned char *p = out;

	(void)ctx;
	for (size_t i = 0; i < n_bytes; i++)
		p[i] = (unsigned char)sim_pick(256);
}

/* ---- files ---- */

static void
copy(const char *from_dir, const char *from, const char *to_dir, const char *to)
{
	char *a = xasprintf("%s/%s", from_dir, from);
	char *b = xasprintf("%s/%s", to_dir, to);
	static char bytes[1 << 16];
	FILE *in = fopen(a, "rb"), *out;
	size_t n;

	(void)unlink(b);
	if (in != NULL) {
		out = fopen(b, "wb");
		assert_non_null(out);
		while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
			assert_int_equal(fwrite(bytes, 1, n, out), n);
		(void)fclose(out);
		(void)fclose(in);
	}
	xfree(a);
	xfree(b);
}

/* Between callbacks no transaction is open, so the two files fit. */
static void
keep(const struct mdesk *d, const char *name)
{
	char *wal = xasprintf("%s-wal", name);

	copy(d->dir, "desk.db", d->dir, name);
	copy(d->dir, "desk.db-wal", d->dir, wal);
	xfree(wal);
}

static void
put_back(const struct mdesk *d, const char *name)
{
	char *wal = xasprintf("%s-wal", name);
	char *shm = xasprintf("%s/desk.db-shm", d->dir);

	(void)unlink(shm);
	copy(d->dir, name, d->dir, "desk.db");
	copy(d->dir, wal, d->dir, "desk.db-wal");
	xfree(wal);
	xfree(shm);
}

static void
clean(const char *dir)
{
	char *sh = xasprintf("rm -rf '%s'", dir);

	assert_int_equal(system(sh), 0);
	xfree(sh);
}

/* ---- opened and closed ---- */

static void
open_files(struct mdesk *d, enum store_mode mode)
{
	struct err err = ERR_INIT;
	char *path = xasprintf("%s/desk.db", d->dir);
	struct journal_config config = {
		.folder = d->dir,
		.desk = ids[d->no],
		.env = &d->env,
		.kinds = founded.kinds,
		.calendar = founded.calendar,
		.signer = founded.signers[d->no],
	};

	must(store_open(path, mode, &d->store, &err), &err);
	config.store = d->store;
	must(journal_open(&config, &d->journal, &err), &err);
	must(store_open(path, STORE_WRITE, &d->serve_store, &err), &err);
	config.store = d->serve_store;
	must(journal_open(&config, &d->serving, &err), &err);
	assert_int_equal(sqlite3_open(path, &d->look), SQLITE_OK);
	xfree(path);
}

static void
close_files(struct mdesk *d)
{
	(void)sqlite3_close(d->look);
	d->serving = journal_close(d->serving);
	d->serve_store = store_close(d->serve_store);
	d->journal = journal_close(d->journal);
	d->store = store_close(d->store);
}

static char *
root(void)
{
	const char *tmp = getenv("TMPDIR");

	/* in memory: thousands of runs would wear a disk out */
	if (access("/dev/shm", W_OK) == 0)
		tmp = "/dev/shm";
	return xasprintf("%s/dd-model-XXXXXX", tmp != NULL ? tmp : "/tmp");
}

/* The same keys in every run, so that a seed gives the same digests. */
static void
take_key(struct mdesk *d, const char *name)
{
	const char *top = getenv("TEST_SRCDIR");
	char *dir = xasprintf("%s/tests/data/model", top != NULL ? top : ".");
	char *from = xasprintf("%s-%d.pem", name, d->no);
	char *to = xasprintf("%s.pem", name);
	char *path = xasprintf("%s/%s", d->dir, to);

	copy(dir, from, d->dir, to);
	assert_int_equal(chmod(path, 0600), 0);
	xfree(dir);
	xfree(from);
	xfree(to);
	xfree(path);
}

static void
found(struct mdesk *d)
{
	struct err err = ERR_INIT;
	struct card card = { .n_keys = 0 };
	struct buf der;
	char *cert = xasprintf("%s/tls-cert.pem", d->dir);

	buf_init(&der, 16384);
	must(tlscert_der(cert, &der, &err), &err);
	card.name_zh = xstrdup("测试桌面");
	card.name_en = xstrdup("test desk");
	card.addresses[0] = xasprintf("127.0.0.1:%d", 4001 + d->no);
	card.n_addresses = 1;
	card.n_tls_cert = der.len;
	card.tls_cert = (uint8_t *)buf_take(&der);
	must(journal_found(d->journal, &card, &err), &err);
	card_release(&card);
	xfree(cert);
}

static void
mdesk_init(struct mdesk *d, int no, const char *dir)
{
	*d = (struct mdesk){ .no = no };
	(void)snprintf(d->dir, sizeof(d->dir), "%s/%d", dir, no);
	d->env = (struct env){ now_ms, monotonic_ms, chance, d };
	assert_int_equal(mkdir(d->dir, 0700), 0);
}

/* Also when a test failed in the middle. */
static void
forget_folders(void)
{
	if (founded.dir[0] != '\0' && getenv("TEST_KEEP") == NULL)
		clean(founded.dir);
	founded.dir[0] = '\0';
}

void
mdesks_found(void)
{
	struct err err = ERR_INIT;
	const struct asset *a = asset_find("kinds/clue.json");
	const struct asset *days = asset_find("reference/holidays.csv");
	struct mdesk list[MODEL_DESKS];
	struct kind *k = NULL;
	struct digest digest;
	char *dir = root();

	/* no other process: locks of this one do */
	assert_int_equal(sqlite3_vfs_register(sqlite3_vfs_find("unix-excl"), 1),
			 SQLITE_OK);
	sim_begin(1, MODEL_NOW_MS);
	assert_non_null(mkdtemp(dir));
	assert_int_equal(atexit(forget_folders), 0);
	(void)str_copy(founded.dir, sizeof(founded.dir), dir, NULL);
	xfree(dir);
	founded.kinds = kinds_new();
	must(kind_read("clue.json", a->bytes, a->len, &k, &err), &err);
	digest_sha256(a->bytes, a->len, &digest);
	memcpy(k->digest, digest.bytes, DIGEST_LEN);
	must(kinds_add(founded.kinds, k, &err), &err);
	must(calendar_new(days->bytes, days->len, &founded.calendar, &err),
	     &err);
	for (int i = 0; i < MODEL_DESKS; i++) {
		char *key;

		mdesk_init(&list[i], i, founded.dir);
		take_key(&list[i], "signing");
		take_key(&list[i], "tls-key");
		take_key(&list[i], "tls-cert");
		key = xasprintf("%s/signing.pem", list[i].dir);
		must(signer_open(key, &founded.signers[i], &err), &err);
		xfree(key);
		open_files(&list[i], STORE_CREATE);
		found(&list[i]);
	}
	for (int i = 0; i < MODEL_DESKS; i++)
		mdesk_trust_all(&list[i], list);
	for (int i = 0; i < MODEL_DESKS; i++)
		close_files(&list[i]);
}

void
mdesks_forget(void)
{
	forget_folders();
	kinds_free(founded.kinds);
	calendar_free(founded.calendar);
	for (int i = 0; i < MODEL_DESKS; i++)
		signer_free(founded.signers[i]);
	sim_end();
}

static void
run_dir(char *out, size_t size)
{
	(void)snprintf(out, size, "%s/run", founded.dir);
}

void
mdesks_open(struct mdesk *list, int deaf)
{
	static const int64_t skews[] = { 0, 0, 0, 40000, -7200000, 7200000 };
	char dir[80];

	run_dir(dir, sizeof(dir));
	assert_int_equal(mkdir(dir, 0700), 0);
	for (int i = 0; i < MODEL_DESKS; i++) {
		char from[96];

		mdesk_init(&list[i], i, dir);
		list[i].listens = i != deaf;
		list[i].skew_ms = skews[sim_pick(ARRAY_LEN(skews))];
		(void)snprintf(from, sizeof(from), "%s/%d", founded.dir, i);
		copy(from, "desk.db", list[i].dir, "desk.db");
		copy(from, "desk.db-wal", list[i].dir, "desk.db-wal");
		list[i].loop = sim_loop(i);
		open_files(&list[i], STORE_WRITE);
	}
}

/* ---- serve ---- */

void
mdesk_start(struct mdesk *d)
{
	struct err err = ERR_INIT;
	char *key = xasprintf("%s/%d/tls-key.pem", founded.dir, d->no);
	char *cert = xasprintf("%s/%d/tls-cert.pem", founded.dir, d->no);
	char *listen = xasprintf("127.0.0.1:%d", 4001 + d->no);
	struct exchange_config config = {
		.loop = d->loop,
		.journal = d->serving,
		.listen = d->listens ? listen : NULL,
		.tls_key_path = key,
		.tls_cert_path = cert,
	};

	must(exchange_start(&config, &d->exchange, &err), &err);
	d->stopped = false;
	xfree(key);
	xfree(cert);
	xfree(listen);
}

static void
on_stopped(void *ctx)
{
	struct mdesk *d = ctx;

	d->stopped = true;
}

static bool
is_stopped(void *ctx)
{
	const struct mdesk *d = ctx;

	return d->stopped;
}

static void
stop(struct mdesk *d)
{
	if (d->exchange == NULL)
		return;
	exchange_stop(d->exchange, on_stopped, d);
	d->exchange = NULL;
	assert_true(sim_run_until(is_stopped, d, 10000));
}

static void
die(struct mdesk *d, const char *back_to)
{
	if (d->exchange != NULL)
		sim_forsake(d->no, sim_pick(2) == 0);
	keep(d, "killed.db");
	stop(d);
	close_files(d);
	put_back(d, back_to != NULL ? back_to : "killed.db");
	open_files(d, STORE_WRITE);
}

void
mdesk_kill(struct mdesk *d)
{
	die(d, NULL);
}

void
mdesks_close(struct mdesk *list)
{
	char dir[80];

	for (int i = 0; i < MODEL_DESKS; i++)
		stop(&list[i]);
	sim_run(2000);
	sim_hang_up_all();
	for (int i = 0; i < MODEL_DESKS; i++) {
		close_files(&list[i]);
		loop_free(list[i].loop);
	}
	run_dir(dir, sizeof(dir));
	clean(dir);
}

/* ---- losses ---- */

static int64_t
count(const struct mdesk *d, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t n;

	if (sqlite3_prepare_v2(d->look, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(d->look));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

void
mdesk_backup(struct mdesk *d)
{
	keep(d, "backup.db");
	d->has_backup = true;
}

int
mdesk_epochs(const struct mdesk *d)
{
	return (int)count(d, "SELECT count(*) FROM epoch");
}

void
mdesk_restore(struct mdesk *d, bool told)
{
	struct err err = ERR_INIT;

	die(d, "backup.db");
	if (told) {
		must(journal_begin(d->journal, &err), &err);
		must(epoch_begin(d->journal, EPOCH_WHY_RESTORED, NULL, &err),
		     &err);
		must(journal_commit(d->journal, &err), &err);
		return;
	}
	d->rolled_back = true;
	d->epochs_when_back = mdesk_epochs(d);
}

bool
mdesk_revoke(struct mdesk *d, const struct mdesk *other)
{
	struct err err = ERR_INIT;

	if (d == other)
		return false;
	must(peer_revoke(d->journal, ids[other->no], &err), &err);
	sim_touch(d->loop);
	return true;
}

static void
trust(struct mdesk *d, const struct mdesk *other)
{
	struct err err = ERR_INIT;
	struct card card;
	struct buf json;
	bool trusted = false;
	enum rc rc =
		peer_is_trusted(d->journal, ids[other->no], &trusted, &err);

	if (rc == RC_OK && trusted)
		return;
	buf_init(&json, CARD_MAX_BYTES);
	must(peer_card(other->journal, ids[other->no], &json, &err), &err);
	must(card_read(json.data, json.len, &card, &err), &err);
	must(peer_trust(d->journal, &card, &err), &err);
	card_release(&card);
	buf_release(&json);
	if (d->loop != NULL)
		sim_touch(d->loop);
}

void
mdesk_trust_all(struct mdesk *d, const struct mdesk *list)
{
	for (int i = 0; i < MODEL_DESKS; i++)
		if (i != d->no)
			trust(d, &list[i]);
}

/* ---- officers ---- */

bool
mdesk_may_act(struct mdesk *d)
{
	bool waits = true;

	return epoch_is_restoring(d->journal, &waits, NULL) == RC_OK &&
	       !waits &&
	       (!d->rolled_back || mdesk_epochs(d) > d->epochs_when_back);
}

static json_t *
attachment(struct mdesk *d)
{
	struct err err = ERR_INIT;
	struct blob_writer *w = NULL;
	char hex[7 + DIGEST_HEX_LEN + 1], bytes[4000];
	struct digest digest;
	int64_t size;
	size_t n = 1 + sim_pick(sizeof(bytes));

	chance(NULL, bytes, n);
	must(blob_writer_open(d->journal, NULL, &w, &err), &err);
	must(blob_writer_add(w, bytes, n, &err), &err);
	must(blob_writer_commit(w, &digest, &size, &err), &err);
	memcpy(hex, "sha256:", 7);
	digest_hex(&digest, hex + 7);
	return json_pack("[{s:s,s:s,s:I,s:s}]", "name", "证据.jpg", "digest",
			 hex, "size", (json_int_t)size, "type", "image/jpeg");
}

static json_t *
content(struct mdesk *d)
{
	static const char *const urgencies[] = { "特急", "加急", "平件" };
	json_t *to = json_array(), *cc = json_array(), *o;
	int one = (d->no + 1 + (int)sim_pick(MODEL_DESKS - 1)) % MODEL_DESKS;
	int other = MODEL_DESKS - d->no - one;
	char title[64];

	json_array_append_new(to, json_string(ids[one]));
	if (sim_pick(2) == 0)
		json_array_append_new(sim_pick(2) == 0 ? to : cc,
				      json_string(ids[other]));
	(void)snprintf(title, sizeof(title), "第%u件", sim_pick(1000));
	o = json_pack("{s:[{s:s,s:s}],s:s,s:o,s:o,s:{s:s,s:s}}", "officers",
		      "id", "wang", "name", "王", "number", "沪〔2026〕9号",
		      "to", to, "cc", cc, "fields", "title", title, "urgency",
		      urgencies[sim_pick(3)]);
	if (sim_pick(4) == 0)
		(void)json_object_set_new(o, "attachments", attachment(d));
	return o;
}

static json_t *
random_act(struct mdesk *d, bool owns, enum event_type *ret_type)
{
	static const char *const moves[] = { "sign", "accept", "refuse" };
	json_t *data;
	unsigned what = sim_pick(8);

	if (owns && what < 4) {
		*ret_type = EVENT_REVISE;
		return content(d);
	}
	data = json_pack("{s:[{s:s,s:s}]}", "officers", "id", "li", "name",
			 "李");
	if (owns && what == 4) {
		*ret_type = EVENT_WITHDRAW;
		json_object_set_new(data, "note", json_string("发错"));
	} else if (owns || what < 2) {
		*ret_type = EVENT_REMARK;
		json_object_set_new(data, "text", json_string("请抓紧"));
	} else if (what == 2) {
		*ret_type = EVENT_ACK_WITHDRAW;
	} else if (what == 3) {
		*ret_type = EVENT_LOCAL;
		json_object_set_new(data, "act", json_string("assign"));
		json_object_set_new(data, "assignee", json_string("zhao"));
	} else {
		*ret_type = EVENT_MOVE;
		json_object_set_new(data, "move",
				    json_string(moves[sim_pick(3)]));
		json_object_set_new(data, "input", json_object());
	}
	return data;
}

bool
mdesk_act(struct mdesk *d, const char *doc, int owner, bool issues)
{
	struct err err = ERR_INIT;
	struct own_act a = { .type = EVENT_ISSUE,
			     .owner = ids[owner],
			     .doc = doc,
			     .time_ms = now_ms(d) };
	bool good;

	if (issues) {
		a.kind = "clue";
		a.kind_version = 2;
		a.data = content(d);
	} else {
		a.data = random_act(d, owner == d->no, &a.type);
	}
	must(journal_begin(d->journal, &err), &err);
	good = journal_append(d->journal, &a, NULL, &err) == RC_OK;
	if (good)
		must(journal_commit(d->journal, &err), &err);
	else
		journal_rollback(d->journal);
	json_decref(a.data);
	sim_touch(d->loop);
	return good;
}
