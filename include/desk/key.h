/*
 * The desk's own keys: what they are, and how they are rotated. A rotation
 * makes a new signing key, a new TLS key and certificate, or both; the card
 * gets a new number and goes to every peer. Old events stay verifiable: the
 * card says up to which of them the old key counts.
 *
 * The old TLS certificate is served to the peers that have not got the new
 * card yet, until the last trusted one has it.
 */
#pragma once

#include "desk/act.h"
#include "trust/key.h"

struct key_order {
	bool seal, tls; /* what is made anew */
	bool has_alg;	/* else as it was */
	enum key_alg alg;
	/* The old certificate is dropped at once: it was stolen, or has
	 * expired. Peers that have not got the card get it by hand. */
	bool at_once;
	bool lost; /* the old signing key is gone; implies seal and at_once */
};

struct own_key {
	const char *id; /* = fingerprint, 64 hex digits */
	const char *alg;
	bool current;
	const char *last_epoch; /* of a retired one */
	int64_t last_k;
};

struct own_keys {
	int64_t card_number;
	int64_t card_made_ms;
	char fingerprint[KEY_ID_MAX + 1];
	int64_t tls_until_ms;  /* of the card's certificate */
	bool two_certificates; /* the old one is served as well */
	char **waiting;	       /* trusted peers without the newest card */
	size_t n_waiting;
};
void own_keys_release(struct own_keys *k);

/* RC_DENIED; RC_STATE: a rotation is not finished, or after a restore. */
enum rc act_key_rotate(struct desk *d, const struct key_order *order,
		       struct own_keys *out, struct err *err);
/* each may be NULL: called for every key of the card, the current one first. */
enum rc ask_own_keys(struct desk *d, struct own_keys *out,
		     void (*each)(void *ctx, const struct own_key *k),
		     void *ctx, struct err *err);
/* For serve, now and then: has the last peer got the card? *ret_changed: the
 * old certificate was dropped. */
enum rc desk_keys_tick(struct desk *d, bool *ret_changed, struct err *err);
