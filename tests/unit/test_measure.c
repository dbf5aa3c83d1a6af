#include "model/measure.h"
#include "test.h"

/* A bucket's middle is within 6.25 % of every duration that falls there. */
static void
test_buckets(void **state)
{
	int last = -1;

	(void)state;
	for (int64_t m = 0; m < 400000; m += 1 + m / 97) {
		int b = measure_bucket(m);
		int64_t stands_for = measure_bucket_minutes(b);
		int64_t off = stands_for > m ? stands_for - m : m - stands_for;

		assert_true(b >= last);
		assert_true(b < MEASURE_BUCKETS);
		assert_true(off * 16 <= m + 15);
		last = b;
	}
	assert_int_equal(measure_bucket(-5), 0);
	assert_int_equal(measure_bucket(7), 7);
	assert_int_equal(measure_bucket_minutes(measure_bucket(60)), 62);
	assert_int_equal(measure_bucket(INT64_MAX / 2), MEASURE_BUCKETS - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
