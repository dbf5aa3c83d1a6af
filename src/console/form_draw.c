#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"

#define LABEL_WIDTH 24
#define LINES_OPEN  6 /* of a long text while it is edited */
#define LINES_SHUT  2
#define WRAP_MAX    2000

static bool
is_button(const struct form_item *it)
{
	return it->type >= ITEM_ADD_ROW;
}

static int
text_lines(const struct form_item *it, int width, bool here)
{
	size_t n;

	if (!item_is_lines(it))
		return 1;
	n = text_wrap(it->edit.text, width, NULL, 0);
	if (here)
		return n < LINES_OPEN ? (int)n + (n < 2) : LINES_OPEN;
	return n < LINES_SHUT ? (int)n : LINES_SHUT;
}

static int
item_height(const struct form *f, size_t at, int width)
{
	const struct form_item *it = &f->items[at];

	return text_lines(it, width, at == f->at) + (it->error[0] ? 1 : 0);
}

const char *
choice_text(const char *choice)
{
	static const struct {
		const char *code, *text;
	} table[] = { { "actual", N_("actual") },
		      { "exercise", N_("exercise") },
		      { "test", N_("test") } };

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strcmp(table[i].code, choice) == 0)
			return _(table[i].text);
	return choice;
}

/* "(a)公开 [b]内部 (c)工作秘密" */
static void
draw_choices(const struct form_item *it, struct canvas *cv, int y, int x,
	     bool here)
{
	int at = x, caret = x;

	for (size_t i = 0; i < it->field->n_choices; i++) {
		bool on = strcmp(it->field->choices[i], it->edit.text) == 0;

		if (on)
			caret = at;
		at += canvas_putf(cv, y, at, -1, on ? ATTR_BOLD : ATTR_DIM,
				  "%c%c%c%s", on ? '[' : '(', (char)('a' + i),
				  on ? ']' : ')',
				  choice_text(it->field->choices[i])) +
		      1;
	}
	if (here)
		canvas_cursor(cv, y, caret + 1, true);
}

/* The names of the codes typed, after them. */
static void
draw_names(struct form *f, const struct form_item *it, struct canvas *cv, int y,
	   int x)
{
	char copy[512], *rest = copy, *word;
	int at = x;

	(void)snprintf(copy, sizeof(copy), "%s", it->edit.text);
	while ((word = strsep(&rest, " ")) != NULL) {
		char name[160];

		if (!word[0] || strcmp(pick_name(f, item_table(it), word, name,
						 sizeof(name)),
				       word) == 0)
			continue;
		at += canvas_putf(cv, y, at, -1, ATTR_DIM, "%s%s",
				  at == x ? "= " : "", name) +
		      1;
	}
}

static void
draw_line(struct form *f, const struct form_item *it, struct canvas *cv, int y,
	  int x, bool here)
{
	int width = cv->cols - x - 1, col = 0, shown;
	size_t from = 0;
	bool table = item_table(it) != NULL;

	if (table && width > 34)
		width = 34;
	edit_window(&it->edit, width, &from, &col);
	if (!here)
		from = 0;
	shown = canvas_put(cv, y, x, here ? width : -1,
			   here ? ATTR_INPUT : ATTR_PLAIN,
			   it->edit.text + from);
	if (table && here && it->edit.len == 0)
		(void)canvas_put(cv, y, x + 2, width - 2, ATTR_DIM,
				 _("initials or code; Space: all"));
	else if (table)
		draw_names(f, it, cv, y, x + (here ? width : shown) + 1);
	if (here)
		canvas_cursor(cv, y, x + col, true);
}

/* The line of the caret and its column there. */
static size_t
caret_line(const struct form_item *it, const struct wrapped *w, size_t n,
	   int *ret_col)
{
	size_t line = 0;

	for (size_t i = 0; i < n; i++)
		if (it->edit.at >= w[i].from)
			line = i;
	*ret_col = (int)utf8_cols(it->edit.text + w[line].from,
				  it->edit.at - w[line].from);
	return line;
}

static void
draw_lines(const struct form_item *it, struct canvas *cv, int y, int x,
	   bool here)
{
	int width = cv->cols - x - 1, rows, col = 0;
	struct wrapped *w = xcalloc(WRAP_MAX, sizeof(*w));
	size_t n = text_wrap(it->edit.text, width, w, WRAP_MAX), top = 0;
	size_t caret;

	if (n > WRAP_MAX)
		n = WRAP_MAX;
	rows = text_lines(it, width, here);
	caret = caret_line(it, w, n, &col);
	if (here && caret >= (size_t)rows)
		top = caret - (size_t)rows + 1;
	for (int i = 0; i < rows; i++) {
		size_t at = top + (size_t)i;
		char *part;

		if (at >= n) {
			if (here)
				(void)canvas_put(cv, y + i, x, width,
						 ATTR_INPUT, "");
			continue;
		}
		part = xstrndup(it->edit.text + w[at].from, w[at].len);
		(void)canvas_put(cv, y + i, x, here ? width : -1,
				 here ? ATTR_INPUT : ATTR_PLAIN, part);
		(void)xfree(part);
	}
	if (here)
		canvas_cursor(cv, y + (int)(caret - top),
			      x + (col < width ? col : width - 1), true);
	(void)xfree(w);
}

static void
draw_button(const struct form *f, const struct form_item *it, struct canvas *cv,
	    int y, bool here)
{
	char text[256];

	if (it->type == ITEM_ADD_ROW)
		(void)snprintf(text, sizeof(text), _("[ + %s: one more ]"),
			       it->label);
	else
		(void)snprintf(text, sizeof(text), "[ %s ]", it->label);
	(void)canvas_put(cv, y, it->type == ITEM_ADD_ROW ? 4 : LABEL_WIDTH, -1,
			 here ? ATTR_KEY : ATTR_PLAIN, text);
	if (here)
		canvas_cursor(cv, y, 0, false);
	(void)f;
}

static int
draw_item(struct form *f, size_t i, struct canvas *cv, int y)
{
	const struct form_item *it = &f->items[i];
	bool here = i == f->at;
	int width = cv->cols - LABEL_WIDTH - 1;
	int rows = text_lines(it, width, here);

	(void)canvas_put(cv, y, 0, 1, ATTR_BOLD, here ? ">" : " ");
	if (is_button(it)) {
		draw_button(f, it, cv, y, here);
	} else {
		(void)canvas_put(cv, y, 1, 1, ATTR_LATE,
				 it->must     ? "*"
				 : it->should ? "+"
					      : " ");
		(void)canvas_put(cv, y, it->list || it->inner ? 4 : 2,
				 LABEL_WIDTH - (it->list || it->inner ? 5 : 3),
				 here ? ATTR_BOLD : ATTR_PLAIN, it->label);
		if (item_has_choices(it))
			draw_choices(it, cv, y, LABEL_WIDTH, here);
		else if (item_is_lines(it))
			draw_lines(it, cv, y, LABEL_WIDTH, here);
		else
			draw_line(f, it, cv, y, LABEL_WIDTH, here);
	}
	if (it->error[0]) {
		(void)canvas_put(cv, y + rows, LABEL_WIDTH, -1,
				 it->soft ? ATTR_SOON : ATTR_ERROR, it->error);
		rows++;
	}
	return rows;
}

static void
scroll(struct form *f, int rows, int width)
{
	int used = 0;

	if (f->at < f->top)
		f->top = f->at;
	for (size_t i = f->top; i <= f->at; i++)
		used += item_height(f, i, width);
	while (used > rows && f->top < f->at)
		used -= item_height(f, f->top++, width);
}

void
form_draw(struct screen *s, struct canvas *cv)
{
	struct form *f = (struct form *)s;
	int rows = frame_body_rows(cv) - 1, y = BODY_Y, here = BODY_Y;

	scroll(f, rows, cv->cols - LABEL_WIDTH - 1);
	for (size_t i = f->top; i < f->n_items && y < BODY_Y + rows; i++) {
		if (i == f->at)
			here = y;
		if (y + item_height(f, i, cv->cols - LABEL_WIDTH - 1) >
			    BODY_Y + rows &&
		    i != f->at)
			break;
		y += draw_item(f, i, cv, y);
	}
	canvas_rule(cv, BODY_Y + rows, 0, cv->cols);
	if (f->status[0])
		(void)canvas_put(cv, BODY_Y + rows, 2, -1, ATTR_DIM, f->status);
	(void)canvas_put(cv, BODY_Y + rows, cv->cols - 30, -1, ATTR_DIM,
			 _(" * needed  + expected "));
	pick_draw(f, cv, here + 1, LABEL_WIDTH);
}
