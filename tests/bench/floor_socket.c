#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "floor_int.h"

void
read_all(int fd, void *data, size_t n_bytes)
{
	for (size_t at = 0; at < n_bytes;) {
		ssize_t got = read(fd, (char *)data + at, n_bytes - at);

		need(got > 0, "read");
		at += (size_t)got;
	}
}

void
write_all(int fd, const void *data, size_t n_bytes)
{
	need(write(fd, data, n_bytes) == (ssize_t)n_bytes, "write");
}

void
connect_pair(int sock[2])
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof(a);
	int one = 1;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	need(bind(listener, (struct sockaddr *)&a, n) == 0, "bind");
	need(listen(listener, 1) == 0, "listen");
	need(getsockname(listener, (struct sockaddr *)&a, &n) == 0, "name");
	sock[0] = socket(AF_INET, SOCK_STREAM, 0);
	need(connect(sock[0], (struct sockaddr *)&a, n) == 0, "connect");
	sock[1] = accept(listener, NULL, NULL);
	need(sock[1] >= 0, "accept");
	for (int i = 0; i < 2; i++)
		setsockopt(sock[i], IPPROTO_TCP, TCP_NODELAY, &one,
			   sizeof(one));
	close(listener);
}
