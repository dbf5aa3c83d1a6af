/* A sheet of a line printer. */
#pragma once

#include "paper_int.h"

#define PAPER_WIDTH_MIN 40
#define PAPER_WIDTH_MAX 200
#define PAPER_LINES_MIN 20
#define PAPER_LINES_MAX 200

struct sheet {
	const struct paper *paper;
	const struct paper_text_form *form;
	struct buf *out;
	struct err *err;
	enum rc rc;
	int used, page; /* lines of this page */
	enum paper_block_type before;
};

/* Lines left on the page. */
int sheet_room(const struct sheet *s);
void sheet_page(struct sheet *s); /* a new one */
void sheet_line(struct sheet *s, int indent, const char *text, size_t n);
/* Broken into lines; `first` and `rest` are left margins in columns. */
void sheet_text(struct sheet *s, const char *text, int first, int rest);
/* Bytes of text that make a line of at most cols columns; at least one
 * character. Ends at a line break. */
size_t sheet_cut(const char *text, size_t cols);
/* --- paper_text_table.c --- */
void sheet_table(struct sheet *s, const struct paper_block *b);
