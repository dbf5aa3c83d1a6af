/* A document on its way to a paper. */
#pragma once

#include "paper_int.h"

struct from_doc {
	struct desk *desk;
	struct view *view;
	json_t *fields; /* what may be shown, with the rows of all parties */
	const struct kind *kind;
	struct layout layout;
	struct paper *paper;
	char *owner;		    /* name of its desk */
	int64_t date_ms;	    /* issued, or now */
	const struct field **lists; /* those with rows, in order */
	size_t n_lists;
	bool in_table;	/* dates in their short form */
	int n_headings; /* 一、二、… so far */
};

/* --- paper_fields.c --- */
/* Name of a desk: its card's, else as reference data know it; heap. */
char *paper_desk_name(struct desk *d, const char *id);
/* Value of a field that may be printed, codes by their names; "" else. Heap. */
char *paper_field_text(struct from_doc *f, const char *dotted);
void paper_find_lists(struct from_doc *f);
/* The table of a list field, after a heading if label is not NULL. */
void paper_list_table(struct from_doc *f, const struct field *list,
		      const char *label);
void paper_lists(struct from_doc *f); /* all of them, in place */
void paper_body(struct from_doc *f);  /* headings and paragraphs */
void paper_form(struct from_doc *f);  /* label and value, boxed */
