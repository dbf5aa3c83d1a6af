#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "conn_int.h"

#define PULL_BYTES  (16 * 1024)	 /* one TLS record */
#define BARREN_MAX  (64 * 1024)	 /* above the largest record and handshake */
#define QUEUE_SLACK (512 * 1024) /* what one turn may add */
#define FLUSH_BYTES (128 * 1024)
/* A dead direction while the other works: answers to pings do not come. */
#define PONG_FACTOR 3
/* Being late by this part of the time that it was given is our own fault. */
#define LATE_PART 8
/* A reader that takes nothing of what waits for it, in idle_ms. */
#define SLOW_FACTOR 5

/* ---- out ---- */

static void
flush(struct conn *c)
{
	const struct buf *out = tls_conn_get_out(c->tls);

	if (out->len > 0 && c->stream != NULL) {
		stream_write(c->stream, out->data, out->len);
		tls_conn_sent(c->tls);
	}
}

static enum rc
push_out(struct conn *c, struct err *err)
{
	char plain[PULL_BYTES];
	enum rc rc = RC_OK;
	size_t n = 1;

	while (rc == RC_OK && n > 0 && tls_conn_is_up(c->tls) &&
	       stream_get_queued(c->stream) < c->spec.limits->out_max) {
		rc = h2_pull(&c->h2, plain, sizeof(plain), &n, err);
		if (rc == RC_OK && n > 0)
			rc = tls_conn_write(c->tls, plain, n, err);
		if (tls_conn_get_out(c->tls)->len >= FLUSH_BYTES)
			flush(c);
	}
	flush(c);
	return rc;
}

/* ---- the end ---- */

static void
finish(void *ctx)
{
	struct conn *c = ctx;
	struct err why = c->why;

	h2_release(&c->h2, &why);
	c->tls = tls_conn_free(c->tls);
	c->timer = timer_free(c->timer);
	c->spec.on_down(c->spec.ctx, &why); /* c may be gone now */
}

void
conn_stop(struct conn *c, const struct err *why)
{
	if (c->state == CONN_DOWN)
		return;
	c->why = *why;
	if (tls_conn_is_up(c->tls)) {
		/* Best effort: the peer may be the reason why it cannot be. */
		h2_goaway(&c->h2, NGHTTP2_NO_ERROR);
		(void)push_out(c, NULL);
		tls_conn_shutdown(c->tls);
	}
	flush(c);
	c->state = CONN_DOWN;
	c->h2.dead = true;
	timer_stop(c->timer);
	stream_close_after_write(c->stream);
	c->stream = NULL;
	loop_defer(c->spec.loop, finish, c);
}

/* ---- deadlines ---- */

static void
stop_late(struct conn *c, enum rc rc, const char *sentence)
{
	struct err why = ERR_INIT;

	(void)err_set(&why, rc, 0, "%s", sentence);
	conn_stop(c, &why);
}

static int64_t
min64(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
silence_max_ms(const struct conn *c)
{
	const struct net_limits *l = c->spec.limits;

	return c->asks ? min64(l->ask_timeout_ms, l->ping_timeout_ms)
		       : l->ping_timeout_ms;
}

/* When the next ping is due, or its answer overdue. */
static int64_t
ping_deadline(const struct conn *c)
{
	const struct net_limits *l = c->spec.limits;
	int64_t life = max64(max64(c->last_in_ms, c->ping_ms), c->ask_ms);

	if (!c->ping_waits)
		return c->ping_ms +
		       (c->asks ? min64(l->ask_interval_ms, l->ping_interval_ms)
				: l->ping_interval_ms);
	return min64(life + silence_max_ms(c),
		     c->ping_ms + PONG_FACTOR * l->ping_timeout_ms);
}

static void
ping(struct conn *c, int64_t now)
{
	c->ping_waits = true;
	c->ping_ms = now;
	c->ping_us = loop_now_us();
	h2_ping(&c->h2);
}

/* A line that carries much else is left alone: an answer would come late. */
void
conn_ask(struct conn *c)
{
	if (c->state != CONN_UP || c->asks ||
	    stream_get_unsent(c->stream) > ASK_QUIET_BYTES)
		return;
	c->asks = true;
	c->ask_ms = loop_now_ms(c->spec.loop);
	timer_start(c->timer, 0, 0); /* looks when that is due */
}

/* When this stream is to be broken off if nothing moves; INT64_MAX never. */
static int64_t
stall_deadline(const struct conn *c, const struct h2_stream *s)
{
	int64_t idle = c->spec.limits->idle_ms;

	if (s->gone || s->closed)
		return INT64_MAX;
	if (s->out.len > 0)
		return s->last_ms + SLOW_FACTOR * idle;
	if (c->spec.server && !s->in_end && !s->paused && !s->discard)
		return s->last_ms + idle;
	return INT64_MAX;
}

static int64_t
check_streams(struct conn *c, int64_t now)
{
	int64_t next = INT64_MAX;

	for (struct h2_stream *s = c->h2.first; s != NULL; s = s->next) {
		int64_t at = stall_deadline(c, s);
		struct err why = ERR_INIT;

		if (at > now) {
			next = min64(next, at);
			continue;
		}
		(void)err_set(&why, RC_NET, 0,
			      _("nothing moved on the stream for too long"));
		h2_reset(s, NGHTTP2_CANCEL, &why);
	}
	return next;
}

/* Ends what is overdue; the next deadline, or -1 when the connection went. */
static int64_t
check_up(struct conn *c, int64_t now)
{
	const struct net_limits *l = c->spec.limits;
	int64_t next = check_streams(c, now);
	int64_t at;

	if (ping_deadline(c) <= now) {
		/* We ourselves may have slept past it: what came meanwhile
		 * waits in the socket and is read next. */
		if (c->ping_waits && !c->overslept &&
		    now - ping_deadline(c) > silence_max_ms(c) / LATE_PART) {
			c->overslept = true;
			c->ping_ms = now;
		} else if (c->ping_waits) {
			stop_late(c, RC_NET, _("the peer does not answer"));
			return -1;
		} else {
			ping(c, now);
		}
	}
	next = min64(next, ping_deadline(c));
	if (c->h2.head_open) {
		at = c->h2.head_began_ms + l->headers_ms;
		if (at <= now) {
			stop_late(c, RC_PROTO,
				  _("the peer began a request and did not go "
				    "on"));
			return -1;
		}
		next = min64(next, at);
	}
	if (c->spec.server && c->h2.n_streams == 0) {
		at = (c->h2.quiet_ms > c->open_ms ? c->h2.quiet_ms
						  : c->open_ms) +
		     l->idle_ms;
		if (at <= now) {
			stop_late(c, RC_NET, _("nothing was asked for long"));
			return -1;
		}
		next = min64(next, at);
	}
	return next;
}

/* Looks at all deadlines and rings again at the nearest. Called whenever one
 * may have come nearer; those that moved away are found when it rings. */
static void
check_deadlines(void *ctx)
{
	struct conn *c = ctx;
	int64_t now = loop_now_ms(c->spec.loop);
	int64_t next = 0;

	c->h2.now_ms = now;
	switch (c->state) {
	case CONN_CONNECTING:
	case CONN_HANDSHAKE:
		next = c->began_ms + c->spec.limits->handshake_ms;
		break;
	case CONN_OPENING:
		next = c->open_ms + c->spec.limits->headers_ms;
		break;
	case CONN_UP: next = check_up(c, now); break;
	case CONN_DOWN: return;
	}
	if (next < 0)
		return;
	if (next > now)
		timer_start(c->timer, next - now, 0);
	else
		stop_late(c, RC_NET,
			  c->state == CONN_CONNECTING
				  ? _("no answer to the connection attempt")
				  : _("the handshake took too long"));
}

/* ---- in ---- */

static void
pump(void *ctx)
{
	struct conn *c = ctx;
	struct err err = ERR_INIT;
	enum rc rc = RC_OK;

	c->woken = false;
	if (c->state == CONN_DOWN || c->state == CONN_CONNECTING)
		return;
	c->h2.now_ms = loop_now_ms(c->spec.loop);
	do {
		h2_deliver(&c->h2);
		if (c->state == CONN_DOWN)
			return;
		rc = push_out(c, &err);
	} while (rc == RC_OK && c->h2.ready_first != NULL);
	if (rc == RC_OK && c->state >= CONN_OPENING && h2_is_over(&c->h2))
		rc = h2_why_over(&c->h2, &err);
	if (rc != RC_OK)
		conn_stop(c, &err);
}

static void
wake(void *ctx)
{
	struct conn *c = ctx;

	if (c->woken || c->state == CONN_DOWN)
		return;
	c->woken = true;
	loop_defer(c->spec.loop, pump, c);
}

static void
on_pong(void *ctx)
{
	struct conn *c = ctx;

	c->ping_waits = c->overslept = false;
	if (c->ask_ms <= c->ping_ms)
		c->asks = false; /* else once more, for what came after it */
	c->rtt_us = loop_now_us() - c->ping_us;
}

static enum rc
on_plain(void *ctx, const void *data, size_t n_bytes, struct err *err)
{
	struct conn *c = ctx;

	c->barren_bytes = 0;
	return h2_feed(&c->h2, data, n_bytes, c->last_in_ms, err);
}

/* TLS or HTTP/2 may have come up with these bytes. */
static enum rc
advance(struct conn *c, struct err *err)
{
	enum rc rc = RC_OK;

	if (c->state == CONN_HANDSHAKE && tls_conn_is_up(c->tls)) {
		c->state = CONN_OPENING;
		c->open_ms = c->last_in_ms;
		if (c->spec.on_secure != NULL)
			rc = c->spec.on_secure(c->spec.ctx, err);
		check_deadlines(c);
	}
	if (rc == RC_OK && c->state == CONN_OPENING && c->h2.up) {
		c->state = CONN_UP;
		ping(c, c->last_in_ms);
		check_deadlines(c);
		if (c->spec.on_up != NULL)
			c->spec.on_up(c->spec.ctx);
	}
	return rc;
}

/* TLS records without content, such as updates of keys: HTTP/2 never sees
 * them, and our answers to them wait in the socket's queue. */
static bool
is_tls_flood(const struct conn *c)
{
	return c->barren_bytes > BARREN_MAX ||
	       (c->stream != NULL &&
		stream_get_queued(c->stream) >
			c->spec.limits->out_max + QUEUE_SLACK);
}

static void
take_in(struct conn *c, const void *data, size_t n_bytes)
{
	struct err err = ERR_INIT;
	struct err refused = ERR_INIT;
	bool head_open = c->h2.head_open;
	size_t n_streams = c->h2.n_streams;
	enum rc rc;

	c->last_in_ms = loop_now_ms(c->spec.loop);
	c->barren_bytes += n_bytes;
	rc = tls_conn_feed(c->tls, data, n_bytes, on_plain, &err);
	if (rc == RC_OK && is_tls_flood(c))
		rc = err_set(&err, RC_PROTO, 0,
			     _("the peer floods this connection"));
	if (advance(c, &refused) != RC_OK) {
		conn_stop(c, &refused); /* and none of its requests is told */
		return;
	}
	/* What came before the end is told before it. */
	if (c->state == CONN_UP || c->state == CONN_OPENING)
		h2_deliver(&c->h2);
	if (c->state == CONN_DOWN)
		return;
	if (rc != RC_OK) {
		conn_stop(c, &err);
		return;
	}
	if ((c->h2.head_open && !head_open) || c->h2.n_streams > n_streams)
		check_deadlines(c);
	wake(c);
}

static void
on_data(void *ctx, const void *data, size_t n_bytes)
{
	take_in(ctx, data, n_bytes);
}

static void
on_connect(void *ctx)
{
	struct conn *c = ctx;

	c->state = CONN_HANDSHAKE;
	stream_read_start(c->stream);
	take_in(c, NULL, 0); /* the client speaks first */
}

static void
on_end(void *ctx, enum rc rc, const struct err *err)
{
	struct conn *c = ctx;
	struct err why = ERR_INIT;

	if (rc == RC_OK)
		(void)err_set(&why, RC_NET, 0,
			      _("the peer closed the connection"));
	else
		why = *err;
	conn_stop(c, &why);
}

static const struct stream_events stream_events = {
	.on_connect = on_connect,
	.on_data = on_data,
	.on_drain = wake,
	.on_end = on_end,
};

static bool
check_peer(void *ctx, const struct pin *pin, struct err *err)
{
	struct conn *c = ctx;

	return c->spec.check(c->spec.ctx, pin, err);
}

enum rc
conn_start(struct conn *c, const struct conn_spec *spec, struct err *err)
{
	struct h2_events events = spec->streams;
	enum rc rc;

	events.on_pong = on_pong;
	events.on_wake = wake;
	*c = (struct conn){ .spec = *spec, .rtt_us = -1 };
	c->began_ms = c->last_in_ms = loop_now_ms(spec->loop);
	rc = h2_init(&c->h2, spec->server, spec->limits, &events, c, err);
	if (rc != RC_OK)
		goto out;
	c->h2.now_ms = c->h2.own.tokens_ms = c->began_ms;
	c->tls = tls_conn_new(spec->tls, spec->server, check_peer, c);
	if (c->tls == NULL ||
	    (!spec->server &&
	     !tls_conn_ask(c->tls, spec->peer_pin, spec->as_next))) {
		rc = err_set(err, RC_TLS, 0, _("cannot set up TLS"));
		goto out;
	}
	if (spec->server) {
		c->state = CONN_HANDSHAKE;
		c->stream = spec->take_stream;
		stream_set_events(c->stream, &stream_events, c);
		stream_read_start(c->stream);
	} else {
		c->state = CONN_CONNECTING;
		rc = stream_connect(spec->loop, spec->address, &stream_events,
				    c, &c->stream, err);
		if (rc != RC_OK)
			goto out;
	}
	c->timer = timer_new(spec->loop, check_deadlines, c);
	timer_start(c->timer, spec->limits->handshake_ms, 0);
	return RC_OK;
out:
	if (spec->server)
		(void)stream_close(spec->take_stream);
	c->tls = tls_conn_free(c->tls);
	h2_release(&c->h2, NULL);
	return rc;
}
