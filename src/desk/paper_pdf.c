/* Papers as PDF: pages, their numbers and marks. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "paper_pdf_int.h"

#include <cairo-pdf.h>
#include <math.h>

/* Across the page, under the text: pale, and as wide as the text allows. */
static void
draw_mark(struct pdf *p)
{
	const double angle = -0.7, most = 120;
	PangoLayout *layout;
	double size = most, width;

	if (p->paper->mark == NULL)
		return;
	width = pdf_text_width(p, FACE_BLACK, size, p->paper->mark);
	if (width > AREA_W)
		size *= AREA_W / width;
	layout = pdf_layout(p, FACE_BLACK, size, -1, p->paper->mark);
	width = pdf_width(layout);
	cairo_save(p->cairo);
	cairo_translate(p->cairo, AREA_LEFT + AREA_W / 2,
			AREA_TOP + AREA_H / 2);
	cairo_rotate(p->cairo, angle);
	cairo_set_source_rgb(p->cairo, 0.88, 0.88, 0.88);
	cairo_move_to(p->cairo, -width / 2, size / 3);
	pango_cairo_show_layout_line(p->cairo,
				     pango_layout_get_line_readonly(layout, 0));
	cairo_restore(p->cairo);
	g_object_unref(layout);
}

/* Below the text area by 7 mm: odd pages right, even left, a character from
 * the edge (7.5). */
static void
draw_number(struct pdf *p)
{
	char text[40];
	double width;

	(void)snprintf(text, sizeof(text), "— %d —", p->page);
	width = pdf_text_width(p, FACE_SONG, SIZE_4, text);
	pdf_put(p, FACE_SONG, SIZE_4,
		p->page % 2 == 1 ? AREA_W - width - SIZE_4 : SIZE_4,
		AREA_H + 7 * MM, text);
}

static void
page_end(struct pdf *p)
{
	if (p->page == 0)
		return;
	draw_number(p);
	cairo_show_page(p->cairo);
}

void
pdf_page_begin(struct pdf *p)
{
	page_end(p);
	p->page++;
	p->y = 0;
	draw_mark(p);
	cairo_set_source_rgb(p->cairo, 0, 0, 0);
	p->empty = true;
}

void
pdf_need(struct pdf *p, double height)
{
	/* half a point of room: sums of pitches are not exact */
	if (p->y + height > AREA_H + 0.5 && !p->empty)
		pdf_page_begin(p);
}

void
pdf_rule(struct pdf *p, double x, double y, double width, double thick)
{
	cairo_set_line_width(p->cairo, thick);
	cairo_move_to(p->cairo, AREA_LEFT + x, AREA_TOP + y);
	cairo_rel_line_to(p->cairo, width, 0);
	cairo_stroke(p->cairo);
}

/* --- the file --- */

struct sink {
	struct buf *out;
	struct err *err;
	enum rc rc;
};

static cairo_status_t
write_bytes(void *closure, const unsigned char *bytes, unsigned n)
{
	struct sink *s = closure;

	if (s->rc == RC_OK)
		s->rc = buf_add(s->out, bytes, n, s->err);
	return s->rc == RC_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void
set_metadata(struct pdf *p)
{
	char when[TIME_TEXT_MAX];

	time_format(p->paper->made_ms, when);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR,
				       PACKAGE_STRING);
	cairo_pdf_surface_set_metadata(p->surface,
				       CAIRO_PDF_METADATA_CREATE_DATE, when);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE,
				       p->paper->title != NULL ? p->paper->title
							       : "");
}

static void
open_pages(struct pdf *p, struct sink *sink)
{
	p->surface = cairo_pdf_surface_create_for_stream(write_bytes, sink,
							 PAGE_W, PAGE_H);
	set_metadata(p);
	p->cairo = cairo_create(p->surface);
	/* a font map of this paper's own, given back with it */
	p->fonts = pango_cairo_font_map_new();
	p->context = pango_font_map_create_context(p->fonts);
	pango_cairo_update_context(p->cairo, p->context);
	pango_cairo_context_set_resolution(p->context, 72);
	pango_context_set_base_dir(p->context, PANGO_DIRECTION_LTR);
	pango_context_set_language(p->context,
				   pango_language_from_string("zh-cn"));
}

static enum rc
close_pages(struct pdf *p, struct sink *sink, enum rc rc, struct err *err)
{
	cairo_status_t status;

	cairo_surface_finish(p->surface);
	status = cairo_status(p->cairo);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(p->surface);
	g_object_unref(p->context);
	g_object_unref(p->fonts);
	cairo_destroy(p->cairo);
	cairo_surface_destroy(p->surface);
	if (rc == RC_OK && sink->rc != RC_OK)
		rc = sink->rc;
	else if (rc == RC_OK && status != CAIRO_STATUS_SUCCESS)
		rc = err_set(err, RC_IO, (int)status, "PDF: %s",
			     cairo_status_to_string(status));
	return rc;
}

enum rc
paper_pdf(const struct paper *paper, struct buf *out, int *ret_pages,
	  struct err *err)
{
	struct pdf p = { .paper = paper, .before = BLOCK_TO };
	struct sink sink = { .out = out, .err = err };
	enum rc rc;
	size_t i;

	open_pages(&p, &sink);
	rc = pdf_fonts_check(&p, err);
	if (rc == RC_OK) {
		pdf_page_begin(&p);
		pdf_head(&p);
		for (i = 0; i < paper->n_blocks && sink.rc == RC_OK; i++) {
			pdf_block(&p, &paper->blocks[i]);
			p.before = paper->blocks[i].type;
		}
		pdf_blocks_end(&p);
		page_end(&p);
	}
	rc = close_pages(&p, &sink, rc, err);
	if (rc == RC_OK && ret_pages != NULL)
		*ret_pages = p.page;
	return rc;
}
