#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/export_int.h"
#include "console/popup_int.h"
#include "console/stats_int.h"

#define DIMENSIONS_MAX 64
#define FIGURES_AT     2 /* columns before: the value, the bar */

struct dimension {
	char name[STATS_NAME_MAX], title[128];
};

struct stats_screen {
	struct grid grid;
	struct figure base; /* months, kind, by */
	struct stats found; /* row.value is a row's number here, times 100, and
			     * one more than the clock's */
	struct dimension dims[DIMENSIONS_MAX];
	size_t n_dims, dim;
	char text[128]; /* the filter as typed */
};

struct stats_query
figure_query(const struct figure *f)
{
	return (struct stats_query){
		.from_month = f->from_month,
		.to_month = f->to_month,
		.kind = f->kind[0] ? f->kind : NULL,
		.by = f->by[0] ? f->by : NULL,
	};
}

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "8 %s", _("statistics"));
}

static void
add_columns(struct stats_screen *s)
{
	struct grid *g = &s->grid;
	bool desks = str_eq(s->base.by, "desk");
	const char *const heads[] = { _("documents"),
				      _("in hand"),
				      _("overdue"),
				      _("done"),
				      desks ? _("received") : _("incomplete"),
				      desks ? _("sent") : _("taken back") };

	grid_column(g, s->dims[s->dim].title, 0, false);
	grid_bar(g);
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		int cols = (int)utf8_cols(heads[i], strlen(heads[i]));

		grid_column(g, heads[i], cols < 6 ? 6 : cols, true);
	}
}

static void
add_row(struct stats_screen *s, size_t nth)
{
	const struct stats_row *r = &s->found.rows[nth];
	bool desks = str_eq(s->base.by, "desk");
	const int64_t figures[] = { r->docs,
				    r->open,
				    r->late,
				    r->closed,
				    desks ? r->received : r->missing,
				    desks ? r->issued : r->withdrawn };
	struct grid_row *row = grid_add(&s->grid);
	char desk[128];

	row->value = (int)nth * 100;
	row->attrs[0] = ATTR_BOLD;
	row->attrs[FIGURES_AT + 2] = r->late > 0 ? ATTR_LATE : ATTR_PLAIN;
	grid_cell(row, 0, "%s",
		  desks ? name_desk(s->grid.screen.console, r->value, desk,
				    sizeof(desk))
		  : r->title[0] ? r->title
				: _("all"));
	for (size_t i = 0; i < ARRAY_LEN(figures); i++)
		if (figures[i] < 0) /* not counted */
			grid_cell(row, i + FIGURES_AT, "-");
		else
			grid_cell(row, i + FIGURES_AT, "%lld",
				  (long long)figures[i]);
	/* what is late is in hand, too */
	row->parts[0] = r->open < 0 ? r->docs : r->docs - r->open;
	row->parts[1] = r->open > r->late ? r->open - r->late : 0;
	row->parts[2] = r->late > 0 ? r->late : 0;
}

/* "3天2时" of minutes. */
static void
minutes_text(int64_t minutes, char *out, size_t out_size)
{
	if (minutes < 0)
		(void)snprintf(out, out_size, "-");
	else if (minutes < 60)
		(void)snprintf(out, out_size, _("%lld min"),
			       (long long)minutes);
	else if (minutes < 48 * 60)
		(void)snprintf(out, out_size, "%lld:%02lld",
			       (long long)(minutes / 60),
			       (long long)(minutes % 60));
	else
		(void)snprintf(out, out_size, _("%lldd %lldh"),
			       (long long)(minutes / 1440),
			       (long long)(minutes % 1440 / 60));
}

/* "  签收时限  按时 40/42 95%  中位 0:11  晚办 2" */
static void
add_clock(struct stats_screen *s, size_t nth, size_t clock)
{
	const struct stats_clock *k = &s->found.rows[nth].clocks[clock];
	int64_t all = k->on_time + k->over + k->late;
	struct grid_row *row = grid_add(&s->grid);
	char median[64], over[64] = "", late[64] = "";

	row->value = (int)(nth * 100 + clock + 1);
	row->attr = k->late ? ATTR_LATE : ATTR_DIM;
	row->whole = true;
	minutes_text(k->median_minutes, median, sizeof(median));
	if (k->over > 0)
		(void)snprintf(over, sizeof(over), _("  met late %lld"),
			       (long long)k->over);
	if (k->late > 0)
		(void)snprintf(late, sizeof(late), _("  running late %lld"),
			       (long long)k->late);
	grid_cell(row, 0, _("  %s: in time %lld/%lld %.0f%%  median %s%s%s"),
		  k->title, (long long)k->on_time, (long long)all,
		  all ? stats_share(k) * 100 : 100.0, median, over, late);
}

static void
add_sums(struct stats_screen *s, size_t nth)
{
	const struct stats_row *r = &s->found.rows[nth];

	for (size_t i = 0; i < r->n_sums; i++) {
		struct grid_row *row = grid_add(&s->grid);

		row->value = (int)nth * 100;
		row->attr = ATTR_DIM;
		row->whole = true;
		grid_cell(row, 0, "  %s: %lld.%02lld", r->sums[i].title,
			  (long long)(r->sums[i].thousandths / 1000),
			  (long long)llabs(r->sums[i].thousandths % 1000 / 10));
	}
}

static void
load(struct grid *g)
{
	struct stats_screen *s = (struct stats_screen *)g;
	const struct stats_query q = figure_query(&s->base);
	struct stats fresh = { 0 };
	struct err e = ERR_INIT;

	add_columns(s);
	(void)snprintf(g->head, sizeof(g->head),
		       _("%d-%02d to %d-%02d%s%s   by %s%s"),
		       s->base.from_month / 100, s->base.from_month % 100,
		       s->base.to_month / 100, s->base.to_month % 100,
		       s->base.kind[0] ? "   " : "", s->base.kind,
		       s->dims[s->dim].title,
		       g->screen.console->reader
			       ? ""
			       : _("   # done = in hand ! overdue"));
	if (ask_stats(g->screen.console->desk, &q, &fresh, &e) != RC_OK) {
		(void)snprintf(g->empty, sizeof(g->empty), "%.300s", e.msg);
		return;
	}
	stats_release(&s->found);
	s->found = fresh;
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("nothing is counted in these months"));
	for (size_t i = 0; i < fresh.n_rows; i++) {
		add_row(s, i);
		for (size_t k = 0; k < fresh.rows[i].n_clocks && k < 98; k++)
			add_clock(s, i, k);
		add_sums(s, i);
	}
}

/* --- the figures of a row ---------------------------------------------------
 */

struct choosing {
	struct stats_screen *screen;
	struct figure figures[16];
	size_t n;
};

static void
offer(struct choosing *ch, struct menu_spec *spec, const char *name_,
      const char *title, int64_t n)
{
	struct figure *f;
	char count[32];

	if (ch->n == ARRAY_LEN(ch->figures) || n <= 0)
		return;
	f = &ch->figures[ch->n];
	(void)snprintf(f->name, sizeof(f->name), "%s", name_);
	(void)snprintf(f->title, sizeof(f->title), "%s", title);
	(void)snprintf(count, sizeof(count), "%lld", (long long)n);
	menu_add(&spec->take_items, &spec->n_items, title, count, false,
		 (int)ch->n++);
}

static void
chosen(struct console *c, void *ctx, int value)
{
	struct choosing *ch = ctx;

	if (value >= 0)
		screen_push(c, figure_new(c, &ch->figures[value]));
	(void)xfree(ch);
}

static void
offer_clock(struct choosing *ch, struct menu_spec *spec,
	    const struct stats_clock *k)
{
	char figure[STATS_NAME_MAX], title[256];

	(void)snprintf(figure, sizeof(figure), "on:%.60s", k->name);
	(void)snprintf(title, sizeof(title), _("%s: in time"), k->title);
	offer(ch, spec, figure, title, k->on_time);
	(void)snprintf(figure, sizeof(figure), "over:%.60s", k->name);
	(void)snprintf(title, sizeof(title), _("%s: met late"), k->title);
	offer(ch, spec, figure, title, k->over);
	/* a clock of that name of another kind is another clock */
	for (size_t i = 0; i < ch->n; i++)
		(void)snprintf(ch->figures[i].kind, sizeof(ch->figures[i].kind),
			       "%s", k->kind);
}

static void
open_row(struct grid *g, const struct grid_row *row)
{
	struct stats_screen *s = (struct stats_screen *)g;
	const struct stats_row *r = &s->found.rows[row->value / 100];
	int clock = row->value % 100;
	struct choosing *ch = xcalloc(1, sizeof(*ch));
	struct menu_spec spec = { .title = r->title[0] ? r->title : _("all"),
				  .done = chosen,
				  .ctx = ch };

	for (size_t i = 0; i < ARRAY_LEN(ch->figures); i++) {
		ch->figures[i] = s->base;
		(void)snprintf(ch->figures[i].value,
			       sizeof(ch->figures[i].value), "%s", r->value);
	}
	if (clock) {
		offer_clock(ch, &spec, &r->clocks[clock - 1]);
	} else {
		offer(ch, &spec, "docs", _("documents"), r->docs);
		offer(ch, &spec, "open", _("in hand"), r->open);
		offer(ch, &spec, "late", _("overdue"), r->late);
		offer(ch, &spec, "closed", _("done"), r->closed);
		offer(ch, &spec, "missing", _("incomplete"), r->missing);
		offer(ch, &spec, "withdrawn", _("taken back"), r->withdrawn);
		offer(ch, &spec, "received", _("received"), r->received);
		offer(ch, &spec, "issued", _("sent"), r->issued);
	}
	if (spec.n_items) {
		menu_open(g->screen.console, &spec);
		return;
	}
	console_set_message(g->screen.console, ATTR_PLAIN, "%s",
			    _("no document stands behind this figure"));
	(void)xfree(ch);
}

/* --- months and dimensions --------------------------------------------------
 */

static void
take_word(struct stats_screen *s, const char *word, struct err *e)
{
	const char *dots = strstr(word, "..");
	char from[64];

	if (str_starts(word, "kind=")) {
		(void)snprintf(s->base.kind, sizeof(s->base.kind), "%.*s",
			       NAME_MAX_LEN, word + strlen("kind="));
		return;
	}
	(void)snprintf(from, sizeof(from), "%.*s",
		       dots ? (int)(dots - word) : 32, word);
	if (stats_month_parse(from, false, &s->base.from_month, e) == RC_OK)
		(void)stats_month_parse(dots ? dots + 2 : from, true,
					&s->base.to_month, e);
}

static void
given(struct console *c, void *ctx, const char *text)
{
	struct stats_screen *s = ctx;
	char copy[128], *rest = copy, *word;
	struct err e = ERR_INIT;

	if (!text)
		return;
	(void)snprintf(s->text, sizeof(s->text), "%s", text);
	(void)snprintf(copy, sizeof(copy), "%s", text);
	s->base.kind[0] = '\0';
	while ((word = strsep(&rest, " ")) != NULL)
		if (word[0])
			take_word(s, word, &e);
	if (e.code != RC_OK)
		console_show_err(c, &e);
	grid_reload(&s->grid);
}

/* The months of the file are those of the screen when the key was struck. */
static enum rc
make_csv(struct desk *d, void *arg, struct buf *out, struct err *err)
{
	const struct figure *base = arg;
	const struct stats_query q = figure_query(base);
	struct stats found;
	enum rc rc = ask_stats(d, &q, &found, err);

	if (rc != RC_OK)
		return rc;
	rc = stats_csv(&found, out, err);
	stats_release(&found);
	return rc;
}

static void export(struct stats_screen *s)
{
	struct figure *base = xcalloc(1, sizeof(*base));
	const struct export_spec spec = { .name = "statistics",
					  .ending = "csv",
					  .make = make_csv,
					  .take_arg = base };

	*base = s->base;
	export_start(s->grid.screen.console, &spec);
}

static void
change_months(struct stats_screen *s, enum action a)
{
	struct figure *b = &s->base;

	if (a == ACTION_OF_MONTH || a == ACTION_OF_QUARTER ||
	    a == ACTION_OF_YEAR)
		stats_months_of(a == ACTION_OF_MONTH	 ? 1
				: a == ACTION_OF_QUARTER ? 3
							 : 12,
				&b->from_month, &b->to_month);
	else
		stats_months_shift(a == ACTION_EARLIER ? -1 : 1, &b->from_month,
				   &b->to_month);
	grid_reload(&s->grid);
}

static bool
act(struct grid *g, enum action a)
{
	struct stats_screen *s = (struct stats_screen *)g;
	const struct prompt_spec p = {
		.label = _("months and kind (2026-01..2026-03 kind=NAME):"),
		.text = s->text,
		.done = given,
		.ctx = s,
	};

	if (a == ACTION_DIMENSION) {
		s->dim = (s->dim + 1) % s->n_dims;
		(void)snprintf(s->base.by, sizeof(s->base.by), "%s",
			       s->dims[s->dim].name);
		g->at = g->top = 0;
		grid_reload(g);
	} else if (a == ACTION_FILTER) {
		prompt_open(g->screen.console, &p);
	} else if (a == ACTION_RISKS) {
		screen_push(g->screen.console,
			    risks_new(g->screen.console, s->base.to_month));
	} else if (a == ACTION_PAPER) {
		paper_open_stats(g->screen.console, &s->base);
	} else if (a == ACTION_EXPORT) {
		export(s);
	} else if (a == ACTION_OF_MONTH || a == ACTION_OF_QUARTER ||
		   a == ACTION_OF_YEAR || a == ACTION_EARLIER ||
		   a == ACTION_LATER) {
		change_months(s, a);
	} else {
		return false;
	}
	return true;
}

static void
add_dimension(void *ctx, const char *name_, const char *title)
{
	struct stats_screen *s = ctx;

	if (s->n_dims == DIMENSIONS_MAX)
		return;
	(void)snprintf(s->dims[s->n_dims].name, sizeof(s->dims[0].name), "%s",
		       name_);
	(void)snprintf(s->dims[s->n_dims].title, sizeof(s->dims[0].title), "%s",
		       title);
	s->n_dims++;
}

static void
free_stats(struct grid *g)
{
	stats_release(&((struct stats_screen *)g)->found);
}

static const enum action bar[] = {
	ACTION_OPEN,	ACTION_DIMENSION, ACTION_OF_MONTH, ACTION_OF_QUARTER,
	ACTION_OF_YEAR, ACTION_EARLIER,	  ACTION_LATER,	   ACTION_EXPORT,
	ACTION_FILTER,	ACTION_HELP,	  ACTION_RISKS,	   ACTION_PAPER,
	ACTION_VIEW1,	ACTION_LEAVE,	  ACTION_NONE
};

static const struct grid_ops ops = {
	.context = CONTEXT_STATS,
	.bar = bar,
	.name = name,
	.load = load,
	.act = act,
	.open = open_row,
	.free = free_stats,
};

struct screen *
stats_new(struct console *c)
{
	struct stats_screen *s = grid_new(c, &ops, sizeof(*s));

	s->base.to_month = stats_month_of(console_now_ms(c));
	s->base.from_month = s->base.to_month / 100 * 100 + 1;
	add_dimension(s, "", _("all in one row"));
	ask_stats_dimensions(c->desk, add_dimension, s);
	if (s->n_dims > 1)
		s->dim = 1;
	(void)snprintf(s->base.by, sizeof(s->base.by), "%s",
		       s->dims[s->dim].name);
	grid_reload(&s->grid);
	return &s->grid.screen;
}
