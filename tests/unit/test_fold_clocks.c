/* Clocks of a folded document against DOMAIN 2 and the calendars. */
#include "fold_kit.h"

static struct kit kit;

static int
setup(void **state)
{
	(void)state;
	kit_init(&kit, "clue");
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
issue_with(json_t *take_fields, json_t *take_terms)
{
	json_t *data = kit_content(P1, NULL, take_fields);

	if (take_terms != NULL)
		json_object_set_new(data, "terms", take_terms);
	return kit_add(&kit, (struct spec){ .desk = OWNER,
					    .type = EVENT_ISSUE,
					    .epoch = 1,
					    .k = 1,
					    .at = "2026-09-01T09:00:00+08:00",
					    .data = data });
}

static struct event *
move_at(int64_t k, const struct event *prev, const struct event *rev,
	const char *move, const char *at)
{
	return kit_add(
		&kit,
		(struct spec){ .desk = P1,
			       .type = EVENT_MOVE,
			       .epoch = 1,
			       .k = k,
			       .prev = { prev },
			       .rev = rev,
			       .at = at,
			       .starts = prev == NULL
						 ? "2026-09-01T10:00:00+08:00"
						 : NULL,
			       .data = kit_move(move, NULL) });
}

static void
due_is(const struct doc *d, const char *clock, const char *due)
{
	char text[TIME_TEXT_MAX];

	time_format(kit_need_clock(d, P1, clock)->due.strict_ms, text);
	assert_string_equal(text, due);
}

static void
clock_is(const struct doc *d, const char *clock, int state)
{
	const struct doc_clock *c = kit_need_clock(d, P1, clock);

	if ((int)c->state != state)
		fail_msg("clock %s: state %d, not %d", clock, (int)c->state,
			 state);
}

/* Provisional from a receipt, then from `starts`; late starts are flagged. */
static void
test_clock_stored(void **state)
{
	struct event *issue = issue_with(NULL, NULL);
	struct doc *d = kit_fold(&kit);

	(void)state;
	assert_null(kit_clock(d, P1, "sign")); /* not known to be stored */
	doc_free(d);
	kit_stored(&kit, P1, "2026-09-01T09:30:00+08:00", NULL);
	kit_stored(&kit, P1, "2026-09-01T09:00:05+08:00", issue);
	d = kit_fold(&kit);
	due_is(d, "sign", "2026-09-02T09:00:05+08:00");
	assert_true(kit_need_clock(d, P1, "sign")->provisional);
	clock_is(d, "sign", CLOCK_LATE); /* now is 09-30 */
	assert_string_equal(kit_need_clock(d, P1, "sign")->rule->article,
			    "双方约定");
	doc_free(d);
	move_at(1, NULL, issue, "sign", "2026-09-01T11:00:00+08:00");
	d = kit_fold(&kit);
	due_is(d, "sign", "2026-09-02T10:00:00+08:00");
	assert_false(kit_need_clock(d, P1, "sign")->provisional);
	assert_true(kit_track(d, P1)->late_start);
	clock_is(d, "sign", CLOCK_MET);
	doc_free(d);
}

static void
test_clock_cases_and_terms(void **state)
{
	json_t *urgent =
		json_pack("{s:s,s:s}", "title", "特急", "urgency", "特急");
	struct event *issue =
		issue_with(urgent, json_pack("{s:{s:i,s:i}}", P1, "sign_hours",
					     6, "feedback_days", 5));
	struct event *second;
	struct doc *d;

	(void)state;
	move_at(1, NULL, issue, "sign", "2026-09-01T13:00:00+08:00");
	d = kit_fold(&kit);
	due_is(d, "sign", "2026-09-01T12:00:00+08:00"); /* 特急 2 h */
	clock_is(d, "sign", CLOCK_MET_LATE);
	assert_int_equal(kit_need_clock(d, P1, "feedback")->amount, 5);
	due_is(d, "feedback", "2026-09-08T23:59:59+08:00");
	doc_free(d);
	second = kit_revise(&kit, 12, issue,
			    kit_content(P1, NULL,
					json_pack("{s:s,s:i}", "title", "平件",
						  "feedback_days", 3)));
	d = kit_fold(&kit);
	assert_ptr_equal(d->current, second);
	due_is(d, "sign", "2026-09-01T16:00:00+08:00"); /* agreed 6 h */
	assert_int_equal(kit_need_clock(d, P1, "feedback")->amount, 3);
	doc_free(d);
}

/* 15 working days over 中秋 (09-25 to 27) and the make-up day 09-20. */
static void
test_clock_working_days(void **state)
{
	struct event *issue = issue_with(NULL, NULL);
	struct event *sign, *accept, *verify, *open;
	struct doc *d;

	(void)state;
	sign = move_at(1, NULL, issue, "sign", "2026-09-01T11:00:00+08:00");
	d = kit_fold(&kit);
	due_is(d, "verify", "2026-09-21T23:59:59+08:00");
	assert_string_equal(kit_need_clock(d, P1, "verify")->rule->article,
			    "18");
	clock_is(d, "verify", CLOCK_LATE);
	doc_free(d);
	accept = move_at(2, sign, issue, "accept", "2026-09-01T12:00:00+08:00");
	verify = move_at(3, accept, issue, "verify",
			 "2026-09-02T12:00:00+08:00");
	open = move_at(4, verify, issue, "open_case",
		       "2026-09-21T12:00:00+08:00");
	d = kit_fold(&kit);
	kit_verdict(d, open, VERDICT_FIT);
	clock_is(d, "verify", CLOCK_MET);
	clock_is(d, "feedback", CLOCK_LATE);
	doc_free(d);
}

static void
test_clock_suspended_and_extended(void **state)
{
	struct event *issue = issue_with(NULL, NULL);
	struct event *e[6];
	struct doc *d;

	(void)state;
	e[0] = move_at(1, NULL, issue, "sign", "2026-09-01T11:00:00+08:00");
	e[1] = move_at(2, e[0], issue, "accept", "2026-09-02T11:00:00+08:00");
	e[2] = move_at(3, e[1], issue, "suspend", "2026-09-07T09:00:00+08:00");
	d = kit_fold(&kit);
	assert_true(kit_need_clock(d, P1, "verify")->due.open);
	clock_is(d, "verify", CLOCK_SUSPENDED);
	doc_free(d);
	e[3] = move_at(4, e[2], issue, "resume", "2026-09-09T09:00:00+08:00");
	d = kit_fold(&kit); /* two working days do not count */
	due_is(d, "verify", "2026-09-23T23:59:59+08:00");
	doc_free(d);
	e[4] = move_at(5, e[3], issue, "extend", "2026-09-23T09:00:00+08:00");
	d = kit_fold(&kit); /* 15 more, over 中秋, 国庆 and 10-10 */
	kit_verdict(d, e[4], VERDICT_FIT);
	assert_int_equal(kit_need_clock(d, P1, "verify")->state, CLOCK_RUNNING);
	assert_true(kit_need_clock(d, P1, "verify")->due.strict_ms >
		    kit_time("2026-10-14T00:00:00+08:00"));
	doc_free(d);
}

/* EVENTS 6: an extension on both branches counts once, one after the due
 * date not at all, and a negative interval is none. */
static void
test_clock_odd_histories(void **state)
{
	struct event *issue = issue_with(NULL, NULL);
	struct event *sign, *accept, *stop, *late;
	struct doc *d;
	int64_t plain, once;

	(void)state;
	sign = move_at(1, NULL, issue, "sign", "2026-09-01T11:00:00+08:00");
	accept = move_at(2, sign, issue, "accept", "2026-09-02T11:00:00+08:00");
	d = kit_fold(&kit);
	plain = kit_need_clock(d, P1, "verify")->due.strict_ms;
	doc_free(d);
	late = move_at(3, accept, issue, "extend", "2026-09-22T09:00:00+08:00");
	d = kit_fold(&kit);
	assert_true(plain == kit_need_clock(d, P1, "verify")->due.strict_ms);
	assert_true(kit_find(d, late)->idle);
	doc_free(d);
	event_release(&kit.events[--kit.n]);
	move_at(3, accept, issue, "extend", "2026-09-10T09:00:00+08:00");
	d = kit_fold(&kit);
	once = kit_need_clock(d, P1, "verify")->due.strict_ms;
	assert_true(once > plain);
	doc_free(d);
	kit_add(&kit, (struct spec){ .desk = P1,
				     .type = EVENT_MOVE,
				     .epoch = 2,
				     .k = 1,
				     .prev = { accept },
				     .rev = issue,
				     .at = "2026-09-11T09:00:00+08:00",
				     .data = kit_move("extend", NULL) });
	d = kit_fold(&kit);
	assert_true(once == kit_need_clock(d, P1, "verify")->due.strict_ms);
	doc_free(d);
	stop = move_at(4, &kit.events[3], issue, "suspend",
		       "2026-09-12T09:00:00+08:00");
	move_at(5, stop, issue, "resume", "2026-09-10T09:00:00+08:00");
	d = kit_fold(&kit);
	assert_true(once == kit_need_clock(d, P1, "verify")->due.strict_ms);
	assert_true(kit_need_clock(d, P1, "verify")->due.odd_spans);
	doc_free(d);
}

/* Merged reports (投诉举报办法 35): the limit runs anew from the last one. */
static void
test_clock_restart(void **state)
{
	struct event *issue = issue_with(NULL, NULL);
	struct event *sign, *accept;
	struct doc *d;

	(void)state;
	sign = move_at(1, NULL, issue, "sign", "2026-09-01T11:00:00+08:00");
	accept = move_at(2, sign, issue, "accept", "2026-09-02T11:00:00+08:00");
	kit_add(&kit,
		(struct spec){
			.desk = P1,
			.type = EVENT_MOVE,
			.epoch = 1,
			.k = 3,
			.prev = { accept },
			.rev = issue,
			.data = kit_move("restart",
					 json_pack("{s:s}", "last_report_on",
						   "2026-09-14")) });
	d = kit_fold(&kit); /* 15 to 18, 20 to 24, 28 to 30; 8 to 10 October */
	due_is(d, "verify", "2026-10-10T23:59:59+08:00");
	doc_free(d);
}

/* The row in force at the start governs and is printed (DOMAIN 2). */
static void
test_clock_dated_rules(void **state)
{
	struct event *issue = issue_with(NULL, NULL);
	struct event *sign, *talk;
	struct doc *d;

	(void)state;
	sign = move_at(1, NULL, issue, "sign", "2026-04-13T11:00:00+08:00");
	talk = move_at(2, sign, issue, "dispute", "2026-04-14T23:00:00+08:00");
	d = kit_fold(&kit);
	assert_string_equal(
		kit_need_clock(d, P1, "jurisdiction")->rule->article, "30");
	due_is(d, "jurisdiction", "2026-04-23T23:59:59+08:00");
	doc_free(d);
	talk->time_ms = kit_time("2026-04-15T00:00:00+08:00");
	d = kit_fold(&kit);
	assert_string_equal(
		kit_need_clock(d, P1, "jurisdiction")->rule->article, "33");
	assert_string_equal(kit_need_clock(d, P1, "jurisdiction")->rule->law,
			    "tsjb26");
	clock_is(d, "jurisdiction", CLOCK_LATE);
	doc_free(d);
	move_at(3, talk, issue, "settle", "2026-04-20T09:00:00+08:00");
	d = kit_fold(&kit);
	clock_is(d, "jurisdiction", CLOCK_MET);
	doc_free(d);
}

/* EVENTS 10: withdraw and removal end a party's clocks; added again it
 * starts anew at the receipt that covers that revise. */
static void
test_clock_ended_and_anew(void **state)
{
	struct event *issue = issue_with(NULL, NULL);
	struct event *out, *back, *gone;
	struct doc *d;

	(void)state;
	kit_stored(&kit, P1, "2026-09-01T10:00:00+08:00", issue);
	out = kit_revise(&kit, 12, issue, kit_content(P2, NULL, NULL));
	d = kit_fold(&kit);
	clock_is(d, "sign", CLOCK_ENDED);
	clock_is(d, "verify", CLOCK_ENDED);
	doc_free(d);
	back = kit_revise(&kit, 13, out, kit_content(P1, NULL, NULL));
	d = kit_fold(&kit);
	assert_null(kit_clock(d, P1, "sign")); /* no receipt covers it yet */
	doc_free(d);
	kit_stored(&kit, P1, "2026-09-29T18:00:00+08:00", back);
	d = kit_fold(&kit);
	due_is(d, "sign", "2026-09-30T18:00:00+08:00");
	clock_is(d, "sign", CLOCK_RUNNING);
	doc_free(d);
	gone = kit_add(&kit, (struct spec){ .desk = OWNER,
					    .type = EVENT_WITHDRAW,
					    .epoch = 1,
					    .k = 4,
					    .prev = { back } });
	d = kit_fold(&kit);
	assert_ptr_equal(d->withdraw, gone);
	clock_is(d, "sign", CLOCK_ENDED);
	doc_free(d);
}

/* State and clocks are of a desk and its track: 抄送 made 主送 begins anew. */
static void
test_clock_other_part(void **state)
{
	struct event *issue = kit_issue(&kit, P2, P1);
	struct event *second;
	struct doc *d;

	(void)state;
	kit_add(&kit, (struct spec){ .desk = P1,
				     .type = EVENT_MOVE,
				     .track = "copied",
				     .epoch = 1,
				     .k = 1,
				     .rev = issue,
				     .starts = "2026-09-01T10:00:00+08:00",
				     .data = kit_move("sign", NULL) });
	second = kit_revise(&kit, 12, issue, kit_content(P1, NULL, NULL));
	d = kit_fold(&kit);
	kit_state(d, P1, "stored");
	assert_int_equal(kit_track(d, P1)->starts_ms, -1);
	assert_null(kit_clock(d, P1, "sign"));
	doc_free(d);
	kit_stored(&kit, P1, "2026-09-05T10:00:00+08:00", second);
	d = kit_fold(&kit);
	due_is(d, "sign", "2026-09-06T10:00:00+08:00");
	doc_free(d);
}

/* A party stops its own clock, the owner's move each party's. */
static void
test_clock_effect_of_another_track(void **state)
{
	struct event *issue, *join;
	struct doc *d;

	(void)state;
	kit.kind = "action";
	kit.now_ms = kit_time("2026-09-03T12:00:00+08:00");
	issue = kit_issue(&kit, P1 " " P2, NULL);
	join = kit_party(&kit, P1, 11, NULL, issue, "join");
	kit_party(&kit, P2, 11, NULL, issue, "join");
	kit_party(&kit, P1, 12, join, issue, "pause");
	d = kit_fold(&kit);
	clock_is(d, "prepare", CLOCK_SUSPENDED);
	assert_int_equal(kit_need_clock(d, P2, "prepare")->state,
			 CLOCK_RUNNING);
	doc_free(d);
	kit_add(&kit, (struct spec){ .desk = OWNER,
				     .type = EVENT_MOVE,
				     .epoch = 1,
				     .k = 9,
				     .prev = { issue },
				     .data = kit_move("hold", NULL) });
	d = kit_fold(&kit);
	assert_int_equal(kit_need_clock(d, P2, "prepare")->state,
			 CLOCK_SUSPENDED);
	doc_free(d);
}

static void
test_clock_until_date(void **state)
{
	struct event *issue;
	struct doc *d;

	(void)state;
	kit.kind = "action";
	issue = kit_add(
		&kit, (struct spec){
			      .desk = OWNER,
			      .type = EVENT_ISSUE,
			      .epoch = 1,
			      .k = 1,
			      .data = kit_content(P1, NULL,
						  json_pack("{s:s}", "reply_by",
							    "2026-10-09")) });
	kit_stored(&kit, P1, "2026-09-01T10:00:00+08:00", issue);
	d = kit_fold(&kit);
	due_is(d, "reply", "2026-10-09T23:59:59+08:00");
	clock_is(d, "reply", CLOCK_RUNNING);
	doc_free(d);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_clock_stored),
		TEST(test_clock_cases_and_terms),
		TEST(test_clock_working_days),
		TEST(test_clock_suspended_and_extended),
		TEST(test_clock_odd_histories),
		TEST(test_clock_restart),
		TEST(test_clock_dated_rules),
		TEST(test_clock_ended_and_anew),
		TEST(test_clock_other_part),
		TEST(test_clock_effect_of_another_track),
		TEST(test_clock_until_date),
	};

	return cmocka_run_group_tests_name("fold_clocks", tests, NULL, NULL);
}
