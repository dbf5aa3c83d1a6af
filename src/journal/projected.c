/* The row of a folded document. */
#include "config.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/content.h"
#include "projected_int.h"

#define TAIL_LEN 12

void
projected_release(struct projected *p)
{
	(void)xfree(p->title);
	(void)xfree(p->parties_json);
	(void)xfree(p->list_json);
	(void)xfree(p->parties);
	*p = (struct projected){ .wait_at = -1 };
}

static void
make_tail(const char *uuid, char out[static TAIL_LEN + 1])
{
	for (size_t i = 0; i < TAIL_LEN; i++)
		out[i] = uuid[UUID_LEN - 1 - i];
	out[TAIL_LEN] = '\0';
}

static void
from_fields(const struct doc *d, struct projected *p)
{
	const char *title = json_text(d->fields, "title");
	const char *urgency = json_text(d->fields, "urgency");
	const char *mode = json_text(d->fields, "mode");

	p->title = xstrdup(title == NULL ? "" : title);
	p->urgency = str_eq(urgency, "特急")   ? URGENCY_FLASH
		     : str_eq(urgency, "加急") ? URGENCY_FAST
					       : URGENCY_PLAIN;
	p->mode = mode == NULL ? "actual" : mode;
}

/* Times that come from the events themselves; what is flagged about them. */
static void
from_events(const struct journal *j, const struct held_doc *h,
	    struct projected *p)
{
	const struct event *newest = NULL;

	p->stored_ms = INT64_MAX;
	for (size_t i = 0; i < h->doc->n_events; i++) {
		const struct folded_event *f = &h->doc->events[i];
		const struct event *e = f->event;
		int64_t stored = held_doc_stored_ms(h, e);
		if (stored < p->stored_ms)
			p->stored_ms = stored;
		if (stored > p->updated_ms)
			p->updated_ms = stored;
		if (e->time_ms > p->acted_ms)
			p->acted_ms = e->time_ms;
		p->flags |= (f->verdict == VERDICT_EARLY ? DOC_EARLY : 0) |
			    (f->verdict == VERDICT_UNFIT ? DOC_UNFIT : 0) |
			    (f->fork ? DOC_FORKED : 0) |
			    (f->stepped_back ? DOC_STEPPED_BACK : 0) |
			    (f->odd_time ? DOC_ODD_TIME : 0);
		if (e->type != EVENT_LOCAL || !str_eq(e->source, j->desk) ||
		    !str_eq(json_text(e->data, "act"), "assign"))
			continue;
		int c = newest == NULL ? 1 : strcmp(e->epoch, newest->epoch);
		if (c > 0 || (c == 0 && e->k > newest->k))
			newest = e;
	}
	if (newest != NULL)
		p->assignee = json_text(newest->data, "assignee");
}

static bool
is_register(const struct doc *d)
{
	return d->kind != NULL && d->kind->scope == SCOPE_REGISTER;
}

static void
show_state(const struct doc_track *t, struct projected *p)
{
	p->own_track = t != NULL && t->name != NULL ? t->name : "";
	p->own_state = t != NULL && t->state != NULL ? t->state->name : "";
	p->own_stage = t != NULL && t->state != NULL ? (int)t->state->stage
						     : (int)STAGE_SENT;
}

/* Who has no part in a register's entry sees the state its owner gave it. */
static void
own_side(const struct journal *j, const struct doc *d, struct projected *p)
{
	const struct doc_track *t = doc_track_of(d, j->desk);
	bool owner = str_eq(d->owner, j->desk);

	p->box = owner ? DOC_BOX_OUT : DOC_BOX_IN;
	if (d->kind != NULL && d->kind->scope == SCOPE_LOCAL)
		p->box = DOC_BOX_LOCAL;
	show_state(t == NULL && is_register(d) ? &d->tracks[0] : t, p);
	if (t != NULL && t->removed)
		p->flags |= DOC_REMOVED;
	if (t != NULL && t->fallen_back)
		p->flags |= DOC_REVISED_SINCE;
	if (t != NULL && !owner && t->last_move != NULL && d->current != NULL &&
	    !(t->last_move->has_rev &&
	      ref_eq(&t->last_move->rev, &d->current->digest)))
		p->flags |= DOC_REVISED_SINCE;
}

/* When this party signed for it: its first fit move beyond 'stored'. */
static int64_t
signed_ms(const struct doc *d, const struct doc_track *t)
{
	for (size_t i = 0; i < d->n_events; i++) {
		const struct event *e = d->events[i].event;
		if (d->events[i].verdict != VERDICT_FIT || t->def == NULL ||
		    e->type != EVENT_MOVE || !str_eq(e->source, t->desk))
			continue;
		const struct move *m =
			track_move(t->def, json_text(e->data, "move"));
		const struct state *s = m == NULL || m->to == NULL
						? NULL
						: track_state(t->def, m->to);
		if (s != NULL && s->stage >= STAGE_SIGNED)
			return e->time_ms;
	}
	return -1;
}

/* Its own word first; else the earliest receipt, or this desk's clock. */
static int64_t
stored_ms(const struct held_doc *h, const struct doc_track *t)
{
	int64_t at = -1;
	if (t->starts_ms >= 0)
		return t->starts_ms;
	for (size_t i = 0; i < h->n_stored; i++) {
		const struct stored_at *s = &h->stored[i];
		if (str_eq(s->desk, t->desk) && (at < 0 || s->at_ms < at))
			at = s->at_ms;
	}
	return at;
}

static void
make_party(const struct journal *j, const struct held_doc *h,
	   const struct doc_track *t, struct projected_party *out)
{
	*out = (struct projected_party){
		.desk = t->desk,
		.track = t->name == NULL ? "" : t->name,
		.state = t->state == NULL ? "" : t->state->name,
		.stage = t->state == NULL ? STAGE_STORED : t->state->stage,
		.stored_ms = stored_ms(h, t),
		.signed_ms = signed_ms(h->doc, t),
		.removed = t->removed,
		.acked = t->acked,
	};
	/* Nobody has said yet that it is there. */
	if (out->stage == STAGE_STORED && out->stored_ms < 0 &&
	    !str_eq(t->desk, j->desk)) {
		out->stage = STAGE_SENT;
		out->state = "sent";
	}
}

static json_t *
time_or_null(int64_t ms)
{
	return ms < 0 ? json_null() : json_integer(ms);
}

static json_t *
party_json(const struct projected_party *q)
{
	json_t *o = json_object();
	json_object_set_new(o, "desk", json_string(q->desk));
	json_object_set_new(o, "track", json_string(q->track));
	json_object_set_new(o, "state", json_string(q->state));
	json_object_set_new(o, "stage", json_string(stage_name(q->stage)));
	json_object_set_new(o, "stored_at", time_or_null(q->stored_ms));
	json_object_set_new(o, "signed_at", time_or_null(q->signed_ms));
	if (q->removed)
		json_object_set_new(o, "removed", json_true());
	if (q->acked)
		json_object_set_new(o, "acked", json_true());
	return o;
}

static void
make_parties(const struct journal *j, const struct held_doc *h,
	     struct projected *p)
{
	const struct doc *d = h->doc;
	json_t *list = json_array();

	p->parties = xcalloc(d->n_tracks + 1, sizeof(*p->parties));
	for (size_t i = 0; i < d->n_tracks; i++) {
		const struct doc_track *t = &d->tracks[i];
		if (str_eq(t->desk, d->owner))
			continue;
		struct projected_party *q = &p->parties[p->n_parties++];
		make_party(j, h, t, q);
		json_array_append_new(list, party_json(q));
		if (!q->removed && d->withdrawn && !q->acked)
			p->flags |= DOC_OPEN_ACKS;
		if (!q->removed && q->stored_ms < 0 &&
		    str_eq(d->owner, j->desk))
			p->flags |= DOC_UNDELIVERED;
	}
	p->parties_json = json_write(list);
	json_decref(list);
}

/* Also of a member of it. */
static bool
is_sealed(const struct doc *d, const char *name)
{
	for (size_t i = 0; i < d->n_seals; i++) {
		const char *field = d->seals[i].field->name;
		size_t n = strlen(field);
		if (d->seals[i].reveal == NULL &&
		    strncmp(field, name, n) == 0 &&
		    (name[n] == '\0' || name[n] == '.'))
			return true;
	}
	return false;
}

static void
make_list(const struct doc *d, struct projected *p)
{
	json_t *list = json_array();
	size_t n = d->kind == NULL ? 0 : d->kind->views.n_list;

	for (size_t i = 0; i < n; i++) {
		const char *name = d->kind->views.list[i];
		char *text =
			str_eq(name, "number")
				? xstrdup(d->number == NULL ? "" : d->number)
			: is_sealed(d, name)
				? xstrdup("封存")
				: content_text(d->kind, d->fields, name, true);
		json_array_append_new(list, json_string(text));
		(void)xfree(text);
	}
	p->list_json = json_write(list);
	json_decref(list);
}

static enum rc
read_pending(struct journal *j, const struct doc *d, struct projected *p,
	     struct err *err)
{
	char subject[SUBJECT_MAX + 1];
	int64_t pending = 0, missing = 0;

	subject_make(d->owner, d->id, subject);
	struct stmt *st = stmt_use(j->store, SQL_DOC_PENDING);
	stmt_text(st, 1, subject);
	stmt_text(st, 2, j->desk);
	stmt_text(st, 3, d->owner);
	enum rc rc = stmt_one_int(st, 0, &pending, err);
	if (rc == RC_OK) {
		st = stmt_use(j->store, SQL_DOC_BLOBS_MISSING);
		stmt_text(st, 1, subject);
		rc = stmt_one_int(st, 0, &missing, err);
	}
	if (pending != 0)
		p->flags |= DOC_UNDELIVERED;
	if (missing != 0)
		p->flags |= DOC_BLOBS_MISSING;
	return rc;
}

enum rc
projected_make(struct journal *j, const struct held_doc *h,
	       struct projected *out, struct err *err)
{
	const struct doc *d = h->doc;
	struct projected p = { .wait_at = -1 };

	make_tail(d->id, p.tail);
	from_fields(d, &p);
	from_events(j, h, &p);
	own_side(j, d, &p);
	p.issued_ms = d->issued ? d->issued_ms : DOC_NO_TIME;
	p.withdrawn = d->withdrawn;
	p.missing = (int64_t)d->missing_should;
	p.flags |= (d->forked ? DOC_FORKED : 0) |
		   (d->issued ? 0 : DOC_NOT_ISSUED) |
		   (d->kind == NULL ? DOC_KIND_UNKNOWN : 0);
	projected_waits(j, d, &p);
	projected_due(j, d, &p);
	make_parties(j, h, &p);
	make_list(d, &p);
	p.indexed = search_indexed(h);
	enum rc rc = read_pending(j, d, &p, err);
	if (rc == RC_OK)
		*out = p;
	else
		projected_release(&p);
	return rc;
}

void
projected_bind(struct stmt *st, const struct held_doc *h,
	       const struct projected *p)
{
	const struct doc *d = h->doc;
	stmt_text(st, 1, d->owner);
	stmt_text(st, 2, d->id);
	stmt_text(st, 3, p->tail);
	stmt_text(st, 4, d->kind_name);
	stmt_int(st, 5, d->kind_version);
	stmt_text(st, 6, d->number);
	stmt_text(st, 7, p->title);
	stmt_int(st, 8, p->urgency);
	stmt_text(st, 9, p->mode);
	stmt_int(st, 10, p->box);
	stmt_text(st, 11, p->own_track);
	stmt_text(st, 12, p->own_state);
	stmt_int(st, 13, p->own_stage);
	stmt_text(st, 14, p->parties_json);
	stmt_int(st, 15, p->issued_ms);
	stmt_int(st, 16, p->stored_ms);
	stmt_int(st, 17, p->updated_ms);
	stmt_int(st, 18, p->acted_ms);
	stmt_int(st, 19, p->due_ms);
	stmt_text(st, 20, p->due_desk);
	stmt_text(st, 21, p->due_clock);
	stmt_int(st, 22, p->warn_ms);
	stmt_int(st, 23, p->waits);
	stmt_int(st, 24, p->wait_roles);
	stmt_int(st, 25, p->wait_at);
	stmt_text(st, 26, p->assignee);
	stmt_int(st, 27, p->withdrawn);
	stmt_int(st, 28, p->missing);
	stmt_int(st, 29, p->flags);
	stmt_text(st, 30, p->list_json);
}
