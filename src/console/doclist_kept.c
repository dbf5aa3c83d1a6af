/* Filters that the officer keeps by a name: of the list they were made in. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/doclist_int.h"
#include "console/popup_int.h"

#define KEPT_SHOWN 60

enum { /* values of items that are no filters */
	ITEM_SAVE = 1000,
	ITEM_DROP
};

struct kept_filters {
	struct doclist *list;
	char prefix[NAME_MAX_LEN + 16];
	char *name[KEPT_SHOWN], *text[KEPT_SHOWN];
	size_t n;
	bool drop; /* the menu drops the one chosen */
};

static struct kept_filters *
kept_free(struct kept_filters *k)
{
	for (size_t i = 0; i < k->n; i++) {
		(void)xfree(k->name[i]);
		(void)xfree(k->text[i]);
	}
	return xfree(k);
}

static void
take(void *ctx, const char *name, const char *value)
{
	struct kept_filters *k = ctx;

	if (k->n == KEPT_SHOWN)
		return;
	k->name[k->n] = xstrdup(name + strlen(k->prefix));
	k->text[k->n++] = xstrdup(value);
}

/* --- keeping one ------------------------------------------------------------
 */

static void
name_given(struct console *c, void *ctx, const char *text)
{
	struct kept_filters *k = ctx;
	char name[NAME_MAX_LEN + 16 + KEPT_NAME_MAX + 1], said[400];

	if (text && text[0]) {
		(void)snprintf(name, sizeof(name), "%s%.*s", k->prefix,
			       KEPT_NAME_MAX, text);
		(void)snprintf(said, sizeof(said), _("kept as %.60s: %s"), text,
			       k->list->filter_text);
		keep_set(c, name, k->list->filter_text, said);
	} else {
		console_set_message(c, ATTR_PLAIN, _("nothing was kept"));
	}
	(void)kept_free(k);
}

static void
ask_name(struct console *c, struct kept_filters *k)
{
	const struct prompt_spec spec = { .label = _("keep this filter as:"),
					  .done = name_given,
					  .ctx = k,
					  .max_bytes = 60 };

	prompt_open(c, &spec);
}

/* --- the menu ---------------------------------------------------------------
 */

static void show_menu(struct console *c, struct kept_filters *k);

static void
chosen(struct console *c, void *ctx, int value)
{
	struct kept_filters *k = ctx;
	char name[NAME_MAX_LEN + 16 + KEPT_NAME_MAX + 1], said[200];

	if (value == ITEM_SAVE) {
		ask_name(c, k);
		return;
	}
	if (value == ITEM_DROP) {
		k->drop = true;
		show_menu(c, k);
		return;
	}
	if (value >= 0 && k->drop) {
		(void)snprintf(name, sizeof(name), "%s%.*s", k->prefix,
			       KEPT_NAME_MAX, k->name[value]);
		(void)snprintf(said, sizeof(said), _("dropped: %.120s"),
			       k->name[value]);
		keep_set(c, name, NULL, said);
	} else if (value >= 0) {
		doclist_set_filter(k->list, k->text[value]);
		doclist_from_start(k->list);
	}
	(void)kept_free(k);
}

static void
show_menu(struct console *c, struct kept_filters *k)
{
	struct menu_spec spec = { .title = k->drop ? _("drop which filter?")
						   : _("kept filters"),
				  .done = chosen,
				  .ctx = k };

	for (size_t i = 0; i < k->n; i++)
		menu_add(&spec.take_items, &spec.n_items, k->name[i],
			 k->text[i], false, (int)i);
	if (!k->drop && k->list->filter_text[0])
		menu_add(&spec.take_items, &spec.n_items,
			 _("keep the filter in force"), k->list->filter_text,
			 false, ITEM_SAVE);
	if (!k->drop && k->n)
		menu_add(&spec.take_items, &spec.n_items, _("drop one"), "",
			 false, ITEM_DROP);
	if (spec.n_items) {
		menu_open(c, &spec);
		return;
	}
	(void)kept_free(k);
	console_set_message(c, ATTR_PLAIN,
			    _("no filter is kept for this list: set one first, "
			      "then keep it here by a name"));
}

void
doclist_kept_filters(struct doclist *l)
{
	struct console *c = l->screen.console;
	struct kept_filters *k = xcalloc(1, sizeof(*k));
	struct err e = ERR_INIT;

	k->list = l;
	(void)snprintf(k->prefix, sizeof(k->prefix), "filter:%s:",
		       l->duty	    ? "duty"
		       : l->kind[0] ? l->kind
				    : "all");
	if (kept_each(c->desk, k->prefix, take, k, &e) != RC_OK)
		console_show_err(c, &e);
	show_menu(c, k);
}
