/* Names, values and limits shared by the HTTP/2 client and server. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Names are lower-case ASCII. */
struct net_header {
	const char *name;
	const char *value;
};

/* Defaults are those of base/limits.h; tests make them small. */
struct net_limits {
	int64_t handshake_ms;	  /* TCP open to TLS done; also connecting */
	int64_t headers_ms;	  /* preface, and a header block once begun */
	int64_t idle_ms;	  /* without a stream; a body that stalls */
	int64_t ping_interval_ms; /* a ping when nothing came for so long */
	int64_t ping_timeout_ms;  /* no sign of life after it: dead */
	int64_t ask_interval_ms;  /* as those two, while something waits */
	int64_t ask_timeout_ms;	  /* for the peer on a quiet line */
	size_t header_list_max;	  /* bytes, RFC 9113 6.5.2 */
	size_t body_max;	  /* of a request, unless raised for it */
	size_t out_max;		  /* queued to one stream or one socket */
	uint32_t window_bytes;	  /* stream and connection */
	uint32_t streams_max;
	unsigned conns_per_peer;
	unsigned conns_unauth;
	unsigned conns_all;
	/* new connections of a peer: at once after a rest, and of a second */
	unsigned calls_max, calls_per_s;
};
void net_limits_init(struct net_limits *l);
