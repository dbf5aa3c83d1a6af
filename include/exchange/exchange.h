/*
 * The exchange: links, channels and receipts on the wire. Runs only in the
 * process that holds exchange.lock (deltadesk serve).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "journal/journal.h"
#include "loop/loop.h"

/* An advisory lock on FOLDER/exchange.lock that names its holder. */
struct exchange_lock;
/* RC_LOCKED names process id and command of the holder. */
enum rc exchange_lock_take(const char *folder, struct exchange_lock **ret_lock,
			   struct err *err);
struct exchange_lock *exchange_lock_release(struct exchange_lock *l);
bool exchange_lock_held(const char *folder, int64_t *ret_pid);

struct exchange;
struct exchange_config {
	struct loop *loop;
	struct journal *journal;
	const char
		*listen; /* ADDR:PORT, port 0 = any; NULL = cannot be dialled */
	const char *tls_key_path, *tls_cert_path;
	/* Those of the newest card, while the old ones are served beside them
	 * (desk/key.h): looked for at any time, also when not there yet. */
	const char *tls_next_key_path, *tls_next_cert_path;
	/* What one peer may bring in 24 hours; 0: a quarter of what is free,
	 * 64 MiB at least. */
	int64_t peer_quota_bytes;
	bool offline; /* dials nobody: for reading bundles where none serves */
	/* May be NULL: no bundle waits to be read (any more). */
	void (*bundles_done)(void *ctx);
	void *bundles_ctx;
};
enum rc exchange_start(const struct exchange_config *config,
		       struct exchange **ret_exchange, struct err *err);
/* "127.0.0.1:4433", for the line 'listening on ...'; NULL: not listening. */
const char *exchange_get_address(const struct exchange *x);
/* Closes every link; done() is called once, then x is freed. */
void exchange_stop(struct exchange *take_x, void (*done)(void *ctx), void *ctx);
