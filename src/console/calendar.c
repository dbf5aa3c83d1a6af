/* 日程: what the month, the week and the lanes have in common. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/calendar_int.h"
#include "console/export_int.h"
#include "desk/export.h"

static const struct {
	void (*range)(const struct calendar_screen *s, int32_t *from,
		      int32_t *days);
	void (*draw)(struct calendar_screen *s, struct canvas *cv);
	bool (*move)(struct calendar_screen *s, enum action a);
	const char *name;
} views[] = {
	[CALENDAR_MONTH] = { month_range, month_draw, month_move,
			     N_("monthly") },
	[CALENDAR_WEEK] = { week_range, week_draw, week_move, N_("weekly") },
	[CALENDAR_LANES] = { lanes_range, lanes_draw, lanes_move, N_("lanes") },
};

struct calendar_at
calendar_start(struct console *c)
{
	int64_t now = console_now_ms(c);
	int32_t today = day_of_ms(now);

	return (struct calendar_at){
		.view = (enum schedule_view)c->calendar_view,
		.day = today,
		.hour = (int)((now - day_start_ms(today)) / 3600000),
	};
}

bool
calendar_view_of(enum action a, enum schedule_view *ret)
{
	if (a == ACTION_MONTH)
		*ret = CALENDAR_MONTH;
	else if (a == ACTION_WEEK)
		*ret = CALENDAR_WEEK;
	else if (a == ACTION_LANES)
		*ret = CALENDAR_LANES;
	else if (a == ACTION_AGENDA)
		*ret = CALENDAR_AGENDA;
	else
		return false;
	return true;
}

bool
calendar_shows(const struct calendar_screen *s, const struct calendar_row *r)
{
	return !s->at.clashes_only || r->clashes > 0;
}

/* --- what is loaded ---------------------------------------------------------
 */

static void
load(struct calendar_screen *s)
{
	struct calendar_rows fresh = { .rows = NULL };
	struct err e = ERR_INIT;

	views[s->at.view].range(s, &s->from, &s->days);
	s->clash = xfree(s->clash);
	s->clash_of.id[0] = s->failure[0] = '\0';
	if (ask_calendar(s->screen.console->desk, day_start_ms(s->from),
			 day_start_ms(s->from + s->days), &fresh, &e) != RC_OK)
		(void)snprintf(s->failure, sizeof(s->failure), "%.300s", e.msg);
	calendar_rows_release(&s->rows);
	s->rows = fresh;
	if (s->at.view == CALENDAR_LANES)
		lanes_load(s);
	console_dirty(s->screen.console);
}

/* The cursor may have left what is loaded. */
static void
moved(struct calendar_screen *s)
{
	int32_t from, days;

	views[s->at.view].range(s, &from, &days);
	if (from != s->from || days != s->days)
		load(s);
}

/* --- keys -------------------------------------------------------------------
 */

static enum rc
make_ics(struct desk *d, void *arg, struct buf *out, struct err *err)
{
	const struct export_job job = { .format = EXPORT_ICS,
					.box = BOX_ALL,
					.write = export_into,
					.ctx = out };
	int64_t n;

	(void)arg;
	return desk_export(d, &job, &n, err);
}

void
calendar_export(struct console *c)
{
	const struct export_spec spec = { .name = "calendar",
					  .ending = "ics",
					  .make = make_ics };

	export_start(c, &spec);
}

static void
open_picked(struct calendar_screen *s)
{
	struct console *c = s->screen.console;
	struct calendar_pick p = { .n = 0 };

	if (s->at.view == CALENDAR_LANES) {
		lanes_pick(s, &p);
	} else {
		int64_t day = day_start_ms(s->at.day);

		if (s->at.view == CALENDAR_WEEK)
			calendar_pick_hours(s, day + s->at.hour * 3600000LL,
					    day + (s->at.hour + 1) * 3600000LL,
					    &p);
		else
			calendar_pick_hours(s, day, day_start_ms(s->at.day + 1),
					    &p);
	}
	if (p.n == 0)
		console_set_message(c, ATTR_PLAIN, "%s",
				    _("nothing is planned there"));
	else if (p.n == 1)
		screen_push(c, detail_new(c, &s->rows.rows[p.rows[0]].ref));
	else
		screen_push(c, agenda_of(s, &p));
}

static void
change_view(struct calendar_screen *s, enum schedule_view view)
{
	struct calendar_at at = s->at;

	at.view = view;
	s->screen.console->calendar_view = (int)view;
	if (view == CALENDAR_AGENDA) {
		calendar_replace(&s->screen, &at);
		return;
	}
	s->at.view = view;
	load(s);
}

/* A cell to the side: a day, or an hour where the cells are hours. */
static void
step(struct calendar_screen *s, int by)
{
	if (s->at.view != CALENDAR_LANES || s->days != 1) {
		s->at.day += by;
		return;
	}
	s->at.hour += by;
	if (s->at.hour < 0 || s->at.hour > 23)
		s->at.day += by;
	s->at.hour = (s->at.hour + 24) % 24;
}

static bool
act(struct screen *screen, enum action a)
{
	struct calendar_screen *s = (struct calendar_screen *)screen;
	enum schedule_view view;

	if (calendar_view_of(a, &view)) {
		change_view(s, view);
		return true;
	}
	if (a == ACTION_TODAY) {
		struct calendar_at now = calendar_start(screen->console);

		s->at.day = now.day;
		s->at.hour = now.hour;
	} else if (a == ACTION_CLASHES) {
		s->at.clashes_only = !s->at.clashes_only;
	} else if (a == ACTION_OPEN) {
		open_picked(s);
	} else if (a == ACTION_EXPORT) {
		calendar_export(screen->console);
	} else if (a == ACTION_DAY_BEFORE || a == ACTION_DAY_AFTER) {
		step(s, a == ACTION_DAY_AFTER ? 1 : -1);
	} else if (!views[s->at.view].move(s, a)) {
		return false;
	}
	moved(s);
	return true;
}

/* --- the screen -------------------------------------------------------------
 */

static void
draw(struct screen *screen, struct canvas *cv)
{
	struct calendar_screen *s = (struct calendar_screen *)screen;

	moved(s); /* the window may have another width */
	views[s->at.view].draw(s, cv);
	if (s->failure[0])
		(void)canvas_put(cv, BODY_Y + 3, 2, -1, ATTR_LATE, s->failure);
}

static void
name(struct screen *screen, char *out, size_t out_size)
{
	struct calendar_screen *s = (struct calendar_screen *)screen;

	(void)snprintf(out, out_size, "%s %s", _("calendar"),
		       _(views[s->at.view].name));
}

static void
changed(struct screen *screen)
{
	struct calendar_screen *s = (struct calendar_screen *)screen;

	s->n_sorts = 0; /* in the language now in force */
	load(s);
}

static void
free_calendar(struct screen *screen)
{
	struct calendar_screen *s = (struct calendar_screen *)screen;

	calendar_rows_release(&s->rows);
	lanes_release(&s->lanes);
	(void)xfree(s->clash);
}

static const enum action bar[] = {
	ACTION_OPEN,  ACTION_MONTH,   ACTION_WEEK, ACTION_AGENDA,
	ACTION_LANES, ACTION_CLASHES, ACTION_HELP, ACTION_EARLIER,
	ACTION_LATER, ACTION_TODAY,   ACTION_BACK, ACTION_EXPORT,
	ACTION_NONE
};

static const struct screen_ops ops = {
	.context = CONTEXT_CALENDAR,
	.bar = bar,
	.name = name,
	.draw = draw,
	.act = act,
	.changed = changed,
	.free = free_calendar,
};

struct screen *
schedule_new(struct console *c, const struct calendar_at *at)
{
	struct calendar_screen *s;

	if (at->view == CALENDAR_AGENDA)
		return agenda_new(c, at);
	s = screen_new(c, &ops, sizeof(*s));
	s->at = *at;
	s->top_hour = -1;
	load(s);
	return &s->screen;
}

void
calendar_replace(struct screen *s, const struct calendar_at *at)
{
	struct console *c = s->console;

	c->calendar_view = (int)at->view;
	screen_end(s);
	screen_push(c, schedule_new(c, at));
}

void
calendar_open(struct console *c)
{
	struct calendar_at at = calendar_start(c);

	screen_push(c, schedule_new(c, &at));
}
