#include "desk/export.h"

#include <string.h>

#include "base/csv.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "journal/projection.h"
#include "model/content.h"

#define EXPORT_ROW_MAX (4 * 1024 * 1024)

enum rc
export_format_parse(const char *s, enum export_format *ret, struct err *err)
{
	char shown[64];

	if (str_eq(s, "csv"))
		*ret = EXPORT_CSV;
	else if (str_eq(s, "ndjson"))
		*ret = EXPORT_NDJSON;
	else
		return err_set(err, RC_USAGE, 0,
			       _("'%s' is no format: csv or ndjson"),
			       text_show_into(shown, sizeof(shown), s));
	return RC_OK;
}

/* What stands beside the fields, in this order; import passes over them. */
static const char *const beside[] = { "id", "number", "kind",  "owner",
				      "to", "cc",     "state", "issued_at" };

struct exporter {
	struct desk *d;
	const struct export_job *job;
	const struct kind *kind; /* CSV: columns are its fields */
	struct buf out;
	int64_t documents;
};

static char *
joined(const json_t *list)
{
	struct buf b;
	const json_t *one;
	size_t i;

	buf_init(&b, PARTIES_MAX * (DESK_ID_MAX + 1));
	json_array_foreach(list, i, one)
		/* PARTIES_MAX of them fit */
		(void) buf_addf(&b, NULL, "%s%s", i > 0 ? "," : "",
				json_string_value(one));
	return buf_take(&b);
}

/* Value of beside[i]; heap. */
static char *
beside_text(struct exporter *x, const struct held_doc *h, size_t i)
{
	const struct doc *doc = h->doc;
	const json_t *data = doc->current != NULL ? doc->current->data : NULL;
	const struct doc_track *t = doc_track_of(doc, x->d->id);
	char when[TIME_TEXT_MAX] = "";

	switch (i) {
	case 0: return xstrdup(doc->id);
	case 1: return xstrdup(doc->number != NULL ? doc->number : "");
	case 2: return xstrdup(doc->kind_name);
	case 3: return xstrdup(doc->owner);
	case 4: return joined(json_object_get(data, "to"));
	case 5: return joined(json_object_get(data, "cc"));
	case 6:
		return xstrdup(t != NULL && t->state != NULL ? t->state->name
							     : "");
	default:
		if (doc->issued_ms > 0)
			time_format(doc->issued_ms, when);
		return xstrdup(when);
	}
}

/* Fields and groups' sub-fields; a list is one cell of JSON. */
static bool
leaves(const struct field *f)
{
	return f->see == SEE_ALL;
}

static enum rc
cell(struct exporter *x, const char *text, bool first, struct err *err)
{
	return csv_write_cell(&x->out, text, first, true, err);
}

static enum rc
head_row(struct exporter *x, struct err *err)
{
	enum rc rc = RC_OK;
	size_t i, s;
	char *name;

	for (i = 0; rc == RC_OK && i < ARRAY_LEN(beside); i++)
		rc = cell(x, beside[i], i == 0, err);
	for (i = 0; rc == RC_OK && i < x->kind->n_fields; i++) {
		const struct field *f = &x->kind->fields[i];

		if (!leaves(f))
			continue;
		if (f->type != FIELD_GROUP)
			rc = cell(x, f->name, false, err);
		for (s = 0;
		     rc == RC_OK && f->type == FIELD_GROUP && s < f->n_sub;
		     s++) {
			name = xasprintf("%s.%s", f->name, f->sub[s].name);
			rc = cell(x, name, false, err);
			xfree(name);
		}
	}
	return rc == RC_OK ? buf_adds(&x->out, "\r\n", err) : rc;
}

/* A value as a cell: text as it is, everything else as JSON writes it. */
static enum rc
value_cell(struct exporter *x, const json_t *v, struct err *err)
{
	char *text;
	enum rc rc;

	if (v == NULL || json_is_null(v))
		return cell(x, "", false, err);
	if (json_is_string(v))
		return cell(x, json_string_value(v), false, err);
	text = json_write(v);
	/* a number is no formula, also below zero */
	rc = json_is_number(v)
		     ? csv_write_cell(&x->out, text, false, false, err)
		     : cell(x, text, false, err);
	xfree(text);
	return rc;
}

static enum rc
csv_row(struct exporter *x, const struct held_doc *h, struct err *err)
{
	const json_t *fields = h->doc->fields, *v;
	enum rc rc = RC_OK;
	size_t i, s;
	char *text;

	for (i = 0; rc == RC_OK && i < ARRAY_LEN(beside); i++) {
		text = beside_text(x, h, i);
		rc = cell(x, text, i == 0, err);
		xfree(text);
	}
	for (i = 0; rc == RC_OK && i < x->kind->n_fields; i++) {
		const struct field *f = &x->kind->fields[i];

		if (!leaves(f))
			continue;
		v = json_object_get(fields, f->name);
		if (f->type != FIELD_GROUP)
			rc = value_cell(x, v, err);
		for (s = 0;
		     rc == RC_OK && f->type == FIELD_GROUP && s < f->n_sub; s++)
			rc = value_cell(x, json_object_get(v, f->sub[s].name),
					err);
	}
	return rc == RC_OK ? buf_adds(&x->out, "\r\n", err) : rc;
}

static enum rc
ndjson_row(struct exporter *x, const struct held_doc *h, struct err *err)
{
	const struct doc *doc = h->doc;
	const json_t *data = doc->current != NULL ? doc->current->data : NULL;
	const json_t *to = json_object_get(data, "to");
	const json_t *cc = json_object_get(data, "cc");
	json_t *o = json_object(), *fields;
	char *text;
	size_t i;
	enum rc rc;

	for (i = 0; i < ARRAY_LEN(beside); i++) {
		if (i == 4 || i == 5) {
			json_object_set_new(
				o, beside[i],
				i == 4 && to != NULL   ? json_deep_copy(to)
				: i == 5 && cc != NULL ? json_deep_copy(cc)
						       : json_array());
			continue;
		}
		text = beside_text(x, h, i);
		json_object_set_new(o, beside[i], json_string(text));
		xfree(text);
	}
	fields = doc->fields != NULL ? json_deep_copy(doc->fields)
				     : json_object();
	for (i = 0; doc->kind != NULL && i < doc->kind->n_fields; i++)
		if (!leaves(&doc->kind->fields[i]))
			json_object_del(fields, doc->kind->fields[i].name);
	json_object_set_new(o, "fields", fields);
	text = json_write_plain(o);
	rc = buf_addf(&x->out, err, "%s\n", text);
	xfree(text);
	json_decref(o);
	return rc;
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
one_doc(struct exporter *x, const struct doc_ref *ref, struct err *err)
{
	struct held_doc h = { 0 };
	enum rc rc = journal_load(x->d->journal, ref->owner, ref->id, &h, err);

	if (rc != RC_OK)
		return rc;
	rc = x->job->format == EXPORT_CSV ? csv_row(x, &h, err)
					  : ndjson_row(x, &h, err);
	held_doc_release(&h);
	if (rc == RC_OK)
		rc = put_out(x, err);
	x->documents += rc == RC_OK;
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

enum rc
desk_export(struct desk *d, const struct export_job *job,
	    int64_t *ret_documents, struct err *err)
{
	struct exporter x = { .d = d, .job = job };
	struct doc_ref refs[64];
	int64_t row_no = 0;
	size_t n = 1, i;
	enum rc rc = act_taken_out(d, "export", NULL,
				   job->kind != NULL ? job->kind : "*", err);

	if (rc == RC_OK && job->kind != NULL)
		rc = desk_kind(d, job->kind, &x.kind, err);
	else if (rc == RC_OK && job->format == EXPORT_CSV)
		rc = err_set(err, RC_USAGE, 0,
			     _("csv needs a kind: its fields are the columns"));
	buf_init(&x.out, EXPORT_ROW_MAX);
	if (rc == RC_OK && job->format == EXPORT_CSV) {
		rc = head_row(&x, err);
		if (rc == RC_OK)
			rc = put_out(&x, err);
	}
	while (rc == RC_OK && n > 0) {
		rc = next_refs(&x, &row_no, refs, ARRAY_LEN(refs), &n, err);
		for (i = 0; rc == RC_OK && i < n; i++)
			rc = one_doc(&x, &refs[i], err);
	}
	buf_release(&x.out);
	*ret_documents = x.documents;
	return rc;
}
