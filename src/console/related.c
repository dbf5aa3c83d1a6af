/* What shares something with a document, and what: 串并. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/grid_int.h"
#include "console/related_int.h"

struct related_screen {
	struct grid grid;
	struct doc_ref ref;
};

void
related_reasons(const struct shared_reason *reasons, size_t n, char *out,
		size_t out_size)
{
	struct buf b = { 0 };

	buf_init(&b, 16384);
	for (size_t i = 0; i < n; i++)
		(void)buf_addf(&b, NULL, "%s%s%s%s", i ? "  " : "",
			       reasons[i].secret ? _("a field kept here")
						 : reasons[i].title,
			       reasons[i].secret ? "" : ":",
			       reasons[i].secret ? "" : reasons[i].value);
	(void)text_show_into(out, out_size, buf_str(&b));
	buf_release(&b);
}

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s", _("related documents"));
}

static void
load(struct grid *g)
{
	struct related_screen *s = (struct related_screen *)g;
	struct console *c = g->screen.console;
	struct related found = { 0 };
	struct err e = ERR_INIT;
	char text[1000], from[128];

	grid_column(g, _("kind"), c->zh ? 8 : 14, false);
	grid_column(g, _("from"), c->zh ? 8 : 10, false);
	grid_column(g, _("title"), 0, false);
	grid_column(g, _("number"), 16, false);
	grid_column(g, _("shared"), 0, false);
	if (ask_related(c->desk, &s->ref, &found, &e) != RC_OK) {
		(void)snprintf(g->empty, sizeof(g->empty), "%s", e.msg);
		return;
	}
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("no document shares anything with it"));
	for (size_t i = 0; i < found.n_rows; i++) {
		const struct related_row *r = &found.rows[i];
		const struct kind *k =
			name_kind(c, r->row.kind, r->row.kind_version);
		struct grid_row *row = grid_add(g);

		row->ref = r->row.ref;
		grid_cell(row, 0, "%s",
			  k ? title_in(&k->title, c->zh) : r->row.kind);
		grid_cell(row, 1, "%s",
			  name_desk(c, r->row.ref.owner, from, sizeof(from)));
		grid_cell(row, 2, "%s", r->row.title);
		grid_cell(row, 3, "%s",
			  name_number(r->row.number, NUMBER_COLS));
		related_reasons(r->reasons, r->n_reasons, text, sizeof(text));
		grid_cell(row, 4, "%s", text);
	}
	if (found.n_many) {
		related_reasons(found.many, found.n_many, text, sizeof(text));
		(void)snprintf(g->head, sizeof(g->head), "%s %s",
			       _("shared by too many to list:"), text);
	}
	related_release(&found);
}

static const enum action bar[] = { ACTION_OPEN, ACTION_HELP, ACTION_BACK,
				   ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_REGISTRY,
	.bar = bar,
	.name = name,
	.load = load,
};

struct screen *
related_new(struct console *c, const struct doc_ref *ref)
{
	struct related_screen *s = grid_new(c, &ops, sizeof(*s));

	s->ref = *ref;
	grid_reload(&s->grid);
	return &s->grid.screen;
}
