/* A move ready to be signed. */
#pragma once

#include "desk/act.h"
#include "gate_int.h"

/*
 * Body of a move, also while it is parked: {officers, move, input (what may
 * leave), note?, own (local inputs)?, assign?}.
 */
/* Everything the move's effects need, judged before the transaction: bodies
 * of documents to make. */
#define EFFECTS_MADE_MAX 4 /* documents that one move makes */
struct made_by_move {
	const struct kind *kind;
	json_t *body;
	bool draft;
};
struct made_list {
	struct made_by_move at[EFFECTS_MADE_MAX];
	size_t n;
};
/* out is empty on failure. */
enum rc effects_prepare(struct desk *d, const struct held_doc *held,
			const struct move *m, const json_t *input,
			struct made_list *out, struct err *err);
void effects_release(struct made_list *made);

struct signed_move {
	const struct doc_ref *ref;
	const struct held_doc *held;
	const struct move *move;
	const json_t *body;
	const struct ref *rev;
	const struct made_list *made;
};
/* As filled in: types, bounds, how many officers. Outside any transaction. */
enum rc move_body(struct desk *d, const struct move *mv,
		  const struct do_move *m, json_t **ret_body, struct err *err);
/* Inside a transaction: event, local events, documents made. */
enum rc move_write(struct desk *d, const struct signed_move *m,
		   struct err *err);
/* Local event of an assignment, inside a transaction. due NULL = none. */
enum rc assign_write(struct desk *d, const struct doc_ref *ref,
		     const char *officer, const char *due, struct err *err);
