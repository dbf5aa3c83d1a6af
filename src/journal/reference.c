/* The holiday table in force; projections made anew in steps. */
#include "config.h"

#include "journal/reference.h"

#include "base/mem.h"
#include "base/text.h"
#include "journal/projection.h"
#include "journal_int.h"

#define REFOLD_MAX 256

static enum rc
load_calendar(struct journal *j, int64_t row, struct err *err)
{
	struct calendar *new = NULL;
	const void *bytes;
	bool here = false;
	size_t n = 0;
	struct stmt *st = stmt_use(j->store, SQL_REFERENCE_GET);

	stmt_int(st, 1, row);
	enum rc rc = stmt_step(st, &here, err);
	if (rc == RC_OK && here) {
		bytes = col_blob(st, 3, &n);
		rc = calendar_new(bytes, n, &new, err);
	}
	stmt_done(st);
	if (rc != RC_OK)
		return rc;
	(void)calendar_free(j->own_calendar);
	j->own_calendar = new;
	j->calendar = new != NULL ? new : j->embedded_calendar;
	j->calendar_row = row;
	return RC_OK;
}

enum rc
calendar_refresh(struct journal *j, struct err *err)
{
	int64_t row = 0;
	struct stmt *st = stmt_use(j->store, SQL_REFERENCE_NEWEST);

	stmt_text(st, 1, "holidays");
	enum rc rc = stmt_one_int(st, 0, &row, err);
	if (rc != RC_OK || row == j->calendar_row)
		return rc;
	return load_calendar(j, row, err);
}

enum rc
refold_begin(struct journal *j, struct err *err)
{
	return stmt_run(stmt_use(j->store, SQL_REFOLD_BEGIN), err);
}

enum rc
refold_some(struct journal *j, size_t max, struct err *err)
{
	struct {
		char owner[DESK_ID_MAX + 1], doc[UUID_LEN + 1];
	} refs[REFOLD_MAX];
	int64_t last = 0, left = 0;
	size_t n = 0;
	bool row = false;

	/* nothing to do is the rule */
	enum rc rc = stmt_one_int(stmt_use(j->store, SQL_REFOLD_LEFT), -1,
				  &left, err);
	if (rc != RC_OK || left < 0)
		return rc;
	struct stmt *st = stmt_use(j->store, SQL_REFOLD_NEXT);
	stmt_int(st, 1, (int64_t)(max < REFOLD_MAX ? max : REFOLD_MAX));
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		last = col_int(st, 0);
		rc = col_copy(st, 1, refs[n].owner, sizeof(refs[n].owner), err);
		if (rc == RC_OK)
			rc = col_copy(st, 2, refs[n].doc, sizeof(refs[n].doc),
				      err);
		if (rc != RC_OK)
			break;
		n++;
	}
	stmt_done(st);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = projection_touch(j, refs[i].owner, refs[i].doc, err);
	if (rc != RC_OK)
		return rc;
	if (n == 0)
		return stmt_run(stmt_use(j->store, SQL_REFOLD_DONE), err);
	st = stmt_use(j->store, SQL_REFOLD_REACHED);
	stmt_int(st, 1, last);
	return stmt_run(st, err);
}

enum rc
refold_step(struct journal *j, size_t max, int64_t *ret_left, struct err *err)
{
	enum rc rc = journal_begin(j, err);

	if (rc != RC_OK)
		return rc;
	rc = refold_some(j, max, err);
	if (rc == RC_OK)
		rc = stmt_one_int(stmt_use(j->store, SQL_REFOLD_LEFT), 0,
				  ret_left, err);
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}
