/*
 * Events parsed while they were checked, kept until the transaction ends, so
 * that folding their documents does not parse them again.
 */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "journal_int.h"

#define SLOTS (4 * INGEST_BATCH_MAX) /* a power of two, at most half full */

static size_t
slot_of(const struct fresh *f, const struct ref *digest)
{
	uint32_t h;
	memcpy(&h, digest->bytes, sizeof(h)); /* SHA-256: spread enough */
	size_t at = h & (SLOTS - 1);
	while (f->slots[at] != 0 &&
	       !ref_eq(&f->events[f->slots[at] - 1].digest, digest))
		at = (at + 1) & (SLOTS - 1);
	return at;
}

void
fresh_add(struct fresh *f, const struct event *e)
{
	if (f->n >= SLOTS / 2)
		return; /* it will be parsed again */
	if (f->slots == NULL) {
		f->slots = xcalloc(SLOTS, sizeof(*f->slots));
		f->events = xcalloc(SLOTS / 2, sizeof(*f->events));
	}
	size_t at = slot_of(f, &e->digest);
	if (f->slots[at] != 0)
		return;
	f->events[f->n] = *e;
	f->events[f->n].data = json_incref(e->data);
	f->n++;
	f->slots[at] = (uint16_t)f->n;
}

bool
fresh_get(const struct fresh *f, const struct ref *digest, struct event *out)
{
	if (f->n == 0)
		return false;
	size_t at = slot_of(f, digest);
	if (f->slots[at] == 0)
		return false;
	*out = f->events[f->slots[at] - 1];
	out->data = json_incref(out->data);
	return true;
}

void
fresh_reset(struct fresh *f)
{
	if (f->n == 0)
		return;
	for (size_t i = 0; i < f->n; i++)
		event_release(&f->events[i]);
	f->n = 0;
	memset(f->slots, 0, SLOTS * sizeof(*f->slots));
}

void
fresh_release(struct fresh *f)
{
	fresh_reset(f);
	(void)xfree(f->events);
	(void)xfree(f->slots);
	*f = (struct fresh){ .n = 0 };
}
