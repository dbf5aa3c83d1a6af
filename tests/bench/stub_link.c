/* One stub on the line: greeted, its state given, both lanes watched. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "stub_int.h"

#define ANSWER_BYTES (1024 * 1024)

static void
call(struct stub *s, const struct net_call_spec *spec, struct net_call **ret)
{
	struct err err = ERR_INIT;

	must(net_call(s->conn, spec, ret, &err), &err);
}

/* Anything but 200 ends the bench. */
static void
need_good(const struct stub *s, struct net_call *c, const struct err *err,
	  const char *what)
{
	if (err != NULL)
		crowd_fail(s, err->msg);
	if (net_call_get_status(c) == 200)
		return;
	(void)fprintf(stderr, "%s: %d %s\n", what, net_call_get_status(c),
		      buf_str(net_call_get_body(c)));
	crowd_fail(s, what);
}

/* ---- receipts and pushes ---- */

static void
on_answer(void *ctx, struct net_call *c, const struct err *err)
{
	struct stub *s = ctx;

	if (s->crowd->leaving)
		return;
	need_good(s, c, err, "its answer");
	s->done_ms = now_ms();
	crowd_done(s);
}

static void
send_receipt(struct stub *s)
{
	call(s,
	     &(struct net_call_spec){ .method = "PUT",
				      .path = "/v1/outbox/receipt",
				      .body = s->receipt.data,
				      .n_body = s->receipt.len,
				      .collect_max = ANSWER_BYTES,
				      .on_close = on_answer,
				      .ctx = s },
	     &s->call);
	s->wanted = 0;
}

void
stub_push(struct stub *s)
{
	const struct net_header type = { "content-type",
					 "application/x-ndjson" };

	call(s,
	     &(struct net_call_spec){ .method = "POST",
				      .path = "/v1/inbox",
				      .headers = &type,
				      .n_headers = 1,
				      .body = s->push.data,
				      .n_body = s->push.len,
				      .collect_max = ANSWER_BYTES,
				      .on_close = on_answer,
				      .ctx = s },
	     &s->call);
}

/* ---- watching ---- */

/* A frame is a line; empty lines are none. */
static void
on_frames(void *ctx, struct net_call *c, const void *data, size_t n_bytes)
{
	struct stub *s = ctx;
	int lane = c == s->watches[LANE_PLAIN] ? LANE_PLAIN : LANE_URGENT;
	const char *at = data, *end = at + n_bytes;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (at > (const char *)data && at[-1] == '}')
			s->frames[lane]++;
		at++;
	}
	if (s->wanted > 0 && s->frames[LANE_PLAIN] >= s->wanted)
		send_receipt(s);
}

static void
on_watching(void *ctx, struct net_call *c)
{
	struct stub *s = ctx;

	if (net_call_get_status(c) != 200)
		crowd_fail(s, "watch was refused");
	if (++s->n_watches == LANE__COUNT)
		crowd_up(s);
}

static void
on_watch_closed(void *ctx, struct net_call *c, const struct err *err)
{
	struct stub *s = ctx;

	(void)c;
	if (!s->crowd->leaving)
		crowd_fail(s, err != NULL ? err->msg : "the watch ended");
}

static void
watch(struct stub *s, enum lane lane)
{
	char path[128];

	(void)snprintf(path, sizeof(path),
		       "/v1/outbox?epoch=%s&lane=%s&after=0&watch=1",
		       s->crowd->epoch, lane_name(lane));
	call(s,
	     &(struct net_call_spec){ .method = "GET",
				      .path = path,
				      .on_headers = on_watching,
				      .on_data = on_frames,
				      .on_close = on_watch_closed,
				      .ctx = s },
	     &s->watches[lane]);
}

static void
on_state(void *ctx, struct net_call *c, const struct err *err)
{
	struct stub *s = ctx;

	need_good(s, c, err, "PUT /v1/desk");
	for (int lane = 0; lane < LANE__COUNT; lane++)
		watch(s, (enum lane)lane);
}

static void
on_up(void *ctx)
{
	struct stub *s = ctx;
	struct buf state;

	stub_state(s, &state);
	call(s,
	     &(struct net_call_spec){ .method = "PUT",
				      .path = "/v1/desk",
				      .body = state.data,
				      .n_body = state.len,
				      .collect_max = ANSWER_BYTES,
				      .on_close = on_state,
				      .ctx = s },
	     &s->call);
	buf_release(&state);
}

static void
on_down(void *ctx, const struct err *err)
{
	struct stub *s = ctx;

	s->conn = NULL;
	if (!s->crowd->leaving)
		crowd_fail(s, err->msg);
	crowd_done(s);
}

void
stub_dial(struct stub *s)
{
	struct net_connect_spec spec = {
		.loop = s->crowd->loop,
		.tls = s->tls,
		.address = s->crowd->card.addresses[0],
		.on_up = on_up,
		.on_down = on_down,
		.ctx = s,
	};
	struct err err = ERR_INIT;

	memcpy(spec.pin.sha256, s->crowd->card.tls_pin.bytes, DIGEST_LEN);
	must(net_connect(&spec, &s->conn, &err), &err);
}
