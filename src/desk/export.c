#include "desk/export.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "draft_int.h"
#include "export_int.h"
#include "ics_int.h"
#include "journal/projection.h"

enum rc
export_format_parse(const char *s, enum export_format *ret, struct err *err)
{
	char shown[64];

	if (str_eq(s, "csv"))
		*ret = EXPORT_CSV;
	else if (str_eq(s, "ndjson"))
		*ret = EXPORT_NDJSON;
	else if (str_eq(s, "ics"))
		*ret = EXPORT_ICS;
	else
		return err_set(err, RC_USAGE, 0,
			       _("'%s' is no format: csv, ndjson or ics"),
			       text_show_into(shown, sizeof(shown), s));
	return RC_OK;
}

static enum rc
put_out(struct exporter *x, struct err *err)
{
	enum rc rc =
		x->job->write(x->job->ctx, buf_str(&x->out), x->out.len, err);

	buf_reset(&x->out);
	return rc;
}

static enum rc
put_doc(struct exporter *x, struct out_doc *o, const json_t *content,
	struct err *err)
{
	enum rc rc;

	o->fields = export_fields(o->kind, o->doc, content, x->job->own);
	rc = export_doc(x, o, err);
	json_decref(o->fields);
	if (rc == RC_OK)
		rc = put_out(x, err);
	x->documents += rc == RC_OK;
	return rc;
}

/* Nothing for a document without hours. */
static enum rc
put_hours(struct exporter *x, const struct held_doc *h, struct err *err)
{
	enum rc rc = ics_doc(h, &x->out, err);

	if (rc != RC_OK || x->out.len == 0)
		return rc;
	rc = put_out(x, err);
	x->documents += rc == RC_OK;
	return rc;
}

static enum rc
one_doc(struct exporter *x, const struct doc_ref *ref, struct err *err)
{
	struct held_doc h = { 0 };
	const struct doc_track *t;
	const json_t *data;
	struct out_doc o;
	json_t *content, *own;
	enum rc rc = journal_load(x->d->journal, ref->owner, ref->id, &h, err);

	if (rc != RC_OK)
		return rc;
	if (x->job->format == EXPORT_ICS) {
		rc = put_hours(x, &h, err);
		held_doc_release(&h);
		return rc;
	}
	t = doc_track_of(h.doc, x->d->id);
	data = h.doc->current != NULL ? h.doc->current->data : NULL;
	o = (struct out_doc){
		.id = h.doc->id,
		.number = h.doc->number,
		.kind_name = h.doc->kind_name,
		.owner = h.doc->owner,
		.state = t != NULL && t->state != NULL ? t->state->name : NULL,
		.to = json_object_get(data, "to"),
		.cc = json_object_get(data, "cc"),
		.issued_ms = h.doc->issued_ms,
		.kind = h.doc->kind,
		.doc = h.doc,
	};
	own = x->job->own ? doc_whole_fields(h.doc)
			  : json_incref(h.doc->fields);
	content = doc_content(h.doc, own); /* with what parties wrote */
	json_decref(own);
	rc = put_doc(x, &o, content, err);
	json_decref(content);
	held_doc_release(&h);
	return rc;
}

/* The next documents after *row; at most max. */
static enum rc
next_refs(struct exporter *x, int64_t *row_no, struct doc_ref *refs, size_t max,
	  size_t *ret_n, struct err *err)
{
	struct stmt *st = stmt_use(x->d->store, SQL_EXPORT_EACH);
	bool row;
	enum rc rc = RC_OK;

	*ret_n = 0;
	stmt_int(st, 1, *row_no);
	stmt_text(st, 2, x->job->kind);
	if (x->job->box == BOX_ALL)
		stmt_null(st, 3);
	else
		stmt_int(st, 3,
			 x->job->box == BOX_IN ? DOC_BOX_IN : DOC_BOX_OUT);
	while (*ret_n < max && (rc = stmt_step(st, &row, err)) == RC_OK &&
	       row) {
		*row_no = col_int(st, 0);
		(void)str_copy(refs[*ret_n].owner, sizeof(refs->owner),
			       col_text(st, 1), NULL);
		(void)str_copy(refs[*ret_n].id, sizeof(refs->id),
			       col_text(st, 2), NULL);
		(*ret_n)++;
	}
	stmt_done(st);
	return rc;
}

static enum rc
put_issued(struct exporter *x, struct err *err)
{
	struct doc_ref refs[64];
	int64_t row_no = 0;
	size_t n = 1, i;
	enum rc rc = RC_OK;

	while (rc == RC_OK && n > 0) {
		rc = next_refs(x, &row_no, refs, ARRAY_LEN(refs), &n, err);
		for (i = 0; rc == RC_OK && i < n; i++)
			rc = one_doc(x, &refs[i], err);
	}
	return rc;
}

/* Drafts, the oldest first. */
static enum rc
put_drafts(struct exporter *x, struct err *err)
{
	struct draft *drafts = NULL;
	size_t n = 0, i;
	enum rc rc = draft_list(x->d, x->job->kind, &drafts, &n, err);

	for (i = n; i-- > 0;) {
		const struct draft *f = &drafts[i];
		struct out_doc o = {
			.id = f->id,
			.kind_name = f->kind,
			.owner = x->d->id,
			.state = f->state,
			.to = json_object_get(f->body, "to"),
			.cc = json_object_get(f->body, "cc"),
			.kind = kinds_get(x->d->kinds, f->kind,
					  f->kind_version),
		};

		if (rc == RC_OK && str_eq(f->act, "issue"))
			rc = put_doc(x, &o, json_object_get(f->body, "fields"),
				     err);
		draft_release(&drafts[i]);
	}
	xfree(drafts);
	return rc;
}

/* What was asked for is possible at all. */
static enum rc
check_job(struct exporter *x, struct err *err)
{
	const struct export_job *job = x->job;
	bool csv = job->format == EXPORT_CSV;
	char shown[64];
	enum rc rc = RC_OK;

	if (job->kind != NULL)
		rc = desk_kind(x->d, job->kind, &x->kind, err);
	else if (csv)
		rc = err_set(err, RC_USAGE, 0,
			     _("csv needs a kind: its fields are the columns"));
	if (rc == RC_OK && !csv && (job->mark || job->rows != NULL))
		rc = err_set(err, RC_USAGE, 0,
			     _("--bom and --rows are for csv"));
	if (rc == RC_OK && job->format == EXPORT_ICS &&
	    (job->own || job->drafts))
		rc = err_set(err, RC_USAGE, 0,
			     _("a calendar takes neither drafts nor what stays "
			       "at home"));
	if (rc != RC_OK || job->rows == NULL)
		return rc;
	x->rows = kind_field(x->kind, job->rows);
	if (x->rows == NULL || x->rows->type != FIELD_LIST)
		rc = err_set(err, RC_NOTFOUND, 0, _("'%s' is no list of %s"),
			     text_show_into(shown, sizeof(shown), job->rows),
			     x->kind->name);
	return rc;
}

enum rc
desk_export(struct desk *d, const struct export_job *job,
	    int64_t *ret_documents, struct err *err)
{
	struct exporter x = { .d = d, .job = job };
	enum rc rc = check_job(&x, err);

	/* two looks in the audit: papers that left, and secrets among them */
	if (rc == RC_OK && job->own)
		rc = permit(d, PERMIT_LOOK, NULL, err);
	if (rc == RC_OK)
		rc = act_taken_out(d,
				   job->own ? "export confidential" : "export",
				   NULL, job->kind != NULL ? job->kind : "*",
				   err);
	buf_init(&x.out, EXPORT_ROW_MAX);
	if (rc == RC_OK && job->format == EXPORT_CSV) {
		rc = export_head(&x, err);
		if (rc == RC_OK)
			rc = put_out(&x, err);
	}
	if (rc == RC_OK && job->format == EXPORT_ICS)
		rc = ics_head(&x.out, err);
	if (rc == RC_OK)
		rc = put_issued(&x, err);
	if (rc == RC_OK && job->format == EXPORT_ICS) {
		rc = ics_tail(&x.out, err);
		if (rc == RC_OK)
			rc = put_out(&x, err);
	}
	if (rc == RC_OK && job->drafts && job->box != BOX_IN)
		rc = put_drafts(&x, err);
	buf_release(&x.out);
	*ret_documents = x.documents;
	return rc;
}
