/* The moves of a link, the ranges of attachments, problems, the lock. */
#include <stdio.h>

#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "exchange/link_int.h"
#include "exchange/problem_int.h"
#include "exchange/range_int.h"
#include "test.h"

static void
test_link_legal_moves(void **state)
{
	static const char *const moves[] = {
		"wait dial",	  "wait off",	   "dial greet",
		"dial wait",	  "dial off",	   "greet state",
		"greet wait",	  "greet off",	   "state flow",
		"state stopped",  "state wait",	   "state off",
		"flow state",	  "flow stopped",  "flow wait",
		"flow off",	  "stopped state", "stopped wait",
		"stopped off",	  "off wait",	   "state return",
		"state newepoch", "return state",  "return wait",
		"return off",	  "flow newepoch", "newepoch wait",
		"newepoch off",
	};
	char move[40];

	(void)state;
	for (int from = 0; from < LINK__COUNT; from++)
		for (int to = 0; to < LINK__COUNT; to++) {
			bool want = false;

			(void)snprintf(move, sizeof(move), "%s %s",
				       link_state_name((enum link_state)from),
				       link_state_name((enum link_state)to));
			for (size_t i = 0; i < ARRAY_LEN(moves); i++)
				want = want || strcmp(moves[i], move) == 0;
			if (link_may_enter((enum link_state)from,
					   (enum link_state)to) != want)
				fail_msg("%s", move);
		}
}

static void
test_range_read(void **state)
{
	static const struct {
		const char *text;
		int64_t size;
		enum range_found found;
		int64_t from, to;
	} cases[] = {
		{ NULL, 10, RANGE_NONE, 0, 0 },
		{ "bytes=0-3", 10, RANGE_OK, 0, 3 },
		{ "bytes=4-", 10, RANGE_OK, 4, 9 },
		{ "bytes=4-99", 10, RANGE_OK, 4, 9 },
		{ "bytes=-3", 10, RANGE_OK, 7, 9 },
		{ "bytes=-30", 10, RANGE_OK, 0, 9 },
		{ "bytes=-0", 10, RANGE_BAD, 0, 0 },
		{ "bytes=10-", 10, RANGE_BAD, 0, 0 },
		{ "bytes=0-", 0, RANGE_BAD, 0, 0 },
		{ "bytes=5-4", 10, RANGE_NONE, 0, 0 },
		{ "bytes=0-1,3-4", 10, RANGE_NONE, 0, 0 },
		{ "lines=0-1", 10, RANGE_NONE, 0, 0 },
		{ "bytes=x-1", 10, RANGE_NONE, 0, 0 },
		{ "bytes=9223372036854775808-", 10, RANGE_NONE, 0, 0 },
		{ "bytes=0-1 ", 10, RANGE_NONE, 0, 0 },
	};
	struct range r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (range_read(cases[i].text, cases[i].size, &r) !=
		    cases[i].found)
			fail_msg("%s", cases[i].text);
		if (cases[i].found != RANGE_OK)
			continue;
		assert_int_equal(r.from, cases[i].from);
		assert_int_equal(r.to, cases[i].to);
	}
}

static void
test_content_range_read(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t from, to, total;
	} cases[] = {
		{ "bytes 0-9/10", true, 0, 9, 10 },
		{ "bytes 5-9/*", true, 5, 9, -1 },
		{ "bytes */10", true, -1, -1, 10 },
		{ "bytes */*", false, 0, 0, 0 },
		{ "bytes 0-10/10", false, 0, 0, 0 },
		{ "bytes 5-4/10", false, 0, 0, 0 },
		{ "bytes=0-9/10", false, 0, 0, 0 },
		{ "bytes 0-9", false, 0, 0, 0 },
		{ "bytes 0-9/10 ", false, 0, 0, 0 },
		{ "bytes -1-9/10", false, 0, 0, 0 },
		{ "", false, 0, 0, 0 },
	};
	struct range r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (content_range_read(cases[i].text, &r) != cases[i].good)
			fail_msg("%s", cases[i].text);
		if (!cases[i].good)
			continue;
		assert_int_equal(r.from, cases[i].from);
		assert_int_equal(r.to, cases[i].to);
		assert_int_equal(r.total, cases[i].total);
	}
}

static void
test_problem_read(void **state)
{
	const char gap[] = "{\"type\":\"urn:deltadesk:problem:gap\","
			   "\"expected\":7}";
	const char other[] = "{\"type\":\"about:blank\"}";
	json_t *o = NULL;

	(void)state;
	assert_int_equal(problem_read(gap, strlen(gap), &o), PROBLEM_GAP);
	assert_int_equal(json_integer_value(json_object_get(o, "expected")), 7);
	json_decref(o);
	assert_int_equal(problem_read(other, strlen(other), NULL),
			 PROBLEM__COUNT);
	assert_int_equal(problem_read("x", 1, NULL), PROBLEM__COUNT);
}

static void
test_problem_of_rc_keeps_the_status(void **state)
{
	(void)state;
	assert_int_equal(problem_status(problem_of_rc(RC_GAP)), 409);
	assert_int_equal(problem_status(problem_of_rc(RC_BADSIG)), 422);
	assert_int_equal(problem_status(problem_of_rc(RC_FULL)), 503);
	assert_int_equal(problem_status(problem_of_rc(RC_DENIED)), 403);
	assert_int_equal(problem_status(problem_of_rc(RC_TOOLARGE)), 413);
	assert_int_equal(problem_status(problem_of_rc(RC_MALFORMED)), 400);
}

static void
test_lock_names_its_holder(void **state)
{
	char dir[] = "/tmp/dd-lock-XXXXXX";
	struct exchange_lock *lock = NULL, *second = NULL;
	struct err err = ERR_INIT;
	char pid_text[24];
	int64_t pid = 0;
	char *clean;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_false(exchange_lock_held(dir, &pid));
	assert_int_equal(exchange_lock_take(dir, &lock, &err), RC_OK);
	assert_true(exchange_lock_held(dir, &pid));
	assert_int_equal(pid, getpid());
	assert_int_equal(exchange_lock_take(dir, &second, &err), RC_LOCKED);
	(void)snprintf(pid_text, sizeof(pid_text), "%d", (int)getpid());
	assert_non_null(strstr(err.msg, pid_text));
	assert_non_null(strstr(err.msg, "test_link"));
	lock = exchange_lock_release(lock);
	assert_false(exchange_lock_held(dir, &pid));
	assert_int_equal(exchange_lock_take(dir, &lock, &err), RC_OK);
	exchange_lock_release(lock);
	clean = xasprintf("rm -rf %s", dir);
	assert_int_equal(system(clean), 0);
	xfree(clean);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link_legal_moves),
		cmocka_unit_test(test_range_read),
		cmocka_unit_test(test_content_range_read),
		cmocka_unit_test(test_problem_read),
		cmocka_unit_test(test_problem_of_rc_keeps_the_status),
		cmocka_unit_test(test_lock_names_its_holder),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
