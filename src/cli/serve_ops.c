/*
 * GET /health and /metrics for the machine's own watchers: on a local socket
 * in the desk's folder and, if asked, on loopback. Numbers and desk ids alone:
 * no content, no text of a peer. One short answer a connection, few at once,
 * so that nothing here holds up the exchange.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "loop/loop.h"
#include "loop/watch.h"
#include "serve_ops_int.h"

#define CALLERS_MAX   8
#define REQUEST_MAX   2048
#define ANSWER_MAX    (256 * 1024) /* 320 peers take 60 KiB */
#define CALL_LIMIT_MS 2000
#define BACKLOG	      16
#define PAUSE_MS      500 /* when descriptors ran out */

struct caller {
	struct ops *ops;
	int fd; /* -1: free */
	struct fdwatch *watch;
	struct timer *limit;
	char request[REQUEST_MAX + 1];
	size_t n;
};

struct door {
	struct ops *ops;
	int fd;
	struct fdwatch *watch;
	struct timer *pause;
};

struct ops {
	struct loop *loop;
	struct desk *desk;
	char *path; /* of the local socket */
	struct door doors[2];
	struct caller callers[CALLERS_MAX];
};

static void
hang_up(struct caller *k)
{
	k->watch = fdwatch_free(k->watch);
	k->limit = timer_free(k->limit);
	if (k->fd >= 0)
		(void)close(k->fd);
	k->fd = -1;
	k->n = 0;
}

static void
on_limit(void *ctx)
{
	hang_up(ctx);
}

/* It fits into the socket's buffer; a caller that reads nothing gets a part. */
static void
answer(struct caller *k, const char *status, const char *type,
       const struct buf *body)
{
	char head[256];
	int n = snprintf(head, sizeof(head),
			 "HTTP/1.1 %s\r\nContent-Type: %s\r\n"
			 "Content-Length: %zu\r\nCache-Control: no-store\r\n"
			 "Connection: close\r\n\r\n",
			 status, type, body->len);

	if (send(k->fd, head, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) == n &&
	    body->len > 0)
		(void)send(k->fd, body->data, body->len,
			   MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)shutdown(k->fd, SHUT_WR);
}

static void
serve_request(struct caller *k)
{
	const char *status = "404 Not Found", *type = "text/plain";
	struct buf body;

	buf_init(&body, ANSWER_MAX);
	if (str_starts(k->request, "GET /health ")) {
		type = "application/json";
		status = ops_health(k->ops->desk, &body) ? "200 OK"
							 : "503 Unavailable";
	} else if (str_starts(k->request, "GET /metrics ")) {
		type = "text/plain; version=0.0.4; charset=utf-8";
		status = ops_metrics(k->ops->desk, &body)
				 ? "200 OK"
				 : "500 Internal Server Error";
	}
	answer(k, status, type, &body);
	buf_release(&body);
}

static void
on_request(void *ctx)
{
	struct caller *k = ctx;
	ssize_t n = recv(k->fd, k->request + k->n, REQUEST_MAX - k->n,
			 MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		k->n += (size_t)n;
		k->request[k->n] = '\0';
		if (strstr(k->request, "\r\n\r\n") == NULL &&
		    k->n < REQUEST_MAX)
			return;
		serve_request(k);
	}
	hang_up(k);
}

static void on_call(void *ctx);

static void
look_on(void *ctx)
{
	struct door *d = ctx;

	if (fdwatch_start(d->ops->loop, d->fd, on_call, d, &d->watch, NULL) !=
	    RC_OK)
		timer_start(d->pause, PAUSE_MS, 0);
}

static void
on_call(void *ctx)
{
	struct door *d = ctx;
	int fd = accept4(d->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct caller *k = NULL;

	if (fd < 0 && errno != EAGAIN && errno != EINTR) {
		/* Out of descriptors: who calls waits until there are some. */
		d->watch = fdwatch_free(d->watch);
		timer_start(d->pause, PAUSE_MS, 0);
		return;
	}

	for (size_t i = 0; fd >= 0 && i < CALLERS_MAX; i++)
		if (d->ops->callers[i].fd < 0)
			k = &d->ops->callers[i];
	if (fd >= 0 && k == NULL)
		(void)close(fd); /* too many at once */
	if (k == NULL)
		return;
	k->fd = fd;
	k->limit = timer_new(d->ops->loop, on_limit, k);
	timer_start(k->limit, CALL_LIMIT_MS, 0);
	if (fdwatch_start(d->ops->loop, fd, on_request, k, &k->watch, NULL) !=
	    RC_OK)
		hang_up(k);
}

static enum rc
open_door(struct ops *o, struct door *d, int family, const struct sockaddr *at,
	  socklen_t n, const char *name, struct err *err)
{
	const int on = 1;

	d->ops = o;
	d->pause = timer_new(o->loop, look_on, d);
	d->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (d->fd >= 0 && family != AF_UNIX)
		(void)setsockopt(d->fd, SOL_SOCKET, SO_REUSEADDR, &on,
				 sizeof(on));
	if (d->fd < 0 || bind(d->fd, at, n) != 0 || listen(d->fd, BACKLOG) != 0)
		return err_errno(err, errno, _("cannot listen on"), name);
	return fdwatch_start(o->loop, d->fd, on_call, d, &d->watch, err);
}

/* By a short name when the folder's is too long for a socket's. */
static enum rc
open_local(struct ops *o, struct err *err)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	enum rc rc = str_copy(at.sun_path, sizeof(at.sun_path), o->path, err);

	if (rc != RC_OK)
		return rc;
	(void)unlink(o->path); /* of one that was killed: this one serves */
	rc = open_door(o, &o->doors[0], AF_UNIX, (struct sockaddr *)&at,
		       sizeof(at), o->path, err);
	if (rc == RC_OK && chmod(o->path, 0600) != 0)
		rc = err_errno(err, errno, _("cannot listen on"), o->path);
	return rc;
}

static enum rc
open_loopback(struct ops *o, const char *listen, struct err *err)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int64_t port = 0;

	if (!str_starts(listen, "127.0.0.1:") ||
	    str_to_i64(strchr(listen, ':') + 1, 1, 65535, &port, NULL) != RC_OK)
		return err_set(err, RC_USAGE, 0,
			       _("--metrics-listen takes 127.0.0.1:PORT: what "
				 "it tells is for this machine"));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons((uint16_t)port);
	return open_door(o, &o->doors[1], AF_INET, (struct sockaddr *)&at,
			 sizeof(at), listen, err);
}

enum rc
ops_start(struct loop *loop, struct desk *desk, const char *listen,
	  struct ops **ret_ops, struct err *err)
{
	struct ops *o = xcalloc(1, sizeof(*o));
	enum rc rc;

	o->loop = loop;
	o->desk = desk;
	o->path = xasprintf("%s/ops.sock", desk_get_folder(desk));
	o->doors[0].fd = o->doors[1].fd = -1;
	for (size_t i = 0; i < CALLERS_MAX; i++)
		o->callers[i] = (struct caller){ .ops = o, .fd = -1 };
	*ret_ops = o;
	rc = open_local(o, err);
	if (rc == RC_RANGE) /* a folder with a very long name */
		rc = RC_OK;
	if (rc == RC_OK && listen != NULL)
		rc = open_loopback(o, listen, err);
	return rc;
}

struct ops *
ops_stop(struct ops *o)
{
	if (o == NULL)
		return NULL;
	for (size_t i = 0; i < CALLERS_MAX; i++)
		hang_up(&o->callers[i]);
	for (size_t i = 0; i < ARRAY_LEN(o->doors); i++) {
		(void)timer_free(o->doors[i].pause);
		(void)fdwatch_free(o->doors[i].watch);
		if (o->doors[i].fd >= 0)
			(void)close(o->doors[i].fd);
	}
	if (o->doors[0].fd >= 0)
		(void)unlink(o->path);
	(void)xfree(o->path);
	return xfree(o);
}
