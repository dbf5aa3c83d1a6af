#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_int.h"
#include "compose_int.h"
#include "course_int.h"
#include "desk_int.h"
#include "fields_int.h"
#include "gate_int.h"
#include "journal/blob.h"
#include "model/content.h"
#include "parked_int.h"
#include "row_int.h"
#include "view_int.h"

static char **
names_of(const json_t *list, size_t *ret_n)
{
	char **out = xcalloc(json_array_size(list), sizeof(*out));
	const char *s;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		s = json_string_value(json_array_get(list, i));
		out[i] = xstrdup(s != NULL ? s : "");
	}
	*ret_n = json_array_size(list);
	return out;
}

static void
add_attachment(struct desk *d, struct view *v, const json_t *one)
{
	const char *digest = json_text(one, "digest");
	const char *name = json_text(one, "name");
	const char *type = json_text(one, "type");
	const json_t *size = json_object_get(one, "size");
	struct attachment_row r = { .size = -1 };
	int64_t held;

	if (digest == NULL || digest_parse(digest, &r.digest, NULL) != RC_OK)
		return;
	r.name = xstrdup(name != NULL ? name : digest);
	if (json_is_integer(size))
		r.size = json_integer_value(size);
	r.here = blob_here(d->journal, &r.digest, &held);
	if (type == NULL ||
	    str_copy(r.type, sizeof(r.type), type, NULL) != RC_OK)
		r.type[0] = '\0';
	v->attachments = xreallocarray(v->attachments, v->n_attachments + 1,
				       sizeof(*v->attachments));
	v->attachments[v->n_attachments++] = r;
}

static void
add_attachments(struct desk *d, struct view *v, const json_t *list)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) add_attachment(d, v, one);
}

static void
add_moves(struct view *v, const struct gate *g, const char *title)
{
	const struct track_def *t = g->def;
	const struct state *from;
	struct move_row *r;
	size_t i;

	v->moves = xreallocarray(v->moves,
				 v->n_moves + (t != NULL ? t->n_moves : 0) + 1,
				 sizeof(*v->moves));
	for (i = 0; t != NULL && i < t->n_moves; i++) {
		const struct move *m = &t->moves[i];

		/* moves of drafts are over once it is issued */
		from = m->n_from > 0 ? track_state(t, m->from[0]) : NULL;
		if (from != NULL && from->stage == STAGE_DRAFT)
			continue;
		r = &v->moves[v->n_moves++];
		*r = (struct move_row){ .move = m, .row_title = title };
		r->row = g->row != NULL ? g->row->key : NULL;
		r->why = gate_why_not(g, m, NULL);
		r->possible = r->why == NULL;
		r->by_note = m->unless_note ||
			     checks_take_note(m->checks, m->n_checks);
		if (r->why == NULL)
			r->why = xstrdup("");
	}
}

/* The rows, and what this desk may do with its own. */
static void
rows_make(struct view *v, struct gate *g)
{
	const struct doc *doc = v->held.doc;
	size_t i;

	v->rows = xcalloc(doc->n_rows, sizeof(*v->rows));
	for (i = 0; i < doc->n_rows; i++) {
		const struct row_track *t = &doc->rows[i];
		const char *title = content_row_title(doc->kind->rows, t->json);
		struct row_row *r = &v->rows[v->n_rows++];

		*r = (struct row_row){ .title = title != NULL ? title : "",
				       .state = t->state,
				       .columns = t->json,
				       .index = t->index,
				       .since_ms = t->since_ms,
				       .removed = t->removed };
		memcpy(r->key, t->key, sizeof(r->key));
		memcpy(r->desk, t->desk, sizeof(r->desk));
		if (!t->removed && str_eq(t->desk, g->desk->id) &&
		    gate_row(g, t->key, NULL) == RC_OK)
			add_moves(v, g, r->title);
	}
}

/* 缺项 by their titles: asked for, and not given. */
static void
missing_make(struct view *v, const struct kind *kind)
{
	const struct field *f;
	size_t i;

	v->missing =
		xcalloc(kind != NULL ? kind->n_fields : 0, sizeof(*v->missing));
	for (i = 0; kind != NULL && i < kind->n_fields; i++) {
		f = &kind->fields[i];
		if (f->need == NEED_SHOULD &&
		    (v->held.doc == NULL ||
		     doc_seal_of(v->held.doc, f->name) == NULL) &&
		    json_object_get(v->fields, f->name) == NULL)
			v->missing[v->n_missing++] =
				xstrdup(title_in(&f->title, i18n_zh()));
	}
	if (v->row->draft)
		v->row->missing = (int)v->n_missing;
}

static void
view_parked(struct desk *d, struct view *v)
{
	enum role role = ROLE_APPROVER;
	struct draft f = { 0 };
	const char *text;
	bool alone;

	if (draft_of(d, &v->row->ref, &f, NULL) != RC_OK)
		return;
	text = json_text(f.body, "approver");
	if (text != NULL && role_parse(text, &role, NULL) != RC_OK)
		role = ROLE_APPROVER; /* of a newer version: refused later */
	v->may_approve = d->has_officer && may_approve(d, ROLE_BIT(role), true,
						       f.made_by, &alone);
	v->row->waiting_approval = true;
	timeline_parked(d, v, &f);
	draft_release(&f);
}

static enum rc
view_issued(struct desk *d, struct view *v, struct err *err)
{
	const struct doc *doc = v->held.doc;
	const json_t *data = doc->current != NULL ? doc->current->data : NULL;
	struct doc_track *t = doc_track_of(doc, d->id);
	bool own = str_eq(doc->owner, d->id);
	struct gate g;
	size_t i;

	v->fields = doc_whole_fields(v->held.doc);
	view_withhold(v, doc->kind, false);
	v->to = names_of(json_object_get(data, "to"), &v->n_to);
	v->cc = names_of(json_object_get(data, "cc"), &v->n_cc);
	missing_make(v, doc->kind);
	timeline_make(d, v);
	clocks_make(d, v, doc);
	reliance_make(d, doc, &v->reliance);
	add_attachments(d, v, doc->attachments);
	for (i = 0; i < doc->n_events; i++)
		if (doc->events[i].event->type == EVENT_REMARK &&
		    doc->events[i].verdict == VERDICT_FIT)
			add_attachments(
				d, v,
				json_object_get(doc->events[i].event->data,
						"attachments"));
	gate_init(&g, d, &v->held);
	add_moves(v, &g, "");
	rows_make(v, &g);
	gate_release(&g);
	v->may_withdraw = own && doc->issued && !doc->withdrawn;
	v->may_ack_withdraw = !own && doc->withdrawn && t != NULL && !t->acked;
	view_parked(d, v);
	return timeline_looked(d, v, err);
}

/* Moves of the draft, so that a screen offers them like any other. */
static void
draft_moves_make(struct desk *d, struct view *v, const struct kind *kind,
		 const struct draft *f)
{
	const struct track_def *t = kind_track(kind, "owner");
	struct move_row *r;
	size_t i;

	if (t == NULL || !d->has_officer)
		return;
	v->moves = xcalloc(t->n_moves, sizeof(*v->moves));
	for (i = 0; i < t->n_moves; i++) {
		const struct move *m = &t->moves[i];

		if (!move_drafts(t, m) || str_eq(m->name, "issue"))
			continue;
		r = &v->moves[v->n_moves++];
		r->move = m;
		r->why = draft_why_not(d, f, kind, m, NULL);
		r->possible = r->why == NULL;
		r->by_note = m->unless_note ||
			     checks_take_note(m->checks, m->n_checks);
		if (r->why == NULL)
			r->why = xstrdup("");
	}
}

static enum rc
view_draft(struct desk *d, struct view *v, struct draft *f, struct err *err)
{
	const struct kind *kind = NULL;
	struct draft_doc *dated;
	bool not_author, alone, may;
	unsigned roles;
	enum rc rc = draft_kind(d, f, &kind, err);

	if (rc != RC_OK)
		return rc;
	v->fields = json_incref(json_object_get(f->body, "fields"));
	view_withhold(v, kind,
		      d->has_officer && str_eq(f->made_by, d->officer.id));
	v->to = names_of(json_object_get(f->body, "to"), &v->n_to);
	v->cc = names_of(json_object_get(f->body, "cc"), &v->n_cc);
	add_attachments(d, v, json_object_get(f->body, "attachments"));
	missing_make(v, kind);
	v->draft_version = f->version;
	roles = issue_roles(kind, &not_author);
	may = d->has_officer &&
	      may_approve(d, roles, not_author, f->made_by, &alone);
	v->may_issue =
		d->has_officer && course_may_issue(kind, f->state) &&
		(may || !str_eq(course_waiting(kind, f->state), f->state));
	v->issue_waits = v->may_issue && !may;
	v->may_approve = may && course_waits_approval(kind, f->state);
	draft_moves_make(d, v, kind, f);
	timeline_before(d, v, kind, json_object_get(f->body, "before"));
	dated = draft_doc_new(d, f);
	if (dated != NULL)
		clocks_make(d, v, dated->doc);
	draft_doc_free(dated);
	return RC_OK;
}

enum rc
ask_view(struct desk *d, const struct doc_ref *ref, struct view **ret_view,
	 struct err *err)
{
	struct view *v = xcalloc(1, sizeof(*v));
	struct doc_list rows = { 0 };
	struct draft f = { 0 };
	enum rc rc;

	rc = ask_row(d, ref, &rows, err);
	if (rc == RC_OK) {
		v->row = rows.rows; /* one row: the array is the row */
		if (v->row->draft) {
			rc = draft_read(d, ref->id, &f, err);
			if (rc == RC_OK)
				rc = view_draft(d, v, &f, err);
			draft_release(&f);
		} else {
			rc = journal_load(d->journal, v->row->ref.owner,
					  v->row->ref.id, &v->held, err);
			if (rc == RC_OK)
				rc = view_issued(d, v, err);
		}
	}
	if (rc != RC_OK) {
		view_free(v);
		return rc;
	}
	*ret_view = v;
	return RC_OK;
}

static void
free_names(char **names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		xfree(names[i]);
	xfree(names);
}

struct view *
view_free(struct view *v)
{
	size_t i;

	if (v == NULL)
		return NULL;
	json_decref(v->fields);
	json_decref(v->shown);
	json_decref(v->sums);
	timeline_free(v);
	for (i = 0; i < v->n_clocks; i++) {
		xfree(v->clocks[i].title);
		xfree(v->clocks[i].article);
		xfree(v->clocks[i].remarks);
	}
	xfree(v->clocks);
	for (i = 0; i < v->n_attachments; i++)
		xfree(v->attachments[i].name);
	xfree(v->attachments);
	for (i = 0; i < v->n_moves; i++)
		xfree(v->moves[i].why);
	xfree(v->moves);
	xfree(v->rows);
	free_names(v->to, v->n_to);
	free_names(v->cc, v->n_cc);
	free_names(v->missing, v->n_missing);
	reliance_list_release(&v->reliance);
	free_names(v->withheld, v->n_withheld);
	held_doc_release(&v->held);
	if (v->row != NULL)
		row_release(v->row);
	xfree(v->row);
	return xfree(v);
}
