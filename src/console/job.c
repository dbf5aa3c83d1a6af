#include "base/mem.h"
#include "console/console_int.h"
#include "loop/work.h"

#define QUEUE_MAX 64
#define DRAIN_MS  2000 /* for drafts when the console ends */

/* One thread, so that acts are done in the order in which they were given. */
struct jobs {
	struct work_pool *pool;
	struct desk *desk; /* opened by the first job, on its thread */
};

struct running {
	struct console *console;
	struct job job;
	struct err err;
	enum rc rc;
};

enum rc
jobs_start(struct console *c, struct err *err)
{
	c->jobs = xcalloc(1, sizeof(*c->jobs));
	return work_pool_new(c->loop, 1, QUEUE_MAX, &c->jobs->pool, err);
}

void
jobs_stop(struct console *c)
{
	if (!c->jobs)
		return;
	work_pool_drain(c->jobs->pool, DRAIN_MS);
	c->jobs->pool = work_pool_free(c->jobs->pool);
	c->jobs->desk = desk_close(c->jobs->desk);
	c->jobs = xfree(c->jobs);
}

static void
run(void *ctx)
{
	struct running *r = ctx;
	struct jobs *jobs = r->console->jobs;
	const struct console_config *config = r->console->config;
	const struct desk_open_as as = { .folder = config->folder,
					 .officer = config->officer,
					 .env = config->env,
					 .frugal = true };

	if (!jobs->desk) {
		r->rc = desk_open(&as, &jobs->desk, &r->err);
		if (r->rc != RC_OK)
			return;
	}
	r->rc = r->job.run(jobs->desk, r->job.arg, &r->err);
}

static void
done(void *ctx, enum rc rc)
{
	struct running *r = ctx;

	if (rc != RC_OK)
		r->rc = err_set(&r->err, rc, 0, "%s", rc_sentence(rc));
	r->job.done(r->console, r->job.arg, r->rc, &r->err);
	/* what it says is shown, also when the desk's change was seen before */
	console_dirty(r->console);
	(void)xfree(r);
}

void
job_submit(struct console *c, const struct job *job)
{
	struct running *r = xcalloc(1, sizeof(*r));
	const struct work_job w = { run, done, r };

	*r = (struct running){ .console = c, .job = *job };
	if (work_submit(c->jobs->pool, &w, NULL, &r->err) == RC_OK)
		return;
	job->done(c, job->arg, r->err.code, &r->err);
	(void)xfree(r);
}
