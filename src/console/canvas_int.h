/*
 * A screen as cells, composed in memory: text is placed by columns, never by
 * bytes, and a wide character is never halved. Knows no curses; term.c sends
 * the rows that changed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum attr {
	ATTR_PLAIN,
	ATTR_BOLD,
	ATTR_DIM,
	ATTR_TITLE, /* the top line, headings */
	ATTR_LATE,
	ATTR_SOON,
	ATTR_GOOD,
	ATTR_KEY,
	ATTR_INPUT, /* where text is typed */
	ATTR_ERROR,
	ATTR__COUNT
};

/* No padding, so that rows compare by bytes. */
struct cell {
	uint32_t cp;	   /* 0 = the right half of the one before */
	uint32_t marks[2]; /* combining marks, 0 = none */
	uint8_t cols;	   /* 1 or 2; 0 with cp 0 */
	uint8_t attr;
	uint8_t line; /* cp is a name of a curses line character (lqkxmj) */
	uint8_t zero;
};

struct canvas {
	int rows, cols;
	struct cell *cells;
	int cursor_y, cursor_x;
	bool cursor_bright; /* a caret in a text field */
};

void canvas_init(struct canvas *c, int rows, int cols);
void canvas_release(struct canvas *c);
void canvas_clear(struct canvas *c);
const struct cell *canvas_row(const struct canvas *c, int y);

/*
 * Puts text at most `width` columns wide and fills up to width with blanks
 * (width < 0: to the end of the row, no fill). Hidden characters become
 * visible marks; what does not fit is cut at a character. Returns the columns
 * of the text.
 */
int canvas_put(struct canvas *c, int y, int x, int width, enum attr attr,
	       const char *text);
int canvas_putf(struct canvas *c, int y, int x, int width, enum attr attr,
		const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* The same, ending at column x + width. */
void canvas_put_right(struct canvas *c, int y, int x, int width, enum attr attr,
		      const char *text);
void canvas_blank(struct canvas *c, int y, int x, int width);
void canvas_rule(struct canvas *c, int y, int x, int width);
void canvas_bar(struct canvas *c, int y, int x, int height);
/* A frame around an emptied inside; the title may be "". */
void canvas_box(struct canvas *c, int y, int x, int height, int width,
		const char *title);
void canvas_cursor(struct canvas *c, int y, int x, bool bright);
/* The row as text without trailing blanks, heap; lines as ASCII. Tests. */
char *canvas_text(const struct canvas *c, int y);
