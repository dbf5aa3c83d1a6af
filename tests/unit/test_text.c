#include "base/text.h"
#include "test.h"

/* Byte cases are those of the reference data's hostile.ndjson (hNNN). */

struct bytes_case {
	const char *bytes;
	size_t n;
};
#define B(s)                     \
	{                        \
		s, sizeof(s) - 1 \
	}

static void
test_utf8_check_refuses(void **state)
{
	static const struct bytes_case bad[] = {
		B("\xC0\xAF\xC0\xAE"),	       /* h034 overlong */
		B("\xED\xA0\x80\xED\xB0\x80"), /* h035 surrogates */
		B("\xF4\x90\x80\x80"),	       /* h036 above U+10FFFF */
		B("\xE7\xBA\xBF\xE7"),	       /* h037 truncated */
		B("\xFF\xFE\x03\x8C"),	       /* h038 UTF-16 mark */
		B("\xCF\xDF\xCB\xF7"),	       /* h039 GB18030 */
		B("\x80\x80\x80\x80"),	       /* h041 stray */
		B("a\0b"),		       /* h033 NUL */
		B("\xE0\x80\xAF"),
		B("\xF0\x80\x80\xAF"),
		B("\xF5\x80\x80\x80"),
	};
	static const struct bytes_case good[] = {
		B(""),
		B("abc"),
		B("\xE9\x95\xBF\xE5\xAE\x81"),
		B("\xF0\xA0\xAE\xB7"),
		B("\xEF\xBB\xBFx"), /* a mark inside is text */
		B("\xF4\x8F\xBF\xBF"),
		B("\xED\x9F\xBF\xEE\x80\x80"),
	};
	struct err err = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(utf8_check(bad[i].bytes, bad[i].n, &err),
				 RC_TEXT);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(utf8_check(good[i].bytes, good[i].n, &err),
				 RC_OK);
	assert_int_equal(utf8_check("ab\xFF", 3, &err), RC_TEXT);
	assert_non_null(strstr(err.msg, "2")); /* the offset */
}

static void
test_encode_decode_round(void **state)
{
	uint32_t cp, back;
	char out[4];
	size_t n;

	(void)state;
	for (cp = 1; cp <= 0x10FFFF; cp += cp < 0x3000 ? 1 : 97) {
		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		n = utf8_encode(cp, out);
		assert_int_equal(utf8_check(out, n, NULL), RC_OK);
		assert_int_equal(utf8_next(out, n, &back), n);
		assert_int_equal(back, cp);
	}
}

static void
test_widths(void **state)
{
	static const struct {
		uint32_t cp;
		int cols;
	} cases[] = {
		{ 'a', 1 },	{ 0x4E00, 2 },	  { 0xFF21, 2 },
		{ 0x3000, 2 },	{ 0x0301, 0 },	  { 0xFE0F, 0 },
		{ 0x20BB7, 2 }, { 0x2B739, 2 },	  { 0x3007, 2 },
		{ 0x1F468, 2 }, { 0x2026, 1 },	  { 0x2460, 1 },
		{ 0xAC00, 2 },	{ 0x1161, 0 },	  { 0x0378, 1 /* none */ },
		{ 0x1B, 4 },	{ 0x202E, 8 },	  { 0xE0041, 9 },
		{ 0x3014, 2 },	{ 0x10FFFF, 10 }, { 0xE0100, 0 },
		{ 0x2A6E0, 2 }, { 0x36C3, 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(cp_cols(cases[i].cp), cases[i].cols);
	assert_int_equal(utf8_cols("长宁ab", 8), 6);
}

static void
test_cut_never_splits(void **state)
{
	const char *s = "长e\xCC\x81宁"; /* 2 + 1 + 0 + 2 columns */
	size_t cols;

	(void)state;
	assert_int_equal(utf8_cut(s, strlen(s), 1, &cols), 0);
	assert_int_equal(utf8_cut(s, strlen(s), 2, &cols), 3);
	assert_int_equal(utf8_cut(s, strlen(s), 3, &cols), 6);
	assert_int_equal(cols, 3);
	assert_int_equal(utf8_cut(s, strlen(s), 4, &cols), 6);
	assert_int_equal(utf8_cut(s, strlen(s), 99, &cols), strlen(s));
}

static void
shown(const char *in, const char *want)
{
	struct buf b;
	char small[512];

	buf_init(&b, 4096);
	assert_int_equal(text_show(&b, in, strlen(in), true, NULL), RC_OK);
	assert_string_equal(buf_str(&b), want);
	/* what is shown takes the columns that were counted */
	assert_string_equal(text_show_into(small, sizeof(small), in), want);
	buf_release(&b);
}

static void
test_show_marks_hidden(void **state)
{
	(void)state;
	shown("线\x1B[2J", "线<1B>[2J"); /* h001 */
	shown("\xC2\x9B"
	      "31m",
	      "<9B>31m");			 /* h020 C1 */
	shown("a\rb\bc\x7F", "a<0D>b<08>c<7F>"); /* h025 h027 h030 */
	shown("a\nb\tc", "a b c");		 /* h026 h031 */
	shown("x\xE2\x80\xA8y", "x<U+2028>y");	 /* h032 */
	shown("\xE2\x80\xAEgpj", "<U+202E>gpj"); /* h042 */
	shown("\xE2\x81\xA6q\xE2\x81\xA9", "<U+2066>q<U+2069>");
	shown("\xD8\x9C\xE2\x80\x8E", "<U+061C><U+200E>"); /* h046 */
	shown("上\xE2\x80\x8B海", "上<U+200B>海");	   /* h047 */
	shown("\xE3\x85\xA4\xE1\x85\x9F", "<U+3164><U+115F>");
	shown("\xF3\xA0\x81\x81", "<U+E0041>");	   /* h050 */
	shown("体\xEF\xB8\x8F", "体\xEF\xB8\x8F"); /* h051 */
	shown("\xCC\x81开", "<U+0301>开");	   /* h053 */
	shown("\xEF\xBF\xBE\xEE\x80\x80", "<U+FFFE><U+E000>");
	shown("\xEF\xBB\xBF通", "<U+FEFF>通"); /* h040 */
	shown("Z\xCC\x80\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85x",
	      "Z\xCC\x80\xCC\x81\xCC\x82\xCC\x83<+>x"); /* h052 */
}

static void
test_show_into_cuts_whole_characters(void **state)
{
	char out[6];

	(void)state;
	assert_string_equal(text_show_into(out, sizeof(out), "长宁"), "长");
	assert_string_equal(text_show_into(out, sizeof(out),
					   "a\x1B"
					   "b"),
			    "a<1B>");
}

static void
folded(const char *in, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	assert_int_equal(text_fold(&b, in, strlen(in), NULL), RC_OK);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void
test_fold(void **state)
{
	(void)state;
	folded("ｆｕｌｌ２６０９〔２０２６〕", "full2609(2026)"); /* h056 */
	folded("沪长打假通〔2026〕12号", "沪长打假通(2026)12号");
	folded("沪长打假通［2026］12号", "沪长打假通(2026)12号");
	folded("沪长打假通[2026]12号", "沪长打假通(2026)12号");
	folded("沪长打假通(2026)12号", "沪长打假通(2026)12号");
	folded("上海\xE2\x80\x8B虚构", "上海虚构"); /* h047 */
	folded("ABC Éa", "abc éa");
	folded("甲，乙。丙　丁", "甲,乙.丙 丁");
}

static void
test_numbers_and_names(void **state)
{
	struct err err = ERR_INIT;
	char small[4];
	int64_t n;

	(void)state;
	assert_int_equal(str_to_i64("-9223372036854775808", INT64_MIN,
				    INT64_MAX, &n, &err),
			 RC_OK);
	assert_true(n == INT64_MIN);
	assert_int_equal(str_to_i64("9223372036854775807", INT64_MIN, INT64_MAX,
				    &n, &err),
			 RC_OK);
	assert_int_equal(str_to_i64("9223372036854775808", INT64_MIN, INT64_MAX,
				    &n, &err),
			 RC_RANGE);
	assert_int_equal(str_to_i64("-9223372036854775809", INT64_MIN,
				    INT64_MAX, &n, &err),
			 RC_RANGE);
	assert_int_equal(str_to_i64("12x", 0, 99, &n, &err), RC_MALFORMED);
	assert_int_equal(str_to_i64("", 0, 99, &n, &err), RC_MALFORMED);
	assert_int_equal(str_to_i64("+1", 0, 99, &n, &err), RC_MALFORMED);
	assert_int_equal(str_to_i64("100", 0, 99, &n, &err), RC_RANGE);
	assert_int_equal(str_copy(small, sizeof(small), "abc", &err), RC_OK);
	assert_int_equal(str_copy(small, sizeof(small), "abcd", &err),
			 RC_RANGE);
	assert_string_equal(small, "abc");
	assert_true(str_eq(NULL, NULL));
	assert_false(str_eq("a", NULL));
	assert_true(str_collate("ＡＢ", "ac") < 0);
	assert_true(str_collate("a", "a") == 0);
}

static void
test_initials_and_keys(void **state)
{
	static const struct {
		const char *text, *initials, *key;
	} cases[] = {
		{ "杭州市", "hzs", "杭州市" },
		{ "长宁区", "cnq", "长宁区" },
		{ "重庆、厦门", "zq xm", "重庆厦门" },
		{ "某某商行", "mmsh", "某某商行" },
		{ "鑫淼贸易", "xmmy", "鑫淼贸易" },
		{ "Ａ-12 号", "h", "a12号" },
		{ "〔2026〕12号", " h", "202612号" },
		{ "", "", "" },
	};
	struct buf out;
	size_t i;

	(void)state;
	buf_init(&out, 256);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *s = cases[i].text;

		buf_reset(&out);
		assert_int_equal(text_key(&out, s, strlen(s), NULL), RC_OK);
		assert_string_equal(buf_str(&out), cases[i].key);
		buf_reset(&out);
		assert_int_equal(text_initials(&out, s, strlen(s), NULL),
				 RC_OK);
		if (strstr(buf_str(&out), cases[i].initials) == NULL)
			fail_msg("%s: %s", s, buf_str(&out));
	}
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8_check_refuses),
		cmocka_unit_test(test_encode_decode_round),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_cut_never_splits),
		cmocka_unit_test(test_show_marks_hidden),
		cmocka_unit_test(test_show_into_cuts_whole_characters),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_numbers_and_names),
		cmocka_unit_test(test_initials_and_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
