/* A line that can be cut: a child process passes bytes between two ports. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "demo_int.h"

#define RELAY_PAIRS 16
#define RELAY_BYTES 65536
/* Below those that a system gives to outgoing connections: one of these could
 * take the port before serve does. */
#define PORT_FIRST 20000
#define PORTS	   12000
#define PORT_TRIES 100

static void
loopback(struct sockaddr_in *out, int port)
{
	*out = (struct sockaddr_in){ .sin_family = AF_INET };
	out->sin_port = htons((uint16_t)port);
	out->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

/* A listening socket on that port, on one of the system's choice for 0; -1 on
 * failure. */
static int
listen_at(int port, int *ret_port)
{
	struct sockaddr_in at;
	socklen_t n = sizeof(at);
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	loopback(&at, port);
	if (fd >= 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	    bind(fd, (const struct sockaddr *)&at, sizeof(at)) == 0 &&
	    listen(fd, RELAY_PAIRS) == 0 &&
	    getsockname(fd, (struct sockaddr *)&at, &n) == 0) {
		*ret_port = ntohs(at.sin_port);
		return fd;
	}
	if (fd >= 0)
		(void)close(fd); /* nothing was sent */
	return -1;
}

int
demo_free_port(const struct env *env, struct err *err)
{
	int port = 0, fd = -1;

	for (int i = 0; fd < 0 && i < PORT_TRIES; i++) {
		uint16_t n;

		env_random(env, &n, sizeof(n));
		fd = listen_at(PORT_FIRST + n % PORTS, &port);
	}
	if (fd < 0) {
		(void)err_errno(err, errno, _("cannot listen on"), "127.0.0.1");
		return 0;
	}
	(void)close(fd); /* serve takes it in a moment */
	return port;
}

static int
dial(int port)
{
	struct sockaddr_in at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	loopback(&at, port);
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd); /* nothing was sent */
	return -1;
}

static bool
pass(int from, int to)
{
	static char bytes[RELAY_BYTES];
	ssize_t n = read(from, bytes, sizeof(bytes));
	ssize_t at = 0;
	while (at < n) {
		ssize_t sent = write(to, bytes + at, (size_t)(n - at));
		if (sent <= 0)
			return false;
		at += sent;
	}
	return n > 0;
}

/* Slot 0 listens; 2i+1 and 2i+2 are the two ends of pair i. */
static void
take_pair(struct pollfd *fds, int to_port)
{
	int fd = accept(fds[0].fd, NULL, NULL);
	int far = fd >= 0 ? dial(to_port) : -1;
	for (size_t i = 0; far >= 0 && i < RELAY_PAIRS; i++) {
		if (fds[2 * i + 1].fd < 0) {
			fds[2 * i + 1].fd = fd;
			fds[2 * i + 2].fd = far;
			return;
		}
	}
	if (fd >= 0)
		(void)close(fd); /* no place, or nobody there */
	if (far >= 0)
		(void)close(far);
}

static void
pass_on(int listen_fd, int to_port, pid_t parent)
{
	struct pollfd fds[1 + 2 * RELAY_PAIRS];
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	fds[0].fd = listen_fd;
	while (getppid() == parent) {
		if (poll(fds, ARRAY_LEN(fds), 1000) <= 0)
			continue;
		if (fds[0].revents != 0)
			take_pair(fds, to_port);
		for (size_t i = 1; i < ARRAY_LEN(fds); i++) {
			size_t other = i % 2 == 1 ? i + 1 : i - 1;
			if (fds[i].fd < 0 || fds[i].revents == 0 ||
			    pass(fds[i].fd, fds[other].fd))
				continue;
			(void)close(fds[i].fd); /* the line is over */
			(void)close(fds[other].fd);
			fds[i].fd = fds[other].fd = -1;
			fds[i].revents = fds[other].revents = 0;
		}
	}
}

enum rc
line_open(struct line *r, int to_port, struct err *err)
{
	r->to_port = to_port;
	r->listen_fd = listen_at(0, &r->port);
	if (r->listen_fd < 0)
		return err_errno(err, errno, _("cannot listen on"),
				 "127.0.0.1");
	return line_heal(r, err);
}

enum rc
line_heal(struct line *r, struct err *err)
{
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid < 0)
		return err_errno(err, errno, _("cannot start"), "relay");
	if (pid == 0) {
		(void)signal(SIGINT, SIG_DFL);
		(void)signal(SIGTERM, SIG_DFL);
		pass_on(r->listen_fd, r->to_port, parent);
		_exit(0);
	}
	r->pid = pid;
	return RC_OK;
}

void
line_cut(struct line *r)
{
	if (r->pid <= 0)
		return;
	(void)kill(r->pid, SIGKILL); /* its connections end with it */
	(void)waitpid(r->pid, NULL, 0);
	r->pid = 0;
}

void
line_close(struct line *r)
{
	line_cut(r);
	if (r->listen_fd > 0)
		(void)close(r->listen_fd); /* nothing was sent */
	r->listen_fd = 0;
}
