#include "base/mem.h"
#include "console/doclist_int.h"
#include "console/docview_int.h"

#define LOOK_AFTER_MS 80 /* a key held down asks for nothing */

struct preview {
	struct console *console;
	struct timer *rest;
	struct doc_ref want;
	struct view *view; /* of want, or NULL */
	struct doc_lines lines;
	int width;
};

static void
drop(struct preview *p)
{
	p->view = view_free(p->view);
	docview_release(&p->lines);
	p->width = 0;
}

static void
load(void *ctx)
{
	struct preview *p = ctx;

	drop(p);	   /* only now: what is old stays readable until then */
	if (p->want.id[0]) /* a failure leaves the preview empty */
		(void)ask_view(p->console->desk, &p->want, &p->view, NULL);
	console_dirty(p->console);
}

struct preview *
preview_new(struct console *c)
{
	struct preview *p = xcalloc(1, sizeof(*p));

	p->console = c;
	p->rest = timer_new(c->loop, load, p);
	return p;
}

struct preview *
preview_free(struct preview *p)
{
	if (p) {
		p->rest = timer_free(p->rest);
		drop(p);
	}
	return xfree(p);
}

void
preview_want(struct preview *p, const struct doc_row *row)
{
	struct doc_ref ref = { .id = "" };

	if (row)
		ref = row->ref;
	if (ref_same(&ref, &p->want))
		return;
	p->want = ref;
	drop(p);
	/* a screen without room for it asks for nothing */
	if (p->console->canvas.cols >= WIDE_COLS)
		timer_start(p->rest, LOOK_AFTER_MS, 0);
}

void
preview_forget(struct preview *p)
{
	if (p->console->canvas.cols >= WIDE_COLS && p->want.id[0])
		timer_start(p->rest, LOOK_AFTER_MS, 0);
}

void
preview_draw(struct preview *p, struct canvas *cv, int x, int width, int height)
{
	static const enum doc_part low[] = { PART_HEAD,	   PART_CLOCKS,
					     PART_PARTIES, PART_ROWS,
					     PART_FIELDS,  PART_FILES,
					     PART_END };
	static const enum doc_part high[] = { PART_HEAD,     PART_CLOCKS,
					      PART_PARTIES,  PART_ROWS,
					      PART_TIMELINE, PART_FIELDS,
					      PART_FILES,    PART_END };
	struct console *c = p->console;

	canvas_bar(cv, BODY_Y, x, height);
	if (!p->view) {
		if (p->want.id[0] && !timer_active(p->rest))
			timer_start(p->rest, LOOK_AFTER_MS, 0);
		return;
	}
	if (p->width != width) {
		docview_release(&p->lines);
		docview_make(c, p->view, NULL, width - 2,
			     cv->rows >= WIDE_ROWS ? high : low, &p->lines);
		p->width = width;
	}
	(void)docview_draw(c, &p->lines, 0, cv, BODY_Y, x + 2, height);
	if (c->fast) /* a countdown is composed anew with each frame */
		p->width = 0;
}
