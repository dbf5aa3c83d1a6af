/*
 * The verdict on one event: on its own ancestors and the revision it names,
 * never on what happened to arrive before (EVENTS, "Verdict and effect").
 */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "fold_int.h"
#include "model/content.h"

static void
unfit(struct node *n, const char *why)
{
	n->verdict = VERDICT_UNFIT;
	n->why = why;
}

static const struct node *
later(const struct node *a, const struct node *b)
{
	if (a == NULL || b == NULL)
		return a != NULL ? a : b;
	return node_cmp(a, b) < 0 ? b : a;
}

static void
take_later(struct node **at, struct node *other)
{
	if (later(*at, other) == other)
		*at = other;
}

static struct known *
new_list(struct folding *f, size_t n)
{
	struct fold_index *ix = f->index;
	struct known *list = xcalloc(n, sizeof *list);

	/* room doubles at powers of two */
	if ((ix->n_lists & (ix->n_lists - 1)) == 0)
		ix->lists = xreallocarray(ix->lists,
					  ix->n_lists > 0 ? 2 * ix->n_lists : 1,
					  sizeof(struct known *));
	ix->lists[ix->n_lists++] = list;
	return list;
}

static struct known *
find_known(struct known *list, size_t n, const struct node *member)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].member == member)
			return &list[i];
	}
	return NULL;
}

static void
join(struct known *into, const struct known *from)
{
	take_later(&into->last, from->last);
	into->once |= from->once;
	for (size_t c = 0; c < KIND_CLOCKS_MAX; c++) {
		if (from->extended[c] > into->extended[c])
			into->extended[c] = from->extended[c];
	}
}

static void
merge_known(struct folding *f, struct summary *s, const struct summary *p)
{
	struct known *list;

	if (p->n_known == 0 || p->known == s->known)
		return;
	if (s->n_known == 0) {
		s->known = p->known;
		s->n_known = p->n_known;
		return;
	}
	list = new_list(f, s->n_known + p->n_known);
	memcpy(list, s->known, s->n_known * sizeof *list);
	for (size_t i = 0; i < p->n_known; i++) {
		struct known *k =
			find_known(list, s->n_known, p->known[i].member);

		if (k != NULL)
			join(k, &p->known[i]);
		else
			list[s->n_known++] = p->known[i];
	}
	s->known = list;
}

/* What the predecessors know together. */
static struct summary
merge(struct folding *f, const struct node *n)
{
	struct summary s = { 0 };

	for (size_t i = 0; i < n->n_prev; i++) {
		const struct summary *p = &n->prev[i]->after;

		take_later(&s.rev, p->rev);
		take_later(&s.content, p->content);
		merge_known(f, &s, p);
	}
	return s;
}

static void
recall(struct node *n, struct node *member)
{
	n->mine = (struct known){ .member = member };
	for (size_t i = 0; i < n->after.n_known; i++) {
		if (n->after.known[i].member == member)
			n->mine = n->after.known[i];
	}
}

/* Puts what the event knows now in its summary. */
static void
remember(struct folding *f, struct node *n)
{
	struct known *list = new_list(f, n->after.n_known + 1);
	struct known *k;

	if (n->after.n_known > 0)
		memcpy(list, n->after.known, n->after.n_known * sizeof *list);
	k = find_known(list, n->after.n_known, n->mine.member);
	if (k == NULL)
		k = &list[n->after.n_known++];
	*k = n->mine;
	n->after.known = list;
}

static bool
prev_ok(const struct node *n)
{
	for (size_t i = 0; i < n->n_prev; i++) {
		const struct node *p = n->prev[i];

		if (!str_eq(p->event->source, n->event->source) ||
		    !str_eq(p->track, n->track) || !node_is_chained(p))
			return false;
	}
	return true;
}

static bool
name_in(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(names[i], name))
			return true;
	}
	return false;
}

static size_t
clock_number(const struct kind *k, const char *clock)
{
	size_t i = 0;

	while (i < k->n_clocks && !str_eq(k->clocks[i].name, clock))
		i++;
	return i;
}

/* EVENTS 6: at most `times` extensions of a clock. */
static bool
may_extend(const struct kind *k, const struct move *m, const struct known *s)
{
	for (size_t i = 0; i < m->n_effects; i++) {
		size_t c = clock_number(k, m->effects[i].target);

		if (m->effects[i].type == EFFECT_EXTEND && c < k->n_clocks &&
		    s->extended[c] >= k->clocks[c].extend_times)
			return false;
	}
	return true;
}

static void
count_move(const struct kind *k, struct node *n)
{
	const struct move *m = n->move;

	n->mine.once |= (uint64_t)1 << (m - n->def->moves);
	if (m->to != NULL)
		n->mine.last = n;
	for (size_t i = 0; i < m->n_effects; i++) {
		size_t c = clock_number(k, m->effects[i].target);

		if (c >= k->n_clocks)
			continue;
		if (m->effects[i].type == EFFECT_EXTEND &&
		    n->mine.extended[c] < UINT8_MAX)
			n->mine.extended[c]++;
		else if (m->effects[i].type == EFFECT_RESTART)
			n->mine.extended[c] = 0;
	}
}

/* A move, or a local act that is a local move. n->after holds the summary
 * of the predecessors. */
static void
judge_move(struct folding *f, struct node *n, const struct kind *k,
	   const char *name)
{
	const struct event *e = n->event;
	const json_t *input = json_object_get(e->data, "input");
	const struct state *from;

	n->move = name != NULL ? track_move(n->def, name) : NULL;
	if (n->move == NULL || n->move->local != (e->type == EVENT_LOCAL) ||
	    str_eq(name, "issue")) {
		n->move = NULL;
		unfit(n, N_("its kind has no such move on this track"));
		return;
	}
	from = state_at(n->def, k, n->mine.last, n->at, n->row, NULL);
	if (!str_eq(e->kind, k->name) || e->kind_version != k->version)
		unfit(n, N_("is of another kind than its document"));
	else if (from == NULL ||
		 !name_in(n->move->from, n->move->n_from, from->name))
		unfit(n, N_("the move is not possible from its state"));
	else if (input != NULL &&
		 (!json_is_object(input) ||
		  !content_types_ok(n->move->input, n->move->n_input, input)))
		unfit(n, N_("an input is of the wrong type"));
	else if (n->move->once &&
		 (n->mine.once >> (n->move - n->def->moves) & 1) != 0)
		unfit(n, N_("the move was made once already"));
	else if (!may_extend(k, n->move, &n->mine))
		unfit(n, N_("the clock was extended already"));
	else
		n->verdict = VERDICT_FIT;
	if (n->verdict != VERDICT_FIT)
		return;
	count_move(k, n);
	remember(f, n);
}

/* Acts that both the owner and a party have. */
static void
judge_act(struct folding *f, struct node *n)
{
	const struct kind *k = n->at->content->kind;
	const json_t *data = n->event->data;
	const char *act = json_text(data, "act");

	n->def = k != NULL ? kind_event_track(k, n->track) : NULL;
	n->before = n->mine.last;
	if (n->event->type == EVENT_MOVE && n->def == NULL) {
		n->verdict = VERDICT_EARLY;
		n->why = N_("its kind is not installed");
	} else if (n->event->type == EVENT_MOVE) {
		judge_move(f, n, k, json_text(data, "move"));
	} else if (n->event->type == EVENT_LOCAL && n->def != NULL &&
		   act != NULL && track_move(n->def, act) != NULL) {
		judge_move(f, n, k, act);
	} else {
		n->verdict = VERDICT_FIT;
	}
}

static void
judge_content(struct folding *f, struct node *n)
{
	const char *why = NULL;

	if (n->event->type == EVENT_REVISE && n->after.content == NULL) {
		unfit(n, N_("revises what was never issued"));
		return;
	}
	n->content = content_new(f, n, n->after.content, &why);
	if (n->content == NULL) {
		unfit(n, why);
		return;
	}
	n->at = n;
	n->after.content = n;
	n->verdict = VERDICT_FIT;
}

static void
judge_reveal(struct node *n)
{
	const char *why = NULL;

	if (n->at->content->kind == NULL) {
		n->verdict = VERDICT_EARLY;
		n->why = N_("its kind is not installed");
		return;
	}
	why = node_judge_reveal(n);
	if (why != NULL)
		unfit(n, why);
	else
		n->verdict = VERDICT_FIT;
}

static void
judge_owner(struct folding *f, struct node *n)
{
	const struct event *e = n->event;
	const char *to = json_text(e->data, "to");

	n->after = merge(f, n);
	recall(n, NULL);
	n->at = n->after.content;
	if (!str_eq(n->track, "owner")) {
		unfit(n, N_("is not on its desk's own track"));
		return;
	}
	if (e->type == EVENT_ISSUE || e->type == EVENT_REVISE) {
		judge_content(f, n);
		return;
	}
	if (n->at == NULL) {
		unfit(n, N_("the document was not issued before it"));
		return;
	}
	if (e->type == EVENT_ACK_WITHDRAW || e->type == EVENT_CARD)
		unfit(n, N_("is no act of the owner"));
	else if (e->type == EVENT_REMIND &&
		 (to == NULL || content_party(n->at->content, to) == NULL))
		unfit(n, N_("reminds a desk that is no party"));
	else if (e->type == EVENT_REVEAL)
		judge_reveal(n);
	else
		judge_act(f, n);
}

static void
judge_party_act(struct folding *f, struct node *n)
{
	const struct event *e = n->event;

	switch (e->type) {
	case EVENT_ACK_WITHDRAW:
		if (n->of == NULL || n->of->event->type != EVENT_WITHDRAW ||
		    n->of->verdict != VERDICT_FIT)
			unfit(n, N_("answers no withdraw"));
		else
			n->verdict = VERDICT_FIT;
		break;
	case EVENT_REMIND:
		if (!str_eq(json_text(e->data, "to"), e->owner))
			unfit(n, N_("a party reminds only the owner"));
		else
			n->verdict = VERDICT_FIT;
		break;
	case EVENT_MOVE:
	case EVENT_REMARK:
	case EVENT_LOCAL: judge_act(f, n); break;
	case EVENT_ISSUE:
	case EVENT_REVISE:
	case EVENT_WITHDRAW:
	case EVENT_REVEAL:
	case EVENT_CARD:
	case EVENT__COUNT: unfit(n, N_("is an act of the owner alone")); break;
	}
}

static bool
is_register(const struct node *rev)
{
	const struct kind *k = rev->content->kind;

	return k != NULL && k->scope == SCOPE_REGISTER;
}

/* EVENTS 1: being a party is a verdict at `rev`. */
static void
judge_party(struct folding *f, struct node *n)
{
	const struct party *p;
	const char *track;

	n->after = merge(f, n);
	if (n->rev == NULL || n->rev->content == NULL) {
		unfit(n, N_("names no revision of the document"));
		return;
	}
	p = content_party(n->rev->content, n->event->source);
	if (p == NULL && n->event->type == EVENT_LOCAL && is_register(n->rev)) {
		n->verdict = VERDICT_FIT; /* its own note on a public entry */
		return;
	}
	if (p == NULL) {
		unfit(n, N_("is no party at the revision it saw"));
		return;
	}
	track = part_track(n->rev->content, p);
	if (track != NULL && !str_eq(track, n->track)) {
		unfit(n, N_("is not on its desk's own track"));
		return;
	}
	if (n->after.rev != NULL && node_cmp(n->rev, n->after.rev) < 0) {
		unfit(n, N_("goes back to an older revision"));
		return;
	}
	n->member = p->base;
	n->at = n->rev;
	recall(n, p->base);
	judge_party_act(f, n);
	if (n->verdict == VERDICT_FIT)
		n->after.rev = n->rev;
}

/*
 * A row is moved by the desk that it names, be that the owner or a party, and
 * by the revision that the event names, as a party's acts are.
 */
static void
judge_row(struct folding *f, struct node *n, const char *key)
{
	const struct content *c;

	n->after = merge(f, n);
	if (n->rev == NULL || n->rev->content == NULL) {
		unfit(n, N_("names no revision of the document"));
		return;
	}
	c = n->rev->content;
	if (c->kind == NULL) {
		n->verdict = VERDICT_EARLY;
		n->why = N_("its kind is not installed");
		return;
	}
	n->row = content_row(c, key);
	if (n->row == NULL || !str_eq(n->row->desk, n->event->source)) {
		n->row = NULL;
		unfit(n, N_("has no such row at the revision it saw"));
		return;
	}
	if (n->after.rev != NULL && node_cmp(n->rev, n->after.rev) < 0) {
		unfit(n, N_("goes back to an older revision"));
		return;
	}
	n->member = n->row->base;
	n->at = n->rev;
	recall(n, n->member);
	if (n->event->type == EVENT_MOVE || n->event->type == EVENT_LOCAL)
		judge_act(f, n);
	else
		unfit(n, N_("a row has moves only"));
	if (n->verdict == VERDICT_FIT)
		n->after.rev = n->rev;
}

void
node_judge(struct folding *f, struct node *n)
{
	const char *key = track_row_key(n->track);

	if (n->gap) {
		n->verdict = VERDICT_EARLY;
		n->why = N_("an event before it is not here yet");
		return;
	}
	if (n->refused != NULL || !prev_ok(n)) {
		n->after = merge(f, n);
		unfit(n, n->refused != NULL
				 ? n->refused
				 : N_("follows an event of another chain"));
		return;
	}
	if (key != NULL)
		judge_row(f, n, key);
	else if (str_eq(n->event->source, n->event->owner))
		judge_owner(f, n);
	else
		judge_party(f, n);
}

/* Would the move be fit on this track, whose desk is `desk`? */
static bool
would_fit(const struct doc *d, const char *desk, const char *track,
	  const struct move *m, const char **ret_why)
{
	struct folding f = { .doc = NULL, .index = d->index };
	struct event e = { .type = m->local ? EVENT_LOCAL : EVENT_MOVE };
	struct node n = { .event = &e,
			  .track = track,
			  .rev = d->index->current,
			  .verdict = VERDICT_UNFIT };
	struct ref tips[PREV_MAX];
	size_t n_tips = fold_tips(d->index, desk, track, tips);

	memcpy(e.source, desk, strlen(desk) + 1);
	memcpy(e.owner, d->owner, sizeof e.owner);
	memcpy(e.kind, d->kind->name, strlen(d->kind->name) + 1);
	e.kind_version = d->kind->version;
	for (size_t i = 0; i < n_tips; i++)
		n.prev[n.n_prev++] = fold_find(d->index, &tips[i]);
	e.data = json_pack("{s:s,s:s}", "move", m->name, "act", m->name);
	node_judge(&f, &n);
	json_decref(e.data);
	*ret_why = n.verdict == VERDICT_FIT ? NULL : n.why;
	return n.verdict == VERDICT_FIT;
}

bool
doc_move_fits(const struct doc *d, const char *desk, const char *row,
	      const char *move, const char **ret_why)
{
	const struct doc_track *t = doc_track_of(d, desk);
	const struct row_track *r = row != NULL ? doc_row_of(d, row) : NULL;
	const struct track_def *def = row != NULL ? (r != NULL ? r->def : NULL)
				      : t != NULL ? t->def
						  : NULL;
	const struct move *m = def != NULL ? track_move(def, move) : NULL;
	const char *why = N_("its kind has no such move on this track");
	bool fits = m != NULL && (r != NULL || !t->removed) &&
		    would_fit(d, desk, r != NULL ? r->track : t->name, m, &why);

	if (ret_why != NULL)
		*ret_why = fits ? NULL : why;
	return fits;
}
