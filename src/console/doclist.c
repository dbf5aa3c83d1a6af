#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/doclist_int.h"

static const struct screen_ops doclist_ops;

bool
ref_same(const struct doc_ref *a, const struct doc_ref *b)
{
	return strcmp(a->id, b->id) == 0 && strcmp(a->owner, b->owner) == 0;
}

void
doclist_query(const struct doclist *l, struct list_query *q)
{
	*q = (struct list_query){
		.kind = l->kind[0] ? l->kind : NULL,
		.waits = l->duty,
		.changed_after = -1,
		.order = l->duty ? ORDER_DUE : ORDER_NEWEST,
		.limit = PAGE_ROWS,
	};
	if (l->sorted)
		q->sort = &l->sort;
	filter_query(&l->filter, q);
	if (l->kind[0]) /* the list's own */
		q->kind = l->kind;
}

int64_t
doclist_key(const struct doclist *l, const struct doc_row *r)
{
	struct list_query q;

	doclist_query(l, &q);
	return list_key(&q, r);
}

enum rc
doclist_ask(struct doclist *l, struct list_query *q, struct doc_list *out)
{
	struct err e = ERR_INIT;

	if (ask_list(l->screen.console->desk, q, out, &e) == RC_OK)
		return RC_OK;
	console_show_err(l->screen.console, &e);
	return e.code;
}

const struct doc_row *
doclist_row(const struct doclist *l)
{
	return l->at < l->win.n_rows ? &l->win.rows[l->at] : NULL;
}

/* A parked act has the reference of its document, and a row of its own. */
struct row_id
row_id_of(const struct doc_row *r)
{
	return (struct row_id){ .ref = r->ref,
				.parked = r->row < 0 && !r->draft };
}

static bool
row_is(const struct doc_row *r, const struct row_id *id)
{
	return ref_same(&r->ref, &id->ref) && row_id_of(r).parked == id->parked;
}

bool
doclist_find(const struct doclist *l, const struct row_id *id, size_t *ret_at)
{
	for (size_t i = 0; i < l->win.n_rows; i++)
		if (row_is(&l->win.rows[i], id)) {
			*ret_at = i;
			return true;
		}
	return false;
}

void
doclist_choose(struct doclist *l, size_t at)
{
	const struct doc_row *r;

	if (at >= l->win.n_rows)
		at = l->win.n_rows ? l->win.n_rows - 1 : 0;
	l->at = at;
	r = doclist_row(l);
	l->selected = r ? row_id_of(r) : (struct row_id){ .parked = false };
	if (l->preview)
		preview_want(l->preview, r);
	console_dirty(l->screen.console);
}

/* --- the screen ------------------------------------------------------------
 */

bool
row_begun(struct console *c, const struct doc_row *r)
{
	const struct kind *k = name_kind(c, r->kind, r->kind_version);
	const struct track_def *t = k ? kind_track(k, "owner") : NULL;

	return r->draft && !r->waiting_approval &&
	       (!t || str_eq(t->initial, r->state));
}

static void
open_row(struct doclist *l)
{
	struct console *c = l->screen.console;
	const struct doc_row *r = doclist_row(l);

	if (!r)
		return;
	if (row_begun(c, r))
		screen_push(c, compose_new(c, r->kind, &r->ref));
	else
		screen_push(c, detail_new(c, &r->ref));
}

static bool
move_action(struct doclist *l, enum action a)
{
	int page = l->rows > 2 ? l->rows - 1 : 1;

	if (a == ACTION_LINE_UP)
		doclist_move(l, -1);
	else if (a == ACTION_LINE_DOWN)
		doclist_move(l, 1);
	else if (a == ACTION_PAGE_UP)
		doclist_move(l, -page);
	else if (a == ACTION_PAGE_DOWN)
		doclist_move(l, page);
	else if (a == ACTION_TOP && (l->more_before || l->anchor_row))
		doclist_from_start(l);
	else if (a == ACTION_TOP)
		doclist_choose(l, 0);
	else if (a == ACTION_BOTTOM)
		doclist_to_bottom(l);
	else
		return false;
	return true;
}

static void
set_paused(struct doclist *l)
{
	l->paused = !l->paused;
	console_set_message(l->screen.console, ATTR_PLAIN, "%s",
			    l->paused ? _("paused: new rows wait until you "
					  "press the key again")
				      : _("new rows come in again"));
}

static bool
act(struct screen *s, enum action a)
{
	struct doclist *l = (struct doclist *)s;
	const struct doc_row *r = doclist_row(l);
	bool taken = true;

	if (move_action(l, a)) {
	} else if (a == ACTION_OPEN) {
		open_row(l);
	} else if (a == ACTION_FILTER) {
		doclist_ask_filter(l);
	} else if (a == ACTION_SORT) {
		doclist_ask_sort(l);
	} else if (a == ACTION_FILTERS) {
		doclist_kept_filters(l);
	} else if (a == ACTION_SEARCH) {
		doclist_ask_search(l);
	} else if (a == ACTION_SEARCH_NEXT || a == ACTION_SEARCH_PREV) {
		doclist_next_match(l, a == ACTION_SEARCH_PREV);
	} else if (a == ACTION_NEXT_LATE) {
		doclist_next_late(l);
	} else if (a == ACTION_CLEAR) {
		doclist_set_filter(l, "");
		doclist_from_start(l);
	} else if (a == ACTION_PREVIEW) {
		l->preview_on = !l->preview_on;
	} else if (a == ACTION_COMPOSE && l->kind[0]) {
		kind_compose(s->console, l->kind);
		return true;
	} else if (a == ACTION_LOOKUP && l->kind[0]) {
		lookup_open(s->console, l->kind);
		return true;
	} else if (a == ACTION_MARK) {
		doclist_mark(l);
	} else if (a == ACTION_UNMARK) {
		doclist_unmark_all(l);
	} else if (doclist_bulk(l, a)) {
		return true; /* as under a question */
	} else if (a == ACTION_PAUSE) {
		set_paused(l);
	} else if (r && acts_run(s->console, a, &r->ref)) {
		return true; /* rows stay where they are under a question */
	} else {
		taken = false;
	}
	if (taken && l->stale && !l->paused &&
	    screen_top(s->console) == s) /* the key has been obeyed first */
		doclist_reload(l);
	return taken;
}

const char *
doclist_title(const struct doclist *l)
{
	struct console *c = l->screen.console;
	const struct kind *k = l->kind[0] ? current_kind(c, l->kind) : NULL;

	return l->duty	    ? _("duty")
	       : k	    ? title_in(&k->title, c->zh)
	       : l->kind[0] ? l->kind
			    : _("all documents");
}

static void
name(struct screen *s, char *out, size_t out_size)
{
	struct doclist *l = (struct doclist *)s;
	const char *what = doclist_title(l);

	if (l->duty && s->console->on_duty[0])
		(void)snprintf(out, out_size, "%d %s:%s%s%s", l->view, what,
			       s->console->on_duty,
			       s->console->canvas.cols >= WIDE_COLS ? " " : "",
			       s->console->canvas.cols >= WIDE_COLS
				       ? s->console->on_duty_phone
				       : "");
	else if (l->view > 0 && l->view < VIEW_NUMBERED)
		(void)snprintf(out, out_size, "%d %s", l->view, what);
	else
		(void)snprintf(out, out_size, "%s", what);
}

/* Rows that are still there show what is new in them at once, in place; who
 * came or went waits for the officer. */
static void
changed(struct screen *s)
{
	struct doclist *l = (struct doclist *)s;
	struct doc_list fresh = { 0 };
	struct list_query q;

	doclist_query(l, &q);
	q.after_row = l->anchor_row;
	q.after_key = l->anchor_key;
	q.limit = l->win.n_rows + 20;
	if (doclist_ask(l, &q, &fresh) != RC_OK)
		return;
	l->stale = fresh.n_rows != l->win.n_rows;
	for (size_t i = 0; i < fresh.n_rows; i++) {
		struct doc_row was;
		size_t at;
		struct row_id id = row_id_of(&fresh.rows[i]);

		if (!doclist_find(l, &id, &at)) {
			l->stale = true;
			continue;
		}
		if (at != i)
			l->stale = true;
		was = l->win.rows[at];
		l->win.rows[at] = fresh.rows[i];
		fresh.rows[i] = was;
	}
	if (l->preview)
		preview_forget(l->preview);
	doclist_choose(l, l->at);
	doc_list_release(&fresh);
	if (l->win.n_rows == 0 && l->stale)
		doclist_reload(l); /* nothing is there to be moved */
	if (l->stale && !timer_active(s->console->idle_timer))
		timer_start(s->console->idle_timer, IDLE_MS, 0);
}

static void
idle(struct screen *s)
{
	struct doclist *l = (struct doclist *)s;

	if (l->stale && !l->paused)
		doclist_reload(l);
}

static void
free_list(struct screen *s)
{
	struct doclist *l = (struct doclist *)s;

	l->preview = preview_free(l->preview);
	(void)xfree(l->marks);
	(void)xfree(l->search_query);
	doc_list_release(&l->win);
	filter_release(&l->filter);
}

struct screen *
doclist_new(struct console *c, int view)
{
	struct doclist *l = screen_new(c, &doclist_ops, sizeof(*l));
	const struct kind *k = view_kind(c, view);

	l->view = view;
	l->duty = view == 1;
	if (k)
		(void)str_copy(l->kind, sizeof(l->kind), k->name, NULL);
	l->preview_on = true;
	l->rows = 10;
	l->preview = preview_new(c);
	doclist_from_start(l);
	return &l->screen;
}

void
doclist_select(struct screen *s, const struct doc_ref *ref)
{
	struct doclist *l = (struct doclist *)s;
	const struct row_id id = { .ref = *ref };
	struct doc_list one = { 0 };
	size_t at;

	if (l->stale)
		doclist_reload(l);
	if (doclist_find(l, &id, &at)) {
		doclist_choose(l, at);
		return;
	}
	if (l->filter_text[0]) {
		doclist_set_filter(l, "");
		doclist_from_start(l);
	}
	if (ask_row(s->console->desk, ref, &one, NULL) == RC_OK && one.n_rows)
		doclist_seek(l, &one.rows[0]);
	doc_list_release(&one);
}

bool
doclist_step(struct screen *s, int step, struct doc_ref *out)
{
	struct doclist *l = (struct doclist *)s;
	struct doc_ref was = l->selected.ref;

	doclist_move(l, step);
	*out = l->selected.ref;
	return out->id[0] && !ref_same(&was, out);
}

static const enum action bar[] = {
	ACTION_SIGN,	ACTION_ASSIGN,	  ACTION_FEEDBACK, ACTION_MOVES,
	ACTION_COMPOSE, ACTION_NEWEST,	  ACTION_SEARCH,   ACTION_FILTER,
	ACTION_HELP,	ACTION_NEXT_LATE, ACTION_COMMAND,  ACTION_LEAVE,
	ACTION_NONE
};

static const struct screen_ops doclist_ops = {
	.context = CONTEXT_LIST,
	.bar = bar,
	.name = name,
	.draw = doclist_draw,
	.act = act,
	.changed = changed,
	.idle = idle,
	.shown = idle, /* what one came back from may have changed it */
	.free = free_list,
};
