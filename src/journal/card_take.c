/*
 * Card events outside of a channel, in the state object and so at the head of
 * each bundle: who rotated its key signs its receipts and bundles with one
 * that a peer cannot know before it has read the urgent lane.
 */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "batch_int.h"
#include "journal/peer.h"
#include "journal/rotate.h"

/* Is it a card event of this very peer that may be followed now? */
static bool
judge(struct journal *j, const char *peer, const char *text,
      struct checked *out)
{
	if (envelope_read(text, strlen(text), TYPE_EVENT, &out->frame.event,
			  NULL) != RC_OK)
		return false;
	envelope_digest(&out->frame.event, &out->digest);
	envelope_judge(j->keys, NULL, out);
	return out->found == FOUND_OK && out->card != NULL &&
	       str_eq(out->event.source, peer) && keyring_knows(j->keys, peer);
}

static enum rc
take_one(struct journal *j, const char *peer, const char *text, bool *ret_taken,
	 struct err *err)
{
	struct checked c = { .found = FOUND_MALFORMED };
	bool known = true, fork = false;
	enum rc rc = RC_OK;

	if (judge(j, peer, text, &c))
		rc = event_known(j, &c.digest, &known, err);
	if (rc == RC_OK && !known)
		rc = event_accept(j, &c, LANE_URGENT, peer, &fork, err);
	*ret_taken = *ret_taken || !known;
	checked_release(&c);
	return rc;
}

/* Most states show nothing new: no transaction for those. */
static bool
is_known(struct journal *j, const char *text)
{
	struct envelope e = { .type = TYPE_EVENT };
	struct digest d;
	bool known = false;

	if (envelope_read(text, strlen(text), TYPE_EVENT, &e, NULL) != RC_OK)
		return true; /* and nothing to take either */
	envelope_digest(&e, &d);
	envelope_release(&e);
	return event_known(j, &d, &known, NULL) == RC_OK && known;
}

static enum rc
take_all(struct journal *j, const char *peer, char *const *texts, size_t n,
	 bool *ret_taken, struct err *err)
{
	bool trusted = false;
	enum rc rc = journal_begin(j, err);

	if (rc != RC_OK)
		return rc;
	rc = peer_is_trusted(j, peer, &trusted, err);
	for (size_t i = 0; rc == RC_OK && trusted && i < n; i++)
		rc = take_one(j, peer, texts[i], ret_taken, err);
	if (rc == RC_OK && *ret_taken)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}

enum rc
cards_take(struct journal *j, const char *peer, const json_t *cards,
	   bool *ret_taken, struct err *err)
{
	char *texts[CARD_KEYS_MAX + 1];
	size_t n = 0;
	enum rc rc = RC_OK;

	*ret_taken = false;
	for (size_t i = 0; i < json_array_size(cards) && n < ARRAY_LEN(texts);
	     i++) {
		const json_t *one = json_array_get(cards, i);
		char *text = json_is_object(one) ? json_write(one) : NULL;

		if (text != NULL && !is_known(j, text))
			texts[n++] = text;
		else
			(void)xfree(text);
	}
	if (n > 0)
		rc = take_all(j, peer, texts, n, ret_taken, err);
	for (size_t i = 0; i < n; i++)
		(void)xfree(texts[i]);
	return rc;
}

static enum rc
give_one(struct journal *j, const struct ref *digest, json_t *out,
	 struct err *err)
{
	struct envelope e = { .type = TYPE_EVENT };
	struct buf text;
	json_t *o = NULL;
	enum rc rc = journal_envelope(j, digest, &e, err);

	buf_init(&text, LINE_MAX_BYTES);
	if (rc == RC_OK)
		rc = envelope_write(&e, &text, err);
	if (rc == RC_OK)
		rc = json_read_object(text.data, text.len, &o, err);
	if (rc == RC_OK)
		json_array_append_new(out, o);
	buf_release(&text);
	envelope_release(&e);
	return rc;
}

enum rc
cards_give(struct journal *j, json_t **ret_cards, struct err *err)
{
	json_t *out = json_array();
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_CARD_EVENT_CHAIN);
	stmt_text(st, 1, j->desk);
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		struct digest d;
		struct ref ref;

		rc = col_digest(st, 0, &d, err);
		ref_of_digest(&d, &ref);
		if (rc == RC_OK)
			rc = give_one(j, &ref, out, err);
		if (rc != RC_OK)
			break;
	}
	stmt_done(st);
	if (rc == RC_OK)
		*ret_cards = out;
	else
		json_decref(out);
	return rc;
}
