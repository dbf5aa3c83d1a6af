#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/canvas_int.h"

#define SHOWN_MAX (64 * 1024)

static const struct cell blank = { .cp = ' ', .cols = 1 };

void
canvas_init(struct canvas *c, int rows, int cols)
{
	c->rows = rows > 1 ? rows : 1;
	c->cols = cols > 1 ? cols : 1;
	c->cells = xreallocarray(c->cells, (size_t)c->rows * (size_t)c->cols,
				 sizeof(*c->cells));
	canvas_clear(c);
}

void
canvas_release(struct canvas *c)
{
	c->cells = xfree(c->cells);
}

void
canvas_clear(struct canvas *c)
{
	for (size_t i = 0; i < (size_t)c->rows * (size_t)c->cols; i++)
		c->cells[i] = blank;
	c->cursor_y = c->cursor_x = 0;
	c->cursor_bright = false;
}

const struct cell *
canvas_row(const struct canvas *c, int y)
{
	return &c->cells[(size_t)y * (size_t)c->cols];
}

static struct cell *
cell_at(struct canvas *c, int y, int x)
{
	return &c->cells[(size_t)y * (size_t)c->cols + (size_t)x];
}

/* Columns [x, x + width) will be overwritten: a wide character that lies half
 * outside becomes a blank. */
static void
open_gap(struct canvas *c, int y, int x, int width)
{
	if (width <= 0)
		return;
	if (x > 0 && cell_at(c, y, x)->cp == 0) {
		*cell_at(c, y, x - 1) = blank;
		*cell_at(c, y, x) = blank;
	}
	if (x + width < c->cols && cell_at(c, y, x + width)->cp == 0)
		*cell_at(c, y, x + width) = blank;
}

static int
clip(const struct canvas *c, int y, int x, int width)
{
	if (y < 0 || y >= c->rows || x < 0 || x >= c->cols)
		return 0;
	return width < 0 || width > c->cols - x ? c->cols - x : width;
}

static void
set_char(struct canvas *c, int y, int x, uint32_t cp, int cols, enum attr attr)
{
	struct cell *cell = cell_at(c, y, x);

	open_gap(c, y, x, cols);
	*cell = (struct cell){ .cp = cp,
			       .cols = (uint8_t)cols,
			       .attr = (uint8_t)attr };
	if (cols == 2)
		cell[1] = (struct cell){ .attr = (uint8_t)attr };
}

static void
add_mark(struct canvas *c, int y, int x, uint32_t cp)
{
	struct cell *cell;

	if (x == 0)
		return;
	cell = cell_at(c, y, x - 1);
	if (cell->cp == 0 && x > 1)
		cell--;
	if (cell->marks[0] == 0)
		cell->marks[0] = cp;
	else if (cell->marks[1] == 0)
		cell->marks[1] = cp;
}

/* Text that is known to have no hidden characters. */
static int
put_shown(struct canvas *c, int y, int x, int width, enum attr attr,
	  const char *s, size_t n)
{
	int done = 0;
	uint32_t cp;
	size_t step;

	while (n && (step = utf8_next(s, n, &cp)) > 0) {
		int cols = cp_cols(cp);

		if (cols == 0 && done > 0)
			add_mark(c, y, x + done, cp);
		if (done + cols > width)
			break;
		if (cols > 0)
			set_char(c, y, x + done, cp, cols, attr);
		done += cols;
		s += step;
		n -= step;
	}
	return done;
}

static bool
has_hidden(const char *s, size_t n)
{
	uint32_t cp;
	size_t step;

	for (; n && (step = utf8_next(s, n, &cp)) > 0; s += step, n -= step)
		if (cp_is_hidden(cp))
			return true;
	return false;
}

int
canvas_put(struct canvas *c, int y, int x, int width, enum attr attr,
	   const char *text)
{
	int room = clip(c, y, x, width), done;
	size_t n = strlen(text);

	if (room <= 0)
		return 0;
	if (n > SHOWN_MAX)
		n = utf8_cut(text, SHOWN_MAX, (size_t)c->cols, NULL);
	if (has_hidden(text, n)) {
		struct buf b = { 0 };

		buf_init(&b, SHOWN_MAX * 10);
		(void)text_show(&b, text, n, true, NULL); /* fits */
		done = put_shown(c, y, x, room, attr, buf_str(&b), b.len);
		buf_release(&b);
	} else {
		done = put_shown(c, y, x, room, attr, text, n);
	}
	if (width >= 0)
		for (int i = done; i < room; i++)
			set_char(c, y, x + i, ' ', 1,
				 attr == ATTR_INPUT ? attr : ATTR_PLAIN);
	return done;
}

int
canvas_putf(struct canvas *c, int y, int x, int width, enum attr attr,
	    const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	/* a cut by bytes may have halved the last character */
	if (n >= (int)sizeof(line)) {
		size_t at = sizeof(line) - 1;

		while (at > 0 && ((unsigned char)line[at - 1] & 0xc0) == 0x80)
			at--;
		line[at ? at - 1 : 0] = '\0';
	}
	return canvas_put(c, y, x, width, attr, line);
}

void
canvas_put_right(struct canvas *c, int y, int x, int width, enum attr attr,
		 const char *text)
{
	size_t cols = 0;
	size_t n = utf8_cut(text, strlen(text), (size_t)(width > 0 ? width : 0),
			    &cols);
	char *part = xstrndup(text, n);

	canvas_blank(c, y, x, width);
	(void)canvas_put(c, y, x + width - (int)cols, (int)cols, attr, part);
	(void)xfree(part);
}

void
canvas_blank(struct canvas *c, int y, int x, int width)
{
	int room = clip(c, y, x, width);

	for (int i = 0; i < room; i++)
		set_char(c, y, x + i, ' ', 1, ATTR_PLAIN);
}

static void
set_line(struct canvas *c, int y, int x, char name)
{
	if (clip(c, y, x, 1) != 1)
		return;
	set_char(c, y, x, (uint32_t)name, 1, ATTR_DIM);
	cell_at(c, y, x)->line = 1;
}

void
canvas_rule(struct canvas *c, int y, int x, int width)
{
	int room = clip(c, y, x, width);

	for (int i = 0; i < room; i++)
		set_line(c, y, x + i, 'q');
}

void
canvas_bar(struct canvas *c, int y, int x, int height)
{
	for (int i = 0; i < height; i++)
		set_line(c, y + i, x, 'x');
}

void
canvas_box(struct canvas *c, int y, int x, int height, int width,
	   const char *title)
{
	int right = x + width - 1, bottom = y + height - 1;

	for (int i = 1; i < height - 1; i++)
		canvas_blank(c, y + i, x, width);
	canvas_rule(c, y, x, width);
	canvas_rule(c, bottom, x, width);
	canvas_bar(c, y, x, height);
	canvas_bar(c, y, right, height);
	set_line(c, y, x, 'l');
	set_line(c, y, right, 'k');
	set_line(c, bottom, x, 'm');
	set_line(c, bottom, right, 'j');
	if (title[0]) {
		int cols = (int)utf8_cols(title, strlen(title));

		if (cols > width - 4)
			cols = width - 4;
		(void)canvas_put(c, y, x + (width - cols) / 2 - 1, cols + 2,
				 ATTR_PLAIN, " ");
		(void)canvas_put(c, y, x + (width - cols) / 2, cols, ATTR_TITLE,
				 title);
	}
}

void
canvas_cursor(struct canvas *c, int y, int x, bool bright)
{
	c->cursor_y = y < c->rows ? y : c->rows - 1;
	c->cursor_x = x < c->cols ? x : c->cols - 1;
	c->cursor_bright = bright;
}

char *
canvas_text(const struct canvas *c, int y)
{
	static const char ascii[] = "q-x|l+k+m+j+";
	const struct cell *row = canvas_row(c, y);
	char *out = xcalloc((size_t)c->cols + 1, 13);
	size_t at = 0, end = 0;

	for (int x = 0; x < c->cols; x++) {
		const uint32_t all[] = { row[x].cp, row[x].marks[0],
					 row[x].marks[1] };

		if (row[x].cp == 0)
			continue;
		if (row[x].line)
			out[at++] = strchr(ascii, (int)row[x].cp)[1];
		for (size_t i = 0; !row[x].line && i < ARRAY_LEN(all); i++)
			if (all[i])
				at += utf8_encode(all[i], out + at);
		if (row[x].cp != ' ')
			end = at;
	}
	out[end] = '\0';
	return out;
}
