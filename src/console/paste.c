/*
 * A bracketed paste: gathered whole, then given to the screen as one piece of
 * text, without what would not be seen. Its end may be lost with the line: what
 * came is given after a while then.
 */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/console_int.h"
#include "console/key_int.h"
#include "loop/loop.h"

#define PASTE_BYTES_MAX (256 * 1024)
#define PASTE_LATE_MS	2000

struct paste {
	struct buf text;
	size_t n_dropped;
	bool full, after_cr;
	struct timer *late;
};

static void
on_late(void *ctx)
{
	paste_end(ctx);
}

void
paste_begin(struct console *c)
{
	paste_free(c);
	c->paste = xcalloc(1, sizeof(*c->paste));
	buf_init(&c->paste->text, PASTE_BYTES_MAX);
	c->paste->late = timer_new(c->loop, on_late, c);
	timer_start(c->paste->late, PASTE_LATE_MS, 0);
}

void
paste_key(struct console *c, uint32_t key)
{
	struct paste *p = c->paste;
	bool newline = key == K_ENTER || key == '\n', pair = false;
	char utf8[4];

	timer_start(p->late, PASTE_LATE_MS, 0);
	if (newline) {
		pair = key == '\n' && p->after_cr; /* of one line's end */
		key = '\n';
	} else if (key == K_TAB) {
		key = ' ';
	} else if (!key_is_text(key) || cp_is_hidden(key)) {
		p->n_dropped++;
		return;
	}
	p->after_cr = newline && !pair;
	if (!pair &&
	    buf_add(&p->text, utf8, utf8_encode(key, utf8), NULL) != RC_OK)
		p->full = true;
}

/* Who takes no text as a whole gets it as keys, which are never commands. */
static void
as_keys(struct console *c, struct screen *top, const char *text)
{
	size_t n;
	uint32_t cp;

	c->pasting = true;
	for (; top == screen_top(c) && top->ops->key &&
	       (n = utf8_next(text, strlen(text), &cp)) > 0;
	     text += n)
		(void)top->ops->key(top, cp == '\n' ? K_ENTER : cp);
	c->pasting = false;
}

void
paste_end(struct console *c)
{
	struct paste *p = c->paste;
	struct screen *top = screen_top(c);

	if (!p)
		return;
	c->paste = NULL;
	p->late = timer_free(p->late);
	console_dirty(c);
	if (p->n_dropped)
		console_set_message(c, ATTR_SOON,
				    _("pasted; %zu control characters were "
				      "left out"),
				    p->n_dropped);
	if (p->full)
		console_set_message(c, ATTR_ERROR,
				    _("nothing was pasted: more than %d "
				      "bytes; send it as an attachment"),
				    PASTE_BYTES_MAX);
	else if (top->ops->paste)
		top->ops->paste(top, buf_str(&p->text));
	else
		as_keys(c, top, buf_str(&p->text));
	buf_release(&p->text);
	(void)xfree(p);
}

void
paste_free(struct console *c)
{
	if (!c->paste)
		return;
	c->paste->late = timer_free(c->paste->late);
	buf_release(&c->paste->text);
	c->paste = xfree(c->paste);
}
