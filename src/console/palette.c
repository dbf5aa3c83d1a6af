/* The command palette: every action by a part of its name. */
#include <stdio.h>

#include "console/popup_int.h"

static void
run(struct console *c, void *ctx, int value)
{
	(void)ctx;
	if (value >= 0 && !console_run_action(c, (enum action)value))
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
			       action_label((enum action)a));
		(void)snprintf(hint, sizeof(hint), "%s  [%s]",
			       action_help((enum action)a), keys);
		menu_add(&spec.take_items, &spec.n_items, label, hint, false,
			 a);
		/* Chinese labels, and no input method at hand */
		spec.take_items[spec.n_items - 1].words =
			action_name((enum action)a);
	}
	menu_open(c, &spec);
}
