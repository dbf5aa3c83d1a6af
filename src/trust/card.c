/* Cards: signed, read and checked. */
#include "config.h"

#include "trust/card.h"

#include <assert.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "card_int.h"

void
card_release(struct card *c)
{
	(void)xfree(c->name_zh);
	(void)xfree(c->name_en);
	for (size_t i = 0; i < c->n_addresses; i++)
		(void)xfree(c->addresses[i]);
	(void)xfree(c->tls_cert);
	for (size_t i = 0; i < c->n_keys; i++)
		(void)xfree(c->keys[i].spki);
	envelope_release(&c->envelope);
	*c = (struct card){ .n_keys = 0 };
}

const struct card_key *
card_current_key(const struct card *c)
{
	for (size_t i = 0; i < c->n_keys; i++)
		if (c->keys[i].current)
			return &c->keys[i];
	return NULL;
}

/* Every key is one of its algorithm, and the current one signed. */
static enum rc
check_keys(const struct card *c, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < c->n_keys; i++) {
		const struct card_key *key = &c->keys[i];
		struct verifier *v = NULL;
		rc = verifier_new(key->alg, key->spki, key->n_spki, &v, err);
		if (rc == RC_OK && key->current)
			rc = envelope_check(&c->envelope, v, err);
		(void)verifier_free(v);
	}
	return rc;
}

static enum rc
read_card(const char *json, size_t n_bytes, struct card *out, bool check,
	  struct err *err)
{
	struct card c = { .n_keys = 0 };
	json_t *object = NULL;

	if (n_bytes > CARD_MAX_BYTES)
		return err_set(err, RC_TOOLARGE, 0,
			       _("a card has at most %d bytes"),
			       CARD_MAX_BYTES);
	enum rc rc = envelope_read(json, n_bytes, TYPE_CARD, &c.envelope, err);
	if (rc == RC_OK)
		rc = json_read_object(c.envelope.payload, c.envelope.n_payload,
				      &object, err);
	if (rc == RC_OK)
		rc = card_from_json(object, &c, err);
	if (rc == RC_OK && check)
		rc = check_keys(&c, err);
	json_decref(object);
	if (rc != RC_OK) {
		card_release(&c);
		if (err != NULL)
			(void)err_wrap(err, "%s", _("card"));
		return rc;
	}
	envelope_digest(&c.envelope, &c.digest);
	*out = c;
	return RC_OK;
}

enum rc
card_read(const char *json, size_t n_bytes, struct card *out, struct err *err)
{
	return read_card(json, n_bytes, out, true, err);
}

enum rc
card_read_stored(const char *json, size_t n_bytes, struct card *out,
		 struct err *err)
{
	return read_card(json, n_bytes, out, false, err);
}

enum rc
card_sign(struct card *c, struct signer *s, struct err *err)
{
	const struct card_key *key = card_current_key(c);
	if (key == NULL || !str_eq(key->id, signer_get_id(s)))
		return err_set(err, RC_USAGE, 0,
			       _("a card is signed with its own current key"));
	json_t *object = card_to_json(c);
	char *payload = json_write(object);
	json_decref(object);
	envelope_release(&c->envelope);
	enum rc rc = envelope_sign(s, TYPE_CARD, payload, strlen(payload),
				   &c->envelope, err);
	(void)xfree(payload);
	if (rc == RC_OK) {
		envelope_digest(&c->envelope, &c->digest);
		digest_sha256(c->tls_cert, c->n_tls_cert, &c->tls_pin);
	}
	return rc;
}

void
card_fingerprint(const struct card *c, char out[static DIGEST_HEX_LEN + 1])
{
	const struct card_key *key = card_current_key(c);
	struct digest d;

	assert(key != NULL);
	digest_sha256(key->spki, key->n_spki, &d);
	digest_hex(&d, out);
}
