#include "base/mem.h"
#include "console/canvas_int.h"
#include "test.h"

static void
expect(const struct canvas *c, int y, const char *want)
{
	char *got = canvas_text(c, y);

	assert_string_equal(got, want);
	(void)xfree(got);
}

static void
test_canvas_put_cuts_wide_characters(void **state)
{
	struct canvas c = { 0 };

	(void)state;
	canvas_init(&c, 2, 10);
	assert_int_equal(canvas_put(&c, 0, 0, 5, ATTR_PLAIN, "线索通报"), 4);
	expect(&c, 0, "线索");
	(void)canvas_put(&c, 0, 5, -1, ATTR_PLAIN, "通报通报");
	/* five columns are left: two characters, never half of the third */
	expect(&c, 0, "线索 通报");
	canvas_release(&c);
}

static void
test_canvas_put_over_half_a_character(void **state)
{
	struct canvas c = { 0 };

	(void)state;
	canvas_init(&c, 1, 10);
	(void)canvas_put(&c, 0, 0, -1, ATTR_PLAIN, "甲乙丙丁");
	(void)canvas_put(&c, 0, 3, 2, ATTR_PLAIN, "xy");
	expect(&c, 0, "甲 xy 丁");
	for (int x = 0; x < 10; x++) {
		const struct cell *cell = &canvas_row(&c, 0)[x];

		if (cell->cols == 2)
			assert_int_equal(cell[1].cp, 0);
		if (cell->cp == 0)
			assert_int_equal(cell[-1].cols, 2);
	}
	canvas_release(&c);
}

static void
test_canvas_put_keeps_combining_marks(void **state)
{
	struct canvas c = { 0 };

	(void)state;
	canvas_init(&c, 1, 6);
	(void)canvas_put(&c, 0, 0, 3, ATTR_PLAIN,
			 "e\xcc\x81"
			 "ab"
			 "c");
	expect(&c, 0,
	       "e\xcc\x81"
	       "ab");
	canvas_release(&c);
}

static void
test_canvas_put_shows_hidden_characters(void **state)
{
	struct canvas c = { 0 };
	char *got;

	(void)state;
	canvas_init(&c, 1, 40);
	(void)canvas_put(&c, 0, 0, -1, ATTR_PLAIN,
			 "a\x1b[2J\xe2\x80\xae"
			 "b");
	got = canvas_text(&c, 0);
	assert_null(strchr(got, '\x1b'));
	assert_null(strstr(got, "\xe2\x80\xae"));
	assert_non_null(strstr(got, "1B"));
	assert_non_null(strstr(got, "202E"));
	(void)xfree(got);
	canvas_release(&c);
}

static void
test_canvas_put_outside_is_nothing(void **state)
{
	struct canvas c = { 0 };

	(void)state;
	canvas_init(&c, 2, 4);
	assert_int_equal(canvas_put(&c, 2, 0, -1, ATTR_PLAIN, "x"), 0);
	assert_int_equal(canvas_put(&c, -1, 0, -1, ATTR_PLAIN, "x"), 0);
	assert_int_equal(canvas_put(&c, 0, 4, -1, ATTR_PLAIN, "x"), 0);
	assert_int_equal(canvas_put(&c, 0, 3, -1, ATTR_PLAIN, "中"), 0);
	expect(&c, 0, "");
	canvas_release(&c);
}

static void
test_canvas_box_and_right(void **state)
{
	struct canvas c = { 0 };

	(void)state;
	canvas_init(&c, 4, 12);
	canvas_box(&c, 0, 0, 3, 12, "签收");
	canvas_put_right(&c, 1, 1, 10, ATTR_PLAIN, "待发0");
	expect(&c, 0, "+-- 签收 --+");
	expect(&c, 1, "|     待发0|");
	expect(&c, 2, "+----------+");
	canvas_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canvas_put_cuts_wide_characters),
		cmocka_unit_test(test_canvas_put_over_half_a_character),
		cmocka_unit_test(test_canvas_put_keeps_combining_marks),
		cmocka_unit_test(test_canvas_put_shows_hidden_characters),
		cmocka_unit_test(test_canvas_put_outside_is_nothing),
		cmocka_unit_test(test_canvas_box_and_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
