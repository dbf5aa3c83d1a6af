/*
 * A table of text for the screens that are no lists of documents: rows with
 * cells, perhaps headings between them, each perhaps of a document that Enter
 * opens. Whoever fills it says what the columns are and gives the rows anew
 * when the desk changed; the selection stays on its document, or its place.
 */
#pragma once

#include "console/console_int.h"

#define GRID_COLS_MAX 12
#define GRID_PARTS    3 /* drawn as '#', '=' and '!' */

struct grid_row {
	char *cells[GRID_COLS_MAX]; /* NULL = empty */
	enum attr attr;
	enum attr
		attrs[GRID_COLS_MAX]; /* of single cells; ATTR_PLAIN: attr's */
	struct doc_ref ref;	      /* id "": none */
	bool heading;		      /* cells[0] alone, never selected */
	bool whole;		      /* cells[0] alone, over all columns */
	/* Of a bar, the longest of all rows fills its column: "####==!". */
	int64_t parts[GRID_PARTS];
	int value;
	int64_t key; /* the row stays selected by this; 0: by ref */
};

struct grid_column {
	char head[64];
	int cols; /* 0 = shares what is left */
	bool right;
	/* Shows the parts; takes a third of what the others leave, nothing
	 * where that is too little. Numbers stand beside it, always. */
	bool bar;
	int x, width; /* as last laid out; 0: there was no room for it */
};

struct grid;
struct grid_ops {
	enum context context;
	const enum action *bar;
	void (*name)(struct grid *g, char *out, size_t out_size);
	/* Fills head, columns and rows of an emptied grid. */
	void (*load)(struct grid *g);
	/* Before the grid's own; false: not taken. NULL. */
	bool (*act)(struct grid *g, enum action a);
	/* Enter on a row; NULL: the document of the row. */
	void (*open)(struct grid *g, const struct grid_row *row);
	void (*free)(struct grid *g);
	/* Adds what follows to the rows while grid.more is set. NULL. */
	void (*more)(struct grid *g);
	/* The desk changed; NULL: everything is loaded anew. */
	void (*changed)(struct grid *g);
	bool minute; /* what it shows changes with the clock */
};

struct grid {
	struct screen screen;
	struct screen_ops screen_ops; /* its own: context and bar differ */
	const struct grid_ops *ops;
	char head[1200]; /* line over the columns */
	char empty[400]; /* where there is no row */
	struct grid_column columns[GRID_COLS_MAX];
	size_t n_columns;
	struct grid_row *rows;
	size_t n_rows, at, top;
	int shown;	 /* rows, as last drawn */
	int64_t longest; /* bar of all rows */
	int64_t loaded_minute;
	bool more;	  /* rows follow that are not read yet */
	char search[128]; /* words of / */
	char *query;	  /* of them; NULL none */
};

/* A screen of that size; load() is called once it is complete. */
void *grid_new(struct console *c, const struct grid_ops *ops, size_t size);
void grid_reload(struct grid *g);
void grid_column(struct grid *g, const char *head, int cols, bool right);
void grid_bar(struct grid *g);
struct grid_row *grid_add(struct grid *g);
/* Reads what follows; false when nothing does. */
bool grid_more(struct grid *g);
/* A line across, with text. */
void grid_heading(struct grid *g, const char *text);
void grid_cell(struct grid_row *row, size_t col, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The selected row; NULL when there is none. */
const struct grid_row *grid_selected(const struct grid *g);

/* --- grid_search.c --- */
/* Keys of the search; false: not one of them. */
bool grid_search(struct grid *g, enum action a);
struct mark_place {
	int x, cols;
};
/* The words of a query where they stand in a text drawn at that place. */
void mark_words(struct canvas *cv, int y, const struct mark_place *at,
		const char *text, const char *query);
