/* The command palette: every action by a part of its name. */
#include <stdio.h>

#include "console/popup_int.h"

enum { /* values of items that are no actions */
	FIRST_LIST = 1000,
	FIRST_COMPOSE = 2000
};

static void
run(struct console *c, void *ctx, int value)
{
	(void)ctx;
	if (value >= FIRST_COMPOSE)
		kind_menu_run(c, (size_t)(value - FIRST_COMPOSE), true);
	else if (value >= FIRST_LIST)
		kind_menu_run(c, (size_t)(value - FIRST_LIST), false);
	else if (value >= 0 && !console_run_action(c, (enum action)value))
		console_set_message(c, ATTR_PLAIN,
				    _("%s: not possible on this screen"),
				    action_label((enum action)value));
}

void
palette_open(struct console *c)
{
	enum context context = screen_top(c)->ops->context;
	struct menu_spec spec = { .title = _("commands"),
				  .filter = true,
				  .done = run };

	for (int a = ACTION_NONE + 1; a < ACTION__COUNT; a++) {
		char keys[64], label[128], hint[256];

		(void)keymap_keys(c->keymap, context, (enum action)a, " ", keys,
				  sizeof(keys));
		if (!keys[0])
			continue;
		(void)snprintf(label, sizeof(label), "%s",
			       console_action_label(c, (enum action)a));
		(void)snprintf(hint, sizeof(hint), "%s  [%s]",
			       console_action_help(c, (enum action)a), keys);
		menu_add(&spec.take_items, &spec.n_items, label, hint, false,
			 a);
		/* Chinese labels, and no input method at hand */
		spec.take_items[spec.n_items - 1].words =
			action_name((enum action)a);
	}
	kind_menu_palette(c, &spec.take_items, &spec.n_items, FIRST_LIST,
			  FIRST_COMPOSE);
	menu_open(c, &spec);
}
