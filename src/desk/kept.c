/* What an officer keeps for himself: filters, switches of the console. */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"

char *
kept_get(struct desk *d, const char *name)
{
	struct stmt *st;
	char *value = NULL;
	bool row;

	if (!d->has_officer)
		return NULL;
	st = stmt_use(d->store, SQL_KEPT_GET);
	stmt_text(st, 1, d->officer.id);
	stmt_text(st, 2, name);
	if (stmt_step(st, &row, NULL) == RC_OK && row)
		value = xstrdup(col_text(st, 0));
	stmt_done(st);
	return value;
}

/* A name that is not there yet needs room. */
static enum rc
check_room(struct desk *d, const char *name, struct err *err)
{
	char *before = kept_get(d, name);
	struct stmt *st;
	bool row, full = false;
	enum rc rc;

	if (before != NULL) {
		xfree(before);
		return RC_OK;
	}
	st = stmt_use(d->store, SQL_KEPT_COUNT);
	stmt_text(st, 1, d->officer.id);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		full = col_int(st, 0) >= KEPT_MAX;
	stmt_done(st);
	if (rc == RC_OK && full)
		rc = err_set(err, RC_RANGE, 0,
			     _("%d are kept already; drop one first"),
			     KEPT_MAX);
	return rc;
}

static enum rc
write_kept(struct desk *d, const char *name, const char *value, struct err *err)
{
	struct stmt *st;
	enum rc rc = value != NULL ? check_room(d, name, err) : RC_OK;

	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, value != NULL ? SQL_KEPT_SET : SQL_KEPT_DROP);
	stmt_text(st, 1, d->officer.id);
	stmt_text(st, 2, name);
	if (value != NULL) {
		stmt_text(st, 3, value);
		stmt_int(st, 4, env_now_ms(d->env));
	}
	return stmt_run(st, err);
}

enum rc
kept_set(struct desk *d, const char *name, const char *value, struct err *err)
{
	enum rc rc;

	if (!d->has_officer)
		return err_set(err, RC_DENIED, 0,
			       _("only an officer keeps anything"));
	if (name[0] == '\0' || strlen(name) > KEPT_NAME_MAX ||
	    (value != NULL && strlen(value) > KEPT_VALUE_MAX))
		return err_set(err, RC_RANGE, 0,
			       _("a name has at most %d bytes, what is kept "
				 "at most %d"),
			       KEPT_NAME_MAX, KEPT_VALUE_MAX);
	rc = utf8_check(name, strlen(name), err);
	if (rc == RC_OK && value != NULL)
		rc = utf8_check(value, strlen(value), err);
	if (rc == RC_OK)
		rc = store_begin(d->store, err);
	if (rc != RC_OK)
		return rc;
	rc = write_kept(d, name, value, err);
	if (rc == RC_OK)
		return store_commit(d->store, err);
	store_rollback(d->store);
	return rc;
}

enum rc
kept_each(struct desk *d, const char *prefix,
	  void (*each)(void *ctx, const char *name, const char *value),
	  void *ctx, struct err *err)
{
	struct stmt *st;
	bool row;
	enum rc rc;

	if (!d->has_officer)
		return RC_OK;
	st = stmt_use(d->store, SQL_KEPT_EACH);
	stmt_text(st, 1, d->officer.id);
	stmt_text(st, 2, prefix);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row)
		each(ctx, col_text(st, 0), col_text(st, 1));
	stmt_done(st);
	return rc;
}
