/* What an officer may do now on a document, and why not. */
#pragma once

#include "desk/act.h"

struct gate {
	struct desk *desk;
	const struct held_doc *held;
	struct doc_track *track;     /* own; NULL: no part in it */
	const struct row_track *row; /* to be moved instead; NULL: none */
	/* Of the row, else of the own track; NULL none. */
	const struct track_def *def;
	const struct state *state;
	const char *assignee;	       /* "" while nobody is assigned */
	const struct officer *officer; /* who is judged; NULL nobody */
	const json_t *fields;	       /* whole content, owned */
};
void gate_init(struct gate *g, struct desk *d, const struct held_doc *held);
/* From here on about this desk's row of that key. RC_NOTFOUND lists those it
 * has. NULL: about its own track. */
enum rc gate_row(struct gate *g, const char *key, struct err *err);
/* The track "party", "rows:KEY" that moves; NULL: no part in it. */
const char *gate_track(const struct gate *g);
void gate_release(struct gate *g);
/* NULL when the move is possible; else the reason (heap). note: what the
 * officer typed, it may stand in for a condition. */
char *gate_why_not(const struct gate *g, const struct move *m,
		   const char *note);
/* A move that waited: everything is judged again as of now, for those who
 * signed when it was asked for; body without its approver. */
enum rc gate_parked(const struct gate *g, const struct move *m,
		    const json_t *body, struct err *err);
/* The move's checks over what the officer filled in; body as check_in.move. */
enum rc gate_filled_in(const struct gate *g, const struct move *m,
		       const json_t *body, struct err *err);
/* Officer of the last assignment in effect, "" when none. Borrowed. */
const char *held_assignee(const struct held_doc *held);
/* Who drafted the current issue. */
const char *held_author(const struct held_doc *held);
