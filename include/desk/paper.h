/*
 * Papers: what is printed, apart from how. A paper is a head and a row of
 * blocks; it is laid out as text for a line printer, or as PDF after GB/T
 * 9704-2012 (party and government papers). Made from a document by its kind's
 * layout (db/print), or by hand: statistics build a report of tables.
 *
 * All text goes through text_show(): control, bidi and zero-width characters
 * of others come out as visible marks.
 */
#pragma once

#include "base/buf.h"
#include "desk/act.h"

enum paper_style {
	PAPER_LETTER,  /* red head with number and red line, seal, colophon */
	PAPER_MINUTES, /* red head, no addressee and no seal (10.3) */
	PAPER_RECORD   /* black title: forms, records, reports */
};

enum paper_block_type {
	BLOCK_TO,	 /* 主送 */
	BLOCK_PARA,	 /* text, indented by two characters */
	BLOCK_HEADING,	 /* 一、… */
	BLOCK_ITEM,	 /* label and text */
	BLOCK_TABLE,	 /* label: its heading, NULL none */
	BLOCK_FORM,	 /* a table without head row: label and value */
	BLOCK_ENCLOSURE, /* label: its number; text */
	BLOCK_SEAL,	 /* label: unit; text: date; extra: digest */
	BLOCK_NOTE,	 /* 附注 */
	BLOCK_ANNEX,	 /* new page; label: 附件1, NULL none; text: title */
	BLOCK_SIGN,	 /* label; text: names already signed; n: lines */
	BLOCK_COLOPHON	 /* label: 抄送, NULL none; text: unit; extra: date */
};

struct paper_column {
	char *title;
	bool right; /* numbers */
	bool sum;   /* of the page and of all rows */
};
struct paper_table {
	struct paper_column *columns;
	size_t n_columns;
	char **cells; /* row by row */
	size_t n_cells;
};
struct paper_block {
	enum paper_block_type type;
	char *label, *text, *extra; /* NULL */
	int n;
	struct paper_table *table; /* BLOCK_TABLE, BLOCK_FORM */
};
struct paper {
	enum paper_style style;
	char *secrecy, *urgency; /* NULL */
	char *organ;		 /* in the red head */
	char *number, *title;	 /* NULL */
	char *mark;		 /* across every page: 演练 已撤回; NULL */
	int64_t made_ms;
	struct paper_block *blocks;
	size_t n_blocks;
};

/* --- by hand --- */
struct paper *paper_new(enum paper_style style, const char *title);
struct paper *paper_free(struct paper *p);
/* A paragraph's line breaks make further paragraphs. NULL texts are none. */
struct paper_block *paper_add(struct paper *p, enum paper_block_type type,
			      const char *label, const char *text);
/* The table of a new block; it belongs to the paper. Columns first. */
struct paper_table *paper_add_table(struct paper *p, enum paper_block_type type,
				    const char *label);
void paper_column(struct paper_table *t, const char *title, bool right,
		  bool sum);
void paper_cell(struct paper_table *t, const char *text); /* the next one */
void paper_set(char **at, const char *text); /* a text of struct paper */

/* --- of a document --- */
/*
 * RC_NOTFOUND: the layout (names those there are), the kind. The look is in
 * the audit. layout NULL: the kind's own.
 */
enum rc paper_of_doc(struct desk *d, const struct doc_ref *ref,
		     const char *layout, struct paper **ret_paper,
		     struct err *err);

/* The statistics report; in the audit too. */
struct stats_query;
enum rc paper_of_stats(struct desk *d, const struct stats_query *q,
		       struct paper **ret_paper, struct err *err);

/* The duty log of those hours; in the audit too. */
struct shift_period;
enum rc paper_of_shift(struct desk *d, const struct shift_period *s,
		       struct paper **ret_paper, struct err *err);

/* --- laid out --- */
struct paper_text_form {
	int width;	/* columns, 40 to 200 */
	int lines;	/* of a page; 0: one page without end */
	bool form_feed; /* else blank lines to the end of a page */
};
enum rc paper_text(const struct paper *p, const struct paper_text_form *form,
		   struct buf *out, struct err *err);
/*
 * RC_STATE: built without PDF; RC_NOTFOUND: no font here has Chinese
 * characters. *ret_pages may be NULL.
 */
enum rc paper_pdf(const struct paper *p, struct buf *out, int *ret_pages,
		  struct err *err);
#define PAPER_MAX_BYTES (64 * 1024 * 1024)
