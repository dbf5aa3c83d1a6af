#include "loop/loop.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "loop_int.h"
#include "stream_int.h"

#define LINGER_AT_END_MS 200
#define DEFER_ROUNDS	 8 /* then the network has its turn again */

enum rc
loop_uv_error(struct err *err, enum rc rc, int uv_error, const char *what)
{
	/* -errno, or a failed look-up of a name: UV_EAI_... */
	const char *words =
		uv_error <= UV_EAI_ADDRFAMILY && uv_error >= UV_EAI_PROTOCOL
			? _("the name is not known; look at its spelling and "
			    "at the name service")
			: err_words(-uv_error);
	char text[96];

	(void)uv_strerror_r(uv_error, text, sizeof(text));
	return err_set(err, rc, uv_error, "%s: %s", what,
		       words != NULL ? words : text);
}

static void
run_deferred(struct loop *l)
{
	for (int round = 0; round < DEFER_ROUNDS && l->head < l->n; round++) {
		size_t end = l->n;

		while (l->head < end) {
			/* A copy: the call may grow the array. */
			struct deferred d = l->calls[l->head++];

			if (d.fn != NULL)
				d.fn(d.ctx);
		}
	}
	if (l->head == l->n) {
		l->head = l->n = 0;
		(void)uv_idle_stop(&l->idle);
	}
}

static void
on_check(uv_check_t *check)
{
	run_deferred(check->data);
}

static void
on_idle(uv_idle_t *idle)
{
	(void)idle; /* its being active keeps the loop from sleeping */
}

enum rc
loop_new(struct loop **ret_loop, struct err *err)
{
	struct loop *l = xcalloc(1, sizeof(*l));
	int e = uv_loop_init(&l->uv);

	if (e != 0) {
		(void)xfree(l);
		return loop_uv_error(err, RC_IO, e,
				     _("cannot start the event loop"));
	}
	/* A write to a connection that broke is an error, not our end. */
	(void)signal(SIGPIPE, SIG_IGN);
	l->uv.data = l;
	/* These cannot fail: they only fill in the handles. */
	(void)uv_check_init(&l->uv, &l->check);
	(void)uv_idle_init(&l->uv, &l->idle);
	l->check.data = l;
	l->idle.data = l;
	(void)uv_check_start(&l->check, on_check);
	*ret_loop = l;
	return RC_OK;
}

static void
free_child(uv_handle_t *h)
{
	free(h->data);
}

static bool
lingers(const uv_handle_t *h)
{
	const struct stream *s = h->data;

	return h->type == UV_TCP && !uv_is_closing(h) && s != NULL &&
	       s->state == STREAM_LINGERING;
}

static void
count_lingering(uv_handle_t *h, void *arg)
{
	int *n = arg;

	if (lingers(h))
		(*n)++;
}

/* What streams closed by stream_close_after_write() still hold may leave. */
static void
let_linger(struct loop *l)
{
	struct timespec ms = { .tv_nsec = 1000000 };

	for (int i = 0; i < LINGER_AT_END_MS; i++) {
		int n = 0;

		uv_walk(&l->uv, count_lingering, &n);
		if (n == 0)
			return;
		(void)uv_run(&l->uv, UV_RUN_NOWAIT);
		(void)nanosleep(&ms, NULL);
	}
}

static void
close_forgotten(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (lingers(h))
		(void)stream_close(h->data);
	/* A child let go by child_free() while it ran: see watch.c. */
	if (h->type == UV_PROCESS && !uv_is_closing(h))
		uv_close(h, free_child);
}

static void
count_handle(uv_handle_t *h, void *arg)
{
	int *n = arg;

	(void)h;
	(*n)++;
}

struct loop *
loop_free(struct loop *l)
{
	struct timespec ms = { .tv_nsec = 1000000 };
	int e = UV_EBUSY, n_handles = 0;

	if (l == NULL)
		return NULL;
	assert(!l->running);
	let_linger(l);
	uv_walk(&l->uv, close_forgotten, NULL);
	uv_close((uv_handle_t *)&l->check, NULL);
	uv_close((uv_handle_t *)&l->idle, NULL);
	for (int i = 0; i < 2000 && e != 0; i++) {
		(void)uv_run(&l->uv, UV_RUN_NOWAIT);
		e = uv_loop_close(&l->uv);
		if (e != 0) /* a name is being looked up on a thread */
			(void)nanosleep(&ms, NULL);
	}
	if (e != 0) {
		uv_walk(&l->uv, count_handle, &n_handles);
		assert(n_handles == 0); /* a handle was not freed */
		/* a look-up still runs and will write here: let it be */
		return NULL;
	}
	(void)xfree(l->calls);
	return xfree(l);
}

void
loop_run(struct loop *l)
{
	if (l->running)
		abort(); /* a nested run would break every state machine */
	l->running = true;
	(void)uv_run(&l->uv, UV_RUN_DEFAULT);
	l->running = false;
}

void
loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

int64_t
loop_now_ms(const struct loop *l)
{
	return (int64_t)uv_now(&l->uv);
}

int64_t
loop_now_us(void)
{
	return (int64_t)(uv_hrtime() / 1000);
}

void
loop_defer(struct loop *l, loop_fn fn, void *ctx)
{
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 64 : l->cap * 2;
		l->calls = xreallocarray(l->calls, l->cap, sizeof(*l->calls));
	}
	l->calls[l->n++] = (struct deferred){ .fn = fn, .ctx = ctx };
	(void)uv_idle_start(&l->idle, on_idle);
}

void
loop_undefer(struct loop *l, loop_fn fn, void *ctx)
{
	for (size_t i = l->head; i < l->n; i++) {
		if (l->calls[i].fn == fn && l->calls[i].ctx == ctx)
			l->calls[i].fn = NULL;
	}
}

struct timer {
	uv_timer_t uv;
	loop_fn fn;
	void *ctx;
};

struct timer *
timer_new(struct loop *l, loop_fn fn, void *ctx)
{
	struct timer *t = xcalloc(1, sizeof(*t));

	t->fn = fn;
	t->ctx = ctx;
	(void)uv_timer_init(&l->uv, &t->uv); /* cannot fail */
	t->uv.data = t;
	return t;
}

static void
on_timer(uv_timer_t *uv)
{
	struct timer *t = uv->data;

	t->fn(t->ctx);
}

void
timer_start(struct timer *t, int64_t delay_ms, int64_t repeat_ms)
{
	uint64_t delay = delay_ms > 0 ? (uint64_t)delay_ms : 0;
	uint64_t repeat = repeat_ms > 0 ? (uint64_t)repeat_ms : 0;

	/* A long callback must not make the timer ring early. */
	uv_update_time(t->uv.loop);
	(void)uv_timer_start(&t->uv, on_timer, delay, repeat);
}

void
timer_stop(struct timer *t)
{
	(void)uv_timer_stop(&t->uv);
}

bool
timer_active(const struct timer *t)
{
	return uv_is_active((const uv_handle_t *)&t->uv) != 0;
}

static void
on_timer_closed(uv_handle_t *h)
{
	(void)xfree(h->data);
}

struct timer *
timer_free(struct timer *t)
{
	if (t != NULL)
		uv_close((uv_handle_t *)&t->uv, on_timer_closed);
	return NULL;
}
