/*
 * Pushing: one POST in flight for each lane, from what the peer holds. Only
 * while the peer does not watch that lane itself: it cannot dial this desk.
 */
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_part_int.h"

/* ---- receipts of the peer, by whatever way they come ---- */

enum rc
link_take_receipt(struct remote *r, const char *json, size_t n_bytes,
		  int64_t *ret_seq, struct err *err)
{
	struct receipt receipt = { 0 };
	enum rc rc;

	if (r->epoch[0] == '\0')
		return err_set(err, RC_STATE, 0,
			       _("the states were not exchanged yet"));
	rc = receipt_take(r->x->journal, r->desk, r->epoch, json, n_bytes,
			  &receipt, err);
	if (rc == RC_CHAIN)
		link_state_again(r->link);
	if (rc != RC_OK)
		return rc;
	if (ret_seq != NULL)
		*ret_seq = receipt.at.seq;
	if (receipt.n_wants > 0)
		uploads_go(r->link);
	receipt_release(&receipt);
	return rc;
}

/* ---- pushes ---- */

static bool
may_push(const struct push *p)
{
	const struct link *l = p->link;
	const struct remote *r = l->remote;

	if (l->state != LINK_FLOW || p->call != NULL || r->forked ||
	    r->watching[p->lane] > 0 || p->not_before_ms > link_now(l))
		return false;
	/* One that can dial is given a moment to do so. */
	return !r->x->can_be_dialled ||
	       link_now(l) - l->flow_ms >= PUSH_GRACE_MS;
}

struct look {
	const struct push *push;
	struct channel c;
	int64_t after;
	bool found;
};

/* The oldest epoch first: channel_out_each gives them in order. */
static void
look_at(void *ctx, const struct channel *c, const struct channel_at *end)
{
	struct look *look = ctx;
	struct channel_at held;

	if (look->found || c->lane != look->push->lane ||
	    channel_out_cursor(look->push->link->remote->x->journal, c, &held,
			       NULL) != RC_OK ||
	    held.seq >= end->seq)
		return;
	look->found = true;
	look->c = *c;
	look->after = held.seq;
}

static void push_one(struct push *p);

static void
refused(struct push *p, struct net_call *c)
{
	struct link *l = p->link;
	int status = net_call_get_status(c);

	if (status == 409) {
		p->not_before_ms = link_now(l) + REOPEN_MS;
		link_state_again(l);
	} else if (status == 503) {
		struct buf *body = net_call_get_body(c);

		l->held_off = problem_read(buf_str(body), body->len, NULL);
		p->not_before_ms = link_now(l) + call_retry_after_ms(c);
	} else {
		log_line(LOG_WARN, EXCHANGE_ROOM, "peer=%s push: %d",
			 l->remote->desk, status);
		p->not_before_ms = link_now(l) + REOPEN_BROKEN_MS;
	}
}

static void
on_close(void *ctx, struct net_call *c, const struct err *err)
{
	struct push *p = ctx;
	struct buf *body = net_call_get_body(c);
	int64_t seq = 0;
	struct err bad = ERR_INIT;

	if (p->call != c)
		return;
	p->call = NULL;
	if (err != NULL)
		return; /* on_down comes */
	remote_heard(p->link->remote);
	p->link->held_off = PROBLEM__COUNT;
	if (net_call_get_status(c) != 200) {
		refused(p, c);
		return;
	}
	if (link_take_receipt(p->link->remote, buf_str(body), body->len, &seq,
			      &bad) != RC_OK) {
		log_line(LOG_WARN, EXCHANGE_ROOM, "peer=%s receipt: %s",
			 p->link->remote->desk, bad.msg);
		p->not_before_ms = link_now(p->link) + REOPEN_BROKEN_MS;
		return;
	}
	/* A receipt that brings nothing must not make a storm of pushes. */
	if (seq <= p->after)
		p->not_before_ms = link_now(p->link) + REOPEN_MS;
	push_one(p);
}

static void
push_one(struct push *p)
{
	struct link *l = p->link;
	struct look look = { .push = p };
	struct net_header type = { "content-type", "application/x-ndjson" };
	struct net_call_spec spec = { .method = "POST",
				      .path = "/v1/inbox",
				      .headers = &type,
				      .n_headers = 1,
				      .collect_max = RECEIPT_MAX_BYTES,
				      .on_close = on_close,
				      .ctx = p };
	struct buf b = { 0 };
	struct err err = ERR_INIT;
	int64_t last = 0;

	if (!may_push(p) ||
	    channel_out_each(l->remote->x->journal, l->remote->desk, look_at,
			     &look, &err) != RC_OK ||
	    !look.found)
		return;
	buf_init(&b, PUSH_BYTES + LINE_MAX_BYTES);
	last = p->after = look.after;
	if (channel_out_read(l->remote->x->journal, &look.c, look.after,
			     PUSH_FRAMES, PUSH_BYTES, &b, &last,
			     &err) == RC_OK &&
	    last > look.after) {
		spec.body = b.data;
		spec.n_body = b.len;
		(void)net_call(l->conn, &spec, &p->call, &err); /* on_down */
	}
	buf_release(&b);
}

void
pushes_go(struct link *l)
{
	for (int lane = 0; lane < LANE__COUNT; lane++)
		push_one(&l->pushes[lane]);
}
