#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/alarms_int.h"
#include "console/lock_int.h"
#include "console/near_int.h"
#include "console/term_int.h"
#include "desk/permit.h"
#include "loop/watch.h"

#define TICK_MS	       1000
#define LOOK_GAP_MS    200 /* at most five looks a second while loading */
#define SERVE_WAIT_MS  1500
#define SERVE_WAIT_MAX 60000
#define NEWEST_LOOK    50
#define DOWN_MS	       3000 /* without a serving process before it is told */

/* What others do to this desk: commits, time, the serving process. */
struct live {
	struct filewatch *wake;
	struct timer *tick, *later;
	int64_t version; /* of the data, at the last look */
	int64_t looked_ms;
	int64_t last_row; /* newest document seen */
	int64_t minute;
	bool look_due;
	struct child *serve;
	int64_t serve_next_ms; /* not to be started before */
	int64_t serve_wait_ms;
	int64_t down_ms, down_said_ms; /* loop time, 0: it runs, not said */
};

static void look(struct console *c);

/* --- arrivals ------------------------------------------------------------ */

static bool
is_arrival(struct console *c, const struct doc_row *r)
{
	return r->row > 0 && r->stage == STAGE_STORED &&
	       strcmp(r->ref.owner, desk_get_id(c->desk)) != 0;
}

static void
announce(struct console *c, const struct doc_row *newest, int n)
{
	char from[128], title[256], key[64];

	(void)name_desk(c, newest->ref.owner, from, sizeof(from));
	(void)text_show_into(title, sizeof(title), newest->title);
	console_set_message(c, newest->urgency < 2 ? ATTR_LATE : ATTR_BOLD,
			    _("%d new (%s) %s: %s -- %s goes there"), n,
			    name_urgency(newest->urgency), from, title,
			    keymap_keys(c->keymap, CONTEXT_LIST, ACTION_NEWEST,
					" ", key, sizeof(key)));
	c->message_kept = true;
	if (!c->bell_off)
		term_bell();
}

static enum rc
newest_rows(struct console *c, struct doc_list *out)
{
	const struct list_query q = { .box = BOX_IN,
				      .waits = true,
				      .changed_after = -1,
				      .order = ORDER_NEWEST,
				      .limit = NEWEST_LOOK };

	return ask_list(c->desk, &q, out, NULL);
}

static void
find_arrivals(struct console *c, bool first)
{
	struct live *v = c->live;
	struct doc_list l = { 0 };
	int64_t newest = v->last_row;
	const struct doc_row *shown = NULL;
	int n = 0;

	if (!permitted(c->desk, PERMIT_READ) || newest_rows(c, &l) != RC_OK)
		return;
	for (size_t i = 0; i < l.n_rows; i++) {
		const struct doc_row *r = &l.rows[i];

		if (r->row > newest)
			newest = r->row;
		if (r->row <= v->last_row || !is_arrival(c, r))
			continue;
		n++;
		if (!shown || r->row > shown->row)
			shown = r;
	}
	v->last_row = newest;
	if (shown && !first)
		announce(c, shown, n);
	doc_list_release(&l);
}

bool
live_newest(struct console *c, struct doc_ref *out)
{
	struct doc_list l = { 0 };
	const struct doc_row *best = NULL;

	if (newest_rows(c, &l) != RC_OK)
		return false;
	for (size_t i = 0; i < l.n_rows; i++)
		if (is_arrival(c, &l.rows[i]) &&
		    (!best || l.rows[i].row > best->row))
			best = &l.rows[i];
	if (best)
		*out = best->ref;
	doc_list_release(&l);
	return best != NULL;
}

/* --- the serving process ------------------------------------------------- */

static void
on_serve_end(void *ctx, int status, int signum)
{
	struct console *c = ctx;
	struct live *v = c->live;

	v->serve = child_free(v->serve);
	v->serve_next_ms = loop_now_ms(c->loop) + v->serve_wait_ms;
	if (v->serve_wait_ms < SERVE_WAIT_MAX)
		v->serve_wait_ms *= 2;
	if (signum == 0 && status != 0 && !ask_serving(c->desk, NULL))
		console_set_message(c, ATTR_ERROR,
				    _("the exchange ended with status %d; see "
				      "serve.log in the desk folder"),
				    status);
}

/* Nobody serves this desk: this console does, through a child. */
static void
start_serve(struct console *c)
{
	struct live *v = c->live;
	char exe[4096] = "", path[4200], folder[4096];
	char word_desk[] = "--desk", word_serve[] = "serve";
	const char *argv[] = { exe, word_desk, folder, word_serve, NULL };
	struct child_spec spec = { .argv = argv, .fn = on_serve_end, .ctx = c };
	struct err e = ERR_INIT;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n <= 0)
		return;
	exe[n] = '\0';
	(void)snprintf(folder, sizeof(folder), "%s", desk_get_folder(c->desk));
	(void)snprintf(path, sizeof(path), "%s/serve.log", folder);
	spec.err_fd =
		open(path,
		     O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
		     0600);
	if (child_start(c->loop, &spec, &v->serve, &e) != RC_OK) {
		v->serve_next_ms = loop_now_ms(c->loop) + SERVE_WAIT_MAX;
		console_show_err(c, &e);
	}
	if (spec.err_fd >= 0)
		(void)close(spec.err_fd);
}

/* Locked down it cannot start it: who can is told what to do, once each time,
 * when it is no mere restart. */
static void
say_down(struct console *c)
{
	struct live *v = c->live;
	int64_t now = loop_now_ms(c->loop);

	if (v->down_ms == 0)
		v->down_ms = now;
	if (v->down_said_ms >= v->down_ms || now - v->down_ms < DOWN_MS)
		return;
	v->down_said_ms = now;
	console_set_message(c, ATTR_ERROR, "%s",
			    _("exchange down: nothing is sent or received; "
			      "administrator: deltadesk serve"));
	c->message_kept = true;
}

static void
check_serve(struct console *c)
{
	struct live *v = c->live;

	if (ask_serving(c->desk, NULL)) {
		v->serve_wait_ms = SERVE_WAIT_MS;
		v->down_ms = 0;
		return;
	}
	if (c->config->confined)
		say_down(c);
	if (c->config->confined || v->serve ||
	    loop_now_ms(c->loop) < v->serve_next_ms)
		return;
	start_serve(c);
}

bool
live_serves(const struct console *c)
{
	return c->live && c->live->serve;
}

/* --- links --------------------------------------------------------------- */

static void
check_links(struct console *c)
{
	struct link_list l = { 0 };
	char text[sizeof(c->links)];
	int64_t queued = 0;
	int up = 0, down = 0;

	if (ask_links(c->desk, &l, NULL) != RC_OK) {
		if (!c->links[0]) /* nothing is known, and that is said */
			(void)snprintf(c->links, sizeof(c->links), "%s",
				       _("links: unknown"));
		return;
	}
	for (size_t i = 0; i < l.n_rows; i++) {
		if (!l.rows[i].trusted)
			continue;
		queued += l.rows[i].queued;
		if (strcmp(l.rows[i].state, "up") == 0)
			up++;
		else
			down++;
	}
	link_list_release(&l);
	if (!ask_serving(c->desk, NULL))
		(void)snprintf(text, sizeof(text), "%s",
			       _("links: not served"));
	else if (down)
		(void)snprintf(text, sizeof(text), _("links: %d up %d down"),
			       up, down);
	else
		(void)snprintf(text, sizeof(text), _("links: %d up"), up);
	if (queued == c->queued && strcmp(text, c->links) == 0)
		return;
	c->queued = queued;
	(void)snprintf(c->links, sizeof(c->links), "%s", text);
	console_dirty(c);
	alarms_look(c);
}

void
live_retell(struct console *c)
{
	if (c->live)
		check_links(c);
}

/* --- looking ------------------------------------------------------------- */

static void
on_later(void *ctx)
{
	look(ctx);
}

/* Who is disabled meanwhile does not stay: his next look is his last. */
static bool
still_here(struct console *c)
{
	struct err e = ERR_INIT;

	if (c->failure.code != RC_OK)
		return false;
	if (officer_refresh(c->desk, &e) != RC_DENIED)
		return true; /* a failure to read shows elsewhere */
	c->failure = e;
	console_leave(c);
	return false;
}

static void
look(struct console *c)
{
	struct live *v = c->live;
	int64_t now = loop_now_ms(c->loop);
	int64_t version = ask_data_version(c->desk);

	if (version == v->version || !still_here(c))
		return;
	if (now - v->looked_ms < LOOK_GAP_MS) {
		if (!timer_active(v->later))
			timer_start(v->later, LOOK_GAP_MS, 0);
		return;
	}
	v->looked_ms = now;
	v->version = version;
	(void)ask_counts(c->desk, &c->counts, NULL); /* else the old ones */
	find_arrivals(c, false);
	check_links(c);
	console_changed(c);
}

void
live_look(struct console *c)
{
	if (!c->live)
		return;
	c->live->looked_ms = 0;
	look(c);
}

static void
on_wake(void *ctx)
{
	look(ctx);
}

/* Counts and colours change with time alone; the seconds of a countdown are
 * shown by the screens that have one. */
static void
on_tick(void *ctx)
{
	struct console *c = ctx;
	int64_t minute = console_now_ms(c) / 60000;

	look(c);
	lock_tick(c);
	near_tick(c);
	check_serve(c);
	check_links(c);
	if (minute != c->live->minute) {
		c->live->minute = minute;
		(void)ask_counts(c->desk, &c->counts, NULL);
		alarms_look(c);
		console_dirty(c);
	} else if (c->fast) {
		console_dirty(c);
	}
}

enum rc
live_start(struct console *c, struct err *err)
{
	struct live *v = xcalloc(1, sizeof(*v));
	enum rc rc;

	c->live = v;
	v->serve_wait_ms = SERVE_WAIT_MS;
	v->minute = console_now_ms(c) / 60000;
	v->tick = timer_new(c->loop, on_tick, c);
	v->later = timer_new(c->loop, on_later, c);
	rc = filewatch_start(c->loop, desk_get_wake(c->desk), on_wake, c,
			     &v->wake, err);
	if (rc == RC_NOTFOUND)
		rc = RC_OK; /* the check each second finds what others do */
	if (rc != RC_OK)
		return rc;
	v->version = ask_data_version(c->desk);
	rc = ask_counts(c->desk, &c->counts, err);
	if (rc != RC_OK)
		return rc;
	find_arrivals(c, true);
	check_serve(c);
	check_links(c);
	timer_start(v->tick, TICK_MS, TICK_MS);
	return RC_OK;
}

void
live_stop(struct console *c)
{
	struct live *v = c->live;

	if (!v)
		return;
	v->wake = filewatch_free(v->wake);
	v->tick = timer_free(v->tick);
	v->later = timer_free(v->later);
	if (v->serve) /* another console takes over */
		(void)child_kill(v->serve, SIGTERM, NULL);
	v->serve = child_free(v->serve);
	c->live = xfree(v);
}
