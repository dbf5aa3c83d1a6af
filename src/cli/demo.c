/* `demo`: step by step, each one proved. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "demo_int.h"

#define ARRIVE_TIMEOUT_MS 40000
#define SIGN_COUNT	  5
#define CUT_LOOK_MS	  1500

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int signum)
{
	(void)signum;
	interrupted = 1;
}

bool
demo_interrupted(void)
{
	return interrupted != 0;
}

/* An end from outside still stops the five processes and clears up. */
static void
catch_signals(void)
{
	(void)signal(SIGINT, on_interrupt);
	(void)signal(SIGTERM, on_interrupt);
	(void)signal(SIGHUP, on_interrupt);
}

/* Prints a step and what it proved. */
static void
step(struct demo *d, bool good, const char *what)
{
	double seconds =
		(double)(env_monotonic_ms(d->c->env) - d->began_ms) / 1000.0;
	d->steps++;
	d->failed += !good;
	if (d->c->json) {
		json_t *o = json_object();
		json_object_set_new(o, "step", json_integer(d->steps));
		json_object_set_new(o, "ok", json_boolean(good));
		json_object_set_new(o, "what", json_string(what));
		out_json(o);
	} else {
		(void)printf("%5.1f s  %s  %s\n", seconds,
			     good ? _("proved") : _("FAILED"), what);
	}
	(void)fflush(stdout);
}

static void
stepf(struct demo *d, bool good, char *take_what)
{
	step(d, good, take_what);
	(void)xfree(take_what);
}

/* Waits until look(d) is true. */
static bool
wait_until(struct demo *d, bool (*look)(struct demo *d))
{
	int64_t until = env_monotonic_ms(d->c->env) + ARRIVE_TIMEOUT_MS;
	while (!look(d)) {
		if (interrupted != 0 || env_monotonic_ms(d->c->env) > until)
			return false;
		(void)usleep(50000); /* cut short by a signal is fine */
	}
	return true;
}

static int64_t
documents_at(struct demo *d, int i)
{
	struct counts counts = { .documents = -1 };
	(void)ask_counts(d->desks[i].desk, &counts, NULL); /* -1 then */
	return counts.documents;
}

static int64_t
queued_at(struct demo *d, int i)
{
	struct link_list links = { .rows = NULL };
	int64_t n = 0;
	if (ask_links(d->desks[i].desk, &links, NULL) != RC_OK)
		return -1;
	for (size_t k = 0; k < links.n_rows; k++)
		n += links.rows[k].queued;
	link_list_release(&links);
	return n;
}

static bool
all_arrived(struct demo *d)
{
	for (int i = 0; i < DEMO__COUNT; i++)
		if (documents_at(d, i) != d->desks[i].expected ||
		    queued_at(d, i) != 0)
			return false;
	return true;
}

static void
prove_counts(struct demo *d, const char *why)
{
	bool good = wait_until(d, all_arrived);
	struct buf text;
	buf_init(&text, 1024);
	(void)buf_addf(&text, NULL, "%s:", why);
	for (int i = 0; i < DEMO__COUNT; i++)
		(void)buf_addf(&text, NULL, " %s %lld/%lld", d->desks[i].id,
			       (long long)documents_at(d, i),
			       (long long)d->desks[i].expected);
	(void)buf_adds(&text, _("; every receipt is in"), NULL);
	step(d, good, buf_str(&text));
	buf_release(&text);
}

/* ---- signing ---- */

static struct doc_ref signed_refs[SIGN_COUNT];
static size_t n_signed;

static bool
sender_sees_signed(struct demo *d)
{
	for (size_t i = 0; i < n_signed; i++) {
		struct doc_list one = { .rows = NULL };
		bool seen = false;
		if (ask_row(d->desks[DEMO_CHANGNING].desk, &signed_refs[i],
			    &one, NULL) != RC_OK)
			return false;
		for (size_t k = 0; one.n_rows > 0 && k < one.rows[0].n_parties;
		     k++)
			seen = seen || one.rows[0].parties[k].signed_ms >= 0;
		doc_list_release(&one);
		if (!seen)
			return false;
	}
	return true;
}

static enum rc
sign_some(struct demo *d, struct err *err)
{
	struct desk *hangzhou = d->desks[DEMO_HANGZHOU].desk;
	struct list_query q = { .box = BOX_IN,
				.state = "stored",
				.changed_after = -1,
				.limit = 50 };
	struct doc_list list = { .rows = NULL };
	enum rc rc = ask_list(hangzhou, &q, &list, err);
	for (size_t i = 0;
	     rc == RC_OK && i < list.n_rows && n_signed < SIGN_COUNT; i++) {
		const struct doc_ref *ref = &list.rows[i].ref;
		if (!str_eq(ref->owner, d->desks[DEMO_CHANGNING].id))
			continue;
		rc = act_sign(hangzhou, ref, NULL, NULL, NULL, err);
		signed_refs[n_signed++] = *ref;
	}
	doc_list_release(&list);
	return rc;
}

/* ---- a line cut and healed ---- */

static enum rc
cut_and_heal(struct demo *d, struct err *err)
{
	struct doc_ref ref;
	line_cut(&d->lines[0]);
	line_cut(&d->lines[1]);
	enum rc rc = demo_issue(d, DEMO_CHANGNING, DEMO_HEFEI,
				"断线期间签发的线索一", &ref, err);
	if (rc == RC_OK)
		rc = demo_issue(d, DEMO_HEFEI, DEMO_CHANGNING,
				"断线期间签发的线索二", &ref, err);
	if (rc != RC_OK)
		return rc;
	(void)usleep(CUT_LOOK_MS * 1000); /* shorter is fine */
	step(d,
	     queued_at(d, DEMO_CHANGNING) > 0 && queued_at(d, DEMO_HEFEI) > 0,
	     _("line 310105 - 340100 cut: notices wait on both sides, none "
	       "lost"));
	rc = line_heal(&d->lines[0], err);
	if (rc == RC_OK)
		rc = line_heal(&d->lines[1], err);
	if (rc == RC_OK)
		prove_counts(d, _("line healed, what waited has arrived"));
	return rc;
}

static void
verify_all(struct demo *d)
{
	for (int i = 0; i < DEMO__COUNT; i++) {
		struct verify_report report = { .problems = 0 };
		struct err err = ERR_INIT;
		enum rc rc = journal_verify(desk_get_journal(d->desks[i].desk),
					    true, NULL, &report, &err);
		stepf(d, rc == RC_OK,
		      rc == RC_OK
			      ? xasprintf(_("%s verified: %lld events, %lld "
					    "documents rebuilt and the same"),
					  d->desks[i].id,
					  (long long)report.events,
					  (long long)report.documents)
			      : xasprintf("%s: %s", d->desks[i].id, err.msg));
	}
}

static void
prove(struct demo *d, const char *what)
{
	step(d, true, what);
}

static bool
nothing_owed(struct demo *d)
{
	for (int i = 0; i < DEMO__COUNT; i++)
		if (queued_at(d, i) != 0)
			return false;
	return true;
}

/* Every kind; what the desks then hold is what later steps count from. */
static enum rc
play_week(struct demo *d, struct err *err)
{
	enum rc rc = demo_week(d, prove, err);
	if (rc != RC_OK)
		return rc;
	step(d, wait_until(d, nothing_owed),
	     _("a week of joint work: every kind went its course between the "
	       "five desks"));
	for (int i = 0; i < DEMO__COUNT; i++)
		d->desks[i].expected = documents_at(d, i);
	return RC_OK;
}

static enum rc
prepare(struct demo *d, struct err *err)
{
	enum rc rc = demo_make_desks(d, err);
	if (rc == RC_OK)
		rc = demo_trust_all(d, err);
	if (rc == RC_OK)
		rc = demo_serve_all(d, err);
	if (rc == RC_OK)
		stepf(d, true,
		      xasprintf(_("five desks in %s, each with its own serve "
				  "process"),
				d->root));
	return rc;
}

static enum rc
play(struct demo *d, struct err *err)
{
	enum rc rc = prepare(d, err);
	if (rc == RC_OK)
		rc = demo_import(d, DEMO_CHANGNING, DEMO_HANGZHOU,
				 "judgment_facts_ip.csv", "judgment_facts.map",
				 err);
	if (rc == RC_OK)
		rc = demo_import(d, DEMO_HANGZHOU, DEMO_CHANGNING,
				 "border_inspection_failures_zh.csv",
				 "border_failures.map", err);
	if (rc == RC_OK)
		rc = demo_issue_samples(d, 20, err);
	if (rc == RC_OK)
		prove_counts(d, _("real records imported and issued"));
	if (rc == RC_OK)
		rc = sign_some(d, err);
	if (rc == RC_OK)
		stepf(d,
		      n_signed == SIGN_COUNT &&
			      wait_until(d, sender_sees_signed),
		      xasprintf(_("%zu notices signed for at 330100; 310105 "
				  "sees it"),
				n_signed));
	if (rc == RC_OK)
		rc = play_week(d, err);
	if (rc == RC_OK)
		rc = cut_and_heal(d, err);
	if (rc == RC_OK)
		verify_all(d);
	return rc;
}

/*
 * Makes traffic while the console is open. Out of the terminal's session, so
 * that it outlives a hang-up that ends the console at once, and then clears
 * up in its place.
 */
static _Noreturn void
traffic_process(struct demo *d, pid_t parent)
{
	(void)setsid();
	(void)signal(SIGINT, SIG_IGN);
	demo_traffic(d, parent);
	demo_kill_serves(d);
	if (!d->keep)
		demo_remove(d->root);
	_exit(0);
}

/* SQLite must not cross a fork: every desk is closed before. */
static enum rc
show_console(struct demo *d, struct err *err)
{
	char *folder = xstrdup(d->desks[DEMO_CHANGNING].folder);
	demo_close_desks(d);
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid == 0)
		traffic_process(d, parent);
	struct cli_console ask = { .folder = folder,
				   .lang = d->c->lang,
				   .env = d->c->env };
	enum rc rc = d->c->faces->console(&ask, err);
	catch_signals(); /* the console leaves none behind */
	if (pid > 0) {
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
	(void)xfree(folder);
	return rc;
}

static enum rc
make_root(struct demo *d, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	const char *keep = cli_get(d->c, "keep");
	enum rc rc = RC_OK;
	d->keep = keep != NULL;
	if (keep != NULL && file_exists(keep))
		return err_set(err, RC_EXISTS, 0,
			       _("%s is there already; name a new folder"),
			       keep);
	char *made = xasprintf("%s/deltadesk-demo-XXXXXX",
			       tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
	if (keep != NULL)
		rc = dir_make(keep, 0700, err);
	else if (mkdtemp(made) == NULL)
		rc = err_errno(err, errno, _("cannot create"), made);
	if (rc == RC_OK)
		d->root = realpath(keep != NULL ? keep : made, NULL);
	(void)xfree(made);
	if (rc != RC_OK)
		return rc;
	char *log = xasprintf("%s/serve.log", d->root);
	d->log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	(void)xfree(log);
	d->exe = realpath("/proc/self/exe", NULL);
	if (d->exe == NULL)
		return err_errno(err, errno, _("cannot read"),
				 "/proc/self/exe");
	return RC_OK;
}

static void
clean_up(struct demo *d)
{
	demo_close_desks(d);
	demo_end_serves(d);
	for (size_t i = 0; i < ARRAY_LEN(d->lines); i++)
		line_close(&d->lines[i]);
	if (d->log_fd > 0)
		(void)close(d->log_fd); /* a log of the demo only */
	if (d->root != NULL && !d->keep)
		demo_remove(d->root);
	for (int i = 0; i < DEMO__COUNT; i++)
		(void)xfree(d->desks[i].folder);
	free(d->root);
	free(d->exe);
}

enum rc
run_demo(struct cli *c, struct err *err)
{
	struct demo d = { .c = c,
			  .log_fd = -1,
			  .began_ms = env_monotonic_ms(c->env) };
	bool headless = cli_has(c, "headless");
	if (!headless &&
	    (c->faces->console == NULL || isatty(STDIN_FILENO) != 1 ||
	     isatty(STDOUT_FILENO) != 1))
		return err_set(err, RC_USAGE, 0,
			       _("the demo's console needs a terminal; "
				 "'demo --headless' does without"));
	catch_signals();
	enum rc rc = make_root(&d, err);
	if (rc == RC_OK)
		rc = play(&d, err);
	if (rc == RC_OK && d.failed == 0 && !headless && interrupted == 0)
		rc = show_console(&d, err);
	if (rc == RC_OK && interrupted != 0)
		rc = err_set(err, RC_CANCELED, 0, _("the demo was ended"));
	else if (rc == RC_OK && d.failed > 0)
		rc = err_set(err, RC_VERIFY, 0,
			     _("%d of %d steps of the demo failed"), d.failed,
			     d.steps);
	if (d.keep && d.root != NULL && !c->json) {
		(void)printf(_("the desks are kept in %s"), d.root);
		(void)putchar('\n');
	}
	clean_up(&d);
	return rc;
}
