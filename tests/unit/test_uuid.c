#include "base/uuid.h"
#include "test.h"

static void
test_sorted_and_valid(void **state)
{
	char last[UUID_LEN + 1] = "", id[UUID_LEN + 1];
	struct env_fake f;
	int i;

	(void)state;
	env_fake_init(&f, 7, 1795413900120LL);
	for (i = 0; i < 10000; i++) { /* more than one millisecond holds */
		uuid7_make(&f.env, id);
		assert_true(uuid_valid(id));
		assert_int_equal(id[14], '7');
		assert_true(strcmp(id, last) > 0);
		memcpy(last, id, sizeof(id));
	}
	f.now_ms -= 3600000; /* a clock set back */
	uuid7_make(&f.env, id);
	assert_true(strcmp(id, last) > 0);
}

static void
test_after(void **state)
{
	const char *far = "0fffffff-ffff-7abc-8000-000000000000";
	char id[UUID_LEN + 1];
	struct env_fake f;

	(void)state;
	env_fake_init(&f, 7, 1795413900120LL);
	uuid7_make_after(&f.env, far, id);
	assert_true(strcmp(id, far) > 0);
	assert_true(uuid_valid(id));
}

static void
test_valid(void **state)
{
	(void)state;
	assert_true(uuid_valid("0fffffff-ffff-7abc-8000-000000000000"));
	assert_false(uuid_valid("0FFFFFFF-ffff-7abc-8000-000000000000"));
	assert_false(uuid_valid("0fffffff-ffff-7abc-8000-00000000000"));
	assert_false(uuid_valid("0fffffff-ffff-7abc-8000-0000000000000"));
	assert_false(uuid_valid("0fffffffffff-7abc-8000-000000000000-"));
	assert_false(uuid_valid(""));
}

static void
test_seed_repeats(void **state)
{
	struct env_fake a, b;
	char ra[32], rb[32];

	(void)state;
	env_fake_init(&a, 42, 1000);
	env_fake_init(&b, 42, 1000);
	env_random(&a.env, ra, sizeof(ra));
	env_random(&b.env, rb, sizeof(rb));
	assert_memory_equal(ra, rb, sizeof(ra));
	env_random(&b.env, rb, sizeof(rb));
	assert_memory_not_equal(ra, rb, sizeof(ra));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted_and_valid),
		cmocka_unit_test(test_after),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_seed_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
