/* list and search. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"

#define PAGE 500

enum rc
box_parse(const char *s, enum box *ret_box, struct err *err)
{
	char shown[64];
	if (s == NULL || str_eq(s, "all"))
		*ret_box = BOX_ALL;
	else if (str_eq(s, "in"))
		*ret_box = BOX_IN;
	else if (str_eq(s, "out"))
		*ret_box = BOX_OUT;
	else
		return err_set(err, RC_USAGE, 0,
			       _("--box is in, out or all, not '%s'"),
			       text_show_into(shown, sizeof(shown), s));
	return RC_OK;
}

void
out_row(const struct cli *c, const struct doc_row *r)
{
	char due[TIME_TEXT_MAX];
	if (c->json) {
		out_json(row_json(r));
		return;
	}
	when_text(c, r->due_ms, due);
	(void)printf("%s ", r->ref.id);
	out_cell(r->number != NULL && *r->number != '\0' ? r->number
		 : r->draft				 ? _("(draft)")
							 : "-",
		 26);
	(void)putchar(' ');
	out_cell(r->ref.owner, 12);
	(void)putchar(' ');
	out_cell(r->state_title != NULL ? r->state_title : r->state, 10);
	(void)printf(" %s %s%s ", urgency_title(r->urgency), due,
		     r->late ? _(" late") : "");
	out_text(r->title);
	if (r->related > 0)
		(void)printf(_(" [related %d]"), r->related);
	(void)putchar('\n');
}

/* Page by page, so that a million rows take no memory. */
enum rc
put_list(struct cli *c, struct list_query *q, struct err *err)
{
	bool more = true;
	enum rc rc = RC_OK;
	q->limit = PAGE;
	while (rc == RC_OK && more) {
		struct doc_list list = { .rows = NULL };
		rc = ask_list(c->desk, q, &list, err);
		for (size_t i = 0; rc == RC_OK && i < list.n_rows; i++)
			out_row(c, &list.rows[i]);
		more = rc == RC_OK && list.more && list.n_rows > 0;
		if (more) {
			const struct doc_row *last =
				&list.rows[list.n_rows - 1];
			q->after_row = last->row;
			q->after_key = q->order == ORDER_DUE ? last->due_ms
							     : last->row;
		}
		doc_list_release(&list);
	}
	return rc;
}

enum rc
run_list(struct cli *c, struct err *err)
{
	struct list_query q = { .kind = c->n_words > 0 ? c->words[0] : NULL,
				.state = cli_get(c, "state"),
				.overdue = cli_has(c, "overdue"),
				.waits = cli_has(c, "waits"),
				.changed_after = -1 };
	const char *since = cli_get(c, "since");
	const struct kind *kind = NULL;

	enum rc rc = box_parse(cli_get(c, "box"), &q.box, err);
	if (rc == RC_OK && since != NULL)
		rc = parse_when(since, &q.since_ms, err);
	if (rc == RC_OK)
		rc = cli_open(c, err);
	if (rc == RC_OK && q.kind != NULL)
		rc = desk_kind(c->desk, q.kind, &kind, err);
	return rc == RC_OK ? put_list(c, &q, err) : rc;
}

enum rc
run_search(struct cli *c, struct err *err)
{
	struct list_query q = { .changed_after = -1 };
	enum rc rc = cli_open(c, err);
	if (rc != RC_OK)
		return rc;
	char *words = cli_join_words(c, 0);
	q.words = words;
	rc = put_list(c, &q, err);
	(void)xfree(words);
	return rc;
}
