/* The whole log checked: events here, the rest beside. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal/reference.h"
#include "projected_int.h"
#include "verify_int.h"

#define PROBLEM_MAX 512

void
verify_problem(struct verify *v, const char *fmt, ...)
{
	char text[PROBLEM_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	v->report->problems++;
	if (v->report->each != NULL)
		v->report->each(v->report->ctx, text);
}

enum rc
verify_tell(struct verify *v, struct stmt *take_st, const char *what,
	    struct err *err)
{
	bool row = false;
	enum rc rc = stmt_step(take_st, &row, err);

	while (rc == RC_OK && row) {
		verify_problem(v, "%s %s", col_text(take_st, 0), what);
		rc = stmt_step(take_st, &row, err);
	}
	stmt_done(take_st);
	return rc;
}

enum rc
verify_goes_on(struct verify *v, struct err *err)
{
	const struct verify_report *r = v->report;

	if (r->goes_on == NULL || r->goes_on(r->ctx, r))
		return RC_OK;
	return err_set(err, RC_CANCELED, 0, "%s", _("given up"));
}

/* Columns of verify_event_each. */
enum {
	COL_ROW,
	COL_DIGEST,
	COL_SOURCE,
	COL_ID,
	COL_EPOCH,
	COL_K,
	COL_SUBJECT,
	COL_TRACK,
	COL_TYPE,
	COL_REV,
	COL_SEEN,
	COL_N_PREV,
	COL_KEY_ID,
	COL_SIG,
	COL_RAW,
};

static bool
same_ref(struct stmt *st, int at, bool has, const struct ref *r)
{
	struct digest d;
	if (!has || col_is_null(st, at))
		return !has && col_is_null(st, at);
	return col_digest(st, at, &d, NULL) == RC_OK &&
	       memcmp(d.bytes, r->bytes, DIGEST_LEN) == 0;
}

static bool
has_prev(struct verify *v, const struct event *e, size_t i)
{
	bool row = false;
	struct stmt *st = stmt_use(v->journal->store, SQL_EVENT_PREV_HAS);
	stmt_blob(st, 1, e->digest.bytes, DIGEST_LEN);
	stmt_blob(st, 2, e->prev[i].bytes, DIGEST_LEN);
	enum rc rc = stmt_step(st, &row, NULL);
	stmt_done(st);
	return rc == RC_OK && row;
}

/* The columns say what the signed bytes say. */
static void
check_columns(struct verify *v, struct stmt *st, const struct event *e)
{
	char subject[SUBJECT_MAX + 1];
	long long row = (long long)col_int(st, COL_ROW);

	subject_make(e->owner, e->doc, subject);
	bool same = str_eq(col_text(st, COL_SOURCE), e->source) &&
		    str_eq(col_text(st, COL_ID), e->id) &&
		    str_eq(col_text(st, COL_EPOCH), e->epoch) &&
		    col_int(st, COL_K) == e->k &&
		    str_eq(col_text(st, COL_SUBJECT), subject) &&
		    str_eq(col_text(st, COL_TRACK), e->track) &&
		    str_eq(col_text(st, COL_TYPE), event_type_name(e->type)) &&
		    same_ref(st, COL_REV, e->has_rev, &e->rev) &&
		    same_ref(st, COL_SEEN, e->has_seen, &e->seen);
	if (!same)
		verify_problem(v,
			       _("table event row %lld: its columns differ "
				 "from its signed bytes"),
			       row);
	bool prev = col_int(st, COL_N_PREV) == (int64_t)e->n_prev;
	for (size_t i = 0; prev && i < e->n_prev; i++)
		prev = has_prev(v, e, i);
	if (!prev)
		verify_problem(v,
			       _("table event_prev: rows of event %lld differ "
				 "from its signed bytes"),
			       row);
}

static void
check_signature(struct verify *v, long long row, const struct event *e,
		const struct envelope *raw)
{
	struct err why = ERR_INIT;
	const struct ring_key *k =
		keyring_find(v->journal->keys, e->source, raw->key_id);
	if (k == NULL)
		verify_problem(v,
			       _("table event row %lld: no card with key %.16s "
				 "of %s is here"),
			       row, raw->key_id, e->source);
	else if (envelope_check(raw, k->verifier, &why) != RC_OK)
		verify_problem(v, _("table event row %lld (%s of %s): %s"), row,
			       e->id, e->source, why.msg);
}

static enum rc
check_event(struct verify *v, struct stmt *st, struct err *err)
{
	struct envelope raw = { .type = TYPE_EVENT };
	struct digest kept, real;
	struct ref ref;
	struct event e;
	struct err why = ERR_INIT;
	long long row = (long long)col_int(st, COL_ROW);

	v->report->events++;
	enum rc rc = event_row_envelope(st, COL_KEY_ID, &raw, err);
	if (rc != RC_OK)
		return rc;
	envelope_digest(&raw, &real);
	if (col_digest(st, COL_DIGEST, &kept, NULL) != RC_OK ||
	    !digest_eq(&kept, &real))
		verify_problem(v,
			       _("table event row %lld: its bytes do not have "
				 "its digest"),
			       row);
	ref_of_digest(&real, &ref);
	if (event_read(raw.payload, raw.n_payload, &ref, &e, &why) != RC_OK) {
		verify_problem(v, _("table event row %lld: %s"), row, why.msg);
	} else {
		check_columns(v, st, &e);
		check_signature(v, row, &e, &raw);
		event_release(&e);
	}
	envelope_release(&raw);
	return RC_OK;
}

enum rc
verify_events(struct verify *v, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(v->journal->store, SQL_VERIFY_EVENT_EACH);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		rc = verify_goes_on(v, err);
		if (rc == RC_OK)
			rc = check_event(v, st, err);
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

static enum rc
verify_truth(struct verify *v, struct err *err)
{
	struct err why = ERR_INIT;
	if (store_check(v->journal->store, &why) == RC_DAMAGED)
		verify_problem(v, "%s", why.msg);
	enum rc rc = verify_events(v, err);
	if (rc == RC_OK)
		rc = verify_channels(v, err);
	if (rc == RC_OK)
		rc = verify_receipts(v, err);
	if (rc == RC_OK)
		rc = verify_cards(v, err);
	if (rc == RC_OK)
		rc = verify_kinds(v, err);
	if (rc == RC_OK)
		rc = verify_blobs(v, err);
	if (rc == RC_OK)
		rc = verify_rows(v, err);
	return rc;
}

/* Reading alone, on one picture of the database. */
static enum rc
verify_events_and_files(struct verify *v, struct err *err)
{
	struct store *s = v->journal->store;
	enum rc rc = store_read_begin(s, err);
	if (rc != RC_OK)
		return rc;
	rc = keyring_refresh(v->journal, err);
	if (rc == RC_OK)
		rc = calendar_refresh(v->journal, err);
	if (rc == RC_OK)
		rc = verify_truth(v, err);
	store_read_end(s);
	return rc;
}

static void
report_reset(struct verify_report *report)
{
	report->events = report->frames = report->blobs = 0;
	report->documents = report->problems = 0;
}

enum rc
journal_verify_signed(struct journal *j, struct verify_report *report,
		      struct err *err)
{
	struct verify v = { .journal = j, .report = report };

	report_reset(report);
	return verify_events_and_files(&v, err);
}

enum rc
journal_verify(struct journal *j, bool rebuild, const struct renewal *progress,
	       struct verify_report *report, struct err *err)
{
	struct verify v = { .journal = j, .report = report };

	report_reset(report);
	enum rc rc = verify_events_and_files(&v, err);
	if (rc == RC_OK)
		rc = timers_settle(j, err);
	if (rc == RC_OK)
		rc = rebuild ? verify_rebuild(&v, progress, err)
			     : verify_projections(&v, err);
	if (rc == RC_OK && report->problems > 0)
		rc = err_set(err, RC_VERIFY, 0, _("%lld problems were found"),
			     (long long)report->problems);
	return rc;
}
