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

struct filter_name {
	const char *en, *zh;
	enum rc (*take)(struct reading *r, const struct condition_text *c,
			struct err *err);
};

/* --- filter_value.c --- */
const struct filter_name *filter_name_find(const char *s, size_t n);
/* --- filter_word.c --- */
/* One more word, or phrase, of full text; prefix: it may go on. */
void filter_add_word(struct reading *r, const char *word, bool prefix);
