#include <stdio.h>
#include <stdlib.h>

#include <unistd.h>

#include <sqlite3.h>

#include "base/err.h"
#include "base/i18n.h"
#include "store/store.h"
#include "test.h"

/* Every statement of db/query can be prepared against db/schema. */

static const struct {
	const char *name, *text;
} queries[] = {
#define SQL_MIGRATION(number, text)
#define SQL_QUERY(name, text) { #name, text },
#include "src/store/sql.inc"
#undef SQL_MIGRATION
#undef SQL_QUERY
};

/* live.db has a schema of its own; what opens or makes a file is no query. */
static bool
is_apart(const char *name)
{
	return strncmp(name, "LIVE_", 5) == 0 ||
	       strncmp(name, "STORE_", 6) == 0;
}

static void
test_all_prepare(void **state)
{
	char folder[] = "/tmp/deltadesk-sql-XXXXXX", path[64], cmd[96];
	struct err err = ERR_INIT;
	struct store *s = NULL;
	sqlite3_stmt *st;
	sqlite3 *db;
	FILE *p;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/t.db", folder);
	assert_int_equal(store_open(path, STORE_CREATE, &s, &err), RC_OK);
	store_close(s);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		if (is_apart(queries[i].name))
			continue;
		st = NULL;
		/* the tokenizer is the store's own; old_ are temporary */
		if (sqlite3_prepare_v2(db, queries[i].text, -1, &st, NULL) !=
			    SQLITE_OK &&
		    strstr(sqlite3_errmsg(db), "cjk1") == NULL &&
		    strstr(sqlite3_errmsg(db), "old_") == NULL)
			fail_msg("%s: %s", queries[i].name, sqlite3_errmsg(db));
		sqlite3_finalize(st);
	}
	sqlite3_close(db);
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", folder);
	p = popen(cmd, "r");
	if (p != NULL)
		(void)pclose(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_prepare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
