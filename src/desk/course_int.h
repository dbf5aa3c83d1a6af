/* The course of a draft before it is issued (KINDS, rule 4). */
#pragma once

#include "draft_int.h"

#define COURSE_DRAFT  "draft"  /* where a kind's draft begins that names none */
#define COURSE_REVIEW "review" /* the core's own waiting state, 待批 */

/* The state in which drafts of the kind begin. */
const char *course_start(const struct kind *k);
bool move_is_from(const struct move *m, const char *state);
/* Does `issue` gate it from this state: at once, or by a plain submit? */
bool course_may_issue(const struct kind *k, const char *state);
/* Where it waits when the officer at work may not issue it. */
const char *course_waiting(const struct kind *k, const char *state);
/* Is it 待批 there? k may be NULL. */
bool course_waits_approval(const struct kind *k, const char *state);
/* A field that only moves of the draft write: an input of the same name, or
 * a stamp. */
bool course_writes(const struct kind *k, const char *field);
/* RC_DENIED when such a field differs. */
enum rc course_untouched(const struct kind *k, const json_t *old,
			 const json_t *now, struct err *err);
/* From this state, and its condition holds for the content. */
bool course_possible(const struct kind *k, const json_t *fields,
		     const char *state, const struct move *m);

/* ---- draft_move.c ---- */
/* A move of a draft: changes its row and signs nothing. */
enum rc draft_move(struct desk *d, struct draft *f, const struct do_move *m,
		   struct err *err);
/* Why the officer at work may not make it now; heap, NULL possible. */
char *draft_why_not(struct desk *d, const struct draft *f,
		    const struct kind *kind, const struct move *m,
		    const char *note);

/* ---- draft_clock.c ---- */
/* Its clocks, folded as if it were issued now; owned, NULL when none. The
 * draft and kinds must outlive it. */
struct draft_doc {
	struct event event;
	struct doc *doc;
};
struct draft_doc *draft_doc_new(struct desk *d, const struct draft *f);
struct draft_doc *draft_doc_free(struct draft_doc *x);
/* The nearest deadline of its owner; false when none runs. */
bool draft_due(const struct draft_doc *x, int64_t *ret_due_ms,
	       int64_t *ret_warn_ms, const char **ret_clock);
