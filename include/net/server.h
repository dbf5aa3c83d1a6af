/*
 * HTTP/2 server. Handlers are called from the loop. For each request:
 * on_headers, then on_data..., on_end (the whole body is here), and in every
 * case exactly one on_close, after which the request is gone.
 *
 * Flow control: while a request is paused its stream window is withheld, the
 * connection window is always given back; what arrived meanwhile is kept and
 * delivered after net_request_resume().
 *
 * Requests that break a limit (header list 431, body 413, broken syntax 400)
 * are answered here; the handler sees only on_close if it saw on_headers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "loop/loop.h"
#include "net/header.h"
#include "net/tls.h"

struct net_server;
struct net_request;

struct net_handlers {
	/* Is this certificate trusted, and whose is it? Called in the TLS
	 * handshake; writes the desk id. */
	bool (*allow)(void *ctx, const struct pin *pin,
		      char ret_peer[static DESK_ID_MAX + 1]);
	/* The first connection of a peer came, or its last one went. NULL ok */
	void (*on_peer)(void *ctx, const char *peer, bool up);
	/* A caller was sent away, and why: not trusted, not TLS 1.3 with h2,
	 * floods, too many. address "ip:port". The log's rate is the handler's
	 * concern. NULL ok */
	void (*on_refused)(void *ctx, const char *address,
			   const struct err *why);
	void (*on_headers)(void *ctx, struct net_request *r);
	void (*on_data)(void *ctx, struct net_request *r, const void *data,
			size_t n_bytes);
	void (*on_end)(void *ctx, struct net_request *r);
	/* Queued bytes fell below a quarter of the limit after net_write() had
	 * answered RC_BUSY or half of it was queued. NULL ok */
	void (*on_drain)(void *ctx, struct net_request *r);
	/* RC_OK: the response went whole. RC_CANCELED: the caller lost
	 * interest, or the server stops; RC_NET: cut or dead; RC_PROTO;
	 * RC_TOOLARGE: answered 413 here. */
	void (*on_close)(void *ctx, struct net_request *r, enum rc rc);
};

struct net_server_config {
	struct loop *loop;
	struct tls *tls;		 /* must outlive the server */
	const char *listen;		 /* ADDR:PORT, port 0 = any free one */
	const struct net_limits *limits; /* NULL: defaults */
	struct net_handlers handlers;
	void *ctx;
};
/* RC_LOCKED when the address is in use. */
enum rc net_server_start(const struct net_server_config *config,
			 struct net_server **ret_server, struct err *err);
const char *net_server_get_address(const struct net_server *s);
/* Closes all; requests get on_close(RC_CANCELED), then done() is called once
 * (may be NULL) and the server is gone. */
void net_server_stop(struct net_server *take_s, loop_fn done, void *ctx);
/* Closes all connections with this certificate (trust was taken back). */
void net_server_close_peer(struct net_server *s, const struct pin *pin);
size_t net_server_count(const struct net_server *s); /* connections */

/* What the peer asked. Borrowed until on_close returned. */
const char *net_request_get_method(const struct net_request *r);
const char *net_request_get_path(const struct net_request *r);	/* no query */
const char *net_request_get_query(const struct net_request *r); /* "" */
const char *net_request_get_authority(const struct net_request *r);
/* First value, NULL when absent. */
const char *net_request_get_header(const struct net_request *r,
				   const char *name);
/* The value of `name=` in the query, %-decoded, into out. RC_NOTFOUND when
 * absent, RC_MALFORMED, RC_RANGE when longer than out. */
enum rc net_request_get_param(const struct net_request *r, const char *name,
			      char *out, size_t out_size, struct err *err);
const char *net_request_get_peer(const struct net_request *r); /* desk id */
const struct pin *net_request_get_pin(const struct net_request *r);
/* -1 when not said */
int64_t net_request_get_content_length(const struct net_request *r);
void net_request_set_data(struct net_request *r, void *data);
void *net_request_get_data(const struct net_request *r);

/* In on_headers: this request may have a larger (blobs) or smaller body. */
void net_request_set_body_max(struct net_request *r, int64_t max_bytes);
void net_request_pause(struct net_request *r);
void net_request_resume(struct net_request *r);

struct net_response {
	int status;
	const char *content_type; /* NULL: none */
	const struct net_header *headers;
	size_t n_headers;
};
/* Sends the response headers; once. A response may begin, and end, before the
 * request's body came whole: then the rest of the body is dropped. */
void net_respond(struct net_request *r, const struct net_response *response);
/* Queues body bytes; small writes of a turn leave together. RC_BUSY when more
 * than the limit (out_max, 1 MiB) would be queued: nothing is taken then, wait
 * for on_drain. A write to an empty queue is always taken. RC_STATE when the
 * stream is gone. */
enum rc net_write(struct net_request *r, const void *data, size_t n_bytes,
		  struct err *err);
size_t net_get_queued(const struct net_request *r);
/* The response is whole. */
void net_end(struct net_request *r);
/* net_respond + net_write + net_end for a small body. */
void net_answer(struct net_request *r, const struct net_response *response,
		const void *body, size_t n_bytes);
/* Breaks the stream off; on_close comes later. */
void net_reset(struct net_request *r);
