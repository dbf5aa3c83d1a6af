/* Papers as text for a line printer: columns, pages, plain rules. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "paper_text_int.h"

#define INDENT 4 /* two Chinese characters */

/* --- lines and pages --- */

static void
keep(struct sheet *s, enum rc rc)
{
	if (s->rc == RC_OK)
		s->rc = rc;
}

static void
raw_line(struct sheet *s, int indent, const char *text, size_t n)
{
	size_t last = n;

	while (last > 0 && text[last - 1] == ' ')
		last--;
	keep(s, buf_addf(s->out, s->err, "%*s%.*s\n", last > 0 ? indent : 0, "",
			 (int)last, text));
	s->used++;
}

static void
centred(struct sheet *s, const char *text)
{
	int cols = (int)utf8_cols(text, strlen(text));
	int left = cols < s->form->width ? (s->form->width - cols) / 2 : 0;

	sheet_text(s, text, left, left);
}

static void
page_begin(struct sheet *s)
{
	char *line;

	s->used = 0;
	s->page++;
	if (s->paper->mark == NULL)
		return;
	line = xasprintf("* * *  %s  * * *", s->paper->mark);
	centred(s, line);
	raw_line(s, 0, "", 0);
	xfree(line);
}

/* Room below the text for a blank line and the page's number. */
#define FOOT_LINES 2

static void
page_end(struct sheet *s)
{
	char number[40];
	int cols;

	if (s->form->lines == 0)
		return;
	while (s->used < s->form->lines - 1)
		raw_line(s, 0, "", 0);
	cols = snprintf(number, sizeof(number), "- %d -", s->page);
	/* odd pages right, even left (GB/T 9704-2012, 7.5) */
	raw_line(s, s->page % 2 == 1 ? s->form->width - cols - 2 : 2, number,
		 strlen(number));
	if (s->form->form_feed)
		keep(s, buf_adds(s->out, "\f", s->err));
}

void
sheet_page(struct sheet *s)
{
	if (s->form->lines == 0) {
		raw_line(s, 0, "", 0);
		return;
	}
	page_end(s);
	page_begin(s);
}

int
sheet_room(const struct sheet *s)
{
	return s->form->lines == 0 ? INT_MAX
				   : s->form->lines - FOOT_LINES - s->used;
}

void
sheet_line(struct sheet *s, int indent, const char *text, size_t n)
{
	if (sheet_room(s) <= 0)
		sheet_page(s);
	raw_line(s, indent, text, n);
}

static void
blank(struct sheet *s)
{
	/* none at the head of a page */
	if (s->used > 0 && sheet_room(s) > 0)
		raw_line(s, 0, "", 0);
}

/* --- breaking lines --- */

/* No line begins with these (GB/T 15834). */
static bool
may_not_begin(uint32_t cp)
{
	static const uint32_t marks[] = { 0x3001, 0x3002, 0xff0c, 0xff1a,
					  0xff1b, 0xff01, 0xff1f, 0xff09,
					  0x3009, 0x300b, 0x300d, 0x300f,
					  0x3011, 0x3015, 0x201d, 0x2019,
					  0x2026, ',',	  '.',	  ')' };
	size_t i;

	for (i = 0; i < ARRAY_LEN(marks); i++)
		if (marks[i] == cp)
			return true;
	return false;
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static size_t
char_before(const char *s, size_t at)
{
	do
		at--;
	while (at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80);
	return at;
}

size_t
sheet_cut(const char *text, size_t cols)
{
	size_t n = strcspn(text, "\n"), used, back;
	size_t cut = utf8_cut(text, n, cols, &used);
	uint32_t cp;

	if (cut == 0 && n > 0)
		return utf8_next(text, n, &cp); /* wider than the column */
	if (cut == n)
		return n;
	(void)utf8_next(text + cut, n - cut, &cp);
	back = char_before(text, cut);
	if (may_not_begin(cp) && back > 0)
		cut = back;
	if (is_word(text[cut]) && is_word(text[cut - 1])) {
		for (back = cut; back > cut / 2 && is_word(text[back - 1]);)
			back--;
		if (back > cut / 2)
			return back;
	}
	return cut;
}

void
sheet_text(struct sheet *s, const char *text, int first, int rest)
{
	int indent = first;
	size_t cut;

	do {
		cut = sheet_cut(text, (size_t)(s->form->width - indent));
		sheet_line(s, indent, text, cut);
		text += cut;
		text += *text == '\n' || *text == ' ';
		indent = rest;
	} while (*text != '\0');
}

static void
right(struct sheet *s, const char *text, int margin)
{
	int left = s->form->width - margin - (int)utf8_cols(text, strlen(text));

	sheet_text(s, text, left > 0 ? left : 0, 0);
}

static void
rule(struct sheet *s, char c)
{
	char line[PAPER_WIDTH_MAX + 1];

	(void)memset(line, c, sizeof(line) - 1);
	sheet_line(s, 0, line, (size_t)s->form->width);
}

/* --- head and blocks --- */

static void
head(struct sheet *s)
{
	const struct paper *p = s->paper;

	if (p->secrecy != NULL)
		sheet_text(s, p->secrecy, 0, 0);
	if (p->urgency != NULL)
		sheet_text(s, p->urgency, 0, 0);
	if (p->organ != NULL)
		centred(s, p->organ);
	if (p->number != NULL) {
		blank(s);
		centred(s, p->number);
	}
	if (p->style != PAPER_RECORD)
		rule(s, '=');
	if (p->title != NULL) {
		blank(s);
		centred(s, p->title);
	}
	blank(s);
}

static void
seal(struct sheet *s, const struct paper_block *b)
{
	char *line;

	blank(s);
	if (sheet_room(s) < 3)
		sheet_page(s);
	right(s, b->label, 6);
	right(s, b->text, 8);
	line = b->extra != NULL
		       ? xasprintf(_("(seal) SHA-256 %.16s…"), b->extra)
		       : xstrdup(_("(seal)"));
	right(s, line, 6);
	xfree(line);
}

static void
sign(struct sheet *s, const struct paper_block *b)
{
	const char *name = b->text != NULL ? b->text : "";
	char *line;
	size_t n;
	int i;

	blank(s);
	if (sheet_room(s) < b->n + 2)
		sheet_page(s);
	line = xasprintf("%s%s", b->label, _(": "));
	sheet_text(s, line, 0, 0);
	xfree(line);
	for (i = 0; i < b->n || *name != '\0'; i++) {
		n = strcspn(name, "\n");
		line = xasprintf("____________________  %.*s", (int)n, name);
		sheet_text(s, line, INDENT, INDENT);
		xfree(line);
		name += n + (name[n] == '\n');
	}
	sheet_text(s, _("Date: ____________________"), INDENT, INDENT);
}

static void
annex(struct sheet *s, const struct paper_block *b)
{
	sheet_page(s);
	if (b->label != NULL)
		sheet_text(s, b->label, 0, 0);
	if (b->text != NULL)
		centred(s, b->text);
	blank(s);
}

static void
colophon(struct sheet *s, const struct paper_block *b)
{
	char *line;
	int pad;

	blank(s);
	if (sheet_room(s) < 5)
		sheet_page(s);
	rule(s, '-');
	if (b->label != NULL) {
		sheet_text(s, b->label, 2, 8);
		rule(s, '-');
	}
	line = xasprintf(_("%s issued"), b->extra);
	pad = s->form->width - 4 - (int)utf8_cols(b->text, strlen(b->text)) -
	      (int)utf8_cols(line, strlen(line));
	if (pad > 0) {
		char *both = xasprintf("%s%*s%s", b->text, pad, "", line);

		sheet_text(s, both, 2, 2);
		xfree(both);
	} else {
		sheet_text(s, b->text, 2, 2);
		right(s, line, 2);
	}
	rule(s, '-');
	xfree(line);
}

static void
block(struct sheet *s, const struct paper_block *b)
{
	const char *text = b->text != NULL ? b->text : "";
	char *line = NULL;

	switch (b->type) {
	case BLOCK_TO:
		line = xasprintf("%s%s", text, _(": "));
		sheet_text(s, line, 0, 0);
		break;
	case BLOCK_PARA: sheet_text(s, text, INDENT, 0); break;
	case BLOCK_HEADING: sheet_text(s, b->label, INDENT, 0); break;
	case BLOCK_ITEM:
		line = xasprintf("%s%s%s", b->label, _(": "), text);
		sheet_text(s, line, INDENT, 0);
		break;
	case BLOCK_TABLE:
	case BLOCK_FORM: sheet_table(s, b); break;
	case BLOCK_ENCLOSURE:
		if (s->before != BLOCK_ENCLOSURE)
			blank(s);
		line = xasprintf("%s%s. %s",
				 s->before != BLOCK_ENCLOSURE ? _("Annexes: ")
							      : "",
				 b->label, text);
		sheet_text(s, line,
			   s->before != BLOCK_ENCLOSURE ? INDENT : INDENT + 6,
			   INDENT + 9);
		break;
	case BLOCK_SEAL: seal(s, b); break;
	case BLOCK_NOTE:
		line = xasprintf(_("(%s)"), text);
		sheet_text(s, line, INDENT, INDENT);
		break;
	case BLOCK_ANNEX: annex(s, b); break;
	case BLOCK_SIGN: sign(s, b); break;
	case BLOCK_COLOPHON: colophon(s, b); break;
	}
	xfree(line);
}

enum rc
paper_text(const struct paper *p, const struct paper_text_form *form,
	   struct buf *out, struct err *err)
{
	struct sheet s = { .paper = p,
			   .form = form,
			   .out = out,
			   .err = err,
			   .before = BLOCK_TO };
	size_t i;

	if (form->width < PAPER_WIDTH_MIN || form->width > PAPER_WIDTH_MAX)
		return err_set(err, RC_RANGE, 0, _("the width is %d to %d"),
			       PAPER_WIDTH_MIN, PAPER_WIDTH_MAX);
	if (form->lines != 0 &&
	    (form->lines < PAPER_LINES_MIN || form->lines > PAPER_LINES_MAX))
		return err_set(err, RC_RANGE, 0,
			       _("a page has %d to %d lines, or 0 for one "
				 "page without end"),
			       PAPER_LINES_MIN, PAPER_LINES_MAX);
	page_begin(&s);
	head(&s);
	for (i = 0; i < p->n_blocks && s.rc == RC_OK; i++) {
		block(&s, &p->blocks[i]);
		s.before = p->blocks[i].type;
	}
	page_end(&s);
	return s.rc;
}
