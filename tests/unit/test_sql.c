#include <stdio.h>
#include <stdlib.h>

#include <unistd.h>

#include <sqlite3.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "src/store/store_int.h"
#include "test.h"

/* Every statement of db/query can be prepared against db/schema. */

static const struct query {
	const char *name, *text;
} queries[] = {
#define SQL_MIGRATION(number, text)
#define SQL_QUERY(name, text) { #name, text },
#include "src/store/sql.inc"
#undef SQL_MIGRATION
#undef SQL_QUERY
};

/* live.db has a schema of its own; what opens or makes a file is no query. */
static bool
is_apart(const char *name)
{
	return strncmp(name, "LIVE_", 5) == 0 ||
	       strncmp(name, "STORE_", 6) == 0;
}

static void
test_all_prepare(void **state)
{
	char folder[] = "/tmp/deltadesk-sql-XXXXXX", path[64], cmd[96];
	struct err err = ERR_INIT;
	struct store *s = NULL;
	sqlite3_stmt *st;
	sqlite3 *db;
	FILE *p;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/t.db", folder);
	assert_int_equal(store_open(path, STORE_CREATE, &s, &err), RC_OK);
	store_close(s);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		if (is_apart(queries[i].name))
			continue;
		st = NULL;
		/* the tokenizer is the store's own; real_ are temporary */
		if (sqlite3_prepare_v2(db, queries[i].text, -1, &st, NULL) !=
			    SQLITE_OK &&
		    strstr(sqlite3_errmsg(db), "cjk1") == NULL &&
		    strstr(sqlite3_errmsg(db), "real_") == NULL)
			fail_msg("%s: %s", queries[i].name, sqlite3_errmsg(db));
		sqlite3_finalize(st);
	}
	sqlite3_close(db);
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", folder);
	p = popen(cmd, "r");
	if (p != NULL)
		(void)pclose(p);
}

struct allowed {
	const char *name, *why;
};

/*
 * A statement that reads a whole table costs more the older a desk is. These
 * may: their tables stay small, or reading everything is what they are for,
 * or they stop at their LIMIT.
 */
static const struct allowed may_scan[] = {
	/* a handful of rows: peers, officers, keys, drafts, what is typed */
	{ "OFFICER_EACH", "officers" },
	{ "OFFICER_ACTIVE", "officers" },
	{ "OFFICER_KEY_EACH", "keys of officers" },
	{ "DRAFT_EACH", "drafts" },
	{ "GROUP_EACH", "groups of desks" },
	{ "GROUP_NAMES", "groups of desks" },
	{ "FIND_DRAFT", "drafts" },
	{ "ESCALATION_PEERS", "peers" },
	{ "EXCHANGE_ANSWER_WAITING", "peers" },
	{ "EXCHANGE_PEER_EACH", "peers" },
	{ "EXCHANGE_REQUEST_EACH", "requests, taken out when done" },
	{ "PEER_TRUSTED", "peers" },
	{ "LINK_TAKEN", "one row a peer, epoch and lane" },
	{ "PEER_EACH", "cards of peers" },
	{ "EPOCH_CURRENT", "one row: the open epoch" },
	{ "EPOCH_CLOSE", "one row: the open epoch" },
	{ "EPOCH_BY_ITSELF", "a row for each loss" },
	{ "ANSWER_FILL", "peers" },
	{ "ANSWER_EACH", "one row a peer and loss" },
	{ "EPOCH_WAITING", "one row a peer and loss" },
	{ "SERIAL_EACH", "one row a kind and year" },
	{ "WAITING_OF_DOC", "acts kept unsigned, signed when answers came" },
	{ "WAITING_COUNT", "acts kept unsigned, signed when answers came" },
	{ "PEERS_DOUBT", "peers" },
	{ "BLOB_COUNT", "a backup" },
	{ "KEY_EACH", "keys of peers" },
	{ "PEER_WITHOUT_EVENT", "peers" },
	{ "RECEIPT_OUT_DUE", "one row a peer, epoch and lane" },
	{ "PROJECTED_GET", "one row" },
	{ "PROJECTED_SET", "one row" },
	{ "COUNT_COUNTERS", "counters: a row for each state of each kind" },
	{ "COUNT_QUEUED", "peers" },
	{ "REFERENCE_EACH", "editions of reference tables" },
	{ "REFOLD_NEXT", "one row beside a range of doc.id" },
	{ "REFOLD_REACHED", "one row" },
	{ "REFOLD_LEFT", "one row" },
	{ "BUNDLE_EACH", "newest first, to its limit" },
	{ "BUNDLE_NEXT", "partial index of bundles that wait" },
	{ "BUNDLE_SPOOLED", "partial index of bundles that wait" },
	{ "SHIFT_ON_LAST", "the last row of an index" },
	/* what only trouble fills */
	{ "QUARANTINE_RETRY", "what is kept apart, when a card comes" },
	{ "COUNT_OTHER", "drafts, and notices of trouble" },
	{ "NOTICE_EACH", "notices of trouble" },
	{ "FORK_EACH", "forks" },
	{ "NOTICE_KEPT_APART", "notices of trouble" },
	/* a list inside the statement, by which an index is read */
	{ "LOOKUP_FIND", "values asked for" },
	{ "FRAME_OUT_EACH", "lanes" },
	{ "SPAN_OVERLAP", "levels" },
	{ "SPAN_CALENDAR", "levels" },
	{ "SPAN_CLASHES", "levels" },
	/* newest first, one row */
	{ "AUDIT_LAST", "one row" },
	{ "AUDIT_UNSEALED", "one row" },
	{ "AUDIT_SEAL_LAST", "one row" },
	/* an administrator's: all of it is asked for */
	{ "SUBJECTS_OF_PEER", "a peer is trusted anew or revoked" },
	{ "REFOLD_BEGIN", "counts documents once, holidays replaced" },
	{ "AUDIT_EACH", "verify" },
	{ "AUDIT_SEAL_EACH", "verify" },
	{ "BLOB_EACH", "verify" },
	{ "VERIFY_EVENT_EACH", "verify" },
	{ "VERIFY_KIND_EACH", "verify" },
	{ "VERIFY_FRAME_OUT", "verify" },
	{ "VERIFY_FRAME_IN", "verify" },
	{ "VERIFY_CURSOR", "verify" },
	{ "VERIFY_FORK", "verify" },
	{ "VERIFY_RECEIPT_IN", "verify" },
	{ "VERIFY_CARD", "verify" },
	{ "VERIFY_HELD", "verify" },
	{ "VERIFY_VIA", "verify" },
	{ "VERIFY_PREV_STRAY", "verify" },
	{ "VERIFY_QUARANTINE_STRAY", "verify" },
	{ "VERIFY_FORK_STRAY", "verify" },
	{ "VERIFY_RECEIPT_OUT", "verify" },
	{ "VERIFY_GRANT", "verify" },
	{ "VERIFY_PEER", "verify" },
	{ "VERIFY_REFERENCE", "verify" },
	{ "VERIFY_QUARANTINE", "verify" },
	{ "VERIFY_KEY", "verify" },
	{ "VERIFY_PIN", "verify" },
	{ "VERIFY_PEOPLE_AUDIT", "verify" },
	{ "VERIFY_OFFICER", "verify" },
	{ "VERIFY_OFFICER_KEY", "verify" },
	{ "VERIFY_SETTING", "verify" },
	{ "VERIFY_FTS_SUM", "verify" },
	{ "REBUILD_NO_FTS", "one row" },
	{ "DOC_GET", "one row" },
	{ "DOC_SET_FTS", "one row" },
	{ "STRAYS_DOC", "rebuild" },
	{ "STRAYS_DOC_TIMER", "rebuild" },
	{ "STRAYS_DOC_CLOCK", "rebuild" },
	{ "STRAYS_DOC_PARTY", "rebuild" },
	{ "STRAYS_DOC_LINK", "rebuild" },
	{ "STRAYS_DOC_STAT", "rebuild" },
	{ "STRAYS_LOOKUP", "rebuild" },
	{ "STRAYS_LOOKUP_KEY", "rebuild" },
	{ "STRAYS_SHARED", "rebuild" },
	{ "STRAYS_SPAN", "rebuild" },
	{ "UNSETTLED_ANY", "empty but for some milliseconds" },
	{ "STRAYS_VERDICT", "rebuild" },
	{ "STRAYS_EVENT_BLOB", "rebuild" },
	{ "REAL_COUNTER_GATHER", "rebuild" },
	{ "DIFFER_COUNTER", "rebuild" },
	{ "FILL_COUNTER", "rebuild" },
	{ "REAL_STAT_GATHER", "rebuild" },
	{ "DIFFER_STAT", "rebuild" },
	{ "FILL_STAT", "rebuild" },
};

/* A step of a plan that reads a table whole, or sorts it into an index first;
 * what is made up in the statement itself does not grow. */
static bool
reads_all(const char *step)
{
	if (strstr(step, "AUTOMATIC") != NULL)
		return true;
	if (strncmp(step, "SCAN ", 5) != 0 || step[5] == '(' ||
	    strcmp(step, "SCAN CONSTANT ROW") == 0)
		return false;
	return strstr(step, "VIRTUAL TABLE") == NULL ||
	       strstr(step, "INDEX 0:") != NULL;
}

/* ret_step: the first such step of the query's plan; "" none. */
static void
plan_of(sqlite3 *db, const struct query *q, bool (*is_bad)(const char *step),
	char *ret_step, size_t n_step)
{
	sqlite3_stmt *st = NULL;
	char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", q->text);

	ret_step[0] = '\0';
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", q->name, sqlite3_errmsg(db));
	while (ret_step[0] == '\0' && sqlite3_step(st) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(st, 3);
		if (is_bad(step))
			(void)snprintf(ret_step, n_step, "%s", step);
	}
	sqlite3_finalize(st);
	sqlite3_free(sql);
}

static const enum sql temporary[] = { SQL_REAL_COUNTER_MAKE,
				      SQL_REAL_STAT_MAKE };

/* A new desk's file, with what rebuilding keeps beside it for a while. */
static struct store *
new_desk(char folder[static 32])
{
	char path[64];
	struct err err = ERR_INIT;
	struct store *s = NULL;

	(void)snprintf(folder, 32, "/tmp/deltadesk-sql-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/t.db", folder);
	assert_int_equal(store_open(path, STORE_CREATE, &s, &err), RC_OK);
	for (size_t i = 0; i < ARRAY_LEN(temporary); i++)
		assert_int_equal(stmt_run(stmt_use(s, temporary[i]), &err),
				 RC_OK);
	return s;
}

static void
remove_desk(struct store *s, const char *folder)
{
	static const char *const files[] = { "t.db", "t.db-wal", "t.db-shm" };
	char path[64];

	store_close(s);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
}

/*
 * Names each query that has such a step in its plan and is not allowed to, and
 * each allowed one that has none, so that the list stays true; how many.
 */
static int
judge(struct store *s, bool (*is_bad)(const char *step),
      const struct allowed *may, size_t n_may)
{
	bool *seen = xcalloc(n_may, sizeof(*seen));
	char step[128];
	int n_bad = 0;

	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		size_t at = 0;
		if (is_apart(queries[i].name))
			continue;
		plan_of(s->db, &queries[i], is_bad, step, sizeof(step));
		if (step[0] == '\0')
			continue;
		while (at < n_may && strcmp(may[at].name, queries[i].name) != 0)
			at++;
		if (at < n_may) {
			seen[at] = true;
			continue;
		}
		print_error("%s: %s\n", queries[i].name, step);
		n_bad++;
	}
	for (size_t at = 0; at < n_may; at++) {
		if (seen[at])
			continue;
		print_error("%s (%s) does nothing of the sort\n", may[at].name,
			    may[at].why);
		n_bad++;
	}
	xfree(seen);
	return n_bad;
}

static void
test_no_query_reads_a_table_that_grows(void **state)
{
	char folder[32];
	struct store *s = new_desk(folder);

	(void)state;
	int n_bad = judge(s, reads_all, may_scan, ARRAY_LEN(may_scan));
	remove_desk(s, folder);
	assert_int_equal(n_bad, 0);
}

/*
 * A statement that sorts reads all that it sorts before its first row, its
 * LIMIT or not. These sort what is few.
 */
static const struct allowed may_sort[] = {
	/* counted at a million documents: 50 rows are read for 50 */
	{ "LIST_BOX", "in order by its index: ends at its limit" },
	{ "LIST_BOX_BACK", "in order by its index: ends at its limit" },
	{ "LIST_KIND", "in order by its index: ends at its limit" },
	{ "LIST_KIND_BACK", "in order by its index: ends at its limit" },
	{ "LIST_STATE", "in order by its index: ends at its limit" },
	{ "LIST_STATE_BACK", "in order by its index: ends at its limit" },
	{ "LIST_ASSIGNEE", "in order by its index: ends at its limit" },
	{ "LIST_ASSIGNEE_BACK", "in order by its index: ends at its limit" },
	/* of one document, desk, draft, day or form */
	{ "LIST_PARTIES", "parties of a document" },
	{ "LOOKED_EACH", "who saw a document" },
	{ "LOOKUP_LINKED", "documents that point to one" },
	{ "LOOKUP_TWIN", "documents with one number" },
	{ "SHARED_COUNT", "what shares a value, to a limit" },
	{ "SPAN_OF", "hours of a document" },
	{ "STORED_BY_RECEIPTS", "parties of a document" },
	{ "ROWS_DOC_CLOCK", "clocks of a document" },
	{ "ROWS_EVENT_BLOB", "attachments of a document" },
	{ "ROWS_LOOKUP_KEY", "values of a document" },
	{ "ROWS_SPAN", "hours of a document" },
	{ "DRAFT_OF_DOC", "drafts of a document" },
	{ "CARD_NEWEST", "cards of a desk" },
	{ "PEER_GET", "cards of a desk" },
	{ "CARD_EVENT_NEWEST", "cards of a desk" },
	{ "CARD_EVENT_CHAIN", "cards of a desk" },
	{ "KEY_OF", "keys of a desk" },
	{ "SHIFT_LINE_EACH", "lines of a shift" },
	{ "ROSTER_EACH", "rows of a roster's days" },
	{ "WRITING_TRIM", "forms that an officer has begun" },
	{ "WRITING_EACH", "forms that an officer has begun" },
	{ "BLOB_SUBJECTS", "documents that name one attachment" },
	/* of a batch, or what waits */
	{ "FRAME_OUT_SUBJECTS", "frames of one receipt" },
	{ "BUNDLE_BLOBS", "frames of one part of a bundle" },
	{ "EXCHANGE_WANT_THEIRS_EACH", "attachments that a peer waits for" },
	{ "BLOB_WANTED", "attachments that are waited for" },
	{ "WANT_MINE", "attachments that are waited for" },
	{ "ESCALATION_UNOPENED", "what a peer has not signed for in time" },
	{ "FORK_EACH", "forks" },
	/* a handful of rows */
	{ "GROUP_EACH", "groups of desks" },
	{ "OFFICER_KEY_EACH", "keys of officers" },
	{ "REFERENCE_EACH", "editions of reference tables" },
	{ "REFOLD_NEXT", "one row beside a range of doc.id" },
	{ "FRAME_OUT_EACH", "epochs and lanes" },
	{ "COUNT_QUEUED", "peers and lanes" },
	{ "NOTICE_EACH", "notices of trouble" },
	{ "NOTICE_KEPT_APART", "notices of trouble" },
	/* sums by month, of the months asked for */
	{ "STATS_BY_VALUE", "sums" },
	{ "STATS_BY_MONTH", "sums" },
	{ "STATS_BY_KIND", "sums" },
	{ "STATS_GROWTH", "sums" },
	{ "STATS_LATE_CLOCKS", "documents that are late" },
	{ "STATS_LATE_DOCS", "documents that are late" },
	{ "STATS_BEHIND", "documents of the months asked for" },
	{ "STATS_BEHIND_DESK", "documents of the months asked for" },
	/* what is found of a place or a product */
	{ "LOOKUP_FIND", "results with that product" },
	{ "SPAN_OVERLAP", "what is held at the same hours" },
	{ "SPAN_CALENDAR", "what is held in the days asked for" },
	{ "SPAN_CLASHES", "what is held at the same hours" },
	/* an administrator's: all of it is asked for */
	{ "EVENT_SUBJECTS_OF", "a peer is trusted for the first time" },
	{ "SUBJECTS_OF_PEER", "a peer is trusted anew or revoked" },
	{ "VERIFY_CURSOR", "verify" },
	{ "VERIFY_FORK", "verify" },
	{ "VERIFY_RECEIPT_IN", "verify" },
	{ "VERIFY_HELD", "what is wrong" },
	{ "VERIFY_EPOCH", "what is wrong" },
	{ "VERIFY_OWN_BLOB", "what is wrong" },
	{ "DIFFER_COUNTER", "rebuild" },
	{ "DIFFER_STAT", "rebuild" },
};

/*
 * A statement that reads all of a peer, a desk, a kind costs more the older
 * these are. These stop at their first row or their LIMIT, or are asked rarely.
 */
static const struct allowed may_read_a_part[] = {
	/* one row a key, whatever its columns are called */
	{ "OFFICER_PIN_GET", "one row" },
	{ "KEY_RETIRE_REST", "the last entry of a part of the index" },
	{ "OFFICER_PIN_TRIED", "one row" },
	{ "OFFICER_PIN_DROP", "one row" },
	{ "EXCHANGE_ANSWERED", "one row" },
	{ "ANSWER_OVERRIDE", "one row" },
	{ "RECEIPT_OUT_GET", "one row" },
	{ "RECEIPT_OUT_BYTES", "one row" },
	{ "RECEIPT_OUT_TOLD", "one row" },
	{ "GIVE_GET", "one row" },
	{ "GIVE_DONE", "one row" },
	/* stops at its first row: the end of an index */
	{ "EXCHANGE_RECEIPT_IN_HIGH", "the newest" },
	{ "EVENT_LAST_K", "the end of an index" },
	{ "EPOCH_HIGHEST", "the end of an index" },
	{ "FRAME_OUT_END", "the end of a channel" },
	{ "FRAME_OUT_EACH", "the end of each channel" },
	{ "COUNT_QUEUED", "the end of each channel" },
	{ "QUARANTINE_SEQS", "newest first, to its limit" },
	{ "SHIFT_SHEET", "newest first, to the first that fits" },
	/* few */
	{ "KEPT_COUNT", "what an officer keeps for himself" },
	{ "KEPT_EACH", "what an officer keeps for himself" },
	{ "WRITING_TRIM", "forms that an officer has begun" },
	{ "WRITING_EACH", "forms that an officer has begun" },
	{ "EXCHANGE_FORK_OPEN", "forks" },
	{ "FORK_IS_OPEN", "forks" },
	{ "NOTICE_EACH", "notices of trouble" },
	{ "NOTICE_KEPT_APART", "notices of trouble" },
	/* an administrator's: all of it is asked for */
	{ "EVENT_SUBJECTS_OF", "a peer is trusted for the first time" },
	{ "SUBJECTS_OF_PEER", "a peer is trusted anew or revoked" },
	{ "SUBJECTS_OF_KIND", "a kind is installed" },
	{ "SUBJECTS_OF_VERSION", "a kind is installed" },
	{ "VERIFY_OWN_GAP", "verify" },
	{ "VERIFY_EPOCH", "verify" },
	{ "VERIFY_OWN_BLOB", "verify" },
	{ "VERIFY_AUDITED", "verify" },
	/* words within names: every name of that role is compared */
	{ "LOOKUP_FIND", "results by a part of their product's name" },
};

static bool
reads_a_part(const char *step)
{
	static const char *const parts[] = {
		" f USING PRIMARY KEY (peer=?)",
		"(peer=? AND epoch=?)",
		"(peer=? AND epoch=? AND lane=?)",
		"(source=?)",
		"(source=? AND epoch=?)",
		"(kind=?)",
		"(kind=? AND box=?)",
		"doc_party_desk (desk=?)",
		"(as_what=?)",
		"(as_what=? AND role=?)",
		"(officer=?)",
		"(act=?)",
	};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (strstr(step, parts[i]) != NULL)
			return true;
	return false;
}

static void
test_no_query_reads_a_part_that_grows(void **state)
{
	char folder[32];
	struct store *s = new_desk(folder);

	(void)state;
	int n_bad = judge(s, reads_a_part, may_read_a_part,
			  ARRAY_LEN(may_read_a_part));
	remove_desk(s, folder);
	assert_int_equal(n_bad, 0);
}

static bool
sorts(const char *step)
{
	return strstr(step, "USE TEMP B-TREE FOR") != NULL;
}

static void
test_no_query_sorts_what_grows(void **state)
{
	char folder[32];
	struct store *s = new_desk(folder);

	(void)state;
	int n_bad = judge(s, sorts, may_sort, ARRAY_LEN(may_sort));
	remove_desk(s, folder);
	assert_int_equal(n_bad, 0);
}

/* An index costs bytes and time with every event: each is in some plan. */
static bool
in_a_plan(sqlite3 *db, const char *index)
{
	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		if (is_apart(queries[i].name))
			continue;
		char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s",
					    queries[i].text);
		sqlite3_stmt *st = NULL;
		bool found = false;

		(void)sqlite3_prepare_v2(db, sql, -1, &st, NULL);
		while (!found && sqlite3_step(st) == SQLITE_ROW) {
			const char *step =
				(const char *)sqlite3_column_text(st, 3);
			const char *at = strstr(step, index);
			found = at != NULL && at[-1] == ' ' &&
				(at[strlen(index)] == ' ' ||
				 at[strlen(index)] == '\0');
		}
		sqlite3_finalize(st);
		sqlite3_free(sql);
		if (found)
			return true;
	}
	return false;
}

static void
test_every_index_is_used(void **state)
{
	char folder[32];
	struct store *s = new_desk(folder);
	sqlite3_stmt *st = NULL;
	int n_bad = 0;

	(void)state;
	/* a unique index is a rule, used or not */
	assert_int_equal(
		sqlite3_prepare_v2(s->db,
				   "SELECT name FROM sqlite_schema "
				   "WHERE type = 'index' AND sql IS NOT NULL "
				   "AND sql NOT LIKE 'CREATE UNIQUE%'",
				   -1, &st, NULL),
		SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(st, 0);
		if (in_a_plan(s->db, name))
			continue;
		print_error("index %s: no query uses it\n", name);
		n_bad++;
	}
	sqlite3_finalize(st);
	remove_desk(s, folder);
	assert_int_equal(n_bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_prepare),
		cmocka_unit_test(test_no_query_reads_a_table_that_grows),
		cmocka_unit_test(test_no_query_reads_a_part_that_grows),
		cmocka_unit_test(test_no_query_sorts_what_grows),
		cmocka_unit_test(test_every_index_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
