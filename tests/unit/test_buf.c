#include "base/buf.h"
#include "test.h"

static void
test_add_keeps_the_maximum(void **state)
{
	struct err err = ERR_INIT;
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	assert_int_equal(buf_adds(&b, "12345", &err), RC_OK);
	assert_int_equal(buf_addf(&b, &err, "%d", 67890), RC_OK);
	assert_int_equal(buf_add(&b, "x", 1, &err), RC_TOOLARGE);
	assert_int_equal(buf_addf(&b, &err, "%d", 1), RC_TOOLARGE);
	assert_string_equal(buf_str(&b), "1234567890");
	buf_consume(&b, 3);
	assert_string_equal(buf_str(&b), "4567890");
	assert_int_equal(b.len, 7);
	buf_consume(&b, 100);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void
test_zero_is_empty_without_room(void **state)
{
	struct buf b = { 0 };
	struct err err = ERR_INIT;
	char *s;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_adds(&b, "a", &err), RC_TOOLARGE);
	s = buf_take(&b);
	assert_string_equal(s, "");
	free(s);
}

static void
test_large_growth(void **state)
{
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 1 << 20);
	for (i = 0; i < 100000; i++)
		assert_int_equal(buf_add(&b, "abcdefgh", 8, NULL), RC_OK);
	assert_int_equal(b.len, 800000);
	assert_memory_equal(b.data + 799992, "abcdefgh", 9);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add_keeps_the_maximum),
		cmocka_unit_test(test_zero_is_empty_without_room),
		cmocka_unit_test(test_large_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
