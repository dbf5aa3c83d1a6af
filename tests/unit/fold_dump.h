/* All that a folded document says, in one text, to compare two of them. */
#pragma once

#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/fold.h"

static inline void
dump_ref(struct buf *b, const struct ref *r)
{
	char hex[2 * DIGEST_LEN + 1];

	hex_encode(r->bytes, DIGEST_LEN, hex);
	(void)buf_addf(b, NULL, "%.12s ", hex);
}

static inline void
dump_json(struct buf *b, const json_t *value)
{
	char *text = value != NULL ? json_dumps(value, JSON_SORT_KEYS) : NULL;

	(void)buf_adds(b, text != NULL ? text : "-", NULL);
	free(text);
}

static inline void
dump_tracks(struct buf *b, const struct doc *d)
{
	for (size_t i = 0; i < d->n_tracks; i++) {
		const struct doc_track *t = &d->tracks[i];

		(void)buf_addf(b, NULL, "\n%s %s %s %d %d %d %d %lld %lld ",
			       t->desk, t->name != NULL ? t->name : "-",
			       t->state != NULL ? t->state->name : "-",
			       t->removed, t->acked, t->fallen_back,
			       t->late_start, (long long)t->starts_ms,
			       (long long)t->since_ms);
		dump_json(b, t->rows);
		for (size_t j = 0; j < t->n_tips; j++)
			dump_ref(b, &t->tips[j]);
	}
	for (size_t i = 0; i < d->n_rows; i++) {
		const struct row_track *t = &d->rows[i];

		(void)buf_addf(b, NULL, "\n%s %s %s %d %d %zu %lld %lld %lld",
			       t->track, t->desk, t->state->name, t->removed,
			       t->fallen_back, t->index,
			       (long long)t->starts_ms, (long long)t->stored_ms,
			       (long long)t->since_ms);
	}
}

static inline void
dump_events(struct buf *b, const struct doc *d, const char *const *desks,
	    size_t n_desks)
{
	for (size_t i = 0; i < d->n_events; i++) {
		const struct folded_event *e = &d->events[i];

		(void)buf_adds(b, "\n", NULL);
		dump_ref(b, &e->event->digest);
		(void)buf_addf(b, NULL, "%d %s %d%d%d%d%d ", (int)e->verdict,
			       e->why != NULL ? e->why : "", e->in_effect,
			       e->fork, e->stepped_back, e->odd_time, e->idle);
		for (size_t j = 0; j < n_desks; j++)
			(void)buf_addf(b, NULL, "%d",
				       doc_should_hold(d, e->event, desks[j]));
	}
}

static inline void
dump_clocks(struct buf *b, const struct doc *d)
{
	for (size_t i = 0; i < d->n_clocks; i++) {
		const struct doc_clock *c = &d->clocks[i];

		(void)buf_addf(b, NULL, "\n%s %s %s %d %lld %lld %lld %d %d",
			       c->desk, c->def->name,
			       c->row_track != NULL ? c->row_track->key : "",
			       (int)c->state, (long long)c->started_ms,
			       (long long)c->due.strict_ms,
			       (long long)c->met_ms, c->provisional,
			       c->due.odd_spans);
	}
}

/* desks: of whom it is asked whether they should hold each event. Heap. */
static inline char *
doc_dump(const struct doc *d, const char *const *desks, size_t n_desks)
{
	struct buf b;

	buf_init(&b, 64 * 1024 * 1024);
	(void)buf_addf(&b, NULL, "%s %s %d %d %d %zu\n", d->owner, d->id,
		       d->issued, d->withdrawn, d->forked, d->missing_should);
	if (d->current != NULL)
		dump_ref(&b, &d->current->digest);
	if (d->withdraw != NULL)
		dump_ref(&b, &d->withdraw->digest);
	for (size_t i = 0; i < d->n_owner_tips; i++)
		dump_ref(&b, &d->owner_tips[i]);
	dump_tracks(&b, d);
	dump_events(&b, d, desks, n_desks);
	dump_clocks(&b, d);
	(void)buf_adds(&b, "\n", NULL);
	dump_json(&b, d->fields);
	for (size_t i = 0; i < d->n_seals; i++)
		(void)buf_addf(&b, NULL, "\n%s %d %d %lld",
			       d->seals[i].field->name,
			       d->seals[i].reveal != NULL, d->seals[i].open,
			       (long long)d->seals[i].opens_ms);
	return buf_take(&b);
}
