/* Statements: prepared once, bound by position, stepped. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store_int.h"

static void
prepare(struct stmt *st, struct store *s, enum sql name)
{
	st->store = s;
	st->name = name;
	st->broken = sqlite3_prepare_v3(s->db, sql_text(name), -1,
					SQLITE_PREPARE_PERSISTENT, &st->handle,
					NULL);
}

struct stmt *
stmt_use(struct store *s, enum sql name)
{
	struct stmt *st = &s->stmts[name];
	if (st->busy) { /* someone above is still reading from it */
		st = xcalloc(1, sizeof(*st));
		st->spare = true;
	}
	if (st->handle == NULL)
		prepare(st, s, name);
	st->busy = true;
	return st;
}

void
stmt_done(struct stmt *take_st)
{
	struct stmt *st = take_st;
	if (st == NULL)
		return;
	if (st->spare) {
		(void)sqlite3_finalize(st->handle); /* step told the error */
		(void)xfree(st);
		return;
	}
	(void)sqlite3_reset(st->handle); /* step told the error */
	if (st->handle != NULL)		 /* clear_bindings takes no NULL */
		(void)sqlite3_clear_bindings(st->handle);
	st->busy = false;
	st->broken = 0;
}

static void
bound(struct stmt *st, int code)
{
	if (st->broken == 0)
		st->broken = code;
}

void
stmt_int(struct stmt *st, int at, int64_t value)
{
	bound(st, sqlite3_bind_int64(st->handle, at, value));
}

void
stmt_real(struct stmt *st, int at, double value)
{
	bound(st, sqlite3_bind_double(st->handle, at, value));
}

void
stmt_text(struct stmt *st, int at, const char *value)
{
	stmt_textn(st, at, value, value != NULL ? strlen(value) : 0);
}

void
stmt_textn(struct stmt *st, int at, const char *value, size_t n_bytes)
{
	bound(st, sqlite3_bind_text64(st->handle, at, value, n_bytes,
				      SQLITE_STATIC, SQLITE_UTF8));
}

void
stmt_blob(struct stmt *st, int at, const void *value, size_t n_bytes)
{
	/* An empty blob is not NULL, though its pointer may be. */
	if (value != NULL && n_bytes == 0)
		bound(st, sqlite3_bind_zeroblob(st->handle, at, 0));
	else
		bound(st, sqlite3_bind_blob64(st->handle, at, value, n_bytes,
					      SQLITE_STATIC));
}

void
stmt_null(struct stmt *st, int at)
{
	bound(st, sqlite3_bind_null(st->handle, at));
}

enum rc
stmt_step(struct stmt *st, bool *ret_row, struct err *err)
{
	int code = st->broken;
	if (code == 0)
		code = sqlite3_step(st->handle);
	if (code == SQLITE_ROW || code == SQLITE_DONE) {
		*ret_row = code == SQLITE_ROW;
		return RC_OK;
	}
	return store_error(st->store, code, sql_name(st->name), err);
}

enum rc
stmt_run(struct stmt *take_st, struct err *err)
{
	bool row = true;
	enum rc rc = RC_OK;
	while (rc == RC_OK && row)
		rc = stmt_step(take_st, &row, err);
	stmt_done(take_st);
	return rc;
}

int64_t
col_int(struct stmt *st, int at)
{
	return sqlite3_column_int64(st->handle, at);
}

double
col_real(struct stmt *st, int at)
{
	return sqlite3_column_double(st->handle, at);
}

const char *
col_text(struct stmt *st, int at)
{
	return (const char *)sqlite3_column_text(st->handle, at);
}

const void *
col_blob(struct stmt *st, int at, size_t *ret_n)
{
	const void *bytes = sqlite3_column_blob(st->handle, at);
	*ret_n = (size_t)sqlite3_column_bytes(st->handle, at);
	return bytes;
}

bool
col_is_null(struct stmt *st, int at)
{
	return sqlite3_column_type(st->handle, at) == SQLITE_NULL;
}

int64_t
store_last_rowid(struct store *s)
{
	return sqlite3_last_insert_rowid(s->db);
}

int64_t
store_changes(struct store *s)
{
	return sqlite3_changes64(s->db);
}
