/* Checks by name (KINDS.md): what an acting desk judges before it signs. */
#pragma once

#include "desk/act.h"

struct check_in {
	struct desk *desk;
	const struct kind *kind;
	const json_t *body;   /* data of the event to be: to cc fields
			       * attachments from; NULL for a move */
	const json_t *fields; /* whole content, what stays at home included */
	const struct held_doc *held; /* of a move, before a revise; NULL at
				      * issue */
	/* The move as filled in {officers, input, note, own}. NULL at issue,
	 * and while it is only asked whether the move is possible: a check
	 * that needs what will be typed passes then. */
	const json_t *move;
	const char *args; /* what the kind wrote in brackets, "" none */
};
/* Codes of fields that pick from a table which a standard closes (GB/T 2260):
 * RC_RANGE for one that is not in the table in force. A soft problem: an
 * officer may insist. */
enum rc picks_known(struct desk *d, const struct kind *kind,
		    const json_t *fields, struct err *err);
/* The next of "a,b,c" into out; false at the end. */
bool check_next_arg(const char **args, char *out, size_t size);

/* ---- check_time.c ---- */
enum rc check_date_order(const struct check_in *in, struct err *err);
enum rc check_roll_call_open(const struct check_in *in, struct err *err);
enum rc check_call_logged(const struct check_in *in, struct err *err);
/* ---- check_party.c ---- */
enum rc check_all_confirmed(const struct check_in *in, struct err *err);
enum rc check_countersigned_revision(const struct check_in *in,
				     struct err *err);
enum rc check_desk_named(const struct check_in *in, struct err *err);

/* check_result.c, check_place.c: see there */
enum rc check_cma_valid_on(const struct check_in *in, struct err *err);
enum rc check_objection_over(const struct check_in *in, struct err *err);
enum rc check_registered_here(const struct check_in *in, struct err *err);
/* RC_OK, or the first check of the list that fails. in->args is set here. */
enum rc checks_run(const struct check_in *in, const char **names,
		   size_t n_names, struct err *err);
