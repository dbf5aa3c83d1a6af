/*
 * What time alone brings to a document on one desk: its automatic moves
 * (KINDS.md, move.auto), what its duty list says under a condition of time,
 * the opening of its seals. The desk looks at it again when its time comes.
 */
#pragma once

#include "model/condition.h"

#define TIMER_NEVER INT64_MAX

struct timer_due {
	/* When to look at the document next, TIMER_NEVER: an event will bring
	 * what comes. Not after now: move is to be made. */
	int64_t at_ms;
	const struct move *move; /* NULL: none is due now */
};

/*
 * in: doc, now_ms, desk (whose track it is), fields (what stays at home
 * included), child_in. The move that is due is possible and its `when` holds;
 * of several the one whose time came first. When `when` does not hold yet,
 * at_ms is the next instant at which time may change that.
 */
void doc_timer(const struct condition_in *in, struct timer_due *out);
/* May it be otherwise by time alone on this desk at all? */
bool doc_heeds_time(const struct doc *d, const char *desk);
/* The first instant after now at which the condition may turn out otherwise
 * by time alone; TIMER_NEVER. */
int64_t condition_next(const struct condition *c,
		       const struct condition_in *in);
