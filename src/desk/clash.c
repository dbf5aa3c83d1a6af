/* What two documents hold at the same time (include/model/span.h). */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "check_int.h"
#include "desk/permit.h"
#include "desk/schedule.h"
#include "desk_int.h"
#include "draft_int.h"
#include "model/span.h"
#include "parked_int.h"
#include "schedule_int.h"

void
clash_list_release(struct clash_list *l)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++) {
		xfree(l->rows[i].title);
		xfree(l->rows[i].shown);
		xfree(l->rows[i].number);
		xfree(l->rows[i].doc_title);
		xfree(l->rows[i].kind_title);
		xfree(l->rows[i].label);
	}
	xfree(l->rows);
	*l = (struct clash_list){ 0 };
}

/* What is searched, and where the answer goes. */
struct search {
	struct desk *d;
	const struct kind *kind;
	struct spans own;
	struct doc_ref ref;
	int64_t row; /* of table doc; 0 a draft */
	struct clash_list *out;
};

/* The list or field it comes from, else the desks themselves. */
const char *
clash_what_title(const struct kind *k, const char *what)
{
	char top[NAME_MAX_LEN + 1];
	const struct field *f;
	size_t i, n;

	for (i = 0; i < k->views.n_clash; i++) {
		const struct clash_rule *rule = &k->views.clash[i];

		if (!str_eq(rule->what, what) || rule->field == NULL)
			continue;
		n = strcspn(rule->field, ".");
		if (n >= sizeof(top))
			continue;
		memcpy(top, rule->field, n);
		top[n] = '\0';
		f = kind_field(k, top);
		if (f != NULL)
			return title_in(&f->title, i18n_zh());
	}
	return _("unit");
}

static bool
is_there(const struct search *s, const char *what, const char *shown,
	 const struct doc_ref *other)
{
	size_t i;

	for (i = 0; i < s->out->n_rows; i++) {
		const struct clash_row *r = &s->out->rows[i];

		if (str_eq(r->other.id, other->id) && str_eq(r->what, what) &&
		    str_eq(r->shown, shown) &&
		    str_eq(r->other.owner, other->owner))
			return true;
	}
	return false;
}

/* A row to fill; NULL when it is there already or there are too many. */
static struct clash_row *
add(struct search *s, const struct span *own, const struct doc_ref *other,
    int64_t starts, int64_t ends)
{
	struct clash_row *r;

	if (is_there(s, own->what, own->shown, other))
		return NULL;
	if (s->out->n_rows == CLASHES_MAX) {
		s->out->more = true;
		return NULL;
	}
	s->out->rows = xreallocarray(s->out->rows, s->out->n_rows + 1,
				     sizeof(*s->out->rows));
	r = &s->out->rows[s->out->n_rows++];
	*r = (struct clash_row){
		.title = xstrdup(clash_what_title(s->kind, own->what)),
		.shown = xstrdup(own->shown),
		.other = *other,
		.starts_ms = starts > own->starts_ms ? starts : own->starts_ms,
		.ends_ms = ends < own->ends_ms ? ends : own->ends_ms,
	};
	(void)str_copy(r->what, sizeof(r->what), own->what, NULL);
	return r;
}

static char *
dup_col(struct stmt *st, int at)
{
	const char *s = col_text(st, at);

	return xstrdup(s != NULL ? s : "");
}

char *
kind_title(struct desk *d, const char *name)
{
	const struct kind *k =
		kinds_current(d->kinds, name, day_of_ms(env_now_ms(d->env)));

	return xstrdup(k != NULL ? title_in(&k->title, i18n_zh()) : name);
}

void
span_bind(struct stmt *st, const char *what, const char *value,
	  const int64_t range[static 2], int64_t row, int64_t limit)
{
	int i;

	stmt_text(st, 1, what);
	stmt_text(st, 2, value);
	stmt_int(st, 3, range[0]);
	stmt_int(st, 4, range[1]);
	stmt_int(st, 5, row);
	stmt_int(st, 6, limit);
	for (i = 0; i < SPAN_LEVELS - 1; i++)
		stmt_int(st, 7 + i, span_level_ms(i));
}

enum rc
span_number(struct stmt *take_st, int64_t *ret, struct err *err)
{
	bool row = false;
	enum rc rc = stmt_step(take_st, &row, err);

	*ret = rc == RC_OK && row ? col_int(take_st, 0) : 0;
	stmt_done(take_st);
	return rc;
}

static enum rc
search_documents(struct search *s, const struct span *own, struct err *err)
{
	struct stmt *st = stmt_use(s->d->store, SQL_SPAN_OVERLAP);
	int64_t range[2] = { own->starts_ms, own->ends_ms };
	struct doc_ref other;
	struct clash_row *r;
	bool row;
	enum rc rc;

	span_bind(st, own->what, own->value, range, s->row, CLASHES_MAX);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		if (str_copy(other.owner, sizeof(other.owner), col_text(st, 0),
			     NULL) != RC_OK ||
		    str_copy(other.id, sizeof(other.id), col_text(st, 1),
			     NULL) != RC_OK)
			continue; /* not written by this program */
		r = add(s, own, &other, col_int(st, 5), col_int(st, 6));
		if (r == NULL)
			continue;
		r->kind_title = kind_title(s->d, col_text(st, 2));
		r->number = dup_col(st, 3);
		r->doc_title = dup_col(st, 4);
		r->label = dup_col(st, 8);
	}
	stmt_done(st);
	return rc;
}

static void
compare_draft(struct search *s, const struct draft *f, const struct kind *k)
{
	struct spans theirs = { 0 };
	struct span_in in = { .kind = k,
			      .owner = s->d->id,
			      .fields = json_object_get(f->body, "fields"),
			      .body = f->body };
	struct doc_ref other;
	struct clash_row *r;
	size_t i, j;

	memcpy(other.owner, s->d->id, sizeof(other.owner));
	memcpy(other.id, f->id, sizeof(other.id));
	spans_of(&in, &theirs);
	for (i = 0; i < s->own.n; i++) {
		const struct span *a = &s->own.at[i];

		for (j = 0; a->what[0] != '\0' && j < theirs.n; j++) {
			const struct span *b = &theirs.at[j];

			if (b->starts_ms >= a->ends_ms ||
			    b->ends_ms <= a->starts_ms ||
			    !str_eq(a->what, b->what) ||
			    !str_eq(a->value, b->value))
				continue;
			r = add(s, a, &other, b->starts_ms, b->ends_ms);
			if (r == NULL)
				continue;
			r->draft = true;
			r->kind_title = kind_title(s->d, f->kind);
			r->number = xstrdup("");
			r->doc_title = xstrdup(f->title);
			r->label = xstrdup(b->label);
		}
	}
	spans_release(&theirs);
}

static enum rc
search_drafts(struct search *s, struct err *err)
{
	struct draft *list = NULL;
	const struct kind *k;
	size_t n = 0, i;
	enum rc rc = draft_list(s->d, NULL, &list, &n, err);

	for (i = 0; rc == RC_OK && i < n; i++) {
		k = kinds_get(s->d->kinds, list[i].kind, list[i].kind_version);
		if (str_eq(list[i].act, "issue") && k != NULL &&
		    k->views.n_clash > 0 && !str_eq(list[i].id, s->ref.id))
			compare_draft(s, &list[i], k);
	}
	for (i = 0; i < n; i++)
		draft_release(&list[i]);
	xfree(list);
	return rc;
}

static int
by_start(const void *a, const void *b)
{
	const struct clash_row *x = a, *y = b;

	if (x->starts_ms != y->starts_ms)
		return x->starts_ms < y->starts_ms ? -1 : 1;
	return strcmp(x->other.id, y->other.id);
}

static enum rc
search(struct search *s, struct err *err)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < s->own.n; i++)
		if (s->own.at[i].what[0] != '\0')
			rc = search_documents(s, &s->own.at[i], err);
	if (rc == RC_OK && s->own.n > 0)
		rc = search_drafts(s, err);
	if (s->out->n_rows > 0)
		qsort(s->out->rows, s->out->n_rows, sizeof(*s->out->rows),
		      by_start);
	spans_release(&s->own);
	if (rc != RC_OK)
		clash_list_release(s->out);
	return rc;
}

enum rc
clashes_of_held(struct desk *d, const struct held_doc *held,
		const json_t *fields, struct clash_list *out, struct err *err)
{
	const struct doc *doc = held->doc;
	struct search s = { .d = d, .kind = doc->kind, .out = out };
	struct span_in in = { .kind = doc->kind,
			      .doc = doc,
			      .owner = doc->owner,
			      .fields = fields };
	struct stmt *st;
	enum rc rc;

	*out = (struct clash_list){ 0 };
	if (doc->kind == NULL || doc->kind->views.n_clash == 0)
		return RC_OK;
	memcpy(s.ref.owner, doc->owner, sizeof(s.ref.owner));
	memcpy(s.ref.id, doc->id, sizeof(s.ref.id));
	st = stmt_use(d->store, SQL_DOC_GET);
	stmt_text(st, 1, doc->owner);
	stmt_text(st, 2, doc->id);
	rc = span_number(st, &s.row, err);
	if (rc != RC_OK)
		return rc;
	spans_of(&in, &s.own);
	return search(&s, err);
}

static enum rc
clashes_of_draft(struct desk *d, const struct draft *f, struct clash_list *out,
		 struct err *err)
{
	struct search s = { .d = d, .out = out };
	struct span_in in = { .owner = d->id,
			      .fields = json_object_get(f->body, "fields"),
			      .body = f->body };
	enum rc rc = draft_kind(d, f, &s.kind, err);

	if (rc != RC_OK || s.kind->views.n_clash == 0)
		return rc;
	memcpy(s.ref.owner, d->id, sizeof(s.ref.owner));
	memcpy(s.ref.id, f->id, sizeof(s.ref.id));
	in.kind = s.kind;
	spans_of(&in, &s.own);
	return search(&s, err);
}

enum rc
ask_clashes(struct desk *d, const struct doc_ref *ref, struct clash_list *out,
	    struct err *err)
{
	struct held_doc held = { 0 };
	struct draft f = { 0 };
	json_t *fields;
	enum rc rc = permit(d, PERMIT_READ, ref, err);

	*out = (struct clash_list){ 0 };
	if (rc != RC_OK)
		return rc;
	if (draft_stands_for(d, ref)) {
		rc = draft_read(d, ref->id, &f, err);
		if (rc == RC_OK)
			rc = clashes_of_draft(d, &f, out, err);
		draft_release(&f);
		return rc;
	}
	rc = journal_load(d->journal, ref->owner, ref->id, &held, err);
	if (rc != RC_OK)
		return rc;
	fields = doc_whole_fields(held.doc);
	rc = clashes_of_held(d, &held, fields, out, err);
	json_decref(fields);
	held_doc_release(&held);
	return rc;
}

char *
clash_sentence(const struct clash_row *r)
{
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];

	time_format_short(r->starts_ms, from);
	time_format_short(r->ends_ms, to);
	return xasprintf(_("%s %s is also taken by %s %s%s, %s to %s"),
			 r->title, r->shown,
			 r->number[0] != '\0' ? r->number
			 : r->draft	      ? _("a draft")
					      : r->other.id,
			 r->doc_title, r->label, from, to);
}

/* clash: a note says why it goes ahead over what it clashes with. */
enum rc
check_clash(const struct check_in *in, struct err *err)
{
	const char *note = json_text(in->move, "note");
	struct clash_list list = { 0 };
	char *sentence;
	enum rc rc;

	if (in->held == NULL || in->move == NULL ||
	    (note != NULL && note[0] != '\0'))
		return RC_OK;
	rc = clashes_of_held(in->desk, in->held, in->fields, &list, err);
	if (rc == RC_OK && list.n_rows > 0) {
		sentence = clash_sentence(&list.rows[0]);
		rc = err_set(err, RC_STATE, 0,
			     ngettext("%zu clash: %s; a note says why it goes "
				      "ahead",
				      "%zu clashes, the first: %s; a note says "
				      "why it goes ahead",
				      (unsigned long)list.n_rows),
			     list.n_rows, sentence);
		xfree(sentence);
	}
	clash_list_release(&list);
	return rc;
}
