#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/filter.h"
#include "desk_int.h"
#include "journal/projection.h"
#include "list_int.h"

static void
bind_from(struct stmt *st, int at, int64_t value, int64_t none)
{
	if (value == none)
		stmt_null(st, at);
	else
		stmt_int(st, at, value);
}

static void
bind_filter(struct stmt *st, const struct list_query *q)
{
	static const struct filter any;
	const struct filter *f = q->filter != NULL ? q->filter : &any;

	stmt_text(st, 9, f->from);
	stmt_text(st, 10, f->to);
	bind_from(st, 11, f->urgency - 1, -1);
	bind_from(st, 12, f->due_from, 0);
	stmt_text(st, 13, f->number);
	stmt_text(st, 14, f->title);
	stmt_text(st, 15, f->assignee);
	bind_from(st, 16, f->issued_from, 0);
	bind_from(st, 17, f->issued_before, 0);
	bind_from(st, 18, q->waits, false);
}

void
list_bind(struct stmt *st, const struct list_query *q, int64_t now)
{
	int64_t due = q->filter != NULL ? q->filter->due_before : 0;

	if (q->overdue && (due == 0 || due > now))
		due = now;
	stmt_text(st, 1, q->kind);
	if (q->box == BOX_ALL)
		stmt_null(st, 2);
	else
		stmt_int(st, 2, q->box == BOX_IN ? DOC_BOX_IN : DOC_BOX_OUT);
	stmt_text(st, 3, q->state);
	stmt_int(st, 4, q->since_ms);
	bind_from(st, 5, due, 0);
	bind_filter(st, q);
}

static bool
by_words(const struct list_query *q)
{
	return q->words != NULL ||
	       (q->filter != NULL && q->filter->query != NULL);
}

/* Soonest due first: asked so, or what is due is asked for. */
static bool
by_due(const struct list_query *q)
{
	return q->order == ORDER_DUE || q->overdue ||
	       (q->filter != NULL && q->filter->due_before > 0);
}

/* In order of row: by the index that leaves least to look through. */
static enum sql
by_row(const struct list_query *q)
{
	bool back = q->backwards;

	if (q->filter != NULL && q->filter->assignee != NULL)
		return back ? SQL_LIST_ASSIGNEE_BACK : SQL_LIST_ASSIGNEE;
	if (q->kind == NULL)
		return back ? SQL_LIST_NEWEST_BACK : SQL_LIST_NEWEST;
	if (q->state != NULL)
		return back ? SQL_LIST_STATE_BACK : SQL_LIST_STATE;
	if (q->box != BOX_ALL)
		return back ? SQL_LIST_BOX_BACK : SQL_LIST_BOX;
	return back ? SQL_LIST_KIND_BACK : SQL_LIST_KIND;
}

/* Which statement answers the question; *ret_extra: its ?8 is bound by key. */
static enum sql
choose(const struct list_query *q, bool *ret_keyed)
{
	*ret_keyed = false;
	if (by_words(q))
		return q->backwards ? SQL_LIST_SEARCH_BACK : SQL_LIST_SEARCH;
	if (q->changed_after > 0)
		return SQL_LIST_CHANGED;
	if (q->waits) {
		*ret_keyed = true;
		return q->backwards ? SQL_LIST_WAITS_BACK : SQL_LIST_WAITS;
	}
	if (by_due(q)) {
		*ret_keyed = true;
		return q->backwards ? SQL_LIST_DUE_BACK : SQL_LIST_DUE;
	}
	return by_row(q);
}

int64_t
list_key(const struct list_query *q, const struct doc_row *r)
{
	bool keyed;

	(void)choose(q, &keyed);
	keyed = keyed && q->sort == NULL;
	return keyed ? r->due_ms : r->row;
}

/* ?6 and ?8: the row after which to go on. */
static void
bind_key(struct stmt *st, const struct list_query *q, bool keyed)
{
	bool begin = q->after_row <= 0;

	if (keyed) {
		stmt_int(st, 6, begin ? -1 : q->after_row);
		stmt_int(st, 8,
			 !begin		? (q->after_key >= 0 ? q->after_key
							     : DOC_NO_TIME)
			 : q->backwards ? INT64_MAX
					: -1);
	} else {
		/* by row: from the newest down, or from the oldest up */
		stmt_int(st, 6,
			 !begin		? q->after_row
			 : q->backwards ? 0
					: INT64_MAX);
	}
}

static void
reverse(struct doc_list *l, size_t from)
{
	size_t a = from, b = l->n_rows;
	struct doc_row swap;

	while (a + 1 < b) {
		swap = l->rows[a];
		l->rows[a++] = l->rows[--b];
		l->rows[b] = swap;
	}
}

struct doc_row *
list_add_row(struct doc_list *l, size_t *cap)
{
	if (l->n_rows == *cap) {
		*cap = *cap > 0 ? *cap * 2 : 64;
		l->rows = xreallocarray(l->rows, *cap, sizeof(*l->rows));
	}
	return &l->rows[l->n_rows++];
}

/* The words as one query; *ret NULL: none. Heap. */
static enum rc
query_of(const struct list_query *q, char **ret, struct err *err)
{
	const char *other = q->filter != NULL ? q->filter->query : NULL;
	struct buf words;
	enum rc rc = RC_OK;

	buf_init(&words, 128 * 1024);
	*ret = NULL;
	if (q->words != NULL)
		rc = fts_query(q->words, &words, err);
	if (rc == RC_OK && q->words != NULL && other != NULL)
		*ret = xasprintf("%s AND %s", buf_str(&words), other);
	else if (rc == RC_OK && (q->words != NULL || other != NULL))
		*ret = xstrdup(q->words != NULL ? buf_str(&words) : other);
	buf_release(&words);
	return rc;
}

/* Number and times are of what is issued. */
static bool
draft_fits(const struct draft *f, const struct list_query *q, const char *query)
{
	const struct filter *w = q->filter;
	const json_t *fields = json_object_get(f->body, "fields");
	struct buf text;
	char *body;
	bool fits = w == NULL || (w->from == NULL && w->to == NULL &&
				  w->number == NULL && w->assignee == NULL &&
				  w->due_from == 0 && w->due_before == 0 &&
				  w->issued_from == 0 && w->issued_before == 0);

	if (fits && w != NULL && w->urgency > 0)
		fits = urgency_of(fields) == w->urgency - 1;
	if (!fits || query == NULL)
		return fits;
	buf_init(&text, 16 * 1024 * 1024);
	body = json_write(f->body);
	fits = buf_adds(&text, f->title, NULL) == RC_OK &&
	       buf_adds(&text, "\n", NULL) == RC_OK &&
	       buf_adds(&text, body, NULL) == RC_OK &&
	       fts_holds(query, buf_str(&text), text.len);
	xfree(body);
	buf_release(&text);
	return fits;
}

/* What a parked act is about: "不参加: " and the document's title, its number,
 * how urgent it is. */
static void
name_document(struct desk *d, struct doc_row *r)
{
	struct doc_list one = { 0 };
	char *title;

	if (ask_row(d, &r->ref, &one, NULL) != RC_OK || one.n_rows == 0)
		return; /* the act has its own name */
	title = xasprintf("%s: %s", r->title, one.rows[0].title);
	xfree(r->title);
	r->title = title;
	xfree(r->number);
	r->number = xstrdup(one.rows[0].number);
	r->urgency = one.rows[0].urgency;
	memcpy(r->mode, one.rows[0].mode, sizeof(r->mode));
	doc_list_release(&one);
}

/* Drafts are few and stand first: what an officer has begun himself. */
static enum rc
add_drafts(struct desk *d, const struct list_query *q, const char *query,
	   struct doc_list *out, size_t *cap, struct err *err)
{
	struct draft *list = NULL;
	size_t n = 0, i;
	enum rc rc;

	if (q->after_row != 0 || q->backwards || q->box == BOX_IN ||
	    q->changed_after > 0)
		return RC_OK;
	rc = draft_list(d, q->kind, &list, &n, err);
	for (i = 0; rc == RC_OK && i < n; i++) {
		bool parked = !str_eq(list[i].act, "issue");

		/* a parked act stands in lists as what waits only: its
		 * document has its own row */
		if ((parked && !q->waits) ||
		    (q->state != NULL && !str_eq(q->state, list[i].state)) ||
		    list[i].made_ms < q->since_ms ||
		    !draft_fits(&list[i], q, query))
			continue;
		row_of_draft(d, &list[i], -(int64_t)i - 1,
			     list_add_row(out, cap));
		if (q->overdue && !out->rows[out->n_rows - 1].late)
			row_release(&out->rows[--out->n_rows]);
		else if (parked)
			name_document(d, &out->rows[out->n_rows - 1]);
	}
	for (i = 0; i < n; i++)
		draft_release(&list[i]);
	xfree(list);
	return rc;
}

static enum rc
run(struct desk *d, const struct list_query *q, const char *query,
    struct doc_list *out, size_t *cap, struct err *err)
{
	size_t from = out->n_rows, i;
	struct stmt *st;
	bool row, keyed;
	enum sql sql = choose(q, &keyed);
	enum rc rc;

	if (q->sort != NULL)
		return list_sorted(d, q, query, out, cap, err);
	st = stmt_use(d->store, sql);
	list_bind(st, q, env_now_ms(d->env));
	bind_key(st, q, keyed);
	/* one more than asked for tells whether there are more */
	stmt_int(st, 7, q->limit > 0 ? (int64_t)q->limit + 1 : -1);
	if (query != NULL)
		stmt_text(st, 8, query);
	else if (q->changed_after > 0)
		stmt_int(st, 8, q->changed_after);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		if (q->limit > 0 && out->n_rows - from == q->limit) {
			out->more = true;
			break;
		}
		row_read(d, st, list_add_row(out, cap));
	}
	stmt_done(st);
	for (i = from; rc == RC_OK && i < out->n_rows; i++)
		rc = row_parties(d, &out->rows[i], err);
	for (i = from; rc == RC_OK && i < out->n_rows; i++)
		rc = row_related(d, &out->rows[i], err);
	if (q->backwards)
		reverse(out, from);
	return rc;
}

enum rc
ask_list(struct desk *d, const struct list_query *q, struct doc_list *out,
	 struct err *err)
{
	size_t cap = 0;
	char *query = NULL;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	*out = (struct doc_list){ 0 };
	if (rc == RC_OK)
		rc = store_read_begin(d->store, err);
	if (rc != RC_OK)
		return rc;
	rc = query_of(q, &query, err);
	if (rc == RC_OK)
		rc = add_drafts(d, q, query, out, &cap, err);
	if (rc == RC_OK)
		rc = run(d, q, query, out, &cap, err);
	store_read_end(d->store);
	xfree(query);
	if (rc != RC_OK)
		doc_list_release(out);
	return rc;
}

enum rc
ask_row(struct desk *d, const struct doc_ref *ref, struct doc_list *out,
	struct err *err)
{
	struct draft f = { 0 };
	struct stmt *st;
	size_t cap = 0;
	bool row;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	*out = (struct doc_list){ 0 };
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_LIST_ONE);
	stmt_text(st, 1, ref->id);
	stmt_text(st, 2, ref->owner);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		row_read(d, st, list_add_row(out, &cap));
	stmt_done(st);
	if (rc == RC_OK && row) {
		rc = row_parties(d, &out->rows[0], err);
		if (rc == RC_OK)
			rc = row_related(d, &out->rows[0], err);
	} else if (rc == RC_OK) {
		rc = draft_read(d, ref->id, &f, err);
		if (rc == RC_OK)
			row_of_draft(d, &f, -1, list_add_row(out, &cap));
		draft_release(&f);
	}
	if (rc != RC_OK)
		doc_list_release(out);
	return rc;
}
