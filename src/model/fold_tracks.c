/* What fit events do, in effect order: states, rows, reminders. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "fold_int.h"

/* The owner begins where `issue` of the kind leads. */
static const struct state *
first_state(const struct track_def *def)
{
	const struct move *issue;

	if (!str_eq(def->name, "owner"))
		return track_state(def, def->initial);
	issue = track_move(def, "issue");
	if (issue != NULL && issue->to != NULL)
		return track_state(def, issue->to);
	for (size_t i = 0; i < def->n_states; i++) {
		if (def->states[i].stage == STAGE_SENT)
			return &def->states[i];
	}
	return track_state(def, def->initial);
}

/*
 * The state shown at a revision: that of the last move, or what it falls
 * back to when a field that reopens the track changed since the revision the
 * move was made on (EVENTS 5).
 */
const struct state *
state_at(const struct track_def *def, const struct kind *kind,
	 const struct node *last, const struct node *at,
	 const struct row_at *row, bool *ret_fallen)
{
	const struct state *s;
	size_t t = (size_t)(def - kind->tracks);

	if (last == NULL || last->move == NULL || last->def != def)
		return first_state(def);
	s = track_state(def, last->move->to);
	if (s == NULL || s->falls_back == NULL || at == NULL ||
	    (last->at->content->base_of_track[t] ==
		     at->content->base_of_track[t] &&
	     (row == NULL || last->row == NULL ||
	      last->row->same == row->same)))
		return s;
	if (ret_fallen != NULL)
		*ret_fallen = true;
	return track_state(def, s->falls_back);
}

/* Lanes are in order of desk and track; memberships of one are few. */
struct lane *
lane_of(struct folding *f, const char *desk, const char *track,
	const struct node *member)
{
	size_t low = 0, high = f->n_lanes;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct lane *l = &f->lanes[mid];
		int c = strcmp(l->desk, desk);

		if (c == 0)
			c = strcmp(l->track, track);
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < f->n_lanes && str_eq(f->lanes[low].desk, desk) &&
	       str_eq(f->lanes[low].track, track);
	     low++) {
		if (f->lanes[low].member == member)
			return &f->lanes[low];
	}
	return NULL;
}

static int
by_lane(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a;
	const struct node *y = *(struct node *const *)b;
	int c = strcmp(x->event->source, y->event->source);

	if (c == 0)
		c = strcmp(x->track, y->track);
	if (c == 0 && x->member != y->member)
		c = x->member == NULL	    ? -1
		    : y->member == NULL	    ? 1
		    : x->member < y->member ? -1
					    : 1;
	return c != 0 ? c : node_cmp(x, y);
}

/* Fit events by desk, track and membership, each lane in effect order. */
static void
make_lanes(struct folding *f)
{
	struct fold_index *ix = f->index;
	struct node **list = xcalloc(ix->n_nodes + 1, sizeof(struct node *));
	size_t n = 0;

	for (size_t i = 0; i < ix->n_nodes; i++) {
		if (ix->nodes[i].verdict == VERDICT_FIT)
			list[n++] = &ix->nodes[i];
	}
	if (n > 0)
		qsort(list, n, sizeof(struct node *), by_lane);
	f->lanes = xcalloc(n + 1, sizeof *f->lanes);
	for (size_t i = 0; i < n; i++) {
		struct lane *l =
			f->n_lanes > 0 ? &f->lanes[f->n_lanes - 1] : NULL;

		if (l == NULL || l->member != list[i]->member ||
		    !str_eq(l->desk, list[i]->event->source) ||
		    !str_eq(l->track, list[i]->track)) {
			l = &f->lanes[f->n_lanes++];
			l->desk = list[i]->event->source;
			l->track = list[i]->track;
			l->member = list[i]->member;
			l->nodes = xcalloc(n - i, sizeof(struct node *));
		}
		l->nodes[l->n_nodes++] = list[i];
	}
	for (size_t i = 0; i < f->n_lanes; i++)
		f->lanes[i].nodes =
			xreallocarray(f->lanes[i].nodes, f->lanes[i].n_nodes,
				      sizeof(struct node *));
	xfree(list);
}

static enum stage
stage_after(const struct node *n)
{
	const struct state *s = track_state(n->def, n->move->to);

	return s != NULL ? s->stage : STAGE_DRAFT;
}

/* EVENTS 2, 6: the last fit move gives the state; `once` counts once. */
static void
run_lane(struct lane *l)
{
	for (size_t i = 0; i < l->n_nodes; i++) {
		struct node *n = l->nodes[i];
		uint64_t bit;

		if (n->move == NULL)
			continue;
		bit = (uint64_t)1 << (n->move - n->def->moves);
		if (n->move->once && (l->once & bit) != 0) {
			n->idle = n->twice = true;
			n->why = N_("made once already on another branch");
		}
		l->once |= bit;
		if (n->move->to == NULL)
			continue;
		/* not on n's own chain: a branch that came back */
		if (l->last != NULL && l->last != n->before &&
		    l->last->def == n->def &&
		    stage_after(n) < stage_after(l->last))
			l->last->stepped_back = true;
		l->last = n;
	}
}

static int
by_pair(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a;
	const struct node *y = *(struct node *const *)b;
	const char *to_x = json_text(x->event->data, "to");
	const char *to_y = json_text(y->event->data, "to");
	int c = strcmp(x->event->source, y->event->source);

	if (c == 0)
		c = strcmp(to_x, to_y);
	return c != 0 ? c : node_cmp(x, y);
}

/* EVENTS 8: one in four hours for a pair of desks and a document. */
static void
run_reminders(struct folding *f)
{
	struct fold_index *ix = f->index;
	struct node **list = xcalloc(ix->n_nodes + 1, sizeof(struct node *));
	const struct node *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < ix->n_nodes; i++) {
		if (ix->nodes[i].verdict == VERDICT_FIT &&
		    ix->nodes[i].event->type == EVENT_REMIND)
			list[n++] = &ix->nodes[i];
	}
	if (n > 0)
		qsort(list, n, sizeof(struct node *), by_pair);
	for (size_t i = 0; i < n; i++) {
		const struct event *e = list[i]->event;
		bool same = last != NULL &&
			    str_eq(last->event->source, e->source) &&
			    str_eq(json_text(last->event->data, "to"),
				   json_text(e->data, "to"));

		if (same &&
		    e->time_ms < last->event->time_ms + REMIND_INTERVAL_MS) {
			list[i]->idle = true;
			list[i]->why =
				N_("reminded less than four hours before");
		} else {
			last = list[i];
		}
	}
	xfree(list);
}

void
fold_effects(struct folding *f)
{
	struct fold_index *ix = f->index;

	ix->contents = xcalloc(ix->n_nodes + 1, sizeof(struct node *));
	for (size_t i = 0; i < ix->n_nodes; i++) {
		if (ix->order[i]->content != NULL)
			ix->contents[ix->n_contents++] = ix->order[i];
	}
	if (ix->n_contents > 0) {
		ix->current = ix->contents[ix->n_contents - 1];
		ix->current->in_effect = true;
	}
	make_lanes(f);
	for (size_t i = 0; i < f->n_lanes; i++)
		run_lane(&f->lanes[i]);
	run_reminders(f);
}

/* The last of the party's moves that carries a list holds (EVENTS 10). */
static json_t *
rows_of(const struct kind *k, const struct lane *l)
{
	json_t *rows = NULL;

	for (size_t i = 0; i < k->n_fields; i++) {
		const struct field *field = &k->fields[i];
		json_t *list = NULL;

		if (field->by == NULL || !str_eq(field->by, l->track))
			continue;
		for (size_t j = 0; j < l->n_nodes; j++) {
			const json_t *input = json_object_get(
				l->nodes[j]->event->data, "input");
			json_t *value = json_object_get(input, field->name);

			if (l->nodes[j]->move != NULL && json_is_array(value))
				list = value;
		}
		if (list == NULL)
			continue;
		if (rows == NULL)
			rows = json_object();
		json_object_set(rows, field->name, list);
	}
	return rows;
}

/* The earliest time this desk knows that the party stored the revision from
 * which on it is one; INT64_MAX unknown. */
static int64_t
stored_ms(const struct folding *f, const char *desk, const struct node *member)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < f->in->n_stored; i++) {
		const struct stored_at *s = &f->in->stored[i];
		const struct node *n;
		const struct party *p;

		if (s->at_ms >= first || !str_eq(s->desk, desk))
			continue;
		if (!s->has_event) {
			/* the whole document: as it was issued */
			if (member == &f->index->root)
				first = s->at_ms;
			continue;
		}
		n = fold_find(f->index, &s->event);
		p = n != NULL && n->content != NULL
			    ? content_party(n->content, desk)
			    : NULL;
		if (p != NULL && p->base == member)
			first = s->at_ms;
	}
	return first;
}

/* `starts` of the party's first event since it became one. */
static void
find_start(struct folding *f, struct doc_track *t, const struct node *member)
{
	size_t n_nodes;
	struct node **nodes = fold_desk(f->index, t->desk, &n_nodes);

	for (size_t i = 0; i < n_nodes && t->starts_ms < 0; i++) {
		/* of a row's event it says when the row came */
		if (member != NULL && nodes[i]->member == member &&
		    nodes[i]->row == NULL) {
			t->starts_ms = nodes[i]->event->starts_ms;
			t->starts_by = nodes[i]->event;
		}
	}
	t->stored_ms =
		member != NULL ? stored_ms(f, t->desk, member) : INT64_MAX;
	t->late_start = t->starts_ms >= 0 && t->starts_ms > t->stored_ms;
	if (t->stored_ms == INT64_MAX)
		t->stored_ms = -1;
}

static void
fill_track(struct folding *f, struct doc_track *t, struct node *at,
	   struct node *member)
{
	const struct content *c = at->content;
	struct lane *l;

	t->member = member;
	t->since_ms = at->event->time_ms;
	t->starts_ms = -1;
	t->stored_ms = -1;
	if (c->kind != NULL && t->name != NULL) {
		t->def = kind_track(c->kind, t->name);
		l = lane_of(f, t->desk, t->name, member);
		t->state = state_at(t->def, c->kind, l != NULL ? l->last : NULL,
				    at, NULL, &t->fallen_back);
		if (l != NULL && l->last != NULL) {
			t->last_move = l->last->event;
			if (!t->fallen_back)
				t->since_ms = t->last_move->time_ms;
			l->last->in_effect = true;
		} else if (member != NULL) {
			t->since_ms = member == &f->index->root
					      ? f->doc->issued_ms
					      : member->event->time_ms;
		}
		if (l != NULL)
			t->rows = rows_of(c->kind, l);
	}
	find_start(f, t, member);
}

static int
by_order(const void *a, const void *b)
{
	const struct party *x = *(const struct party *const *)a;
	const struct party *y = *(const struct party *const *)b;

	return x->part != y->part
		       ? x->part - y->part
		       : (x->order > y->order) - (x->order < y->order);
}

static struct doc_track *
add_track(struct folding *f, const char *desk)
{
	struct doc *d = f->doc;
	struct doc_track *t;

	d->tracks =
		xreallocarray(d->tracks, d->n_tracks + 1, sizeof *d->tracks);
	t = &d->tracks[d->n_tracks++];
	(void)memset(t, 0, sizeof *t);
	memcpy(t->desk, desk, strlen(desk) + 1);
	return t;
}

static void
add_parties(struct folding *f)
{
	struct node *at = f->index->current;
	const struct content *c = at->content;
	const struct party **list =
		xcalloc(c->n_parties + 1, sizeof(struct party *));

	for (size_t i = 0; i < c->n_parties; i++)
		list[i] = &c->parties[i];
	if (c->n_parties > 0)
		qsort(list, c->n_parties, sizeof(struct party *), by_order);
	for (size_t i = 0; i < c->n_parties; i++) {
		struct doc_track *t = add_track(f, list[i]->desk);

		t->name = part_track(c, list[i]);
		fill_track(f, t, at, list[i]->base);
	}
	xfree(list);
}

/* Desks that were a party at some revision and are none now (EVENTS 7). */
static void
add_removed(struct folding *f)
{
	const struct fold_index *ix = f->index;

	/* newest first: a desk's last membership is the one shown */
	for (size_t i = ix->n_contents; i-- > 0;) {
		const struct content *c = ix->contents[i]->content;

		if (i + 1 < ix->n_contents &&
		    c->n_parties == ix->contents[i + 1]->content->n_parties &&
		    ix->contents[i + 1]->content->parent == ix->contents[i]) {
			bool same = true;

			for (size_t j = 0; same && j < c->n_parties; j++)
				same = c->parties[j].base ==
				       ix->contents[i + 1]
					       ->content->parties[j]
					       .base;
			if (same)
				continue; /* nobody came or went */
		}
		for (size_t j = 0; j < c->n_parties; j++) {
			const struct party *p = &c->parties[j];
			struct doc_track *t;

			if (doc_track_of(f->doc, p->desk) != NULL)
				continue;
			t = add_track(f, p->desk);
			t->removed = true;
			t->name = part_track(c, p);
			fill_track(f, t, ix->contents[i], p->base);
		}
	}
}

static void
find_acks(struct folding *f)
{
	struct doc *d = f->doc;
	const struct fold_index *ix = f->index;

	for (size_t i = 0; i < ix->n_nodes; i++) {
		const struct node *n = ix->order[i];

		if (n->verdict == VERDICT_FIT &&
		    n->event->type == EVENT_WITHDRAW)
			d->withdraw = n->event;
	}
	d->withdrawn = d->withdraw != NULL;
	for (size_t i = 0; d->withdrawn && i < ix->n_nodes; i++) {
		const struct node *n = ix->order[i];
		struct doc_track *t;

		if (n->verdict != VERDICT_FIT ||
		    n->event->type != EVENT_ACK_WITHDRAW ||
		    n->of->event != d->withdraw)
			continue;
		t = doc_track_of(d, n->event->source);
		if (t != NULL)
			t->acked = true;
	}
}

void
fold_tracks(struct folding *f)
{
	struct doc *d = f->doc;
	struct node *at = f->index->current;
	struct doc_track *owner = add_track(f, d->owner);

	owner->name = "owner";
	owner->starts_ms = owner->stored_ms = -1;
	if (at != NULL) {
		fill_track(f, owner, at, NULL);
		if (owner->last_move == NULL)
			owner->since_ms = d->issued_ms;
		add_parties(f);
		add_removed(f);
	}
	for (size_t i = 0; i < d->n_tracks; i++) {
		struct doc_track *t = &d->tracks[i];

		if (t->name != NULL)
			t->n_tips =
				fold_tips(f->index, t->desk, t->name, t->tips);
	}
	fold_rows(f);
	find_acks(f);
}
