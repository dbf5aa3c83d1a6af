/* Questions about a folded document. */
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "fold_int.h"
#include "json_int.h"

struct doc_track *
doc_track_of(const struct doc *d, const char *desk)
{
	for (size_t i = 0; i < d->n_tracks; i++) {
		if (str_eq(d->tracks[i].desk, desk))
			return &d->tracks[i];
	}
	return NULL;
}

bool
doc_is_party(const struct doc *d, const char *desk)
{
	return d->index->current != NULL &&
	       content_party(d->index->current->content, desk) != NULL;
}

bool
doc_was_party(const struct doc *d, const char *desk)
{
	for (size_t i = d->index->n_contents; i-- > 0;) {
		if (content_party(d->index->contents[i]->content, desk) != NULL)
			return true;
	}
	return false;
}

size_t
doc_tips(const struct doc *d, const char *desk, const char *track,
	 struct ref out[static PREV_MAX])
{
	return fold_tips(d->index, desk, track, out);
}

/* The revise that took the desk out; NULL when it is or never was one. */
static const struct node *
removing(const struct fold_index *ix, const char *desk)
{
	for (size_t i = ix->n_contents; i-- > 0;) {
		if (content_party(ix->contents[i]->content, desk) != NULL)
			return i + 1 < ix->n_contents ? ix->contents[i + 1]
						      : NULL;
	}
	return NULL;
}

static bool
bears_row(const struct content *c, const char *desk)
{
	for (size_t i = 0; i < c->n_rows; i++) {
		if (str_eq(c->rows[i].desk, desk))
			return true;
	}
	return false;
}

static bool
is_relayed(const struct doc *d, const struct event *e, const char *desk)
{
	const struct content *c = d->index->current->content;
	const struct party *p = content_party(c, desk);
	const char *track = e->track[0] != '\0' ? e->track : "owner";
	const struct track_def *def =
		c->kind != NULL ? kind_event_track(c->kind, track) : NULL;

	if (p == NULL || def == NULL)
		return false;
	switch (c->kind->relay_of_track[def - c->kind->tracks]) {
	case RELAY_OWNER: return false;
	case RELAY_SAME:
		return track_row_key(track) != NULL
			       ? bears_row(c, desk)
			       : str_eq(part_track(c, p), track);
	case RELAY_ALL: return true;
	}
	return false;
}

bool
doc_should_hold(const struct doc *d, const struct event *e, const char *desk)
{
	const struct fold_index *ix = d->index;
	const struct node *out;
	struct node key = { .event = e };

	if (e->type == EVENT_LOCAL)
		return str_eq(e->source, desk);
	if (str_eq(desk, d->owner) || str_eq(desk, e->source))
		return true;
	if (ix->current == NULL ||
	    (d->kind != NULL && d->kind->scope == SCOPE_LOCAL))
		return false;
	if (e->type == EVENT_REVEAL && !reveal_is_due(d, e))
		return false;
	/* of a row the owner's own moves are seen by whom the kind says */
	if (!str_eq(e->source, d->owner) || track_row_key(e->track) != NULL)
		return is_relayed(d, e, desk);
	if (d->kind != NULL && d->kind->scope == SCOPE_REGISTER)
		return true;
	if (content_party(ix->current->content, desk) != NULL)
		return true;
	out = removing(ix, desk);
	return out != NULL && e->type != EVENT_REVEAL &&
	       node_cmp(&key, out) <= 0;
}

/* Puts what `from` has into `into`, group by group; lists are replaced. */
static void
merge_fields(json_t *into, const json_t *from)
{
	const char *name;
	json_t *v, *have;

	json_object_foreach(json_plain(from), name, v)
	{
		have = json_object_get(into, name);
		if (json_is_object(have) && json_is_object(v))
			merge_fields(have, v);
		else
			json_object_set_new(into, name, json_deep_copy(v));
	}
}

json_t *
doc_whole_fields(const struct doc *d)
{
	json_t *out =
		d->fields != NULL ? json_deep_copy(d->fields) : json_object();
	const json_t *own = NULL;

	for (size_t i = 0; i < d->n_events; i++) {
		const struct folded_event *f = &d->events[i];

		if (f->event->type == EVENT_LOCAL &&
		    f->verdict == VERDICT_FIT &&
		    str_eq(json_text(f->event->data, "act"), "fields"))
			own = json_object_get(f->event->data, "fields");
	}
	if (own != NULL)
		merge_fields(out, own);
	return out;
}
