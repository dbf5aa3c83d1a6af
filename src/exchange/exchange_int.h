/*
 * What the files of this room share. One struct exchange a process; it owns
 * one struct remote for every desk that is or was a peer; a remote owns its
 * link (what this desk dials) and its queues (what came and is not committed).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "exchange/exchange.h"
#include "journal/channel.h"
#include "journal/journal.h"
#include "loop/loop.h"
#include "loop/watch.h"
#include "loop/work.h"
#include "net/server.h"
#include "net/tls.h"
#include "trust/digest.h"

#define EXCHANGE_ROOM "exchange"
/* Writers of other processes go first, but not for longer than this. */
#define YIELD_MAX_MS	   200
#define RETRY_AFTER_DISK_S 30
#define TICK_MS		   1000
/* Lines of the log that a peer or a stranger can cause, in so long. */
#define TELL_MS	     1000
#define TELL_INBOUND 8

struct link;
struct live;
struct queue;
struct serving;
struct outflow;
struct feed;
struct intake;
struct desk_state;
struct state_taken;

/* Called when nothing of a remote waits to be committed any more. */
struct drain_wait {
	void (*fn)(void *ctx);
	void *ctx;
	struct drain_wait *next;
};

struct remote {
	struct exchange *x;
	struct remote *next;
	char desk[DESK_ID_MAX + 1];
	bool trusted;
	bool forked;   /* an open fork row: no frames either way */
	bool disputed; /* said without proof, twice, that we were rolled back */
	char *address; /* NULL: cannot be dialled */
	struct pin pin;
	int64_t changed_ms; /* of its row in `peer` */
	struct digest card;
	char epoch[UUID_LEN + 1];  /* newest known; "" before its first state */
	int64_t state_n;	   /* last n given to it */
	bool inbound;		   /* has a connection to this desk */
	int64_t inbound_told_ms;   /* loop time of the last lines about it */
	int inbound_told;	   /* how many */
	int watching[LANE__COUNT]; /* watches it has open on our open epoch */
	int64_t heard_ms;	   /* wall clock of the last sign of life; 0 */
	int64_t skew_ms;	   /* its clock less ours, at its last state */
	struct queue *queues;
	size_t queued_bytes; /* of events in them */
	/* room.c: what it brought since quota_ms (loop time) */
	int64_t brought_bytes, quota_bytes, quota_ms;
	struct drain_wait *drains;
	struct link *link;
};

struct exchange {
	struct loop *loop;
	struct journal *journal;
	struct work_pool *pool;
	struct tls *tls;
	char *tls_paths[4]; /* key, certificate, next key, next certificate */
	int64_t tls_stamp;  /* of those files, as they were loaded */
	struct net_server *server;
	struct filewatch *wake;
	struct timer *tick;
	struct live *live;
	struct remote *remotes;
	char own_epoch[UUID_LEN + 1];
	char epoch_after[UUID_LEN + 1]; /* that a new one must exceed */
	bool epoch_due;
	/* Whose word alone it was on which an epoch is, was begun here; "" */
	char claiming[DESK_ID_MAX + 1], claimed_by[DESK_ID_MAX + 1];
	bool in_doubt;	 /* the list of peers is to be confirmed */
	bool two_copies; /* rolled back twice in a day: nothing flows */
	bool can_be_dialled;
	bool offline;	       /* dials nobody: only bundles are read */
	struct intake *intake; /* the bundle that is read now */
	void (*bundles_done)(void *ctx);
	void *bundles_ctx;
	bool disk_low;
	bool sync_failed;   /* told once */
	int64_t free_bytes; /* above the watermark */
	int64_t peer_quota_bytes;
	bool stopping;
	int64_t data_version;
	int64_t appended;	 /* frames out, when outboxes were last asked */
	int64_t peers_looked_ms; /* loop time */
	bool peers_due;
	bool changed_due;	  /* exchange_changed() is deferred */
	int64_t refused_told_ms;  /* loop time of the last line about callers */
	int64_t n_refused;	  /* sent away since, and not told */
	struct serving *servings; /* requests being answered */
	struct outflow *outflows; /* outbox answers, for wakes */
	struct feed *feeds;	  /* frames coming in */
	struct timer *ingest_timer; /* while another process writes */
	struct timer *index_timer;  /* the full text index, after a backlog */
	int64_t yield_since_ms;	    /* loop time; 0: it does not yield */
	bool ingest_due;
	struct timer *settle; /* what ran ahead, some ms later at most */
	size_t jobs;	      /* checks on the work pool, not done yet */
	int64_t checkpoint_ms;
	int64_t busy_ms;	    /* loop time of the last commit */
	int64_t trim_ms;	    /* loop time: memory was given back */
	int64_t wall_ms, steady_ms; /* the two clocks, a second ago */
	char *address;
	void (*stopped)(void *ctx);
	void *stopped_ctx;
};

static inline const struct env *
exchange_env(const struct exchange *x)
{
	return journal_get_env(x->journal);
}

/* Something was committed here: outboxes go on, links look, soon. */
void exchange_changed(struct exchange *x);
/* This process committed: the same when a peer is owed some of it. Hundreds of
 * open outboxes are not asked after each receipt. */
void exchange_committed(struct exchange *x);

/* identity.c: this desk's own certificates */
enum rc identity_start(struct exchange *x, const struct exchange_config *config,
		       struct err *err);
/* Takes up what a rotation changed. */
void identity_look(struct exchange *x);
void identity_free(struct exchange *x);
/* Does the peer hold the newest card, and so expect the next certificate? */
bool identity_next_for(struct exchange *x, const char *peer);

/* epoch.c */
/* What r holds shows that this folder was put back from a copy: a new epoch
 * begins, soon. own_epoch: the newest of this desk that r knows. */
void exchange_rolled_back(struct exchange *x, const struct remote *r,
			  const char *own_epoch);
/* The same where a peer's state says so and nothing that this desk signed
 * proves it yet: believed once. A second time it costs that peer its link and
 * nobody else anything; false then. */
bool exchange_claimed_back(struct exchange *x, struct remote *r,
			   const char *own_epoch);
/* At once, where that is due; false: it may not (two copies). */
bool exchange_epoch_now(struct exchange *x);
/* Did another process begin a new epoch? Then all links begin anew. */
void exchange_look_at_epoch(struct exchange *x);
void exchange_epoch_free(struct exchange *x);

/* Folds what was committed ahead, after ms. */
void settle_within(struct exchange *x, int64_t ms);

/* remote.c */
struct remote *remote_find(struct exchange *x, const char *desk);
/* Follows the table of peers: trust given, taken back, new cards. */
enum rc remotes_refresh(struct exchange *x, struct err *err);
/* Of it only who is stopped: at once where a fork was found. */
enum rc remotes_look_at_forks(struct exchange *x, struct err *err);
void remotes_free(struct exchange *x);
bool remote_queued(const struct remote *r);
/* fn is called once nothing of r waits, perhaps from inside the call. */
void remote_drain(struct remote *r, void (*fn)(void *ctx), void *ctx);
void remote_undrain(struct remote *r, void *ctx);
void remote_drained(struct remote *r);
void remote_heard(struct remote *r);
/* Its epoch is newer than known: everything open with it ends. */
void remote_new_epoch(struct remote *r, const char *epoch);
/* How far its clock is from ours, from the time in a state it gave just now. */
void remote_clock(struct remote *r, const struct desk_state *s);
/* A state that it gave, by request or bundle: taken, committed, and what
 * follows for its link. */
enum rc remote_take_state(struct remote *r, const struct desk_state *s,
			  struct state_taken *out, struct err *err);
