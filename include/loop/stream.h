/*
 * TCP: listen, accept, connect, read and write with backpressure. Addresses
 * are "127.0.0.1:4433", "[::1]:4433" or "name:4433" (names only to connect).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "loop/loop.h"

#define ADDRESS_MAX 280 /* host name 253, brackets, port, NUL */

struct stream;
struct stream_events {
	void (*on_connect)(void *ctx); /* only after stream_connect() */
	/* Bytes are borrowed for the call. */
	void (*on_data)(void *ctx, const void *data, size_t n_bytes);
	/* All that was queued has been written; may be NULL. */
	void (*on_drain)(void *ctx);
	/* Once: RC_OK at the peer's end of stream, else RC_NET (also a failed
	 * connect). Nothing follows; the owner still calls stream_close(). */
	void (*on_end)(void *ctx, enum rc rc, const struct err *err);
};

/* Is addr HOST:PORT? RC_RANGE or RC_MALFORMED says what is wrong. */
enum rc address_check(const char *addr, struct err *err);

/* A failure that is found later comes by on_end. No deadline of its own. */
enum rc stream_connect(struct loop *l, const char *addr,
		       const struct stream_events *events, void *ctx,
		       struct stream **ret_stream, struct err *err);
/* Reading is off until started. */
void stream_read_start(struct stream *s);
void stream_read_stop(struct stream *s);
/* Copies what the kernel does not take at once. No callback from inside. */
void stream_write(struct stream *s, const void *data, size_t n_bytes);
size_t stream_get_queued(const struct stream *s); /* bytes not yet written */
/* The same and what the kernel was given and the other end has not taken. */
size_t stream_get_unsent(const struct stream *s);
const char *stream_get_peer(const struct stream *s); /* "addr:port", "" */
/* Ends at once, drops what is queued; no callback after. NULL is taken. */
struct stream *stream_close(struct stream *take_s);
/* Writes what is queued first (at most 2 s), then closes. */
void stream_close_after_write(struct stream *take_s);

struct listener;
/* on_accept owns the stream: it sets events with stream_set_events() and
 * starts reading, or closes it. RC_LOCKED when the address is in use. When
 * descriptors or memory run out, callers wait in the kernel's line. */
enum rc listener_start(struct loop *l, const char *addr,
		       void (*on_accept)(void *ctx, struct stream *take_s),
		       void *ctx, struct listener **ret_listener,
		       struct err *err);
void stream_set_events(struct stream *s, const struct stream_events *events,
		       void *ctx);
const char *listener_get_address(const struct listener *l);
struct listener *listener_free(struct listener *l);
