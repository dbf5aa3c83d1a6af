/* group: desks that are addressed together. */
#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/json.h"
#include "cli_int.h"
#include "desk/group.h"

enum rc
run_group_set(struct cli *c, struct err *err)
{
	struct desk_ids ids = { .ids = NULL };
	enum rc rc = cli_open(c, err);
	for (size_t i = 1; i < c->n_words; i++)
		desk_ids_add(&ids, c->words[i]);
	if (rc == RC_OK)
		rc = group_set(c->desk, c->words[0], ids.borrowed, ids.n_ids,
			       err);
	desk_ids_release(&ids);
	return rc;
}

static void
put_json(const struct group *g)
{
	json_t *o = json_object(), *desks = json_array();
	for (size_t i = 0; i < g->n_desks; i++)
		json_array_append_new(desks, json_string(g->desks[i]));
	json_object_set_new(o, "name", json_string(g->name));
	json_object_set_new(o, "title", json_string(g->title));
	json_object_set_new(o, "built_in", json_boolean(g->built_in));
	json_object_set_new(o, "desks", desks);
	json_object_set_new(o, "left_out",
			    json_integer((json_int_t)g->n_left_out));
	out_json(o);
}

static void
put_group(const struct cli *c, const struct group *g)
{
	if (c->json) {
		put_json(g);
		return;
	}
	out_cell(g->name, 14);
	(void)printf(ngettext(" %zu desk", " %zu desks",
			      (unsigned long)g->n_desks),
		     g->n_desks);
	if (g->n_left_out > 0)
		(void)printf(_("; %zu no longer trusted"), g->n_left_out);
	for (size_t i = 0; i < g->n_desks; i++)
		(void)printf("%s %s", i == 0 ? ":" : "", g->desks[i]);
	(void)putchar('\n');
}

enum rc
run_group_list(struct cli *c, struct err *err)
{
	struct group_list l = { .rows = NULL };
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = ask_groups(c->desk, &l, err);
	for (size_t i = 0; rc == RC_OK && i < l.n_rows; i++)
		put_group(c, &l.rows[i]);
	group_list_release(&l);
	return rc;
}

enum rc
run_group_remove(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);
	return rc == RC_OK ? group_remove(c->desk, c->words[0], err) : rc;
}
