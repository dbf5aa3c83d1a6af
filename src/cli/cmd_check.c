/* verify, and what is said of keys. */
#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli_int.h"
#include "desk/verify.h"
#include "journal/audit.h"

struct problems {
	const struct cli *c;
	int64_t n;
};

static void
put_problem(void *ctx, const char *problem)
{
	struct problems *p = ctx;
	p->n++;
	if (p->c->json) {
		json_t *o = json_object();
		json_object_set_new(o, "problem", json_string(problem));
		out_json(o);
		return;
	}
	out_text(problem);
	(void)putchar('\n');
}

static void
put_report(const struct cli *c, const struct verify_report *r)
{
	if (c->json) {
		json_t *o = json_object();
		json_object_set_new(o, "events", json_integer(r->events));
		json_object_set_new(o, "frames", json_integer(r->frames));
		json_object_set_new(o, "blobs", json_integer(r->blobs));
		json_object_set_new(o, "documents", json_integer(r->documents));
		json_object_set_new(o, "problems", json_integer(r->problems));
		out_json(o);
		return;
	}
	(void)printf(_("%lld events, %lld frames, %lld attachments, %lld "
		       "documents checked; %lld problems"),
		     (long long)r->events, (long long)r->frames,
		     (long long)r->blobs, (long long)r->documents,
		     (long long)r->problems);
	(void)putchar('\n');
}

enum rc
run_verify(struct cli *c, struct err *err)
{
	struct problems problems = { .c = c };
	struct verify_report report = { .each = put_problem, .ctx = &problems };
	enum rc rc = cli_open_for_serve(c, err);
	if (rc != RC_OK)
		return rc;
	struct journal *j = desk_get_journal(c->desk);
	rc = store_check(journal_get_store(j), err);
	if (rc == RC_OK)
		rc = cli_verify(c, cli_has(c, "rebuild"), &report, err);
	if (rc == RC_OK || rc == RC_VERIFY)
		rc = audit_check(j, put_problem, &problems, err);
	if (rc == RC_OK)
		rc = desk_verify(c->desk, put_problem, &problems, err);
	/* what is wrong already may be why it could not go on */
	if (rc != RC_OK && problems.n > 0)
		put_problem(&problems,
			    err->msg[0] ? err->msg : rc_sentence(rc));
	else if (rc != RC_OK)
		return rc;
	report.problems = problems.n;
	put_report(c, &report);
	if (problems.n == 0)
		return RC_OK;
	return err_set(err, RC_VERIFY, 0,
		       ngettext("%lld problem was found; keep this folder "
				"as it is and ask the administrator",
				"%lld problems were found; keep this folder "
				"as it is and ask the administrator",
				(unsigned long)problems.n),
		       (long long)problems.n);
}

enum rc
run_keymap_check(struct cli *c, struct err *err)
{
	if (c->faces->keymap_check == NULL)
		return err_set(err, RC_USAGE, 0,
			       _("this program was built without a console"));
	return c->faces->keymap_check(c->words[0], stdout, err);
}

enum rc
run_keymap_list(struct cli *c, struct err *err)
{
	if (c->faces->keymap_list == NULL)
		return err_set(err, RC_USAGE, 0,
			       _("this program was built without a console"));
	return c->faces->keymap_list(c->n_words > 0 ? c->words[0] : NULL,
				     c->json, stdout, err);
}
