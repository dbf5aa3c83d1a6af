/* The roster: hours over midnight, holidays, deputies, bad rows, whatever TZ
 * says; and the gap of a hand-over. */
#include <stdlib.h>
#include <time.h>

#include "base/i18n.h"
#include "base/time.h"
#include "desk/shift.h"
#include "desk_world.h"

#define HEAD "day,slot,officer,deputy,starts,ends,leader\n"

static void
officers(struct world *w)
{
	ok(officer_add(w->a, "wang", "王", ROLE_BIT(ROLE_DUTY), NULL, &err));
	ok(officer_add(w->a, "li", "李", ROLE_BIT(ROLE_DUTY), NULL, &err));
	ok(officer_add(w->a, "zhao", "赵", ROLE_BIT(ROLE_DUTY), NULL, &err));
}

static enum rc
take(struct world *w, const char *csv)
{
	size_t n = 0;

	err = (struct err)ERR_INIT;
	return act_roster(w->a, csv, strlen(csv), &n, &err);
}

static void
at(struct world *w, const char *when)
{
	ok(time_parse(when, &w->env.now_ms, &err));
}

static void
is_planned(struct world *w, const char *when, const char *officer)
{
	struct roster_now now;

	at(w, when);
	ok(ask_roster_now(w->a, &now, &err));
	if (!str_eq(now.officer, officer))
		fail_msg("at %s %s, not %s", when, now.officer, officer);
}

static void
test_roster_over_midnight(void **state)
{
	static const char *const zones[] = { "UTC", "America/New_York",
					     "Pacific/Kiritimati" };
	struct world *w = *state;

	officers(w);
	ok(take(w, HEAD "2026-11-23,白班,wang,,08:30,20:30,甲\n"
			"2026-11-23,夜班,li,zhao,20:30,08:30,乙\n"
			"2026-11-24,全天,zhao,,,,丙\n"));
	for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
		assert_int_equal(setenv("TZ", zones[i], 1), 0);
		tzset();
		is_planned(w, "2026-11-23T08:29:59+08:00", "");
		is_planned(w, "2026-11-23T08:30:00+08:00", "wang");
		is_planned(w, "2026-11-23T20:29:59+08:00", "wang");
		is_planned(w, "2026-11-23T20:30:00+08:00", "li");
		is_planned(w, "2026-11-23T23:59:59+08:00", "li");
		/* the row without hours began at midnight, after the night */
		is_planned(w, "2026-11-24T00:00:00+08:00", "zhao");
		is_planned(w, "2026-11-24T23:59:59+08:00", "zhao");
		is_planned(w, "2026-11-25T00:00:00+08:00", "");
	}
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
}

static void
test_roster_night_alone(void **state)
{
	struct world *w = *state;

	officers(w);
	ok(take(w, HEAD "2026-12-31,夜班,li,zhao,20:30,08:30,乙\n"));
	is_planned(w, "2027-01-01T08:29:59+08:00", "li"); /* of last year */
	is_planned(w, "2027-01-01T08:30:00+08:00", "");
}

struct seen {
	int n;
	char text[200];
};

static void
see(void *ctx, const struct roster_row *r)
{
	struct seen *s = ctx;

	s->n++;
	(void)snprintf(s->text, sizeof(s->text), "%s %s/%s %s", r->day,
		       r->officer, r->deputy,
		       r->holiday != NULL ? r->holiday : "-");
}

static void
test_roster_holidays(void **state)
{
	struct world *w = *state;
	struct seen s = { 0 };

	officers(w);
	ok(take(w, "\xef\xbb\xbf日期,值班员,副班\n2026-10-01,wang,li\n"));
	ok(ask_roster(w->a, "2026-10-01", "2026-10-01", see, &s, &err));
	assert_int_equal(s.n, 1);
	assert_non_null(strstr(s.text, "2026-10-01 wang/li 国庆"));
}

static void
test_roster_bad_rows(void **state)
{
	static const struct {
		const char *csv, *says;
	} cases[] = {
		{ HEAD "2026-11-23,a,wang,,,,\n2026-11-31,a,li,,,,\n",
		  "line 3, column 1 (day)" },
		{ HEAD "2026-11-23,a,nobody,,,,\n", "line 2, column 3" },
		{ HEAD "2026-11-23,a,wang,nobody,,,\n", "line 2, column 4" },
		{ HEAD "2026-11-23,a,wang,,8:30,20:30,\n", "line 2, column 5" },
		{ HEAD "2026-11-23,a,wang,,08:30,,\n", "line 2, column 6" },
		{ HEAD "2026-11-23,a,wang,,08:30,24:01,\n", "column 6 (ends)" },
		{ HEAD "2026-11-23,a,wang,,,,\n\n2026-11-23,a,li,,,,\n",
		  "line 2 already" },
		{ "day,officer,fone\n2026-11-23,wang,1\n", "line 1, column 3" },
		{ "slot,officer\na,wang\n", "names its columns" },
	};
	struct world *w = *state;
	struct seen s = { 0 };

	officers(w);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_not_equal(take(w, cases[i].csv), RC_OK);
		if (strstr(err.msg, cases[i].says) == NULL)
			fail_msg("%zu: %s", i, err.msg);
	}
	ok(ask_roster(w->a, "2026-01-01", "2026-12-31", see, &s, &err));
	assert_int_equal(s.n, 0); /* nothing of any of them */
}

static int64_t
gap(struct world *w, const char *when)
{
	struct shift_now now;

	at(w, when);
	ok(ask_shift(w->a, &now, &err));
	return now.gap_ms;
}

static void
test_gap_after_15_minutes(void **state)
{
	struct world *w = *state;
	const struct hand_over h = { .note = "n" };
	struct doc_ref sheet;
	int64_t handed;

	officers(w);
	ok(act_shift_on(w->a, &err));
	at(w, "2026-11-23T20:00:00+08:00");
	handed = w->env.now_ms;
	ok(act_shift_hand_over(w->a, &h, &sheet, &err));
	assert_int_equal(gap(w, "2026-11-23T20:14:59+08:00"), -1);
	assert_int_equal(gap(w, "2026-11-23T20:15:00+08:00") / 1000,
			 handed / 1000);
}

static void
test_gap_of_the_roster(void **state)
{
	struct world *w = *state;

	officers(w);
	ok(act_shift_on(w->a, &err));
	ok(take(w, HEAD "2026-11-23,夜班,li,zhao,20:30,08:30,乙\n"));
	assert_int_equal(gap(w, "2026-11-23T20:44:59+08:00"), -1);
	assert_true(gap(w, "2026-11-23T20:45:00+08:00") > 0);
	assert_int_equal(gap(w, "2026-11-24T08:30:00+08:00"), -1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_roster_over_midnight), T(test_roster_night_alone),
		T(test_roster_holidays),      T(test_roster_bad_rows),
		T(test_gap_after_15_minutes), T(test_gap_of_the_roster),
	};

	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
