#include "desk/lookup.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "lookup_int.h"
#include "model/content.h"

bool
lookup_valid(struct desk *d, const struct lookup_stand *stand)
{
	int64_t now = env_now_ms(d->env);

	return stand->bar == LOOKUP_USABLE && stand->from_ms <= now &&
	       stand->to_ms >= now;
}

static const char *
field_title(const struct kind *k, const char *dotted)
{
	const struct field *f = dotted != NULL ? kind_field(k, dotted) : NULL;

	return f != NULL ? title_in(&f->title, i18n_zh())
			 : (dotted != NULL ? dotted : "");
}

/* "revoked"; "lapsed (valid until: 2026-05-31, over)" */
static char *
why_state(struct desk *d, const struct doc *doc,
	  const struct lookup_stand *stand)
{
	const struct state *s = doc->tracks[0].state;
	const char *title = s != NULL ? title_in(&s->title, i18n_zh()) : "";
	char day[11];

	if (stand->to_ms >= env_now_ms(d->env))
		return xstrdup(title);
	day_format(day_of_ms(stand->to_ms), day);
	return xasprintf(_("%s (%s: %s, over)"), title,
			 field_title(doc->kind, lookup_of(doc)->until), day);
}

/* Usable by its state: what time says. */
static char *
why_time(struct desk *d, const struct doc *doc,
	 const struct lookup_stand *stand)
{
	int64_t now = env_now_ms(d->env);
	const char *until = field_title(doc->kind, lookup_of(doc)->until);
	char day[11];

	if (stand->to_ms < now) {
		day_format(day_of_ms(stand->to_ms), day);
		return xasprintf(_("%s: %s, over"), until, day);
	}
	if (stand->from_ms > now) {
		if (stand->clock == NULL)
			return xstrdup(_("not yet in force"));
		day_format(day_of_ms(stand->from_ms - 1), day);
		return xasprintf(_("'%s' runs until the end of %s"),
				 title_in(&stand->clock->def->title, i18n_zh()),
				 day);
	}
	if (stand->to_ms == LOOKUP_NO_TIME)
		return xstrdup(_("in force"));
	day_format(day_of_ms(stand->to_ms), day);
	return xasprintf(_("in force, %s %s"), until, day);
}

char *
lookup_why(struct desk *d, const struct doc *doc,
	   const struct lookup_stand *stand)
{
	switch (stand->bar) {
	case LOOKUP_USABLE: return why_time(d, doc, stand);
	case LOOKUP_NOT_ISSUED: return xstrdup(_("its issue is not here"));
	case LOOKUP_WITHDRAWN: return xstrdup(_("withdrawn"));
	case LOOKUP_NOT_REAL: return xstrdup(_("an exercise or a test"));
	case LOOKUP_NEEDS:
		return xasprintf(
			_("%s is not given: whether it is in force is not "
			  "known"),
			field_title(doc->kind, stand->field));
	case LOOKUP_STATE: break;
	}
	return why_state(d, doc, stand);
}

/* ---- one row ---- */

static void
row_free(struct result_row *r)
{
	size_t i;

	xfree(r->number);
	xfree(r->title);
	for (i = 0; i < r->n_keys; i++)
		xfree(r->keys[i].text);
	xfree(r->conclusion);
	xfree(r->state_title);
	xfree(r->own_title);
	xfree(r->limits);
	xfree(r->why);
}

struct joining {
	struct buf text;
};

static void
join(void *ctx, const char *text)
{
	struct joining *j = ctx;

	/* what does not fit is left out of a list's cell */
	(void)buf_addf(&j->text, NULL, "%s%s", j->text.len > 0 ? " " : "",
		       text);
}

static void
fill_keys(const struct doc *doc, struct result_row *r)
{
	const struct lookup *l = lookup_of(doc);
	struct joining j;
	size_t i, k;

	for (i = 0; i < l->n_keys && i < ARRAY_LEN(r->keys); i++) {
		buf_init(&j.text, 2 * LOOKUP_KEY_MAX);
		for (k = 0; k < l->keys[i].n_fields; k++)
			lookup_texts(doc->fields, l->keys[i].fields[k], join,
				     &j);
		r->keys[i].role = l->keys[i].role;
		r->keys[i].text = buf_take(&j.text);
		r->n_keys++;
	}
}

/* What the last of its party moves that has it says: "batch B260801 only". */
static char *
own_limits(const struct desk *d, const struct doc *doc)
{
	const struct lookup *l = lookup_of(doc);
	const struct doc_track *t = doc_track_of(doc, d->id);
	const char *text = NULL;

	if (l->limits != NULL && t != NULL && t->last_move != NULL &&
	    !str_eq(doc->owner, d->id))
		text = json_text(json_object_get(t->last_move->data, "input"),
				 l->limits);
	return xstrdup(text != NULL ? text : "");
}

static const char *
title_of_track(const struct doc *doc, const char *desk)
{
	const struct doc_track *t = doc_track_of(doc, desk);

	return t != NULL && t->state != NULL
		       ? title_in(&t->state->title, i18n_zh())
		       : "";
}

static void
fill_row(struct desk *d, const struct doc *doc, struct result_row *r)
{
	const struct lookup *l = lookup_of(doc);
	const char *title = json_text(doc->fields, "title");
	const char *on =
		l->on != NULL ? json_text_at(doc->fields, l->on) : NULL;
	const struct doc_track *t = doc_track_of(doc, d->id);
	struct lookup_stand stand;

	lookup_stand(doc, &stand);
	memcpy(r->ref.owner, doc->owner, sizeof(r->ref.owner));
	memcpy(r->ref.id, doc->id, sizeof(r->ref.id));
	r->number = xstrdup(doc->number != NULL ? doc->number : "");
	r->title = xstrdup(title != NULL ? title : "");
	fill_keys(doc, r);
	r->conclusion = l->conclusion != NULL
				? content_text(doc->kind, doc->fields,
					       l->conclusion, i18n_zh())
				: xstrdup("");
	if (on == NULL || str_copy(r->on, sizeof(r->on), on, NULL) != RC_OK)
		day_format(day_of_ms(doc->issued_ms), r->on);
	r->state_title = xstrdup(title_of_track(doc, doc->owner));
	r->own_title = xstrdup(title_of_track(doc, d->id));
	r->own_stage =
		t != NULL && t->state != NULL ? t->state->stage : STAGE_DRAFT;
	r->limits = own_limits(d, doc);
	r->valid = lookup_valid(d, &stand);
	r->why = lookup_why(d, doc, &stand);
}

static enum rc
add_row(struct desk *d, struct stmt *st, struct result_list *out,
	struct err *err)
{
	struct held_doc held = { 0 };
	char owner[DESK_ID_MAX + 1], id[UUID_LEN + 1];
	enum rc rc = str_copy(owner, sizeof(owner), col_text(st, 0), err);

	if (rc == RC_OK)
		rc = str_copy(id, sizeof(id), col_text(st, 1), err);
	if (rc == RC_OK)
		rc = journal_load(d->journal, owner, id, &held, err);
	if (rc != RC_OK)
		return rc;
	if (lookup_of(held.doc) != NULL) {
		out->rows = xreallocarray(out->rows, out->n_rows + 1,
					  sizeof(*out->rows));
		out->rows[out->n_rows] = (struct result_row){ .valid = false };
		fill_row(d, held.doc, &out->rows[out->n_rows++]);
	}
	held_doc_release(&held);
	return RC_OK;
}

/* ---- the question ---- */

/* [[role, value in its normal form, how]]: the narrowest first. *ret_none:
 * something asked for is no name at all ("---"). */
static json_t *
filters(const struct result_query *q, bool *ret_none)
{
	json_t *list = json_array(), *one;
	struct buf key;
	size_t i;

	*ret_none = false;
	for (i = 0; i < q->n_by; i++) {
		const struct lookup_by *b = &q->by[i];

		if (b->text == NULL || b->text[0] == '\0')
			continue;
		buf_init(&key, LOOKUP_KEY_MAX);
		if (text_key(&key, b->text, strlen(b->text), NULL) != RC_OK ||
		    key.len == 0) {
			*ret_none = *ret_none || b->how == LOOKUP_HAS;
			buf_release(&key);
			continue;
		}
		one = json_pack("[s,s,i]", b->role, buf_str(&key), (int)b->how);
		json_array_append_new(list, one);
		buf_release(&key);
	}
	return list;
}

static enum rc
find(struct desk *d, const struct result_query *q, const json_t *by,
     struct result_list *out, struct err *err)
{
	char *text = json_write(by);
	struct stmt *st = stmt_use(d->store, SQL_LOOKUP_FIND);
	bool more = false;
	enum rc rc;

	stmt_text(st, 1, q->as != NULL ? q->as : RESULT_AS);
	stmt_text(st, 2, text);
	stmt_int(st, 3, env_now_ms(d->env));
	stmt_int(st, 4, q->valid_only);
	stmt_int(st, 5, q->limit > 0 ? (int64_t)q->limit + 1 : -1);
	while ((rc = stmt_step(st, &more, err)) == RC_OK && more) {
		out->more = q->limit > 0 && out->n_rows == q->limit;
		if (out->more)
			break;
		rc = add_row(d, st, out, err);
		if (rc != RC_OK)
			break;
	}
	stmt_done(st);
	xfree(text);
	return rc;
}

enum rc
ask_results(struct desk *d, const struct result_query *q,
	    struct result_list *out, struct err *err)
{
	bool none;
	json_t *by;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	*out = (struct result_list){ .rows = NULL };
	if (rc != RC_OK)
		return rc;
	by = filters(q, &none);
	if (!none)
		rc = find(d, q, by, out, err);
	json_decref(by);
	if (rc != RC_OK)
		result_list_release(out);
	return rc;
}

/* ---- what a document rests on ---- */

/* Takes out what points to the document without relying on it there. */
static enum rc
drop_mere_links(struct desk *d, const char *subject, struct result_list *l,
		struct err *err)
{
	enum rc rc = RC_OK;
	size_t i, k, n = 0;

	for (i = 0; i < l->n_rows; i++) {
		struct reliance_list who = { .rows = NULL };
		bool relied = false;

		if (rc == RC_OK)
			rc = ask_reliance(d, &l->rows[i].ref, &who, err);
		for (k = 0; k < who.n_rows; k++)
			relied = relied || str_eq(who.rows[k].doc, subject);
		reliance_list_release(&who);
		if (relied)
			l->rows[n++] = l->rows[i];
		else
			row_free(&l->rows[i]);
	}
	l->n_rows = n;
	return rc;
}

enum rc
ask_rests(struct desk *d, const struct doc_ref *ref, struct result_list *out,
	  struct err *err)
{
	char *subject = xasprintf("%s/%s", ref->owner, ref->id);
	struct stmt *st;
	bool more = false;
	enum rc rc = permit(d, PERMIT_READ, ref, err);

	*out = (struct result_list){ .rows = NULL };
	st = stmt_use(d->store, SQL_LOOKUP_LINKED);
	stmt_text(st, 1, subject);
	while (rc == RC_OK && (rc = stmt_step(st, &more, err)) == RC_OK && more)
		rc = add_row(d, st, out, err);
	stmt_done(st);
	if (rc == RC_OK)
		rc = drop_mere_links(d, subject, out, err);
	if (rc != RC_OK)
		result_list_release(out);
	xfree(subject);
	return rc;
}

const char *
result_text(const struct result_row *r, const char *role)
{
	size_t i;

	for (i = 0; i < r->n_keys; i++)
		if (str_eq(r->keys[i].role, role))
			return r->keys[i].text;
	return "";
}

void
result_list_release(struct result_list *l)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++)
		row_free(&l->rows[i]);
	xfree(l->rows);
	*l = (struct result_list){ .rows = NULL };
}

/* ---- the same paper twice ---- */

/* The form in which values are kept; false: it is no name at all. */
static bool
make_key(struct buf *key, const char *text)
{
	buf_init(key, LOOKUP_KEY_MAX);
	return text != NULL &&
	       text_key(key, text, strlen(text), NULL) == RC_OK && key->len > 0;
}

enum rc
lookup_twin(struct desk *d, const struct lookup_pair *p, struct doc_ref *out,
	    char **ret_what, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_LOOKUP_TWIN);
	struct buf a, b;
	bool row = false, both = make_key(&a, p->text[0]);
	enum rc rc = RC_OK;

	*ret_what = NULL;
	both = make_key(&b, p->text[1]) && both;
	stmt_text(st, 1, p->as);
	stmt_text(st, 2, p->role[0]);
	stmt_text(st, 3, buf_str(&a));
	stmt_text(st, 4, p->role[1]);
	stmt_text(st, 5, buf_str(&b));
	stmt_text(st, 6, p->self);
	stmt_text(st, 7, p->own ? d->id : NULL);
	stmt_int(st, 8, env_now_ms(d->env));
	if (both)
		rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		rc = str_copy(out->owner, sizeof(out->owner), col_text(st, 0),
			      err);
		if (rc == RC_OK)
			rc = str_copy(out->id, sizeof(out->id), col_text(st, 1),
				      err);
		if (rc == RC_OK)
			*ret_what = xstrdup(col_text(st, 2));
	}
	stmt_done(st);
	buf_release(&a);
	buf_release(&b);
	return rc;
}
