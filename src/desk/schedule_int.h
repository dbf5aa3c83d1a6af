/* Shared by what answers about hours. */
#pragma once

#include "desk/schedule.h"
#include "store/store.h"

/* fields: whole content, as it is to be judged. */
enum rc clashes_of_held(struct desk *d, const struct held_doc *held,
			const json_t *fields, struct clash_list *out,
			struct err *err);
/* Parameters of span_overlap and span_calendar; range [from, to) in ms. */
void span_bind(struct stmt *st, const char *what, const char *value,
	       const int64_t range[static 2], int64_t row, int64_t limit);
/* The one number of a statement, 0 without a row; the statement is done. */
enum rc span_number(struct stmt *take_st, int64_t *ret, struct err *err);
/* Title of the kind's version in force, its name when there is none. Heap. */
char *kind_title(struct desk *d, const char *name);
/* Title of what clashes: the list or field it comes from, else the desks
 * themselves. */
const char *clash_what_title(const struct kind *k, const char *what);
