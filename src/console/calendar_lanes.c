/* 日程, lanes 甘特: a row for each unit, person, vehicle or place. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "console/calendar_int.h"

#define HOUR_MS	    3600000LL
#define DAY_CELLS   48 /* half hours of a day */
#define WEEKS_MANY  6
#define LEGEND_COLS 20
#define LANE_STRIP  4
#define LETTERS_MAX 50

enum zoom {
	ZOOM_DAYS,
	ZOOM_HOURS,
	ZOOM_WEEKS
};

/* How the table is laid out for this width. */
struct layout {
	int names, x; /* columns of the names; first column of cells */
	int days;
	int cells;    /* of a day */
	int day_cols; /* of a day with the blank after it */
};

static struct layout
lay_out(const struct calendar_screen *s, int cols)
{
	struct layout l = { .names = cols < 100 ? 15 : 24 };

	l.x = l.names + 2;
	if (s->zoom == ZOOM_HOURS) {
		l.days = 1;
		l.cells = DAY_CELLS;
	} else if (s->zoom == ZOOM_WEEKS) {
		l.days = 7 * WEEKS_MANY;
		l.cells = 1;
	} else {
		l.days = (cols - l.x - LEGEND_COLS) / 3 / 7 * 7;
		l.cells = 2;
		if (l.days < 7)
			l.days = 7;
		if (l.days > 28)
			l.days = 28;
	}
	l.day_cols = l.cells == 2 ? 3 : l.cells;
	return l;
}

void
lanes_range(const struct calendar_screen *s, int32_t *from, int32_t *days)
{
	struct layout l = lay_out(s, s->screen.console->canvas.cols);

	*days = l.days;
	if (l.days == 1)
		*from = s->at.day;
	else if (s->lanes_days != l.days || s->at.day < s->lanes_from - 1 ||
		 s->at.day > s->lanes_from + l.days)
		*from = calendar_monday(s->at.day);
	else if (s->at.day < s->lanes_from) /* a step out of the window */
		*from = s->lanes_from - 7;
	else if (s->at.day == s->lanes_from + l.days)
		*from = s->lanes_from + 7;
	else
		*from = s->lanes_from;
}

/* --- what is loaded ---------------------------------------------------------
 */

static void
add_sort(void *ctx, const char *what, const char *title, bool units)
{
	struct calendar_screen *s = ctx;

	if (s->n_sorts < CALENDAR_SORTS_MAX)
		s->sorts[s->n_sorts++] =
			(struct calendar_sort){ what, title, units };
}

void
lanes_load(struct calendar_screen *s)
{
	struct console *c = s->screen.console;
	struct lanes fresh = { .rows = NULL };
	char was[256] = "";
	struct err e = ERR_INIT;

	s->lanes_from = s->from;
	s->lanes_days = s->days;
	if (s->lane < s->lanes.n_rows)
		(void)snprintf(was, sizeof(was), "%s",
			       s->lanes.rows[s->lane].value);
	if (s->n_sorts == 0)
		ask_lane_sorts(c->desk, add_sort, s);
	if (s->sort >= s->n_sorts)
		s->sort = 0;
	if (ask_lanes(c->desk, s->sorts[s->sort].what, &s->rows, &fresh, &e) !=
	    RC_OK)
		(void)snprintf(s->failure, sizeof(s->failure), "%.300s", e.msg);
	lanes_release(&s->lanes);
	s->lanes = fresh;
	for (size_t i = 0; i < fresh.n_rows; i++)
		if (str_eq(fresh.rows[i].value, was))
			s->lane = i;
	if (s->lane >= fresh.n_rows)
		s->lane = fresh.n_rows ? fresh.n_rows - 1 : 0;
}

static bool
lane_shows(const struct calendar_screen *s, const struct lane *l)
{
	return !s->at.clashes_only || l->clash;
}

/* The next lane that is shown from there, else the last one before. */
static void
choose(struct calendar_screen *s, int64_t to, int by)
{
	int64_t n = (int64_t)s->lanes.n_rows;

	for (int64_t i = to; i >= 0 && i < n; i += by)
		if (lane_shows(s, &s->lanes.rows[i])) {
			s->lane = (size_t)i;
			return;
		}
}

/* --- cells ------------------------------------------------------------------
 */

/* The letter of the document that row belongs to: by order of beginning. */
static char
letter(const struct calendar_screen *s, size_t row)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWYZ"
				      "abcdefghijklmnopqrstuvwyz";
	const struct calendar_row *r = &s->rows.rows[row];
	size_t nth = 0;

	_Static_assert(sizeof(letters) - 1 == LETTERS_MAX, "letters");
	for (size_t i = 0; i < s->rows.n_rows; i++) {
		const struct calendar_row *other = &s->rows.rows[i];
		bool before = false;

		if (ref_same(&other->ref, &r->ref))
			return nth < LETTERS_MAX ? letters[nth] : '#';
		for (size_t k = 0; k < i && !before; k++)
			before = ref_same(&s->rows.rows[k].ref, &other->ref);
		nth += !before && !other->off;
	}
	return '#';
}

/* Do two documents hold it at the same time within [from, to)? */
static bool
clash_in(const struct calendar_screen *s, const struct lane *l, int64_t from,
	 int64_t to)
{
	for (size_t i = 0; i < l->n_bars; i++) {
		const struct lane_bar *a = &l->bars[i];
		int64_t first = a->starts_ms > from ? a->starts_ms : from,
			last = a->ends_ms < to ? a->ends_ms : to;

		for (size_t k = i + 1;
		     a->clash && first < last && k < l->n_bars; k++) {
			const struct lane_bar *b = &l->bars[k];

			if (b->clash && b->starts_ms < last &&
			    b->ends_ms > first &&
			    !ref_same(&s->rows.rows[a->row].ref,
				      &s->rows.rows[b->row].ref))
				return true;
		}
	}
	return false;
}

static char
cell_char(const struct calendar_screen *s, const struct lane *l, int64_t from,
	  int64_t to, enum attr *ret_attr)
{
	const struct lane_bar *only = NULL;
	bool many = false, clash, unanswered = false;

	*ret_attr = ATTR_DIM;
	for (size_t i = 0; i < l->n_bars; i++) {
		const struct lane_bar *b = &l->bars[i];

		if (b->starts_ms >= to || b->ends_ms <= from)
			continue;
		many = many || (only && !ref_same(&s->rows.rows[only->row].ref,
						  &s->rows.rows[b->row].ref));
		only = only ? only : b;
		unanswered = unanswered || b->unanswered;
	}
	if (!only)
		return '.';
	clash = clash_in(s, l, from, to);
	*ret_attr = clash ? ATTR_LATE : unanswered ? ATTR_SOON : ATTR_BOLD;
	return clash	    ? 'X'
	       : many	    ? '+'
	       : unanswered ? '?'
			    : letter(s, only->row);
}

static int
cell_x(const struct layout *l, int day, int cell)
{
	/* weeks of single cells stand apart */
	int gap = l->cells == 1 ? day / 7 : 0;

	return l->x + day * l->day_cols + gap + cell;
}

static void
draw_lane(struct calendar_screen *s, struct canvas *cv, const struct layout *l,
	  int y, size_t at)
{
	const struct lane *lane = &s->lanes.rows[at];
	char name[200];

	if (s->sorts[s->sort].units)
		(void)name_desk(s->screen.console, lane->shown, name,
				sizeof(name));
	else
		(void)text_show_into(name, sizeof(name), lane->shown);
	(void)canvas_put(cv, y, 0, 1, ATTR_BOLD, at == s->lane ? ">" : " ");
	(void)canvas_put(cv, y, 1, l->names,
			 at == s->lane ? ATTR_BOLD : ATTR_PLAIN, name);
	for (int d = 0; d < l->days; d++) {
		int64_t day = day_start_ms(s->from + d),
			step = (day_start_ms(s->from + d + 1) - day) / l->cells;

		for (int i = 0; i < l->cells; i++) {
			enum attr attr;
			char text[2] = { cell_char(s, lane, day + i * step,
						   day + (i + 1) * step,
						   &attr) };

			(void)canvas_put(cv, y, cell_x(l, d, i), 1, attr, text);
		}
	}
}

static void
draw_heads(struct calendar_screen *s, struct canvas *cv, const struct layout *l)
{
	struct console *c = s->screen.console;
	int y = BODY_Y + 1;

	if (l->cells == DAY_CELLS) {
		for (int h = 0; h < 24; h += 2)
			(void)canvas_putf(cv, y + 1, cell_x(l, 0, 2 * h), 2,
					  ATTR_TITLE, "%02d", h);
		(void)canvas_putf(cv, y, cell_x(l, 0, 2 * s->at.hour), 1,
				  ATTR_BOLD, "v");
		return;
	}
	for (int d = 0; d < l->days; d++) {
		int32_t day = s->from + d;
		struct day_info info = ask_day(c->desk, day);
		bool here = day == s->at.day;
		const char *mark = calendar_day_mark(c, &info);
		int x = cell_x(l, d, 0);

		if (l->cells == 1) {
			if (d % 7 == 0)
				(void)canvas_putf(cv, y, x, 7, ATTR_TITLE,
						  "%02d-%02d",
						  day_to_civil(day).month,
						  day_to_civil(day).day);
			if (here)
				(void)canvas_put(cv, y + 1, x, 1, ATTR_BOLD,
						 "v");
			continue;
		}
		(void)canvas_put(cv, y, x, 2, ATTR_TITLE,
				 mark[0] ? mark : calendar_weekday2(c, day));
		(void)canvas_putf(cv, y + 1, x - 1, 3,
				  here ? ATTR_BOLD : ATTR_TITLE, "%s%d",
				  here ? ">" : " ", day_to_civil(day).day);
	}
}

/* "A 箱包类联合执法行动", as many as there is room for. */
static void
draw_legend(const struct calendar_screen *s, struct canvas *cv, int x, int rows)
{
	int y = BODY_Y + 3, used = 0;
	char last = '\0';

	if (cv->cols - x < 8)
		return;
	for (size_t i = 0; i < s->rows.n_rows; i++) {
		const struct calendar_row *r = &s->rows.rows[i];
		bool before = false;
		enum attr attr;

		for (size_t k = 0; k < i && !before; k++)
			before = ref_same(&s->rows.rows[k].ref, &r->ref);
		last = letter(s, i);
		if (before || last == '#' || r->off || !calendar_shows(s, r))
			continue;
		if (used == rows - 2)
			break;
		(void)calendar_mark(r, &attr);
		(void)canvas_putf(cv, y + used++, x, cv->cols - x, attr,
				  "%c %s", last, r->title);
	}
	(void)canvas_put(cv, y + rows - 2, x, cv->cols - x, ATTR_DIM,
			 _("X clash  + several"));
	(void)canvas_put(cv, y + rows - 1, x, cv->cols - x, ATTR_DIM,
			 _("? not answered"));
}

void
lanes_pick(const struct calendar_screen *s, struct calendar_pick *out)
{
	int64_t day = day_start_ms(s->at.day);
	const struct lane *l;

	out->n = 0;
	out->from_ms = s->zoom == ZOOM_HOURS ? day + s->at.hour * HOUR_MS : day;
	out->to_ms = s->zoom == ZOOM_HOURS ? out->from_ms + HOUR_MS
					   : day_start_ms(s->at.day + 1);
	if (s->lane >= s->lanes.n_rows)
		return;
	l = &s->lanes.rows[s->lane];
	for (size_t i = 0; i < l->n_bars && out->n < STRIP_MAX; i++) {
		const struct lane_bar *b = &l->bars[i];
		bool there = false;

		if (b->starts_ms >= out->to_ms || b->ends_ms <= out->from_ms)
			continue;
		for (size_t k = 0; k < out->n && !there; k++)
			there = ref_same(&s->rows.rows[out->rows[k]].ref,
					 &s->rows.rows[b->row].ref);
		if (!there)
			out->rows[out->n++] = b->row;
	}
}

static void
draw_rows(struct calendar_screen *s, struct canvas *cv, const struct layout *l,
	  int rows)
{
	size_t seen = 0;
	int y = BODY_Y + 3;

	/* numbers of lanes that are shown, not of lanes */
	for (size_t i = 0; i < s->lane && i < s->lanes.n_rows; i++)
		seen += lane_shows(s, &s->lanes.rows[i]);
	if (seen < s->top)
		s->top = seen;
	if (seen >= s->top + (size_t)rows)
		s->top = seen - (size_t)rows + 1;
	seen = 0;
	for (size_t i = 0; i < s->lanes.n_rows && y < BODY_Y + 3 + rows; i++) {
		if (!lane_shows(s, &s->lanes.rows[i]))
			continue;
		if (seen++ < s->top)
			continue;
		draw_lane(s, cv, l, y, i);
		if (i == s->lane)
			canvas_cursor(cv, y, 0, false);
		y++;
	}
	if (seen == 0)
		(void)canvas_put(cv, y, 2, l->x + l->days * l->day_cols - 2,
				 ATTR_PLAIN,
				 s->at.clashes_only
					 ? _("nothing clashes in these days")
					 : _("nothing is planned for these "
					     "days"));
}

void
lanes_draw(struct calendar_screen *s, struct canvas *cv)
{
	struct layout l = lay_out(s, cv->cols);
	int rows = frame_body_rows(cv) - 3 - LANE_STRIP;
	struct calendar_pick p = { .n = 0 };
	char counts[200], first[11], last[11], place[200] = "", hour[16] = "";

	if (!lane_shows(s, s->lane < s->lanes.n_rows
				   ? &s->lanes.rows[s->lane]
				   : &(struct lane){ .clash = true }))
		choose(s, 0, 1);
	s->shown = (size_t)rows;
	calendar_counts(s, counts, sizeof(counts));
	day_format(s->from, first);
	day_format(s->from + s->days - 1, last);
	(void)canvas_putf(cv, BODY_Y, 0, -1, ATTR_DIM, _("%s to %s   %s"),
			  first, last + 5, counts);
	(void)canvas_put(cv, BODY_Y + 2, 1, l.names, ATTR_TITLE,
			 s->n_sorts ? s->sorts[s->sort].title : "");
	draw_heads(s, cv, &l);
	draw_rows(s, cv, &l, rows);
	draw_legend(s, cv, cell_x(&l, l.days, 0) + 1, rows);
	lanes_pick(s, &p);
	if (s->lane < s->lanes.n_rows && s->sorts[s->sort].units)
		(void)name_desk(s->screen.console, s->lanes.rows[s->lane].shown,
				place, sizeof(place) - 1);
	else if (s->lane < s->lanes.n_rows)
		(void)text_show_into(place, sizeof(place) - 1,
				     s->lanes.rows[s->lane].shown);
	if (s->zoom == ZOOM_HOURS)
		(void)snprintf(hour, sizeof(hour), "%02d:00 ", s->at.hour);
	(void)snprintf(place + strlen(place), sizeof(place) - strlen(place),
		       "%s%s", place[0] ? " " : "", hour);
	calendar_strip(s, cv, BODY_Y + 3 + rows, place, &p);
}

static void
zoom(struct calendar_screen *s, bool in)
{
	static const int closer[] = { ZOOM_HOURS, ZOOM_HOURS, ZOOM_DAYS };
	static const int wider[] = { ZOOM_WEEKS, ZOOM_DAYS, ZOOM_WEEKS };

	s->zoom = (in ? closer : wider)[s->zoom];
}

bool
lanes_move(struct calendar_screen *s, enum action a)
{
	int64_t at = (int64_t)s->lane, n = (int64_t)s->lanes.n_rows,
		page = s->shown > 2 ? (int64_t)s->shown - 1 : 1;

	if (a == ACTION_LINE_UP)
		choose(s, at - 1, -1);
	else if (a == ACTION_LINE_DOWN)
		choose(s, at + 1, 1);
	else if (a == ACTION_PAGE_UP)
		choose(s, at > page ? at - page : 0, 1);
	else if (a == ACTION_PAGE_DOWN)
		choose(s, at + page < n ? at + page : n - 1, -1);
	else if (a == ACTION_TOP)
		choose(s, 0, 1);
	else if (a == ACTION_BOTTOM)
		choose(s, n - 1, -1);
	else if (a == ACTION_EARLIER)
		s->at.day -= s->days;
	else if (a == ACTION_LATER)
		s->at.day += s->days;
	else if (a == ACTION_ZOOM_IN || a == ACTION_ZOOM_OUT)
		zoom(s, a == ACTION_ZOOM_IN);
	else if (a == ACTION_DIMENSION && s->n_sorts > 0) {
		s->sort = (s->sort + 1) % s->n_sorts;
		s->lane = s->top = 0;
		lanes_load(s);
	} else
		return false;
	return true;
}
