/* 日程: everything with hours, day by day. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/grid_int.h"
#include "desk/schedule.h"

#define CALENDAR_DAYS 14 /* of one page */

struct agenda {
	struct grid grid;
	int32_t from; /* first day shown */
};

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s", _("agenda"));
}

static const char *
weekday(int32_t day)
{
	static const char *const names[] = { N_("Mon"), N_("Tue"), N_("Wed"),
					     N_("Thu"), N_("Fri"), N_("Sat"),
					     N_("Sun") };

	return _(names[day_weekday(day) - 1]);
}

static void
add_day(struct grid *g, int32_t day, int32_t today)
{
	char date[11], text[64];

	day_format(day, date);
	(void)snprintf(text, sizeof(text), "%s %s%s", date + 5, weekday(day),
		       day == today ? _("  today") : "");
	grid_heading(g, text);
}

/* "09:00-17:00", with the date where it ends on another day. */
static void
hours_text(const struct calendar_row *r, char *out, size_t out_size)
{
	char starts[TIME_TEXT_MAX], ends[TIME_TEXT_MAX];
	/* [starts, ends): a whole day ends at 24:00 of it */
	int32_t first = day_of_ms(r->starts_ms),
		last = day_of_ms(r->ends_ms - 1);

	if (r->starts_ms == day_start_ms(first) &&
	    r->ends_ms == day_start_ms(last + 1)) {
		day_format(last, ends);
		(void)snprintf(out, out_size, "%s%s%s", _("all day"),
			       first == last ? "" : "-",
			       first == last ? "" : ends + 5);
		return;
	}
	time_format_short(r->starts_ms, starts);
	time_format_short(r->ends_ms, ends);
	(void)snprintf(out, out_size, "%s-%s", starts + 6,
		       first == last ? ends + 6 : ends);
}

/* English names of kinds have no room beside titles at 80 columns. */
static bool
kinds_fit(const struct grid *g)
{
	return g->screen.console->zh || g->screen.console->canvas.cols >= 100;
}

static void
add_row(struct grid *g, const struct calendar_row *r)
{
	struct grid_row *row = grid_add(g);
	char hours[100];

	row->ref = r->ref;
	row->attr = r->withdrawn ? ATTR_DIM : ATTR_PLAIN;
	hours_text(r, hours, sizeof(hours));
	grid_cell(row, 0, "%s", hours);
	grid_cell(row, 1, "%s%s%s%s", r->title, r->label[0] ? ": " : "",
		  r->label,
		  str_eq(r->mode, "actual") ? ""
		  : str_eq(r->mode, "test") ? _("  TEST")
					    : _("  EXERCISE"));
	grid_cell(row, 2, "%s", kinds_fit(g) ? r->kind_title : "");
	grid_cell(row, 3, "%s", r->place);
	if (r->parties)
		grid_cell(row, 4, "%d/%d", r->replied, r->parties);
	if (r->clashes) {
		grid_cell(row, 5, "!%d", r->clashes);
		row->attrs[5] = ATTR_LATE;
	}
	grid_cell(row, 6, "%s", r->withdrawn ? _("withdrawn") : r->state_title);
}

static void
load(struct grid *g)
{
	struct agenda *s = (struct agenda *)g;
	struct console *c = g->screen.console;
	int32_t today = day_of_ms(console_now_ms(c)), day = INT32_MIN;
	struct calendar_rows l = { 0 };
	struct err e = ERR_INIT;
	char first[11], last[11];

	day_format(s->from, first);
	day_format(s->from + CALENDAR_DAYS - 1, last);
	(void)snprintf(g->head, sizeof(g->head), _("%s to %s"), first, last);
	grid_column(g, _("from-to"), 12, false);
	grid_column(g, _("title"), 0, false);
	grid_column(g, kinds_fit(g) ? _("kind") : "",
		    !kinds_fit(g) ? 1
		    : c->zh	  ? 8
				  : 16,
		    false);
	grid_column(g, _("place"), 12, false);
	grid_column(g, _("replies"), c->zh ? 5 : 7, false);
	grid_column(g, _("clash"), 5, false);
	grid_column(g, _("state"), c->zh ? 6 : 10, false);
	if (ask_calendar(c->desk, day_start_ms(s->from),
			 day_start_ms(s->from + CALENDAR_DAYS), &l,
			 &e) != RC_OK) {
		(void)snprintf(g->empty, sizeof(g->empty), "%.300s", e.msg);
		return;
	}
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("nothing is planned for these days"));
	for (size_t i = 0; i < l.n_rows; i++) {
		int32_t at = day_of_ms(l.rows[i].starts_ms);

		if (at < s->from) /* it goes on from before */
			at = s->from;
		if (at != day)
			add_day(g, at, today);
		day = at;
		add_row(g, &l.rows[i]);
	}
	calendar_rows_release(&l);
}

static bool
act(struct grid *g, enum action a)
{
	struct agenda *s = (struct agenda *)g;

	if (a == ACTION_EARLIER)
		s->from -= CALENDAR_DAYS;
	else if (a == ACTION_LATER)
		s->from += CALENDAR_DAYS;
	else if (a == ACTION_TODAY)
		s->from = day_of_ms(console_now_ms(g->screen.console));
	else
		return false;
	g->at = g->top = 0;
	grid_reload(g);
	return true;
}

static const enum action bar[] = { ACTION_OPEN,	 ACTION_EARLIER, ACTION_LATER,
				   ACTION_TODAY, ACTION_HELP,	 ACTION_BACK,
				   ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_CALENDAR,
	.bar = bar,
	.name = name,
	.load = load,
	.act = act,
};

struct screen *
agenda_new(struct console *c)
{
	struct agenda *s = grid_new(c, &ops, sizeof(*s));

	s->from = day_of_ms(console_now_ms(c));
	grid_reload(&s->grid);
	return &s->grid.screen;
}
