/*
 * The inputs of a move, further signers and the reason, asked for before it
 * is made. The form stays until the move is made, so that a refusal costs
 * nothing that was typed and stands beside the field that it speaks of.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/bulk_int.h"
#include "console/form_int.h"
#include "console/order_int.h"

/* What the order under way and its form share; the last one frees it. */
struct shared {
	struct move_form *form; /* NULL when the form is gone */
	bool under_way;
	struct bulk *bulk; /* what it asks for all of; NULL one document */
};

struct move_form {
	struct form form;
	const struct move *move;
	struct order order; /* ref and revision */
	struct shared *shared;
};

static const char *
name(struct form *f)
{
	const struct move_form *m = (struct move_form *)f;

	return title_in(&m->move->title, f->screen.console->zh);
}

static enum rc
set(struct form *f, json_t *content, const char *dotted, const char *value,
    struct err *err)
{
	const struct move_form *m = (struct move_form *)f;
	const struct do_move d = { .move = m->move->name,
				   .row = m->order.row[0] ? m->order.row : NULL,
				   .input = content };

	return move_input_set(f->screen.console->desk, &m->order.ref, &d,
			      dotted, value, err);
}

static void
after(struct console *c, void *ctx, enum rc rc, const struct err *err)
{
	struct shared *s = ctx;

	(void)c;
	s->under_way = false;
	if (rc == RC_OK)
		s->bulk = NULL; /* goes on to tell the result */
	if (!s->form) {
		(void)bulk_free(s->bulk);
		(void)xfree(s);
		return;
	}
	s->form->form.busy = false;
	if (rc == RC_OK) {
		form_keep_done(&s->form->form);
		screen_end(&s->form->form.screen);
	} else if (err)
		form_show_err(&s->form->form, err);
}

static void
submit(struct form *f, json_t *content, bool has_soft)
{
	struct move_form *m = (struct move_form *)f;
	struct console *c = f->screen.console;
	const struct move *move = m->move;
	struct order o = m->order;
	struct doc_list one = { 0 };
	struct err e = ERR_INIT;

	(void)has_soft; /* the warnings stand beside their fields */
	if (ask_row(c->desk, &o.ref, &one, &e) != RC_OK || one.n_rows == 0) {
		console_show_err(c, &e);
		return;
	}
	o.take_a = xstrdup(move->name);
	o.take_input = json_incref(content);
	if (form_text_of(f, ITEM_NOTE)[0])
		o.take_b = xstrdup(form_text_of(f, ITEM_NOTE));
	o.take_signers = xstrdup(form_text_of(f, ITEM_SIGNERS));
	(void)snprintf(o.said, sizeof(o.said), _("done: %s"),
		       title_in(&move->title, c->zh));
	o.after = after;
	o.ctx = m->shared;
	m->shared->under_way = true;
	f->busy = true;
	if (m->shared->bulk)
		bulk_confirm(c, m->shared->bulk, &o);
	else
		move_confirm(c, &o, move, &one.rows[0]);
	doc_list_release(&one);
}

static void
free_form(struct form *f)
{
	struct move_form *m = (struct move_form *)f;

	m->shared->form = NULL;
	if (m->shared->under_way)
		return;
	(void)bulk_free(m->shared->bulk);
	(void)xfree(m->shared);
}

static const struct form_ops ops = {
	.name = name,
	.set = set,
	.submit = submit,
	.free = free_form,
};

static void
add_signers(struct form *f, const struct move *m)
{
	struct form_item *it;

	if (m->officers < 2)
		return;
	it = form_add(f, ITEM_SIGNERS, _("signs too"));
	it->must = true;
	it->min = m->officers - 1;
}

static struct move_form *
make(struct console *c, const struct view *v, const struct move_row *mr)
{
	const struct move *m = mr->move;
	struct move_form *f = screen_new(c, form_screen_ops(), sizeof(*f));
	struct form_item *it;
	json_t *content = json_object();

	form_init(&f->form, &ops);
	f->move = m;
	f->shared = xcalloc(1, sizeof(*f->shared));
	f->shared->form = f;
	f->order = (struct order){ .type = ORDER_MOVE, .ref = v->row->ref };
	if (mr->row)
		(void)snprintf(f->order.row, sizeof(f->order.row), "%s",
			       mr->row);
	order_set_rev(&f->order, v);
	f->form.fields = m->input;
	f->form.n_fields = m->n_input;
	for (size_t i = 0; i < m->n_input; i++)
		form_add_field(&f->form, &m->input[i], "", NULL, 0);
	add_signers(&f->form, m);
	if (mr->by_note) {
		it = form_add(&f->form, ITEM_NOTE, _("reason"));
		it->must = m->unless_note && !mr->possible;
	}
	(void)form_add(&f->form, ITEM_SUBMIT, title_in(&m->title, c->zh));
	content_defaults(m->input, m->n_input, content);
	form_fill(&f->form, content);
	json_decref(content);
	return f;
}

/* What takes a while to write is kept; a choice is soon made again. */
static bool
takes_long(const struct form *f)
{
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].type == ITEM_NOTE ||
		    item_is_lines(&f->items[i]))
			return true;
	return false;
}

struct screen *
move_form_new(struct console *c, const struct view *v,
	      const struct move_row *mr)
{
	struct move_form *f = make(c, v, mr);
	char what[KEEP_NAME_MAX];

	(void)snprintf(what, sizeof(what), "move %s/%s %s %s",
		       v->row->ref.owner, v->row->ref.id, mr->move->name,
		       mr->row ? mr->row : "");
	if (takes_long(&f->form))
		form_keep_as(&f->form, what);
	return &f->form.screen;
}

struct screen *
move_form_bulk(struct console *c, const struct view *v,
	       const struct move_row *mr, struct bulk *take_b)
{
	struct move_form *f = make(c, v, mr);

	f->shared->bulk = take_b;
	take_b->by_form = true;
	return &f->form.screen;
}
