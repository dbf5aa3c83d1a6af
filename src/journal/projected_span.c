/* Rows of table span: when a document takes up what. */
#include "config.h"

#include "model/span.h"
#include "projected_int.h"

static enum rc
span_insert(struct journal *j, int64_t id, size_t n, const struct span *s,
	    struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_SPAN_INSERT);
	stmt_int(st, 1, id);
	stmt_int(st, 2, (int64_t)n);
	stmt_text(st, 3, s->what);
	stmt_text(st, 4, s->value);
	stmt_int(st, 5, s->level);
	stmt_int(st, 6, s->starts_ms);
	stmt_int(st, 7, s->ends_ms);
	stmt_text(st, 8, s->shown);
	stmt_text(st, 9, s->label);
	return stmt_run(st, err);
}

enum rc
spans_write(struct journal *j, const struct doc *d, int64_t id, struct err *err)
{
	struct spans spans = { .at = NULL };

	/* Of most kinds there never is a row. */
	if (d->kind == NULL || d->kind->views.calendar.start == NULL)
		return RC_OK;
	struct stmt *st = stmt_use(j->store, SQL_SPAN_CLEAR);
	stmt_int(st, 1, id);
	enum rc rc = stmt_run(st, err);
	json_t *fields = doc_whole_fields(d);
	struct span_in in = {
		.kind = d->kind, .doc = d, .owner = d->owner, .fields = fields
	};
	spans_of(&in, &spans);
	for (size_t i = 0; rc == RC_OK && i < spans.n; i++)
		rc = span_insert(j, id, i, &spans.at[i], err);
	spans_release(&spans);
	json_decref(fields);
	return rc;
}
