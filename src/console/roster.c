/* 值班表: week by week, today and who is on duty now marked. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/calendar_int.h"
#include "console/grid_int.h"
#include "console/shift_int.h"

struct roster_screen {
	struct grid grid;
	int32_t weeks;	/* from this one */
	int32_t listed; /* last day that has a row, while it loads */
	size_t today;	/* its row; 0 it has none */
};

static const char *
weekday(int32_t day)
{
	static const char *const names[] = { N_("Mon"), N_("Tue"), N_("Wed"),
					     N_("Thu"), N_("Fri"), N_("Sat"),
					     N_("Sun") };

	return _(names[day_weekday(day) - 1]);
}

static int32_t
monday(const struct roster_screen *s)
{
	int32_t today = day_of_ms(console_now_ms(s->grid.screen.console));

	return today - (day_weekday(today) - 1) + 7 * s->weeks;
}

static struct grid_row *
add_day(struct grid *g, int32_t day, const char *mark)
{
	struct console *c = g->screen.console;
	struct grid_row *row = grid_add(g);
	struct day_info info = ask_day(c->desk, day);
	char text[11];

	day_format(day, text);
	/* of a make-up day the mark alone: its name reads like a holiday */
	grid_cell(row, 0, "%s%s %s%s%s", mark, text + 5, weekday(day),
		  info.name ? " " : "",
		  info.working ? calendar_day_mark(c, &info)
			       : calendar_day_name(c, &info));
	if (day == day_of_ms(console_now_ms(c))) {
		row->attr = ATTR_BOLD;
		((struct roster_screen *)g)->today = g->n_rows - 1;
	}
	return row;
}

/* Days without anybody are shown too: they are what is looked for. */
static void
fill_days(struct roster_screen *s, int32_t before)
{
	int32_t today = day_of_ms(console_now_ms(s->grid.screen.console));

	while (++s->listed < before) {
		struct grid_row *row = add_day(&s->grid, s->listed,
					       s->listed == today ? "=" : " ");

		grid_cell(row, 2, "-");
		if (row->attr == ATTR_PLAIN)
			row->attr = ATTR_DIM;
	}
	s->listed = before;
}

static void
add_duty(void *ctx, const struct roster_row *r)
{
	struct roster_screen *s = ctx;
	struct console *c = s->grid.screen.console;
	struct grid_row *row;
	char who[128];
	int32_t day = 0;

	(void)day_parse(r->day, &day, NULL); /* the desk checked it */
	if (day > s->listed)
		fill_days(s, day);
	row = add_day(&s->grid, day,
		      r->now				    ? "*"
		      : day == day_of_ms(console_now_ms(c)) ? "="
							    : " ");
	if (r->now)
		row->attr = ATTR_GOOD;
	if (r->starts[0])
		grid_cell(row, 1, "%s-%s", r->starts, r->ends);
	else
		grid_cell(row, 1, "%s", r->slot);
	grid_cell(row, 2, "%s", name_officer(c, r->officer, who, sizeof(who)));
	grid_cell(row, 3, "%s", r->phone);
	if (r->deputy[0])
		grid_cell(row, 4, "%s",
			  name_officer(c, r->deputy, who, sizeof(who)));
	grid_cell(row, 5, "%s", r->leader);
	grid_cell(row, 6, "%s", r->leader_phone);
	grid_cell(row, 7, "%s %s %s", r->slot, r->deputy_phone, r->note);
	/* cut in its column; whole in the strip of the selected row */
	if (r->note[0] && c->canvas.cols < WIDE_COLS) {
		char *text = xasprintf("%s  %s", row->cells[0], r->note);

		grid_cell(row, 0, "%s", text);
		(void)xfree(text);
	}
}

static void
columns(struct grid *g)
{
	grid_column(g, _("day"), 18, false);
	grid_column(g, _("from - to"), 11, false);
	grid_column(g, _("watch"), 6, false);
	grid_column(g, _("phone"), 12, false);
	grid_column(g, _("deputy"), 6, false);
	grid_column(g, _("chief"), 6, false);
	grid_column(g, _("phone"), 12, false);
	if (g->screen.console->canvas.cols >= WIDE_COLS)
		grid_column(g, _("note"), 0, false);
}

static void
head(struct grid *g)
{
	struct console *c = g->screen.console;
	struct shift_now now;
	char who[128], plan[128];

	if (ask_shift(c->desk, &now, NULL) != RC_OK)
		return;
	(void)snprintf(g->head, sizeof(g->head),
		       _("* now  = today   on duty: %s   roster: %s %s"),
		       now.officer[0]
			       ? name_officer(c, now.officer, who, sizeof(who))
			       : _("nobody"),
		       now.plan.officer[0] ? name_officer(c, now.plan.officer,
							  plan, sizeof(plan))
					   : "-",
		       now.plan.phone);
}

static void
load(struct grid *g)
{
	struct roster_screen *s = (struct roster_screen *)g;
	struct err e = ERR_INIT;
	int32_t first = monday(s);
	char from[11], to[11], text[64];

	s->today = 0;
	columns(g);
	head(g);
	for (int week = 0; week < 2; week++) {
		int32_t day = first + 7 * week;

		day_format(day, from);
		day_format(day + 6, to);
		(void)snprintf(text, sizeof(text), "%s - %s", from, to + 5);
		grid_heading(g, text);
		s->listed = day - 1;
		if (ask_roster(g->screen.console->desk, from, to, add_duty, s,
			       &e) != RC_OK) {
			(void)snprintf(g->empty, sizeof(g->empty), "%.300s",
				       e.msg);
			return;
		}
		fill_days(s, day + 7);
	}
}

static bool
act(struct grid *g, enum action a)
{
	struct roster_screen *s = (struct roster_screen *)g;

	if (a == ACTION_EARLIER)
		s->weeks--;
	else if (a == ACTION_LATER)
		s->weeks++;
	else if (a == ACTION_TODAY)
		s->weeks = 0;
	else
		return false;
	g->at = 0;
	grid_reload(g);
	g->at = s->today;
	return true;
}

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s", _("roster"));
}

static const enum action bar[] = { ACTION_EARLIER, ACTION_LATER, ACTION_TODAY,
				   ACTION_SHIFT,   ACTION_HELP,	 ACTION_BACK,
				   ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_SHIFT,
	.bar = bar,
	.name = name,
	.load = load,
	.act = act,
	.minute = true,
};

void
roster_open(struct console *c)
{
	struct roster_screen *s = grid_new(c, &ops, sizeof(*s));

	grid_reload(&s->grid);
	s->grid.at = s->today;
	screen_push(c, &s->grid.screen);
}
