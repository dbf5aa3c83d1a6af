/* What time alone brings: automatic moves of the owner and of a party, the
 * duty list when a time comes, the same after a while without serve. */
#include "desk/tick.h"
#include "desk_world.h"

#define HOUR (3600 * 1000LL)

static int64_t
tick(struct desk *d)
{
	struct tick t = { 0 };
	int64_t next = -1;

	ok(desk_tick(d, &t, &next, &err));
	return next;
}

static void
make_of(struct world *w, const char *kind, const char *json,
	struct doc_ref *out)
{
	const char *to = "330100";
	struct new_doc n = { .kind = kind, .to = &to, .n_to = 1 };
	enum new_outcome outcome = NEW_DRAFT;

	n.fields = fields(json);
	ok(act_new(w->a, &n, NULL, NULL, out, &outcome, &err));
	json_decref(n.fields);
	assert_int_equal(outcome, NEW_ISSUED);
}

static void
make(struct world *w, const char *json, struct doc_ref *out)
{
	make_of(w, "watch", json, out);
}

static void
assert_state(struct desk *d, const struct doc_ref *ref, const char *state)
{
	struct doc_list l = { 0 };

	ok(ask_row(d, ref, &l, &err));
	assert_string_equal(l.rows[0].state, state);
	doc_list_release(&l);
}

static bool
waits(struct desk *d, const struct doc_ref *ref)
{
	struct doc_list l = { 0 };
	bool yes;

	ok(ask_row(d, ref, &l, &err));
	yes = l.rows[0].waits;
	doc_list_release(&l);
	return yes;
}

static size_t
count_moves(struct desk *d, const struct doc_ref *ref, const char *name)
{
	struct held_doc h;
	size_t n = 0;

	ok(journal_load(desk_get_journal(d), ref->owner, ref->id, &h, &err));
	for (size_t i = 0; i < h.n_events; i++)
		n += h.events[i].type == EVENT_MOVE &&
		     str_eq(json_text(h.events[i].data, "move"), name);
	held_doc_release(&h);
	return n;
}

static void
verify(struct desk *d)
{
	struct verify_report report = { 0 };

	ok(journal_verify(desk_get_journal(d), false, NULL, &report, &err));
	ok(journal_verify(desk_get_journal(d), true, NULL, &report, &err));
}

/* NOW is a Monday afternoon: three working days end on Thursday night. */
static void
test_clock_runs_out(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	int64_t due = 0;
	struct do_move m = { .move = "take_effect" };
	bool parked;

	install(w->a, "watch");
	install(w->b, "watch");
	ok(time_parse("2026-11-26T23:59:59+08:00", &due, &err));
	make(w, "{\"title\":\"t\",\"valid_until\":\"2026-12-31\"}", &ref);
	assert_int_equal(tick(w->a), due + 1);
	assert_state(w->a, &ref, "sent");
	/* no officer makes it */
	assert_int_equal(act_move(w->a, &ref, &m, &parked, &err), RC_STATE);
	w->env.now_ms = due;
	assert_int_equal(tick(w->a), due + 1);
	assert_state(w->a, &ref, "sent");
	w->env.now_ms = due + 1;
	ok(time_parse("2027-01-01T00:00:00+08:00", &due, &err));
	verify(w->a);
	assert_int_equal(tick(w->a), due - 999);
	assert_state(w->a, &ref, "in_force");
	assert_int_equal(tick(w->a), due - 999);
	assert_int_equal(count_moves(w->a, &ref, "take_effect"), 1);
	verify(w->a);
	/* the peer sees who did it, and has nothing to do itself */
	deliver(w->a, w->b);
	assert_int_equal(count_moves(w->b, &ref, "take_effect"), 1);
	/* nothing served for half a year */
	w->env.now_ms = due + 180 * 24 * HOUR;
	assert_int_equal(tick(w->a), INT64_MAX);
	assert_state(w->a, &ref, "lapsed");
	assert_int_equal(count_moves(w->a, &ref, "lapse"), 1);
}

/* Two steps that both lie behind are made one after the other. */
static void
test_catch_up(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	struct held_doc h;
	const json_t *officer;

	install(w->a, "watch");
	make(w, "{\"title\":\"t\",\"valid_until\":\"2026-12-31\"}", &ref);
	w->env.now_ms += 400 * 24 * HOUR;
	assert_int_equal(tick(w->a), INT64_MAX);
	assert_state(w->a, &ref, "lapsed");
	ok(journal_load(desk_get_journal(w->a), ref.owner, ref.id, &h, &err));
	assert_int_equal(h.n_events, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(h.doc->events[i].verdict, VERDICT_FIT);
	officer = json_array_get(json_object_get(h.events[2].data, "officers"),
				 0);
	assert_string_equal(json_text(officer, "id"), "clock");
	held_doc_release(&h);
}

/* What the condition holds up comes with the event that frees it. */
static void
test_condition_holds_it_up(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	struct new_doc change = { 0 };
	bool parked = false;

	install(w->a, "watch");
	make(w, "{\"title\":\"t\",\"hold\":\"yes\"}", &ref);
	w->env.now_ms += 30 * 24 * HOUR;
	assert_int_equal(tick(w->a), INT64_MAX);
	assert_state(w->a, &ref, "sent");
	change.fields = fields("{\"title\":\"t\",\"hold\":\"no\"}");
	ok(act_revise(w->a, &ref, NULL, &change, &parked, &err));
	json_decref(change.fields);
	assert_int_equal(tick(w->a), INT64_MAX);
	assert_state(w->a, &ref, "in_force");
	/* withdrawn: nothing more happens */
	make(w, "{\"title\":\"t\"}", &ref);
	ok(act_withdraw(w->a, &ref, "误发", &parked, &err));
	w->env.now_ms += 30 * 24 * HOUR;
	assert_int_equal(tick(w->a), INT64_MAX);
	assert_state(w->a, &ref, "sent");
}

/* A party's own, at its desk; and what the owner's duty list asks for then. */
static void
test_party_and_duty(void **state)
{
	struct world *w = *state;
	struct doc_ref ref, signed_for;
	struct do_move m = { .move = "sign" };
	int64_t at = NOW + 2 * HOUR;
	bool parked;

	install(w->a, "watch");
	install(w->b, "watch");
	make(w, "{\"title\":\"t\",\"answer_by\":\"2026-11-23T16:05:00+08:00\"}",
	     &ref);
	make(w, "{\"title\":\"s\",\"answer_by\":\"2026-11-23T16:05:00+08:00\"}",
	     &signed_for);
	deliver(w->a, w->b);
	ok(act_move(w->b, &signed_for, &m, &parked, &err));
	assert_int_equal(tick(w->b), at);
	assert_int_equal(tick(w->a), at);
	assert_false(waits(w->a, &ref));
	w->env.now_ms = at;
	verify(w->a); /* serve has not looked yet */
	assert_int_equal(tick(w->b), INT64_MAX);
	assert_state(w->b, &ref, "silent");
	assert_state(w->b, &signed_for, "signed");
	(void)tick(w->a);
	assert_true(waits(w->a, &ref));
	verify(w->a);
	verify(w->b);
}

/* Many that cannot be done do not keep the others waiting for ever, nor the
 * process busy. */
static void
test_stuck(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;

	install(w->a, "watch");
	install(w->a, "stuck");
	for (int i = 0; i < 70; i++)
		make_of(w, "stuck",
			"{\"title\":\"t\",\"valid_until\":\"2026-11-24\"}",
			&ref);
	make(w, "{\"title\":\"t\"}", &ref);
	w->env.now_ms += 30 * 24 * HOUR;
	assert_int_equal(tick(w->a), w->env.now_ms);
	assert_state(w->a, &ref, "sent");
	assert_int_equal(tick(w->a), w->env.now_ms + 60000);
	assert_state(w->a, &ref, "in_force");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clock_runs_out, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_catch_up, setup, teardown),
		cmocka_unit_test_setup_teardown(test_condition_holds_it_up,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_party_and_duty, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_stuck, setup, teardown),
	};

	return cmocka_run_group_tests_name("tick", tests, NULL, NULL);
}
