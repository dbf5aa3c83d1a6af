/*
 * What a restored desk asks back: its own earlier frames as held here (GET
 * /v1/inbox), and the same offered to it (POST /v1/returns).
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/resource_int.h"
#include "exchange/returns_int.h"
#include "journal/epoch.h"

#define READ_FRAMES 64
#define READ_BYTES  (256 * 1024)

struct backflow {
	struct channel c;
	int64_t after;
	bool ended;
};

static bool
step(struct serving *s, struct buf *out)
{
	struct backflow *b = s->own;
	struct err err = ERR_INIT;
	int64_t last = b->after;

	if (net_get_queued(s->request) > CONN_OUT_MAX / 2)
		return false;
	buf_reset(out);
	if (channel_in_read(s->x->journal, &b->c, b->after, READ_FRAMES,
			    READ_BYTES, out, &last, &err) != RC_OK) {
		log_line(LOG_ERROR, EXCHANGE_ROOM, "peer=%s inbox: %s",
			 b->c.peer, err.msg);
		net_reset(s->request);
		b->ended = true;
		return false;
	}
	if (last == b->after) {
		net_end(s->request);
		b->ended = true;
		return false;
	}
	if (net_write(s->request, out->data, out->len, &err) != RC_OK)
		return false;
	b->after = last;
	return true;
}

void
inbox_drain(struct serving *s)
{
	struct backflow *b = s->own;
	struct buf out = { 0 };

	if (b == NULL || b->ended)
		return;
	buf_init(&out, READ_BYTES + LINE_MAX_BYTES);
	while (step(s, &out))
		continue;
	buf_release(&out);
}

void
inbox_get(struct serving *s)
{
	struct net_response response = { .status = 200,
					 .content_type = NDJSON_TYPE };
	struct backflow *b = xcalloc(1, sizeof(*b));

	(void)str_copy(b->c.peer, sizeof(b->c.peer), s->remote->desk, NULL);
	if (!param_epoch(s, b->c.epoch) || !param_lane(s, &b->c.lane) ||
	    !param_int(s, "after", JSON_INT_MAX, &b->after)) {
		xfree(b);
		return;
	}
	s->own = b;
	s->answered = true;
	net_respond(s->request, &response);
	inbox_drain(s);
}

void
inbox_closed(struct serving *s, enum rc rc)
{
	(void)rc;
	s->own = xfree(s->own);
}

/* ---- POST /v1/returns ---- */

static void
on_returned(void *ctx, enum rc rc, const struct err *err)
{
	struct serving *s = ctx;
	char text[64];

	if (rc != RC_OK) {
		net_request_resume(s->request); /* the rest is dropped */
		if (rc == RC_STATE)
			serve_problem(s, PROBLEM_NOT_RESTORING, err->msg);
		else
			serve_error(s, err);
		return;
	}
	(void)snprintf(text, sizeof(text), "{\"frames\":%zu}",
		       returns_get_frames(s->own));
	serve_json(s, text, strlen(text));
}

static void
on_pause(void *ctx, bool on)
{
	struct serving *s = ctx;

	if (on)
		net_request_pause(s->request);
	else
		net_request_resume(s->request);
}

static const struct returns_events events = { .on_done = on_returned,
					      .on_pause = on_pause };

static void
count_asked(void *ctx, const struct channel *c, int64_t after)
{
	(void)c;
	(void)after;
	++*(size_t *)ctx;
}

void
returns_post(struct serving *s)
{
	struct err err = ERR_INIT;
	size_t n = 0;

	if (give_each(s->x->journal, s->remote->desk, count_asked, &n, &err) !=
	    RC_OK) {
		serve_error(s, &err);
		return;
	}
	if (n == 0) {
		serve_problem(s, PROBLEM_NOT_RESTORING, NULL);
		return;
	}
	if (s->x->disk_low) { /* asked for by this desk: no quota */
		serve_problem(s, PROBLEM_DISK_FULL, NULL);
		return;
	}
	s->own = returns_new(s->remote, &events, s);
}

void
returns_post_data(struct serving *s, const void *data, size_t n_bytes)
{
	returns_data(s->own, data, n_bytes);
}

void
returns_post_end(struct serving *s)
{
	returns_end(s->own);
}

void
returns_post_closed(struct serving *s, enum rc rc)
{
	(void)rc;
	s->own = returns_free(s->own);
}
