#include <stdlib.h>

#include "address_int.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "loop/stream.h"
#include "loop_int.h"
#include "stream_int.h"

#define BACKLOG 128

struct listener {
	uv_tcp_t tcp;
	struct loop *loop;
	void (*on_accept)(void *ctx, struct stream *take_s);
	void *ctx;
	char address[ADDRESS_MAX];
};

static void
on_connection(uv_stream_t *h, int status)
{
	struct listener *l = h->data;
	struct stream *s;

	if (status != 0)
		return; /* that one is lost; the next may do */
	s = stream_alloc(l->loop);
	if (uv_accept(h, (uv_stream_t *)&s->tcp) != 0) {
		(void)stream_close(s);
		return;
	}
	stream_opened(s);
	l->on_accept(l->ctx, s);
}

static void
on_closed(uv_handle_t *h)
{
	(void)xfree(h->data);
}

static enum rc
start_error(const char *addr, int e, struct err *err)
{
	if (e == UV_EADDRINUSE)
		return err_set(err, RC_LOCKED, e,
			       _("address %s is in use: stop the program that "
				 "holds it or choose another port"),
			       addr);
	if (e == UV_EACCES)
		return err_set(err, RC_DENIED, e,
			       _("address %s: not permitted; choose a port "
				 "above 1023"),
			       addr);
	char *what = xasprintf(_("cannot listen on %s"), addr);
	enum rc rc = loop_uv_error(err, RC_NET, e, what);

	(void)xfree(what);
	return rc;
}

enum rc
listener_start(struct loop *l, const char *addr,
	       void (*on_accept)(void *ctx, struct stream *take_s), void *ctx,
	       struct listener **ret_listener, struct err *err)
{
	char host[ADDRESS_MAX];
	char port[PORT_MAX];
	struct sockaddr_storage sa;
	int n = sizeof(sa);
	struct listener *li;
	enum rc rc = address_split(addr, host, port, err);
	int e;

	if (rc != RC_OK)
		return rc;
	if (!address_numeric(host, (int)strtol(port, NULL, 10), &sa))
		return err_set(err, RC_RANGE, 0,
			       _("address '%s': listening needs a numeric "
				 "address, such as 0.0.0.0:4433"),
			       addr);
	li = xcalloc(1, sizeof(*li));
	li->loop = l;
	li->on_accept = on_accept;
	li->ctx = ctx;
	(void)uv_tcp_init(&l->uv, &li->tcp); /* cannot fail */
	li->tcp.data = li;
	e = uv_tcp_bind(&li->tcp, (const struct sockaddr *)&sa, 0);
	if (e == 0)
		e = uv_listen((uv_stream_t *)&li->tcp, BACKLOG, on_connection);
	if (e == 0)
		e = uv_tcp_getsockname(&li->tcp, (struct sockaddr *)&sa, &n);
	if (e != 0) {
		(void)listener_free(li);
		return start_error(addr, e, err);
	}
	address_write(&sa, li->address);
	*ret_listener = li;
	return RC_OK;
}

const char *
listener_get_address(const struct listener *l)
{
	return l->address;
}

struct listener *
listener_free(struct listener *l)
{
	if (l != NULL)
		uv_close((uv_handle_t *)&l->tcp, on_closed);
	return NULL;
}
