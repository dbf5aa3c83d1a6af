/*
 * What officers type to find documents, one grammar for `list`, `search` and
 * the console's filter:
 *
 *	state=signed due<2d from=3301 kind=clue number:(2026)12 箱包
 *
 * name (English or Chinese), then = : < > <= or >=, then a value; "quotes"
 * keep blanks together and make plain text of what looks like a filter.
 * late and waits stand alone. All else are words of full text; a word of
 * letters finds names by their first letters as well (hzs 杭州市). Nothing
 * typed is a syntax error; an unknown name or value is told in one sentence
 * (RC_USAGE).
 */
#pragma once

#include "desk/ask.h"

/* All zero: any document. */
struct filter {
	char kind[NAME_MAX_LEN + 1], state[NAME_MAX_LEN + 1]; /* "" any */
	bool boxed;
	enum box box;
	bool overdue, waits;
	int urgency;	      /* 0 any, else 1 + that of documents */
	char *from, *to;      /* JSON: beginnings of desk ids; NULL any */
	char *number, *title; /* normal form (text_key); NULL any */
	char *assignee;	      /* officer id; NULL any */
	int64_t due_from, due_before, issued_from, issued_before; /* 0 any */
	char *query; /* FTS5; NULL none */
};

enum rc filter_read(struct desk *d, const char *text, struct filter *out,
		    struct err *err);
void filter_release(struct filter *f);
/* Puts the filter into a question; it must outlive that. What the filter does
 * not say stays as it was there. */
void filter_query(const struct filter *f, struct list_query *q);

/* --- what may be typed next ------------------------------------------------
 */
struct filter_choice {
	char text[120]; /* in place of the word: "state=", "state=signed" */
	char hint[160]; /* what it means; "" */
};
/* Names and values that go on with a word of a filter, in the language in
 * force, found by first letters too; kind NULL: of any. How many were written
 * (<= max). */
size_t filter_complete(struct desk *d, const char *kind, const char *word,
		       struct filter_choice *out, size_t max);

/* --- where the words of a filter stand in a document ---------------------- */
#define MATCH_RANGES_MAX 16

struct match {
	char *where; /* title of the field in the language in force; "" none */
	char *text;  /* the part of it around the first match, one line */
	struct text_range ranges[MATCH_RANGES_MAX]; /* of text */
	size_t n_ranges;
	bool cut_before, cut_after; /* text is a part */
};
/*
 * The first field beside the title that matches query (filter.query), else
 * what a move or a remark says. Loads the document: for what is on the screen.
 * Titles are marked by fts_find().
 */
enum rc ask_match(struct desk *d, const struct doc_ref *ref, const char *query,
		  struct match *out, struct err *err);
void match_release(struct match *m);
/* Changes that search does not know of yet, after much came at once
 * (journal/index.h): what is new may not be found. */
enum rc ask_search_lag(struct desk *d, int64_t *ret_n, struct err *err);
