#include "loop/stream.h"

#include <string.h>

#include <sys/ioctl.h>

#include "address_int.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "loop_int.h"
#include "stream_int.h"

#include <linux/sockios.h>

#define LINGER_MS 2000

struct write {
	uv_write_t uv;
	struct stream *stream;
	size_t n_bytes;
	char data[];
};

struct stream *
stream_alloc(struct loop *l)
{
	struct stream *s = xcalloc(1, sizeof(*s));

	s->loop = l;
	(void)uv_tcp_init(&l->uv, &s->tcp); /* cannot fail: no socket yet */
	s->tcp.data = s;
	return s;
}

static void
tell_end(void *ctx)
{
	struct stream *s = ctx;
	struct err end = s->end; /* the owner may free s in the call */

	s->events.on_end(s->ctx, end.code, end.code == RC_OK ? NULL : &end);
}

void
stream_fail(struct stream *s, int uv_error, const char *what)
{
	if (s->state > STREAM_OPEN)
		return;
	s->state = STREAM_ENDED;
	if (uv_error != 0)
		(void)loop_uv_error(&s->end, RC_NET, uv_error, what);
	if (!s->tcp_closing)
		(void)uv_read_stop((uv_stream_t *)&s->tcp);
	loop_defer(s->loop, tell_end, s);
}

void
stream_opened(struct stream *s)
{
	struct sockaddr_storage sa = { 0 };
	int n = sizeof(sa);

	s->state = STREAM_OPEN;
	(void)uv_tcp_nodelay(&s->tcp, 1); /* only speed depends on it */
	if (uv_tcp_getpeername(&s->tcp, (struct sockaddr *)&sa, &n) == 0)
		address_write(&sa, s->peer);
	if (s->want_read)
		stream_read_start(s);
}

void
stream_set_events(struct stream *s, const struct stream_events *events,
		  void *ctx)
{
	s->events = *events;
	s->ctx = ctx;
}

const char *
stream_get_peer(const struct stream *s)
{
	return s->peer;
}

/* ---- the end ---- */

void
stream_release(struct stream *s)
{
	if (s->tcp_closing || s->looking_up)
		return;
	uv_freeaddrinfo(s->addresses);
	(void)xfree(s);
}

static void
on_closed(uv_handle_t *h)
{
	struct stream *s = h->data;

	s->tcp_closing = false;
	stream_release(s);
}

struct stream *
stream_close(struct stream *take_s)
{
	struct stream *s = take_s;

	if (s == NULL || s->state == STREAM_CLOSING)
		return NULL;
	s->state = STREAM_CLOSING;
	loop_undefer(s->loop, tell_end, s);
	s->linger = timer_free(s->linger);
	if (s->looking_up)
		(void)uv_cancel((uv_req_t *)&s->lookup); /* or it ends later */
	/* Being closed to try the next address: its callback sees our state. */
	if (!s->tcp_closing) {
		s->tcp_closing = true;
		uv_close((uv_handle_t *)&s->tcp, on_closed);
	}
	return NULL;
}

static void
linger_over(void *ctx)
{
	(void)stream_close(ctx);
}

static void
on_shutdown(uv_shutdown_t *req, int status)
{
	struct stream *s = req->handle->data;

	if (status != 0)
		(void)stream_close(s);
}

void
stream_close_after_write(struct stream *take_s)
{
	struct stream *s = take_s;

	if (s == NULL)
		return;
	if (s->state != STREAM_OPEN) {
		(void)stream_close(s);
		return;
	}
	s->state = STREAM_LINGERING;
	s->linger = timer_new(s->loop, linger_over, s);
	timer_start(s->linger, LINGER_MS, 0);
	/* Reading on until the peer's end, since closing with unread bytes
	 * would reset the connection and lose our last ones. */
	stream_read_start(s);
	if (uv_shutdown(&s->shutdown, (uv_stream_t *)&s->tcp, on_shutdown) != 0)
		(void)stream_close(s);
}

/* ---- reading ---- */

static void
on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *ret_buf)
{
	struct stream *s = h->data;

	(void)hint;
	/* libuv fills it and calls on_read at once: one for all is enough. */
	*ret_buf = uv_buf_init(s->loop->read_buf, sizeof(s->loop->read_buf));
}

static void
on_read(uv_stream_t *h, ssize_t n, const uv_buf_t *buf)
{
	struct stream *s = h->data;

	if (s->state == STREAM_LINGERING && n < 0)
		(void)stream_close(s);
	else if (s->state == STREAM_OPEN && n > 0)
		s->events.on_data(s->ctx, buf->base, (size_t)n);
	else if (s->state == STREAM_OPEN && n < 0)
		stream_fail(s, n == UV_EOF ? 0 : (int)n, _("connection broke"));
}

void
stream_read_start(struct stream *s)
{
	s->want_read = true;
	if (s->state == STREAM_OPEN || s->state == STREAM_LINGERING)
		(void)uv_read_start((uv_stream_t *)&s->tcp, on_alloc, on_read);
}

void
stream_read_stop(struct stream *s)
{
	s->want_read = false;
	if (s->state == STREAM_OPEN)
		(void)uv_read_stop((uv_stream_t *)&s->tcp);
}

/* ---- writing ---- */

static void
on_written(uv_write_t *req, int status)
{
	struct write *w = req->data;
	struct stream *s = w->stream;

	s->queued -= w->n_bytes;
	(void)xfree(w);
	if (status == UV_ECANCELED)
		return; /* closed meanwhile */
	if (status != 0)
		stream_fail(s, status, _("connection broke"));
	else if (s->queued == 0 && s->state == STREAM_OPEN &&
		 s->events.on_drain != NULL)
		s->events.on_drain(s->ctx);
}

void
stream_write(struct stream *s, const void *data, size_t n_bytes)
{
	const char *bytes = data;
	struct write *w;
	uv_buf_t buf;
	int e = 0;

	if (s->state != STREAM_OPEN || n_bytes == 0)
		return;
	if (s->queued == 0) {
		/* libuv takes the bytes as char *, but only reads them */
		union {
			const char *in;
			char *out;
		} u = { .in = bytes };

		buf = uv_buf_init(u.out, (unsigned)n_bytes);
		e = uv_try_write((uv_stream_t *)&s->tcp, &buf, 1);
		if (e >= 0) {
			bytes += e;
			n_bytes -= (size_t)e;
		} else if (e != UV_EAGAIN) {
			stream_fail(s, e, _("connection broke"));
			return;
		}
	}
	if (n_bytes == 0)
		return;
	w = xmalloc(sizeof(*w) + n_bytes);
	w->uv.data = w;
	w->stream = s;
	w->n_bytes = n_bytes;
	memcpy(w->data, bytes, n_bytes);
	s->queued += n_bytes;
	buf = uv_buf_init(w->data, (unsigned)n_bytes);
	e = uv_write(&w->uv, (uv_stream_t *)&s->tcp, &buf, 1, on_written);
	if (e != 0) {
		s->queued -= n_bytes;
		(void)xfree(w);
		stream_fail(s, e, _("connection broke"));
	}
}

size_t
stream_get_queued(const struct stream *s)
{
	return s->queued;
}

size_t
stream_get_unsent(const struct stream *s)
{
	uv_os_fd_t fd = -1;
	int kernel = 0;

	if (uv_fileno((const uv_handle_t *)&s->tcp, &fd) != 0 ||
	    ioctl(fd, SIOCOUTQ, &kernel) != 0)
		kernel = 0;
	return s->queued + (size_t)kernel;
}
