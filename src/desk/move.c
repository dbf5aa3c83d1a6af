#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"
#include "compose_int.h"
#include "course_int.h"
#include "desk_int.h"
#include "fields_int.h"
#include "model/content.h"
#include "move_int.h"
#include "parked_int.h"

enum rc
assign_write(struct desk *d, const struct doc_ref *ref, const char *officer,
	     const char *due, struct err *err)
{
	json_t *data = json_pack("{s:o,s:s,s:s}", "officers", officers_json(d),
				 "act", "assign", "assignee", officer);
	struct own_act act = { .type = EVENT_LOCAL,
			       .owner = ref->owner,
			       .doc = ref->id,
			       .time_ms = env_now_ms(d->env),
			       .data = data };
	enum rc rc;

	if (due != NULL)
		json_object_set_new(data, "due", json_string(due));
	rc = journal_append(d->journal, &act, NULL, err);
	if (rc == RC_OK)
		rc = act_audit(d, "assign", ref, officer, err);
	json_decref(data);
	return rc;
}

/* Data of the event from the body of the move. */
static json_t *
event_data(const json_t *body)
{
	json_t *data = json_deep_copy(body);

	json_object_del(data, "own");
	json_object_del(data, "row");
	json_object_del(data, "assign");
	return data;
}

static enum rc
write_made(struct desk *d, const struct signed_move *m, struct err *err)
{
	struct new_made made;
	enum new_outcome outcome;
	struct doc_ref ref;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < m->made->n; i++) {
		made = (struct new_made){ .body = m->made->at[i].body,
					  .draft = m->made->at[i].draft,
					  .approved = true };
		rc = new_write(d, m->made->at[i].kind, &made, &ref, &outcome,
			       err);
	}
	return rc;
}

enum rc
move_write(struct desk *d, const struct signed_move *m, struct err *err)
{
	const json_t *own = json_object_get(m->body, "own");
	const char *assignee = json_text(m->body, "assign");
	const char *row = json_text(m->body, "row");
	char *track = row != NULL ? xasprintf("%s:%s", TRACK_ROWS, row) : NULL;
	json_t *data = event_data(m->body);
	struct own_act act = { .type = m->move->local ? EVENT_LOCAL
						      : EVENT_MOVE,
			       .owner = m->ref->owner,
			       .doc = m->ref->id,
			       .track = track,
			       .rev = m->rev,
			       .time_ms = env_now_ms(d->env),
			       .data = data };
	enum rc rc;

	if (m->move->local)
		json_object_set_new(data, "act", json_string(m->move->name));
	rc = journal_append(d->journal, &act, NULL, err);
	if (rc == RC_OK)
		rc = act_audit(d, m->move->name, m->ref, NULL, err);
	if (rc == RC_OK && assignee != NULL)
		rc = assign_write(d, m->ref, assignee, NULL, err);
	json_decref(data);
	if (rc == RC_OK && own != NULL) {
		data = json_pack("{s:o,s:s,s:s,s:O}", "officers",
				 officers_json(d), "act", "input", "move",
				 m->move->name, "input", own);
		act = (struct own_act){ .type = EVENT_LOCAL,
					.owner = m->ref->owner,
					.doc = m->ref->id,
					.track = track,
					.time_ms = env_now_ms(d->env),
					.data = data };
		rc = journal_append(d->journal, &act, NULL, err);
		json_decref(data);
	}
	xfree(track);
	return rc == RC_OK ? write_made(d, m, err) : rc;
}

/* The move of that name on the track; RC_NOTFOUND lists those there are. */
static enum rc
find_move(const struct gate *g, const char *name, const struct move **ret,
	  struct err *err)
{
	char names[180] = "", shown[64];
	size_t i, at = 0;

	text_show_into(shown, sizeof(shown), name);
	if (g->track == NULL || g->def == NULL)
		return err_set(err, RC_DENIED, 0,
			       _("this desk has no part in the document"));
	*ret = track_move(g->def, name);
	if (*ret != NULL && !str_eq(name, "issue"))
		return RC_OK;
	for (i = 0; i < g->def->n_moves && at < sizeof(names) - 40; i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, " %s",
				       g->def->moves[i].name);
	return err_set(err, RC_NOTFOUND, 0,
		       _("no move '%s' here; there are:%s"), shown, names);
}

static enum rc
check_input(const struct move *m, const json_t *input, struct err *err)
{
	struct problem found[8];
	size_t missing, n, i;

	n = content_check(m->input, m->n_input, input, found, ARRAY_LEN(found),
			  &missing);
	for (i = 0; i < n && i < ARRAY_LEN(found); i++)
		if (!found[i].soft) {
			if (err != NULL)
				*err = found[i].err;
			return found[i].err.code;
		}
	return RC_OK;
}

/* Local inputs stay at home; a local officer is whom it is assigned to. */
static enum rc
split_input(struct desk *d, const struct move *m, const json_t *input,
	    json_t *body, struct err *err)
{
	json_t *all = NULL, *own = NULL;
	struct officer o = { 0 };
	const char *who;
	enum rc rc = RC_OK;
	size_t i;

	fields_split(m->input, m->n_input, input, &all, &own);
	for (i = 0; rc == RC_OK && i < m->n_input; i++) {
		who = json_text(own, m->input[i].name);
		if (m->input[i].type != FIELD_OFFICER || who == NULL)
			continue;
		rc = officer_check(d, who, &o, err);
		officer_release(&o);
		if (rc == RC_OK) {
			json_object_set_new(body, "assign", json_string(who));
			json_object_del(own, m->input[i].name);
		}
	}
	json_object_set_new(body, "input", all);
	if (own != NULL && json_object_size(own) > 0)
		json_object_set(body, "own", own);
	json_decref(own);
	return rc;
}

static enum rc
add_officers(struct desk *d, const struct do_move *m, int needed, json_t *list,
	     struct err *err)
{
	struct officer o = { 0 };
	const json_t *one;
	size_t i, k;
	enum rc rc = RC_OK;

	for (i = 0; rc == RC_OK && i < m->n_officers; i++) {
		rc = officer_check(d, m->officers[i], &o, err);
		json_array_foreach(list, k,
				   one) if (rc == RC_OK &&
					    str_eq(json_text(one, "id"), o.id))
			rc = err_set(err, RC_RANGE, 0,
				     _("officer %s is named twice"), o.id);
		if (rc == RC_OK)
			json_array_append_new(list, officer_json(&o));
		officer_release(&o);
	}
	if (rc == RC_OK && json_array_size(list) < (size_t)needed)
		rc = err_set(err, RC_DENIED, 0,
			     _("this move takes %d officers"), needed);
	return rc;
}

enum rc
move_body(struct desk *d, const struct move *mv, const struct do_move *m,
	  json_t **ret_body, struct err *err)
{
	json_t *input =
		m->input != NULL ? fields_prune(m->input) : json_object();
	json_t *body, *officers = officers_json(d);
	enum rc rc;

	content_defaults(mv->input, mv->n_input, input);
	body = json_pack("{s:o,s:s}", "officers", officers, "move", mv->name);
	rc = check_input(mv, input, err);
	if (rc == RC_OK && m->note != NULL)
		rc = utf8_check(m->note, strlen(m->note), err);
	if (rc == RC_OK && m->note != NULL && m->note[0] != '\0')
		json_object_set_new(body, "note", json_string(m->note));
	if (rc == RC_OK && m->row != NULL)
		json_object_set_new(body, "row", json_string(m->row));
	if (rc == RC_OK)
		rc = split_input(d, mv, input, body, err);
	if (rc == RC_OK)
		rc = add_officers(d, m, mv->officers, officers, err);
	json_decref(input);
	if (rc != RC_OK) {
		json_decref(body);
		return rc;
	}
	*ret_body = body;
	return RC_OK;
}

static enum rc
sign_move(struct desk *d, const struct doc_ref *ref,
	  const struct held_doc *held, const struct move *mv,
	  const struct do_move *m, const json_t *body, struct err *err)
{
	struct made_list made = { .n = 0 };
	struct signed_move s = { .ref = ref,
				 .held = held,
				 .move = mv,
				 .body = body,
				 .rev = m->rev,
				 .made = &made };
	enum rc rc;

	rc = effects_prepare(d, held, mv, json_object_get(body, "input"), &made,
			     err);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc == RC_OK)
		rc = act_end(d, move_write(d, &s, err), err);
	effects_release(&made);
	return rc;
}

static enum rc
move_held(struct desk *d, const struct doc_ref *ref,
	  const struct held_doc *held, const struct do_move *m,
	  bool *ret_parked, struct err *err)
{
	const struct move *mv = NULL;
	struct park park = {
		.doc = ref, .held = held, .act = "move", .rev = m->rev
	};
	struct gate g;
	char *why = NULL;
	json_t *body = NULL;
	bool alone;
	enum rc rc;

	gate_init(&g, d, held);
	rc = gate_row(&g, m->row, err);
	if (rc == RC_OK)
		rc = find_move(&g, m->move, &mv, err);
	if (rc == RC_OK)
		why = gate_why_not(&g, mv, m->note);
	if (why != NULL) {
		permit_refused(d, mv->name, ref);
		rc = err_set(err, RC_STATE, 0, _("%s is not possible: %s"),
			     title_in(&mv->title, i18n_zh()), why);
	}
	if (rc == RC_OK)
		rc = move_body(d, mv, m, &body, err);
	if (rc == RC_OK)
		rc = gate_filled_in(&g, mv, body, err);
	if (rc == RC_OK) {
		*ret_parked = mv->approve != ROLE__COUNT &&
			      !may_approve(d, ROLE_BIT(mv->approve), false, "",
					   &alone);
		park.what = title_in(&mv->title, i18n_zh());
		park.body = body;
		park.approver = mv->approve;
		rc = *ret_parked ? parked_add(d, &park, err)
				 : sign_move(d, ref, held, mv, m, body, err);
	}
	xfree(why);
	json_decref(body);
	gate_release(&g);
	return rc;
}

/* Moves of a draft change its row and sign nothing (KINDS, rule 4). */
static enum rc
move_draft(struct desk *d, const struct doc_ref *ref, struct draft *f,
	   const struct do_move *m, bool *ret_parked, struct err *err)
{
	enum new_outcome outcome;
	enum rc rc;

	*ret_parked = false;
	if (!str_eq(m->move, "issue"))
		return draft_move(d, f, m, err);
	rc = act_issue(d, ref, &outcome, err);
	*ret_parked = rc == RC_OK && outcome == NEW_WAITING;
	return rc;
}

enum rc
act_move(struct desk *d, const struct doc_ref *ref, const struct do_move *m,
	 bool *ret_parked, struct err *err)
{
	struct held_doc held = { 0 };
	struct draft f = { 0 };
	enum rc rc = need_author(d, err);

	if (rc != RC_OK)
		return rc;
	if (draft_stands_for(d, ref)) {
		rc = draft_read(d, ref->id, &f, err);
		if (rc == RC_OK)
			rc = move_draft(d, ref, &f, m, ret_parked, err);
		draft_release(&f);
		return rc;
	}
	rc = journal_load(d->journal, ref->owner, ref->id, &held, err);
	if (rc != RC_OK)
		return rc;
	rc = move_held(d, ref, &held, m, ret_parked, err);
	held_doc_release(&held);
	return rc;
}

/* Its inputs as the fields of a kind, so that text becomes their type. */
static enum rc
set_input(const struct move *mv, json_t *input, const char *dotted,
	  const char *value, struct err *err)
{
	const struct kind fields = { .name = mv->name,
				     .fields = mv->input,
				     .n_fields = mv->n_input };

	return content_set(&fields, input, dotted, value, err);
}

static enum rc
set_draft_input(struct desk *d, const struct doc_ref *ref,
		const struct do_move *m, const char *dotted, const char *value,
		struct err *err)
{
	const struct kind *kind = NULL;
	const struct move *mv = NULL;
	struct draft f = { 0 };
	enum rc rc = draft_read(d, ref->id, &f, err);

	if (rc == RC_OK)
		rc = draft_kind(d, &f, &kind, err);
	if (rc == RC_OK) {
		mv = track_move(kind_track(kind, "owner"), m->move);
		rc = mv != NULL ? set_input(mv, m->input, dotted, value, err)
				: err_set(err, RC_STATE, 0,
					  _("a draft in state %s has no move "
					    "'%s'"),
					  f.state, m->move);
	}
	draft_release(&f);
	return rc;
}

enum rc
move_input_set(struct desk *d, const struct doc_ref *ref,
	       const struct do_move *m, const char *dotted, const char *value,
	       struct err *err)
{
	struct held_doc held = { 0 };
	const struct move *mv = NULL;
	struct gate g;
	enum rc rc;

	if (draft_stands_for(d, ref))
		return set_draft_input(d, ref, m, dotted, value, err);
	rc = journal_load(d->journal, ref->owner, ref->id, &held, err);
	if (rc != RC_OK)
		return rc;
	gate_init(&g, d, &held);
	rc = gate_row(&g, m->row, err);
	if (rc == RC_OK)
		rc = find_move(&g, m->move, &mv, err);
	if (rc == RC_OK)
		rc = set_input(mv, m->input, dotted, value, err);
	gate_release(&g);
	held_doc_release(&held);
	return rc;
}

/* The move that signs: from a state of stage stored to one of stage signed. */
static const struct move *
signing_move(const struct track_def *t)
{
	const struct state *from, *to;
	size_t i;

	for (i = 0; t != NULL && i < t->n_moves; i++) {
		const struct move *m = &t->moves[i];

		from = m->n_from > 0 ? track_state(t, m->from[0]) : NULL;
		to = m->to != NULL ? track_state(t, m->to) : NULL;
		if (from != NULL && to != NULL && from->stage == STAGE_STORED &&
		    to->stage == STAGE_SIGNED)
			return m;
	}
	return NULL;
}

static json_t *
sign_input(struct desk *d, const struct move *mv, const char *assignee,
	   const char *late_reason)
{
	json_t *input = json_object();
	size_t i;

	for (i = 0; i < mv->n_input; i++) {
		const struct field *f = &mv->input[i];

		if (f->type == FIELD_OFFICER && f->see == SEE_LOCAL)
			json_object_set_new(
				input, f->name,
				json_string(assignee != NULL ? assignee
							     : d->officer.id));
		else if (late_reason != NULL && late_reason[0] != '\0' &&
			 (f->type == FIELD_TEXT || f->type == FIELD_LONG))
			json_object_set_new(input, f->name,
					    json_string(late_reason));
	}
	return input;
}

enum rc
act_sign(struct desk *d, const struct doc_ref *ref, const char *assignee,
	 const char *late_reason, const struct ref *rev, struct err *err)
{
	struct held_doc held = { 0 };
	struct do_move m = { .rev = rev };
	const struct move *mv;
	struct doc_track *t;
	bool parked;
	enum rc rc = need_author(d, err);

	if (rc == RC_OK)
		rc = journal_load(d->journal, ref->owner, ref->id, &held, err);
	if (rc != RC_OK)
		return rc;
	t = doc_track_of(held.doc, d->id);
	mv = t != NULL ? signing_move(t->def) : NULL;
	if (mv == NULL) {
		rc = err_set(err, RC_STATE, 0,
			     _("this desk has nothing to sign for here"));
	} else {
		m.move = mv->name;
		m.input = sign_input(d, mv, assignee, late_reason);
		rc = move_held(d, ref, &held, &m, &parked, err);
		json_decref(m.input);
	}
	held_doc_release(&held);
	return rc;
}
