#include <stdio.h>
#include <string.h>

#include "attach_int.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_int.h"
#include "compose_int.h"
#include "course_int.h"
#include "desk/group.h"
#include "desk_int.h"
#include "fields_int.h"
#include "journal/epoch.h"
#include "model/condition.h"
#include "model/content.h"
#include "rows_int.h"
#include "seal_int.h"
#include "serial_int.h"

#define PROBLEMS_MAX 32

static void
warn_with(const struct warn_to *to, const char *sentence)
{
	if (to != NULL && to->warn != NULL)
		to->warn(to->ctx, sentence);
}

/* The desks that a group has now, but those named already. */
static enum rc
add_group(struct desk *d, const char *name, json_t *seen, json_t *list,
	  struct err *err)
{
	struct group_list l = { .rows = NULL };
	const struct group *g;
	enum rc rc = group_check(d, name, err);
	size_t i;

	if (rc == RC_OK)
		rc = ask_groups(d, &l, err);
	if (rc != RC_OK)
		return rc;
	g = group_find(&l, name);
	for (i = 0; g != NULL && i < g->n_desks; i++)
		if (json_object_get(seen, g->desks[i]) == NULL) {
			json_object_set_new(seen, g->desks[i], json_true());
			json_array_append_new(list, json_string(g->desks[i]));
		}
	if (g != NULL && g->n_desks == 0)
		rc = err_set(err, RC_RANGE, 0,
			     _("no desk of the group '%s' is trusted now"),
			     name);
	group_list_release(&l);
	return rc;
}

/* Addressees as a JSON list, each once; a group is the desks that it has
 * now. */
static enum rc
desk_list(struct desk *d, const char **ids, size_t n, json_t *seen,
	  json_t **ret_list, struct err *err)
{
	json_t *list = json_array();
	char shown[64];
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < n; i++) {
		text_show_into(shown, sizeof(shown), ids[i]);
		if (!desk_id_valid(ids[i]))
			rc = add_group(d, ids[i], seen, list, err);
		else if (str_eq(ids[i], d->id))
			rc = err_set(err, RC_RANGE, 0,
				     _("%s is this desk itself"), shown);
		else if (json_object_get(seen, ids[i]) != NULL)
			rc = err_set(err, RC_RANGE, 0, _("%s is named twice"),
				     shown);
		else {
			json_object_set_new(seen, ids[i], json_true());
			json_array_append_new(list, json_string(ids[i]));
		}
	}
	if (rc == RC_OK && json_object_size(seen) > PARTIES_MAX)
		rc = err_set(err, RC_TOOLARGE, 0, _("more than %d addressees"),
			     PARTIES_MAX);
	if (rc != RC_OK) {
		json_decref(list);
		return rc;
	}
	*ret_list = list;
	return RC_OK;
}

enum strictness {
	AS_DRAFT,    /* what is there must be right, anything may be absent */
	AS_INSISTED, /* soft problems are kept */
	AS_ISSUE     /* soft problems refuse too */
};

/* What an officer may insist on: a refusal at issue, else a warning. */
static enum rc
soft_problem(const char *what, const struct warn_to *warn, enum strictness how,
	     struct err *err)
{
	if (how == AS_ISSUE)
		return err_set(err, RC_RANGE, 0, _("%s; insist to keep it so"),
			       what);
	warn_with(warn, what);
	return RC_OK;
}

static enum rc
check_content(struct desk *d, const struct kind *kind, const json_t *fields,
	      const struct warn_to *warn, enum strictness how, struct err *err)
{
	struct err code = ERR_INIT;
	enum rc rc = RC_OK;
	struct problem found[PROBLEMS_MAX];
	size_t missing = 0, i, n;
	char sentence[400];

	n = content_check(kind->fields, kind->n_fields, fields, found,
			  PROBLEMS_MAX, &missing);
	if (n > PROBLEMS_MAX)
		n = PROBLEMS_MAX;
	for (i = 0; i < n; i++)
		if (!found[i].soft && !(how == AS_DRAFT && found[i].absent)) {
			if (err != NULL)
				*err = found[i].err;
			return found[i].err.code;
		}
	for (i = 0; rc == RC_OK && i < n; i++)
		rc = soft_problem(found[i].err.msg, warn, how, err);
	if (rc == RC_OK && picks_known(d, kind, fields, &code) != RC_OK)
		rc = soft_problem(code.msg, warn, how, err);
	if (rc == RC_OK && missing > 0) {
		(void)snprintf(sentence, sizeof(sentence),
			       ngettext("%zu field that should be given is "
					"missing",
					"%zu fields that should be given are "
					"missing",
					missing),
			       missing);
		warn_with(warn, sentence);
	}
	return rc;
}

static enum rc
body_files(struct desk *d, const struct new_doc *n, const json_t *old,
	   json_t **ret_list, struct err *err)
{
	const json_t *had = json_object_get(old, "attachments");
	json_t *list = had != NULL ? json_deep_copy(had) : json_array();
	enum rc rc = attach_drop(n, list, err);

	if (rc == RC_OK)
		rc = attach_files(d, n, list, err);
	if (rc != RC_OK) {
		json_decref(list);
		return rc;
	}
	*ret_list = list;
	return RC_OK;
}

static enum rc
check_size(const json_t *fields, struct err *err)
{
	size_t n = json_dumpb(fields, NULL, 0, JSON_COMPACT);

	if (n > FIELDS_MAX_BYTES)
		return err_set(err, RC_TOOLARGE, 0,
			       _("the fields take more than %d bytes"),
			       FIELDS_MAX_BYTES);
	return RC_OK;
}

static enum strictness
strictness_of(const struct new_doc *n)
{
	if (n->draft && !n->complete)
		return AS_DRAFT;
	return n->draft || n->insist ? AS_INSISTED : AS_ISSUE;
}

enum rc
compose_body(struct desk *d, const struct kind *kind, const struct new_doc *n,
	     const json_t *old, const struct warn_to *warn, json_t **ret_body,
	     struct err *err)
{
	json_t *fields = fields_prune(n->fields), *seen = json_object();
	json_t *to = NULL, *cc = NULL, *files = NULL;
	enum rc rc;

	if (!json_is_object(fields)) {
		json_decref(fields);
		fields = json_object();
	}
	content_defaults(kind->fields, kind->n_fields, fields);
	rows_number(kind, fields, json_object_get(old, "fields"));
	rc = check_size(fields, err);
	if (rc == RC_OK)
		rc = check_content(d, kind, fields, warn, strictness_of(n),
				   err);
	if (rc == RC_OK)
		rc = course_untouched(kind, json_object_get(old, "fields"),
				      fields, err);
	if (rc == RC_OK)
		rc = desk_list(d, n->to, n->n_to, seen, &to, err);
	if (rc == RC_OK)
		rc = desk_list(d, n->cc, n->n_cc, seen, &cc, err);
	if (rc == RC_OK)
		rc = body_files(d, n, old, &files, err);
	json_decref(seen);
	if (rc != RC_OK) {
		json_decref(fields);
		json_decref(to);
		json_decref(cc);
		return rc;
	}
	*ret_body = json_pack("{s:o,s:o,s:o,s:o}", "to", to, "cc", cc, "fields",
			      fields, "attachments", files);
	if (n->insist)
		json_object_set_new(*ret_body, "insist", json_true());
	if (json_object_get(old, "before") != NULL)
		json_object_set(*ret_body, "before",
				json_object_get(old, "before"));
	return RC_OK;
}

unsigned
issue_roles(const struct kind *kind, bool *ret_not_author)
{
	const struct track_def *owner = kind_track(kind, "owner");
	const struct move *m =
		owner != NULL ? track_move(owner, "issue") : NULL;

	*ret_not_author = m != NULL && m->not_author;
	return m != NULL && m->roles != 0 ? m->roles : ROLE_BIT(ROLE_APPROVER);
}

bool
may_approve(struct desk *d, unsigned roles, bool not_author, const char *author,
	    bool *ret_alone)
{
	*ret_alone = false;
	if ((d->officer.roles & roles & ROLES_CONTENT) == 0)
		return false;
	if (!not_author || !str_eq(author, d->officer.id))
		return true;
	*ret_alone = officer_alone(d);
	return *ret_alone;
}

/* Addressees that no part of the kind reads would get nothing. */
static enum rc
check_unread(const struct kind *kind, const json_t *body, const char *member,
	     struct err *err)
{
	size_t i;

	for (i = 0; i < kind->n_parts; i++)
		if (str_eq(kind->parts[i].from, member) &&
		    part_applies(&kind->parts[i],
				 json_object_get(body, "fields")))
			return RC_OK;
	if (json_array_size(json_object_get(body, member)) == 0)
		return RC_OK;
	return err_set(
		err, RC_RANGE, 0,
		kind->scope == SCOPE_LOCAL
			? _("'%s' stays on this desk: it takes no "
			    "addressees (--%s)")
			: _("'%s' takes no addressees of this sort (--%s)"),
		title_in(&kind->title, i18n_zh()), member);
}

/* Desks of one part: a list beside the fields, or a field of its own. */
static size_t
count_part(const struct part *p, const json_t *body)
{
	const json_t *v = json_object_get(body, p->from);

	if (!str_eq(p->from, "to") && !str_eq(p->from, "cc"))
		v = json_object_get(json_object_get(body, "fields"), p->from);
	return json_is_string(v) ? json_string_length(v) > 0
				 : json_array_size(v);
}

/* How many addressees the kind asks for. */
static enum rc
check_parts(const struct kind *kind, const json_t *body, struct err *err)
{
	const struct track_def *track;
	enum rc rc = check_unread(kind, body, "to", err);
	size_t i, n;

	if (rc == RC_OK)
		rc = check_unread(kind, body, "cc", err);
	if (rc != RC_OK)
		return rc;
	for (i = 0; i < kind->n_parts; i++) {
		const struct part *p = &kind->parts[i];

		if (!part_applies(p, json_object_get(body, "fields")))
			continue;
		n = count_part(p, body);
		if (p->min > 0 && n < (size_t)p->min) {
			track = kind_track(kind, p->track);
			return err_set(err, RC_RANGE, 0,
				       ngettext("%s: at least %d addressee, "
						"please (--%s)",
						"%s: at least %d addressees, "
						"please (--%s)",
						(unsigned long)p->min),
				       track != NULL ? title_in(&track->title,
								i18n_zh())
						     : p->track,
				       p->min, p->from);
		}
		if (p->max > 0 && n > (size_t)p->max)
			return err_set(err, RC_RANGE, 0,
				       _("'%s' takes at most %d addressees"),
				       p->from, p->max);
	}
	return RC_OK;
}

enum rc
compose_gate_revise(struct desk *d, const struct kind *kind,
		    const struct held_doc *held, const json_t *body,
		    struct err *err)
{
	const struct track_def *owner = kind_track(kind, "owner");
	const struct move *m =
		owner != NULL ? track_move(owner, "issue") : NULL;
	const json_t *fields = json_object_get(body, "fields");
	json_t *own = NULL, *data = compose_data(d, kind, body, &own);
	struct check_in in = {
		.desk = d,
		.kind = kind,
		.body = data,
		.fields = fields,
		.held = held,
		.before = json_object_get(body, "before"),
	};
	enum rc rc;

	rc = check_content(d, kind, fields, NULL,
			   json_is_true(json_object_get(body, "insist"))
				   ? AS_INSISTED
				   : AS_ISSUE,
			   err);
	if (rc == RC_OK)
		rc = check_parts(kind, body, err);
	if (rc == RC_OK)
		rc = rows_gate(d, kind, body, err);
	if (rc == RC_OK)
		rc = checks_run(&in, kind->checks, kind->n_checks, err);
	if (rc == RC_OK && m != NULL)
		rc = checks_run(&in, m->checks, m->n_checks, err);
	json_decref(data);
	json_decref(own);
	return rc;
}

enum rc
compose_gate(struct desk *d, const struct kind *kind, const json_t *body,
	     struct err *err)
{
	return compose_gate_revise(d, kind, NULL, body, err);
}

/* Settings that decide dates on both sides travel with the document (KINDS,
 * rule 6). */
static void
add_terms(struct desk *d, const struct kind *kind, const json_t *list,
	  json_t *terms)
{
	const char *desk, *name;
	const json_t *one;
	json_t *of;
	int64_t n;
	size_t i, c;

	json_array_foreach(list, i, one)
	{
		desk = json_string_value(one);
		of = json_object();
		for (c = 0; c < kind->n_clocks; c++) {
			name = kind->clocks[c].amount.peer;
			n = name != NULL ? setting_number(d, desk, name) : -1;
			if (n >= 0)
				json_object_set_new(of, name, json_integer(n));
		}
		if (json_object_size(of) > 0)
			json_object_set_new(terms, desk, of);
		else
			json_decref(of);
	}
}

json_t *
compose_data(struct desk *d, const struct kind *kind, const json_t *body,
	     json_t **ret_own)
{
	const json_t *from = json_object_get(body, "from");
	json_t *all = NULL, *data, *terms = json_object();

	fields_split(kind->fields, kind->n_fields,
		     json_object_get(body, "fields"), &all, ret_own);
	add_terms(d, kind, json_object_get(body, "to"), terms);
	add_terms(d, kind, json_object_get(body, "cc"), terms);
	data = json_pack("{s:o,s:O,s:O,s:o,s:O,s:o}", "officers",
			 officers_json(d), "to", json_object_get(body, "to"),
			 "cc", json_object_get(body, "cc"), "fields", all,
			 "attachments", json_object_get(body, "attachments"),
			 "terms", terms);
	if (from != NULL)
		json_object_set_new(data, "from", json_deep_copy(from));
	return data;
}

/* Moves of the draft: who reported, who decided and why. Stays here. */
static enum rc
write_before(struct desk *d, const struct doc_ref *ref, const json_t *before,
	     struct err *err)
{
	json_t *data;
	struct own_act act = { .type = EVENT_LOCAL,
			       .owner = ref->owner,
			       .doc = ref->id,
			       .time_ms = env_now_ms(d->env) };
	enum rc rc;

	if (json_array_size(before) == 0)
		return RC_OK;
	data = json_pack("{s:o,s:s,s:o}", "officers", officers_json(d), "act",
			 "drafted", "moves", json_deep_copy(before));
	act.data = data;
	rc = journal_append(d->journal, &act, NULL, err);
	json_decref(data);
	return rc;
}

enum rc
compose_own(struct desk *d, const struct doc_ref *ref, const json_t *own,
	    struct err *err)
{
	json_t *data;
	struct own_act act = { .type = EVENT_LOCAL,
			       .owner = ref->owner,
			       .doc = ref->id,
			       .time_ms = env_now_ms(d->env) };
	enum rc rc;

	if (own == NULL)
		return RC_OK;
	data = json_pack("{s:o,s:s,s:o}", "officers", officers_json(d), "act",
			 "fields", "fields", json_deep_copy(own));
	act.data = data;
	rc = journal_append(d->journal, &act, NULL, err);
	json_decref(data);
	return rc;
}

enum rc
compose_issue(struct desk *d, const struct issue_act *a, struct err *err)
{
	struct doc_ref ref = { 0 };
	json_t *own = NULL, *data = compose_data(d, a->kind, a->body, &own);
	json_t *reveals = NULL;
	struct own_act act = { .type = EVENT_ISSUE,
			       .owner = d->id,
			       .doc = a->id,
			       .kind = a->kind->name,
			       .kind_version = a->kind->version,
			       .track = "owner",
			       .time_ms = env_now_ms(d->env),
			       .data = data };
	char *number = NULL;
	bool waits = false;
	enum rc rc;

	memcpy(ref.owner, d->id, sizeof(ref.owner));
	fields_seal(d, a->kind, NULL, json_object_get(data, "fields"),
		    &reveals);
	rc = str_copy(ref.id, sizeof(ref.id), a->id, err);
	if (rc == RC_OK)
		rc = epoch_before_act(d->journal, &waits, err);
	/* kept unsigned: the number is given when it is signed */
	if (rc == RC_OK && !waits && str_eq(a->kind->number_at, "issue"))
		rc = serial_take(d, a->kind, act.time_ms, &number, err);
	if (rc == RC_OK) {
		if (number != NULL)
			json_object_set_new(data, "number",
					    json_string(number));
		if (a->author != NULL && !str_eq(a->author, d->officer.id))
			json_object_set_new(data, "drafted_by",
					    json_string(a->author));
		if (a->alone)
			json_object_set_new(data, "alone", json_true());
		rc = journal_append(d->journal, &act, NULL, err);
	}
	if (rc == RC_OK)
		rc = reveals_write(d, &ref, reveals, err);
	if (rc == RC_OK)
		rc = compose_own(d, &ref, own, err);
	if (rc == RC_OK)
		rc = write_before(d, &ref, json_object_get(a->body, "before"),
				  err);
	if (rc == RC_OK)
		rc = act_audit(d, "issue", &ref, number, err);
	xfree(number);
	json_decref(reveals);
	json_decref(data);
	json_decref(own);
	return rc;
}
