/* Fonts and lines of text in PDF. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "paper_pdf_int.h"

/* The faces of the standard first, then what a Debian machine has. */
static const char *const families[] = {
	[FACE_TEXT] = "FangSong,FangSong_GB2312,STFangsong,Noto Serif CJK SC,"
		      "Source Han Serif SC,AR PL UMing CN,Noto Sans CJK SC,"
		      "WenQuanYi Zen Hei,serif",
	[FACE_TITLE] = "FZXiaoBiaoSong-B05S,FZXiaoBiaoSong-B05,STZhongsong,"
		       "Noto Serif CJK SC,Source Han Serif SC,"
		       "AR PL UMing CN,Noto Sans CJK SC,serif",
	[FACE_BLACK] = "SimHei,STHeiti,Noto Sans CJK SC,Source Han Sans SC,"
		       "WenQuanYi Zen Hei,sans",
	[FACE_SONG] = "SimSun,STSong,Noto Serif CJK SC,Source Han Serif SC,"
		      "AR PL UMing CN,Noto Sans CJK SC,serif",
};

static PangoFontDescription *
description(enum face face, double size)
{
	PangoFontDescription *d = pango_font_description_new();

	pango_font_description_set_family_static(d, families[face]);
	pango_font_description_set_absolute_size(d, size * PANGO_SCALE);
	if (face == FACE_TITLE || face == FACE_BLACK)
		pango_font_description_set_weight(d, PANGO_WEIGHT_BOLD);
	return d;
}

/* A digest or number that is broken must not gain a hyphen. */
static void
no_hyphens(PangoLayout *layout)
{
	PangoAttrList *list = pango_attr_list_new();

	pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
}

static PangoLayout *
plain_layout(struct pdf *p, enum face face, double size, double width,
	     const char *text)
{
	PangoLayout *layout = pango_layout_new(p->context);
	PangoFontDescription *d = description(face, size);

	pango_layout_set_font_description(layout, d);
	pango_font_description_free(d);
	/* the paper goes from left to right, whatever a text begins with */
	pango_layout_set_auto_dir(layout, FALSE);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	if (width >= 0)
		pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_text(layout, text, -1);
	no_hyphens(layout);
	return layout;
}

static bool
can_show(struct pdf *p, enum face face, uint32_t cp)
{
	char text[5] = "";
	PangoLayout *one;
	bool can;

	text[utf8_encode(cp, text)] = '\0';
	one = plain_layout(p, face, SIZE_S4, -1, text);
	can = pango_layout_get_unknown_glyphs_count(one) == 0;
	g_object_unref(one);
	return can;
}

enum rc
pdf_fonts_check(struct pdf *p, struct err *err)
{
	if (can_show(p, FACE_TEXT, 0x4e2d) && can_show(p, FACE_BLACK, 0x6587))
		return RC_OK;
	return err_set(err, RC_NOTFOUND, 0,
		       _("no font on this machine has Chinese characters: "
			 "install fonts-noto-cjk, or print text"));
}

/* Each character that no font here has is written as its number. */
static char *
with_numbers(struct pdf *p, enum face face, const char *text)
{
	size_t n = strlen(text), used;
	struct buf out;
	uint32_t cp;

	buf_init(&out, n * 10 + 1);
	for (; n > 0; text += used, n -= used) {
		used = utf8_next(text, n, &cp);
		/* all of it fits: ten bytes for each of one */
		if (cp < 0x80 || can_show(p, face, cp))
			(void)buf_add(&out, text, used, NULL);
		else
			(void)buf_addf(&out, NULL, "<U+%04X>", (unsigned)cp);
	}
	return out.len > 0 ? buf_take(&out) : xstrdup("");
}

PangoLayout *
pdf_layout(struct pdf *p, enum face face, double size, double width,
	   const char *text)
{
	PangoLayout *layout = plain_layout(p, face, size, width, text);
	char *numbers;

	if (pango_layout_get_unknown_glyphs_count(layout) == 0)
		return layout;
	numbers = with_numbers(p, face, text);
	pango_layout_set_text(layout, numbers, -1);
	xfree(numbers);
	return layout;
}

double
pdf_width(PangoLayout *layout)
{
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	return (double)logical.width / PANGO_SCALE;
}

int
pdf_lines(PangoLayout *layout)
{
	return pango_layout_get_line_count(layout);
}

void
pdf_black(PangoLayout *layout, size_t n_bytes)
{
	PangoAttrList *list = pango_layout_get_attributes(layout);
	PangoAttribute *attrs[] = {
		pango_attr_family_new(families[FACE_BLACK]),
		pango_attr_weight_new(PANGO_WEIGHT_BOLD),
	};

	for (size_t i = 0; i < ARRAY_LEN(attrs); i++) {
		attrs[i]->end_index = (unsigned)n_bytes;
		pango_attr_list_insert(list, attrs[i]);
	}
	pango_layout_context_changed(layout);
}

/* Chinese characters stand 0.88 of their size above the baseline. */
#define ASCENT 0.88

void
pdf_line(struct pdf *p, PangoLayout *layout, int line, double x, double y,
	 double size)
{
	PangoLayoutLine *l = pango_layout_get_line_readonly(layout, line);

	if (l == NULL)
		return;
	cairo_move_to(p->cairo, AREA_LEFT + x, AREA_TOP + y + ASCENT * size);
	pango_cairo_show_layout_line(p->cairo, l);
	p->empty = false;
}

void
pdf_put(struct pdf *p, enum face face, double size, double x, double y,
	const char *text)
{
	PangoLayout *layout = pdf_layout(p, face, size, -1, text);

	pdf_line(p, layout, 0, x, y, size);
	g_object_unref(layout);
}

double
pdf_text_width(struct pdf *p, enum face face, double size, const char *text)
{
	PangoLayout *layout = pdf_layout(p, face, size, -1, text);
	double width = pdf_width(layout);

	g_object_unref(layout);
	return width;
}
