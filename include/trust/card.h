/*
 * A card: a desk's signed public description. Its number rises with every
 * issue: max(previous + 1, milliseconds now). A card that retires a key
 * states that key's last (epoch, k).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "trust/envelope.h"

#define CARD_ADDRESSES_MAX 8
#define CARD_KEYS_MAX	   16

struct card_key {
	char id[KEY_ID_MAX + 1];
	enum key_alg alg;
	uint8_t *spki;
	size_t n_spki;
	bool current;		       /* false: retired */
	char last_epoch[UUID_LEN + 1]; /* of a retired key, else "" */
	int64_t last_k;
};

struct card {
	char desk[DESK_ID_MAX + 1];
	char *name_zh;
	char *name_en;
	int64_t number;
	int64_t made_ms;
	char *addresses[CARD_ADDRESSES_MAX]; /* HOST:PORT; none = cannot be
						dialled */
	size_t n_addresses;
	uint8_t *tls_cert; /* DER */
	size_t n_tls_cert;
	struct digest tls_pin; /* SHA-256 of tls_cert */
	struct card_key keys[CARD_KEYS_MAX];
	size_t n_keys;
	struct envelope envelope; /* as signed */
	struct digest digest;
};

void card_release(struct card *c);
/* Parses and checks the signature with the card's own current key. Trust is
 * decided by who calls: fingerprint, or an older card's key. */
enum rc card_read(const char *json, size_t n_bytes, struct card *out,
		  struct err *err);
/*
 * The same for a card that card_read() took before it was stored here: shape
 * and key ids are checked, keys and signature not again. For lists of many
 * peers: a check costs a millisecond.
 */
enum rc card_read_stored(const char *json, size_t n_bytes, struct card *out,
			 struct err *err);
/* c without envelope and digest -> payload signed by s -> envelope. */
enum rc card_sign(struct card *c, struct signer *s, struct err *err);
/* SHA-256 hex over the current key's SPKI: read out over the telephone. */
void card_fingerprint(const struct card *c,
		      char out[static DIGEST_HEX_LEN + 1]);
/* HOST:PORT or [V6]:PORT of plain ASCII. */
bool address_valid(const char *s);
bool desk_id_valid(const char *s); /* ^[0-9]{6}(-[a-z0-9]{1,16})?$ */
