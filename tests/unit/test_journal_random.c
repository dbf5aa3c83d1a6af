/*
 * Random histories over three desks: whatever is lost, doubled or comes in
 * another order, in the end every desk holds what it should, all who hold an
 * event judge it alike, nothing is sent any more, and rebuilding gives the
 * same rows. Repeats by the seed it prints; DELTADESK_TEST_SEED sets it.
 */
#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"
#include "journal_bed.h"

#define DESKS 3
#define DOCS  6
#define ACTS  70
#define RUNS  4

static const char *const ids[DESKS] = { "310105", "330100", "320500" };

struct world {
	struct bed beds[DESKS];
	uint64_t random;
	char owner_of[DOCS]; /* -1 not issued yet */
};

static unsigned
pick(struct world *w, unsigned n)
{
	w->random ^= w->random << 13; /* xorshift64 */
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (unsigned)(w->random >> 20) % n;
}

static void
doc_id(unsigned doc, char out[static UUID_LEN + 1])
{
	(void)snprintf(out, UUID_LEN + 1, "01900000-0000-7000-8000-%012x",
		       doc & 0xffff);
}

static json_t *
random_content(struct world *w, unsigned owner)
{
	static const char *const urgencies[] = { "特急", "加急", "平件" };
	json_t *to = json_array(), *cc = json_array();
	unsigned one = (owner + 1 + pick(w, DESKS - 1)) % DESKS;
	unsigned other = DESKS - owner - one;
	char title[64];

	json_array_append_new(to, json_string(ids[one]));
	if (pick(w, 2) == 0)
		json_array_append_new(pick(w, 2) == 0 ? to : cc,
				      json_string(ids[other]));
	(void)snprintf(title, sizeof(title), "第%u件", pick(w, 1000));
	return json_pack("{s:[{s:s,s:s}],s:s,s:o,s:o,s:{s:s,s:s}}", "officers",
			 "id", "wang", "name", "王", "number", "沪〔2026〕9号",
			 "to", to, "cc", cc, "fields", "title", title,
			 "urgency", urgencies[pick(w, 3)]);
}

static json_t *
random_act(struct world *w, unsigned desk, unsigned owner,
	   enum event_type *ret_type)
{
	static const char *const moves[] = { "sign",   "accept", "refuse",
					     "verify", "report", "dispute" };
	json_t *data = json_pack("{s:[{s:s,s:s}]}", "officers", "id", "li",
				 "name", "李");
	unsigned what = pick(w, desk == owner ? 5 : 8);

	if (desk == owner && what < 2) {
		json_decref(data);
		*ret_type = EVENT_REVISE;
		return random_content(w, owner);
	}
	if (desk == owner && what == 2 && pick(w, 3) == 0) {
		*ret_type = EVENT_WITHDRAW;
		json_object_set_new(data, "note", json_string("发错"));
	} else if (what == 3) {
		*ret_type = EVENT_REMARK;
		json_object_set_new(data, "text", json_string("请抓紧"));
	} else if (what == 4) {
		*ret_type = EVENT_LOCAL;
		json_object_set_new(data, "act", json_string("assign"));
		json_object_set_new(data, "assignee", json_string("zhao"));
	} else if (desk == owner || what == 5) {
		*ret_type = EVENT_REMIND;
		json_object_set_new(
			data, "to",
			json_string(ids[desk == owner ? (owner + 1) % DESKS
						      : owner]));
	} else if (what == 6) {
		*ret_type = EVENT_ACK_WITHDRAW;
	} else {
		*ret_type = EVENT_MOVE;
		json_object_set_new(data, "move",
				    json_string(moves[pick(w, 6)]));
		json_object_set_new(data, "input", json_object());
	}
	return data;
}

/* An act that the desk may refuse to append: then nothing happens. */
static void
act(struct world *w)
{
	struct err err = ERR_INIT;
	unsigned doc = pick(w, DOCS), desk = pick(w, DESKS);
	char id[UUID_LEN + 1];
	struct bed *b = &w->beds[desk];
	struct own_act a = { .type = EVENT_ISSUE, .time_ms = b->env.now_ms };

	doc_id(doc, id);
	a.doc = id;
	if (w->owner_of[doc] < 0) {
		w->owner_of[doc] = (char)desk;
		a.kind = "clue";
		a.kind_version = 2;
		a.data = random_content(w, desk);
	} else {
		a.data = random_act(w, desk, (unsigned)w->owner_of[doc],
				    &a.type);
	}
	a.owner = ids[(unsigned)w->owner_of[doc]];
	assert_int_equal(journal_begin(b->journal, &err), RC_OK);
	if (journal_append(b->journal, &a, NULL, &err) == RC_OK) {
		if (journal_commit(b->journal, &err) != RC_OK)
			fail_msg("%s (%s)", err.msg, err.at);
	} else {
		journal_rollback(b->journal);
	}
	json_decref(a.data);
}

/* A part of one lane; perhaps without the receipt, perhaps twice. */
static void
carry_some(struct world *w)
{
	unsigned from = pick(w, DESKS), to = (from + 1 + pick(w, 2)) % DESKS;
	struct bed *f = &w->beds[from], *t = &w->beds[to];
	struct err err = ERR_INIT;
	struct channel c = { .lane = (enum lane)pick(w, LANE__COUNT) };
	struct channel_at at;
	struct buf lines;
	int64_t last = 0;

	(void)strcpy(c.peer, ids[from]);
	assert_int_equal(epoch_current(f->journal, c.epoch, &err), RC_OK);
	assert_int_equal(channel_in_cursor(t->journal, &c, &at, &err), RC_OK);
	(void)strcpy(c.peer, ids[to]);
	buf_init(&lines, BODY_MAX_BYTES);
	assert_int_equal(channel_out_read(f->journal, &c, at.seq,
					  1 + pick(w, 4), BODY_MAX_BYTES,
					  &lines, &last, &err),
			 RC_OK);
	if (lines.len > 0) {
		(void)bed_ingest(t, f, lines.data, NULL);
		if (pick(w, 4) == 0) { /* doubled: refused, changes nothing */
			struct ingest_result r;
			assert_int_equal(bed_ingest(t, f, lines.data, &r),
					 RC_GAP);
		}
	}
	buf_release(&lines);
}

static void
no_quarantine(struct bed *b)
{
	char *reason = bed_text(b, "SELECT code || ' ' || reason FROM "
				   "quarantine LIMIT 1");
	if (reason != NULL)
		fail_msg("%s holds apart: %s", journal_get_desk(b->journal),
			 reason);
}

static void
settle(struct bed *b)
{
	struct err err = ERR_INIT;
	if (journal_settle_rest(b->journal, &err) != RC_OK)
		fail_msg("%s (%s)", err.msg, err.at);
}

static size_t
carry_round(struct world *w)
{
	size_t n = 0;
	for (unsigned i = 0; i < DESKS; i++)
		settle(&w->beds[i]);
	for (unsigned i = 0; i < DESKS; i++)
		for (unsigned k = 0; k < DESKS; k++)
			if (i != k) {
				struct carried c = bed_carry(&w->beds[i],
							     &w->beds[k], true);
				assert_int_equal(c.rc, RC_OK);
				no_quarantine(&w->beds[k]);
				assert_int_equal(c.forked, 0);
				n += c.frames;
			}
	return n;
}

/* Every verdict that two desks hold is the same at both. */
static void
compare(struct world *w, unsigned one, unsigned two)
{
	static const char sql[] =
		"SELECT group_concat(hex(digest) || verdict) FROM (SELECT "
		"e.digest, coalesce(v.verdict, 0) AS verdict FROM event AS e "
		"LEFT JOIN verdict AS v ON v.digest = e.digest WHERE e.type "
		"NOT IN ('local', 'card') ORDER BY e.digest)";
	char *a = bed_text(&w->beds[one], sql);
	char *b = bed_text(&w->beds[two], sql);
	size_t width = 2 * DIGEST_LEN + 1;
	for (const char *s = a; s != NULL && *s != '\0';
	     s += width + (s[width] == ',')) {
		char digest[2 * DIGEST_LEN + 1];
		memcpy(digest, s, 2 * DIGEST_LEN);
		digest[2 * DIGEST_LEN] = '\0';
		const char *there = b == NULL ? NULL : strstr(b, digest);
		if (there != NULL && there[2 * DIGEST_LEN] != s[2 * DIGEST_LEN])
			fail_msg("%s judges %s %c, %s %c", ids[one], digest,
				 s[2 * DIGEST_LEN], ids[two],
				 there[2 * DIGEST_LEN]);
	}
	(void)xfree(a);
	(void)xfree(b);
}

/* What all parties of a document show of it. */
static void
compare_documents(struct world *w)
{
	for (unsigned doc = 0; doc < DOCS; doc++) {
		if (w->owner_of[doc] < 0)
			continue;
		unsigned owner = (unsigned)w->owner_of[doc];
		char id[UUID_LEN + 1];
		doc_id(doc, id);
		char *sql = xasprintf("SELECT title || withdrawn || issued_ms "
				      "FROM doc WHERE uuid = '%s'",
				      id);
		char *party =
			xasprintf("SELECT group_concat(desk) FROM (SELECT "
				  "desk FROM doc_party AS p JOIN doc AS d "
				  "ON d.id = p.doc WHERE d.uuid = '%s' "
				  "AND NOT p.removed ORDER BY desk)",
				  id);
		char *want = bed_text(&w->beds[owner], sql);
		char *parties = bed_text(&w->beds[owner], party);
		for (unsigned i = 0; i < DESKS; i++) {
			if (i == owner || strstr(parties, ids[i]) == NULL)
				continue;
			char *got = bed_text(&w->beds[i], sql);
			if (!str_eq(got, want))
				fail_msg("%s shows %s, %s shows %s", ids[owner],
					 want, ids[i], got);
			(void)xfree(got);
		}
		(void)xfree(want);
		(void)xfree(parties);
		(void)xfree(sql);
		(void)xfree(party);
	}
}

static void
nothing(void *ctx)
{
	(void)ctx; /* it is settled now and then, below */
}

static void
run(uint64_t seed, bool relay_all, bool ahead)
{
	struct world *w = xcalloc(1, sizeof(*w));
	size_t rounds = 0;

	print_message("seed %llu%s%s\n", (unsigned long long)seed,
		      relay_all ? ", parties see each other" : "",
		      ahead ? ", receipts before lists" : "");
	w->random = seed * 0x9E3779B97F4A7C15u | 1;
	memset(w->owner_of, -1, sizeof(w->owner_of));
	for (unsigned i = 0; i < DESKS; i++)
		(relay_all ? bed_open_relay : bed_open)(&w->beds[i], ids[i],
							seed * DESKS + i);
	for (unsigned i = 0; i < DESKS; i++)
		for (unsigned k = 0; k < DESKS; k++)
			if (i != k)
				bed_trust(&w->beds[i], &w->beds[k]);
	for (unsigned i = 0; ahead && i < DESKS; i++)
		journal_run_ahead(w->beds[i].journal, nothing, NULL);
	for (unsigned n = 0; n < ACTS; n++) {
		w->beds[pick(w, DESKS)].env.now_ms += pick(w, 7200000);
		act(w);
		for (unsigned k = pick(w, 3); k > 0; k--)
			carry_some(w);
		if (ahead && pick(w, 3) == 0)
			settle(&w->beds[pick(w, DESKS)]);
	}
	while (carry_round(w) > 0)
		assert_true(++rounds < 20); /* it comes to rest */
	for (unsigned i = 0; i < DESKS; i++) {
		assert_int_equal(bed_count(&w->beds[i],
					   "SELECT count(*) FROM verdict WHERE "
					   "verdict = 1"),
				 0); /* nothing stays early */
		assert_int_equal(bed_count(&w->beds[i],
					   "SELECT coalesce(sum(flags & 1), 0) "
					   "FROM doc"),
				 0); /* nothing stays undelivered */
		compare(w, i, (i + 1) % DESKS);
		bed_verify(&w->beds[i], false);
		bed_verify(&w->beds[i], true);
	}
	compare_documents(w);
	for (unsigned i = 0; i < DESKS; i++)
		bed_close(&w->beds[i]);
	(void)xfree(w);
}

static void
test_random_histories(void **state)
{
	const char *given = getenv("DELTADESK_TEST_SEED");
	int64_t seed = 1;
	(void)state;
	if (given != NULL)
		(void)str_to_i64(given, 1, INT32_MAX, &seed, NULL);
	for (int i = 0; i < RUNS; i++)
		run((uint64_t)seed + (uint64_t)i, i % 2 == 1, i >= 2);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_histories),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
