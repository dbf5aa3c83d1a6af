/* Watching the peer's outbox: one long answer for each of its channels. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_part_int.h"
#include "exchange/room_int.h"

static void
end_feed(struct watch *w)
{
	w->feed = feed_free(w->feed);
}

/* The call's on_close still comes; it then finds another call, or none. */
static void
drop_call(struct watch *w, int64_t reopen_ms)
{
	if (w->call != NULL)
		net_cancel(w->call);
	w->call = NULL;
	end_feed(w);
	w->reopen_ms = link_now(w->link) + reopen_ms;
}

static void
on_stop(void *ctx, enum feed_stop why, const struct err *err)
{
	struct watch *w = ctx;
	struct link *l = w->link;

	log_line(LOG_WARN, EXCHANGE_ROOM, "peer=%s watch %s: %s",
		 l->remote->desk, lane_name(w->lane), err->msg);
	switch (why) {
	case FEED_GAP:
	case FEED_CHAIN:
		w->reopen_ms = link_now(l) + REOPEN_MS;
		link_state_again(l);
		return;
	case FEED_MALFORMED:
	case FEED_EPOCH: w->reopen_ms = link_now(l) + REOPEN_BROKEN_MS; break;
	case FEED_FAILED: w->reopen_ms = link_now(l) + RETRY_FIRST_MS; break;
	}
	if (w->call != NULL)
		net_cancel(w->call);
}

static void
on_pause(void *ctx, bool on)
{
	struct watch *w = ctx;

	if (w->call == NULL)
		return;
	if (on)
		net_call_pause(w->call);
	else
		net_call_resume(w->call);
}

static const struct feed_events events = {
	.on_stop = on_stop,
	.on_pause = on_pause,
};

static void
on_data(void *ctx, struct net_call *c, const void *data, size_t n_bytes)
{
	struct watch *w = ctx;

	if (w->call != c || w->feed == NULL || net_call_get_status(c) != 200)
		return;
	remote_heard(w->link->remote);
	feed_data(w->feed, data, n_bytes);
}

static void
refused(struct watch *w, struct net_call *c)
{
	struct link *l = w->link;
	int status = net_call_get_status(c);

	if (status == 503) {
		w->reopen_ms = link_now(l) + call_retry_after_ms(c);
	} else if (status == 409 && w->open_epoch) {
		w->reopen_ms = link_now(l) + RETRY_FIRST_MS;
		link_state_again(l);
	} else if (status == 409) {
		/* A closed epoch that the peer does not serve any more: that
		 * request only, not the link. */
		w->done = true;
	} else {
		log_line(LOG_WARN, EXCHANGE_ROOM, "peer=%s watch: %d",
			 l->remote->desk, status);
		w->reopen_ms = link_now(l) + REOPEN_BROKEN_MS;
	}
}

static void
on_close(void *ctx, struct net_call *c, const struct err *err)
{
	struct watch *w = ctx;
	bool broken;

	if (w->call != c)
		return;
	w->call = NULL;
	broken = w->feed != NULL && feed_is_stopped(w->feed);
	end_feed(w);
	if (err != NULL || broken)
		return; /* on_down comes, or reopen_ms is set */
	if (net_call_get_status(c) != 200)
		refused(w, c);
	else if (w->open_epoch)
		w->reopen_ms = link_now(w->link) + REOPEN_MS;
	else
		w->done = true;
}

static void
open_one(struct watch *w)
{
	struct link *l = w->link;
	struct err err = ERR_INIT;
	char path[256], hex[DIGEST_HEX_LEN + 1];
	struct channel_at at;
	struct net_call_spec spec = { .method = "GET",
				      .path = path,
				      .on_data = on_data,
				      .on_close = on_close,
				      .ctx = w };
	struct queue *q = queue_of(l->remote, w->epoch, w->lane, &err);

	if (q == NULL) {
		link_fail(l, &err);
		return;
	}
	at = queue_last(q);
	digest_hex(&at.chain, hex);
	(void)snprintf(path, sizeof(path),
		       "/v1/outbox?epoch=%s&lane=%s&after=%lld&chain=%s"
		       "&watch=1",
		       w->epoch, lane_name(w->lane), (long long)at.seq, hex);
	if (net_call(l->conn, &spec, &w->call, &err) != RC_OK)
		return; /* on_down comes */
	w->feed = feed_new(l->remote, w->epoch, w->lane, &events, w);
}

void
watches_open(struct link *l)
{
	struct watch *next;

	if (l->state != LINK_FLOW || !room_for(l->remote))
		return;
	for (struct watch *w = l->watches; w != NULL && l->state == LINK_FLOW;
	     w = next) {
		next = w->next;
		if (w->call == NULL && !w->done && w->reopen_ms <= link_now(l))
			open_one(w);
	}
}

void
watches_close(struct link *l)
{
	for (struct watch *w = l->watches; w != NULL; w = w->next)
		drop_call(w, 0);
}

void
watches_free(struct link *l)
{
	while (l->watches != NULL) {
		struct watch *w = l->watches;

		l->watches = w->next;
		end_feed(w);
		xfree(w);
	}
}

static struct watch *
watch_of(struct link *l, const char *epoch, enum lane lane)
{
	struct watch *w;

	for (w = l->watches; w != NULL; w = w->next)
		if (w->lane == lane && str_eq(w->epoch, epoch))
			return w;
	w = xcalloc(1, sizeof(*w));
	w->link = l;
	w->lane = lane;
	(void)str_copy(w->epoch, sizeof(w->epoch), epoch, NULL);
	w->next = l->watches;
	l->watches = w;
	return w;
}

/* Both lanes of the open epoch are watched even while nothing is in them. A
 * watch is kept for good: an old call may still point at it. */
void
watches_set(struct link *l, const char *peer_epoch,
	    const struct channel *channels, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)watch_of(l, channels[i].epoch, channels[i].lane);
	for (int lane = 0; lane < LANE__COUNT; lane++)
		(void)watch_of(l, peer_epoch, (enum lane)lane);
	for (struct watch *w = l->watches; w != NULL; w = w->next) {
		bool open = str_eq(w->epoch, peer_epoch);

		if (w->open_epoch && !open)
			w->done = false; /* read its rest to the end */
		w->open_epoch = open;
		w->reopen_ms = 0;
	}
}
