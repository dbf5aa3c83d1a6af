/*
 * A list of documents: a window of rows around the selection, keyed by
 * document and never by row. Rows that come, go or change their place are
 * taken in at the next key or after IDLE_MS, never under the cursor.
 */
#pragma once

#include "console/console_int.h"
#include "desk/filter.h"

#define FILTER_MAX 256
#define PAGE_ROWS  100
#define WINDOW_MAX 400
#define MARKS_MAX  200 /* documents handled at once */

struct preview;

struct row_id { /* what a row is of, whatever its place */
	struct doc_ref ref;
	bool parked; /* an act on the document that waits for approval */
};

struct doclist {
	struct screen screen;
	int view;
	char kind[NAME_MAX_LEN + 1]; /* "" = all kinds */
	bool duty;
	struct filter filter;
	char filter_text[FILTER_MAX];	/* as typed */
	char filter_before[FILTER_MAX]; /* Esc goes back to it */
	char search[FILTER_MAX];	/* words of / */
	char *search_query;		/* of them; NULL none */
	struct list_sort sort;		/* while sorted */
	bool sorted;
	char sort_head[96]; /* of that column */
	struct doc_list win;
	bool more_before;
	/* the row just before the window: what a reload starts after */
	int64_t anchor_row, anchor_key;
	struct row_id selected; /* ref.id "" while the list is empty */
	struct doc_ref *marks;	/* by document: they outlive a filter */
	size_t n_marks;
	size_t at;   /* its place in the window */
	size_t top;  /* first row on the screen */
	int rows;    /* of the screen, as last drawn */
	bool stale;  /* what the window holds is not what the desk has */
	bool paused; /* new rows are held back */
	bool preview_on;
	struct preview *preview;
};

/* --- doclist.c --- */
/* A failure is shown as the message. */
enum rc doclist_ask(struct doclist *l, struct list_query *q,
		    struct doc_list *out);
void doclist_query(const struct doclist *l, struct list_query *q);
const struct doc_row *doclist_row(const struct doclist *l);
bool doclist_find(const struct doclist *l, const struct row_id *id,
		  size_t *ret_at);
/* A draft where its kind's course begins: one that may still be written. */
bool row_begun(struct console *c, const struct doc_row *r);
struct row_id row_id_of(const struct doc_row *r);
void doclist_choose(struct doclist *l, size_t at);
bool ref_same(const struct doc_ref *a, const struct doc_ref *b);
/* What it lists, in the language shown. */
const char *doclist_title(const struct doclist *l);
int64_t doclist_key(const struct doclist *l, const struct doc_row *r);

/* --- doclist_marks.c --- */
bool doclist_marked(const struct doclist *l, const struct doc_ref *ref);
/* Marks the selected row or takes its mark off, and steps down. */
void doclist_mark(struct doclist *l);
void doclist_unmark(struct doclist *l, const struct doc_ref *ref);
void doclist_unmark_all(struct doclist *l);
/* An action that means all that is marked; false: none is, or not of those. */
bool doclist_bulk(struct doclist *l, enum action a);

/* --- doclist_window.c --- */
/* Asks again; the selection stays on its document and on its line. */
void doclist_reload(struct doclist *l);
/* The window begins anew around a row of the order. */
void doclist_seek(struct doclist *l, const struct doc_row *row);
void doclist_from_start(struct doclist *l);
void doclist_move(struct doclist *l, int64_t by);
void doclist_to_bottom(struct doclist *l);

/* --- doclist_filter.c --- */
/* desk/filter.h; what cannot be one stays as it was, with a message. */
void doclist_set_filter(struct doclist *l, const char *text);
void doclist_ask_filter(struct doclist *l);
void doclist_ask_search(struct doclist *l);
void doclist_next_match(struct doclist *l, bool backwards);
void doclist_next_late(struct doclist *l);

/* --- doclist_kept.c --- */
void doclist_kept_filters(struct doclist *l);

/* --- doclist_columns.c --- */
#define COLUMNS_MAX 24
enum column_from {
	FROM_STATE,
	FROM_LEFT,
	FROM_LEVEL,
	FROM_DESK,
	FROM_TITLE,
	FROM_NUMBER,
	FROM_PARTIES,
	FROM_ISSUED,
	FROM_KINDS, /* name of the document's kind */
	FROM_KIND   /* what the kind's list view names */
};
struct column {
	char head[96];
	int cols; /* 0 = two shares of what is left, -1 = one */
	int x;
	enum column_from from;
	size_t nth; /* FROM_KIND: in the kind's list view */
	const struct field *field;
	bool right;
};
struct columns {
	struct column c[COLUMNS_MAX];
	size_t n;
};
void columns_lay_out(struct doclist *l, struct columns *cs, int width);
/* The text of a cell; out is room for it, not always used. */
const char *column_text(struct doclist *l, const struct column *col,
			const struct doc_row *r, char *out, size_t out_size);

/* --- doclist_sort.c --- */
void doclist_ask_sort(struct doclist *l);
bool doclist_sorts(const struct doclist *l, const struct column *col);
void doclist_sort_text(const struct doclist *l, char *out, size_t out_size);

/* --- doclist_draw.c --- */
void doclist_draw(struct screen *s, struct canvas *cv);

/* --- preview.c --- */
struct preview *preview_new(struct console *c);
struct preview *preview_free(struct preview *p);
/* Shows the document once the selection has rested on it. */
void preview_want(struct preview *p, const struct doc_row *row);
void preview_forget(struct preview *p);
void preview_draw(struct preview *p, struct canvas *cv, int x, int width,
		  int height);
