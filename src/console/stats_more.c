/* The documents behind a figure; hints of unusual growth 研判. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console/stats_int.h"

#define BEHIND_ROWS                                               \
	1000 /* of one page; the next key after the last has more \
	      */

struct figure_screen {
	struct grid grid;
	struct figure figure;
	size_t limit;
};

static void
figure_name(struct grid *g, char *out, size_t out_size)
{
	(void)snprintf(out, out_size, "%s",
		       ((struct figure_screen *)g)->figure.title);
}

static void
add_doc(struct grid *g, const struct doc_row *r)
{
	struct console *c = g->screen.console;
	const struct kind *k = name_kind(c, r->kind, r->kind_version);
	struct grid_row *row = grid_add(g);
	char from[128], when[SPAN_MAX];

	row->ref = r->ref;
	grid_cell(row, 0, "%s", r->state_title ? r->state_title : r->state);
	grid_cell(row, 1, "%s", k ? title_in(&k->title, c->zh) : r->kind);
	grid_cell(row, 2, "%s", name_desk(c, r->ref.owner, from, sizeof(from)));
	grid_cell(row, 3, "%s",
		  time_text(r->issued_ms, console_now_ms(c), when));
	grid_cell(row, 4, "%s", r->title);
	grid_cell(row, 5, "%s", name_number(r->number, NUMBER_COLS));
}

/* From the first that is not there yet on; a figure may be any number. */
static void
add_docs(struct grid *g)
{
	struct figure_screen *s = (struct figure_screen *)g;
	const struct stats_query q = figure_query(&s->figure);
	struct doc_list l = { 0 };
	struct err e = ERR_INIT;

	g->more = false;
	if (ask_stats_behind(g->screen.console->desk, &q, s->figure.value,
			     s->figure.name, s->limit, &l, &e) != RC_OK) {
		(void)snprintf(g->empty, sizeof(g->empty), "%.300s", e.msg);
		return;
	}
	for (size_t i = g->n_rows; i < l.n_rows; i++)
		add_doc(g, &l.rows[i]);
	g->more = l.n_rows == s->limit;
	doc_list_release(&l);
}

static void
figure_more(struct grid *g)
{
	((struct figure_screen *)g)->limit += BEHIND_ROWS;
	add_docs(g);
}

static void
figure_load(struct grid *g)
{
	struct figure_screen *s = (struct figure_screen *)g;
	bool zh = g->screen.console->zh;

	grid_column(g, _("state"), zh ? 8 : 12, false);
	grid_column(g, _("kind"), zh ? 8 : 12, false);
	grid_column(g, _("from"), zh ? 8 : 10, false);
	grid_column(g, _("issued"), 11, false);
	grid_column(g, _("title"), 0, false);
	grid_column(g, _("number"), 15, false);
	(void)snprintf(g->head, sizeof(g->head), "%s", s->figure.title);
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("no document stands behind this figure"));
	add_docs(g);
}

static const enum action bar[] = { ACTION_OPEN, ACTION_SEARCH, ACTION_HELP,
				   ACTION_BACK, ACTION_NONE };

static const struct grid_ops figure_ops = {
	.context = CONTEXT_REGISTRY,
	.bar = bar,
	.name = figure_name,
	.load = figure_load,
	.more = figure_more,
};

struct screen *
figure_new(struct console *c, const struct figure *f)
{
	struct figure_screen *s = grid_new(c, &figure_ops, sizeof(*s));

	s->figure = *f;
	s->limit = BEHIND_ROWS;
	grid_reload(&s->grid);
	return &s->grid.screen;
}

/* --- growth ------------------------------------------------------------------
 */

#define HINTS_MAX 200

struct risks_screen {
	struct grid grid;
	int month;
	struct figure figures[HINTS_MAX]; /* by the number of the row */
	size_t n;
};

static void
risks_name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s", _("hints of growth"));
}

/* "9 = 本月; 前三月 2 1 3, 均 2.0 x 已过 87% = 预期 1.7" */
static void
add_hint(void *ctx, const struct risk_hint *h)
{
	struct risks_screen *s = ctx;
	struct grid_row *row;
	struct figure *f;

	if (s->n == HINTS_MAX)
		return;
	f = &s->figures[s->n];
	*f = (struct figure){ .from_month = s->month, .to_month = s->month };
	(void)snprintf(f->by, sizeof(f->by), "%s", h->dimension);
	(void)snprintf(f->value, sizeof(f->value), "%s", h->value);
	(void)snprintf(f->name, sizeof(f->name), "docs");
	(void)snprintf(f->title, sizeof(f->title), "%s", h->title);
	row = grid_add(&s->grid);
	row->value = (int)s->n++;
	grid_cell(row, 0, "%s", h->dimension_title);
	grid_cell(row, 1, "%s", h->title);
	grid_cell(row, 2, "%lld", (long long)h->n);
	grid_cell(row, 3, "%lld %lld %lld", (long long)h->before[0],
		  (long long)h->before[1], (long long)h->before[2]);
	grid_cell(row, 4, "%.0f%%", h->share * 100);
	grid_cell(row, 5, "%.1f", h->expected);
}

static void
risks_load(struct grid *g)
{
	struct risks_screen *s = (struct risks_screen *)g;
	struct err e = ERR_INIT;

	s->n = 0;
	grid_column(g, _("dimension"), 16, false);
	grid_column(g, _("value"), 0, false);
	grid_column(g, _("this month"), 10, true);
	grid_column(g, _("three before"), 14, true);
	grid_column(g, _("gone"), 6, true);
	grid_column(g, _("expected"), 8, true);
	(void)snprintf(g->head, sizeof(g->head), "%s",
		       _("at least 5, twice and 3 roots above what the mean "
			 "of the three months before lets expect"));
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("nothing grew beyond what was to be expected"));
	if (ask_risks(g->screen.console->desk, s->month, add_hint, s, &e) !=
	    RC_OK)
		(void)snprintf(g->empty, sizeof(g->empty), "%.300s", e.msg);
}

static void
risks_open(struct grid *g, const struct grid_row *row)
{
	struct risks_screen *s = (struct risks_screen *)g;

	screen_push(g->screen.console,
		    figure_new(g->screen.console, &s->figures[row->value]));
}

static const struct grid_ops risks_ops = {
	.context = CONTEXT_REGISTRY,
	.bar = bar,
	.name = risks_name,
	.load = risks_load,
	.open = risks_open,
};

struct screen *
risks_new(struct console *c, int month)
{
	struct risks_screen *s = grid_new(c, &risks_ops, sizeof(*s));

	s->month = month;
	grid_reload(&s->grid);
	return &s->grid.screen;
}
