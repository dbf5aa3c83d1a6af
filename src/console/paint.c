#include <stdlib.h>
#include <string.h>

#include <curses.h>

#include "base/mem.h"
#include "console/paint_int.h"
#include "console/way_int.h"

#include <term.h>

#define SHIFT_MAX  24 /* rows that a scrolled block is looked for */
#define SHIFT_GAIN 30 /* cells that a shift must save to be worth it */
#define GAP_BYTES  4  /* rewritten rather than jumped over */
#define ERASE_COLS 3

static const struct cell blank = { .cp = ' ', .cols = 1 };

static struct {
	struct canvas sent; /* what the screen shows */
	bool all;	    /* that is not known */
	bool cursor_shown;
	bool corner; /* the last cell can be written without scrolling */
} p;

void
paint_start(int fd)
{
	way_start(fd);
	p.corner = !auto_right_margin || eat_newline_glitch;
	paint_forget();
}

void
paint_stop(void)
{
	way_stop();
	canvas_release(&p.sent);
}

void
paint_forget(void)
{
	p.all = true;
}

/* --- cells --------------------------------------------------------------- */

static bool
same(const struct cell *a, const struct cell *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool
is_blank(const struct cell *cell)
{
	return cell->cp == ' ' && !cell->line && cell->marks[0] == 0 &&
	       !(way_underlines(cell->attr));
}

static int
row_end(const struct cell *row, int cols)
{
	while (cols > 0 && is_blank(&row[cols - 1]))
		cols--;
	return cols;
}

/* Where a run of different cells that begins at x ends: cells that stay are
 * taken in when jumping over them would cost more. */
static int
run_end(const struct cell *old, const struct cell *new, int x, int end)
{
	int last = x + 1, kept = 0;

	for (int to = x + 1; to < end && kept <= GAP_BYTES; to++) {
		if (!same(&old[to], &new[to])) {
			last = to + 1;
			kept = 0;
		} else if (new[to].cp) {
			kept += new[to].cp < 0x80 ? 1 : 3;
			if (!is_blank(&new[to]) &&
			    (new[to].attr != new[x].attr || new[to].line))
				kept += GAP_BYTES;
		}
	}
	return last;
}

static void
erase_from(int y, int x, int old_end)
{
	way_go(y, x);
	way_plain();
	if (old_end - x > ERASE_COLS && way_has(clr_eol)) {
		way_cap(clr_eol);
		return;
	}
	for (; x < old_end; x++)
		way_cell(&blank);
	way_end_row(p.sent.cols);
}

static void
paint_row(const struct cell *old, const struct cell *new, int y, int cols)
{
	int end = row_end(new, cols), old_end = row_end(old, cols), x = 0;

	if (!p.corner && y == p.sent.rows - 1 && end == cols)
		end--;
	while (x < end) {
		int to;

		if (same(&old[x], &new[x]) ||
		    (is_blank(&old[x]) && is_blank(&new[x]))) {
			x++;
			continue;
		}
		while (x > 0 && (old[x].cp == 0 || new[x].cp == 0))
			x--; /* no character is halved */
		to = run_end(old, new, x, end);
		while (to < cols && (old[to].cp == 0 || new[to].cp == 0))
			to++;
		way_go(y, x);
		for (; x < to; x++)
			if (new[x].cp)
				way_cell(&new[x]);
		way_end_row(cols);
	}
	if (old_end > end)
		erase_from(y, end, old_end);
}

/* Row y of the screen becomes the given one of the canvas. */
static void
settle_row(const struct canvas *c, int y, int from)
{
	size_t cols = (size_t)c->cols;

	paint_row(canvas_row(&p.sent, y), canvas_row(c, from), y, c->cols);
	memcpy(&p.sent.cells[(size_t)y * cols], canvas_row(c, from),
	       cols * sizeof(struct cell));
}

/* --- rows that only moved ------------------------------------------------ */

struct shift {
	int top, bottom; /* rows [top, bottom] */
	int by;		 /* > 0: up */
	int gain;	 /* cells that need not be sent */
};

static int
alike(const struct cell *a, const struct cell *b, int cols)
{
	int n = 0;

	for (int x = 0; x < cols; x++)
		n += a[x].cp != ' ' && same(&a[x], &b[x]);
	return n;
}

/* The best block of rows that stands `by` rows lower on the screen. */
static void
find_shift(const struct canvas *c, const int *stays, int by, struct shift *best)
{
	int gain = 0, from = 0;

	for (int y = 0; y < c->rows; y++) {
		int old = y + by;
		int here = old < 0 || old >= c->rows
				   ? -c->cols
				   : alike(canvas_row(&p.sent, old),
					   canvas_row(c, y), c->cols) -
					     stays[y];

		if (gain <= 0) {
			gain = 0;
			from = y;
		}
		gain += here;
		if (gain > best->gain)
			*best = (struct shift){ from, y, by, gain };
	}
}

static void
move_lines(int at, bool in, int n)
{
	const char *many = in ? parm_insert_line : parm_delete_line;
	const char *one = in ? insert_line : delete_line;

	way_go(at, 0);
	if (n == 1 && way_has(one)) {
		way_cap(one);
		return;
	}
	way_cap(tiparm(many, n));
}

static void
scroll_block(int top, int bottom, int by)
{
	int n = abs(by);

	way_plain();
	if (way_scrolls()) {
		way_scroll(top, bottom, by);
		return;
	}
	move_lines(by > 0 ? top : bottom + 1 - n, false, n);
	move_lines(by > 0 ? bottom + 1 - n : top, true, n);
}

/* Those that stay are sent first: what is scrolled in is written last, and the
 * cursor is mostly there. */
static void
settle_outside(const struct canvas *c, int top, int bottom)
{
	int from = way_row() > 0 ? way_row() : 0;

	for (int i = 0; i < c->rows; i++) {
		int y = (from + i) % c->rows;

		if (y < top || y > bottom)
			settle_row(c, y, y);
	}
}

static void
apply_shift(const struct canvas *c, const struct shift *s)
{
	int here = way_row();
	int top = s->by > 0 ? s->top : s->top + s->by;
	int bottom = s->by > 0 ? s->bottom + s->by : s->bottom;
	int n = abs(s->by), cols = p.sent.cols;
	struct cell *rows = p.sent.cells;
	size_t kept = (size_t)(bottom - top + 1 - n) * (size_t)cols;
	struct cell *first = rows + (size_t)top * (size_t)cols;

	/* the row with the cursor is near now and would be far afterwards */
	if (here >= top + (s->by > 0 ? n : 0) &&
	    here <= bottom - (s->by > 0 ? 0 : n))
		settle_row(c, here, here - s->by);
	settle_outside(c, top, bottom);
	scroll_block(top, bottom, s->by);
	if (s->by > 0)
		memmove(first, first + (size_t)n * (size_t)cols,
			kept * sizeof(*first));
	else
		memmove(first + (size_t)n * (size_t)cols, first,
			kept * sizeof(*first));
	first += s->by > 0 ? kept : 0;
	for (size_t i = 0; i < (size_t)n * (size_t)cols; i++)
		first[i] = blank;
}

static void
shift_rows(const struct canvas *c)
{
	struct shift best = { .gain = SHIFT_GAIN };
	int *stays;
	bool able = (way_has(parm_delete_line) && way_has(parm_insert_line)) ||
		    way_scrolls();

	if (!able)
		return;
	stays = xcalloc((size_t)c->rows, sizeof(*stays));
	for (int y = 0; y < c->rows; y++)
		stays[y] = alike(canvas_row(&p.sent, y), canvas_row(c, y),
				 c->cols);
	for (int by = 1; by <= SHIFT_MAX && by < c->rows; by++) {
		find_shift(c, stays, by, &best);
		find_shift(c, stays, -by, &best);
	}
	(void)xfree(stays);
	if (best.by)
		apply_shift(c, &best);
}

/* --- a frame ------------------------------------------------------------- */

static void
begin_anew(const struct canvas *c)
{
	canvas_init(&p.sent, c->rows, c->cols);
	way_anew(c->rows);
	p.all = p.cursor_shown = false;
}

void
paint_frame(const struct canvas *c)
{
	size_t cols = (size_t)c->cols;
	int changed = 0, from;

	if (p.all || p.sent.rows != c->rows || p.sent.cols != c->cols)
		begin_anew(c);
	for (int y = 0; y < c->rows; y++)
		changed += memcmp(canvas_row(&p.sent, y), canvas_row(c, y),
				  cols * sizeof(struct cell)) != 0;
	if (changed > 3)
		shift_rows(c);
	from = way_row() > 0 ? way_row()
			     : 0; /* the rows near the cursor are near */
	for (int i = 0; i < c->rows; i++) {
		int y = (from + i) % c->rows;

		settle_row(c, y, y);
	}
	way_plain();
	way_go(c->cursor_y, c->cursor_x);
	if (!p.cursor_shown)
		way_cap(cursor_normal);
	p.cursor_shown = true;
	way_flush();
}
