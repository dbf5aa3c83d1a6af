/* A desk's first epoch and its own cards. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"
#include "epoch_int.h"
#include "journal_int.h"
#include "projections_int.h"

/* A card without keys, or with an empty first one, gets the signer's. */
static enum rc
fill_key(struct journal *j, struct card *c, struct err *err)
{
	struct buf spki;
	struct card_key *k = &c->keys[0];

	if (c->n_keys > 0 && k->id[0] != '\0')
		return RC_OK;
	buf_init(&spki, CARD_MAX_BYTES);
	enum rc rc = signer_public(j->signer, &spki, err);
	if (rc == RC_OK)
		rc = str_copy(k->id, sizeof(k->id), signer_get_id(j->signer),
			      err);
	if (rc == RC_OK) {
		k->alg = signer_get_alg(j->signer);
		k->current = true;
		k->n_spki = spki.len;
		k->spki = (uint8_t *)buf_take(&spki);
		c->n_keys = c->n_keys > 0 ? c->n_keys : 1;
	}
	buf_release(&spki);
	return rc;
}

static enum rc
number_card(struct journal *j, struct card *c, struct err *err)
{
	int64_t newest = 0;
	struct stmt *st = stmt_use(j->store, SQL_CARD_NEWEST_NUMBER);
	stmt_text(st, 1, j->desk);
	enum rc rc = stmt_one_int(st, 0, &newest, err);
	if (rc != RC_OK)
		return rc;
	c->made_ms = env_now_ms(j->env);
	c->number = newest + 1 > c->made_ms ? newest + 1 : c->made_ms;
	return str_copy(c->desk, sizeof(c->desk), j->desk, err);
}

/* The card event follows the one before it. */
static enum rc
append_card(struct journal *j, const struct card *c, struct digest *ret_digest,
	    struct err *err)
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

static enum rc
tell_peers(struct journal *j, const struct digest *event, struct err *err)
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

static enum rc
new_card(struct journal *j, struct card *card, struct err *err)
{
	struct digest event;
	enum rc rc = fill_key(j, card, err);
	if (rc == RC_OK)
		rc = number_card(j, card, err);
	if (rc == RC_OK)
		rc = card_sign(card, j->signer, err);
	if (rc == RC_OK)
		rc = card_store(j, card, CARD_NEWER, err);
	if (rc == RC_OK)
		rc = append_card(j, card, &event, err);
	if (rc == RC_OK)
		rc = tell_peers(j, &event, err);
	return rc;
}

enum rc
journal_found(struct journal *j, struct card *card, struct err *err)
{
	char epoch[UUID_LEN + 1];
	enum rc rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	if (epoch_current(j, epoch, NULL) == RC_OK)
		rc = err_set(err, RC_EXISTS, 0,
			     _("this folder holds a desk already"));
	if (rc == RC_OK)
		rc = epoch_insert(j, "founded", NULL, err);
	if (rc == RC_OK)
		rc = new_card(j, card, err);
	if (rc == RC_OK)
		rc = projections_found(j, err);
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}

enum rc
journal_card(struct journal *j, struct card *card, struct err *err)
{
	enum rc rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	rc = mark_roll_on(j, err);
	if (rc == RC_OK)
		rc = new_card(j, card, err);
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}
