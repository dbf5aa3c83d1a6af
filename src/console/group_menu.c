/* Groups of addressees kept and forgotten from a form: who is locked into the
 * console has no command line. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"
#include "desk/group.h"

#define KEEP (-2) /* value of the line that keeps a group */

struct grouping {
	struct group_list
		groups; /* that may be forgotten: those not built in */
	char *words;	/* cut in place */
	const char *desks[ADDRESSEES_MAX];
	size_t n;
	char *name; /* of the one to be kept or forgotten */
	bool forget;
};

static void
grouping_free(struct grouping *g)
{
	group_list_release(&g->groups);
	(void)xfree(g->words);
	(void)xfree(g->name);
	(void)xfree(g);
}

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct grouping *g = arg;

	return g->forget ? group_remove(d, g->name, err)
			 : group_set(d, g->name, g->desks, g->n, err);
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct grouping *g = take_arg;

	if (rc != RC_OK)
		console_show_err(c, err);
	else if (g->forget)
		console_set_message(c, ATTR_GOOD, _("forgotten: %s"), g->name);
	else
		console_set_message(c, ATTR_GOOD,
				    ngettext("kept: %s, %zu desk",
					     "kept: %s, %zu desks",
					     (unsigned long)g->n),
				    g->name, g->n);
	grouping_free(g);
}

static void
confirmed(struct console *c, void *ctx, bool yes)
{
	struct job job = { run, done, ctx };

	if (yes)
		job_submit(c, &job);
	else
		grouping_free(ctx);
}

/* What stands by that name already is not replaced unasked. */
static void
name_given(struct console *c, void *ctx, const char *text)
{
	struct grouping *g = ctx;
	const struct group *old;
	struct confirm_spec spec = { .title = _("replace the group"),
				     .done = confirmed,
				     .ctx = g };
	char *said;

	if (!text || !text[0]) {
		grouping_free(g);
		return;
	}
	g->name = xstrdup(text);
	old = group_find(&g->groups, text);
	if (!old || old->built_in) { /* of which the act says why not */
		confirmed(c, g, true);
		return;
	}
	said = xasprintf(_("%s: %zu desks stand in it now, %zu take their "
			   "place. What was drafted or sent stays as it is."),
			 old->name, old->n_desks, g->n);
	spec.text = said;
	confirm_open(c, &spec);
	(void)xfree(said);
}

static void
chosen(struct console *c, void *ctx, int value)
{
	struct grouping *g = ctx;
	const struct prompt_spec name = { .label = _("name of the group:"),
					  .max_bytes = GROUP_NAME_MAX,
					  .done = name_given,
					  .ctx = g };
	struct confirm_spec forget = { .title = _("forget a group"),
				       .done = confirmed,
				       .ctx = g };

	if (value == KEEP) {
		prompt_open(c, &name);
		return;
	}
	if (value < 0) {
		grouping_free(g);
		return;
	}
	g->forget = true;
	g->name = xstrdup(g->groups.rows[value].name);
	forget.text = g->name;
	confirm_open(c, &forget);
}

void
group_menu_open(struct form *f)
{
	struct console *c = f->screen.console;
	struct grouping *g = xcalloc(1, sizeof(*g));
	struct menu_spec spec = { .title = _("groups of addressees"),
				  .done = chosen,
				  .ctx = g };
	struct err e = ERR_INIT;
	char label[200];

	if (ask_groups(c->desk, &g->groups, &e) != RC_OK) {
		console_show_err(c, &e);
		grouping_free(g);
		return;
	}
	g->words = xstrdup(f->items[f->at].edit.text);
	g->n = form_split(g->words, false, g->desks, ADDRESSEES_MAX);
	(void)snprintf(label, sizeof(label),
		       ngettext("keep this %zu desk as a group",
				"keep these %zu desks as a group",
				(unsigned long)g->n),
		       g->n);
	menu_add(&spec.take_items, &spec.n_items, label,
		 g->n ? "" : _("no desk stands here yet"), g->n == 0, KEEP);
	for (size_t i = 0; i < g->groups.n_rows; i++) {
		const struct group *one = &g->groups.rows[i];

		if (one->built_in)
			continue;
		(void)snprintf(label, sizeof(label), _("forget the group %s"),
			       one->name);
		menu_add(&spec.take_items, &spec.n_items, label, NULL, false,
			 (int)i);
	}
	menu_open(c, &spec);
}
