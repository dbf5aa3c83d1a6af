/* Addressees in a form by groups: a group becomes its desks at once, which
 * stand there by name and can be taken out one by one. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"
#include "desk/group.h"
#include "trust/card.h"

#define INLINE_MAX 2 /* desks whose names stand beside their codes */

/* Is the word one of those in the text? */
static bool
has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; (at = strstr(at, word)) != NULL; at += n)
		if ((at == text || at[-1] == ' ') &&
		    (at[n] == '\0' || at[n] == ' '))
			return true;
	return false;
}

static bool
form_has_desk(const struct form *f, const char *desk)
{
	for (size_t i = 0; i < f->n_items; i++)
		if (item_has_desks(&f->items[i]) &&
		    has_word(f->items[i].edit.text, desk))
			return true;
	return false;
}

/* One step of undo, the caret at the end. */
static void
replace(struct form_item *it, const char *text)
{
	edit_before(&it->edit, EDIT_WHOLE);
	edit_replace(&it->edit, text, strlen(text));
	it->edit.at = it->edit.len;
	edit_after(&it->edit);
	it->changed = true;
	it->error[0] = '\0';
}

static void
put_desks(struct form *f, struct form_item *it, size_t from,
	  const struct group *g)
{
	struct buf text = { 0 };
	size_t added = 0;

	buf_init(&text, it->edit.max_bytes);
	(void)buf_add(&text, it->edit.text, from, NULL);
	if (from > 0 && it->edit.text[from - 1] != ' ')
		(void)buf_adds(&text, " ", NULL);
	for (size_t i = 0; i < g->n_desks; i++) {
		if (form_has_desk(f, g->desks[i]))
			continue;
		if (buf_addf(&text, NULL, "%s ", g->desks[i]) != RC_OK)
			break; /* as many as a document may have */
		added++;
	}
	replace(it, buf_str(&text));
	buf_release(&text);
	console_set_message(f->screen.console, ATTR_PLAIN,
			    ngettext("%s: %zu desk added",
				     "%s: %zu desks added",
				     (unsigned long)added),
			    g->title, added);
}

bool
form_put_group(struct form *f, struct form_item *it, size_t from,
	       const char *name)
{
	struct group_list l = { .rows = NULL };
	const struct group *g;

	if (ask_groups(f->screen.console->desk, &l, NULL) != RC_OK)
		return false;
	g = group_find(&l, name);
	if (g)
		put_desks(f, it, from, g);
	group_list_release(&l);
	return g != NULL;
}

/* The line without that word. */
static void
take_word_out(struct form_item *it, const char *word)
{
	char *copy = xstrdup(it->edit.text), *rest = copy, *one;
	struct buf kept = { 0 };

	buf_init(&kept, it->edit.max_bytes);
	while ((one = strsep(&rest, " ")) != NULL)
		if (one[0] && !str_eq(one, word))
			(void)buf_addf(&kept, NULL, "%s ", one);
	replace(it, buf_str(&kept));
	buf_release(&kept);
	(void)xfree(copy);
}

void
form_settle_groups(struct form *f, struct form_item *it)
{
	char *words = xstrdup(it->edit.text);
	const char *list[ADDRESSEES_MAX];
	size_t n = form_split(words, true, list, ADDRESSEES_MAX);

	for (size_t i = 0; i < n; i++)
		if (!desk_id_valid(list[i]) &&
		    form_put_group(f, it, it->edit.len, list[i]))
			take_word_out(it, list[i]);
	(void)xfree(words);
}

bool
form_drop_desk(struct form_item *it)
{
	struct edit *e = &it->edit;
	char id[DESK_ID_MAX + 1];
	size_t from = e->at, n;
	char *text;

	if (!item_has_desks(it) || from < 2 || e->text[from - 1] != ' ')
		return false;
	for (from--; from > 0 && e->text[from - 1] != ' ';)
		from--;
	n = e->at - 1 - from;
	if (n == 0 || n > DESK_ID_MAX)
		return false;
	(void)snprintf(id, sizeof(id), "%.*s", (int)n, e->text + from);
	if (!desk_id_valid(id))
		return false;
	text = xasprintf("%.*s%s", (int)from, e->text, e->text + e->at);
	replace(it, text);
	e->at = from;
	(void)xfree(text);
	return true;
}

/* --- one of many taken out ------------------------------------------------ */

struct dropping {
	struct form *form;
	size_t item;
	char *words; /* cut in place */
	const char *desks[ADDRESSEES_MAX];
	size_t n;
};

static void
drop_chosen(struct console *c, void *ctx, int value)
{
	struct dropping *p = ctx;
	struct buf text = { 0 };

	(void)c;
	buf_init(&text, p->form->items[p->item].edit.max_bytes);
	for (size_t i = 0; i < p->n; i++)
		if ((int)i != value)
			(void)buf_addf(&text, NULL, "%s ", p->desks[i]);
	if (value >= 0) {
		replace(&p->form->items[p->item], buf_str(&text));
		form_keep(p->form);
	}
	buf_release(&text);
	(void)xfree(p->words);
	(void)xfree(p);
}

void
form_ask_drop_desk(struct form *f)
{
	struct console *c = f->screen.console;
	struct menu_spec spec = { .title = _("take out"),
				  .filter = true,
				  .done = drop_chosen };
	struct dropping *p = xcalloc(1, sizeof(*p));
	char name[160];

	p->form = f;
	p->item = f->at;
	p->words = xstrdup(f->items[f->at].edit.text);
	p->n = form_split(p->words, true, p->desks, ADDRESSEES_MAX);
	for (size_t i = 0; i < p->n; i++)
		menu_add(&spec.take_items, &spec.n_items,
			 name_desk(c, p->desks[i], name, sizeof(name)),
			 p->desks[i], false, (int)i);
	spec.ctx = p;
	if (p->n > 0) {
		menu_open(c, &spec);
		return;
	}
	(void)xfree(p->words);
	(void)xfree(p);
}

/* At most max of the desks, by name; "" where they are no more than stand
 * beside their codes anyway. */
static char *
make_names(const struct form *f, const struct form_item *it, size_t max,
	   size_t beside)
{
	char *words = xstrdup(it->edit.text), name[160];
	const char *desks[ADDRESSEES_MAX];
	size_t n = form_split(words, false, desks, ADDRESSEES_MAX);
	struct buf out = { 0 };

	buf_init(&out, ADDRESSEES_MAX * sizeof(name));
	if (n > INLINE_MAX)
		(void)buf_addf(
			&out, NULL,
			ngettext("%zu desk:", "%zu desks:", (unsigned long)n),
			n);
	for (size_t i = 0; n > beside && i < n; i++) {
		if (i == max) {
			(void)buf_addf(&out, NULL, _(" and %zu more"), n - i);
			break;
		}
		(void)buf_addf(&out, NULL, "%s%s", out.len ? " " : "",
			       name_desk(f->screen.console, desks[i], name,
					 sizeof(name)));
	}
	(void)xfree(words);
	return buf_take(&out);
}

const char *
form_desk_names(const struct form *f, struct form_item *it)
{
	if (!item_has_desks(it))
		return "";
	if (!it->names || !str_eq(it->names_of, it->edit.text)) {
		(void)xfree(it->names);
		(void)xfree(it->names_of);
		it->names = make_names(f, it, SIZE_MAX, INLINE_MAX);
		it->names_of = xstrdup(it->edit.text);
	}
	return it->names;
}

char *
form_addressees(const struct form *f, size_t max)
{
	const char *text = form_text_of(f, ITEM_TO);
	char shown[600], *names;

	for (size_t i = 0; i < f->n_items; i++) {
		if (f->items[i].type != ITEM_TO)
			continue;
		names = make_names(f, &f->items[i], max, 0);
		if (names[0])
			return names;
		(void)xfree(names);
	}
	return xstrdup(text_show_into(shown, sizeof(shown), text));
}
