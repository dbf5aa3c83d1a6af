/* What net/client.h and net/server.h declare, over simulated lines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "sim_int.h"
#include "test.h"

static size_t calls_made;

size_t
sim_calls(void)
{
	return calls_made;
}

/* ---- client ---- */

enum rc
net_connect(const struct net_connect_spec *spec, struct net_conn **ret_conn,
	    struct err *err)
{
	struct net_conn *n = xcalloc(1, sizeof(*n));

	(void)err;
	n->spec = *spec;
	n->address = xstrdup(spec->address);
	sim_dial(n, sim_desk_of(spec->loop));
	*ret_conn = n;
	return RC_OK;
}

void
net_close(struct net_conn *c)
{
	if (c->up)
		say(c->wire, TO_SERVER, word_new(BYE, 0));
	c->up = false;
	say_rc(c->wire, AT_CLIENT, DOWN, 0, RC_CANCELED);
}

bool
net_conn_is_up(const struct net_conn *c)
{
	return c->up;
}

int64_t
net_conn_get_rtt_us(const struct net_conn *c)
{
	(void)c;
	return 1000;
}

void
net_conn_ask(struct net_conn *c)
{
	(void)c; /* pings are simulated as they are */
}

enum rc
net_call(struct net_conn *c, const struct net_call_spec *spec,
	 struct net_call **ret_call, struct err *err)
{
	struct net_call *call;
	struct word *w;
	char length[24];

	if (!c->up)
		return err_set(err, RC_STATE, 0, "simulated: not connected");
	calls_made++;
	call = xcalloc(1, sizeof(*call));
	call->conn = c;
	call->spec = *spec;
	call->s.id = ++c->wire->next_id;
	call->next = c->calls;
	c->calls = call;
	buf_init(&call->body, spec->collect_max);
	w = word_new(ASK, call->s.id);
	w->method = xstrdup(spec->method);
	w->path = xstrdup(spec->path);
	word_headers(w, spec->headers, spec->n_headers);
	if (spec->n_body > 0) {
		(void)snprintf(length, sizeof(length), "%zu", spec->n_body);
		w->names[spec->n_headers] = xstrdup("content-length");
		w->values[spec->n_headers] = xstrdup(length);
	}
	if (spec->n_body > 0 && sim_pick(12) == 0)
		say_again(c->wire, w, spec->body, spec->n_body);
	say(c->wire, TO_SERVER, w);
	for (size_t at = 0; at < spec->n_body;) { /* in pieces */
		size_t n = 1 + sim_pick((unsigned)spec->n_body);

		n = n < spec->n_body - at ? n : spec->n_body - at;
		say(c->wire, TO_SERVER,
		    word_data(call->s.id, (const char *)spec->body + at, n));
		at += n;
	}
	if (!spec->streaming)
		say(c->wire, TO_SERVER, word_new(END, call->s.id));
	*ret_call = call;
	return RC_OK;
}

int
net_call_get_status(const struct net_call *c)
{
	return c->head != NULL ? c->head->status : 0;
}

const char *
net_call_get_header(const struct net_call *c, const char *name)
{
	return word_header(c->head, name);
}

struct buf *
net_call_get_body(struct net_call *c)
{
	return &c->body;
}

enum rc
net_call_write(struct net_call *c, const void *data, size_t n_bytes,
	       struct err *err)
{
	(void)err;
	if (!c->s.over)
		say(c->conn->wire, TO_SERVER,
		    word_data(c->s.id, data, n_bytes));
	return RC_OK;
}

size_t
net_call_get_queued(const struct net_call *c)
{
	(void)c;
	return 0;
}

void
net_call_end(struct net_call *c)
{
	say(c->conn->wire, TO_SERVER, word_new(END, c->s.id));
}

void
net_call_pause(struct net_call *c)
{
	c->s.paused = true;
}

void
net_call_resume(struct net_call *c)
{
	c->s.paused = false;
	say_rc(c->conn->wire, AT_CLIENT, FLUSH, c->s.id, RC_OK);
}

void
net_cancel(struct net_call *c)
{
	if (c->s.over)
		return;
	c->s.over = true;
	say(c->conn->wire, TO_SERVER, word_new(BREAK, c->s.id));
	say_rc(c->conn->wire, AT_CLIENT, CLOSED, c->s.id, RC_CANCELED);
}

/* ---- server ---- */

enum rc
net_server_start(const struct net_server_config *config,
		 struct net_server **ret_server, struct err *err)
{
	struct net_server *s = xcalloc(1, sizeof(*s));

	(void)err;
	s->config = *config;
	s->address = xstrdup(config->listen);
	s->desk = sim_desk_of(config->loop);
	s->next = sim_servers;
	sim_servers = s;
	*ret_server = s;
	return RC_OK;
}

const char *
net_server_get_address(const struct net_server *s)
{
	return s->address;
}

static void
send_away(struct wire *w)
{
	say(w, TO_CLIENT, word_new(BYE, 0));
	say_rc(w, AT_SERVER, DOWN, 0, RC_CANCELED);
}

void
net_server_close_peer(struct net_server *s, const struct pin *pin)
{
	for (struct wire *w = sim_wires; w != NULL; w = w->next)
		if (w->server == s && pin_eq(&w->pin, pin))
			send_away(w);
}

struct stopping {
	struct net_server *server;
	loop_fn done;
	void *ctx;
};

static void
on_stopped(void *ctx)
{
	struct stopping *stop = ctx;
	struct net_server **at;

	for (struct wire *w = sim_wires; w != NULL; w = w->next)
		if (w->server == stop->server) {
			sim_later(1, on_stopped, stop);
			return;
		}
	for (at = &sim_servers; *at != stop->server; at = &(*at)->next)
		continue;
	*at = stop->server->next;
	xfree(stop->server->address);
	xfree(stop->server);
	if (stop->done != NULL)
		stop->done(stop->ctx);
	xfree(stop);
}

void
net_server_stop(struct net_server *take_s, loop_fn done, void *ctx)
{
	struct stopping *stop = xcalloc(1, sizeof(*stop));

	*stop = (struct stopping){ take_s, done, ctx };
	for (struct wire *w = sim_wires; w != NULL; w = w->next)
		if (w->server == take_s)
			send_away(w);
	sim_later(0, on_stopped, stop);
}

const char *
net_request_get_method(const struct net_request *r)
{
	return r->head->method;
}

const char *
net_request_get_path(const struct net_request *r)
{
	return r->path;
}

const char *
net_request_get_header(const struct net_request *r, const char *name)
{
	return word_header(r->head, name);
}

/* The exchange writes nothing into a query that would need %. */
enum rc
net_request_get_param(const struct net_request *r, const char *name, char *out,
		      size_t out_size, struct err *err)
{
	size_t n = strlen(name);
	const char *at = r->query;

	while (at != NULL && *at != '\0') {
		size_t len = strcspn(at, "&");

		if (len > n && strncmp(at, name, n) == 0 && at[n] == '=') {
			if (len - n > out_size)
				return err_set(err, RC_RANGE, 0, "%s", name);
			memcpy(out, at + n + 1, len - n - 1);
			out[len - n - 1] = '\0';
			return RC_OK;
		}
		at += len + (at[len] == '&');
	}
	return err_set(err, RC_NOTFOUND, 0, "%s", name);
}

const char *
net_request_get_peer(const struct net_request *r)
{
	return r->wire->peer;
}

int64_t
net_request_get_content_length(const struct net_request *r)
{
	const char *text = word_header(r->head, "content-length");

	return text != NULL ? strtoll(text, NULL, 10) : -1;
}

void
net_request_set_data(struct net_request *r, void *data)
{
	r->data = data;
}

void *
net_request_get_data(const struct net_request *r)
{
	return r->data;
}

void
net_request_set_body_max(struct net_request *r, int64_t max_bytes)
{
	(void)r;
	(void)max_bytes;
}

void
net_request_pause(struct net_request *r)
{
	r->s.paused = true;
}

void
net_request_resume(struct net_request *r)
{
	r->s.paused = false;
	say_rc(r->wire, AT_SERVER, FLUSH, r->s.id, RC_OK);
}

void
net_respond(struct net_request *r, const struct net_response *response)
{
	struct word *w = word_new(ANSWER, r->s.id);

	w->status = response->status;
	word_headers(w, response->headers, response->n_headers);
	say(r->wire, TO_CLIENT, w);
}

enum rc
net_write(struct net_request *r, const void *data, size_t n_bytes,
	  struct err *err)
{
	const char *bytes = data;
	size_t first =
		n_bytes > 1 ? 1 + sim_pick((unsigned)n_bytes - 1) : n_bytes;

	if (r->s.over)
		return err_set(err, RC_STATE, 0, "simulated: gone");
	say(r->wire, TO_CLIENT, word_data(r->s.id, bytes, first));
	if (n_bytes > first)
		say(r->wire, TO_CLIENT,
		    word_data(r->s.id, bytes + first, n_bytes - first));
	return RC_OK;
}

size_t
net_get_queued(const struct net_request *r)
{
	(void)r;
	return 0;
}

void
net_end(struct net_request *r)
{
	if (r->s.over)
		return;
	r->s.over = true;
	say(r->wire, TO_CLIENT, word_new(END, r->s.id));
	say_rc(r->wire, AT_SERVER, CLOSED, r->s.id, RC_OK);
}

void
net_answer(struct net_request *r, const struct net_response *response,
	   const void *body, size_t n_bytes)
{
	net_respond(r, response);
	if (n_bytes > 0)
		(void)net_write(r, body, n_bytes, NULL);
	net_end(r);
}

void
net_reset(struct net_request *r)
{
	if (r->s.over)
		return;
	r->s.over = true;
	say(r->wire, TO_CLIENT, word_new(BREAK, r->s.id));
	say_rc(r->wire, AT_SERVER, CLOSED, r->s.id, RC_CANCELED);
}
