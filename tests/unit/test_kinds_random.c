/*
 * The laws of the fold for every kind that is built in, known from nothing
 * but its declaration: random histories of four desks (revisions, parties
 * that come and go, every declared move, rows, seals) folded in random orders
 * give one document; what is not declared never takes effect; every state is
 * reached.
 *
 * DELTADESK_TEST_ORDERS=N: orders a kind (1,000; with sanitizers 100).
 * DELTADESK_TEST_FOLD_SEED=S begins at another seed.
 * DELTADESK_TEST_KIND=NAME: that kind alone.
 */
#include "base/json.h"
#include "fold_dump.h"
#include "fold_kit.h"
#include "trust/seal.h"

#define DESKS  4
#define ACTS   60
#define ORDERS 10 /* of one history */
#define ROUNDS 12 /* times as many histories, while a state is not reached */

#if defined(__SANITIZE_ADDRESS__)
#define ORDERS_A_KIND 100
#else
#define ORDERS_A_KIND 1000
#endif

static const char *const desks[DESKS] = { OWNER, P1, P2, P3 };

struct world {
	uint64_t rng;
	bool known[DESKS][KIT_EVENTS];
	bool broken[KIT_EVENTS]; /* must never be fit */
	int epoch[DESKS];
	int64_t k[DESKS];
	int newest_epoch;
	bool eager;	/* for states not reached; few revisions */
	bool restored;	/* branches: a chain is no line any more */
	json_t *fields; /* plain content of the newest revision */
};

/* What was seen of one kind over all histories. */
struct seen {
	bool states[KIND_TRACKS_MAX][64];
	unsigned moves[KIND_TRACKS_MAX][KIND_MOVES_MAX];
	size_t orders, fit, unfit, early, broken, reveals, rows;
};

static struct kit kit;
static struct world w;
static struct seen seen;
static const struct kind *kind;

static unsigned
roll(unsigned n)
{
	uint64_t z = w.rng += 0x9e3779b97f4a7c15u; /* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ z >> 31) >> 20) % n;
}

/* ---- content from the declaration ---- */

static json_t *random_object(const struct field *fields, size_t n);

static json_t *
random_text(const struct field *f)
{
	static const char *const words[] = { "甲", "乙 5", "丙丁", "2026" };

	if (f->n_choices > 0)
		return json_string(f->choices[roll((unsigned)f->n_choices)]);
	return json_string(words[roll(4)]);
}

static json_t *
random_moment(bool date)
{
	char text[TIME_TEXT_MAX];

	(void)snprintf(text, sizeof text,
		       date ? "2026-%02u-%02u"
			    : "2026-%02u-%02uT09:30:00+08:00",
		       9 + roll(3), 1 + roll(28));
	return json_string(text);
}

/* Rows of one revision and the next have keys in common. */
static void
put_key(const struct field *list, json_t *row, unsigned n)
{
	char text[16];

	(void)snprintf(text, sizeof text, "R%u", n);
	for (size_t i = 0; i < list->n_sub; i++) {
		if (strcmp(list->sub[i].name, list->key) == 0)
			json_object_set_new(row, list->key,
					    list->sub[i].type == FIELD_INT
						    ? json_integer(n)
						    : json_string(text));
	}
}

static json_t *
random_list(const struct field *f)
{
	json_t *list = json_array();
	unsigned n = roll(4);

	for (unsigned i = 0; i < n; i++) {
		json_t *row = random_object(f->sub, f->n_sub);

		if (f->key != NULL && roll(6) > 0)
			put_key(f, row, i + roll(2));
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *
random_value(const struct field *f)
{
	switch (f->type) {
	case FIELD_INT: return json_integer(roll(40));
	case FIELD_DECIMAL:
	case FIELD_MONEY: return json_real(roll(1000) / 4.0);
	case FIELD_BOOL: return json_boolean(roll(2));
	case FIELD_DATE: return random_moment(true);
	case FIELD_TIME: return random_moment(false);
	case FIELD_DESK: return json_string(desks[roll(DESKS)]);
	case FIELD_OFFICER: return json_string("li");
	case FIELD_DOC: return json_string(OWNER "/" KIT_DOC);
	case FIELD_DIGEST: return json_string("");
	case FIELD_GROUP: return random_object(f->sub, f->n_sub);
	case FIELD_LIST: return random_list(f);
	case FIELD_TEXT:
	case FIELD_LONG:
	case FIELD_CODE:
	case FIELD_PHONE:
	case FIELD_URL:
	case FIELD_CREDIT_CODE:
	case FIELD_GTIN:
	case FIELD__COUNT: break;
	}
	return random_text(f);
}

static json_t *
random_object(const struct field *fields, size_t n)
{
	json_t *o = json_object();

	for (size_t i = 0; i < n; i++) {
		if (fields[i].need == NEED_MUST || roll(3) > 0)
			json_object_set_new(o, fields[i].name,
					    random_value(&fields[i]));
	}
	return o;
}

static bool
stays_home(const struct field *f)
{
	return f->see == SEE_LOCAL || f->see == SEE_OWNER;
}

/* Some fields anew, mostly one: what reopens comes up often. */
static void
change_fields(void)
{
	for (unsigned i = 1 + roll(3); i > 0; i--) {
		const struct field *f =
			&kind->fields[roll((unsigned)kind->n_fields)];

		if (stays_home(f))
			continue;
		if (roll(6) == 0)
			json_object_del(w.fields, f->name);
		else
			json_object_set_new(w.fields, f->name, random_value(f));
	}
}

/* ---- events ---- */

static struct doc *
view(int desk)
{
	static size_t order[KIT_EVENTS];
	size_t n = 0;

	for (size_t i = 0; i < kit.n; i++) {
		if (w.known[desk][i])
			order[n++] = i;
	}
	kit.desk = desks[desk];
	return kit_fold_order(&kit, order, n);
}

static struct event *
add(int desk, struct spec *s, const struct doc *d, bool broken)
{
	size_t at = kit.n;
	struct event *e;

	s->desk = desks[desk];
	s->epoch = w.epoch[desk];
	s->k = ++w.k[desk];
	e = kit_add(&kit, *s);
	e->kind_version = kind->version;
	(void)snprintf(e->track, sizeof e->track, "%s",
		       s->track != NULL ? s->track
		       : desk == 0	? "owner"
					: "party");
	if (d != NULL)
		e->n_prev = doc_tips(d, s->desk, e->track, e->prev);
	e->time_ms += ((int64_t)roll(6 * 24) - 72) * 3600 * 1000;
	if (roll(3) == 0)
		e->starts_ms = e->time_ms - 1000;
	kit_seal(e);
	w.known[desk][at] = true;
	w.broken[at] = broken;
	seen.broken += broken;
	return e;
}

/* Seals and their reveals: [field, salt, value], as the owner's desk does. */
static json_t *
seal_fields(json_t *fields, json_t *reveals)
{
	for (size_t i = 0; i < kind->n_fields; i++) {
		const char *name = kind->fields[i].name;
		const json_t *v = json_object_get(fields, name);
		uint8_t salt[SEAL_SALT_LEN];
		char hex[2 * SEAL_SALT_LEN + 1];
		struct digest d;
		char *text;

		if (kind->fields[i].see != SEE_SEALED || v == NULL)
			continue;
		text = json_dumps(v, JSON_ENCODE_ANY);
		for (size_t b = 0; b < sizeof salt; b++)
			salt[b] = (uint8_t)roll(256);
		hex_encode(salt, sizeof salt, hex);
		seal_digest(salt, text, strlen(text), &d);
		json_array_append_new(reveals,
				      json_pack("{s:s,s:s,s:s}", "field", name,
						"salt", hex, "value", text));
		hex_encode(d.bytes, DIGEST_LEN, hex);
		json_object_set_new(fields, name,
				    json_pack("{s:s}", "sealed", hex));
		free(text);
	}
	return fields;
}

static void
reveal(json_t *data)
{
	struct doc *d = view(0);
	bool broken = roll(5) == 0;
	struct spec s = { .type = EVENT_REVEAL, .data = json_deep_copy(data) };
	struct digest digest;
	const char *text;
	struct event *e;

	if (broken)
		json_object_set_new(s.data, "value", json_string("\"别的\""));
	text = json_text(s.data, "value");
	/* what was sealed may be those words */
	broken = strcmp(text, json_text(data, "value")) != 0;
	assert_int_equal(seal_digest_hex(json_text(s.data, "salt"), text,
					 strlen(text), &digest, NULL),
			 RC_OK);
	memcpy(kit.seals[kit.n].bytes, digest.bytes, DIGEST_LEN);
	e = add(0, &s, d, broken);
	(void)e;
	seen.reveals += !broken;
	doc_free(d);
}

static void
say_content(enum event_type type, const struct doc *d)
{
	json_t *reveals = json_array(), *fields, *one;
	struct spec s = { .type = type };
	char to[64] = "", cc[64] = "";
	size_t i;

	for (int p = 1; p < DESKS; p++) {
		unsigned r =
			kind->scope == SCOPE_EXCHANGE || roll(2) ? roll(8) : 0;
		char *list = r == 0 ? NULL : r == 1 ? cc : to;

		if (kind->scope != SCOPE_LOCAL && list != NULL)
			(void)snprintf(list + strlen(list), 64 - strlen(list),
				       " %s", desks[p]);
	}
	fields = seal_fields(json_deep_copy(w.fields), reveals);
	s.data = kit_content(to, cc, fields);
	add(0, &s, d, false);
	json_array_foreach(reveals, i, one) reveal(one);
	json_decref(reveals);
}

/* ---- moves ---- */

struct option {
	const struct track_def *def;
	const struct move *move;
	const char *row; /* key; NULL */
};

static size_t
track_number(const struct track_def *def)
{
	return (size_t)(def - kind->tracks);
}

static unsigned *
times_made(const struct option *o)
{
	return &seen.moves[track_number(o->def)][o->move - o->def->moves];
}

/* Moves of the desk's track and rows that fit, or such as do not. */
static size_t
options(const struct doc *d, const struct doc_track *t, bool fit,
	struct option *out, size_t max)
{
	size_t n = 0;

	for (size_t r = 0; r <= d->n_rows; r++) {
		const struct row_track *row = r > 0 ? &d->rows[r - 1] : NULL;
		const struct track_def *def = row != NULL ? row->def : t->def;

		if (row != NULL &&
		    (row->removed || strcmp(row->desk, t->desk) != 0))
			continue;
		for (size_t i = 0; def != NULL && i < def->n_moves; i++) {
			const char *key = row != NULL ? row->key : NULL;

			if (n < max && !def->moves[i].local &&
			    doc_move_fits(d, t->desk, key, def->moves[i].name,
					  NULL) == fit)
				out[n++] = (struct option){ def, &def->moves[i],
							    key };
		}
	}
	return n;
}

#define FAR 1000u

/* Moves from the state to the nearest that was not reached yet; FAR none. */
static unsigned
distance(const struct track_def *def, const char *state)
{
	unsigned far[64];
	bool more = true;

	for (size_t i = 0; i < def->n_states; i++)
		far[i] = seen.states[track_number(def)][i] ||
					 def->states[i].stage == STAGE_DRAFT
				 ? FAR
				 : 0;
	while (more) {
		more = false;
		for (size_t i = 0; i < def->n_moves; i++) {
			const struct move *m = &def->moves[i];
			const struct state *to =
				m->to != NULL ? track_state(def, m->to) : NULL;

			for (size_t k = 0; to != NULL && k < m->n_from; k++) {
				const struct state *s =
					track_state(def, m->from[k]);
				unsigned via = far[to - def->states] + 1;

				if (via < far[s - def->states]) {
					far[s - def->states] = via;
					more = true;
				}
			}
		}
	}
	return far[track_state(def, state) - def->states];
}

/* Towards a state that was not reached, else what was made least. */
static const struct option *
choose(struct option *list, size_t n)
{
	const struct option *best = &list[roll((unsigned)n)];
	unsigned near = FAR;

	for (size_t i = 0; i < n && w.eager; i++) {
		const struct move *m = list[i].move;
		unsigned far =
			m->to != NULL ? distance(list[i].def, m->to) : FAR;

		if (far < near) {
			near = far;
			best = &list[i];
		}
	}
	if (near < FAR)
		return best;
	for (size_t i = 0; i < n && roll(4) > 0; i++) {
		const struct option *o = &list[roll((unsigned)n)];

		if (*times_made(o) < *times_made(best))
			best = o;
	}
	return best;
}

/* A value that its type can never have; false: there is no such input. */
static bool
spoil(const struct move *m, json_t *input)
{
	for (size_t i = 0; i < m->n_input; i++) {
		const struct field *f = &m->input[i];

		if (f->see != SEE_ALL)
			continue;
		json_object_set_new(input, f->name,
				    f->type == FIELD_BOOL ||
						    f->type == FIELD_INT
					    ? json_string("x")
					    : json_boolean(true));
		return true;
	}
	return false;
}

static json_t *
random_input(const struct move *m)
{
	json_t *input = random_object(m->input, m->n_input);

	for (size_t i = 0; i < m->n_input; i++) {
		if (stays_home(&m->input[i]))
			json_object_del(input, m->input[i].name);
	}
	return input;
}

static void
make_move(int desk, const struct doc *d, const struct doc_track *t,
	  const struct option *o, bool broken)
{
	struct spec s = { .type = EVENT_MOVE, .track = t->name };
	char track[TRACK_MAX_LEN + 1];
	json_t *input = random_input(o->move);

	if (!broken && roll(12) == 0)
		broken = spoil(o->move, input);
	if (o->row != NULL) {
		(void)snprintf(track, sizeof track, "rows:%s", o->row);
		s.track = track;
		seen.rows += !broken;
	}
	s.rev = d->current;
	s.data = kit_move(o->move->name, input);
	add(desk, &s, d, broken);
	if (!broken)
		++*times_made(o);
}

/* What no declaration allows, signed all the same. */
static void
break_rules(int desk, const struct doc *d, const struct doc_track *t)
{
	struct spec s = { .type = EVENT_MOVE,
			  .track = t->name,
			  .rev = d->current };
	struct option list[128];
	size_t n;

	switch (roll(4)) {
	case 0: /* from another state, once too often */
		n = options(d, t, false, list, ARRAY_LEN(list));
		if (n > 0)
			make_move(desk, d, t, &list[roll((unsigned)n)], true);
		return;
	case 1: /* no such move */
		s.data = kit_move("no_such_move", NULL);
		break;
	case 2: /* another desk's track */
		s.track = desk == 0 ? "party" : "owner";
		if (kind_track(kind, s.track) == NULL ||
		    strcmp(s.track, t->name) == 0)
			return;
		n = kind_track(kind, s.track)->n_moves;
		s.data = kit_move(kind_track(kind, s.track)
					  ->moves[roll((unsigned)n)]
					  .name,
				  NULL);
		break;
	default: /* what is the owner's alone */
		if (desk == 0)
			return;
		s.type = EVENT_REVISE;
		s.data = kit_content(P1, NULL, json_deep_copy(w.fields));
	}
	add(desk, &s, d, true);
}

/* ---- acts ---- */

static void
act_on_tracks(int desk, const struct doc *d, const struct doc_track *t)
{
	struct option list[128];
	size_t n;

	if (roll(10) == 0) {
		break_rules(desk, d, t);
		return;
	}
	n = options(d, t, true, list, ARRAY_LEN(list));
	if (n > 0)
		make_move(desk, d, t, choose(list, n), false);
}

static void
owner_acts(const struct doc *d)
{
	struct spec s = { .type = EVENT_REMARK };

	if (!d->issued) {
		say_content(EVENT_ISSUE, d);
		return;
	}
	switch (roll(10)) {
	case 0:
	case 1:
		if (w.eager && roll(4) > 0)
			return;
		change_fields();
		say_content(EVENT_REVISE, d);
		return;
	case 2:
		if (roll(8) == 0)
			s.type = EVENT_WITHDRAW;
		add(0, &s, d, false);
		return;
	case 3:
		s.type = EVENT_LOCAL;
		s.data = json_pack("{s:s}", "act", "note");
		add(0, &s, d, false);
		return;
	default: act_on_tracks(0, d, &d->tracks[0]);
	}
}

static void
party_acts(int desk, const struct doc *d)
{
	const struct doc_track *t = doc_track_of(d, desks[desk]);
	struct spec s = { .type = EVENT_REMARK, .rev = d->current };

	if (t == NULL || t->removed || t->name == NULL)
		return;
	s.track = t->name;
	if (d->withdrawn && !t->acked && roll(2) == 0) {
		s.type = EVENT_ACK_WITHDRAW;
		s.of = d->withdraw;
		add(desk, &s, d, false);
	} else if (roll(12) == 0) {
		add(desk, &s, d, false);
	} else {
		act_on_tracks(desk, d, t);
	}
}

static void
look_at_states(const struct doc *d)
{
	for (size_t i = 0; i < d->n_tracks; i++) {
		const struct doc_track *t = &d->tracks[i];

		if (t->def != NULL && t->state != NULL)
			seen.states[track_number(t->def)]
				   [t->state - t->def->states] = true;
	}
	for (size_t i = 0; i < d->n_rows; i++) {
		const struct row_track *t = &d->rows[i];

		seen.states[track_number(t->def)][t->state - t->def->states] =
			true;
	}
}

static void
step(void)
{
	int desk = (int)roll(DESKS);
	struct doc *d;

	if (roll(25) == 0 && w.k[desk] > 0) { /* restored without its last */
		for (size_t i = kit.n; i-- > 0;) {
			if (strcmp(kit.events[i].source, desks[desk]) == 0) {
				w.known[desk][i] = false;
				break;
			}
		}
		w.epoch[desk] = ++w.newest_epoch;
		w.k[desk] = 0;
		w.restored = true;
		return;
	}
	for (size_t i = 0; i < kit.n && roll(4) > 0; i++) {
		if (kit.events[i].type != EVENT_LOCAL &&
		    (w.known[0][i] || desk == 0) && roll(10) > 0 &&
		    strcmp(kit.events[i].source, desks[desk]) != 0)
			w.known[desk][i] = true;
	}
	d = view(desk);
	if (desk == 0)
		owner_acts(d);
	else if (d->issued)
		party_acts(desk, d);
	doc_free(d);
	d = view(0);
	look_at_states(d);
	doc_free(d);
}

/* ---- laws ---- */

static bool
falls_back_to(const struct state *s, const char *name)
{
	return s != NULL && s->falls_back != NULL &&
	       strcmp(s->falls_back, name) == 0;
}

/* Each fit move of a line begins where the one before it led. */
static void
check_line(const struct doc *d, const char *desk, const char *track,
	   uint64_t seed)
{
	const struct track_def *def = kind_track(kind, track);
	const struct state *now = NULL;

	for (size_t i = 0; i < d->n_events; i++) {
		const struct folded_event *f = &d->events[i];
		const struct event *e = f->event;
		const struct move *m;
		bool from = now == NULL; /* the first: judged at issue */

		if (f->verdict != VERDICT_FIT || e->type != EVENT_MOVE ||
		    strcmp(e->source, desk) != 0 ||
		    strcmp(e->track, track) != 0)
			continue;
		m = def != NULL ? track_move(def, json_text(e->data, "move"))
				: NULL;
		if (m == NULL) {
			fail_msg("%s seed %llu: an undeclared move is fit",
				 kind->name, (unsigned long long)seed);
			return;
		}
		for (size_t k = 0; k < m->n_from; k++) {
			const struct state *s = track_state(def, m->from[k]);

			/* on, fallen back, or a party anew */
			from = from || s == now ||
			       falls_back_to(now, m->from[k]) ||
			       (strcmp(track, "owner") != 0 &&
				strcmp(def->initial, m->from[k]) == 0);
		}
		if (!from)
			fail_msg("%s seed %llu: %s of %s is fit from %s",
				 kind->name, (unsigned long long)seed, m->name,
				 desk, now != NULL ? now->name : "?");
		if (m->to != NULL)
			now = track_state(def, m->to);
	}
}

static void
check_verdicts(const struct doc *d, uint64_t seed)
{
	for (size_t i = 0; i < d->n_events; i++) {
		const struct folded_event *f = &d->events[i];
		size_t at = (size_t)(f->event - kit.events);

		seen.fit += f->verdict == VERDICT_FIT;
		seen.unfit += f->verdict == VERDICT_UNFIT;
		seen.early += f->verdict == VERDICT_EARLY;
		if (w.broken[at] && f->verdict == VERDICT_FIT)
			fail_msg("%s seed %llu: event %zu of %s breaks the "
				 "rules and is fit",
				 kind->name, (unsigned long long)seed, at,
				 f->event->source);
		if (!w.broken[at] && f->verdict == VERDICT_UNFIT)
			fail_msg("%s seed %llu: honest event %zu of %s "
				 "unfit: %s",
				 kind->name, (unsigned long long)seed, at,
				 f->event->source, f->why);
	}
	for (size_t i = 0; i < d->n_tracks && !w.restored; i++) {
		if (d->tracks[i].name != NULL)
			check_line(d, d->tracks[i].desk, d->tracks[i].name,
				   seed);
	}
}

static void
check_orders(uint64_t seed)
{
	static size_t order[KIT_EVENTS + 1];
	size_t n = 0;
	struct doc *d;
	char *first, *again;

	for (size_t i = 0; i < kit.n; i++) {
		if (seed % 3 != 0 || roll(20) > 0) /* some never arrive */
			order[n++] = i;
	}
	kit.desk = OWNER;
	d = kit_fold_order(&kit, order, n);
	check_verdicts(d, seed);
	first = doc_dump(d, desks, DESKS);
	doc_free(d);
	for (int o = 0; o < ORDERS; o++) {
		for (size_t i = n; i > 1; i--) {
			size_t j = roll((unsigned)i), t = order[i - 1];

			order[i - 1] = order[j];
			order[j] = t;
		}
		d = kit_fold_order(&kit, order, n);
		again = doc_dump(d, desks, DESKS);
		if (strcmp(first, again) != 0)
			fail_msg("%s seed %llu: another order, another "
				 "document\n%s\n---\n%s",
				 kind->name, (unsigned long long)seed, first,
				 again);
		xfree(again);
		doc_free(d);
		seen.orders++;
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
	w.eager = seed % 2 == 0;
	w.fields = json_object();
	for (size_t i = 0; i < kind->n_fields; i++) {
		if (!stays_home(&kind->fields[i]) && roll(4) > 0)
			json_object_set_new(w.fields, kind->fields[i].name,
					    random_value(&kind->fields[i]));
	}
	kit.n_stored = 0;
	for (int p = 1; p < DESKS; p++) {
		struct stored_at *s = &kit.stored[kit.n_stored++];

		*s = (struct stored_at){ .at_ms = kit.now_ms -
						  (int64_t)roll(30) * DAY_MS };
		(void)snprintf(s->desk, sizeof s->desk, "%s", desks[p]);
	}
	for (unsigned i = ACTS + roll(ACTS); i > 0; i--)
		step();
	check_orders(seed);
	for (size_t i = 0; i < kit.n; i++)
		event_release(&kit.events[i]);
	(void)memset(kit.seals, 0, sizeof kit.seals);
	kit.n = 0;
	json_decref(w.fields);
}

/* A state that no event leads to: those before the issue. */
static const struct state *
not_reached(const struct track_def **ret_track)
{
	for (size_t t = 0; t < kind->n_tracks; t++) {
		const struct track_def *def = &kind->tracks[t];

		for (size_t i = 0; i < def->n_states; i++) {
			*ret_track = def;
			if (!seen.states[t][i] &&
			    def->states[i].stage != STAGE_DRAFT)
				return &def->states[i];
		}
	}
	return NULL;
}

static void
run_kind(const struct kind *k, size_t orders, uint64_t seed)
{
	const struct track_def *track = NULL;
	const struct state *missing;
	size_t n = 0;

	kind = k;
	kit.kind = k->name;
	(void)memset(&seen, 0, sizeof seen);
	do
		run_history(seed + n++);
	while (seen.orders < orders || (not_reached(&track) != NULL &&
					n < ROUNDS * (orders / ORDERS + 1)));
	missing = not_reached(&track);
	if (missing != NULL)
		fail_msg("%s: state %s of track %s is never reached in %zu "
			 "histories",
			 k->name, missing->name, track->name, n);
	print_message("%-12s %4zu histories, %5zu orders, %6zu fit (%zu "
		      "reveals, %zu on rows), %zu early, %zu unfit, %zu made "
		      "wrong\n",
		      k->name, n, seen.orders, seen.fit, seen.reveals,
		      seen.rows, seen.early, seen.unfit, seen.broken);
	/* the histories must hold what they are to prove */
	if (orders >= 1000)
		assert_true(seen.broken > 0 && seen.unfit > 0 &&
			    seen.early > 0);
}

static void
test_every_kind(void **state)
{
	const char *many = getenv("DELTADESK_TEST_ORDERS");
	const char *from = getenv("DELTADESK_TEST_FOLD_SEED");
	const char *one = getenv("DELTADESK_TEST_KIND");
	uint64_t seed = from != NULL ? strtoull(from, NULL, 10) : 1;
	size_t orders = many != NULL ? strtoul(many, NULL, 10) : ORDERS_A_KIND;
	const struct asset *days = asset_find("reference/holidays.csv");
	const struct asset *a = NULL;
	size_t n_kinds = 0;
	struct err err = ERR_INIT;

	(void)state;
	kit.kinds = kinds_new();
	kit.now_ms = kit_time("2026-09-30T12:00:00+08:00");
	assert_int_equal(calendar_new(days->bytes, days->len, &kit.calendar,
				      &err),
			 RC_OK);
	while ((a = asset_each("kinds/", a)) != NULL) {
		struct kind *k = NULL;

		if (kind_read(a->path, a->bytes, a->len, &k, &err) != RC_OK)
			fail_msg("%s", err.msg);
		assert_int_equal(kinds_add(kit.kinds, k, &err), RC_OK);
		if (one == NULL || strcmp(one, k->name) == 0) {
			run_kind(k, orders, seed);
			n_kinds++;
		}
	}
	assert_true(one != NULL || n_kinds > 10);
	kit_release(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind),
	};

	return cmocka_run_group_tests_name("kinds_random", tests, NULL, NULL);
}
