/* A request as the server sees it. */
#pragma once

#include "conn_int.h"
#include "net/server.h"

struct net_request {
	struct h2_stream *stream;
	struct conn *conn;
	const struct net_handlers *handlers;
	void *ctx; /* of the handlers */
	const char *peer;
	const struct pin *pin;
	char *path, *query;
	const char *method;
	void *data;
	int64_t body_max, body_got;
	bool told;    /* the handler saw on_headers, so it sees on_close */
	bool refused; /* answered here; the handler sees nothing but on_close */
	bool responded;
	enum rc why_refused;
};

/* What the server's connections do with their streams: ctx is struct conn. */
extern const struct h2_events request_events;
/* Called for a new request: who asks, and who answers. */
void server_fill_request(struct conn *c, struct net_request *r);
