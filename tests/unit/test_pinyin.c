/* Chinese found by the letters of its readings. */
#include <string.h>

#include "base/pinyin.h"
#include "test.h"

static void
test_fits(void **state)
{
	static const struct {
		const char *text, *letters;
		enum pinyin_fit fit;
	} cases[] = {
		{ "长宁", "changning", PINYIN_WHOLE },
		{ "长宁", "cn", PINYIN_WHOLE },
		{ "长宁", "chn", PINYIN_WHOLE },
		{ "长宁", "changn", PINYIN_WHOLE },
		{ "长宁", "cning", PINYIN_WHOLE },
		{ "长宁", "zhangning", PINYIN_WHOLE }, /* read both ways */
		{ "长宁", "chan", PINYIN_START },
		{ "长宁区", "cn", PINYIN_START },
		{ "长宁", "cnq", PINYIN_NONE },
		{ "长宁", "changnib", PINYIN_NONE },
		{ "重庆", "cq", PINYIN_WHOLE },
		{ "重庆", "zq", PINYIN_WHOLE },
		{ "西安", "xi'an", PINYIN_WHOLE },
		{ "绿色", "lvse", PINYIN_WHOLE },
		{ "CMA资质", "cmazz", PINYIN_WHOLE },
		{ "12315平台", "12315pt", PINYIN_WHOLE },
		{ "（市）公安局", "shigaj", PINYIN_WHOLE },
		{ "青浦", "", PINYIN_NONE },
		{ "", "a", PINYIN_NONE },
		{ "青浦", "青", PINYIN_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (pinyin_fits(cases[i].text, cases[i].letters) !=
		    cases[i].fit)
			fail_msg("%s %s", cases[i].text, cases[i].letters);
}

/* Letters that fit in many ways end soon. */
static void
test_many_ways(void **state)
{
	char text[3 * PINYIN_LETTERS_MAX + 1] = "", letters[66] = "";

	(void)state;
	for (size_t i = 0; i < PINYIN_LETTERS_MAX; i++) {
		memcpy(text + 3 * i, "阿", 4);
		memcpy(letters + i, "a", 2);
	}
	assert_int_equal(pinyin_fits(text, letters), PINYIN_WHOLE);
	letters[PINYIN_LETTERS_MAX - 1] = 'x';
	assert_int_equal(pinyin_fits(text, letters), PINYIN_NONE);
	memcpy(letters + PINYIN_LETTERS_MAX - 1, "aa", 3);
	assert_int_equal(pinyin_fits(text, letters), PINYIN_NONE);
}

static void
test_chars(void **state)
{
	size_t n = 0;
	const char *s = pinyin_chars("shi", &n);

	(void)state;
	assert_non_null(s);
	assert_true(n > 100 && memcmp(s, "是", 3) == 0);
	assert_true(pinyin_is_syllable("lv"));
	assert_false(pinyin_is_syllable("sh"));
	assert_false(pinyin_is_syllable(""));
	assert_null(pinyin_chars("shii", &n));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_many_ways),
		cmocka_unit_test(test_chars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
