/* Who did what: the audit trail read and filtered; who came in. */
#include "journal/audit.h"

#include <stdio.h>
#include <string.h>

#include "audit_int.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"

void
audit_list_release(struct audit_list *l)
{
	for (size_t i = 0; i < l->n_rows; i++) {
		xfree(l->rows[i].act);
		xfree(l->rows[i].subject);
		xfree(l->rows[i].detail);
		xfree(l->rows[i].title);
		xfree(l->rows[i].number);
		xfree(l->rows[i].said);
	}
	xfree(l->rows);
	*l = (struct audit_list){ .rows = NULL };
}

/* What the program itself writes as a detail is said in the user's language;
 * everything else is data. */
static const char *
own_word(const char *detail)
{
	static const char *const own[] = { N_("console"),
					   N_("console confined"),
					   N_("by a key"), N_("left alone"),
					   N_("as a letter") };
	static const char *const kept[] = { "console", "console confined",
					    "key", "idle", "notice" };

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (str_eq(kept[i], detail))
			return _(own[i]);
	return detail;
}

/* The detail of a row: a refusal tells the act refused, and of an officer
 * that nobody but himself vouches for (--officer) that comes first. */
static char *
said(struct desk *d, const struct kind *kind, const struct audit_row *r)
{
	static const char asserted[] = "asserted";
	const char *rest = r->detail;
	bool claimed = str_starts(rest, asserted);

	if (claimed)
		rest += strlen(asserted);
	while (*rest == ' ')
		rest++;
	if (str_eq(r->act, "refused"))
		rest = audit_title(d, kind, rest);
	else
		rest = own_word(rest);
	return xasprintf("%s%s%s", claimed ? _("by his own word") : "",
			 claimed && *rest ? " " : "", rest);
}

/* The number of the document that the act was on, and its rules; NULL of
 * none. */
static enum rc
find_doc(struct desk *d, struct audit_row *r, const struct kind **ret_kind,
	 struct err *err)
{
	const char *subject = r->subject, *slash = strchr(subject, '/');
	struct stmt *st;
	bool row;
	enum rc rc;

	*ret_kind = NULL;
	r->number = xstrdup("");
	if (slash == NULL)
		return RC_OK;
	st = stmt_use(d->store, SQL_AUDIT_KIND);
	stmt_textn(st, 1, subject, (size_t)(slash - subject));
	stmt_text(st, 2, slash + 1);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		*ret_kind = kinds_get(d->kinds, col_text(st, 0),
				      (int)col_int(st, 1));
		const char *number = col_text(st, 2);

		xfree(r->number); /* a hand-over sheet has none */
		r->number = xstrdup(number != NULL ? number : "");
	}
	stmt_done(st);
	return rc;
}

static enum rc
read_rows(struct desk *d, struct stmt *st, size_t limit, struct audit_list *out,
	  struct err *err)
{
	const struct kind *kind;
	bool row;
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		struct audit_row *r;

		if (limit > 0 && out->n_rows == limit) {
			out->more = true;
			break;
		}
		out->rows = xreallocarray(out->rows, out->n_rows + 1,
					  sizeof(*out->rows));
		r = &out->rows[out->n_rows++];
		*r = (struct audit_row){ .n = col_int(st, 0),
					 .at_ms = col_int(st, 1),
					 .act = xstrdup(col_text(st, 3)),
					 .subject = xstrdup(col_text(st, 4)),
					 .detail = xstrdup(col_text(st, 5)) };
		(void)str_copy(r->officer, sizeof(r->officer), col_text(st, 2),
			       NULL);
		rc = find_doc(d, r, &kind, err);
		if (rc != RC_OK)
			break;
		r->title = xstrdup(audit_title(d, kind, r->act));
		r->said = said(d, kind, r);
	}
	stmt_done(st);
	return rc;
}

enum rc
ask_audit(struct desk *d, const struct audit_query *q, struct audit_list *out,
	  struct err *err)
{
	char subject[DESK_ID_MAX + UUID_LEN + 2] = "";
	struct stmt *st;
	enum rc rc = permit(d, PERMIT_AUDIT, NULL, err);

	*out = (struct audit_list){ .rows = NULL };
	if (rc != RC_OK)
		return rc;
	if (q->doc != NULL)
		(void)snprintf(subject, sizeof(subject), "%s/%s", q->doc->owner,
			       q->doc->id);
	st = stmt_use(d->store, q->doc != NULL	     ? SQL_AUDIT_PAGE_SUBJECT
				: q->officer != NULL ? SQL_AUDIT_PAGE_OFFICER
						     : SQL_AUDIT_PAGE);
	stmt_int(st, 1, q->before_n > 0 ? q->before_n : INT64_MAX);
	stmt_text(st, 2, q->officer);
	stmt_text(st, 3, q->act);
	stmt_text(st, 4, q->doc != NULL ? subject : NULL);
	stmt_int(st, 5, q->since_ms);
	stmt_int(st, 6, q->until_ms > 0 ? q->until_ms : INT64_MAX);
	stmt_int(st, 7, q->limit > 0 ? (int64_t)q->limit + 1 : -1);
	rc = read_rows(d, st, q->limit, out, err);
	if (rc != RC_OK)
		audit_list_release(out);
	return rc;
}

enum rc
ask_audit_state(struct desk *d, struct audit_state *out, struct err *err)
{
	enum rc rc = permit(d, PERMIT_AUDIT, NULL, err);

	return rc == RC_OK ? audit_state(d->journal, out, err) : rc;
}

struct counting {
	struct verify_report *report;
	int64_t n;
};

static void
count_problem(void *ctx, const char *problem)
{
	struct counting *k = ctx;

	k->n++;
	k->report->each(k->report->ctx, problem);
}

enum rc
ask_audit_check(struct desk *d, struct verify_report *report, struct err *err)
{
	struct counting k = { .report = report };
	enum rc rc = permit(d, PERMIT_AUDIT, NULL, err);

	if (rc == RC_OK)
		rc = audit_check(d->journal, count_problem, &k, err);
	if (rc == RC_OK)
		rc = journal_verify_signed(d->journal, report, err);
	report->problems += k.n;
	return rc;
}

static enum rc
keep(struct desk *d, const char *act, const struct doc_ref *ref,
     const char *detail, struct err *err)
{
	enum rc rc = act_begin(d, err);

	return rc == RC_OK
		       ? act_end(d, act_audit(d, act, ref, detail, err), err)
		       : rc;
}

enum rc
act_login(struct desk *d, bool in, const char *face, struct err *err)
{
	return keep(d, in ? "login" : "logout", NULL, face, err);
}

enum rc
act_taken_out(struct desk *d, const char *how, const struct doc_ref *ref,
	      const char *detail, struct err *err)
{
	enum rc rc = permit(d, PERMIT_TAKE_OUT, ref, err);

	return rc == RC_OK ? keep(d, how, ref, detail, err) : rc;
}

void
login_refused(struct desk *d, const char *asked)
{
	char shown[80];

	text_show_into(shown, sizeof(shown), asked != NULL ? asked : "");
	if (journal_begin(d->journal, NULL) != RC_OK)
		return;
	/* the refusal stands whether or not it could be kept */
	(void)act_end(d,
		      audit_append(d->journal, "", "login refused", "", shown,
				   NULL),
		      NULL);
}
