/* One document: everything about it, and what can be done with it. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/doclist_int.h"
#include "console/docview_int.h"
#include "console/near_int.h"
#include "console/order_int.h"
#include "console/popup_int.h"
#include "console/related_int.h"
#include "console/scroll_int.h"

struct detail {
	struct screen screen;
	struct doc_ref ref;
	struct view *view; /* NULL when it could not be read */
	struct doc_more more;
	struct doc_lines lines;
	int width;
	struct scroll scroll;
};

static const enum doc_part parts[] = {
	PART_HEAD,  PART_CLASHES,  PART_CLOCKS,	  PART_FIELDS,
	PART_ROWS,  PART_PARTIES,  PART_RELIANCE, PART_RELATED,
	PART_FILES, PART_TIMELINE, PART_NOT_NOW,  PART_END
};

static void
load(struct detail *d)
{
	struct err e = ERR_INIT;
	struct view *fresh = NULL;

	if (ask_view(d->screen.console->desk, &d->ref, &fresh, &e) != RC_OK) {
		console_show_err(d->screen.console, &e);
		return; /* what was there stays readable */
	}
	d->view = view_free(d->view);
	d->view = fresh;
	more_load(d->screen.console, fresh, &d->more);
	d->width = 0;
}

/* 看过: an officer opened it; at home only. */
static void
seen(struct detail *d)
{
	const struct order o = { .type = ORDER_SEEN,
				 .ref = d->ref,
				 .quiet = true };

	if (d->view && !d->view->row->draft)
		order_submit(d->screen.console, &o);
}

/* One more of the moves, while it has room; the menu has them all. */
static int
put_move(struct canvas *cv, int y, int x, enum attr attr, const char *text)
{
	int cols = (int)utf8_cols(text, strlen(text));

	if (x >= cv->cols)
		return x;
	if (x + cols + 4 > cv->cols) {
		(void)canvas_put(cv, y, x, -1, ATTR_DIM, "...");
		return cv->cols;
	}
	return x + canvas_put(cv, y, x, -1, attr, text) + 2;
}

static void
draw_moves(struct detail *d, struct canvas *cv, int y)
{
	struct console *c = d->screen.console;
	const struct view *v = d->view;
	const char *last = "";
	char near[300];
	int x;

	canvas_rule(cv, y, 0, cv->cols);
	if (near_text(c, near, sizeof(near))[0])
		(void)canvas_putf(cv, y, 2, cv->cols - 18, ATTR_SOON, " %s ",
				  near);
	y++;
	x = canvas_put(cv, y, 0, -1, ATTR_DIM, _("possible now:")) + 1;
	if (v->may_approve)
		x = put_move(cv, y, x, ATTR_SOON, _("approve"));
	if (v->may_ack_withdraw)
		x = put_move(cv, y, x, ATTR_SOON, _("confirm the withdrawal"));
	for (size_t i = 0; i < v->n_moves; i++) {
		const char *title = title_in(&v->moves[i].move->title, c->zh);

		/* of several rows each has the same moves */
		if (!v->moves[i].possible || str_eq(title, last))
			continue;
		last = title;
		x = put_move(cv, y, x, ATTR_PLAIN, title);
	}
	if (may_revise(v, c))
		x = put_move(cv, y, x, ATTR_DIM, _("correct"));
	if (v->may_withdraw)
		(void)put_move(cv, y, x, ATTR_DIM, _("withdraw"));
}

static void
draw(struct screen *s, struct canvas *cv)
{
	struct detail *d = (struct detail *)s;
	int body = frame_body_rows(cv);
	char place[64];

	if (!d->view) {
		(void)canvas_put(cv, BODY_Y + 1, 2, -1, ATTR_PLAIN,
				 _("this document cannot be shown"));
		return;
	}
	if (d->width != cv->cols) {
		docview_release(&d->lines);
		docview_make(s->console, d->view, &d->more, cv->cols, parts,
			     &d->lines);
		d->width = cv->cols;
	}
	scroll_fit(&d->scroll, d->lines.n, body - 2);
	(void)docview_draw(s->console, &d->lines, d->scroll.top, cv, BODY_Y, 0,
			   d->scroll.rows);
	/* a countdown is composed anew with each frame */
	if (s->console->fast)
		d->width = 0;
	draw_moves(d, cv, BODY_Y + d->scroll.rows);
	if (d->lines.n > (size_t)d->scroll.rows) {
		(void)snprintf(place, sizeof(place), " %zu-%zu/%zu",
			       d->scroll.top + 1,
			       d->scroll.top + (size_t)d->scroll.rows,
			       d->lines.n);
		canvas_put_right(cv, BODY_Y + d->scroll.rows, cv->cols - 14, 14,
				 ATTR_DIM, place);
	}
	canvas_cursor(cv, BODY_Y, 0, false);
}

static void
step(struct detail *d, int by)
{
	struct console *c = d->screen.console;
	struct doc_ref next;

	if (c->stack[0]->ops->context != CONTEXT_LIST ||
	    !doclist_step(c->stack[0], by, &next)) {
		console_set_message(c, ATTR_PLAIN, _("no further document"));
		return;
	}
	d->ref = next;
	d->scroll.top = 0;
	load(d);
	seen(d);
}

/* Every look is recorded before anything is shown. */
static void
looked(struct console *c, void *ctx, bool yes)
{
	struct detail *d = ctx;
	struct err e = ERR_INIT;
	json_t *fields = NULL;

	if (!yes)
		return;
	if (act_look(c->desk, &d->ref, &fields, &e) != RC_OK) {
		console_show_err(c, &e);
		return;
	}
	json_decref(d->more.looked);
	d->more.looked = fields;
	d->width = 0;
	console_dirty(c);
}

static void
ask_look(struct detail *d)
{
	const struct confirm_spec spec = {
		.title = _("confidential"),
		.text = _("Looking at the confidential fields is recorded "
			  "with your name."),
		.done = looked,
		.ctx = d,
	};

	if (!d->view || d->view->n_withheld == 0)
		console_set_message(d->screen.console, ATTR_PLAIN, "%s",
				    _("nothing of it is held back"));
	else
		confirm_open(d->screen.console, &spec);
}

static bool
act(struct screen *s, enum action a)
{
	struct detail *d = (struct detail *)s;

	if (scroll_act(&d->scroll, d->lines.n, a))
		return true;
	if (a == ACTION_NEXT_ITEM || a == ACTION_PREV_ITEM)
		step(d, a == ACTION_NEXT_ITEM ? 1 : -1);
	else if (a == ACTION_RELATED)
		screen_push(s->console, related_new(s->console, &d->ref));
	else if (a == ACTION_ROLL_CALL)
		screen_push(s->console, roll_call_new(s->console, &d->ref));
	else if (a == ACTION_CALL && d->view)
		kind_compose_about(s->console, "record", &d->ref);
	else if (a == ACTION_PAPER)
		paper_open(s->console, &d->ref);
	else if (a == ACTION_FILES && d->view)
		files_open(s->console, d->view);
	else if (a == ACTION_CHANGES)
		changes_open(s->console, &d->ref);
	else if (a == ACTION_LOOK)
		ask_look(d);
	else if (a == ACTION_OPEN)
		moves_open(s->console, &d->ref);
	else
		return acts_run(s->console, a, &d->ref);
	return true;
}

static void
name(struct screen *s, char *out, size_t out_size)
{
	struct detail *d = (struct detail *)s;
	const struct kind *k =
		d->view ? name_kind(s->console, d->view->row->kind,
				    d->view->row->kind_version)
			: NULL;

	(void)snprintf(out, out_size, "%s",
		       k ? title_in(&k->title, s->console->zh) : _("document"));
}

static void
changed(struct screen *s)
{
	load((struct detail *)s);
}

static bool
doc(const struct screen *s, struct doc_ref *out)
{
	*out = ((const struct detail *)s)->ref;
	return true;
}

static void
free_detail(struct screen *s)
{
	struct detail *d = (struct detail *)s;

	d->view = view_free(d->view);
	more_release(&d->more);
	docview_release(&d->lines);
}

static const enum action bar[] = {
	ACTION_SIGN,	  ACTION_ASSIGN,    ACTION_FEEDBACK, ACTION_MOVES,
	ACTION_NOTE,	  ACTION_REMARK,    ACTION_REMIND,   ACTION_ATTACH,
	ACTION_NEXT_ITEM, ACTION_PREV_ITEM, ACTION_HELP,     ACTION_BACK,
	ACTION_NONE
};

static const struct screen_ops detail_ops = {
	.context = CONTEXT_DETAIL,
	.bar = bar,
	.name = name,
	.draw = draw,
	.act = act,
	.changed = changed,
	.doc = doc,
	.free = free_detail,
};

struct screen *
detail_new(struct console *c, const struct doc_ref *ref)
{
	struct detail *d = screen_new(c, &detail_ops, sizeof(*d));

	d->ref = *ref;
	load(d);
	seen(d);
	return &d->screen;
}
