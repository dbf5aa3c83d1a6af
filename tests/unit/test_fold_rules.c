/* The rules of EVENTS.md beside plain histories, each with its
 * counter-example. */
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

static void
test_fold_second_issue_is_a_revise(void **state)
{
	struct event *first = kit_issue(&kit, P1, NULL);
	struct event *sign = kit_party(&kit, P1, 11, NULL, first, "sign");
	struct event *again =
		kit_add(&kit, (struct spec){ .desk = OWNER,
					     .type = EVENT_ISSUE,
					     .epoch = 2,
					     .k = 1,
					     .data = kit_content(P1 " " P2,
								 NULL, NULL) });
	struct doc *d = kit_fold(&kit);

	(void)state;
	kit_verdict(d, again, VERDICT_FIT);
	kit_verdict(d, sign, VERDICT_FIT);
	assert_ptr_equal(d->issue, first);
	assert_ptr_equal(d->current, again);
	kit_state(d, P1, "signed"); /* it goes on, it does not begin anew */
	kit_state(d, P2, "stored");
	assert_int_equal(d->n_owner_tips, 2);
	doc_free(d);
}

static void
test_fold_restored_branch(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct event *sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	struct event *accept = kit_party(&kit, P1, 12, sign, issue, "accept");
	struct event *sign2 = kit_party(&kit, P1, 21, NULL, issue, "sign");
	struct event *refuse = kit_party(&kit, P1, 22, sign2, issue, "refuse");
	struct event *after;
	struct doc *d = kit_fold(&kit);

	(void)state;
	kit_verdict(d, sign, VERDICT_FIT);
	kit_verdict(d, accept, VERDICT_FIT);
	kit_verdict(d, refuse, VERDICT_FIT);
	kit_state(d, P1, "refused");
	assert_int_equal(kit_track(d, P1)->n_tips, 2);
	doc_free(d);
	/* the next act names both tips and goes on from what is shown */
	after = kit_add(&kit,
			(struct spec){ .desk = P1,
				       .type = EVENT_MOVE,
				       .epoch = 2,
				       .k = 3,
				       .prev = { accept, refuse },
				       .rev = issue,
				       .data = kit_move("verify", NULL) });
	d = kit_fold(&kit);
	kit_verdict(d, after, VERDICT_UNFIT); /* refused, not accepted */
	assert_int_equal(kit_track(d, P1)->n_tips, 1);
	doc_free(d);
}

static void
test_fold_step_back_is_told(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct event *sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	struct event *accept = kit_party(&kit, P1, 12, sign, issue, "accept");
	struct event *sign2 = kit_party(&kit, P1, 21, NULL, issue, "sign");
	struct doc *d = kit_fold(&kit);

	(void)state;
	kit_state(d, P1, "signed");
	assert_true(kit_find(d, accept)->stepped_back);
	assert_false(kit_find(d, sign)->stepped_back);
	assert_false(kit_find(d, sign2)->stepped_back);
	doc_free(d);
}

static void
test_fold_forks(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct event *sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	struct event *a = kit_party(&kit, P1, 12, sign, issue, "accept");
	struct event *b = kit_party(&kit, P1, 12, sign, issue, "refuse");
	struct doc *d = kit_fold(&kit);
	struct event *same;

	(void)state;
	assert_true(d->forked);
	assert_true(kit_find(d, a)->fork && kit_find(d, b)->fork);
	assert_false(kit_find(d, sign)->fork);
	kit_verdict(d, a, VERDICT_FIT);
	kit_verdict(d, b, VERDICT_FIT);
	kit_state(d, P1,
		  ref_cmp(&a->digest, &b->digest) < 0 ? "refused" : "accepted");
	doc_free(d);
	same = kit_add(&kit, (struct spec){ .desk = P1,
					    .type = EVENT_REMARK,
					    .epoch = 1,
					    .k = 9,
					    .prev = { sign },
					    .rev = issue,
					    .id = sign->id });
	d = kit_fold(&kit);
	assert_true(kit_find(d, sign)->fork && kit_find(d, same)->fork);
	doc_free(d);
}

static void
test_fold_retired_key(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct event *sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	struct event *stolen = kit_party(&kit, P1, 12, sign, issue, "refuse");
	struct event *accept = kit_party(&kit, P1, 13, stolen, issue, "accept");
	struct doc *d = kit_fold(&kit);

	(void)state;
	kit_verdict(d, accept, VERDICT_UNFIT);
	doc_free(d);
	kit.refused[stolen - kit.events] = "signed with a retired key";
	d = kit_fold(&kit);
	kit_verdict(d, stolen, VERDICT_UNFIT);
	assert_string_equal(kit_find(d, stolen)->why,
			    "signed with a retired key");
	kit_verdict(d, accept, VERDICT_FIT);
	kit_state(d, P1, "accepted");
	doc_free(d);
}

/* EVENTS 6: a `once` move on both branches counts once. */
static void
test_fold_once_over_branches(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct event *sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	struct event *accept = kit_party(&kit, P1, 12, sign, issue, "accept");
	struct event *one = kit_party(&kit, P1, 13, accept, issue, "extend");
	struct event *two = kit_party(&kit, P1, 14, one, issue, "extend");
	struct event *other = kit_party(&kit, P1, 21, accept, issue, "extend");
	struct doc *d = kit_fold(&kit);

	(void)state;
	kit_verdict(d, one, VERDICT_FIT);
	kit_verdict(d, two, VERDICT_UNFIT);
	kit_verdict(d, other, VERDICT_FIT);
	assert_false(kit_find(d, one)->idle);
	assert_true(kit_find(d, other)->idle);
	doc_free(d);
}

/* EVENTS 6, each for itself: `once`, and the times of an extension. */
static void
test_fold_counts(void **state)
{
	struct event *issue, *join, *e[5];
	const char *why = NULL;
	struct doc *d;

	(void)state;
	kit.kind = "action";
	issue = kit_issue(&kit, P1, NULL);
	join = kit_party(&kit, P1, 11, NULL, issue, "join");
	e[0] = kit_party(&kit, P1, 12, join, issue, "report");
	e[1] = kit_party(&kit, P1, 13, e[0], issue, "report");
	e[2] = kit_party(&kit, P1, 14, e[1], issue, "delay");
	e[3] = kit_party(&kit, P1, 15, e[2], issue, "delay");
	e[4] = kit_party(&kit, P1, 21, join, issue, "delay");
	d = kit_fold(&kit);
	kit_verdict(d, e[0], VERDICT_FIT);
	kit_verdict(d, e[1], VERDICT_UNFIT);
	kit_verdict(d, e[2], VERDICT_FIT);
	kit_verdict(d, e[3], VERDICT_UNFIT);
	kit_verdict(d, e[4], VERDICT_FIT);
	assert_false(kit_find(d, e[2])->idle);
	assert_true(kit_find(d, e[4])->idle);
	assert_true(doc_move_fits(d, P1, NULL, "arrive", NULL));
	assert_false(doc_move_fits(d, P1, NULL, "report", &why));
	assert_string_equal(why, "the move was made once already");
	assert_false(doc_move_fits(d, P1, NULL, "delay", &why));
	assert_string_equal(why, "the clock was extended already");
	assert_false(doc_move_fits(d, P1, NULL, "join", &why));
	assert_false(doc_move_fits(d, P1, NULL, "jump", &why));
	assert_false(doc_move_fits(d, P2, NULL, "join", &why));
	assert_true(doc_move_fits(d, OWNER, NULL, "lock", &why));
	assert_null(why);
	assert_int_equal(kit_need_clock(d, P1, "prepare")->due.strict_ms,
			 day_start_ms(day_of_ms(join->time_ms) + 9) - 1000);
	doc_free(d);
}

/* EVENTS 7: who is out must be told, also when only a lost branch had it. */
static void
test_fold_recipients(void **state)
{
	struct event *issue = kit_issue(&kit, P1, P3);
	struct event *sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	struct event *lost =
		kit_revise(&kit, 12, issue, kit_content(P1 " " P2, NULL, NULL));
	struct event *fresh =
		kit_revise(&kit, 21, issue, kit_content(P1, NULL, NULL));
	struct event *later =
		kit_revise(&kit, 22, fresh, kit_content(P1, NULL, NULL));
	const size_t before[] = { 0, 1, 3, 4 };
	struct doc *d = kit_fold_order(&kit, before, 4);

	(void)state;
	assert_false(doc_was_party(d, P2));
	assert_false(doc_should_hold(d, issue, P2));
	assert_true(doc_should_hold(d, issue, P3)); /* out since fresh */
	assert_true(doc_should_hold(d, fresh, P3));
	assert_false(doc_should_hold(d, later, P3));
	assert_false(doc_should_hold(d, sign, P3)); /* relay: owner */
	assert_true(doc_should_hold(d, sign, OWNER));
	assert_true(doc_should_hold(d, later, P1));
	doc_free(d);
	d = kit_fold(&kit);
	assert_ptr_equal(d->current, later);
	assert_true(doc_was_party(d, P2));
	assert_true(doc_should_hold(d, issue, P2));
	assert_true(doc_should_hold(d, lost, P2));
	assert_true(doc_should_hold(d, fresh, P2)); /* it learns it is out */
	assert_false(doc_should_hold(d, later, P2));
	doc_free(d);
}

/* EVENTS 8 */
static void
test_fold_withdraw(void **state)
{
	struct event *issue = kit_issue(&kit, P1 " " P2, NULL);
	struct spec s = { .desk = OWNER,
			  .type = EVENT_WITHDRAW,
			  .epoch = 1,
			  .k = 2,
			  .prev = { issue } };
	struct event *sign, *gone, *accept, *ack, *wrong;
	struct doc *d;

	(void)state;
	sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	gone = kit_add(&kit, s);
	accept = kit_party(&kit, P1, 12, sign, issue, "accept");
	s = (struct spec){ .desk = P1,
			   .type = EVENT_ACK_WITHDRAW,
			   .epoch = 1,
			   .k = 3,
			   .prev = { accept },
			   .rev = issue,
			   .of = gone };
	ack = kit_add(&kit, s);
	s.desk = P2;
	s.k = 1;
	s.prev[0] = NULL;
	s.of = issue;
	wrong = kit_add(&kit, s);
	d = kit_fold(&kit);
	assert_true(d->withdrawn);
	assert_ptr_equal(d->withdraw, gone);
	kit_verdict(d, accept, VERDICT_FIT);
	kit_verdict(d, ack, VERDICT_FIT);
	kit_verdict(d, wrong, VERDICT_UNFIT);
	assert_true(kit_track(d, P1)->acked);
	assert_false(kit_track(d, P2)->acked);
	doc_free(d);
}

static void
test_fold_reminders(void **state)
{
	struct event *issue = kit_issue(&kit, P1, P3);
	struct spec s = { .desk = OWNER,
			  .type = EVENT_REMIND,
			  .epoch = 1,
			  .k = 2,
			  .prev = { issue },
			  .at = "2026-09-02T08:00:00+08:00" };
	struct event *r[6];
	struct doc *d;

	(void)state;
	s.data = json_pack("{s:s}", "to", P1);
	r[0] = kit_add(&kit, s);
	s.k = 3;
	s.prev[0] = r[0];
	s.at = "2026-09-02T11:59:59+08:00";
	s.data = json_pack("{s:s}", "to", P1);
	r[1] = kit_add(&kit, s); /* too soon */
	s.epoch = 2;		 /* on another branch, too soon as well */
	s.k = 1;
	s.prev[0] = issue;
	s.data = json_pack("{s:s}", "to", P1);
	r[2] = kit_add(&kit, s);
	s.k = 2;
	s.at = "2026-09-02T12:00:00+08:00";
	s.data = json_pack("{s:s}", "to", P1);
	r[3] = kit_add(&kit, s);
	s.k = 3;
	s.data = json_pack("{s:s}", "to", P2); /* no party */
	r[4] = kit_add(&kit, s);
	s = (struct spec){ .desk = P3,
			   .type = EVENT_REMIND,
			   .track = "copied",
			   .epoch = 1,
			   .k = 1,
			   .rev = issue };
	s.data = json_pack("{s:s}", "to", OWNER);
	r[5] = kit_add(&kit, s);
	d = kit_fold(&kit);
	kit_verdict(d, r[4], VERDICT_UNFIT);
	kit_verdict(d, r[5], VERDICT_FIT);
	assert_false(kit_find(d, r[0])->idle || kit_find(d, r[3])->idle);
	assert_true(kit_find(d, r[1])->idle && kit_find(d, r[2])->idle);
	doc_free(d);
}

/* EVENTS 10: a party added again starts anew. */
static void
test_fold_added_again(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct event *sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	struct event *out =
		kit_revise(&kit, 12, issue, kit_content(P2, NULL, NULL));
	struct event *back =
		kit_revise(&kit, 13, out, kit_content(P1, NULL, NULL));
	struct event *accept, *again;
	struct doc *d = kit_fold(&kit);

	(void)state;
	kit_state(d, P1, "stored");
	doc_free(d);
	accept = kit_party(&kit, P1, 12, sign, back, "accept");
	again = kit_party(&kit, P1, 13, accept, back, "sign");
	d = kit_fold(&kit);
	kit_verdict(d, accept, VERDICT_UNFIT); /* stored, not signed */
	kit_verdict(d, again, VERDICT_FIT);
	kit_state(d, P1, "signed");
	doc_free(d);
}

/* EVENTS 5: h 8, 9, 8: a confirmation of the first 8 stays unbound. */
static void
test_fold_reopens(void **state)
{
	static const char *const hours[] = { "2026-09-10T08:00:00+08:00",
					     "2026-09-10T09:00:00+08:00",
					     "2026-09-10T08:00:00+08:00" };
	struct event *rev[4];
	struct event *join, *arrive, *again;
	struct doc *d;

	(void)state;
	kit.kind = "action";
	for (int i = 0; i < 3; i++)
		rev[i] = kit_add(
			&kit,
			(struct spec){
				.desk = OWNER,
				.type = i == 0 ? EVENT_ISSUE : EVENT_REVISE,
				.epoch = 1,
				.k = i + 1,
				.prev = { i > 0 ? rev[i - 1] : NULL },
				.data = kit_content(P1, NULL,
						    json_pack("{s:s}", "h_hour",
							      hours[i])) });
	join = kit_party(&kit, P1, 11, NULL, rev[0], "join");
	d = kit_fold(&kit);
	kit_state(d, P1, "to_confirm");
	assert_true(kit_track(d, P1)->fallen_back);
	doc_free(d);
	arrive = kit_party(&kit, P1, 12, join, rev[1], "arrive");
	again = kit_party(&kit, P1, 13, arrive, rev[2], "join");
	rev[3] = kit_revise(&kit, 14, rev[2],
			    kit_content(P1, NULL,
					json_pack("{s:s,s:s}", "h_hour",
						  hours[2], "title", "新题")));
	d = kit_fold(&kit);
	kit_verdict(d, arrive, VERDICT_UNFIT); /* fallen back at its rev */
	kit_verdict(d, again, VERDICT_FIT);
	kit_state(d, P1, "joined"); /* the title reopens nothing */
	assert_ptr_equal(d->current, rev[3]);
	doc_free(d);
}

/* EVENTS 10: the last input that carries the list holds. */
static void
test_fold_rows(void **state)
{
	struct event *issue;
	struct spec s = { .desk = P1, .type = EVENT_MOVE, .epoch = 1 };
	struct doc *d;

	(void)state;
	kit.kind = "action";
	issue = kit_issue(&kit, P1 " " P2, NULL);
	s.k = 1;
	s.rev = issue;
	s.data = kit_move("join",
			  json_pack("{s:[{s:s}]}", "officers", "cert", "A"));
	kit_add(&kit, s);
	s.epoch = 2;
	s.data = kit_move("join",
			  json_pack("{s:[{s:s}]}", "officers", "cert", "B"));
	kit_add(&kit, s);
	d = kit_fold(&kit);
	assert_string_equal(
		json_string_value(json_object_get(
			json_array_get(json_object_get(kit_track(d, P1)->rows,
						       "officers"),
				       0),
			"cert")),
		"B");
	assert_null(kit_track(d, P2)->rows);
	/* relay all: the other party holds it as well */
	assert_true(doc_should_hold(d, &kit.events[1], P2));
	doc_free(d);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_fold_second_issue_is_a_revise),
		TEST(test_fold_restored_branch),
		TEST(test_fold_step_back_is_told),
		TEST(test_fold_forks),
		TEST(test_fold_retired_key),
		TEST(test_fold_once_over_branches),
		TEST(test_fold_counts),
		TEST(test_fold_recipients),
		TEST(test_fold_withdraw),
		TEST(test_fold_reminders),
		TEST(test_fold_added_again),
		TEST(test_fold_reopens),
		TEST(test_fold_rows),
	};

	return cmocka_run_group_tests_name("fold_rules", tests, NULL, NULL);
}
