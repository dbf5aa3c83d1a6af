/* 办理: the moves of this desk's track, those possible and why others not. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/order_int.h"
#include "console/popup_int.h"

enum { /* values of items that are the core's acts, no kind's moves */
	ITEM_APPROVE = 1000,
	ITEM_REJECT,
	ITEM_ISSUE,
	ITEM_REVISE,
	ITEM_WITHDRAW,
	ITEM_ACK_WITHDRAW
};

/* What a callback needs after the menu is gone. */
struct pending {
	struct order order;
	const struct move *move; /* borrowed from the desk's kinds */
	struct doc_ref ref;
};

static void
free_pending(struct console *c, struct pending *p)
{
	order_drop(c, &p->order);
	(void)xfree(p);
}

static void
confirmed(struct console *c, void *ctx, bool yes)
{
	struct pending *p = ctx;

	if (!yes) {
		free_pending(c, p);
		return;
	}
	order_submit(c, &p->order);
	(void)xfree(p);
}

enum stage
move_leads_to(const struct kind *k, const struct move *m)
{
	for (size_t t = 0; m->to && t < k->n_tracks; t++) {
		const struct state *to = track_state(&k->tracks[t], m->to);

		if (to && track_move(&k->tracks[t], m->name) == m)
			return to->stage;
	}
	return STAGE__COUNT;
}

void
move_confirm(struct console *c, const struct order *order, const struct move *m,
	     const struct doc_row *row)
{
	struct pending *p = xcalloc(1, sizeof(*p));
	char text[1024], digits[4] = "", title[600];
	struct confirm_spec spec = { .title = title_in(&m->title, c->zh),
				     .done = confirmed,
				     .ctx = p };

	p->order = *order;
	if (m->confirm == CONFIRM_NONE) {
		order_submit(c, &p->order);
		(void)xfree(p);
		return;
	}
	(void)text_show_into(title, sizeof(title), row->title);
	(void)snprintf(
		text, sizeof(text), "%s\n%s\n%s", row->number, title,
		m->approve != ROLE__COUNT
			? _("an approver of this desk must agree before "
			    "it is sent")
			: _("recorded with your name; it cannot be taken "
			    "back"));
	if (m->confirm == CONFIRM_DIGITS)
		confirm_digits(row->number, digits);
	spec.text = text;
	spec.digits = digits[0] ? digits : NULL;
	confirm_open(c, &spec);
}

static void
start_move(struct console *c, const struct view *v, const struct move_row *mr)
{
	const struct move *m = mr->move;
	struct order o = { .type = ORDER_MOVE, .ref = v->row->ref };

	if (m->n_input || mr->by_note || m->officers > 1) {
		screen_push(c, move_form_new(c, v, mr));
		return;
	}
	o.take_a = xstrdup(m->name);
	if (mr->row)
		(void)snprintf(o.row, sizeof(o.row), "%s", mr->row);
	order_set_rev(&o, v);
	(void)snprintf(o.said, sizeof(o.said), _("done: %s"),
		       title_in(&m->title, c->zh));
	move_confirm(c, &o, m, v->row);
}

static void
text_given(struct console *c, void *ctx, const char *text)
{
	struct pending *p = ctx;

	if (!text || !text[0]) {
		free_pending(c, p);
		console_set_message(c, ATTR_PLAIN, _("nothing was done"));
		return;
	}
	p->order.take_a = xstrdup(text);
	order_submit(c, &p->order);
	(void)xfree(p);
}

static void
core_act(struct console *c, const struct doc_ref *ref, int item)
{
	struct pending *p = xcalloc(1, sizeof(*p));
	struct prompt_spec ask = { .label = _("reason:"),
				   .done = text_given,
				   .ctx = p };
	struct confirm_spec spec = { .done = confirmed, .ctx = p };

	p->order.ref = *ref;
	if (item == ITEM_REJECT || item == ITEM_WITHDRAW) {
		p->order.type =
			item == ITEM_REJECT ? ORDER_REJECT : ORDER_WITHDRAW;
		(void)snprintf(p->order.said, sizeof(p->order.said), "%s",
			       item == ITEM_REJECT ? _("sent back")
						   : _("withdrawn"));
		prompt_open(c, &ask);
		return;
	}
	if (item == ITEM_APPROVE) {
		p->order.type = ORDER_APPROVE;
		spec.title = _("approve");
		spec.text = _("It becomes an act of this desk and leaves it.");
	} else if (item == ITEM_ISSUE) {
		p->order.type = ORDER_ISSUE;
		spec.title = _("issue");
		spec.text = _("It gets its number and goes to the addressees.");
	} else {
		p->order.type = ORDER_ACK_WITHDRAW;
		spec.title = _("confirm the withdrawal");
		spec.text = _("The sender sees that this desk knows of it.");
	}
	(void)snprintf(p->order.said, sizeof(p->order.said), _("done: %s"),
		       spec.title);
	confirm_open(c, &spec);
}

static void
chosen(struct console *c, void *ctx, int value)
{
	struct pending *p = ctx;
	struct doc_ref ref = p->ref;
	struct view *v = NULL;
	struct err e = ERR_INIT;

	(void)xfree(p);
	if (value == ITEM_REVISE) {
		revise_open(c, &ref);
		return;
	}
	if (value >= ITEM_APPROVE) {
		core_act(c, &ref, value);
		return;
	}
	if (value < 0)
		return;
	if (ask_view(c->desk, &ref, &v, &e) != RC_OK) {
		console_show_err(c, &e);
		return;
	}
	/* the document may have moved on while the menu was open */
	if ((size_t)value >= v->n_moves ||
	    (!v->moves[value].possible && !v->moves[value].move->unless_note))
		console_set_message(c, ATTR_ERROR,
				    _("the document changed meanwhile; look "
				      "again"));
	else if (sign_boxed(c, v, &v->moves[value]))
		sign_open(c, &ref);
	else
		start_move(c, v, &v->moves[value]);
	(void)view_free(v);
}

/* Has the kind a move of its own that sends a draft back? */
static bool
sends_back(struct console *c, const struct view *v)
{
	const struct kind *k = name_kind(c, v->row->kind, v->row->kind_version);

	for (size_t i = 0; v->row->draft && k && i < v->n_moves; i++)
		if (v->moves[i].possible &&
		    move_leads_to(k, v->moves[i].move) == STAGE_DRAFT)
			return true;
	return false;
}

static void
add_core(struct console *c, const struct view *v, struct menu_spec *spec)
{
	const struct {
		bool may;
		const char *label;
		int value;
	} rows[] = {
		{ v->may_approve, _("approve"), ITEM_APPROVE },
		{ v->may_approve && !sends_back(c, v), _("send back"),
		  ITEM_REJECT },
		{ v->may_issue && !v->may_approve, _("issue"), ITEM_ISSUE },
		{ v->may_ack_withdraw, _("confirm the withdrawal"),
		  ITEM_ACK_WITHDRAW },
		{ may_revise(v, c), _("correct"), ITEM_REVISE },
		{ v->may_withdraw, _("withdraw"), ITEM_WITHDRAW },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].may)
			menu_add(&spec->take_items, &spec->n_items,
				 rows[i].label, NULL, false, rows[i].value);
}

/* 销号 (R2 督促平台下架), of the own track the title alone. */
static const char *
row_label(struct console *c, const struct move_row *m, char *out, size_t size)
{
	char about[200];

	if (!m->row)
		return title_in(&m->move->title, c->zh);
	(void)text_show_into(about, sizeof(about), m->row_title);
	(void)snprintf(out, size, "%s (%s%s%s)",
		       title_in(&m->move->title, c->zh), m->row,
		       about[0] ? " " : "", about);
	return out;
}

static void
add_moves(struct console *c, const struct view *v, struct menu_spec *spec,
	  bool possible)
{
	for (size_t i = 0; i < v->n_moves; i++) {
		const struct move *m = v->moves[i].move;
		bool on = v->moves[i].possible || m->unless_note;
		char hint[300] = "", label[400];

		if (on != possible)
			continue;
		if (!v->moves[i].possible)
			(void)snprintf(hint, sizeof(hint), "%s%s%s",
				       v->moves[i].why ? v->moves[i].why : "",
				       on ? "; " : "",
				       on ? _("only with a reason") : "");
		else if (m->approve != ROLE__COUNT)
			(void)snprintf(hint, sizeof(hint), "%s",
				       _("an approver must agree"));
		menu_add(&spec->take_items, &spec->n_items,
			 row_label(c, &v->moves[i], label, sizeof(label)), hint,
			 !on, (int)i);
	}
}

void
moves_open(struct console *c, const struct doc_ref *ref)
{
	struct pending *p;
	struct menu_spec spec = { .title = _("possible now"), .done = chosen };
	struct view *v = NULL;
	struct err e = ERR_INIT;

	if (ask_view(c->desk, ref, &v, &e) != RC_OK) {
		console_show_err(c, &e);
		return;
	}
	add_core(c, v, &spec);
	add_moves(c, v, &spec, true);
	add_moves(c, v, &spec, false);
	(void)view_free(v);
	if (spec.n_items == 0) {
		console_set_message(c, ATTR_PLAIN,
				    _("nothing can be done with it on this "
				      "desk"));
		return;
	}
	p = xcalloc(1, sizeof(*p));
	p->ref = *ref;
	spec.ctx = p;
	menu_open(c, &spec);
}

void
feedback_open(struct console *c, const struct doc_ref *ref)
{
	struct view *v = NULL;
	struct err e = ERR_INIT;
	const struct kind *k;
	const struct move_row *found = NULL;

	if (ask_view(c->desk, ref, &v, &e) != RC_OK) {
		console_show_err(c, &e);
		return;
	}
	k = name_kind(c, v->row->kind, v->row->kind_version);
	for (size_t i = 0; k && i < v->n_moves; i++)
		if (!v->moves[i].row &&
		    move_leads_to(k, v->moves[i].move) == STAGE_FED_BACK)
			found = &v->moves[i];
	if (found && found->possible)
		start_move(c, v, found);
	else
		console_set_message(c, ATTR_ERROR, "%s%s%s",
				    _("cannot be fed back now"),
				    found && found->why[0] ? ": " : "",
				    found ? found->why : "");
	(void)view_free(v);
}
