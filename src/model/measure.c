#include "model/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "json_int.h"

#include <math.h>

#define LINEAR	  8 /* buckets of a minute each before octaves begin */
#define AN_OCTAVE 8
/* Of one document, in thousandths: more is nobody's figure, and were it
 * counted a peer's few documents would overflow the sums of all. */
#define SUM_MAX 10000000000000LL

int
measure_bucket(int64_t minutes)
{
	int octave = 0;
	int64_t base = LINEAR;

	if (minutes < LINEAR)
		return minutes < 0 ? 0 : (int)minutes;
	while (octave < (MEASURE_BUCKETS - LINEAR) / AN_OCTAVE - 1 &&
	       minutes >= base * 2) {
		base *= 2;
		octave++;
	}
	if (minutes >= base * 2)
		return MEASURE_BUCKETS - 1;
	return LINEAR + octave * AN_OCTAVE +
	       (int)((minutes - base) * AN_OCTAVE / base);
}

int64_t
measure_bucket_minutes(int bucket)
{
	int octave = (bucket - LINEAR) / AN_OCTAVE;
	int part = (bucket - LINEAR) % AN_OCTAVE;
	int64_t base = (int64_t)LINEAR << (octave < 0 ? 0 : octave);

	if (bucket < LINEAR)
		return bucket;
	return base + base * part / AN_OCTAVE + base / AN_OCTAVE / 2;
}

bool
measure_is_sum(const struct field *f)
{
	return f->type == FIELD_DECIMAL || f->type == FIELD_MONEY ||
	       (f->type == FIELD_INT && f->pick == NULL);
}

bool
measure_is_dimension(const struct field *f)
{
	return f->pick != NULL &&
	       (str_eq(f->pick, "workpoints") || str_eq(f->pick, "campaigns") ||
		str_eq(f->pick, "products"));
}

static void
count(json_t *facts, const char *name, int64_t n)
{
	const json_t *have = json_object_get(facts, name);

	if (n != 0)
		json_object_set_new(facts, name,
				    json_integer(json_integer_value(have) + n));
}

/* Calls each value that stands under a dotted name, in every row. */
static void
each_value(const json_t *at, const char *dotted,
	   void (*each)(void *ctx, const json_t *value), void *ctx)
{
	size_t n = strcspn(dotted, "."), i;
	char name[NAME_MAX_LEN + 1];
	json_t *row;

	if (json_is_array(at)) {
		json_array_foreach(json_plain(at), i, row)
			each_value(row, dotted, each, ctx);
		return;
	}
	if (!json_is_object(at) || n >= sizeof(name))
		return;
	memcpy(name, dotted, n);
	name[n] = '\0';
	at = json_object_get(at, name);
	if (at != NULL && dotted[n] == '.')
		each_value(at, dotted + n + 1, each, ctx);
	else if (at != NULL)
		each(ctx, at);
}

/* ---- amounts and dimensions ---- */

static void
add_amount(void *ctx, const json_t *value)
{
	int64_t *sum = ctx;
	double v = json_number_value(value);

	/* once beyond SUM_MAX it stays there: the whole is left out */
	if (json_is_number(value) && llabs(*sum) <= SUM_MAX)
		*sum += fabs(v) * 1000 <= (double)SUM_MAX ? llround(v * 1000)
							  : 2 * SUM_MAX + 1;
}

struct tagging {
	json_t *list;
	const char *dimension;
	size_t n;
};

static void
add_value(void *ctx, const json_t *value)
{
	struct tagging *t = ctx;
	char text[MEASURE_VALUE_MAX + 1];
	const char *s = json_string_value(value);
	size_t n;

	if (json_is_integer(value))
		(void)snprintf(text, sizeof(text), "%lld",
			       (long long)json_integer_value(value));
	else if (s != NULL && s[0] != '\0') {
		n = strlen(s);
		if (n > MEASURE_VALUE_MAX) /* at a character's edge */
			for (n = MEASURE_VALUE_MAX;
			     n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80;)
				n--;
		memcpy(text, s, n);
		text[n] = '\0';
	} else
		return;
	for (size_t i = 0; i < json_array_size(t->list); i++) {
		const json_t *pair = json_array_get(t->list, i);

		if (str_eq(json_string_value(json_array_get(pair, 0)),
			   t->dimension) &&
		    str_eq(json_string_value(json_array_get(pair, 1)), text))
			return; /* a document counts once */
	}
	if (t->n++ < MEASURE_TAGS_MAX)
		json_array_append_new(t->list,
				      json_pack("[ss]", t->dimension, text));
}

static void
add_dimension(json_t *list, const char *dimension, const json_t *content,
	      const char *dotted)
{
	struct tagging t = { .list = list, .dimension = dimension };

	each_value(content, dotted, add_value, &t);
}

static void
measure_fields(const struct doc *d, struct measured *m)
{
	const struct kind *k = d->kind;
	json_t *content = doc_content(d, d->fields);
	char name[160];

	for (size_t i = 0; i < k->n_fields; i++)
		if (measure_is_dimension(&k->fields[i]))
			add_dimension(m->dims, k->fields[i].name, content,
				      k->fields[i].name);
	for (size_t i = 0; i < k->views.n_measures; i++) {
		const char *dotted = k->views.measures[i];
		const struct field *f = kind_field(k, dotted);
		int64_t sum = 0;

		if (f == NULL || measure_is_dimension(f))
			continue;
		if (!measure_is_sum(f)) {
			add_dimension(m->tags, dotted, content, dotted);
			continue;
		}
		each_value(content, dotted, add_amount, &sum);
		(void)snprintf(name, sizeof(name), "sum:%s", dotted);
		count(m->facts, name, llabs(sum) <= SUM_MAX ? sum : 0);
	}
	json_decref(content);
}

/* ---- desks and clocks ---- */

static void
count_both(struct measured *m, const char *desk, const char *name, int64_t n)
{
	count(m->facts, name, n);
	count(json_child(m->desks, desk), name, n);
}

static void
measure_clock(const struct doc_clock *c, struct measured *m)
{
	char name[NAME_MAX_LEN + 16];
	int64_t minutes = (c->met_ms - c->started_ms) / 60000;
	int64_t due = clock_binding_ms(c);

	if (c->def->local ||
	    (c->def->duty != DUTY_DUTY && c->def->duty != DUTY_AGREED))
		return;
	if (c->state == CLOCK_RUNNING || c->state == CLOCK_LATE) {
		json_array_append_new(m->running,
				      json_pack("[ssI]", c->desk, c->def->name,
						(json_int_t)due));
		return;
	}
	if (c->state != CLOCK_MET && c->state != CLOCK_MET_LATE)
		return;
	(void)snprintf(name, sizeof(name), "%s:%s",
		       c->state == CLOCK_MET ? "on" : "over", c->def->name);
	count_both(m, c->desk, name, 1);
	(void)snprintf(name, sizeof(name), "minutes:%s", c->def->name);
	count_both(m, c->desk, name, minutes < 0 ? 0 : minutes);
	(void)snprintf(name, sizeof(name), "at:%s:%03d", c->def->name,
		       measure_bucket(minutes));
	count_both(m, c->desk, name, 1);
}

static void
measure_desk(const struct doc_track *t, bool owner, struct measured *m)
{
	json_t *facts = json_child(m->desks, t->desk);

	count(facts, owner ? "issued" : "received", 1);
	count(facts, "closed", t->state != NULL && t->state->end);
}

static bool
is_closed(const struct doc *d, const struct doc_track *own)
{
	const struct doc_track *t = own != NULL ? own : &d->tracks[0];

	return t->state != NULL && t->state->end;
}

static const char *
box_of(const struct doc *d, const char *own_desk)
{
	return d->kind->scope == SCOPE_LOCAL ? "local"
	       : str_eq(d->owner, own_desk)  ? "out"
					     : "in";
}

bool
measure_doc(const struct doc *d, const char *own_desk, struct measured *out)
{
	const char *mode = json_text(d->fields, "mode");
	struct civil day = day_to_civil(day_of_ms(d->issued_ms));
	struct measured m = { .month = day.year * 100 + day.month };

	*out = (struct measured){ .month = 0 };
	if (d->kind == NULL || !d->issued || d->n_tracks == 0 ||
	    (mode != NULL && !str_eq(mode, "actual")))
		return false;
	m.dims = json_pack("[[ss][ss]]", "", "", "box", box_of(d, own_desk));
	m.tags = json_array();
	m.facts = json_object();
	m.desks = json_object();
	m.running = json_array();
	count(m.facts, "docs", 1);
	if (d->withdrawn) {
		count(m.facts, "withdrawn", 1);
		*out = m;
		return true;
	}
	count(m.facts, "closed", is_closed(d, doc_track_of(d, own_desk)));
	count(m.facts, "missing", d->missing_should > 0);
	for (size_t i = 0; i < d->n_tracks; i++)
		if (!d->tracks[i].removed)
			measure_desk(&d->tracks[i], i == 0, &m);
	measure_fields(d, &m);
	for (size_t i = 0; i < d->n_clocks; i++)
		measure_clock(&d->clocks[i], &m);
	*out = m;
	return true;
}

void
measured_release(struct measured *m)
{
	json_decref(m->dims);
	json_decref(m->tags);
	json_decref(m->facts);
	json_decref(m->desks);
	json_decref(m->running);
	*m = (struct measured){ .month = 0 };
}
