/* 日程, a week: a row an hour, a column a day. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "console/calendar_int.h"

#define HOUR_MS	   3600000LL
#define HOUR_COLS  4 /* "09" before its row */
#define STRIP_MIN  4
#define FIRST_HOUR 7 /* shown when nothing is earlier */

void
week_range(const struct calendar_screen *s, int32_t *from, int32_t *days)
{
	*from = calendar_monday(s->at.day);
	*days = 7;
}

/* The earliest hour of the week at which something begins; 24 none. */
static int
earliest(const struct calendar_screen *s)
{
	int first = 24;

	for (size_t i = 0; i < s->rows.n_rows; i++) {
		const struct calendar_row *r = &s->rows.rows[i];
		int32_t day = day_of_ms(r->starts_ms);
		int hour = (int)((r->starts_ms - day_start_ms(day)) / HOUR_MS);

		if (calendar_shows(s, r) && day >= s->from && hour < first &&
		    /* whole days would always begin the table at midnight */
		    r->ends_ms - r->starts_ms < 24 * HOUR_MS)
			first = hour;
	}
	return first;
}

static void
scroll(struct calendar_screen *s, int hours)
{
	if (s->top_hour < 0) {
		s->top_hour = earliest(s);
		if (s->top_hour > FIRST_HOUR)
			s->top_hour = FIRST_HOUR;
	}
	if (s->at.hour < s->top_hour)
		s->top_hour = s->at.hour;
	if (s->at.hour >= s->top_hour + hours)
		s->top_hour = s->at.hour - hours + 1;
	if (s->top_hour + hours > 24)
		s->top_hour = 24 - hours;
	if (s->top_hour < 0)
		s->top_hour = 0;
}

/* Several in one hour: the one that clashes, else the first. */
static const struct calendar_row *
tightest(const struct calendar_screen *s, const struct calendar_pick *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (s->rows.rows[p->rows[i]].clashes > 0)
			return &s->rows.rows[p->rows[i]];
	return p->n ? &s->rows.rows[p->rows[0]] : NULL;
}

static const struct calendar_row *
at_hour(const struct calendar_screen *s, int32_t day, int hour,
	struct calendar_pick *p)
{
	int64_t from = day_start_ms(day) + hour * HOUR_MS;

	calendar_pick_hours(s, from, from + HOUR_MS, p);
	return tightest(s, p);
}

static void
draw_cell(struct calendar_screen *s, struct canvas *cv, int32_t day, int hour,
	  int y, int x, int width)
{
	struct calendar_pick p = { .n = 0 }, above = { .n = 0 };
	const struct calendar_row *r = at_hour(s, day, hour, &p);
	bool here = day == s->at.day && hour == s->at.hour,
	     goes_on = r && hour > s->top_hour &&
		       at_hour(s, day, hour - 1, &above) == r;
	enum attr attr;
	const char *mark;
	char more[24];

	(void)canvas_put(cv, y, x, 1, ATTR_BOLD, here ? ">" : " ");
	if (here)
		canvas_cursor(cv, y, x, false);
	if (!r)
		return;
	mark = calendar_mark(r, &attr);
	(void)canvas_put(cv, y, x + 1, 1, attr, mark);
	(void)canvas_put(cv, y, x + 2, width - 2 - (p.n > 1 ? 3 : 0), attr,
			 goes_on ? "|" : r->title);
	if (p.n > 1) {
		(void)snprintf(more, sizeof(more), "+%zu", p.n - 1);
		canvas_put_right(cv, y, x + width - 3, 3, ATTR_SOON, more);
	}
}

static void
draw_heads(struct calendar_screen *s, struct canvas *cv, int width)
{
	struct console *c = s->screen.console;
	int32_t today = day_of_ms(console_now_ms(c));

	for (int i = 0; i < 7; i++) {
		int32_t day = s->from + i;
		struct day_info info = ask_day(c->desk, day);

		(void)canvas_putf(cv, BODY_Y + 1, HOUR_COLS + i * width,
				  width - 1, ATTR_TITLE,
				  day == today ? " %s[%d]%s" : " %s %d%s",
				  calendar_weekday(day), day_to_civil(day).day,
				  calendar_day_mark(c, &info));
	}
}

void
week_draw(struct calendar_screen *s, struct canvas *cv)
{
	int width = (cv->cols - HOUR_COLS) / 7,
	    hours = frame_body_rows(cv) - 2 - STRIP_MIN;
	int64_t now = console_now_ms(s->screen.console);
	struct calendar_pick p = { .n = 0 };
	char counts[200], first[11], last[11], place[16];

	if (hours > 24)
		hours = 24;
	scroll(s, hours);
	calendar_counts(s, counts, sizeof(counts));
	day_format(s->from, first);
	day_format(s->from + 6, last);
	(void)canvas_putf(cv, BODY_Y, 0, -1, ATTR_DIM, _("%s to %s   %s"),
			  first, last + 5, counts);
	draw_heads(s, cv, width);
	for (int i = 0; i < hours; i++) {
		int hour = s->top_hour + i, y = BODY_Y + 2 + i;
		bool is_now =
			(now - day_start_ms(day_of_ms(now))) / HOUR_MS == hour;

		(void)canvas_putf(cv, y, 0, HOUR_COLS - 1,
				  is_now ? ATTR_BOLD : ATTR_DIM, "%02d%s", hour,
				  is_now ? "*" : "");
		for (int d = 0; d < 7; d++)
			draw_cell(s, cv, s->from + d, hour, y,
				  HOUR_COLS + d * width, width - 1);
	}
	(void)at_hour(s, s->at.day, s->at.hour, &p);
	(void)snprintf(place, sizeof(place), "%02d:00 ", s->at.hour);
	calendar_strip(s, cv, BODY_Y + 2 + hours, place, &p);
}

bool
week_move(struct calendar_screen *s, enum action a)
{
	if (a == ACTION_LINE_UP)
		s->at.hour -= s->at.hour > 0;
	else if (a == ACTION_LINE_DOWN)
		s->at.hour += s->at.hour < 23;
	else if (a == ACTION_PAGE_UP || a == ACTION_EARLIER)
		s->at.day -= 7;
	else if (a == ACTION_PAGE_DOWN || a == ACTION_LATER)
		s->at.day += 7;
	else if (a == ACTION_TOP)
		s->at.hour = 0;
	else if (a == ACTION_BOTTOM)
		s->at.hour = 23;
	else
		return false;
	if (a == ACTION_EARLIER || a == ACTION_LATER || a == ACTION_PAGE_UP ||
	    a == ACTION_PAGE_DOWN)
		s->top_hour = -1;
	return true;
}
