#include "base/asset.h"
#include "test.h"

static void
test_asset_find_is_exact(void **state)
{
	const struct asset *a = asset_find("kinds/clue.json");

	(void)state;
	assert_non_null(a);
	assert_int_equal(a->bytes[0], '{');
	assert_int_equal(a->len, strlen(a->bytes));
	assert_int_equal(a->bytes[a->len - 1], '\n');
	assert_null(asset_find("kinds/clue"));
	assert_null(asset_find("../kinds/clue.json"));
}

static void
test_asset_each_stays_in_prefix(void **state)
{
	const struct asset *a = NULL;
	int n = 0;

	(void)state;
	while ((a = asset_each("reference/", a)) != NULL) {
		assert_int_equal(strncmp(a->path, "reference/", 10), 0);
		n++;
	}
	assert_true(n >= 11);
	assert_null(asset_each("nosuch/", NULL));
}

static void
test_asset_keeps_bytes(void **state)
{
	const struct asset *a = asset_find("reference/divisions.csv");

	(void)state;
	assert_non_null(a);
	assert_non_null(strstr(a->bytes, "\n310105,长宁区,"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asset_find_is_exact),
		cmocka_unit_test(test_asset_each_stays_in_prefix),
		cmocka_unit_test(test_asset_keeps_bytes),
	};

	return cmocka_run_group_tests_name("asset", tests, NULL, NULL);
}
