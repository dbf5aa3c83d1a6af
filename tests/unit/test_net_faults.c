/* Bad lines and bad callers, over real sockets. */
#include <string.h>

#include "net/tls_int.h"
#include "net_bed.h"

#define CALLERS_MAX 80

/* A line between client and server that can be cut or made to swallow. */
struct line {
	struct bed *bed;
	struct listener *listener;
	struct stream *left, *right;
	bool left_open, right_open;
	bool swallow;
	size_t passed, cut_after; /* bytes to the left; 0: never cut */
};

static void
cut(void *ctx)
{
	struct line *l = ctx;

	l->left = stream_close(l->left);
	l->right = stream_close(l->right);
}

static void
from_left(void *ctx, const void *data, size_t n_bytes)
{
	struct line *l = ctx;

	if (!l->swallow && l->right != NULL)
		stream_write(l->right, data, n_bytes);
}

static void
from_right(void *ctx, const void *data, size_t n_bytes)
{
	struct line *l = ctx;

	if (l->swallow || l->left == NULL)
		return;
	stream_write(l->left, data, n_bytes);
	l->passed += n_bytes;
	if (l->cut_after > 0 && l->passed > l->cut_after)
		loop_defer(l->bed->loop, cut, l);
}

static void
line_end(void *ctx, enum rc rc, const struct err *err)
{
	(void)rc;
	(void)err;
	cut(ctx);
}

static void
right_up(void *ctx)
{
	struct line *l = ctx;

	stream_read_start(l->left);
}

static void
line_accept(void *ctx, struct stream *take_s)
{
	struct line *l = ctx;
	struct stream_events left = { .on_data = from_left,
				      .on_end = line_end };
	struct stream_events right = { .on_connect = right_up,
				       .on_data = from_right,
				       .on_end = line_end };

	assert_null(l->left);
	l->left = take_s;
	stream_set_events(take_s, &left, l);
	assert_int_equal(stream_connect(l->bed->loop,
					net_server_get_address(l->bed->server),
					&right, l, &l->right, NULL),
			 RC_OK);
	stream_read_start(l->right);
}

static void
line_up(struct line *l, struct bed *b)
{
	*l = (struct line){ .bed = b };
	assert_int_equal(listener_start(b->loop, "127.0.0.1:0", line_accept, l,
					&l->listener, NULL),
			 RC_OK);
	bed_dial_at(b, listener_get_address(l->listener), b->tls_a,
		    tls_get_pin(b->tls_b));
	bed_run(b);
	assert_int_equal(b->ups, 1);
}

static void
line_free(struct line *l)
{
	loop_undefer(l->bed->loop, cut, l);
	cut(l);
	l->listener = listener_free(l->listener);
}

static int
setup(void **state)
{
	bed_open(state);
	return 0;
}

static int
teardown(void **state)
{
	bed_close(state);
	return 0;
}

static void
test_dead_peer_is_found_by_ping(void **state)
{
	struct bed *b = *state;
	struct line l;
	struct seen s;
	int64_t began;

	b->limits.ping_interval_ms = b->client_limits.ping_interval_ms = 50;
	b->limits.ping_timeout_ms = b->client_limits.ping_timeout_ms = 400;
	bed_serve(b);
	line_up(&l, b);
	bed_call(b, (struct net_call_spec){ .path = "/silent" }, &s);
	bed_run_ms(b, 1000); /* pings go both ways: alive */
	assert_int_equal(b->downs, 0);
	assert_int_equal(b->closes, 0);
	l.swallow = true;
	began = loop_now_us();
	b->stop_after = 100;
	b->want_stop_on_close = true;
	while (b->downs == 0 || b->closes == 0)
		bed_run(b);
	assert_true(loop_now_us() - began < 3000000);
	assert_int_equal(b->down_rc, RC_NET);
	assert_int_equal(b->close_rc, RC_NET);
	assert_int_equal(s.n_close, 1);
	assert_int_equal(s.rc, RC_NET);
	bed_run_ms(b, 200);
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->closes, 1);
	line_free(&l);
}

/* Long before the next ping: something waits for the peer, on either side. */
static void
dead_peer_is_found_by_asking(struct bed *b, bool server)
{
	struct net_limits *l = server ? &b->limits : &b->client_limits;
	struct line line;
	struct seen s;
	int64_t began;

	l->ask_interval_ms = 50;
	l->ask_timeout_ms = 300;
	bed_serve(b);
	line_up(&line, b);
	b->stop_after = 100;
	b->want_stop_on_close = true;
	if (server) {
		bed_call(b, (struct net_call_spec){ .path = "/silent" }, &s);
		bed_run_ms(b, 300);
		assert_non_null(b->held);
		net_respond(b->held, &(struct net_response){ .status = 200 });
		bed_run_ms(b, 100);
		line.swallow = true;
		assert_int_equal(net_write(b->held, "x", 1, NULL), RC_OK);
	} else {
		bed_run_ms(b, 300);
		line.swallow = true;
		bed_call(b, (struct net_call_spec){ .path = "/hello" }, &s);
	}
	began = loop_now_us();
	while (server ? b->closes == 0 : b->downs == 0)
		bed_run(b);
	assert_true(loop_now_us() - began < 5000000);
	assert_int_equal(server ? b->close_rc : b->down_rc, RC_NET);
	b->held = NULL;
	line_free(&line);
	bed_run_ms(b, 200);
}

static void
test_dead_server_is_found_by_asking(void **state)
{
	dead_peer_is_found_by_asking(*state, false);
}

static void
test_dead_client_is_found_by_asking(void **state)
{
	dead_peer_is_found_by_asking(*state, true);
}

static void
test_cut_in_the_middle_of_a_body(void **state)
{
	struct bed *b = *state;
	struct line l;
	struct seen s;

	b->to_send = 20 * 1024 * 1024;
	bed_serve(b);
	line_up(&l, b);
	l.passed = 0;
	l.cut_after = 3 * 1024 * 1024 + 7;
	b->stop_after = 100;
	bed_call(b, (struct net_call_spec){ .path = "/big" }, &s);
	bed_run(b); /* on_down */
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->down_rc, RC_NET);
	assert_int_equal(s.n_close, 1);
	assert_int_equal(s.rc, RC_NET);
	assert_true(s.bytes > 2 * 1024 * 1024 && s.bytes < 20 * 1024 * 1024);
	bed_until(b, net_server_count(b->server) == 0);
	assert_int_equal(b->closes, 1);
	assert_int_equal(b->close_rc, RC_NET);
	assert_int_equal(b->peers_down, 1);
	line_free(&l);
}

static void
test_connecting_to_a_black_hole_ends(void **state)
{
	struct bed *b = *state;
	struct line l = { .bed = b, .swallow = true };

	b->client_limits.handshake_ms = 100;
	bed_serve(b);
	assert_int_equal(listener_start(b->loop, "127.0.0.1:0", line_accept, &l,
					&l.listener, NULL),
			 RC_OK);
	bed_dial_at(b, listener_get_address(l.listener), b->tls_a,
		    tls_get_pin(b->tls_b));
	bed_run(b);
	assert_int_equal(b->ups, 0);
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->down_rc, RC_NET);
	line_free(&l);
}

static void
test_nobody_listens(void **state)
{
	struct bed *b = *state;
	struct listener *l = NULL;
	char address[ADDRESS_MAX];

	bed_serve(b);
	assert_int_equal(listener_start(b->loop, "127.0.0.1:0", line_accept,
					NULL, &l, NULL),
			 RC_OK);
	(void)snprintf(address, sizeof(address), "%s", listener_get_address(l));
	(void)listener_free(l);
	bed_dial_at(b, address, b->tls_a, tls_get_pin(b->tls_b));
	assert_int_equal(b->downs, 0);
	bed_run(b);
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->down_rc, RC_NET);
	assert_non_null(strstr(b->down.msg, address));
}

/* ---- callers that say nothing ---- */

struct caller {
	struct bed *bed;
	struct stream *stream;
	bool ended;
	int64_t ended_us;
};

static void
caller_data(void *ctx, const void *data, size_t n_bytes)
{
	(void)ctx;
	(void)data;
	(void)n_bytes;
}

static void
caller_end(void *ctx, enum rc rc, const struct err *err)
{
	struct caller *c = ctx;

	(void)rc;
	(void)err;
	c->ended = true;
	c->ended_us = loop_now_us();
}

static void
call_in(struct bed *b, struct caller *c)
{
	struct stream_events e = { .on_data = caller_data,
				   .on_end = caller_end };

	*c = (struct caller){ .bed = b };
	assert_int_equal(stream_connect(b->loop,
					net_server_get_address(b->server), &e,
					c, &c->stream, NULL),
			 RC_OK);
	stream_read_start(c->stream);
}

static void
test_slow_handshake_is_dropped(void **state)
{
	struct bed *b = *state;
	struct caller c;
	int64_t began = loop_now_us();

	b->limits.handshake_ms = 500;
	bed_serve(b);
	call_in(b, &c);
	bed_run_ms(b, 100);
	assert_false(c.ended);
	/* a byte now and then does not help */
	stream_write(c.stream, "\x16", 1);
	bed_until(b, c.ended);
	assert_true(c.ended_us - began >= 490000);
	assert_int_equal(net_server_count(b->server), 0);
	(void)stream_close(c.stream);
}

static void
test_oldest_unknown_caller_is_dropped_first(void **state)
{
	struct bed *b = *state;
	struct caller c[CALLERS_MAX];

	bed_serve(b);
	bed_up(b);
	for (size_t i = 0; i < CALLERS_MAX; i++) {
		call_in(b, &c[i]);
		bed_run_ms(b, 2);
	}
	bed_until(b, c[CALLERS_MAX - 64 - 1].ended);
	assert_int_equal(net_server_count(b->server), 1 + 64);
	for (size_t i = 0; i < CALLERS_MAX; i++)
		assert_int_equal(c[i].ended, i < CALLERS_MAX - 64);
	/* who is known stays, and another that is known comes in */
	assert_true(net_conn_is_up(b->conn));
	net_close(b->conn);
	bed_run(b);
	b->ups = b->downs = 0;
	bed_up(b);
	for (size_t i = 0; i < CALLERS_MAX; i++)
		(void)stream_close(c[i].stream);
}

static void
test_all_connections_have_a_limit(void **state)
{
	struct bed *b = *state;
	struct caller c[10];

	b->limits.conns_all = 4;
	bed_serve(b);
	bed_up(b);
	for (size_t i = 0; i < ARRAY_LEN(c); i++) {
		call_in(b, &c[i]);
		bed_run_ms(b, 2);
	}
	bed_run_ms(b, 50);
	assert_true(net_server_count(b->server) <= 4);
	assert_true(net_conn_is_up(b->conn));
	for (size_t i = 0; i < ARRAY_LEN(c); i++)
		(void)stream_close(c[i].stream);
}

/* ---- slow ones that are known ---- */

/* A client that speaks TLS as it should and HTTP/2 as it likes. */
struct raw {
	struct bed *bed;
	struct stream *stream;
	struct tls_conn *tls;
	const char *say;
	size_t n_say;
	bool said, ended;
};

static bool
raw_check(void *ctx, const struct pin *pin, struct err *err)
{
	(void)ctx;
	(void)pin;
	(void)err;
	return true;
}

static enum rc
raw_plain(void *ctx, const void *data, size_t n_bytes, struct err *err)
{
	(void)ctx;
	(void)data;
	(void)n_bytes;
	(void)err;
	return RC_OK;
}

static void
raw_data(void *ctx, const void *data, size_t n_bytes)
{
	struct raw *r = ctx;
	const struct buf *out = tls_conn_get_out(r->tls);

	(void)tls_conn_feed(r->tls, data, n_bytes, raw_plain, NULL);
	if (tls_conn_is_up(r->tls) && !r->said) {
		r->said = true;
		assert_int_equal(tls_conn_write(r->tls, r->say, r->n_say, NULL),
				 RC_OK);
	}
	stream_write(r->stream, out->data, out->len);
	tls_conn_sent(r->tls);
}

static void
raw_connect(void *ctx)
{
	raw_data(ctx, NULL, 0);
}

static void
raw_end(void *ctx, enum rc rc, const struct err *err)
{
	struct raw *r = ctx;

	(void)rc;
	(void)err;
	r->ended = true;
}

static void
raw_run(struct bed *b, const char *say, size_t n_say)
{
	struct stream_events e = { .on_connect = raw_connect,
				   .on_data = raw_data,
				   .on_end = raw_end };
	struct raw r = { .bed = b, .say = say, .n_say = n_say };

	r.tls = tls_conn_new(b->tls_a, false, raw_check, &r);
	assert_int_equal(stream_connect(b->loop,
					net_server_get_address(b->server), &e,
					&r, &r.stream, NULL),
			 RC_OK);
	stream_read_start(r.stream);
	bed_until(b, r.ended);
	assert_true(r.said);
	(void)stream_close(r.stream);
	(void)tls_conn_free(r.tls);
	bed_until(b, net_server_count(b->server) == 0);
}

#define PREFACE                            \
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" \
	"\0\0\0\4\0\0\0\0\0"

static void
test_slow_preface_and_head_are_dropped(void **state)
{
	struct bed *b = *state;
	/* HEADERS that want a CONTINUATION */
	static const char begun[] = PREFACE "\0\0\3\1\0\0\0\0\1\x83\x87\x84";

	b->limits.headers_ms = 200;
	bed_serve(b);
	raw_run(b, "PRI * HTTP", 10);
	raw_run(b, begun, sizeof(begun) - 1);
	assert_int_equal(b->headers, 0);
}

static void
test_not_http2_is_dropped(void **state)
{
	struct bed *b = *state;
	static const char old[] = "GET / HTTP/1.1\r\nHost: desk\r\n\r\n";

	bed_serve(b);
	raw_run(b, old, sizeof(old) - 1);
	assert_int_equal(b->headers, 0);
	assert_int_equal(b->refused, 1);
}

static void
test_rapid_reset_is_dropped(void **state)
{
	struct bed *b = *state;
	/* GET /silent, and RST_STREAM */
	static const char both[] = "\0\0\x0a\1\5\0\0\0\0\x82\x87\x44\7/silent"
				   "\0\0\4\3\0\0\0\0\0\0\0\0\x8";
	size_t n_both = sizeof(both) - 1;
	size_t n = sizeof(PREFACE) - 1;
	char *say = xmalloc(n + 1000 * n_both);

	memcpy(say, PREFACE, n);
	for (unsigned i = 0; i < 1000; i++) {
		char *at = say + n + i * n_both;
		unsigned id = 2 * i + 1;

		memcpy(at, both, n_both);
		at[2] = (char)(n_both - 9 - 13);
		at[7] = at[n_both - 6] = (char)(id >> 8);
		at[8] = at[n_both - 5] = (char)id;
	}
	bed_serve(b);
	raw_run(b, say, n + 1000 * n_both);
	(void)xfree(say);
	assert_true(b->headers < 400);
	assert_int_equal(b->headers, b->closes);
}

static void
test_stalled_body_is_broken_off(void **state)
{
	struct bed *b = *state;
	struct seen s;

	b->limits.idle_ms = 100;
	bed_serve(b);
	bed_up(b);
	bed_call(b,
		 (struct net_call_spec){
			 .method = "POST", .path = "/sink", .streaming = true },
		 &s);
	assert_int_equal(net_call_write(s.call, "x", 1, NULL), RC_OK);
	bed_run(b);
	assert_int_equal(s.n_close, 1);
	assert_true(s.rc != RC_OK);
	assert_int_equal(b->ends, 0);
	bed_until(b, b->closes == 1);
}

static void
test_stop_with_open_requests(void **state)
{
	struct bed *b = *state;
	struct seen s;

	bed_serve(b);
	bed_up(b);
	bed_call(b, (struct net_call_spec){ .path = "/silent" }, &s);
	bed_until(b, b->held != NULL);
	b->stop_after = 100;
	net_server_stop(b->server, NULL, NULL);
	b->server = NULL;
	assert_int_equal(b->closes, 0);
	bed_run(b);
	bed_until(b, b->closes == 1);
	assert_int_equal(b->close_rc, RC_CANCELED);
	assert_int_equal(b->downs, 1);
	assert_int_equal(s.n_close, 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_dead_peer_is_found_by_ping),
		T(test_dead_server_is_found_by_asking),
		T(test_dead_client_is_found_by_asking),
		T(test_cut_in_the_middle_of_a_body),
		T(test_connecting_to_a_black_hole_ends),
		T(test_nobody_listens),
		T(test_slow_handshake_is_dropped),
		T(test_oldest_unknown_caller_is_dropped_first),
		T(test_all_connections_have_a_limit),
		T(test_slow_preface_and_head_are_dropped),
		T(test_not_http2_is_dropped),
		T(test_rapid_reset_is_dropped),
		T(test_stalled_body_is_broken_off),
		T(test_stop_with_open_requests),
	};

	return cmocka_run_group_tests_name("net_faults", tests, NULL, NULL);
}
