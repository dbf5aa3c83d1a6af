/* An act on a document given to the work pool, and what is said after it. */
#pragma once

#include "console/console_int.h"

enum order_type {
	ORDER_SIGN,	/* a assignee or NULL, b reason or NULL */
	ORDER_MOVE,	/* a move, b note or NULL, input */
	ORDER_ASSIGN,	/* a officer, b date or NULL */
	ORDER_NOTE,	/* a text */
	ORDER_REMARK,	/* a text */
	ORDER_REMIND,	/* a peer */
	ORDER_WITHDRAW, /* a note */
	ORDER_ACK_WITHDRAW,
	ORDER_ATTACH, /* input: array of paths, or of names (in_folder) */
	ORDER_APPROVE,
	ORDER_REJECT, /* a note */
	ORDER_ISSUE,
	ORDER_REVISE, /* a to, b cc: desks with blanks between; input: fields */
	ORDER_DROP,
	ORDER_SEEN,
	ORDER_RECONNECT /* a peer */
};

struct order {
	enum order_type type;
	struct doc_ref ref;
	char *take_a, *take_b;
	json_t *take_input;
	struct ref rev; /* revision on the screen */
	bool has_rev;
	bool in_folder;		   /* ORDER_ATTACH: of the exchange folder */
	char row[ROW_KEY_MAX + 1]; /* that is moved; "" none */
	char *take_signers; /* ORDER_MOVE: further officers, blanks between */
	/* Called once after the message, also when the officer said no
	 * (RC_CANCELED); NULL = nobody wants to know. */
	void (*after)(struct console *c, void *ctx, enum rc rc,
		      const struct err *err);
	void *ctx;
	char said[256]; /* message when it is done */
	bool quiet;	/* failures too are not worth a message */
};

/* Copies the order; its strings belong to the job from now on. */
void order_submit(struct console *c, const struct order *order);
/* On the pool: does it at once. take_signers and the desks of a revision are
 * cut into words in place. */
enum rc order_run(struct desk *d, struct order *o, bool *ret_parked,
		  struct err *err);
/* Tells after(), once. */
void order_tell(struct console *c, struct order *o, enum rc rc,
		const struct err *err);
/* Frees what it holds. */
void order_release(struct order *o);
/* It is not given: frees what it holds, tells after(). */
void order_drop(struct console *c, struct order *order);
/* The revision that a view shows. */
void order_set_rev(struct order *o, const struct view *v);

/* --- sign.c: the box 签收并分办 --- */
void sign_open(struct console *c, const struct doc_ref *ref);
/* Is this move the one that the box makes? */
bool sign_boxed(struct console *c, const struct view *v,
		const struct move_row *mr);
/* --- moves.c --- */
void moves_open(struct console *c, const struct doc_ref *ref);
/* The move that gives the result to the sender, or why it is not possible. */
void feedback_open(struct console *c, const struct doc_ref *ref);
/* The stage of the state that a move leads to; STAGE__COUNT when it stays. */
enum stage move_leads_to(const struct kind *k, const struct move *m);
/* A form for the inputs of a move. */
struct screen *move_form_new(struct console *c, const struct view *v,
			     const struct move_row *mr);
struct bulk;
/* The same, asked once for all of a bulk. */
struct screen *move_form_bulk(struct console *c, const struct view *v,
			      const struct move_row *mr, struct bulk *take_b);
/* --- revise.c --- */
bool may_revise(const struct view *v, struct console *c);
void revise_open(struct console *c, const struct doc_ref *ref);
/* Asks as the move demands, then gives the order. input is taken. */
void move_confirm(struct console *c, const struct order *order,
		  const struct move *m, const struct doc_row *row);
