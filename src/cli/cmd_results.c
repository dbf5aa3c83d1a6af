/* results: what was tested already, before a test is ordered. */
#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/lookup.h"

#define RESULTS_SHOWN 50

/* Options of the command and the roles that they look in; the narrowest
 * first, since the first drives the search. */
static const char *const roles[] = { "batch", "number",	  "product",
				     "brand", "standard", "laboratory" };

static json_t *
result_json(const struct result_row *r)
{
	json_t *o =
		json_pack("{s:s,s:s,s:s,s:s}", "id", r->ref.id, "owner",
			  r->ref.owner, "number", r->number, "title", r->title);
	json_t *keys = json_object();

	for (size_t i = 0; i < r->n_keys; i++)
		json_object_set_new(keys, r->keys[i].role,
				    json_string(r->keys[i].text));
	json_object_set_new(o, "keys", keys);
	json_object_set_new(o, "conclusion", json_string(r->conclusion));
	json_object_set_new(o, "on", json_string(r->on));
	json_object_set_new(o, "valid", json_boolean(r->valid));
	json_object_set_new(o, "why", json_string(r->why));
	json_object_set_new(o, "state", json_string(r->state_title));
	json_object_set_new(o, "here", json_string(r->own_title));
	json_object_set_new(o, "limits", json_string(r->limits));
	return o;
}

static void
put_text(const struct result_row *r)
{
	(void)printf("%s ", r->ref.id);
	out_cell(r->valid ? _("valid") : _("not valid"), 9);
	(void)putchar(' ');
	out_cell(r->number[0] != '\0' ? r->number : "-", 26);
	(void)putchar(' ');
	out_cell(r->on, 10);
	(void)printf(" ");
	for (size_t i = 0; i < r->n_keys; i++) {
		if (r->keys[i].text[0] == '\0')
			continue;
		out_text(r->keys[i].text);
		(void)printf(" · ");
	}
	out_text(r->conclusion);
	(void)printf("\n    ");
	out_text(r->why);
	if (r->own_title[0] != '\0') {
		(void)printf(" · %s ", _("here:"));
		out_text(r->own_title);
	}
	if (r->limits[0] != '\0') {
		(void)printf(" · %s ", _("limits:"));
		out_text(r->limits);
	}
	(void)putchar('\n');
}

enum rc
run_results(struct cli *c, struct err *err)
{
	struct result_query q = { .limit = cli_has(c, "all") ? 0
							     : RESULTS_SHOWN };
	struct result_list found;

	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		q.by[q.n_by++] = (struct lookup_by){
			.role = roles[i],
			.text = cli_get(c, roles[i]),
			.how = LOOKUP_HAS,
		};
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = ask_results(c->desk, &q, &found, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < found.n_rows; i++) {
		if (c->json)
			out_json(result_json(&found.rows[i]));
		else
			put_text(&found.rows[i]);
	}
	if (found.more)
		out_warn(NULL, _("there are more: narrow it down, or --all"));
	result_list_release(&found);
	return RC_OK;
}

/* ---- in show: what a document rests on ---- */

void
cli_say_rests(struct cli *c, const struct doc_ref *ref)
{
	struct result_list found;

	/* beside the document that was shown: what cannot be read is left out
	 */
	if (ask_rests(c->desk, ref, &found, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < found.n_rows; i++) {
		(void)printf("%s ", _("rests on"));
		put_text(&found.rows[i]);
	}
	result_list_release(&found);
}

json_t *
rests_json(struct cli *c, const struct doc_ref *ref)
{
	json_t *list = json_array();
	struct result_list found;

	if (ask_rests(c->desk, ref, &found, NULL) != RC_OK)
		return list;
	for (size_t i = 0; i < found.n_rows; i++)
		json_array_append_new(list, result_json(&found.rows[i]));
	result_list_release(&found);
	return list;
}
