/* The JSON of a card; doc/protocol.md explains each member. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "card_int.h"
#include "trust/tlscert.h"

#define CARD_FORMAT   1
#define CARD_NAME_MAX 256
#define ADDRESS_MAX   260 /* a DNS name, a colon, a port */
#define SPKI_MAX      512
#define CERT_MAX      8192

static json_t *
base64_json(const void *data, size_t n_bytes)
{
	char *text = base64_encode(data, n_bytes);
	json_t *value = json_string(text);
	(void)xfree(text);
	return value;
}

static json_t *
key_to_json(const struct card_key *key)
{
	json_t *o = json_object();
	json_object_set_new(o, "id", json_string(key->id));
	json_object_set_new(o, "alg", json_string(key_alg_name(key->alg)));
	json_object_set_new(o, "spki", base64_json(key->spki, key->n_spki));
	json_object_set_new(o, "current", json_boolean(key->current));
	if (!key->current) {
		json_object_set_new(o, "last_epoch",
				    json_string(key->last_epoch));
		json_object_set_new(o, "last_k", json_integer(key->last_k));
	}
	return o;
}

json_t *
card_to_json(const struct card *c)
{
	char made[TIME_TEXT_MAX];
	json_t *o = json_object();
	json_t *addresses = json_array();
	json_t *keys = json_array();

	time_format(c->made_ms, made);
	for (size_t i = 0; i < c->n_addresses; i++)
		json_array_append_new(addresses, json_string(c->addresses[i]));
	for (size_t i = 0; i < c->n_keys; i++)
		json_array_append_new(keys, key_to_json(&c->keys[i]));
	json_object_set_new(o, "format", json_integer(CARD_FORMAT));
	json_object_set_new(o, "desk", json_string(c->desk));
	json_object_set_new(o, "number", json_integer(c->number));
	json_object_set_new(o, "made", json_string(made));
	json_object_set_new(o, "name_zh",
			    json_string(c->name_zh != NULL ? c->name_zh : ""));
	json_object_set_new(o, "name_en",
			    json_string(c->name_en != NULL ? c->name_en : ""));
	json_object_set_new(o, "addresses", addresses);
	json_object_set_new(o, "tls", base64_json(c->tls_cert, c->n_tls_cert));
	json_object_set_new(o, "keys", keys);
	return o;
}

static enum rc
bad(const char *what, struct err *err)
{
	return err_set(err, RC_MALFORMED, 0, _("wrong or missing: %s"), what);
}

/* Base64 member into fresh memory. */
static enum rc
take_bytes(const json_t *object, const char *name, size_t max_bytes,
	   uint8_t **ret_bytes, size_t *ret_n, struct err *err)
{
	const char *text = NULL;
	struct buf bytes;
	enum rc rc = json_need_string(object, name, &text, err);
	if (rc != RC_OK)
		return rc;
	buf_init(&bytes, max_bytes);
	rc = base64_decode(text, strlen(text), &bytes, err);
	if (rc == RC_OK && bytes.len == 0)
		rc = bad(name, err);
	if (rc == RC_OK) {
		*ret_n = bytes.len;
		*ret_bytes = (uint8_t *)buf_take(&bytes);
	}
	buf_release(&bytes);
	return rc;
}

static enum rc
take_name(const json_t *object, const char *name, char **ret_text,
	  struct err *err)
{
	const char *text = NULL;
	enum rc rc = json_need_string(object, name, &text, err);
	if (rc == RC_OK && strlen(text) > CARD_NAME_MAX)
		rc = bad(name, err);
	if (rc == RC_OK)
		*ret_text = xstrdup(text);
	return rc;
}

bool
address_valid(const char *s)
{
	const char *colon = s != NULL ? strrchr(s, ':') : NULL;
	int64_t port;
	if (colon == NULL || colon == s || strlen(s) > ADDRESS_MAX ||
	    str_to_i64(colon + 1, 1, 65535, &port, NULL) != RC_OK)
		return false;
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
			     "WXYZ0123456789.-_[]:%");
	return s[n] == '\0';
}

static enum rc
take_addresses(const json_t *list, struct card *c, struct err *err)
{
	if (!json_is_array(list) || json_array_size(list) > CARD_ADDRESSES_MAX)
		return bad("addresses", err);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));
		if (!address_valid(s))
			return bad("addresses", err);
		c->addresses[c->n_addresses++] = xstrdup(s);
	}
	return RC_OK;
}

static enum rc
take_retired(const json_t *o, struct card_key *key, struct err *err)
{
	const char *epoch = NULL;
	enum rc rc = json_need_string(o, "last_epoch", &epoch, err);
	if (rc == RC_OK)
		rc = json_need_int(o, "last_k", 0, JSON_INT_MAX, &key->last_k,
				   err);
	if (rc == RC_OK && *epoch != '\0' && !uuid_valid(epoch))
		rc = bad("last_epoch", err);
	if (rc == RC_OK)
		rc = str_copy(key->last_epoch, sizeof(key->last_epoch), epoch,
			      err);
	return rc;
}

/* The id is not believed but computed: a message names keys by it. */
static enum rc
take_key(const json_t *o, struct card_key *key, struct err *err)
{
	const char *id = NULL;
	const char *alg = NULL;
	struct digest d;
	char hex[DIGEST_HEX_LEN + 1];

	enum rc rc = json_need_string(o, "id", &id, err);
	if (rc == RC_OK)
		rc = json_need_string(o, "alg", &alg, err);
	if (rc == RC_OK)
		rc = key_alg_parse(alg, &key->alg, err);
	if (rc == RC_OK && !json_is_boolean(json_object_get(o, "current")))
		rc = bad("current", err);
	if (rc == RC_OK)
		rc = take_bytes(o, "spki", SPKI_MAX, &key->spki, &key->n_spki,
				err);
	if (rc != RC_OK)
		return rc;
	digest_sha256(key->spki, key->n_spki, &d);
	digest_hex(&d, hex);
	if (!str_eq(id, hex))
		return bad("keys.id", err);
	key->current = json_is_true(json_object_get(o, "current"));
	rc = str_copy(key->id, sizeof(key->id), id, err);
	if (rc == RC_OK && !key->current)
		rc = take_retired(o, key, err);
	return rc;
}

static enum rc
take_keys(const json_t *list, struct card *c, struct err *err)
{
	size_t n_current = 0;
	enum rc rc = RC_OK;
	if (!json_is_array(list) || json_array_size(list) > CARD_KEYS_MAX)
		return bad("keys", err);
	for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
		c->n_keys++; /* counted first, so that release sees it */
		rc = take_key(json_array_get(list, i), &c->keys[i], err);
		n_current += c->keys[i].current;
	}
	if (rc == RC_OK && n_current != 1)
		rc = err_set(err, RC_MALFORMED, 0,
			     _("exactly one key must be current"));
	return rc;
}

static enum rc
take_head(const json_t *object, struct card *c, struct err *err)
{
	const char *text = NULL;
	int64_t format;

	enum rc rc = json_need_int(object, "format", CARD_FORMAT, CARD_FORMAT,
				   &format, err);
	if (rc == RC_OK)
		rc = json_need_string(object, "desk", &text, err);
	if (rc == RC_OK && !desk_id_valid(text))
		rc = bad("desk", err);
	if (rc == RC_OK)
		rc = str_copy(c->desk, sizeof(c->desk), text, err);
	if (rc == RC_OK)
		rc = json_need_int(object, "number", 1, JSON_INT_MAX,
				   &c->number, err);
	if (rc == RC_OK)
		rc = json_need_string(object, "made", &text, err);
	if (rc == RC_OK)
		rc = time_parse(text, &c->made_ms, err);
	return rc;
}

enum rc
card_from_json(const json_t *object, struct card *c, struct err *err)
{
	int64_t expiry;
	enum rc rc = take_head(object, c, err);
	if (rc == RC_OK)
		rc = take_name(object, "name_zh", &c->name_zh, err);
	if (rc == RC_OK)
		rc = take_name(object, "name_en", &c->name_en, err);
	if (rc == RC_OK)
		rc = take_addresses(json_object_get(object, "addresses"), c,
				    err);
	if (rc == RC_OK)
		rc = take_bytes(object, "tls", CERT_MAX, &c->tls_cert,
				&c->n_tls_cert, err);
	if (rc == RC_OK) /* that it is a certificate at all */
		rc = tlscert_expiry(c->tls_cert, c->n_tls_cert, &expiry, err);
	if (rc == RC_OK)
		rc = take_keys(json_object_get(object, "keys"), c, err);
	if (rc == RC_OK)
		digest_sha256(c->tls_cert, c->n_tls_cert, &c->tls_pin);
	return rc;
}
