#include <signal.h>
#include <stdio.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/loop.h"
#include "loop/stream.h"
#include "loop/watch.h"
#include "loop/work.h"
#include "test.h"

struct bed {
	struct loop *loop;
	struct timer *guard;
	int calls;
	int canceled;
	char log[64];
	struct timer *timer;
	struct stream *client, *server;
	size_t got, sent;
	int ends;
	enum rc end_rc;
	bool timed_out;
	char path[64];
};

static void
give_up(void *ctx)
{
	struct bed *b = ctx;

	b->timed_out = true;
	loop_stop(b->loop);
}

static void
bed_run(struct bed *b)
{
	timer_start(b->guard, 8000, 0);
	loop_run(b->loop);
	timer_stop(b->guard);
	assert_false(b->timed_out);
}

static int
setup(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	assert_int_equal(loop_new(&b->loop, NULL), RC_OK);
	b->guard = timer_new(b->loop, give_up, b);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bed *b = *state;

	(void)timer_free(b->guard);
	(void)loop_free(b->loop);
	(void)xfree(b);
	return 0;
}

static void
stop(void *ctx)
{
	struct bed *b = ctx;

	loop_stop(b->loop);
}

static void
say_a(void *ctx)
{
	struct bed *b = ctx;

	strcat(b->log, "a");
}

static void
say_b_then_a(void *ctx)
{
	struct bed *b = ctx;

	strcat(b->log, "b");
	loop_defer(b->loop, say_a, b);
	loop_defer(b->loop, stop, b);
	strcat(b->log, ".");
}

static void
test_defer_in_order_and_later(void **state)
{
	struct bed *b = *state;

	loop_defer(b->loop, say_a, b);
	loop_defer(b->loop, say_b_then_a, b);
	assert_string_equal(b->log, "");
	bed_run(b);
	assert_string_equal(b->log, "ab.a");
}

static void
test_undefer_forgets(void **state)
{
	struct bed *b = *state;

	loop_defer(b->loop, say_a, b);
	loop_defer(b->loop, say_b_then_a, b);
	loop_undefer(b->loop, say_a, b);
	bed_run(b);
	assert_string_equal(b->log, "b.a");
}

static void
tick(void *ctx)
{
	struct bed *b = ctx;

	if (++b->calls == 3) {
		b->timer = timer_free(b->timer); /* from its own callback */
		loop_stop(b->loop);
	}
}

static void
test_timer_repeats_until_freed(void **state)
{
	struct bed *b = *state;
	int64_t began = loop_now_us();

	b->timer = timer_new(b->loop, tick, b);
	assert_false(timer_active(b->timer));
	timer_start(b->timer, 20, 10);
	assert_true(timer_active(b->timer));
	bed_run(b);
	assert_int_equal(b->calls, 3);
	assert_true(loop_now_us() - began >= 38000);
}

static void
on_signal(void *ctx, int signum)
{
	struct bed *b = ctx;

	b->calls = signum;
	loop_stop(b->loop);
}

static void
test_signal_is_heard(void **state)
{
	struct bed *b = *state;
	struct sigwatch *w = NULL;

	assert_int_equal(sigwatch_start(b->loop, SIGUSR1, on_signal, b, &w,
					NULL),
			 RC_OK);
	(void)raise(SIGUSR1);
	bed_run(b);
	assert_int_equal(b->calls, SIGUSR1);
	(void)sigwatch_free(w);
}

static void
test_fd_watch_leaves_it_blocking(void **state)
{
	struct bed *b = *state;
	struct fdwatch *w = NULL;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fdwatch_start(b->loop, fds[0], stop, b, &w, NULL),
			 RC_OK);
	assert_int_equal(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	bed_run(b);
	(void)fdwatch_free(w);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void
file_changed(void *ctx)
{
	struct bed *b = ctx;

	b->calls++;
	loop_stop(b->loop);
}

static void
write_file(const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fputs("x", f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
}

static void
test_file_watch_sees_touch_and_replace(void **state)
{
	struct bed *b = *state;
	struct filewatch *w = NULL;
	char path[] = "/tmp/deltadesk-test-XXXXXX";
	char other[sizeof(path) + 4];
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)close(fd);
	(void)snprintf(other, sizeof(other), "%s.n", path);
	assert_int_equal(filewatch_start(b->loop, other, file_changed, b, &w,
					 NULL),
			 RC_NOTFOUND);
	assert_int_equal(filewatch_start(b->loop, path, file_changed, b, &w,
					 NULL),
			 RC_OK);
	assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
	bed_run(b);
	assert_int_equal(b->calls, 1);
	/* replaced, and then the new one touched */
	write_file(other);
	assert_int_equal(rename(other, path), 0);
	bed_run(b);
	assert_true(b->calls >= 2);
	for (int before = b->calls; b->calls == before;) {
		assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
		bed_run(b);
	}
	/* gone and back */
	assert_int_equal(unlink(path), 0);
	timer_start(b->guard, 0, 0);
	loop_run(b->loop);
	b->timed_out = false;
	write_file(path);
	bed_run(b);
	(void)filewatch_free(w);
	assert_int_equal(unlink(path), 0);
}

static void
child_ended(void *ctx, int status, int signum)
{
	struct bed *b = ctx;

	b->calls = status * 1000 + signum;
	loop_stop(b->loop);
}

static void
test_child_ends_and_is_killed(void **state)
{
	struct bed *b = *state;
	const char *const quit[] = { "sh", "-c", "exit 3", NULL };
	const char *const wait[] = { "sleep", "100", NULL };
	const char *const none[] = { "/nonexistent/program", NULL };
	struct child_spec spec = {
		.argv = quit, .err_fd = -1, .fn = child_ended, .ctx = b
	};
	struct child *c = NULL;
	struct child *other = NULL;

	assert_int_equal(child_start(b->loop, &spec, &c, NULL), RC_OK);
	bed_run(b);
	assert_int_equal(b->calls, 3000);
	assert_int_equal(child_kill(c, SIGTERM, NULL), RC_NOTFOUND);
	(void)child_free(c);
	spec.argv = wait;
	assert_int_equal(child_start(b->loop, &spec, &c, NULL), RC_OK);
	assert_int_equal(child_start(b->loop, &spec, &other, NULL), RC_OK);
	assert_true(child_get_pid(c) > 0);
	assert_int_equal(child_kill(c, SIGTERM, NULL), RC_OK);
	bed_run(b);
	assert_int_equal(b->calls, SIGTERM);
	(void)child_free(c);
	assert_int_equal(child_kill(other, SIGKILL, NULL), RC_OK);
	(void)child_free(other); /* forgotten; loop_free() copes */
	spec.argv = none;
	assert_int_equal(child_start(b->loop, &spec, &c, NULL), RC_IO);
}

/* ---- work ---- */

static void
run_slow(void *ctx)
{
	(void)ctx;
	(void)usleep(20000);
}

static void
work_done(void *ctx, enum rc rc)
{
	struct bed *b = ctx;

	if (rc == RC_CANCELED)
		b->canceled++;
	if (++b->calls == 8)
		loop_stop(b->loop);
}

static void
test_work_done_once_each(void **state)
{
	struct bed *b = *state;
	struct work_pool *p = NULL;
	struct work *last = NULL;
	struct work *first = NULL;
	struct work_job job = { .run = run_slow, .done = work_done, .ctx = b };

	assert_int_equal(work_pool_new(b->loop, 2, 6, &p, NULL), RC_OK);
	assert_int_equal(work_pool_threads(p), 2);
	assert_int_equal(work_submit(p, &job, &first, NULL), RC_OK);
	assert_int_equal(work_submit(p, &job, NULL, NULL), RC_OK);
	(void)usleep(10000); /* both run now */
	for (int i = 0; i < 6; i++)
		assert_int_equal(work_submit(p, &job, &last, NULL), RC_OK);
	assert_int_equal(work_submit(p, &job, NULL, NULL), RC_BUSY);
	work_cancel(first); /* runs: ends first */
	work_cancel(last);
	assert_int_equal(b->calls, 0);
	bed_run(b);
	assert_int_equal(b->calls, 8);
	assert_int_equal(b->canceled, 2);
	(void)work_pool_free(p);
}

static void
test_work_pool_free_tells_all(void **state)
{
	struct bed *b = *state;
	struct work_pool *p = NULL;
	struct work_job job = { .run = run_slow, .done = work_done, .ctx = b };

	assert_int_equal(work_pool_new(b->loop, 1, 100, &p, NULL), RC_OK);
	for (int i = 0; i < 5; i++)
		assert_int_equal(work_submit(p, &job, NULL, NULL), RC_OK);
	(void)work_pool_free(p);
	assert_int_equal(b->calls, 5);
	assert_true(b->canceled >= 4);
}

/* ---- streams ---- */

static const char block[100000];

static void
client_drained(void *ctx)
{
	struct bed *b = ctx;

	if (b->sent < 100 * sizeof(block)) {
		stream_write(b->client, block, sizeof(block));
		b->sent += sizeof(block);
		if (stream_get_queued(b->client) == 0)
			loop_defer(b->loop, client_drained, b);
	} else {
		stream_close_after_write(b->client);
		b->client = NULL;
	}
}

static void
no_data(void *ctx, const void *data, size_t n_bytes)
{
	(void)ctx;
	(void)data;
	(void)n_bytes;
	fail();
}

static void
count_data(void *ctx, const void *data, size_t n_bytes)
{
	struct bed *b = ctx;

	(void)data;
	b->got += n_bytes;
}

static void
count_end(void *ctx, enum rc rc, const struct err *err)
{
	struct bed *b = ctx;

	b->ends++;
	b->end_rc = rc;
	if (rc != RC_OK)
		assert_true(err->msg[0] != '\0');
	loop_stop(b->loop);
}

static void
accepted(void *ctx, struct stream *take_s)
{
	struct bed *b = ctx;
	struct stream_events e = { .on_data = count_data, .on_end = count_end };

	b->server = take_s;
	stream_set_events(take_s, &e, b);
	stream_read_start(take_s);
}

static void
test_stream_carries_all(void **state)
{
	struct bed *b = *state;
	struct listener *l = NULL;
	struct listener *second = NULL;
	struct err err = ERR_INIT;
	struct stream_events e = { .on_connect = client_drained,
				   .on_data = no_data,
				   .on_drain = client_drained,
				   .on_end = count_end };
	char by_name[64];

	assert_int_equal(listener_start(b->loop, "127.0.0.1:0", accepted, b, &l,
					&err),
			 RC_OK);
	assert_int_equal(listener_start(b->loop, listener_get_address(l),
					accepted, b, &second, &err),
			 RC_LOCKED);
	assert_non_null(strstr(err.msg, listener_get_address(l)));
	/* a bare machine may not even know localhost */
	(void)snprintf(by_name, sizeof(by_name), "%s%s",
		       access("/etc/hosts", R_OK) == 0 ? "localhost"
						       : "127.0.0.1",
		       strrchr(listener_get_address(l), ':'));
	assert_int_equal(stream_connect(b->loop, by_name, &e, b, &b->client,
					&err),
			 RC_OK);
	bed_run(b);
	assert_int_equal(b->got, 100 * sizeof(block));
	assert_int_equal(b->ends, 1);
	assert_int_equal(b->end_rc, RC_OK);
	(void)stream_close(b->server);
	(void)listener_free(l);
}

static void
test_stream_refused_and_bad_address(void **state)
{
	struct bed *b = *state;
	struct stream_events e = { .on_data = no_data, .on_end = count_end };
	struct listener *l = NULL;
	struct err err = ERR_INIT;
	char addr[ADDRESS_MAX];
	static const char *const bad[] = {
		"",	 "x",	 "x:",	 ":1",	 "x:65536",
		"::1:5", "x:-1", "x:1y", "[]:1", "x:0001234"
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_not_equal(address_check(bad[i], NULL), RC_OK);
	assert_int_equal(address_check("[::1]:4433", NULL), RC_OK);
	assert_int_equal(listener_start(b->loop, "127.0.0.1:0", accepted, b, &l,
					&err),
			 RC_OK);
	(void)snprintf(addr, sizeof(addr), "%s", listener_get_address(l));
	(void)listener_free(l);
	assert_int_equal(stream_connect(b->loop, addr, &e, b, &b->client, &err),
			 RC_OK);
	assert_int_equal(b->ends, 0);
	bed_run(b);
	assert_int_equal(b->ends, 1);
	assert_int_equal(b->end_rc, RC_NET);
	(void)stream_close(b->client);
	/* closing while the name is looked up */
	assert_int_equal(stream_connect(b->loop, "localhost:1", &e, b,
					&b->client, &err),
			 RC_OK);
	(void)stream_close(b->client);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_defer_in_order_and_later),
		T(test_undefer_forgets),
		T(test_timer_repeats_until_freed),
		T(test_signal_is_heard),
		T(test_fd_watch_leaves_it_blocking),
		T(test_file_watch_sees_touch_and_replace),
		T(test_child_ends_and_is_killed),
		T(test_work_done_once_each),
		T(test_work_pool_free_tells_all),
		T(test_stream_carries_all),
		T(test_stream_refused_and_bad_address),
	};

	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
