/* Checking frames on any thread: no database here. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "batch_int.h"

static const char *const found_names[] = {
	[FOUND_OK] = "ok",
	[FOUND_UNKNOWN_KEY] = "unknown_key",
	[FOUND_BAD_SIGNATURE] = "bad_signature",
	[FOUND_MALFORMED] = "malformed",
	[FOUND_INADMISSIBLE] = "inadmissible",
};

const char *
found_name(enum found found)
{
	return found_names[found];
}

void
checked_release(struct checked *c)
{
	frame_release(&c->frame);
	if (c->parsed)
		event_release(&c->event);
	if (c->card != NULL)
		card_release(c->card);
	(void)xfree(c->card);
	*c = (struct checked){ .found = FOUND_MALFORMED };
}

enum rc
batch_new(struct journal *j, const struct channel *c, struct batch **ret_batch,
	  struct err *err)
{
	enum rc rc = keyring_refresh(j, err);
	if (rc != RC_OK)
		return rc;
	struct batch *b = xcalloc(1, sizeof(*b));
	b->channel = *c;
	b->ring = keyring_ref(j->keys);
	*ret_batch = b;
	return RC_OK;
}

struct batch *
batch_free(struct batch *b)
{
	if (b == NULL)
		return NULL;
	for (size_t i = 0; i < b->n; i++)
		checked_release(&b->frames[i]);
	(void)xfree(b->frames);
	(void)keyring_unref(b->ring);
	return xfree(b);
}

enum rc
batch_add(struct batch *b, struct frame *take_frame, struct err *err)
{
	if (b->n >= INGEST_BATCH_MAX) {
		frame_release(take_frame);
		return err_set(err, RC_TOOLARGE, 0,
			       _("a batch holds %d frames"), INGEST_BATCH_MAX);
	}
	if (b->n == b->cap) {
		b->cap = b->cap == 0 ? 16 : b->cap * 2;
		b->frames =
			xreallocarray(b->frames, b->cap, sizeof(*b->frames));
	}
	b->frames[b->n++] = (struct checked){ .frame = *take_frame,
					      .digest = take_frame->digest,
					      .found = FOUND_MALFORMED };
	*take_frame = (struct frame){ .seq = 0 };
	return RC_OK;
}

size_t
batch_count(const struct batch *b)
{
	return b->n;
}

void
batch_set_backlog(struct batch *b)
{
	b->in_backlog = true;
}

bool
batch_join(struct batch *into, struct batch *from)
{
	size_t n = into->n + from->n;
	if (into->ring != from->ring || n > INGEST_BATCH_MAX)
		return false;
	if (n > into->cap) {
		into->cap = n;
		into->frames =
			xreallocarray(into->frames, n, sizeof(*into->frames));
	}
	for (size_t i = 0; i < from->n; i++)
		into->frames[into->n + i] = from->frames[i];
	into->n = n;
	from->n = 0;
	return true;
}

static enum found
check_under(struct checked *c, enum key_alg alg, const void *spki, size_t n)
{
	struct verifier *v = NULL;
	enum rc rc = verifier_new(alg, spki, n, &v, &c->why);
	if (rc == RC_OK)
		rc = envelope_check(&c->frame.event, v, &c->why);
	(void)verifier_free(v);
	return rc == RC_OK ? FOUND_OK : FOUND_BAD_SIGNATURE;
}

static const struct card_key *
key_of_card(const struct card *card, const char *key_id)
{
	for (size_t i = 0; i < card->n_keys; i++)
		if (str_eq(card->keys[i].id, key_id))
			return &card->keys[i];
	return NULL;
}

/* What the card must say of the key that signed the event around it: that it
 * is current, or that this event is the last of it. */
static bool
names_signer(const struct checked *c)
{
	const struct card_key *k = key_of_card(c->card, c->frame.event.key_id);

	return k != NULL &&
	       (k->current || (str_eq(k->last_epoch, c->event.epoch) &&
			       k->last_k == c->event.k));
}

static void
judge_card_key(struct checked *c, const struct ring_key *k)
{
	if (k != NULL && k->retired && c->card->number > k->card_number) {
		/* A thief of an old key brings no card after its rotation. */
		c->found = FOUND_INADMISSIBLE;
		(void)err_set(&c->why, RC_DENIED, 0,
			      _("a card of %s signed with a key that was "
				"retired before"),
			      c->event.source);
	} else if (!names_signer(c)) {
		c->found = FOUND_INADMISSIBLE;
		(void)err_set(&c->why, RC_DENIED, 0,
			      _("a card of %s that does not say up to where "
				"the key that signed it is good"),
			      c->event.source);
	}
}

/* A card event tells who it is by the card in it; what it may change is
 * decided by the key that signed it. */
static void
judge_card(struct checked *c, const struct ring_key *k, bool desk_known)
{
	struct card card;
	if (card_of_event(&c->event, &card, &c->why) != RC_OK) {
		c->found = FOUND_MALFORMED;
		return;
	}
	if (c->card != NULL) /* judged before, by older keys */
		card_release(c->card);
	else
		c->card = xmalloc(sizeof(*c->card));
	*c->card = card;
	if (desk_known) {
		judge_card_key(c, k);
		return;
	}
	const struct card_key *own = key_of_card(&card, c->frame.event.key_id);
	c->found = own == NULL
			   ? FOUND_UNKNOWN_KEY
			   : check_under(c, own->alg, own->spki, own->n_spki);
}

/* A card that came before in the same batch. */
static const struct card *
card_in_batch(const struct batch *b, const char *desk)
{
	const struct card *newest = NULL;
	for (size_t i = 0; b != NULL && i < b->n; i++) {
		const struct checked *c = &b->frames[i];
		if (c->card != NULL && c->found == FOUND_OK &&
		    str_eq(c->card->desk, desk))
			newest = c->card;
	}
	return newest;
}

static void
judge_signature(const struct keyring *ring, const struct batch *extra,
		struct checked *c)
{
	const char *source = c->event.source;
	const char *key_id = c->frame.event.key_id;
	const struct ring_key *k = keyring_find(ring, source, key_id);
	const struct card *card = card_in_batch(extra, source);
	bool known = keyring_knows(ring, source) || card != NULL;

	c->found = FOUND_UNKNOWN_KEY;
	if (k != NULL) {
		c->found = envelope_check(&c->frame.event, k->verifier,
					  &c->why) == RC_OK
				   ? FOUND_OK
				   : FOUND_BAD_SIGNATURE;
	} else if (card != NULL) {
		const struct card_key *ck = key_of_card(card, key_id);
		if (ck != NULL)
			c->found =
				check_under(c, ck->alg, ck->spki, ck->n_spki);
	}
	if (c->event.type == EVENT_CARD && (c->found == FOUND_OK || !known))
		judge_card(c, k, known);
	if (c->found == FOUND_UNKNOWN_KEY)
		(void)err_set(&c->why, RC_BADSIG, 0,
			      _("no card with key %.16s of %s is here"), key_id,
			      source);
}

void
envelope_judge(const struct keyring *ring, const struct batch *extra,
	       struct checked *c)
{
	struct ref ref;
	ref_of_digest(&c->digest, &ref);
	if (!c->parsed) {
		/* Who signed stands inside: the source is read first, and
		 * nothing of it is used before the signature holds. */
		if (event_read(c->frame.event.payload, c->frame.event.n_payload,
			       &ref, &c->event, &c->why) != RC_OK) {
			c->found = FOUND_MALFORMED;
			return;
		}
		c->parsed = true;
	}
	if (event_check_files(&c->event, &c->why) != RC_OK) {
		c->found = FOUND_MALFORMED;
		return;
	}
	if (c->event.type == EVENT_LOCAL) {
		c->found = FOUND_INADMISSIBLE;
		(void)err_set(&c->why, RC_DENIED, 0,
			      _("a local event is never sent"));
		return;
	}
	judge_signature(ring, extra, c);
}

void
batch_check(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		envelope_judge(b->ring, b, &b->frames[i]);
}
