#include "config.h"

#include "net/header.h"

#include <sys/resource.h>

#include "base/limits.h"

/* Files of the desk come before callers. */
static unsigned
conns_all(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 ||
	    r.rlim_cur >= CONN_ALL_MAX + FILES_KEPT)
		return CONN_ALL_MAX;
	if (r.rlim_cur < CONN_PER_PEER_MAX + FILES_KEPT)
		return CONN_PER_PEER_MAX;
	return (unsigned)(r.rlim_cur - FILES_KEPT);
}

void
net_limits_init(struct net_limits *l)
{
	*l = (struct net_limits){
		.handshake_ms = HANDSHAKE_TIMEOUT_MS,
		.headers_ms = HEADERS_TIMEOUT_MS,
		.idle_ms = IDLE_TIMEOUT_MS,
		.ping_interval_ms = PING_INTERVAL_MS,
		.ping_timeout_ms = PING_TIMEOUT_MS,
		.ask_interval_ms = ASK_INTERVAL_MS,
		.ask_timeout_ms = ASK_TIMEOUT_MS,
		.header_list_max = HEADER_LIST_MAX,
		.body_max = BODY_MAX_BYTES,
		.out_max = CONN_OUT_MAX,
		.window_bytes = H2_WINDOW_BYTES,
		.streams_max = STREAMS_MAX,
		.conns_per_peer = CONN_PER_PEER_MAX,
		.conns_unauth = CONN_UNAUTH_MAX,
		.conns_all = conns_all(),
		.calls_max = CALLS_MAX,
		.calls_per_s = CALLS_PER_S,
	};
}
