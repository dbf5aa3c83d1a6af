/*
 * Bundles: what one desk owes another, on media (doc/protocol.md, "Bundles").
 * A bundle is what a dialler would say over a link, written down and signed
 * as a whole: its state, receipts, frames and attachments. It is read with the
 * very code of the links, by the process that holds exchange.lock; a command
 * only hands the file in. Everything in it moves the same cursors, so a bundle
 * beside a link, read twice or read late, does no harm.
 */
#pragma once

#include "journal/journal.h"

struct bundle_order {
	const char *officer;
	int64_t max_bytes; /* leave out what would pass it; 0: no wish */
	bool no_blobs;	   /* the peer asks for attachments in its own */
};
struct bundle_made {
	char id[UUID_LEN + 1];
	int64_t frames, blobs, bytes;
	int64_t frames_left, blobs_left; /* for the next one */
	struct digest digest;		 /* of what its signature covers */
};
/*
 * Writes all that `peer` has not acknowledged to fd, in order and without
 * seeking. Signs with the desk's key. RC_NOTFOUND, RC_DENIED when it is no
 * trusted peer, RC_FULL, RC_IO.
 */
enum rc bundle_write(struct journal *j, const char *peer,
		     const struct bundle_order *order, int fd,
		     struct bundle_made *out, struct err *err);
/* Keeps in audit trail and history that it was written; own transaction. */
enum rc bundle_written(struct journal *j, const char *peer,
		       const struct bundle_order *order,
		       const struct bundle_made *made, struct err *err);

/*
 * Copies a bundle from fd into the desk's spool while checking it whole (form,
 * addressee, trust, digest, signature); only then is it handed to the process
 * that serves. What is wrong is refused here and leaves no file. *ret_row is
 * its row in the history. RC_MALFORMED, RC_BADSIG, RC_VERIFY, RC_DENIED,
 * RC_TOOLARGE, RC_FULL.
 */
enum rc bundle_hand_in(struct journal *j, const char *officer, int fd,
		       int64_t *ret_row, struct err *err);

enum bundle_state {
	BUNDLE_WAITING,
	BUNDLE_DONE,
	BUNDLE_REFUSED
};
struct bundle_row {
	int64_t n;
	bool out; /* written here */
	enum bundle_state state;
	char peer[DESK_ID_MAX + 1], id[UUID_LEN + 1];
	char officer[OFFICER_ID_MAX + 1];
	char why[32]; /* refused: a word, see bundle_why() */
	int64_t at_ms;
	int64_t frames, fresh, apart, blobs; /* fresh: not held before */
	bool before;			     /* the same one was read before */
};
/* RC_NOTFOUND. */
enum rc bundle_get(struct journal *j, int64_t n, struct bundle_row *out,
		   struct err *err);
/* Newest first, at most `limit`. */
enum rc bundle_each(struct journal *j, int64_t limit,
		    void (*each)(void *ctx, const struct bundle_row *r),
		    void *ctx, struct err *err);
/* A refused row's reason as an error in the language in force. */
enum rc bundle_why(const struct bundle_row *r, struct err *err);
