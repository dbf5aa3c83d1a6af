/* What a calendar says in words: the cell under the cursor, days and hours. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/calendar_int.h"

int32_t
calendar_monday(int32_t day)
{
	return day - (day_weekday(day) - 1);
}

const char *
calendar_weekday(int32_t day)
{
	static const char *const names[] = { N_("Mon"), N_("Tue"), N_("Wed"),
					     N_("Thu"), N_("Fri"), N_("Sat"),
					     N_("Sun") };

	return _(names[day_weekday(day) - 1]);
}

const char *
calendar_weekday2(struct console *c, int32_t day)
{
	static const char *const zh[] = { "一", "二", "三", "四",
					  "五", "六", "日" };
	static const char *const en[] = { "Mo", "Tu", "We", "Th",
					  "Fr", "Sa", "Su" };

	int i = day_weekday(day) - 1;

	return c->zh ? zh[i] : en[i];
}

const char *
calendar_day_mark(struct console *c, const struct day_info *d)
{
	if (d->name == NULL)
		return "";
	if (d->working)
		return c->zh ? "班" : "wk";
	return c->zh ? "休" : "ho";
}

const char *
calendar_day_name(struct console *c, const struct day_info *d)
{
	if (d->name == NULL)
		return "";
	/* the table has Chinese names alone */
	return c->zh	    ? d->name
	       : d->working ? _("make-up working day")
			    : _("holiday");
}

void
calendar_hours(const struct calendar_row *r, char *out, size_t out_size)
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

const char *
calendar_mark(const struct calendar_row *r, enum attr *ret_attr)
{
	*ret_attr = r->off	     ? ATTR_DIM
		    : r->clashes > 0 ? ATTR_LATE
		    : r->waiting[0]  ? ATTR_SOON
				     : ATTR_PLAIN;
	return r->off ? "x" : r->clashes ? "!" : r->waiting[0] ? "?" : " ";
}

void
calendar_pick_hours(const struct calendar_screen *s, int64_t from_ms,
		    int64_t to_ms, struct calendar_pick *out)
{
	out->from_ms = from_ms;
	out->to_ms = to_ms;
	out->n = 0;
	for (size_t i = 0; i < s->rows.n_rows && out->n < STRIP_MAX; i++) {
		const struct calendar_row *r = &s->rows.rows[i];

		if (r->starts_ms < to_ms && r->ends_ms > from_ms &&
		    calendar_shows(s, r))
			out->rows[out->n++] = i;
	}
}

void
calendar_counts(const struct calendar_screen *s, char *out, size_t out_size)
{
	size_t n = 0, clashes = 0, waiting = 0;

	for (size_t i = 0; i < s->rows.n_rows; i++) {
		n++;
		clashes += s->rows.rows[i].clashes > 0;
		waiting += s->rows.rows[i].waiting[0] != '\0' &&
			   !s->rows.rows[i].off;
	}
	(void)snprintf(out, out_size,
		       _("%zu planned  ! clash %zu  "
			 "? not answered %zu%s%s"),
		       n, clashes, waiting,
		       s->at.clashes_only ? _("  clashes only") : "",
		       s->rows.more ? _("  there is more") : "");
}

/* --- the strip --------------------------------------------------------------
 */

/* "长宁 10:00-12:00 同时在 农资产品核查" */
static char *
clash_short(struct console *c, const struct calendar_row *r,
	    const struct clash_row *clash)
{
	char starts[TIME_TEXT_MAX], ends[TIME_TEXT_MAX], who[200];

	time_format_short(clash->starts_ms, starts);
	time_format_short(clash->ends_ms, ends);
	if (strstr(r->desks, clash->shown)) /* a unit */
		(void)name_desk(c, clash->shown, who, sizeof(who));
	else
		(void)text_show_into(who, sizeof(who), clash->shown);
	return xasprintf(_("%s %s-%s also in: %s"), who, starts + 6, ends + 6,
			 clash->doc_title);
}

/* What it clashes with, asked once for each document. */
static const char *
clash_text(struct calendar_screen *s, const struct calendar_row *r)
{
	struct clash_list l = { .rows = NULL };

	if (ref_same(&s->clash_of, &r->ref))
		return s->clash;
	s->clash_of = r->ref;
	s->clash = xfree(s->clash);
	if (ask_clashes(s->screen.console->desk, &r->ref, &l, NULL) != RC_OK)
		return NULL;
	if (l.n_rows > 0)
		s->clash = clash_short(s->screen.console, r, &l.rows[0]);
	clash_list_release(&l);
	return s->clash;
}

/* "嘉善 昆山" of desk ids. */
static void
names(struct console *c, const char *ids, char *out, size_t out_size)
{
	char copy[512], *rest = copy, *id;
	size_t at = 0;

	out[0] = '\0';
	(void)snprintf(copy, sizeof(copy), "%s", ids);
	while ((id = strsep(&rest, " ")) != NULL && at < out_size) {
		char one[128];
		int n = snprintf(out + at, out_size - at, " %s",
				 name_desk(c, id, one, sizeof(one)));

		at += n > 0 ? (size_t)n : 0;
	}
}

static void
put_row(struct calendar_screen *s, struct canvas *cv, int y,
	const struct calendar_row *r)
{
	char hours[100], waiting[400], place[200];
	enum attr attr;
	const char *mark = calendar_mark(r, &attr);
	int x = 2;

	calendar_hours(r, hours, sizeof(hours));
	(void)canvas_put(cv, y, 0, 2, attr, mark);
	x += canvas_put(cv, y, x, -1, ATTR_PLAIN, hours) + 1;
	x += canvas_putf(cv, y, x, cv->cols > 100 ? -1 : 26,
			 r->off ? ATTR_DIM : ATTR_BOLD, "%s%s%s", r->title,
			 r->label[0] ? ": " : "", r->label) +
	     1;
	if (r->place[0])
		x += canvas_put(cv, y, x, cv->cols > 100 ? -1 : 12, ATTR_PLAIN,
				text_show_into(place, sizeof(place),
					       r->place)) +
		     1;
	if (r->off) {
		(void)canvas_put(cv, y, x, -1, ATTR_DIM,
				 r->withdrawn ? _("withdrawn")
					      : _("called off"));
		return;
	}
	if (!str_eq(r->mode, "actual"))
		x += canvas_put(cv, y, x, -1, ATTR_SOON,
				str_eq(r->mode, "test") ? _("TEST")
							: _("EXERCISE")) +
		     1;
	if (r->parties)
		x += canvas_putf(cv, y, x, -1, ATTR_PLAIN, _("replies %d/%d"),
				 r->replied, r->parties) +
		     1;
	if (!r->waiting[0])
		return;
	names(s->screen.console, r->waiting, waiting, sizeof(waiting));
	(void)canvas_putf(cv, y, x, -1, ATTR_SOON, _("not answered:%s"),
			  waiting);
}

void
calendar_strip(struct calendar_screen *s, struct canvas *cv, int y,
	       const char *place, const struct calendar_pick *p)
{
	struct day_info info = ask_day(s->screen.console->desk, s->at.day);
	int last = BODY_Y + frame_body_rows(cv), x;
	const struct calendar_row *clash = NULL;
	char date[11];

	day_format(s->at.day, date);
	canvas_rule(cv, y, 0, cv->cols);
	x = canvas_putf(cv, y + 1, 0, -1, ATTR_TITLE, "%s%s %s %s", place,
			date + 5, calendar_weekday(s->at.day),
			calendar_day_mark(s->screen.console, &info)) +
	    1;
	if (info.name)
		x += canvas_put(cv, y + 1, x, -1, ATTR_PLAIN,
				calendar_day_name(s->screen.console, &info)) +
		     1;
	for (size_t i = 0; i < p->n && !clash; i++)
		if (s->rows.rows[p->rows[i]].clashes > 0)
			clash = &s->rows.rows[p->rows[i]];
	if (p->n == 0)
		(void)canvas_put(cv, y + 1, x, -1, ATTR_DIM,
				 _("nothing is planned"));
	else if (clash && clash_text(s, clash))
		(void)canvas_putf(cv, y + 1, x, -1, ATTR_LATE, "! %s",
				  clash_text(s, clash));
	else
		(void)canvas_putf(cv, y + 1, x, -1, ATTR_PLAIN,
				  _("%zu planned"), p->n);
	for (size_t i = 0; i < p->n; i++) {
		int at = y + 2 + (int)i;

		if (at == last - 1 && p->n - i > 1) {
			(void)canvas_putf(cv, at, 2, -1, ATTR_PLAIN,
					  _("and %zu more: Enter lists them"),
					  p->n - i);
			return;
		}
		if (at >= last)
			return;
		put_row(s, cv, at, &s->rows.rows[p->rows[i]]);
	}
}
