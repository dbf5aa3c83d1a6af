/* serve: the exchange without a screen. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/escalation.h"
#include "desk/key.h"
#include "desk/tick.h"
#include "exchange/exchange.h"
#include "journal/audit.h"
#include "journal/epoch.h"
#include "loop/loop.h"
#include "loop/watch.h"
#include "serve_ops_int.h"

#define LOCK_TRIES   10
#define LOCK_WAIT_US 50000

#define SPOOL_LOOK_MS 10000 /* is there something new to be told? */
#define SPOOL_MORE_MS 200   /* more files than one call writes */
#define SEAL_LOOK_MS  60000 /* is the audit trail due to be sealed? */

struct server {
	struct journal *journal;
	struct timer *seal;
	struct timer *spool;
	bool spool_failed; /* told once, until it goes again */
	struct loop *loop;
	struct exchange *exchange;
	struct exchange_lock *lock;
	struct sigwatch *term, *interrupt, *hangup;
	/* what time alone brings */
	struct desk *desk;
	struct filewatch *wake;
	struct timer *timer;
	int64_t stuck_ms; /* loop time of the last problem; 0 none */
	char *problem;	  /* told last */
	struct ops *ops;
};

/* A wall clock may jump: it is looked at this often at least. */
#define TICK_MAX_MS   10000
#define TICK_STUCK_MS 60000 /* between two trials of what cannot be done */

/* Each problem once, until another comes. */
static void
on_problem(void *ctx, const char *sentence)
{
	struct server *s = ctx;
	s->stuck_ms = loop_now_ms(s->loop);
	if (s->problem != NULL && str_eq(s->problem, sentence))
		return;
	(void)xfree(s->problem);
	s->problem = xstrdup(sentence);
	log_line(LOG_WARN, "cli", "%s", sentence);
}

/* Has the last peer got the new card? */
static void
look_at_keys(struct server *s)
{
	struct err err = ERR_INIT;
	bool changed = false;

	if (desk_keys_tick(s->desk, &changed, &err) != RC_OK)
		on_problem(s, err.msg);
	else if (changed)
		log_line(LOG_INFO, "cli", "%s",
			 _("every peer has the new card: the old certificate "
			   "is dropped"));
}

static void
on_time(void *ctx)
{
	struct server *s = ctx;
	struct tick tick = { .problem = on_problem, .ctx = s };
	struct err err = ERR_INIT;
	int64_t next = 0;

	s->stuck_ms = 0;
	look_at_keys(s);
	if (desk_tick(s->desk, &tick, &next, &err) != RC_OK) {
		on_problem(s, err.msg);
		next = INT64_MAX;
	}
	int64_t now = env_now_ms(desk_get_env(s->desk));
	int64_t delay = next > now + TICK_MAX_MS ? TICK_MAX_MS
			: next > now		 ? next - now
						 : 0;
	timer_start(s->timer, delay, 0);
}

/* After a commit the first time may be another. */
static void
on_wake(void *ctx)
{
	struct server *s = ctx;
	/* a locked-down console cannot write it itself */
	(void)journal_mark(s->journal);
	if (s->stuck_ms == 0 ||
	    loop_now_ms(s->loop) - s->stuck_ms >= TICK_STUCK_MS)
		timer_start(s->timer, 0, 0);
}

static enum rc
start_timer(struct cli *c, struct server *s, struct err *err)
{
	s->desk = c->desk;
	s->journal = desk_get_journal(c->desk);
	journal_wake(
		desk_get_journal(c->desk)); /* makes the file that is watched */
	s->timer = timer_new(s->loop, on_time, s);
	timer_start(s->timer, 0, 0);
	return filewatch_start(s->loop, desk_get_wake(c->desk), on_wake, s,
			       &s->wake, err);
}

static void
on_stopped(void *ctx)
{
	struct server *s = ctx;
	loop_stop(s->loop);
}

static void
on_signal(void *ctx, int signum)
{
	struct server *s = ctx;
	struct exchange *x = s->exchange;
	(void)signum;
	s->exchange = NULL;
	timer_stop(s->timer);
	if (s->spool != NULL)
		timer_stop(s->spool);
	s->wake = filewatch_free(s->wake);
	if (x != NULL) /* a second signal finds it stopping */
		exchange_stop(x, on_stopped, s);
}

static void
on_seal(void *ctx)
{
	struct server *s = ctx;
	struct err err = ERR_INIT;

	if (audit_seal_due(s->journal, &err) != RC_OK)
		log_line(LOG_WARN, "cli", "sealing the audit trail: %s",
			 err.msg);
}

static void
on_spool(void *ctx)
{
	struct server *s = ctx;
	struct err err = ERR_INIT;
	bool more = false;
	enum rc rc = desk_spool(s->desk, &more, &err);

	if (rc != RC_OK && !s->spool_failed)
		log_line(LOG_WARN, "cli", "spool: %s", err.msg);
	s->spool_failed = rc != RC_OK;
	timer_start(s->spool, more ? SPOOL_MORE_MS : SPOOL_LOOK_MS, 0);
}

static enum rc
read_quota(struct desk *d, int64_t *ret_bytes, struct err *err)
{
	char *text = NULL;
	int64_t mib = 0;
	enum rc rc = setting_get(d, "peer_quota", &text, err);

	if (rc == RC_OK && text != NULL)
		rc = str_to_i64(text, 0, INT32_MAX, &mib, err);
	*ret_bytes = mib * 1024 * 1024;
	(void)xfree(text);
	return rc;
}

static enum rc
start(struct cli *c, struct server *s, const char *listen, struct err *err)
{
	struct exchange_config config = {
		.journal = desk_get_journal(c->desk),
		.listen = listen != NULL && *listen != '\0' ? listen : NULL,
		.tls_key_path = desk_get_tls_key(c->desk),
		.tls_cert_path = desk_get_tls_cert(c->desk),
		.tls_next_key_path = desk_get_tls_next_key(c->desk),
		.tls_next_cert_path = desk_get_tls_next_cert(c->desk),
	};
	enum rc rc = loop_new(&s->loop, err);
	if (rc != RC_OK)
		return rc;
	config.loop = s->loop;
	rc = read_quota(c->desk, &config.peer_quota_bytes, err);
	if (rc != RC_OK)
		return rc;
	rc = sigwatch_start(s->loop, SIGTERM, on_signal, s, &s->term, err);
	if (rc == RC_OK)
		rc = sigwatch_start(s->loop, SIGINT, on_signal, s,
				    &s->interrupt, err);
	if (rc == RC_OK)
		rc = sigwatch_start(s->loop, SIGHUP, on_signal, s, &s->hangup,
				    err);
	if (rc == RC_OK)
		rc = start_timer(c, s, err);
	if (rc == RC_OK)
		rc = ops_start(s->loop, c->desk, cli_get(c, "metrics-listen"),
			       &s->ops, err);
	if (rc == RC_OK)
		rc = exchange_start(&config, &s->exchange, err);
	if (rc != RC_OK)
		return rc;
	s->seal = timer_new(s->loop, on_seal, s);
	timer_start(s->seal, SEAL_LOOK_MS, SEAL_LOOK_MS);
	s->spool = timer_new(s->loop, on_spool, s);
	timer_start(s->spool, SPOOL_MORE_MS, 0);
	return RC_OK;
}

static void
end(struct server *s)
{
	if (s->loop == NULL)
		return;
	(void)sigwatch_free(s->term);
	(void)sigwatch_free(s->interrupt);
	(void)sigwatch_free(s->hangup);
	s->ops = ops_stop(s->ops);
	s->seal = timer_free(s->seal);
	s->spool = timer_free(s->spool);
	(void)filewatch_free(s->wake);
	(void)timer_free(s->timer);
	(void)xfree(s->problem);
	(void)loop_free(s->loop);
}

static void
say_ready(const struct exchange *x)
{
	const char *address = exchange_get_address(x);
	if (address != NULL)
		(void)printf("listening on %s\n", address);
	else
		(void)puts("serving, not to be dialled");
	(void)fflush(stdout); /* who started us waits for this line */
}

static void
say_mark(const struct server *s)
{
	const char *path = journal_get_mark(s->journal);

	if (path == NULL)
		log_line(LOG_WARN, "cli", "%s",
			 _("no mark is kept outside the folder: one put back "
			   "from a copy is noticed from peers alone; see the "
			   "setting mark"));
	else if (!journal_mark(s->journal))
		log_line(LOG_WARN, "cli",
			 _("%s cannot be written: a folder put back from a "
			   "copy is noticed from peers alone; see the setting "
			   "mark"),
			 path);
}

/* A command that checkpoints holds it for a moment. */
static enum rc
take_lock(const char *folder, struct exchange_lock **ret_lock, struct err *err)
{
	enum rc rc = RC_LOCKED;
	for (int i = 0; rc == RC_LOCKED && i < LOCK_TRIES; i++) {
		if (i > 0)
			(void)usleep(LOCK_WAIT_US); /* shorter is fine */
		rc = exchange_lock_take(folder, ret_lock, err);
	}
	return rc;
}

void
cli_checkpoint(struct cli *c)
{
	struct exchange_lock *lock = NULL;
	struct store *s = journal_get_store(desk_get_journal(c->desk));
	if (store_wal_pages(s) < CLI_CHECKPOINT_PAGES ||
	    (!c->holds_lock &&
	     exchange_lock_take(c->folder, &lock, NULL) != RC_OK))
		return;
	(void)store_checkpoint(s, NULL); /* the next one may do it */
	(void)exchange_lock_release(lock);
}

enum rc
run_serve(struct cli *c, struct err *err)
{
	struct server s = { .loop = NULL };
	char *setting = NULL;
	const char *listen = cli_get(c, "listen");
	const char *log = cli_get(c, "log");
	enum log_level level = LOG_INFO;
	enum rc rc = log != NULL ? log_level_parse(log, &level, err) : RC_OK;

	log_set_level(level);
	if (rc == RC_OK)
		rc = cli_open_for_serve(c, err);
	if (rc == RC_OK)
		rc = take_lock(c->folder, &s.lock, err);
	c->holds_lock = rc == RC_OK;
	if (rc == RC_OK)
		rc = cli_renew(c, err);
	if (rc == RC_OK && listen == NULL) {
		rc = setting_get(c->desk, "listen", &setting, err);
		listen = setting;
	}
	if (rc == RC_OK)
		rc = confine_serve_files(c, err);
	if (rc == RC_OK)
		rc = start(c, &s, listen, err);
	if (rc == RC_OK)
		rc = confine_serve_calls(err);
	if (rc == RC_OK) {
		say_ready(s.exchange);
		cli_say_unsplit(c);
		say_mark(&s);
		loop_run(s.loop);
	} else if (s.exchange != NULL) { /* listens, and must not go on */
		on_signal(&s, 0);
		loop_run(s.loop);
	}
	end(&s);
	c->holds_lock = false;
	(void)exchange_lock_release(s.lock);
	(void)xfree(setting);
	return rc;
}
