#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/entry_int.h"
#include "console/form_int.h"
#include "console/near_int.h"

#define LINES_OPEN   6 /* of a long text while it is edited, at least */
#define SAID_COLS    14
#define LINES_SHUT   2
#define NAMES_OPEN   6 /* of the names of addressees */
#define NAMES_SHUT   2
#define WRAP_MAX     2000
#define BESIDE_LINES 8

/* English says in more columns what Chinese says in few. */
static int
label_cols(const struct form *f, const struct canvas *cv)
{
	return cv->cols >= 100 ? 34 : f->screen.console->zh ? 24 : 30;
}

/* What the line above an item says: the name of the whole that it is a part
 * of, or its own label where that has no room beside it. */
static const char *
line_above(const struct form *f, const struct form_item *it)
{
	int room = f->label_cols - (it->inner ? 5 : 3);

	if (it->heading[0] || it->type >= ITEM_ADD_ROW)
		return it->heading;
	return (int)utf8_cols(it->label, strlen(it->label)) > room ? it->label
								   : "";
}

static bool
is_button(const struct form_item *it)
{
	return it->type >= ITEM_ADD_ROW;
}

static int put_choices(const struct form_item *it, struct canvas *cv, int y,
		       int x, int width, bool zh, int *ret_y, int *ret_x);

static int
text_lines(const struct form *f, const struct form_item *it, int width,
	   bool here)
{
	size_t n;
	int y, x;

	if (item_choices(it))
		return put_choices(it, NULL, 0, 0, width, f->screen.console->zh,
				   &y, &x);
	if (!item_is_lines(it))
		return 1;
	n = text_wrap(it->edit.text, width - 1, NULL, 0); /* the caret's */
	if (here)
		return n < (size_t)f->text_rows ? (int)n + (n < 2)
						: f->text_rows;
	return n < LINES_SHUT ? (int)n : LINES_SHUT;
}

/* Names of addressees, below their codes where they are many. */
static int
names_lines(const struct form *f, struct form_item *it, int width, bool here)
{
	const char *names = form_desk_names(f, it);
	int max = here ? NAMES_OPEN : NAMES_SHUT;
	int n = names[0] ? (int)text_wrap(names, width, NULL, 0) : 0;

	return n < max ? n : max;
}

static void
draw_desk_names(const struct form *f, struct form_item *it, struct canvas *cv,
		int y, int x, int rows)
{
	struct wrapped w[NAMES_OPEN];
	const char *names = form_desk_names(f, it);
	int width = cv->cols - x - 1;
	size_t n = text_wrap(names, width, w, NAMES_OPEN);

	for (int i = 0; i < rows; i++) {
		bool more = i + 1 == rows && n > (size_t)rows;

		(void)canvas_putf(cv, y + i, x, more ? width - 4 : width,
				  ATTR_DIM, "%.*s", (int)w[i].len,
				  names + w[i].from);
		if (more)
			(void)canvas_put(cv, y + i, x + width - 3, -1, ATTR_DIM,
					 "...");
	}
}

static int
wrapped_lines(const char *text, int width)
{
	int n = text && text[0] ? (int)text_wrap(text, width, NULL, 0) : 0;

	return n < BESIDE_LINES ? n : BESIDE_LINES;
}

/* How many lines it took. */
static int
draw_wrapped(const char *text, struct canvas *cv, int y, int x, int width,
	     enum attr attr)
{
	struct wrapped w[BESIDE_LINES];
	int n = wrapped_lines(text, width);

	if (n > 0)
		(void)text_wrap(text, width, w, BESIDE_LINES);
	for (int i = 0; i < n; i++) {
		char *part = xstrndup(text + w[i].from, w[i].len);

		(void)canvas_put(cv, y + i, x, -1, attr, part);
		(void)xfree(part);
	}
	return n;
}

/* A sentence beside its field is read whole. */
static int
error_lines(const struct form_item *it, int width)
{
	return wrapped_lines(it->error, width);
}

/* The other officer's text, under a line that says so. */
static int
other_lines(const struct form_item *it, int width)
{
	if (!it->other)
		return 0;
	return 1 + wrapped_lines(it->other[0] ? it->other : "-", width);
}

static int
draw_other(const struct form *f, const struct form_item *it, struct canvas *cv,
	   int y, int x, int width)
{
	char key[64];

	if (!it->other)
		return 0;
	(void)canvas_putf(cv, y, x, -1, ATTR_SOON,
			  _("another officer wrote here (%s: choose):"),
			  keymap_keys(f->screen.console->keymap, CONTEXT_FORM,
				      ACTION_CHOOSE, " ", key, sizeof(key)));
	return 1 + draw_wrapped(it->other[0] ? it->other : "-", cv, y + 1, x,
				width, ATTR_PLAIN);
}

static int
item_height(const struct form *f, size_t at, int width)
{
	struct form_item *it = &f->items[at];

	return text_lines(f, it, width, at == f->at) +
	       names_lines(f, it, width, at == f->at) + error_lines(it, width) +
	       other_lines(it, width) + (line_above(f, it)[0] ? 1 : 0);
}

/*
 * "(a)公开 [b]内部 (c)工作秘密", on as many rows as it takes. cv NULL: only
 * counts the rows.
 */
static int
put_choices(const struct form_item *it, struct canvas *cv, int y, int x,
	    int width, bool zh, int *ret_y, int *ret_x)
{
	int at = 0, row = 0;

	*ret_y = y;
	*ret_x = x;
	for (size_t i = 0; i < item_choices(it); i++) {
		bool on = str_eq(item_choice(it, i), it->edit.text);
		const char *text = item_choice_text(it, i, zh);
		int cols = (int)utf8_cols(text, strlen(text)) + 4;

		if (at > 0 && at + cols > width) {
			at = 0;
			row++;
		}
		if (on) {
			*ret_y = y + row;
			*ret_x = x + at;
		}
		if (cv)
			(void)canvas_putf(cv, y + row, x + at, -1,
					  on ? ATTR_BOLD : ATTR_DIM, "%c%c%c%s",
					  on ? '[' : '(', (char)('a' + i),
					  on ? ']' : ')', text);
		at += cols;
	}
	return row + 1;
}

static void
draw_choices(const struct form *f, const struct form_item *it,
	     struct canvas *cv, int y, int x, bool here)
{
	int caret_y, caret_x;

	(void)put_choices(it, cv, y, x, cv->cols - x - 1, f->screen.console->zh,
			  &caret_y, &caret_x);
	if (here)
		canvas_cursor(cv, caret_y, caret_x + 1, true);
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

/* By the type of the field. */
static const char *
type_hint(const struct field *field)
{
	switch (field->type) {
	case FIELD_DATE: return _("YYYY-MM-DD or MM-DD; . is today");
	case FIELD_TIME: return _("YYYY-MM-DD HH:MM or HH:MM; . is now");
	case FIELD_MONEY: return _("yuan, 1234.50");
	case FIELD_CREDIT_CODE: return _("18 characters");
	case FIELD_GTIN: return _("digits of the bar code");
	case FIELD_DOC: return _("number or words; Space: newest");
	case FIELD_TEXT:
	case FIELD_LONG:
	case FIELD_CODE:
	case FIELD_INT:
	case FIELD_DECIMAL:
	case FIELD_BOOL:
	case FIELD_DESK:
	case FIELD_OFFICER:
	case FIELD_PHONE:
	case FIELD_URL:
	case FIELD_DIGEST:
	case FIELD_GROUP:
	case FIELD_LIST:
	case FIELD__COUNT: break;
	}
	return "";
}

const char *
item_hint(const struct form *f, const struct form_item *it, char *out,
	  size_t out_size)
{
	const struct field *opens = NULL;
	const char *hint = it->field ? type_hint(it->field) : "";

	if (!hint[0] && item_table(it))
		hint = _("initials or code; Space: all");
	if (it->field && it->field->see == SEE_SEALED && f->kind &&
	    it->field->opens)
		opens = kind_field(f->kind, it->field->opens);
	if (!opens)
		return hint;
	(void)snprintf(out, out_size, _("%s%sopens at: %s"), hint,
		       hint[0] ? "  " : "",
		       title_in(&opens->title, f->screen.console->zh));
	return out;
}

/* Places to fill in stand out of the text drawn there. */
static void
draw_slots(struct canvas *cv, int y, int x, const char *text)
{
	for (const char *at = text; (at = strchr(at, '{')) != NULL; at++) {
		size_t n = slot_len(at);
		int col = x + (int)utf8_cols(text, (size_t)(at - text));

		if (n > 0 && col < cv->cols)
			(void)canvas_putf(cv, y, col, -1, ATTR_SOON, "%.*s",
					  (int)n, at);
	}
}

static void
draw_line(struct form *f, struct form_item *it, struct canvas *cv, int y, int x,
	  bool here)
{
	int width = cv->cols - x - 1, col = 0, shown;
	size_t from = 0;
	bool table = item_table(it) != NULL;
	char hint[400];
	struct doc_ref ref;

	if (it->type == ITEM_FIELD && it->field->type == FIELD_DOC &&
	    name_subject(it->edit.text, &ref)) {
		(void)canvas_put(cv, y, x, width,
				 here ? ATTR_INPUT : ATTR_PLAIN,
				 name_doc(f->screen.console, it->edit.text,
					  hint, sizeof(hint)));
		if (here)
			canvas_cursor(cv, y, x, true);
		return;
	}
	if (table && width > 34)
		width = 34;
	if (here && it->said[0]) {
		width -= SAID_COLS;
		canvas_put_right(cv, y, x + width, SAID_COLS,
				 it->said_good ? ATTR_GOOD : ATTR_DIM,
				 it->said);
	}
	edit_window(&it->edit, width, &from, &col);
	if (!here)
		from = 0;
	shown = canvas_put(cv, y, x, here ? width : -1,
			   here ? ATTR_INPUT : ATTR_PLAIN,
			   it->edit.text + from);
	if (!table)
		draw_slots(cv, y, x, it->edit.text + from);
	if (here && it->edit.len == 0)
		(void)canvas_put(cv, y, x + 2, width - 2, ATTR_DIM,
				 item_hint(f, it, hint, sizeof(hint)));
	else if (table && names_lines(f, it, width, here) == 0)
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
draw_lines(const struct form *f, const struct form_item *it, struct canvas *cv,
	   int y, int x, bool here)
{
	int width = cv->cols - x - 1, rows, col = 0;
	struct wrapped *w = xcalloc(WRAP_MAX, sizeof(*w));
	size_t n = text_wrap(it->edit.text, width - 1, w, WRAP_MAX), top = 0;
	size_t caret;

	if (n > WRAP_MAX)
		n = WRAP_MAX;
	rows = text_lines(f, it, width, here);
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
		draw_slots(cv, y + i, x, part);
		(void)xfree(part);
	}
	if (here)
		canvas_cursor(cv, y + (int)(caret - top), x + col, true);
	(void)xfree(w);
}

static void
draw_need(const struct form_item *it, struct canvas *cv, int y)
{
	(void)canvas_put(cv, y, 1, 1, ATTR_LATE,
			 it->must     ? "*"
			 : it->should ? "+"
				      : " ");
}

static void
draw_button(const struct form *f, const struct form_item *it, struct canvas *cv,
	    int y, bool here)
{
	char text[256];
	int x = it->type == ITEM_ADD_ROW ? 4 : label_cols(f, cv);
	size_t least = it->type == ITEM_ADD_ROW && it->must
			       ? form_rows_short(f, it)
			       : 0;

	if (it->type == ITEM_ADD_ROW)
		(void)snprintf(text, sizeof(text), _("[ + %s: one more ]"),
			       it->label);
	else
		(void)snprintf(text, sizeof(text), "[ %s ]", it->label);
	x += canvas_put(cv, y, x, -1, here ? ATTR_KEY : ATTR_PLAIN, text);
	if (least > 1)
		(void)canvas_putf(cv, y, x + 2, -1, ATTR_DIM,
				  _("%zu more at least"), least);
	if (it->type == ITEM_ADD_ROW)
		draw_need(it, cv, y);
	if (here)
		canvas_cursor(cv, y, 0, false);
}

/* A name of any length leaves room for its size. */
static void
draw_file(const struct form *f, const struct form_item *it, struct canvas *cv,
	  int y, bool here)
{
	int x = label_cols(f, cv), width = cv->cols - x - 9, n;

	(void)canvas_put(cv, y, 4, x - 5, here ? ATTR_BOLD : ATTR_PLAIN,
			 it->label);
	n = canvas_put(cv, y, x, width, here ? ATTR_INPUT : ATTR_PLAIN,
		       it->edit.text);
	(void)canvas_put(cv, y, x + (n < width ? n : width) + 2, -1, ATTR_DIM,
			 it->said);
	if (here)
		canvas_cursor(cv, y, x, false);
}

static int
draw_item(struct form *f, size_t i, struct canvas *cv, int y)
{
	struct form_item *it = &f->items[i];
	bool here = i == f->at;
	int width = cv->cols - label_cols(f, cv) - 1;
	int rows = text_lines(f, it, width, here), above = 0;
	int names = names_lines(f, it, width, here);

	if (line_above(f, it)[0]) {
		(void)canvas_put(cv, y++, 2, -1,
				 it->heading[0] ? ATTR_DIM : ATTR_PLAIN,
				 line_above(f, it));
		above = 1;
	}
	(void)canvas_put(cv, y, 0, 1, ATTR_PLAIN, here ? ">" : " ");
	if (it->type == ITEM_ATTACHED) {
		draw_file(f, it, cv, y, here);
	} else if (is_button(it)) {
		draw_button(f, it, cv, y, here);
	} else {
		draw_need(it, cv, y);
		(void)canvas_put(cv, y, it->inner ? 4 : 2,
				 label_cols(f, cv) - (it->inner ? 5 : 3),
				 here ? ATTR_BOLD : ATTR_PLAIN,
				 line_above(f, it) == it->label ? ""
								: it->label);
		if (item_choices(it))
			draw_choices(f, it, cv, y, label_cols(f, cv), here);
		else if (item_is_lines(it))
			draw_lines(f, it, cv, y, label_cols(f, cv), here);
		else
			draw_line(f, it, cv, y, label_cols(f, cv), here);
	}
	draw_desk_names(f, it, cv, y + rows, label_cols(f, cv), names);
	rows += names;
	rows += draw_wrapped(it->error, cv, y + rows, label_cols(f, cv), width,
			     it->soft ? ATTR_SOON : ATTR_ERROR);
	rows += draw_other(f, it, cv, y + rows, label_cols(f, cv), width);
	return rows + above;
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

/* The draft, what must still be given, where one is in a long text. */
static void
draw_rule(const struct form *f, struct canvas *cv, int y)
{
	const struct form_item *it = &f->items[f->at];
	size_t given, musts = form_musts(f, &given);
	char near[300];
	int x = 2;

	canvas_rule(cv, y, 0, cv->cols);
	if (f->status[0])
		x += canvas_put(cv, y, x, -1, ATTR_DIM, f->status) + 1;
	if (musts > 0)
		x += canvas_putf(cv, y, x, -1,
				 given < musts ? ATTR_SOON : ATTR_GOOD,
				 _(" needed %zu/%zu "), given, musts) +
		     1;
	if (item_is_lines(it) && it->edit.len)
		x += canvas_putf(cv, y, x, -1, ATTR_DIM, _(" %zu characters "),
				 utf8_chars(it->edit.text, it->edit.len)) +
		     1;
	(void)canvas_put(cv, y, cv->cols - 30, -1, ATTR_DIM,
			 _(" * needed  + expected "));
	if (near_text(f->screen.console, near, sizeof(near))[0])
		(void)canvas_putf(cv, y, x, cv->cols - x - 1, ATTR_SOON, " %s ",
				  near);
}

void
form_draw(struct screen *s, struct canvas *cv)
{
	struct form *f = (struct form *)s;
	int rows = frame_body_rows(cv) - 1, y = BODY_Y, here = BODY_Y;

	f->label_cols = label_cols(f, cv);
	f->text_cols = cv->cols - label_cols(f, cv) - 2;
	f->text_rows =
		(rows - 8) / 2 > LINES_OPEN ? (rows - 8) / 2 : LINES_OPEN;
	scroll(f, rows, cv->cols - label_cols(f, cv) - 1);
	for (size_t i = f->top; i < f->n_items && y < BODY_Y + rows; i++) {
		if (i == f->at)
			here = y + (line_above(f, &f->items[i])[0] != '\0');
		if (y + item_height(f, i, cv->cols - label_cols(f, cv) - 1) >
			    BODY_Y + rows &&
		    i != f->at)
			break;
		y += draw_item(f, i, cv, y);
	}
	draw_rule(f, cv, BODY_Y + rows);
	pick_draw(f, cv, here + 1, label_cols(f, cv));
	if (item_is_prose(&f->items[f->at]))
		entry_draw(s->console, cv);
}
