/* Projections made by other rules are made anew, once, and go on. */
#include <string.h>

#include "base/mem.h"
#include "journal/projection.h"
#include "journal_bed.h"

#define A      "310105"
#define B      "330100"
#define N_DOCS 620 /* more than one batch */

static struct bed a, b;
static int64_t n_batches;

static int
setup(void **state)
{
	(void)state;
	bed_open(&a, A, 1);
	bed_open(&b, B, 2);
	bed_befriend(&a, &b);
	n_batches = 0;
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
issue(int i)
{
	bed_issue_number(&a, i, B);
}

static void
on_batch(void *ctx, int64_t done, int64_t all)
{
	(void)ctx;
	assert_true(done <= all);
	n_batches++;
}

static void
renew(void)
{
	struct err err = ERR_INIT;
	struct renewal progress = { .each = on_batch };
	n_batches = 0;
	if (projections_renew(a.journal, &progress, &err) != RC_OK)
		fail_msg("%s", err.msg);
}

static void
test_new_desk_is_up_to_date(void **state)
{
	(void)state;
	renew();
	assert_int_equal(n_batches, 0);
}

static void
test_other_rules(void **state)
{
	(void)state;
	for (int i = 0; i < N_DOCS; i++)
		issue(i);
	bed_exec(&a,
		 "UPDATE projected SET rules = '0/old'; DELETE FROM doc_party;"
		 "DELETE FROM doc WHERE id % 3 = 0; UPDATE doc SET box = 0;"
		 "DELETE FROM counter",
		 true);
	renew();
	assert_int_equal(n_batches, 2);
	assert_int_equal(bed_count(&a, "SELECT count(*) FROM doc"), N_DOCS);
	bed_verify(&a, false);
	bed_verify(&a, true);
	renew();
	assert_int_equal(n_batches, 0);
}

static void
test_goes_on(void **state)
{
	(void)state;
	for (int i = 0; i < N_DOCS; i++)
		issue(i);
	bed_exec(&a,
		 "UPDATE projected SET building = rules, rules = '', next_row ="
		 " (SELECT max(row) - 20 FROM event); UPDATE doc SET title = "
		 "'x'",
		 true);
	renew();
	assert_int_equal(n_batches, 1);
	assert_int_equal(bed_count(&a, "SELECT count(*) FROM doc WHERE title "
				       "= 'x'"),
			 N_DOCS - 20);
	/* By yet other rules it begins from the first. */
	bed_exec(&a, "UPDATE projected SET building = 'other', rules = ''",
		 true);
	renew();
	assert_int_equal(n_batches, 2);
	bed_verify(&a, false);
}

/* Row numbers stay, so that lists and cursors of consoles hold. */
static void
test_rows_stay(void **state)
{
	(void)state;
	for (int i = 0; i < 9; i++)
		issue(i);
	char *before = bed_text(&a, "SELECT group_concat(id || uuid || change)"
				    " FROM (SELECT * FROM doc ORDER BY id)");
	bed_verify(&a, true);
	char *after = bed_text(&a, "SELECT group_concat(id || uuid || change)"
				   " FROM (SELECT * FROM doc ORDER BY id)");
	assert_string_equal(before, after);
	(void)xfree(before);
	(void)xfree(after);
}

/* Rows that belong to nothing are named and taken out. */
static void
test_strays(void **state)
{
	static const char *const sqls[] = {
		"INSERT INTO doc_party VALUES (99, 'x', 0, '', '', 0, NULL, "
		"NULL, 0, 0)",
		"INSERT INTO doc_link VALUES ('x', 99)",
		"INSERT INTO verdict VALUES (zeroblob(32), 'x', 2, NULL, 0, 0,"
		" 0)",
		"INSERT INTO event_blob VALUES (zeroblob(32), zeroblob(32))",
		"UPDATE doc SET uuid = 'x'",
	};
	(void)state;
	issue(1);
	for (size_t i = 0; i < ARRAY_LEN(sqls); i++) {
		bed_exec(&a, sqls[i], true);
		assert_true(bed_problems(&a, false, NULL) > 0);
		assert_true(bed_problems(&a, true, NULL) > 0);
		bed_verify(&a, false);
		bed_verify(&a, true);
	}
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_new_desk_is_up_to_date),
		T(test_other_rules),
		T(test_goes_on),
		T(test_rows_stay),
		T(test_strays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
