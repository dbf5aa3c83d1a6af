#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/entry_int.h"
#include "console/popup_int.h"

struct prompt {
	struct screen screen;
	struct prompt_spec spec;
	char *label;
	struct edit edit;
};

static void
finish(struct prompt *p, bool accepted)
{
	struct console *c = p->screen.console;
	const struct prompt_spec spec = p->spec;
	char *text = accepted ? xstrdup(p->edit.text) : NULL;

	p->spec.done = NULL; /* answered */
	screen_end(&p->screen);
	spec.done(c, spec.ctx, text);
	(void)xfree(text);
}

static void
typed(struct prompt *p)
{
	if (p->spec.typed)
		p->spec.typed(p->screen.console, p->spec.ctx, p->edit.text);
}

static bool
key(struct screen *s, uint32_t k)
{
	struct prompt *p = (struct prompt *)s;

	if (entry_is_toggle(s->console, k)) {
		entry_toggle(s->console);
		return true;
	}
	switch (entry_key(s->console, &p->edit, k)) {
	case ENTRY_TAKEN: return true;
	case ENTRY_TYPED: typed(p); return true;
	case ENTRY_PASSED: break;
	}
	if (k == K_ENTER && !s->console->pasting) {
		finish(p, true);
		return true;
	}
	if (k == K_ESC || k == KEY_CTRL('g') || k == KEY_CTRL('c')) {
		finish(p, false);
		return true;
	}
	if (edit_key(&p->edit, k))
		typed(p);
	return true;
}

static void
draw(struct screen *s, struct canvas *cv)
{
	struct prompt *p = (struct prompt *)s;
	int y = cv->rows - 2, x, col = 0;
	size_t from = 0;

	canvas_blank(cv, y, 0, cv->cols);
	x = canvas_put(cv, y, 0, cv->cols / 2, ATTR_BOLD, p->label) + 1;
	edit_window(&p->edit, cv->cols - x, &from, &col);
	(void)canvas_put(cv, y, x, cv->cols - x, ATTR_INPUT,
			 p->edit.text + from);
	canvas_cursor(cv, y, x + col, true);
	entry_draw(s->console, cv);
}

static const char *
hint(struct screen *s)
{
	(void)s;
	return _("Enter accepts   Esc gives up");
}

static void
free_prompt(struct screen *s)
{
	struct prompt *p = (struct prompt *)s;

	entry_drop(s->console);
	if (p->spec.done) /* taken away unanswered: given up */
		p->spec.done(s->console, p->spec.ctx, NULL);
	p->label = xfree(p->label);
	edit_release(&p->edit);
}

static const struct screen_ops prompt_ops = {
	.context = CONTEXT_PROMPT,
	.popup = true,
	.hint = hint,
	.draw = draw,
	.key = key,
	.free = free_prompt,
};

void
prompt_open(struct console *c, const struct prompt_spec *spec)
{
	struct prompt *p = screen_new(c, &prompt_ops, sizeof(*p));

	p->spec = *spec;
	p->label = xstrdup(spec->label);
	edit_init(&p->edit, spec->max_bytes ? spec->max_bytes : TITLE_MAX_BYTES,
		  false);
	if (spec->text)
		edit_set(&p->edit, spec->text);
	screen_push(c, &p->screen);
}
