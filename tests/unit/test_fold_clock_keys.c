/*
 * Every key that a clock may have (KINDS.md, Clock), on the kind of
 * tests/data/kind_clock_keys.json. Dates are counted by hand from the notices
 * of the State Council: in 2026 off are 25 to 27 September and 1 to 7
 * October; worked are 20 September and 10 October.
 */
#include "base/file.h"
#include "fold_kit.h"
#include "model/condition.h"

static struct kit kit;

static int
setup(void **state)
{
	const char *folder = getenv("TEST_SRCDIR");
	struct err err = ERR_INIT;
	struct kind *k = NULL;
	char path[4096];
	struct buf file;

	(void)state;
	kit_init(&kit, "keys");
	(void)snprintf(path, sizeof path, "%s/tests/data/kind_clock_keys.json",
		       folder != NULL ? folder : ".");
	buf_init(&file, 1 << 20);
	if (file_read(path, 1 << 20, true, &file, &err) != RC_OK ||
	    kind_read("keys", file.data, file.len, &k, &err) != RC_OK ||
	    kinds_add(kit.kinds, k, &err) != RC_OK)
		fail_msg("%s", err.msg);
	buf_release(&file);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	kit_release(&kit);
	return 0;
}

static struct event *
issue(const char *at, json_t *take_fields)
{
	return kit_add(&kit, (struct spec){ .desk = OWNER,
					    .type = EVENT_ISSUE,
					    .epoch = 1,
					    .k = 1,
					    .at = at,
					    .data = kit_content(P1 " " P2, P3,
								take_fields) });
}

/* The k-th move of a desk, after that one; at local time. */
static struct event *
moves(const char *desk, int64_t k, const struct event *prev,
      const struct event *rev, const char *move, const char *at)
{
	bool own = strcmp(desk, OWNER) == 0;

	return kit_add(
		&kit, (struct spec){ .desk = desk,
				     .type = EVENT_MOVE,
				     .track = own ? "owner" : "police",
				     .epoch = 1,
				     .k = k,
				     .prev = { prev },
				     .rev = own ? NULL : rev,
				     .at = at,
				     .starts = !own && prev == NULL ? at : NULL,
				     .data = kit_move(move, NULL) });
}

static const struct doc_clock *
clock_at(const struct doc *d, const char *desk, const char *name, size_t n)
{
	for (size_t i = 0; i < d->n_clocks; i++) {
		if (strcmp(d->clocks[i].desk, desk) == 0 &&
		    strcmp(d->clocks[i].def->name, name) == 0 && n-- == 0)
			return &d->clocks[i];
	}
	fail_msg("%s has no such clock %s", desk, name);
	abort();
}

static size_t
count(const struct doc *d, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_clocks; i++)
		n += strcmp(d->clocks[i].def->name, name) == 0;
	return n;
}

static void
is(const struct doc_clock *c, int state, const char *strict, const char *rolled)
{
	char a[TIME_TEXT_MAX], b[TIME_TEXT_MAX];

	time_format(c->due.strict_ms, a);
	time_format(c->due.rolled_ms, b);
	if ((int)c->state != state || strncmp(a, strict, strlen(strict)) != 0 ||
	    strncmp(b, rolled, strlen(rolled)) != 0)
		fail_msg("%s of %s: state %d strict %s rolled %s", c->def->name,
			 c->desk, (int)c->state, a, b);
}

/* 移送规定 9: the owner's right runs from what the police decided; it lapses
 * and is never late. */
static void
test_clock_right_of_another_track(void **state)
{
	struct event *i = issue("2026-09-01T09:00:00+08:00", NULL), *no, *ask;
	struct doc *d;

	(void)state;
	d = kit_fold(&kit);
	assert_int_equal(count(d, "review"), 0);
	doc_free(d);
	no = moves(P1, 1, NULL, i, "not_file", "2026-09-22T10:00:00+08:00");
	kit.now_ms = kit_time("2026-09-28T12:00:00+08:00");
	d = kit_fold(&kit);
	kit_verdict(d, no, VERDICT_FIT);
	is(clock_at(d, OWNER, "review", 0), CLOCK_RUNNING,
	   "2026-09-25T23:59:59", "2026-09-28T23:59:59");
	doc_free(d);
	kit.now_ms = kit_time("2026-09-29T00:00:00+08:00");
	d = kit_fold(&kit);
	is(clock_at(d, OWNER, "review", 0), CLOCK_LAPSED, "2026-09-25", "2026");
	doc_free(d);
	ask = moves(OWNER, 2, i, NULL, "ask_again",
		    "2026-09-29T09:00:00+08:00");
	d = kit_fold(&kit);
	is(clock_at(d, OWNER, "review", 0), CLOCK_LAPSED, "2026-09-25", "2026");
	/* and what the owner did starts the police's: 09-30, 10-01, 02 */
	is(clock_at(d, P1, "decide", 0), CLOCK_RUNNING, "2026-10-02T23:59:59",
	   "2026-10-08T23:59:59");
	doc_free(d);
	ask->time_ms = kit_time("2026-09-28T20:00:00+08:00");
	d = kit_fold(&kit);
	is(clock_at(d, OWNER, "review", 0), CLOCK_MET, "2026-09-25", "2026");
	doc_free(d);
}

/* 补正: each request has a limit of its own; one answer meets all that are
 * open. */
static void
test_clock_repeat(void **state)
{
	struct event *i = issue("2026-09-01T09:00:00+08:00", NULL), *a, *b, *s;
	struct doc *d;

	(void)state;
	kit.now_ms = kit_time("2026-09-20T12:00:00+08:00");
	a = moves(P1, 1, NULL, i, "ask", "2026-09-02T09:00:00+08:00");
	s = moves(OWNER, 2, i, NULL, "supplement", "2026-09-03T09:00:00+08:00");
	b = moves(P1, 2, a, i, "ask", "2026-09-10T09:00:00+08:00");
	d = kit_fold(&kit);
	assert_int_equal(count(d, "supplement"), 2);
	is(clock_at(d, OWNER, "supplement", 0), CLOCK_MET, "2026-09-05",
	   "2026");
	is(clock_at(d, OWNER, "supplement", 1), CLOCK_LATE, "2026-09-13",
	   "2026-09-14");
	doc_free(d);
	moves(P1, 3, b, i, "ask", "2026-09-12T09:00:00+08:00");
	moves(OWNER, 3, s, NULL, "supplement", "2026-09-14T09:00:00+08:00");
	d = kit_fold(&kit);
	assert_int_equal(count(d, "supplement"), 3);
	is(clock_at(d, OWNER, "supplement", 1), CLOCK_MET_LATE, "2026-09-13",
	   "2026");
	is(clock_at(d, OWNER, "supplement", 2), CLOCK_MET, "2026-09-15",
	   "2026");
	doc_free(d);
}

/* cases with a unit of their own, a field for the amount, a party each. */
static void
test_clock_cases(void **state)
{
	static const struct {
		const char *fields, *due;
	} rows[] = {
		/* 2 to 8 September */
		{ "{\"title\":\"a\"}", "2026-09-08T23:59:59" },
		{ "{\"days\":7}", "2026-09-10T23:59:59" },
		{ "{\"days\":-1}", "2026-09-08T23:59:59" },
		{ "{\"urgency\":\"特急\"}", "2026-09-01T12:00:00" },
		{ "{\"customs\":true}", "2026-10-01T23:59:59" },
		{ "{\"customs\":true,\"urgency\":\"特急\"}",
		  "2026-09-01T12:00:00" },
	};

	(void)state;
	kit.now_ms = kit_time("2026-10-09T12:00:00+08:00");
	for (size_t n = 0; n < ARRAY_LEN(rows); n++) {
		struct event *i = issue("2026-09-01T09:00:00+08:00",
					json_loads(rows[n].fields, 0, NULL));
		struct doc *d;

		kit_stored(&kit, P1, "2026-09-01T10:00:00+08:00", i);
		d = kit_fold(&kit);
		assert_true(clock_at(d, P1, "sign", 0)->provisional);
		is(clock_at(d, P1, "sign", 0), CLOCK_LATE, rows[n].due, "2026");
		assert_int_equal(count(d, "sign"), 1);
		assert_int_equal(count(d, "when_customs"),
				 strstr(rows[n].fields, "customs") != NULL);
		doc_free(d);
		event_release(&kit.events[--kit.n]);
		kit.n_stored = 0;
	}
}

/* Ahead of a date: counted back, and never moved onto a later day. */
static void
test_clock_before(void **state)
{
	static const struct {
		const char *fields, *clock, *due;
		bool assumed;
	} rows[] = {
		/* a Monday; 10 (made up), 9, 8 October */
		{ "{\"meets\":\"2026-10-12T09:00:00+08:00\"}", "invite",
		  "2026-10-08T23:59:59", false },
		/* 8 October; 30, 29, 28 September */
		{ "{\"meets\":\"2026-10-08T00:00:00+08:00\"}", "invite",
		  "2026-09-28T23:59:59", false },
		/* 31, 30, 29 December; 1 January 2027 is not known to be off */
		{ "{\"meets\":\"2027-01-01T09:00:00+08:00\"}", "invite",
		  "2026-12-29T23:59:59", true },
		{ "{\"notified_on\":\"2026-03-31\"}", "invite_month",
		  "2026-02-28T23:59:59", false },
		{ "{\"notified_on\":\"2024-03-31\"}", "invite_month",
		  "2024-02-29T23:59:59", false },
		{ "{\"notified_on\":\"2026-07-31\"}", "invite_month",
		  "2026-06-30T23:59:59", false },
		{ "{\"notified_on\":\"2026-01-15\"}", "invite_month",
		  "2025-12-15T23:59:59", false },
	};

	(void)state;
	kit.now_ms = kit_time("2023-01-01T00:00:00+08:00");
	for (size_t n = 0; n < ARRAY_LEN(rows); n++) {
		struct doc *d;

		issue("2022-12-01T09:00:00+08:00",
		      json_loads(rows[n].fields, 0, NULL));
		d = kit_fold(&kit);
		is(clock_at(d, OWNER, rows[n].clock, 0), CLOCK_RUNNING,
		   rows[n].due, rows[n].due);
		assert_int_equal(
			clock_at(d, OWNER, rows[n].clock, 0)->due.assumed,
			rows[n].assumed);
		doc_free(d);
		event_release(&kit.events[--kit.n]);
	}
}

/* 产品质量法 15 runs from the day of notification, which may be unknown. */
static void
test_clock_start_by_field(void **state)
{
	struct event *i = issue("2026-09-01T09:00:00+08:00", NULL);
	struct doc *d = kit_fold(&kit);

	(void)state;
	assert_int_equal(count(d, "objection"), 0);
	doc_free(d);
	kit_revise(
		&kit, 12, i,
		kit_content(P1 " " P2, P3,
			    json_pack("{s:s}", "notified_on", "2026-09-21")));
	kit.now_ms = kit_time("2026-10-08T12:00:00+08:00");
	d = kit_fold(&kit);
	is(clock_at(d, OWNER, "objection", 0), CLOCK_RUNNING,
	   "2026-10-06T23:59:59", "2026-10-08T23:59:59");
	doc_free(d);
}

/* 强制法 25: 30 + 30, tests excluded; what is met has its date. */
static void
test_clock_suspend_extend(void **state)
{
	struct event *i = issue("2026-03-02T10:00:00+08:00",
				json_pack("{s:s}", "seized_on", "2026-03-02"));
	struct event *test, *tested, *more, *again, *close;
	struct doc *d;

	(void)state;
	kit.now_ms = kit_time("2026-04-05T10:00:00+08:00");
	test = moves(OWNER, 2, i, NULL, "test", "2026-04-01T15:00:00+08:00");
	d = kit_fold(&kit);
	assert_int_equal(clock_at(d, OWNER, "seizure", 0)->state,
			 CLOCK_SUSPENDED);
	assert_int_equal(clock_at(d, OWNER, "seizure", 0)->due.remaining, 1);
	doc_free(d);
	tested = moves(OWNER, 3, test, NULL, "tested",
		       "2026-04-08T10:00:00+08:00");
	d = kit_fold(&kit);
	is(clock_at(d, OWNER, "seizure", 0), CLOCK_RUNNING, "2026-04-08",
	   "2026-04-08");
	doc_free(d);
	more = moves(OWNER, 4, tested, NULL, "prolong",
		     "2026-04-08T12:00:00+08:00");
	d = kit_fold(&kit);
	is(clock_at(d, OWNER, "seizure", 0), CLOCK_RUNNING, "2026-05-08",
	   "2026-05-08");
	doc_free(d);
	again = moves(OWNER, 5, more, NULL, "prolong",
		      "2026-04-09T12:00:00+08:00");
	close = moves(OWNER, 6, more, NULL, "close",
		      "2026-05-10T12:00:00+08:00");
	d = kit_fold(&kit);
	kit_verdict(d, again, VERDICT_UNFIT);
	kit_verdict(d, close, VERDICT_FIT);
	is(clock_at(d, OWNER, "seizure", 0), CLOCK_MET_LATE, "2026-05-08",
	   "2026-05-08");
	doc_free(d);
}

/* A suspension that comes after the clock is met changes nothing. */
static void
test_clock_met_stays(void **state)
{
	struct event *i = issue("2026-09-01T09:00:00+08:00", NULL);
	struct event *a, *b;
	struct doc *d;

	(void)state;
	a = moves(P1, 1, NULL, i, "test", "2026-09-09T12:00:00+08:00");
	a->starts_ms = kit_time("2026-09-01T10:00:00+08:00");
	d = kit_fold(&kit);
	/* "test" stops sign, late, and suspends file, which is late already */
	is(clock_at(d, P1, "sign", 0), CLOCK_MET_LATE, "2026-09-08", "2026");
	is(clock_at(d, P1, "file", 0), CLOCK_LATE, "2026-09-04", "2026-09-04");
	doc_free(d);
	b = moves(P1, 2, a, i, "again", "2026-09-10T12:00:00+08:00");
	d = kit_fold(&kit);
	kit_verdict(d, b, VERDICT_FIT);
	is(clock_at(d, P1, "file", 0), CLOCK_LATE, "2026-09-13", "2026-09-14");
	doc_free(d);
}

/* One for each row that names the desk, by that row's own columns. */
static void
test_clock_each(void **state)
{
	json_t *fields = json_loads(
		"{\"samples\":["
		"{\"lab\":\"" P1 "\",\"taken\":\"2026-03-31\",\"keep\":1},"
		"{\"lab\":\"" P2 "\",\"taken\":\"2025-11-30\"},"
		"{\"lab\":\"" P1 "\"},"
		"{\"lab\":\"" P1 "\",\"taken\":\"2026-08-31\",\"keep\":6}]}",
		0, NULL);
	struct event *i = issue("2026-09-01T09:00:00+08:00", fields);
	struct doc *d = kit_fold(&kit);

	(void)state;
	assert_int_equal(count(d, "keep"), 3);
	is(clock_at(d, P1, "keep", 0), CLOCK_LATE, "2026-04-30", "2026-04-30");
	assert_int_equal(clock_at(d, P1, "keep", 0)->row, 0);
	is(clock_at(d, P1, "keep", 1), CLOCK_RUNNING, "2027-02-28",
	   "2027-03-01");
	assert_true(clock_at(d, P1, "keep", 1)->due.assumed);
	assert_int_equal(clock_at(d, P1, "keep", 1)->row, 3);
	is(clock_at(d, P2, "keep", 0), CLOCK_LATE, "2026-02-28", "2026-02-28");
	doc_free(d);
	moves(P1, 1, NULL, i, "keep_sample", "2026-09-02T09:00:00+08:00");
	d = kit_fold(&kit);
	assert_int_equal(clock_at(d, P1, "keep", 0)->state, CLOCK_MET_LATE);
	assert_int_equal(clock_at(d, P1, "keep", 1)->state, CLOCK_MET);
	assert_int_equal(clock_at(d, P2, "keep", 0)->state, CLOCK_LATE);
	doc_free(d);
}

/* 投诉举报办法 (old) 31 ended on 2026-04-14: from then on nothing is owed. */
static void
test_clock_rule_that_ended(void **state)
{
	struct event *i = issue("2026-04-01T09:00:00+08:00", NULL);
	struct doc *d;

	(void)state;
	kit_stored(&kit, P1, "2026-04-14T23:59:59+08:00", i);
	kit_stored(&kit, P2, "2026-04-15T00:00:00+08:00", i);
	d = kit_fold(&kit);
	assert_int_equal(count(d, "old_duty"), 1);
	assert_string_equal(clock_at(d, P1, "old_duty", 0)->rule->article,
			    "31");
	doc_free(d);
}

/* A party sees the owner's clocks and its own; of another's it would not see
 * the moves. */
static void
test_clock_seen(void **state)
{
	struct event *i =
		issue("2026-09-01T09:00:00+08:00",
		      json_pack("{s:s}", "notified_on", "2026-09-21"));
	struct doc *d;

	(void)state;
	kit_stored(&kit, P1, "2026-09-01T10:00:00+08:00", i);
	kit_stored(&kit, P2, "2026-09-01T10:00:00+08:00", i);
	d = kit_fold(&kit);
	assert_int_equal(count(d, "file"), 2);
	doc_free(d);
	kit.desk = P2;
	d = kit_fold(&kit);
	assert_int_equal(count(d, "file"), 1);
	assert_non_null(kit_clock(d, P2, "file"));
	assert_int_equal(count(d, "objection"), 1);
	doc_free(d);
}

static bool
holds(const struct doc *d, const char *clock, const char *state)
{
	struct condition *c = NULL;
	json_t *json = json_pack("{s:s,s:s}", "clock", clock, "is", state);
	struct condition_in in = { .doc = d, .desk = OWNER };
	struct err err = ERR_INIT;
	bool ok;

	if (condition_read(json, "test", &c, &err) != RC_OK)
		fail_msg("%s", err.msg);
	ok = condition_holds(c, &in);
	condition_free(c);
	json_decref(json);
	return ok;
}

static void
test_clock_conditions(void **state)
{
	struct event *i = issue("2026-09-01T09:00:00+08:00", NULL), *no;
	struct doc *d;

	(void)state;
	no = moves(P1, 1, NULL, i, "not_file", "2026-09-02T10:00:00+08:00");
	kit.now_ms = kit_time("2026-09-03T00:00:00+08:00");
	d = kit_fold(&kit);
	assert_true(holds(d, "review", "running"));
	assert_false(holds(d, "review", "lapsed"));
	doc_free(d);
	kit.now_ms = kit_time("2026-09-10T00:00:00+08:00");
	d = kit_fold(&kit);
	assert_true(holds(d, "review", "lapsed"));
	assert_true(holds(d, "review", "ended"));
	assert_false(holds(d, "review", "late"));
	doc_free(d);
	moves(P1, 2, no, i, "uphold", "2026-09-05T10:00:00+08:00");
	d = kit_fold(&kit);
	assert_true(holds(d, "file", "met"));
	assert_false(holds(d, "file", "late"));
	doc_free(d);
}

/* What the starting desk computed travels; another date is flagged. */
static void
test_clock_stated(void **state)
{
	struct event *i = issue("2026-09-01T09:00:00+08:00", NULL), *no, *rev;
	json_t *list, *one;
	struct doc *d;

	(void)state;
	no = moves(P1, 1, NULL, i, "not_file", "2026-09-22T10:00:00+08:00");
	d = kit_fold(&kit);
	list = doc_stated(d, no);
	assert_int_equal(json_array_size(list), 3);
	assert_null(doc_stated(d, i)); /* it starts nothing that has a date */
	doc_free(d);
	json_object_set(no->data, "clocks", list);
	d = kit_fold(&kit);
	assert_false(clock_at(d, OWNER, "review", 0)->differs);
	assert_true(clock_at(d, OWNER, "review", 0)->stated_rolled_ms ==
		    kit_time("2026-09-28T23:59:59+08:00"));
	doc_free(d);
	for (size_t n = 0; n < json_array_size(list); n++) {
		one = json_array_get(list, n);
		if (strcmp(json_string_value(json_object_get(one, "clock")),
			   "review") == 0)
			json_object_set_new(
				one, "rolled",
				json_string("2026-09-29T23:59:59+08:00"));
		else
			json_object_set_new(one, "amount", json_integer(77));
	}
	json_decref(list);
	d = kit_fold(&kit);
	assert_true(clock_at(d, OWNER, "review", 0)->differs);
	assert_true(clock_at(d, P1, "file", 0)->differs);
	assert_false(clock_at(d, P1, "sign", 0)->differs); /* it has cases */
	doc_free(d);
	/* a later revision may have changed the amount: nothing to compare */
	rev = kit_revise(&kit, 12, i,
			 kit_content(P1 " " P2, P3,
				     json_pack("{s:i}", "days", 9)));
	d = kit_fold(&kit);
	kit_verdict(d, rev, VERDICT_FIT);
	assert_false(clock_at(d, P1, "file", 0)->differs);
	assert_true(clock_at(d, OWNER, "review", 0)->differs);
	doc_free(d);
}

/* A duty is alarmed on the strict date, a right is lost after the rolled one
 * (刑诉法 105; DOMAIN 12.9). */
static void
test_binding_date(void **state)
{
	static const struct {
		enum clock_roll roll;
		enum clock_duty duty;
		int64_t binds;
	} rows[] = {
		{ ROLL_NONE, DUTY_DUTY, 1 },	{ ROLL_NONE, DUTY_RIGHT, 1 },
		{ ROLL_SHOW, DUTY_DUTY, 1 },	{ ROLL_SHOW, DUTY_RIGHT, 2 },
		{ ROLL_APPLY, DUTY_AGREED, 2 }, { ROLL_APPLY, DUTY_RIGHT, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct clock_def def = { .roll = rows[i].roll,
					 .duty = rows[i].duty };
		struct doc_clock c = {
			.def = &def, .due = { .strict_ms = 1, .rolled_ms = 2 }
		};

		assert_int_equal(clock_binding_ms(&c), rows[i].binds);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_binding_date),
		TEST(test_clock_right_of_another_track),
		TEST(test_clock_repeat),
		TEST(test_clock_cases),
		TEST(test_clock_before),
		TEST(test_clock_start_by_field),
		TEST(test_clock_suspend_extend),
		TEST(test_clock_met_stays),
		TEST(test_clock_each),
		TEST(test_clock_rule_that_ended),
		TEST(test_clock_seen),
		TEST(test_clock_conditions),
		TEST(test_clock_stated),
	};

	return cmocka_run_group_tests_name("fold_clock_keys", tests, NULL,
					   NULL);
}
