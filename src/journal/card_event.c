/* This desk's own card: its keys, its number, the event that carries it. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal/epoch.h"
#include "journal_int.h"

static enum rc
fill_first(struct card *c, struct signer *signer, struct err *err)
{
	struct buf spki;
	struct card_key *k = &c->keys[0];

	if (c->n_keys > 0 && k->id[0] != '\0')
		return RC_OK;
	buf_init(&spki, CARD_MAX_BYTES);
	enum rc rc = signer_public(signer, &spki, err);
	if (rc == RC_OK)
		rc = str_copy(k->id, sizeof(k->id), signer_get_id(signer), err);
	if (rc == RC_OK) {
		k->alg = signer_get_alg(signer);
		k->current = true;
		k->n_spki = spki.len;
		k->spki = (uint8_t *)buf_take(&spki);
		c->n_keys = c->n_keys > 0 ? c->n_keys : 1;
	}
	buf_release(&spki);
	return rc;
}

static bool
has_key(const struct card *c, const char *id)
{
	for (size_t i = 0; i < c->n_keys; i++)
		if (str_eq(c->keys[i].id, id))
			return true;
	return false;
}

/* key_id, alg, spki, current, retired_epoch, retired_k */
static enum rc
add_retired(struct card *c, struct stmt *st, const char *last_epoch,
	    int64_t last_k, struct err *err)
{
	struct card_key *k = &c->keys[c->n_keys];
	bool known = !col_is_null(st, 4);
	size_t n = 0;
	enum rc rc = str_copy(k->id, sizeof(k->id), col_text(st, 0), err);

	if (rc == RC_OK)
		rc = key_alg_parse(col_text(st, 1), &k->alg, err);
	if (rc == RC_OK)
		rc = str_copy(k->last_epoch, sizeof(k->last_epoch),
			      known ? col_text(st, 4) : last_epoch, err);
	if (rc != RC_OK)
		return rc;
	k->last_k = known ? col_int(st, 5) : last_k;
	k->current = false;
	const void *spki = col_blob(st, 2, &n);
	k->spki = xmalloc(n + 1);
	memcpy(k->spki, spki, n);
	k->n_spki = n;
	c->n_keys++;
	return RC_OK;
}

enum rc
card_fill_keys(struct journal *j, struct card *c, struct signer *signer,
	       const char *last_epoch, int64_t last_k, struct err *err)
{
	bool row = false;
	enum rc rc = fill_first(c, signer, err);
	if (rc != RC_OK)
		return rc;
	struct stmt *st = stmt_use(j->store, SQL_KEY_OF);
	stmt_text(st, 1, j->desk);
	rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		if (has_key(c, col_text(st, 0)))
			rc = RC_OK;
		else if (c->n_keys == CARD_KEYS_MAX)
			rc = err_set(err, RC_FULL, 0,
				     _("a card holds %d keys, and this desk "
				       "had as many already"),
				     CARD_KEYS_MAX);
		else
			rc = add_retired(c, st, last_epoch, last_k, err);
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

enum rc
card_finish(struct journal *j, struct card *c, struct signer *signer,
	    struct err *err)
{
	int64_t newest = -1;
	enum rc rc = card_held_number(j, j->desk, &newest, err);
	if (rc != RC_OK)
		return rc;
	c->made_ms = env_now_ms(j->env);
	c->number = newest + 1 > c->made_ms ? newest + 1 : c->made_ms;
	rc = str_copy(c->desk, sizeof(c->desk), j->desk, err);
	return rc == RC_OK ? card_sign(c, signer, err) : rc;
}

/* The card event follows the one before it. */
enum rc
card_event_append(struct journal *j, const struct card *c,
		  struct digest *ret_digest, struct err *err)
{
	struct event e = { .type = EVENT_CARD,
			   .time_ms = c->made_ms,
			   .starts_ms = -1,
			   .track = "owner" };
	struct buf text;
	json_t *envelope = NULL;
	bool row = false;

	memcpy(e.owner, j->desk, sizeof(e.owner));
	struct stmt *st = stmt_use(j->store, SQL_CARD_EVENT_NEWEST);
	stmt_text(st, 1, j->desk);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		struct digest prev;
		rc = col_digest(st, 0, &prev, err);
		ref_of_digest(&prev, &e.prev[0]);
		e.n_prev = 1;
	}
	stmt_done(st);
	buf_init(&text, CARD_MAX_BYTES);
	if (rc == RC_OK)
		rc = envelope_write(&c->envelope, &text, err);
	if (rc == RC_OK)
		rc = json_read_object(text.data, text.len, &envelope, err);
	buf_release(&text);
	if (rc != RC_OK)
		return rc;
	e.data = json_pack("{s:o}", "card", envelope);
	rc = event_sign_own(j, &e, LANE_URGENT, err);
	json_decref(e.data);
	digest_of_ref(&e.digest, ret_digest);
	return rc;
}

enum rc
card_tell_peers(struct journal *j, const struct digest *event, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_PEER_TRUSTED);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		rc = owed_append(j, col_text(st, 0), event, NULL, LANE_URGENT,
				 err);
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}
