#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console/engine_int.h"
#include "console/entry_int.h"

#define BOX_COLS 64
#define BOX_ROWS 4

/* "1线索": its columns; drawn when cv is given. */
static int
put_candidate(struct entry *e, size_t i, size_t nth, struct canvas *cv, int y,
	      int x)
{
	const char *text = entry_text(e, i);
	size_t cols, n = utf8_cut(text, strlen(text), ENTRY_SHOWN_COLS, &cols);
	bool whole = text[n] == '\0';

	if (cv) {
		(void)canvas_putf(cv, y, x, 1, ATTR_KEY, "%zu", nth + 1);
		(void)canvas_putf(cv, y, x + 1, -1,
				  e->found[i].term ? ATTR_GOOD : ATTR_PLAIN,
				  "%.*s%s", (int)n, text, whole ? "" : "..");
	}
	return 1 + (int)cols + (whole ? 0 : 2);
}

/* As many as the line holds, at most one for each digit. */
static void
draw_candidates(struct entry *e, struct canvas *cv, int y, int x, int width)
{
	size_t first = e->pages[e->page], n = 0;
	int at = x, end = x + width - 2; /* room for the sign of more */

	for (size_t i = first; i < e->n_found && n < ENTRY_PAGE; i++, n++) {
		int cols = put_candidate(e, i, n, NULL, y, at);

		if (at + cols > end && n > 0)
			break;
		(void)put_candidate(e, i, n, cv, y, at);
		at += cols + 1;
	}
	e->n_on_page = n;
	if (first + n < e->n_found)
		(void)canvas_put(cv, y, x + width - 1, 1, ATTR_KEY, "=");
}

void
entry_draw(struct console *c, struct canvas *cv)
{
	struct entry *e = c->entry;
	int width = cv->cols - 2 < BOX_COLS ? cv->cols - 2 : BOX_COLS;
	int y = cv->cursor_y + 1, x = cv->cursor_x;

	if (!entry_is_on(c) || e->n_letters == 0)
		return;
	if (y + BOX_ROWS > cv->rows - 1)
		y = cv->cursor_y - BOX_ROWS;
	if (y < 0)
		y = 0;
	if (x + width > cv->cols)
		x = cv->cols - width;
	canvas_box(cv, y, x, BOX_ROWS, width, _("pinyin"));
	(void)canvas_putf(cv, y + 1, x + 2, width - 4, ATTR_PLAIN, "%s%s",
			  engine_chosen(e->engine),
			  engine_syllables(e->engine));
	draw_candidates(e, cv, y + 2, x + 2, width - 4);
	if (e->n_found == 0)
		(void)canvas_put(cv, y + 2, x + 2, width - 4, ATTR_DIM,
				 _("nothing reads so; Enter keeps the "
				   "letters"));
}
