/* What a text was before: steps back and forth, bounded in number and bytes. */
#include <string.h>

#include "base/mem.h"
#include "console/edit_int.h"

#define STEPS_MAX   200
#define STEPS_BYTES (1024 * 1024)

struct step {
	char *text;
	size_t len, at;
};

/* The steps before `now` lead back, those from it on forth. */
struct edit_history {
	struct step steps[STEPS_MAX];
	size_t n, now, n_bytes;
	enum edit_change last;
	size_t last_at;
};

static void
drop(struct edit_history *h, size_t i)
{
	h->n_bytes -= h->steps[i].len;
	(void)xfree(h->steps[i].text);
	memmove(&h->steps[i], &h->steps[i + 1],
		(--h->n - i) * sizeof(h->steps[0]));
	if (h->now > i)
		h->now--;
}

static void
put(struct edit_history *h, size_t i, const struct edit *e)
{
	h->steps[i] = (struct step){ xstrdup(e->text), e->len, e->at };
	h->n_bytes += e->len;
}

void
edit_before(struct edit *e, enum edit_change change)
{
	struct edit_history *h = e->history;
	bool goes_on;

	if (!h)
		h = e->history = xcalloc(1, sizeof(*h));
	/* letters of one word, or one after another taken away, are one step */
	goes_on = change != EDIT_WHOLE && h->last == change &&
		  h->last_at == e->at && h->now == h->n;
	h->last = change;
	if (goes_on)
		return;
	while (h->n > h->now)
		drop(h, h->n - 1);
	while (h->n > 0 &&
	       (h->n == STEPS_MAX || h->n_bytes + e->len > STEPS_BYTES))
		drop(h, 0);
	put(h, h->n++, e);
	h->now = h->n;
}

void
edit_after(struct edit *e)
{
	if (e->history)
		e->history->last_at = e->at;
}

void
edit_break(struct edit *e)
{
	if (e->history)
		e->history->last = EDIT_WHOLE;
}

/* The text and the step change places. */
static void
swap(struct edit *e, struct edit_history *h, size_t i)
{
	struct step s = h->steps[i];

	h->n_bytes -= s.len;
	put(h, i, e);
	edit_replace(e, s.text, s.len);
	e->at = s.at;
	(void)xfree(s.text);
	h->last = EDIT_WHOLE;
}

bool
edit_undo(struct edit *e)
{
	struct edit_history *h = e->history;

	if (!h || h->now == 0)
		return false;
	swap(e, h, --h->now);
	return true;
}

bool
edit_redo(struct edit *e)
{
	struct edit_history *h = e->history;

	if (!h || h->now == h->n)
		return false;
	swap(e, h, h->now++);
	return true;
}

void
edit_forget(struct edit *e)
{
	struct edit_history *h = e->history;

	while (h && h->n > 0)
		drop(h, h->n - 1);
	e->history = xfree(h);
}
