/* Who rests on a document that may be taken back. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "lookup_int.h"
#include "model/condition.h"
#include "view_int.h"

static bool
is_relied(const struct lookup *l, const char *move)
{
	size_t i;

	for (i = 0; move != NULL && i < l->n_relied; i++)
		if (str_eq(l->relied[i], move))
			return true;
	return false;
}

/* The first input of the move that is of the type, and given. */
static const char *
input_of(const struct move *m, const json_t *input, enum field_type type)
{
	size_t i;

	for (i = 0; m != NULL && i < m->n_input; i++)
		if (m->input[i].type == type)
			return json_text(input, m->input[i].name);
	return NULL;
}

/* Its state asks somebody to decide: the owner took back what it rests on. */
static bool
is_open(const struct doc *doc, const struct doc_track *t, int64_t now)
{
	struct condition_in in = { .doc = doc,
				   .fields = doc->fields,
				   .now_ms = now,
				   .desk = t->desk };
	size_t i;

	for (i = 0; t->state != NULL && i < t->state->n_waits; i++)
		if (t->state->waits[i].when == NULL ||
		    condition_holds(t->state->waits[i].when, &in))
			return true;
	return false;
}

static void
add_row(struct desk *d, const struct doc *doc, const struct event *e,
	struct reliance_list *out)
{
	const struct doc_track *t = doc_track_of(doc, e->source);
	const struct move *m =
		t != NULL && t->def != NULL
			? track_move(t->def, json_text(e->data, "move"))
			: NULL;
	const json_t *input = json_object_get(e->data, "input");
	const char *paper = input_of(m, input, FIELD_TEXT);
	const char *in_doc = input_of(m, input, FIELD_DOC);
	const char *note = json_text(e->data, "note");
	struct reliance_row *r;

	out->rows =
		xreallocarray(out->rows, out->n_rows + 1, sizeof(*out->rows));
	r = &out->rows[out->n_rows++];
	*r = (struct reliance_row){
		.acted_ms = e->time_ms,
		.paper = xstrdup(paper != NULL ? paper : ""),
		.doc = xstrdup(in_doc != NULL ? in_doc : ""),
		.note = xstrdup(note != NULL ? note : ""),
		.state_title =
			xstrdup(t != NULL && t->state != NULL
					? title_in(&t->state->title, i18n_zh())
					: ""),
		.open = t != NULL && !t->removed && !doc->withdrawn &&
			is_open(doc, t, env_now_ms(d->env)),
	};
	memcpy(r->desk, e->source, sizeof(r->desk));
}

static int
by_time(const void *a, const void *b)
{
	const struct reliance_row *x = a, *y = b;
	int c = (x->acted_ms > y->acted_ms) - (x->acted_ms < y->acted_ms);

	return c != 0 ? c : strcmp(x->desk, y->desk);
}

void
reliance_make(struct desk *d, const struct doc *doc, struct reliance_list *out)
{
	const struct lookup *l = lookup_of(doc);
	size_t i;

	*out = (struct reliance_list){ .rows = NULL };
	for (i = 0; l != NULL && i < doc->n_events; i++) {
		const struct folded_event *f = &doc->events[i];

		if (f->verdict == VERDICT_FIT && f->event->type == EVENT_MOVE &&
		    is_relied(l, json_text(f->event->data, "move")))
			add_row(d, doc, f->event, out);
	}
	/* effect order says nothing between desks */
	if (out->n_rows > 1)
		qsort(out->rows, out->n_rows, sizeof(*out->rows), by_time);
}

enum rc
ask_reliance(struct desk *d, const struct doc_ref *ref,
	     struct reliance_list *out, struct err *err)
{
	struct held_doc held = { 0 };
	enum rc rc = permit(d, PERMIT_READ, ref, err);

	*out = (struct reliance_list){ .rows = NULL };
	if (rc == RC_OK)
		rc = journal_load(d->journal, ref->owner, ref->id, &held, err);
	if (rc != RC_OK)
		return rc;
	reliance_make(d, held.doc, out);
	held_doc_release(&held);
	return RC_OK;
}

void
reliance_list_release(struct reliance_list *l)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++) {
		xfree(l->rows[i].paper);
		xfree(l->rows[i].doc);
		xfree(l->rows[i].note);
		xfree(l->rows[i].state_title);
	}
	xfree(l->rows);
	*l = (struct reliance_list){ .rows = NULL };
}
