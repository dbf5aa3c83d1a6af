#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "console/order_int.h"

#define SIGNERS_MAX 16
#define DESKS_MAX   PARTIES_MAX

/* The order while the pool has it. */
struct under_way {
	struct order order;
	bool parked;
};

void
order_set_rev(struct order *o, const struct view *v)
{
	if (!v->held.doc || !v->held.doc->current)
		return;
	o->rev = v->held.doc->current->digest;
	o->has_rev = true;
}

static size_t
words_of(char *text, const char **out, size_t max)
{
	char *rest = text, *word;
	size_t n = 0;

	while (rest && (word = strsep(&rest, " ")) != NULL)
		if (word[0] && n < max)
			out[n++] = word;
	return n;
}

static enum rc
run_move(struct desk *d, struct order *o, bool *ret_parked, struct err *err)
{
	const char *signers[SIGNERS_MAX];
	struct do_move m = { .move = o->take_a,
			     .row = o->row[0] ? o->row : NULL,
			     .note = o->take_b,
			     .input = o->take_input,
			     .rev = o->has_rev ? &o->rev : NULL,
			     .officers = signers };

	m.n_officers = words_of(o->take_signers, signers, SIGNERS_MAX);
	return act_move(d, &o->ref, &m, ret_parked, err);
}

static enum rc
run_revise(struct desk *d, struct order *o, bool *ret_parked, struct err *err)
{
	const char *to[DESKS_MAX], *cc[DESKS_MAX];
	const struct new_doc change = {
		.to = to,
		.n_to = words_of(o->take_a, to, DESKS_MAX),
		.cc = cc,
		.n_cc = words_of(o->take_b, cc, DESKS_MAX),
		.fields = o->take_input,
		.insist = true, /* the form has shown what looks wrong */
	};

	return act_revise(d, &o->ref, o->has_rev ? &o->rev : NULL, &change,
			  ret_parked, err);
}

static enum rc
run_attach(struct desk *d, struct order *o, bool *ret_parked, struct err *err)
{
	const char *names[ATTACH_MAX_COUNT];
	struct new_doc files = { .attach = names, .in_folder = o->in_folder };
	const json_t *one;
	size_t i;

	json_array_foreach(o->take_input, i, one) if (i < ARRAY_LEN(names))
		names[files.n_attach++] = json_string_value(one);
	return act_attach(d, &o->ref, &files, ret_parked, err);
}

static enum rc
run_issue(struct desk *d, struct order *o, bool *ret_parked, struct err *err)
{
	enum new_outcome outcome = NEW_ISSUED;
	enum rc rc = act_issue(d, &o->ref, &outcome, err);

	*ret_parked = outcome == NEW_WAITING;
	return rc;
}

enum rc
order_run(struct desk *d, struct order *o, bool *ret_parked, struct err *err)
{
	const struct doc_ref *ref = &o->ref;
	const struct ref *rev = o->has_rev ? &o->rev : NULL;

	switch (o->type) {
	case ORDER_SIGN:
		return act_sign(d, ref, o->take_a, o->take_b, rev, err);
	case ORDER_MOVE: return run_move(d, o, ret_parked, err);
	case ORDER_ASSIGN: return act_assign(d, ref, o->take_a, o->take_b, err);
	case ORDER_NOTE: return act_note(d, ref, o->take_a, err);
	case ORDER_REMARK: return act_remark(d, ref, o->take_a, err);
	case ORDER_REMIND: return act_remind(d, ref, o->take_a, err);
	case ORDER_WITHDRAW:
		return act_withdraw(d, ref, o->take_a, ret_parked, err);
	case ORDER_ACK_WITHDRAW: return act_ack_withdraw(d, ref, err);
	case ORDER_ATTACH: return run_attach(d, o, ret_parked, err);
	case ORDER_APPROVE: return act_approve(d, ref, err);
	case ORDER_REJECT: return act_reject(d, ref, o->take_a, err);
	case ORDER_ISSUE: return run_issue(d, o, ret_parked, err);
	case ORDER_REVISE: return run_revise(d, o, ret_parked, err);
	case ORDER_DROP: return act_draft_drop(d, ref, err);
	case ORDER_SEEN: return act_seen(d, ref, err);
	case ORDER_RECONNECT: return act_reconnect(d, o->take_a, err);
	}
	return RC_OK;
}

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct under_way *w = arg;

	return order_run(d, &w->order, &w->parked, err);
}

void
order_release(struct order *o)
{
	(void)xfree(o->take_a);
	(void)xfree(o->take_b);
	(void)xfree(o->take_signers);
	json_decref(o->take_input);
	*o = (struct order){ .type = o->type };
}

void
order_tell(struct console *c, struct order *o, enum rc rc,
	   const struct err *err)
{
	void (*after)(struct console *, void *, enum rc, const struct err *) =
		o->after;

	o->after = NULL;
	if (after)
		after(c, o->ctx, rc, err);
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct under_way *w = take_arg;
	struct order *o = &w->order;

	if (rc != RC_OK && !o->quiet)
		console_show_err(c, err);
	else if (rc == RC_OK && w->parked)
		console_set_message(c, ATTR_SOON,
				    _("waits for an approver of this desk"));
	else if (rc == RC_OK && o->said[0])
		console_set_message(c, ATTR_GOOD, "%s", o->said);
	order_tell(c, o, rc, err);
	order_release(o);
	(void)xfree(w);
	live_look(c);
}

void
order_drop(struct console *c, struct order *order)
{
	order_tell(c, order, RC_CANCELED, NULL);
	order_release(order);
}

void
order_submit(struct console *c, const struct order *order)
{
	struct under_way *w = xcalloc(1, sizeof(*w));
	struct job job = { run, done, w };

	w->order = *order;
	job_submit(c, &job);
}
