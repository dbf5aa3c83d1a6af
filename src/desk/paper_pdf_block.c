/* Head and blocks of a paper in PDF, after GB/T 9704-2012. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "paper_pdf_int.h"

#include <math.h>

/* Within a line of the grid the characters stand in its middle. */
static double
in_line(double size)
{
	return (PITCH - size) / 2;
}

static void
red(struct pdf *p)
{
	cairo_set_source_rgb(p->cairo, 0.86, 0.0, 0.0);
}

static void
black(struct pdf *p)
{
	cairo_set_source_rgb(p->cairo, 0, 0, 0);
}

/* On to the next line of the grid. */
static void
snap(struct pdf *p)
{
	p->y = ceil(p->y / PITCH - 0.01) * PITCH;
}

static void
skip_line(struct pdf *p)
{
	snap(p);
	if (!p->empty && p->y + PITCH <= AREA_H)
		p->y += PITCH;
}

struct run {
	enum face face;
	double size, left, right, indent; /* indent: of the first line */
	bool centre, justify;
	size_t n_black; /* bytes of a label at the beginning */
};

/* Lines on the grid, over as many pages as they need. */
static void
put_run(struct pdf *p, const struct run *r, const char *text)
{
	double width = AREA_W - r->left - r->right;
	PangoLayout *layout = pdf_layout(p, r->face, r->size, width, text);
	int i, n;

	if (r->n_black > 0)
		pdf_black(layout, r->n_black);
	snap(p);
	pango_layout_set_justify(layout, r->justify);
	pango_layout_set_indent(layout, (int)(r->indent * PANGO_SCALE));
	n = pdf_lines(layout);
	for (i = 0; i < n; i++) {
		PangoLayoutLine *line =
			pango_layout_get_line_readonly(layout, i);
		PangoRectangle box;
		double x = r->left + (i == 0 ? r->indent : 0);

		pango_layout_line_get_extents(line, NULL, &box);
		if (r->centre)
			x = r->left +
			    (width - (double)box.width / PANGO_SCALE) / 2;
		/* the last two lines go with what must follow them */
		pdf_need(p, i == (n > 2 ? n - 2 : 0) && p->keep > 0
				    ? (n - i) * PITCH + p->keep
				    : PITCH);
		pdf_line(p, layout, i, x, p->y + in_line(r->size), r->size);
		p->y += PITCH;
	}
	g_object_unref(layout);
}

static const struct run run_text = { .face = FACE_TEXT, .size = SIZE_3 };
static const struct run run_para = {
	.face = FACE_TEXT, .size = SIZE_3, .indent = 2 * SIZE_3, .justify = true
};
static const struct run run_heading = { .face = FACE_BLACK,
					.size = SIZE_3,
					.indent = 2 * SIZE_3 };
static const struct run run_title = { .face = FACE_TITLE,
				      .size = SIZE_2,
				      .left = 2 * SIZE_3,
				      .right = 2 * SIZE_3,
				      .centre = true };

/* --- head --- */

/* The unit's name as large as one line of the text area allows, at most 22 mm
 * of height is for the largest; usual names take 30 to 50 points. */
static double
organ_size(struct pdf *p, const char *organ)
{
	const double most = 48, least = SIZE_2;
	const double room = AREA_W - SIZE_3;
	double width = pdf_text_width(p, FACE_TITLE, most, organ);
	double size = width > room ? most * room / width : most;

	return size < least ? least : size;
}

static void
red_head(struct pdf *p)
{
	/* the name's top edge is 35 mm below the text area's (7.2.4) */
	const double top = 35 * MM;
	double size = organ_size(p, p->paper->organ);
	struct run number = { .face = FACE_TEXT,
			      .size = SIZE_3,
			      .centre = true };
	PangoLayout *layout =
		pdf_layout(p, FACE_TITLE, size, AREA_W, p->paper->organ);
	int i;

	pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
	p->y = p->y > top ? p->y : top;
	red(p);
	for (i = 0; i < pdf_lines(layout); i++) {
		PangoRectangle box;

		pango_layout_line_get_extents(
			pango_layout_get_line_readonly(layout, i), NULL, &box);
		pdf_line(p, layout, i,
			 (AREA_W - (double)box.width / PANGO_SCALE) / 2, p->y,
			 size);
		p->y += size * 1.25;
	}
	g_object_unref(layout);
	black(p);
	/* two lines below it the number, a red rule 4 mm under that */
	p->y += PITCH;
	if (p->paper->number != NULL)
		put_run(p, &number, p->paper->number);
	p->y += 4 * MM - in_line(SIZE_3);
	red(p);
	pdf_rule(p, 0, p->y, AREA_W, 1.5);
	black(p);
	/* two lines to the title */
	p->y += PITCH;
	snap(p);
}

static void
record_head(struct pdf *p)
{
	struct run small = { .face = FACE_TEXT,
			     .size = SIZE_S4,
			     .centre = true };
	char *line;

	if (p->paper->organ == NULL)
		return;
	put_run(p, &run_title, p->paper->organ);
	if (p->paper->number != NULL || p->paper->title != NULL) {
		line = xasprintf(
			"%s%s%s",
			p->paper->number != NULL ? p->paper->number : "",
			p->paper->number != NULL ? "  " : "",
			p->paper->title != NULL ? p->paper->title : "");
		put_run(p, &small, line);
		xfree(line);
	}
}

void
pdf_head(struct pdf *p)
{
	const struct paper *paper = p->paper;
	struct run mark = { .face = FACE_BLACK, .size = SIZE_3 };

	if (paper->secrecy != NULL)
		put_run(p, &mark, paper->secrecy);
	if (paper->urgency != NULL)
		put_run(p, &mark, paper->urgency);
	if (paper->style == PAPER_RECORD && paper->organ != NULL) {
		record_head(p);
		p->y += PITCH / 2;
		return;
	}
	if (paper->organ != NULL)
		red_head(p);
	if (paper->title != NULL)
		put_run(p, &run_title, paper->title);
	skip_line(p);
}

/* --- blocks --- */

static void
item(struct pdf *p, const struct paper_block *b)
{
	char *line = xasprintf("%s%s%s", b->label, _(": "),
			       b->text != NULL ? b->text : "");
	struct run r = run_para;

	/* 出席 and the like (10.3.2) */
	if (p->paper->style == PAPER_MINUTES)
		r.n_black = strlen(b->label);
	put_run(p, &r, line);
	xfree(line);
}

static void
enclosure(struct pdf *p, const struct paper_block *b)
{
	struct run r = run_text;
	char *line;

	/* one line below the text, further ones under the first (7.3.4) */
	if (p->before != BLOCK_ENCLOSURE)
		skip_line(p);
	line = xasprintf("%s. %s", b->label, b->text);
	r.left = 5 * SIZE_3 + 1.3 * SIZE_3;
	r.indent = -1.3 * SIZE_3;
	snap(p);
	pdf_need(p, PITCH);
	if (p->before != BLOCK_ENCLOSURE)
		pdf_put(p, FACE_TEXT, SIZE_3, 2 * SIZE_3,
			p->y + in_line(SIZE_3), _("Annex: "));
	put_run(p, &r, line);
	xfree(line);
}

/* With a line above it, and one below where a note follows. */
static double
seal_height(const struct paper *paper, const struct paper_block *b)
{
	bool note = b + 1 < paper->blocks + paper->n_blocks &&
		    b[1].type == BLOCK_NOTE;

	return 2 * SEAL_RADIUS + PITCH + (note ? PITCH : 0);
}

/* A dotted ring of 42 mm; in it the digest that the desk's key signed. */
static void
seal_place(struct pdf *p, const struct paper_block *b, double centre,
	   double top, bool alone)
{
	const double radius = SEAL_RADIUS, dash[] = { 2, 3 };
	char *digest;

	cairo_save(p->cairo);
	cairo_set_dash(p->cairo, dash, 2, 0);
	cairo_set_line_width(p->cairo, 0.6);
	cairo_set_source_rgb(p->cairo, 0.6, 0.6, 0.6);
	cairo_new_path(p->cairo); /* text left a point */
	cairo_arc(p->cairo, AREA_LEFT + centre, AREA_TOP + top + radius, radius,
		  0, 2 * M_PI);
	cairo_stroke(p->cairo);
	cairo_restore(p->cairo);
	if (alone) /* the second line of a long name stands there */
		pdf_put(p, FACE_SONG, 9,
			centre - pdf_text_width(p, FACE_SONG, 9, _("(seal)")) /
					 2,
			top + 0.2 * radius, _("(seal)"));
	if (b->extra == NULL)
		return;
	digest = xasprintf("SHA-256 %.16s", b->extra);
	pdf_put(p, FACE_SONG, 6,
		centre - pdf_text_width(p, FACE_SONG, 6, digest) / 2,
		top + 1.62 * radius, digest);
	xfree(digest);
}

/*
 * Unit and date where the seal is set: the date four characters from the
 * right, the unit centred over it, the seal's place over both (7.3.5.1).
 */
static void
seal(struct pdf *p, const struct paper_block *b)
{
	const double radius = SEAL_RADIUS;
	double date_w = pdf_text_width(p, FACE_TEXT, SIZE_3, b->text);
	PangoLayout *unit =
		pdf_layout(p, FACE_TEXT, SIZE_3, AREA_W - 6 * SIZE_3, b->label);
	double unit_w = pdf_width(unit), top, y;
	double centre = AREA_W - 4 * SIZE_3 - date_w / 2;
	int i, n = pdf_lines(unit);

	/* a long name pushes both to the left, two characters stay free */
	if (centre + unit_w / 2 > AREA_W - 2 * SIZE_3)
		centre = AREA_W - 2 * SIZE_3 - unit_w / 2;
	snap(p);
	pdf_need(p, seal_height(p->paper, b));
	p->y += PITCH; /* the seal's top is within a line of the text */
	top = p->y;
	seal_place(p, b, centre, top, n == 1);
	y = top + radius - n * PITCH;
	for (i = 0; i < n; i++) {
		PangoRectangle box;

		pango_layout_line_get_extents(
			pango_layout_get_line_readonly(unit, i), NULL, &box);
		pdf_line(p, unit, i,
			 centre - (double)box.width / PANGO_SCALE / 2,
			 y + i * PITCH + in_line(SIZE_3), SIZE_3);
	}
	pdf_put(p, FACE_TEXT, SIZE_3, centre - date_w / 2,
		top + radius + in_line(SIZE_3), b->text);
	g_object_unref(unit);
	p->y = top + 2 * radius;
	snap(p);
}

static void
note(struct pdf *p, const struct paper_block *b)
{
	char *line = xasprintf(_("(%s)"), b->text);

	put_run(p, &run_para, line);
	xfree(line);
}

static void
annex(struct pdf *p, const struct paper_block *b)
{
	struct run mark = { .face = FACE_BLACK, .size = SIZE_3 };

	if (!p->empty)
		pdf_page_begin(p);
	if (b->label != NULL) {
		put_run(p, &mark, b->label);
		p->y = 2 * PITCH;
	}
	if (b->text != NULL)
		put_run(p, &run_title, b->text);
	skip_line(p);
}

/* At the foot of the last page: thick rules outside, thin within (7.4). */
static void
colophon(struct pdf *p, const struct paper_block *b)
{
	const double size = SIZE_4, line = 1.6 * SIZE_4, side = SIZE_4;
	char *date = xasprintf(_("%s issued"), b->extra);
	double date_w = pdf_text_width(p, FACE_TEXT, size, date), y;
	PangoLayout *cc = NULL;
	PangoLayout *unit = pdf_layout(p, FACE_TEXT, size,
				       AREA_W - 3 * side - date_w, b->text);
	int i, n_cc = 0, n_unit = pdf_lines(unit);

	if (b->label != NULL) {
		cc = pdf_layout(p, FACE_TEXT, size, AREA_W - 2 * side,
				b->label);
		n_cc = pdf_lines(cc);
	}
	pdf_need(p, (n_cc + n_unit) * line + PITCH);
	y = AREA_H - (n_cc + n_unit) * line;
	pdf_rule(p, 0, y, AREA_W, 0.35 * MM);
	for (i = 0; i < n_cc; i++)
		pdf_line(p, cc, i, side, y + i * line + (line - size) / 2,
			 size);
	y += n_cc * line;
	if (n_cc > 0)
		pdf_rule(p, 0, y, AREA_W, 0.25 * MM);
	for (i = 0; i < n_unit; i++)
		pdf_line(p, unit, i, side, y + i * line + (line - size) / 2,
			 size);
	pdf_put(p, FACE_TEXT, size, AREA_W - side - date_w,
		y + (line - size) / 2, date);
	pdf_rule(p, 0, AREA_H, AREA_W, 0.35 * MM);
	p->y = AREA_H;
	xfree(date);
	g_object_unref(unit);
	if (cc != NULL)
		g_object_unref(cc);
}

/* --- places to sign: two beside each other --- */

static double
sign_height(const struct paper_block *b)
{
	return (b->n + 2) * PITCH;
}

static void
sign_one(struct pdf *p, const struct paper_block *b, double x, double y,
	 double width, double height)
{
	const char *name = b->text != NULL ? b->text : "";
	double line = y + PITCH;
	char *text;
	size_t n;
	int i;

	cairo_set_line_width(p->cairo, 0.5);
	cairo_rectangle(p->cairo, AREA_LEFT + x, AREA_TOP + y, width, height);
	cairo_stroke(p->cairo);
	pdf_put(p, FACE_BLACK, SIZE_S4, x + 6, y + in_line(SIZE_S4), b->label);
	for (i = 0; i < b->n || *name != '\0'; i++) {
		n = strcspn(name, "\n");
		text = xasprintf("%.*s", (int)n, name);
		if (i < b->n) {
			pdf_put(p, FACE_TEXT, SIZE_S4, x + 12,
				line + in_line(SIZE_S4), text);
			pdf_rule(p, x + 12, line + PITCH - 6, width - 24, 0.4);
		}
		line += PITCH;
		xfree(text);
		name += n + (name[n] == '\n');
	}
	text = xasprintf("%s", _("date:      /    /   "));
	pdf_put(p, FACE_TEXT, SIZE_S4,
		x + width - 12 - pdf_text_width(p, FACE_TEXT, SIZE_S4, text),
		y + height - PITCH + in_line(SIZE_S4), text);
	xfree(text);
}

static void
sign_pair(struct pdf *p, const struct paper_block *a,
	  const struct paper_block *b)
{
	double height = sign_height(a), half = AREA_W / 2;

	if (b != NULL && sign_height(b) > height)
		height = sign_height(b);
	snap(p);
	pdf_need(p, height);
	if (b == NULL) {
		sign_one(p, a, 0, p->y, AREA_W, height);
	} else {
		sign_one(p, a, 0, p->y, half, height);
		sign_one(p, b, half, p->y, half, height);
	}
	p->y += height;
}

static void
sign(struct pdf *p, const struct paper_block *b)
{
	if (p->sign == NULL) {
		if (p->before != BLOCK_SIGN)
			p->y += PITCH / 2;
		p->sign = b;
		return;
	}
	sign_pair(p, p->sign, b);
	p->sign = NULL;
}

void
pdf_blocks_end(struct pdf *p)
{
	if (p->sign != NULL)
		sign_pair(p, p->sign, NULL);
	p->sign = NULL;
}

/* A seal never stands alone on a page (7.3.5.4): how much of what follows must
 * come on the same page as the end of block i. */
static double
keep_after(const struct paper *paper, size_t i)
{
	const struct paper_block *b = &paper->blocks[i];
	const struct paper_block *next = b + 1;

	if (i + 1 == paper->n_blocks)
		return 0;
	if (b->type == BLOCK_HEADING)
		/* a paragraph of one line of 26 takes along what it keeps */
		return PITCH +
		       (next->text == NULL || strlen(next->text) <= 26 * 3
				? keep_after(paper, i + 1)
				: PITCH);
	return next->type == BLOCK_SEAL ? seal_height(paper, next) : 0;
}

void
pdf_block(struct pdf *p, const struct paper_block *b)
{
	const char *text = b->text != NULL ? b->text : "";
	char *line;

	if (b->type != BLOCK_SIGN)
		pdf_blocks_end(p);
	p->keep = keep_after(p->paper, (size_t)(b - p->paper->blocks));
	switch (b->type) {
	case BLOCK_TO:
		line = xasprintf("%s%s", text, _(": "));
		put_run(p, &run_text, line);
		xfree(line);
		break;
	case BLOCK_PARA: put_run(p, &run_para, text); break;
	case BLOCK_HEADING: put_run(p, &run_heading, b->label); break;
	case BLOCK_ITEM: item(p, b); break;
	case BLOCK_TABLE:
	case BLOCK_FORM: pdf_table(p, b); break;
	case BLOCK_ENCLOSURE: enclosure(p, b); break;
	case BLOCK_SEAL: seal(p, b); break;
	case BLOCK_NOTE: note(p, b); break;
	case BLOCK_ANNEX: annex(p, b); break;
	case BLOCK_SIGN: sign(p, b); break;
	case BLOCK_COLOPHON: colophon(p, b); break;
	}
}
