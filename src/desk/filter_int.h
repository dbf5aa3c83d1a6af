/* What the files of the filter share. */
#pragma once

#include "base/buf.h"
#include "desk/filter.h"

#define FILTER_TEXT_MAX	 1024
#define FILTER_WORDS_MAX 64 /* FTS5 nests each one deeper */
#define FILTER_NAMES                                              \
	"kind state box from to due issued urgency number title " \
	"assignee late waits"

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

struct reading {
	struct desk *desk;
	struct filter *filter;
	struct buf query;
	size_t n_words;
};

/* A word being completed. */
struct completing {
	struct desk *desk;
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

/* --- filter_value.c --- */
const struct filter_name *filter_name_find(const char *s, size_t n);
const struct filter_name *filter_names(size_t *ret_n);
/* --- filter_complete.c --- */
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
