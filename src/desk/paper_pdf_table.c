/* Tables in PDF: broken between rows, the head again on each page, sums of
 * the page and of all rows. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "paper_pdf_int.h"

#define PAD	   3.0	/* points inside a cell, each side */
#define CELL_EMS   2.2	/* no column is narrower */
#define NATURAL_EM 16.0 /* a cell longer than this is broken into lines */

struct grid {
	struct pdf *p;
	const struct paper_table *t;
	bool form;
	double size;	/* of the type */
	double *widths; /* with the padding */
	struct paper_sum *page, *all;
};

static double
line_height(const struct grid *g)
{
	return g->size * 1.4;
}

static const char *
cell_at(const struct grid *g, size_t row, size_t c)
{
	size_t at = row * g->t->n_columns + c;

	return at < g->t->n_cells ? g->t->cells[at] : "";
}

/* Width in ems of a text's first line: a Chinese character is 1, dashes and
 * quotes are as wide in Chinese fonts, others are 0.58 on the average. */
static double
ems(const char *text)
{
	size_t n = strcspn(text, "\n"), used;
	double sum = 0.4;
	uint32_t cp;

	for (; n > 0; text += used, n -= used) {
		used = utf8_next(text, n, &cp);
		if (cp_cols(cp) == 2 || (cp >= 0x2010 && cp <= 0x2027))
			sum += 1;
		else if (cp_cols(cp) == 1)
			sum += 0.58;
	}
	return sum;
}

static double
natural(const struct grid *g, size_t c)
{
	size_t rows = paper_table_rows(g->t), r;
	double most = ems(g->t->columns[c].title), one;
	char total[32];

	paper_column_total(g->t, c, total);
	one = ems(total);
	most = one > most ? one : most;
	for (r = 0; r < rows; r++) {
		one = ems(cell_at(g, r, c));
		most = one > most ? one : most;
	}
	if (most > NATURAL_EM && !g->t->columns[c].right)
		most = NATURAL_EM;
	return most < CELL_EMS ? CELL_EMS : most;
}

/* The largest type in which all columns have their natural width. */
static void
find_widths(struct grid *g)
{
	static const double sizes[] = { SIZE_S4, 10.5, 9, 7.5 };
	size_t n = g->t->n_columns, c, i;
	double sum = 0, room, factor;

	for (c = 0; c < n; c++)
		sum += g->widths[c] = natural(g, c);
	for (i = 0; i < ARRAY_LEN(sizes); i++) {
		g->size = sizes[i];
		if (sum * g->size + 2 * PAD * (double)n <= AREA_W)
			break;
	}
	room = AREA_W - 2 * PAD * (double)n;
	factor = room / (sum * g->size);
	for (c = 0; c < n; c++)
		g->widths[c] = g->widths[c] * g->size * factor + 2 * PAD;
}

/* A form: labels as wide as they are, to a third of the paper. */
static void
form_widths(struct grid *g)
{
	double label = 0, one;
	size_t rows = paper_table_rows(g->t), r;

	g->size = SIZE_S4;
	for (r = 0; r < rows; r++) {
		one = ems(cell_at(g, r, 0)) * g->size;
		label = one > label ? one : label;
	}
	if (label > AREA_W / 3)
		label = AREA_W / 3;
	g->widths[0] = label + 2 * PAD;
	g->widths[1] = AREA_W - g->widths[0];
}

/* --- one row --- */

struct row {
	PangoLayout **cells;
	int lines; /* of the longest */
	bool bold;
};

static void
row_make(struct grid *g, struct row *r, const char **texts)
{
	size_t c;
	int lines;

	r->cells = xcalloc(g->t->n_columns, sizeof(PangoLayout *));
	r->lines = 1;
	for (c = 0; c < g->t->n_columns; c++) {
		bool black = r->bold || (g->form && c == 0);

		r->cells[c] =
			pdf_layout(g->p, black ? FACE_BLACK : FACE_TEXT,
				   g->size, g->widths[c] - 2 * PAD, texts[c]);
		lines = pdf_lines(r->cells[c]);
		r->lines = lines > r->lines ? lines : r->lines;
	}
}

static void
row_release(struct grid *g, struct row *r)
{
	size_t c;

	for (c = 0; c < g->t->n_columns; c++)
		g_object_unref(r->cells[c]);
	xfree(r->cells);
}

static double
height_of(const struct grid *g, int lines)
{
	return lines * line_height(g) + 2 * PAD;
}

static double
cell_x(const struct grid *g, const struct row *r, size_t c, int line)
{
	PangoRectangle box;
	double room = g->widths[c] - 2 * PAD, width;

	pango_layout_line_get_extents(
		pango_layout_get_line_readonly(r->cells[c], line), NULL, &box);
	width = (double)box.width / PANGO_SCALE;
	if (r->bold)
		return PAD + (room - width) / 2;
	return PAD + (g->t->columns[c].right ? room - width : 0);
}

/* Lines from to from+n of a row, in boxes. */
static void
row_draw(struct grid *g, const struct row *r, int from, int n)
{
	struct pdf *p = g->p;
	double x = 0, height = height_of(g, n), lead;
	size_t c;
	int i;

	lead = (line_height(g) - g->size) / 2;
	cairo_set_line_width(p->cairo, 0.5);
	for (c = 0; c < g->t->n_columns; c++) {
		cairo_rectangle(p->cairo, AREA_LEFT + x, AREA_TOP + p->y,
				g->widths[c], height);
		cairo_stroke(p->cairo);
		for (i = from; i < from + n && i < pdf_lines(r->cells[c]); i++)
			pdf_line(p, r->cells[c], i, x + cell_x(g, r, c, i),
				 p->y + PAD + (i - from) * line_height(g) +
					 lead,
				 g->size);
		x += g->widths[c];
	}
	p->empty = false;
	p->y += height;
}

static void
put_texts(struct grid *g, const char **texts, bool bold)
{
	struct row r = { .bold = bold };

	row_make(g, &r, texts);
	row_draw(g, &r, 0, r.lines);
	row_release(g, &r);
}

static void
put_head(struct grid *g)
{
	const char **texts;
	size_t c;

	if (g->form)
		return;
	texts = xcalloc(g->t->n_columns, sizeof(*texts));
	for (c = 0; c < g->t->n_columns; c++)
		texts[c] = g->t->columns[c].title;
	put_texts(g, texts, true);
	xfree(texts);
}

static void
put_plain(void *ctx, const char **texts)
{
	put_texts(ctx, texts, false);
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
}

static void
next_page(struct grid *g, bool sums)
{
	if (sums)
		put_sums(g, g->page, _("sum of this page"));
	memset(g->page, 0, g->t->n_columns * sizeof(*g->page));
	pdf_page_begin(g->p);
	put_head(g);
}

/* A row longer than the page goes on on the next one. */
static void
put_row(struct grid *g, struct row *r, double below, bool sums)
{
	int from = 0, fit;

	while (from < r->lines) {
		fit = (int)((AREA_H - below - g->p->y - 2 * PAD) /
			    line_height(g));
		if (fit < 1)
			fit = 1;
		if (fit > r->lines - from)
			fit = r->lines - from;
		row_draw(g, r, from, fit);
		from += fit;
		if (from < r->lines)
			next_page(g, sums);
	}
}

static void
put_rows(struct grid *g)
{
	size_t rows = paper_table_rows(g->t), n = g->t->n_columns, r, c;
	bool sums = paper_table_sums(g->t);
	const char **texts = xcalloc(n, sizeof(*texts));
	double below = sums ? 2 * height_of(g, 1) : 0;
	int first = g->p->page;

	for (r = 0; r < rows; r++) {
		struct row row = { .bold = false };

		for (c = 0; c < n; c++)
			texts[c] = cell_at(g, r, c);
		row_make(g, &row, texts);
		/* a page's sum is of the rows that begin on it */
		if (r > 0 && g->p->y + height_of(g, row.lines) + below > AREA_H)
			next_page(g, sums);
		for (c = 0; c < n; c++) {
			if (!g->t->columns[c].sum)
				continue;
			paper_sum_add(&g->page[c], texts[c]);
			paper_sum_add(&g->all[c], texts[c]);
		}
		put_row(g, &row, below, sums);
		row_release(g, &row);
	}
	if (sums && g->p->page != first)
		put_sums(g, g->page, _("sum of this page"));
	if (sums)
		put_sums(g, g->all, _("sum of all"));
	xfree(texts);
}

static void
put_label(struct pdf *p, const char *label)
{
	p->y += PITCH / 4;
	pdf_need(p, 4 * PITCH); /* with the head and a few rows */
	pdf_put(p, FACE_BLACK, SIZE_3, 0, p->y + (PITCH - SIZE_3) / 2, label);
	p->y += PITCH;
}

void
pdf_table(struct pdf *p, const struct paper_block *b)
{
	struct grid g = { .p = p,
			  .t = b->table,
			  .form = b->type == BLOCK_FORM };
	size_t n = b->table->n_columns;

	if (n == 0 || b->table->n_cells == 0)
		return;
	g.widths = xcalloc(n, sizeof(*g.widths));
	g.page = xcalloc(n, sizeof(*g.page));
	g.all = xcalloc(n, sizeof(*g.all));
	if (b->label != NULL)
		put_label(p, b->label);
	if (g.form)
		form_widths(&g);
	else
		find_widths(&g);
	pdf_need(p, 3 * line_height(&g) + 4 * PAD);
	put_head(&g);
	put_rows(&g);
	xfree(g.widths);
	xfree(g.page);
	xfree(g.all);
}
