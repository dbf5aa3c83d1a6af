/* The HTTP/2 core over memory, without a socket: both sides against each
 * other, and a server against frames written by hand. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "net/h2_int.h"
#include "test.h"

struct side {
	struct h2 h2;
	char log[4096]; /* what was told, in order */
	size_t bytes;
	int closes;
	struct err end;
	bool answer; /* server: answers at the end of a request */
	bool pause;  /* pauses each stream in its head */
	struct h2_stream *last;
};

struct pair {
	struct net_limits limits;
	struct side server, client;
	int64_t now_ms;
};

static void
note(struct side *s, const char *what)
{
	if (strlen(s->log) + strlen(what) + 1 < sizeof(s->log))
		(void)strncat(s->log, what, sizeof(s->log) - 1);
}

static void
on_headers(void *ctx, struct h2_stream *st)
{
	struct side *s = ctx;

	st->owner = s;
	s->last = st;
	note(s, "h");
	if (s->pause)
		h2_pause(st);
}

static void
on_data(void *ctx, struct h2_stream *st, const void *data, size_t n_bytes)
{
	struct side *s = ctx;

	(void)st;
	(void)data;
	s->bytes += n_bytes;
	if (s->log[0] != '\0' && s->log[strlen(s->log) - 1] != 'd')
		note(s, "d");
}

static void
on_end(void *ctx, struct h2_stream *st)
{
	struct side *s = ctx;
	struct net_header head[] = { { ":status", "200" } };

	note(s, "e");
	if (s->answer) {
		h2_respond(st, head, 1);
		assert_int_equal(h2_write(st, "ok", 2, 0, NULL), RC_OK);
		h2_end(st);
	}
}

static void
on_drain(void *ctx, struct h2_stream *st)
{
	(void)st;
	note(ctx, "D");
}

static void
on_close(void *ctx, struct h2_stream *st, const struct err *err)
{
	struct side *s = ctx;

	(void)st;
	s->closes++;
	s->end.code = RC_OK;
	if (err != NULL)
		s->end = *err;
	note(s, "c");
}

static void
nothing(void *ctx)
{
	(void)ctx;
}

static const struct h2_events events = {
	.on_headers = on_headers,
	.on_data = on_data,
	.on_end = on_end,
	.on_drain = on_drain,
	.on_close = on_close,
	.on_pong = nothing,
	.on_wake = nothing,
};

static int
setup(void **state)
{
	struct pair *p = xcalloc(1, sizeof(*p));

	net_limits_init(&p->limits);
	assert_int_equal(h2_init(&p->server.h2, true, &p->limits, &events,
				 &p->server, NULL),
			 RC_OK);
	assert_int_equal(h2_init(&p->client.h2, false, &p->limits, &events,
				 &p->client, NULL),
			 RC_OK);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct pair *p = *state;
	struct err why = { .code = RC_CANCELED };

	h2_release(&p->client.h2, &why);
	h2_release(&p->server.h2, &why);
	(void)xfree(p);
	return 0;
}

/* One way, in pieces of `step` bytes; true when something moved. */
static bool
carry(struct pair *p, struct side *from, struct side *to, size_t step)
{
	char bytes[4096];
	size_t n = 0;

	h2_deliver(&from->h2);
	assert_int_equal(h2_pull(&from->h2, bytes, sizeof(bytes), &n, NULL),
			 RC_OK);
	for (size_t i = 0; i < n; i += step) {
		size_t part = n - i < step ? n - i : step;

		assert_int_equal(h2_feed(&to->h2, bytes + i, part, p->now_ms,
					 NULL),
				 RC_OK);
		h2_deliver(&to->h2);
	}
	return n > 0;
}

static void
settle(struct pair *p, size_t step)
{
	bool moved = true;

	while (moved) {
		moved = carry(p, &p->client, &p->server, step);
		moved = carry(p, &p->server, &p->client, step) || moved;
	}
}

static struct h2_stream *
post(struct pair *p, const void *body, size_t n_body, bool end)
{
	struct net_header head[] = { { ":method", "POST" },
				     { ":scheme", "https" },
				     { ":authority", "desk" },
				     { ":path", "/v1/inbox" } };
	struct h2_stream *s = NULL;

	assert_int_equal(h2_request(&p->client.h2, head, ARRAY_LEN(head), true,
				    &s, NULL),
			 RC_OK);
	s->owner = &p->client;
	assert_int_equal(h2_write(s, body, n_body, 0, NULL), RC_OK);
	if (end)
		h2_end(s);
	return s;
}

static char block[3 * 1024 * 1024];

static void
test_pair_whole_exchange(void **state)
{
	struct pair *p = *state;
	static const size_t steps[] = { 1, 7, 4096 };

	p->server.answer = true;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		p->server.log[0] = p->client.log[0] = '\0';
		(void)post(p, "hello", 5, true);
		settle(p, steps[i]);
		assert_string_equal(p->server.log, "hdec");
		assert_string_equal(p->client.log, "hdec");
		assert_int_equal(p->client.end.code, RC_OK);
		assert_int_equal(p->server.end.code, RC_OK);
		assert_int_equal(p->server.h2.n_streams, 0);
		assert_int_equal(p->client.h2.n_streams, 0);
	}
	assert_true(p->client.h2.up && p->server.h2.up);
}

static void
test_pause_withholds_the_stream_window(void **state)
{
	struct pair *p = *state;
	struct h2_stream *s;

	settle(p, 4096);
	p->server.pause = true;
	s = post(p, block, sizeof(block), false);
	assert_int_equal(h2_write(s, block, sizeof(block), 0, NULL), RC_OK);
	settle(p, 4096);
	/* a window of it came and is kept; nothing was told */
	assert_string_equal(p->server.log, "h");
	assert_int_equal(p->server.h2.own.held_bytes, H2_WINDOW_BYTES);
	assert_int_equal(s->out.len, 2 * sizeof(block) - H2_WINDOW_BYTES);
	/* another stream is not held up */
	p->server.pause = false;
	(void)post(p, block, sizeof(block), true);
	settle(p, 4096);
	assert_int_equal(p->server.bytes, sizeof(block));
	/* on it goes */
	p->server.bytes = 0;
	h2_end(s);
	for (struct h2_stream *t = p->server.h2.first; t != NULL; t = t->next) {
		if (t->paused)
			h2_resume(t);
	}
	settle(p, 4096);
	assert_int_equal(p->server.bytes, 2 * sizeof(block));
	assert_int_equal(p->server.h2.own.held_bytes, 0);
}

static void
test_paused_streams_have_a_limit_together(void **state)
{
	struct pair *p = *state;

	settle(p, 4096);
	p->server.pause = true;
	for (int i = 0; i < 10; i++)
		(void)post(p, block, sizeof(block), true);
	settle(p, 4096);
	assert_true(p->server.h2.own.held_bytes <= 2 * H2_WINDOW_BYTES);
	assert_true(p->client.closes >= 7);
	assert_int_equal(p->client.end.code, RC_PROTO);
}

static void
test_write_is_bounded_and_drains(void **state)
{
	struct pair *p = *state;
	struct net_header head[] = { { ":status", "200" } };
	size_t max = p->limits.out_max;
	struct h2_stream *s;
	int n = 0;

	p->client.pause = true; /* takes one window and no more */
	(void)post(p, "x", 1, true);
	settle(p, 4096);
	s = p->server.last;
	h2_respond(s, head, 1);
	while (n < 100 && h2_write(s, block, 100000, max, NULL) == RC_OK) {
		n++;
		settle(p, 4096);
	}
	assert_true(n > 40 && n < 60); /* 4 MiB window, 1 MiB queue */
	assert_int_equal(h2_write(s, block, 100000, max, NULL), RC_BUSY);
	assert_true(s->out.len <= max);
	p->server.log[0] = '\0';
	h2_resume(p->client.last);
	settle(p, 4096);
	assert_string_equal(p->server.log, "D");
	assert_int_equal(h2_write(s, block, 100000, max, NULL), RC_OK);
}

static void
test_reset_is_told_once_on_both_sides(void **state)
{
	struct pair *p = *state;
	struct err why = { .code = RC_CANCELED };
	struct h2_stream *s = post(p, "x", 1, false);

	settle(p, 4096);
	h2_reset(s, NGHTTP2_CANCEL, &why);
	h2_reset(s, NGHTTP2_CANCEL, &why);
	settle(p, 4096);
	assert_string_equal(p->client.log, "c");
	assert_string_equal(p->server.log, "hdc");
	assert_int_equal(p->server.end.code, RC_CANCELED);
}

static void
test_release_tells_open_streams(void **state)
{
	struct pair *p = *state;
	struct err why = { .code = RC_NET };

	(void)post(p, "x", 1, false);
	(void)post(p, "x", 1, false);
	settle(p, 4096);
	h2_release(&p->server.h2, &why);
	assert_int_equal(p->server.closes, 2);
	assert_int_equal(p->server.end.code, RC_NET);
	assert_int_equal(h2_init(&p->server.h2, true, &p->limits, &events,
				 &p->server, NULL),
			 RC_OK);
}

/* ---- frames by hand ---- */

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
/* POST https desk / with RFC 7541's static table */
#define HEAD                   \
	"\x83\x87\x84\x41\x04" \
	"desk"

static size_t
frame(char *out, int type, int flags, uint32_t id, const void *body, size_t n)
{
	unsigned char h[9] = {
		(unsigned char)(n >> 16),  (unsigned char)(n >> 8),
		(unsigned char)n,	   (unsigned char)type,
		(unsigned char)flags,	   (unsigned char)(id >> 24),
		(unsigned char)(id >> 16), (unsigned char)(id >> 8),
		(unsigned char)id
	};

	memcpy(out, h, sizeof(h));
	if (n > 0)
		memcpy(out + sizeof(h), body, n);
	return sizeof(h) + n;
}

/* false: the server has had enough of us. */
static bool
hand(struct pair *p, const void *bytes, size_t n_bytes, bool read_answers)
{
	char out[4096];
	size_t n = 1;

	if (h2_feed(&p->server.h2, bytes, n_bytes, p->now_ms, NULL) != RC_OK)
		return false;
	h2_deliver(&p->server.h2);
	while (read_answers && n > 0)
		assert_int_equal(h2_pull(&p->server.h2, out, sizeof(out), &n,
					 NULL),
				 RC_OK);
	return !h2_is_over(&p->server.h2);
}

static void
open_by_hand(struct pair *p)
{
	char out[64];

	assert_true(hand(p, PREFACE, sizeof(PREFACE) - 1, true));
	assert_true(hand(p, out, frame(out, 4, 0, 0, NULL, 0), true));
}

struct flood {
	const char *name;
	int type, flags;
	bool on_stream;
	size_t n_body;
	bool mute; /* answers are not read */
};

static void
test_floods_end_the_connection(void **state)
{
	static const struct flood floods[] = {
		{ .name = "ping", .type = 6, .n_body = 8 },
		{ .name = "ping unread", .type = 6, .n_body = 8, .mute = true },
		{ .name = "settings", .type = 4 },
		{ .name = "settings unread", .type = 4, .mute = true },
		{ .name = "unknown", .type = 77, .n_body = 3 },
		{ .name = "priority",
		  .type = 2,
		  .on_stream = true,
		  .n_body = 5 },
		{ .name = "empty data", .type = 0, .on_stream = true },
		{ .name = "continuation", .type = 9, .on_stream = true },
	};

	teardown(state);
	for (size_t i = 0; i < ARRAY_LEN(floods); i++) {
		const struct flood *f = &floods[i];
		static const char body[16] = { 0, 0, 0, 0, 1 };
		struct pair *p;
		char out[128];
		size_t n;
		int sent = 0;

		assert_int_equal(setup(state), 0);
		p = *state;
		open_by_hand(p);
		/* END_HEADERS unless a CONTINUATION is to follow */
		n = frame(out, 1, f->type == 9 ? 0 : 4, 1, HEAD,
			  sizeof(HEAD) - 1);
		assert_true(hand(p, out, n, true));
		n = frame(out, f->type, f->flags, f->on_stream ? 1 : 0, body,
			  f->n_body);
		while (sent < 5000 && hand(p, out, n, !f->mute))
			sent++;
		if (sent >= 5000)
			fail_msg("flood of %s was suffered", f->name);
		teardown(state);
	}
	assert_int_equal(setup(state), 0);
}

static void
test_rapid_reset_ends_the_connection(void **state)
{
	struct pair *p = *state;
	static const char cancel[] = { 0, 0, 0, 8 };
	char out[128];
	int sent = 0;

	open_by_hand(p);
	while (sent < 5000) {
		uint32_t id = (uint32_t)sent * 2 + 1;
		size_t n = frame(out, 1, 4, id, HEAD, sizeof(HEAD) - 1);

		n += frame(out + n, 3, 0, id, cancel, sizeof(cancel));
		if (!hand(p, out, n, true))
			break;
		sent++;
	}
	assert_true(sent < 300);
	assert_int_equal(p->server.h2.n_streams, 0);
}

/* MadeYouReset: frames that make the server reset its own streams. */
static void
test_made_resets_end_the_connection(void **state)
{
	struct pair *p = *state;
	static const char zero[4] = { 0 };
	char out[128];
	int sent = 0;

	open_by_hand(p);
	while (sent < 5000) {
		uint32_t id = (uint32_t)sent * 2 + 1;
		size_t n = frame(out, 1, 5, id, HEAD, sizeof(HEAD) - 1);

		/* WINDOW_UPDATE of 0 */
		n += frame(out + n, 8, 0, id, zero, sizeof(zero));
		if (!hand(p, out, n, true))
			break;
		sent++;
	}
	assert_true(sent < 1200);
}

static void
test_tokens_come_back_with_time(void **state)
{
	struct pair *p = *state;
	char out[128];
	static const char body[8];
	size_t n = frame(out, 6, 0, 0, body, 8);

	open_by_hand(p);
	for (int i = 0; i < 5000; i++) {
		p->now_ms += 11; /* 90 a second, in steps below a token */
		assert_true(hand(p, out, n, true));
	}
}

static void
test_streams_above_the_limit_are_refused(void **state)
{
	struct pair *p = *state;
	char out[128];

	open_by_hand(p);
	for (uint32_t i = 0; i < 80; i++)
		(void)hand(p, out,
			   frame(out, 1, 4, 2 * i + 1, HEAD, sizeof(HEAD) - 1),
			   true);
	assert_true(p->server.h2.n_streams <= STREAMS_MAX);
}

static void
test_head_too_large_is_not_told_as_a_request(void **state)
{
	struct pair *p = *state;
	static char body[16000];
	char *out = xmalloc(20000);
	size_t n = sizeof(HEAD) - 1;

	open_by_hand(p);
	/* one long field put in the table, then named 60 bytes a time: an HPACK
	 * bomb of 3,900 bytes each */
	memcpy(body, HEAD, n);
	memcpy(body + n, "\x40\x01x\x7f\xbd\x1d", 6); /* 127 + 61 + 29 * 128 */
	n += 6;
	memset(body + n, 'v', 3900);
	n += 3900;
	memset(body + n, 0xbe, 60);
	n += 60;
	(void)hand(p, out, frame(out, 1, 5, 1, body, n), true);
	assert_int_equal(p->server.bytes, 0);
	assert_true(p->server.h2.first == NULL ||
		    p->server.h2.first->bad_status == 431);
	(void)xfree(out);
}

static void
test_garbage_is_refused(void **state)
{
	struct pair *p = *state;
	struct err err = ERR_INIT;

	assert_int_equal(h2_feed(&p->server.h2, "GET / HTTP/1.1\r\n\r\n", 18, 0,
				 &err),
			 RC_PROTO);
	assert_true(err.msg[0] != '\0');
}

/* Any change of a good conversation is answered or refused, never a crash. */
static void
test_changed_bytes_do_no_harm(void **state)
{
	char good[512];
	size_t n = 0;
	uint64_t x = 88172645463325252ULL;

	memcpy(good, PREFACE, sizeof(PREFACE) - 1);
	n = sizeof(PREFACE) - 1;
	n += frame(good + n, 4, 0, 0, NULL, 0);
	n += frame(good + n, 1, 4, 1, HEAD, sizeof(HEAD) - 1);
	n += frame(good + n, 0, 0, 1, "some data of it", 15);
	n += frame(good + n, 8, 0, 0, "\0\0\0\1", 4);
	n += frame(good + n, 6, 0, 0, "12345678", 8);
	n += frame(good + n, 0, 1, 1, "end", 3);
	n += frame(good + n, 1, 5, 3, HEAD, sizeof(HEAD) - 1);
	for (int round = 0; round < 3000; round++) {
		struct pair *p = *state;
		char bad[512];

		memcpy(bad, good, n);
		for (int i = 0; i < 1 + round % 3; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			bad[24 + x % (n - 24)] = (char)(x >> 32);
		}
		p->server.answer = true;
		(void)hand(p, bad, n, true);
		teardown(state);
		assert_int_equal(setup(state), 0);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_pair_whole_exchange),
		T(test_pause_withholds_the_stream_window),
		T(test_paused_streams_have_a_limit_together),
		T(test_write_is_bounded_and_drains),
		T(test_reset_is_told_once_on_both_sides),
		T(test_release_tells_open_streams),
		T(test_floods_end_the_connection),
		T(test_rapid_reset_ends_the_connection),
		T(test_made_resets_end_the_connection),
		T(test_tokens_come_back_with_time),
		T(test_streams_above_the_limit_are_refused),
		T(test_head_too_large_is_not_told_as_a_request),
		T(test_garbage_is_refused),
		T(test_changed_bytes_do_no_harm),
	};

	return cmocka_run_group_tests_name("h2", tests, NULL, NULL);
}
