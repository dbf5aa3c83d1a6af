#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "h2_int.h"

static nghttp2_option *
make_options(const struct net_limits *limits)
{
	nghttp2_option *o = NULL;

	if (nghttp2_option_new(&o) != 0)
		return NULL;
	nghttp2_option_set_no_auto_window_update(o, 1);
	nghttp2_option_set_no_closed_streams(o, 1);
	nghttp2_option_set_max_deflate_dynamic_table_size(o, 0);
	nghttp2_option_set_peer_max_concurrent_streams(o, limits->streams_max);
	nghttp2_option_set_max_settings(o, H2_SETTINGS_MAX);
	nghttp2_option_set_max_outbound_ack(o, H2_ACKS_MAX);
#ifdef HAVE_NGHTTP2_OPTION_SET_STREAM_RESET_RATE_LIMIT
	nghttp2_option_set_stream_reset_rate_limit(o, H2_RESETS_BURST,
						   H2_RESETS_PER_S);
#endif
#ifdef HAVE_NGHTTP2_OPTION_SET_MAX_CONTINUATIONS
	nghttp2_option_set_max_continuations(o, H2_CONTINUATIONS_MAX);
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
		{ NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 0 },
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
	nghttp2_session_callbacks *cb = h2_make_callbacks();
	nghttp2_option *o = make_options(limits);
	int e = NGHTTP2_ERR_NOMEM;

	*h = (struct h2){ .limits = limits,
			  .events = *events,
			  .ctx = ctx,
			  .server = server,
			  .watch = { .preface = server } };
	h2_share_init(&h->own, 0);
	h->share = &h->own;
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

void
h2_share_init(struct h2_share *s, int64_t now_ms)
{
	*s = (struct h2_share){ .tokens = H2_TOKENS_MAX, .tokens_ms = now_ms };
}

void
h2_share_use(struct h2 *h, struct h2_share *share)
{
	h->share = share;
}

static void
earn_tokens(struct h2_share *s, int64_t now_ms)
{
	int64_t n = (now_ms - s->tokens_ms) * H2_TOKENS_PER_S / 1000;

	if (n <= 0)
		return;
	/* The rest of a token is kept for the next time. */
	s->tokens_ms += n * 1000 / H2_TOKENS_PER_S;
	s->tokens =
		s->tokens + n > H2_TOKENS_MAX ? H2_TOKENS_MAX : s->tokens + n;
}

enum rc
h2_feed(struct h2 *h, const void *data, size_t n_bytes, int64_t now_ms,
	struct err *err)
{
	ssize_t n;

	earn_tokens(h->share, now_ms);
	h->now_ms = now_ms;
	/* Say why before the line goes. */
	switch (h2_watch(h, data, n_bytes)) {
	case H2_FINE: break;
	case H2_FLOOD:
		h2_goaway(h, NGHTTP2_ENHANCE_YOUR_CALM);
		return err_set(err, RC_PROTO, 0,
			       _("the peer floods this connection"));
	case H2_BROKEN:
		h2_goaway(h, NGHTTP2_PROTOCOL_ERROR);
		return err_set(err, RC_PROTO, 0,
			       _("the peer broke the HTTP/2 protocol: %s"),
			       nghttp2_strerror(NGHTTP2_ERR_PROTO));
	}
	n = nghttp2_session_mem_recv(h->session, data, n_bytes);
	if (n >= 0 && nghttp2_session_get_outbound_queue_size(h->session) >
			      H2_FRAMES_WAIT_MAX)
		n = NGHTTP2_ERR_FLOODED;
	if (n >= 0)
		return RC_OK;
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
