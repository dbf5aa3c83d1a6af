/*
 * This desk was rolled back: a peer holds more of it than its folder does. It
 * begins a new epoch, asks everybody, and every link begins anew.
 */
#include "journal/epoch.h"

#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"
#include "exchange/exchange_int.h"
#include "exchange/link_int.h"
#include "exchange/queue_int.h"

static enum rc
begin(struct exchange *x, struct err *err)
{
	enum rc rc = journal_begin(x->journal, err);

	if (rc != RC_OK)
		return rc;
	rc = epoch_begin(x->journal, EPOCH_WHY_PEERS, x->epoch_after, err);
	if (rc == RC_OK)
		return journal_commit(x->journal, err);
	journal_rollback(x->journal);
	return rc;
}

static void
links_anew(struct exchange *x)
{
	for (struct remote *r = x->remotes; r != NULL; r = r->next) {
		queues_fail(r, RC_CANCELED);
		if (x->server != NULL && r->trusted)
			net_server_close_peer(x->server, &r->pin);
		link_own_epoch(r->link);
	}
	exchange_changed(x);
}

static void
on_epoch(void *ctx)
{
	struct exchange *x = ctx;
	struct err err = ERR_INIT;
	enum rc rc;

	x->epoch_due = false;
	if (x->stopping)
		return;
	rc = begin(x, &err);
	if (rc == RC_OK)
		rc = epoch_current(x->journal, x->own_epoch, &err);
	if (rc == RC_OK)
		memcpy(x->claimed_by, x->claiming, sizeof(x->claimed_by));
	x->claiming[0] = '\0';
	if (rc == RC_OK)
		log_line(LOG_WARN, EXCHANGE_ROOM,
			 "rolled back: a new epoch began, epoch=%s",
			 x->own_epoch);
	else
		log_line(LOG_ERROR, EXCHANGE_ROOM, "new epoch: %s", err.msg);
	if (rc == RC_DENIED) {
		x->two_copies = true;
		x->peers_due = true; /* their links stop */
	}
	links_anew(x);
}

void
exchange_rolled_back(struct exchange *x, const struct remote *r,
		     const char *own_epoch)
{
	if (strcmp(own_epoch, x->epoch_after) > 0)
		(void)str_copy(x->epoch_after, sizeof(x->epoch_after),
			       own_epoch, NULL); /* a UUID */
	if (x->epoch_due || x->two_copies)
		return;
	log_line(LOG_WARN, EXCHANGE_ROOM,
		 "peer=%s holds more of this desk than its folder does: it was "
		 "put back from a copy",
		 r->desk);
	x->epoch_due = true;
	/* Deferred: the one who tells may be in the middle of a feed. */
	loop_defer(x->loop, on_epoch, x);
}

bool
exchange_claimed_back(struct exchange *x, struct remote *r,
		      const char *own_epoch)
{
	/* While one begins every peer may say it, and more than once. */
	if (x->epoch_due || !str_eq(x->claimed_by, r->desk)) {
		if (!x->epoch_due)
			memcpy(x->claiming, r->desk, sizeof(x->claiming));
		exchange_rolled_back(x, r, own_epoch);
		return !x->two_copies;
	}
	if (!r->disputed)
		log_line(LOG_ERROR, EXCHANGE_ROOM,
			 "peer=%s says again that this desk was rolled back, "
			 "and no other peer does: its link is stopped",
			 r->desk);
	r->disputed = true;
	x->peers_due = true;
	return false;
}

bool
exchange_epoch_now(struct exchange *x)
{
	if (x->epoch_due) {
		loop_undefer(x->loop, on_epoch, x);
		on_epoch(x);
	}
	return !x->two_copies;
}

void
exchange_look_at_epoch(struct exchange *x)
{
	char epoch[UUID_LEN + 1];

	if (epoch_current(x->journal, epoch, NULL) != RC_OK ||
	    str_eq(epoch, x->own_epoch))
		return;
	(void)str_copy(x->own_epoch, sizeof(x->own_epoch), epoch, NULL);
	log_line(LOG_WARN, EXCHANGE_ROOM, "another process began epoch=%s",
		 epoch);
	links_anew(x);
}

void
exchange_epoch_free(struct exchange *x)
{
	loop_undefer(x->loop, on_epoch, x);
}
