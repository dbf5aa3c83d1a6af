#include <time.h>

#include "base/time.h"
#include "test.h"

static void
test_days_agree_with_the_c_library(void **state)
{
	int32_t day;

	(void)state;
	for (day = 0; day < 400 * 366; day += 13) {
		time_t t = (time_t)day * 86400;
		struct tm tm;
		struct civil c = day_to_civil(day);

		assert_non_null(gmtime_r(&t, &tm));
		assert_int_equal(c.year, tm.tm_year + 1900);
		assert_int_equal(c.month, tm.tm_mon + 1);
		assert_int_equal(c.day, tm.tm_mday);
		assert_int_equal(day_weekday(day),
				 tm.tm_wday == 0 ? 7 : tm.tm_wday);
		assert_int_equal(day_from_civil(c), day);
	}
}

static void
test_day_parse(void **state)
{
	static const char *const bad[] = {
		"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01",
		"1969-12-31", "9999-01-01", "2026-11-31", "2026-11-23 ",
		"20261123",   "",	    "2026/11/23", "２026-11-23",
	};
	struct err err = ERR_INIT;
	char text[11];
	int32_t day;
	size_t i;

	(void)state;
	assert_int_equal(day_parse("2024-02-29", &day, &err), RC_OK);
	day_format(day, text);
	assert_string_equal(text, "2024-02-29");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (day_parse(bad[i], &day, &err) != RC_MALFORMED)
			fail_msg("taken: %s", bad[i]);
}

static void
test_time_parse(void **state)
{
	static const char *const bad[] = {
		"2026-02-30T25:61:00+99:00", /* h103 */
		"9999-12-31T23:59:60Z",	     /* h104 */
		"1969-12-31T23:59:59Z",	     /* h105 */
		"1970-01-01T00:00:00+08:00", /* the same instant side */
		"2026-11-23T14:05:00",	      "2026-11-23 14:05:00Z",
		"2026-11-23T14:05Z",	      "2026-11-23T14:05:00z",
		"2026-11-23T24:00:00Z",	      "2026-11-23T14:05:60Z",
		"2026-11-23T14:05:00+8:00",   "2026-11-23T14:05:00.Z",
		"2026-11-23T14:05:00+08:00x",
	};
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T08:00:00+08:00", 0 },
		{ "1970-01-01T00:00:00.5Z", 500 },
		{ "1970-01-01T00:00:00.123456Z", 123 },
		{ "2026-11-23T14:05:00.120+08:00", 1795413900120LL },
	};
	struct err err = ERR_INIT;
	char text[TIME_TEXT_MAX];
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (time_parse(bad[i], &ms, &err) != RC_MALFORMED)
			fail_msg("taken: %s", bad[i]);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(time_parse(good[i].text, &ms, &err), RC_OK);
		assert_true(ms == good[i].ms);
	}
	time_format(1795413900120LL, text);
	assert_string_equal(text, "2026-11-23T14:05:00.120+08:00");
	time_format(0, text);
	assert_string_equal(text, "1970-01-01T08:00:00+08:00");
	time_format_short(1795413900120LL, text);
	assert_string_equal(text, "11-23 14:05");
}

static void
test_local_day_edges(void **state)
{
	int64_t ms;

	(void)state;
	assert_int_equal(time_parse("2026-11-23T15:59:59.999Z", &ms, NULL),
			 RC_OK);
	assert_int_equal(day_of_ms(ms) + 1, day_of_ms(ms + 1));
	assert_true(day_start_ms(day_of_ms(ms + 1)) == ms + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days_agree_with_the_c_library),
		cmocka_unit_test(test_day_parse),
		cmocka_unit_test(test_time_parse),
		cmocka_unit_test(test_local_day_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
