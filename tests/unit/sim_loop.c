#include <stdlib.h>

#include "base/mem.h"
#include "loop/watch.h"
#include "loop/work.h"
#include "sim.h"
#include "test.h"

struct happening {
	int64_t at;
	uint64_t nth; /* those of one moment happen in the order made */
	loop_fn fn;   /* NULL: called off */
	void *ctx;
};

struct loop {
	int desk;
	struct filewatch *watches;
};

static struct {
	int64_t now;
	uint64_t rng, nth;
	struct happening *heap;
	size_t n, max;
} sim;

/* ---- chance and time ---- */

unsigned
sim_pick(unsigned n)
{
	uint64_t z = sim.rng += 0x9e3779b97f4a7c15u; /* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ z >> 31) >> 20) % n;
}

int64_t
sim_now_ms(void)
{
	return sim.now;
}

void
sim_begin(uint64_t seed, int64_t now_ms)
{
	sim.now = now_ms;
	sim.rng = seed * 0x9e3779b97f4a7c15u + 1;
	sim.n = 0;
}

/* ---- what is to happen: a heap by time ---- */

static bool
before(const struct happening *a, const struct happening *b)
{
	return a->at != b->at ? a->at < b->at : a->nth < b->nth;
}

static void
push(int64_t at, loop_fn fn, void *ctx)
{
	struct happening h = { at, sim.nth++, fn, ctx };
	size_t i = sim.n++;

	if (sim.n > sim.max) {
		sim.max = sim.max == 0 ? 256 : sim.max * 2;
		sim.heap = xreallocarray(sim.heap, sim.max, sizeof(h));
	}
	for (; i > 0 && before(&h, &sim.heap[(i - 1) / 2]); i = (i - 1) / 2)
		sim.heap[i] = sim.heap[(i - 1) / 2];
	sim.heap[i] = h;
}

static struct happening
pop(void)
{
	struct happening first = sim.heap[0], last = sim.heap[--sim.n];
	size_t i = 0;

	for (;;) {
		size_t k = 2 * i + 1;

		if (k >= sim.n)
			break;
		if (k + 1 < sim.n && before(&sim.heap[k + 1], &sim.heap[k]))
			k++;
		if (before(&last, &sim.heap[k]))
			break;
		sim.heap[i] = sim.heap[k];
		i = k;
	}
	sim.heap[i] = last;
	return first;
}

static void
call_off(loop_fn fn, const void *ctx)
{
	for (size_t i = 0; i < sim.n; i++)
		if (sim.heap[i].fn == fn && sim.heap[i].ctx == ctx)
			sim.heap[i].fn = NULL;
}

void
sim_later(int64_t ms, loop_fn fn, void *ctx)
{
	push(sim.now + ms, fn, ctx);
}

bool
sim_run_until(bool (*done)(void *ctx), void *ctx, int64_t ms)
{
	int64_t end = sim.now + ms;

	while (sim.n > 0 && sim.heap[0].at <= end) {
		struct happening h = pop();

		if (h.at > sim.now) {
			if (done != NULL && done(ctx)) {
				push(h.at, h.fn, h.ctx);
				return true;
			}
			sim.now = h.at;
		}
		if (h.fn != NULL)
			h.fn(h.ctx);
	}
	sim.now = end;
	return done != NULL && done(ctx);
}

void
sim_run(int64_t ms)
{
	(void)sim_run_until(NULL, NULL, ms);
}

/* ---- loop/loop.h ---- */

struct loop *
sim_loop(int desk)
{
	struct loop *l = xcalloc(1, sizeof(*l));

	l->desk = desk;
	return l;
}

int
sim_desk_of(const struct loop *l)
{
	return l->desk;
}

struct loop *
loop_free(struct loop *l)
{
	return xfree(l);
}

int64_t
loop_now_ms(const struct loop *l)
{
	(void)l;
	return sim.now;
}

int64_t
loop_now_us(void)
{
	return sim.now * 1000;
}

void
loop_defer(struct loop *l, loop_fn fn, void *ctx)
{
	(void)l;
	push(sim.now, fn, ctx);
}

void
loop_undefer(struct loop *l, loop_fn fn, void *ctx)
{
	(void)l;
	call_off(fn, ctx);
}

struct timer {
	loop_fn fn;
	void *ctx;
	int64_t repeat;
	bool active;
};

static void
ring(void *ctx)
{
	struct timer *t = ctx;

	t->active = t->repeat > 0;
	if (t->active)
		push(sim.now + t->repeat, ring, t);
	t->fn(t->ctx);
}

struct timer *
timer_new(struct loop *l, loop_fn fn, void *ctx)
{
	struct timer *t = xcalloc(1, sizeof(*t));

	(void)l;
	t->fn = fn;
	t->ctx = ctx;
	return t;
}

void
timer_start(struct timer *t, int64_t delay_ms, int64_t repeat_ms)
{
	timer_stop(t);
	t->repeat = repeat_ms;
	t->active = true;
	push(sim.now + delay_ms, ring, t);
}

void
timer_stop(struct timer *t)
{
	if (t->active)
		call_off(ring, t);
	t->active = false;
}

bool
timer_active(const struct timer *t)
{
	return t->active;
}

struct timer *
timer_free(struct timer *t)
{
	if (t != NULL)
		timer_stop(t);
	return xfree(t);
}

/* ---- loop/watch.h: the file `wake` ---- */

struct filewatch {
	struct loop *loop;
	loop_fn fn;
	void *ctx;
	struct filewatch *next;
};

enum rc
filewatch_start(struct loop *l, const char *path, loop_fn fn, void *ctx,
		struct filewatch **ret_watch, struct err *err)
{
	struct filewatch *w = xcalloc(1, sizeof(*w));

	(void)path;
	(void)err;
	*w = (struct filewatch){ l, fn, ctx, l->watches };
	l->watches = w;
	*ret_watch = w;
	return RC_OK;
}

struct filewatch *
filewatch_free(struct filewatch *w)
{
	struct filewatch **at;

	if (w == NULL)
		return NULL;
	for (at = &w->loop->watches; *at != w; at = &(*at)->next)
		continue;
	*at = w->next;
	call_off(w->fn, w->ctx);
	return xfree(w);
}

void
sim_touch(struct loop *l)
{
	for (struct filewatch *w = l->watches; w != NULL; w = w->next)
		push(sim.now + sim_pick(5), w->fn, w->ctx);
}

/* ---- loop/work.h: each job takes a moment of its own ---- */

struct work_pool {
	struct work *first;
};

struct work {
	struct work_pool *pool;
	struct work_job job;
	struct work *next;
};

static void
work_end(struct work *w, enum rc rc)
{
	struct work **at;

	for (at = &w->pool->first; *at != w; at = &(*at)->next)
		continue;
	*at = w->next;
	w->job.done(w->job.ctx, rc);
	xfree(w);
}

static void
work_now(void *ctx)
{
	struct work *w = ctx;

	w->job.run(w->job.ctx);
	work_end(w, RC_OK);
}

enum rc
work_pool_new(struct loop *l, size_t n_threads, size_t queue_max,
	      struct work_pool **ret_pool, struct err *err)
{
	(void)l;
	(void)n_threads;
	(void)queue_max;
	(void)err;
	*ret_pool = xcalloc(1, sizeof(**ret_pool));
	return RC_OK;
}

struct work_pool *
work_pool_free(struct work_pool *p)
{
	while (p != NULL && p->first != NULL) {
		call_off(work_now, p->first);
		work_end(p->first, RC_CANCELED);
	}
	return xfree(p);
}

enum rc
work_submit(struct work_pool *p, const struct work_job *job,
	    struct work **ret_work, struct err *err)
{
	struct work *w = xcalloc(1, sizeof(*w));

	(void)err;
	*w = (struct work){ p, *job, p->first };
	p->first = w;
	push(sim.now + sim_pick(4), work_now, w);
	if (ret_work != NULL)
		*ret_work = w;
	return RC_OK;
}

void
sim_end(void)
{
	sim.heap = xfree(sim.heap);
	sim.n = sim.max = 0;
}
