#include <stdio.h>

#include "base/asset.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"
#include "model/clock.h"
#include "test.h"

static struct calendar *calendar;

static int
setup(void **state)
{
	const struct asset *a = asset_find("reference/holidays.csv");
	struct err err = ERR_INIT;

	(void)state;
	return calendar_new(a->bytes, a->len, &calendar, &err) == RC_OK ? 0
									: -1;
}

static int
teardown(void **state)
{
	(void)state;
	calendar = calendar_free(calendar);
	return 0;
}

static int64_t
at(const char *text)
{
	struct err err = ERR_INIT;
	int64_t ms = 0;

	assert_int_equal(time_parse(text, &ms, &err), RC_OK);
	return ms;
}

/* "2025-10-09" stands for 23:59:59 of that day. */
static int64_t
due_at(const char *text)
{
	char full[TIME_TEXT_MAX];

	if (strlen(text) > 10)
		return at(text);
	(void)snprintf(full, sizeof(full), "%sT23:59:59+08:00", text);
	return at(full);
}

static void
check_ms(const char *id, const char *what, int64_t got, int64_t want)
{
	char a[TIME_TEXT_MAX];
	char b[TIME_TEXT_MAX];

	if (got == want)
		return;
	time_format(got, a);
	time_format(want, b);
	fail_msg("%s: %s is %s, the law says %s", id, what, a, b);
}

/* Times between ';'; an end left out: not resumed. */
static size_t
read_spans(char *from, char *to, struct clock_span *out)
{
	size_t n = 0;

	while (from != NULL && from[0] != '\0') {
		char *next = strchr(from, ';');
		char *until = strchr(to, ';');

		if (next != NULL)
			*next++ = '\0';
		if (until != NULL)
			*until++ = '\0';
		out[n].from_ms = at(from);
		out[n++].to_ms = to[0] != '\0' ? at(to) : INT64_MAX;
		from = next;
		to = until != NULL ? until : to + strlen(to);
	}
	return n;
}

static void
check_row(char **cell)
{
	struct clock_span spans[CLOCK_SPANS_MAX] = { { 0 } };
	struct clock_rule rule = { .start_ms = at(cell[2]), .spans = spans };
	struct clock_due due;
	struct err err = ERR_INIT;
	int64_t left;

	assert_int_equal(str_to_i64(cell[3], 0, 1000, &rule.amount, &err),
			 RC_OK);
	assert_int_equal(clock_unit_parse(cell[4], &rule.unit, &err), RC_OK);
	rule.n_spans = read_spans(cell[5], cell[6], spans);
	if (cell[7][0] != '\0')
		assert_int_equal(str_to_i64(cell[7], 0, 1000, &rule.extension,
					    &err),
				 RC_OK);
	assert_int_equal(clock_due(&rule, calendar, &due, &err), RC_OK);
	if (str_starts(cell[8], "suspended:")) {
		assert_int_equal(str_to_i64(cell[8] + 10, 0, INT64_MAX, &left,
					    &err),
				 RC_OK);
		assert_true(due.open);
		assert_int_equal(due.remaining, left);
		return;
	}
	assert_false(due.open);
	check_ms(cell[0], "strict", due.strict_ms, at(cell[8]));
	check_ms(cell[0], "rolled", due.rolled_ms, at(cell[9]));
	assert_int_equal(due.assumed, strstr(cell[10], "未公布") != NULL &&
					      strstr(cell[10], "推定") != NULL);
}

static int
check_file(const char *name)
{
	const char *folder = getenv("TEST_SRCDIR");
	char path[4096];
	struct csv_reader r;
	struct buf file;
	struct err err = ERR_INIT;
	bool more = true;
	int rows = 0;

	assert_non_null(folder);
	(void)snprintf(path, sizeof(path), "%s/tests/data/%s", folder, name);
	buf_init(&file, 1 << 20);
	assert_int_equal(file_read(path, 1 << 20, true, &file, &err), RC_OK);
	csv_reader_init(&r, file.data, file.len);
	assert_int_equal(csv_next(&r, &more, &err), RC_OK);
	while (csv_next(&r, &more, &err) == RC_OK && more) {
		assert_int_equal(r.n_cells, 11);
		check_row(r.cells);
		rows++;
	}
	csv_reader_release(&r);
	buf_release(&file);
	return rows;
}

static void
test_clock_due_agrees_with_calculators(void **state)
{
	(void)state;
	assert_int_equal(check_file("clock_cases.csv"), 22);
	assert_true(check_file("clock_cases_more.csv") >= 120);
}

struct day_case {
	const char *start;
	int64_t amount;
	enum clock_unit unit;
	int64_t extension;
	const char *strict;
	const char *rolled; /* NULL: as strict */
};

/* Counted by hand from the State Council's notices and the articles named. */
static const struct day_case day_cases[] = {
	/* 移送规定5: 3 days over 国庆 2019; 09-29 and 10-12 made up */
	{ "2019-09-28T09:00:00+08:00", 3, UNIT_CALENDAR_DAY, 0, "2019-10-01",
	  "2019-10-08" },
	/* 2020 Spring Festival, prolonged to 02-02 */
	{ "2020-01-21T09:00:00+08:00", 3, UNIT_CALENDAR_DAY, 0, "2020-01-24",
	  "2020-02-03" },
	{ "2020-01-23T09:00:00+08:00", 1, UNIT_WORKING_DAY, 0, "2020-02-03",
	  NULL },
	/* 劳动节 2021: 04-25 and 05-08 made up */
	{ "2021-04-30T09:00:00+08:00", 1, UNIT_WORKING_DAY, 0, "2021-05-06",
	  NULL },
	{ "2021-05-07T09:00:00+08:00", 1, UNIT_WORKING_DAY, 0, "2021-05-08",
	  NULL },
	/* 2022 元旦: 01-01..01-03 off */
	{ "2021-12-31T23:59:59+08:00", 1, UNIT_WORKING_DAY, 0, "2022-01-04",
	  NULL },
	/* 2023: 中秋国庆 09-29..10-06 off, 10-07 and 10-08 made up */
	{ "2023-09-28T12:00:00+08:00", 2, UNIT_WORKING_DAY, 0, "2023-10-08",
	  NULL },
	{ "2023-09-28T12:00:00+08:00", 3, UNIT_CALENDAR_DAY, 0, "2023-10-01",
	  "2023-10-07" },
	/* leap day: 2024-02-29 is a day like others */
	{ "2024-02-28T12:00:00+08:00", 1, UNIT_CALENDAR_DAY, 0, "2024-02-29",
	  NULL },
	{ "2024-02-28T12:00:00+08:00", 2, UNIT_CALENDAR_DAY, 0, "2024-03-01",
	  NULL },
	/* 民法典202: months */
	{ "2024-01-31T12:00:00+08:00", 1, UNIT_MONTH, 0, "2024-02-29", NULL },
	{ "2023-01-31T12:00:00+08:00", 1, UNIT_MONTH, 0, "2023-02-28", NULL },
	{ "2025-10-31T12:00:00+08:00", 4, UNIT_MONTH, 0, "2026-02-28", NULL },
	{ "2025-12-15T12:00:00+08:00", 12, UNIT_MONTH, 0, "2026-12-15", NULL },
	/* 处罚法60 + order: 90 + 30 from day 0 */
	{ "2025-01-10T12:00:00+08:00", 90, UNIT_CALENDAR_DAY, 30, "2025-05-10",
	  "2025-05-12" },
	/* midnight belongs to the day that begins */
	{ "2026-03-02T00:00:00+08:00", 1, UNIT_WORKING_DAY, 0, "2026-03-03",
	  NULL },
	{ "2026-03-01T16:00:00Z", 1, UNIT_WORKING_DAY, 0, "2026-03-03", NULL },
	{ "2026-03-01T15:59:59Z", 1, UNIT_WORKING_DAY, 0, "2026-03-02", NULL },
	/* nothing granted: the day itself */
	{ "2026-03-02T09:00:00+08:00", 0, UNIT_CALENDAR_DAY, 0, "2026-03-02",
	  NULL },
	/* sign-for: 2 hours and 24 hours never roll */
	{ "2026-02-16T23:30:00+08:00", 2, UNIT_HOUR, 0,
	  "2026-02-17T01:30:00+08:00", NULL },
	{ "2024-02-28T10:00:00+08:00", 24, UNIT_HOUR, 0,
	  "2024-02-29T10:00:00+08:00", NULL },
};

static void
test_clock_due_over_published_years(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(day_cases) / sizeof(day_cases[0]); i++) {
		const struct day_case *c = &day_cases[i];
		struct clock_rule rule = { .start_ms = at(c->start),
					   .amount = c->amount,
					   .unit = c->unit,
					   .extension = c->extension };
		struct clock_due due;
		struct err err = ERR_INIT;

		assert_int_equal(clock_due(&rule, calendar, &due, &err), RC_OK);
		check_ms(c->start, "strict", due.strict_ms, due_at(c->strict));
		check_ms(c->start, "rolled", due.rolled_ms,
			 due_at(c->rolled ? c->rolled : c->strict));
		assert_false(due.assumed);
	}
}

static struct clock_due
due_with(const char *start, int64_t amount, enum clock_unit unit,
	 const struct clock_span *spans, size_t n_spans)
{
	struct clock_rule rule = { .start_ms = at(start),
				   .amount = amount,
				   .unit = unit,
				   .spans = spans,
				   .n_spans = n_spans };
	struct clock_due due;
	struct err err = ERR_INIT;

	assert_int_equal(clock_due(&rule, calendar, &due, &err), RC_OK);
	return due;
}

static void
test_clock_due_open_suspension_has_no_date(void **state)
{
	struct clock_span s = { at("2026-03-05T09:00:00+08:00"), INT64_MAX };
	struct clock_due due;

	(void)state;
	due = due_with("2026-03-02T09:00:00+08:00", 15, UNIT_WORKING_DAY, &s,
		       1);
	assert_true(due.open);
	assert_int_equal(due.remaining, 13); /* 3 and 4 March were used */
	due = due_with("2026-03-05T08:00:00+08:00", 24, UNIT_HOUR, &s, 1);
	assert_true(due.open);
	assert_int_equal(due.remaining, 23LL * 3600 * 1000);
}

static void
test_clock_due_late_stays_late(void **state)
{
	struct clock_span s = { at("2026-03-06T00:00:00+08:00"),
				at("2026-03-20T00:00:00+08:00") };
	struct clock_due due;

	(void)state;
	due = due_with("2026-03-02T09:00:00+08:00", 3, UNIT_WORKING_DAY, &s, 1);
	check_ms("late", "strict", due.strict_ms, due_at("2026-03-05"));
}

static void
test_clock_due_same_day_suspension_is_nothing(void **state)
{
	struct clock_span s = { at("2026-03-04T09:00:00+08:00"),
				at("2026-03-04T17:00:00+08:00") };
	struct clock_due due;

	(void)state;
	due = due_with("2026-03-02T09:00:00+08:00", 3, UNIT_WORKING_DAY, &s, 1);
	check_ms("same day", "strict", due.strict_ms, due_at("2026-03-05"));
	assert_false(due.odd_spans);
}

static void
test_clock_due_repairs_odd_spans(void **state)
{
	struct clock_span s[] = {
		{ at("2026-03-04T09:00:00+08:00"),
		  at("2026-03-03T09:00:00+08:00") },
		{ at("2026-03-09T09:00:00+08:00"),
		  at("2026-03-11T09:00:00+08:00") },
		{ at("2026-03-10T09:00:00+08:00"),
		  at("2026-03-12T09:00:00+08:00") },
	};
	struct clock_due due;

	(void)state;
	due = due_with("2026-03-02T09:00:00+08:00", 7, UNIT_WORKING_DAY, s, 3);
	/* 3 4 5 6 counted, 9 10 11 suspended, 12 13 16 counted */
	check_ms("odd", "strict", due.strict_ms, due_at("2026-03-16"));
	assert_true(due.odd_spans);
}

static void
test_clock_due_says_when_assumed(void **state)
{
	struct clock_due due;

	(void)state;
	due = due_with("2026-12-31T09:00:00+08:00", 1, UNIT_CALENDAR_DAY, NULL,
		       0);
	assert_true(due.assumed);
	due = due_with("2026-12-31T09:00:00+08:00", 48, UNIT_HOUR, NULL, 0);
	assert_false(due.assumed);
}

static void
test_clock_due_refuses_out_of_range(void **state)
{
	struct clock_rule rule = { .start_ms = at("9990-01-01T00:00:00Z"),
				   .amount = 100000,
				   .unit = UNIT_WORKING_DAY };
	struct clock_due due;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(clock_due(&rule, calendar, &due, &err), RC_RANGE);
	rule.unit = UNIT_MONTH;
	assert_int_equal(clock_due(&rule, calendar, &due, &err), RC_RANGE);
	rule.amount = -1;
	assert_int_equal(clock_due(&rule, calendar, &due, &err), RC_RANGE);
	rule.amount = 100001;
	assert_int_equal(clock_due(&rule, calendar, &due, &err), RC_RANGE);
}

static void
count_day(void *ctx, int32_t day, bool counted, const char *why)
{
	int *n = ctx;

	(void)day;
	assert_non_null(why);
	*n += counted;
}

static void
test_clock_explain_counts_the_amount(void **state)
{
	struct clock_rule rule = { .start_ms = at("2026-02-13T10:00:00+08:00"),
				   .amount = 15,
				   .unit = UNIT_WORKING_DAY };
	struct err err = ERR_INIT;
	int n = 0;

	(void)state;
	assert_int_equal(clock_explain(&rule, calendar, count_day, &n, &err),
			 RC_OK);
	assert_int_equal(n, 15);
}

/* Working days a year, added up from the notices. */
static void
test_calendar_working_days_a_year(void **state)
{
	static const struct {
		int year, days;
	} cases[] = {
		{ 2019, 250 }, { 2020, 249 }, { 2021, 250 }, { 2022, 249 },
		{ 2023, 249 }, { 2024, 251 }, { 2025, 248 }, { 2026, 248 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int32_t day =
			day_from_civil((struct civil){ cases[i].year, 1, 1 });
		int n = 0;

		for (; day_to_civil(day).year == cases[i].year; day++)
			n += calendar_is_working(calendar, day);
		if (n != cases[i].days)
			fail_msg("%d has %d working days, expected %d",
				 cases[i].year, n, cases[i].days);
	}
}

static void
test_calendar_new_refuses(void **state)
{
	static const char *const bad[] = {
		"",
		"day,kind,name\n",
		"day,kind,name\n2026-02-30,holiday,x\n",
		"day,kind,name\n2026-02-03,closed,x\n",
		"day,kind,name\n2026-02-03,holiday\n",
		"day,kind,name\n2026-02-03,holiday,x\n2026-02-03,workday,x\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct calendar *c = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(calendar_new(bad[i], strlen(bad[i]), &c, &err),
				 RC_MALFORMED);
		assert_null(c);
		assert_true(err.msg[0] != '\0');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_due_agrees_with_calculators),
		cmocka_unit_test(test_clock_due_over_published_years),
		cmocka_unit_test(test_clock_due_open_suspension_has_no_date),
		cmocka_unit_test(test_clock_due_late_stays_late),
		cmocka_unit_test(test_clock_due_same_day_suspension_is_nothing),
		cmocka_unit_test(test_clock_due_repairs_odd_spans),
		cmocka_unit_test(test_clock_due_says_when_assumed),
		cmocka_unit_test(test_clock_due_refuses_out_of_range),
		cmocka_unit_test(test_clock_explain_counts_the_amount),
		cmocka_unit_test(test_calendar_working_days_a_year),
		cmocka_unit_test(test_calendar_new_refuses),
	};

	return cmocka_run_group_tests_name("clock", tests, setup, teardown);
}
