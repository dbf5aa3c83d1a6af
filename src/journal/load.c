/* A document with its events: read, parsed and folded. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal/kind_row.h"
#include "journal/reference.h"
#include "journal_int.h"
#include "trust/seal.h"

struct growing {
	struct held_doc h;
	struct held_rows *r;
	size_t cap, stored_cap;
};

static void
grow(struct growing *g)
{
	struct held_rows *r = g->r;
	size_t cap = g->cap = g->cap == 0 ? 8 : g->cap * 2;

	g->h.events = xreallocarray(g->h.events, cap, sizeof(*g->h.events));
	g->h.stored_ms =
		xreallocarray(g->h.stored_ms, cap, sizeof(*g->h.stored_ms));
	r->refused = xreallocarray(r->refused, cap, sizeof(*r->refused));
	r->seals = xreallocarray(r->seals, cap, sizeof(*r->seals));
	r->rows = xreallocarray(r->rows, cap, sizeof(*r->rows));
	r->lanes = xreallocarray(r->lanes, cap, sizeof(*r->lanes));
	r->vias = xreallocarray(r->vias, cap, sizeof(*r->vias));
}

/* EVENTS 4: beyond the last (epoch, k) of a key that a card retires. */
static const char *
refused_by_key(struct journal *j, const struct event *e, const char *key_id)
{
	const struct ring_key *k =
		j->keys == NULL ? NULL
				: keyring_find(j->keys, e->source, key_id);
	return k != NULL && ring_key_is_over(k, e)
		       ? N_("signed with a key that was retired before")
		       : NULL;
}

/* What the value of a reveal seals to; zero, which nothing does, when it is
 * no reveal or malformed. */
static void
reveal_seal(const struct event *e, struct ref *out)
{
	const char *salt = json_text(e->data, "salt");
	const char *value = json_text(e->data, "value");
	struct digest d;

	*out = (struct ref){ .bytes = { 0 } };
	if (e->type == EVENT_REVEAL && salt != NULL && value != NULL &&
	    seal_digest_hex(salt, value, strlen(value), &d, NULL) == RC_OK)
		ref_of_digest(&d, out);
}

/* digest, row, stored_at, via, key_id, lane, raw */
static enum rc
take_row(struct journal *j, struct growing *g, struct stmt *st, struct err *err)
{
	struct digest digest;
	struct ref ref;
	size_t n = 0, at = g->h.n_events;
	char key_id[KEY_ID_MAX + 1];

	if (at == g->cap)
		grow(g);
	enum rc rc = col_digest(st, 0, &digest, err);
	if (rc == RC_OK)
		rc = col_copy(st, 3, g->r->vias[at], DESK_ID_MAX + 1, err);
	if (rc == RC_OK)
		rc = col_key_id(st, 4, key_id, err);
	if (rc != RC_OK)
		return rc;
	ref_of_digest(&digest, &ref);
	if (!fresh_get(&j->fresh, &ref, &g->h.events[at])) {
		const char *raw = col_blob(st, 6, &n);
		rc = event_read(raw, n, &ref, &g->h.events[at], err);
	}
	if (rc != RC_OK)
		return err_wrap(err, "%s %lld", _("event row"),
				(long long)col_int(st, 1));
	g->r->rows[at] = col_int(st, 1);
	g->h.stored_ms[at] = col_int(st, 2);
	g->r->lanes[at] =
		col_int(st, 5) == LANE_URGENT ? LANE_URGENT : LANE_PLAIN;
	g->r->refused[at] = refused_by_key(j, &g->h.events[at], key_id);
	reveal_seal(&g->h.events[at], &g->r->seals[at]);
	g->h.n_events++;
	return RC_OK;
}

static enum rc
read_events(struct journal *j, const char *subject, struct growing *g,
	    struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_EVENT_OF_SUBJECT);
	stmt_text(st, 1, subject);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		rc = take_row(j, g, st, err);
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

static struct stored_at *
stored_new(struct growing *g)
{
	if (g->h.n_stored == g->stored_cap) {
		g->stored_cap = g->stored_cap == 0 ? 8 : g->stored_cap * 2;
		g->h.stored = xreallocarray(g->h.stored, g->stored_cap,
					    sizeof(*g->h.stored));
	}
	struct stored_at *s = &g->h.stored[g->h.n_stored++];
	*s = (struct stored_at){ .has_event = true };
	return s;
}

/* What receipts say: peer, event, time. */
static enum rc
read_receipts(struct journal *j, const char *subject, struct growing *g,
	      struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_STORED_BY_RECEIPTS);
	stmt_text(st, 1, subject);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		struct digest event;
		struct stored_at *s = stored_new(g);
		rc = col_copy(st, 0, s->desk, sizeof(s->desk), err);
		if (rc == RC_OK)
			rc = col_digest(st, 1, &event, err);
		if (rc == RC_OK) {
			ref_of_digest(&event, &s->event);
			s->at_ms = col_int(st, 2);
			rc = stmt_step(st, &row, err);
		}
	}
	stmt_done(st);
	return rc;
}

static void
own_stored(struct journal *j, struct growing *g)
{
	for (size_t i = 0; i < g->h.n_events; i++) {
		const struct event *e = &g->h.events[i];
		if (e->type != EVENT_ISSUE && e->type != EVENT_REVISE)
			continue;
		struct stored_at *s = stored_new(g);
		memcpy(s->desk, j->desk, sizeof(s->desk));
		s->event = e->digest;
		s->at_ms = g->h.stored_ms[i];
	}
}

static void
fold(struct journal *j, struct growing *g)
{
	struct held_rows *r = g->r;
	r->list = xcalloc(g->h.n_events, sizeof(*r->list));
	for (size_t i = 0; i < g->h.n_events; i++)
		r->list[i] = &g->h.events[i];
	struct fold_in in = {
		.events = r->list,
		.n_events = g->h.n_events,
		.kinds = j->kinds,
		.calendar = j->calendar,
		.stored = g->h.stored,
		.n_stored = g->h.n_stored,
		.now_ms = env_now_ms(j->env),
		.desk = j->desk,
		.refused = r->refused,
		.seals = r->seals,
	};
	g->h.doc = doc_fold(&in);
}

/* The document as it will be with one more event, not stored yet. */
struct doc *
fold_with(struct journal *j, const struct held_doc *h, const struct event *e)
{
	const struct event **list =
		xcalloc(h->n_events + 1, sizeof(struct event *));
	const char **refused = xcalloc(h->n_events + 1, sizeof(char *));
	struct fold_in in = {
		.events = list,
		.n_events = h->n_events + 1,
		.kinds = j->kinds,
		.calendar = j->calendar,
		.stored = h->stored,
		.n_stored = h->n_stored,
		.now_ms = env_now_ms(j->env),
		.desk = j->desk,
		.refused = refused,
	};
	for (size_t i = 0; i < h->n_events; i++) {
		list[i] = &h->events[i];
		refused[i] = h->rows->refused[i];
	}
	list[h->n_events] = e;
	struct doc *d = doc_fold(&in);
	(void)xfree(list);
	(void)xfree(refused);
	return d;
}

static enum rc
load(struct journal *j, const char *owner, const char *doc, struct growing *g,
     struct err *err)
{
	char subject[SUBJECT_MAX + 1];
	subject_make(owner, doc, subject);
	enum rc rc = read_events(j, subject, g, err);
	if (rc == RC_OK && g->h.n_events == 0)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no document %s on this desk"), subject);
	if (rc == RC_OK)
		rc = read_receipts(j, subject, g, err);
	if (rc != RC_OK)
		return rc;
	if (!str_eq(owner, j->desk))
		own_stored(j, g);
	fold(j, g);
	return RC_OK;
}

enum rc
journal_load(struct journal *j, const char *owner, const char *doc,
	     struct held_doc *out, struct err *err)
{
	struct growing g = { .cap = 0 };
	bool alone = !store_in_transaction(j->store);

	enum rc rc = alone ? store_read_begin(j->store, err) : RC_OK;
	if (rc != RC_OK)
		return rc;
	g.h.rows = g.r = xcalloc(1, sizeof(*g.r));
	if (alone)
		rc = keyring_refresh(j, err);
	if (alone && rc == RC_OK)
		rc = calendar_refresh(j, err);
	if (alone && rc == RC_OK)
		rc = journal_refresh_kinds(j, err);
	if (rc == RC_OK)
		rc = load(j, owner, doc, &g, err);
	if (alone)
		store_read_end(j->store);
	if (rc == RC_OK)
		*out = g.h;
	else
		held_doc_release(&g.h);
	return rc;
}

void
held_doc_release(struct held_doc *h)
{
	h->doc = doc_free(h->doc);
	for (size_t i = 0; i < h->n_events; i++)
		event_release(&h->events[i]);
	(void)xfree(h->events);
	(void)xfree(h->stored_ms);
	(void)xfree(h->stored);
	if (h->rows != NULL) {
		(void)xfree(h->rows->list);
		(void)xfree(h->rows->refused);
		(void)xfree(h->rows->seals);
		(void)xfree(h->rows->rows);
		(void)xfree(h->rows->lanes);
		(void)xfree(h->rows->vias);
		(void)xfree(h->rows);
	}
	*h = (struct held_doc){ .n_events = 0 };
}

int64_t
held_doc_stored_ms(const struct held_doc *h, const struct event *e)
{
	return h->stored_ms[e - h->events];
}
