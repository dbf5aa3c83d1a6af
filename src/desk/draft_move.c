#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "check_int.h"
#include "compose_int.h"
#include "course_int.h"
#include "desk_int.h"
#include "move_int.h"
#include "parked_int.h"

static char *
why_state(const struct kind *kind, const struct draft *f, const struct move *m)
{
	const struct track_def *t = kind_track(kind, "owner");
	const struct state *from = track_state(t, m->from[0]);
	const struct state *is = track_state(t, f->state);

	if (move_is_from(m, f->state))
		return NULL;
	return xasprintf(
		_("only in state %s; it is %s"),
		from != NULL ? title_in(&from->title, i18n_zh()) : m->from[0],
		course_waits_approval(kind, f->state) ? _("waits for approval")
		: is != NULL ? title_in(&is->title, i18n_zh())
			     : f->state);
}

char *
draft_why_not(struct desk *d, const struct draft *f, const struct kind *kind,
	      const struct move *m, const char *note)
{
	const json_t *fields = json_object_get(f->body, "fields");
	char *why = why_state(kind, f, m);

	if (why != NULL)
		return why;
	if (m->roles != 0 ? (d->officer.roles & m->roles) == 0
			  : (d->officer.roles & ROLES_CONTENT) == 0)
		return xstrdup(_("the officer has not the role for it"));
	if (m->not_author && str_eq(f->made_by, d->officer.id) &&
	    !officer_alone(d))
		return xstrdup(_("not by who drafted it"));
	if (!course_possible(kind, fields, f->state, m) &&
	    !(m->unless_note && note != NULL && note[0] != '\0'))
		return xstrdup(_("its condition does not hold yet"));
	return NULL;
}

/* What was typed goes where the kind has a field of that name. */
static void
write_inputs(const struct kind *kind, const json_t *input, json_t *fields)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)input, name, value)
	{
		if (kind_field(kind, name) != NULL)
			json_object_set(fields, name, value);
	}
}

static void
write_stamps(const struct kind *kind, const struct move *m, int64_t now_ms,
	     json_t *fields)
{
	char text[TIME_TEXT_MAX];
	size_t i;

	for (i = 0; i < m->n_effects; i++) {
		const struct effect *e = &m->effects[i];
		const struct field *f = kind_field(kind, e->target);

		if (e->type != EFFECT_STAMP || f == NULL)
			continue;
		if (f->type == FIELD_DATE)
			day_format(day_of_ms(now_ms), text);
		else
			time_format(now_ms, text);
		json_object_set_new(fields, e->target, json_string(text));
	}
}

/* Kept with the draft, and with the document when it is issued. */
static void
remember(struct draft *f, const json_t *move, int64_t now_ms)
{
	json_t *list = json_object_get(f->body, "before");
	json_t *one = json_deep_copy(move);
	char text[TIME_TEXT_MAX];

	time_format(now_ms, text);
	json_object_set_new(one, "at", json_string(text));
	json_object_del(one, "assign");
	if (list == NULL) {
		list = json_array();
		json_object_set_new(f->body, "before", list);
	}
	json_array_append_new(list, one);
}

/* Judged on the draft as it will be after the move. */
static enum rc
run_checks(struct desk *d, const struct draft *f, const struct kind *kind,
	   const struct move *mv, const json_t *move, struct err *err)
{
	json_t *own = NULL, *data = compose_data(d, kind, f->body, &own);
	const struct check_in in = {
		.desk = d,
		.kind = kind,
		.body = data,
		.fields = json_object_get(f->body, "fields"),
		.move = move,
		.before = json_object_get(f->body, "before"),
	};
	enum rc rc = checks_run(&in, mv->checks, mv->n_checks, err);

	json_decref(data);
	json_decref(own);
	return rc;
}

/* Of a move back to where it began: why. */
static const char *
note_of(const struct kind *kind, const struct move *mv, const struct do_move *m)
{
	const char *text = NULL;
	size_t i;

	for (i = 0; text == NULL && i < mv->n_input; i++)
		text = json_text(m->input, mv->input[i].name);
	if (m->note != NULL && m->note[0] != '\0')
		return m->note;
	return str_eq(mv->to, course_start(kind)) ? text : NULL;
}

static enum rc
apply(struct desk *d, struct draft *f, const struct kind *kind,
      const struct move *mv, const struct do_move *m, struct err *err)
{
	int64_t now = env_now_ms(d->env);
	json_t *fields = json_object_get(f->body, "fields"), *body = NULL;
	enum rc rc = move_body(d, mv, m, &body, err);

	if (rc != RC_OK)
		return rc;
	write_inputs(kind, json_object_get(body, "input"), fields);
	write_inputs(kind, json_object_get(body, "own"), fields);
	write_stamps(kind, mv, now, fields);
	remember(f, body, now);
	rc = run_checks(d, f, kind, mv, body, err);
	json_decref(body);
	if (rc != RC_OK)
		return rc;
	return draft_state(d, f, mv->to != NULL ? mv->to : f->state, mv->name,
			   note_of(kind, mv, m), err);
}

enum rc
draft_move(struct desk *d, struct draft *f, const struct do_move *m,
	   struct err *err)
{
	const struct kind *kind = NULL;
	const struct track_def *owner;
	const struct move *mv;
	char *why;
	enum rc rc = draft_kind(d, f, &kind, err);

	if (rc != RC_OK)
		return rc;
	owner = kind_track(kind, "owner");
	mv = owner != NULL ? track_move(owner, m->move) : NULL;
	if (mv == NULL || !move_drafts(owner, mv))
		return err_set(err, RC_STATE, 0,
			       _("a draft in state %s has no move '%s'"),
			       f->state, m->move);
	why = draft_why_not(d, f, kind, mv, m->note);
	if (why == NULL)
		return apply(d, f, kind, mv, m, err);
	rc = err_set(err, RC_STATE, 0, _("%s is not possible: %s"),
		     title_in(&mv->title, i18n_zh()), why);
	xfree(why);
	return rc;
}
