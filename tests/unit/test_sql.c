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

static const struct {
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

/*
 * A statement that reads a whole table costs more the older a desk is. These
 * may: their tables stay small, or reading everything is what they are for,
 * or they stop at their LIMIT.
 */
static const struct {
	const char *name, *why;
} may_scan[] = {
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
	{ "KEY_EACH", "keys of peers" },
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
	{ "VERIFY_FRAME_OUT", "verify" },
	{ "VERIFY_FRAME_IN", "verify" },
	{ "VERIFY_CURSOR", "verify" },
	{ "VERIFY_FORK", "verify" },
	{ "VERIFY_RECEIPT_IN", "verify" },
	{ "VERIFY_CARD", "verify" },
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

/* ret_step: what it reads all of; "" nothing. */
static void
plan_of(sqlite3 *db, const char *name, const char *text, char *ret_step,
	size_t n_step)
{
	sqlite3_stmt *st = NULL;
	char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", text);

	ret_step[0] = '\0';
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", name, sqlite3_errmsg(db));
	while (ret_step[0] == '\0' && sqlite3_step(st) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(st, 3);
		if (reads_all(step))
			(void)snprintf(ret_step, n_step, "%s", step);
	}
	sqlite3_finalize(st);
	sqlite3_free(sql);
}

static const enum sql temporary[] = { SQL_REAL_COUNTER_MAKE,
				      SQL_REAL_STAT_MAKE };

static void
test_no_query_reads_a_table_that_grows(void **state)
{
	char folder[] = "/tmp/deltadesk-sql-XXXXXX", path[64], step[128];
	bool seen[ARRAY_LEN(may_scan)] = { false };
	struct err err = ERR_INIT;
	struct store *s = NULL;
	int n_bad = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/t.db", folder);
	assert_int_equal(store_open(path, STORE_CREATE, &s, &err), RC_OK);
	for (size_t i = 0; i < ARRAY_LEN(temporary); i++)
		assert_int_equal(stmt_run(stmt_use(s, temporary[i]), &err),
				 RC_OK);
	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		size_t at = 0;
		if (is_apart(queries[i].name))
			continue;
		plan_of(s->db, queries[i].name, queries[i].text, step,
			sizeof(step));
		if (step[0] == '\0')
			continue;
		while (at < ARRAY_LEN(may_scan) &&
		       strcmp(may_scan[at].name, queries[i].name) != 0)
			at++;
		if (at < ARRAY_LEN(may_scan)) {
			seen[at] = true;
			continue;
		}
		print_error("%s: %s\n", queries[i].name, step);
		n_bad++;
	}
	/* the list stays true: what no longer reads all is taken out */
	for (size_t at = 0; at < ARRAY_LEN(may_scan); at++) {
		if (seen[at])
			continue;
		print_error("%s (%s) reads no whole table\n", may_scan[at].name,
			    may_scan[at].why);
		n_bad++;
	}
	store_close(s);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/t.db-wal", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/t.db-shm", folder);
	(void)unlink(path);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(n_bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_prepare),
		cmocka_unit_test(test_no_query_reads_a_table_that_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
