#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "console/lock_int.h"
#include "console/term_int.h"

int
frame_body_rows(const struct canvas *c)
{
	return c->rows - 3;
}

bool
frame_fits(const struct canvas *c)
{
	return c->rows >= ROWS_MIN && c->cols >= COLS_MIN;
}

/* Puts " word N" when n is not zero; the new column. */
static int
put_count(struct canvas *cv, int x, enum attr attr, const char *word, int64_t n)
{
	char text[96];

	if (n == 0)
		return x;
	(void)snprintf(text, sizeof(text), "%s%lld", word, (long long)n);
	return x + canvas_put(cv, 0, x, -1, attr, text) + 1;
}

/*
 * The top line: screen, what waits and what is late | desk and officer, link,
 * queue, clock. The right part always ends in the same place.
 */
static void
draw_top(struct console *c, struct canvas *cv)
{
	struct screen *base = NULL;
	char name[256] = "", right[256], desk[128], officer[128],
	     when[SPAN_MAX];
	const struct officer *o = desk_get_officer(c->desk);
	int64_t now = console_now_ms(c);
	int x, cols;

	for (size_t i = 0; i < c->depth; i++)
		if (!c->stack[i]->ops->popup)
			base = c->stack[i];
	if (lock_is_on(c))
		(void)snprintf(name, sizeof(name), "%s", _("locked"));
	else if (base && base->ops->name)
		base->ops->name(base, name, sizeof(name));
	x = canvas_putf(cv, 0, 0, -1, ATTR_TITLE, "[%s]", name) + 1;
	x = put_count(cv, x, ATTR_BOLD, _("to sign "), c->counts.unsigned_);
	x = put_count(cv, x, ATTR_LATE, _("late "), c->counts.late);
	x = put_count(cv, x, ATTR_SOON, _("soon "), c->counts.soon);
	x = put_count(cv, x, ATTR_LATE, _("kept apart "),
		      c->counts.quarantined);
	(void)name_desk(c, desk_get_id(c->desk), desk, sizeof(desk));
	(void)text_show_into(officer, sizeof(officer),
			     o && o->name && o->name[0] ? o->name
			     : o			? o->id
							: "");
	(void)time_text(now, now, when);
	(void)snprintf(right, sizeof(right), _("%s %s | %s queue %lld %s"),
		       desk, officer, c->links, (long long)c->queued, when);
	cols = (int)utf8_cols(right, strlen(right));
	if (cols > cv->cols - x) { /* the officer's name goes first */
		(void)snprintf(right, sizeof(right), _("%s queue %lld %s"),
			       c->links, (long long)c->queued, when);
		cols = (int)utf8_cols(right, strlen(right));
	}
	if (cols <= cv->cols - x)
		(void)canvas_put(cv, 0, cv->cols - cols, cols, ATTR_PLAIN,
				 right);
}

/* Its columns with the gap after it; 0 when no key has it. */
static int
bar_item_cols(struct console *c, enum action a, char name[static KEY_NAME_MAX],
	      const char **ret_label)
{
	enum context context = screen_top(c)->ops->context;
	uint32_t key = keymap_key(c->keymap, context, a, true);

	if (key == K_NONE)
		return 0;
	(void)key_text(key, name);
	*ret_label = console_action_label(c, a);
	return (int)(utf8_cols(name, strlen(name)) +
		     utf8_cols(*ret_label, strlen(*ret_label))) +
	       (c->zh ? 1 : 3);
}

static bool
bar_has(const enum action *bar, enum action which)
{
	while (*bar != ACTION_NONE && *bar != which)
		bar++;
	return *bar == which;
}

/* "s签收 p分办 ..." made from the key map of the top screen. What has no room
 * is left out, but never the way to the help, which tells of all keys. */
static void
draw_bar(struct console *c, struct canvas *cv)
{
	struct screen *top = screen_top(c);
	int y = cv->rows - 1, x = 0, end = cv->cols + (c->zh ? 1 : 2);
	char name[KEY_NAME_MAX];
	const char *label;

	if (top->ops->hint) {
		(void)canvas_put(cv, y, 0, -1, ATTR_PLAIN, top->ops->hint(top));
		return;
	}
	for (const enum action *a = top->ops->bar; a && *a != ACTION_NONE;
	     a++) {
		int help = bar_has(a + (*a == ACTION_HELP), ACTION_HELP)
				   ? bar_item_cols(c, ACTION_HELP, name, &label)
				   : 0;
		int cols = bar_item_cols(c, *a, name, &label);

		if (cols == 0 || x + cols + help > end)
			continue;
		x += canvas_put(cv, y, x, -1, ATTR_KEY, name) + !c->zh;
		x += canvas_put(cv, y, x, -1, ATTR_PLAIN, label) +
		     (c->zh ? 1 : 2);
	}
}

static void
draw_message(struct console *c, struct canvas *cv)
{
	char key[KEY_NAME_MAX];

	if (c->chord != K_NONE)
		(void)canvas_putf(cv, cv->rows - 2, 0, -1, ATTR_PLAIN, "%s ...",
				  key_text(c->chord, key));
	else
		(void)canvas_put(cv, cv->rows - 2, 0, -1, c->message_attr,
				 c->message);
}

void
frame_draw(struct console *c)
{
	struct canvas *cv = &c->canvas;
	int rows, cols;
	size_t from = 0;

	term_get_size(&rows, &cols);
	canvas_init(cv, rows, cols);
	c->fast = false;
	if (!frame_fits(cv)) {
		(void)canvas_putf(cv, 0, 0, -1, ATTR_PLAIN,
				  _("window too small, %dx%d needed"), COLS_MIN,
				  ROWS_MIN);
		term_flush(cv);
		return;
	}
	if (lock_is_on(c)) {
		draw_top(c, cv);
		lock_draw(c, cv);
		(void)canvas_put(cv, cv->rows - 1, 0, -1, ATTR_PLAIN,
				 lock_hint(c));
		term_flush(cv);
		return;
	}
	for (size_t i = 0; i < c->depth; i++)
		if (!c->stack[i]->ops->popup)
			from = i;
	draw_top(c, cv);
	draw_message(c, cv);
	for (size_t i = from; i < c->depth; i++)
		c->stack[i]->ops->draw(c->stack[i], cv);
	draw_bar(c, cv);
	term_flush(cv);
}
