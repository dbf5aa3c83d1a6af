#include <string.h>

#include "net_bed.h"

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

/* ---- who may come in ---- */

static void
test_get_and_answer(void **state)
{
	struct bed *b = *state;
	struct net_header h[] = { { "x-test", "值" } };
	struct seen s;

	bed_serve(b);
	bed_up(b);
	assert_int_equal(b->peers_up, 1);
	bed_call(b,
		 (struct net_call_spec){
			 .path = "/hello?a=1", .headers = h, .n_headers = 1 },
		 &s);
	assert_int_equal(s.n_close, 0);
	bed_run(b);
	assert_int_equal(s.rc, RC_OK);
	assert_int_equal(s.n_close, 1);
	assert_int_equal(s.n_headers, 1);
	assert_int_equal(s.status, 200);
	assert_string_equal(s.body, "GET a=1 值");
	assert_true(net_conn_get_rtt_us(b->conn) > 0);
	assert_int_equal(net_conn_get_calls(b->conn), 0);
	bed_call(b,
		 (struct net_call_spec){ .path = "/hello", .collect_max = 100 },
		 &s);
	bed_run(b);
	assert_string_equal(s.body, "GET  (null)");
	bed_until(b, b->closes == 2);
	assert_int_equal(b->close_rc, RC_OK);
}

static void
test_query_parameters(void **state)
{
	struct bed *b = *state;
	static const struct {
		const char *path, *answer;
	} cases[] = {
		{ "/param?lane=0&after=17&x=1", "17" },
		{ "/param?after=", "" },
		{ "/param?after=%E5%80%BC+a%26b", "值+a&b" },
		{ "/param?before=1&thereafter=2", "notfound" },
		{ "/param", "notfound" },
		{ "/param?after", "notfound" },
		{ "/param?after=%4", "malformed" },
		{ "/param?after=%zz", "malformed" },
		{ "/param?after=%00", "malformed" },
		{ "/param?after=%ff", "text" },
		{ "/param?after=0123456789abcdef", "range" },
	};
	struct seen s;

	bed_serve(b);
	bed_up(b);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		b->stop_after = 1;
		bed_call(b, (struct net_call_spec){ .path = cases[i].path },
			 &s);
		bed_run(b);
		assert_string_equal(s.body, cases[i].answer);
	}
}

static void
test_wrong_pin_is_refused(void **state)
{
	struct bed *b = *state;

	bed_serve(b);
	bed_dial(b, b->tls_a, tls_get_pin(b->tls_c));
	assert_int_equal(b->downs, 0);
	bed_run(b);
	assert_int_equal(b->ups, 0);
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->down_rc, RC_TLS);
	assert_non_null(strstr(b->down.msg, "127.0.0.1"));
}

static void
test_unknown_caller_is_refused(void **state)
{
	struct bed *b = *state;

	bed_serve(b);
	bed_dial(b, b->tls_c, tls_get_pin(b->tls_b));
	bed_run(b);
	assert_int_equal(b->ups, 0);
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->down_rc, RC_TLS);
	bed_until(b, net_server_count(b->server) == 0);
	assert_int_equal(b->peers_up, 0);
}

static void
test_address_in_use_is_told(void **state)
{
	struct bed *b = *state;
	struct net_server *other = NULL;
	struct err err = ERR_INIT;
	struct net_server_config config = { .loop = b->loop, .tls = b->tls_b };

	bed_serve(b);
	config.listen = net_server_get_address(b->server);
	assert_int_equal(net_server_start(&config, &other, &err), RC_LOCKED);
	assert_non_null(strstr(err.msg, config.listen));
}

/* ---- bodies ---- */

static void
test_big_answer_with_backpressure(void **state)
{
	struct bed *b = *state;
	struct seen s;

	b->to_send = 24 * 1024 * 1024;
	bed_serve(b);
	bed_up(b);
	bed_call(b, (struct net_call_spec){ .path = "/big" }, &s);
	bed_run(b);
	assert_int_equal(s.rc, RC_OK);
	assert_int_equal(s.bytes, 24 * 1024 * 1024);
	assert_true(b->drains > 10);
}

static void
test_big_request(void **state)
{
	struct bed *b = *state;
	size_t n = 15 * 1024 * 1024;
	char *body = xcalloc(1, n);
	struct seen s;

	bed_serve(b);
	bed_up(b);
	bed_call(b,
		 (struct net_call_spec){ .method = "POST",
					 .path = "/sink",
					 .body = body,
					 .n_body = n },
		 &s);
	(void)xfree(body);
	bed_run(b);
	assert_int_equal(s.rc, RC_OK);
	assert_int_equal(s.status, 201);
	assert_int_equal(b->got, n);
	assert_int_equal(b->ends, 1);
}

static void
test_body_over_the_limit(void **state)
{
	struct bed *b = *state;
	struct seen s;
	static const char body[200000];

	b->limits.body_max = 100000;
	bed_serve(b);
	bed_up(b);
	/* told by content-length */
	bed_call(b,
		 (struct net_call_spec){ .method = "POST",
					 .path = "/sink",
					 .body = body,
					 .n_body = sizeof(body),
					 .collect_max = 200 },
		 &s);
	bed_run(b);
	assert_int_equal(s.rc, RC_OK);
	assert_int_equal(s.status, 413);
	assert_non_null(strstr(s.body, "problem:too-large"));
	/* found while it comes */
	bed_call(b,
		 (struct net_call_spec){
			 .method = "POST", .path = "/sink", .streaming = true },
		 &s);
	assert_int_equal(net_call_write(s.call, body, sizeof(body), NULL),
			 RC_OK);
	bed_run(b);
	assert_int_equal(s.status, 413);
	bed_until(b, b->closes == 2);
	assert_int_equal(b->close_rc, RC_TOOLARGE);
	assert_int_equal(b->ends, 0);
}

static void
test_paused_request_holds_only_itself(void **state)
{
	struct bed *b = *state;
	size_t n = 6 * 1024 * 1024; /* more than a window */
	char *body = xcalloc(1, n);
	struct seen paused;
	struct seen other;

	bed_serve(b);
	bed_up(b);
	bed_call(b,
		 (struct net_call_spec){ .method = "POST",
					 .path = "/pause",
					 .body = body,
					 .n_body = n },
		 &paused);
	bed_run_ms(b, 100);
	assert_int_equal(b->got, 0);
	assert_int_equal(paused.n_close, 0);
	bed_call(b,
		 (struct net_call_spec){ .method = "POST",
					 .path = "/sink",
					 .body = body,
					 .n_body = n },
		 &other);
	bed_run(b);
	assert_int_equal(other.status, 201);
	assert_int_equal(b->got, n);
	net_request_resume(b->held);
	b->stop_after = 1;
	bed_run(b);
	assert_int_equal(paused.status, 201);
	assert_int_equal(b->got, 2 * n);
	(void)xfree(body);
}

static void
test_streaming_answer_and_cancel(void **state)
{
	struct bed *b = *state;
	struct seen s;
	struct seen other;

	bed_serve(b);
	bed_up(b);
	bed_call(b, (struct net_call_spec){ .path = "/watch" }, &s);
	bed_until(b, s.bytes >= 25);
	assert_int_equal(s.n_headers, 1);
	assert_int_equal(s.n_close, 0);
	assert_memory_equal(s.body, "line\nline\n", 10);
	/* another goes by it */
	bed_call(b, (struct net_call_spec){ .path = "/hello" }, &other);
	bed_run(b);
	assert_int_equal(other.status, 200);
	net_cancel(s.call);
	assert_int_equal(s.n_close, 0);
	b->stop_after = 1;
	bed_run(b);
	assert_int_equal(s.n_close, 1);
	assert_int_equal(s.rc, RC_CANCELED);
	bed_until(b, b->closes == 2);
	assert_int_equal(b->close_rc, RC_CANCELED);
	assert_null(b->held);
}

static void
test_early_answer_drops_the_body(void **state)
{
	struct bed *b = *state;
	struct seen s;

	bed_serve(b);
	bed_up(b);
	bed_call(b,
		 (struct net_call_spec){ .method = "POST",
					 .path = "/early",
					 .streaming = true },
		 &s);
	assert_int_equal(net_call_write(s.call, "x", 1, NULL), RC_OK);
	bed_run(b);
	assert_int_equal(s.rc, RC_OK);
	assert_int_equal(s.status, 200);
	assert_memory_equal(s.body, "early", 5);
	bed_until(b, b->closes == 1);
	assert_int_equal(b->close_rc, RC_OK);
	assert_int_equal(b->ends, 0);
}

static void
test_reset_by_the_server(void **state)
{
	struct bed *b = *state;
	struct seen s;

	bed_serve(b);
	bed_up(b);
	bed_call(b, (struct net_call_spec){ .path = "/reset" }, &s);
	bed_run(b);
	assert_int_equal(s.n_close, 1);
	assert_int_equal(s.rc, RC_CANCELED);
	assert_true(net_conn_is_up(b->conn));
}

static void
test_many_calls_at_once(void **state)
{
	struct bed *b = *state;
	struct seen s[200];

	bed_serve(b);
	bed_up(b);
	b->stop_after = (int)ARRAY_LEN(s);
	for (size_t i = 0; i < ARRAY_LEN(s); i++)
		bed_call(b, (struct net_call_spec){ .path = "/hello" }, &s[i]);
	net_cancel(s[150].call); /* it waits in line */
	bed_run(b);
	for (size_t i = 0; i < ARRAY_LEN(s); i++) {
		assert_int_equal(s[i].n_close, 1);
		assert_int_equal(s[i].rc, i == 150 ? RC_CANCELED : RC_OK);
	}
}

/* ---- ends ---- */

static void
test_cut_closes_each_once(void **state)
{
	struct bed *b = *state;
	struct seen watch;
	struct seen silent;

	bed_serve(b);
	bed_up(b);
	bed_call(b, (struct net_call_spec){ .path = "/watch" }, &watch);
	bed_call(b, (struct net_call_spec){ .path = "/silent" }, &silent);
	bed_until(b, b->headers == 2);
	b->held = NULL;
	timer_stop(b->timer);
	b->stop_after = 100;
	net_close(b->conn);
	assert_int_equal(b->downs, 0);
	assert_int_equal(watch.n_close, 0);
	bed_run(b); /* on_down */
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->down_rc, RC_CANCELED);
	assert_int_equal(watch.n_close, 1);
	assert_int_equal(silent.n_close, 1);
	assert_int_equal(silent.rc, RC_CANCELED);
	bed_until(b, net_server_count(b->server) == 0);
	assert_int_equal(b->closes, 2);
	assert_int_equal(b->peers_down, 1);
}

static void
test_close_peer_ends_its_calls(void **state)
{
	struct bed *b = *state;
	struct seen s;

	bed_serve(b);
	bed_up(b);
	bed_call(b, (struct net_call_spec){ .path = "/silent" }, &s);
	bed_until(b, b->held != NULL);
	b->stop_after = 100;
	net_server_close_peer(b->server, tls_get_pin(b->tls_c));
	bed_run_ms(b, 30);
	assert_int_equal(b->downs, 0);
	net_server_close_peer(b->server, tls_get_pin(b->tls_a));
	assert_int_equal(b->closes, 0);
	bed_run(b);
	assert_int_equal(b->downs, 1);
	assert_int_equal(s.n_close, 1);
	assert_true(s.rc != RC_OK);
	bed_until(b, b->closes == 1);
}

static void
test_call_needs_a_connection(void **state)
{
	struct bed *b = *state;
	struct net_call *call = NULL;
	struct net_call_spec spec = { .method = "GET", .path = "/" };

	bed_serve(b);
	bed_dial(b, b->tls_a, tls_get_pin(b->tls_b));
	assert_int_equal(net_call(b->conn, &spec, &call, NULL), RC_STATE);
	net_close(b->conn); /* before it came up */
	bed_run(b);
	assert_int_equal(b->ups, 0);
	assert_int_equal(b->downs, 1);
}

/* ---- limits ---- */

static void
test_header_list_too_big(void **state)
{
	struct bed *b = *state;
	char *value = xcalloc(1, 20001);
	struct net_header h[] = { { "x-test", value } };
	struct seen s;

	memset(value, 'x', 20000);
	bed_serve(b);
	bed_up(b);
	bed_call(b,
		 (struct net_call_spec){
			 .path = "/hello", .headers = h, .n_headers = 1 },
		 &s);
	bed_run(b);
	assert_int_equal(s.status, 431);
	assert_int_equal(b->headers, 0);
	assert_int_equal(b->closes, 0);
	bed_call(b, (struct net_call_spec){ .path = "/hello" }, &s);
	bed_run(b);
	assert_int_equal(s.status, 200);
	(void)xfree(value);
}

static void
test_connections_per_peer(void **state)
{
	struct bed *b = *state;
	struct net_conn *conns[8];

	bed_serve(b);
	for (int i = 0; i < 8; i++) {
		b->ups = 0;
		bed_up(b);
		conns[i] = b->conn;
	}
	assert_int_equal(b->peers_up, 1);
	b->ups = 0;
	bed_dial(b, b->tls_a, tls_get_pin(b->tls_b));
	for (int i = 0; i < 2 && b->downs == 0; i++)
		bed_run(b);
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->down_rc, RC_NET);
	for (int i = 0; i < 8; i++) {
		assert_true(net_conn_is_up(conns[i]));
		net_close(conns[i]);
		bed_run(b);
	}
	bed_until(b, b->peers_down == 1);
}

static void
test_calls_of_a_peer_have_a_rate(void **state)
{
	struct bed *b = *state;

	b->limits.calls_max = 3;
	b->limits.calls_per_s = 0;
	bed_serve(b);
	for (int i = 0; i < 3; i++) {
		b->ups = b->downs = 0;
		bed_up(b);
		net_close(b->conn);
		bed_run(b);
		bed_until(b, b->peers_down == i + 1);
	}
	b->downs = b->refused = 0;
	bed_dial(b, b->tls_a, tls_get_pin(b->tls_b));
	for (int i = 0; i < 2 && b->downs == 0; i++)
		bed_run(b);
	assert_int_equal(b->downs, 1);
	bed_until(b, b->refused == 1);
	assert_int_equal(b->peers_down, 3);
}

static void
test_idle_connection_is_closed(void **state)
{
	struct bed *b = *state;

	b->limits.idle_ms = 50;
	bed_serve(b);
	bed_up(b);
	bed_run(b);
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->down_rc, RC_NET);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_get_and_answer),
		T(test_query_parameters),
		T(test_wrong_pin_is_refused),
		T(test_unknown_caller_is_refused),
		T(test_address_in_use_is_told),
		T(test_big_answer_with_backpressure),
		T(test_big_request),
		T(test_body_over_the_limit),
		T(test_paused_request_holds_only_itself),
		T(test_streaming_answer_and_cancel),
		T(test_early_answer_drops_the_body),
		T(test_reset_by_the_server),
		T(test_many_calls_at_once),
		T(test_cut_closes_each_once),
		T(test_close_peer_ends_its_calls),
		T(test_call_needs_a_connection),
		T(test_header_list_too_big),
		T(test_connections_per_peer),
		T(test_calls_of_a_peer_have_a_rate),
		T(test_idle_connection_is_closed),
	};

	return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
