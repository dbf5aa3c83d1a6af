/* When time alone brings something to a document: the row of doc_timer. */
#include "config.h"

#include "model/timer.h"
#include "projected_int.h"

/* TIMER_NEVER: no row. */
static int64_t
next_time(const struct journal *j, const struct doc *d)
{
	struct link_child child = { .journal = j, .doc = d };
	json_t *fields = doc_whole_fields(d);
	const struct condition_in in = {
		.doc = d,
		.fields = fields,
		.now_ms = env_now_ms(j->env),
		.desk = j->desk,
		.child_in = link_child_in,
		.ctx = &child,
	};
	struct timer_due due;

	doc_timer(&in, &due);
	json_decref(fields);
	return due.at_ms;
}

enum rc
timer_write(struct journal *j, const struct doc *d, int64_t id, struct err *err)
{
	if (!doc_heeds_time(d, j->desk))
		return RC_OK;
	int64_t at = next_time(j, d);
	struct stmt *st =
		stmt_use(j->store, at == TIMER_NEVER ? SQL_DOC_TIMER_DROP
						     : SQL_DOC_TIMER_PUT);
	stmt_int(st, 1, id);
	if (at != TIMER_NEVER)
		stmt_int(st, 2, at);
	return stmt_run(st, err);
}

enum rc
timer_next(struct journal *j, int64_t after_ms, int64_t after_row,
	   struct timer_row *out, bool *ret_found, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_DOC_TIMER_NEXT);
	stmt_int(st, 1, after_ms);
	stmt_int(st, 2, after_row);
	enum rc rc = stmt_step(st, ret_found, err);
	if (rc == RC_OK && *ret_found) {
		out->at_ms = col_int(st, 0);
		out->row = col_int(st, 1);
		rc = col_copy(st, 2, out->owner, sizeof(out->owner), err);
		if (rc == RC_OK)
			rc = col_copy(st, 3, out->doc, sizeof(out->doc), err);
	}
	stmt_done(st);
	return rc;
}

enum rc
timers_settle(struct journal *j, struct err *err)
{
	struct timer_row row = { .at_ms = INT64_MIN };
	bool found = true;
	enum rc rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	while (rc == RC_OK && found) {
		rc = timer_next(j, row.at_ms, row.row, &row, &found, err);
		found = found && row.at_ms <= env_now_ms(j->env);
		if (rc == RC_OK && found)
			journal_touch(j, row.owner, row.doc);
	}
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}
