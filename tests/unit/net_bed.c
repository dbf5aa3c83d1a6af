#include "net_bed.h"

#include <string.h>

#include <sys/stat.h>

/* Keys are made once for all tests of a program. */
static char keys[64];

static void
path_of(char out[static 128], const char *name, const char *ext)
{
	(void)snprintf(out, 128, "%s/%s.%s", keys, name, ext);
}

static struct tls *
make_tls(const char *name)
{
	char key[128];
	char cert[128];
	struct tls *t = NULL;
	struct err err = ERR_INIT;

	path_of(key, name, "key");
	path_of(cert, name, "crt");
	if (access(key, R_OK) != 0)
		assert_int_equal(tlscert_create(key, cert, name,
						env_now_ms(env_system()), &err),
				 RC_OK);
	assert_int_equal(tls_new(env_system(), key, cert, &t, &err), RC_OK);
	return t;
}

static void
remove_keys(void)
{
	static const char *const names[] = { "310105", "330100", "340100" };
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		path_of(path, names[i], "key");
		(void)unlink(path);
		path_of(path, names[i], "crt");
		(void)unlink(path);
	}
	(void)rmdir(keys);
}

static void
give_up(void *ctx)
{
	struct bed *b = ctx;

	b->timed_out = true;
	loop_stop(b->loop);
}

void
bed_open(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	if (keys[0] == '\0') {
		(void)snprintf(keys, sizeof(keys), "/tmp/deltadesk-net-XXXXXX");
		assert_non_null(mkdtemp(keys));
		(void)atexit(remove_keys);
	}
	assert_int_equal(loop_new(&b->loop, NULL), RC_OK);
	b->guard = timer_new(b->loop, give_up, b);
	b->tls_a = make_tls("310105");
	b->tls_b = make_tls("330100");
	b->tls_c = make_tls("340100");
	net_limits_init(&b->limits);
	net_limits_init(&b->client_limits);
	b->stop_after = 1;
	*state = b;
}

static void
stop(void *ctx)
{
	struct bed *b = ctx;

	loop_stop(b->loop);
}

void
bed_close(void **state)
{
	struct bed *b = *state;

	if (b->conn != NULL) {
		b->downs = 0;
		net_close(b->conn);
		bed_run(b);
	}
	if (b->server != NULL) {
		net_server_stop(b->server, stop, b);
		bed_run(b);
	}
	(void)timer_free(b->timer);
	(void)timer_free(b->guard);
	(void)loop_free(b->loop);
	(void)tls_free(b->tls_a);
	(void)tls_free(b->tls_b);
	(void)tls_free(b->tls_c);
	(void)xfree(b);
}

void
bed_run(struct bed *b)
{
	b->timed_out = false;
	timer_start(b->guard, 10000, 0);
	loop_run(b->loop);
	timer_stop(b->guard);
	assert_false(b->timed_out);
}

void
bed_run_ms(struct bed *b, int ms)
{
	timer_start(b->guard, ms, 0);
	loop_run(b->loop);
	timer_stop(b->guard);
}

/* ---- the server: what is done is told by the path ---- */

static bool
allow(void *ctx, const struct pin *pin, char ret_peer[static DESK_ID_MAX + 1])
{
	struct bed *b = ctx;

	if (!pin_eq(pin, tls_get_pin(b->tls_a)))
		return false;
	(void)snprintf(ret_peer, DESK_ID_MAX + 1, "310105");
	return true;
}

static void
on_peer(void *ctx, const char *peer, bool up)
{
	struct bed *b = ctx;

	assert_string_equal(peer, "310105");
	if (up)
		b->peers_up++;
	else
		b->peers_down++;
}

static void
on_refused(void *ctx, const char *address, const struct err *why)
{
	struct bed *b = ctx;

	assert_non_null(strstr(address, "127.0.0.1:"));
	assert_true(why->msg[0] != '\0');
	b->refused++;
}

static void
send_more(struct bed *b, struct net_request *r)
{
	static const char block[16384];
	enum rc rc = RC_OK;

	while (b->to_send > 0 && rc == RC_OK) {
		size_t n =
			b->to_send < sizeof(block) ? b->to_send : sizeof(block);

		rc = net_write(r, block, n, NULL);
		if (rc == RC_OK)
			b->to_send -= n;
		assert_true(net_get_queued(r) <= b->limits.out_max);
	}
	if (b->to_send == 0)
		net_end(r);
}

static void
tick(void *ctx)
{
	struct bed *b = ctx;

	if (b->held != NULL)
		assert_int_equal(net_write(b->held, "line\n", 5, NULL), RC_OK);
}

static void
on_headers(void *ctx, struct net_request *r)
{
	struct bed *b = ctx;
	const char *path = net_request_get_path(r);
	struct net_response ok = { .status = 200,
				   .content_type = "text/plain" };
	char text[64];

	b->headers++;
	assert_string_equal(net_request_get_peer(r), "310105");
	net_request_set_data(r, b);
	if (strcmp(path, "/hello") == 0) {
		(void)snprintf(text, sizeof(text), "%s %s %s",
			       net_request_get_method(r),
			       net_request_get_query(r),
			       net_request_get_header(r, "x-test"));
		net_answer(r, &ok, text, strlen(text));
	} else if (strcmp(path, "/param") == 0) {
		struct net_response no = { .status = 400 };
		enum rc rc = net_request_get_param(r, "after", text, 16, NULL);

		if (rc == RC_OK)
			net_answer(r, &ok, text, strlen(text));
		else
			net_answer(r, &no, rc_name(rc), strlen(rc_name(rc)));
	} else if (strcmp(path, "/big") == 0) {
		net_respond(r, &ok);
		send_more(b, r);
	} else if (strcmp(path, "/watch") == 0) {
		net_respond(r, &ok);
		b->held = r;
		b->timer = timer_new(b->loop, tick, b);
		timer_start(b->timer, 1, 5);
	} else if (strcmp(path, "/early") == 0) {
		net_answer(r, &ok, "early", 5);
	} else if (strcmp(path, "/pause") == 0) {
		b->held = r;
		net_request_pause(r);
	} else if (strcmp(path, "/reset") == 0) {
		net_reset(r);
	} else if (strcmp(path, "/silent") == 0) {
		b->held = r;
	}
}

static void
on_data(void *ctx, struct net_request *r, const void *data, size_t n_bytes)
{
	struct bed *b = ctx;

	(void)data;
	assert_ptr_equal(net_request_get_data(r), b);
	b->got += n_bytes;
}

static void
on_end(void *ctx, struct net_request *r)
{
	struct bed *b = ctx;
	struct net_response created = { .status = 201 };

	b->ends++;
	if (strcmp(net_request_get_path(r), "/sink") == 0 ||
	    strcmp(net_request_get_path(r), "/pause") == 0)
		net_answer(r, &created, NULL, 0);
}

static void
on_drain(void *ctx, struct net_request *r)
{
	struct bed *b = ctx;

	b->drains++;
	if (strcmp(net_request_get_path(r), "/big") == 0)
		send_more(b, r);
}

static void
on_close(void *ctx, struct net_request *r, enum rc rc)
{
	struct bed *b = ctx;

	b->closes++;
	b->close_rc = rc;
	if (b->held == r)
		b->held = NULL;
	if (b->want_stop_on_close)
		loop_stop(b->loop);
}

void
bed_serve(struct bed *b)
{
	struct err err = ERR_INIT;
	struct net_server_config config = {
		.loop = b->loop,
		.tls = b->tls_b,
		.listen = "127.0.0.1:0",
		.limits = &b->limits,
		.handlers = { .allow = allow,
			      .on_peer = on_peer,
			      .on_refused = on_refused,
			      .on_headers = on_headers,
			      .on_data = on_data,
			      .on_end = on_end,
			      .on_drain = on_drain,
			      .on_close = on_close },
		.ctx = b,
	};

	assert_int_equal(net_server_start(&config, &b->server, &err), RC_OK);
}

/* ---- the client ---- */

static void
conn_up(void *ctx)
{
	struct bed *b = ctx;

	b->ups++;
	loop_stop(b->loop);
}

static void
conn_down(void *ctx, const struct err *err)
{
	struct bed *b = ctx;

	b->downs++;
	b->down_rc = err->code;
	b->down = *err;
	b->conn = NULL;
	loop_stop(b->loop);
}

void
bed_dial_at(struct bed *b, const char *address, struct tls *tls,
	    const struct pin *pin)
{
	struct err err = ERR_INIT;
	struct net_connect_spec spec = {
		.loop = b->loop,
		.tls = tls,
		.address = address,
		.pin = *pin,
		.limits = &b->client_limits,
		.on_up = conn_up,
		.on_down = conn_down,
		.ctx = b,
	};

	assert_int_equal(net_connect(&spec, &b->conn, &err), RC_OK);
}

void
bed_dial(struct bed *b, struct tls *tls, const struct pin *pin)
{
	bed_dial_at(b, net_server_get_address(b->server), tls, pin);
}

void
bed_up(struct bed *b)
{
	bed_dial(b, b->tls_a, tls_get_pin(b->tls_b));
	bed_run(b);
	assert_int_equal(b->downs, 0);
	assert_int_equal(b->ups, 1);
	assert_true(net_conn_is_up(b->conn));
}

static void
call_headers(void *ctx, struct net_call *c)
{
	struct seen *s = ctx;

	s->n_headers++;
	s->status = net_call_get_status(c);
}

static void
call_data(void *ctx, struct net_call *c, const void *data, size_t n_bytes)
{
	struct seen *s = ctx;

	(void)c;
	if (s->bytes + n_bytes < sizeof(s->body))
		memcpy(s->body + s->bytes, data, n_bytes);
	s->bytes += n_bytes;
}

static void
call_close(void *ctx, struct net_call *c, const struct err *err)
{
	struct seen *s = ctx;

	assert_ptr_equal(s->call, c);
	s->n_close++;
	if (err != NULL) {
		s->rc = err->code;
		s->err = *err;
	}
	if (net_call_get_body(c)->len > 0)
		(void)snprintf(s->body, sizeof(s->body), "%s",
			       buf_str(net_call_get_body(c)));
	s->call = NULL;
	if (--s->bed->stop_after <= 0)
		loop_stop(s->bed->loop);
}

void
bed_call(struct bed *b, struct net_call_spec spec, struct seen *seen)
{
	struct err err = ERR_INIT;

	*seen = (struct seen){ .bed = b };
	if (spec.method == NULL)
		spec.method = "GET";
	spec.on_headers = call_headers;
	spec.on_data = call_data;
	spec.on_close = call_close;
	spec.ctx = seen;
	assert_int_equal(net_call(b->conn, &spec, &seen->call, &err), RC_OK);
}
