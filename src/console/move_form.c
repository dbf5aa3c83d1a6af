/* The inputs of a move, asked for before it is made. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"
#include "console/order_int.h"

struct move_form {
	struct form form;
	const struct move *move;
	struct order order; /* ref and revision */
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
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].type == ITEM_NOTE && f->items[i].edit.len)
			o.take_b = xstrdup(f->items[i].edit.text);
	(void)snprintf(o.said, sizeof(o.said), _("done: %s"),
		       title_in(&move->title, c->zh));
	screen_end(&f->screen);
	move_confirm(c, &o, move, &one.rows[0]);
	doc_list_release(&one);
}

static const struct form_ops ops = {
	.name = name,
	.set = set,
	.submit = submit,
};

struct screen *
move_form_new(struct console *c, const struct view *v,
	      const struct move_row *mr)
{
	const struct move *m = mr->move;
	struct move_form *f = screen_new(c, form_screen_ops(), sizeof(*f));
	struct form_item *it;

	form_init(&f->form, &ops);
	f->move = m;
	f->order = (struct order){ .type = ORDER_MOVE, .ref = v->row->ref };
	if (mr->row)
		(void)snprintf(f->order.row, sizeof(f->order.row), "%s",
			       mr->row);
	order_set_rev(&f->order, v);
	f->form.fields = m->input;
	f->form.n_fields = m->n_input;
	for (size_t i = 0; i < m->n_input; i++)
		form_add_field(&f->form, &m->input[i], "", NULL, 0);
	if (m->unless_note) {
		it = form_add(&f->form, ITEM_NOTE, _("reason"));
		it->must = !mr->possible;
	}
	(void)form_add(&f->form, ITEM_SUBMIT, title_in(&m->title, c->zh));
	return &f->form.screen;
}
