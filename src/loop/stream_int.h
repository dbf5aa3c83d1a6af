/* A stream as the listener, the dialler and the stream itself see it. */
#pragma once

#include <uv.h>

#include "base/err.h"
#include "loop/stream.h"

enum stream_state {
	STREAM_CONNECTING, /* tcp may be closing before the next address */
	STREAM_OPEN,
	STREAM_ENDED,	  /* on_end was or will be called */
	STREAM_LINGERING, /* owner is gone; queued bytes still leave */
	STREAM_CLOSING,	  /* owner is gone; the last close callback frees */
};

struct stream {
	uv_tcp_t tcp;
	uv_connect_t connect;
	uv_getaddrinfo_t lookup;
	uv_shutdown_t shutdown;
	struct loop *loop;
	struct timer *linger;
	struct stream_events events;
	void *ctx;
	enum stream_state state;
	bool looking_up;  /* lookup is libuv's until its callback */
	bool tcp_closing; /* tcp is libuv's until its close callback */
	bool want_read;
	struct addrinfo *addresses; /* to free */
	struct addrinfo *next;	    /* to try when this one fails */
	size_t queued;
	char target[ADDRESS_MAX]; /* what we dial, for sentences */
	char peer[ADDRESS_MAX];
	struct err end; /* RC_OK: end of stream */
};

struct stream *stream_alloc(struct loop *l);
/* Frees a closing stream once libuv has let go of all its parts. */
void stream_release(struct stream *s);
/* The tcp handle is connected: learn the peer, switch Nagle off. */
void stream_opened(struct stream *s);
/* Ends it; on_end is deferred. uv_error 0 is the peer's end. */
void stream_fail(struct stream *s, int uv_error, const char *what);
