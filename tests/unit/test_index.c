/* The full text index in a backlog: put off, in order, never lost. */
#include <string.h>

#include "journal/index.h"
#include "journal_bed.h"
#include "src/store/store_int.h"

#define A      "310105"
#define B      "330100"
#define N_DOCS 20

static struct bed a, b;

static void
issue(int i)
{
	bed_issue_number(&a, i, B);
}

static int64_t
left(void)
{
	struct err err = ERR_INIT;
	int64_t n = -1;
	if (index_left(b.journal, &n, &err) != RC_OK)
		fail_msg("%s", err.msg);
	return n;
}

/* On the journal's own connection, which has the tokenizer. */
static int64_t
found(const char *words)
{
	sqlite3_stmt *st = NULL;
	assert_int_equal(
		sqlite3_prepare_v2(b.store->db,
				   "SELECT count(*) FROM doc_fts "
				   "WHERE doc_fts MATCH '\"' || ?1 || '\"'",
				   -1, &st, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_bind_text(st, 1, words, -1, SQLITE_STATIC),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

/* N_DOCS documents came to B in a backlog. */
static int
setup(void **state)
{
	(void)state;
	bed_open(&a, A, 1);
	bed_open(&b, B, 2);
	bed_befriend(&a, &b);
	for (int i = 0; i < N_DOCS; i++)
		issue(i);
	b.in_backlog = true;
	(void)bed_carry(&a, &b, true);
	b.in_backlog = false;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	bed_close(&a);
	bed_close(&b);
	return 0;
}

static void
test_waits_and_is_made_in_steps(void **state)
{
	struct err err = ERR_INIT;
	int64_t n = 0;
	(void)state;
	assert_int_equal(left(), N_DOCS);
	assert_int_equal(found("第"), 0);
	assert_int_equal(bed_count(&b, "SELECT count(*) FROM doc"), N_DOCS);
	assert_int_equal(index_step(b.journal, 4, &n, &err), RC_OK);
	assert_int_equal(n, N_DOCS - 4);
	assert_int_equal(found("第"), 4);
	bed_reopen(&b); /* killed in between */
	assert_int_equal(index_finish(b.journal, &err), RC_OK);
	assert_int_equal(left(), 0);
	assert_int_equal(found("第"), N_DOCS);
	bed_verify(&b, true);
}

/* Also with nobody to make the steps every commit takes some along. */
static void
test_commits_take_some_along(void **state)
{
	(void)state;
	issue(N_DOCS);
	(void)bed_carry(&a, &b, true);
	int64_t rest = left();
	assert_true(rest > 0 && rest < N_DOCS);
	for (int i = 0; i < N_DOCS; i++) {
		issue(N_DOCS + 1 + i);
		(void)bed_carry(&a, &b, true);
	}
	assert_int_equal(left(), 0);
	assert_int_equal(found("第"), 2 * N_DOCS + 1);
	bed_verify(&b, true);
}

/* What is taken out again was put in before. */
static void
test_a_change_waits_behind_what_it_changes(void **state)
{
	char doc[UUID_LEN + 16];
	struct err err = ERR_INIT;
	(void)state;
	bed_number_id(N_DOCS - 1, doc);
	(void)bed_act(&a, EVENT_REMARK, A, doc,
		      json_pack("{s:s}", "text", "补充材料"));
	(void)bed_carry(&a, &b, true);
	assert_int_equal(found("补充"), 0);
	assert_int_equal(index_finish(b.journal, &err), RC_OK);
	assert_int_equal(found("补充"), 1);
	assert_int_equal(found("第"), N_DOCS);
	bed_verify(&b, true);
}

/* A rebuild fills an index that was emptied: nothing of before waits. */
static void
test_rebuild_clears_what_waits(void **state)
{
	(void)state;
	bed_verify(&b, true);
	assert_int_equal(left(), 0);
	assert_int_equal(found("第"), N_DOCS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_waits_and_is_made_in_steps,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_commits_take_some_along,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_change_waits_behind_what_it_changes, setup,
			teardown),
		cmocka_unit_test_setup_teardown(test_rebuild_clears_what_waits,
						setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
