/* What nghttp2 tells us. Only marks and stores: see h2_int.h. */
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "h2_int.h"

/* A head four times its limit is not worth an answer. */
#define HEAD_GIVE_UP 4

static struct h2_stream *
find(nghttp2_session *session, int32_t id)
{
	/* Stream 0 is the connection. */
	return id == 0 ? NULL
		       : nghttp2_session_get_stream_user_data(session, id);
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
	/* A head that opens no stream is a trailer, or for a stream that was
	 * closed long ago: nghttp2 reads it and passes over. */
	if (hd->type == NGHTTP2_HEADERS && h->server) {
		if (hd->stream_id > h->newest_id)
			h->newest_id = hd->stream_id;
		else
			h->share->tokens--;
	}
	return 0;
}

static int
on_frame_send(nghttp2_session *session, const nghttp2_frame *frame,
	      void *user_data)
{
	struct h2 *h = user_data;
	struct h2_stream *s = find(session, frame->hd.stream_id);

	if (frame->hd.type == NGHTTP2_DATA && h->share->tokens < H2_TOKENS_MAX)
		h->share->tokens += H2_DATA_TOKENS;
	/* Resets that the peer makes us send count as its own. */
	if (frame->hd.type == NGHTTP2_RST_STREAM &&
	    frame->rst_stream.error_code != NGHTTP2_NO_ERROR &&
	    frame->rst_stream.error_code != NGHTTP2_CANCEL)
		h->share->tokens--;
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
	if (h->share->held_bytes + n_bytes >
	    H2_HELD_WINDOWS * (size_t)h->limits->window_bytes) {
		struct err why = ERR_INIT;

		(void)err_set(&why, RC_TOOLARGE, 0,
			      _("too much waits on paused streams"));
		h2_reset(s, NGHTTP2_ENHANCE_YOUR_CALM, &why);
		return 0;
	}
	chunkq_add(&s->held, data, n_bytes);
	h->share->held_bytes += n_bytes;
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

nghttp2_session_callbacks *
h2_make_callbacks(void)
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
