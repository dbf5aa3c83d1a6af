/*
 * When a document takes up what: the hours of its calendar, and the units,
 * people, vehicles and places that it holds meanwhile. Driven by the kind's
 * views `calendar` and `clash` (doc/kinds.md); no kind is known by name.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "model/fold.h"

/* The calendar's value of what was called off: it still has its hours. */
#define SPAN_OFF "off"

#define SPANS_MAX      2000 /* of one document; more are left out */
#define SPAN_LEVELS    6
#define SPAN_VALUE_MAX 255 /* bytes of what is compared */
#define SPAN_MINUTES   60  /* length of what names no end */
#define SPAN_HOURS_BASE                                      \
	6 /* level 0 holds up to so many hours, each further \
	   * level four times as much, the last one the rest */

struct span {
	const char *what; /* name in views.clash; "" = the calendar itself */
	char *value;	  /* normalised, what is compared; of the calendar ""
			   * or SPAN_OFF */
	char *shown;	  /* as it was written */
	char *label;	  /* of a phase; "" */
	int level;	  /* by length, so that an index finds overlaps */
	int64_t starts_ms, ends_ms; /* [starts, ends) */
};

struct spans {
	struct span *at;
	size_t n, cap;
};

struct span_in {
	const struct kind *kind;
	const struct doc *doc; /* NULL: a draft */
	const char *owner;
	const json_t *fields; /* whole content of this desk */
	const json_t *body;   /* a draft's {to, cc} */
};

/*
 * Rows of clash only while the document is in force and meant (`mode` actual
 * or none): not when it is withdrawn, ended, refused by that desk. Calendar
 * rows always. What is sealed and not here takes up nothing.
 */
void spans_of(const struct span_in *in, struct spans *out);
void spans_release(struct spans *s);
/* Called off: withdrawn, or its owner's state is one that the kind's calendar
 * names so. */
bool doc_called_off(const struct doc *d);
/* What a clash compares: letters and digits only, folded; out is "" when
 * nothing is left. */
void span_normal(const char *text, char out[static SPAN_VALUE_MAX + 1]);
/* Longest time that a level holds; INT64_MAX for the last. */
int64_t span_level_ms(int level);
