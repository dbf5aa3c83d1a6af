/* The only file that knows threads. `lock` guards everything below it in
 * struct work_pool and the state of every job; done() is called without it. */
#include "loop/work.h"

#include <assert.h>
#include <signal.h>
#include <time.h>

#include <unistd.h>

#include <uv.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "loop_int.h"

#include <pthread.h>

#define THREADS_MAX 64

enum work_state {
	WORK_QUEUED,
	WORK_RUNNING,
	WORK_ENDED
};

struct work {
	struct work_pool *pool;
	struct work_job job;
	struct work *next, *prev; /* in queue or done list */
	enum work_state state;
	bool canceled;
};

#define DRAIN_STEP_MS 2

struct work_list {
	struct work *first, *last;
};

struct work_pool {
	uv_async_t async;
	pthread_t *threads;
	size_t n_threads;
	size_t queue_max;
	bool telling; /* done() is being called */

	pthread_mutex_t lock;
	pthread_cond_t more;
	struct work_list queue, ended;
	size_t n_queue, n_running;
	bool stopping;
};

static void
list_add(struct work_list *list, struct work *w)
{
	w->next = NULL;
	w->prev = list->last;
	if (list->last != NULL)
		list->last->next = w;
	else
		list->first = w;
	list->last = w;
}

static void
list_remove(struct work_list *list, struct work *w)
{
	if (w->prev != NULL)
		w->prev->next = w->next;
	else
		list->first = w->next;
	if (w->next != NULL)
		w->next->prev = w->prev;
	else
		list->last = w->prev;
}

/* Called with the lock held. */
static void
end_job(struct work_pool *p, struct work *w)
{
	w->state = WORK_ENDED;
	list_add(&p->ended, w);
	(void)uv_async_send(&p->async);
}

static void *
thread_main(void *arg)
{
	struct work_pool *p = arg;

	(void)pthread_mutex_lock(&p->lock);
	for (;;) {
		struct work *w;

		while (p->queue.first == NULL && !p->stopping)
			(void)pthread_cond_wait(&p->more, &p->lock);
		if (p->stopping)
			break;
		w = p->queue.first;
		list_remove(&p->queue, w);
		p->n_queue--;
		w->state = WORK_RUNNING;
		p->n_running++;
		(void)pthread_mutex_unlock(&p->lock);
		w->job.run(w->job.ctx);
		(void)pthread_mutex_lock(&p->lock);
		p->n_running--;
		end_job(p, w);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

static void
tell_ended(struct work_pool *p)
{
	p->telling = true;
	for (;;) {
		struct work *w;
		bool canceled;

		(void)pthread_mutex_lock(&p->lock);
		w = p->ended.first;
		if (w != NULL)
			list_remove(&p->ended, w);
		(void)pthread_mutex_unlock(&p->lock);
		if (w == NULL)
			break;
		/* Only the loop's thread sets it, and that is us. */
		canceled = w->canceled;
		w->job.done(w->job.ctx, canceled ? RC_CANCELED : RC_OK);
		(void)xfree(w);
	}
	p->telling = false;
}

static void
on_async(uv_async_t *async)
{
	tell_ended(async->data);
}

static void
on_closed(uv_handle_t *h)
{
	struct work_pool *p = h->data;

	(void)pthread_cond_destroy(&p->more);
	(void)pthread_mutex_destroy(&p->lock);
	(void)xfree(p->threads);
	(void)xfree(p);
}

static size_t
cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n;
}

/* Signals are for the loop's thread alone. */
static int
start_threads(struct work_pool *p, size_t n)
{
	sigset_t all, old;
	int e = 0;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	while (p->n_threads < n && e == 0) {
		e = pthread_create(&p->threads[p->n_threads], NULL, thread_main,
				   p);
		if (e == 0)
			p->n_threads++;
	}
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return p->n_threads > 0 ? 0 : e; /* fewer than asked still work */
}

enum rc
work_pool_new(struct loop *l, size_t n_threads, size_t queue_max,
	      struct work_pool **ret_pool, struct err *err)
{
	struct work_pool *p = xcalloc(1, sizeof(*p));
	size_t n = n_threads == 0 ? cores() : n_threads;
	int e = uv_async_init(&l->uv, &p->async, on_async);

	if (e != 0) {
		(void)xfree(p);
		return loop_uv_error(err, RC_IO, e,
				     _("cannot start worker threads"));
	}
	p->async.data = p;
	p->queue_max = queue_max;
	p->threads = xcalloc(n, sizeof(*p->threads));
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->more, NULL);
	e = start_threads(p, n);
	if (e != 0) {
		(void)work_pool_free(p);
		return loop_uv_error(err, RC_IO, -e,
				     _("cannot start worker threads"));
	}
	*ret_pool = p;
	return RC_OK;
}

void
work_pool_drain(struct work_pool *p, unsigned limit_ms)
{
	const struct timespec step = { 0, DRAIN_STEP_MS * 1000000L };

	for (unsigned ms = 0; ms < limit_ms; ms += DRAIN_STEP_MS) {
		bool busy, ended;

		(void)pthread_mutex_lock(&p->lock);
		busy = p->queue.first != NULL || p->n_running > 0;
		ended = p->ended.first != NULL;
		(void)pthread_mutex_unlock(&p->lock);
		if (ended)
			tell_ended(p); /* which may submit more */
		else if (!busy)
			return;
		else
			(void)nanosleep(&step, NULL);
	}
}

struct work_pool *
work_pool_free(struct work_pool *p)
{
	struct work *w;

	if (p == NULL)
		return NULL;
	assert(!p->telling); /* not from a job's done() */
	(void)pthread_mutex_lock(&p->lock);
	p->stopping = true;
	while ((w = p->queue.first) != NULL) {
		list_remove(&p->queue, w);
		p->n_queue--;
		w->canceled = true;
		end_job(p, w);
	}
	(void)pthread_cond_broadcast(&p->more);
	(void)pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->n_threads; i++)
		(void)pthread_join(p->threads[i], NULL);
	tell_ended(p);
	uv_close((uv_handle_t *)&p->async, on_closed);
	return NULL;
}

size_t
work_pool_threads(const struct work_pool *p)
{
	return p->n_threads;
}

enum rc
work_submit(struct work_pool *p, const struct work_job *job,
	    struct work **ret_work, struct err *err)
{
	struct work *w = xcalloc(1, sizeof(*w));
	bool full;

	w->pool = p;
	w->job = *job;
	(void)pthread_mutex_lock(&p->lock);
	full = p->n_queue >= p->queue_max || p->stopping;
	if (!full) {
		list_add(&p->queue, w);
		p->n_queue++;
		(void)pthread_cond_signal(&p->more);
	}
	(void)pthread_mutex_unlock(&p->lock);
	if (full) {
		(void)xfree(w);
		return err_set(err, RC_BUSY, 0,
			       _("too much work is waiting: try again later"));
	}
	if (ret_work != NULL)
		*ret_work = w;
	return RC_OK;
}

void
work_cancel(struct work *w)
{
	struct work_pool *p = w->pool;

	(void)pthread_mutex_lock(&p->lock);
	w->canceled = true;
	if (w->state == WORK_QUEUED) {
		list_remove(&p->queue, w);
		p->n_queue--;
		end_job(p, w);
	}
	(void)pthread_mutex_unlock(&p->lock);
}
