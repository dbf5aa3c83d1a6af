#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "h2_int.h"

/* Limits inside nghttp2. */
#define OUTBOUND_ACK_MAX  256 /* unsent answers to PING and SETTINGS */
#define SETTINGS_MAX	  32
#define CONTINUATIONS_MAX 8
#define RESETS_BURST	  200
#define RESETS_PER_S	  20
/* A head four times its limit is not worth an answer. */
#define HEAD_GIVE_UP 4
/* Tokens: each junk frame costs one, time and our own DATA earn them. */
#define TOKENS_MAX   1000
#define TOKENS_PER_S 100
#define TINY_DATA    16
/* Bodies kept for paused streams of one connection, in windows. */
#define HELD_WINDOWS 2
/* Frames waiting while the socket takes nothing. */
#define OUTBOUND_MAX 1000

static struct h2_stream *
find(nghttp2_session *session, int32_t id)
{
	/* Stream 0 is the connection. */
	return id == 0 ? NULL
		       : nghttp2_session_get_stream_user_data(session, id);
}

/* ---- junk ---- */

static int
spend(struct h2 *h, const char *what)
{
	if (--h->tokens >= 0)
		return 0;
	(void)err_set(&h->fail, RC_PROTO, 0,
		      _("the peer floods this connection (%s)"), what);
	return NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int
on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *hd,
	       void *user_data)
{
	struct h2 *h = user_data;

	(void)session;
	/* Only a CONTINUATION can come inside a head. */
	if (hd->type != NGHTTP2_CONTINUATION)
		h->head_open = false;
	switch (hd->type) {
	case NGHTTP2_HEADERS: return 0;
	case NGHTTP2_DATA:
		if (hd->length < TINY_DATA &&
		    (hd->flags & NGHTTP2_FLAG_END_STREAM) == 0)
			return spend(h, "DATA");
		return 0;
	case NGHTTP2_PING: return spend(h, "PING");
	case NGHTTP2_SETTINGS: return spend(h, "SETTINGS");
	case NGHTTP2_WINDOW_UPDATE: return spend(h, "WINDOW_UPDATE");
	case NGHTTP2_RST_STREAM: return spend(h, "RST_STREAM");
	default: return spend(h, "frames");
	}
}

static int
on_frame_send(nghttp2_session *session, const nghttp2_frame *frame,
	      void *user_data)
{
	struct h2 *h = user_data;
	struct h2_stream *s = find(session, frame->hd.stream_id);

	if (frame->hd.type == NGHTTP2_DATA && h->tokens < TOKENS_MAX)
		h->tokens += 2; /* it owes us two WINDOW_UPDATE */
	/* Resets that the peer makes us send count as its own. */
	if (frame->hd.type == NGHTTP2_RST_STREAM &&
	    frame->rst_stream.error_code != NGHTTP2_NO_ERROR &&
	    frame->rst_stream.error_code != NGHTTP2_CANCEL)
		h->tokens--;
	if (s != NULL && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 &&
	    (frame->hd.type == NGHTTP2_DATA ||
	     frame->hd.type == NGHTTP2_HEADERS)) {
		s->out_sent = true;
		/* Answered before the body came whole: RFC 9113 8.1. */
		if (h->server && !s->in_end)
			(void)nghttp2_submit_rst_stream(session,
							NGHTTP2_FLAG_NONE,
							s->id,
							NGHTTP2_NO_ERROR);
	}
	return 0;
}

/* ---- heads ---- */

static int
on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame,
		 void *user_data)
{
	struct h2 *h = user_data;

	if (h->server && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
		struct h2_stream *s = h2_stream_new(h, frame->hd.stream_id);

		(void)nghttp2_session_set_stream_user_data(
			session, frame->hd.stream_id, s);
	}
	h->head_open = true;
	h->head_began_ms = h->now_ms;
	return 0;
}

static void
forget_fields(struct h2_stream *s)
{
	for (size_t i = 0; i < s->n_fields; i++) {
		(void)xfree(s->fields[i].name);
		(void)xfree(s->fields[i].value);
	}
	s->n_fields = 0;
	s->head_bytes = 0;
}

static int
on_header(nghttp2_session *session, const nghttp2_frame *frame,
	  const uint8_t *name, size_t n_name, const uint8_t *value,
	  size_t n_value, uint8_t flags, void *user_data)
{
	struct h2 *h = user_data;
	struct h2_stream *s = find(session, frame->hd.stream_id);
	struct h2_field *f;

	(void)flags;
	if (s == NULL)
		return 0;
	s->head_bytes += n_name + n_value + 32; /* RFC 9113 6.5.2 */
	if (s->head_bytes > HEAD_GIVE_UP * h->limits->header_list_max) {
		h->head_open = false;
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	}
	if (s->head_bytes > h->limits->header_list_max) {
		s->bad_status = 431;
		return 0;
	}
	if (s->head_done)
		return 0; /* a trailer: nobody asks for them */
	if (utf8_check((const char *)value, n_value, NULL) != RC_OK) {
		s->bad_status = 400;
		return 0;
	}
	s->fields =
		xreallocarray(s->fields, s->n_fields + 1, sizeof(*s->fields));
	f = &s->fields[s->n_fields++];
	f->name = xstrndup((const char *)name, n_name);
	f->value = xstrndup((const char *)value, n_value);
	return 0;
}

static void
head_whole(struct h2 *h, struct h2_stream *s)
{
	int64_t status = 0;
	const char *text;

	if (s->head_done)
		return;
	if (!h->server) {
		text = h2_stream_header(s, ":status");
		if (text == NULL ||
		    str_to_i64(text, 100, 999, &status, NULL) != RC_OK)
			status = 0;
		if (status < 200 && s->bad_status == 0) {
			forget_fields(s); /* 1xx: the real one follows */
			return;
		}
		s->status = (int)status;
	}
	s->head_done = true;
	h2_stream_ready(s);
}

static int
on_frame_recv(nghttp2_session *session, const nghttp2_frame *frame,
	      void *user_data)
{
	struct h2 *h = user_data;
	struct h2_stream *s = find(session, frame->hd.stream_id);

	if (frame->hd.type == NGHTTP2_HEADERS)
		h->head_open = false;
	if (frame->hd.type == NGHTTP2_SETTINGS &&
	    (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0)
		h->up = true;
	if (frame->hd.type == NGHTTP2_PING &&
	    (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0)
		h->events.on_pong(h->ctx);
	if (frame->hd.type == NGHTTP2_GOAWAY)
		h->goaway = frame->goaway.error_code;
	if (s == NULL)
		return 0;
	s->last_ms = h->now_ms;
	if (frame->hd.type == NGHTTP2_HEADERS)
		head_whole(h, s);
	if ((frame->hd.type == NGHTTP2_HEADERS ||
	     frame->hd.type == NGHTTP2_DATA) &&
	    (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
		s->in_end = true;
		h2_stream_ready(s);
	}
	return 0;
}

static int
on_invalid_frame(nghttp2_session *session, const nghttp2_frame *frame,
		 int lib_error, void *user_data)
{
	struct h2 *h = user_data;

	(void)session;
	(void)frame;
	h->head_open = false;
	h->invalid = lib_error;
	return 0;
}

/* ---- bodies and ends ---- */

static int
on_data_chunk(nghttp2_session *session, uint8_t flags, int32_t id,
	      const uint8_t *data, size_t n_bytes, void *user_data)
{
	struct h2 *h = user_data;
	struct h2_stream *s = find(session, id);

	(void)flags;
	/* Always: a stream that is held up must not hold up the others. */
	(void)nghttp2_session_consume_connection(session, n_bytes);
	if (s == NULL || s->gone)
		return 0;
	s->last_ms = h->now_ms;
	if (s->discard) {
		(void)nghttp2_session_consume_stream(session, id, n_bytes);
		return 0;
	}
	if (h->held_bytes + n_bytes >
	    HELD_WINDOWS * (size_t)h->limits->window_bytes) {
		struct err why = ERR_INIT;

		(void)err_set(&why, RC_TOOLARGE, 0,
			      _("too much waits on paused streams"));
		h2_reset(s, NGHTTP2_ENHANCE_YOUR_CALM, &why);
		return 0;
	}
	chunkq_add(&s->held, data, n_bytes);
	h->held_bytes += n_bytes;
	h2_stream_ready(s);
	return 0;
}

/* Did it end well for our side? */
static bool
ended_well(const struct h2 *h, const struct h2_stream *s)
{
	return h->server ? s->out_sent : s->in_end;
}

static int
on_stream_close(nghttp2_session *session, int32_t id, uint32_t code,
		void *user_data)
{
	struct h2 *h = user_data;
	struct h2_stream *s = find(session, id);
	enum rc rc = RC_PROTO;

	if (s == NULL)
		return 0;
	s->closed = true;
	if (code == NGHTTP2_REFUSED_STREAM)
		rc = RC_BUSY;
	else if (code == NGHTTP2_CANCEL || code == NGHTTP2_NO_ERROR)
		rc = RC_CANCELED;
	if (s->end.code == RC_OK && !ended_well(h, s))
		(void)err_set(&s->end, rc, (int)code,
			      _("the peer broke the stream off: %s"),
			      nghttp2_http2_strerror(code));
	h2_stream_ready(s);
	return 0;
}

/* ---- the session ---- */

static nghttp2_session_callbacks *
make_callbacks(void)
{
	nghttp2_session_callbacks *cb = NULL;

	if (nghttp2_session_callbacks_new(&cb) != 0)
		return NULL;
	nghttp2_session_callbacks_set_on_begin_frame_callback(cb,
							      on_begin_frame);
	nghttp2_session_callbacks_set_on_frame_send_callback(cb, on_frame_send);
	nghttp2_session_callbacks_set_on_begin_headers_callback(
		cb, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame_recv);
	nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(
		cb, on_invalid_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
		cb, on_data_chunk);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb,
							       on_stream_close);
	return cb;
}

static nghttp2_option *
make_options(const struct net_limits *limits)
{
	nghttp2_option *o = NULL;

	if (nghttp2_option_new(&o) != 0)
		return NULL;
	nghttp2_option_set_no_auto_window_update(o, 1);
	nghttp2_option_set_no_closed_streams(o, 1);
	nghttp2_option_set_peer_max_concurrent_streams(o, limits->streams_max);
	nghttp2_option_set_max_settings(o, SETTINGS_MAX);
	nghttp2_option_set_max_outbound_ack(o, OUTBOUND_ACK_MAX);
#ifdef HAVE_NGHTTP2_OPTION_SET_STREAM_RESET_RATE_LIMIT
	nghttp2_option_set_stream_reset_rate_limit(o, RESETS_BURST,
						   RESETS_PER_S);
#endif
#ifdef HAVE_NGHTTP2_OPTION_SET_MAX_CONTINUATIONS
	nghttp2_option_set_max_continuations(o, CONTINUATIONS_MAX);
#endif
	return o;
}

static int
submit_settings(struct h2 *h)
{
	const struct net_limits *l = h->limits;
	nghttp2_settings_entry list[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, l->streams_max },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, l->window_bytes },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
		  (uint32_t)l->header_list_max },
		{ NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1 },
		{ NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
	};
	/* Only a client may speak of push. */
	size_t n = ARRAY_LEN(list) - (h->server ? 1 : 0);
	int e = nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, list, n);

	if (e == 0)
		e = nghttp2_session_set_local_window_size(
			h->session, NGHTTP2_FLAG_NONE, 0,
			(int32_t)l->window_bytes);
	return e;
}

enum rc
h2_init(struct h2 *h, bool server, const struct net_limits *limits,
	const struct h2_events *events, void *ctx, struct err *err)
{
	nghttp2_session_callbacks *cb = make_callbacks();
	nghttp2_option *o = make_options(limits);
	int e = NGHTTP2_ERR_NOMEM;

	*h = (struct h2){ .limits = limits,
			  .events = *events,
			  .ctx = ctx,
			  .server = server,
			  .tokens = TOKENS_MAX };
	if (cb != NULL && o != NULL && server)
		e = nghttp2_session_server_new2(&h->session, cb, h, o);
	else if (cb != NULL && o != NULL)
		e = nghttp2_session_client_new2(&h->session, cb, h, o);
	if (e == 0)
		e = submit_settings(h);
	nghttp2_session_callbacks_del(cb);
	nghttp2_option_del(o);
	if (e != 0)
		return err_set(err, RC_PROTO, e, _("cannot start HTTP/2: %s"),
			       nghttp2_strerror(e));
	return RC_OK;
}

void
h2_release(struct h2 *h, const struct err *why)
{
	h->dead = true;
	h->ready_first = h->ready_last = NULL;
	while (h->first != NULL) {
		struct h2_stream *s = h->first;

		s->ready = true; /* never again in line */
		s->gone = true;
		if (s->end.code == RC_OK && why != NULL &&
		    !(s->closed && s->held.len == 0))
			s->end = *why;
		if (s->owner != NULL)
			h->events.on_close(h->ctx, s,
					   s->end.code == RC_OK ? NULL
								: &s->end);
		h2_stream_free(s);
	}
	h->ready_first = h->ready_last = NULL;
	nghttp2_session_del(h->session);
	h->session = NULL;
}

static void
earn_tokens(struct h2 *h, int64_t now_ms)
{
	int64_t n = (now_ms - h->tokens_ms) * TOKENS_PER_S / 1000;

	if (n <= 0)
		return;
	/* The rest of a token is kept for the next time. */
	h->tokens_ms += n * 1000 / TOKENS_PER_S;
	h->tokens = h->tokens + n > TOKENS_MAX ? TOKENS_MAX : h->tokens + n;
}

enum rc
h2_feed(struct h2 *h, const void *data, size_t n_bytes, int64_t now_ms,
	struct err *err)
{
	ssize_t n;

	earn_tokens(h, now_ms);
	h->now_ms = now_ms;
	n = nghttp2_session_mem_recv(h->session, data, n_bytes);
	if (n >= 0 &&
	    nghttp2_session_get_outbound_queue_size(h->session) > OUTBOUND_MAX)
		n = NGHTTP2_ERR_FLOODED;
	if (n >= 0)
		return RC_OK;
	if (h->fail.code != RC_OK) {
		/* Say why before the line goes; nghttp2 would not. */
		h2_goaway(h, NGHTTP2_ENHANCE_YOUR_CALM);
		if (err != NULL)
			*err = h->fail;
		return h->fail.code;
	}
	return err_set(err, RC_PROTO, (int)n,
		       _("the peer broke the HTTP/2 protocol: %s"),
		       nghttp2_strerror((int)n));
}

enum rc
h2_pull(struct h2 *h, void *out, size_t n_bytes, size_t *ret_n, struct err *err)
{
	char *to = out;
	size_t total = 0;

	while (total < n_bytes) {
		size_t n;

		if (h->n_piece == 0) {
			ssize_t got =
				nghttp2_session_mem_send(h->session, &h->piece);

			if (got < 0)
				return err_set(err, RC_PROTO, (int)got,
					       _("HTTP/2 failed: %s"),
					       nghttp2_strerror((int)got));
			if (got == 0)
				break;
			h->n_piece = (size_t)got;
		}
		n = h->n_piece < n_bytes - total ? h->n_piece : n_bytes - total;
		memcpy(to + total, h->piece, n);
		h->piece += n;
		h->n_piece -= n;
		total += n;
	}
	*ret_n = total;
	return RC_OK;
}

enum rc
h2_why_over(const struct h2 *h, struct err *err)
{
	if (h->invalid != 0)
		return err_set(err, RC_PROTO, h->invalid,
			       _("the peer broke the HTTP/2 protocol: %s"),
			       nghttp2_strerror(h->invalid));
	return err_set(err, RC_NET, (int)h->goaway,
		       _("the peer ended the connection: %s"),
		       nghttp2_http2_strerror(h->goaway));
}

bool
h2_is_over(const struct h2 *h)
{
	return h->n_piece == 0 && nghttp2_session_want_read(h->session) == 0 &&
	       nghttp2_session_want_write(h->session) == 0;
}

void
h2_ping(struct h2 *h)
{
	if (!h->dead)
		(void)nghttp2_submit_ping(h->session, NGHTTP2_FLAG_NONE, NULL);
	h->events.on_wake(h->ctx);
}

void
h2_goaway(struct h2 *h, uint32_t code)
{
	(void)nghttp2_session_terminate_session(h->session, code);
}
