/* Projections compared with what their events give, and rebuilt from them. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "projected_int.h"
#include "verify_int.h"

/* Calls one for every document's subject, in order of arrival. */
static enum rc
each_document(struct verify *v,
	      enum rc (*one)(struct verify *v, const struct held_doc *h,
			     struct err *err),
	      struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(v->journal->store, SQL_SUBJECT_EACH);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		char owner[DESK_ID_MAX + 1], doc[UUID_LEN + 1];
		struct held_doc h;
		if (subject_split(col_text(st, 0), owner, doc)) {
			rc = journal_load(v->journal, owner, doc, &h, err);
			if (rc == RC_OK) {
				v->report->documents++;
				rc = one(v, &h, err);
				held_doc_release(&h);
			}
		}
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

/* ---- comparing ---- */

static enum rc
compare_verdict(struct verify *v, const char *subject,
		const struct folded_event *f, struct err *err)
{
	int64_t same = 0;
	struct stmt *st = stmt_use(v->journal->store, SQL_VERDICT_SAME);
	verdict_bind(st, subject, f);
	enum rc rc = stmt_one_int(st, 0, &same, err);
	if (rc == RC_OK && same == 0)
		verify_problem(v,
			       _("table verdict: event %s of %s differs from "
				 "what the events give"),
			       f->event->id, subject);
	return rc;
}

static enum rc
compare_verdicts(struct verify *v, const char *subject, const struct doc *d,
		 struct err *err)
{
	int64_t n = 0, due = 0;
	struct stmt *st = stmt_use(v->journal->store, SQL_VERDICT_COUNT);
	stmt_text(st, 1, subject);
	enum rc rc = stmt_one_int(st, 0, &n, err);
	for (size_t i = 0; rc == RC_OK && i < d->n_events; i++) {
		if (!verdict_tells(&d->events[i]))
			continue;
		due++;
		rc = compare_verdict(v, subject, &d->events[i], err);
	}
	if (rc == RC_OK && n > due)
		verify_problem(
			v,
			_("table verdict: %s has rows that its events do "
			  "not give"),
			subject);
	return rc;
}

static enum rc
compare_parties(struct verify *v, const char *subject, int64_t id,
		const struct projected *p, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < p->n_parties; i++) {
		const struct projected_party *q = &p->parties[i];
		int64_t same = 0;
		struct stmt *st =
			stmt_use(v->journal->store, SQL_DOC_PARTY_SAME);
		projected_bind_party(st, id, i, q);
		rc = stmt_one_int(st, 0, &same, err);
		if (rc == RC_OK && same == 0)
			verify_problem(
				v,
				_("table doc_party: %s of %s differs from "
				  "what the events give"),
				q->desk, subject);
	}
	return rc;
}

static enum rc
compare_one(struct verify *v, const struct held_doc *h, struct err *err)
{
	struct projected p;
	char subject[SUBJECT_MAX + 1];
	bool here = false, same = false;
	int64_t id = 0;

	subject_make(h->doc->owner, h->doc->id, subject);
	enum rc rc = projected_make(v->journal, h, &p, err);
	if (rc != RC_OK)
		return rc;
	struct stmt *st = stmt_use(v->journal->store, SQL_DOC_SAME);
	projected_bind(st, h, &p);
	rc = stmt_step(st, &here, err);
	if (rc == RC_OK && here) {
		id = col_int(st, 0);
		same = col_int(st, 2) == 1;
	}
	stmt_done(st);
	if (rc == RC_OK && !same)
		verify_problem(v,
			       _("table doc: row %s differs from what its "
				 "events give; verify --rebuild makes it anew"),
			       subject);
	if (rc == RC_OK && here)
		rc = compare_parties(v, subject, id, &p, err);
	if (rc == RC_OK)
		rc = compare_verdicts(v, subject, h->doc, err);
	projected_release(&p);
	return rc;
}

/* Rows of a query name what does not fit, as text. */
static enum rc
tell(struct verify *v, enum sql query, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(v->journal->store, query);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		verify_problem(
			v,
			_("table %s: row %s differs from what the events "
			  "give"),
			col_text(st, 0), col_text(st, 1));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

enum rc
verify_projections(struct verify *v, struct err *err)
{
	enum rc rc = each_document(v, compare_one, err);
	if (rc == RC_OK)
		rc = tell(v, SQL_VERIFY_DOC_EXTRA, err);
	if (rc == RC_OK)
		rc = tell(v, SQL_VERIFY_COUNTER, err);
	return rc;
}

/* ---- rebuilding ---- */

static enum rc
run(struct verify *v, enum sql query, struct err *err)
{
	return stmt_run(stmt_use(v->journal->store, query), err);
}

static enum rc
run_all(struct verify *v, const enum sql *queries, size_t n, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = run(v, queries[i], err);
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

static enum rc
rebuild_one(struct verify *v, const struct held_doc *h, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < h->n_events; i++)
		rc = event_blobs_project(v->journal, &h->events[i], err);
	if (rc == RC_OK)
		rc = projection_write(v->journal, h, err);
	return rc;
}

enum rc
verify_rebuild(struct verify *v, struct err *err)
{
	static const enum sql before[] = {
		SQL_REBUILD_KEEP_DOC,	SQL_REBUILD_KEEP_PARTY,
		SQL_REBUILD_KEEP_LINK,	SQL_REBUILD_KEEP_VERDICT,
		SQL_REBUILD_KEEP_BLOB,	SQL_REBUILD_KEEP_COUNTER,
		SQL_REBUILD_DROP_PARTY, SQL_REBUILD_DROP_LINK,
		SQL_REBUILD_DROP_DOC,	SQL_REBUILD_DROP_VERDICT,
		SQL_REBUILD_DROP_BLOB,	SQL_REBUILD_DROP_COUNTER,
		SQL_REBUILD_DROP_FTS,	SQL_REFOLD_DONE,
	};
	static const enum sql after[] = {
		SQL_REBUILD_CHANGE,	  SQL_REBUILD_GONE_DOC,
		SQL_REBUILD_GONE_PARTY,	  SQL_REBUILD_GONE_LINK,
		SQL_REBUILD_GONE_VERDICT, SQL_REBUILD_GONE_BLOB,
		SQL_REBUILD_GONE_COUNTER,
	};
	static const enum sql compare[] = {
		SQL_REBUILD_OTHER_DOC,	SQL_REBUILD_OTHER_PARTY,
		SQL_REBUILD_OTHER_LINK, SQL_REBUILD_OTHER_VERDICT,
		SQL_REBUILD_OTHER_BLOB, SQL_REBUILD_OTHER_COUNTER,
	};
	struct fts_sum old = { .tokens = 0 }, new = { .tokens = 0 };

	enum rc rc = sum_fts(v, &old, err);
	if (rc == RC_OK)
		rc = run_all(v, before, ARRAY_LEN(before), err);
	if (rc == RC_OK)
		rc = each_document(v, rebuild_one, err);
	if (rc == RC_OK)
		rc = parents_settle(v->journal, err);
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(compare); i++)
		rc = tell(v, compare[i], err);
	if (rc == RC_OK)
		rc = sum_fts(v, &new, err);
	if (rc == RC_OK && memcmp(&old, &new, sizeof(old)) != 0)
		verify_problem(v,
			       _("table doc_fts: the full text index was other "
				 "than the documents"));
	if (rc == RC_OK)
		rc = run_all(v, after, ARRAY_LEN(after), err);
	return rc;
}
