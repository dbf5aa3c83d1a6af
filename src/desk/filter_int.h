/* What the files of the filter share. */
#pragma once

#include "base/buf.h"
#include "desk/filter.h"

#define FILTER_TEXT_MAX	 1024
#define FILTER_WORDS_MAX 64 /* FTS5 nests each one deeper */
enum filter_op {
	OP_IS,
	OP_BELOW,
	OP_ABOVE,
	OP_UPTO,
	OP_FROM
};

struct condition_text {
	enum filter_op op;
	bool colon;
	const char *value;
};

struct filter_grammar;
struct reading {
	struct desk *desk;
	const struct filter_grammar *grammar;
	void *out; /* what the grammar fills: a struct filter, audit_filter */
	struct buf query;
	size_t n_words;
};

/* A word being completed. */
struct completing {
	struct desk *desk;
	const struct filter_grammar *grammar;
	const char *kind;  /* of the list; NULL any */
	const char *typed; /* of the name or the value */
	char before[40];   /* name and operator, kept as they are typed */
	struct filter_choice *out;
	size_t n, max;
};

struct filter_name {
	const char *en, *zh;
	enum rc (*take)(struct reading *r, const struct condition_text *c,
			struct err *err);
	void (*complete)(struct completing *c); /* NULL: any text */
};

/* Names with values, words that stand alone, and what any other word is. */
struct filter_grammar {
	const struct filter_name *names;
	size_t n_names;
	const char *listed; /* for who typed another */
	const char *const (*flags)[2];
	size_t n_flags;
	void (*flag)(struct reading *r, size_t nth);
	enum rc (*word)(struct reading *r, const char *word, bool prefix,
			struct err *err);
};

/* --- filter.c --- */
/* r: desk, grammar and out are set. */
enum rc filter_parse(struct reading *r, const char *text, struct err *err);
const struct filter_name *filter_name_find(const struct filter_grammar *g,
					   const char *s, size_t n);
/* --- filter_value.c --- */
extern const struct filter_grammar filter_of_documents;
enum rc filter_unknown(const char *what, const char *value, struct err *err);
/* A time as in issued<7d, issued>=2026-11-01: into [from, before). */
enum rc filter_past(struct desk *d, const char *what,
		    const struct condition_text *c, int64_t *from,
		    int64_t *before, struct err *err);
/* The officer meant; RC_USAGE. */
enum rc filter_officer(struct desk *d, const char *what, const char *value,
		       char ret_id[static OFFICER_ID_MAX + 1], struct err *err);
/* --- filter_complete.c --- */
/* c: all but typed, before and n are set; how many were written. */
size_t complete_word(struct completing *c, const char *word);
/* One more way to go on, where it begins with what is typed: in the language
 * in force, the other as its hint. */
void complete_add(struct completing *c, const char *en, const char *zh);
void complete_kind(struct completing *c);
void complete_state(struct completing *c);
void complete_box(struct completing *c);
void complete_urgency(struct completing *c);
void complete_time(struct completing *c);
void complete_desk(struct completing *c);
void complete_officer(struct completing *c);
/* --- filter_word.c --- */
/* One more word, or phrase, of full text; prefix: it may go on. */
void filter_add_word(struct reading *r, const char *word, bool prefix);
