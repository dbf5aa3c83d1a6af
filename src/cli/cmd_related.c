/* related: what documents share. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"

static json_t *
reason_json(const struct shared_reason *s, bool many)
{
	json_t *o = json_object();
	json_object_set_new(o, "what", json_text_or_null(s->what));
	json_object_set_new(o, "title", json_string(s->title));
	json_object_set_new(o, "value", json_text_or_null(s->value));
	json_object_set_new(o, "confidential", json_boolean(s->secret));
	if (many)
		json_object_set_new(o, "many", json_true());
	return o;
}

static void
put_json(const struct related *r)
{
	for (size_t i = 0; i < r->n_rows; i++) {
		json_t *o = row_json(&r->rows[i].row);
		json_t *list = json_array();
		for (size_t k = 0; k < r->rows[i].n_reasons; k++)
			json_array_append_new(
				list,
				reason_json(&r->rows[i].reasons[k], false));
		json_object_set_new(o, "shared", list);
		out_json(o);
	}
	for (size_t i = 0; i < r->n_many; i++)
		out_json(reason_json(&r->many[i], true));
}

static char *
reason_text(const struct shared_reason *s)
{
	return s->secret ? xstrdup(s->title)
			 : xasprintf("%s %s", s->title, s->value);
}

static void
put_row(const struct related_row *r)
{
	(void)printf("%s ", r->row.ref.id);
	out_cell(*r->row.number != '\0' ? r->row.number : "-", 26);
	(void)putchar(' ');
	out_text(r->row.title);
	(void)putchar('\n');
	for (size_t i = 0; i < r->n_reasons; i++) {
		char *text = reason_text(&r->reasons[i]);
		(void)fputs("    ", stdout);
		out_text(text);
		(void)putchar('\n');
		(void)xfree(text);
	}
}

enum rc
run_related(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	struct related r;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK)
		rc = ask_related(c->desk, &ref, &r, err);
	if (rc != RC_OK)
		return rc;
	if (c->json)
		put_json(&r);
	for (size_t i = 0; !c->json && i < r.n_rows; i++)
		put_row(&r.rows[i]);
	for (size_t i = 0; !c->json && i < r.n_many; i++) {
		char *text = reason_text(&r.many[i]);
		char *line = xasprintf(_("more than %d documents share: %s"),
				       SHARED_MANY, text);
		out_text(line);
		(void)putchar('\n');
		(void)xfree(line);
		(void)xfree(text);
	}
	related_release(&r);
	return RC_OK;
}
