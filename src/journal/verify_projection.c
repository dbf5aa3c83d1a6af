/* Projections compared with what their events give, and made anew. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "journal/index.h"
#include "projections_int.h"
#include "verify_int.h"

static void
tell_row(void *ctx, const char *table, const char *row)
{
	verify_problem(ctx,
		       _("table %s: row %s differs from what the events give"),
		       table, row);
}

enum rc
verify_projections(struct verify *v, struct err *err)
{
	struct told to = { .each = tell_row, .ctx = v };
	enum rc rc = projections_compare(v->journal, &to, err);
	v->report->documents = to.documents;
	return rc;
}

struct fts_sum {
	int64_t tokens, documents, places, letters;
};

static enum rc
sum_fts(struct verify *v, struct fts_sum *out, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(v->journal->store, SQL_VERIFY_FTS_SUM);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		*out = (struct fts_sum){ .tokens = col_int(st, 0),
					 .documents = col_int(st, 1),
					 .places = col_int(st, 2),
					 .letters = col_int(st, 3) };
	stmt_done(st);
	return rc;
}

enum rc
verify_rebuild(struct verify *v, const struct renewal *progress,
	       struct err *err)
{
	struct told to = { .each = tell_row, .ctx = v };
	struct fts_sum old = { .tokens = 0 }, new = { .tokens = 0 };
	struct store *s = v->journal->store;

	enum rc rc = index_finish(v->journal, err);
	int64_t version = store_data_version(s);
	if (rc == RC_OK)
		rc = sum_fts(v, &old, err);
	if (rc == RC_OK)
		rc = projections_rebuild(v->journal, &to, progress, err);
	v->report->documents = to.documents;
	/* Once others have written meanwhile, it has to be another. */
	if (rc == RC_OK && version == store_data_version(s))
		rc = sum_fts(v, &new, err);
	else
		new = old;
	if (rc == RC_OK && memcmp(&old, &new, sizeof(old)) != 0)
		verify_problem(v,
			       _("table doc_fts: the full text index was other "
				 "than the documents"));
	return rc;
}
