/*
 * One connection, either side: TCP under TLS under HTTP/2, with its deadlines
 * and pings. It ends in one on_down, told from the loop and never from inside
 * a call; every stream was closed before it. The owner, of which struct conn
 * is a member, frees itself in on_down.
 *
 *	CONNECTING  the client waits for TCP
 *	HANDSHAKE   TLS
 *	OPENING     TLS is up, the peer's first SETTINGS are awaited
 *	UP
 *	DOWN        on_down is due
 */
#pragma once

#include "h2_int.h"
#include "loop/loop.h"
#include "loop/stream.h"
#include "net/header.h"
#include "net/tls.h"
#include "tls_int.h"

enum conn_state {
	CONN_CONNECTING,
	CONN_HANDSHAKE,
	CONN_OPENING,
	CONN_UP,
	CONN_DOWN,
};

struct conn_spec {
	struct loop *loop;
	struct tls *tls;
	const struct net_limits *limits; /* borrowed as long as conn lives */
	bool server;
	const char *address;	    /* client: where to connect */
	const struct pin *peer_pin; /* client: borrowed in conn_start */
	bool as_next;		    /* client: by our next certificate */
	struct stream *take_stream; /* server: what was accepted */
	/* on_headers to on_close; their ctx is the struct conn */
	struct h2_events streams;
	/* The rest gets this ctx. */
	void *ctx;
	/* Is this certificate accepted? false fills err. */
	bool (*check)(void *ctx, const struct pin *pin, struct err *err);
	/* TLS is up; anything but RC_OK refuses the connection. NULL ok */
	enum rc (*on_secure)(void *ctx, struct err *err);
	void (*on_up)(void *ctx); /* NULL ok */
	void (*on_down)(void *ctx, const struct err *err);
};

struct conn {
	struct conn_spec spec;
	struct stream *stream;
	struct tls_conn *tls;
	struct h2 h2;
	struct timer *timer;
	enum conn_state state;
	bool woken;	 /* pump() is deferred */
	bool ping_waits; /* for its answer */
	bool overslept;	 /* our own loop was late for the answer, once */
	bool asks;	 /* something waits for a sign of life since ask_ms */
	int64_t began_ms;
	int64_t open_ms; /* TLS came up */
	int64_t last_in_ms;
	int64_t ping_ms; /* last sent */
	int64_t ping_us;
	int64_t ask_ms;
	int64_t rtt_us;	     /* -1: not known */
	size_t barren_bytes; /* came since the last that TLS made something of
			      */
	struct err why;
};

/* On failure nothing is left to free (take_stream is closed). */
enum rc conn_start(struct conn *c, const struct conn_spec *spec,
		   struct err *err);
/* Something waits for the peer: it is asked, soon, whether it is there. No
 * callback comes from inside. */
void conn_ask(struct conn *c);
/* Says goodbye with what is queued, then on_down(why) comes. */
void conn_stop(struct conn *c, const struct err *why);
