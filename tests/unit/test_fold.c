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
test_fold_straight(void **state)
{
	struct event *issue = kit_issue(&kit, P1 " " P2, P3);
	struct event *sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	struct event *accept = kit_party(&kit, P1, 12, sign, issue, "accept");
	struct event *noted =
		kit_add(&kit, (struct spec){ .desk = P3,
					     .type = EVENT_MOVE,
					     .track = "copied",
					     .epoch = 1,
					     .k = 1,
					     .rev = issue,
					     .data = kit_move("sign", NULL) });
	struct doc *d = kit_fold(&kit);

	(void)state;
	assert_true(d->issued);
	assert_false(d->withdrawn || d->forked);
	assert_ptr_equal(d->current, issue);
	assert_int_equal(d->n_tracks, 4);
	assert_string_equal(d->tracks[1].desk, P1);
	assert_string_equal(d->tracks[2].desk, P2);
	assert_string_equal(d->tracks[3].name, "copied");
	kit_state(d, OWNER, "sent");
	kit_state(d, P1, "accepted");
	kit_state(d, P2, "stored");
	kit_state(d, P3, "signed");
	kit_verdict(d, noted, VERDICT_FIT);
	assert_true(kit_find(d, accept)->in_effect);
	assert_false(kit_find(d, sign)->in_effect);
	assert_int_equal(d->tracks[1].n_tips, 1);
	assert_true(ref_eq(&d->tracks[1].tips[0], &accept->digest));
	assert_true(ref_eq(&d->owner_tips[0], &issue->digest));
	assert_true(d->missing_should > 0);
	assert_null(doc_free(d));
}

/* A late ancestor: early until it comes, whatever came first. */
static void
test_fold_early_until_ancestor(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct event *sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	struct event *accept = kit_party(&kit, P1, 12, sign, issue, "accept");
	const size_t without_sign[] = { 0, 2 };
	const size_t without_issue[] = { 1, 2 };
	struct doc *d = kit_fold_order(&kit, without_sign, 2);

	(void)state;
	kit_verdict(d, accept, VERDICT_EARLY);
	kit_state(d, P1, "stored");
	doc_free(d);
	d = kit_fold_order(&kit, without_issue, 2);
	assert_false(d->issued);
	kit_verdict(d, sign, VERDICT_EARLY);
	kit_verdict(d, accept, VERDICT_EARLY);
	/* an early event is no tip: naming it would make the next one early */
	assert_int_equal(d->n_owner_tips, 0);
	doc_free(d);
	d = kit_fold(&kit);
	kit_verdict(d, accept, VERDICT_FIT);
	kit_state(d, P1, "accepted");
	doc_free(d);
}

static void
test_fold_wrong_state_is_unfit_and_harmless(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct event *accept = kit_party(&kit, P1, 11, NULL, issue, "accept");
	struct event *sign = kit_party(&kit, P1, 12, accept, issue, "sign");
	struct event *nothing = kit_party(&kit, P1, 13, sign, issue, "jump");
	struct event *told = kit_party(&kit, P1, 14, nothing, issue, "told");
	struct event *again = kit_party(&kit, P1, 15, told, issue, "accept");
	struct doc *d = kit_fold(&kit);

	(void)state;
	kit_verdict(d, accept, VERDICT_UNFIT);
	kit_verdict(d, sign, VERDICT_FIT);
	kit_verdict(d, nothing, VERDICT_UNFIT);
	kit_verdict(d, told, VERDICT_UNFIT); /* a local move never travels */
	kit_verdict(d, again, VERDICT_FIT);
	kit_state(d, P1, "accepted");
	doc_free(d);
}

/* Who may do what: only on the own track, only what is the own desk's. */
static void
test_fold_authors(void **state)
{
	struct event *issue = kit_issue(&kit, P1, P3);
	struct spec s = { .desk = P1, .epoch = 1, .k = 1, .rev = issue };
	struct event *bad[6], *good;
	struct doc *d;

	(void)state;
	s.type = EVENT_REVISE;
	s.data = kit_content(P1 " " P2, NULL, NULL);
	bad[0] = kit_add(&kit, s);
	s.k = 2;
	s.type = EVENT_WITHDRAW;
	s.data = NULL;
	bad[1] = kit_add(&kit, s);
	s.k = 3;
	s.type = EVENT_MOVE; /* the owner's track */
	s.track = "owner";
	s.data = kit_move("close", NULL);
	bad[2] = kit_add(&kit, s);
	s.desk = P3; /* a copied desk on the party's track */
	s.track = "party";
	s.data = kit_move("sign", NULL);
	bad[3] = kit_add(&kit, s);
	s.desk = P2; /* no party at all */
	s.data = kit_move("sign", NULL);
	bad[4] = kit_add(&kit, s);
	s.desk = P1; /* names no revision */
	s.k = 4;
	s.rev = NULL;
	s.data = kit_move("sign", NULL);
	bad[5] = kit_add(&kit, s);
	s.k = 5;
	s.rev = issue;
	s.type = EVENT_REMARK;
	s.data = json_pack("{s:s}", "text", "阅");
	good = kit_add(&kit, s);
	d = kit_fold(&kit);
	for (int i = 0; i < 6; i++)
		kit_verdict(d, bad[i], VERDICT_UNFIT);
	kit_verdict(d, good, VERDICT_FIT);
	assert_false(doc_is_party(d, P2));
	assert_false(d->withdrawn);
	kit_state(d, OWNER, "sent");
	doc_free(d);
}

static void
test_fold_types_of_inputs(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct spec s = {
		.desk = P1, .type = EVENT_MOVE, .epoch = 1, .k = 1, .rev = issue
	};
	struct event *sign, *odd, *wrong;
	struct doc *d;

	(void)state;
	s.data = kit_move("sign", json_pack("{s:i}", "late_reason", 7));
	wrong = kit_add(&kit, s);
	s.k = 2;
	s.data = kit_move("sign", json_pack("{s:s,s:i}", "late_reason", "x",
					    "unknown", 1));
	s.prev[0] = wrong;
	sign = kit_add(&kit, s);
	odd = kit_add(&kit,
		      (struct spec){ .desk = OWNER,
				     .type = EVENT_REVISE,
				     .epoch = 1,
				     .k = 2,
				     .prev = { issue },
				     .data = kit_content(
					     P1, NULL,
					     json_pack("{s:i}", "title", 1)) });
	d = kit_fold(&kit);
	kit_verdict(d, wrong, VERDICT_UNFIT);
	kit_verdict(d, sign, VERDICT_FIT);
	kit_verdict(d, odd, VERDICT_UNFIT);
	assert_ptr_equal(d->current, issue);
	doc_free(d);
}

/* Being a party is a verdict at `rev`, not on arrival (299/300). */
static void
test_fold_party_at_rev(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct event *both =
		kit_revise(&kit, 12, issue, kit_content(P1 " " P2, NULL, NULL));
	struct event *sign = kit_party(&kit, P2, 11, NULL, both, "sign");
	struct event *out =
		kit_revise(&kit, 13, both, kit_content(P1, NULL, NULL));
	struct event *late = kit_party(&kit, P2, 12, sign, both, "accept");
	const size_t before_both[] = { 0, 2 };
	struct doc *d = kit_fold_order(&kit, before_both, 2);

	(void)state;
	kit_verdict(d, sign, VERDICT_EARLY); /* its revise is on the way */
	doc_free(d);
	d = kit_fold(&kit);
	kit_verdict(d, sign, VERDICT_FIT);
	kit_verdict(d, late, VERDICT_FIT); /* it did not know yet */
	assert_ptr_equal(d->current, out);
	assert_true(kit_track(d, P2)->removed);
	assert_true(doc_was_party(d, P2));
	assert_false(doc_is_party(d, P2));
	doc_free(d);
}

/* `rev` never goes back along prev. */
static void
test_fold_rev_goes_back(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct event *second =
		kit_revise(&kit, 12, issue, kit_content(P1, NULL, NULL));
	struct event *sign = kit_party(&kit, P1, 11, NULL, second, "sign");
	struct event *back = kit_party(&kit, P1, 12, sign, issue, "accept");
	struct event *on = kit_party(&kit, P1, 13, back, second, "accept");
	struct doc *d = kit_fold(&kit);

	(void)state;
	kit_verdict(d, back, VERDICT_UNFIT);
	kit_verdict(d, on, VERDICT_FIT);
	doc_free(d);
}

/* A draft issued again after a restore: the second issue is a revise. */
/* A local note before a revise must not keep the revise early (141/300). */
static void
test_fold_local_is_named_by_none(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct spec s = { .desk = OWNER,
			  .type = EVENT_LOCAL,
			  .epoch = 1,
			  .k = 2,
			  .prev = { issue } };
	struct event *note, *twin, *named;
	struct doc *d;
	struct ref tips[PREV_MAX];

	(void)state;
	s.data = json_pack("{s:s,s:s}", "act", "note", "text", "拟办");
	note = kit_add(&kit, s);
	s.data = json_pack("{s:s,s:s}", "act", "note", "text", "批示");
	twin = kit_add(&kit, s); /* same k: no fork among local events */
	s.type = EVENT_REVISE;
	s.k = 3;
	s.prev[0] = note;
	s.data = kit_content(P1, NULL, NULL);
	named = kit_add(&kit, s);
	d = kit_fold(&kit);
	kit_verdict(d, note, VERDICT_FIT);
	kit_verdict(d, twin, VERDICT_FIT);
	kit_verdict(d, named, VERDICT_UNFIT);
	assert_false(d->forked);
	assert_false(doc_should_hold(d, note, P1));
	kit.n--; /* without the wrong revise the tip is the issue alone */
	event_release(&kit.events[kit.n]);
	doc_free(d);
	d = kit_fold(&kit);
	assert_int_equal(doc_tips(d, OWNER, "owner", tips), 1);
	assert_true(ref_eq(&tips[0], &issue->digest));
	doc_free(d);
}

/* EVENTS 2: the refuse signed on the new branch stands when the lost sign
 * and accept come back (merging judged it unfit in 43 of 300). */
/* EVENTS 3: both are kept and folded in that order. */
/* EVENTS 4: a verdict, not a refusal: what follows goes on without it. */
static void
test_fold_odd_time(void **state)
{
	struct event *issue = kit_issue(&kit, P1, NULL);
	struct spec s = { .desk = P1,
			  .type = EVENT_MOVE,
			  .epoch = 1,
			  .k = 1,
			  .rev = issue,
			  .seen = issue,
			  .at = "2026-01-01T00:00:00Z" };
	struct event *sign, missing = { 0 };
	struct doc *d;

	(void)state;
	s.data = kit_move("sign", NULL);
	sign = kit_add(&kit, s);
	s.k = 2;
	s.prev[0] = sign;
	missing.digest.bytes[0] = 1;
	s.seen = &missing; /* evidence only: it holds nothing up */
	s.data = kit_move("accept", NULL);
	kit_add(&kit, s);
	d = kit_fold(&kit);
	assert_true(kit_find(d, sign)->odd_time);
	kit_state(d, P1, "accepted");
	doc_free(d);
}

static void
test_fold_kind_not_installed(void **state)
{
	struct event *issue, *sign;
	struct doc *d;

	(void)state;
	kit.kind = "unknown";
	issue = kit_issue(&kit, P1, P3);
	sign = kit_party(&kit, P1, 11, NULL, issue, "sign");
	d = kit_fold(&kit);
	assert_true(d->issued);
	assert_null(d->kind);
	assert_string_equal(d->kind_name, "unknown");
	assert_int_equal(d->n_tracks, 3);
	assert_null(d->tracks[1].state);
	kit_verdict(d, sign, VERDICT_EARLY);
	assert_true(doc_should_hold(d, issue, P3));
	assert_true(doc_should_hold(d, sign, OWNER));
	assert_false(doc_should_hold(d, sign, P3));
	doc_free(d);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_fold_straight),
		TEST(test_fold_early_until_ancestor),
		TEST(test_fold_wrong_state_is_unfit_and_harmless),
		TEST(test_fold_authors),
		TEST(test_fold_types_of_inputs),
		TEST(test_fold_party_at_rev),
		TEST(test_fold_rev_goes_back),
		TEST(test_fold_local_is_named_by_none),
		TEST(test_fold_odd_time),
		TEST(test_fold_kind_not_installed),
	};

	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
