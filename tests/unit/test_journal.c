/* Two journals in one process: what goes in comes out, whole and once. */
#include <signal.h>
#include <stdio.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal/audit.h"
#include "journal_bed.h"
#include "trust/tlscert.h"

#define DOC_1 "01900000-0000-7000-8000-000000000001"
#define DOC_2 "01900000-0000-7000-8000-000000000002"
#define DOC_3 "01900000-0000-7000-8000-000000000003"

#define A "310105"
#define B "330100"
#define C "320500"

struct pair {
	struct bed a, b;
};

static int
setup(void **state)
{
	struct pair *p = xcalloc(1, sizeof(*p));
	bed_open(&p->a, A, 1);
	bed_open(&p->b, B, 2);
	bed_befriend(&p->a, &p->b);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct pair *p = *state;
	bed_close(&p->a);
	bed_close(&p->b);
	(void)xfree(p);
	return 0;
}

static void
assert_text(struct bed *b, const char *sql, const char *want)
{
	char *text = bed_text(b, sql);
	if (!str_eq(text, want))
		fail_msg("%s: %s, wanted %s", sql, text == NULL ? "NULL" : text,
			 want == NULL ? "NULL" : want);
	(void)xfree(text);
}

static void
test_issue_sign_and_back(void **state)
{
	struct pair *p = *state;
	struct carried c;

	bed_issue(&p->a, DOC_1, bed_content("运动鞋线索", B, "平件"));
	assert_text(&p->a,
		    "SELECT json_extract(parties_json, '$[0].state') "
		    "FROM doc",
		    "sent");
	assert_int_equal(bed_count(&p->a, "SELECT flags & 1 FROM doc"), 1);
	p->b.env.now_ms += 60000;
	c = bed_carry(&p->a, &p->b, true);
	assert_int_equal(c.rc, RC_OK);
	assert_int_equal(c.quarantined, 0);
	assert_text(&p->b, "SELECT own_state FROM doc", "stored");
	assert_text(&p->b, "SELECT title FROM doc", "运动鞋线索");
	assert_int_equal(bed_count(&p->b, "SELECT waits FROM doc"), 1);
	assert_int_equal(bed_count(&p->b, "SELECT value FROM counter WHERE "
					  "name = 'waits:clue'"),
			 1);
	/* The receipt tells the sender that it is there. */
	assert_text(&p->a,
		    "SELECT json_extract(parties_json, '$[0].state') "
		    "FROM doc",
		    "stored");
	assert_int_equal(bed_count(&p->a, "SELECT flags & 1 FROM doc"), 0);
	bed_act(&p->b, EVENT_MOVE, A, DOC_1, bed_move("sign"));
	assert_text(&p->b, "SELECT own_state FROM doc", "signed");
	c = bed_carry(&p->b, &p->a, true);
	assert_int_equal(c.rc, RC_OK);
	assert_text(&p->a,
		    "SELECT json_extract(parties_json, '$[0].state') "
		    "FROM doc",
		    "signed");
	assert_int_equal(
		bed_count(&p->a, "SELECT count(*) FROM verdict WHERE verdict"),
		0);
	bed_verify(&p->a, false);
	bed_verify(&p->b, false);
}

static void
test_duplicate_gap_and_chain(void **state)
{
	struct pair *p = *state;
	struct buf all, one;
	struct ingest_result r = { .n = 0 };

	bed_issue(&p->a, DOC_1, bed_content("一", B, "平件"));
	bed_issue(&p->a, DOC_2, bed_content("二", B, "平件"));
	bed_lines(&p->a, &p->b, LANE_PLAIN, 0, &all); /* card, 一, 二 */
	bed_lines(&p->a, &p->b, LANE_PLAIN, 1, &one); /* 一, 二 */
	assert_int_equal(bed_ingest(&p->b, &p->a, one.data, &r), RC_GAP);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM doc"), 0);
	assert_int_equal(bed_ingest(&p->b, &p->a, all.data, &r), RC_OK);
	assert_int_equal(r.new_events, 3);
	ingest_result_release(&r);
	/* The same again does not follow the cursor and changes nothing. */
	assert_int_equal(bed_ingest(&p->b, &p->a, all.data, &r), RC_GAP);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM doc"), 2);
	buf_release(&all);
	buf_release(&one);

	bed_issue(&p->a, DOC_3, bed_content("三", B, "平件"));
	bed_lines(&p->a, &p->b, LANE_PLAIN, 3, &one);
	char *chain = strstr(one.data, "\"chain\":\"") + 9;
	chain[0] = chain[0] == '0' ? '1' : '0';
	assert_int_equal(bed_ingest(&p->b, &p->a, one.data, &r), RC_CHAIN);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM doc"), 2);
	buf_release(&one);
	bed_verify(&p->b, false);
}

static void
test_lanes_and_cards_first(void **state)
{
	struct pair *p = *state;

	bed_issue(&p->a, DOC_1, bed_content("急", B, "特急"));
	bed_issue(&p->a, DOC_2, bed_content("平", B, "平件"));
	assert_text(&p->a,
		    "SELECT group_concat(type, ' ') FROM (SELECT e.type FROM "
		    "frame_out AS f JOIN event AS e ON e.digest = f.event "
		    "WHERE f.lane = 0 ORDER BY f.seq)",
		    "card issue");
	assert_text(&p->a,
		    "SELECT group_concat(type, ' ') FROM (SELECT e.type FROM "
		    "frame_out AS f JOIN event AS e ON e.digest = f.event "
		    "WHERE f.lane = 1 ORDER BY f.seq)",
		    "card issue");
	bed_act(&p->a, EVENT_WITHDRAW, A, DOC_2,
		json_pack("{s:[{s:s,s:s}],s:s}", "officers", "id", "wang",
			  "name", "王", "note", "发错"));
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM frame_out "
					  "WHERE lane = 0"),
			 3);
	/* The withdraw overtakes what it withdraws, and both fold. */
	struct buf lines;
	bed_lines(&p->a, &p->b, LANE_URGENT, 0, &lines);
	assert_int_equal(bed_ingest(&p->b, &p->a, lines.data, NULL), RC_OK);
	buf_release(&lines);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM doc"), 2);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM notice WHERE "
					  "what = 'early'"),
			 1);
	bed_lines(&p->a, &p->b, LANE_PLAIN, 0, &lines);
	assert_int_equal(bed_ingest(&p->b, &p->a, lines.data, NULL), RC_OK);
	buf_release(&lines);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM notice"), 0);
	assert_int_equal(bed_count(&p->b, "SELECT withdrawn FROM doc WHERE "
					  "uuid = '" DOC_2 "'"),
			 1);
	assert_int_equal(bed_count(&p->b, "SELECT waits FROM doc WHERE "
					  "uuid = '" DOC_2 "'"),
			 1);
	bed_verify(&p->b, true);
}

/* A frame whose event says something else than was signed. */
static void
test_bad_signature_is_kept_apart(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;
	struct buf lines, changed;
	struct frame f;
	struct digest d;
	struct ingest_result r = { .n = 0 };

	bed_carry(&p->a, &p->b, false);
	bed_issue(&p->a, DOC_1, bed_content("真", B, "特急"));
	bed_lines(&p->a, &p->b, LANE_URGENT, 1, &lines);
	assert_int_equal(frame_read(lines.data, lines.len - 1, &f, &err),
			 RC_OK);
	f.event.sig[0] ^= 1;
	envelope_digest(&f.event, &d);
	buf_init(&changed, BODY_MAX_BYTES);
	assert_int_equal(frame_write(&f, &changed, &err), RC_OK);
	frame_release(&f);
	assert_int_equal(bed_ingest(&p->b, &p->a, changed.data, &r), RC_OK);
	assert_int_equal(r.quarantined, 1);
	assert_int_equal(r.new_events, 0);
	assert_int_equal(r.cursor.seq, 2);
	ingest_result_release(&r);
	assert_text(&p->b, "SELECT code FROM quarantine", "bad_signature");
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM doc"), 0);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM notice WHERE "
					  "what = 'quarantine'"),
			 1);
	bed_verify(&p->b, false);
	buf_release(&lines);
	buf_release(&changed);
}

/* C never met B: A passes B's move on, B's card first. */
static void
test_relay_with_the_authors_card(void **state)
{
	struct bed a, b, c;
	(void)state;

	bed_open_relay(&a, A, 1);
	bed_open_relay(&b, B, 2);
	bed_open_relay(&c, C, 3);
	bed_befriend(&a, &b);
	bed_befriend(&a, &c);
	bed_issue(&a, DOC_1,
		  json_pack("{s:[{s:s,s:s}],s:s,s:[s,s],s:[],s:{s:s}}",
			    "officers", "id", "wang", "name", "王", "number",
			    "沪〔2026〕2号", "to", B, C, "cc", "fields",
			    "title", "两家"));
	bed_carry(&a, &b, true);
	bed_carry(&a, &c, true);
	bed_act(&b, EVENT_MOVE, A, DOC_1, bed_move("sign"));
	bed_carry(&b, &a, true);
	assert_text(&a,
		    "SELECT group_concat(source || ' ' || type, ', ') FROM "
		    "(SELECT e.source, e.type FROM frame_out AS f JOIN event "
		    "AS e ON e.digest = f.event WHERE f.lane = 1 AND "
		    "f.peer = '" C "' ORDER BY f.seq)",
		    A " card, " A " issue, " B " card, " B " move");
	/* Nothing of B goes back to B. */
	assert_int_equal(bed_count(&a, "SELECT count(*) FROM frame_out AS f "
				       "JOIN event AS e ON e.digest = f.event "
				       "WHERE f.peer = '" B
				       "' AND e.source = '" B "'"),
			 0);
	struct carried got = bed_carry(&a, &c, true);
	assert_int_equal(got.quarantined, 0);
	assert_int_equal(got.new_events, 2);
	assert_text(&c, "SELECT state FROM doc_party WHERE desk = '" B "'",
		    "signed");
	/* Its card lets C check what B signs, and no more. */
	assert_int_equal(bed_count(&c, "SELECT count(*) FROM peer WHERE "
				       "desk = '" B "'"),
			 0);
	assert_int_equal(bed_count(&c, "SELECT count(*) FROM card WHERE "
				       "desk = '" B "'"),
			 1);
	bed_verify(&c, true);
	bed_verify(&a, true);
	bed_close(&a);
	bed_close(&b);
	bed_close(&c);
}

/* Revoking ends waiting for that peer; nothing new goes to it. */
static void
test_revoke(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;
	struct bed *a = &p->a;

	bed_issue(a, DOC_1, bed_content("一", B, "平件"));
	bed_carry(a, &p->b, true);
	bed_act(a, EVENT_REVISE, A, DOC_1, bed_content("二", B, "平件"));
	assert_int_equal(bed_count(a, "SELECT flags & 1 FROM doc"), 1);
	assert_int_equal(peer_revoke(a->journal, B, &err), RC_OK);
	assert_int_equal(bed_count(a, "SELECT flags & 1 FROM doc"), 0);
	int64_t frames = bed_count(a, "SELECT count(*) FROM frame_out");
	bed_act(a, EVENT_REVISE, A, DOC_1, bed_content("三", B, "平件"));
	assert_int_equal(bed_count(a, "SELECT count(*) FROM frame_out"),
			 frames);
	struct peer peer;
	assert_int_equal(peer_get(a->journal, B, &peer, &err), RC_OK);
	assert_int_equal(peer.state, PEER_REVOKED);
	peer_release(&peer);
	assert_int_equal(bed_carry(&p->b, a, false).rc, RC_DENIED);
	bed_trust(a, &p->b);
	assert_true(bed_count(a, "SELECT count(*) FROM frame_out") > frames);
	bed_carry(a, &p->b, true);
	assert_text(&p->b, "SELECT title FROM doc", "三");
	bed_verify(a, true);
	assert_int_equal(peer_revoke(a->journal, C, &err), RC_NOTFOUND);
}

/* Who is no longer a party is told so, and hears no more. */
static void
test_removed_party_is_told(void **state)
{
	struct pair *p = *state;
	struct bed c;

	bed_open(&c, C, 3);
	bed_befriend(&p->a, &c);
	bed_issue(&p->a, DOC_1, bed_content("给乙", B, "平件"));
	bed_carry(&p->a, &p->b, true);
	bed_act(&p->a, EVENT_REVISE, A, DOC_1, bed_content("给丙", C, "平件"));
	bed_carry(&p->a, &p->b, true);
	bed_carry(&p->a, &c, true);
	assert_text(&p->b, "SELECT title FROM doc", "给丙");
	assert_int_equal(bed_count(&p->b, "SELECT flags & 2048 FROM doc"),
			 2048);
	assert_int_equal(bed_count(&p->b, "SELECT waits FROM doc"), 0);
	/* C holds the whole history, B nothing that follows. */
	assert_int_equal(bed_count(&c, "SELECT count(*) FROM event WHERE "
				       "source = '" A "' AND type <> 'card'"),
			 2);
	bed_act(&p->a, EVENT_REVISE, A, DOC_1, bed_content("再改", C, "平件"));
	assert_int_equal(bed_carry(&p->a, &p->b, true).frames, 0);
	bed_carry(&p->a, &c, true);
	assert_text(&c, "SELECT title FROM doc", "再改");
	/* Back again: it gets what it missed, and starts anew. */
	p->b.env.now_ms += 3600000;
	bed_act(&p->a, EVENT_REVISE, A, DOC_1,
		bed_content("还给乙", B, "平件"));
	bed_carry(&p->a, &p->b, true);
	assert_text(&p->b, "SELECT title FROM doc", "还给乙");
	assert_int_equal(bed_count(&p->b, "SELECT waits FROM doc"), 1);
	bed_act(&p->b, EVENT_MOVE, A, DOC_1, bed_move("sign"));
	bed_carry(&p->b, &p->a, true);
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM verdict WHERE "
					  "verdict <> 0"),
			 0);
	assert_int_equal(bed_count(&p->a, "SELECT stored_ms FROM doc_party "
					  "WHERE desk = '" B "'"),
			 BED_NOW_MS + 3600000);
	bed_verify(&p->a, true);
	bed_verify(&p->b, true);
	bed_verify(&c, true);
	bed_close(&c);
}

/* What A forwarded waits for A again once the new document is closed. */
static void
test_parent_follows_child(void **state)
{
	struct pair *p = *state;
	json_t *data;

	bed_issue(&p->b, DOC_1, bed_content("上级", A, "平件"));
	bed_carry(&p->b, &p->a, true);
	bed_act(&p->a, EVENT_MOVE, B, DOC_1, bed_move("sign"));
	bed_act(&p->a, EVENT_MOVE, B, DOC_1, bed_move("forward"));
	assert_text(&p->a, "SELECT own_state FROM doc", "forwarded");
	assert_int_equal(bed_count(&p->a, "SELECT waits FROM doc"), 0);
	data = bed_content("转办", B, "平件");
	json_object_set_new(json_object_get(data, "fields"), "related",
			    json_pack("[{s:s}]", "doc", B "/" DOC_1));
	bed_issue(&p->a, DOC_2, data);
	assert_int_equal(bed_count(&p->a, "SELECT waits FROM doc WHERE uuid = "
					  "'" DOC_1 "'"),
			 0);
	bed_act(&p->a, EVENT_MOVE, A, DOC_2, bed_move("close"));
	assert_int_equal(bed_count(&p->a, "SELECT waits FROM doc WHERE uuid = "
					  "'" DOC_1 "'"),
			 1);
	bed_verify(&p->a, false);
	bed_verify(&p->a, true);
}

static void
test_retry_when_the_card_comes(void **state)
{
	struct pair *p = *state;
	struct bed c;
	struct carried got;

	bed_open(&c, C, 3);
	bed_trust(&c, &p->a); /* A does not know C yet */
	bed_issue(&p->a, DOC_1,
		  json_pack("{s:[{s:s,s:s}],s:s,s:[s,s],s:[],s:{s:s}}",
			    "officers", "id", "wang", "name", "王", "number",
			    "沪〔2026〕2号", "to", B, C, "cc", "fields",
			    "title", "两家"));
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM frame_out "
					  "WHERE peer = '" C "'"),
			 0);
	bed_trust(&p->a, &c); /* what is owed follows trust */
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM frame_out AS f "
					  "JOIN event AS e ON e.digest = "
					  "f.event WHERE peer = '" C "' AND "
					  "e.type = 'issue'"),
			 1);
	got = bed_carry(&p->a, &c, true);
	assert_text(&c, "SELECT reason FROM quarantine", NULL);
	assert_int_equal(got.quarantined, 0);
	assert_int_equal(bed_count(&c, "SELECT count(*) FROM doc"), 1);

	/* C forgets A's card: what comes is kept apart until it is back. */
	bed_issue(&p->a, DOC_2, bed_content("晚", C, "平件"));
	struct buf lines;
	bed_lines(&p->a, &c, LANE_PLAIN, 2, &lines);
	bed_exec(&c, "DELETE FROM key WHERE desk = '" A "'", true);
	bed_reopen(&c);
	struct ingest_result r = { .n = 0 };
	assert_int_equal(bed_ingest(&c, &p->a, lines.data, &r), RC_OK);
	assert_int_equal(r.quarantined, 1);
	ingest_result_release(&r);
	assert_text(&c, "SELECT code FROM quarantine", "unknown_key");
	bed_trust(&c, &p->a);
	assert_int_equal(bed_count(&c, "SELECT count(*) FROM quarantine"), 0);
	assert_int_equal(bed_count(&c, "SELECT count(*) FROM doc"), 2);
	bed_verify(&c, true);
	buf_release(&lines);
	bed_close(&c);
}

/* An event of a desk about a document of neither end. */
static void
test_foreign_event_is_kept_apart(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;
	struct bed c;
	struct buf lines, out;
	struct frame f;
	struct channel_at at;
	struct channel ch = { .peer = B, .lane = LANE_PLAIN };
	struct ingest_result r = { .n = 0 };

	bed_open(&c, C, 3);
	bed_befriend(&c, &p->b);
	bed_trust(&p->b, &p->a);
	bed_issue(&c, DOC_1, bed_content("丙的", B, "平件"));
	bed_lines(&c, &p->b, LANE_PLAIN, 1, &lines);
	assert_int_equal(frame_read(lines.data, lines.len - 1, &f, &err),
			 RC_OK);
	/* A passes C's event on as its own channel's first frame. */
	(void)strcpy(ch.peer, A);
	assert_int_equal(epoch_current(p->a.journal, ch.epoch, &err), RC_OK);
	assert_int_equal(channel_in_cursor(p->b.journal, &ch, &at, &err),
			 RC_OK);
	struct digest d;
	envelope_digest(&f.event, &d);
	memcpy(f.epoch, ch.epoch, sizeof(f.epoch));
	f.seq = at.seq + 1;
	chain_next(&at.chain, &d, &f.chain);
	buf_init(&out, BODY_MAX_BYTES);
	assert_int_equal(frame_write(&f, &out, &err), RC_OK);
	frame_release(&f);
	assert_int_equal(bed_ingest(&p->b, &p->a, out.data, &r), RC_OK);
	assert_int_equal(r.quarantined, 1);
	ingest_result_release(&r);
	assert_text(&p->b, "SELECT code FROM quarantine", "inadmissible");
	buf_release(&lines);
	buf_release(&out);
	/* By its own channel it is welcome. */
	struct carried got = bed_carry(&c, &p->b, true);
	assert_int_equal(got.quarantined, 0);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM doc"), 1);
	bed_verify(&p->b, false);
	bed_close(&c);
}

/* Two copies of one desk sign two events under one k. */
static void
test_fork_stops_and_keeps_both(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;
	struct bed twin;
	char *copy;

	bed_carry(&p->a, &p->b, true);
	twin = p->a;
	test_folder(twin.dir);
	twin.path = xasprintf("%s/desk.db", twin.dir);
	copy = xasprintf("cp %s/desk.db* %s/", p->a.dir, twin.dir);
	assert_int_equal(system(copy), 0);
	(void)xfree(copy);
	assert_int_equal(store_open(twin.path, STORE_WRITE, &twin.store, &err),
			 RC_OK);
	struct journal_config config = {
		.folder = twin.dir,
		.desk = A,
		.store = twin.store,
		.env = &twin.env.env,
		.kinds = twin.kinds,
		.calendar = twin.calendar,
		.signer = twin.signer,
	};
	assert_int_equal(journal_open(&config, &twin.journal, &err), RC_OK);
	bed_issue(&p->a, DOC_1, bed_content("甲", B, "平件"));
	bed_issue(&twin, DOC_2, bed_content("乙", B, "特急"));
	struct carried one = bed_carry(&p->a, &p->b, false);
	assert_int_equal(one.forked, 0);
	struct carried two = bed_carry(&twin, &p->b, false);
	assert_int_equal(two.rc, RC_OK);
	assert_int_equal(two.forked, 1);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM fork"), 1);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM doc"), 2);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM notice WHERE "
					  "what = 'fork'"),
			 1);
	bed_issue(&p->a, DOC_3, bed_content("丙", B, "平件"));
	struct carried three = bed_carry(&p->a, &p->b, false);
	assert_int_equal(three.rc, RC_DENIED);
	bed_verify(&p->b, true);
	(void)journal_close(twin.journal);
	(void)store_close(twin.store);
	copy = xasprintf("rm -rf %s", twin.dir);
	assert_int_equal(system(copy), 0);
	(void)xfree(copy);
	(void)xfree(twin.path);
}

static void
test_expected_revision(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;
	struct ref first =
		bed_issue(&p->a, DOC_1, bed_content("一版", B, "平件"));
	bed_act(&p->a, EVENT_REVISE, A, DOC_1, bed_content("二版", B, "平件"));
	assert_text(&p->a, "SELECT title FROM doc", "二版");
	json_t *data = bed_content("三版", B, "平件");
	struct own_act act = {
		.type = EVENT_REVISE,
		.owner = A,
		.doc = DOC_1,
		.rev = &first,
		.time_ms = BED_NOW_MS,
		.data = data,
	};
	assert_int_equal(journal_begin(p->a.journal, &err), RC_OK);
	assert_int_equal(journal_append(p->a.journal, &act, NULL, &err),
			 RC_CONFLICT);
	journal_rollback(p->a.journal);
	json_decref(data);
	assert_text(&p->a, "SELECT title FROM doc", "二版");
	/* Full text follows the revision. */
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM doc"), 1);
	bed_verify(&p->a, true);
}

static void
test_local_events_stay(void **state)
{
	struct pair *p = *state;

	bed_issue(&p->a, DOC_1, bed_content("派", B, "平件"));
	bed_carry(&p->a, &p->b, true);
	bed_act(&p->b, EVENT_LOCAL, A, DOC_1,
		json_pack("{s:[{s:s,s:s}],s:s,s:s}", "officers", "id", "li",
			  "name", "李", "act", "assign", "assignee", "zhao"));
	assert_text(&p->b, "SELECT assignee FROM doc", "zhao");
	bed_act(&p->b, EVENT_MOVE, A, DOC_1, bed_move("sign"));
	struct carried c = bed_carry(&p->b, &p->a, true);
	assert_int_equal(c.quarantined, 0);
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM event WHERE "
					  "type = 'local'"),
			 0);
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM verdict WHERE "
					  "verdict <> 0"),
			 0);
	assert_text(&p->a,
		    "SELECT json_extract(parties_json, '$[0].state') "
		    "FROM doc",
		    "signed");
	bed_verify(&p->b, true);
}

static void
test_append_only(void **state)
{
	struct pair *p = *state;
	static const char *const refused[] = {
		"UPDATE event SET k = k + 1",
		"DELETE FROM event",
		"DELETE FROM event_prev",
		"UPDATE card SET number = 0",
		"DELETE FROM card",
		"UPDATE frame_out SET seq = seq + 10",
		"DELETE FROM frame_out",
		"DELETE FROM frame_in",
		"UPDATE receipt_in SET n = 0",
		"DELETE FROM receipt_in",
		"UPDATE audit SET officer = 'x'",
		"DELETE FROM audit",
		"DELETE FROM epoch",
	};
	struct err err = ERR_INIT;

	bed_issue(&p->a, DOC_1, bed_content("一", B, "平件"));
	bed_act(&p->a, EVENT_REVISE, A, DOC_1, bed_content("二", B, "平件"));
	bed_carry(&p->a, &p->b, true);
	bed_carry(&p->b, &p->a, true);
	assert_int_equal(journal_begin(p->a.journal, &err), RC_OK);
	assert_int_equal(audit_append(p->a.journal, "wang", "peer trust", B,
				      NULL, &err),
			 RC_OK);
	assert_int_equal(journal_commit(p->a.journal, &err), RC_OK);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		bed_exec(&p->a, refused[i], false);
	bed_verify(&p->a, false);
}

/* What somebody with the file in hand changes is found and named. */
static void
test_verify_finds_tampering(void **state)
{
	struct pair *p = *state;
	static const struct {
		const char *sql, *names, *undo; /* NULL: a rebuild */
	} cases[] = {
		{ "UPDATE doc SET title = '改'", "table doc", NULL },
		{ "UPDATE doc_party SET state = 'closed'", "table doc_party",
		  NULL },
		{ "UPDATE counter SET value = value + 1", "table counter",
		  NULL },
		{ "INSERT INTO verdict SELECT digest, subject, 2, NULL, 0, 0, "
		  "0 FROM event WHERE type = 'move'",
		  "table verdict", NULL },
		{ "UPDATE cursor SET seq = seq - 1 WHERE dir = 'in'",
		  "table cursor",
		  "UPDATE cursor SET seq = seq + 1 WHERE dir = 'in'" },
	};
	char *first = NULL;

	bed_issue(&p->a, DOC_1, bed_content("真", B, "平件"));
	bed_carry(&p->a, &p->b, true);
	bed_carry(&p->b, &p->a, true);
	bed_act(&p->b, EVENT_MOVE, A, DOC_1, bed_move("sign"));
	bed_carry(&p->b, &p->a, true);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bed_verify(&p->a, false);
		bed_exec(&p->a, cases[i].sql, true);
		assert_true(bed_problems(&p->a, false, &first) > 0);
		assert_non_null(strstr(first, cases[i].names));
		first = xfree(first);
		if (cases[i].undo != NULL)
			bed_exec(&p->a, cases[i].undo, true);
		(void)bed_problems(&p->a, true, NULL); /* made anew */
	}
	bed_verify(&p->a, true);
	bed_exec(&p->a,
		 "DROP TRIGGER event_no_update; UPDATE event SET raw = "
		 "CAST(replace(CAST(raw AS TEXT), '真', '假') AS BLOB) "
		 "WHERE type = 'issue'",
		 true);
	assert_true(bed_problems(&p->a, false, &first) > 0);
	assert_non_null(strstr(first, "table event row"));
	(void)xfree(first);
}

static void
test_rebuild_equals(void **state)
{
	struct pair *p = *state;

	for (int i = 0; i < 20; i++) {
		char doc[UUID_LEN + 16], title[32];
		(void)snprintf(doc, sizeof(doc),
			       "01900000-0000-7000-8000-0000000001%02d", i);
		(void)snprintf(title, sizeof(title), "第%d号", i);
		bed_issue(&p->a, doc,
			  bed_content(title, B, i % 3 == 0 ? "特急" : "平件"));
		if (i % 4 == 0)
			bed_act(&p->a, EVENT_REVISE, A, doc,
				bed_content("修订", B, "平件"));
	}
	bed_carry(&p->a, &p->b, true);
	bed_act(&p->b, EVENT_MOVE, A, "01900000-0000-7000-8000-000000000107",
		bed_move("sign"));
	bed_carry(&p->b, &p->a, true);
	bed_verify(&p->a, true);
	bed_verify(&p->b, true);
	bed_verify(&p->a, false);
	bed_verify(&p->b, false);
}

static void
test_rollback_leaves_nothing(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;
	json_t *data = bed_content("半", B, "平件");
	struct own_act act = {
		.type = EVENT_ISSUE,
		.owner = A,
		.doc = DOC_1,
		.kind = "clue",
		.kind_version = 2,
		.time_ms = BED_NOW_MS,
		.data = data,
	};
	int64_t events = bed_count(&p->a, "SELECT count(*) FROM event");

	assert_int_equal(journal_begin(p->a.journal, &err), RC_OK);
	assert_int_equal(journal_append(p->a.journal, &act, NULL, &err), RC_OK);
	journal_rollback(p->a.journal);
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM event"),
			 events);
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM doc"), 0);
	/* A failing write inside (a full disk is one): nothing of it stays. */
	bed_exec(&p->a,
		 "CREATE TRIGGER full BEFORE INSERT ON doc_party BEGIN "
		 "SELECT RAISE(ABORT, 'full'); END",
		 true);
	assert_int_equal(journal_begin(p->a.journal, &err), RC_OK);
	assert_int_equal(journal_append(p->a.journal, &act, NULL, &err), RC_OK);
	assert_int_not_equal(journal_commit(p->a.journal, &err), RC_OK);
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM event"),
			 events);
	bed_exec(&p->a, "DROP TRIGGER full", true);
	bed_verify(&p->a, false);
	bed_issue(&p->a, DOC_1, data);
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM doc"), 1);
	bed_verify(&p->a, true);
}

/* EVENTS 4: a card says up to where its retired key was good. */
static void
test_retired_key(void **state)
{
	struct pair *p = *state;
	struct bed *b = &p->b;

	bed_issue(&p->a, DOC_1, bed_content("前", B, "平件")); /* k 2 */
	bed_issue(&p->a, DOC_2, bed_content("后", B, "平件")); /* k 3 */
	bed_carry(&p->a, b, true);
	assert_int_equal(bed_count(b, "SELECT count(*) FROM verdict"), 0);
	bed_exec(b,
		 "UPDATE key SET retired_k = 2, retired_epoch = (SELECT "
		 "epoch FROM event WHERE source = '" A "') WHERE desk = '" A
		 "'",
		 true);
	bed_reopen(b);
	/* A verdict, recomputed; nothing that came is thrown away. */
	assert_true(bed_problems(b, true, NULL) > 0);
	assert_text(b, "SELECT subject FROM verdict WHERE verdict = 2",
		    A "/" DOC_2);
	assert_int_equal(bed_count(b, "SELECT count(*) FROM doc WHERE "
				      "flags & 16"),
			 1);
	assert_int_equal(bed_count(b, "SELECT count(*) FROM event WHERE "
				      "source = '" A "' AND type = 'issue'"),
			 2);
	bed_verify(b, false);
}

/*
 * A hostile peer invents a card of a desk not trusted yet, newer than its true
 * one, and acts in its name. The officer's trust in the true card overrules.
 */
static void
test_hearsay_card_is_overruled(void **state)
{
	struct bed a, b, c, impostor;
	struct card card;
	struct err err = ERR_INIT;
	struct peer peer;
	(void)state;

	bed_open_relay(&a, A, 1);
	bed_open_relay(&b, B, 2);
	bed_open_relay(&c, C, 3);
	bed_open_relay(&impostor, C, 4);
	bed_read_card(&impostor, &card);
	assert_int_equal(journal_card(impostor.journal, &card, &err), RC_OK);
	card_release(&card);
	bed_befriend(&a, &b);
	bed_befriend(&b, &impostor);
	bed_issue(&b, DOC_1,
		  json_pack("{s:[{s:s,s:s}],s:s,s:[s,s],s:[],s:{s:s}}",
			    "officers", "id", "wang", "name", "王", "number",
			    "浙〔2026〕2号", "to", A, C, "cc", "fields",
			    "title", "两家"));
	bed_carry(&b, &impostor, true);
	bed_act(&impostor, EVENT_MOVE, B, DOC_1, bed_move("sign"));
	bed_carry(&impostor, &b, true);
	bed_carry(&b, &a, true);
	assert_text(&a, "SELECT state FROM doc_party WHERE desk = '" C "'",
		    "signed");

	bed_trust(&a, &c);
	assert_text(&a, "SELECT state FROM doc_party WHERE desk = '" C "'",
		    "sent");
	bed_read_card(&c, &card);
	assert_int_equal(peer_get(a.journal, C, &peer, &err), RC_OK);
	assert_true(digest_eq(&peer.tls_pin, &card.tls_pin));
	peer_release(&peer);
	card_release(&card);

	/* Nor does another card by the invented key come in. */
	bed_read_card(&impostor, &card);
	assert_int_equal(journal_card(impostor.journal, &card, &err), RC_OK);
	card_release(&card);
	bed_act(&impostor, EVENT_MOVE, B, DOC_1, bed_move("accept"));
	bed_carry(&impostor, &b, true);
	bed_carry(&b, &a, true);
	assert_text(&a, "SELECT state FROM doc_party WHERE desk = '" C "'",
		    "sent");
	assert_int_equal(bed_count(&a, "SELECT count(*) FROM key WHERE desk = "
				       "'" C "' AND current = 1"),
			 1);
	bed_verify(&a, true);
	bed_close(&a);
	bed_close(&b);
	bed_close(&c);
	bed_close(&impostor);
}

/* A part of a channel, by number of frames and by bytes. */
static void
test_channel_read_limits(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;
	struct channel c = { .peer = B, .lane = LANE_PLAIN };
	struct channel_at end, start;
	struct buf out;
	int64_t last = 0;

	bed_issue(&p->a, DOC_1, bed_content("一", B, "平件"));
	bed_issue(&p->a, DOC_2, bed_content("二", B, "平件"));
	assert_int_equal(epoch_current(p->a.journal, c.epoch, &err), RC_OK);
	assert_int_equal(channel_out_end(p->a.journal, &c, &end, &err), RC_OK);
	assert_int_equal(end.seq, 3);
	buf_init(&out, BODY_MAX_BYTES);
	assert_int_equal(channel_out_read(p->a.journal, &c, 0, 2,
					  BODY_MAX_BYTES, &out, &last, &err),
			 RC_OK);
	assert_int_equal(last, 2);
	buf_reset(&out);
	/* However small the room, one line goes. */
	assert_int_equal(channel_out_read(p->a.journal, &c, 1, 10, 1, &out,
					  &last, &err),
			 RC_OK);
	assert_int_equal(last, 2);
	buf_reset(&out);
	assert_int_equal(channel_out_read(p->a.journal, &c, 3, 10, 4096, &out,
					  &last, &err),
			 RC_OK);
	assert_int_equal(last, 3);
	assert_int_equal(out.len, 0);
	buf_release(&out);
	/* A buffer that is full keeps whole lines. */
	buf_init(&out, 3000);
	assert_int_equal(channel_out_read(p->a.journal, &c, 0, 10, 1 << 20,
					  &out, &last, &err),
			 RC_OK);
	assert_int_equal(last, 1);
	assert_int_equal(out.data[out.len - 1], '\n');
	buf_release(&out);
	/* The other end agrees on the beginning. */
	(void)strcpy(c.peer, A);
	assert_int_equal(channel_in_cursor(p->b.journal, &c, &start, &err),
			 RC_OK);
	assert_int_equal(start.seq, 0);
	bed_carry(&p->a, &p->b, false);
	struct digest chain;
	assert_int_equal(channel_in_chain(p->b.journal, &c, 3, &chain, &err),
			 RC_OK);
	assert_true(digest_eq(&chain, &end.chain));
	assert_int_equal(channel_in_chain(p->b.journal, &c, 4, &chain, &err),
			 RC_NOTFOUND);
}

static void
test_full_disk(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;
	struct rlimit old, small;
	struct stat st;
	json_t *data = bed_content("满", B, "平件");
	struct own_act act = {
		.type = EVENT_ISSUE,
		.owner = A,
		.doc = DOC_1,
		.kind = "clue",
		.kind_version = 2,
		.time_ms = BED_NOW_MS,
		.data = data,
	};
	char *wal = xasprintf("%s-wal", p->a.path);
	int64_t events = bed_count(&p->a, "SELECT count(*) FROM event");

	assert_int_equal(stat(wal, &st), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = (rlim_t)st.st_size + 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(journal_begin(p->a.journal, &err), RC_OK);
	enum rc rc = journal_append(p->a.journal, &act, NULL, &err);
	if (rc == RC_OK)
		rc = journal_commit(p->a.journal, &err);
	else
		journal_rollback(p->a.journal);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(rc, RC_FULL);
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM event"),
			 events);
	bed_issue(&p->a, DOC_1, data); /* there is space again */
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM event"),
			 events + 1);
	bed_verify(&p->a, true);
	(void)xfree(wal);
}

static void
test_closed_notice(void **state)
{
	struct pair *p = *state;

	bed_issue(&p->a, DOC_1, bed_content("一", B, "平件"));
	bed_carry(&p->a, &p->b, true);
	/* a revise is the owner's alone */
	bed_act(&p->b, EVENT_REVISE, A, DOC_1, bed_content("二", B, "平件"));
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM notice WHERE "
					  "what = 'unfit'"),
			 1);
	bed_exec(&p->b,
		 "INSERT INTO notice_closed SELECT key, 'li', 1 FROM "
		 "notice",
		 true);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM notice"), 0);
	bed_verify(&p->b, true);
}

static void
test_receipts(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;
	struct channel in = { .peer = A, .lane = LANE_URGENT };
	struct buf one, two;
	struct receipt r = { .n = 0 };
	char epoch[UUID_LEN + 1];
	int64_t n = 0;

	bed_carry(&p->a, &p->b, false);
	assert_int_equal(epoch_current(p->a.journal, in.epoch, &err), RC_OK);
	assert_int_equal(epoch_current(p->b.journal, epoch, &err), RC_OK);
	buf_init(&one, LINE_MAX_BYTES);
	assert_int_equal(receipt_give(p->b.journal, &in, false, &one, &n, &err),
			 RC_OK);
	assert_int_equal(n, 1);
	bed_issue(&p->a, DOC_1, bed_content("急", B, "特急"));
	bed_carry(&p->a, &p->b, false);
	buf_init(&two, LINE_MAX_BYTES);
	assert_int_equal(receipt_give(p->b.journal, &in, false, &two, &n, &err),
			 RC_OK);
	assert_int_equal(n, 2);
	assert_int_equal(receipt_take(p->a.journal, B, epoch, two.data, two.len,
				      &r, &err),
			 RC_OK);
	assert_int_equal(r.at.seq, 2);
	receipt_release(&r);
	/* The older one is evidence, no step back. */
	assert_int_equal(receipt_take(p->a.journal, B, epoch, one.data, one.len,
				      &r, &err),
			 RC_OK);
	receipt_release(&r);
	assert_int_equal(bed_count(&p->a, "SELECT seq FROM cursor WHERE "
					  "dir = 'out' AND lane = 0"),
			 2);
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM receipt_in"),
			 2);
	/* One that names another desk, or is changed, is refused. */
	assert_int_equal(receipt_take(p->b.journal, A, epoch, one.data, one.len,
				      &r, &err),
			 RC_BADSIG);
	bed_verify(&p->a, true);
	buf_release(&one);
	buf_release(&two);
}

static void
count_one(void *ctx, const char *problem)
{
	(void)problem;
	++*(size_t *)ctx;
}

static void
count_left(void *ctx)
{
	++*(int *)ctx;
}

/* A receipt is given before the document is in any list; whoever comes next
 * finishes that, and it is the same as if it had been done at once. */
static void
test_ahead_and_the_rest(void **state)
{
	struct pair *p = *state;
	struct carried c;
	int n = 0, n_a = 0;

	journal_run_ahead(p->b.journal, count_left, &n);
	bed_issue(&p->a, DOC_1, bed_content("运动鞋线索", B, "平件"));
	c = bed_carry(&p->a, &p->b, true);
	assert_int_equal(c.rc, RC_OK);
	assert_int_equal(n, 1);
	assert_text(&p->a,
		    "SELECT json_extract(parties_json, '$[0].state') "
		    "FROM doc",
		    "stored");
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM unsettled"), 1);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM doc"), 0);
	bed_verify(&p->b, false);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM doc"), 0);
	bed_reopen(&p->b);
	assert_int_equal(journal_settle_rest(p->b.journal, NULL), RC_OK);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM unsettled"), 0);
	assert_text(&p->b, "SELECT title FROM doc", "运动鞋线索");
	assert_text(&p->b, "SELECT own_state FROM doc", "stored");
	/* an act of this desk in between settles its own document */
	journal_run_ahead(p->a.journal, count_left, &n_a);
	bed_act(&p->b, EVENT_MOVE, A, DOC_1, bed_move("sign"));
	c = bed_carry(&p->b, &p->a, true);
	assert_int_equal(c.rc, RC_OK);
	assert_int_equal(n_a, 1);
	bed_act(&p->a, EVENT_REMARK, A, DOC_1,
		json_pack("{s:[],s:s}", "officers", "text", "已阅"));
	assert_text(&p->a,
		    "SELECT json_extract(parties_json, '$[0].state') "
		    "FROM doc",
		    "signed");
	assert_int_equal(journal_settle_rest(p->a.journal, NULL), RC_OK);
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM unsettled"), 0);
	bed_verify(&p->a, true);
	bed_verify(&p->b, true);
}

/* One whose event is damaged here keeps no other from being shown. */
static void
test_what_cannot_be_settled(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;
	int n = 0;

	journal_run_ahead(p->b.journal, count_left, &n);
	bed_issue(&p->a, DOC_1, bed_content("运动鞋线索", B, "平件"));
	bed_issue(&p->a, DOC_2, bed_content("手表线索", B, "平件"));
	(void)bed_carry(&p->a, &p->b, true);
	assert_int_equal(bed_count(&p->b, "SELECT count(*) FROM unsettled"), 2);
	bed_exec(&p->b,
		 "DROP TRIGGER event_no_update; UPDATE event SET raw = x'7b' "
		 "WHERE subject = '" A "/" DOC_1 "'",
		 true);
	bed_reopen(&p->b);
	assert_int_not_equal(journal_settle_rest(p->b.journal, &err), RC_OK);
	assert_true(strlen(err.msg) > 0);
	assert_int_not_equal(journal_settle_rest(p->b.journal, NULL), RC_OK);
	assert_text(&p->b, "SELECT group_concat(title) FROM doc", "手表线索");
	assert_text(&p->b, "SELECT group_concat(subject) FROM unsettled",
		    A "/" DOC_1);
}

static void
test_audit_chain(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(journal_begin(p->a.journal, &err), RC_OK);
		assert_int_equal(audit_append(p->a.journal, "wang", "set",
					      "prefix", "沪长打假", &err),
				 RC_OK);
		assert_int_equal(journal_commit(p->a.journal, &err), RC_OK);
	}
	assert_int_equal(bed_count(&p->a, "SELECT count(*) FROM audit"), 3);
	bed_exec(&p->a,
		 "DROP TRIGGER audit_no_update; UPDATE audit SET "
		 "officer = 'li' WHERE n = 2",
		 true);
	size_t n_bad = 0;
	assert_int_equal(audit_check(p->a.journal, count_one, &n_bad, &err),
			 RC_OK);
	assert_int_equal(n_bad, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_issue_sign_and_back),
		T(test_duplicate_gap_and_chain),
		T(test_lanes_and_cards_first),
		T(test_bad_signature_is_kept_apart),
		T(test_relay_with_the_authors_card),
		T(test_revoke),
		T(test_removed_party_is_told),
		T(test_parent_follows_child),
		T(test_retry_when_the_card_comes),
		T(test_foreign_event_is_kept_apart),
		T(test_fork_stops_and_keeps_both),
		T(test_expected_revision),
		T(test_local_events_stay),
		T(test_append_only),
		T(test_verify_finds_tampering),
		T(test_rebuild_equals),
		T(test_rollback_leaves_nothing),
		T(test_retired_key),
		T(test_hearsay_card_is_overruled),
		T(test_channel_read_limits),
		T(test_full_disk),
		T(test_closed_notice),
		T(test_receipts),
		T(test_ahead_and_the_rest),
		T(test_what_cannot_be_settled),
		T(test_audit_chain),
#undef T
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
