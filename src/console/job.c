#include "base/mem.h"
#include "console/console_int.h"
#include "loop/work.h"

#include <stdatomic.h>

#define QUEUE_MAX 64
#define DRAIN_MS  2000 /* for drafts when the console ends */

enum {
	LINE_ACTS, /* one thread, so that they are done in their order */
	LINE_APART,
	LINE__COUNT
};

struct jobs {
	struct line {
		struct work_pool *pool;
		struct desk *desk; /* opened by its first job, there */
	} lines[LINE__COUNT];
	atomic_bool end;
};

bool
jobs_end(const struct jobs *jobs)
{
	return atomic_load(&jobs->end);
}

struct running {
	struct console *console;
	struct line *line;
	struct job job;
	struct err err;
	enum rc rc;
};

enum rc
jobs_start(struct console *c, struct err *err)
{
	enum rc rc = RC_OK;

	c->jobs = xcalloc(1, sizeof(*c->jobs));
	for (int i = 0; rc == RC_OK && i < LINE__COUNT; i++)
		rc = work_pool_new(c->loop, 1, QUEUE_MAX,
				   &c->jobs->lines[i].pool, err);
	return rc;
}

void
jobs_stop(struct console *c)
{
	if (!c->jobs)
		return;
	atomic_store(&c->jobs->end, true);
	for (int i = 0; i < LINE__COUNT; i++) {
		struct line *l = &c->jobs->lines[i];

		if (l->pool)
			work_pool_drain(l->pool, DRAIN_MS);
		if (l->pool)
			l->pool = work_pool_free(l->pool);
		l->desk = desk_close(l->desk);
	}
	c->jobs = xfree(c->jobs);
}

static void
run(void *ctx)
{
	struct running *r = ctx;
	struct line *l = r->line;
	const struct console_config *config = r->console->config;
	const struct desk_open_as as = { .folder = config->folder,
					 .officer = config->officer,
					 .env = config->env,
					 .frugal = true };

	if (!l->desk) {
		r->rc = desk_open(&as, &l->desk, &r->err);
		if (r->rc != RC_OK)
			return;
	}
	r->rc = r->job.run(l->desk, r->job.arg, &r->err);
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

static void
submit(struct console *c, struct line *line, const struct job *job)
{
	struct running *r = xcalloc(1, sizeof(*r));
	const struct work_job w = { run, done, r };

	*r = (struct running){ .console = c, .line = line, .job = *job };
	if (work_submit(line->pool, &w, NULL, &r->err) == RC_OK)
		return;
	job->done(c, job->arg, r->err.code, &r->err);
	(void)xfree(r);
}

void
job_submit(struct console *c, const struct job *job)
{
	submit(c, &c->jobs->lines[LINE_ACTS], job);
}

void
job_submit_apart(struct console *c, const struct job *job)
{
	submit(c, &c->jobs->lines[LINE_APART], job);
}
