/* 日程, a month: a cell a day, its first documents in it. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "console/calendar_int.h"

#define WEEK_COLS 4 /* number of the week before its days */
#define WEEKS_MAX 6
#define STRIP_MIN 4 /* rule, the day, two documents */

static int32_t
first_of(int32_t day)
{
	struct civil c = day_to_civil(day);

	c.day = 1;
	return day_from_civil(c);
}

/* The same day so many months on, or the last one of a shorter month. */
static int32_t
add_months(int32_t day, int n)
{
	struct civil c = day_to_civil(day);
	int month = c.month - 1 + n, want = c.day;
	int32_t first, last;

	c.year += month >= 0 ? month / 12 : -((11 - month) / 12);
	c.month = ((month % 12) + 12) % 12 + 1;
	c.day = 1;
	first = day_from_civil(c);
	last = first_of(first + 31) - 1;
	return first + want - 1 > last ? last : first + want - 1;
}

void
month_range(const struct calendar_screen *s, int32_t *from, int32_t *days)
{
	int32_t first = first_of(s->at.day), last = first_of(first + 31) - 1;

	*from = calendar_monday(first);
	*days = calendar_monday(last) + 7 - *from;
}

/* ISO 8601: the week of its Thursday. */
static int
week_of(int32_t day)
{
	int32_t thursday = calendar_monday(day) + 3;
	struct civil c = day_to_civil(thursday);

	c.month = c.day = 1;
	return (thursday - day_from_civil(c)) / 7 + 1;
}

static void
put_entry(struct canvas *cv, int y, int x, int width,
	  const struct calendar_row *r, bool begins)
{
	char starts[TIME_TEXT_MAX];
	enum attr attr;
	const char *mark = calendar_mark(r, &attr);

	time_format_short(r->starts_ms, starts);
	(void)canvas_put(cv, y, x, 1, attr, mark);
	(void)canvas_putf(cv, y, x + 1, width - 1, attr, "%s%s%s",
			  width >= 18 && begins ? starts + 6 : "",
			  width >= 18 && begins ? " " : "", r->title);
}

/* A day: "[23]休 国庆节   +2", then its documents. */
static void
draw_day(struct calendar_screen *s, struct canvas *cv, int32_t day, int y,
	 int x, int width, int height)
{
	struct console *c = s->screen.console;
	struct day_info info = ask_day(c->desk, day);
	struct calendar_pick p = { .n = 0 };
	bool here = day == s->at.day,
	     today = day == day_of_ms(console_now_ms(c)),
	     out = first_of(day) != first_of(s->at.day);
	enum attr attr = here || today		? ATTR_BOLD
			 : out || !info.working ? ATTR_DIM
						: ATTR_PLAIN;
	int number = day_to_civil(day).day, at;
	char more[24];

	at = canvas_putf(cv, y, x, width, attr, today ? "%s[%d]%s" : "%s%d%s",
			 here ? ">" : " ", number, calendar_day_mark(c, &info));
	if (here)
		canvas_cursor(cv, y, x, false);
	if (info.name && width >= 18)
		(void)canvas_put(cv, y, x + at + 1, width - at - 5, ATTR_DIM,
				 calendar_day_name(c, &info));
	calendar_pick_hours(s, day_start_ms(day), day_start_ms(day + 1), &p);
	if (p.n > (size_t)(height - 1)) {
		(void)snprintf(more, sizeof(more), "+%zu",
			       p.n - (size_t)(height - 1));
		canvas_put_right(cv, y, x + width - 4, 4, ATTR_SOON, more);
	}
	for (size_t i = 0; i < p.n && (int)i < height - 1; i++) {
		const struct calendar_row *r = &s->rows.rows[p.rows[i]];

		put_entry(cv, y + 1 + (int)i, x, width, r,
			  r->starts_ms >= day_start_ms(day));
	}
}

/* Documents of the fullest day of that week. */
static int
fullest(const struct calendar_screen *s, int week)
{
	size_t most = 0;

	for (int i = 0; i < 7; i++) {
		int32_t day = s->from + 7 * week + i;
		struct calendar_pick p = { .n = 0 };

		calendar_pick_hours(s, day_start_ms(day), day_start_ms(day + 1),
				    &p);
		most = p.n > most ? p.n : most;
	}
	return (int)most;
}

/* Rows of each week: all alike, what is left over to those that need more. */
static void
share_rows(const struct calendar_screen *s, int weeks, int rows,
	   int heights[static WEEKS_MAX])
{
	int each = rows / weeks < 8 ? rows / weeks : 8,
	    left = rows - each * weeks, wanted[WEEKS_MAX];

	for (int w = 0; w < weeks; w++) {
		heights[w] = each;
		wanted[w] = left > 0 ? fullest(s, w) + 1 : 0;
	}
	for (bool given = true; given && left > 0;) {
		given = false;
		for (int w = 0; w < weeks && left > 0; w++) {
			if (wanted[w] <= heights[w])
				continue;
			heights[w]++;
			left--;
			given = true;
		}
	}
}

static void
draw_head(const struct calendar_screen *s, struct canvas *cv, int width)
{
	struct civil month = day_to_civil(s->at.day);
	char counts[200];

	calendar_counts(s, counts, sizeof(counts));
	(void)canvas_putf(cv, BODY_Y, 0, -1, ATTR_DIM, _("%d-%02d   %s"),
			  month.year, month.month, counts);
	for (int i = 0; i < 7; i++)
		(void)canvas_putf(cv, BODY_Y + 1, WEEK_COLS + i * width,
				  width - 1, ATTR_TITLE, " %s",
				  calendar_weekday(s->from + i));
}

void
month_draw(struct calendar_screen *s, struct canvas *cv)
{
	int weeks = s->days / 7, width = (cv->cols - WEEK_COLS) / 7,
	    y = BODY_Y + 2, heights[WEEKS_MAX];
	struct calendar_pick p = { .n = 0 };

	share_rows(s, weeks, frame_body_rows(cv) - 2 - STRIP_MIN, heights);
	draw_head(s, cv, width);
	for (int w = 0; w < weeks; w++) {
		(void)canvas_putf(cv, y, 0, 2, ATTR_DIM, "%02d",
				  week_of(s->from + 7 * w));
		for (int i = 0; i < 7; i++)
			draw_day(s, cv, s->from + 7 * w + i, y,
				 WEEK_COLS + i * width, width - 1, heights[w]);
		y += heights[w];
	}
	calendar_pick_hours(s, day_start_ms(s->at.day),
			    day_start_ms(s->at.day + 1), &p);
	calendar_strip(s, cv, y, "", &p);
}

bool
month_move(struct calendar_screen *s, enum action a)
{
	if (a == ACTION_LINE_UP)
		s->at.day -= 7;
	else if (a == ACTION_LINE_DOWN)
		s->at.day += 7;
	else if (a == ACTION_EARLIER || a == ACTION_PAGE_UP)
		s->at.day = add_months(s->at.day, -1);
	else if (a == ACTION_LATER || a == ACTION_PAGE_DOWN)
		s->at.day = add_months(s->at.day, 1);
	else if (a == ACTION_TOP)
		s->at.day = first_of(s->at.day);
	else if (a == ACTION_BOTTOM)
		s->at.day = first_of(first_of(s->at.day) + 31) - 1;
	else
		return false;
	return true;
}
