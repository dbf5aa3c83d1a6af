/*
 * Which view lists which kind. A kind says in its views the number it wants
 * (2 to 6); every other kind gets a place of its own when it is first asked
 * for, from the menu of kinds. No kind is known here by its name.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/doclist_int.h"
#include "console/popup_int.h"
#include "desk/permit.h"

#define KINDS_SHOWN_MAX 64
#define MENU_ALL	KINDS_SHOWN_MAX

/* The kinds in force today, each once, in the order of their views. */
struct shown_kinds {
	const struct kind *kind[KINDS_SHOWN_MAX];
	size_t n;
};

static int
rank(const struct kind *k)
{
	return k->views.screen ? k->views.screen : KIND_SCREEN_MAX + 1;
}

static void
add_kind(struct shown_kinds *s, const struct kind *k)
{
	size_t at = s->n;

	for (size_t i = 0; i < s->n; i++)
		if (s->kind[i] == k)
			return;
	if (s->n == KINDS_SHOWN_MAX)
		return;
	for (; at > 0 && rank(s->kind[at - 1]) > rank(k); at--)
		s->kind[at] = s->kind[at - 1];
	s->kind[at] = k;
	s->n++;
}

static void
find_kinds(struct console *c, struct shown_kinds *out)
{
	const struct kinds *ks = desk_get_kinds(c->desk);
	int32_t today = day_of_ms(console_now_ms(c));

	out->n = 0;
	for (size_t i = 0; i < kinds_count(ks); i++) {
		const struct kind *k =
			kinds_current(ks, kinds_at(ks, i)->name, today);

		if (k)
			add_kind(out, k);
	}
}

bool
view_audits(struct console *c, int view)
{
	return view == VIEW_AUDIT && permitted(c->desk, PERMIT_AUDIT);
}

const struct kind *
view_kind(struct console *c, int view)
{
	struct shown_kinds s;

	if (view < KIND_SCREEN_MIN || view_audits(c, view))
		return NULL; /* no kind has it, none need be read */
	if (view >= VIEW_NUMBERED)
		return c->view_kinds[view][0]
			       ? current_kind(c, c->view_kinds[view])
			       : NULL;
	find_kinds(c, &s);
	for (size_t i = 0; i < s.n; i++)
		if (view && s.kind[i]->views.screen == view)
			return s.kind[i];
	return NULL;
}

const struct kind *
current_kind(struct console *c, const char *name)
{
	const struct kind *k = NULL;

	return desk_kind(c->desk, name, &k, NULL) == RC_OK ? k : NULL;
}

/* The view that lists it; a new place when it has none. 0: no place left. */
static int
view_of(struct console *c, const struct kind *k)
{
	int view;

	if (k->views.screen && view_kind(c, k->views.screen) == k)
		return k->views.screen;
	for (view = VIEW_NUMBERED; view < VIEWS_MAX; view++) {
		if (str_eq(c->view_kinds[view], k->name))
			return view;
		if (!c->view_kinds[view][0])
			break;
	}
	if (view == VIEWS_MAX)
		return 0;
	(void)str_copy(c->view_kinds[view], sizeof(c->view_kinds[view]),
		       k->name, NULL);
	return view;
}

void
kind_list_open(struct console *c, const char *name)
{
	const struct kind *k = current_kind(c, name);

	if (k)
		screen_view(c, view_of(c, k));
}

void
kind_compose(struct console *c, const char *name)
{
	screen_push(c, compose_new(c, name, NULL));
}

void
kind_compose_about(struct console *c, const char *how,
		   const struct doc_ref *ref)
{
	const struct kinds *ks = desk_get_kinds(c->desk);

	for (size_t i = 0; i < kinds_count(ks); i++) {
		const struct kind *k = kinds_at(ks, i);

		if (str_eq(k->views.composed, how) &&
		    current_kind(c, k->name) == k) {
			screen_push(c, compose_about(c, k, ref));
			return;
		}
	}
	console_set_message(c, ATTR_PLAIN, "%s",
			    _("no kind of such records is installed"));
}

/* --- menus ------------------------------------------------------------------
 */

static void
list_chosen(struct console *c, void *ctx, int value)
{
	struct shown_kinds *s = ctx;

	if (value == MENU_ALL)
		screen_view(c, 0);
	else if (value >= 0)
		kind_list_open(c, s->kind[value]->name);
	(void)xfree(s);
}

static void
compose_chosen(struct console *c, void *ctx, int value)
{
	struct shown_kinds *s = ctx;

	if (value >= 0)
		kind_compose(c, s->kind[value]->name);
	(void)xfree(s);
}

static const char *
scope_text(const struct kind *k)
{
	switch (k->scope) {
	case SCOPE_EXCHANGE: return "";
	case SCOPE_REGISTER: return _("shared register, goes to all peers");
	case SCOPE_LOCAL: return _("stays on this desk");
	}
	return "";
}

void
kind_menu_open(struct console *c, bool compose)
{
	struct shown_kinds *s = xcalloc(1, sizeof(*s));
	struct menu_spec spec = {
		.title = compose ? _("compose") : _("lists"),
		.done = compose ? compose_chosen : list_chosen,
		.ctx = s,
	};

	find_kinds(c, s);
	for (size_t i = 0; i < s->n; i++)
		menu_add(&spec.take_items, &spec.n_items,
			 title_in(&s->kind[i]->title, c->zh),
			 scope_text(s->kind[i]), false, (int)i);
	if (!compose)
		menu_add(&spec.take_items, &spec.n_items, _("all documents"),
			 _("of every kind, newest first"), false, MENU_ALL);
	if (spec.n_items) {
		menu_open(c, &spec);
		return;
	}
	console_set_message(c, ATTR_PLAIN,
			    _("no kind of document is installed"));
	(void)xfree(s);
}

void
kind_menu_palette(struct console *c, struct menu_item **items, size_t *n,
		  int first_list, int first_compose)
{
	struct shown_kinds s;

	find_kinds(c, &s);
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < s.n; i++) {
			const struct kind *k = s.kind[i];
			char hint[256];

			(void)snprintf(hint, sizeof(hint),
				       pass ? _("compose: %s") : _("list: %s"),
				       title_in(&k->title, c->zh));
			menu_add(items, n, title_in(&k->title, c->zh), hint,
				 false,
				 (pass ? first_compose : first_list) + (int)i);
			(*items)[*n - 1].words = k->name;
		}
}

void
kind_menu_run(struct console *c, size_t nth, bool compose)
{
	struct shown_kinds s;

	find_kinds(c, &s);
	if (nth >= s.n)
		return;
	if (compose)
		kind_compose(c, s.kind[nth]->name);
	else
		kind_list_open(c, s.kind[nth]->name);
}
