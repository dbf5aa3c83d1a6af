/* Forms that an officer has begun to fill in. */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"

char *
writing_get(struct desk *d, const char *what, int64_t *ret_saved_ms)
{
	struct stmt *st;
	char *texts = NULL;
	bool row;

	if (!d->has_officer)
		return NULL;
	st = stmt_use(d->store, SQL_WRITING_GET);
	stmt_text(st, 1, d->officer.id);
	stmt_text(st, 2, what);
	if (stmt_step(st, &row, NULL) == RC_OK && row) {
		texts = xstrdup(col_text(st, 0));
		*ret_saved_ms = col_int(st, 1);
	}
	stmt_done(st);
	return texts;
}

static enum rc
drop(struct desk *d, const char *what, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_WRITING_DROP);

	stmt_text(st, 1, d->officer.id);
	stmt_text(st, 2, what);
	return stmt_run(st, err);
}

static enum rc
save(struct desk *d, const char *what, const char *texts, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_WRITING_SAVE);
	enum rc rc;

	stmt_text(st, 1, d->officer.id);
	stmt_text(st, 2, what);
	stmt_text(st, 3, texts);
	stmt_int(st, 4, env_now_ms(d->env));
	rc = stmt_run(st, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_WRITING_TRIM);
	stmt_text(st, 1, d->officer.id);
	stmt_int(st, 2, WRITING_MAX);
	return stmt_run(st, err);
}

enum rc
writing_save(struct desk *d, const char *what, const char *texts,
	     struct err *err)
{
	enum rc rc = RC_OK;

	if (!d->has_officer)
		return err_set(err, RC_DENIED, 0,
			       _("only an officer keeps anything"));
	if (texts && strlen(texts) > WRITING_TEXT_MAX)
		return err_set(err, RC_RANGE, 0,
			       _("too much text to be kept as a draft; hand it "
				 "in, or make it shorter"));
	if (texts)
		rc = utf8_check(texts, strlen(texts), err);
	if (rc == RC_OK)
		rc = store_begin(d->store, err);
	if (rc != RC_OK)
		return rc;
	rc = texts ? save(d, what, texts, err) : drop(d, what, err);
	if (rc == RC_OK)
		return store_commit(d->store, err);
	store_rollback(d->store);
	return rc;
}

enum rc
writing_each(struct desk *d,
	     void (*each)(void *ctx, const char *what, int64_t saved_ms),
	     void *ctx, struct err *err)
{
	struct stmt *st;
	bool row;
	enum rc rc;

	if (!d->has_officer)
		return RC_OK;
	st = stmt_use(d->store, SQL_WRITING_EACH);
	stmt_text(st, 1, d->officer.id);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row)
		each(ctx, col_text(st, 0), col_int(st, 1));
	stmt_done(st);
	return rc;
}
