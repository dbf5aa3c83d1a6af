#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/bulk_int.h"

#define NAMED_MAX   5  /* documents with number and title in the question */
#define NUMBERS_MAX 20 /* with the number alone */

static void
choices_release(struct bulk_item *it)
{
	for (size_t i = 0; i < it->n_choices; i++) {
		(void)xfree(it->choices[i].title);
		(void)xfree(it->choices[i].why);
	}
	it->choices = xfree(it->choices);
	it->n_choices = 0;
}

struct bulk *
bulk_free(struct bulk *b)
{
	if (!b)
		return NULL;
	for (size_t i = 0; i < b->n_items; i++) {
		choices_release(&b->items[i]);
		(void)xfree(b->items[i].number);
		(void)xfree(b->items[i].title);
		(void)xfree(b->items[i].why);
	}
	(void)xfree(b->items);
	(void)xfree(b->title);
	order_release(&b->order);
	officers_release(&b->officers);
	return xfree(b);
}

/* --- what is possible, on the pool ------------------------------------------
 */

static struct bulk_choice *
add_choice(struct bulk_item *it, enum order_type type, const char *name,
	   const char *title)
{
	struct bulk_choice *ch;

	it->choices = xreallocarray(it->choices, it->n_choices + 1,
				    sizeof(*it->choices));
	ch = &it->choices[it->n_choices++];
	*ch = (struct bulk_choice){ .type = type, .title = xstrdup(title) };
	(void)snprintf(ch->name, sizeof(ch->name), "%s", name);
	return ch;
}

static void
add_core(struct bulk_item *it, const struct view *v)
{
	if (v->may_approve)
		(void)add_choice(it, ORDER_APPROVE, "", _("approve"));
	if (v->may_issue && !v->may_approve)
		(void)add_choice(it, ORDER_ISSUE, "", _("issue"));
	if (v->may_ack_withdraw)
		(void)add_choice(it, ORDER_ACK_WITHDRAW, "",
				 _("confirm the withdrawal"));
	if (v->row->draft && !v->row->waiting_approval)
		(void)add_choice(it, ORDER_DROP, "", _("drop the draft"));
}

static void
add_move(struct bulk_item *it, const struct kind *k, const struct move_row *mr)
{
	const struct move *m = mr->move;
	enum stage to = move_leads_to(k, m);
	bool form = m->officers > 1;
	struct bulk_choice *ch;

	if (mr->row) /* of its rows each is a matter of its own */
		return;
	for (size_t i = 0; i < m->n_input; i++)
		form = form || m->input[i].need == NEED_MUST ||
		       (to != STAGE_SIGNED && m->n_input > 0);
	ch = add_choice(it,
			to == STAGE_SIGNED && !form ? ORDER_SIGN : ORDER_MOVE,
			m->name, title_in(&m->title, i18n_zh()));
	ch->form = form || (!mr->possible && m->unless_note);
	ch->feeds = to == STAGE_FED_BACK;
	if (!mr->possible && !m->unless_note)
		ch->why = xstrdup(mr->why ? mr->why : "");
}

static void
survey_one(struct desk *d, struct bulk_item *it)
{
	struct view *v = NULL;
	struct err e = ERR_INIT;
	const struct kind *k;

	if (ask_view(d, &it->ref, &v, &e) != RC_OK) {
		it->why = xstrdup(e.msg[0] ? e.msg : rc_sentence(e.code));
		it->number = xstrdup("");
		it->title = xstrdup("");
		return;
	}
	(void)snprintf(it->kind, sizeof(it->kind), "%s", v->row->kind);
	it->number = xstrdup(v->row->number);
	it->title = xstrdup(v->row->title);
	it->why = xstrdup("");
	if (v->held.doc && v->held.doc->current) {
		it->rev = v->held.doc->current->digest;
		it->has_rev = true;
	}
	k = kinds_get(desk_get_kinds(d), v->row->kind, v->row->kind_version);
	add_core(it, v);
	for (size_t i = 0; k && i < v->n_moves; i++)
		add_move(it, k, &v->moves[i]);
	(void)view_free(v);
}

static enum rc
survey(struct desk *d, void *arg, struct err *err)
{
	struct bulk *b = arg;

	(void)err;
	for (size_t i = 0; i < b->n_items; i++)
		survey_one(d, &b->items[i]);
	return RC_OK;
}

static void
surveyed(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct bulk *b = take_arg;

	if (rc == RC_OK && screen_top(c) == &b->list->screen) {
		bulk_choose(c, b);
		return;
	}
	if (rc != RC_OK && rc != RC_CANCELED)
		console_show_err(c, err);
	(void)bulk_free(b);
}

void
bulk_open(struct doclist *l, enum action a)
{
	struct bulk *b = xcalloc(1, sizeof(*b));
	const struct job job = { survey, surveyed, b };

	b->list = l;
	b->wanted = a;
	b->n_items = l->n_marks;
	b->items = xcalloc(l->n_marks + 1, sizeof(*b->items));
	for (size_t i = 0; i < l->n_marks; i++)
		b->items[i].ref = l->marks[i];
	job_submit(l->screen.console, &job);
}

/* --- doing it, on the pool --------------------------------------------------
 */

static void
do_one(struct desk *d, struct bulk *b, struct bulk_item *it)
{
	struct order o = b->order;
	struct err e = ERR_INIT;
	bool parked = false;
	char *signers = o.take_signers ? xstrdup(o.take_signers) : NULL;

	o.ref = it->ref;
	o.rev = it->rev;
	o.has_rev = it->has_rev;
	o.take_signers = signers; /* is cut into words */
	if (order_run(d, &o, &parked, &e) == RC_OK) {
		it->result = parked ? BULK_PARKED : BULK_DONE;
	} else {
		it->result = BULK_FAILED;
		(void)xfree(it->why);
		it->why = xstrdup(e.msg[0] ? e.msg : rc_sentence(e.code));
	}
	(void)xfree(signers);
}

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct bulk *b = arg;

	(void)err;
	for (size_t i = 0; i < b->n_items; i++)
		if (bulk_fits(b, &b->items[i]))
			do_one(d, b, &b->items[i]);
	return RC_OK;
}

/* Why one that was left out cannot be done. */
static void
tell_left_out(struct bulk *b)
{
	for (size_t i = 0; i < b->n_items; i++) {
		struct bulk_item *it = &b->items[i];
		const struct bulk_choice *ch = bulk_choice_of(it, &b->chosen);

		if (it->result != BULK_WAITING)
			continue;
		it->result = BULK_FAILED;
		if (it->why[0])
			continue;
		(void)xfree(it->why);
		it->why = xstrdup(ch && ch->why && ch->why[0]
					  ? ch->why
					  : _("not possible in its state"));
	}
}

/* It was not done: a form that asked for it still has it. */
static void
keep_or_free(struct console *c, struct bulk *b, enum rc rc,
	     const struct err *err)
{
	struct order o = b->order;

	b->order = (struct order){ .type = o.type };
	if (!b->by_form)
		(void)bulk_free(b);
	order_tell(c, &o, rc, err); /* may free what the form has */
	order_release(&o);
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct bulk *b = take_arg;
	size_t n_done = 0, n_parked = 0;

	if (rc != RC_OK) {
		console_show_err(c, err);
		keep_or_free(c, b, rc, err);
		return;
	}
	tell_left_out(b);
	for (size_t i = 0; i < b->n_items; i++) {
		const struct bulk_item *it = &b->items[i];

		n_done += it->result == BULK_DONE;
		n_parked += it->result == BULK_PARKED;
		if (it->result != BULK_FAILED)
			doclist_unmark(b->list, &it->ref);
	}
	order_tell(c, &b->order, RC_OK, NULL);
	live_look(c);
	if (n_done == b->n_items) {
		console_set_message(c, ATTR_GOOD, _("%zu done: %s"), n_done,
				    b->title);
		(void)bulk_free(b);
		return;
	}
	console_set_message(c, ATTR_SOON,
			    _("%s: %zu done, %zu wait for approval, %zu not"),
			    b->title, n_done, n_parked,
			    b->n_items - n_done - n_parked);
	c->message_kept = true;
	screen_push(c, bulk_result_new(c, b));
}

/* --- the one question -------------------------------------------------------
 */

static void
confirmed(struct console *c, void *ctx, bool yes)
{
	struct bulk *b = ctx;
	const struct job job = { run, done, b };

	if (yes) {
		console_set_message(c, ATTR_PLAIN, _("under way: %s"),
				    b->title);
		job_submit(c, &job);
		return;
	}
	keep_or_free(c, b, RC_CANCELED, NULL);
}

/* Number and title in one line of the box. */
static void
add_named(struct buf *text, const struct bulk_item *it, int cols)
{
	char shown[700];
	size_t n;

	(void)snprintf(shown, sizeof(shown), "%s  %.500s",
		       it->number[0] ? it->number : _("(no number yet)"),
		       it->title);
	n = utf8_cut(shown, strlen(shown), (size_t)cols, NULL);
	(void)buf_addf(text, NULL, "%.*s\n", (int)n, shown);
}

static void
add_numbers(struct buf *text, const struct bulk *b, bool fits)
{
	size_t named = 0, n = 0;

	for (size_t i = 0; i < b->n_items; i++) {
		const struct bulk_item *it = &b->items[i];

		if (bulk_fits(b, it) != fits)
			continue;
		if (++n > NUMBERS_MAX)
			continue;
		(void)buf_addf(text, NULL, "%s%s", named++ ? "  " : "",
			       it->number[0] ? it->number : _("(draft)"));
	}
	if (n > NUMBERS_MAX)
		(void)buf_addf(text, NULL, _("  and %zu more"),
			       n - NUMBERS_MAX);
	(void)buf_adds(text, "\n", NULL);
}

static void
question(struct console *c, const struct bulk *b, size_t n, struct buf *text)
{
	size_t others = b->n_items - n;

	(void)buf_addf(text, NULL, _("documents, all at once: %zu"), n);
	(void)buf_adds(text, "\n", NULL);
	if (n <= NAMED_MAX) {
		for (size_t i = 0; i < b->n_items; i++)
			if (bulk_fits(b, &b->items[i]))
				add_named(text, &b->items[i],
					  popup_cols(&c->canvas) - 4);
	} else {
		add_numbers(text, b, true);
	}
	if (others) {
		(void)buf_addf(text, NULL,
			       _("%zu marked ones are left out, why is told "
				 "after it:"),
			       others);
		(void)buf_adds(text, " ", NULL);
		add_numbers(text, b, false);
	}
	(void)buf_adds(text,
		       _("recorded with your name; it cannot be taken back"),
		       NULL);
}

void
bulk_confirm(struct console *c, struct bulk *take_b, const struct order *order)
{
	struct bulk *b = take_b;
	struct buf text = { 0 };
	char digits[8], title[300];
	struct confirm_spec spec = {
		.title = title, .digits = digits, .done = confirmed, .ctx = b
	};
	size_t n = 0;

	b->order = *order;
	b->order.said[0] = '\0';
	for (size_t i = 0; i < b->n_items; i++)
		n += bulk_fits(b, &b->items[i]);
	(void)snprintf(digits, sizeof(digits), "%zu", n);
	(void)snprintf(title, sizeof(title), "%s: %zu", b->title, n);
	buf_init(&text, 64 * 1024);
	question(c, b, n, &text);
	spec.text = buf_str(&text);
	confirm_open(c, &spec);
	buf_release(&text);
}
