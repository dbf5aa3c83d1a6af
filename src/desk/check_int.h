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
	/* Moves made on the draft [{move, officers, at, input?, note?}]; NULL
	 * at a move of an issued document. */
	const json_t *before;
};

/* ---- what checks share (check_kit.c) ---- */
#define CHECK_ARG_MAX (2 * (NAME_MAX_LEN + 1))
#define CHECK_ISSUED  "issued" /* as an argument: the date of issue */
/* Argument number `at` of "a,b;FIELD=VALUE"; false when there is none. */
bool check_arg(const struct check_in *in, size_t at,
	       char out[static CHECK_ARG_MAX]);
/* By dotted name: what was typed into the move, else the content. */
const json_t *check_value(const struct check_in *in, const char *name);
const char *check_text(const struct check_in *in, const char *name);
/* A date (its first moment) or a time. ret_dated may be NULL. */
bool check_instant(const struct check_in *in, const char *name, int64_t *ret_ms,
		   bool *ret_dated);
/* The day of a date or a time. */
bool check_day(const struct check_in *in, const char *name, int32_t *ret_day);
/* Title of the input or field, in the language in force. */
const char *check_title(const struct check_in *in, const char *name);
/* Does what stands after the hyphen of a desk id begin so? */
bool check_unit_is(const char *desk, const char *unit);

/* ---- check_case.c ---- */
enum rc check_two_officers(const struct check_in *in, struct err *err);
enum rc check_two_seals(const struct check_in *in, struct err *err);
enum rc check_head_approved(const struct check_in *in, struct err *err);
enum rc check_same_level_police(const struct check_in *in, struct err *err);
enum rc check_copy_to_procuratorate(const struct check_in *in, struct err *err);
enum rc check_own_unit(const struct check_in *in, struct err *err);
enum rc check_enclosures_complete(const struct check_in *in, struct err *err);
/* ---- check_goods.c ---- */
enum rc check_lists_equal(const struct check_in *in, struct err *err);
enum rc check_goods_conserved(const struct check_in *in, struct err *err);
enum rc check_after_service(const struct check_in *in, struct err *err);
enum rc check_licensed_unit(const struct check_in *in, struct err *err);
enum rc check_manifest_for_hazardous(const struct check_in *in,
				     struct err *err);
/* ---- check_shape.c ---- */
enum rc check_date_order(const struct check_in *in, struct err *err);
enum rc check_reg_no_shape(const struct check_in *in, struct err *err);

/* Codes of fields that pick from a table which a standard closes (GB/T 2260):
 * RC_RANGE for one that is not in the table in force. A soft problem: an
 * officer may insist. */
enum rc picks_known(struct desk *d, const struct kind *kind,
		    const json_t *fields, struct err *err);
/* The next of "a,b,c" into out; false at the end. */
bool check_next_arg(const char **args, char *out, size_t size);

/* ---- check_time.c ---- */
enum rc check_roll_call_open(const struct check_in *in, struct err *err);
enum rc check_call_logged(const struct check_in *in, struct err *err);
/* ---- clash.c ---- */
enum rc check_clash(const struct check_in *in, struct err *err);
/* ---- check_party.c ---- */
enum rc check_all_confirmed(const struct check_in *in, struct err *err);
enum rc check_countersigned_revision(const struct check_in *in,
				     struct err *err);
enum rc check_desk_named(const struct check_in *in, struct err *err);
enum rc check_reveal_matches_digest(const struct check_in *in, struct err *err);

/* ---- check_result.c, check_look.c, check_place.c ---- */
enum rc check_report_unique(const struct check_in *in, struct err *err);
enum rc check_latest_wins(const struct check_in *in, struct err *err);
enum rc check_look_for_result(const struct check_in *in, struct err *err);
enum rc check_cma_valid_on(const struct check_in *in, struct err *err);
enum rc check_objection_over(const struct check_in *in, struct err *err);
enum rc check_registered_here(const struct check_in *in, struct err *err);
/* ---- shift_gap.c ---- */
enum rc check_taker_named(const struct check_in *in, struct err *err);
/* RC_OK, or the first check of the list that fails. in->args is set here. */
/* May a note of the move answer one of them? */
bool checks_take_note(const char **names, size_t n_names);
enum rc checks_run(const struct check_in *in, const char **names,
		   size_t n_names, struct err *err);
