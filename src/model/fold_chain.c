/* The set of events as linked nodes, and the order they are judged in. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "fold_int.h"

/* Effect order (EVENTS 2): epoch, k, digest. */
int
node_cmp(const struct node *a, const struct node *b)
{
	int c = strcmp(a->event->epoch, b->event->epoch);

	if (c == 0)
		c = (a->event->k > b->event->k) - (a->event->k < b->event->k);
	return c != 0 ? c : ref_cmp(&a->event->digest, &b->event->digest);
}

static int
by_digest(const void *a, const void *b)
{
	const struct node *x = a;
	const struct node *y = b;

	return ref_cmp(&x->event->digest, &y->event->digest);
}

static int
by_effect(const void *a, const void *b)
{
	return node_cmp(*(struct node *const *)a, *(struct node *const *)b);
}

static int
by_source(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a;
	const struct node *y = *(struct node *const *)b;
	int c = strcmp(x->event->source, y->event->source);

	return c != 0 ? c : node_cmp(x, y);
}

struct node *
fold_find(const struct fold_index *ix, const struct ref *ref)
{
	size_t low = 0, high = ix->n_nodes;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = ref_cmp(&ix->nodes[mid].event->digest, ref);

		if (c == 0)
			return &ix->nodes[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

struct node **
fold_desk(const struct fold_index *ix, const char *desk, size_t *ret_n)
{
	size_t low = 0, high = ix->n_nodes, end;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(ix->by_desk[mid]->event->source, desk) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	end = low;
	while (end < ix->n_nodes &&
	       str_eq(ix->by_desk[end]->event->source, desk))
		end++;
	*ret_n = end - low;
	return ix->by_desk + low;
}

/* Local and reveal events name a prev and are named by none (EVENTS). */
bool
node_is_chained(const struct node *n)
{
	return n->event->type != EVENT_LOCAL && n->event->type != EVENT_REVEAL;
}

/* A node for each event, by digest; the same event twice is one. */
static void
collect(struct folding *f)
{
	struct fold_index *ix = f->index;
	size_t n = 0;

	ix->nodes = xcalloc(f->in->n_events + 1, sizeof *ix->nodes);
	for (size_t i = 0; i < f->in->n_events; i++) {
		ix->nodes[i].event = f->in->events[i];
		if (f->in->refused != NULL)
			ix->nodes[i].refused = f->in->refused[i];
		if (f->in->seals != NULL &&
		    f->in->events[i]->type == EVENT_REVEAL)
			ix->nodes[i].seal = f->in->seals[i];
	}
	if (f->in->n_events > 0)
		qsort(ix->nodes, f->in->n_events, sizeof *ix->nodes, by_digest);
	for (size_t i = 0; i < f->in->n_events; i++) {
		if (n > 0 && ref_eq(&ix->nodes[i].event->digest,
				    &ix->nodes[n - 1].event->digest))
			continue;
		if (n != i)
			ix->nodes[n] = ix->nodes[i];
		n++;
	}
	ix->n_nodes = n;
}

static void
link_node(const struct fold_index *ix, struct node *n)
{
	const struct event *e = n->event;

	n->track = e->track[0] != '\0' ? e->track : "owner";
	for (size_t i = 0; i < e->n_prev; i++) {
		struct node *p = fold_find(ix, &e->prev[i]);

		if (p == NULL)
			n->gap = true;
		else
			n->prev[n->n_prev++] = p;
	}
	/* The owner's revision is its own chain's; rev says nothing new, but
	 * of a row, whose chain holds none. */
	if (e->has_rev &&
	    (!str_eq(e->source, e->owner) || track_row_key(n->track) != NULL)) {
		n->rev = fold_find(ix, &e->rev);
		n->gap = n->gap || n->rev == NULL;
	}
	if (e->has_of && e->type == EVENT_ACK_WITHDRAW) {
		n->of = fold_find(ix, &e->of);
		n->gap = n->gap || n->of == NULL;
	}
	if (e->has_seen) {
		const struct node *seen = fold_find(ix, &e->seen);

		n->odd_time = seen != NULL && e->time_ms < seen->event->time_ms;
	}
}

void
fold_link(struct folding *f)
{
	struct fold_index *ix = f->index;

	collect(f);
	ix->order = xcalloc(ix->n_nodes + 1, sizeof(struct node *));
	ix->by_desk = xcalloc(ix->n_nodes + 1, sizeof(struct node *));
	for (size_t i = 0; i < ix->n_nodes; i++) {
		link_node(ix, &ix->nodes[i]);
		ix->order[i] = ix->by_desk[i] = &ix->nodes[i];
	}
	if (ix->n_nodes == 0)
		return;
	qsort(ix->order, ix->n_nodes, sizeof(struct node *), by_effect);
	qsort(ix->by_desk, ix->n_nodes, sizeof(struct node *), by_source);
}

/* The i-th node that n rests on, NULL after the last. */
static struct node *
rests_on(const struct node *n, size_t i)
{
	if (i < n->n_prev)
		return n->prev[i];
	i -= n->n_prev;
	if (n->rev != NULL && i-- == 0)
		return n->rev;
	return n->of != NULL && i == 0 ? n->of : NULL;
}

/*
 * Judges each node after those it rests on. Digests make a circle
 * impossible; should one be given all the same, its nodes stay early.
 */
void
fold_judge_all(struct folding *f)
{
	struct fold_index *ix = f->index;
	size_t *first = xcalloc(ix->n_nodes + 2, sizeof *first);
	struct node **ready = xcalloc(ix->n_nodes + 1, sizeof(struct node *));
	struct node **users;
	size_t n_ready = 0, n_edges = 0;
	struct node *on;

	for (size_t i = 0; i < ix->n_nodes; i++) {
		struct node *n = &ix->nodes[i];

		n->verdict = VERDICT_EARLY;
		for (; (on = rests_on(n, n->waits)) != NULL; n->waits++)
			first[on - ix->nodes + 1]++;
		n_edges += n->waits;
		if (n->waits == 0)
			ready[n_ready++] = n;
	}
	for (size_t i = 0; i < ix->n_nodes; i++)
		first[i + 1] += first[i];
	users = xcalloc(n_edges + 1, sizeof(struct node *));
	for (size_t i = 0; i < ix->n_nodes; i++) {
		struct node *n = &ix->nodes[i];

		for (size_t j = 0; (on = rests_on(n, j)) != NULL; j++)
			users[first[on - ix->nodes]++] = n;
	}
	/* first[i] is now where the users of i end */
	while (n_ready > 0) {
		struct node *n = ready[--n_ready];
		size_t i = (size_t)(n - ix->nodes);

		node_judge(f, n);
		for (size_t j = i > 0 ? first[i - 1] : 0; j < first[i]; j++) {
			users[j]->gap = users[j]->gap || n->gap;
			if (--users[j]->waits == 0)
				ready[n_ready++] = users[j];
		}
	}
	for (size_t i = 0; i < ix->n_nodes; i++) {
		struct node *n = &ix->nodes[i];

		n->gap = n->gap || n->waits > 0;
		/* one that is early names nothing yet */
		for (size_t j = 0;
		     !n->gap && node_is_chained(n) && j < n->n_prev; j++) {
			if (str_eq(n->prev[j]->event->source, n->event->source))
				n->prev[j]->named = true;
		}
	}
	xfree(users);
	xfree(ready);
	xfree(first);
}

static int
by_id(const void *a, const void *b)
{
	const struct event *x = (*(struct node *const *)a)->event;
	const struct event *y = (*(struct node *const *)b)->event;
	int c = strcmp(x->source, y->source);

	return c != 0 ? c : strcmp(x->id, y->id);
}

static int
by_k(const void *a, const void *b)
{
	const struct event *x = (*(struct node *const *)a)->event;
	const struct event *y = (*(struct node *const *)b)->event;
	int c = strcmp(x->source, y->source);

	if (c == 0)
		c = strcmp(x->epoch, y->epoch);
	return c != 0 ? c : (x->k > y->k) - (x->k < y->k);
}

/* EVENTS 3: two digests under one (source, id) or (source, epoch, k). */
void
fold_find_forks(struct folding *f)
{
	static int (*const same[])(const void *, const void *) = { by_id,
								   by_k };
	struct fold_index *ix = f->index;
	struct node **list = xcalloc(ix->n_nodes + 1, sizeof(struct node *));
	size_t n = 0;

	for (size_t i = 0; i < ix->n_nodes; i++) {
		if (node_is_chained(&ix->nodes[i]))
			list[n++] = &ix->nodes[i];
	}
	for (size_t t = 0; t < ARRAY_LEN(same) && n > 0; t++) {
		qsort(list, n, sizeof(struct node *), same[t]);
		for (size_t i = 1; i < n; i++) {
			if (same[t](&list[i - 1], &list[i]) != 0)
				continue;
			list[i - 1]->fork = list[i]->fork = true;
			f->doc->forked = true;
		}
	}
	xfree(list);
}

/*
 * Events of the desk's chain on the track that none of them names: of those
 * that are not early, for an early one named would make the next one early
 * everywhere. Of more than PREV_MAX the newest.
 */
size_t
fold_tips(const struct fold_index *ix, const char *desk, const char *track,
	  struct ref out[static PREV_MAX])
{
	size_t n_nodes, n = 0;
	struct node **nodes = fold_desk(ix, desk, &n_nodes);

	for (size_t i = n_nodes; i-- > 0 && n < PREV_MAX;) {
		const struct node *x = nodes[i];

		if (!x->gap && !x->named && node_is_chained(x) &&
		    str_eq(x->track, track))
			out[n++] = x->event->digest;
	}
	return n;
}
