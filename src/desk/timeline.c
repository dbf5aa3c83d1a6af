#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "view_int.h"

#define OFFLINE_MS 60000 /* stored so much later than acted: 离线 */

static struct timeline_row *
add_row(struct view *v)
{
	struct timeline_row *r;

	v->timeline = xreallocarray(v->timeline, v->n_timeline + 1,
				    sizeof(*v->timeline));
	r = &v->timeline[v->n_timeline++];
	*r = (struct timeline_row){ .k = INT64_MAX };
	return r;
}

/* "张三" or "张三, 李四" */
char *
officer_names(const json_t *data)
{
	const json_t *list = json_object_get(data, "officers"), *one;
	struct buf b;
	const char *name;
	size_t i;

	buf_init(&b, 1024);
	json_array_foreach(list, i, one)
	{
		name = json_text(one, "name");
		if (name == NULL)
			name = json_text(one, "id");
		if (name == NULL)
			continue;
		if (str_eq(json_text(one, "id"), "clock"))
			name = _("by itself"); /* no officer has that id */
		/* what does not fit is left out: names of more officers */
		(void)buf_addf(&b, NULL, "%s%s", b.len > 0 ? ", " : "", name);
	}
	return buf_take(&b);
}

static const struct move *
move_in(const struct kind *k, const struct event *e)
{
	const struct track_def *t =
		k != NULL ? kind_event_track(k, e->track) : NULL;
	const char *name = json_text(e->data, "move");

	if (name == NULL)
		name = json_text(e->data, "act");
	return t != NULL && name != NULL ? track_move(t, name) : NULL;
}

static const struct move *
move_of(const struct view *v, const struct event *e)
{
	return move_in(v->held.doc->kind, e);
}

/* "销号 (R2)": of a row's event the row is named. */
static char *
with_row(const struct event *e, const char *what)
{
	const char *key = track_row_key(e->track);

	return key != NULL ? xasprintf("%s (%s)", what, key) : xstrdup(what);
}

static char *
assigned(struct desk *d, const char *id)
{
	char *name = id != NULL ? officer_title(d, id) : xstrdup("?");
	char *text = xasprintf(_("assigned to %s"), name);

	xfree(name);
	return text;
}

static char *
local_what(struct desk *d, const struct view *v, const struct event *e)
{
	const char *act = json_text(e->data, "act");
	const struct move *m = move_of(v, e);

	if (str_eq(act, "assign"))
		return assigned(d, json_text(e->data, "assignee"));
	if (str_eq(act, "note"))
		return xstrdup(_("note"));
	if (str_eq(act, "fields") || str_eq(act, "input"))
		return xstrdup(_("kept on this desk"));
	return with_row(e, m != NULL	 ? title_in(&m->title, i18n_zh())
			   : act != NULL ? act
					 : _("on this desk"));
}

/* Signed with its revision, it tells nobody before its time. */
static char *
reveal_what(const struct view *v, const struct event *e)
{
	const char *name = json_text(e->data, "field");
	const struct kind *k = v->held.doc->kind;
	const struct field *f =
		k != NULL && name != NULL ? kind_field(k, name) : NULL;
	const struct doc_seal *s =
		f != NULL ? doc_seal_of(v->held.doc, name) : NULL;

	return xasprintf(s != NULL && !doc_seal_is_open(v->held.doc, s)
				 ? _("sealed: %s")
				 : _("revealed: %s"),
			 f != NULL ? title_in(&f->title, i18n_zh()) : "?");
}

const char *
issue_what(const struct kind *kind)
{
	const struct track_def *t = kind != NULL && kind->scope == SCOPE_LOCAL
					    ? kind_track(kind, "owner")
					    : NULL;
	const struct move *m = t != NULL ? track_move(t, "issue") : NULL;

	return m != NULL ? title_in(&m->title, i18n_zh()) : _("issued");
}

char *
event_what(const struct kind *kind, const struct event *e)
{
	const struct move *m;

	switch (e->type) {
	case EVENT_ISSUE: return xstrdup(issue_what(kind));
	case EVENT_REVISE: return xstrdup(_("corrected"));
	case EVENT_MOVE:
		m = move_in(kind, e);
		return with_row(e, m != NULL ? title_in(&m->title, i18n_zh())
				   : json_text(e->data, "move") != NULL
					   ? json_text(e->data, "move")
					   : "?");
	case EVENT_REMARK: return xstrdup(_("remark"));
	case EVENT_WITHDRAW: return xstrdup(_("withdrawn"));
	case EVENT_ACK_WITHDRAW: return xstrdup(_("withdrawal acknowledged"));
	case EVENT_REMIND:
		return xasprintf(_("reminder to %s"),
				 json_text(e->data, "to") != NULL
					 ? json_text(e->data, "to")
					 : "?");
	case EVENT_REVEAL: return xstrdup(_("revealed"));
	case EVENT_CARD: return xstrdup(_("card"));
	case EVENT_LOCAL:
	case EVENT__COUNT: break;
	}
	return xstrdup(event_type_name(e->type));
}

static char *
what_of(struct desk *d, const struct view *v, const struct event *e)
{
	if (e->type == EVENT_REVEAL)
		return reveal_what(v, e);
	if (e->type == EVENT_LOCAL)
		return local_what(d, v, e);
	return event_what(v->held.doc->kind, e);
}

static void
add_text(struct buf *b, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	/* a text beyond the room is cut off whole: the event has it */
	(void)buf_addf(b, NULL, "%s%s", b->len > 0 ? "; " : "", text);
}

/* How many rows, and what was written into them. */
static void
add_rows(struct buf *b, const char *name, const struct field *list,
	 const json_t *rows)
{
	const json_t *row;
	bool named = false;
	size_t i, c;

	(void)buf_addf(b, NULL, "%s%s(%zu)", b->len > 0 ? "; " : "", name,
		       json_array_size(rows));
	json_array_foreach(rows, i, row)
	{
		for (c = 0; list != NULL && c < list->n_sub; c++) {
			const char *text = json_text(row, list->sub[c].name);

			if (list->sub[c].type == FIELD_TEXT && text != NULL &&
			    text[0] != '\0') {
				(void)buf_addf(b, NULL, "%s %s",
					       named ? "," : ":", text);
				named = true;
			}
		}
	}
}

/* Times by the minute, as on every screen; choices by their words. */
static void
add_typed(struct buf *b, const char *name, const struct field *field,
	  const char *text)
{
	char at[TIME_TEXT_MAX];
	int64_t ms;

	if (field != NULL && field->type == FIELD_TIME &&
	    time_parse(text, &ms, NULL) == RC_OK) {
		time_format_short(ms, at);
		text = at;
	} else if (field != NULL) {
		text = field_choice(field, text, i18n_zh());
	}
	(void)buf_addf(b, NULL, "%s%s: %s", b->len > 0 ? "; " : "", name, text);
}

/* What was typed with a move, by the names of its inputs. */
static void
add_inputs(struct buf *b, const struct move *m, const json_t *input)
{
	const char *key, *name, *text;
	const struct field *field;
	json_t *value;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)input, key, value)
	{
		text = json_string_value(value);
		field = NULL;
		for (i = 0; m != NULL && i < m->n_input; i++)
			if (str_eq(m->input[i].name, key))
				field = &m->input[i];
		name = field != NULL ? title_in(&field->title, i18n_zh()) : key;
		if (text != NULL && text[0] != '\0')
			add_typed(b, name, field, text);
		else if (json_is_number(value))
			(void)buf_addf(b, NULL, "%s%s: %g",
				       b->len > 0 ? "; " : "", name,
				       json_number_value(value));
		else if (json_is_array(value))
			add_rows(b, name, field, value);
	}
}

const struct event *
view_version_after(const struct view *v, const struct event *e)
{
	const struct doc *doc = v->held.doc;
	bool past = e == NULL;
	size_t i;

	for (i = 0; doc != NULL && i < doc->n_events; i++) {
		const struct folded_event *f = &doc->events[i];

		if (f->verdict != VERDICT_FIT ||
		    (f->event->type != EVENT_ISSUE &&
		     f->event->type != EVENT_REVISE))
			continue;
		if (past)
			return f->event;
		past = f->event == e;
	}
	return NULL;
}

/* Names of the fields that a revision changed. */
static void
add_changes(struct buf *b, const struct view *v, const struct event *e)
{
	const struct kind *k = v->held.doc->kind;
	const struct event *before = NULL, *at = NULL;
	const json_t *a, *now = json_object_get(e->data, "fields");
	size_t i;

	while ((at = view_version_after(v, at)) != NULL && at != e)
		before = at;
	if (at == NULL || before == NULL || k == NULL)
		return;
	a = json_object_get(before->data, "fields");
	for (i = 0; i < k->n_fields; i++)
		if (content_differs(a, now, k->fields[i].name))
			add_text(b, title_in(&k->fields[i].title, i18n_zh()));
	if (!json_equal(json_object_get(before->data, "to"),
			json_object_get(e->data, "to")) ||
	    !json_equal(json_object_get(before->data, "cc"),
			json_object_get(e->data, "cc")))
		add_text(b, _("addressees"));
}

static char *
text_of(const struct view *v, const struct event *e)
{
	struct buf b;

	buf_init(&b, 64 * 1024);
	if (e->type == EVENT_REVISE)
		add_changes(&b, v, e);
	add_text(&b, json_text(e->data, "text"));
	add_inputs(&b, move_of(v, e), json_object_get(e->data, "input"));
	add_text(&b, json_text(e->data, "note"));
	add_text(&b, json_text(e->data, "due"));
	if (json_is_true(json_object_get(e->data, "alone")))
		add_text(&b, _("approved by its author, alone on the desk"));
	return buf_take(&b);
}

static void
flag(struct timeline_row *r, const struct folded_event *f)
{
	const char *why = f->why != NULL ? _(f->why) : "";

	/* It came before it was done: one of the two clocks is wrong. */
	bool ahead = r->acted_ms - r->stored_ms > CLOCK_SKEW_MAX_MS;

	r->flagged = f->verdict != VERDICT_FIT || f->fork || f->odd_time ||
		     f->stepped_back || ahead;
	if (f->verdict == VERDICT_EARLY)
		r->flag = xasprintf(_("what it follows is missing: %s"), why);
	else if (f->verdict == VERDICT_UNFIT)
		r->flag = xasprintf(_("without effect: %s"), why);
	else if (f->fork)
		r->flag = xstrdup(_("two events under one number"));
	else if (f->stepped_back)
		r->flag = xstrdup(_("overtaken by a restored desk"));
	else if (f->odd_time)
		r->flag = xstrdup(_("its clock was wrong"));
	else if (ahead)
		r->flag = xstrdup(_("its time is later than its arrival here"));
	else
		r->flag = xstrdup(why);
}

/* Events of a desk by their own order, then what is no event. */
static int
by_desk(const void *a, const void *b)
{
	const struct timeline_row *x = a, *y = b;
	int order = strcmp(x->desk, y->desk);

	if (order == 0 && x->k != INT64_MAX && y->k != INT64_MAX)
		order = strcmp(x->epoch, y->epoch); /* uuid7: by age */
	if (order == 0 && x->k != y->k)
		order = x->k < y->k ? -1 : 1;
	if (order == 0 && x->stored_ms != y->stored_ms)
		order = x->stored_ms < y->stored_ms ? -1 : 1;
	return order;
}

static int
by_time(const void *a, const void *b)
{
	const struct timeline_row *x = a, *y = b;

	if (x->order_ms != y->order_ms)
		return x->order_ms < y->order_ms ? -1 : 1;
	return by_desk(a, b);
}

/* By time, but never against the order in which one desk did its acts: not
 * within one millisecond, and not where its clock was set back. */
static void
sort_by_time(struct view *v)
{
	struct timeline_row *r, *before = NULL;
	size_t i;

	if (v->n_timeline == 0)
		return;
	qsort(v->timeline, v->n_timeline, sizeof(*v->timeline), by_desk);
	for (i = 0; i < v->n_timeline; i++) {
		r = &v->timeline[i];
		r->order_ms = r->acted_ms;
		if (r->k == INT64_MAX)
			continue;
		if (before != NULL && strcmp(before->desk, r->desk) == 0 &&
		    before->order_ms > r->order_ms)
			r->order_ms = before->order_ms;
		before = r;
	}
	qsort(v->timeline, v->n_timeline, sizeof(*v->timeline), by_time);
}

static void
one_before(struct desk *d, const struct move *m, const json_t *one,
	   struct timeline_row *r)
{
	const char *name = json_text(one, "move"), *at = json_text(one, "at");
	struct buf b;

	buf_init(&b, 64 * 1024);
	add_inputs(&b, m, json_object_get(one, "input"));
	add_text(&b, json_text(one, "note"));
	memcpy(r->desk, d->id, sizeof(r->desk));
	if (at == NULL || time_parse(at, &r->acted_ms, NULL) != RC_OK)
		r->acted_ms = 0; /* written by no version of this program */
	r->stored_ms = r->acted_ms;
	r->officer = officer_names(one);
	r->what = xstrdup(m != NULL	 ? title_in(&m->title, i18n_zh())
			  : name != NULL ? name
					 : "?");
	r->text = buf_take(&b);
	r->flag = xstrdup("");
}

void
timeline_before(struct desk *d, struct view *v, const struct kind *kind,
		const json_t *before)
{
	const struct track_def *t =
		kind != NULL ? kind_track(kind, "owner") : NULL;
	struct timeline_row *r;
	const json_t *one;
	size_t i;

	json_array_foreach(before, i, one)
	{
		const char *name = json_text(one, "move");

		r = add_row(v);
		one_before(d,
			   t != NULL && name != NULL ? track_move(t, name)
						     : NULL,
			   one, r);
		/* a draft's moves come before the first event */
		r->k = (int64_t)i - (int64_t)json_array_size(before);
	}
}

void
timeline_make(struct desk *d, struct view *v)
{
	struct timeline_row *r;
	size_t i;

	for (i = 0; i < v->held.doc->n_events; i++) {
		const struct folded_event *f = &v->held.doc->events[i];
		const struct event *e = f->event;

		if (e->type == EVENT_LOCAL &&
		    str_eq(json_text(e->data, "act"), "drafted")) {
			timeline_before(d, v, v->held.doc->kind,
					json_object_get(e->data, "moves"));
			continue;
		}
		r = add_row(v);
		r->acted_ms = e->time_ms;
		r->stored_ms = held_doc_stored_ms(&v->held, e);
		memcpy(r->desk, e->source, sizeof(r->desk));
		memcpy(r->epoch, e->epoch, sizeof(r->epoch));
		r->k = e->k;
		r->officer = officer_names(e->data);
		r->what = what_of(d, v, e);
		r->text = text_of(v, e);
		r->offline = !str_eq(e->source, d->id) &&
			     e->type != EVENT_REVEAL &&
			     r->stored_ms - r->acted_ms > OFFLINE_MS;
		r->digest = e->digest;
		r->verdict = f->verdict;
		flag(r, f);
	}
}

void
timeline_parked(struct desk *d, struct view *v, const struct draft *f)
{
	const char *role = json_text(f->body, "approver");
	struct doc_track *own = doc_track_of(v->held.doc, d->id);
	const char *name = json_text(f->body, "move");
	const struct track_def *t =
		json_text(f->body, "row") != NULL && v->held.doc->kind != NULL
			? kind_track(v->held.doc->kind, TRACK_ROWS)
		: own != NULL ? own->def
			      : NULL;
	const struct move *m =
		t != NULL && name != NULL ? track_move(t, name) : NULL;
	struct timeline_row *r = add_row(v);
	enum role approver;
	struct buf b;

	buf_init(&b, 64 * 1024);
	add_inputs(&b, m, json_object_get(f->body, "input"));
	add_text(&b, json_text(f->body, "note"));
	memcpy(r->desk, d->id, sizeof(r->desk));
	r->acted_ms = r->stored_ms = f->made_ms;
	r->officer = officer_names(f->body);
	r->what = xasprintf(_("%s waits for approval (%s)"), f->title,
			    role != NULL && role_parse(role, &approver, NULL) ==
						    RC_OK
				    ? role_title(approver)
				    : "");
	r->text = buf_take(&b);
	r->flag = xstrdup("");
}

/* 看过, and the whole in order of time. */
enum rc
timeline_looked(struct desk *d, struct view *v, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_LOOKED_EACH);
	struct timeline_row *r;
	bool row;
	enum rc rc;

	stmt_text(st, 1, v->row->ref.id);
	stmt_text(st, 2, v->row->ref.owner);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		r = add_row(v);
		r->acted_ms = r->stored_ms = col_int(st, 1);
		memcpy(r->desk, d->id, sizeof(r->desk));
		r->officer = xstrdup(col_text(st, 0));
		r->what = xstrdup(_("looked at"));
		r->text = xstrdup("");
		r->flag = xstrdup("");
	}
	stmt_done(st);
	sort_by_time(v);
	return rc;
}

void
timeline_free(struct view *v)
{
	size_t i;

	for (i = 0; i < v->n_timeline; i++) {
		xfree(v->timeline[i].officer);
		xfree(v->timeline[i].what);
		xfree(v->timeline[i].text);
		xfree(v->timeline[i].flag);
	}
	v->timeline = xfree(v->timeline);
}
