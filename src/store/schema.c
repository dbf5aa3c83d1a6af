/* Is the schema the one that this program makes? */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "store_int.h"

struct part {
	char *type, *name, *sql; /* heap */
};

struct parts {
	struct part *list;
	size_t n;
};

static void
parts_release(struct parts *p)
{
	for (size_t i = 0; i < p->n; i++) {
		(void)xfree(p->list[i].type);
		(void)xfree(p->list[i].name);
		(void)xfree(p->list[i].sql);
	}
	(void)xfree(p->list);
	*p = (struct parts){ .list = NULL };
}

/* In order of type and name. */
static enum rc
parts_read(struct store *s, struct parts *out, struct err *err)
{
	struct stmt *st = stmt_use(s, SQL_STORE_SCHEMA_EACH);
	bool row = false;
	enum rc rc = stmt_step(st, &row, err);

	while (rc == RC_OK && row) {
		out->list = xreallocarray(out->list, out->n + 1,
					  sizeof(*out->list));
		out->list[out->n++] = (struct part){
			.type = xstrdup(col_text(st, 0)),
			.name = xstrdup(col_text(st, 1)),
			.sql = xstrdup(col_text(st, 2)),
		};
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

/* All schema files, run in memory. */
static enum rc
make(struct parts *out, struct err *err)
{
	struct store *s = store_memory();
	int number = 0;
	const char *text;
	enum rc rc = s->db == NULL ? store_error(s, SQLITE_NOMEM, "", err)
				   : cjk1_register(s, err);

	while (rc == RC_OK &&
	       (text = sql_migration_after(number, &number)) != NULL)
		if (sqlite3_exec(s->db, text, NULL, NULL, NULL) != SQLITE_OK)
			rc = store_error(s, sqlite3_extended_errcode(s->db),
					 "schema", err);
	if (rc == RC_OK)
		rc = parts_read(s, out, err);
	(void)store_close(s);
	return rc;
}

static int
compare(const struct part *a, const struct part *b)
{
	int c = strcmp(a->type, b->type);

	return c != 0 ? c : strcmp(a->name, b->name);
}

enum rc
store_check_schema(struct store *s,
		   void (*each)(void *ctx, const char *type, const char *name),
		   void *ctx, struct err *err)
{
	struct parts is = { .list = NULL }, due = { .list = NULL };
	enum rc rc = parts_read(s, &is, err);
	size_t i = 0, k = 0;

	if (rc == RC_OK)
		rc = make(&due, err);
	while (rc == RC_OK && (i < is.n || k < due.n)) {
		int c = i == is.n    ? 1
			: k == due.n ? -1
				     : compare(&is.list[i], &due.list[k]);
		const struct part *p = c > 0 ? &due.list[k] : &is.list[i];

		if (c != 0 || strcmp(is.list[i].sql, due.list[k].sql) != 0)
			each(ctx, p->type, p->name);
		i += c <= 0;
		k += c >= 0;
	}
	parts_release(&is);
	parts_release(&due);
	return rc;
}
