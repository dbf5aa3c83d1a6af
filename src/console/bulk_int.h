/*
 * One act on every marked document: what is possible is asked on the pool,
 * chosen and confirmed once, done one by one. Each document is judged by
 * itself; those that refuse are told with the reason, the others are done.
 */
#pragma once

#include "console/doclist_int.h"
#include "console/order_int.h"
#include "console/popup_int.h"

/* What one marked document allows; the desk's move, or an act of the core. */
struct bulk_choice {
	enum order_type type; /* ORDER_MOVE, ORDER_SIGN, ORDER_APPROVE .. */
	char name[NAME_MAX_LEN + 1]; /* of the move */
	char *title;
	char *why;  /* not possible, and why; NULL: possible */
	bool feeds; /* leads to the stage 'fed back' */
	bool form;  /* asks for more than yes or no */
};

enum bulk_result {
	BULK_WAITING,
	BULK_DONE,
	BULK_PARKED,
	BULK_FAILED
};

struct bulk_item {
	struct doc_ref ref;
	char kind[NAME_MAX_LEN + 1];
	char *number, *title; /* "" none */
	char *why;	      /* why it was not done; "" */
	struct ref rev;	      /* as it was when it was asked for */
	bool has_rev;
	struct bulk_choice *choices;
	size_t n_choices;
	enum bulk_result result;
};

struct bulk {
	struct doclist *list; /* whose marks these are; lives as long as c */
	enum action wanted;   /* SIGN, FEEDBACK, ASSIGN, MOVES */
	struct bulk_item *items;
	size_t n_items;
	struct bulk_choice chosen; /* title and why are not its own */
	char *title;		   /* of what is done, in words */
	struct order order;	   /* given to each */
	struct officer_names officers;
	bool by_form; /* a form holds it until the result is there */
};

/* --- bulk.c --- */
/* Begins an act on the marks of a list. */
void bulk_open(struct doclist *l, enum action a);
struct bulk *bulk_free(struct bulk *b);
/* Asks once for all, then does it. The order is taken. */
void bulk_confirm(struct console *c, struct bulk *take_b,
		  const struct order *order);
/* --- bulk_choose.c --- */
/* What the officer wants of those that are possible. */
void bulk_choose(struct console *c, struct bulk *take_b);
/* The choice of that kind which an item has; NULL. */
const struct bulk_choice *bulk_choice_of(const struct bulk_item *it,
					 const struct bulk_choice *like);
/* May it be done to this one? */
bool bulk_fits(const struct bulk *b, const struct bulk_item *it);
/* --- bulk_result.c: one line for each document --- */
struct screen *bulk_result_new(struct console *c, struct bulk *take_b);
