#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"
#include "compose_int.h"
#include "desk_int.h"
#include "move_int.h"
#include "parked_int.h"
#include "revise_int.h"

enum rc
parked_add(struct desk *d, const struct park *p, struct err *err)
{
	const struct doc *doc = p->held->doc;
	struct draft f = { .doc = *p->doc,
			   .kind_version = doc->kind_version,
			   .body = json_deep_copy(p->body) };
	struct draft other = { 0 };
	enum rc rc;

	uuid7_make(d->env, f.id);
	(void)str_copy(f.act, sizeof(f.act), p->act, NULL);
	(void)str_copy(f.kind, sizeof(f.kind), doc->kind_name, NULL);
	(void)str_copy(f.state, sizeof(f.state), "review", NULL);
	f.title = xstrdup(p->what);
	f.has_rev = p->rev != NULL || doc->current != NULL;
	if (f.has_rev)
		f.rev = p->rev != NULL ? *p->rev : doc->current->digest;
	json_object_set_new(f.body, "approver",
			    json_string(role_name(p->approver)));
	rc = act_begin(d, err);
	if (rc == RC_OK) {
		if (draft_of(d, p->doc, &other, NULL) == RC_OK)
			rc = err_set(err, RC_STATE, 0,
				     _("'%s' waits for approval on it already: "
				       "approve or reject that first"),
				     other.title);
		if (rc == RC_OK)
			rc = draft_add(d, &f, err);
		if (rc == RC_OK)
			rc = act_audit(d, "park", p->doc, p->act, err);
		rc = act_end(d, rc, err);
	}
	draft_release(&other);
	draft_release(&f);
	return rc;
}

/* Who asked and who approves stand in the event, in that order. */
static void
add_approver(struct desk *d, json_t *body)
{
	json_t *officers = json_object_get(body, "officers");

	json_object_del(body, "approver");
	json_object_set_new(body, "approved_by", json_string(d->officer.id));
	json_array_append_new(officers, officer_json(&d->officer));
}

static enum rc
approve_move(struct desk *d, struct draft *f, const struct held_doc *held,
	     struct err *err)
{
	const char *name = json_text(f->body, "move");
	struct made_list made = { .n = 0 };
	struct signed_move s = { .ref = &f->doc,
				 .held = held,
				 .body = f->body,
				 .rev = f->has_rev ? &f->rev : NULL,
				 .made = &made };
	struct gate g;
	enum rc rc;

	gate_init(&g, d, held);
	rc = gate_row(&g, json_text(f->body, "row"), NULL);
	s.move = rc == RC_OK && g.def != NULL && name != NULL
			 ? track_move(g.def, name)
			 : NULL;
	rc = s.move != NULL ? gate_parked(&g, s.move, f->body, err)
			    : err_set(err, RC_STATE, 0,
				      _("there is no such move any more"));
	gate_release(&g);
	if (rc != RC_OK)
		return err_wrap(err, _("'%s' cannot be approved: reject it"),
				f->title);
	add_approver(d, f->body);
	rc = effects_prepare(d, held, s.move, json_object_get(f->body, "input"),
			     &made, err);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc == RC_OK) {
		rc = draft_still(d, f, err);
		if (rc == RC_OK)
			rc = move_write(d, &s, err);
		if (rc == RC_OK)
			rc = draft_drop(d, f->id, err);
		rc = act_end(d, rc, err);
	}
	effects_release(&made);
	return rc;
}

static enum rc
approve_other(struct desk *d, struct draft *f, const struct held_doc *held,
	      struct err *err)
{
	const struct ref *rev = f->has_rev ? &f->rev : NULL;
	enum rc rc = str_eq(f->act, "revise")
			     ? revise_judge(d, held, f->body, err)
			     : withdraw_judge(d, held, err);

	if (rc != RC_OK)
		return err_wrap(err, _("'%s' cannot be approved: reject it"),
				f->title);
	add_approver(d, f->body);
	rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = draft_still(d, f, err);
	if (rc != RC_OK)
		return act_end(d, rc, err);
	rc = str_eq(f->act, "revise")
		     ? revise_write(d, held, f->body, rev, err)
		     : withdraw_write(d, held, f->body, rev, err);
	if (rc == RC_OK)
		rc = draft_drop(d, f->id, err);
	return act_end(d, rc, err);
}

/* Whose approval it waits for. */
static enum rc
approver_of(const struct draft *f, enum role *ret_role, struct err *err)
{
	const char *text = json_text(f->body, "approver");

	return text != NULL ? role_parse(text, ret_role, err) : RC_OK;
}

enum rc
parked_approve(struct desk *d, struct draft *f, struct err *err)
{
	enum role role = ROLE_APPROVER;
	struct held_doc held = { 0 };
	bool alone;
	enum rc rc = approver_of(f, &role, err);

	if (rc == RC_OK &&
	    !may_approve(d, ROLE_BIT(role), true, f->made_by, &alone))
		rc = str_eq(f->made_by, d->officer.id)
			     ? err_set(err, RC_DENIED, 0,
				       _("nobody approves what he asked for "
					 "himself: ask another officer"))
			     : err_set(err, RC_DENIED, 0,
				       _("only an officer with the role %s may "
					 "approve it"),
				       role_title(role));
	if (rc == RC_OK)
		rc = journal_load(d->journal, f->doc.owner, f->doc.id, &held,
				  err);
	if (rc != RC_OK)
		return rc;
	if (f->has_rev && held.doc->current != NULL &&
	    !ref_eq(&f->rev, &held.doc->current->digest))
		rc = err_set(err, RC_CONFLICT, 0,
			     _("the document was revised since '%s' was asked "
			       "for: reject it and act anew"),
			     f->title);
	else if (str_eq(f->act, "move"))
		rc = approve_move(d, f, &held, err);
	else
		rc = approve_other(d, f, &held, err);
	held_doc_release(&held);
	return rc;
}

enum rc
parked_reject(struct desk *d, struct draft *f, const char *note,
	      struct err *err)
{
	enum role role = ROLE_APPROVER;
	bool alone;
	enum rc rc = approver_of(f, &role, err);

	/* who may approve it may send it back; who asked may take it back */
	if (rc == RC_OK && !str_eq(f->made_by, d->officer.id) &&
	    !may_approve(d, ROLE_BIT(role), false, "", &alone))
		rc = err_set(err, RC_DENIED, 0,
			     _("only an officer with the role %s may reject "
			       "it"),
			     role_title(role));
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = draft_drop(d, f->id, err);
	if (rc == RC_OK)
		rc = act_audit(d, "reject", &f->doc, note, err);
	return act_end(d, rc, err);
}
