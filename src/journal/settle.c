/*
 * What follows from the events of a transaction: who is owed them, lists,
 * search, statistics. In the same transaction, or, where a peer waits for the
 * receipt of a lone notice, in another one right behind it.
 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "journal/epoch.h"
#include "journal/projection.h"
#include "journal/reference.h"
#include "journal_int.h"

/* Documents left to refold that each commit takes along. */
#define REFOLD_ALONG 8
/* A transaction that touched more is no lone notice. */
#define AHEAD_MAX 8
/* Documents that one transaction behind settles. */
#define REST_MAX 64

static enum rc
settle_one(struct journal *j, const char *subject, struct err *err)
{
	char owner[DESK_ID_MAX + 1], doc[UUID_LEN + 1];
	struct held_doc h;

	if (!subject_split(subject, owner, doc))
		return RC_OK; /* a fork of cards: no document */
	enum rc rc = journal_load(j, owner, doc, &h, err);
	if (rc != RC_OK)
		return rc;
	rc = owed_document(j, &h, err);
	if (rc == RC_OK)
		rc = projection_write(j, &h, err);
	held_doc_release(&h);
	return rc;
}

enum rc
journal_settle(struct journal *j, struct err *err)
{
	enum rc rc = RC_OK;
	if (j->retry) {
		j->retry = false;
		rc = quarantine_retry(j, err);
	}
	for (size_t i = 0; rc == RC_OK && i < j->touched.n; i++)
		rc = settle_one(j, j->touched.subjects[i], err);
	if (rc == RC_OK)
		rc = parents_settle(j, err);
	if (rc == RC_OK)
		rc = refold_some(j, REFOLD_ALONG, err);
	if (rc == RC_OK)
		rc = stat_sums_make(j, err);
	return rc == RC_OK ? index_changes_make(j, err) : rc;
}

enum rc
journal_commit(struct journal *j, struct err *err)
{
	enum rc rc = journal_settle(j, err);
	if (rc == RC_OK)
		rc = store_commit(j->store, err);
	if (rc != RC_OK) {
		journal_rollback(j);
		return rc;
	}
	fresh_reset(&j->fresh);
	journal_wake(j);
	/* Behind, it protects less; but a rename may wait for the disk, and the
	 * notice is on its way meanwhile. Killed in between, the mark is one
	 * act behind, as after a loss of power. */
	if (j->own_acts)
		(void)journal_mark(j);
	j->own_acts = false;
	j->mark.rolled = false;
	return RC_OK;
}

/* ---- ahead, and the rest of it ---- */

void
journal_run_ahead(struct journal *j, void (*left)(void *ctx), void *ctx)
{
	j->left = left;
	j->left_ctx = ctx;
}

/* Little was touched, and nothing of it is folded yet. */
static bool
is_small(const struct journal *j)
{
	return j->touched.n > 0 && j->touched.n <= AHEAD_MAX && !j->retry &&
	       !j->own_acts && j->parents.n == 0 && j->index_changes.n == 0;
}

static enum rc
run_each(struct journal *j, enum sql name, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < j->touched.n; i++) {
		struct stmt *st = stmt_use(j->store, name);
		stmt_text(st, 1, j->touched.subjects[i]);
		rc = stmt_run(st, err);
	}
	return rc;
}

static enum rc
commit_unsettled(struct journal *j, struct err *err)
{
	enum rc rc = run_each(j, SQL_UNSETTLED_ADD, err);
	if (rc == RC_OK)
		rc = store_commit(j->store, err);
	if (rc != RC_OK)
		journal_rollback(j);
	return rc;
}

enum rc
journal_commit_ahead(struct journal *j, struct err *err)
{
	if (j->left == NULL || !is_small(j))
		return journal_commit(j, err);
	enum rc rc = commit_unsettled(j, err);
	if (rc != RC_OK)
		return rc;
	/* What was parsed is kept for the rest, unless another comes first. */
	j->left(j->left_ctx);
	return RC_OK;
}

/* Touches the next of what is unsettled; its row is gone with the commit. */
static enum rc
touch_unsettled(struct journal *j, const char *after, size_t max,
		struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_UNSETTLED_SOME);
	stmt_text(st, 1, after);
	stmt_int(st, 2, (int64_t)max);
	enum rc rc = journal_touch_rows(j, st, err);
	return rc == RC_OK ? run_each(j, SQL_UNSETTLED_DROP, err) : rc;
}

enum rc
settle_unsettled(struct journal *j, struct err *err)
{
	enum rc rc = touch_unsettled(j, "", REST_MAX, err);
	return rc == RC_OK ? journal_settle(j, err) : rc;
}

static enum rc
any_unsettled(struct journal *j, bool *ret_any, struct err *err)
{
	int64_t any = 0;
	enum rc rc = stmt_one_int(stmt_use(j->store, SQL_UNSETTLED_ANY), 0,
				  &any, err);
	*ret_any = any != 0;
	return rc;
}

/* Up to max behind *io_last, in a transaction of their own. *io_last: the
 * last of them, "" when there are no more behind it. */
static enum rc
settle_some(struct journal *j, size_t max, char io_last[static SUBJECT_MAX + 1],
	    struct err *err)
{
	char after[SUBJECT_MAX + 1];

	memcpy(after, io_last, sizeof(after));
	io_last[0] = '\0';
	enum rc rc = journal_begin_behind(j, err);
	if (rc != RC_OK)
		return rc;
	rc = touch_unsettled(j, after, max, err);
	if (j->touched.n == max)
		memcpy(io_last, j->touched.subjects[max - 1], SUBJECT_MAX + 1);
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}

enum rc
journal_settle_rest(struct journal *j, struct err *err)
{
	char last[SUBJECT_MAX + 1] = "";
	struct err first = ERR_INIT, same = ERR_INIT;
	bool any = false;
	enum rc rc = any_unsettled(j, &any, err);

	if (rc != RC_OK || !any)
		return rc;
	do
		rc = settle_some(j, REST_MAX, last, &first);
	while (rc == RC_OK && last[0] != '\0');
	if (rc == RC_OK)
		return rc;
	/* One of them cannot be settled: the others do not wait for it. */
	last[0] = '\0';
	do
		(void)settle_some(j, 1, last, &same);
	while (last[0] != '\0');
	if (err != NULL)
		*err = first;
	return rc;
}
