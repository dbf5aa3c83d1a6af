#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/alarms_int.h"
#include "console/doclist_int.h"
#include "console/grid_int.h"
#include "console/near_int.h"
#include "store/store.h"

#define STRIP_ROWS 4
#define PLACE_COLS 18

static void
put_left(struct canvas *cv, int y, int x, int cols, enum attr attr,
	 const char *text)
{
	(void)canvas_put(cv, y, x, cols, attr, text);
}

static void
draw_row(struct doclist *l, struct canvas *cv, const struct columns *cs, int y,
	 size_t at)
{
	struct console *c = l->screen.console;
	const struct doc_row *r = &l->win.rows[at];
	bool here = at == l->at;
	char span[SPAN_MAX];
	int64_t now = console_now_ms(c);
	enum span_state state = span_text(r->due_ms, r->warn_ms, now, span);

	if (here)
		(void)canvas_put(cv, y, 0, 1, ATTR_PLAIN, ">");
	if (doclist_marked(l, &r->ref))
		(void)canvas_put(cv, y, 1, 1, ATTR_BOLD, "*");
	else if (near_edits(c, &r->ref))
		(void)canvas_put(cv, y, 1, 1, ATTR_SOON, "@");
	else if (r->undelivered)
		(void)canvas_put(cv, y, 1, 1, ATTR_PLAIN, "~");
	c->fast = c->fast || span_fast(r->due_ms, now);
	for (size_t i = 0; i < cs->n; i++) {
		const struct column *col = &cs->c[i];
		char text[256];
		enum attr attr = ATTR_PLAIN;

		if (col->from == FROM_LEFT)
			attr = span_attr(state);
		else if (col->from == FROM_LEVEL && r->urgency == 0)
			attr = ATTR_LATE;
		else if (col->from == FROM_LEVEL && r->urgency == 1)
			attr = ATTR_SOON;
		(col->right ? canvas_put_right : put_left)(
			cv, y, col->x, col->cols, attr,
			column_text(l, col, r, text, sizeof(text)));
	}
	for (size_t i = 0; i < cs->n; i++)
		if (cs->c[i].from == FROM_TITLE) {
			const struct mark_place at_title = { cs->c[i].x,
							     cs->c[i].cols };

			mark_words(cv, y, &at_title, r->title, l->filter.query);
			mark_words(cv, y, &at_title, r->title, l->search_query);
		}
	if (here)
		canvas_cursor(cv, y, 0, false);
}

/* What else is known of the selected row, under the list. */
static void
draw_strip(struct doclist *l, struct canvas *cv, int y, int width)
{
	struct console *c = l->screen.console;
	const struct doc_row *r = doclist_row(l);
	const struct kind *k;
	char from[128], to[512] = "", when[SPAN_MAX], who[128];
	int64_t now = console_now_ms(c);
	int x = 0;

	canvas_rule(cv, y, 0, width);
	if (!r)
		return;
	for (size_t i = 0; i < r->n_parties && strlen(to) < 300; i++) {
		char one[128];
		size_t at = strlen(to);

		(void)snprintf(to + at, sizeof(to) - at, "%s%s", at ? " " : "",
			       name_desk(c, r->parties[i].desk, one,
					 sizeof(one)));
	}
	(void)name_desk(c, r->ref.owner, from, sizeof(from));
	k = l->kind[0] ? NULL : name_kind(c, r->kind, r->kind_version);
	(void)canvas_putf(cv, y + 1, 0, width, ATTR_PLAIN, "%s%s%s  %s%s%s",
			  l->kind[0] ? ""
			  : k	     ? title_in(&k->title, c->zh)
				     : r->kind,
			  l->kind[0] ? "" : "  ",
			  r->number[0] ? r->number : _("(no number yet)"), from,
			  to[0] ? " -> " : "", to);
	if (r->stored_ms >= 0 && !r->draft)
		x += canvas_putf(cv, y + 2, x, -1, ATTR_PLAIN, "%s%s",
				 _("stored "),
				 time_text(r->stored_ms, now, when)) +
		     3;
	if (row_wait_text(r)[0])
		x += canvas_put(cv, y + 2, x, -1, ATTR_PLAIN,
				row_wait_text(r)) +
		     3;
	if (r->assignee && r->assignee[0])
		(void)canvas_putf(cv, y + 2, x, width - x, ATTR_PLAIN, "%s %s",
				  _("assigned to"),
				  name_officer(c, r->assignee, who,
					       sizeof(who)));
	x = 0;
	if (r->missing > 0)
		x = canvas_putf(cv, y + 3, 0, -1, ATTR_SOON, _("%d missing   "),
				r->missing);
	if (l->n_marks)
		x += canvas_putf(cv, y + 3, x, -1, ATTR_BOLD,
				 _("* marked %zu   "), l->n_marks);
	if (c->reader && doclist_marked(l, &r->ref))
		x += canvas_putf(cv, y + 3, x, -1, ATTR_PLAIN, "%s   ",
				 _("this one is marked"));
	(void)canvas_putf(cv, y + 3, x, width - x, ATTR_DIM, "%s%s",
			  r->undelivered ? _("~ done here, not yet at the "
					     "peer   ")
					 : "",
			  r->withdrawn ? _("withdrawn by its sender") : "");
}

static void
draw_head(struct doclist *l, struct canvas *cv, const struct columns *cs,
	  int width)
{
	char place[64], marks[32] = "", filter[FILTER_MAX + 300] = "";
	char sort[200], head[100];
	size_t last;

	if (l->n_marks)
		(void)snprintf(marks, sizeof(marks), "*%zu  ", l->n_marks);
	/* how far the rows shown reach: a key that only moves in them sends
	 * nothing here */
	last = l->top + (size_t)l->rows;
	(void)snprintf(place, sizeof(place), "%s%zu/%zu%s", marks,
		       last < l->win.n_rows ? last : l->win.n_rows,
		       l->win.n_rows, l->win.more ? "+" : "");
	doclist_sort_text(l, sort, sizeof(sort));
	if (l->filter_text[0])
		(void)snprintf(filter, sizeof(filter), "%s %s%s", _("filter:"),
			       l->filter_text, sort);
	else
		(void)snprintf(filter, sizeof(filter), "%s%s",
			       l->sorted && !l->duty ? _("all of them")
			       : l->sorted ? _("all that waits for this desk")
			       : l->duty
				       ? _("all that waits for this desk, most "
					   "urgent first")
				       : _("all of them, newest first"),
			       sort);
	(void)canvas_put(cv, BODY_Y, 0, width - PLACE_COLS,
			 l->filter_text[0] ? ATTR_SOON : ATTR_DIM, filter);
	if (l->win.n_rows)
		canvas_put_right(cv, BODY_Y, width - PLACE_COLS, PLACE_COLS,
				 ATTR_PLAIN, place);
	for (size_t i = 0; i < cs->n; i++) {
		const struct column *col = &cs->c[i];

		(void)snprintf(head, sizeof(head), "%s%s", col->head,
			       !doclist_sorts(l, col) ? ""
			       : l->sort.down	      ? "v"
						      : "^");
		(col->right ? canvas_put_right : put_left)(
			cv, BODY_Y + 1, col->x, col->cols, ATTR_TITLE, head);
	}
}

static void
draw_empty(struct doclist *l, struct canvas *cv)
{
	(void)canvas_put(cv, BODY_Y + 3, 2, -1, ATTR_PLAIN,
			 l->filter_text[0]
				 ? _("nothing fits the filter; \\ clears it")
			 : l->duty ? _("nothing waits for this desk")
				   : _("none yet; c composes one"));
}

void
doclist_draw(struct screen *s, struct canvas *cv)
{
	struct doclist *l = (struct doclist *)s;
	bool wide = cv->cols >= WIDE_COLS && l->preview_on;
	int width = wide ? cv->cols * 62 / 100 : cv->cols;
	int body = frame_body_rows(cv), strip = wide ? 0 : STRIP_ROWS;
	int alarms = l->duty ? alarms_rows(s->console) : 0;
	struct columns cs;

	columns_lay_out(l, &cs, width - (wide ? 1 : 0));
	l->rows = body - 2 - strip - alarms;
	if (l->at < l->top)
		l->top = l->at;
	if (l->at >= l->top + (size_t)l->rows)
		l->top = l->at - (size_t)l->rows + 1;
	/* what fits is all shown: no empty rows below while some are above */
	if (l->top && !l->win.more && l->win.n_rows < l->top + (size_t)l->rows)
		l->top = l->win.n_rows > (size_t)l->rows
				 ? l->win.n_rows - (size_t)l->rows
				 : 0;
	draw_head(l, cv, &cs, width - (wide ? 1 : 0));
	for (int i = 0; i < l->rows; i++)
		if (l->top + (size_t)i < l->win.n_rows)
			draw_row(l, cv, &cs, BODY_Y + 2 + i,
				 l->top + (size_t)i);
	if (l->win.n_rows == 0)
		draw_empty(l, cv);
	if (alarms)
		alarms_draw(s->console, cv, BODY_Y + body - strip - alarms,
			    width - (wide ? 1 : 0));
	if (strip)
		draw_strip(l, cv, BODY_Y + body - strip, width);
	if (wide)
		preview_draw(l->preview, cv, width, cv->cols - width, body);
}
