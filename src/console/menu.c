#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/edit_int.h"
#include "console/popup_int.h"

#define TAIL_COLS 10 /* of a label that is cut */
#define HINT_ROWS 4

struct menu {
	struct screen screen;
	struct menu_spec spec;
	char *title;
	struct edit edit; /* filter */
	int *shown;	  /* places in the items */
	bool *marked;	  /* of the items; NULL: one is chosen */
	size_t n_shown, at, top;
};

bool
words_match(const char *text, const char *typed)
{
	char *copy = xstrdup(typed), *rest = copy, *word;
	bool all = true;

	while (all && (word = strsep(&rest, " ")) != NULL)
		all = strstr(text, word) != NULL;
	(void)xfree(copy);
	return all;
}

static bool
matches(const struct menu_item *item, const char *folded)
{
	struct buf b = { 0 };
	bool found;

	buf_init(&b, 16384);
	(void)text_fold(&b, item->label, strlen(item->label), NULL);
	(void)buf_adds(&b, " ", NULL);
	if (item->hint)
		(void)text_fold(&b, item->hint, strlen(item->hint), NULL);
	(void)buf_adds(&b, " ", NULL);
	if (item->words)
		(void)text_fold(&b, item->words, strlen(item->words), NULL);
	(void)buf_adds(&b, " ", NULL);
	(void)text_initials(&b, item->label, strlen(item->label), NULL);
	found = words_match(buf_str(&b), folded);
	buf_release(&b);
	return found;
}

static void
narrow(struct menu *m)
{
	struct buf words = { 0 };

	buf_init(&words, 4096);
	(void)text_fold(&words, m->edit.text, m->edit.len, NULL);
	m->n_shown = 0;
	for (size_t i = 0; i < m->spec.n_items; i++)
		if (words.len == 0 ||
		    matches(&m->spec.take_items[i], buf_str(&words)))
			m->shown[m->n_shown++] = (int)i;
	m->at = m->top = 0;
	buf_release(&words);
}

static void
finish(struct menu *m, int value)
{
	struct console *c = m->screen.console;
	const struct menu_spec spec = m->spec;

	m->spec.done = NULL; /* answered */
	screen_end(&m->screen);
	spec.done(c, spec.ctx, value);
}

/* The marked ones, else the one at the cursor; at SIZE_MAX: given up. */
static void
finish_many(struct menu *m, size_t at)
{
	struct console *c = m->screen.console;
	const struct menu_spec spec = m->spec;
	int *values = xcalloc(spec.n_items + 1, sizeof(*values));
	size_t n = 0;

	for (size_t i = 0; at != SIZE_MAX && i < spec.n_items; i++)
		if (m->marked[i])
			values[n++] = spec.take_items[i].value;
	if (n == 0 && at < m->n_shown)
		values[n++] = spec.take_items[m->shown[at]].value;
	m->spec.done_many = NULL; /* answered */
	screen_end(&m->screen);
	spec.done_many(c, spec.ctx, values, n);
	(void)xfree(values);
}

static size_t
count_marks(const struct menu *m)
{
	size_t n = 0;

	for (size_t i = 0; m->marked && i < m->spec.n_items; i++)
		n += m->marked[i];
	return n;
}

static void
say_off(struct menu *m, const struct menu_item *item)
{
	console_set_message(m->screen.console, ATTR_ERROR, "%s: %s",
			    item->label,
			    item->hint && item->hint[0]
				    ? item->hint
				    : _("not possible now"));
}

/* Marks and steps down. */
static void
mark(struct menu *m)
{
	const struct menu_item *item;

	if (m->at >= m->n_shown)
		return;
	item = &m->spec.take_items[m->shown[m->at]];
	if (item->off)
		say_off(m, item);
	else
		m->marked[m->shown[m->at]] = !m->marked[m->shown[m->at]];
	if (m->at + 1 < m->n_shown)
		m->at++;
}

static void
choose(struct menu *m, size_t at)
{
	const struct menu_item *item;

	if (at >= m->n_shown) {
		if (count_marks(m) > 0)
			finish_many(m, SIZE_MAX - 1);
		return;
	}
	m->at = at;
	item = &m->spec.take_items[m->shown[at]];
	if (item->off && count_marks(m) == 0)
		say_off(m, item);
	else if (m->marked)
		finish_many(m, at);
	else
		finish(m, item->value);
}

/* The keys of the places: j, k and q have a meaning of their own. */
static const char place_keys[] = "123456789abcdefghilmnoprstuvwxyz";

static size_t
key_place(uint32_t k)
{
	const char *at = k > 0 && k < 0x80 ? strchr(place_keys, (int)k) : NULL;

	return at ? (size_t)(at - place_keys) : SIZE_MAX;
}

static bool
move_key(struct menu *m, uint32_t k)
{
	if (k == K_DOWN || k == KEY_CTRL('n') || k == K_TAB) {
		if (m->at + 1 < m->n_shown)
			m->at++;
	} else if (k == K_UP || k == KEY_CTRL('p') || k == K_BACKTAB) {
		if (m->at > 0)
			m->at--;
	} else if (k == K_PGDN || (!m->spec.filter && k == ' ')) {
		m->at = m->at + 9 < m->n_shown ? m->at + 9 : m->n_shown - 1;
		if (m->n_shown == 0)
			m->at = 0;
	} else if (k == K_PGUP) {
		m->at = m->at > 9 ? m->at - 9 : 0;
	} else {
		return false;
	}
	return true;
}

static bool
key(struct screen *s, uint32_t k)
{
	struct menu *m = (struct menu *)s;
	uint32_t folded = key_fold(k);

	if (k == K_ESC || k == KEY_CTRL('g') || k == KEY_CTRL('c')) {
		if (m->marked)
			finish_many(m, SIZE_MAX);
		else
			finish(m, -1);
	} else if (m->marked && k == ' ')
		mark(m);
	else if (k == K_ENTER && !s->console->pasting)
		choose(m, m->at);
	else if (move_key(m, k)) {
	} else if (m->spec.filter) {
		if (edit_key(&m->edit, k))
			narrow(m);
	} else if (key_place(folded) < m->n_shown)
		choose(m, key_place(folded));
	else if (folded == 'j' || folded == 'k')
		(void)move_key(m, folded == 'j' ? K_DOWN : K_UP);
	else if (folded == 'q')
		finish(m, -1);
	return true;
}

/* Half of the box at most, or all of it where no hint stands beside. */
static int
label_cols(const struct menu *m, int width)
{
	size_t widest = 8;
	bool hints = false;

	for (size_t i = 0; i < m->spec.n_items; i++) {
		const struct menu_item *item = &m->spec.take_items[i];
		size_t cols = utf8_cols(item->label, strlen(item->label));

		if (cols > widest)
			widest = cols;
		hints = hints || (item->hint && item->hint[0]);
	}
	int max = hints ? width / 2 : width - 6;

	return (int)widest > max ? max : (int)widest;
}

/* What does not fit is left out in the middle: the end of a file's name says
 * as much as its beginning. */
static void
put_label(struct canvas *cv, int y, int x, int cols, enum attr attr,
	  const char *label)
{
	size_t n = strlen(label), tail = 0;

	if ((int)utf8_cols(label, n) <= cols || cols < 3 * TAIL_COLS) {
		(void)canvas_put(cv, y, x, cols, attr, label);
		return;
	}
	while (utf8_cols(label + tail, n - tail) > TAIL_COLS) {
		uint32_t cp;

		tail += utf8_next(label + tail, n - tail, &cp);
	}
	(void)canvas_putf(cv, y, x, cols, attr, "%.*s..%s",
			  (int)utf8_cut(label, n, (size_t)cols - TAIL_COLS - 2,
					NULL),
			  label, label + tail);
}

/* A reason is read whole, on as many lines as it takes; what is typed to
 * narrow must not make the box jump. */
static int
item_rows(const struct menu *m, size_t i, int width, struct wrapped *w)
{
	const char *hint = m->spec.take_items[m->shown[i]].hint;
	int room = width - label_cols(m, width) - 6;
	size_t n;

	if (m->spec.filter || !hint || !hint[0])
		return 1;
	n = text_wrap(hint, room, w, HINT_ROWS);
	return n < 1 ? 1 : n < HINT_ROWS ? (int)n : HINT_ROWS;
}

static void
draw_hint(struct menu *m, struct canvas *cv, int y, int x, int width, size_t i)
{
	const char *hint = m->spec.take_items[m->shown[i]].hint;
	int at = label_cols(m, width) + (m->spec.filter ? 4 : 6);
	struct wrapped w[HINT_ROWS];
	int rows = item_rows(m, i, width, w);

	if (rows == 1 && hint)
		(void)canvas_put(cv, y, x + at, width - at, ATTR_DIM, hint);
	for (int r = 0; rows > 1 && r < rows; r++)
		(void)canvas_putf(cv, y + r, x + at, width - at, ATTR_DIM,
				  "%.*s", (int)w[r].len, hint + w[r].from);
}

static void
draw_item(struct menu *m, struct canvas *cv, int y, int x, int width, size_t i)
{
	const struct menu_item *item = &m->spec.take_items[m->shown[i]];
	int cols = label_cols(m, width), at = x;
	bool here = i == m->at;

	(void)canvas_put(cv, y, at, 2, ATTR_PLAIN, here ? ">" : " ");
	if (m->marked && m->marked[m->shown[i]])
		(void)canvas_put(cv, y, at + 1, 1, ATTR_GOOD, "*");
	at += 2;
	if (!m->spec.filter) {
		if (i < strlen(place_keys))
			(void)canvas_putf(cv, y, at, 2, ATTR_KEY, "%c",
					  place_keys[i]);
		at += 2;
	}
	put_label(cv, y, at, cols,
		  item->off ? ATTR_DIM
		  : here    ? ATTR_BOLD
			    : ATTR_PLAIN,
		  item->label);
	draw_hint(m, cv, y, x, width, i);
	if (here && !m->spec.filter)
		canvas_cursor(cv, y, x, false);
}

/* Rows of the box's inside; as if nothing were narrowed. */
static int
all_rows(const struct menu *m, int width, int room)
{
	struct wrapped w[HINT_ROWS];
	int n = m->spec.filter ? (int)m->spec.n_items : 0;

	for (size_t i = 0; !m->spec.filter && i < m->n_shown && n < room; i++)
		n += item_rows(m, i, width, w);
	return n < 1 ? 1 : n < room ? n : room;
}

static void
see_choice(struct menu *m, int width, int rows)
{
	struct wrapped w[HINT_ROWS];
	int used = 0;

	if (m->at < m->top)
		m->top = m->at;
	for (size_t i = m->top; i <= m->at && i < m->n_shown; i++)
		used += item_rows(m, i, width, w);
	while (used > rows && m->top < m->at)
		used -= item_rows(m, m->top++, width, w);
}

static void
draw(struct screen *s, struct canvas *cv)
{
	struct menu *m = (struct menu *)s;
	int width = popup_cols(cv);
	int head = m->spec.filter ? 1 : 0;
	int n = all_rows(m, width - 4, cv->rows - 8), used = 0;
	int height = n + 2 + head;
	int x = (cv->cols - width) / 2, y = (cv->rows - height) / 2;
	size_t last = 0;

	see_choice(m, width - 4, n);
	canvas_box(cv, y, x, height, width, m->title);
	for (size_t i = m->top; i < m->n_shown; i++) {
		struct wrapped w[HINT_ROWS];
		int rows = item_rows(m, i, width - 4, w);

		if (used + rows > n)
			break;
		draw_item(m, cv, y + 1 + head + used, x + 2, width - 4, i);
		used += rows;
		last = i + 1;
	}
	if (last - m->top < m->n_shown)
		(void)canvas_putf(cv, y + height - 1, x + 2, -1, ATTR_DIM,
				  " %zu-%zu/%zu ", m->top + 1, last,
				  m->n_shown);
	if (m->spec.n_items == 0 && m->spec.empty)
		(void)canvas_put(cv, y + 1 + head, x + 2, width - 4, ATTR_PLAIN,
				 m->spec.empty);
	if (m->spec.filter) {
		size_t from, marks = count_marks(m);
		int col;

		if (marks > 0)
			(void)canvas_putf(cv, y + height - 1, x + 2, width - 4,
					  ATTR_BOLD, _(" marked: %zu "), marks);

		edit_window(&m->edit, width - 4, &from, &col);
		(void)canvas_put(cv, y + 1, x + 2, width - 4, ATTR_INPUT,
				 m->edit.text + from);
		canvas_cursor(cv, y + 1, x + 2 + col, true);
	}
}

static const char *
hint(struct screen *s)
{
	struct menu *m = (struct menu *)s;

	if (m->marked)
		return _("type to narrow   Space marks   Enter takes   Esc "
			 "gives up");
	return m->spec.filter
		       ? _("type to narrow   Enter takes it   Esc gives up")
		       : _("1-9 a-z or Enter takes it   j k moves   Esc gives up");
}

static void
free_menu(struct screen *s)
{
	struct menu *m = (struct menu *)s;

	if (m->spec.done) /* taken away unanswered: given up */
		m->spec.done(s->console, m->spec.ctx, -1);
	if (m->spec.done_many)
		m->spec.done_many(s->console, m->spec.ctx, NULL, 0);
	m->marked = xfree(m->marked);
	for (size_t i = 0; i < m->spec.n_items; i++) {
		(void)xfree(m->spec.take_items[i].label);
		(void)xfree(m->spec.take_items[i].hint);
	}
	(void)xfree(m->spec.take_items);
	m->shown = xfree(m->shown);
	m->title = xfree(m->title);
	edit_release(&m->edit);
}

static const struct screen_ops menu_ops = {
	.context = CONTEXT_PROMPT,
	.popup = true,
	.hint = hint,
	.draw = draw,
	.key = key,
	.free = free_menu,
};

void
menu_open(struct console *c, const struct menu_spec *spec)
{
	struct menu *m = screen_new(c, &menu_ops, sizeof(*m));

	m->spec = *spec;
	m->title = xstrdup(spec->title);
	m->shown = xcalloc(spec->n_items + 1, sizeof(*m->shown));
	if (spec->done_many)
		m->marked = xcalloc(spec->n_items + 1, sizeof(*m->marked));
	edit_init(&m->edit, 128, false);
	narrow(m);
	screen_push(c, &m->screen);
}

void
menu_add(struct menu_item **items, size_t *n, const char *label,
	 const char *hint_text, bool off, int value)
{
	*items = xreallocarray(*items, *n + 1, sizeof(**items));
	(*items)[(*n)++] = (struct menu_item){
		.label = xstrdup(label),
		.hint = hint_text ? xstrdup(hint_text) : NULL,
		.off = off,
		.value = value,
	};
}
