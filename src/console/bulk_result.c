/* What became of each document of a bulk, those not done first. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "console/bulk_int.h"
#include "console/grid_int.h"

struct result_screen {
	struct grid grid;
	struct bulk *bulk;
};

static void
name(struct grid *g, char *out, size_t out_size)
{
	const struct result_screen *s = (struct result_screen *)g;

	(void)snprintf(out, out_size, "%s", s->bulk->title);
}

static void
add_row(struct grid *g, const struct bulk_item *it)
{
	struct grid_row *row = grid_add(g);

	row->ref = it->ref;
	row->attr = it->result == BULK_FAILED	? ATTR_LATE
		    : it->result == BULK_PARKED ? ATTR_SOON
						: ATTR_GOOD;
	row->attrs[1] = row->attrs[2] = ATTR_PLAIN;
	grid_cell(row, 0, "%s",
		  it->result == BULK_FAILED   ? _("not done")
		  : it->result == BULK_PARKED ? _("waits")
					      : _("it is done"));
	grid_cell(row, 1, "%s", name_number(it->number, NUMBER_COLS));
	grid_cell(row, 2, "%s", it->title);
	grid_cell(row, 3, "%s",
		  it->result == BULK_FAILED   ? it->why
		  : it->result == BULK_PARKED ? _("an approver must agree")
					      : "");
}

static void
load(struct grid *g)
{
	const struct result_screen *s = (struct result_screen *)g;
	const struct bulk *b = s->bulk;
	static const enum bulk_result order[] = { BULK_FAILED, BULK_PARKED,
						  BULK_DONE };
	size_t n_failed = 0;

	grid_column(g, _("result"), g->screen.console->zh ? 6 : 10, false);
	grid_column(g, _("number"), NUMBER_COLS, false);
	grid_column(g, _("title"), 0, false);
	grid_column(g, _("reason"), 0, false);
	for (size_t k = 0; k < ARRAY_LEN(order); k++)
		for (size_t i = 0; i < b->n_items; i++)
			if (b->items[i].result == order[k]) {
				add_row(g, &b->items[i]);
				n_failed += order[k] == BULK_FAILED;
			}
	(void)snprintf(g->head, sizeof(g->head),
		       _("%zu of %zu not done: they stay marked; Enter opens "
			 "one"),
		       n_failed, b->n_items);
}

static void
free_result(struct grid *g)
{
	struct result_screen *s = (struct result_screen *)g;

	s->bulk = bulk_free(s->bulk);
}

static const enum action bar[] = { ACTION_OPEN, ACTION_BACK, ACTION_HELP,
				   ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_REGISTRY,
	.bar = bar,
	.name = name,
	.load = load,
	.free = free_result,
};

struct screen *
bulk_result_new(struct console *c, struct bulk *take_b)
{
	struct result_screen *s = grid_new(c, &ops, sizeof(*s));

	s->bulk = take_b;
	grid_reload(&s->grid);
	return &s->grid.screen;
}
