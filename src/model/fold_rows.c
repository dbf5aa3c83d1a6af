/* Rows that have a track of their own: whose they are, and how they stand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "fold_int.h"
#include "model/content.h"

#define REMOVED_ROWS_MAX 256 /* that are shown; all events stay */

static int
by_key(const void *a, const void *b)
{
	const struct row_at *x = a;
	const struct row_at *y = b;
	int c = strcmp(x->key, y->key);

	return c != 0 ? c : (x->index > y->index) - (x->index < y->index);
}

const struct row_at *
content_row(const struct content *c, const char *key)
{
	size_t low = 0, high = c->n_rows;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = strcmp(c->rows[mid].key, key);

		if (d == 0)
			return &c->rows[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static const json_t *
rows_list(const struct kind *k, const struct event *e)
{
	return json_object_get(json_object_get(e->data, "fields"),
			       k->rows->name);
}

/*
 * Rows without a good key, or of a desk that is neither the owner nor a party
 * there, have no track: nobody could move them. Of two with one key the first
 * has it. (The issuing desk refuses all of these; a peer may not have.)
 */
static void
collect_rows(struct content *c, const struct event *e)
{
	const struct field *list = c->kind->rows;
	const json_t *rows = rows_list(c->kind, e);
	size_t n = 0, kept = 0;

	c->rows = xcalloc(json_array_size(rows) + 1, sizeof *c->rows);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *one = json_array_get(rows, i);
		struct row_at *r = &c->rows[n];
		const char *desk =
			json_string_value(json_object_get(one, list->each));

		if (desk == NULL || !content_row_key(list, one, r->key) ||
		    (!str_eq(desk, e->owner) && content_party(c, desk) == NULL))
			continue;
		r->desk = desk;
		r->index = i;
		r->json = one;
		n++;
	}
	if (n > 0)
		qsort(c->rows, n, sizeof *c->rows, by_key);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || !str_eq(c->rows[i].key, c->rows[kept - 1].key))
			c->rows[kept++] = c->rows[i];
	}
	c->n_rows = kept;
}

void
content_find_rows(struct content *c, struct node *n, struct node *fresh)
{
	if (c->kind == NULL || c->kind->rows == NULL)
		return;
	collect_rows(c, n->event);
	for (size_t i = 0; i < c->n_rows; i++) {
		struct row_at *r = &c->rows[i];
		const struct row_at *before =
			c->parent != NULL
				? content_row(c->parent->content, r->key)
				: NULL;
		bool kept = before != NULL && str_eq(before->desk, r->desk);

		r->base = kept ? before->base : fresh;
		r->same = kept && (!field_reopens(c->kind->rows, TRACK_ROWS) ||
				   json_equal(before->json, r->json))
				  ? before->same
				  : n;
	}
}

/* The earliest time this desk knows that the row's desk stored a revision
 * that has it; the owner had it when it signed that. */
static int64_t
row_stored_ms(const struct folding *f, const struct row_track *t)
{
	int64_t first = INT64_MAX;

	if (str_eq(t->desk, f->doc->owner))
		return t->member == &f->index->root ? f->doc->issued_ms
						    : t->member->event->time_ms;
	for (size_t i = 0; i < f->in->n_stored; i++) {
		const struct stored_at *s = &f->in->stored[i];
		const struct node *n =
			s->has_event ? fold_find(f->index, &s->event) : NULL;
		const struct row_at *r =
			n != NULL && n->content != NULL
				? content_row(n->content, t->key)
				: NULL;
		bool covers = s->has_event
				      ? r != NULL && r->base == t->member &&
						str_eq(r->desk, t->desk)
				      : t->member == &f->index->root;

		if (covers && s->at_ms < first && str_eq(s->desk, t->desk))
			first = s->at_ms;
	}
	return first < INT64_MAX ? first : -1;
}

/* Its own first event says it, or with the document that of its desk. */
static void
find_row_start(struct row_track *t, const struct lane *l,
	       const struct doc_track *own)
{
	t->starts_ms = -1;
	for (size_t i = 0; l != NULL && i < l->n_nodes && t->starts_ms < 0;
	     i++) {
		t->starts_ms = l->nodes[i]->event->starts_ms;
		t->starts_by = l->nodes[i]->event;
	}
	if (t->starts_ms < 0 && own != NULL && own->member == t->member) {
		t->starts_ms = own->starts_ms;
		t->starts_by = own->starts_by;
	}
}

static void
add_row(struct folding *f, const struct node *at, const struct row_at *r)
{
	struct doc *d = f->doc;
	const struct kind *k = at->content->kind;
	struct row_track *t = &d->rows[d->n_rows++];
	const struct lane *l;

	memcpy(t->key, r->key, sizeof t->key);
	memcpy(t->desk, r->desk, strlen(r->desk) + 1);
	(void)snprintf(t->track, sizeof t->track, "%s:%s", TRACK_ROWS, r->key);
	t->def = kind_track(k, TRACK_ROWS);
	t->json = r->json;
	t->index = r->index;
	t->removed = at != f->index->current;
	t->member = r->base;
	t->since_ms = r->base == &f->index->root ? d->issued_ms
						 : r->base->event->time_ms;
	l = lane_of(f, t->desk, t->track, t->member);
	t->state = state_at(t->def, k, l != NULL ? l->last : NULL, at, r,
			    &t->fallen_back);
	if (l != NULL && l->last != NULL) {
		t->last_move = l->last->event;
		if (!t->fallen_back)
			t->since_ms = t->last_move->time_ms;
		l->last->in_effect = true;
	}
	find_row_start(t, l, doc_track_of(d, r->desk));
	t->stored_ms = row_stored_ms(f, t);
}

static int
by_index(const void *a, const void *b)
{
	const struct row_track *x = a;
	const struct row_track *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static bool
is_in(const struct content *c, const struct row_at *r)
{
	const struct row_at *other = content_row(c, r->key);

	return other != NULL && str_eq(other->desk, r->desk);
}

static bool
is_listed(const struct folding *f, const struct row_at *r)
{
	const struct doc *d = f->doc;
	const struct content *now = f->index->current->content;

	for (size_t i = now->n_rows; i < d->n_rows; i++) {
		if (str_eq(d->rows[i].key, r->key) &&
		    str_eq(d->rows[i].desk, r->desk))
			return true;
	}
	return is_in(now, r);
}

/* Rows that a revision took out, or gave to another desk: as they were last,
 * newest first. */
static void
add_removed_rows(struct folding *f, size_t room)
{
	const struct fold_index *ix = f->index;

	for (size_t i = ix->n_contents - 1; i-- > 0;) {
		const struct content *c = ix->contents[i]->content;
		const struct content *next = ix->contents[i + 1]->content;

		for (size_t j = 0; j < c->n_rows; j++) {
			if (f->doc->n_rows == room)
				return;
			if (!is_in(next, &c->rows[j]) &&
			    !is_listed(f, &c->rows[j]))
				add_row(f, ix->contents[i], &c->rows[j]);
		}
	}
}

void
fold_rows(struct folding *f)
{
	const struct node *at = f->index->current;
	struct doc *d = f->doc;
	size_t room;

	if (at == NULL || d->kind == NULL || d->kind->rows == NULL)
		return;
	room = at->content->n_rows + REMOVED_ROWS_MAX;
	d->rows = xcalloc(room, sizeof *d->rows);
	for (size_t j = 0; j < at->content->n_rows; j++)
		add_row(f, at, &at->content->rows[j]);
	if (d->n_rows > 0)
		qsort(d->rows, d->n_rows, sizeof *d->rows, by_index);
	add_removed_rows(f, room);
}

struct row_track *
doc_row_of(const struct doc *d, const char *key)
{
	for (size_t i = 0; i < d->n_rows; i++) {
		if (!d->rows[i].removed && str_eq(d->rows[i].key, key))
			return &d->rows[i];
	}
	return NULL;
}

bool
doc_has_row(const struct doc *d, const char *desk)
{
	for (size_t i = 0; i < d->n_rows; i++) {
		if (!d->rows[i].removed && str_eq(d->rows[i].desk, desk))
			return true;
	}
	return false;
}
