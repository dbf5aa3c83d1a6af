/* audit: who did what, and how far it is sealed. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "journal/audit.h"

static void
put_row(const struct cli *c, const struct audit_row *r)
{
	char when[TIME_TEXT_MAX];

	if (c->json) {
		json_t *j = json_object();
		json_object_set_new(j, "n", json_integer(r->n));
		json_object_set_new(j, "at", json_time(r->at_ms));
		json_object_set_new(j, "officer", json_string(r->officer));
		json_object_set_new(j, "act", json_string(r->act));
		json_object_set_new(j, "subject", json_string(r->subject));
		json_object_set_new(j, "detail", json_string(r->detail));
		out_json(j);
		return;
	}
	when_text(c, r->at_ms, when);
	(void)printf("%6lld ", (long long)r->n);
	out_cell(when, 16);
	(void)putchar(' ');
	out_cell(r->officer[0] != '\0' ? r->officer : "-", 12);
	(void)putchar(' ');
	out_cell(r->act, 18);
	(void)putchar(' ');
	out_text(r->subject);
	if (r->detail[0] != '\0') {
		(void)putchar(' ');
		out_text(r->detail);
	}
	(void)putchar('\n');
}

static enum rc
put_state(const struct cli *c, struct err *err)
{
	struct audit_state s;
	char when[TIME_TEXT_MAX];
	enum rc rc = ask_audit_state(c->desk, &s, err);

	if (rc != RC_OK || c->json)
		return rc;
	when_text(c, s.sealed_ms, when);
	(void)printf(_("%lld rows, sealed up to row %lld (%s); 'deltadesk "
		       "verify' checks the chain"),
		     (long long)s.rows, (long long)s.sealed, when);
	(void)putchar('\n');
	return RC_OK;
}

static enum rc
read_query(struct cli *c, struct audit_query *q, struct doc_ref *doc,
	   struct err *err)
{
	const char *since = cli_get(c, "since"), *until = cli_get(c, "until");
	const char *words = cli_get(c, "doc"), *limit = cli_get(c, "limit");
	int64_t n = 0;
	enum rc rc = RC_OK;

	*q = (struct audit_query){ .officer = cli_get(c, "by"),
				   .act = cli_get(c, "act") };
	if (since != NULL)
		rc = parse_when(since, &q->since_ms, err);
	if (rc == RC_OK && until != NULL)
		rc = parse_when(until, &q->until_ms, err);
	if (rc == RC_OK && limit != NULL)
		rc = str_to_i64(limit, 1, INT32_MAX, &n, err);
	q->limit = (size_t)n;
	if (rc == RC_OK && words != NULL) {
		rc = doc_find(c->desk, words, doc, err);
		q->doc = doc;
	}
	return rc;
}

enum rc
run_audit(struct cli *c, struct err *err)
{
	struct audit_query q;
	struct audit_list list;
	struct doc_ref doc;
	enum rc rc = cli_open(c, err);

	if (rc == RC_OK)
		rc = read_query(c, &q, &doc, err);
	if (rc == RC_OK)
		rc = ask_audit(c->desk, &q, &list, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < list.n_rows; i++)
		put_row(c, &list.rows[i]);
	audit_list_release(&list);
	return put_state(c, err);
}
