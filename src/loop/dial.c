/* Connecting: look the name up when it is one, then try its addresses in
 * order. */
#include <stdlib.h>
#include <string.h>

#include "address_int.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "loop/stream.h"
#include "loop_int.h"
#include "stream_int.h"

static void dial_next(struct stream *s, const struct sockaddr *sa);

static void
fail(struct stream *s, int uv_error)
{
	char *what = xasprintf(_("cannot connect to %s"), s->target);

	stream_fail(s, uv_error, what);
	(void)xfree(what);
}

static void
on_dial_closed(uv_handle_t *h)
{
	struct stream *s = h->data;
	struct addrinfo *ai = s->next;

	s->tcp_closing = false;
	if (s->state == STREAM_CLOSING) {
		stream_release(s); /* closed by its owner meanwhile */
		return;
	}
	(void)uv_tcp_init(&s->loop->uv, &s->tcp);
	s->tcp.data = s;
	s->next = ai->ai_next;
	dial_next(s, ai->ai_addr);
}

static void
on_connect(uv_connect_t *req, int status)
{
	struct stream *s = req->handle->data;

	if (status == UV_ECANCELED || s->state != STREAM_CONNECTING)
		return;
	if (status == 0) {
		stream_opened(s);
		if (s->events.on_connect != NULL)
			s->events.on_connect(s->ctx);
	} else if (s->next != NULL) {
		s->tcp_closing = true;
		uv_close((uv_handle_t *)&s->tcp, on_dial_closed);
	} else {
		fail(s, status);
	}
}

static void
dial_next(struct stream *s, const struct sockaddr *sa)
{
	int e = uv_tcp_connect(&s->connect, &s->tcp, sa, on_connect);

	if (e != 0)
		fail(s, e);
}

static void
on_lookup(uv_getaddrinfo_t *req, int status, struct addrinfo *take_ai)
{
	struct stream *s = req->data;

	s->looking_up = false;
	s->addresses = take_ai;
	if (s->state == STREAM_CLOSING) {
		stream_release(s);
		return;
	}
	if (status != 0 || take_ai == NULL) {
		fail(s, status != 0 ? status : UV_EAI_NONAME);
		return;
	}
	s->next = take_ai->ai_next;
	dial_next(s, take_ai->ai_addr);
}

enum rc
stream_connect(struct loop *l, const char *addr,
	       const struct stream_events *events, void *ctx,
	       struct stream **ret_stream, struct err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	char host[ADDRESS_MAX];
	char port[PORT_MAX];
	struct sockaddr_storage sa;
	struct stream *s;
	enum rc rc = address_split(addr, host, port, err);
	int e;

	if (rc != RC_OK)
		return rc;
	s = stream_alloc(l);
	stream_set_events(s, events, ctx);
	memcpy(s->target, addr, strlen(addr) + 1);
	if (address_numeric(host, (int)strtol(port, NULL, 10), &sa)) {
		dial_next(s, (const struct sockaddr *)&sa);
	} else {
		s->lookup.data = s;
		e = uv_getaddrinfo(&l->uv, &s->lookup, on_lookup, host, port,
				   &hints);
		if (e != 0)
			fail(s, e);
		s->looking_up = e == 0;
	}
	*ret_stream = s;
	return RC_OK;
}
