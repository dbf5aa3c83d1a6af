#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"
#include "compose_int.h"
#include "course_int.h"
#include "desk_int.h"
#include "parked_int.h"

/* Drafts: made, changed, issued, approved, rejected. */

enum rc
need_author(struct desk *d, struct err *err)
{
	/* the serving process writes nothing in an officer's name */
	return d->has_officer
		       ? permit(d, PERMIT_WRITE, NULL, err)
		       : err_set(err, RC_DENIED, 0, _("no officer acts here"));
}

static char *
body_title(const json_t *body)
{
	const char *t = json_text(json_object_get(body, "fields"), "title");

	return xstrdup(t != NULL ? t : "");
}

enum rc
draft_kind(struct desk *d, const struct draft *f, const struct kind **ret_kind,
	   struct err *err)
{
	*ret_kind = kinds_get(d->kinds, f->kind, f->kind_version);
	if (*ret_kind != NULL)
		return RC_OK;
	return err_set(err, RC_NOTFOUND, 0,
		       _("kind %s version %d is not installed"), f->kind,
		       f->kind_version);
}

bool
draft_stands_for(struct desk *d, const struct doc_ref *ref)
{
	struct draft f = { 0 };
	bool is = str_eq(ref->owner, d->id) &&
		  draft_read(d, ref->id, &f, NULL) == RC_OK &&
		  str_eq(f.act, "issue");

	draft_release(&f);
	return is;
}

/* Some kinds ask for moves of the draft before any may be issued. */
static bool
new_may_issue(const struct kind *kind, const struct new_made *m)
{
	return m->approved ? !m->draft
			   : !m->draft &&
				     course_may_issue(kind, course_start(kind));
}

enum rc
new_write(struct desk *d, const struct kind *kind, const struct new_made *m,
	  struct doc_ref *out, enum new_outcome *ret_outcome, struct err *err)
{
	struct draft f = { .kind_version = kind->version,
			   .body = json_incref(m->body) };
	struct issue_act issue = { .kind = kind,
				   .id = out->id,
				   .body = m->body,
				   .author = d->officer.id };
	bool not_author, draft = !new_may_issue(kind, m);
	unsigned roles = issue_roles(kind, &not_author);
	enum rc rc;

	uuid7_make(d->env, out->id);
	memcpy(out->owner, d->id, sizeof(out->owner));
	if (!draft &&
	    (m->approved ||
	     may_approve(d, roles, not_author, d->officer.id, &issue.alone))) {
		json_decref(f.body);
		*ret_outcome = NEW_ISSUED;
		return compose_issue(d, &issue, err);
	}
	memcpy(f.id, out->id, sizeof(f.id));
	(void)str_copy(f.act, sizeof(f.act), "issue", NULL);
	(void)str_copy(f.kind, sizeof(f.kind), kind->name, NULL);
	(void)str_copy(f.state, sizeof(f.state),
		       draft ? course_start(kind)
			     : course_waiting(kind, course_start(kind)),
		       NULL);
	f.title = body_title(m->body);
	rc = draft_add(d, &f, err);
	if (rc == RC_OK)
		rc = act_audit(d, draft ? "draft" : "submit", out, NULL, err);
	draft_release(&f);
	*ret_outcome = draft ? NEW_DRAFT : NEW_WAITING;
	return rc;
}

enum rc
act_new(struct desk *d, const struct new_doc *n,
	void (*warn)(void *ctx, const char *sentence), void *ctx,
	struct doc_ref *out, enum new_outcome *ret_outcome, struct err *err)
{
	struct warn_to to = { .warn = warn, .ctx = ctx };
	struct new_made made = { .draft = n->draft };
	const struct kind *kind = NULL;
	enum rc rc = need_author(d, err);

	if (rc == RC_OK)
		rc = desk_kind(d, n->kind, &kind, err);
	if (rc == RC_OK)
		rc = compose_body(d, kind, n, NULL, &to, &made.body, err);
	if (rc == RC_OK && new_may_issue(kind, &made))
		rc = compose_gate(d, kind, made.body, err);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc == RC_OK)
		rc = act_end(d,
			     new_write(d, kind, &made, out, ret_outcome, err),
			     err);
	json_decref(made.body);
	return rc;
}

enum rc
act_draft_save(struct desk *d, const struct doc_ref *ref,
	       const struct new_doc *n, int64_t expected_version,
	       int64_t *ret_version, struct err *err)
{
	const struct kind *kind = NULL;
	struct draft f = { 0 };
	json_t *body = NULL;
	enum rc rc = need_author(d, err);

	if (rc == RC_OK)
		rc = draft_read(d, ref->id, &f, err);
	if (rc != RC_OK)
		return rc;
	rc = draft_kind(d, &f, &kind, err);
	if (rc == RC_OK &&
	    (!str_eq(f.act, "issue") || !str_eq(f.state, course_start(kind))))
		rc = err_set(err, RC_STATE, 0,
			     _("it waits for approval: reject it first to "
			       "change it"));
	if (rc == RC_OK)
		rc = compose_body(d, kind, n, f.body, NULL, &body, err);
	if (rc == RC_OK) {
		json_decref(f.body);
		f.body = body;
		xfree(f.title);
		f.title = body_title(body);
		f.version = expected_version;
		rc = act_begin(d, err);
	}
	if (rc == RC_OK)
		rc = act_end(d, draft_put(d, &f, err), err);
	if (rc == RC_OK && ret_version != NULL)
		*ret_version = expected_version + 1;
	draft_release(&f);
	return rc;
}

/* Decided against: on file with its reasons (移送规定 5). */
static bool
draft_ended(struct desk *d, const struct draft *f)
{
	const struct kind *k = kinds_get(d->kinds, f->kind, f->kind_version);
	const struct track_def *t = k != NULL ? kind_track(k, "owner") : NULL;
	const struct state *s = t != NULL ? track_state(t, f->state) : NULL;

	return s != NULL && s->end;
}

enum rc
act_draft_drop(struct desk *d, const struct doc_ref *ref, struct err *err)
{
	struct draft f = { 0 };
	enum rc rc = need_author(d, err);

	if (rc == RC_OK)
		rc = draft_read(d, ref->id, &f, err);
	if (rc == RC_OK && draft_ended(d, &f))
		rc = err_set(err, RC_STATE, 0,
			     _("it was decided on and stays on file"));
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc == RC_OK) {
		rc = draft_drop(d, ref->id, err);
		if (rc == RC_OK)
			rc = act_audit(d, "drop", ref, NULL, err);
		rc = act_end(d, rc, err);
	}
	draft_release(&f);
	return rc;
}

/* The draft leaves the table and becomes the document. */
static enum rc
issue_draft(struct desk *d, const struct draft *f, const struct kind *kind,
	    bool alone, struct err *err)
{
	struct issue_act issue = { .kind = kind,
				   .id = f->id,
				   .body = f->body,
				   .author = f->made_by,
				   .alone = alone };
	enum rc rc = act_begin(d, err);

	if (rc != RC_OK)
		return rc;
	/* judged above on what was read: another may have come before */
	rc = draft_still(d, f, err);
	if (rc == RC_OK)
		rc = compose_issue(d, &issue, err);
	if (rc == RC_OK)
		rc = draft_drop(d, f->id, err);
	return act_end(d, rc, err);
}

enum rc
draft_state(struct desk *d, struct draft *f, const char *state, const char *act,
	    const char *note, struct err *err)
{
	struct doc_ref ref = { 0 };
	char *kept;
	enum rc rc = str_copy(f->state, sizeof(f->state), state, err);

	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	kept = xstrdup_or_null(note); /* may be f->note */
	memcpy(ref.id, f->id, sizeof(ref.id));
	memcpy(ref.owner, d->id, sizeof(ref.owner));
	xfree(f->note);
	f->note = kept;
	rc = draft_put(d, f, err);
	if (rc == RC_OK)
		rc = act_audit(d, act, &ref, kept, err);
	return act_end(d, rc, err);
}

/* RC_STATE: what its kind asks for before it may be issued. */
static enum rc
not_yet(const struct kind *kind, const struct draft *f, struct err *err)
{
	const struct track_def *t = kind_track(kind, "owner");
	const struct state *s = t != NULL ? track_state(t, f->state) : NULL;
	const struct move *next = NULL;
	size_t i;

	for (i = 0; t != NULL && next == NULL && i < t->n_moves; i++)
		if (move_drafts(t, &t->moves[i]) &&
		    course_possible(kind, json_object_get(f->body, "fields"),
				    f->state, &t->moves[i]))
			next = &t->moves[i];
	if (next == NULL)
		return err_set(
			err, RC_STATE, 0, _("it is not issued: it is %s"),
			s != NULL ? title_in(&s->title, i18n_zh()) : f->state);
	return err_set(err, RC_STATE, 0,
		       _("it may not be issued yet: it is %s; next comes %s "
			 "('deltadesk move DOC %s')"),
		       s != NULL ? title_in(&s->title, i18n_zh()) : f->state,
		       title_in(&next->title, i18n_zh()), next->name);
}

/* submitted: an officer who may not approve hands it on as 待批. */
static enum rc
issue_or_submit(struct desk *d, struct draft *f, bool must,
		enum new_outcome *ret_outcome, struct err *err)
{
	const struct kind *kind = NULL;
	bool not_author, alone;
	unsigned roles;
	const char *waits;
	enum rc rc = draft_kind(d, f, &kind, err);

	if (rc == RC_OK && !course_may_issue(kind, f->state))
		rc = not_yet(kind, f, err);
	if (rc == RC_OK)
		rc = compose_gate(d, kind, f->body, err);
	if (rc != RC_OK)
		return rc;
	roles = issue_roles(kind, &not_author);
	if (may_approve(d, roles, not_author, f->made_by, &alone)) {
		*ret_outcome = NEW_ISSUED;
		return issue_draft(d, f, kind, alone, err);
	}
	if (must)
		return err_set(err, RC_DENIED, 0,
			       str_eq(f->made_by, d->officer.id)
				       ? _("nobody approves what he drafted "
					   "himself: ask another approver")
				       : _("only an approver may approve it"));
	*ret_outcome = NEW_WAITING;
	waits = course_waiting(kind, f->state);
	if (str_eq(f->state, waits))
		return RC_OK;
	return draft_state(d, f, waits, "submit", f->note, err);
}

enum rc
act_issue(struct desk *d, const struct doc_ref *ref,
	  enum new_outcome *ret_outcome, struct err *err)
{
	struct draft f = { 0 };
	enum rc rc = need_author(d, err);

	if (rc == RC_OK)
		rc = draft_read(d, ref->id, &f, NULL);
	if (rc == RC_NOTFOUND)
		rc = err_set(err, RC_STATE, 0,
			     _("%s is no draft: it was issued already"),
			     ref->id);
	else if (rc == RC_OK && !str_eq(f.act, "issue"))
		rc = err_set(err, RC_STATE, 0,
			     _("%s is no draft: approve or reject it"),
			     ref->id);
	if (rc == RC_OK)
		rc = issue_or_submit(d, &f, false, ret_outcome, err);
	draft_release(&f);
	return rc;
}

/* The row that waits: the draft of that id, or what is parked on a document. */
static enum rc
waiting_of(struct desk *d, const struct doc_ref *ref, struct draft *f,
	   struct err *err)
{
	enum rc rc = need_author(d, err);

	if (rc == RC_OK)
		rc = draft_read(d, ref->id, f, NULL);
	if (rc == RC_NOTFOUND)
		rc = draft_of(d, ref, f, err);
	if (rc == RC_OK &&
	    !course_waits_approval(
		    kinds_get(d->kinds, f->kind, f->kind_version), f->state)) {
		draft_release(f);
		rc = err_set(err, RC_STATE, 0,
			     _("%s does not wait for approval: issue it"),
			     ref->id);
	}
	return rc;
}

enum rc
act_approve(struct desk *d, const struct doc_ref *ref, struct err *err)
{
	enum new_outcome outcome;
	struct draft f = { 0 };
	enum rc rc = waiting_of(d, ref, &f, err);

	if (rc != RC_OK)
		return rc;
	rc = str_eq(f.act, "issue")
		     ? issue_or_submit(d, &f, true, &outcome, err)
		     : parked_approve(d, &f, err);
	if (rc == RC_DENIED)
		permit_refused(d, "approve", ref);
	draft_release(&f);
	return rc;
}

enum rc
act_reject(struct desk *d, const struct doc_ref *ref, const char *note,
	   struct err *err)
{
	const struct kind *kind = NULL;
	struct draft f = { 0 };
	bool not_author;
	unsigned roles;
	enum rc rc;

	if (note == NULL || note[0] == '\0')
		return err_set(err, RC_USAGE, 0,
			       _("a rejection needs its reason (--note)"));
	rc = utf8_check(note, strlen(note), err);
	if (rc == RC_OK)
		rc = waiting_of(d, ref, &f, err);
	if (rc == RC_OK)
		rc = draft_kind(d, &f, &kind, err);
	if (rc == RC_OK && str_eq(f.act, "issue")) {
		roles = issue_roles(kind, &not_author);
		if ((d->officer.roles & roles) == 0 &&
		    !str_eq(f.made_by, d->officer.id))
			rc = err_set(err, RC_DENIED, 0,
				     _("only an approver may reject it"));
		if (rc == RC_OK)
			rc = draft_state(d, &f, course_start(kind), "reject",
					 note, err);
	} else if (rc == RC_OK) {
		rc = parked_reject(d, &f, note, err);
	}
	if (rc == RC_DENIED)
		permit_refused(d, "reject", ref);
	draft_release(&f);
	return rc;
}
