/* 值班日志: what happened in a shift, shift by shift, and since one's own. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/grid_int.h"
#include "console/popup_int.h"
#include "console/shift_int.h"
#include "desk/permit.h"

struct log_screen {
	struct grid grid;
	size_t back; /* 0 the present shift */
	bool own;    /* since one's own last shift */
};

static void
add_entry(void *ctx, const struct shift_entry *e)
{
	struct grid *g = ctx;
	struct console *c = g->screen.console;
	struct grid_row *row = grid_add(g);
	char when[SPAN_MAX], desk[128], who[128], text[1000];

	if (e->ref)
		row->ref = *e->ref;
	grid_cell(row, 0, "%s", time_text(e->at_ms, console_now_ms(c), when));
	grid_cell(row, 1, "%s %s", name_desk(c, e->desk, desk, sizeof(desk)),
		  name_officer(c, e->officer, who, sizeof(who)));
	grid_cell(row, 2, "%s", e->what);
	grid_cell(row, 3, "%s", text_show_into(text, sizeof(text), e->text));
}

static enum rc
period(struct log_screen *s, struct shift_period *out, struct err *err)
{
	struct desk *d = s->grid.screen.console->desk;

	return s->own ? ask_shift_since(d, out, err)
		      : ask_shift_period(d, s->back, out, err);
}

static void
head(struct grid *g, const struct shift_period *p)
{
	struct console *c = g->screen.console;
	char who[128], since[SPAN_MAX] = "", until[SPAN_MAX] = "";
	int64_t now = console_now_ms(c);

	(void)time_text(p->since_ms, now, since);
	(void)time_text(p->until_ms >= 0 ? p->until_ms : now, now, until);
	if (((struct log_screen *)g)->own) {
		(void)snprintf(g->head, sizeof(g->head), "%s  %s - %s",
			       p->since_ms >= 0
				       ? _("since your last shift:")
				       : _("you had no shift yet: all of it"),
			       since, until);
		return;
	}
	(void)snprintf(g->head, sizeof(g->head), "%s %s  %s - %s",
		       _("on duty:"),
		       p->officer[0]
			       ? name_officer(c, p->officer, who, sizeof(who))
			       : _("nobody"),
		       since, until);
}

static void
load(struct grid *g)
{
	struct log_screen *s = (struct log_screen *)g;
	struct console *c = g->screen.console;
	struct shift_period p = { .since_ms = -1 };
	struct err e = ERR_INIT;
	enum rc rc;

	grid_column(g, _("time"), 11, false);
	grid_column(g, _("who"), 18, false);
	grid_column(g, _("what"), c->zh ? 10 : 14, false);
	grid_column(g, _("document or line"), 0, false);
	rc = period(s, &p, &e);
	if (rc == RC_OK)
		rc = ask_shift_log(c->desk, &p, add_entry, g, &e);
	if (rc == RC_OK)
		head(g, &p);
	(void)snprintf(g->empty, sizeof(g->empty), "%.300s",
		       rc == RC_OK ? _("nothing is written there yet") : e.msg);
}

/* The newest line, which is the last. */
static void
to_end(struct grid *g)
{
	if (g->n_rows > 0)
		g->at = g->n_rows - 1;
}

/* Not further than there are shifts: the screen stays where it is. */
static void
go(struct log_screen *s, size_t back)
{
	struct console *c = s->grid.screen.console;
	struct shift_period p;
	struct err e = ERR_INIT;

	if (ask_shift_period(c->desk, back, &p, &e) != RC_OK) {
		console_show_err(c, &e);
		return;
	}
	s->own = false;
	s->back = back;
	grid_reload(&s->grid);
	to_end(&s->grid);
}

static bool
act(struct grid *g, enum action a)
{
	struct log_screen *s = (struct log_screen *)g;
	struct console *c = g->screen.console;
	struct shift_period p;
	struct err e = ERR_INIT;

	if (a == ACTION_EARLIER)
		go(s, s->own ? 0 : s->back + 1);
	else if (a == ACTION_LATER && s->back > 0)
		go(s, s->back - 1);
	else if (a == ACTION_LATER || a == ACTION_TODAY)
		go(s, 0);
	else if (a == ACTION_LOG_LINE)
		shift_ask_line(c);
	else if (a == ACTION_PAPER && period(s, &p, &e) == RC_OK)
		paper_open_shift(c, &p);
	else if (a == ACTION_PAPER)
		console_show_err(c, &e);
	else
		return false;
	return true;
}

/* At its end one stays there, and sees the line that one has just added. */
static void
changed(struct grid *g)
{
	bool at_end = g->at + 1 >= g->n_rows;

	grid_reload(g);
	if (at_end)
		to_end(g);
}

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s", _("duty log"));
}

static const enum action bar[] = { ACTION_OPEN,	   ACTION_LOG_LINE,
				   ACTION_EARLIER, ACTION_LATER,
				   ACTION_PAPER,   ACTION_SHIFT,
				   ACTION_HELP,	   ACTION_BACK,
				   ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_SHIFT,
	.bar = bar,
	.name = name,
	.load = load,
	.act = act,
	.changed = changed,
};

void
shift_log_open(struct console *c, bool own)
{
	struct log_screen *s = grid_new(c, &ops, sizeof(*s));

	s->own = own;
	grid_reload(&s->grid);
	if (!own) /* what one has missed is read from its beginning */
		to_end(&s->grid);
	screen_push(c, &s->grid.screen);
}

/* --- at login --------------------------------------------------------------
 */

static void
count(void *ctx, const struct shift_entry *e)
{
	int64_t *n = ctx;

	n[0]++;
	n[1] += e->came;
}

/* Who is still on duty has nothing that he missed. */
void
shift_tell_since(struct console *c)
{
	const struct officer *self = desk_get_officer(c->desk);
	struct shift_period p;
	struct shift_now now;
	int64_t n[2] = { 0 };
	char since[SPAN_MAX], key[64];

	if (c->message[0] || !self || !permitted(c->desk, PERMIT_READ) ||
	    ask_shift(c->desk, &now, NULL) != RC_OK ||
	    str_eq(now.officer, self->id) ||
	    ask_shift_since(c->desk, &p, NULL) != RC_OK || p.since_ms < 0 ||
	    ask_shift_log(c->desk, &p, count, n, NULL) != RC_OK)
		return;
	console_set_message(
		c, ATTR_PLAIN,
		_("since your last shift (%s): %lld came, %lld in the log; %s "
		  "shows them"),
		time_text(p.since_ms, console_now_ms(c), since),
		(long long)n[1], (long long)n[0],
		keymap_keys(c->keymap, CONTEXT_LIST, ACTION_SINCE, " ", key,
			    sizeof(key)));
	c->message_kept = true;
}
