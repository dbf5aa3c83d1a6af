#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_int.h"
#include "desk_int.h"
#include "fields_int.h"
#include "gate_int.h"
#include "journal/projection.h"
#include "model/condition.h"

const char *
held_assignee(const struct held_doc *held)
{
	const struct doc *doc = held->doc;
	const char *found = "", *who;
	size_t i;

	for (i = 0; i < doc->n_events; i++) {
		const struct folded_event *f = &doc->events[i];

		if (f->event->type != EVENT_LOCAL ||
		    f->verdict != VERDICT_FIT ||
		    !str_eq(json_text(f->event->data, "act"), "assign"))
			continue;
		who = json_text(f->event->data, "assignee");
		found = who != NULL ? who : "";
	}
	return found;
}

const char *
held_author(const struct held_doc *held)
{
	const struct event *e = held->doc->issue;
	const char *who = e != NULL ? json_text(e->data, "drafted_by") : NULL;

	if (who == NULL && e != NULL)
		who = json_text(
			json_array_get(json_object_get(e->data, "officers"), 0),
			"id");
	return who != NULL ? who : "";
}

void
gate_init(struct gate *g, struct desk *d, const struct held_doc *held)
{
	*g = (struct gate){
		.desk = d,
		.held = held,
		.track = doc_track_of(held->doc, d->id),
		.assignee = held_assignee(held),
		.officer = d->has_officer ? &d->officer : NULL,
		.fields = doc_whole_fields(held->doc),
	};
	(void)gate_row(g, NULL, NULL);
}

enum rc
gate_row(struct gate *g, const char *key, struct err *err)
{
	const struct doc *doc = g->held->doc;
	char keys[160] = "", shown[64];
	size_t i, at = 0;

	g->row = NULL;
	g->def = g->track != NULL ? g->track->def : NULL;
	g->state = g->track != NULL ? g->track->state : NULL;
	if (key == NULL)
		return RC_OK;
	for (i = 0; i < doc->n_rows && g->row == NULL; i++) {
		const struct row_track *r = &doc->rows[i];

		if (r->removed || !str_eq(r->desk, g->desk->id))
			continue;
		if (str_eq(r->key, key))
			g->row = r;
		else if (at < sizeof(keys) - ROW_KEY_MAX - 2)
			at += (size_t)snprintf(keys + at, sizeof(keys) - at,
					       " %s", r->key);
	}
	if (g->row == NULL)
		return err_set(err, RC_NOTFOUND, 0,
			       _("no row '%s' of this desk; it has:%s"),
			       text_show_into(shown, sizeof(shown), key), keys);
	g->def = g->row->def;
	g->state = g->row->state;
	return RC_OK;
}

const char *
gate_track(const struct gate *g)
{
	return g->row != NULL	  ? g->row->track
	       : g->track != NULL ? g->track->name
				  : NULL;
}

void
gate_release(struct gate *g)
{
	json_decref((json_t *)(uintptr_t)g->fields);
	*g = (struct gate){ 0 };
}

/*
 * Until somebody is assigned, the duty officer stands in for the assignee:
 * what nobody has may not wait for nobody.
 */
static bool
has_role(const struct gate *g, unsigned roles)
{
	const struct officer *o = g->officer;

	if (o == NULL)
		return false;
	if (roles == 0)
		return (o->roles & ROLES_CONTENT) != 0;
	if ((o->roles & roles) != 0)
		return true;
	if ((roles & ROLE_BIT(ROLE_ASSIGNEE)) == 0)
		return false;
	return g->assignee[0] != '\0' ? str_eq(g->assignee, o->id)
				      : (o->roles & ROLE_BIT(ROLE_DUTY)) != 0;
}

static char *
why_role(const struct gate *g, const struct move *m)
{
	char names[128] = "";
	size_t at = 0;
	int r;

	if (has_role(g, m->roles)) {
		if (m->not_author &&
		    str_eq(held_author(g->held), g->officer->id) &&
		    !officer_alone(g->desk))
			return xstrdup(_("not by who drafted it"));
		return NULL;
	}
	if (m->roles == ROLE_BIT(ROLE_ASSIGNEE) && g->assignee[0] != '\0') {
		char *who = officer_title(g->desk, g->assignee);
		char *text = xasprintf(_("assigned to %s"), who);

		xfree(who);
		return text;
	}
	for (r = 0; r < ROLE__COUNT; r++)
		if ((m->roles & ROLE_BIT(r)) != 0 && at < sizeof(names) - 32)
			at += (size_t)snprintf(names + at, sizeof(names) - at,
					       "%s%s", at > 0 ? ", " : "",
					       role_title((enum role)r));
	return xasprintf(_("needs the role %s"), names);
}

static bool
done_before(const struct gate *g, const struct move *m)
{
	size_t i;

	for (i = 0; i < g->held->doc->n_events; i++) {
		const struct folded_event *f = &g->held->doc->events[i];

		if (f->event->type == EVENT_MOVE && f->verdict == VERDICT_FIT &&
		    str_eq(f->event->source, g->desk->id) &&
		    str_eq(f->event->track, gate_track(g)) &&
		    str_eq(json_text(f->event->data, "move"), m->name))
			return true;
	}
	return false;
}

static const struct doc_clock *
own_clock(const struct gate *g, const char *name)
{
	size_t i;

	for (i = 0; i < g->held->doc->n_clocks; i++) {
		const struct doc_clock *c = &g->held->doc->clocks[i];

		if (str_eq(c->desk, g->desk->id) &&
		    str_eq(c->def->name, name) &&
		    (g->row == NULL || c->row_track == NULL ||
		     c->row_track == g->row))
			return c;
	}
	return NULL;
}

static char *
why_effect(const struct gate *g, const struct effect *e)
{
	int32_t today = day_of_ms(env_now_ms(g->desk->env));
	const struct doc_clock *c;

	switch (e->type) {
	case EFFECT_CREATE:
		if (kinds_current(g->desk->kinds, e->target, today) == NULL)
			return xasprintf(_("kind '%s' is not installed"),
					 e->target);
		return NULL;
	case EFFECT_SUSPEND:
		c = own_clock(g, e->target);
		if (c == NULL || c->state != CLOCK_RUNNING)
			return xstrdup(_("the clock is not running"));
		return NULL;
	case EFFECT_EXTEND:
		c = own_clock(g, e->target);
		if (c == NULL || c->state != CLOCK_RUNNING)
			return xstrdup(_("the clock is not running"));
		if (env_now_ms(g->desk->env) > c->due.strict_ms)
			return xstrdup(_("the due date has passed"));
		return NULL;
	case EFFECT_RESUME:
	case EFFECT_RESTART:
	case EFFECT_RELEASE:
	case EFFECT_STAMP: return NULL;
	}
	return NULL;
}

static char *
why_state(const struct gate *g, const struct move *m)
{
	const struct state *s = g->state;
	char names[160] = "";
	const struct state *from;
	size_t i, at = 0;

	for (i = 0; i < m->n_from; i++)
		if (s != NULL && str_eq(m->from[i], s->name))
			return NULL;
	for (i = 0; i < m->n_from && at < sizeof(names) - 48; i++) {
		from = track_state(g->def, m->from[i]);
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s",
				       at > 0 ? "/" : "",
				       from != NULL ? title_in(&from->title,
							       i18n_zh())
						    : m->from[i]);
	}
	return xasprintf(_("only in state %s; it is %s"), names,
			 s != NULL ? title_in(&s->title, i18n_zh()) : "?");
}

static char *
why_condition(const struct gate *g, const struct move *m, const char *note)
{
	struct link_child child = { .journal = g->desk->journal,
				    .doc = g->held->doc };
	struct condition_in in = { .doc = g->held->doc,
				   .fields = g->fields,
				   .now_ms = env_now_ms(g->desk->env),
				   .desk = g->desk->id,
				   .row = g->row != NULL ? g->row->key : NULL,
				   .child_in = link_child_in,
				   .ctx = &child };

	if (m->when == NULL || condition_holds(m->when, &in))
		return NULL;
	if (m->unless_note && note != NULL && note[0] != '\0')
		return NULL;
	return xstrdup(
		m->unless_note
			? _("its condition does not hold yet: a note may "
			    "stand in for it")
			: _("its condition does not hold yet"));
}

char *
gate_why_not(const struct gate *g, const struct move *m, const char *note)
{
	struct check_in in = { .desk = g->desk,
			       .kind = g->held->doc->kind,
			       .fields = g->fields,
			       .held = g->held };
	struct err err = ERR_INIT;
	char *why = NULL;
	size_t i;

	if (g->track == NULL || g->def == NULL)
		return xstrdup(_("this desk has no part in it"));
	if (g->track->removed)
		return xstrdup(_("this desk is no longer addressed"));
	if (m->auto_clock != NULL || m->auto_date != NULL)
		return xstrdup(_("happens by itself when its time comes"));
	why = why_state(g, m);
	if (why == NULL && m->once && done_before(g, m))
		why = xstrdup(_("only once, and it was done"));
	if (why == NULL)
		why = why_role(g, m);
	if (why == NULL)
		why = why_condition(g, m, note);
	for (i = 0; why == NULL && i < m->n_effects; i++)
		why = why_effect(g, &m->effects[i]);
	if (why == NULL &&
	    checks_run(&in, m->checks, m->n_checks, &err) != RC_OK)
		why = xstrdup(err.msg);
	return why;
}

/* Whoever signed is still an officer; *ret_first: who asked for it. */
static enum rc
check_signers(const struct gate *g, const struct move *m, const json_t *body,
	      struct officer *ret_first, struct err *err)
{
	const json_t *list = json_object_get(body, "officers"), *one;
	enum rc rc = RC_OK;
	size_t i;

	if (json_array_size(list) < (size_t)m->officers)
		return err_set(err, RC_DENIED, 0,
			       _("this move takes %d officers"), m->officers);
	json_array_foreach(list, i, one)
	{
		const char *id = json_text(one, "id");
		struct officer o = { 0 };

		if (rc == RC_OK)
			rc = officer_check(g->desk, id != NULL ? id : "",
					   i == 0 ? ret_first : &o, err);
		officer_release(&o);
	}
	return rc;
}

enum rc
gate_parked(const struct gate *g, const struct move *m, const json_t *body,
	    struct err *err)
{
	struct officer first = { 0 };
	struct gate as = *g;
	char *why = NULL;
	enum rc rc = check_signers(g, m, body, &first, err);

	as.officer = &first;
	if (rc == RC_OK)
		why = gate_why_not(&as, m, json_text(body, "note"));
	if (why != NULL)
		rc = err_set(err, RC_STATE, 0, _("%s is not possible: %s"),
			     title_in(&m->title, i18n_zh()), why);
	if (rc == RC_OK)
		rc = gate_filled_in(g, m, body, err);
	xfree(why);
	officer_release(&first);
	return rc;
}

enum rc
gate_filled_in(const struct gate *g, const struct move *m, const json_t *body,
	       struct err *err)
{
	struct check_in in = { .desk = g->desk,
			       .kind = g->held->doc->kind,
			       .fields = g->fields,
			       .held = g->held,
			       .move = body };

	return checks_run(&in, m->checks, m->n_checks, err);
}
