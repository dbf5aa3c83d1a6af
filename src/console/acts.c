/* Actions on one document, from a list or from its own screen. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "console/files_int.h"
#include "console/order_int.h"
#include "console/popup_int.h"

/* An order that waits for an answer. */
struct asking {
	struct order order;
	struct officer_names officers;
	char **peers;
	size_t n_peers;
};

static void
free_asking(struct asking *a)
{
	officers_release(&a->officers);
	for (size_t i = 0; i < a->n_peers; i++)
		(void)xfree(a->peers[i]);
	(void)xfree(a->peers);
	(void)xfree(a);
}

static void
give_order(struct console *c, struct asking *a)
{
	order_submit(c, &a->order);
	free_asking(a);
}

static void
give_up(struct console *c, struct asking *a)
{
	(void)xfree(a->order.take_a);
	free_asking(a);
	console_set_message(c, ATTR_PLAIN, _("nothing was done"));
}

static void
text_given(struct console *c, void *ctx, const char *text)
{
	struct asking *a = ctx;

	if (!text || !text[0]) {
		give_up(c, a);
		return;
	}
	a->order.take_a = xstrdup(text);
	give_order(c, a);
}

static void
ask_text(struct console *c, const struct doc_ref *ref, enum order_type type,
	 const char *label, const char *said)
{
	struct asking *a = xcalloc(1, sizeof(*a));
	const struct prompt_spec spec = { .label = label,
					  .done = text_given,
					  .ctx = a };

	a->order.type = type;
	a->order.ref = *ref;
	(void)snprintf(a->order.said, sizeof(a->order.said), "%s", said);
	prompt_open(c, &spec);
}

/* --- assign ------------------------------------------------------------------
 */

static void
date_given(struct console *c, void *ctx, const char *text)
{
	struct asking *a = ctx;

	if (!text) {
		give_up(c, a);
		return;
	}
	if (text[0])
		a->order.take_b = xstrdup(text);
	give_order(c, a);
}

static void
officer_chosen(struct console *c, void *ctx, int value)
{
	struct asking *a = ctx;
	struct prompt_spec spec = {
		.label = _("due date YYYY-MM-DD (Enter: none):"),
		.done = date_given,
		.ctx = a,
		.max_bytes = 10,
	};

	if (value < 0) {
		give_up(c, a);
		return;
	}
	a->order.take_a = xstrdup(a->officers.id[value]);
	(void)snprintf(a->order.said, sizeof(a->order.said),
		       _("assigned to %s"), a->officers.name[value]);
	prompt_open(c, &spec);
}

static void
ask_assign(struct console *c, const struct doc_ref *ref)
{
	struct asking *a = xcalloc(1, sizeof(*a));
	struct menu_spec spec = { .title = _("assign to"),
				  .done = officer_chosen,
				  .ctx = a };

	a->order.type = ORDER_ASSIGN;
	a->order.ref = *ref;
	officers_load(c, &a->officers);
	for (size_t i = 0; i < a->officers.n; i++)
		menu_add(&spec.take_items, &spec.n_items, a->officers.name[i],
			 a->officers.id[i], false, (int)i);
	menu_open(c, &spec);
}

/* --- remind
 * ------------------------------------------------------------------- */

static void
peer_chosen(struct console *c, void *ctx, int value)
{
	struct asking *a = ctx;

	if (value < 0) {
		give_up(c, a);
		return;
	}
	a->order.take_a = xstrdup(a->peers[value]);
	give_order(c, a);
}

static void
ask_remind(struct console *c, const struct doc_ref *ref)
{
	struct asking *a = xcalloc(1, sizeof(*a));
	struct menu_spec spec = { .title = _("remind"),
				  .done = peer_chosen,
				  .ctx = a };
	struct doc_list one = { 0 };
	struct err e = ERR_INIT;

	if (ask_row(c->desk, ref, &one, &e) != RC_OK || one.n_rows == 0) {
		console_show_err(c, &e);
		free_asking(a);
		return;
	}
	a->order.type = ORDER_REMIND;
	a->order.ref = *ref;
	(void)snprintf(a->order.said, sizeof(a->order.said), "%s",
		       _("the reminder is on its way"));
	a->peers = xcalloc(one.rows[0].n_parties + 1, sizeof(*a->peers));
	for (size_t i = 0; i < one.rows[0].n_parties; i++) {
		const struct party_row *p = &one.rows[0].parties[i];
		char name[128];

		a->peers[a->n_peers++] = xstrdup(p->desk);
		menu_add(&spec.take_items, &spec.n_items,
			 name_desk(c, p->desk, name, sizeof(name)),
			 name_state(c, one.rows[0].kind,
				    one.rows[0].kind_version, p->state),
			 false, (int)i);
	}
	doc_list_release(&one);
	if (spec.n_items)
		menu_open(c, &spec);
	else
		give_up(c, a);
}

/* --- drop a draft
 * ---------------------------------------------------------------- */

static void
drop_confirmed(struct console *c, void *ctx, bool yes)
{
	struct asking *a = ctx;

	if (yes)
		give_order(c, a);
	else
		free_asking(a);
}

static void
ask_drop(struct console *c, const struct doc_ref *ref)
{
	struct asking *a;
	struct confirm_spec spec = { .title = _("drop the draft"),
				     .done = drop_confirmed };
	struct doc_list one = { 0 };

	if (ask_row(c->desk, ref, &one, NULL) != RC_OK || one.n_rows == 0 ||
	    !one.rows[0].draft) {
		console_set_message(c, ATTR_PLAIN,
				    _("only a draft can be dropped"));
		doc_list_release(&one);
		return;
	}
	a = xcalloc(1, sizeof(*a));
	a->order.type = ORDER_DROP;
	a->order.ref = *ref;
	(void)snprintf(a->order.said, sizeof(a->order.said), "%s",
		       _("the draft is gone"));
	spec.text = one.rows[0].title;
	spec.ctx = a;
	confirm_open(c, &spec);
	doc_list_release(&one);
}

bool
acts_run(struct console *c, enum action a, const struct doc_ref *ref)
{
	if (a == ACTION_SIGN)
		sign_open(c, ref);
	else if (a == ACTION_MOVES)
		moves_open(c, ref);
	else if (a == ACTION_FEEDBACK)
		feedback_open(c, ref);
	else if (a == ACTION_REVISE)
		revise_open(c, ref);
	else if (a == ACTION_ASSIGN)
		ask_assign(c, ref);
	else if (a == ACTION_NOTE)
		ask_text(c, ref, ORDER_NOTE, _("note (stays on this desk):"),
			 _("noted"));
	else if (a == ACTION_REMARK)
		ask_text(c, ref, ORDER_REMARK, _("remark (others see it):"),
			 _("remark signed; it leaves by itself"));
	else if (a == ACTION_REMIND)
		ask_remind(c, ref);
	else if (a == ACTION_WITHDRAW)
		ask_text(c, ref, ORDER_WITHDRAW,
			 _("why it is withdrawn (Esc gives up):"),
			 _("withdrawn; the addressees must confirm"));
	else if (a == ACTION_ATTACH)
		files_attach(c, ref);
	else if (a == ACTION_DROP)
		ask_drop(c, ref);
	else
		return false;
	return true;
}
