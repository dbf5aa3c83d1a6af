/*
 * The inbox: frames pushed by a desk that cannot be dialled. A push is
 * answered with the signed receipt of what is committed, never before.
 */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/feed_int.h"
#include "exchange/link_int.h"
#include "exchange/resource_int.h"
#include "exchange/state_int.h"
#include "journal/receipt.h"

struct push {
	struct feed *feed;
	bool ended;	     /* the whole body came */
	bool waiting;	     /* for the commit */
	struct channel told; /* the receipt given; epoch "" none */
	int64_t n;
};

/* ---- answers ---- */

static void
answer_receipt(struct serving *s, const struct channel *c)
{
	struct push *p = s->own;
	struct buf b = { 0 };
	struct err err = ERR_INIT;

	buf_init(&b, RECEIPT_MAX_BYTES);
	if (receipt_sign(s->x->journal, c, &b, &p->n, &err) == RC_OK) {
		p->told = *c;
		serve_json(s, buf_str(&b), b.len);
	} else {
		serve_error(s, &err);
	}
	buf_release(&b);
}

/* Where the next frame of the channel must follow. */
static json_t *
expected(const struct queue *q)
{
	struct channel_at last = queue_last(q);
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(&last.chain, hex);
	return json_pack("{s:I,s:s}", "expected", (json_int_t)last.seq + 1,
			 "chain", hex);
}

/* What is refused of a desk that signed two events in one place: not its
 * certificate. */
static void
serve_failed(struct serving *s, const struct err *err)
{
	if (err->code == RC_DENIED && s->remote->forked)
		serve_problem(s, PROBLEM_FORK, NULL);
	else
		serve_error(s, err);
}

static void
on_stop(void *ctx, enum feed_stop why, const struct err *err)
{
	static const enum problem problems[] = {
		[FEED_GAP] = PROBLEM_GAP,
		[FEED_CHAIN] = PROBLEM_CHAIN,
		[FEED_MALFORMED] = PROBLEM_MALFORMED,
		[FEED_EPOCH] = PROBLEM_BAD_REQUEST,
	};
	struct serving *s = ctx;
	struct push *p = s->own;
	struct queue *q = feed_get_queue(p->feed);

	net_request_resume(s->request); /* the rest is dropped */
	if (why == FEED_FAILED)
		serve_failed(s, err);
	else if (why == FEED_MALFORMED && err->code == RC_TOOLARGE)
		serve_problem(s, PROBLEM_TOO_LARGE, err->msg);
	else
		serve_problem_members(s, problems[why], err->msg,
				      q != NULL ? expected(q) : NULL);
}

/* ---- after the body ---- */

static void
on_committed(void *ctx, enum rc rc)
{
	struct serving *s = ctx;
	struct push *p = s->own;
	struct err err = ERR_INIT;

	p->waiting = false;
	if (rc == RC_OK) {
		answer_receipt(s, queue_channel(feed_get_queue(p->feed)));
		return;
	}
	(void)err_set(&err, rc, 0, "%s", rc_sentence(rc));
	serve_failed(s, &err);
}

static void
wait_for_commit(struct serving *s)
{
	struct push *p = s->own;
	struct queue *q = feed_get_queue(p->feed);

	if (s->answered || p->waiting || !feed_is_empty(p->feed))
		return;
	if (q == NULL) {
		serve_problem(s, PROBLEM_BAD_REQUEST, "no frame came");
		return;
	}
	p->waiting = true;
	queue_when_committed(q, on_committed, s);
}

static void
on_pause(void *ctx, bool on)
{
	struct serving *s = ctx;
	struct push *p = s->own;

	if (on) {
		net_request_pause(s->request);
		return;
	}
	net_request_resume(s->request);
	if (p->ended)
		wait_for_commit(s);
}

static const struct feed_events events = {
	.on_stop = on_stop,
	.on_pause = on_pause,
};

/* ---- POST /v1/inbox ---- */

void
inbox_post(struct serving *s)
{
	struct push *p;

	if (s->remote->forked) {
		serve_problem(s, PROBLEM_FORK, NULL);
		return;
	}
	if (!serve_room(s))
		return;
	p = xcalloc(1, sizeof(*p));
	s->own = p;
	p->feed = feed_new(s->remote, NULL, LANE_PLAIN, &events, s);
}

void
inbox_post_data(struct serving *s, const void *data, size_t n_bytes)
{
	struct push *p = s->own;

	feed_data(p->feed, data, n_bytes);
}

void
inbox_post_end(struct serving *s)
{
	struct push *p = s->own;

	p->ended = true;
	feed_end(p->feed);
	wait_for_commit(s);
}

void
inbox_post_closed(struct serving *s, enum rc rc)
{
	struct push *p = s->own;
	struct queue *q;

	if (p == NULL)
		return;
	q = feed_get_queue(p->feed);
	if (q != NULL)
		queue_forget_waiter(q, s);
	if (rc == RC_OK && p->told.epoch[0] != '\0')
		link_receipt_told(s->remote->link, &p->told, p->n);
	feed_free(p->feed);
	s->own = xfree(p);
}

/* ---- GET /v1/inbox/cursor ---- */

void
inbox_cursor_get(struct serving *s)
{
	struct channel c = { 0 };
	struct channel_at at = { 0 };
	struct digest chain;
	struct err err = ERR_INIT;
	int64_t seq = -1;
	char hex[DIGEST_HEX_LEN + 1];
	json_t *o;
	char *text;
	enum rc rc;

	(void)str_copy(c.peer, sizeof(c.peer), s->remote->desk, NULL);
	if (!param_epoch(s, c.epoch) || !param_lane(s, &c.lane) ||
	    !param_int(s, "seq", JSON_INT_MAX, &seq))
		return;
	rc = channel_in_cursor(s->x->journal, &c, &at, &err);
	chain = at.chain;
	if (rc == RC_OK && seq >= 0)
		rc = channel_in_chain(s->x->journal, &c, seq, &chain, &err);
	if (rc != RC_OK) {
		serve_error(s, &err);
		return;
	}
	digest_hex(&chain, hex);
	o = json_pack("{s:s,s:s,s:I,s:s}", "epoch", c.epoch, "lane",
		      lane_name(c.lane), "seq", (json_int_t)at.seq, "chain",
		      hex);
	if (seq >= 0)
		(void)json_object_set_new(o, "at", json_integer(seq));
	text = json_dumps(o, JSON_COMPACT);
	serve_json(s, text, strlen(text));
	xfree(text);
	json_decref(o);
}
