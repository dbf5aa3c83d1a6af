/*
 * Two officers wrote into one draft, or corrected one document: what one alone
 * changed is taken as it is, what both changed stays as this one wrote it with
 * the other's text beside it, until he has chosen. Nothing of either is lost.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"
#include "console/near_int.h"
#include "console/popup_int.h"

static const char *
text_at(const json_t *texts, const char *key)
{
	const char *s = json_string_value(json_object_get(texts, key));

	return s ? s : "";
}

/* before NULL, or null in it: nothing is known of how it was. */
static void
merge_item(struct form_item *it, const json_t *before, const json_t *theirs,
	   const char *key)
{
	const char *their = text_at(theirs, key);
	bool known = before && !json_is_null(json_object_get(before, key));
	const char *was = known ? text_at(before, key) : NULL;

	it->other = xfree(it->other);
	if (str_eq(their, it->edit.text) || (was && str_eq(their, was)))
		return;
	if (was && str_eq(it->edit.text, was)) {
		edit_set(&it->edit, their);
		return;
	}
	it->other = xstrdup(their);
}

size_t
form_merge(struct form *f, const char *before, const char *theirs)
{
	json_t *was = before ? json_loads(before, 0, NULL) : NULL;
	json_t *their = json_loads(theirs, 0, NULL);
	char key[DOTTED_MAX + 16];
	json_t *content;

	form_add_rows(f, their);
	for (size_t i = 0; i < f->n_items; i++) {
		form_item_key(&f->items[i], key, sizeof(key));
		if (key[0])
			merge_item(&f->items[i], was, their, key);
	}
	json_decref(was);
	json_decref(their);
	content = form_content(f);
	form_conditions(f, content);
	json_decref(content);
	return form_conflicts(f, NULL);
}

size_t
form_conflicts(const struct form *f, size_t *ret_first)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].other && n++ == 0 && ret_first)
			*ret_first = i;
	return n;
}

bool
form_conflict_stops(struct form *f)
{
	char key[64], name[128];
	size_t first = 0, n = form_conflicts(f, &first);
	const char *who = near_who(f->screen.console, name, sizeof(name));

	if (n == 0)
		return false;
	f->at = first;
	console_set_message(f->screen.console, ATTR_ERROR,
			    ngettext("%zu field was changed by %s, too: "
				     "choose in it with %s",
				     "%zu fields were changed by %s, too: "
				     "choose in each with %s",
				     n),
			    n, who ? who : _("another officer"),
			    keymap_keys(f->screen.console->keymap, CONTEXT_FORM,
					ACTION_CHOOSE, " ", key, sizeof(key)));
	return true;
}

/* --- choosing ---------------------------------------------------------------
 */

enum choice {
	CHOICE_OWN,
	CHOICE_OTHER,
	CHOICE_BOTH
};

static void
chosen(struct console *c, void *ctx, int value)
{
	struct form *f = ctx;
	struct form_item *it = &f->items[f->at];
	char *both;

	(void)c;
	if (value < 0 || !it->other)
		return;
	if (value == CHOICE_OTHER)
		edit_set(&it->edit, it->other);
	if (value == CHOICE_BOTH) {
		both = xasprintf("%s\n%s", it->edit.text, it->other);
		edit_set(&it->edit, both);
		(void)xfree(both);
	}
	it->other = xfree(it->other);
	it->changed = true;
	form_keep(f);
}

void
form_choose(struct form *f)
{
	const struct form_item *it = &f->items[f->at];
	struct menu_spec spec = { .title = it->label,
				  .done = chosen,
				  .ctx = f };

	if (!it->other) {
		if (!form_conflict_stops(f))
			console_set_message(
				f->screen.console, ATTR_PLAIN, "%s",
				_("nobody else changed what you changed"));
		return;
	}
	menu_add(&spec.take_items, &spec.n_items, _("my text"), it->edit.text,
		 false, CHOICE_OWN);
	menu_add(&spec.take_items, &spec.n_items, _("the other's text"),
		 it->other, false, CHOICE_OTHER);
	if (item_is_lines(it))
		menu_add(&spec.take_items, &spec.n_items,
			 _("both, one after the other"), NULL, false,
			 CHOICE_BOTH);
	menu_open(f->screen.console, &spec);
}
