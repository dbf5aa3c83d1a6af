/*
 * Random histories of a few desks with stale knowledge, skewed clocks,
 * restores, silent rollbacks and a hostile party, folded in random orders:
 * always one document, and no honest act judged unfit.
 *
 * DELTADESK_TEST_HISTORIES=N runs more of them, DELTADESK_TEST_FOLD_SEED=S
 * begins at the seed that a failure printed.
 */
#include "fold_dump.h"
#include "fold_kit.h"

#define DESKS  5
#define ACTS   45
#define ORDERS 4

static const char *const desks[DESKS] = { OWNER, P1, P2, P3, "310105-gaj" };
#define HOSTILE 4

struct world {
	uint64_t rng;
	bool known[DESKS][KIT_EVENTS];
	bool saved[DESKS][KIT_EVENTS];
	bool honest[KIT_EVENTS];
	int epoch[DESKS];
	int64_t k[DESKS], saved_k[DESKS];
	bool rolled_back[DESKS]; /* in silence: forks are to be expected */
	int newest_epoch;
};

static struct kit kit;
static struct world w;
static size_t seen_verdicts[3], seen_forks, seen_steps_back, seen_moves,
	seen_rows;

static unsigned
roll(unsigned n)
{
	uint64_t z = w.rng += 0x9e3779b97f4a7c15u; /* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ z >> 31) >> 20) % n;
}

static struct doc *
view(int desk)
{
	static size_t order[KIT_EVENTS];
	size_t n = 0;

	for (size_t i = 0; i < kit.n; i++) {
		if (w.known[desk][i])
			order[n++] = i;
	}
	return kit_fold_order(&kit, order, n);
}

/* Rows of any desk: addressed, the owner, or none that may move them. */
static json_t *
random_tasks(void)
{
	static const char *const keys[] = { "R1", "R2", "R3", "R4" };
	json_t *list = json_array();

	for (unsigned i = roll(5); i > 0; i--)
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s}", "no", keys[roll(4)],
					"who", desks[roll(DESKS)], "due",
					roll(2) ? "2026-09-10" : "2026-09-20"));
	return json_pack("{s:o}", "tasks", list);
}

static json_t *
random_content(void)
{
	static const char *const urgent[] = { "特急", "加急", "平件" };
	char to[200] = "", cc[200] = "";

	for (int i = 1; i < DESKS; i++) {
		unsigned r = roll(10);
		char *list = r == 0 ? NULL : r == 1 ? cc : to;

		if (list != NULL)
			(void)snprintf(list + strlen(list), 200 - strlen(list),
				       " %s", desks[i]);
	}
	if (strcmp(kit.kind, "action") == 0)
		return kit_content(to, cc,
				   json_pack("{s:s,s:s}", "title", "行动",
					     "h_hour",
					     roll(2) ? "2026-09-10T08:00:00Z"
						     : "2026-09-10T09:00:00Z"));
	if (strcmp(kit.kind, "tasks") == 0)
		return kit_content(to, NULL, random_tasks());
	return kit_content(to, cc,
			   json_pack("{s:s,s:s}", "title", "线索", "urgency",
				     urgent[roll(3)]));
}

static struct event *
add(int desk, struct spec *s, const struct doc *d, bool honest)
{
	struct event *e;
	size_t at = kit.n;

	s->desk = desks[desk];
	s->epoch = w.epoch[desk];
	s->k = ++w.k[desk];
	e = kit_add(&kit, *s);
	if (d != NULL)
		e->n_prev = doc_tips(d, s->desk, e->track, e->prev);
	/* clocks are skewed by up to three days */
	e->time_ms += ((int64_t)roll(6 * 24) - 72) * 3600 * 1000;
	if (roll(3) == 0)
		e->starts_ms = e->time_ms - 1000;
	kit_seal(e);
	w.known[desk][at] = true;
	w.honest[at] = honest && desk != HOSTILE && !w.rolled_back[desk];
	return e;
}

/* A move that the desk's own view allows, on its track or on the row of that
 * key; NULL none. */
static const struct move *
possible(const struct doc *d, const char *desk, const struct track_def *def,
	 const char *row)
{
	const struct move *list[KIND_MOVES_MAX];
	size_t n = 0;

	for (size_t i = 0; def != NULL && i < def->n_moves; i++) {
		const struct move *m = &def->moves[i];

		if (!m->local && doc_move_fits(d, desk, row, m->name, NULL))
			list[n++] = m;
	}
	return n > 0 ? list[roll((unsigned)n)] : NULL;
}

/* A row of the desk, moved; false when it has none to move. */
static bool
row_acts(int desk, const struct doc *d)
{
	struct spec s = { .type = EVENT_MOVE, .rev = d->current };
	size_t from = d->n_rows > 0 ? roll((unsigned)d->n_rows) : 0;

	for (size_t i = 0; i < d->n_rows; i++) {
		const struct row_track *t = &d->rows[(from + i) % d->n_rows];
		const struct move *m =
			!t->removed && strcmp(t->desk, desks[desk]) == 0
				? possible(d, t->desk, t->def, t->key)
				: NULL;

		if (m == NULL)
			continue;
		s.track = t->track;
		s.data = kit_move(m->name, NULL);
		add(desk, &s, d, true);
		seen_rows++;
		return true;
	}
	return false;
}

static void
owner_acts(const struct doc *d)
{
	struct spec s = { .type = EVENT_ISSUE };
	const struct move *m;

	if (!d->issued || roll(40) == 0) {
		s.data = random_content();
		add(0, &s, d->issued ? NULL : d, true);
		return;
	}
	switch (roll(9)) {
	case 0:
		if (row_acts(0, d))
			return;
		m = possible(d, desks[0], d->tracks[0].def, NULL);
		if (m == NULL)
			return;
		s.type = EVENT_MOVE;
		s.data = kit_move(m->name, NULL);
		break;
	case 1: s.type = roll(8) == 0 ? EVENT_WITHDRAW : EVENT_REMARK; break;
	case 2:
		if (d->n_tracks < 2 || d->tracks[1].removed)
			return;
		s.type = EVENT_REMIND;
		s.data = json_pack("{s:s}", "to", d->tracks[1].desk);
		break;
	case 3:
		s.type = EVENT_LOCAL;
		s.data = json_pack("{s:s}", "act", "note");
		break;
	case 4:
	case 5:
		s.type = EVENT_REVISE;
		s.data = random_content();
		break;
	default: return;
	}
	add(0, &s, d, true);
}

static void
party_acts(int desk, const struct doc *d)
{
	const struct doc_track *t = doc_track_of(d, desks[desk]);
	const struct move *m =
		t != NULL ? possible(d, t->desk, t->def, NULL) : NULL;
	struct spec s = { .type = EVENT_MOVE };

	if (t == NULL || t->removed || (roll(2) == 0 && row_acts(desk, d)))
		return;
	s.track = t->name;
	s.rev = d->current;
	if (d->withdrawn && !t->acked && roll(2) == 0) {
		s.type = EVENT_ACK_WITHDRAW;
		s.of = d->withdraw;
	} else if (m != NULL && roll(5) > 0) {
		json_t *input = strcmp(m->name, "join") == 0
					? json_pack("{s:[{s:i}]}", "officers",
						    "no", (int)roll(99))
					: NULL;

		s.data = kit_move(m->name, input);
	} else {
		s.type = EVENT_REMARK;
	}
	add(desk, &s, d, true);
}

/* Anything at all, of its own name: wrong states, tracks, revisions. */
static void
hostile_acts(void)
{
	static const char *const moves[] = { "sign",   "accept", "refuse",
					     "join",   "close",	 "extend",
					     "nothing" };
	struct spec s = { .type = (enum event_type)roll(EVENT__COUNT) };
	const char *track = roll(3) == 0   ? "owner"
			    : roll(3) == 0 ? "copied"
			    : roll(3) == 0 ? "rows:R1"
					   : "party";

	if (kit.n == 0)
		return;
	s.track = track;
	s.data = roll(3) == 0 ? random_content()
			      : kit_move(moves[roll(7)], NULL);
	for (unsigned i = roll(3); i > 0; i--)
		s.prev[i - 1] = &kit.events[roll((unsigned)kit.n)];
	if (s.prev[0] == NULL || s.prev[0] == s.prev[1])
		s.prev[0] = s.prev[1] = NULL;
	if (roll(4) > 0)
		s.rev = &kit.events[roll((unsigned)kit.n)];
	if (roll(2) == 0)
		s.of = &kit.events[roll((unsigned)kit.n)];
	if (roll(5) == 0)
		w.k[HOSTILE]--; /* the same k twice */
	add(HOSTILE, &s, NULL, false);
}

static void
step(void)
{
	int desk = (int)roll(roll(3) == 0 ? DESKS : DESKS - 1);
	int other = (int)roll(DESKS);
	struct doc *d;
	bool comes;

	switch (roll(12)) {
	case 0: /* a backup */
		if (roll(3) > 0)
			return;
		memcpy(w.saved[desk], w.known[desk], sizeof w.known[desk]);
		w.saved_k[desk] = w.k[desk];
		return;
	case 1: /* a restore begins an epoch that exceeds every one known */
		if (roll(4) > 0 || w.saved_k[desk] == 0)
			return;
		memcpy(w.known[desk], w.saved[desk], sizeof w.known[desk]);
		w.epoch[desk] = ++w.newest_epoch;
		w.k[desk] = 0;
		return;
	case 2: /* a silent rollback: same epoch, k again */
		if (roll(20) > 0)
			return;
		memcpy(w.known[desk], w.saved[desk], sizeof w.known[desk]);
		w.k[desk] = w.saved_k[desk];
		w.rolled_back[desk] = true;
		return;
	case 3:
	case 4:
	case 5: /* some of what one desk knows comes to another */
		for (size_t i = 0; i < kit.n; i++) {
			if (w.known[desk][i] && roll(4) > 0 &&
			    kit.events[i].type != EVENT_LOCAL)
				w.known[other][i] = true;
		}
		return;
	default: break;
	}
	/* what is new to the owner's peers mostly arrives at once */
	comes = roll(3) > 0;
	for (size_t i = 0; comes && i < kit.n; i++) {
		if (w.known[0][i] && kit.events[i].type != EVENT_LOCAL &&
		    strcmp(kit.events[i].source, desks[desk]) != 0)
			w.known[desk][i] = true;
	}
	if (desk == HOSTILE && roll(2) == 0) {
		hostile_acts();
		return;
	}
	d = view(desk);
	if (desk == 0)
		owner_acts(d);
	else if (d->issued)
		party_acts(desk, d);
	doc_free(d);
}

/* What some desk still holds, or at every fourth seed a part of it. */
static size_t
survivors(uint64_t seed, size_t *order)
{
	size_t n = 0;

	for (size_t i = 0; i < kit.n; i++) {
		bool held = false;

		for (int desk = 0; desk < DESKS; desk++)
			held = held || w.known[desk][i];
		if (held && (seed % 4 != 0 || roll(20) > 0))
			order[n++] = i;
	}
	return n;
}

static void
check_orders(uint64_t seed)
{
	static size_t order[KIT_EVENTS + 1];
	size_t held = survivors(seed, order);
	struct doc *d = kit_fold_order(&kit, order, held);
	char *first = doc_dump(d, desks, DESKS);

	for (size_t i = 0; i < d->n_events; i++) {
		const struct folded_event *e = &d->events[i];
		size_t at = (size_t)(e->event - kit.events);

		seen_verdicts[e->verdict]++;
		seen_forks += e->fork;
		seen_steps_back += e->stepped_back;
		seen_moves += e->verdict == VERDICT_FIT &&
			      e->event->type == EVENT_MOVE;
		if (e->verdict == VERDICT_UNFIT && w.honest[at])
			fail_msg("seed %llu: honest event %zu of %s unfit: %s",
				 (unsigned long long)seed, at, e->event->source,
				 e->why);
	}
	doc_free(d);
	for (int n = 0; n < ORDERS; n++) {
		size_t count = held;
		char *again;

		for (size_t i = held; i > 1; i--) {
			size_t j = roll((unsigned)i), t = order[i - 1];

			order[i - 1] = order[j];
			order[j] = t;
		}
		if (count > 0) /* one event comes twice */
			order[count++] = order[roll((unsigned)held)];
		d = kit_fold_order(&kit, order, count);
		again = doc_dump(d, desks, DESKS);
		if (strcmp(first, again) != 0)
			fail_msg("seed %llu: another order, another document\n"
				 "%s\n---\n%s",
				 (unsigned long long)seed, first, again);
		xfree(again);
		doc_free(d);
	}
	xfree(first);
}

static void
run_history(uint64_t seed)
{
	(void)memset(&w, 0, sizeof w);
	w.rng = seed * 0x9e3779b97f4a7c15u + 1;
	for (int i = 0; i < DESKS; i++)
		w.epoch[i] = 1;
	w.newest_epoch = 1;
	kit.kind = seed % 3 == 0 ? "clue" : seed % 3 == 1 ? "action" : "tasks";
	for (unsigned i = ACTS + roll(ACTS); i > 0; i--)
		step();
	check_orders(seed);
	for (size_t i = 0; i < kit.n; i++)
		event_release(&kit.events[i]);
	kit.n = 0;
}

static void
test_fold_random_histories(void **state)
{
	const char *many = getenv("DELTADESK_TEST_HISTORIES");
	const char *from = getenv("DELTADESK_TEST_FOLD_SEED");
	uint64_t seed = from != NULL ? strtoull(from, NULL, 10) : 1;
	long n = many != NULL ? strtol(many, NULL, 10) : 800;

	(void)state;
	kit_init(&kit, "clue");
	for (long i = 0; i < n; i++)
		run_history(seed + (uint64_t)i);
	print_message("%ld histories from seed %llu: %zu fit (%zu moves), "
		      "%zu early, %zu unfit, %zu forked, %zu stepped back\n",
		      n, (unsigned long long)seed, seen_verdicts[VERDICT_FIT],
		      seen_moves, seen_verdicts[VERDICT_EARLY],
		      seen_verdicts[VERDICT_UNFIT], seen_forks,
		      seen_steps_back);
	/* the histories must hold what they are to prove */
	if (n >= 100)
		assert_true(seen_moves > (size_t)n && seen_forks > 0 &&
			    seen_rows > (size_t)n / 2 && seen_steps_back > 0 &&
			    seen_verdicts[VERDICT_UNFIT] > 0);
	kit_release(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold_random_histories),
	};

	return cmocka_run_group_tests_name("fold_random", tests, NULL, NULL);
}
