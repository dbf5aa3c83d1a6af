/* Clocks of a draft: those that dates of its content start. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "compose_int.h"
#include "course_int.h"
#include "desk_int.h"

/* Only kinds whose drafts can have one are worth a fold. */
static bool
has_dated_clock(const struct kind *k)
{
	size_t i;

	for (i = 0; i < k->n_clocks; i++)
		if (str_eq(k->clocks[i].bearer, "owner") &&
		    k->clocks[i].start_field != NULL)
			return true;
	return false;
}

struct draft_doc *
draft_doc_new(struct desk *d, const struct draft *f)
{
	const struct kind *k = kinds_get(d->kinds, f->kind, f->kind_version);
	struct draft_doc *x;
	struct fold_in in = { .n_events = 1,
			      .kinds = d->kinds,
			      .calendar = journal_get_calendar(d->journal),
			      .now_ms = env_now_ms(d->env),
			      .draft = true,
			      .desk = d->id };
	const struct event *events[1];

	if (k == NULL || !str_eq(f->act, "issue") || !has_dated_clock(k))
		return NULL;
	x = xcalloc(1, sizeof(*x));
	x->event = (struct event){ .type = EVENT_ISSUE,
				   .time_ms = in.now_ms,
				   .kind_version = f->kind_version,
				   .k = 1,
				   .starts_ms = -1,
				   .data = json_incref(f->body) };
	memcpy(x->event.source, d->id, sizeof(x->event.source));
	memcpy(x->event.owner, d->id, sizeof(x->event.owner));
	memcpy(x->event.doc, f->id, sizeof(x->event.doc));
	memcpy(x->event.kind, f->kind, sizeof(x->event.kind));
	memcpy(x->event.track, "owner", sizeof("owner"));
	hex_encode(k->digest, DIGEST_LEN, x->event.kind_digest);
	events[0] = &x->event;
	in.events = events;
	x->doc = doc_fold(&in);
	return x;
}

struct draft_doc *
draft_doc_free(struct draft_doc *x)
{
	if (x == NULL)
		return NULL;
	doc_free(x->doc);
	json_decref(x->event.data);
	return xfree(x);
}

bool
draft_due(const struct draft_doc *x, int64_t *ret_due_ms, int64_t *ret_warn_ms,
	  const char **ret_clock)
{
	bool found = false;
	size_t i;

	for (i = 0; x != NULL && i < x->doc->n_clocks; i++) {
		const struct doc_clock *c = &x->doc->clocks[i];
		int64_t due = clock_binding_ms(c);

		if ((c->state != CLOCK_RUNNING && c->state != CLOCK_LATE) ||
		    c->due.open || c->def->duty == DUTY_RIGHT ||
		    (found && due >= *ret_due_ms))
			continue;
		found = true;
		*ret_due_ms = due;
		*ret_warn_ms = clock_warn_ms(c);
		*ret_clock = c->def->name;
	}
	return found;
}
