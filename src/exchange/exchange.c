#include "exchange/exchange.h"

#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/space.h"
#include "base/text.h"
#include "bundle_int.h"
#include "exchange/exchange_int.h"
#include "exchange/link_int.h"
#include "exchange/live_int.h"
#include "exchange/queue_int.h"
#include "exchange/resource_int.h"
#include "exchange/room_int.h"
#include "journal/epoch.h"
#include "journal/index.h"

#include <malloc.h>

#define JOBS_MAX 4096
/* Receipts of some milliseconds are folded in one go. */
#define SETTLE_RECEIPTS_MS  40
#define PEERS_LOOK_MS	    200
#define CLOCK_JUMP_MS	    30000
#define TRIM_QUIET_MS	    10000
#define CHECKPOINT_MIN_MS   5000
#define CHECKPOINT_QUIET_MS 300
#define CHECKPOINT_PAGES    256
/* Pages that are not put off any longer: the WAL stays within the length that
 * it keeps (journal_size_limit). */
#define CHECKPOINT_FULL	       7680
#define CHECKPOINT_FULL_MIN_MS 250 /* a reader may have held the last back */

/* ---- the WAL ---- */

/* In a quiet moment, or when the WAL has grown large. */
static void
checkpoint(struct exchange *x)
{
	struct store *s = journal_get_store(x->journal);
	int64_t now = loop_now_ms(x->loop), pages = store_wal_pages(s);
	int64_t since_ms = now - x->checkpoint_ms;
	struct err err = ERR_INIT;

	if (pages < CHECKPOINT_PAGES || since_ms < CHECKPOINT_FULL_MIN_MS)
		return;
	if (pages < CHECKPOINT_FULL && (since_ms < CHECKPOINT_MIN_MS ||
					now - x->busy_ms < CHECKPOINT_QUIET_MS))
		return;
	x->checkpoint_ms = now;
	spare_lend(journal_get_folder(x->journal)); /* else the WAL grows */
	if (store_checkpoint(s, &err) != RC_OK)
		log_line(LOG_DEBUG, EXCHANGE_ROOM, "checkpoint: %s", err.msg);
}

/* ---- after a commit, of this process or another ---- */

static void
look_at_requests(struct exchange *x)
{
	struct store *s = journal_get_store(x->journal);
	struct stmt *st = stmt_use(s, SQL_EXCHANGE_REQUEST_EACH);
	struct err err = ERR_INIT;
	int64_t ids[64];
	char desks[64][DESK_ID_MAX + 1];
	bool row = false, bundle = false;
	size_t n = 0;

	while (n < 64 && stmt_step(st, &row, &err) == RC_OK && row) {
		ids[n] = col_int(st, 0);
		desks[n][0] = '\0';
		/* An unknown wish is forgotten like one that was done. */
		if (str_eq(col_text(st, 1), "reconnect"))
			(void)str_copy(desks[n], sizeof(desks[n]),
				       col_text(st, 2), NULL);
		bundle = bundle || str_eq(col_text(st, 1), "bundle");
		n++;
	}
	stmt_done(st);
	for (size_t i = 0; i < n; i++) {
		struct remote *r = remote_find(x, desks[i]);

		st = stmt_use(s, SQL_EXCHANGE_REQUEST_DROP);
		stmt_int(st, 1, ids[i]);
		(void)stmt_run(st, &err); /* done twice does no harm */
		if (r != NULL)
			link_wish(r->link);
	}
	if (bundle)
		bundles_look(x);
}

static void
look_at_peers(struct exchange *x)
{
	struct err err = ERR_INIT;

	if (loop_now_ms(x->loop) - x->peers_looked_ms < PEERS_LOOK_MS) {
		x->peers_due = true; /* at the next tick at the latest */
		return;
	}
	x->peers_due = false;
	x->peers_looked_ms = loop_now_ms(x->loop);
	if (remotes_refresh(x, &err) != RC_OK)
		log_line(LOG_ERROR, EXCHANGE_ROOM, "peers: %s", err.msg);
	look_at_requests(x);
}

static void
on_changed(void *ctx)
{
	struct exchange *x = ctx;

	x->changed_due = false;
	if (x->stopping)
		return;
	x->appended = channel_out_appended(x->journal);
	outflows_pump(x);
	for (struct remote *r = x->remotes; r != NULL; r = r->next)
		link_changed(r->link);
}

void
exchange_changed(struct exchange *x)
{
	if (x->changed_due || x->stopping)
		return;
	x->changed_due = true;
	loop_defer(x->loop, on_changed, x);
}

void
exchange_committed(struct exchange *x)
{
	if (channel_out_appended(x->journal) != x->appended)
		exchange_changed(x);
}

/* Did another process commit? */
static void
look(struct exchange *x)
{
	int64_t version = store_data_version(journal_get_store(x->journal));

	if (version == x->data_version)
		return;
	x->data_version = version;
	x->busy_ms = loop_now_ms(x->loop);
	exchange_look_at_epoch(x);
	exchange_changed(x);
	look_at_peers(x);
}

/* Also after commits of this very connection, which data_version is silent
 * about. */
static void
on_wake(void *ctx)
{
	exchange_committed(ctx);
	identity_look(ctx);
	look(ctx);
	checkpoint(ctx);
}

/* ---- each second ---- */

/* The clock was set, or the machine slept: what was reckoned by it is looked at
 * anew, and states are exchanged again, so that both ends show the skew. */
static void
look_at_clock(struct exchange *x)
{
	int64_t wall = env_now_ms(exchange_env(x));
	int64_t steady = env_monotonic_ms(exchange_env(x));
	int64_t jump = (wall - x->wall_ms) - (steady - x->steady_ms);
	bool first = x->wall_ms == 0;

	x->wall_ms = wall;
	x->steady_ms = steady;
	if (first || (jump < CLOCK_JUMP_MS && jump > -CLOCK_JUMP_MS))
		return;
	log_line(LOG_WARN, EXCHANGE_ROOM, "the clock was set by %lld s",
		 (long long)(jump / 1000));
	if (x->live != NULL)
		live_clock_set(x->live);
	for (struct remote *r = x->remotes; r != NULL; r = r->next) {
		if (r->heard_ms > wall)
			r->heard_ms = wall;
		link_clock_set(r->link);
	}
}

/* What a rush of peers needed goes back to the system once it is over: the
 * allocator kept 60 MB after three hundred had sent at once. */
static void
give_memory_back(struct exchange *x)
{
	if (x->trim_ms >= x->busy_ms ||
	    loop_now_ms(x->loop) - x->busy_ms < TRIM_QUIET_MS)
		return;
	x->trim_ms = loop_now_ms(x->loop);
	(void)malloc_trim(0);
}

/* Receipts that were taken without waiting for the disk. */
static void
sync_light(struct exchange *x)
{
	struct err err = ERR_INIT;
	bool failed = store_sync(journal_get_store(x->journal), &err) != RC_OK;

	if (failed && !x->sync_failed)
		log_line(LOG_ERROR, EXCHANGE_ROOM,
			 "nothing is acknowledged: %s", err.msg);
	else if (!failed && x->sync_failed)
		log_line(LOG_INFO, EXCHANGE_ROOM, "the disk writes again");
	x->sync_failed = failed;
}

static void
on_tick(void *ctx)
{
	struct exchange *x = ctx;

	look(x);
	identity_look(x);
	if (x->peers_due)
		look_at_peers(x);
	room_look(x);
	for (struct remote *r = x->remotes; r != NULL; r = r->next)
		link_tick(r->link);
	if (x->live != NULL)
		live_write(x->live);
	sync_light(x);
	checkpoint(x);
	look_at_clock(x);
	give_memory_back(x);
}

/* ---- what is committed ahead of its folding ---- */

static void
on_settle(void *ctx)
{
	struct exchange *x = ctx;
	struct err err = ERR_INIT;

	if (journal_settle_rest(x->journal, &err) != RC_OK)
		log_line(LOG_ERROR, EXCHANGE_ROOM, "settling: %s", err.msg);
	exchange_committed(x); /* others may be owed some of it */
}

void
settle_within(struct exchange *x, int64_t ms)
{
	if (!x->stopping)
		timer_start(x->settle, ms, 0);
}

static void
on_left(void *ctx)
{
	struct exchange *x = ctx;

	if (!timer_active(x->settle))
		settle_within(x, SETTLE_RECEIPTS_MS);
}

static void
on_ingest_timer(void *ctx)
{
	ingest_run(ctx);
}

static void
on_index_timer(void *ctx)
{
	index_run(ctx);
}

/* ---- start ---- */

static enum rc
start_parts(struct exchange *x, const struct exchange_config *config,
	    struct err *err)
{
	char *wake = xasprintf("%s/wake", journal_get_folder(x->journal));
	struct net_server_config server = {
		.loop = x->loop,
		.listen = config->listen,
		.handlers = exchange_handlers,
		.ctx = x,
	};
	enum rc rc;

	journal_wake(x->journal); /* makes the file that is watched */
	rc = journal_roll_on(x->journal, err);
	if (rc == RC_DENIED) { /* two copies are alive: states alone */
		log_line(LOG_ERROR, EXCHANGE_ROOM, "new epoch: %s", err->msg);
		x->two_copies = true;
		rc = RC_OK;
	}
	if (rc == RC_OK)
		rc = epoch_current(x->journal, x->own_epoch, err);
	if (rc == RC_OK)
		rc = identity_start(x, config, err);
	if (rc == RC_OK)
		rc = work_pool_new(x->loop, 0, JOBS_MAX, &x->pool, err);
	if (rc == RC_OK)
		rc = filewatch_start(x->loop, wake, on_wake, x, &x->wake, err);
	server.tls = x->tls;
	if (rc == RC_OK && config->listen != NULL)
		rc = net_server_start(&server, &x->server, err);
	xfree(wake);
	return rc;
}

static void
on_bundles(void *ctx)
{
	bundles_look(ctx);
}

static void
free_parts(struct exchange *x)
{
	loop_undefer(x->loop, on_changed, x);
	loop_undefer(x->loop, on_bundles, x);
	exchange_epoch_free(x);
	bundles_free(x);
	remotes_free(x);
	live_free(x->live);
	x->wake = filewatch_free(x->wake);
	x->tick = timer_free(x->tick);
	x->ingest_timer = timer_free(x->ingest_timer);
	x->index_timer = timer_free(x->index_timer);
	x->settle = timer_free(x->settle);
	journal_run_ahead(x->journal, NULL, NULL);
	x->pool = work_pool_free(x->pool);
	identity_free(x);
	xfree(x->address);
	xfree(x);
}

enum rc
exchange_start(const struct exchange_config *config,
	       struct exchange **ret_exchange, struct err *err)
{
	struct exchange *x = xcalloc(1, sizeof(*x));
	enum rc rc;

	x->loop = config->loop;
	x->journal = config->journal;
	x->offline = config->offline;
	x->peer_quota_bytes = config->peer_quota_bytes;
	x->bundles_done = config->bundles_done;
	x->bundles_ctx = config->bundles_ctx;
	x->tick = timer_new(x->loop, on_tick, x);
	x->ingest_timer = timer_new(x->loop, on_ingest_timer, x);
	x->index_timer = timer_new(x->loop, on_index_timer, x);
	x->settle = timer_new(x->loop, on_settle, x);
	journal_run_ahead(x->journal, on_left, x);
	settle_within(x, 0); /* what a process left that died */
	/* what a process left that died may be read by peers from now on */
	rc = store_sync(journal_get_store(x->journal), err);
	if (rc == RC_OK)
		rc = start_parts(x, config, err);
	if (rc != RC_OK) {
		free_parts(x);
		return rc;
	}
	x->can_be_dialled = x->server != NULL;
	if (x->server != NULL)
		x->address = xstrdup(net_server_get_address(x->server));
	x->data_version = store_data_version(journal_get_store(x->journal));
	x->peers_looked_ms = loop_now_ms(x->loop) - PEERS_LOOK_MS;
	room_look(x);
	look_at_peers(x);
	if (!x->offline) {
		bundle_sweep(x->journal);
		x->live = live_new(x);
		live_write(x->live);
	}
	/* also those that were handed in while nothing served */
	loop_defer(x->loop, on_bundles, x);
	timer_start(x->tick, TICK_MS, TICK_MS);
	index_soon(x); /* what one that was killed left */
	*ret_exchange = x;
	return RC_OK;
}

const char *
exchange_get_address(const struct exchange *x)
{
	return x->address;
}

/* ---- stop ---- */

static void
finish(void *ctx)
{
	struct exchange *x = ctx;
	void (*stopped)(void *) = x->stopped;
	void *stopped_ctx = x->stopped_ctx;

	if (x->offline) /* nobody else will soon */
		(void)index_finish(x->journal, NULL);
	free_parts(x);
	if (stopped != NULL)
		stopped(stopped_ctx);
}

/* Links go down first, one by one, then the server. */
static void
on_stopping(void *ctx)
{
	struct exchange *x = ctx;
	struct net_server *server = x->server;

	for (const struct remote *r = x->remotes; r != NULL; r = r->next)
		if (!link_is_down(r->link)) {
			loop_defer(x->loop, on_stopping, x);
			return;
		}
	x->server = NULL;
	if (server != NULL)
		net_server_stop(server, finish, x);
	else
		finish(x);
}

void
exchange_stop(struct exchange *take_x, void (*done)(void *ctx), void *ctx)
{
	struct exchange *x = take_x;

	x->stopping = true;
	x->stopped = done;
	x->stopped_ctx = ctx;
	timer_stop(x->tick);
	timer_stop(x->ingest_timer);
	timer_stop(x->index_timer);
	if (timer_active(x->settle))
		on_settle(x);
	timer_stop(x->settle);
	outflows_end(x, NULL);
	for (struct remote *r = x->remotes; r != NULL; r = r->next)
		link_shut(r->link);
	loop_defer(x->loop, on_stopping, x);
}
