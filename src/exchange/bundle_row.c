/* The history of bundles, and those that wait to be read. */
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "bundle_int.h"
#include "journal/audit.h"

static const char *const states[] = { [BUNDLE_WAITING] = "waiting",
				      [BUNDLE_DONE] = "done",
				      [BUNDLE_REFUSED] = "refused" };

char *
bundle_path(const struct journal *j, const char *spool)
{
	return xasprintf("%s/" BUNDLE_FOLDER "/%s", journal_get_folder(j),
			 spool);
}

static enum rc
end(struct journal *j, enum rc rc, struct err *err)
{
	if (rc == RC_OK)
		rc = journal_commit(j, err);
	if (rc != RC_OK && store_in_transaction(journal_get_store(j)))
		journal_rollback(j);
	return rc;
}

struct adding {
	const char *dir, *peer, *id, *spool, *officer, *state;
	int64_t frames, blobs;
};

static enum rc
add(struct journal *j, const struct adding *a, int64_t *ret_row,
    struct err *err)
{
	struct store *s = journal_get_store(j);
	struct stmt *st = stmt_use(s, SQL_BUNDLE_ADD);
	bool row = false;
	enum rc rc;

	stmt_text(st, 1, a->dir);
	stmt_text(st, 2, a->peer);
	stmt_text(st, 3, a->id);
	stmt_text(st, 4, a->spool);
	stmt_text(st, 5, a->officer);
	stmt_int(st, 6, env_now_ms(journal_get_env(j)));
	stmt_text(st, 7, a->state);
	stmt_int(st, 8, a->frames);
	stmt_int(st, 9, a->blobs);
	rc = stmt_run(st, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(s, SQL_BUNDLE_LAST);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row && ret_row != NULL)
		*ret_row = col_int(st, 0);
	stmt_done(st);
	return rc;
}

static enum rc
wish(struct journal *j, const char *spool, struct err *err)
{
	struct stmt *st = stmt_use(journal_get_store(j), SQL_REQUEST_ADD);

	stmt_text(st, 1, "bundle");
	stmt_text(st, 2, spool);
	stmt_int(st, 3, env_now_ms(journal_get_env(j)));
	return stmt_run(st, err);
}

enum rc
bundle_add(struct journal *j, const struct bundle_head *h, const char *officer,
	   const char *spool, int64_t *ret_row, struct err *err)
{
	struct adding a = { .dir = "in",
			    .peer = h->from,
			    .id = h->id,
			    .spool = spool,
			    .officer = officer,
			    .state = "waiting" };
	enum rc rc = journal_begin(j, err);

	if (rc != RC_OK)
		return rc;
	rc = add(j, &a, ret_row, err);
	if (rc == RC_OK)
		rc = wish(j, spool, err);
	if (rc == RC_OK)
		rc = audit_append(j, officer, "bundle-in", h->from, h->id, err);
	return end(j, rc, err);
}

enum rc
bundle_written(struct journal *j, const char *peer,
	       const struct bundle_order *order, const struct bundle_made *made,
	       struct err *err)
{
	struct adding a = { .dir = "out",
			    .peer = peer,
			    .id = made->id,
			    .spool = "",
			    .officer = order->officer,
			    .state = "done",
			    .frames = made->frames,
			    .blobs = made->blobs };
	char detail[160], hex[DIGEST_HEX_LEN + 1];
	enum rc rc = journal_begin(j, err);

	if (rc != RC_OK)
		return rc;
	digest_hex(&made->digest, hex);
	(void)snprintf(detail, sizeof(detail), "%s sha256:%s", made->id, hex);
	rc = add(j, &a, NULL, err);
	if (rc == RC_OK)
		rc = audit_append(j, order->officer, "bundle-out", peer, detail,
				  err);
	return end(j, rc, err);
}

enum rc
bundle_next(struct journal *j, struct bundle_due *out, bool *ret_found,
	    struct err *err)
{
	struct stmt *st = stmt_use(journal_get_store(j), SQL_BUNDLE_NEXT);
	enum rc rc = stmt_step(st, ret_found, err);

	if (rc == RC_OK && *ret_found) {
		out->n = col_int(st, 0);
		rc = str_copy(out->spool, sizeof(out->spool), col_text(st, 1),
			      err);
	}
	stmt_done(st);
	return rc;
}

/* The row first: a file without one is only waste. */
enum rc
bundle_done(struct journal *j, const struct bundle_due *due,
	    const struct bundle_read *read, struct err *err)
{
	char *path = bundle_path(j, due->spool);
	struct stmt *st;
	enum rc rc = journal_begin(j, err);

	if (rc == RC_OK) {
		st = stmt_use(journal_get_store(j), SQL_BUNDLE_DONE);
		stmt_int(st, 1, due->n);
		stmt_text(st, 2, read->why == NULL ? "done" : "refused");
		stmt_text(st, 3, read->why == NULL ? "" : read->why);
		stmt_int(st, 4, read->frames);
		stmt_int(st, 5, read->fresh);
		stmt_int(st, 6, read->apart);
		stmt_int(st, 7, read->blobs);
		rc = end(j, stmt_run(st, err), err);
	}
	if (rc == RC_OK)
		(void)unlink(path); /* may be gone */
	xfree(path);
	return rc;
}

static void
read_row(struct stmt *st, struct bundle_row *r)
{
	*r = (struct bundle_row){ .n = col_int(st, 0),
				  .out = str_eq(col_text(st, 1), "out"),
				  .at_ms = col_int(st, 5),
				  .frames = col_int(st, 8),
				  .fresh = col_int(st, 9),
				  .apart = col_int(st, 10),
				  .blobs = col_int(st, 11),
				  .before = col_int(st, 12) != 0 };
	/* What does not fit is no row of ours: it is shown empty. */
	(void)str_copy(r->peer, sizeof(r->peer), col_text(st, 2), NULL);
	(void)str_copy(r->id, sizeof(r->id), col_text(st, 3), NULL);
	(void)str_copy(r->officer, sizeof(r->officer), col_text(st, 4), NULL);
	(void)str_copy(r->why, sizeof(r->why), col_text(st, 7), NULL);
	while (r->state < BUNDLE_REFUSED &&
	       !str_eq(states[r->state], col_text(st, 6)))
		r->state++;
}

enum rc
bundle_get(struct journal *j, int64_t n, struct bundle_row *out,
	   struct err *err)
{
	struct stmt *st = stmt_use(journal_get_store(j), SQL_BUNDLE_GET);
	bool row = false;
	enum rc rc;

	stmt_int(st, 1, n);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0, _("no bundle %lld"),
			     (long long)n);
	if (rc == RC_OK)
		read_row(st, out);
	stmt_done(st);
	return rc;
}

enum rc
bundle_each(struct journal *j, int64_t limit,
	    void (*each)(void *ctx, const struct bundle_row *r), void *ctx,
	    struct err *err)
{
	struct stmt *st = stmt_use(journal_get_store(j), SQL_BUNDLE_EACH);
	struct bundle_row r;
	bool row = false;
	enum rc rc;

	stmt_int(st, 1, limit);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		read_row(st, &r);
		each(ctx, &r);
	}
	stmt_done(st);
	return rc;
}

/* word, code, sentence with one %s: the peer */
#define WHY_MAP(X)                                                            \
	X("gap", RC_GAP,                                                      \
	  N_("frames before those of %s are missing here: bring it a bundle " \
	     "of this desk, then have one made anew"))                        \
	X("chain", RC_CHAIN,                                                  \
	  N_("what %s sent does not follow what is held here: bring it a "    \
	     "bundle of this desk, then have one made anew"))                 \
	X("rolled-back", RC_STATE,                                            \
	  N_("%s holds more of this desk than this folder does: it was put "  \
	     "back from a copy"))                                             \
	X("fork", RC_DENIED,                                                  \
	  N_("%s said two things in one place: nothing more is taken from "   \
	     "it until an officer clears that"))                              \
	X("full", RC_FULL,                                                    \
	  N_("no space for what %s sent; make room and read the bundle "      \
	     "again"))                                                        \
	X("revoked", RC_DENIED, N_("%s is not trusted any more"))             \
	X("malformed", RC_MALFORMED,                                          \
	  N_("a part of the bundle is not as %s must write it; what came "    \
	     "before it was taken"))                                          \
	X("failed", RC_IO,                                                    \
	  N_("the bundle of %s could not be stored; read it again"))

enum rc
bundle_why(const struct bundle_row *r, struct err *err)
{
#define X(word, rc, sentence)     \
	if (str_eq(r->why, word)) \
		return err_set(err, rc, 0, _(sentence), r->peer);
	WHY_MAP(X)
#undef X
	return err_set(err, RC_IO, 0, "%s: %s", r->peer, r->why);
}
