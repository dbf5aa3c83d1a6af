/* A paper on its way to PDF: points from the top left of the text area of
 * GB/T 9704-2012 (156 mm by 225 mm, 22 lines of 28 characters). */
#pragma once

#include "paper_int.h"

#include <pango/pangocairo.h>

#define MM (72.0 / 25.4)

#define PAGE_W	    (210 * MM)
#define PAGE_H	    (297 * MM)
#define AREA_LEFT   (28 * MM) /* 订口 */
#define AREA_TOP    (37 * MM) /* 天头 */
#define AREA_W	    (156 * MM)
#define AREA_H	    (225 * MM)
#define AREA_LINES  22
#define PITCH	    (AREA_H / AREA_LINES)
#define SEAL_RADIUS (21 * MM)

/* Sizes of Chinese type in points. */
#define SIZE_2	22.0  /* 二号: titles */
#define SIZE_3	15.75 /* 三号: the text, 28 of them a line */
#define SIZE_4	14.0  /* 四号: page numbers, colophon */
#define SIZE_S4 12.0  /* 小四: tables */

enum face {	    /* 字体, each with what stands in for it */
	FACE_TEXT,  /* 仿宋 */
	FACE_TITLE, /* 小标宋 */
	FACE_BLACK, /* 黑体 */
	FACE_SONG,  /* 宋体 */
	FACE__COUNT
};

struct pdf {
	const struct paper *paper;
	cairo_surface_t *surface;
	cairo_t *cairo;
	PangoFontMap *fonts;
	PangoContext *context;
	double y;    /* from the top of the text area */
	double keep; /* height that must follow on the same page */
	int page;    /* 0: none begun */
	bool empty;  /* nothing is drawn on this page yet */
	const struct paper_block *sign; /* waits for its neighbour */
	double side_y;			/* where that began */
	enum paper_block_type before;
};

/* --- paper_pdf_font.c --- */
/* RC_NOTFOUND: no font has Chinese characters. */
enum rc pdf_fonts_check(struct pdf *p, struct err *err);
/* Text of a face and size, broken at width (points; < 0: one line). What no
 * font can show is written as <U+XXXX>. Caller unrefs. */
PangoLayout *pdf_layout(struct pdf *p, enum face face, double size,
			double width, const char *text);
/* The first bytes in 黑体. */
void pdf_black(PangoLayout *layout, size_t n_bytes);
double pdf_width(PangoLayout *layout); /* of its widest line */
int pdf_lines(PangoLayout *layout);
/* One line with its first character's box at x, y (text area). */
void pdf_line(struct pdf *p, PangoLayout *layout, int line, double x, double y,
	      double size);
/* The same by itself: one line of text. */
void pdf_put(struct pdf *p, enum face face, double size, double x, double y,
	     const char *text);
double pdf_text_width(struct pdf *p, enum face face, double size,
		      const char *text);

/* --- paper_pdf.c: pages --- */
void pdf_page_begin(struct pdf *p);
/* A new page unless height fits on this one. */
void pdf_need(struct pdf *p, double height);
void pdf_rule(struct pdf *p, double x, double y, double width, double thick);

/* --- paper_pdf_block.c --- */
void pdf_head(struct pdf *p);
void pdf_block(struct pdf *p, const struct paper_block *b);
void pdf_blocks_end(struct pdf *p);

/* --- paper_pdf_table.c --- */
void pdf_table(struct pdf *p, const struct paper_block *b);
