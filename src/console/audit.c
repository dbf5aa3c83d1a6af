/* 9 审计: who did what, newest first, and how far the trail is sealed. */
#include "journal/audit.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/grid_int.h"
#include "console/popup_int.h"
#include "loop/loop.h"

#include <stdatomic.h>

#define AUDIT_ROWS 500 /* of one page; the next key after the last has more */

#define PROBLEMS_MAX 1000
#define TICK_MS	     500 /* of progress, SCREENS 1.8 */

/* A check that runs; the job's until it is done. */
struct chain_check {
	const struct jobs *jobs;
	atomic_llong done; /* events so far */
	int64_t n_all, events;
	char **problems;
	size_t n;
};

struct audit {
	struct grid grid;
	struct audit_filter filter;
	char text[256], before[256]; /* the filter as typed */
	int64_t last_n;		     /* of the rows read so far; 0 none */
	bool stale;		     /* rows were added above those shown */
	/* The chain, once it was checked from here. */
	struct chain_check *running; /* owned by its job; NULL */
	struct timer *tick;	     /* while one runs: how far it is */
	bool checked;
	int64_t checked_ms, events;
	char **problems; /* as many as are kept */
	size_t n_problems;
	int64_t n_all;
};

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "9 %s", _("audit"));
}

static void
add_row(struct grid *g, const struct audit_row *r, int64_t now)
{
	struct grid_row *row = grid_add(g);
	char when[SPAN_MAX], who[128], doc[600];

	row->key = r->n;
	grid_cell(row, 0, "%lld", (long long)r->n);
	grid_cell(row, 1, "%s", time_text(r->at_ms, now, when));
	grid_cell(row, 2, "%s",
		  r->officer[0] ? name_officer(g->screen.console, r->officer,
					       who, sizeof(who))
				: "-");
	grid_cell(row, 3, "%s", r->title);
	if (str_eq(r->act, "refused") || str_eq(r->act, "login refused") ||
	    str_eq(r->act, "wrong PIN"))
		row->attr = ATTR_SOON;
	/* who audits may not read documents: their numbers are enough */
	grid_cell(row, 4, "%s",
		  r->number[0] ? r->number
			       : name_doc(g->screen.console, r->subject, doc,
					  sizeof(doc)));
	grid_cell(row, 5, "%s", r->said);
	if (!name_subject(r->subject, &row->ref))
		row->ref = (struct doc_ref){ .id = "" };
}

/* "1,204 行, 已封至 1,190 行 (11-23 14:00); 14:05 核对无误" */
static void
add_head(struct audit *a)
{
	struct grid *g = &a->grid;
	int64_t now = console_now_ms(g->screen.console);
	char when[SPAN_MAX], checked[300], at[SPAN_MAX];
	struct audit_state s;

	if (ask_audit_state(g->screen.console->desk, &s, NULL) != RC_OK)
		return;
	(void)time_text(s.sealed_ms, now, when);
	(void)time_text(a->checked_ms, now, at);
	if (a->running)
		(void)snprintf(checked, sizeof(checked),
			       _("being checked: %lld events"),
			       (long long)atomic_load(&a->running->done));
	else if (!a->checked)
		(void)snprintf(checked, sizeof(checked), "%s",
			       _("not checked from here yet"));
	else if (a->n_all == 0)
		(void)snprintf(checked, sizeof(checked),
			       _("whole at %s, events too: %lld"), at,
			       (long long)a->events);
	else
		(void)snprintf(checked, sizeof(checked),
			       _("BROKEN in %lld places: %.150s"),
			       (long long)a->n_all, a->problems[0]);
	(void)snprintf(g->head, sizeof(g->head),
		       _("%lld rows, sealed to %lld (%s); %s   %s"),
		       (long long)s.rows, (long long)s.sealed,
		       when[0] ? when : "-", checked, a->text);
}

/* The next page down, by the number of the last row: the trail only grows. */
static void
add_page(struct grid *g)
{
	struct audit *a = (struct audit *)g;
	struct console *c = g->screen.console;
	struct audit_query q = a->filter.q;
	struct audit_list l = { 0 };
	struct err e = ERR_INIT;

	q.limit = AUDIT_ROWS;
	q.before_n = a->last_n;
	g->more = false;
	if (ask_audit(c->desk, &q, &l, &e) != RC_OK) {
		(void)snprintf(g->empty, sizeof(g->empty), "%s", e.msg);
		return;
	}
	for (size_t i = 0; i < l.n_rows; i++)
		add_row(g, &l.rows[i], console_now_ms(c));
	if (l.n_rows > 0)
		a->last_n = l.rows[l.n_rows - 1].n;
	g->more = l.more;
	audit_list_release(&l);
}

static void
load(struct grid *g)
{
	struct audit *a = (struct audit *)g;

	grid_column(g, _("no."), 6, true);
	grid_column(g, _("time"), 11, false);
	grid_column(g, _("officer"), 10, false);
	grid_column(g, _("act"), g->screen.console->zh ? 12 : 20, false);
	grid_column(g, _("document"), 0, false);
	grid_column(g, _("detail"), 0, false);
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("nothing fits the filter"));
	a->last_n = 0;
	a->stale = false;
	add_head(a);
	add_page(g);
}

static void
show_head(struct audit *a)
{
	add_head(a);
	console_dirty(a->grid.screen.console);
}

/* Deep in the trail nothing is read anew for what was added at its top. */
static void
changed(struct grid *g)
{
	struct audit *a = (struct audit *)g;

	if (g->n_rows <= AUDIT_ROWS) {
		grid_reload(g);
		return;
	}
	a->stale = true;
	show_head(a);
}

static void
from_top(struct audit *a)
{
	/* at the end of the rows nothing is selected, so nothing is kept */
	a->grid.at = a->grid.n_rows;
	grid_reload(&a->grid);
	a->grid.at = a->grid.top = 0;
}

/* --- the filter -------------------------------------------------------------
 */

static void
set_filter(struct audit *a, const char *text)
{
	struct audit_filter f;
	struct err e = ERR_INIT;

	if (audit_filter_read(a->grid.screen.console->desk, text, &f, &e) !=
	    RC_OK) {
		console_show_err(a->grid.screen.console, &e);
		return;
	}
	a->filter = f;
	/* its strings moved along */
	a->filter.q.officer = f.q.officer ? a->filter.officer : NULL;
	a->filter.q.act = f.q.act ? a->filter.act : NULL;
	a->filter.q.doc = f.q.doc ? &a->filter.doc : NULL;
	(void)snprintf(a->text, sizeof(a->text), "%s", text);
	from_top(a);
}

static void
typed(struct console *c, void *ctx, const char *text)
{
	(void)c;
	set_filter(ctx, text);
}

static void
given(struct console *c, void *ctx, const char *text)
{
	struct audit *a = ctx;

	(void)c;
	set_filter(a, text ? text : a->before); /* Esc: as before */
}

static size_t
complete(struct console *c, void *ctx, const char *word,
	 struct filter_choice *out, size_t max)
{
	(void)ctx;
	return audit_filter_complete(c->desk, word, out, max);
}

static void
ask_filter(struct audit *a)
{
	const struct prompt_spec p = {
		.label = _("filter (by= act= time>= or a document):"),
		.text = a->text,
		.typed = typed,
		.complete = complete,
		.done = given,
		.ctx = a,
		.max_bytes = sizeof(a->text) - 1,
	};

	(void)snprintf(a->before, sizeof(a->before), "%s", a->text);
	prompt_open(a->grid.screen.console, &p);
}

/* --- the chain --------------------------------------------------------------
 */

static bool
goes_on(void *ctx, const struct verify_report *so_far)
{
	struct chain_check *k = ctx;

	atomic_store(&k->done, so_far->events);
	return !jobs_end(k->jobs);
}

static void
keep_problem(void *ctx, const char *problem)
{
	struct chain_check *k = ctx;

	if (k->n == PROBLEMS_MAX)
		return;
	k->problems =
		xreallocarray(k->problems, k->n + 1, sizeof(*k->problems));
	k->problems[k->n++] = xstrdup(problem);
}

static enum rc
check_chain(struct desk *d, void *arg, struct err *err)
{
	struct chain_check *k = arg;
	struct verify_report report = { .each = keep_problem,
					.goes_on = goes_on,
					.ctx = k };
	enum rc rc = ask_audit_check(d, &report, err);

	k->n_all = report.problems;
	k->events = report.events;
	return rc;
}

static void
problems_free(struct audit *a)
{
	for (size_t i = 0; i < a->n_problems; i++)
		(void)xfree(a->problems[i]);
	a->problems = xfree(a->problems);
	a->n_problems = 0;
}

static struct audit *
audit_of(struct console *c)
{
	for (size_t i = 0; i < ARRAY_LEN(c->views); i++)
		if (c->views[i] && c->views[i]->ops->context == CONTEXT_AUDIT)
			return (struct audit *)c->views[i];
	return NULL;
}

/* Whichever screen is shown by now. */
static void
chain_checked(struct console *c, void *take_arg, enum rc rc,
	      const struct err *err)
{
	struct chain_check *k = take_arg;
	struct audit *a = audit_of(c);

	if (rc != RC_OK)
		console_show_err(c, err);
	else if (k->n_all > 0)
		console_set_message(c, ATTR_ERROR,
				    _("BROKEN: %.150s; tell the administrator, "
				      "keep the desk's folder"),
				    k->problems[0]);
	else
		console_set_message(c, ATTR_GOOD, "%s",
				    _("the trail and the chains of events are "
				      "whole: hashes, seals, signatures"));
	if (a && a->running == k) {
		a->running = NULL;
		timer_stop(a->tick);
		a->checked = rc == RC_OK;
		a->checked_ms = console_now_ms(c);
		a->n_all = k->n_all;
		a->events = k->events;
		problems_free(a);
		a->problems = k->problems;
		a->n_problems = k->n;
		k->problems = NULL;
		k->n = 0;
		show_head(a);
	}
	for (size_t i = 0; i < k->n; i++)
		(void)xfree(k->problems[i]);
	(void)xfree(k->problems);
	(void)xfree(k);
}

static void
on_tick(void *ctx)
{
	show_head(ctx);
}

static void
start_check(struct audit *a)
{
	struct console *c = a->grid.screen.console;
	struct job job = { check_chain, chain_checked, NULL };

	if (a->running)
		return;
	a->running = xcalloc(1, sizeof(*a->running));
	a->running->jobs = c->jobs;
	job.arg = a->running;
	if (!a->tick)
		a->tick = timer_new(c->loop, on_tick, a);
	timer_start(a->tick, TICK_MS, TICK_MS);
	job_submit_apart(c, &job);
	show_head(a);
}

static void
free_audit(struct grid *g)
{
	struct audit *a = (struct audit *)g;

	problems_free(a);
	a->tick = timer_free(a->tick);
}

/* --- what was found, and the chain of each peer -----------------------------
 */

struct chains {
	struct grid grid;
	const struct audit *audit; /* the view lives as long as the console */
};

static void
chains_name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s", _("chains"));
}

static void
chains_load(struct grid *g)
{
	const struct audit *a = ((struct chains *)g)->audit;
	struct console *c = g->screen.console;
	struct link_list l = { 0 };
	char desk[128];

	grid_column(g, _("peer"), 0, false);
	grid_column(g, _("of it here"), 10, true);
	grid_column(g, _("ours there"), 10, true);
	grid_column(g, _("queue"), 6, true);
	grid_column(g, _("kept apart"), 10, true);
	grid_column(g, _("reason"), 0, false);
	(void)snprintf(g->head, sizeof(g->head), "%s", a->grid.head);
	if (ask_links(c->desk, &l, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < l.n_rows; i++) {
		struct grid_row *row = grid_add(g);

		grid_cell(row, 0, "%s",
			  name_desk(c, l.rows[i].desk, desk, sizeof(desk)));
		grid_cell(row, 1, "#%lld", (long long)l.rows[i].taken_seq);
		grid_cell(row, 2, "#%lld", (long long)l.rows[i].held_seq);
		grid_cell(row, 3, "%lld", (long long)l.rows[i].queued);
		grid_cell(row, 4, "%lld", (long long)l.rows[i].kept_apart);
		grid_cell(row, 5, "%s", l.rows[i].kept_why);
		if (l.rows[i].kept_apart)
			row->attr = ATTR_LATE;
	}
	link_list_release(&l);
	for (size_t i = 0; i < a->n_problems; i++) {
		struct grid_row *row = grid_add(g);

		row->whole = true;
		row->attr = ATTR_ERROR;
		grid_cell(row, 0, "%s", a->problems[i]);
	}
}

static const enum action chains_bar[] = { ACTION_SEARCH, ACTION_HELP,
					  ACTION_BACK, ACTION_NONE };

static const struct grid_ops chains_ops = {
	.context = CONTEXT_REGISTRY,
	.bar = chains_bar,
	.name = chains_name,
	.load = chains_load,
};

static struct screen *
chains_new(struct audit *a)
{
	struct chains *s =
		grid_new(a->grid.screen.console, &chains_ops, sizeof(*s));

	s->audit = a;
	grid_reload(&s->grid);
	return &s->grid.screen;
}

static bool
act(struct grid *g, enum action action)
{
	struct audit *a = (struct audit *)g;

	if (action == ACTION_FILTER)
		ask_filter(a);
	else if (action == ACTION_CLEAR)
		set_filter(a, "");
	else if (action == ACTION_VERIFY)
		start_check(a);
	else if (action == ACTION_CHAINS)
		screen_push(a->grid.screen.console, chains_new(a));
	else if (action == ACTION_TOP && a->stale)
		from_top(a);
	else
		return false;
	return true;
}

static const enum action bar[] = { ACTION_OPEN,	 ACTION_FILTER, ACTION_SEARCH,
				   ACTION_CLEAR, ACTION_VERIFY, ACTION_CHAINS,
				   ACTION_HELP,	 ACTION_VIEW1,	ACTION_LEAVE,
				   ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_AUDIT,
	.bar = bar,
	.name = name,
	.load = load,
	.act = act,
	.more = add_page,
	.changed = changed,
	.free = free_audit,
};

struct screen *
audit_new(struct console *c)
{
	struct audit *a = grid_new(c, &ops, sizeof(*a));

	grid_reload(&a->grid);
	return &a->grid.screen;
}
