/*
 * What lists of peers show of a card. Reading one with its certificate costs
 * 0.2 ms, and every console asks for all peers each second: a card never
 * changes under its digest, so it is read once.
 */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "journal_int.h"
#include "trust/tlscert.h"

/* Where it is, or belongs, in order of digest. */
static size_t
place_of(const struct cards_shown *c, const struct digest *d)
{
	size_t low = 0, high = c->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (memcmp(c->list[mid].digest.bytes, d->bytes, DIGEST_LEN) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void
fill(struct card_shown *out, const struct card *c)
{
	out->name_zh = xstrdup_or_null(c->name_zh);
	out->name_en = xstrdup_or_null(c->name_en);
	out->address = c->n_addresses > 0 ? xstrdup(c->addresses[0]) : NULL;
	out->tls_pin = c->tls_pin;
	out->number = c->number;
	/* A certificate that says nothing has no expiry to show. */
	if (tlscert_expiry(c->tls_cert, c->n_tls_cert, &out->tls_expiry_ms,
			   NULL) != RC_OK)
		out->tls_expiry_ms = -1;
}

enum rc
card_shown(struct journal *j, const struct digest *digest, const void *json,
	   size_t n_bytes, const struct card_shown **ret_shown, struct err *err)
{
	struct cards_shown *c = &j->cards_shown;
	size_t at = place_of(c, digest);
	struct card card = { .n_keys = 0 };

	if (at < c->n && digest_eq(&c->list[at].digest, digest)) {
		*ret_shown = &c->list[at];
		return RC_OK;
	}
	enum rc rc = card_read_stored(json, n_bytes, &card, err);
	if (rc != RC_OK)
		return rc;
	if (c->n == c->cap) {
		c->cap = c->cap == 0 ? 16 : c->cap * 2;
		c->list = xreallocarray(c->list, c->cap, sizeof(*c->list));
	}
	memmove(c->list + at + 1, c->list + at, (c->n - at) * sizeof(*c->list));
	c->n++;
	c->list[at] = (struct card_shown){ .digest = *digest };
	fill(&c->list[at], &card);
	card_release(&card);
	*ret_shown = &c->list[at];
	return RC_OK;
}

void
cards_shown_release(struct cards_shown *c)
{
	for (size_t i = 0; i < c->n; i++) {
		(void)xfree(c->list[i].name_zh);
		(void)xfree(c->list[i].name_en);
		(void)xfree(c->list[i].address);
	}
	(void)xfree(c->list);
	*c = (struct cards_shown){ .n = 0 };
}
