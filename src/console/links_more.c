/* One peer: what waits for it, item by item; how its link came and went. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "console/grid_int.h"
#include "console/links_int.h"
#include "console/order_int.h"

#define QUEUE_SHOWN 500 /* of each lane */

struct peer_screen {
	struct grid grid;
	char desk[DESK_ID_MAX + 1];
};

static void
peer_name(const struct peer_screen *s, char *out, size_t out_size)
{
	(void)name_desk(s->grid.screen.console, s->desk, out, out_size);
}

static bool
act(struct grid *g, enum action a)
{
	struct peer_screen *s = (struct peer_screen *)g;

	if (a == ACTION_LINK_LOG)
		screen_push(g->screen.console,
			    link_log_new(g->screen.console, s->desk));
	else if (a == ACTION_RECONNECT)
		link_reconnect(g->screen.console, s->desk);
	else
		return false;
	return true;
}

/* --- the queue --------------------------------------------------------------
 */

static void
queue_name(struct grid *g, char *out, size_t out_size)
{
	char desk[128];

	peer_name((struct peer_screen *)g, desk, sizeof(desk));
	(void)snprintf(out, out_size, _("queue to %s"), desk);
}

static void
add_item(struct grid *g, const struct queue_row *r)
{
	struct console *c = g->screen.console;
	struct grid_row *row = grid_add(g);
	int64_t now = console_now_ms(c);
	char when[SPAN_MAX], from[128], age[64];

	row->ref = r->ref;
	grid_cell(row, 0, "#%lld", (long long)r->seq);
	grid_cell(row, 1, "%s", r->urgent ? _("urgent lane") : "");
	row->attrs[1] = ATTR_SOON;
	grid_cell(row, 2, "%s", time_text(r->acted_ms, now, when));
	grid_cell(row, 3, "%s", r->what);
	grid_cell(row, 4, "%s",
		  r->who[0] ? r->who
			    : name_desk(c, r->source, from, sizeof(from)));
	grid_cell(row, 5, "%s", r->title);
	grid_cell(row, 6, "%s", name_number(r->number, NUMBER_COLS));
	link_age_text(r->since_ms, now, age, sizeof(age));
	grid_cell(row, 7, "%s", age);
}

static void
queue_load(struct grid *g)
{
	struct peer_screen *s = (struct peer_screen *)g;
	struct console *c = g->screen.console;
	struct queue_list l = { .rows = NULL };
	struct err e = ERR_INIT;

	grid_column(g, _("no."), 6, false);
	grid_column(g, _("lane"), c->zh ? 4 : 6, false);
	grid_column(g, _("done at"), 11, false);
	grid_column(g, _("act"), c->zh ? 8 : 10, false);
	grid_column(g, _("done by"), c->canvas.cols < 100 ? 8 : 16, false);
	grid_column(g, _("title"), 0, false);
	grid_column(g, _("number"), c->canvas.cols < 100 ? 11 : 15, false);
	grid_column(g, _("waiting"), c->zh ? 8 : 9, false);
	if (ask_queue(c->desk, s->desk, QUEUE_SHOWN, &l, &e) != RC_OK) {
		(void)snprintf(g->empty, sizeof(g->empty), "%.300s", e.msg);
		return;
	}
	(void)snprintf(g->head, sizeof(g->head), "%s%s",
		       _("an act counts from when it was done, by this desk's "
			 "clock; the peer sees it when it arrives"),
		       l.more ? _("  there is more") : "");
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("the peer has confirmed all that was sent"));
	for (size_t i = 0; i < l.n_rows; i++)
		add_item(g, &l.rows[i]);
	queue_list_release(&l);
}

static const enum action queue_bar[] = { ACTION_OPEN,	  ACTION_RECONNECT,
					 ACTION_LINK_LOG, ACTION_HELP,
					 ACTION_BACK,	  ACTION_NONE };

static const struct grid_ops queue_ops = {
	.context = CONTEXT_LINKS,
	.bar = queue_bar,
	.name = queue_name,
	.load = queue_load,
	.act = act,
	.minute = true,
};

struct screen *
queue_new(struct console *c, const char *desk)
{
	struct peer_screen *s = grid_new(c, &queue_ops, sizeof(*s));

	(void)str_copy(s->desk, sizeof(s->desk), desk, NULL);
	grid_reload(&s->grid);
	return &s->grid.screen;
}

/* --- the log ----------------------------------------------------------------
 */

static void
log_name(struct grid *g, char *out, size_t out_size)
{
	char desk[128];

	peer_name((struct peer_screen *)g, desk, sizeof(desk));
	(void)snprintf(out, out_size, _("log of %s"), desk);
}

static void
add_change(void *ctx, const struct link_log_row *r)
{
	struct grid *g = ctx;
	struct grid_row *row = grid_add(g);
	char text[TIME_TEXT_MAX], shown[400];

	row->ref = (struct doc_ref){ .id = "" };
	time_format_short(r->at_ms, text);
	row->attr = str_eq(r->state, "down") ? ATTR_LATE : ATTR_PLAIN;
	grid_cell(row, 0, "%s", text);
	grid_cell(row, 1, "%s", link_state_text(r->state));
	grid_cell(row, 2, "%s", r->address);
	grid_cell(row, 3, "%s", text_show_into(shown, sizeof(shown), r->error));
}

static void
log_load(struct grid *g)
{
	struct peer_screen *s = (struct peer_screen *)g;
	struct console *c = g->screen.console;
	struct err e = ERR_INIT;

	grid_column(g, _("time"), 11, false);
	grid_column(g, _("link"), c->zh ? 10 : 17, false);
	grid_column(g, _("we dialled"), 21, false);
	grid_column(g, _("particulars"), 0, false);
	(void)snprintf(g->head, sizeof(g->head),
		       _("newest first, the last %d changes at most"),
		       LINK_LOG_MAX);
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("the exchange has not run yet"));
	if (ask_link_log(c->desk, s->desk, add_change, g, &e) != RC_OK)
		(void)snprintf(g->empty, sizeof(g->empty), "%.300s", e.msg);
}

static const enum action log_bar[] = { ACTION_RECONNECT, ACTION_HELP,
				       ACTION_BACK, ACTION_NONE };

static bool
log_act(struct grid *g, enum action a)
{
	return a == ACTION_LINK_LOG || act(g, a);
}

static const struct grid_ops log_ops = {
	.context = CONTEXT_LINKS,
	.bar = log_bar,
	.name = log_name,
	.load = log_load,
	.act = log_act,
	.minute = true,
};

struct screen *
link_log_new(struct console *c, const char *desk)
{
	struct peer_screen *s = grid_new(c, &log_ops, sizeof(*s));

	(void)str_copy(s->desk, sizeof(s->desk), desk, NULL);
	grid_reload(&s->grid);
	return &s->grid.screen;
}
