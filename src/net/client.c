#include "net/client.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "conn_int.h"

#define REQUEST_HEADERS_MAX 32

struct net_conn {
	struct conn conn; /* conn.spec.ctx is this */
	struct net_limits limits;
	struct net_connect_spec spec;
	char *address;
};

struct net_call {
	struct h2_stream *stream;
	struct net_call_spec spec; /* its borrowed bytes are forgotten */
	struct buf body;
	size_t out_max;
};

/* ---- the connection ---- */

static bool
client_check(void *ctx, const struct pin *pin, struct err *err)
{
	struct net_conn *n = ctx;

	if (pin_eq(pin, &n->spec.pin))
		return true;
	(void)err_set(err, RC_TLS, 0,
		      _("%s: its certificate is not the one in the peer's "
			"card"),
		      n->address);
	return false;
}

static void
client_up(void *ctx)
{
	struct net_conn *n = ctx;

	if (n->spec.on_up != NULL)
		n->spec.on_up(n->spec.ctx);
}

static void
client_down(void *ctx, const struct err *err)
{
	struct net_conn *n = ctx;

	n->spec.on_down(n->spec.ctx, err);
	(void)xfree(n->address);
	(void)xfree(n);
}

static void
call_headers(void *ctx, struct h2_stream *s)
{
	struct net_call *c = s->owner;
	struct err why = ERR_INIT;

	(void)ctx;
	if (s->bad_status != 0) {
		(void)err_set(&why, RC_TOOLARGE, 0,
			      _("the answer's headers are unfit"));
		h2_reset(s, NGHTTP2_CANCEL, &why);
	} else if (c->spec.on_headers != NULL) {
		c->spec.on_headers(c->spec.ctx, c);
	}
}

static void
call_data(void *ctx, struct h2_stream *s, const void *data, size_t n_bytes)
{
	struct net_call *c = s->owner;
	struct err why = ERR_INIT;

	(void)ctx;
	if (c->spec.collect_max == 0) {
		if (c->spec.on_data != NULL)
			c->spec.on_data(c->spec.ctx, c, data, n_bytes);
	} else if (buf_add(&c->body, data, n_bytes, &why) != RC_OK) {
		h2_reset(s, NGHTTP2_CANCEL, &why);
	}
}

static void
call_end(void *ctx, struct h2_stream *s)
{
	(void)ctx;
	(void)s; /* on_close follows when our side has ended too */
}

static void
call_drain(void *ctx, struct h2_stream *s)
{
	struct net_call *c = s->owner;

	(void)ctx;
	if (c->spec.on_drain != NULL)
		c->spec.on_drain(c->spec.ctx, c);
}

static void
call_close(void *ctx, struct h2_stream *s, const struct err *err)
{
	struct net_call *c = s->owner;

	(void)ctx;
	c->spec.on_close(c->spec.ctx, c, err);
	buf_release(&c->body);
	(void)xfree(c);
	s->owner = NULL;
}

static const struct h2_events call_events = {
	.on_headers = call_headers,
	.on_data = call_data,
	.on_end = call_end,
	.on_drain = call_drain,
	.on_close = call_close,
};

enum rc
net_connect(const struct net_connect_spec *spec, struct net_conn **ret_conn,
	    struct err *err)
{
	struct net_conn *n = xcalloc(1, sizeof(*n));
	struct conn_spec cs = {
		.loop = spec->loop,
		.tls = spec->tls,
		.limits = &n->limits,
		.address = spec->address,
		.peer_pin = &spec->pin,
		.as_next = spec->as_next,
		.streams = call_events,
		.ctx = n,
		.check = client_check,
		.on_up = client_up,
		.on_down = client_down,
	};
	enum rc rc;

	n->spec = *spec;
	n->address = xstrdup(spec->address);
	n->spec.address = n->address;
	if (spec->limits != NULL)
		n->limits = *spec->limits;
	else
		net_limits_init(&n->limits);
	rc = conn_start(&n->conn, &cs, err);
	if (rc != RC_OK) {
		(void)xfree(n->address);
		(void)xfree(n);
		return rc;
	}
	*ret_conn = n;
	return RC_OK;
}

void
net_close(struct net_conn *c)
{
	struct err why = ERR_INIT;

	(void)err_set(&why, RC_CANCELED, 0, _("closed on our side"));
	conn_stop(&c->conn, &why);
}

bool
net_conn_is_up(const struct net_conn *c)
{
	return c->conn.state == CONN_UP;
}

int64_t
net_conn_get_rtt_us(const struct net_conn *c)
{
	return c->conn.rtt_us;
}

void
net_conn_ask(struct net_conn *c)
{
	conn_ask(&c->conn);
}

size_t
net_conn_get_calls(const struct net_conn *c)
{
	return c->conn.h2.n_streams;
}

/* ---- calls ---- */

enum rc
net_call(struct net_conn *c, const struct net_call_spec *spec,
	 struct net_call **ret_call, struct err *err)
{
	struct net_header head[REQUEST_HEADERS_MAX] = {
		{ ":method", spec->method },
		{ ":scheme", "https" },
		{ ":authority", c->address },
		{ ":path", spec->path },
	};
	char length[24];
	size_t n = 4;
	bool has_body = spec->n_body > 0 || spec->streaming;
	struct h2_stream *s = NULL;
	struct net_call *call;
	enum rc rc;

	if (c->conn.state != CONN_UP)
		return err_set(err, RC_STATE, 0, _("%s: not connected"),
			       c->address);
	if (spec->n_body > 0) {
		(void)snprintf(length, sizeof(length), "%zu", spec->n_body);
		head[n++] = (struct net_header){ "content-length", length };
	}
	for (size_t i = 0; i < spec->n_headers && n < ARRAY_LEN(head); i++)
		head[n++] = spec->headers[i];
	rc = h2_request(&c->conn.h2, head, n, has_body, &s, err);
	if (rc != RC_OK)
		return rc;
	conn_ask(&c->conn);
	call = xcalloc(1, sizeof(*call));
	call->stream = s;
	call->spec = *spec;
	call->spec.headers = NULL;
	call->spec.body = NULL;
	call->spec.method = call->spec.path = NULL;
	call->out_max = c->limits.out_max;
	buf_init(&call->body, spec->collect_max);
	s->owner = call;
	/* It is new and empty, so this cannot fail. */
	if (spec->n_body > 0)
		(void)h2_write(s, spec->body, spec->n_body, 0, NULL);
	if (!spec->streaming)
		h2_end(s);
	*ret_call = call;
	return RC_OK;
}

int
net_call_get_status(const struct net_call *c)
{
	return c->stream->status;
}

const char *
net_call_get_header(const struct net_call *c, const char *name)
{
	return h2_stream_header(c->stream, name);
}

struct buf *
net_call_get_body(struct net_call *c)
{
	return &c->body;
}

enum rc
net_call_write(struct net_call *c, const void *data, size_t n_bytes,
	       struct err *err)
{
	return h2_write(c->stream, data, n_bytes, c->out_max, err);
}

size_t
net_call_get_queued(const struct net_call *c)
{
	return c->stream->out.len;
}

void
net_call_end(struct net_call *c)
{
	h2_end(c->stream);
}

void
net_call_pause(struct net_call *c)
{
	h2_pause(c->stream);
}

void
net_call_resume(struct net_call *c)
{
	h2_resume(c->stream);
}

void
net_cancel(struct net_call *c)
{
	struct err why = ERR_INIT;

	(void)err_set(&why, RC_CANCELED, 0, _("canceled"));
	h2_reset(c->stream, NGHTTP2_CANCEL, &why);
}
