/* Tables of a line printer: the head again on each page, sums below. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "paper_text_int.h"

#define CELL_MIN 4 /* columns */

struct grid {
	struct sheet *s;
	const struct paper_table *t;
	bool form;
	int *widths; /* without the bars */
	struct paper_sum *page, *all;
};

static const char *
cell_at(const struct grid *g, size_t row, size_t c)
{
	size_t at = row * g->t->n_columns + c;

	return at < g->t->n_cells ? g->t->cells[at] : "";
}

static int
widest(const char *text, int so_far)
{
	int cols;
	size_t n;

	do {
		n = strcspn(text, "\n");
		cols = (int)utf8_cols(text, n);
		so_far = cols > so_far ? cols : so_far;
		text += n;
		text += *text == '\n';
	} while (*text != '\0');
	return so_far;
}

/* As wide as its widest cell; then the widest give way until all fit. */
static void
find_widths(struct grid *g)
{
	size_t n = g->t->n_columns, rows = paper_table_rows(g->t), r, c, big;
	int room = g->s->form->width - 3 * (int)n - 1, sum = 0;
	char total[32];

	for (c = 0; c < n; c++) {
		g->widths[c] = widest(g->t->columns[c].title, CELL_MIN);
		for (r = 0; r < rows; r++)
			g->widths[c] = widest(cell_at(g, r, c), g->widths[c]);
		paper_column_total(g->t, c, total);
		g->widths[c] = widest(total, g->widths[c]);
		if (g->widths[c] > room && room > CELL_MIN)
			g->widths[c] = room;
		sum += g->widths[c];
	}
	while (sum > room) {
		for (big = 0, c = 1; c < n; c++)
			if (g->widths[c] > g->widths[big])
				big = c;
		if (g->widths[big] <= CELL_MIN)
			break; /* wider than the paper: nothing is lost */
		g->widths[big]--;
		sum--;
	}
}

static void
put_rule(struct grid *g)
{
	struct buf line;
	size_t c;
	int i;

	buf_init(&line, 4096);
	for (c = 0; c < g->t->n_columns; c++) {
		(void)buf_adds(&line, c == 0 ? "+-" : "-+-", NULL);
		for (i = 0; i < g->widths[c]; i++)
			(void)buf_adds(&line, "-", NULL);
	}
	(void)buf_adds(&line, "-+", NULL); /* all of it fits */
	sheet_line(g->s, 0, buf_str(&line), line.len);
	buf_release(&line);
}

static void
put_cell(struct buf *line, const char *text, size_t n, int width, bool right)
{
	int pad = width - (int)utf8_cols(text, n);

	(void)buf_addf(line, NULL, "%*s%.*s%*s", right && pad > 0 ? pad : 0, "",
		       (int)n, text, !right && pad > 0 ? pad : 0, "");
}

/* One row of n_columns texts, as many lines as its longest cell needs. */
static void
put_row(struct grid *g, const char **texts, bool head)
{
	size_t n = g->t->n_columns, c, cut;
	struct buf line;
	bool more = true;

	while (more) {
		buf_init(&line, 64 * 1024);
		more = false;
		for (c = 0; c < n; c++) {
			cut = sheet_cut(texts[c], (size_t)g->widths[c]);
			(void)buf_adds(&line, c == 0 ? "| " : " | ", NULL);
			put_cell(&line, texts[c], cut, g->widths[c],
				 !head && g->t->columns[c].right);
			texts[c] += cut;
			texts[c] += *texts[c] == '\n' || *texts[c] == ' ';
			more = more || *texts[c] != '\0';
		}
		(void)buf_adds(&line, " |", NULL); /* widths are bounded */
		sheet_line(g->s, 0, buf_str(&line), line.len);
		buf_release(&line);
	}
}

static int
lines_of(const struct grid *g, size_t row)
{
	int most = 1, lines;
	const char *text;
	size_t c;

	for (c = 0; c < g->t->n_columns; c++) {
		lines = 0;
		text = cell_at(g, row, c);
		do {
			text += sheet_cut(text, (size_t)g->widths[c]);
			text += *text == '\n' || *text == ' ';
			lines++;
		} while (*text != '\0');
		most = lines > most ? lines : most;
	}
	return most;
}

static void
put_head(struct grid *g)
{
	const char **texts;
	size_t c;

	put_rule(g);
	if (g->form)
		return;
	texts = xcalloc(g->t->n_columns, sizeof(*texts));
	for (c = 0; c < g->t->n_columns; c++)
		texts[c] = g->t->columns[c].title;
	put_row(g, texts, true);
	put_rule(g);
	xfree(texts);
}

static void
put_plain(void *ctx, const char **texts)
{
	put_row(ctx, texts, false);
}

/* The label stands in the widest column that has no sum. */
static void
put_sums(struct grid *g, const struct paper_sum *sums, const char *label)
{
	size_t c, at = 0;

	for (c = 0; c < g->t->n_columns; c++)
		if (!g->t->columns[c].sum && g->widths[c] > g->widths[at])
			at = c;
	paper_put_sums(g->t, sums, label, at, put_plain, g);
	put_rule(g);
}

static void
next_page(struct grid *g, bool sums)
{
	put_rule(g);
	if (sums)
		put_sums(g, g->page, _("sum of this page"));
	memset(g->page, 0, g->t->n_columns * sizeof(*g->page));
	sheet_page(g->s);
	put_head(g);
}

static void
put_rows(struct grid *g)
{
	size_t rows = paper_table_rows(g->t), r, c;
	bool sums = paper_table_sums(g->t);
	const char **texts = xcalloc(g->t->n_columns + 1, sizeof(*texts));
	/* the rule and the sums must fit below the last row of a page */
	int below = sums ? 5 : 1, first = g->s->page;

	for (r = 0; r < rows && g->s->rc == RC_OK; r++) {
		if (r > 0 && sheet_room(g->s) < lines_of(g, r) + below)
			next_page(g, sums);
		for (c = 0; c < g->t->n_columns; c++) {
			texts[c] = cell_at(g, r, c);
			if (g->t->columns[c].sum) {
				paper_sum_add(&g->page[c], texts[c]);
				paper_sum_add(&g->all[c], texts[c]);
			}
		}
		put_row(g, texts, false);
		if (g->form && r + 1 < rows)
			put_rule(g);
	}
	put_rule(g);
	if (sums && g->s->page != first)
		put_sums(g, g->page, _("sum of this page"));
	if (sums)
		put_sums(g, g->all, _("sum of all"));
	xfree(texts);
}

void
sheet_table(struct sheet *s, const struct paper_block *b)
{
	struct grid g = { .s = s,
			  .t = b->table,
			  .form = b->type == BLOCK_FORM };
	size_t n = b->table->n_columns;

	if (n == 0 || b->table->n_cells == 0)
		return;
	g.widths = xcalloc(n, sizeof(*g.widths));
	g.page = xcalloc(n, sizeof(*g.page));
	g.all = xcalloc(n, sizeof(*g.all));
	find_widths(&g);
	if (sheet_room(s) < 8)
		sheet_page(s);
	if (b->label != NULL)
		sheet_text(s, b->label, 0, 0);
	put_head(&g);
	put_rows(&g);
	sheet_line(s, 0, "", 0);
	xfree(g.widths);
	xfree(g.page);
	xfree(g.all);
}
