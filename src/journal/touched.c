/* The set of documents that a transaction touched, in order. */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "journal_int.h"

#define SLOTS_FIRST 64

static uint32_t
hash(const char *s)
{
	uint32_t h = 2166136261u; /* FNV-1a */
	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

/* The slot that holds subject, or the free one where it belongs. */
static uint32_t *
find(const struct touched *t, const char *subject)
{
	size_t at = hash(subject) & (t->n_slots - 1);
	while (t->slots[at] != 0 &&
	       !str_eq(t->subjects[t->slots[at] - 1], subject))
		at = (at + 1) & (t->n_slots - 1);
	return &t->slots[at];
}

static void
grow(struct touched *t)
{
	t->n_slots = t->n_slots == 0 ? SLOTS_FIRST : t->n_slots * 2;
	t->cap = t->n_slots / 2;
	t->subjects = xreallocarray(t->subjects, t->cap, sizeof(*t->subjects));
	(void)xfree(t->slots);
	t->slots = xcalloc(t->n_slots, sizeof(*t->slots));
	for (size_t i = 0; i < t->n; i++)
		*find(t, t->subjects[i]) = (uint32_t)i + 1;
}

void
touched_add(struct touched *t, const char *subject)
{
	if (t->n == t->cap)
		grow(t);
	uint32_t *slot = find(t, subject);
	if (*slot != 0)
		return;
	memcpy(t->subjects[t->n], subject, strlen(subject) + 1);
	t->n++;
	*slot = (uint32_t)t->n;
}

void
touched_reset(struct touched *t)
{
	t->n = 0;
	if (t->slots != NULL)
		memset(t->slots, 0, t->n_slots * sizeof(*t->slots));
}

void
touched_release(struct touched *t)
{
	(void)xfree(t->subjects);
	(void)xfree(t->slots);
	*t = (struct touched){ .n = 0 };
}
