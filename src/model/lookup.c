#include "model/lookup.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "fold_clock_int.h"
#include "kind_int.h"
#include "model/condition.h"

const struct lookup *
lookup_of(const struct doc *d)
{
	return d->kind != NULL ? d->kind->views.lookup : NULL;
}

static bool
is_among(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(names[i], name))
			return true;
	}
	return false;
}

static const struct doc_clock *
instance(const struct doc *d, const char *name)
{
	for (size_t i = d->n_clocks; i-- > 0;) {
		if (str_eq(d->clocks[i].def->name, name))
			return &d->clocks[i];
	}
	return NULL;
}

/* The owner's state holds once the clock is over. What time brought counts at
 * once, before the owner's desk signs it (KINDS, rule 5). */
static void
after_clock(const struct doc *d, const struct lookup *l,
	    struct lookup_stand *out)
{
	const struct clock_def *def = kind_find_clock(d->kind, l->after_clock);
	const struct doc_clock *c = instance(d, l->after_clock);
	const struct condition_in in = { .doc = d, .fields = d->fields };

	if (l->after_needs != NULL &&
	    json_text_at(d->fields, l->after_needs) == NULL) {
		out->bar = LOOKUP_NEEDS;
		out->field = l->after_needs;
	} else if (c != NULL && c->due.open) {
		out->bar = LOOKUP_STATE;
	} else if (c != NULL) {
		out->clock = c;
		out->from_ms = (def->roll == ROLL_NONE ? c->due.strict_ms
						       : c->due.rolled_ms) +
			       1;
	} else if (def->when != NULL && !condition_holds(def->when, &in)) {
		out->from_ms = 0; /* there is nothing to wait for */
	} else {
		out->bar = LOOKUP_NEEDS;
		out->field = def->start_field;
	}
}

void
lookup_stand(const struct doc *d, struct lookup_stand *out)
{
	const struct lookup *l = lookup_of(d);
	const char *mode = json_text(d->fields, "mode");
	const struct state *s = d->n_tracks > 0 ? d->tracks[0].state : NULL;
	int64_t until;

	*out = (struct lookup_stand){ .from_ms = LOOKUP_NO_TIME,
				      .to_ms = LOOKUP_NO_TIME };
	if (!d->issued || l == NULL || s == NULL) {
		out->bar = LOOKUP_NOT_ISSUED;
		return;
	}
	if (l->until != NULL &&
	    fold_instant(fold_field_at(d->fields, l->until), true, &until))
		out->to_ms = until;
	if (d->withdrawn)
		out->bar = LOOKUP_WITHDRAWN;
	else if (mode != NULL && !str_eq(mode, "actual"))
		out->bar = LOOKUP_NOT_REAL;
	else if (is_among(l->valid, l->n_valid, s->name))
		out->from_ms = 0; /* its owner says so: no clock is asked */
	else if (is_among(l->after, l->n_after, s->name))
		after_clock(d, l, out);
	else
		out->bar = LOOKUP_STATE;
}

void
lookup_texts(const json_t *content, const char *dotted,
	     void (*each)(void *ctx, const char *text), void *ctx)
{
	size_t n = strcspn(dotted, ".");
	const json_t *at;

	if (json_is_array(content)) {
		for (size_t i = 0; i < json_array_size(content); i++)
			lookup_texts(json_array_get(content, i), dotted, each,
				     ctx);
		return;
	}
	at = json_object_getn(content, dotted, n);
	if (dotted[n] != '\0')
		lookup_texts(at, dotted + n + 1, each, ctx);
	else if (json_is_string(at) && json_string_length(at) > 0)
		each(ctx, json_string_value(at));
}
