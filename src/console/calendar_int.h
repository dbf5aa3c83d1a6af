/*
 * 日程: what has hours, as a month, a week, lanes or an agenda. All four look
 * at the same place and hand it on when the view changes.
 */
#pragma once

#include "console/console_int.h"
#include "console/doclist_int.h"
#include "desk/schedule.h"

enum schedule_view {
	CALENDAR_MONTH,
	CALENDAR_WEEK,
	CALENDAR_LANES,
	CALENDAR_AGENDA
};

struct calendar_at {
	enum schedule_view view;
	int32_t day;
	int hour; /* 0 to 23 */
	bool clashes_only;
};

#define CALENDAR_SORTS_MAX 32
#define STRIP_MAX	   500 /* documents of one cell */

struct calendar_sort {
	const char *what, *title; /* owned by the kinds */
	bool units;
};

struct calendar_screen {
	struct screen screen;
	struct calendar_at at;
	int32_t from, days; /* what is loaded */
	struct calendar_rows rows;
	char failure[400]; /* instead of rows */
	int top_hour;	   /* week: first hour shown */
	/* lanes: the window stands still while the cursor is in it */
	int32_t lanes_from, lanes_days;
	struct calendar_sort sorts[CALENDAR_SORTS_MAX];
	size_t n_sorts, sort;
	struct lanes lanes;
	size_t lane, top, shown;
	int zoom; /* 0 days and half days, 1 hours of a day, 2 weeks */
	/* the sentence of the clash last asked for */
	struct doc_ref clash_of;
	char *clash;
};

/* A stretch of hours and, in lanes, of a lane: what stands under the cursor. */
struct calendar_pick {
	int64_t from_ms, to_ms;
	size_t rows[STRIP_MAX]; /* numbers of the rows in it, by start */
	size_t n;
};

/* --- calendar.c --- */
/* The screen of that view; it is not pushed. */
struct screen *schedule_new(struct console *c, const struct calendar_at *at);
/* Takes the screen s away and puts another view in its place. */
void calendar_replace(struct screen *s, const struct calendar_at *at);
/* Where a calendar opens: today, in the view last used. */
struct calendar_at calendar_start(struct console *c);
/* An action that changes the view; CALENDAR_AGENDA .. into *ret. */
bool calendar_view_of(enum action a, enum schedule_view *ret);
/* Writes all that has hours as iCalendar into the exchange folder. */
void calendar_export(struct console *c);
/* Is the row to be seen at all? */
bool calendar_shows(const struct calendar_screen *s,
		    const struct calendar_row *r);

/* --- calendar_month.c, calendar_week.c, calendar_lanes.c --- */
void month_range(const struct calendar_screen *s, int32_t *from, int32_t *days);
void month_draw(struct calendar_screen *s, struct canvas *cv);
bool month_move(struct calendar_screen *s, enum action a);
void week_range(const struct calendar_screen *s, int32_t *from, int32_t *days);
void week_draw(struct calendar_screen *s, struct canvas *cv);
bool week_move(struct calendar_screen *s, enum action a);
void lanes_range(const struct calendar_screen *s, int32_t *from, int32_t *days);
void lanes_draw(struct calendar_screen *s, struct canvas *cv);
bool lanes_move(struct calendar_screen *s, enum action a);
void lanes_pick(const struct calendar_screen *s, struct calendar_pick *out);
/* The lanes of the rows that are loaded. */
void lanes_load(struct calendar_screen *s);

/* --- calendar_strip.c --- */
/* Rows shown in [from, to). */
void calendar_pick_hours(const struct calendar_screen *s, int64_t from_ms,
			 int64_t to_ms, struct calendar_pick *out);
/* What was picked, in words, from row y to the end of the body. */
void calendar_strip(struct calendar_screen *s, struct canvas *cv, int y,
		    const char *place, const struct calendar_pick *p);
/* "今天", counts of the days loaded, and that only clashes are shown. */
void calendar_counts(const struct calendar_screen *s, char *out,
		     size_t out_size);
/* "09:00-17:00", with the date where it ends on another day. */
void calendar_hours(const struct calendar_row *r, char *out, size_t out_size);
/* "!" it clashes, "?" somebody has not answered, "x" withdrawn, " ". */
const char *calendar_mark(const struct calendar_row *r, enum attr *ret_attr);
/* "周二", "二" in two columns. */
const char *calendar_weekday(int32_t day);
/* The Monday of its week. */
int32_t calendar_monday(int32_t day);
const char *calendar_weekday2(struct console *c, int32_t day);
/* 休 or 班 of a day that the holiday table names, else "". */
const char *calendar_day_mark(struct console *c, const struct day_info *d);

/* Its name, in the language in force; "". */
const char *calendar_day_name(struct console *c, const struct day_info *d);

/* --- agenda.c --- */
struct screen *agenda_new(struct console *c, const struct calendar_at *at);
/* What was picked, as a list to choose from. */
struct screen *agenda_of(struct calendar_screen *s,
			 const struct calendar_pick *p);
