#include <string.h>

#include "base/mem.h"
#include "console/doclist_int.h"

/* Takes the rows [from, from + n) out of the window. */
static void
window_drop(struct doclist *l, size_t from, size_t n)
{
	struct doc_list gone = { 0 };

	gone.rows = xcalloc(n ? n : 1, sizeof(*gone.rows));
	gone.n_rows = n;
	memcpy(gone.rows, &l->win.rows[from], n * sizeof(*gone.rows));
	memmove(&l->win.rows[from], &l->win.rows[from + n],
		(l->win.n_rows - from - n) * sizeof(*gone.rows));
	l->win.n_rows -= n;
	doc_list_release(&gone);
}

/* Moves the rows of more into the window at its place; more is empty then. */
static void
window_insert(struct doclist *l, size_t at, struct doc_list *more)
{
	size_t n = more->n_rows;

	l->win.rows = xreallocarray(l->win.rows, l->win.n_rows + n + 1,
				    sizeof(*l->win.rows));
	memmove(&l->win.rows[at + n], &l->win.rows[at],
		(l->win.n_rows - at) * sizeof(*l->win.rows));
	if (n)
		memcpy(&l->win.rows[at], more->rows, n * sizeof(*l->win.rows));
	l->win.n_rows += n;
	more->n_rows = 0;
	doc_list_release(more);
}

static void
load_after(struct doclist *l)
{
	const struct doc_row *last;
	struct doc_list more = { 0 };
	struct list_query q;

	if (!l->win.more || l->win.n_rows == 0)
		return;
	last = &l->win.rows[l->win.n_rows - 1];
	doclist_query(l, &q);
	q.after_row = last->row;
	q.after_key = doclist_key(l, last);
	if (doclist_ask(l, &q, &more) != RC_OK)
		return;
	l->win.more = more.more;
	window_insert(l, l->win.n_rows, &more);
	if (l->win.n_rows > WINDOW_MAX) {
		size_t n = l->win.n_rows - WINDOW_MAX;

		if (n > l->top)
			n = l->top;
		if (n == 0)
			return;
		l->anchor_row = l->win.rows[n - 1].row;
		l->anchor_key = doclist_key(l, &l->win.rows[n - 1]);
		l->more_before = true;
		window_drop(l, 0, n);
		l->at -= n;
		l->top -= n;
	}
}

/* Rows before the first one, and one more that becomes the anchor. */
static void
load_before(struct doclist *l)
{
	struct doc_list more = { 0 };
	struct list_query q;
	size_t n;

	if (!l->more_before || l->win.n_rows == 0)
		return;
	doclist_query(l, &q);
	q.after_row = l->win.rows[0].row;
	q.after_key = doclist_key(l, &l->win.rows[0]);
	q.backwards = true;
	if (doclist_ask(l, &q, &more) != RC_OK)
		return;
	l->more_before = more.more;
	n = more.n_rows;
	if (more.more && n > 1) {
		l->anchor_row = more.rows[0].row;
		l->anchor_key = doclist_key(l, &more.rows[0]);
	} else {
		l->anchor_row = l->anchor_key = 0;
	}
	window_insert(l, 0, &more);
	if (l->more_before && n > 1) {
		window_drop(l, 0, 1);
		n--;
	}
	l->at += n;
	l->top += n;
	if (l->win.n_rows > WINDOW_MAX) {
		size_t end = l->top + (size_t)l->rows + 1;

		if (end < WINDOW_MAX)
			end = WINDOW_MAX;
		if (end < l->win.n_rows) {
			window_drop(l, end, l->win.n_rows - end);
			l->win.more = true;
		}
	}
}

void
doclist_reload(struct doclist *l)
{
	struct row_id was = l->selected;
	size_t at = l->at, line = l->at - l->top;
	struct doc_list fresh = { 0 };
	struct list_query q;

	doclist_query(l, &q);
	q.after_row = l->anchor_row;
	q.after_key = l->anchor_key;
	if (q.limit < l->win.n_rows + 20)
		q.limit = l->win.n_rows + 20;
	if (doclist_ask(l, &q, &fresh) != RC_OK)
		return;
	doc_list_release(&l->win);
	l->win = fresh;
	l->stale = false;
	if (l->win.n_rows == 0 && l->anchor_row) {
		doclist_from_start(l);
		return;
	}
	if (was.ref.id[0] && doclist_find(l, &was, &at))
		l->top = at > line ? at - line : 0;
	doclist_choose(l, at);
}

void
doclist_from_start(struct doclist *l)
{
	l->anchor_row = l->anchor_key = 0;
	l->more_before = false;
	l->at = l->top = 0;
	l->selected = (struct row_id){ .parked = false };
	doc_list_release(&l->win);
	l->win = (struct doc_list){ 0 };
	doclist_reload(l);
}

void
doclist_seek(struct doclist *l, const struct doc_row *row)
{
	const struct doc_row copy = *row; /* its strings are not used */
	const struct row_id id = row_id_of(row);
	size_t at;

	if (!doclist_find(l, &id, &at)) {
		struct list_query q;
		struct doc_list fresh = { 0 };

		doclist_query(l, &q);
		q.after_row = copy.row;
		q.after_key = doclist_key(l, &copy);
		q.backwards = true;
		q.limit = PAGE_ROWS / 2;
		if (doclist_ask(l, &q, &fresh) != RC_OK)
			return;
		l->more_before = fresh.more;
		l->anchor_row = l->anchor_key = 0;
		if (fresh.more && fresh.n_rows) {
			l->anchor_row = fresh.rows[0].row;
			l->anchor_key = doclist_key(l, &fresh.rows[0]);
		}
		doc_list_release(&fresh);
		doc_list_release(&l->win);
		l->win = (struct doc_list){ 0 };
		l->selected = id;
		l->at = l->top = 0;
		doclist_reload(l);
	}
	if (doclist_find(l, &id, &at)) {
		if (at < l->top || at >= l->top + (size_t)l->rows)
			l->top = at > (size_t)l->rows / 2
					 ? at - (size_t)l->rows / 2
					 : 0;
		doclist_choose(l, at);
	}
}

void
doclist_move(struct doclist *l, int64_t by)
{
	int64_t to = (int64_t)l->at + by;

	if (to + PAGE_ROWS / 4 >= (int64_t)l->win.n_rows)
		load_after(l);
	if (to < PAGE_ROWS / 4) {
		size_t was = l->at;

		load_before(l);
		to += (int64_t)(l->at - was);
	} else {
		to = (int64_t)l->at + by; /* rows may have left the front */
	}
	if (to < 0)
		to = 0;
	doclist_choose(l, (size_t)to);
}

void
doclist_to_bottom(struct doclist *l)
{
	while (l->win.more && screen_top(l->screen.console)) {
		size_t n = l->win.n_rows;

		l->top = l->win.n_rows > (size_t)l->rows
				 ? l->win.n_rows - (size_t)l->rows
				 : 0;
		l->at = l->win.n_rows - 1;
		load_after(l);
		if (l->win.n_rows <= n && !l->win.more)
			break;
	}
	doclist_choose(l, l->win.n_rows ? l->win.n_rows - 1 : 0);
}
