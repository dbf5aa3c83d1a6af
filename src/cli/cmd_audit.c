/* audit: who did what, and how far it is sealed. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/act.h"
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
		json_object_set_new(j, "title", json_string(r->title));
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
	out_cell(r->title, 18);
	(void)putchar(' ');
	out_text(r->number[0] != '\0' ? r->number : r->subject);
	if (r->said[0] != '\0') {
		(void)putchar(' ');
		out_text(r->said);
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

/* The options say what words of a filter say, for scripts. */
static enum rc
read_filter(struct cli *c, struct audit_filter *f, struct err *err)
{
	const char *since = cli_get(c, "since"), *until = cli_get(c, "until");
	const char *doc = cli_get(c, "doc"), *limit = cli_get(c, "limit");
	char *words = cli_join_words(c, 0);
	int64_t n = 0;
	enum rc rc = audit_filter_read(c->desk, words, f, err);

	(void)xfree(words);
	if (cli_has(c, "by"))
		f->q.officer = cli_get(c, "by");
	if (cli_has(c, "act"))
		f->q.act = cli_get(c, "act");
	if (rc == RC_OK && since != NULL)
		rc = parse_when(since, &f->q.since_ms, err);
	if (rc == RC_OK && until != NULL)
		rc = parse_when(until, &f->q.until_ms, err);
	if (rc == RC_OK && limit != NULL)
		rc = str_to_i64(limit, 1, INT32_MAX, &n, err);
	f->q.limit = (size_t)n;
	if (rc == RC_OK && doc != NULL) {
		rc = doc_find(c->desk, doc, &f->doc, err);
		f->q.doc = &f->doc;
	}
	return rc;
}

enum rc
run_audit(struct cli *c, struct err *err)
{
	struct audit_filter f;
	struct audit_list list;
	enum rc rc = cli_open(c, err);

	if (rc == RC_OK)
		rc = read_filter(c, &f, err);
	if (rc == RC_OK)
		rc = ask_audit(c->desk, &f.q, &list, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < list.n_rows; i++)
		put_row(c, &list.rows[i]);
	audit_list_release(&list);
	return put_state(c, err);
}
