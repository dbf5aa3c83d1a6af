/* Whole desks with their exchanges on one loop, over real TLS on loopback. */
#pragma once

#include <stdlib.h>

#include "exchange/exchange.h"
#include "journal/channel.h"
#include "journal/journal.h"
#include "loop/loop.h"
#include "test.h"

struct post { /* one desk */
	struct loop *loop;
	char dir[TEST_FOLDER_SIZE];
	char desk[DESK_ID_MAX + 1];
	char *tls_key, *tls_cert, *listen;
	struct store *store;
	struct signer *signer;
	struct kinds *kinds;
	struct calendar *calendar;
	struct journal *journal;
	struct exchange *exchange;
	bool stopped;
};

/* can_listen: it has an address in its card and serves there. */
void post_open(struct post *p, struct loop *loop, const char *desk,
	       bool can_listen);
void post_close(struct post *p);
void posts_trust(struct post *a, struct post *b);
void post_start(struct post *p);
void post_stop(struct post *p);
/* Keeps a copy of the database, and later puts it in the place of the one in
 * use, as if nothing had been done since; the exchange is stopped then. */
void post_copy(struct post *p);
void post_put_back(struct post *p);
/* Issues n clues to another desk. */
void post_issue(struct post *p, const struct post *to, int n);
/* Issues one clue that names an attachment of these bytes, which are stored
 * at p. */
void post_attach(struct post *p, const struct post *to, const char *bytes,
		 size_t n_bytes, char out_hex[static DIGEST_HEX_LEN + 1]);
/* Runs the loop until done(ctx) or timeout_ms; what it said last. */
bool run_until(struct loop *loop, bool (*done)(void *ctx), void *ctx,
	       int timeout_ms);
/* Events of another desk stored here. */
int64_t post_count_from(struct post *p, const char *source);
/* What `to` is known to hold of p's open epoch: both lanes; and the end. */
void post_held(struct post *p, const struct post *to, int64_t *ret_held,
	       int64_t *ret_end);
int64_t post_count(struct post *p, const char *sql);
