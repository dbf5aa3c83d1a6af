#include <ctype.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"
#include "test.h"

static void
test_rows_are_whole(void **state)
{
	static const char *const ids[] = {
#define X(id, text, status, http) #id,
		RC_MAP(X)
#undef X
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < RC__COUNT; i++) {
		const char *name = rc_name((enum rc)i);

		assert_int_equal(strlen(name), strlen(ids[i]));
		for (j = 0; name[j] != '\0'; j++)
			assert_int_equal(name[j], tolower(ids[i][j]));
		assert_true(strlen(rc_sentence((enum rc)i)) > 0);
		assert_in_range(rc_exit_status((enum rc)i), 0, 4);
	}
	assert_int_equal(rc_exit_status(RC_DAMAGED), 3);
	assert_int_equal(rc_http_status(RC_TOOLARGE), 413);
}

static void
test_wrap_and_cut(void **state)
{
	struct err err = ERR_INIT;
	char longer[600];
	size_t i;

	(void)state;
	assert_int_equal(err_set(&err, RC_IO, 5, "disk\ngone"), RC_IO);
	assert_int_equal(err_wrap(&err, "reading %s", "outbox"), RC_IO);
	assert_string_equal(err.msg, "reading outbox: disk gone");
	for (i = 0; i + 3 < sizeof(longer); i += 3)
		memcpy(longer + i, "\xE8\xAF\x81", 3);
	longer[i] = '\0';
	(void)err_set(&err, RC_IO, 0, "x%s", longer);
	assert_int_equal(utf8_check(err.msg, strlen(err.msg), NULL), RC_OK);
	assert_int_equal(err_set(NULL, RC_DB, 0, "none"), RC_DB);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_whole),
		cmocka_unit_test(test_wrap_and_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
