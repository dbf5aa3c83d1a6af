/* duty: all that waits for this desk, and what must be told beside it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/escalation.h"

static json_t *
escalation_json(const struct escalation *e)
{
	json_t *o = json_object();
	bool doc = e->ref.id[0] != '\0';
	json_object_set_new(o, "what", json_string(escalation_name(e->what)));
	json_object_set_new(o, "id", json_text_or_null(doc ? e->ref.id : NULL));
	json_object_set_new(o, "owner",
			    json_text_or_null(doc ? e->ref.owner : NULL));
	json_object_set_new(o, "kind", json_text_or_null(e->kind));
	json_object_set_new(o, "number", json_text_or_null(e->number));
	json_object_set_new(o, "title", json_text_or_null(e->title));
	json_object_set_new(o, "desk", json_string(e->desk));
	json_object_set_new(o, "clock", json_text_or_null(e->clock));
	json_object_set_new(o, "row", json_text_or_null(e->row));
	json_object_set_new(o, "due_at", json_time(e->due_ms));
	json_object_set_new(o, "since", json_time(e->since_ms));
	json_object_set_new(o, "words", json_string(e->words));
	return o;
}

static void
put_escalation(void *ctx, const struct escalation *e)
{
	const struct cli *c = ctx;
	if (c->json) {
		out_json(escalation_json(e));
		return;
	}
	out_text(e->words);
	if (*e->title != '\0') {
		(void)putchar(' ');
		out_text(e->title);
	}
	(void)putchar('\n');
}

enum rc
run_duty(struct cli *c, struct err *err)
{
	struct list_query q = { .waits = true, .changed_after = -1 };
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = ask_escalations(c->desk, ESCALATIONS_ALL, put_escalation,
				     c, err);
	return rc == RC_OK ? put_list(c, &q, err) : rc;
}
