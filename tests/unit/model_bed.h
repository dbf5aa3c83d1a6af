/* Desks of the model test: real but for loop and net (sim.h). They are founded
 * once; each run begins with copies of their folders. */
#pragma once

#include <sqlite3.h>

#include "base/env.h"
#include "exchange/exchange.h"
#include "journal/journal.h"
#include "loop/loop.h"
#include "test.h"

#define MODEL_DESKS  3
#define MODEL_NOW_MS 1792717200000LL /* 2026-10-23T09:00:00+08:00 */

struct mdesk {
	int no;
	char dir[96];
	bool listens;
	struct env env;
	int64_t skew_ms; /* of its clock */
	struct loop *loop;
	struct store *serve_store, *store;
	struct journal *serving;   /* of the process that exchanges */
	struct journal *journal;   /* of those in which officers act */
	struct exchange *exchange; /* NULL: it does not run */
	sqlite3 *look;		   /* reads */
	bool stopped, full, has_backup;
	bool rolled_back;     /* a copy was put back, once, in silence */
	int epochs_when_back; /* it acts again when it has more epochs */
};

/* Once, and at the end. */
void mdesks_found(void);
void mdesks_forget(void);

/* deaf: the one that cannot be dialled; -1 none. */
void mdesks_open(struct mdesk *list, int deaf);
void mdesks_close(struct mdesk *list);
void mdesk_start(struct mdesk *d);
/* As by SIGKILL: what was not committed is gone, so are its connections. */
void mdesk_kill(struct mdesk *d);
void mdesk_backup(struct mdesk *d);
/* The folder as it was at the backup; told: by `restore`, with a new epoch;
 * else only what peers hold can show it. It does not run then. */
void mdesk_restore(struct mdesk *d, bool told);
bool mdesk_revoke(struct mdesk *d, const struct mdesk *other);
void mdesk_trust_all(struct mdesk *d, const struct mdesk *list);

bool mdesk_may_act(struct mdesk *d);
int mdesk_epochs(const struct mdesk *d);
/* Something that an officer may do with that document; false: refused. */
bool mdesk_act(struct mdesk *d, const char *doc, int owner, bool issues);

/* Nothing is owed to anybody, nothing awaited but attachments that are lost. */
bool mdesks_are_even(const struct mdesk *list);
bool mdesks_want_what_is_lost(const struct mdesk *list);
void mdesk_tell(const struct mdesk *d);
/* Fails the test, naming the seed, where desks differ. */
void mdesks_compare(struct mdesk *list, uint64_t seed);
