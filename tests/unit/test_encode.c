#include "base/text.h"
#include "test.h"

static void
test_hex(void **state)
{
	unsigned char b[3];
	char hex[7];

	(void)state;
	hex_encode("\x00\xAB\xff", 3, hex);
	assert_string_equal(hex, "00abff");
	assert_int_equal(hex_decode("00ABff", b, 3, NULL), RC_OK);
	assert_memory_equal(b, "\x00\xAB\xff", 3);
	assert_int_equal(hex_decode("00ABf", b, 3, NULL), RC_MALFORMED);
	assert_int_equal(hex_decode("00ABfg", b, 3, NULL), RC_MALFORMED);
}

static void
test_base64(void **state)
{
	static const char *const rfc4648[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
	};
	static const char *const bad[] = {
		"Zg=",	    "Zg",     "Zh==", "Zm9=", "Z===",
		"Zg==Zg==", "Zm9v\n", "Zm 9", "====", "Zm-_",
	};
	struct buf b;
	char *s;
	size_t i;

	(void)state;
	buf_init(&b, 100);
	for (i = 0; i < sizeof(rfc4648) / sizeof(rfc4648[0]); i++) {
		s = base64_encode(rfc4648[i][0], strlen(rfc4648[i][0]));
		assert_string_equal(s, rfc4648[i][1]);
		buf_reset(&b);
		assert_int_equal(base64_decode(s, strlen(s), &b, NULL), RC_OK);
		assert_string_equal(buf_str(&b), rfc4648[i][0]);
		free(s);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(base64_decode(bad[i], strlen(bad[i]), &b,
					       NULL),
				 RC_MALFORMED);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
