/* Peers: desks that this one has been told to trust, by their cards. */
#pragma once

#include "journal/journal.h"
#include "trust/envelope.h"

enum peer_state {
	PEER_TRUSTED,
	PEER_REVOKED,
	PEER_KNOWN /* card only */
};

struct peer {
	char desk[DESK_ID_MAX + 1];
	enum peer_state state;
	char *name_zh, *name_en;
	char *address; /* override by `peer set`, else the card's first; NULL */
	struct digest tls_pin;
	int64_t card_number;
	int64_t tls_expiry_ms;
	int64_t trusted_ms;
};
void peer_release(struct peer *p);

/* Stores card and keys, marks trusted, computes what is owed. The card must
 * not be older than one held (RC_CONFLICT). This and what follows joins the
 * caller's transaction, and else has its own. */
enum rc peer_trust(struct journal *j, const struct card *card, struct err *err);
/* Is a newer one of that peer, trusted or revoked, here already? peer_trust
 * refuses it of one that is trusted; a revoked one begins anew. */
enum rc peer_card_is_older(struct journal *j, const struct card *c,
			   bool *ret_older, struct err *err);
enum rc peer_set_address(struct journal *j, const char *desk,
			 const char *address, struct err *err);
enum rc peer_revoke(struct journal *j, const char *desk, struct err *err);
enum rc peer_get(struct journal *j, const char *desk, struct peer *out,
		 struct err *err);
enum rc peer_each(struct journal *j,
		  void (*each)(void *ctx, const struct peer *p), void *ctx,
		  struct err *err);
/* Without reading its card: for checks of addressees. */
enum rc peer_is_trusted(struct journal *j, const char *desk, bool *ret_trusted,
			struct err *err);
/* The trusted peer with this TLS certificate; RC_NOTFOUND. */
enum rc peer_by_pin(struct journal *j, const struct digest *pin,
		    char out[static DESK_ID_MAX + 1], struct err *err);
/*
 * After a restore trust given or taken since the backup is lost: no link opens
 * before an administrator confirms the list. Inside the caller's transaction.
 */
enum rc peers_doubt(struct journal *j, struct err *err);
enum rc peers_confirm(struct journal *j, struct err *err);
enum rc peers_in_doubt(struct journal *j, bool *ret, struct err *err);
/* Newest card held of a desk, own included, as its envelope's JSON. */
enum rc peer_card(struct journal *j, const char *desk, struct buf *out,
		  struct err *err);
/* Does a card held of `desk` name that key, retired or not? */
bool peer_has_key(struct journal *j, const char *desk, const char *key_id);
/* Did `desk` sign it, with a key of the newest card held? alive: a retired key
 * does not do. RC_BADSIG. */
enum rc peer_signed(struct journal *j, const char *desk,
		    const struct envelope *e, bool alive, struct err *err);
