/*
 * Own epochs. A desk that lost what it had done (restored from a backup, or
 * its folder put back from a copy) begins a new epoch: it asks every peer what
 * they hold of it, takes it back with its original signatures, and signs
 * nothing until all have answered (doc/protocol.md, "After a loss").
 */
#pragma once

#include "journal/ingest.h"

/* table epoch, column why */
#define EPOCH_WHY_RESTORED "restored" /* an administrator's command */
#define EPOCH_WHY_MARK	   "mark"     /* the mark outside was ahead */
#define EPOCH_WHY_PEERS	   "peers"    /* peers held more than this desk */

#define SERIAL_SKIP   20 /* numbers left out at each new epoch */
#define EPOCH_SELF_MS (24LL * 3600 * 1000)

/*
 * Closes the open epoch and begins one that exceeds every own epoch known
 * here, in the mark and `after` ("" or NULL: none); every trusted peer is
 * asked; serials skip ahead. Inside the caller's transaction. RC_DENIED when
 * `why` is not EPOCH_WHY_RESTORED and the desk did so by itself within
 * EPOCH_SELF_MS before: two copies of it are alive.
 */
enum rc epoch_begin(struct journal *j, const char *why, const char *after,
		    struct err *err);
/* Serials of every numbered kind of that year are `last` at least. Inside the
 * caller's transaction. */
enum rc serials_raise(struct journal *j, int64_t year, int64_t last,
		      struct err *err);
/* A peer's answer is still awaited: own acts are kept unsigned. */
enum rc epoch_is_restoring(struct journal *j, bool *ret, struct err *err);
/* Before an own act, in its transaction: a folder that was put back from a copy
 * begins its new epoch; *ret_kept: the act is to be kept unsigned. RC_DENIED as
 * epoch_begin(). */
enum rc epoch_before_act(struct journal *j, bool *ret_kept, struct err *err);
/* Those not answered yet: each(ctx, peer, overridden). */
enum rc epoch_each_unanswered(struct journal *j,
			      void (*each)(void *ctx, const char *peer,
					   bool overridden),
			      void *ctx, struct err *err);
/*
 * Waits for that peer no longer; nothing is sent to it before it answers all
 * the same. last_number: the last reference number known to be used; serials
 * of this year go on after it. Own transaction. RC_STATE: it is not waited
 * for.
 */
enum rc epoch_override(struct journal *j, const char *peer, int64_t last_number,
		       struct err *err);

/* ---- acts that wait: kept by journal_append() while it is restoring ---- */

struct waiting_act {
	int64_t id;
	char officer[OFFICER_ID_MAX + 1];
	struct own_act act; /* points into json, rev and of */
	struct ref rev, of;
	json_t *json;
};
void waiting_act_release(struct waiting_act *w);
/* The first after that id that was not refused. */
enum rc waiting_next(struct journal *j, int64_t after, struct waiting_act *out,
		     bool *ret_found, struct err *err);
/* Inside the transaction that signs it. */
enum rc waiting_signed(struct journal *j, int64_t id, struct err *err);
/* It fits no more: kept with the reason. In a transaction. */
enum rc waiting_refused(struct journal *j, int64_t id, const char *why,
			struct err *err);
/* Acts that this handle kept in place of signing them. */
int64_t journal_get_kept(const struct journal *j);

/* ---- the mark: a file outside the folder that says how far it had got ---- */

/*
 * Journals opened with journal_config.mark_folder keep
 * MARK_FOLDER/FIRST-EPOCH.mark: {desk, epoch, k, serials}. Replaced after each
 * commit of own events; where that fails the folder is only less protected.
 */
/* The mark is ahead of the folder: it was put back from a copy. */
bool journal_is_rolled_back(const struct journal *j);
/* Begins the epoch that this asks for, in its own transaction, as the first own
 * act would inside its own; nothing to do: RC_OK. RC_DENIED as epoch_begin().
 * Only looking at an old copy changes nothing, in it or in the mark. */
enum rc journal_roll_on(struct journal *j, struct err *err);
/* Writes the mark when what is committed is ahead of it; false: it could not
 * be written. True where none is kept. */
bool journal_mark(struct journal *j);
/* Path of the mark; NULL when none is kept. */
const char *journal_get_mark(const struct journal *j);

/* ---- returns: own frames of a closed epoch, as the peer holds them ---- */

/* Frames of one own channel (c.peer: who returns them), checked before by
 * batch_check(). Duplicates are passed over. RC_STATE: nothing of that channel
 * was asked for; RC_GAP, RC_CHAIN, RC_VERIFY: a frame is not this desk's. */
enum rc journal_take_returns(struct journal *j, struct batch *b,
			     struct ingest_result *out, struct err *err);
/* What is asked back of a peer: each(ctx, channel, after). */
enum rc give_each(struct journal *j, const char *peer,
		  void (*each)(void *ctx, const struct channel *c,
			       int64_t after),
		  void *ctx, struct err *err);
