/* Cards and keys as rows. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal_int.h"

static enum rc
store_keys(struct journal *j, const struct card *c, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_KEY_NONE_CURRENT);
	stmt_text(st, 1, c->desk);
	enum rc rc = stmt_run(st, err);
	for (size_t i = 0; rc == RC_OK && i < c->n_keys; i++) {
		const struct card_key *k = &c->keys[i];
		st = stmt_use(j->store, SQL_KEY_PUT);
		stmt_text(st, 1, c->desk);
		stmt_text(st, 2, k->id);
		stmt_text(st, 3, key_alg_name(k->alg));
		stmt_blob(st, 4, k->spki, k->n_spki);
		stmt_int(st, 5, k->current);
		stmt_text(st, 6, k->current ? NULL : k->last_epoch);
		if (k->current)
			stmt_null(st, 7);
		else
			stmt_int(st, 7, k->last_k);
		rc = stmt_run(st, err);
	}
	if (rc == RC_OK) {
		st = stmt_use(j->store, SQL_KEY_RETIRE_REST);
		stmt_text(st, 1, c->desk);
		rc = stmt_run(st, err);
	}
	return rc;
}

/* *ret_new: it was not stored before. */
static enum rc
insert_card(struct journal *j, const struct card *c, bool *ret_new,
	    struct err *err)
{
	struct buf json;
	buf_init(&json, CARD_MAX_BYTES);
	enum rc rc = envelope_write(&c->envelope, &json, err);
	if (rc == RC_OK) {
		struct stmt *st = stmt_use(j->store, SQL_CARD_INSERT);
		stmt_blob(st, 1, c->digest.bytes, DIGEST_LEN);
		stmt_text(st, 2, c->desk);
		stmt_int(st, 3, c->number);
		stmt_int(st, 4, c->made_ms);
		stmt_int(st, 5, env_now_ms(j->env));
		stmt_blob(st, 6, json.data, json.len);
		rc = stmt_run(st, err);
		*ret_new = store_changes(j->store) > 0;
	}
	buf_release(&json);
	return rc;
}

enum rc
card_held_number(struct journal *j, const char *desk, int64_t *ret_number,
		 struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_CARD_NEWEST_NUMBER);
	stmt_text(st, 1, desk);
	return stmt_one_int(st, -1, ret_number, err);
}

/* Keys that others said were this desk's: what they signed is unfit from now
 * on, and kept (EVENTS 4). */
static enum rc
disown_hearsay(struct journal *j, const char *desk, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_KEY_DISOWN);
	stmt_text(st, 1, desk);
	enum rc rc = stmt_run(st, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_EVENT_SUBJECTS_OF);
	stmt_text(st, 1, desk);
	rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		touched_add(&j->touched, col_text(st, 0));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

enum rc
card_store(struct journal *j, const struct card *c, enum card_from from,
	   struct err *err)
{
	int64_t held = -1;
	bool is_new = false;
	struct stmt *st;
	enum rc rc = card_held_number(j, c->desk, &held, err);
	if (rc == RC_OK)
		rc = insert_card(j, c, &is_new, err);
	if (rc == RC_OK && from == CARD_FIRST_TRUST)
		rc = disown_hearsay(j, c->desk, err);
	else if (rc == RC_OK &&
		 (c->number < held || (c->number == held && is_new)))
		return RC_OK; /* an older one is kept as evidence only */
	if (rc != RC_OK)
		return rc;
	rc = store_keys(j, c, err);
	if (rc == RC_OK && !is_new) {
		st = stmt_use(j->store, SQL_CARD_ANEW);
		stmt_int(st, 1, env_now_ms(j->env));
		rc = stmt_run(st, err);
	}
	if (rc == RC_OK) {
		st = stmt_use(j->store, SQL_PEER_NEW_CARD);
		stmt_text(st, 1, c->desk);
		stmt_blob(st, 2, c->tls_pin.bytes, DIGEST_LEN);
		stmt_blob(st, 3, c->digest.bytes, DIGEST_LEN);
		stmt_int(st, 4, env_now_ms(j->env));
		rc = stmt_run(st, err);
	}
	if (rc == RC_OK)
		rc = keyring_reload(j, err);
	j->retry = true;
	return rc;
}

enum rc
card_of_event(const struct event *e, struct card *out, struct err *err)
{
	const json_t *object = json_object_get(e->data, "card");
	if (!json_is_object(object))
		return err_set(err, RC_MALFORMED, 0,
			       _("a card event without a card"));
	char *json = json_write(object);
	enum rc rc = card_read(json, strlen(json), out, err);
	(void)xfree(json);
	if (rc == RC_OK && !str_eq(out->desk, e->source)) {
		card_release(out);
		rc = err_set(err, RC_MALFORMED, 0,
			     _("a card event with the card of another desk"));
	}
	return rc;
}
