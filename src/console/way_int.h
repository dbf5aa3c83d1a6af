/*
 * The way out to the terminal: the shortest sequence to a cell, the fewest
 * changes of look, characters in the terminal's own character set. Gathers
 * bytes until they are flushed. Knows terminfo, not what is on the screen.
 */
#pragma once

#include <stdbool.h>

#include "console/canvas_int.h"

/* How frames and rules are drawn. */
enum line_style {
	LINES_TERMINAL, /* the terminal's own line characters */
	LINES_ASCII,	/* - | + */
	LINES_NONE	/* blanks: a screen reader would read them out */
};

void way_start(int fd);
void way_stop(void);
/* From the next frame on; a terminal without lines of its own has ASCII. */
void way_set_lines(enum line_style style);
/* Clears the screen of so many rows; look, place and scrolling region are as
 * after a reset. */
void way_anew(int rows);
/* Whether a block of rows can be scrolled without the others. */
bool way_scrolls(void);
/* Scrolls rows [top, bottom] by so many: > 0 up. The region is kept, so that
 * the next one of the same rows costs a byte. */
void way_scroll(int top, int bottom, int by);
void way_whole(void); /* the region that was kept is given up */
void way_go(int y, int x);
/* Where the cursor is, is no longer known. */
void way_lose(void);
/* The same for the column, when the last one was written: the cursor may wait
 * behind it. */
void way_end_row(int cols);
int way_row(void); /* of the cursor, -1 = not known */
void way_cell(const struct cell *cell);
void way_plain(void);
bool way_underlines(enum attr attr); /* blanks too can be seen */
/* A capability of terminfo; nothing when the terminal lacks it. */
bool way_has(const char *capability);
void way_cap(const char *capability);
/* Writes what was gathered, however long the terminal takes. */
void way_flush(void);
