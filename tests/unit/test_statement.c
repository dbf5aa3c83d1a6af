/* Every statement of db/query/ is one that SQLite can prepare. */
#include "config.h"

#include <stdio.h>

#include <unistd.h>

#include "../../src/store/store_int.h"
#include "test.h"

static bool
prepares(struct store *s, enum sql name)
{
	struct stmt *st = stmt_use(s, name);
	bool good = st->broken == 0 && st->handle != NULL;

	stmt_done(st);
	return good;
}

static void
test_statement_prepares(void **state)
{
	char folder[] = "/tmp/deltadesk-statement-XXXXXX";
	char path[64], live_path[64], side[80];
	static const char *const tails[] = { "", "-wal", "-shm" };
	struct store *s = NULL, *live = NULL;
	struct err err = ERR_INIT;
	int bad = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/desk.db", folder);
	(void)snprintf(live_path, sizeof(live_path), "%s/live.db", folder);
	assert_int_equal(store_open(path, STORE_CREATE, &s, &err), RC_OK);
	assert_int_equal(store_open_live(live_path, &live, &err), RC_OK);
	/* the rebuild compares with what it set aside in temporary tables */
	for (int i = 0; i < SQL__COUNT; i++) {
		if (strncmp(sql_name((enum sql)i), "REBUILD_KEEP_", 13) == 0)
			assert_int_equal(stmt_run(stmt_use(s, (enum sql)i),
						  &err),
					 RC_OK);
	}
	for (int i = 0; i < SQL__COUNT; i++) {
		if (strncmp(sql_name((enum sql)i), "REBUILD_KEEP_", 13) == 0)
			continue;
		if (prepares(s, (enum sql)i) || prepares(live, (enum sql)i))
			continue;
		print_error("%s cannot be prepared\n", sql_name((enum sql)i));
		bad++;
	}
	assert_int_equal(bad, 0);
	store_close(live);
	store_close(s);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(side, sizeof(side), "%s%s", path, tails[i]);
		(void)unlink(side);
		(void)snprintf(side, sizeof(side), "%s%s", live_path, tails[i]);
		(void)unlink(side);
	}
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statement_prepares),
	};

	return cmocka_run_group_tests_name("statement", tests, NULL, NULL);
}
