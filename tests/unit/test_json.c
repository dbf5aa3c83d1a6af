#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "test.h"

static enum rc
reads(const char *s)
{
	json_t *v = NULL;
	struct err err = ERR_INIT;
	enum rc rc = json_read(s, strlen(s), &v, &err);

	if (rc == RC_OK)
		json_decref(v);
	else
		assert_true(v == NULL && strlen(err.msg) > 0);
	return rc;
}

static void
test_refuses_what_readers_differ_on(void **state)
{
	static const char *const bad[] = {
		"",			   /* h102 */
		"{\"a\":1,\"a\":2}",	   /* h090 duplicate */
		"{\"a\":1,\"\\u0061\":2}", /* the same, escaped */
		"9007199254740993",	   /* h091 */
		"-9007199254740993",
		"18446744073709551616", /* h092 */
		"1e400",
		"NaN",
		"-Infinity",
		"0x1", /* h094 h095 */
		"\"\\ud800\"",
		"\"\\udc00\\ud800\"", /* h096 */
		"\"\\ud800\\u0041\"",
		"\"\\ud800",
		"\"\\u0000\"", /* h097 */
		"{\"a\\u0000\":1}",
		"{\"title\":\"x\"} trailing", /* h098 */
		"{\"title\":\"x\",}",
		"[1,]",
		"[,1]", /* h099 */
		"[1 2]",
		"{\"a\" 1}",
		"{a:1}",
		"{1:1}",
		"{\"a\":}",
		"01",
		"1.",
		".5",
		"+1",
		"1e",
		"--1",
		"-",
		"\"\x01\"",
		"\"\n\"",
		"\"\\x\"",
		"\"abc",
		"[1",
		"{",
		"]",
		"[}",
		"{]",
		"[1}",
		"{\"a\":1]",
		"\xEF\xBB\xBF{}", /* BOM */
		"'a'",
		"tru",
		"truex",
		"/* */ 1",
		"1 // x",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (reads(bad[i]) != RC_MALFORMED)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(reads("\"\xC0\xAF\""), RC_TEXT);
	assert_int_equal(reads("\"\xED\xA0\x80\""), RC_TEXT);
}

static void
test_takes_good(void **state)
{
	static const char *const good[] = {
		"{}",
		"[]",
		"0",
		"-0",
		"\"\"",
		"true",
		"null",
		"9007199254740992",
		"-9007199254740992",
		"1.5e-3",
		" [ 1 , { \"a\" : [ ] } , \"\\ud83d\\udc68\\n\" ] \n",
		"{\"a\":{\"a\":1},\"b\":{\"a\":1}}",
		"[[],[],{}]",
		"{\"\":1}",
		"1E5",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (reads(good[i]) != RC_OK)
			fail_msg("refused: %s", good[i]);
}

static char *
nested(const char *open, size_t n, const char *close)
{
	size_t lo = strlen(open), lc = strlen(close), i;
	char *s = malloc(n * (lo + lc) + 2), *p = s;

	for (i = 0; i < n; i++, p += lo)
		memcpy(p, open, lo);
	*p++ = '1';
	for (i = 0; i < n; i++, p += lc)
		memcpy(p, close, lc);
	*p = '\0';
	return s;
}

static void
test_depth(void **state)
{
	char *s;

	(void)state;
	s = nested("[", JSON_DEPTH_MAX, "]");
	assert_int_equal(reads(s), RC_OK);
	free(s);
	s = nested("[", JSON_DEPTH_MAX + 1, "]");
	assert_int_equal(reads(s), RC_TOOLARGE);
	free(s);
	s = nested("{\"a\":", JSON_DEPTH_MAX, "}");
	assert_int_equal(reads(s), RC_OK);
	free(s);
	s = nested("{\"a\":", 50000, "}"); /* h109 */
	assert_int_equal(reads(s), RC_TOOLARGE);
	free(s);
	s = nested("[", 100000, ""); /* h108 */
	assert_int_equal(reads(s), RC_TOOLARGE);
	free(s);
}

static void
test_tokens(void **state)
{
	char *s = malloc(2 * JSON_TOKENS_MAX + 4), *p = s;
	int i;

	(void)state;
	*p++ = '[';
	for (i = 0; i < JSON_TOKENS_MAX - 1; i++) {
		*p++ = '1';
		*p++ = ',';
	}
	memcpy(p - 1, "]", 2);
	assert_int_equal(reads(s), RC_OK); /* the list and its members */
	memcpy(p - 1, ",1]", 4);
	assert_int_equal(reads(s), RC_TOOLARGE);
	free(s);
}

static void
test_object_and_members(void **state)
{
	struct err err = ERR_INIT;
	const char *text;
	json_t *o = NULL;
	int64_t n;
	char *back;

	(void)state;
	assert_int_equal(json_read_object("[]", 2, &o, &err), RC_MALFORMED);
	assert_null(o);
	assert_int_equal(
		json_read_object("{\"b\":\"x\",\"a\":5}", 15, &o, &err), RC_OK);
	back = json_write(o);
	assert_string_equal(back, "{\"b\":\"x\",\"a\":5}"); /* order kept */
	free(back);
	assert_int_equal(json_need_string(o, "b", &text, &err), RC_OK);
	assert_string_equal(text, "x");
	assert_int_equal(json_need_string(o, "a", &text, &err), RC_MALFORMED);
	assert_int_equal(json_need_int(o, "a", 0, 9, &n, &err), RC_OK);
	assert_int_equal(json_need_int(o, "a", 6, 9, &n, &err), RC_RANGE);
	assert_int_equal(json_need_int(o, "c", 6, 9, &n, &err), RC_MALFORMED);
	assert_non_null(strstr(err.msg, "'c'"));
	assert_null(json_text(o, "a"));
	json_decref(o);
}

static void
test_plain_writing(void **state)
{
	const char *in =
		"[\"线\\u001b\xC2\x9B\xE2\x80\xAE\xF3\xA0\x81\x81\x7F\"]";
	json_t *v = NULL, *back = NULL;
	char *text;

	(void)state;
	assert_int_equal(json_read(in, strlen(in), &v, NULL), RC_OK);
	text = json_write_plain(v);
	assert_string_equal(text, "[\"线\\u001B\\u009b\\u202e"
				  "\\udb40\\udc41\\u007f\"]");
	assert_int_equal(json_read(text, strlen(text), &back, NULL), RC_OK);
	assert_true(json_equal(v, back));
	json_decref(v);
	json_decref(back);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refuses_what_readers_differ_on),
		cmocka_unit_test(test_takes_good),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_object_and_members),
		cmocka_unit_test(test_plain_writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
