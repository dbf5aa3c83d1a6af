/*
 * The box 签收并分办: one key opens it, another confirms. The officer who
 * signs is the assignee unless a digit names another; a reason for lateness
 * may be given and is never waited for.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/edit_int.h"
#include "console/order_int.h"
#include "console/popup_int.h"

struct sign {
	struct screen screen;
	struct order order;
	struct officer_names officers;
	size_t chosen;
	char *title, *number;
	char from[128];
	char *clock; /* which limit is the nearest */
	int64_t due_ms, warn_ms;
	int urgency;
	bool in_reason;
	struct edit reason;
};

static void
finish(struct sign *s)
{
	struct console *c = s->screen.console;
	struct order o = s->order;
	const char *name = s->officers.name[s->chosen];

	if (s->chosen != s->officers.self)
		o.take_a = xstrdup(s->officers.id[s->chosen]);
	if (s->reason.len)
		o.take_b = xstrdup(s->reason.text);
	(void)snprintf(o.said, sizeof(o.said),
		       _("signed for and assigned to %s"), name);
	screen_end(&s->screen);
	order_submit(c, &o);
}

static void
give_up(struct sign *s)
{
	struct console *c = s->screen.console;

	screen_end(&s->screen);
	console_set_message(c, ATTR_PLAIN, _("nothing was done"));
}

static bool
key(struct screen *screen, uint32_t k)
{
	struct sign *s = (struct sign *)screen;
	uint32_t folded = key_fold(k);

	if (k == K_ESC || k == KEY_CTRL('g') || k == KEY_CTRL('c')) {
		give_up(s);
	} else if (k == K_ENTER && !screen->console->pasting) {
		finish(s);
	} else if (k == K_TAB || k == K_BACKTAB || k == K_DOWN || k == K_UP) {
		s->in_reason = !s->in_reason;
	} else if (s->in_reason) {
		(void)edit_key(&s->reason, k);
	} else if (folded >= '1' && folded <= '9' &&
		   folded - '1' < s->officers.n) {
		s->chosen = folded - '1';
	} else if (k == K_RIGHT && s->chosen + 1 < s->officers.n) {
		s->chosen++;
	} else if (k == K_LEFT && s->chosen > 0) {
		s->chosen--;
	} else if (folded == 'y' && !screen->console->pasting) {
		finish(s);
	}
	return true;
}

/* "[1 甲员] 2 乙员 3 丙员" */
static void
draw_officers(struct sign *s, struct canvas *cv, int y, int x, int width)
{
	int at = canvas_put(cv, y, x, width, ATTR_PLAIN, _("assign to:")) + 1;

	for (size_t i = s->chosen > 8 ? s->chosen - 8 : 0; i < s->officers.n;
	     i++) {
		char text[128];
		int cols;

		if (i < 9)
			(void)snprintf(text, sizeof(text), "%s%zu %s%s",
				       i == s->chosen ? "[" : " ", i + 1,
				       s->officers.name[i],
				       i == s->chosen ? "]" : " ");
		else
			(void)snprintf(text, sizeof(text), "%s%s%s",
				       i == s->chosen ? "[" : " ",
				       s->officers.name[i],
				       i == s->chosen ? "]" : " ");
		cols = (int)utf8_cols(text, strlen(text));
		if (at + cols > width)
			break;
		at += canvas_put(cv, y, x + at, cols,
				 i == s->chosen ? ATTR_BOLD : ATTR_PLAIN, text);
	}
}

static void
draw(struct screen *screen, struct canvas *cv)
{
	struct sign *s = (struct sign *)screen;
	struct console *c = screen->console;
	int width = popup_cols(cv), inner = width - 4;
	int x = (cv->cols - width) / 2 + 2, y = (cv->rows - 9) / 2, col;
	char left[SPAN_MAX], due[SPAN_MAX], to[128];
	int64_t now = console_now_ms(c);
	enum span_state span = span_text(s->due_ms, s->warn_ms, now, left);
	size_t from = 0;

	c->fast = c->fast || span_fast(s->due_ms, now);
	canvas_box(cv, y, x - 2, 9, width, _("sign for and assign"));
	(void)canvas_putf(cv, y + 1, x, inner, ATTR_PLAIN, "%s  %s -> %s  %s",
			  s->number[0] ? s->number : "", s->from,
			  name_desk(c, desk_get_id(c->desk), to, sizeof(to)),
			  name_urgency(s->urgency));
	(void)canvas_put(cv, y + 2, x, inner, ATTR_BOLD, s->title);
	if (span != SPAN_NONE)
		(void)canvas_putf(cv, y + 3, x, inner, span_attr(span),
				  "%s: %s (%s)", s->clock, left,
				  time_text(s->due_ms, now, due));
	draw_officers(s, cv, y + 4, x, inner);
	col = canvas_put(cv, y + 5, x, inner, ATTR_PLAIN,
			 _("reason if late (Tab):")) +
	      1;
	edit_window(&s->reason, inner - col, &from, &col);
	{
		int at = (int)utf8_cols(_("reason if late (Tab):"),
					strlen(_("reason if late (Tab):"))) +
			 1;

		(void)canvas_put(cv, y + 5, x + at, inner - at, ATTR_INPUT,
				 s->reason.text + from);
		if (s->in_reason)
			canvas_cursor(cv, y + 5, x + at + col, true);
	}
	(void)canvas_put(cv, y + 6, x, inner, ATTR_DIM,
			 _("recorded with your name; it cannot be taken back"));
	(void)canvas_put(cv, y + 7, x, inner, ATTR_KEY,
			 _("Enter signs   1-9 other officer   Esc gives up"));
	if (!s->in_reason)
		canvas_cursor(cv, y + 7, x, true);
}

static const char *
hint(struct screen *screen)
{
	(void)screen;
	return "";
}

static void
free_sign(struct screen *screen)
{
	struct sign *s = (struct sign *)screen;

	officers_release(&s->officers);
	s->title = xfree(s->title);
	s->clock = xfree(s->clock);
	s->number = xfree(s->number);
	edit_release(&s->reason);
}

static const struct screen_ops sign_ops = {
	.context = CONTEXT_CONFIRM,
	.popup = true,
	.hint = hint,
	.draw = draw,
	.key = key,
	.free = free_sign,
};

/* The move of this desk's track that signs: it leads to the stage of that
 * name; one that is possible before another. NULL when there is none. */
static const struct move_row *
signing(struct console *c, const struct view *v)
{
	const struct kind *k = name_kind(c, v->row->kind, v->row->kind_version);
	const struct move_row *found = NULL;

	for (size_t i = 0; k && i < v->n_moves; i++) {
		if (v->moves[i].row ||
		    move_leads_to(k, v->moves[i].move) != STAGE_SIGNED)
			continue;
		if (v->moves[i].possible)
			return &v->moves[i];
		found = &v->moves[i];
	}
	return found;
}

/* The box knows a reason and an assignee; what asks for more has a form. */
static bool
asks_more(const struct move *m)
{
	if (m->officers > 1)
		return true;
	for (size_t i = 0; i < m->n_input; i++)
		if (m->input[i].need == NEED_MUST)
			return true;
	return false;
}

bool
sign_boxed(struct console *c, const struct view *v, const struct move_row *mr)
{
	return signing(c, v) == mr && !asks_more(mr->move);
}

/* Of the limit that the row counts down: another may be nearer than the one
 * to sign. */
static const char *
clock_title(const struct view *v)
{
	for (size_t i = 0; i < v->n_clocks; i++)
		if (str_eq(v->clocks[i].name, v->row->due_clock) &&
		    v->clocks[i].due_ms == v->row->due_ms)
			return v->clocks[i].title;
	return _("due");
}

void
sign_open(struct console *c, const struct doc_ref *ref)
{
	struct view *v = NULL;
	struct err e = ERR_INIT;
	const struct move_row *mr;
	struct sign *s;

	if (ask_view(c->desk, ref, &v, &e) != RC_OK) {
		console_show_err(c, &e);
		return;
	}
	mr = signing(c, v);
	if (!mr || !mr->possible) {
		console_set_message(c, ATTR_ERROR, "%s%s%s",
				    _("cannot be signed for now"),
				    mr && mr->why[0] ? ": " : "",
				    mr ? mr->why : "");
		(void)view_free(v);
		return;
	}
	if (asks_more(mr->move)) {
		screen_push(c, move_form_new(c, v, mr));
		(void)view_free(v);
		return;
	}
	s = screen_new(c, &sign_ops, sizeof(*s));
	s->order = (struct order){ .type = ORDER_SIGN, .ref = *ref };
	order_set_rev(&s->order, v);
	officers_load(c, &s->officers);
	s->title = xstrdup(v->row->title);
	s->number = xstrdup(v->row->number);
	s->urgency = v->row->urgency;
	s->clock = xstrdup(clock_title(v));
	s->due_ms = v->row->due_ms;
	s->warn_ms = v->row->warn_ms;
	(void)name_desk(c, v->row->ref.owner, s->from, sizeof(s->from));
	edit_init(&s->reason, 600, false);
	(void)view_free(v);
	screen_push(c, &s->screen);
}
