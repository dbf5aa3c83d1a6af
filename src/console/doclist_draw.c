#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/doclist_int.h"

#define MARK_COLS   2
#define NUMBER_COLS 15
#define NUMBER_LOW  13 /* where columns are few */
#define STRIP_ROWS  4
#define COLUMNS_MAX 12

/* One column of a list: a heading and where its text comes from. */
struct column {
	char head[96];
	int cols; /* 0 = shares what is left */
	int x;
	enum {
		FROM_STATE,
		FROM_LEFT,
		FROM_LEVEL,
		FROM_DESK,
		FROM_TITLE,
		FROM_NUMBER,
		FROM_KIND
	} from;
	size_t nth; /* FROM_KIND: column of the kind's list view */
};

struct columns {
	struct column c[COLUMNS_MAX];
	size_t n;
};

static void
add(struct columns *cs, const char *head, int cols, int from, size_t nth)
{
	struct column *c;

	if (cs->n == COLUMNS_MAX)
		return;
	c = &cs->c[cs->n++];
	*c = (struct column){ .cols = cols, .nth = nth };
	c->from = from;
	(void)snprintf(c->head, sizeof(c->head), "%s", head);
}

/* Widths of what the languages say in different lengths. */
static int
state_cols(const struct doclist *l)
{
	return l->screen.console->zh ? 8 : 12;
}

static int
level_cols(const struct doclist *l)
{
	return l->screen.console->zh ? 4 : 6;
}

static int
number_cols(int width)
{
	return width < 96 ? NUMBER_LOW : NUMBER_COLS;
}

/* The columns that the kind declares for its list. */
static void
add_kind_columns(struct doclist *l, struct columns *cs, int width)
{
	struct console *c = l->screen.console;
	const struct kind *k = NULL;

	if (desk_kind(c->desk, l->kind, &k, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < k->views.n_list; i++) {
		const char *name = k->views.list[i];
		const struct field *f = kind_field(k, name);
		const char *dot = strchr(name, '.');
		const char *head = f ? title_in(&f->title, c->zh) : "";
		char group[NAME_MAX_LEN + 1];

		/* "party_concerned.name" is headed by the group */
		if (f && dot && (size_t)(dot - name) < sizeof(group)) {
			memcpy(group, name, (size_t)(dot - name));
			group[dot - name] = '\0';
			f = kind_field(k, group);
			if (f)
				head = title_in(&f->title, c->zh);
		}
		if (strcmp(name, "urgency") == 0)
			add(cs, _("level"), level_cols(l), FROM_LEVEL, 0);
		else if (strcmp(name, "number") == 0)
			add(cs, _("number"), number_cols(width), FROM_NUMBER,
			    0);
		else if (strcmp(name, "title") == 0)
			add(cs, head, 0, FROM_TITLE, 0);
		else
			add(cs, head, -1, FROM_KIND, i);
	}
}

static void
lay_out(struct doclist *l, struct columns *cs, int width)
{
	int fixed = MARK_COLS, shares = 0, x = MARK_COLS;

	cs->n = 0;
	add(cs, _("state"), state_cols(l), FROM_STATE, 0);
	add(cs, _("left"), SPAN_COLS, FROM_LEFT, 0);
	if (!l->kind) {
		add(cs, _("level"), level_cols(l), FROM_LEVEL, 0);
		add(cs, _("from"), l->screen.console->zh ? 8 : 10, FROM_DESK,
		    0);
		add(cs, _("title"), 0, FROM_TITLE, 0);
		add(cs, _("number"), number_cols(width), FROM_NUMBER, 0);
	} else {
		add_kind_columns(l, cs, width);
	}
	/* a title takes two shares, another text one */
	for (size_t i = 0; i < cs->n; i++) {
		fixed += (cs->c[i].cols > 0 ? cs->c[i].cols : 0) + 1;
		shares += cs->c[i].cols == 0 ? 2 : cs->c[i].cols < 0;
	}
	for (size_t i = 0; i < cs->n; i++) {
		struct column *c = &cs->c[i];

		if (c->cols <= 0)
			c->cols = (width - fixed + 1) * (c->cols == 0 ? 2 : 1) /
				  shares;
		c->x = x;
		x += c->cols + 1;
	}
}

/* The part of a number that tells notices of one desk apart: 通〔2026〕12号;
 * the prefix is the desk's and stands in its own column. */
static const char *
short_number(const char *number, int cols)
{
	const char *bracket = strstr(number, "\xe3\x80\x94");
	const char *at = bracket;

	if (!bracket || utf8_cols(number, strlen(number)) <= (size_t)cols)
		return number;
	if (cols < NUMBER_COLS)
		return bracket;
	while (at > number && ((unsigned char)*--at & 0xc0) == 0x80)
		;
	return at;
}

static const char *
cell_text(struct doclist *l, const struct column *col, const struct doc_row *r,
	  char *out, size_t out_size)
{
	struct console *c = l->screen.console;
	char span[SPAN_MAX];

	switch (col->from) {
	case FROM_STATE:
		return r->waiting_approval ? _("approve?")
		       : r->draft	   ? _("draft")
		       : r->withdrawn	   ? _("withdrawn")
		       : r->state_title	   ? r->state_title
					   : r->state;
	case FROM_LEFT:
		(void)span_text(r->due_ms, r->warn_ms, console_now_ms(c), span);
		(void)snprintf(out, out_size, "%s", span);
		return out;
	case FROM_LEVEL: return name_urgency(r->urgency);
	case FROM_DESK: return name_desk(c, r->ref.owner, out, out_size);
	case FROM_TITLE: return r->title[0] ? r->title : _("(no title)");
	case FROM_NUMBER: return short_number(r->number, col->cols);
	case FROM_KIND:
		return col->nth < r->n_columns && r->columns[col->nth]
			       ? r->columns[col->nth]
			       : "";
	}
	return "";
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
		(void)canvas_put(cv, y, 0, 1, ATTR_BOLD, ">");
	if (r->undelivered)
		(void)canvas_put(cv, y, 1, 1, ATTR_SOON, "~");
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
		(void)canvas_put(cv, y, col->x, col->cols, attr,
				 cell_text(l, col, r, text, sizeof(text)));
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
	(void)canvas_putf(cv, y + 1, 0, width, ATTR_PLAIN, "%s  %s -> %s",
			  r->number[0] ? r->number : _("(no number yet)"), from,
			  to);
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
	char place[64], filter[FILTER_MAX + 64] = "";

	(void)snprintf(place, sizeof(place), "%zu/%zu%s", l->at + 1,
		       l->win.n_rows, l->win.more ? "+" : "");
	if (l->filter.text[0])
		(void)snprintf(filter, sizeof(filter), "%s %s", _("filter:"),
			       l->filter.text);
	else
		(void)snprintf(filter, sizeof(filter), "%s",
			       l->duty ? _("all that waits for this desk, most "
					   "urgent first")
				       : _("all clue notices, newest first"));
	(void)canvas_put(cv, BODY_Y, 0, width - 12,
			 l->filter.text[0] ? ATTR_SOON : ATTR_DIM, filter);
	if (l->win.n_rows)
		canvas_put_right(cv, BODY_Y, width - 12, 12, ATTR_DIM, place);
	for (size_t i = 0; i < cs->n; i++)
		(void)canvas_put(cv, BODY_Y + 1, cs->c[i].x, cs->c[i].cols,
				 ATTR_TITLE, cs->c[i].head);
}

static void
draw_empty(struct doclist *l, struct canvas *cv)
{
	(void)canvas_put(cv, BODY_Y + 3, 2, -1, ATTR_PLAIN,
			 l->filter.text[0]
				 ? _("nothing fits the filter; \\ clears it")
			 : l->duty ? _("nothing waits for this desk")
				   : _("no clue notices yet; c composes one"));
}

void
doclist_draw(struct screen *s, struct canvas *cv)
{
	struct doclist *l = (struct doclist *)s;
	bool wide = cv->cols >= WIDE_COLS && l->preview_on;
	int width = wide ? cv->cols * 62 / 100 : cv->cols;
	int body = frame_body_rows(cv), strip = wide ? 0 : STRIP_ROWS;
	struct columns cs;

	lay_out(l, &cs, width - (wide ? 1 : 0));
	l->rows = body - 2 - strip;
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
	if (strip)
		draw_strip(l, cv, BODY_Y + body - strip, width);
	if (wide)
		preview_draw(l->preview, cv, width, cv->cols - width, body);
}
