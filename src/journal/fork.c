/* Forks: read, and cleared once. */
#include "config.h"

#include "journal/fork.h"

#include "base/i18n.h"
#include "journal_int.h"

static enum rc
read_row(struct stmt *st, struct fork_row *f, struct err *err)
{
	enum rc rc;

	*f = (struct fork_row){
		.source = col_text(st, 0),
		.same_id = col_int(st, 1) != 0,
		.same_place = col_int(st, 2) != 0,
		.id = col_text(st, 3),
		.epoch = col_text(st, 4),
		.k = col_int(st, 5),
		.subjects = { col_text(st, 8), col_text(st, 9) },
		.found_ms = col_int(st, 10),
		.cleared_ms = -1,
	};
	rc = col_digest(st, 6, &f->digests[0], err);
	if (rc == RC_OK)
		rc = col_digest(st, 7, &f->digests[1], err);
	if (rc == RC_OK && !col_is_null(st, 13)) {
		f->by = col_text(st, 11);
		f->why = col_text(st, 12);
		f->cleared_ms = col_int(st, 13);
	}
	return rc;
}

enum rc
fork_each(struct journal *j, const char *source, bool open_only,
	  void (*each)(void *ctx, const struct fork_row *f), void *ctx,
	  struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_FORK_EACH);
	struct fork_row f;
	bool row = false;
	enum rc rc;

	if (source != NULL)
		stmt_text(st, 1, source);
	else
		stmt_null(st, 1);
	stmt_int(st, 2, open_only);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		rc = read_row(st, &f, err);
		if (rc != RC_OK)
			break;
		each(ctx, &f);
	}
	stmt_done(st);
	return rc;
}

enum rc
fork_clear(struct journal *j, const char *source,
	   const struct digest digests[2], const char *officer, const char *why,
	   struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_FORK_CLEAR);
	enum rc rc;

	stmt_text(st, 1, source);
	stmt_blob(st, 2, digests[0].bytes, DIGEST_LEN);
	stmt_blob(st, 3, digests[1].bytes, DIGEST_LEN);
	stmt_text(st, 4, officer);
	stmt_text(st, 5, why);
	stmt_int(st, 6, env_now_ms(j->env));
	rc = stmt_run(st, err);
	if (rc == RC_OK && store_changes(j->store) == 0)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no open fork of %s has these hashes"), source);
	return rc;
}
