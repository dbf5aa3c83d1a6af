/*
 * The fold without a database: what parsing and folding cost.
 *
 *	fold COUNT	COUNT events of every kind: events a second, folded
 *			from parsed ones, and parsed and folded
 *
 * Prints one JSON object for each kind. A document is issued and taken along
 * its declared moves, as far as they go, then the same document again under
 * other ids.
 */
#include "config.h"

#include "model/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "kit.h"

#define EVENTS_MAX 24
#define OWNER	   "310105"
#define PARTY	   "330100"
#define START_MS   1780300800000 /* 2026-06-01 16:00 +08:00 */

static struct calendar *calendar;
static struct kinds *kinds;

struct history {
	struct event events[EVENTS_MAX];
	const struct event *list[EVENTS_MAX];
	char *payloads[EVENTS_MAX];
	size_t n_payloads[EVENTS_MAX];
	size_t n;
};

static struct doc *
fold(const struct event *const *events, size_t n)
{
	const struct fold_in in = { .events = events,
				    .n_events = n,
				    .kinds = kinds,
				    .calendar = calendar,
				    .now_ms = START_MS + DAY_MS,
				    .desk = OWNER };

	return doc_fold(&in);
}

/* The event as it would lie in the log: written, then read back. */
static void
add(struct history *h, struct event *e, const struct doc *d)
{
	struct err err = ERR_INIT;
	size_t at = h->n++;

	(void)snprintf(e->id, sizeof(e->id), "0190a000-0000-7000-8000-%012zx",
		       at + 1);
	(void)snprintf(e->owner, sizeof(e->owner), "%s", OWNER);
	(void)snprintf(e->doc, sizeof(e->doc),
		       "0190a000-0000-7000-8000-00000000ffff");
	(void)snprintf(e->epoch, sizeof(e->epoch),
		       "0190a000-0000-7000-8000-00000000aaaa");
	(void)memset(e->kind_digest, '0', DIGEST_HEX_LEN);
	e->time_ms = START_MS + (int64_t)at * 60000;
	e->k = (int64_t)at + 1;
	e->starts_ms = -1;
	if (d != NULL) {
		e->n_prev = doc_tips(d, e->source, e->track, e->prev);
		e->has_rev = !str_eq(e->source, OWNER);
		e->rev = d->current->digest;
	}
	e->digest.bytes[0] = (uint8_t)(at + 1);
	must(event_write(e, &h->payloads[at], &h->n_payloads[at], &err), &err);
	must(event_read(h->payloads[at], h->n_payloads[at], &e->digest,
			&h->events[at], &err),
	     &err);
	h->list[at] = &h->events[at];
	json_decref(e->data);
}

static json_t *
officers(void)
{
	return json_pack("[{s:s,s:s,s:[s]}]", "id", "wang", "name", "王",
			 "roles", "duty");
}

static void
add_issue(struct history *h, const struct kind *k)
{
	struct event e = { .type = EVENT_ISSUE, .kind_version = k->version };

	(void)snprintf(e.source, sizeof(e.source), "%s", OWNER);
	(void)snprintf(e.track, sizeof(e.track), "owner");
	(void)snprintf(e.kind, sizeof(e.kind), "%s", k->name);
	e.data = json_pack("{s:o,s:[s],s:[],s:{s:s,s:s,s:s},s:[]}", "officers",
			   officers(), "to", PARTY, "cc", "fields", "title",
			   "涉嫌网上销售假冒运动鞋", "mode", "actual",
			   "direction", "admin_to_criminal", "attachments");
	add(h, &e, NULL);
}

/* The next move of a desk that the fold would take; false: none is left. */
static bool
add_move(struct history *h, const struct kind *k, const char *desk)
{
	struct doc *d = fold(h->list, h->n);
	const struct doc_track *t = doc_track_of(d, desk);
	const struct move *m = NULL;

	for (size_t i = 0;
	     t != NULL && t->def != NULL && m == NULL && i < t->def->n_moves;
	     i++)
		if (!t->def->moves[i].local && t->def->moves[i].to != NULL &&
		    doc_move_fits(d, desk, NULL, t->def->moves[i].name, NULL))
			m = &t->def->moves[i];
	if (m != NULL) {
		struct event e = { .type = EVENT_MOVE,
				   .kind_version = k->version };

		(void)snprintf(e.source, sizeof(e.source), "%s", desk);
		(void)snprintf(e.track, sizeof(e.track), "%s", t->name);
		(void)snprintf(e.kind, sizeof(e.kind), "%s", k->name);
		e.data = json_pack("{s:o,s:s,s:{}}", "officers", officers(),
				   "move", m->name, "input");
		add(h, &e, d);
	}
	(void)doc_free(d);
	return m != NULL;
}

static void
measure(const struct history *h, const struct kind *k, size_t count)
{
	size_t rounds = count / h->n + 1;
	struct err err = ERR_INIT;
	double begun = now_ms(), folded, whole;

	for (size_t i = 0; i < rounds; i++)
		(void)doc_free(fold(h->list, h->n));
	folded = now_ms() - begun;
	begun = now_ms();
	for (size_t i = 0; i < rounds; i++) {
		struct event read[EVENTS_MAX];
		const struct event *list[EVENTS_MAX];

		for (size_t e = 0; e < h->n; e++) {
			must(event_read(h->payloads[e], h->n_payloads[e],
					&h->events[e].digest, &read[e], &err),
			     &err);
			list[e] = &read[e];
		}
		(void)doc_free(fold(list, h->n));
		for (size_t e = 0; e < h->n; e++)
			event_release(&read[e]);
	}
	whole = now_ms() - begun;
	(void)printf("{\"kind\":\"%s\",\"events\":%zu,\"fold_per_s\":%.0f,"
		     "\"parse_fold_per_s\":%.0f}\n",
		     k->name, h->n, (double)(rounds * h->n) / folded * 1e3,
		     (double)(rounds * h->n) / whole * 1e3);
}

static void
run_kind(const struct kind *k, size_t count)
{
	struct history h = { .n = 0 };
	bool more = true;

	add_issue(&h, k);
	while (more && h.n + 2 <= EVENTS_MAX) {
		more = add_move(&h, k, PARTY);
		more = add_move(&h, k, OWNER) || more;
	}
	measure(&h, k, count);
	while (h.n > 0) {
		event_release(&h.events[--h.n]);
		(void)xfree(h.payloads[h.n]);
	}
}

int
main(int argc, char **argv)
{
	const struct asset *a = asset_find("reference/holidays.csv");
	struct err err = ERR_INIT;

	if (argc != 2)
		return 2;
	must(calendar_new(a->bytes, a->len, &calendar, &err), &err);
	kinds = kinds_new();
	for (a = NULL; (a = asset_each("kinds/", a)) != NULL;) {
		struct kind *k = NULL;

		must(kind_read(a->path, a->bytes, a->len, &k, &err), &err);
		must(kinds_add(kinds, k, &err), &err);
	}
	for (size_t i = 0; i < kinds_count(kinds); i++)
		run_kind(kinds_at(kinds, i), (size_t)atol(argv[1]));
	(void)kinds_free(kinds);
	calendar_free(calendar);
	return 0;
}
