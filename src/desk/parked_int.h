/*
 * Parked acts 待批: a revise, move or withdraw that an officer asked for and
 * another must approve. It is a row on this desk and becomes an event only
 * then; it carries the revision it was made on and is refused when that is
 * no longer the current one (EVENTS 9).
 */
#pragma once

#include "desk/act.h"
#include "draft_int.h"

struct park {
	const struct doc_ref *doc;
	const struct held_doc *held;
	const char *act;  /* revise move withdraw */
	const char *what; /* shown: the move's title */
	const json_t *body;
	const struct ref *rev; /* NULL: the current one */
	enum role approver;
};
enum rc parked_add(struct desk *d, const struct park *p, struct err *err);
enum rc parked_approve(struct desk *d, struct draft *f, struct err *err);
enum rc parked_reject(struct desk *d, struct draft *f, const char *note,
		      struct err *err);

/* --- issue.c --- */
struct new_made {
	json_t *body;
	bool draft;
	bool approved; /* by what led here: issue, whoever is at work */
};
/* Draft, 待批 or issue, inside a transaction. */
enum rc new_write(struct desk *d, const struct kind *kind,
		  const struct new_made *m, struct doc_ref *out,
		  enum new_outcome *ret_outcome, struct err *err);
/* Is the reference that of a draft (and not of a document)? */
bool draft_stands_for(struct desk *d, const struct doc_ref *ref);
/* RC_DENIED unless the officer (as his row is now) works with documents. */
enum rc need_author(struct desk *d, struct err *err);
enum rc draft_kind(struct desk *d, const struct draft *f,
		   const struct kind **ret_kind, struct err *err);
/* Changes the state of a draft; own transaction. */
enum rc draft_state(struct desk *d, struct draft *f, const char *state,
		    const char *act, const char *note, struct err *err);
