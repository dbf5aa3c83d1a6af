#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "fold_int.h"
#include "model/content.h"

static void
fill_event(struct folded_event *out, const struct node *n)
{
	out->event = n->event;
	out->verdict = n->verdict;
	out->why = n->why;
	out->in_effect = n->in_effect;
	out->fork = n->fork;
	out->stepped_back = n->stepped_back;
	out->odd_time = n->odd_time;
	out->idle = n->idle;
}

/* In effect order; early and unfit ones after the fit. */
static void
fill_events(struct folding *f)
{
	const struct fold_index *ix = f->index;
	struct doc *d = f->doc;

	d->events = xcalloc(ix->n_nodes + 1, sizeof *d->events);
	for (int fit = 1; fit >= 0; fit--) {
		for (size_t i = 0; i < ix->n_nodes; i++) {
			const struct node *n = ix->order[i];

			if ((n->verdict == VERDICT_FIT) == (fit == 1))
				fill_event(&d->events[d->n_events++], n);
		}
	}
}

static void
fill_content(struct folding *f)
{
	struct fold_index *ix = f->index;
	struct doc *d = f->doc;
	const struct event *e;

	if (ix->n_contents == 0) {
		const struct event *any =
			ix->n_nodes > 0 ? ix->order[0]->event : NULL;

		/* not here yet: at least what it will be */
		if (any != NULL) {
			memcpy(d->kind_name, any->kind, sizeof d->kind_name);
			d->kind_version = any->kind_version;
		}
		return;
	}
	e = ix->current->event;
	d->issued = true;
	d->issue = ix->contents[0]->event;
	d->current = e;
	d->issued_ms = d->issue->time_ms;
	d->kind = ix->current->content->kind;
	memcpy(d->kind_name, ix->current->content->root->kind,
	       sizeof d->kind_name);
	d->kind_version = ix->current->content->root->kind_version;
	d->fields = json_object_get(e->data, "fields");
	d->attachments = json_object_get(e->data, "attachments");
	if (!json_is_array(d->attachments))
		d->attachments = NULL;
	d->number = json_text(e->data, "number");
	if (d->number == NULL)
		d->number = json_text(d->issue->data, "number");
	if (d->kind != NULL)
		(void)content_check(d->kind->fields, d->kind->n_fields,
				    d->fields, NULL, 0, &d->missing_should);
	fold_seals(f);
}

struct doc *
doc_fold(const struct fold_in *in)
{
	struct folding f = { .in = in };
	struct doc *d = xcalloc(1, sizeof *d);

	f.doc = d;
	f.index = d->index = xcalloc(1, sizeof *d->index);
	if (in->n_events > 0) {
		memcpy(d->owner, in->events[0]->owner, sizeof d->owner);
		memcpy(d->id, in->events[0]->doc, sizeof d->id);
	}
	fold_link(&f);
	fold_judge_all(&f);
	fold_find_forks(&f);
	fold_effects(&f);
	fill_content(&f);
	fold_tracks(&f);
	fold_clocks(&f);
	fill_events(&f);
	d->n_owner_tips = fold_tips(f.index, d->owner, "owner", d->owner_tips);
	for (size_t i = 0; i < f.n_lanes; i++)
		xfree(f.lanes[i].nodes);
	xfree(f.lanes);
	return d;
}

struct doc *
doc_free(struct doc *d)
{
	struct fold_index *ix;

	if (d == NULL)
		return NULL;
	ix = d->index;
	for (size_t i = 0; i < ix->n_nodes; i++) {
		content_free(ix->nodes[i].content);
		json_decref(ix->nodes[i].opened);
	}
	for (size_t i = 0; i < ix->n_lists; i++)
		xfree(ix->lists[i]);
	xfree(ix->lists);
	xfree(ix->nodes);
	xfree(ix->order);
	xfree(ix->by_desk);
	xfree(ix->contents);
	xfree(ix);
	for (size_t i = 0; i < d->n_tracks; i++)
		json_decref(d->tracks[i].rows);
	xfree(d->tracks);
	xfree(d->events);
	json_decref(d->fields);
	xfree(d->seals);
	xfree(d->rows);
	xfree(d->clocks);
	return xfree(d);
}
