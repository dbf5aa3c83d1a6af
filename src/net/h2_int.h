/*
 * HTTP/2 without a socket: bytes in, bytes out, for either side. nghttp2's
 * callbacks only mark and store; what came is told to the owner afterwards by
 * h2_deliver(), which nothing but the connection calls. So a handler may call
 * anything here, and no session or stream is freed under nghttp2's feet.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

#include <nghttp2/nghttp2.h>

#include "base/err.h"
#include "chunkq_int.h"
#include "net/header.h"

struct h2;
struct h2_stream;

struct h2_events {
	/* The message's headers are whole; s->owner may be set. */
	void (*on_headers)(void *ctx, struct h2_stream *s);
	void (*on_data)(void *ctx, struct h2_stream *s, const void *data,
			size_t n_bytes);
	void (*on_end)(void *ctx, struct h2_stream *s);
	void (*on_drain)(void *ctx, struct h2_stream *s);
	/* Once for each stream whose owner is set; it is gone after. */
	void (*on_close)(void *ctx, struct h2_stream *s, const struct err *err);
	void (*on_pong)(void *ctx); /* our ping was answered */
	void (*on_wake)(void *ctx); /* there is something to pull or deliver */
};

struct h2_field {
	char *name, *value;
};

struct h2_stream {
	struct h2 *h2;
	struct h2_stream *next, *prev; /* all streams of h2 */
	struct h2_stream *ready_next;
	void *owner;
	int32_t id;
	/* head of the message that comes in */
	struct h2_field *fields;
	size_t n_fields;
	size_t head_bytes;  /* as RFC 9113 6.5.2 counts */
	int bad_status;	    /* 431 or 400: the head is unfit */
	int status;	    /* of a response */
	int64_t last_ms;    /* something came in or went out */
	struct chunkq held; /* body bytes not yet told */
	struct chunkq out;  /* body bytes to send */
	struct err end;	    /* why it is over; RC_OK: well */
	bool head_done, head_told;
	bool in_end, end_told;
	bool paused, discard;
	bool out_begun, out_end, out_sent; /* out_sent: END_STREAM left */
	bool deferred;			   /* nghttp2 waits for resume */
	bool want_drain;
	bool closed; /* nghttp2 has let go of it */
	bool gone;   /* broken off: nothing but on_close follows */
	bool ready;  /* in h2's ready list */
};

/* What the connections of one peer share, so that many of them may not cost
 * more than one. Each junk frame costs a token; time and our own DATA earn
 * them. */
struct h2_share {
	int64_t tokens;
	int64_t tokens_ms;
	size_t held_bytes, out_bytes;
};

/* Follows the frames in what is fed: nghttp2 is silent about some. */
struct h2_watch {
	bool preface; /* a client's 24 bytes come first */
	unsigned char head[9];
	size_t n_head;
	size_t skip; /* of a body */
};

struct h2 {
	nghttp2_session *session;
	const struct net_limits *limits;
	struct h2_events events;
	void *ctx;
	bool server;
	bool up;	/* peer's SETTINGS came */
	bool dead;	/* nothing is submitted any more */
	bool head_open; /* a header block has begun and not ended */
	int64_t head_began_ms;
	int64_t now_ms;	  /* of the last feed or pull */
	int64_t quiet_ms; /* when the last stream went */
	size_t n_streams;
	int32_t newest_id; /* of a request; server */
	struct h2_share own, *share;
	struct h2_watch watch;
	uint32_t goaway; /* code of the peer's GOAWAY */
	int invalid;	 /* nghttp2's word for a frame it refused */
	struct h2_stream *first;
	struct h2_stream *ready_first, *ready_last;
	const uint8_t *piece; /* of nghttp2, not yet pulled */
	size_t n_piece;
};

/* Submits our SETTINGS; limits are borrowed. */
enum rc h2_init(struct h2 *h, bool server, const struct net_limits *limits,
		const struct h2_events *events, void *ctx, struct err *err);
/* Every stream with an owner gets on_close with why. */
void h2_release(struct h2 *h, const struct err *why);
/* RC_PROTO: the connection must end (a GOAWAY may be there to pull). */
enum rc h2_feed(struct h2 *h, const void *data, size_t n_bytes, int64_t now_ms,
		struct err *err);
/* Up to n_bytes to send; 0 when there is nothing. */
enum rc h2_pull(struct h2 *h, void *out, size_t n_bytes, size_t *ret_n,
		struct err *err);
void h2_deliver(struct h2 *h);
/* Neither to read nor to write anything more: the session is over. */
bool h2_is_over(const struct h2 *h);
enum rc h2_why_over(const struct h2 *h, struct err *err);
/* A full one, as of now. */
void h2_share_init(struct h2_share *s, int64_t now_ms);
/* From now on; nothing was sent or received yet. It must outlive h. */
void h2_share_use(struct h2 *h, struct h2_share *share);
void h2_ping(struct h2 *h);
void h2_goaway(struct h2 *h, uint32_t code);

/* ---- streams ---- */

struct h2_stream *h2_stream_new(struct h2 *h, int32_t id);
void h2_stream_ready(struct h2_stream *s);
const char *h2_stream_header(const struct h2_stream *s, const char *name);
/* Client: opens one. has_body: bytes follow by h2_write. */
enum rc h2_request(struct h2 *h, const struct net_header *head, size_t n_head,
		   bool has_body, struct h2_stream **ret_s, struct err *err);
/* Server: answers one. */
void h2_respond(struct h2_stream *s, const struct net_header *head,
		size_t n_head);
/* RC_BUSY when max (of this stream; 0 = none) would be passed. */
enum rc h2_write(struct h2_stream *s, const void *data, size_t n_bytes,
		 size_t max, struct err *err);
void h2_end(struct h2_stream *s);
void h2_pause(struct h2_stream *s);
void h2_resume(struct h2_stream *s);
/* Drops the rest of the incoming body. */
void h2_discard(struct h2_stream *s);
/* RST_STREAM; on_close with why comes by h2_deliver(). */
void h2_reset(struct h2_stream *s, uint32_t code, const struct err *why);
nghttp2_session_callbacks *h2_make_callbacks(void);
enum h2_seen {
	H2_FINE,
	H2_FLOOD,  /* the peer's junk has used up the tokens */
	H2_BROKEN, /* against RFC 9113, and nghttp2 would let it through */
};
enum h2_seen h2_watch(struct h2 *h, const void *data, size_t n_bytes);
/* nghttp2 wants body bytes of a stream. */
ssize_t h2_read_body(nghttp2_session *session, int32_t id, uint8_t *out,
		     size_t n_bytes, uint32_t *flags,
		     nghttp2_data_source *source, void *user_data);
void h2_stream_free(struct h2_stream *s);
