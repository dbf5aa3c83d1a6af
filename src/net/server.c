#include "net/server.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "conn_int.h"
#include "loop/stream.h"
#include "request_int.h"

/* All connections of one certificate, those to come too. */
struct caller {
	struct caller *next;
	struct pin pin;
	struct h2_share share;
	int64_t calls;	  /* that it may begin, in thousandths */
	int64_t calls_ms; /* when that was reckoned */
};

/* One accepted connection. */
struct guest {
	struct conn conn; /* conn.spec.ctx is the guest */
	struct net_server *server;
	struct guest *next, *prev; /* newest first */
	bool known;		   /* TLS is done and counted under its peer */
	bool leaving;
	struct pin pin;
	char peer[DESK_ID_MAX + 1];
	char address[ADDRESS_MAX];
};

struct net_server {
	struct net_server_config config;
	struct net_limits limits;
	struct listener *listener;
	struct guest *first, *last;
	struct caller *callers;
	size_t n_all, n_unauth;
	bool stopping;
	loop_fn stopped;
	void *stopped_ctx;
};

static void
finish_stop(void *ctx)
{
	struct net_server *s = ctx;
	loop_fn stopped = s->stopped;
	void *stopped_ctx = s->stopped_ctx;

	assert(s->n_all == 0);
	while (s->callers != NULL) {
		struct caller *c = s->callers;

		s->callers = c->next;
		(void)xfree(c);
	}
	(void)xfree(s);
	if (stopped != NULL)
		stopped(stopped_ctx);
}

static size_t
count_of(const struct net_server *s, const struct pin *pin)
{
	size_t n = 0;

	for (const struct guest *g = s->first; g != NULL; g = g->next) {
		if (g->known && !g->leaving && pin_eq(&g->pin, pin))
			n++;
	}
	return n;
}

/* One for each certificate that was ever trusted: they stay few. */
static struct caller *
caller_of(struct net_server *s, const struct pin *pin)
{
	int64_t now = loop_now_ms(s->config.loop);
	struct caller *c = s->callers;

	while (c != NULL && !pin_eq(&c->pin, pin))
		c = c->next;
	if (c != NULL)
		return c;
	c = xcalloc(1, sizeof(*c));
	c->pin = *pin;
	h2_share_init(&c->share, now);
	c->calls = (int64_t)s->limits.calls_max * 1000;
	c->calls_ms = now;
	c->next = s->callers;
	s->callers = c;
	return c;
}

/* A handshake costs more than what may be sent on it. */
static bool
may_call(struct net_server *s, const struct pin *pin)
{
	struct caller *c = caller_of(s, pin);
	int64_t now = loop_now_ms(s->config.loop);
	int64_t max = (int64_t)s->limits.calls_max * 1000;

	c->calls += (now - c->calls_ms) * s->limits.calls_per_s;
	c->calls_ms = now;
	if (c->calls > max)
		c->calls = max;
	if (c->calls < 1000)
		return false;
	c->calls -= 1000;
	return true;
}

/* ---- one guest ---- */

static bool
guest_check(void *ctx, const struct pin *pin, struct err *err)
{
	struct guest *g = ctx;
	struct net_server *s = g->server;

	g->pin = *pin;
	if (s->config.handlers.allow(s->config.ctx, pin, g->peer)) {
		/* Before the first byte; none comes without the key. */
		h2_share_use(&g->conn.h2, &caller_of(s, pin)->share);
		return true;
	}
	(void)err_set(err, RC_TLS, 0,
		      _("a caller's certificate is not that of a trusted "
			"peer"));
	return false;
}

static enum rc
guest_secure(void *ctx, struct err *err)
{
	struct guest *g = ctx;
	struct net_server *s = g->server;
	size_t n = count_of(s, &g->pin);

	s->n_unauth--;
	g->known = true;
	/* Only now: anybody can show a certificate. */
	if (!may_call(s, &g->pin)) {
		g->leaving = true;
		return err_set(err, RC_BUSY, 0, _("peer %s connects too often"),
			       g->peer);
	}
	if (n >= s->limits.conns_per_peer) {
		g->leaving = true; /* on_peer has nothing to hear of it */
		return err_set(err, RC_BUSY, 0,
			       _("peer %s has %zu connections already"),
			       g->peer, n);
	}
	if (n == 0 && s->config.handlers.on_peer != NULL)
		s->config.handlers.on_peer(s->config.ctx, g->peer, true);
	return RC_OK;
}

static bool
is_refusal(const struct guest *g, const struct err *err)
{
	return g->leaving || err->code == RC_TLS || err->code == RC_PROTO;
}

static void
guest_down(void *ctx, const struct err *err)
{
	struct guest *g = ctx;
	struct net_server *s = g->server;

	if (is_refusal(g, err) && s->config.handlers.on_refused != NULL)
		s->config.handlers.on_refused(s->config.ctx, g->address, err);
	if (g->next != NULL)
		g->next->prev = g->prev;
	else
		s->last = g->prev;
	if (g->prev != NULL)
		g->prev->next = g->next;
	else
		s->first = g->next;
	s->n_all--;
	if (!g->known)
		s->n_unauth--;
	else if (!g->leaving && count_of(s, &g->pin) == 0 &&
		 s->config.handlers.on_peer != NULL)
		s->config.handlers.on_peer(s->config.ctx, g->peer, false);
	(void)xfree(g);
	if (s->stopping && s->n_all == 0)
		finish_stop(s);
}

void
server_fill_request(struct conn *c, struct net_request *r)
{
	struct guest *g = c->spec.ctx;

	r->conn = c;
	r->handlers = &g->server->config.handlers;
	r->ctx = g->server->config.ctx;
	r->peer = g->peer;
	r->pin = &g->pin;
}

/* ---- the door ---- */

static bool
is_unknown(const struct guest *g)
{
	return !g->known && !g->leaving;
}

/* "ip:port" without the port */
static bool
same_host(const struct guest *a, const struct guest *b)
{
	const char *end = strrchr(a->address, ':');
	size_t n = end == NULL ? strlen(a->address)
			       : (size_t)(end - a->address) + 1;

	return strncmp(a->address, b->address, n) == 0;
}

static size_t
count_unknown_of(const struct net_server *s, const struct guest *like)
{
	size_t n = 0;

	for (const struct guest *g = s->first; g != NULL; g = g->next)
		n += is_unknown(g) && same_host(like, g);
	return n;
}

/* The oldest of the address with most of them, so that one who fills the
 * room pushes nobody out but himself. false: nobody can be sent away. */
static bool
drop_oldest_unknown(struct net_server *s)
{
	struct err why = ERR_INIT;
	struct guest *worst = NULL;
	size_t most = 0;

	for (struct guest *g = s->last; g != NULL; g = g->prev) {
		size_t n = is_unknown(g) ? count_unknown_of(s, g) : 0;

		if (n > most) {
			most = n;
			worst = g;
		}
		if (most > s->limits.conns_unauth / 2)
			break;
	}
	if (worst == NULL)
		return false;
	(void)err_set(&why, RC_BUSY, 0,
		      _("too many callers that did not identify themselves"));
	worst->leaving = true;
	conn_stop(&worst->conn, &why);
	return true;
}

static size_t
count_unknown(const struct net_server *s)
{
	size_t n = 0;

	for (const struct guest *g = s->first; g != NULL; g = g->next)
		n += is_unknown(g);
	return n;
}

static void
on_accept(void *ctx, struct stream *take_s)
{
	struct net_server *s = ctx;
	struct guest *g;
	struct conn_spec spec = {
		.loop = s->config.loop,
		.tls = s->config.tls,
		.limits = &s->limits,
		.server = true,
		.take_stream = take_s,
		.streams = request_events,
		.check = guest_check,
		.on_secure = guest_secure,
		.on_down = guest_down,
	};

	if (s->n_unauth >= s->limits.conns_unauth &&
	    count_unknown(s) >= s->limits.conns_unauth)
		(void)drop_oldest_unknown(s);
	else if (s->n_all >= s->limits.conns_all && !drop_oldest_unknown(s)) {
		(void)stream_close(take_s);
		return;
	}
	g = xcalloc(1, sizeof(*g));
	g->server = s;
	(void)snprintf(g->address, sizeof(g->address), "%s",
		       stream_get_peer(take_s));
	spec.ctx = g;
	if (conn_start(&g->conn, &spec, NULL) != RC_OK) {
		(void)xfree(g);
		return;
	}
	g->next = s->first;
	if (s->first != NULL)
		s->first->prev = g;
	else
		s->last = g;
	s->first = g;
	s->n_all++;
	s->n_unauth++;
}

enum rc
net_server_start(const struct net_server_config *config,
		 struct net_server **ret_server, struct err *err)
{
	struct net_server *s = xcalloc(1, sizeof(*s));
	enum rc rc;

	s->config = *config;
	s->config.listen = NULL; /* not ours to keep */
	if (config->limits != NULL)
		s->limits = *config->limits;
	else
		net_limits_init(&s->limits);
	rc = listener_start(config->loop, config->listen, on_accept, s,
			    &s->listener, err);
	if (rc != RC_OK) {
		(void)xfree(s);
		return rc;
	}
	*ret_server = s;
	return RC_OK;
}

const char *
net_server_get_address(const struct net_server *s)
{
	return listener_get_address(s->listener);
}

size_t
net_server_count(const struct net_server *s)
{
	return s->n_all;
}

void
net_server_close_peer(struct net_server *s, const struct pin *pin)
{
	struct err why = ERR_INIT;

	(void)err_set(&why, RC_DENIED, 0, _("trust was taken back"));
	for (struct guest *g = s->first; g != NULL; g = g->next) {
		if (g->known && pin_eq(&g->pin, pin))
			conn_stop(&g->conn, &why);
	}
}

void
net_server_stop(struct net_server *take_s, loop_fn done, void *ctx)
{
	struct net_server *s = take_s;
	struct err why = ERR_INIT;

	if (s == NULL || s->stopping)
		return;
	(void)err_set(&why, RC_CANCELED, 0, _("the server stops"));
	s->stopping = true;
	s->stopped = done;
	s->stopped_ctx = ctx;
	s->listener = listener_free(s->listener);
	for (struct guest *g = s->first; g != NULL; g = g->next)
		conn_stop(&g->conn, &why);
	if (s->n_all == 0)
		loop_defer(s->config.loop, finish_stop, s);
}
