#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "h2_int.h"

#define HEADERS_SEND_MAX 64

struct h2_stream *
h2_stream_new(struct h2 *h, int32_t id)
{
	struct h2_stream *s = xcalloc(1, sizeof(*s));

	s->h2 = h;
	s->id = id;
	s->last_ms = h->now_ms;
	s->next = h->first;
	if (h->first != NULL)
		h->first->prev = s;
	h->first = s;
	h->n_streams++;
	return s;
}

static void
drop_held(struct h2_stream *s)
{
	s->h2->share->held_bytes -= s->held.len;
	chunkq_clear(&s->held);
}

static void
drop_out(struct h2_stream *s)
{
	s->h2->share->out_bytes -= s->out.len;
	chunkq_clear(&s->out);
}

/* Not while it is in the ready list. */
void
h2_stream_free(struct h2_stream *s)
{
	struct h2 *h = s->h2;

	if (!s->closed)
		(void)nghttp2_session_set_stream_user_data(h->session, s->id,
							   NULL);
	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		h->first = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
	if (--h->n_streams == 0)
		h->quiet_ms = h->now_ms;
	drop_held(s);
	drop_out(s);
	for (size_t i = 0; i < s->n_fields; i++) {
		(void)xfree(s->fields[i].name);
		(void)xfree(s->fields[i].value);
	}
	(void)xfree(s->fields);
	(void)xfree(s);
}

static void
wake(struct h2 *h)
{
	h->events.on_wake(h->ctx);
}

void
h2_stream_ready(struct h2_stream *s)
{
	struct h2 *h = s->h2;

	if (s->ready)
		return;
	s->ready = true;
	s->ready_next = NULL;
	if (h->ready_last != NULL)
		h->ready_last->ready_next = s;
	else
		h->ready_first = s;
	h->ready_last = s;
	wake(h);
}

const char *
h2_stream_header(const struct h2_stream *s, const char *name)
{
	for (size_t i = 0; i < s->n_fields; i++) {
		if (strcmp(s->fields[i].name, name) == 0)
			return s->fields[i].value;
	}
	return NULL;
}

/* ---- telling the owner ---- */

static void
give_back(struct h2_stream *s, size_t n_bytes)
{
	if (!s->closed && !s->h2->dead && !s->in_end) {
		(void)nghttp2_session_consume_stream(s->h2->session, s->id,
						     n_bytes);
		wake(s->h2);
	}
}

static void
tell_data(struct h2_stream *s)
{
	struct h2 *h = s->h2;

	while (s->held.len > 0 && !s->gone && (!s->paused || s->discard)) {
		char bytes[4096];
		size_t n = chunkq_take(&s->held, bytes, sizeof(bytes));

		h->share->held_bytes -= n;
		give_back(s, n);
		if (!s->discard)
			h->events.on_data(h->ctx, s, bytes, n);
	}
}

static void
tell(struct h2_stream *s)
{
	struct h2 *h = s->h2;

	if (s->head_done && !s->head_told && !s->gone) {
		s->head_told = true;
		h->events.on_headers(h->ctx, s);
	}
	if (s->head_told)
		tell_data(s);
	if (s->in_end && !s->end_told && !s->gone && s->held.len == 0 &&
	    !s->paused && s->head_told) {
		s->end_told = true;
		if (!s->discard)
			h->events.on_end(h->ctx, s);
	}
	if (s->want_drain && !s->gone && !s->closed &&
	    s->out.len < h->limits->out_max / 4) {
		s->want_drain = false;
		h->events.on_drain(h->ctx, s);
	}
}

/* Over for its owner? A whole message is told to its end first. */
static bool
is_over(const struct h2_stream *s)
{
	if (s->gone)
		return true;
	if (!s->closed)
		return false;
	return s->end.code != RC_OK || s->held.len == 0 || s->discard;
}

void
h2_deliver(struct h2 *h)
{
	while (h->ready_first != NULL) {
		struct h2_stream *s = h->ready_first;
		bool failed;

		h->ready_first = s->ready_next;
		if (h->ready_first == NULL)
			h->ready_last = NULL;
		s->ready_next = NULL;
		s->ready = false;
		failed = s->gone || (s->closed && s->end.code != RC_OK);
		if (!failed)
			tell(s);
		if (!is_over(s) || s->ready) /* ready: it comes again */
			continue;
		s->ready = true; /* its owner cannot put it in line now */
		if (s->owner != NULL)
			h->events.on_close(h->ctx, s,
					   s->end.code == RC_OK ? NULL
								: &s->end);
		h2_stream_free(s);
	}
}

/* ---- sending ---- */

/* The only place where nghttp2's want of writable names is met; it copies. */
static nghttp2_nv
nv(const struct net_header *f)
{
	union {
		const char *in;
		uint8_t *out;
	} name = { .in = f->name }, value = { .in = f->value };

	return (nghttp2_nv){ .name = name.out,
			     .value = value.out,
			     .namelen = strlen(f->name),
			     .valuelen = strlen(f->value),
			     .flags = NGHTTP2_NV_FLAG_NONE };
}

static size_t
nv_list(nghttp2_nv out[static HEADERS_SEND_MAX], const struct net_header *head,
	size_t n_head)
{
	size_t n = n_head < HEADERS_SEND_MAX ? n_head : HEADERS_SEND_MAX;

	for (size_t i = 0; i < n; i++)
		out[i] = nv(&head[i]);
	return n;
}

ssize_t
h2_read_body(nghttp2_session *session, int32_t id, uint8_t *out, size_t n_bytes,
	     uint32_t *flags, nghttp2_data_source *source, void *user_data)
{
	struct h2_stream *s = nghttp2_session_get_stream_user_data(session, id);
	size_t n;

	(void)source;
	(void)user_data;
	if (s == NULL || s->gone) /* broken off; its RST_STREAM is queued */
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	n = chunkq_take(&s->out, out, n_bytes);
	s->h2->share->out_bytes -= n;
	s->last_ms = s->h2->now_ms;
	if (s->out.len == 0 && s->out_end)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	else if (n == 0)
		s->deferred = true;
	if (s->want_drain && s->out.len < s->h2->limits->out_max / 4)
		h2_stream_ready(s);
	return s->deferred ? NGHTTP2_ERR_DEFERRED : (ssize_t)n;
}

enum rc
h2_request(struct h2 *h, const struct net_header *head, size_t n_head,
	   bool has_body, struct h2_stream **ret_s, struct err *err)
{
	nghttp2_data_provider body = { .read_callback = h2_read_body };
	nghttp2_nv list[HEADERS_SEND_MAX];
	size_t n = nv_list(list, head, n_head);
	int32_t id;
	struct h2_stream *s;

	if (h->dead)
		return err_set(err, RC_STATE, 0, _("the connection is down"));
	s = h2_stream_new(h, 0);
	id = nghttp2_submit_request(h->session, NULL, list, n,
				    has_body ? &body : NULL, s);
	if (id < 0) {
		s->closed = true; /* nghttp2 never had it */
		h2_stream_free(s);
		return err_set(err, RC_NET, id, _("cannot send a request: %s"),
			       nghttp2_strerror(id));
	}
	s->id = id;
	s->out_begun = has_body;
	wake(h);
	*ret_s = s;
	return RC_OK;
}

void
h2_respond(struct h2_stream *s, const struct net_header *head, size_t n_head)
{
	nghttp2_data_provider body = { .read_callback = h2_read_body };
	nghttp2_nv list[HEADERS_SEND_MAX];
	size_t n = nv_list(list, head, n_head);

	if (s->out_begun || s->closed || s->gone || s->h2->dead)
		return;
	s->out_begun = true;
	if (nghttp2_submit_response(s->h2->session, s->id, list, n, &body) != 0)
		h2_reset(s, NGHTTP2_INTERNAL_ERROR, NULL);
	wake(s->h2);
}

static void
go_on(struct h2_stream *s)
{
	if (s->deferred && !s->closed && !s->gone && !s->h2->dead) {
		s->deferred = false;
		(void)nghttp2_session_resume_data(s->h2->session, s->id);
	}
	wake(s->h2);
}

enum rc
h2_write(struct h2_stream *s, const void *data, size_t n_bytes, size_t max,
	 struct err *err)
{
	struct h2 *h = s->h2;

	if (s->closed || s->gone || h->dead || s->out_end)
		return err_set(err, RC_STATE, 0, _("the stream is closed"));
	if (max > 0 && s->out.len > 0 &&
	    (s->out.len + n_bytes > max ||
	     h->share->out_bytes + n_bytes > H2_OUT_FACTOR * max)) {
		s->want_drain = true;
		return err_set(err, RC_BUSY, 0, _("the peer reads too slowly"));
	}
	if (s->out.len == 0)
		s->last_ms = h->now_ms;
	chunkq_add(&s->out, data, n_bytes);
	h->share->out_bytes += n_bytes;
	if (max > 0 && s->out.len >= max / 2)
		s->want_drain = true;
	go_on(s);
	return RC_OK;
}

void
h2_end(struct h2_stream *s)
{
	if (s->out_end)
		return;
	s->out_end = true;
	go_on(s);
}

/* ---- receiving ---- */

void
h2_pause(struct h2_stream *s)
{
	s->paused = true;
}

void
h2_resume(struct h2_stream *s)
{
	s->paused = false;
	s->last_ms = s->h2->now_ms;
	h2_stream_ready(s);
}

void
h2_discard(struct h2_stream *s)
{
	s->discard = true;
	s->paused = false;
	h2_stream_ready(s);
}

void
h2_reset(struct h2_stream *s, uint32_t code, const struct err *why)
{
	if (s->gone)
		return;
	s->gone = true;
	if (s->end.code == RC_OK && why != NULL)
		s->end = *why;
	if (s->end.code == RC_OK)
		(void)err_set(&s->end, RC_CANCELED, (int)code,
			      _("the stream was broken off"));
	if (!s->closed && !s->h2->dead)
		(void)nghttp2_submit_rst_stream(s->h2->session,
						NGHTTP2_FLAG_NONE, s->id, code);
	drop_held(s);
	drop_out(s);
	h2_stream_ready(s);
}
