/* What is to be done with all that is marked. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/bulk_int.h"

#define GROUPS_MAX 64

/* One choice that several documents have. */
struct group {
	const struct bulk_choice *choice; /* of the first that may */
	const struct bulk_item *first;
	size_t n; /* documents that may */
};

struct groups {
	struct bulk *bulk;
	struct group group[GROUPS_MAX];
	size_t n;
};

static bool
alike(const struct bulk_choice *a, const struct bulk_choice *b)
{
	return a->type == b->type && a->form == b->form &&
	       str_eq(a->name, b->name) && str_eq(a->title, b->title);
}

const struct bulk_choice *
bulk_choice_of(const struct bulk_item *it, const struct bulk_choice *like)
{
	const struct bulk_choice *found = NULL;

	for (size_t i = 0; i < it->n_choices; i++) {
		const struct bulk_choice *ch = &it->choices[i];

		/* one that signs has another name in another kind */
		if (like->type == ORDER_SIGN && ch->type == ORDER_SIGN &&
		    (!found || (found->why && !ch->why)))
			found = ch;
		if (like->type != ORDER_SIGN && alike(ch, like))
			return ch;
	}
	return found;
}

bool
bulk_fits(const struct bulk *b, const struct bulk_item *it)
{
	const struct bulk_choice *ch;

	if (it->why[0])
		return false;
	if (b->chosen.type == ORDER_ASSIGN)
		return true; /* judged when it is done */
	ch = bulk_choice_of(it, &b->chosen);
	if (!ch || ch->why)
		return false;
	/* the inputs of one kind's form are those of that kind */
	return !b->chosen.form || str_eq(it->kind, b->items[0].kind);
}

static void
groups_find(struct bulk *b, struct groups *g)
{
	g->bulk = b;
	for (size_t i = 0; i < b->n_items; i++) {
		const struct bulk_item *it = &b->items[i];

		for (size_t k = 0; k < it->n_choices; k++) {
			const struct bulk_choice *ch = &it->choices[k];
			size_t at = 0;

			while (at < g->n &&
			       (!alike(g->group[at].choice, ch) ||
				(ch->form &&
				 !str_eq(g->group[at].first->kind, it->kind))))
				at++;
			if (at == GROUPS_MAX)
				continue;
			if (at == g->n)
				g->group[g->n++] = (struct group){ ch, it, 0 };
			if (ch->why)
				continue;
			if (g->group[at].n++ == 0)
				g->group[at] = (struct group){ ch, it, 1 };
		}
	}
}

static void
give_up(struct console *c, struct bulk *b)
{
	console_set_message(c, ATTR_PLAIN, _("nothing was done"));
	(void)bulk_free(b);
}

/* --- whom it is assigned to -------------------------------------------------
 */

static void
officer_chosen(struct console *c, void *ctx, int value)
{
	struct bulk *b = ctx;
	struct order o = { .type = b->chosen.type };

	if (value < 0) {
		give_up(c, b);
		return;
	}
	(void)xfree(b->title);
	b->title =
		xasprintf(o.type == ORDER_SIGN ? _("sign for and assign to %s")
					       : _("assign to %s"),
			  b->officers.name[value]);
	if (o.type == ORDER_ASSIGN || (size_t)value != b->officers.self)
		o.take_a = xstrdup(b->officers.id[value]);
	bulk_confirm(c, b, &o);
}

static void
ask_officer(struct console *c, struct bulk *b)
{
	struct menu_spec spec = { .title = _("assign to"),
				  .done = officer_chosen,
				  .ctx = b };

	officers_load(c, &b->officers);
	for (size_t i = 0; i < b->officers.n; i++)
		menu_add(&spec.take_items, &spec.n_items, b->officers.name[i],
			 b->officers.id[i], false, (int)i);
	menu_open(c, &spec);
}

/* --- a choice is made -------------------------------------------------------
 */

/* The form of the first document that may asks for all of them. */
static void
ask_form(struct console *c, struct bulk *b, const struct bulk_item *first)
{
	struct view *v = NULL;
	struct err e = ERR_INIT;
	const struct move_row *mr = NULL;

	/* bulk_fits() compares kinds with the first item's */
	if (first != b->items) {
		struct bulk_item swap = b->items[0];

		b->items[first - b->items] = swap;
		b->items[0] = *first;
	}
	if (ask_view(c->desk, &b->items[0].ref, &v, &e) != RC_OK) {
		console_show_err(c, &e);
		(void)bulk_free(b);
		return;
	}
	for (size_t i = 0; i < v->n_moves; i++)
		if (!v->moves[i].row &&
		    str_eq(v->moves[i].move->name, b->chosen.name))
			mr = &v->moves[i];
	if (mr)
		screen_push(c, move_form_bulk(c, v, mr, b));
	else
		give_up(c, b);
	(void)view_free(v);
}

static void
take(struct console *c, struct bulk *b, const struct group *g)
{
	struct order o = { .type = g->choice->type };

	b->chosen = *g->choice;
	b->title = xstrdup(g->choice->title);
	if (b->chosen.form) {
		ask_form(c, b, g->first);
		return;
	}
	if (o.type == ORDER_SIGN) {
		ask_officer(c, b);
		return;
	}
	if (o.type == ORDER_MOVE)
		o.take_a = xstrdup(b->chosen.name);
	bulk_confirm(c, b, &o);
}

static void
chosen(struct console *c, void *ctx, int value)
{
	struct groups *g = ctx;
	struct bulk *b = g->bulk;

	if (value < 0)
		give_up(c, b);
	else
		take(c, b, &g->group[value]);
	(void)xfree(g);
}

/* Why the first that cannot does not. */
static const char *
first_why(const struct bulk *b, const struct bulk_choice *like)
{
	for (size_t i = 0; i < b->n_items; i++) {
		const struct bulk_choice *ch =
			bulk_choice_of(&b->items[i], like);

		if (ch && ch->why)
			return ch->why;
	}
	return "";
}

static void
ask_which(struct console *c, struct groups *g)
{
	struct menu_spec spec = { .done = chosen, .ctx = g };
	char title[128];

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < g->n; i++) {
			const struct group *one = &g->group[i];
			char hint[400];

			if ((one->n == 0) != (pass == 1))
				continue;
			if (one->n)
				(void)snprintf(hint, sizeof(hint),
					       _("%zu of %zu%s"), one->n,
					       g->bulk->n_items,
					       one->choice->form
						       ? _(", one form for all")
						       : "");
			else
				(void)snprintf(hint, sizeof(hint), "%s",
					       first_why(g->bulk, one->choice));
			menu_add(&spec.take_items, &spec.n_items,
				 one->choice->title, hint, one->n == 0, (int)i);
		}
	(void)snprintf(title, sizeof(title), _("with %zu marked"),
		       g->bulk->n_items);
	spec.title = title;
	menu_open(c, &spec);
}

/* The group of a key of its own: what signs, what feeds back. */
static const struct group *
wanted(const struct groups *g)
{
	const struct group *best = NULL;

	for (size_t i = 0; i < g->n; i++) {
		const struct bulk_choice *ch = g->group[i].choice;

		if (g->bulk->wanted == ACTION_SIGN ? ch->type != ORDER_SIGN
						   : !ch->feeds)
			continue;
		if (!best || g->group[i].n > best->n)
			best = &g->group[i];
	}
	return best;
}

static void
take_wanted(struct console *c, struct groups *g)
{
	struct bulk *b = g->bulk;
	const struct group *w = wanted(g);

	if (w && w->n) {
		take(c, b, w);
		return;
	}
	console_set_message(c, ATTR_ERROR, "%s%s%s",
			    b->wanted == ACTION_SIGN
				    ? _("none of those marked can be signed "
					"for now")
				    : _("none of those marked can be fed back "
					"now"),
			    w ? ": " : "", w ? first_why(b, w->choice) : "");
	(void)bulk_free(b);
}

void
bulk_choose(struct console *c, struct bulk *take_b)
{
	struct bulk *b = take_b;
	struct groups *g;

	if (b->wanted == ACTION_ASSIGN) {
		b->chosen.type = ORDER_ASSIGN;
		ask_officer(c, b);
		return;
	}
	g = xcalloc(1, sizeof(*g));
	groups_find(b, g);
	if (b->wanted == ACTION_MOVES && g->n) {
		ask_which(c, g);
		return;
	}
	if (g->n || b->wanted != ACTION_MOVES) {
		take_wanted(c, g);
	} else {
		console_set_message(c, ATTR_PLAIN,
				    _("nothing can be done with those marked "
				      "on this desk"));
		(void)bulk_free(b);
	}
	(void)xfree(g);
}
