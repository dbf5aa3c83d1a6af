#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address_int.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "loop/stream.h"
#include "loop_int.h"
#include "stream_int.h"

#define BACKLOG	     128
#define ACCEPT_BURST 32	 /* in one turn */
#define PAUSE_MS     200 /* when descriptors or memory ran out */

/*
 * libuv's own uv_listen drops callers when descriptors run out, by giving up
 * one that it keeps for that, and turns round without end once it could not
 * get that one back. Here they wait in the kernel's line until there is room.
 */
struct listener {
	uv_poll_t poll;
	struct timer *pause;
	int fd;
	struct loop *loop;
	void (*on_accept)(void *ctx, struct stream *take_s);
	void *ctx;
	char address[ADDRESS_MAX];
};

static void on_callers(uv_poll_t *poll, int status, int events);

static void
look_on(void *ctx)
{
	struct listener *l = ctx;

	(void)uv_poll_start(&l->poll, UV_READABLE, on_callers); /* did before */
}

static void
take_in(struct listener *l, int fd)
{
	struct stream *s = stream_alloc(l->loop);

	if (uv_tcp_open(&s->tcp, fd) != 0) {
		(void)close(fd);
		(void)stream_close(s);
		return;
	}
	stream_opened(s);
	l->on_accept(l->ctx, s);
}

static void
on_callers(uv_poll_t *poll, int status, int events)
{
	struct listener *l = poll->data;

	(void)status; /* an error shows when one accepts */
	(void)events;
	for (int i = 0; i < ACCEPT_BURST; i++) {
		int fd = accept4(l->fd, NULL, NULL,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			take_in(l, fd);
			continue;
		}
		if (errno == EAGAIN)
			return;
		if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
		    errno != ENOMEM)
			continue; /* that caller is gone; the next may do */
		(void)uv_poll_stop(poll);
		timer_start(l->pause, PAUSE_MS, 0);
		return;
	}
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

static socklen_t
size_of(const struct sockaddr_storage *sa)
{
	return sa->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					 : sizeof(struct sockaddr_in);
}

/* 0 or -errno, as libuv has it. */
static int
open_socket(const struct sockaddr_storage *sa, int *ret_fd)
{
	const int on = 1;
	int fd = socket(sa->ss_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int e = 0;

	if (fd < 0)
		return -errno;
	/* A port that was held a moment ago may be taken at once. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, (const struct sockaddr *)sa, size_of(sa)) != 0 ||
	    listen(fd, BACKLOG) != 0)
		e = -errno;
	if (e != 0)
		(void)close(fd);
	else
		*ret_fd = fd;
	return e;
}

enum rc
listener_start(struct loop *l, const char *addr,
	       void (*on_accept)(void *ctx, struct stream *take_s), void *ctx,
	       struct listener **ret_listener, struct err *err)
{
	char host[ADDRESS_MAX];
	char port[PORT_MAX];
	struct sockaddr_storage sa;
	socklen_t n = sizeof(sa);
	struct listener *li;
	enum rc rc = address_split(addr, host, port, err);
	int e, fd = -1;

	if (rc != RC_OK)
		return rc;
	if (!address_numeric(host, (int)strtol(port, NULL, 10), &sa))
		return err_set(err, RC_RANGE, 0,
			       _("address '%s': listening needs a numeric "
				 "address, such as 0.0.0.0:4433"),
			       addr);
	e = open_socket(&sa, &fd);
	if (e != 0)
		return start_error(addr, e, err);
	li = xcalloc(1, sizeof(*li));
	li->fd = fd;
	li->loop = l;
	li->on_accept = on_accept;
	li->ctx = ctx;
	if (getsockname(fd, (struct sockaddr *)&sa, &n) == 0)
		address_write(&sa, li->address);
	e = uv_poll_init(&l->uv, &li->poll, fd);
	if (e != 0) {
		(void)close(fd);
		(void)xfree(li);
		return start_error(addr, e, err);
	}
	li->poll.data = li;
	li->pause = timer_new(l, look_on, li);
	look_on(li);
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
	if (l == NULL)
		return NULL;
	l->pause = timer_free(l->pause);
	/* No longer polled from here on: libuv looks at fd no more. */
	uv_close((uv_handle_t *)&l->poll, on_closed);
	(void)close(l->fd);
	return NULL;
}
