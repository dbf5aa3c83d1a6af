/* What documents share (串并): questions. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "journal/shared.h"
#include "row_int.h"

enum rc
row_related(struct desk *d, struct doc_row *r, struct err *err)
{
	struct stmt *st;
	bool row;
	enum rc rc;

	if (r->row <= 0)
		return RC_OK;
	st = stmt_use(d->store, SQL_SHARED_COUNT);
	stmt_int(st, 1, r->row);
	stmt_int(st, 2, SHARED_MANY);
	rc = stmt_step(st, &row, err);
	r->related = rc == RC_OK && row ? (int)col_int(st, 0) : 0;
	stmt_done(st);
	return rc;
}

/* The document asked about. */
struct about {
	int64_t row; /* -1: a draft */
	const struct kind *kind;
	json_t *fields;
	char mode[16];
};

static void
take_fields(struct about *a, const struct kind *kind, json_t *take_fields)
{
	const char *mode = json_text(take_fields, "mode");

	a->kind = kind;
	a->fields = take_fields;
	(void)str_copy(a->mode, sizeof(a->mode), mode != NULL ? mode : "actual",
		       NULL);
}

static enum rc
about_draft(struct desk *d, const char *id, struct about *a, struct err *err)
{
	struct draft f = { 0 };
	enum rc rc = draft_read(d, id, &f, err);

	if (rc == RC_OK) {
		a->row = -1;
		take_fields(a, kinds_get(d->kinds, f.kind, f.kind_version),
			    json_deep_copy(json_object_get(f.body, "fields")));
	}
	draft_release(&f);
	return rc;
}

static enum rc
about_read(struct desk *d, const struct doc_ref *ref, struct about *a,
	   struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_DOC_GET);
	struct held_doc held;
	bool row;
	enum rc rc;

	stmt_text(st, 1, ref->owner);
	stmt_text(st, 2, ref->id);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		a->row = col_int(st, 0);
	stmt_done(st);
	if (rc != RC_OK)
		return rc;
	if (!row)
		return about_draft(d, ref->id, a, err);
	rc = journal_load(d->journal, ref->owner, ref->id, &held, err);
	if (rc != RC_OK)
		return rc;
	take_fields(a, held.doc->kind, shared_fields(held.doc));
	held_doc_release(&held);
	return RC_OK;
}

static struct shared_reason
reason_of(const struct about *a, const struct shared_value *v, bool secret)
{
	return (struct shared_reason){
		.what = secret ? "" : v->what,
		.title = xstrdup(
			secret ? _("a confidential field")
			       : shared_title(a->kind, v->what, i18n_zh())),
		.value = xstrdup(secret ? "" : v->text),
		.secret = secret,
	};
}

static void
add_reason(struct shared_reason **list, size_t *n, struct shared_reason r)
{
	*list = xreallocarray(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = r;
}

static struct related_row *
row_for(struct related *out, int64_t id)
{
	size_t i;

	for (i = 0; i < out->n_rows; i++)
		if (out->rows[i].row.row == id)
			return &out->rows[i];
	out->rows =
		xreallocarray(out->rows, out->n_rows + 1, sizeof(*out->rows));
	out->rows[out->n_rows] = (struct related_row){ .row.row = id };
	return &out->rows[out->n_rows++];
}

struct others {
	int64_t ids[SHARED_MANY + 1];
	bool secret[SHARED_MANY + 1];
	size_t n;
};

static enum rc
find_others(struct desk *d, const struct about *a, const struct shared_value *v,
	    struct others *out, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_SHARED_WITH);
	uint8_t key[SHARED_KEY_BYTES];
	bool row;
	enum rc rc;

	out->n = 0;
	shared_key_make(a->mode, v, key);
	stmt_blob(st, 1, key, sizeof(key));
	stmt_int(st, 2, a->row);
	stmt_int(st, 3, SHARED_MANY + 1);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row &&
	       out->n <= SHARED_MANY) {
		out->ids[out->n] = col_int(st, 0);
		out->secret[out->n++] = v->secret || col_int(st, 1) != 0;
	}
	stmt_done(st);
	return rc;
}

static enum rc
take_value(struct desk *d, const struct about *a, const struct shared_value *v,
	   struct related *out, struct err *err)
{
	struct others o;
	struct related_row *r;
	size_t i;
	enum rc rc = find_others(d, a, v, &o, err);

	if (rc != RC_OK)
		return rc;
	if (o.n > SHARED_MANY) {
		add_reason(&out->many, &out->n_many,
			   reason_of(a, v, v->secret));
		return RC_OK;
	}
	for (i = 0; i < o.n; i++) {
		r = row_for(out, o.ids[i]);
		add_reason(&r->reasons, &r->n_reasons,
			   reason_of(a, v, o.secret[i]));
	}
	return RC_OK;
}

static int
newest_first(const void *a, const void *b)
{
	const struct related_row *x = a, *y = b;

	return x->row.row < y->row.row ? 1 : x->row.row > y->row.row ? -1 : 0;
}

static enum rc
fill_rows(struct desk *d, struct related *out, struct err *err)
{
	struct doc_row *r;
	struct stmt *st;
	bool row;
	size_t i;
	enum rc rc = RC_OK;

	for (i = 0; rc == RC_OK && i < out->n_rows; i++) {
		r = &out->rows[i].row;
		st = stmt_use(d->store, SQL_LIST_BY_ID);
		stmt_int(st, 1, r->row);
		rc = stmt_step(st, &row, err);
		if (rc == RC_OK && row)
			row_read(d, st, r);
		stmt_done(st);
		if (rc == RC_OK)
			rc = row_parties(d, r, err);
	}
	return rc;
}

static enum rc
read_all(struct desk *d, const struct about *a, struct related *out,
	 struct err *err)
{
	struct shared_values v;
	enum rc rc = store_read_begin(d->store, err);
	size_t i;

	if (rc != RC_OK)
		return rc;
	correlate_values(a->kind, a->fields, &v);
	for (i = 0; rc == RC_OK && i < v.n; i++)
		rc = take_value(d, a, &v.list[i], out, err);
	shared_values_release(&v);
	if (rc == RC_OK && out->n_rows > 0)
		qsort(out->rows, out->n_rows, sizeof(*out->rows), newest_first);
	if (rc == RC_OK)
		rc = fill_rows(d, out, err);
	store_read_end(d->store);
	return rc;
}

enum rc
ask_related(struct desk *d, const struct doc_ref *ref, struct related *out,
	    struct err *err)
{
	struct about a = { .row = -1 };
	enum rc rc = permit(d, PERMIT_READ, ref, err);

	*out = (struct related){ 0 };
	if (rc == RC_OK)
		rc = about_read(d, ref, &a, err);
	if (rc == RC_OK)
		rc = read_all(d, &a, out, err);
	json_decref(a.fields);
	if (rc != RC_OK)
		related_release(out);
	return rc;
}

static void
reasons_release(struct shared_reason *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		xfree(list[i].title);
		xfree(list[i].value);
	}
	xfree(list);
}

void
related_release(struct related *r)
{
	size_t i;

	for (i = 0; i < r->n_rows; i++) {
		row_release(&r->rows[i].row);
		reasons_release(r->rows[i].reasons, r->rows[i].n_reasons);
	}
	xfree(r->rows);
	reasons_release(r->many, r->n_many);
	*r = (struct related){ 0 };
}
