/* The SQL that the build embedded from db/. */
#include "config.h"

#include <stddef.h>

#include "base/mem.h"
#include "store_int.h"

static const char *const query_texts[] = {
#define SQL_MIGRATION(number, text)
#define SQL_QUERY(name, text) [SQL_##name] = text,
#include "src/store/sql.inc"
#undef SQL_MIGRATION
#undef SQL_QUERY
};

static const char *const query_names[] = {
#define SQL_MIGRATION(number, text)
#define SQL_QUERY(name, text) [SQL_##name] = #name,
#include "src/store/sql.inc"
#undef SQL_MIGRATION
#undef SQL_QUERY
};

struct migration {
	int number;
	const char *text;
};

/* In rising order: the build sorts the files by name. */
static const struct migration migrations[] = {
	{ .number = 0, .text = "" }, /* an empty file */
#define SQL_MIGRATION(n, t) { .number = (n), .text = t },
#define SQL_QUERY(name, text)
#include "src/store/sql.inc"
#undef SQL_MIGRATION
#undef SQL_QUERY
};

const char *
sql_text(enum sql name)
{
	return query_texts[name];
}

const char *
sql_name(enum sql name)
{
	return query_names[name];
}

int
sql_newest(void)
{
	return migrations[ARRAY_LEN(migrations) - 1].number;
}

const char *
sql_migration_after(int version, int *ret_number)
{
	for (size_t i = 0; i < ARRAY_LEN(migrations); i++) {
		if (migrations[i].number > version) {
			*ret_number = migrations[i].number;
			return migrations[i].text;
		}
	}
	return NULL;
}
