#include <assert.h>

#include "base/mem.h"
#include "console/console_int.h"
#include "console/stats_int.h"

void *
screen_new(struct console *c, const struct screen_ops *ops, size_t size)
{
	struct screen *s = xcalloc(1, size);

	s->ops = ops;
	s->console = c;
	return s;
}

static void
screen_free(struct screen *s)
{
	if (s && s->ops->free)
		s->ops->free(s);
	(void)xfree(s);
}

void
screen_push(struct console *c, struct screen *take_s)
{
	if (!take_s) /* its maker has said why */
		return;
	if (c->depth == STACK_MAX) {
		screen_free(take_s);
		console_set_message(c, ATTR_ERROR,
				    _("too many screens are open; go back "
				      "first"));
		return;
	}
	c->stack[c->depth++] = take_s;
	console_dirty(c);
}

static void
shown(struct console *c)
{
	struct screen *s = c->stack[c->depth - 1];

	if (s->ops->shown)
		s->ops->shown(s);
}

static void
drop_top(struct console *c)
{
	assert(c->depth > 1);
	screen_free(c->stack[--c->depth]);
	console_dirty(c);
}

void
screen_pop(struct console *c)
{
	bool covered = !c->stack[c->depth - 1]->ops->popup;

	drop_top(c);
	if (covered)
		shown(c);
}

void
screen_end(struct screen *s)
{
	struct console *c = s->console;

	for (size_t i = 1; i < c->depth; i++) {
		if (c->stack[i] != s)
			continue;
		bool covered = !s->ops->popup;

		while (c->depth > i)
			drop_top(c);
		if (covered)
			shown(c);
		return;
	}
}

struct screen *
screen_top(const struct console *c)
{
	return c->depth ? c->stack[c->depth - 1] : NULL;
}

void
screen_view(struct console *c, int view)
{
	while (c->depth > 1)
		drop_top(c);
	if (!c->views[view])
		c->views[view] = view == VIEW_LINKS	? links_new(c)
				 : view == VIEW_STATS	? stats_new(c)
				 : view_audits(c, view) ? audit_new(c)
							: doclist_new(c, view);
	c->view = view;
	c->stack[0] = c->views[view];
	c->depth = 1;
	console_dirty(c);
	shown(c);
}

void
screen_free_all(struct console *c)
{
	while (c->depth > 1)
		drop_top(c);
	c->depth = 0;
	for (size_t i = 0; i < VIEWS_MAX; i++) {
		screen_free(c->views[i]);
		c->views[i] = NULL;
	}
}
