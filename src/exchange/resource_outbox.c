/*
 * The outbox: frames for the caller, read from the database as fast as the
 * stream takes them. A watch stays open and goes on after every commit, of
 * this process or of another.
 */
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_int.h"
#include "exchange/resource_int.h"

#define READ_FRAMES 256
#define READ_BYTES  (256 * 1024)

struct outflow {
	struct serving *serving;
	struct channel c;
	int64_t after;
	int64_t left; /* frames still asked for; -1 all */
	bool watch;
	bool open_epoch; /* else it ends when all is sent */
	bool ended;
	struct outflow *next;
};

static void
flow_end(struct outflow *f)
{
	if (f->ended)
		return;
	f->ended = true;
	net_end(f->serving->request);
}

/* One read; false: nothing more now. */
static bool
flow_step(struct outflow *f, struct buf *b)
{
	struct net_request *r = f->serving->request;
	struct err err = ERR_INIT;
	size_t frames = READ_FRAMES;
	int64_t last = f->after;

	if (net_get_queued(r) > CONN_OUT_MAX / 2)
		return false; /* on_drain comes */
	if (f->left >= 0 && (int64_t)frames > f->left)
		frames = (size_t)f->left;
	if (frames == 0) {
		flow_end(f);
		return false;
	}
	buf_reset(b);
	if (channel_out_read(f->serving->x->journal, &f->c, f->after, frames,
			     READ_BYTES, b, &last, &err) != RC_OK) {
		log_line(LOG_ERROR, EXCHANGE_ROOM, "peer=%s outbox: %s",
			 f->c.peer, err.msg);
		net_reset(r);
		f->ended = true;
		return false;
	}
	if (last == f->after) {
		if (!f->watch || !f->open_epoch)
			flow_end(f);
		return false;
	}
	if (net_write(r, b->data, b->len, &err) != RC_OK)
		return false; /* on_drain comes, the same is read again */
	if (f->left > 0)
		f->left -= last - f->after;
	f->after = last;
	return true;
}

static void
flow_pump(struct outflow *f)
{
	struct buf b = { 0 };

	if (f->ended)
		return;
	if (f->serving->remote->forked) {
		flow_end(f);
		return;
	}
	buf_init(&b, READ_BYTES + LINE_MAX_BYTES);
	while (flow_step(f, &b))
		continue;
	buf_release(&b);
}

void
outflows_pump(struct exchange *x)
{
	for (struct outflow *f = x->outflows; f != NULL; f = f->next)
		flow_pump(f);
}

void
outflows_end(struct exchange *x, const struct remote *r)
{
	for (struct outflow *f = x->outflows; f != NULL; f = f->next)
		if (r == NULL || f->serving->remote == r)
			flow_end(f);
}

/* ---- GET /v1/outbox ---- */

/* The caller's place must be on this very chain, else the states must be
 * compared again. */
static bool
place_fits(struct serving *s, const struct channel *c, int64_t after,
	   const struct digest *chain)
{
	struct channel_at end;
	struct digest ours;
	struct err err = ERR_INIT;
	enum rc rc = channel_out_end(s->x->journal, c, &end, &err);

	if (rc == RC_OK && after > end.seq) {
		serve_problem_members(s, PROBLEM_GAP, NULL,
				      json_pack("{s:I}", "end",
						(json_int_t)end.seq));
		return false;
	}
	if (rc == RC_OK && chain != NULL)
		rc = channel_out_chain(s->x->journal, c, after, &ours, &err);
	if (rc != RC_OK) {
		serve_error(s, &err);
		return false;
	}
	if (chain != NULL && !digest_eq(chain, &ours)) {
		serve_problem(s, PROBLEM_CHAIN, NULL);
		return false;
	}
	return true;
}

static bool
read_params(struct serving *s, struct outflow *f)
{
	struct digest chain;
	bool has_chain = false;
	int64_t watch = 0;

	f->left = -1;
	(void)str_copy(f->c.peer, sizeof(f->c.peer), s->remote->desk, NULL);
	if (!param_epoch(s, f->c.epoch) || !param_lane(s, &f->c.lane) ||
	    !param_int(s, "after", JSON_INT_MAX, &f->after) ||
	    !param_int(s, "limit", JSON_INT_MAX, &f->left) ||
	    !param_int(s, "watch", 1, &watch) ||
	    !param_digest(s, "chain", &chain, &has_chain))
		return false;
	f->watch = watch == 1;
	f->open_epoch = str_eq(f->c.epoch, s->x->own_epoch);
	return place_fits(s, &f->c, f->after, has_chain ? &chain : NULL);
}

void
outbox_get(struct serving *s)
{
	struct net_response response = { .status = 200,
					 .content_type = NDJSON_TYPE };
	struct outflow *f;

	if (s->remote->forked) {
		serve_problem(s, PROBLEM_FORK, NULL);
		return;
	}
	f = xcalloc(1, sizeof(*f));
	f->serving = s;
	if (!read_params(s, f)) {
		xfree(f);
		return;
	}
	s->own = f;
	s->answered = true;
	f->next = s->x->outflows;
	s->x->outflows = f;
	if (f->watch && f->open_epoch) {
		s->remote->watching[f->c.lane]++;
		link_watched(s->remote->link);
	}
	net_respond(s->request, &response);
	flow_pump(f);
}

void
outbox_drain(struct serving *s)
{
	if (s->own != NULL)
		flow_pump(s->own);
}

void
outbox_closed(struct serving *s, enum rc rc)
{
	struct outflow *f = s->own, **at = &s->x->outflows;

	(void)rc;
	if (f == NULL)
		return;
	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	if (f->watch && f->open_epoch) {
		s->remote->watching[f->c.lane]--;
		link_watched(s->remote->link);
	}
	s->own = xfree(f);
}

/* ---- PUT /v1/outbox/receipt ---- */

void
outbox_receipt_put(struct serving *s)
{
	struct err err = ERR_INIT;

	if (link_take_receipt(s->remote, buf_str(&s->body), s->body.len, NULL,
			      &err) == RC_OK)
		serve_json(s, "{}", 2);
	else
		serve_error(s, &err);
}
