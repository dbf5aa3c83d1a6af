/* All keys of a screen, made from the key map in force; typing narrows. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/console_int.h"
#include "console/edit_int.h"
#include "console/popup_int.h"

struct help {
	struct screen screen;
	enum context context;
	struct edit edit;
	size_t top;
	enum action shown[ACTION__COUNT + 2]; /* ACTION_NONE: a heading */
	size_t n_shown, n_own; /* lines; those of this screen alone */
};

static bool
matches(struct help *h, enum action a, const char *keys)
{
	struct buf line = { 0 }, words = { 0 };
	struct console *c = h->screen.console;
	const char *parts[] = { console_action_label(c, a),
				console_action_help(c, a), action_name(a),
				keys };
	bool found;

	buf_init(&line, 8192);
	buf_init(&words, 1024);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		(void)text_fold(&line, parts[i], strlen(parts[i]), NULL);
		(void)buf_adds(&line, " ", NULL);
		(void)text_initials(&line, parts[i], strlen(parts[i]), NULL);
		(void)buf_adds(&line, " ", NULL);
	}
	(void)text_fold(&words, h->edit.text, h->edit.len, NULL);
	found = words_match(buf_str(&line), buf_str(&words));
	buf_release(&line);
	buf_release(&words);
	return found;
}

/* What this screen has of its own comes first. */
static void
narrow(struct help *h)
{
	h->n_shown = 0;
	h->top = 0;
	for (int pass = 0; pass < 2; pass++) {
		size_t before = h->n_shown;

		h->shown[h->n_shown++] = ACTION_NONE;
		for (int a = ACTION_NONE + 1; a < ACTION__COUNT; a++) {
			char keys[128];

			(void)keymap_keys(h->screen.console->keymap, h->context,
					  (enum action)a, " ", keys,
					  sizeof(keys));
			if (keys[0] &&
			    keymap_is_own(h->screen.console->keymap, h->context,
					  (enum action)a) == (pass == 0) &&
			    matches(h, (enum action)a, keys))
				h->shown[h->n_shown++] = (enum action)a;
		}
		if (h->n_shown == before + 1)
			h->n_shown--; /* a heading of nothing */
		if (pass == 0)
			h->n_own = h->n_shown;
	}
}

static bool
key(struct screen *s, uint32_t k)
{
	struct help *h = (struct help *)s;
	size_t page = 10;

	if (k == K_ESC || k == K_ENTER || k == KEY_CTRL('g') ||
	    k == KEY_CTRL('c') || (h->edit.len == 0 && key_fold(k) == 'q'))
		screen_end(s);
	else if (k == K_DOWN || k == K_PGDN)
		h->top += k == K_DOWN ? 1 : page;
	else if (k == K_UP || k == K_PGUP) {
		size_t by = k == K_UP ? 1 : page;

		h->top = h->top > by ? h->top - by : 0;
	} else if (edit_key(&h->edit, k))
		narrow(h);
	return true;
}

static void
draw(struct screen *s, struct canvas *cv)
{
	struct help *h = (struct help *)s;
	int rows = frame_body_rows(cv) - 2, y = BODY_Y + 2, x, col;
	size_t from;

	for (int i = 0; i < frame_body_rows(cv); i++)
		canvas_blank(cv, BODY_Y + i, 0, cv->cols);
	if (h->n_shown <= (size_t)rows)
		h->top = 0;
	else if (h->top > h->n_shown - (size_t)rows)
		h->top = h->n_shown - (size_t)rows;
	x = canvas_put(cv, BODY_Y, 0, -1, ATTR_BOLD,
		       _("find a key or command:")) +
	    1;
	edit_window(&h->edit, cv->cols - x, &from, &col);
	(void)canvas_put(cv, BODY_Y, x, 30, ATTR_INPUT, h->edit.text + from);
	canvas_cursor(cv, BODY_Y, x + col, true);
	canvas_rule(cv, BODY_Y + 1, 0, cv->cols);
	for (int i = 0; i < rows && h->top + (size_t)i < h->n_shown; i++) {
		enum action a = h->shown[h->top + (size_t)i];
		char keys[128];

		if (a == ACTION_NONE) {
			(void)canvas_put(cv, y + i, 0, -1, ATTR_TITLE,
					 h->top + (size_t)i < h->n_own
						 ? _("on this screen")
						 : _("on every screen"));
			continue;
		}
		(void)keymap_keys(s->console->keymap, h->context, a, " ", keys,
				  sizeof(keys));
		(void)canvas_put(cv, y + i, 1, 16, ATTR_KEY, keys);
		(void)canvas_put(cv, y + i, 18, 12, ATTR_PLAIN,
				 console_action_label(s->console, a));
		(void)canvas_put(cv, y + i, 31, cv->cols - 31, ATTR_PLAIN,
				 console_action_help(s->console, a));
	}
	if (h->n_shown == 0)
		(void)canvas_put(cv, y, 1, -1, ATTR_PLAIN,
				 _("no key and no command has this"));
}

static void
name(struct screen *s, char *out, size_t out_size)
{
	(void)s;
	(void)snprintf(out, out_size, "%s", _("keys of this screen"));
}

static const char *
hint(struct screen *s)
{
	(void)s;
	return _("type to narrow   Up Down PgUp PgDn scroll   Enter or Esc "
		 "back");
}

static void
free_help(struct screen *s)
{
	edit_release(&((struct help *)s)->edit);
}

static const struct screen_ops help_ops = {
	.context = CONTEXT_PROMPT,
	.name = name,
	.hint = hint,
	.draw = draw,
	.key = key,
	.free = free_help,
};

struct screen *
help_new(struct console *c, enum context context)
{
	struct help *h = screen_new(c, &help_ops, sizeof(*h));

	h->context = context;
	edit_init(&h->edit, 64, false);
	narrow(h);
	return &h->screen;
}
