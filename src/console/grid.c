#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/doclist_int.h"
#include "console/grid_int.h"

#define STRIP_ROWS   3 /* the selected row in full, under the table */
#define BAR_COLS_MIN 6
#define BAR_COLS_MAX 40
/* What is cut to less is no help to anybody. */
#define SHARE_COLS_MIN 8

static void
clear(struct grid *g)
{
	for (size_t i = 0; i < g->n_rows; i++)
		for (size_t k = 0; k < GRID_COLS_MAX; k++)
			(void)xfree(g->rows[i].cells[k]);
	g->rows = xfree(g->rows);
	g->n_rows = g->n_columns = 0;
	g->head[0] = g->empty[0] = '\0';
	g->more = false;
}

void
grid_column(struct grid *g, const char *head, int cols, bool right)
{
	struct grid_column *c = &g->columns[g->n_columns];

	if (g->n_columns == GRID_COLS_MAX)
		return;
	g->n_columns++;
	*c = (struct grid_column){ .cols = cols, .right = right };
	(void)snprintf(c->head, sizeof(c->head), "%s", head);
}

void
grid_bar(struct grid *g)
{
	size_t n = g->n_columns;

	grid_column(g, "", 0, false);
	if (g->n_columns > n)
		g->columns[n].bar = true;
}

struct grid_row *
grid_add(struct grid *g)
{
	g->rows = xreallocarray(g->rows, g->n_rows + 1, sizeof(*g->rows));
	g->rows[g->n_rows] = (struct grid_row){ .attr = ATTR_PLAIN };
	return &g->rows[g->n_rows++];
}

void
grid_heading(struct grid *g, const char *text)
{
	struct grid_row *row = grid_add(g);

	row->heading = true;
	row->cells[0] = xstrdup(text);
}

void
grid_cell(struct grid_row *row, size_t col, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)xfree(row->cells[col]);
	row->cells[col] = xstrdup(text);
}

const struct grid_row *
grid_selected(const struct grid *g)
{
	return g->at < g->n_rows && !g->rows[g->at].heading ? &g->rows[g->at]
							    : NULL;
}

/* The next row from there that can be selected, else one before it. */
static void
choose(struct grid *g, int64_t to, int by)
{
	int64_t n = (int64_t)g->n_rows, at = to < 0 ? 0 : to >= n ? n - 1 : to;

	for (int64_t i = at; i >= 0 && i < n; i += by)
		if (!g->rows[i].heading) {
			g->at = (size_t)i;
			return;
		}
	for (int64_t i = at; i >= 0 && i < n; i -= by)
		if (!g->rows[i].heading) {
			g->at = (size_t)i;
			return;
		}
	g->at = 0;
}

bool
grid_more(struct grid *g)
{
	size_t n = g->n_rows;

	if (g->more && g->ops->more)
		g->ops->more(g);
	return g->n_rows > n;
}

static int64_t
parts_sum(const struct grid_row *row, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += row->parts[i];
	return sum;
}

void
grid_reload(struct grid *g)
{
	struct doc_ref was = { .id = "" };
	size_t at = g->at;
	int64_t key = 0;

	if (grid_selected(g)) {
		was = grid_selected(g)->ref;
		key = grid_selected(g)->key;
	}
	clear(g);
	g->loaded_minute = console_now_ms(g->screen.console) / 60000;
	g->ops->load(g);
	g->longest = 1;
	for (size_t i = 0; i < g->n_rows; i++)
		if (parts_sum(&g->rows[i], GRID_PARTS) > g->longest)
			g->longest = parts_sum(&g->rows[i], GRID_PARTS);
	for (size_t i = 0; (key || was.id[0]) && i < g->n_rows; i++)
		if (key ? g->rows[i].key == key
			: ref_same(&g->rows[i].ref, &was)) {
			at = i;
			break;
		}
	choose(g, (int64_t)at, 1);
	console_dirty(g->screen.console);
}

/* --- drawing ----------------------------------------------------------------
 */

/* What is left for those that share; columns at the end give way until that
 * is enough: their cells then stand under the table. */
static int
room_left(struct grid *g, int width, int *ret_shares)
{
	int left = width - 1, shares = 0;

	for (size_t i = 0; i < g->n_columns; i++) {
		struct grid_column *c = &g->columns[i];

		c->width = c->cols;
		left -= c->cols + 1;
		shares += c->cols == 0 && !c->bar;
	}
	for (size_t i = g->n_columns; i > 0 && shares > 0; i--) {
		struct grid_column *c = &g->columns[i - 1];

		if (left >= shares * SHARE_COLS_MIN)
			break;
		if (c->cols > 0) {
			left += c->cols + 1;
			c->width = 0;
		}
	}
	*ret_shares = shares;
	return left;
}

/* Columns of the longest text of what has no width of its own. */
static int
longest_share(const struct grid *g)
{
	int longest = 0;

	for (size_t n = 0; n < g->n_rows; n++) {
		const struct grid_row *row = &g->rows[n];

		for (size_t i = 0; i < g->n_columns; i++) {
			const struct grid_column *c = &g->columns[i];
			const char *text = row->cells[i];
			int cols =
				text ? (int)utf8_cols(text, strlen(text)) : 0;

			if (c->cols == 0 && !c->bar && !row->whole &&
			    !row->heading && cols > longest)
				longest = cols;
		}
	}
	return longest;
}

/* A bar gives way to words, and is none for who has the screen read out. */
static int
bar_cols(const struct grid *g, int left, int shares)
{
	int bar = left / 3, words = longest_share(g);

	if (shares == 1 && words < left * 2 && bar > left - words)
		bar = left - words;
	if (bar < BAR_COLS_MIN || g->screen.console->reader)
		return 0;
	return bar > BAR_COLS_MAX ? BAR_COLS_MAX : bar;
}

static void
lay_out(struct grid *g, int width)
{
	int shares, x = 2, left = room_left(g, width, &shares);
	int bar = bar_cols(g, left, shares);

	for (size_t i = 0; i < g->n_columns; i++)
		left -= g->columns[i].bar ? bar : 0;
	for (size_t i = 0; i < g->n_columns; i++) {
		struct grid_column *c = &g->columns[i];

		if (c->bar) {
			c->width = bar;
		} else if (c->cols == 0) {
			c->width = left > SHARE_COLS_MIN ? left / shares
							 : SHARE_COLS_MIN;
			left -= c->width;
			shares--;
		}
		c->x = x;
		if (c->width > 0)
			x += c->width + 1;
	}
}

static void
put(struct canvas *cv, int y, const struct grid_column *c, enum attr attr,
    const char *text)
{
	if (c->right)
		canvas_put_right(cv, y, c->x, c->width, attr, text);
	else
		(void)canvas_put(cv, y, c->x, c->width, attr, text);
}

/* A part of one has a sign, however many the others have. */
static void
draw_bar(const struct grid *g, struct canvas *cv, int y,
	 const struct grid_column *c, const struct grid_row *row)
{
	static const char signs[GRID_PARTS] = { '#', '=', '!' };
	static const enum attr attrs[GRID_PARTS] = { ATTR_GOOD, ATTR_PLAIN,
						     ATTR_LATE };
	int x = 0;

	for (size_t i = 0; i < GRID_PARTS; i++) {
		int to = (int)(parts_sum(row, i + 1) * c->width / g->longest);
		char text[BAR_COLS_MAX + 1] = "";

		if (row->parts[i] > 0 && to <= x)
			to = x + 1;
		if (to > c->width)
			to = c->width;
		if (to <= x)
			continue;
		memset(text, signs[i], (size_t)(to - x));
		(void)canvas_put(cv, y, c->x + x, to - x, attrs[i], text);
		x = to;
	}
}

static void
draw_cell(const struct grid *g, struct canvas *cv, int y,
	  const struct grid_row *row, size_t i)
{
	const struct grid_column *c = &g->columns[i];

	put(cv, y, c, row->attrs[i] != ATTR_PLAIN ? row->attrs[i] : row->attr,
	    row->cells[i]);
	if (!c->right)
		mark_words(cv, y, &(struct mark_place){ c->x, c->width },
			   row->cells[i], g->query);
}

static void
draw_row(const struct grid *g, struct canvas *cv, int y, size_t at)
{
	const struct grid_row *row = &g->rows[at];

	if (row->heading) {
		(void)canvas_put(cv, y, 0, -1, ATTR_TITLE, row->cells[0]);
		return;
	}
	if (at == g->at)
		(void)canvas_put(cv, y, 0, 1, ATTR_PLAIN, ">");
	if (row->whole)
		(void)canvas_put(cv, y, 2, cv->cols - 2, row->attr,
				 row->cells[0]);
	for (size_t i = 0; !row->whole && i < g->n_columns; i++)
		if (g->columns[i].bar)
			draw_bar(g, cv, y, &g->columns[i], row);
		else if (row->cells[i] && g->columns[i].width > 0)
			draw_cell(g, cv, y, row, i);
	if (at == g->at)
		canvas_cursor(cv, y, 0, false);
}

/* Cells that were cut stand here whole. */
static void
draw_strip(const struct grid *g, struct canvas *cv, int y)
{
	const struct grid_row *row = grid_selected(g);
	int line = y + 1, x = 0;

	canvas_rule(cv, y, 0, cv->cols);
	for (size_t i = 0; row && i < g->n_columns; i++) {
		const struct grid_column *c = &g->columns[i];
		char text[1024];
		int cols;

		/* of a column that gave way its name, too */
		(void)snprintf(text, sizeof(text), "%s%s%s",
			       c->width == 0 && !row->whole ? c->head : "",
			       c->width == 0 && !row->whole ? " " : "",
			       row->cells[i] ? row->cells[i] : "");
		cols = (int)utf8_cols(text, strlen(text));
		if (row->cells[i] == NULL ||
		    cols <= (row->whole ? cv->cols - 2 : c->width))
			continue;
		if (x > 0 && x + cols > cv->cols) {
			line++;
			x = 0;
		}
		if (line >= y + STRIP_ROWS)
			return;
		x += canvas_put(cv, line, x, cv->cols - x, ATTR_PLAIN, text) +
		     2;
	}
}

/* Rows that are no headings, of the first n. */
static size_t
rows_to(const struct grid *g, size_t n)
{
	size_t rows = 0;

	for (size_t i = 0; i < n && i < g->n_rows; i++)
		rows += !g->rows[i].heading;
	return rows;
}

static void
draw(struct screen *s, struct canvas *cv)
{
	struct grid *g = (struct grid *)s;
	int body = frame_body_rows(cv);
	char place[48];

	if (g->ops->minute &&
	    g->loaded_minute != console_now_ms(s->console) / 60000)
		grid_reload(g);
	lay_out(g, cv->cols);
	g->shown = body - 2 - STRIP_ROWS;
	if (g->at < g->top)
		g->top = g->at;
	if (g->at >= g->top + (size_t)g->shown)
		g->top = g->at - (size_t)g->shown + 1;
	/* a heading over the first row is worth its line */
	if (g->top == 1 && g->rows[0].heading)
		g->top = 0;
	(void)canvas_put(cv, BODY_Y, 0, cv->cols - (g->n_rows ? 12 : 0),
			 ATTR_DIM, g->head);
	(void)snprintf(place, sizeof(place), "%zu/%zu%s", rows_to(g, g->at + 1),
		       rows_to(g, g->n_rows), g->more ? "+" : "");
	if (g->n_rows)
		canvas_put_right(cv, BODY_Y, cv->cols - 12, 12, ATTR_DIM,
				 place);
	for (size_t i = 0; i < g->n_columns; i++)
		if (g->columns[i].width > 0)
			put(cv, BODY_Y + 1, &g->columns[i], ATTR_TITLE,
			    g->columns[i].head);
	for (int i = 0; i < g->shown; i++)
		if (g->top + (size_t)i < g->n_rows)
			draw_row(g, cv, BODY_Y + 2 + i, g->top + (size_t)i);
	if (g->n_rows == 0)
		(void)canvas_put(cv, BODY_Y + 3, 2, -1, ATTR_PLAIN, g->empty);
	draw_strip(g, cv, BODY_Y + body - STRIP_ROWS);
}

/* --- keys -------------------------------------------------------------------
 */

static void
open_row(struct grid *g)
{
	const struct grid_row *row = grid_selected(g);

	if (row && g->ops->open)
		g->ops->open(g, row);
	else if (row && row->ref.id[0])
		screen_push(g->screen.console,
			    detail_new(g->screen.console, &row->ref));
}

static bool
act(struct screen *s, enum action a)
{
	struct grid *g = (struct grid *)s;
	int64_t at = (int64_t)g->at, page = g->shown > 2 ? g->shown - 1 : 1;

	if ((g->ops->act && g->ops->act(g, a)) || grid_search(g, a))
		return true;
	if ((a == ACTION_LINE_DOWN && at + 1 >= (int64_t)g->n_rows) ||
	    (a == ACTION_PAGE_DOWN && at + page >= (int64_t)g->n_rows) ||
	    a == ACTION_BOTTOM)
		(void)grid_more(g);
	if (a == ACTION_LINE_DOWN)
		choose(g, at + 1, 1);
	else if (a == ACTION_LINE_UP)
		choose(g, at - 1, -1);
	else if (a == ACTION_PAGE_DOWN)
		choose(g, at + page, 1);
	else if (a == ACTION_PAGE_UP)
		choose(g, at - page, -1);
	else if (a == ACTION_TOP)
		choose(g, 0, 1);
	else if (a == ACTION_BOTTOM)
		choose(g, (int64_t)g->n_rows - 1, -1);
	else if (a == ACTION_OPEN)
		open_row(g);
	else
		return false;
	return true;
}

static void
name(struct screen *s, char *out, size_t out_size)
{
	struct grid *g = (struct grid *)s;

	g->ops->name(g, out, out_size);
}

static void
changed(struct screen *s)
{
	struct grid *g = (struct grid *)s;

	if (g->ops->changed)
		g->ops->changed(g);
	else
		grid_reload(g);
}

static void
free_grid(struct screen *s)
{
	struct grid *g = (struct grid *)s;

	if (g->ops->free)
		g->ops->free(g);
	clear(g);
	(void)xfree(g->query);
}

void *
grid_new(struct console *c, const struct grid_ops *ops, size_t size)
{
	struct grid *g = screen_new(c, NULL, size);

	g->ops = ops;
	g->screen_ops = (struct screen_ops){
		.context = ops->context,
		.bar = ops->bar,
		.name = name,
		.draw = draw,
		.act = act,
		.changed = changed,
		.free = free_grid,
	};
	g->screen.ops = &g->screen_ops;
	return g;
}
