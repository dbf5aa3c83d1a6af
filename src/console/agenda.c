/* 日程 as a list: everything with hours, day by day; what stands in one cell
 * of the other views. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/calendar_int.h"
#include "console/grid_int.h"

#define AGENDA_DAYS 14 /* of one page */

struct agenda {
	struct grid grid;
	struct calendar_at at; /* day: the first shown */
	/* Of a cell: its hours, and the documents of its lane. */
	bool cell;
	int64_t from_ms, to_ms;
	struct doc_ref *refs; /* NULL: all */
	size_t n_refs;
};

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s %s", _("calendar"), _("daily"));
}

static void
add_day(struct grid *g, int32_t day, int32_t today)
{
	struct console *c = g->screen.console;
	struct day_info info = ask_day(c->desk, day);
	const char *mark = calendar_day_mark(c, &info);
	char date[11], text[200];

	day_format(day, date);
	(void)snprintf(text, sizeof(text), "%s %s%s%s%s%s%s", date + 5,
		       calendar_weekday(day), day == today ? _("  today") : "",
		       mark[0] ? "  " : "", mark, mark[0] ? " " : "",
		       calendar_day_name(c, &info));
	grid_heading(g, text);
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
	row->attr = r->off ? ATTR_DIM : ATTR_PLAIN;
	calendar_hours(r, hours, sizeof(hours));
	grid_cell(row, 0, "%s", hours);
	grid_cell(row, 1, "%s%s%s%s", r->title, r->label[0] ? ": " : "",
		  r->label,
		  str_eq(r->mode, "actual") ? ""
		  : str_eq(r->mode, "test") ? _("  TEST")
					    : _("  EXERCISE"));
	grid_cell(row, 2, "%s", kinds_fit(g) ? r->kind_title : "");
	grid_cell(row, 3, "%s", r->place);
	if (r->parties) {
		grid_cell(row, 4, "%s%d/%d", r->waiting[0] ? "?" : "",
			  r->replied, r->parties);
		row->attrs[4] = r->waiting[0] ? ATTR_SOON : ATTR_PLAIN;
	}
	if (r->clashes) {
		grid_cell(row, 5, "!%d", r->clashes);
		row->attrs[5] = ATTR_LATE;
	}
	grid_cell(row, 6, "%s",
		  r->withdrawn ? _("withdrawn")
		  : r->off     ? _("called off")
			       : r->state_title);
}

static bool
shows(const struct agenda *s, const struct calendar_row *r)
{
	if (s->at.clashes_only && r->clashes == 0)
		return false;
	for (size_t i = 0; i < s->n_refs; i++)
		if (ref_same(&s->refs[i], &r->ref))
			return true;
	return s->refs == NULL;
}

static void
add_rows(struct agenda *s, const struct calendar_rows *l, int32_t first)
{
	struct grid *g = &s->grid;
	int32_t today = day_of_ms(console_now_ms(g->screen.console)),
		day = INT32_MIN;

	for (size_t i = 0; i < l->n_rows; i++) {
		int32_t at = day_of_ms(l->rows[i].starts_ms);

		if (!shows(s, &l->rows[i]))
			continue;
		if (at < first) /* it goes on from before */
			at = first;
		if (at != day)
			add_day(g, at, today);
		day = at;
		add_row(g, &l->rows[i]);
	}
}

static void
add_columns(struct grid *g)
{
	struct console *c = g->screen.console;

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
}

static void
load(struct grid *g)
{
	struct agenda *s = (struct agenda *)g;
	struct calendar_rows l = { 0 };
	struct err e = ERR_INIT;
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	if (!s->cell) {
		s->from_ms = day_start_ms(s->at.day);
		s->to_ms = day_start_ms(s->at.day + AGENDA_DAYS);
	}
	day_format(day_of_ms(s->from_ms), first);
	day_format(day_of_ms(s->to_ms - 1), last);
	(void)snprintf(g->head, sizeof(g->head), _("%s to %s%s"), first, last,
		       s->at.clashes_only ? _("  clashes only") : "");
	add_columns(g);
	if (ask_calendar(g->screen.console->desk, s->from_ms, s->to_ms, &l,
			 &e) != RC_OK) {
		(void)snprintf(g->empty, sizeof(g->empty), "%.300s", e.msg);
		return;
	}
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       s->at.clashes_only
			       ? _("nothing clashes in these days")
			       : _("nothing is planned for these days"));
	add_rows(s, &l, day_of_ms(s->from_ms));
	calendar_rows_release(&l);
}

/* A list of one cell stays what it is. */
static bool
turn(struct agenda *s, enum action a)
{
	struct grid *g = &s->grid;
	struct calendar_at at = s->at;
	enum schedule_view view;

	if (calendar_view_of(a, &view)) {
		at.view = view;
		if (view != CALENDAR_AGENDA)
			calendar_replace(&g->screen, &at);
		return true; /* the screen may be gone */
	}
	if (a == ACTION_EARLIER)
		s->at.day -= AGENDA_DAYS;
	else if (a == ACTION_LATER)
		s->at.day += AGENDA_DAYS;
	else if (a == ACTION_TODAY)
		s->at.day = day_of_ms(console_now_ms(g->screen.console));
	else if (a == ACTION_CLASHES)
		s->at.clashes_only = !s->at.clashes_only;
	else
		return false;
	g->at = g->top = 0;
	grid_reload(g);
	return true;
}

static bool
act(struct grid *g, enum action a)
{
	struct agenda *s = (struct agenda *)g;
	struct console *c = g->screen.console;
	const struct grid_row *row = grid_selected(g);

	/* keys that go sideways in the tables */
	if (a == ACTION_DAY_BEFORE)
		screen_end(&g->screen);
	else if (a == ACTION_DAY_AFTER && row)
		screen_push(c, detail_new(c, &row->ref));
	else if (a == ACTION_EXPORT)
		calendar_export(c);
	else
		return !s->cell && turn(s, a);
	return true;
}

static void
free_agenda(struct grid *g)
{
	(void)xfree(((struct agenda *)g)->refs);
}

static const enum action bar[] = {
	ACTION_OPEN,  ACTION_MONTH,   ACTION_WEEK, ACTION_AGENDA,
	ACTION_LANES, ACTION_CLASHES, ACTION_HELP, ACTION_EARLIER,
	ACTION_LATER, ACTION_TODAY,   ACTION_BACK, ACTION_EXPORT,
	ACTION_NONE
};
static const enum action cell_bar[] = { ACTION_OPEN, ACTION_HELP, ACTION_BACK,
					ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_CALENDAR,
	.bar = bar,
	.name = name,
	.load = load,
	.act = act,
	.free = free_agenda,
};
static const struct grid_ops cell_ops = {
	.context = CONTEXT_CALENDAR,
	.bar = cell_bar,
	.name = name,
	.load = load,
	.act = act,
	.free = free_agenda,
};

struct screen *
agenda_new(struct console *c, const struct calendar_at *at)
{
	struct agenda *s = grid_new(c, &ops, sizeof(*s));

	s->at = *at;
	grid_reload(&s->grid);
	return &s->grid.screen;
}

struct screen *
agenda_of(struct calendar_screen *from, const struct calendar_pick *p)
{
	struct agenda *s =
		grid_new(from->screen.console, &cell_ops, sizeof(*s));

	s->at = from->at;
	s->cell = true;
	s->from_ms = p->from_ms;
	s->to_ms = p->to_ms;
	if (from->at.view == CALENDAR_LANES) {
		s->at.clashes_only = false; /* lanes are chosen by it */
		s->n_refs = p->n;
		s->refs = xreallocarray(NULL, p->n, sizeof(*s->refs));
		for (size_t i = 0; i < p->n; i++)
			s->refs[i] = from->rows.rows[p->rows[i]].ref;
	}
	grid_reload(&s->grid);
	return &s->grid.screen;
}
