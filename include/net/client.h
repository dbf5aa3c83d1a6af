/*
 * HTTP/2 client: one connection to one pinned peer, many calls on it.
 *
 * A connection ends in exactly one on_down (also when it never came up, and
 * after net_close()); before it every open call gets its on_close. After
 * on_down returned the connection is gone. A dead peer is found by ping.
 *
 * A call ends in exactly one on_close, after which it is gone. No callback is
 * called from inside net_connect(), net_call(), net_cancel() or net_close().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "loop/loop.h"
#include "net/header.h"
#include "net/tls.h"

struct net_conn;
struct net_call;

struct net_connect_spec {
	struct loop *loop;
	struct tls *tls;     /* must outlive the connection */
	const char *address; /* "host:port" */
	struct pin pin;	     /* the only certificate accepted */
	bool as_next;	     /* show our next certificate, where there is one */
	const struct net_limits *limits; /* NULL: defaults */
	void (*on_up)(void *ctx);	 /* TLS and HTTP/2 are up */
	/* RC_TLS: pin, certificate, version; RC_NET: cannot connect, cut, dead;
	 * RC_PROTO; RC_CANCELED after net_close(). */
	void (*on_down)(void *ctx, const struct err *err);
	void *ctx;
};
/* Fails at once only for a malformed address. */
enum rc net_connect(const struct net_connect_spec *spec,
		    struct net_conn **ret_conn, struct err *err);
void net_close(struct net_conn *c);
bool net_conn_is_up(const struct net_conn *c);
/* Last ping's round trip, microseconds; -1 before the first. The first ping
 * goes out when the connection comes up. */
int64_t net_conn_get_rtt_us(const struct net_conn *c);
/* Something says that the peer may be elsewhere: a ping, soon, and little
 * patience with it. Every net_call() does the same. */
void net_conn_ask(struct net_conn *c);
size_t net_conn_get_calls(const struct net_conn *c); /* open calls */

struct net_call_spec {
	const char *method; /* "GET", "PUT", "POST" */
	const char *path;   /* with query */
	const struct net_header *headers;
	size_t n_headers;
	/* The whole body is known (copied), or NULL. */
	const void *body;
	size_t n_body;
	/* true: the body comes by net_call_write(), ends by net_call_end() */
	bool streaming;
	/* > 0: the answer's body is collected, at most so many bytes (more is
	 * RC_TOOLARGE); on_data is not used. */
	size_t collect_max;
	void (*on_headers)(void *ctx, struct net_call *c); /* NULL ok */
	void (*on_data)(void *ctx, struct net_call *c, const void *data,
			size_t n_bytes);		 /* NULL: dropped */
	void (*on_drain)(void *ctx, struct net_call *c); /* as in server.h */
	/* err NULL: the answer came whole (whatever its status). RC_NET: cut;
	 * RC_PROTO, RC_CANCELED: broken off by the peer; RC_BUSY: refused
	 * before it was looked at, so that it may be sent again; RC_TOOLARGE;
	 * RC_CANCELED also after net_cancel() and net_close(). */
	void (*on_close)(void *ctx, struct net_call *c, const struct err *err);
	void *ctx;
};
/* RC_STATE before on_up and after the connection went down (until on_down).
 * More calls than the peer takes at once wait in line. */
enum rc net_call(struct net_conn *c, const struct net_call_spec *spec,
		 struct net_call **ret_call, struct err *err);
/* 0 before on_headers. */
int net_call_get_status(const struct net_call *c);
/* Of the answer; NULL when absent. */
const char *net_call_get_header(const struct net_call *c, const char *name);
/* What was collected; owned by the call, buf_take() allowed in on_close. */
struct buf *net_call_get_body(struct net_call *c);
/* As net_write() and net_get_queued() in server.h. */
enum rc net_call_write(struct net_call *c, const void *data, size_t n_bytes,
		       struct err *err);
size_t net_call_get_queued(const struct net_call *c);
void net_call_end(struct net_call *c);
void net_call_pause(struct net_call *c);
void net_call_resume(struct net_call *c);
/* on_close(RC_CANCELED) comes later, nothing else in between. */
void net_cancel(struct net_call *c);
