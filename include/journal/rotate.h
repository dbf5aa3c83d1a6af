/*
 * Rotation of a desk's keys (doc/protocol.md 3). The new card is stored and
 * owed to every trusted peer in one transaction with the event that carries
 * it; from its commit on every process of the desk signs with the new key.
 */
#pragma once

#include "journal/journal.h"

/*
 * Inside the caller's transaction. card: names, addresses and certificate; its
 * keys, number and signature are filled here. next: the new signing key, which
 * open_signer() of the configuration must find already; NULL: it stays. lost:
 * the old one is gone and signs nothing any more; peers must then be told by
 * hand. RC_STATE while the desk waits for answers after a restore; RC_FULL.
 */
enum rc journal_rotate(struct journal *j, struct card *card,
		       struct signer *next, bool lost, struct err *err);
/* Every trusted peer that is not known to hold this desk's newest card. */
enum rc peers_without_card(struct journal *j,
			   void (*each)(void *ctx, const char *desk), void *ctx,
			   struct err *err);
/*
 * A peer's card events as its state object shows them ("cards", each the
 * envelope of an event): those that are new, and follow from what is held, are
 * taken like events of its channel; the others are left alone. own
 * transaction.
 */
enum rc cards_take(struct journal *j, const char *peer, const json_t *cards,
		   bool *ret_taken, struct err *err);
/* This desk's own, for the state object: new reference. */
enum rc cards_give(struct journal *j, json_t **ret_cards, struct err *err);
