/* 点名: who must be there at the hour, who is, how late. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "console/grid_int.h"
#include "desk/schedule.h"

struct roll_screen {
	struct grid grid;
	struct doc_ref ref;
};

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s", _("roll call"));
}

static void
add_row(struct grid *g, const struct roll_call_row *r, int64_t starts_ms,
	int64_t now)
{
	struct grid_row *row = grid_add(g);
	char desk[128], when[SPAN_MAX];
	enum attr attr = r->arrived	       ? ATTR_GOOD
			 : r->late_minutes > 0 ? ATTR_LATE
					       : ATTR_PLAIN;

	row->attr = attr;
	row->ref.id[0] = '\0';
	grid_cell(row, 0, "%s",
		  name_desk(g->screen.console, r->desk, desk, sizeof(desk)));
	grid_cell(row, 1, "%s", r->leader);
	grid_cell(row, 2, "%s", r->phone);
	if (r->headcount >= 0)
		grid_cell(row, 3, "%lld", (long long)r->headcount);
	grid_cell(row, 4, "%s",
		  r->arrived			      ? _("there")
		  : starts_ms >= 0 && now < starts_ms ? _("not yet")
						      : _("NOT THERE"));
	grid_cell(row, 5, "%s", time_text(r->arrived_ms, now, when));
	if (r->arrived || r->late_minutes > 0)
		grid_cell(row, 6, "%+lld", (long long)r->late_minutes);
	grid_cell(row, 7, "%s", r->state_title);
}

static void
load(struct grid *g)
{
	struct roll_screen *s = (struct roll_screen *)g;
	struct console *c = g->screen.console;
	int64_t now = console_now_ms(c);
	struct roll_call l = { 0 };
	struct err e = ERR_INIT;
	char starts[TIME_TEXT_MAX] = "-";

	grid_column(g, _("unit"), 0, false);
	grid_column(g, _("leader"), 8, false);
	grid_column(g, _("phone"), 13, false);
	grid_column(g, _("people"), 6, true);
	grid_column(g, _("roll call"), 9, false);
	grid_column(g, _("arrived"), c->canvas.cols < 100 ? 8 : 11, false);
	grid_column(g, _("late min"), 8, true);
	if (c->canvas.cols >= 100)
		grid_column(g, _("state"), 16, false);
	if (ask_roll_call(c->desk, &s->ref, &l, &e) != RC_OK) {
		(void)snprintf(g->empty, sizeof(g->empty), "%.300s", e.msg);
		return;
	}
	if (l.starts_ms >= 0)
		time_format_short(l.starts_ms, starts);
	(void)snprintf(g->head, sizeof(g->head),
		       _("hour %s   there %zu of %zu"), starts, l.n_arrived,
		       l.n_rows);
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("nobody has agreed to take part yet"));
	for (size_t i = 0; i < l.n_rows; i++)
		add_row(g, &l.rows[i], l.starts_ms, now);
	roll_call_release(&l);
}

static const enum action bar[] = { ACTION_HELP, ACTION_BACK, ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_REGISTRY,
	.bar = bar,
	.name = name,
	.load = load,
	.minute = true,
};

struct screen *
roll_call_new(struct console *c, const struct doc_ref *ref)
{
	struct roll_screen *s;
	struct roll_call l = { 0 };
	struct err e = ERR_INIT;

	if (ask_roll_call(c->desk, ref, &l, &e) != RC_OK) {
		console_show_err(c, &e);
		return NULL;
	}
	roll_call_release(&l);
	s = grid_new(c, &ops, sizeof(*s));
	s->ref = *ref;
	grid_reload(&s->grid);
	return &s->grid.screen;
}
