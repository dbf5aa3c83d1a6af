/*
 * RETURN: after states that show a loss. What this desk lost it reads from the
 * peer (GET /v1/inbox); what the peer lost it offers (POST /v1/returns); one
 * channel after another. Then the states are compared again.
 */
#include <stdio.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_part_int.h"
#include "exchange/returns_int.h"
#include "journal/epoch.h"

struct back_item {
	struct channel c;
	int64_t after;
	bool offered; /* of the peer's own channel; else read from it */
};
struct back {
	struct link *link;
	struct back_item *items;
	size_t n, at;
	size_t moved; /* frames that were of any use */
	struct net_call *call;
	struct returns *returns;
	int64_t sent_to; /* seq of the last frame that is offered now */
	bool paused, broken;
};

static void next(struct back *b);

static void
on_next(void *ctx)
{
	next(ctx);
}

/* ---- what is to be done ---- */

static void
add(struct back *b, const struct channel *c, int64_t after, bool offered)
{
	b->items = xreallocarray(b->items, b->n + 1, sizeof(*b->items));
	b->items[b->n++] = (struct back_item){ .c = *c,
					       .after = after,
					       .offered = offered };
}

static void
add_asked(void *ctx, const struct channel *c, int64_t after)
{
	add(ctx, c, after, false);
}

bool
back_plan(struct link *l, const struct desk_state *s)
{
	struct back *b = xcalloc(1, sizeof(*b));
	struct err err = ERR_INIT;

	b->link = l;
	if (give_each(l->remote->x->journal, l->remote->desk, add_asked, b,
		      &err) != RC_OK)
		log_line(LOG_ERROR, EXCHANGE_ROOM, "peer=%s returns: %s",
			 l->remote->desk, err.msg);
	for (size_t i = 0; i < s->n_give; i++) {
		struct channel c = { .lane = s->give[i].lane };

		(void)str_copy(c.peer, sizeof(c.peer), l->remote->desk, NULL);
		(void)str_copy(c.epoch, sizeof(c.epoch), s->give[i].epoch,
			       NULL);
		add(b, &c, s->give[i].from_seq, true);
	}
	l->back = b;
	if (b->n > 0)
		return true;
	back_end(l);
	return false;
}

void
back_end(struct link *l)
{
	struct back *b = l->back;

	l->back = NULL;
	if (b == NULL)
		return;
	loop_undefer(l->remote->x->loop, on_next, b);
	if (b->call != NULL)
		net_cancel(b->call);
	returns_free(b->returns);
	xfree(b->items);
	xfree(b);
}

static void
broken(struct back *b, const struct err *err)
{
	link_fail(b->link, err); /* leaving RETURN ends b */
}

static void
refused(struct back *b, struct net_call *c)
{
	struct err err = ERR_INIT;
	struct buf *body = net_call_get_body(c);
	enum problem p = problem_read(buf_str(body), body->len, NULL);

	(void)err_set(&err, RC_PROTO, 0, _("%s answered %d (%s)"),
		      b->link->remote->desk, net_call_get_status(c),
		      p == PROBLEM__COUNT ? "-" : problem_code(p));
	broken(b, &err);
}

/* ---- reading what this desk lost ---- */

static void
on_returned(void *ctx, enum rc rc, const struct err *err)
{
	struct back *b = ctx;

	if (rc != RC_OK) {
		broken(b, err);
		return;
	}
	b->moved += returns_get_frames(b->returns);
	b->returns = returns_free(b->returns);
	b->at++;
	next(b);
}

static void
on_pause(void *ctx, bool on)
{
	struct back *b = ctx;

	if (b->call == NULL)
		return;
	if (on)
		net_call_pause(b->call);
	else
		net_call_resume(b->call);
}

static const struct returns_events events = { .on_done = on_returned,
					      .on_pause = on_pause };

static void
on_inbox_data(void *ctx, struct net_call *c, const void *data, size_t n_bytes)
{
	struct link *l = ctx;

	if (l->back == NULL || l->back->call != c ||
	    net_call_get_status(c) != 200)
		return;
	remote_heard(l->remote);
	returns_data(l->back->returns, data, n_bytes);
}

static void
on_inbox_close(void *ctx, struct net_call *c, const struct err *err)
{
	struct link *l = ctx;
	struct back *b = l->back;

	if (b == NULL || b->call != c)
		return;
	b->call = NULL;
	if (err != NULL)
		return; /* on_down comes */
	if (net_call_get_status(c) != 200)
		refused(b, c);
	else
		returns_end(b->returns);
}

static void
read_back(struct back *b, const struct back_item *item)
{
	char path[160];
	struct net_call_spec spec = { .method = "GET",
				      .path = path,
				      .on_data = on_inbox_data,
				      .on_close = on_inbox_close,
				      .ctx = b->link };
	struct err err = ERR_INIT;

	(void)snprintf(path, sizeof(path),
		       "/v1/inbox?epoch=%s&lane=%s&after=%lld", item->c.epoch,
		       lane_name(item->c.lane), (long long)item->after);
	b->returns = returns_new(b->link->remote, &events, b);
	if (net_call(b->link->conn, &spec, &b->call, &err) != RC_OK)
		broken(b, &err);
}

/* ---- offering what the peer lost ---- */

static void
on_offered(void *ctx, struct net_call *c, const struct err *err)
{
	struct link *l = ctx;
	struct back *b = l->back;
	int64_t sent;

	if (b == NULL || b->call != c)
		return;
	b->call = NULL;
	if (err != NULL)
		return; /* on_down comes */
	remote_heard(l->remote);
	if (net_call_get_status(c) != 200) {
		refused(b, c);
		return;
	}
	sent = b->sent_to - b->items[b->at].after;
	b->moved += (size_t)sent;
	b->items[b->at].after = b->sent_to;
	next(b);
}

static void
offer_back(struct back *b, const struct back_item *item)
{
	struct net_header type = { "content-type", "application/x-ndjson" };
	struct net_call_spec spec = { .method = "POST",
				      .path = "/v1/returns",
				      .headers = &type,
				      .n_headers = 1,
				      .collect_max = RECEIPT_MAX_BYTES,
				      .on_close = on_offered,
				      .ctx = b->link };
	struct buf body = { 0 };
	struct err err = ERR_INIT;
	enum rc rc;

	buf_init(&body, PUSH_BYTES + LINE_MAX_BYTES);
	b->sent_to = item->after;
	rc = channel_in_read(b->link->remote->x->journal, &item->c, item->after,
			     PUSH_FRAMES, PUSH_BYTES, &body, &b->sent_to, &err);
	if (rc == RC_OK && b->sent_to > item->after) {
		spec.body = body.data;
		spec.n_body = body.len;
		rc = net_call(b->link->conn, &spec, &b->call, &err);
	} else if (rc == RC_OK) {
		b->at++; /* all of it was given */
		loop_defer(b->link->remote->x->loop, on_next, b);
	}
	buf_release(&body);
	if (rc != RC_OK)
		broken(b, &err);
}

/* ---- one after another ---- */

static void
next(struct back *b)
{
	struct link *l = b->link;
	struct err err = ERR_INIT;

	if (b->at < b->n) {
		if (b->items[b->at].offered)
			offer_back(b, &b->items[b->at]);
		else
			read_back(b, &b->items[b->at]);
		return;
	}
	log_line(LOG_INFO, EXCHANGE_ROOM, "peer=%s returned=%zu frames",
		 l->remote->desk, b->moved);
	if (b->moved > 0) {
		link_enter(l, LINK_STATE);
		return;
	}
	/* Never in a circle at full speed. */
	(void)err_set(&err, RC_STATE, 0,
		      _("%s and this desk find nothing to give back"),
		      l->remote->desk);
	broken(b, &err);
}

void
back_begin(struct link *l)
{
	loop_defer(l->remote->x->loop, on_next, l->back);
}
