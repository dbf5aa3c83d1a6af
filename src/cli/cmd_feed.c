/* feed: the journal as CloudEvents, one a line, and every later one. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/feed.h"
#include "loop/loop.h"
#include "loop/watch.h"

#define LOOK_MS 1000 /* should a writer have died before it woke us */

struct feed {
	struct cli *c;
	struct loop *loop;
	struct timer *timer;
	struct filewatch *wake;
	struct sigwatch *term, *interrupt;
	struct feed_out out;
	int64_t after;
	bool closed; /* by the reader */
	enum rc rc;
	struct err *err;
};

/* A reader that had enough, as in `| head`, is no failure. */
static enum rc
not_written(struct feed *f, struct err *err)
{
	f->closed = errno == EPIPE;
	if (f->closed)
		return RC_CANCELED;
	return err_errno(err, errno != 0 ? errno : EIO, _("cannot write"),
			 _("standard output"));
}

static enum rc
put_line(void *ctx, const char *line, struct err *err)
{
	return puts(line) >= 0 ? RC_OK : not_written(ctx, err);
}

static enum rc
put_all(struct feed *f, struct err *err)
{
	bool more = true;
	enum rc rc = RC_OK;

	while (rc == RC_OK && more)
		rc = desk_feed(f->c->desk, &f->out, &f->after, &more, err);
	if (rc == RC_OK && fflush(stdout) != 0)
		rc = not_written(f, err);
	return rc;
}

static void
on_change(void *ctx)
{
	struct feed *f = ctx;

	f->rc = put_all(f, f->err);
	if (f->rc != RC_OK)
		loop_stop(f->loop);
}

static void
on_signal(void *ctx, int signum)
{
	struct feed *f = ctx;

	(void)signum;
	loop_stop(f->loop);
}

static enum rc
follow(struct feed *f, struct err *err)
{
	enum rc rc = loop_new(&f->loop, err);

	if (rc != RC_OK)
		return rc;
	journal_wake(desk_get_journal(f->c->desk)); /* makes the file */
	f->timer = timer_new(f->loop, on_change, f);
	timer_start(f->timer, 0, LOOK_MS);
	rc = filewatch_start(f->loop, desk_get_wake(f->c->desk), on_change, f,
			     &f->wake, err);
	if (rc == RC_OK)
		rc = sigwatch_start(f->loop, SIGTERM, on_signal, f, &f->term,
				    err);
	if (rc == RC_OK)
		rc = sigwatch_start(f->loop, SIGINT, on_signal, f,
				    &f->interrupt, err);
	if (rc == RC_OK) {
		loop_run(f->loop);
		rc = f->rc;
	}
	(void)sigwatch_free(f->term);
	(void)sigwatch_free(f->interrupt);
	(void)filewatch_free(f->wake);
	(void)timer_free(f->timer);
	(void)loop_free(f->loop);
	return rc;
}

enum rc
run_feed(struct cli *c, struct err *err)
{
	struct feed f = { .c = c, .err = err };
	const char *after = cli_get(c, "after");
	enum rc rc = RC_OK;

	f.out = (struct feed_out){ .line = put_line, .ctx = &f };

	if (after != NULL)
		rc = str_to_i64(after, 0, INT64_MAX, &f.after, err);
	if (rc == RC_OK)
		rc = cli_open(c, err);
	if (rc != RC_OK)
		return rc;
	rc = cli_has(c, "follow") ? follow(&f, err) : put_all(&f, err);
	return f.closed ? RC_OK : rc;
}
