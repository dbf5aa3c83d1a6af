/*
 * What a document is looked up by (views.lookup of its kind) and from when
 * until when what it says may be used. Both are functions of the fold alone,
 * so every desk that holds the document finds it by the same.
 */
#pragma once

#include "model/fold.h"

#define LOOKUP_NO_TIME INT64_MAX

enum lookup_bar { /* why it may not be used, from_ms apart */
	LOOKUP_USABLE,
	LOOKUP_NOT_ISSUED,
	LOOKUP_WITHDRAWN,
	LOOKUP_NOT_REAL, /* an exercise or a test */
	LOOKUP_STATE,	 /* the owner's state says no */
	LOOKUP_NEEDS	 /* a field is missing without which nobody knows:
			  * field */
};

struct lookup_stand {
	enum lookup_bar bar;
	/* In force from .. to, both included; LOOKUP_NO_TIME: not at all, or
	 * without end. from_ms may lie ahead: the clock still runs. */
	int64_t from_ms, to_ms;
	const struct doc_clock *clock; /* that gave from_ms; NULL */
	const char *field;	       /* dotted; NULL */
};

/* NULL when the kind is not installed or has no lookup. */
const struct lookup *lookup_of(const struct doc *d);
void lookup_stand(const struct doc *d, struct lookup_stand *out);
/* Calls each() with every text at a dotted name; of lists every row's. */
void lookup_texts(const json_t *content, const char *dotted,
		  void (*each)(void *ctx, const char *text), void *ctx);
