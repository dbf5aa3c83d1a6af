/* A document as lines of text, for its own screen and for previews. */
#pragma once

#include "console/console_int.h"
#include "desk/schedule.h"

#define LABEL_COLS 18

struct doc_line {
	char *label; /* NULL = none; "" keeps the column free */
	char *text;
	enum attr label_attr, attr;
	bool rule;	/* a line across, with the label in it */
	int64_t due_ms; /* of a clock, to be counted down; -1 */
};

struct doc_lines {
	struct doc_line *lines;
	size_t n;
	int width;
};

enum doc_part {
	PART_HEAD,
	PART_CLASHES,
	PART_CLOCKS,
	PART_FIELDS,
	PART_ROWS,
	PART_PARTIES,
	PART_RELIANCE,
	PART_RELATED,
	PART_FILES,
	PART_TIMELINE,
	PART_NOT_NOW, /* moves that this officer may not make, and why */
	PART_END
};

/* What lies around a document, beside its view. */
#define CLASHES_SHOWN 8
#define RELATED_SHOWN 6 /* of all that share something; the rest by a key */
struct doc_more {
	struct related related;
	struct clash_list clashes;
	json_t *looked; /* confidential content that was asked for; NULL */
};

/* The parts in the order given, ended by PART_END, wrapped to width. */
/* more NULL: a preview, which asks for nothing else. */
void docview_make(struct console *c, const struct view *v,
		  const struct doc_more *more, int width,
		  const enum doc_part *parts, struct doc_lines *out);
void docview_release(struct doc_lines *l);
/* Draws from line `top` on; returns how many rows were used. */
int docview_draw(struct console *c, const struct doc_lines *l, size_t top,
		 struct canvas *cv, int y, int x, int rows);

/* --- for the parts --- */
/* text is wrapped; the label stands on its first line only. */
void docview_add(struct doc_lines *out, enum attr label_attr, const char *label,
		 enum attr attr, const char *text);
void docview_addf(struct doc_lines *out, const char *label, enum attr attr,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void docview_rule(struct doc_lines *out, const char *label);
/* --- docview_fields.c --- */
/* looked: the content with what is confidential; NULL: as the view shows. */
void docview_fields(struct console *c, const struct view *v, json_t *looked,
		    struct doc_lines *out);
/* --- docview_more.c --- */
void more_load(struct console *c, const struct view *v, struct doc_more *m);
void more_release(struct doc_more *m);
void docview_rows(struct console *c, const struct view *v,
		  struct doc_lines *out);
void docview_reliance(struct console *c, const struct view *v,
		      struct doc_lines *out);
void docview_withheld(struct console *c, const struct view *v,
		      const struct doc_more *m, struct doc_lines *out);
void docview_clashes(struct console *c, const struct doc_more *m,
		     struct doc_lines *out);
void docview_related(struct console *c, const struct doc_more *m,
		     struct doc_lines *out);
void docview_not_now(struct console *c, const struct view *v,
		     struct doc_lines *out);
void docview_parties(struct console *c, const struct view *v,
		     struct doc_lines *out);
void docview_timeline(struct console *c, const struct view *v,
		      struct doc_lines *out);
