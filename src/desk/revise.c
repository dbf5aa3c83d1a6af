#include <string.h>

#include "attach_int.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_int.h"
#include "compose_int.h"
#include "desk_int.h"
#include "fields_int.h"
#include "gate_int.h"
#include "parked_int.h"
#include "revise_int.h"
#include "seal_int.h"

#define REMARK_NAMES_MAX 400 /* bytes of the names of files in a remark */

/* Core acts of the owner on an issued document: revise, withdraw. */

static enum rc
need_owner(const struct desk *d, const struct held_doc *held, struct err *err)
{
	if (!str_eq(held->doc->owner, d->id))
		return err_set(err, RC_DENIED, 0,
			       _("only %s, which issued it, may do that"),
			       held->doc->owner);
	if (held->doc->withdrawn)
		return err_set(err, RC_STATE, 0, _("it is withdrawn"));
	if (held->doc->kind == NULL)
		return err_set(err, RC_STATE, 0,
			       _("kind '%s' is not installed"),
			       held->doc->kind_name);
	return RC_OK;
}

static const json_t *
current_data(const struct held_doc *held)
{
	return held->doc->current != NULL ? held->doc->current->data : NULL;
}

/* Addressees as plain pointers into a JSON list. */
static const char **
names_of(const json_t *list, size_t *ret_n)
{
	const char **out = xcalloc(json_array_size(list), sizeof(*out));
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		out[i] = json_string_value(json_array_get(list, i));
	*ret_n = json_array_size(list);
	return out;
}

/* What is not given stays as it is in the current revision. */
static enum rc
revised_body(struct desk *d, const struct held_doc *held,
	     const struct new_doc *change, json_t **ret_body, struct err *err)
{
	const json_t *data = current_data(held);
	json_t *fields = doc_whole_fields(held->doc);
	struct new_doc whole = *change;
	const char **to = NULL, **cc = NULL;
	json_t *old;
	enum rc rc;

	whole.draft = false;
	if (whole.fields == NULL)
		whole.fields = fields;
	if (whole.to == NULL) {
		to = names_of(json_object_get(data, "to"), &whole.n_to);
		whole.to = to;
	}
	if (whole.cc == NULL) {
		cc = names_of(json_object_get(data, "cc"), &whole.n_cc);
		whole.cc = cc;
	}
	old = json_object(); /* what stays at home included */
	json_object_set(old, "fields", fields);
	json_object_set(old, "attachments",
			json_object_get(data, "attachments"));
	rc = compose_body(d, held->doc->kind, &whole, old, NULL, ret_body, err);
	json_decref(old);
	json_decref(fields);
	xfree(to);
	xfree(cc);
	return rc;
}

static bool
in_states(const struct field *f, const char *state)
{
	size_t i;

	for (i = 0; i < f->n_edit; i++)
		if (str_eq(f->edit[i], state))
			return true;
	return false;
}

/* Each changed field must be one that may change in this state. */
static enum rc
check_edit(const struct desk *d, const struct held_doc *held,
	   const json_t *body, struct err *err)
{
	const struct doc_track *t = doc_track_of(held->doc, d->id);
	const json_t *fields = json_object_get(body, "fields");
	json_t *before = doc_whole_fields(held->doc);
	const struct kind *kind = held->doc->kind;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < kind->n_fields; i++) {
		const struct field *f = &kind->fields[i];

		if (!content_differs(before, fields, f->name) || t == NULL ||
		    t->state == NULL)
			continue;
		if (f->n_edit > 0 ? !in_states(f, t->state->name)
				  : t->state->end)
			rc = err_set(err, RC_STATE, 0,
				     _("%s may not be changed in state %s"),
				     title_in(&f->title, i18n_zh()),
				     title_in(&t->state->title, i18n_zh()));
	}
	json_decref(before);
	return rc;
}

static bool
same_list(const json_t *a, const json_t *b)
{
	return (a == NULL && json_array_size(b) == 0) || json_equal(a, b);
}

static enum rc
check_changed(const struct held_doc *held, const json_t *body, struct err *err)
{
	const json_t *data = current_data(held);
	json_t *before = doc_whole_fields(held->doc);
	bool same = json_equal(before, json_object_get(body, "fields")) &&
		    same_list(json_object_get(data, "to"),
			      json_object_get(body, "to")) &&
		    same_list(json_object_get(data, "cc"),
			      json_object_get(body, "cc")) &&
		    same_list(json_object_get(data, "attachments"),
			      json_object_get(body, "attachments"));

	json_decref(before);
	return same ? err_set(err, RC_STATE, 0, _("nothing was changed"))
		    : RC_OK;
}

enum rc
revise_write(struct desk *d, const struct held_doc *held, const json_t *body,
	     const struct ref *rev, struct err *err)
{
	const struct doc *doc = held->doc;
	json_t *own = NULL, *data = compose_data(d, doc->kind, body, &own);
	const json_t *officers = json_object_get(body, "officers");
	json_t *reveals = NULL;
	struct doc_ref ref;
	struct own_act act = { .type = EVENT_REVISE,
			       .owner = doc->owner,
			       .doc = doc->id,
			       .track = "owner",
			       .rev = rev,
			       .time_ms = env_now_ms(d->env),
			       .data = data };
	enum rc rc;

	memcpy(ref.owner, doc->owner, sizeof(ref.owner));
	memcpy(ref.id, doc->id, sizeof(ref.id));
	if (doc->number != NULL)
		json_object_set_new(data, "number", json_string(doc->number));
	if (officers != NULL) /* parked: who asked, who approved */
		json_object_set_new(data, "officers", json_deep_copy(officers));
	fields_seal(d, doc->kind, held, json_object_get(data, "fields"),
		    &reveals);
	rc = journal_append(d->journal, &act, NULL, err);
	if (rc == RC_OK)
		rc = reveals_write(d, &ref, reveals, err);
	if (rc == RC_OK)
		rc = compose_own(d, &ref, own, err);
	if (rc == RC_OK)
		rc = act_audit(d, "revise", &ref, NULL, err);
	json_decref(reveals);
	json_decref(data);
	json_decref(own);
	return rc;
}

/* Signs at once, or parks for an approver. */
static enum rc
write_or_park(struct desk *d, struct park *p, bool *ret_parked, struct err *err)
{
	bool not_author, alone;
	unsigned roles = issue_roles(p->held->doc->kind, &not_author);
	bool revise = str_eq(p->act, "revise");
	enum rc rc;

	p->approver = ROLE_APPROVER;
	*ret_parked = !may_approve(d, roles, false, "", &alone);
	if (*ret_parked) {
		json_t *body = json_deep_copy(p->body);

		json_object_set_new(body, "officers", officers_json(d));
		p->body = body;
		rc = parked_add(d, p, err);
		json_decref(body);
		return rc;
	}
	rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = revise ? revise_write(d, p->held, p->body, p->rev, err)
		    : withdraw_write(d, p->held, p->body, p->rev, err);
	return act_end(d, rc, err);
}

enum rc
withdraw_judge(const struct desk *d, const struct held_doc *held,
	       struct err *err)
{
	return need_owner(d, held, err);
}

enum rc
revise_judge(struct desk *d, const struct held_doc *held, const json_t *body,
	     struct err *err)
{
	enum rc rc = need_owner(d, held, err);

	if (rc == RC_OK)
		rc = check_changed(held, body, err);
	if (rc == RC_OK)
		rc = check_edit(d, held, body, err);
	if (rc == RC_OK)
		rc = compose_gate_revise(d, held->doc->kind, held, body, err);
	return rc;
}

static enum rc
revise_held(struct desk *d, const struct doc_ref *ref,
	    const struct held_doc *held, const struct ref *rev,
	    const struct new_doc *change, bool *ret_parked, struct err *err)
{
	struct park p = { .doc = ref,
			  .held = held,
			  .act = "revise",
			  .what = _("correction"),
			  .rev = rev };
	json_t *body = NULL;
	enum rc rc = need_owner(d, held, err);

	if (rc == RC_OK && held->doc->current == NULL)
		rc = err_set(err, RC_STATE, 0, _("its issue is not here yet"));
	/* the content is made from what was read: another may not slip in */
	if (rc == RC_OK && rev == NULL)
		p.rev = &held->doc->current->digest;
	if (rc == RC_OK)
		rc = revised_body(d, held, change, &body, err);
	if (rc == RC_OK)
		rc = revise_judge(d, held, body, err);
	p.body = body;
	if (rc == RC_OK)
		rc = write_or_park(d, &p, ret_parked, err);
	json_decref(body);
	return rc;
}

/* A draft takes the change as a draft. */
static enum rc
revise_draft(struct desk *d, const struct doc_ref *ref,
	     const struct new_doc *change, struct err *err)
{
	struct draft f = { 0 };
	struct new_doc whole = *change;
	const char **to = NULL, **cc = NULL;
	enum rc rc = draft_read(d, ref->id, &f, err);

	if (rc != RC_OK)
		return rc;
	whole.draft = true;
	if (whole.fields == NULL)
		whole.fields = json_object_get(f.body, "fields");
	if (whole.to == NULL) {
		to = names_of(json_object_get(f.body, "to"), &whole.n_to);
		whole.to = to;
	}
	if (whole.cc == NULL) {
		cc = names_of(json_object_get(f.body, "cc"), &whole.n_cc);
		whole.cc = cc;
	}
	rc = act_draft_save(d, ref, &whole, f.version, NULL, err);
	xfree(to);
	xfree(cc);
	draft_release(&f);
	return rc;
}

enum rc
act_revise(struct desk *d, const struct doc_ref *ref, const struct ref *rev,
	   const struct new_doc *change, bool *ret_parked, struct err *err)
{
	struct held_doc held = { 0 };
	enum rc rc = need_author(d, err);

	*ret_parked = false;
	if (rc != RC_OK)
		return rc;
	if (draft_stands_for(d, ref))
		return revise_draft(d, ref, change, err);
	rc = journal_load(d->journal, ref->owner, ref->id, &held, err);
	if (rc != RC_OK)
		return rc;
	rc = revise_held(d, ref, &held, rev, change, ret_parked, err);
	held_doc_release(&held);
	return rc;
}

/* "photo.jpg, list.csv"; what does not fit is counted: "photo.jpg, +12". */
static char *
file_names(const json_t *files)
{
	const json_t *one;
	struct buf b;
	size_t i;

	buf_init(&b, ATTACH_MAX_COUNT * (ATTACH_NAME_MAX + 4));
	json_array_foreach(files, i, one)
	{
		const char *name = json_text(one, "name");

		if (b.len + strlen(name) > REMARK_NAMES_MAX && i > 0) {
			(void)buf_addf(&b, NULL, ", +%zu",
				       json_array_size(files) - i);
			break;
		}
		(void)buf_addf(&b, NULL, "%s%s", i > 0 ? ", " : "", name);
	}
	return buf_take(&b);
}

/* A party's files travel with a remark of its own. */
static enum rc
attach_remark(struct desk *d, const struct doc_ref *ref,
	      const struct new_doc *given, struct err *err)
{
	json_t *files = json_array(), *data;
	struct own_act act = { .type = EVENT_REMARK,
			       .owner = ref->owner,
			       .doc = ref->id,
			       .time_ms = env_now_ms(d->env) };
	char *names;
	enum rc rc = attach_files(d, given, files, err);

	if (rc != RC_OK) {
		json_decref(files);
		return rc;
	}
	names = file_names(files);
	data = json_pack("{s:o,s:s,s:o}", "officers", officers_json(d), "text",
			 names, "attachments", files);
	xfree(names);
	act.data = data;
	rc = act_begin(d, err);
	if (rc == RC_OK) {
		rc = journal_append(d->journal, &act, NULL, err);
		if (rc == RC_OK)
			rc = act_audit(d, "attach", ref, NULL, err);
		rc = act_end(d, rc, err);
	}
	json_decref(data);
	return rc;
}

enum rc
act_attach(struct desk *d, const struct doc_ref *ref,
	   const struct new_doc *files, bool *ret_parked, struct err *err)
{
	struct new_doc change = { .attach = files->attach,
				  .n_attach = files->n_attach,
				  .in_folder = files->in_folder,
				  .insist = true };
	enum rc rc = need_author(d, err);

	*ret_parked = false;
	if (rc != RC_OK)
		return rc;
	if (str_eq(ref->owner, d->id))
		return act_revise(d, ref, NULL, &change, ret_parked, err);
	return attach_remark(d, ref, &change, err);
}

enum rc
withdraw_write(struct desk *d, const struct held_doc *held, const json_t *body,
	       const struct ref *rev, struct err *err)
{
	const struct doc *doc = held->doc;
	json_t *data = json_deep_copy(body);
	struct doc_ref ref;
	struct own_act act = { .type = EVENT_WITHDRAW,
			       .owner = doc->owner,
			       .doc = doc->id,
			       .track = "owner",
			       .rev = rev,
			       .time_ms = env_now_ms(d->env),
			       .data = data };
	enum rc rc;

	memcpy(ref.owner, doc->owner, sizeof(ref.owner));
	memcpy(ref.id, doc->id, sizeof(ref.id));
	if (json_object_get(data, "officers") == NULL)
		json_object_set_new(data, "officers", officers_json(d));
	rc = journal_append(d->journal, &act, NULL, err);
	if (rc == RC_OK)
		rc = act_audit(d, "withdraw", &ref, NULL, err);
	json_decref(data);
	return rc;
}

enum rc
act_withdraw(struct desk *d, const struct doc_ref *ref, const char *note,
	     bool *ret_parked, struct err *err)
{
	struct held_doc held = { 0 };
	struct park p = { .doc = ref,
			  .held = &held,
			  .act = "withdraw",
			  .what = _("withdrawal") };
	json_t *body = NULL;
	enum rc rc = need_author(d, err);

	*ret_parked = false;
	if (rc == RC_OK && (note == NULL || note[0] == '\0'))
		rc = err_set(err, RC_USAGE, 0,
			     _("a withdrawal needs its reason (--note)"));
	if (rc == RC_OK)
		rc = utf8_check(note, strlen(note), err);
	if (rc == RC_OK && draft_stands_for(d, ref))
		return act_draft_drop(d, ref, err);
	if (rc == RC_OK)
		rc = journal_load(d->journal, ref->owner, ref->id, &held, err);
	if (rc != RC_OK)
		return rc;
	rc = need_owner(d, &held, err);
	body = json_pack("{s:s}", "note", note);
	p.body = body;
	if (rc == RC_OK)
		rc = write_or_park(d, &p, ret_parked, err);
	json_decref(body);
	held_doc_release(&held);
	return rc;
}
