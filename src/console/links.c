/* 7 对端: peers, their links, and what has not reached them yet. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/order_int.h"

struct links {
	struct screen screen;
	struct link_list list;
	char selected[DESK_ID_MAX + 1]; /* keyed by desk, never by row */
	size_t at, top;
	bool serving;
	int64_t holder;
	struct timer *tick;
};

static const char *
state_text(const struct link_row *r)
{
	static const struct {
		const char *state, *text;
	} table[] = {
		{ "up", N_("connected") },
		{ "down", N_("cut off") },
		{ "connecting", N_("connecting") },
		{ "stopped", N_("stopped") },
		{ "revoked", N_("revoked") },
		{ "unknown", N_("unknown") },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strcmp(table[i].state, r->state) == 0)
			return _(table[i].text);
	return r->state;
}

static enum attr
state_attr(const struct link_row *r)
{
	if (strcmp(r->state, "up") == 0)
		return ATTR_GOOD;
	return strcmp(r->state, "down") == 0 ? ATTR_LATE : ATTR_SOON;
}

/* "3秒前", "9分前", "2天前" */
static void
age_text(int64_t ms, int64_t now, char *out, size_t out_size)
{
	long long s = (long long)((now - ms) / 1000);

	if (ms < 0)
		(void)snprintf(out, out_size, "-");
	else if (s < 60)
		(void)snprintf(out, out_size, _("%llds ago"), s < 0 ? 0 : s);
	else if (s < 3600)
		(void)snprintf(out, out_size, _("%lldm ago"), s / 60);
	else if (s < 86400)
		(void)snprintf(out, out_size, _("%lldh ago"), s / 3600);
	else
		(void)snprintf(out, out_size, _("%lldd ago"), s / 86400);
}

static void
load(struct links *l)
{
	struct link_list fresh = { 0 };
	struct err e = ERR_INIT;

	if (ask_links(l->screen.console->desk, &fresh, &e) != RC_OK) {
		console_show_err(l->screen.console, &e);
		return;
	}
	link_list_release(&l->list);
	l->list = fresh;
	l->serving = ask_serving(l->screen.console->desk, &l->holder);
	for (size_t i = 0; i < fresh.n_rows; i++)
		if (strcmp(fresh.rows[i].desk, l->selected) == 0)
			l->at = i;
	if (l->at >= fresh.n_rows)
		l->at = fresh.n_rows ? fresh.n_rows - 1 : 0;
	console_dirty(l->screen.console);
}

/* Ages and round trips move without a commit, while they are looked at. */
static void
on_tick(void *ctx)
{
	struct links *l = ctx;

	if (l->screen.console->stack[0] == &l->screen)
		load(l);
}

static void
draw_row(struct links *l, struct canvas *cv, int y, size_t at)
{
	const struct link_row *r = &l->list.rows[at];
	bool here = at == l->at;
	char name[128], rtt[32] = "-", age[64], queued[32], note[512];
	int64_t now = console_now_ms(l->screen.console);

	(void)name_desk(l->screen.console, r->desk, name, sizeof(name));
	if (r->rtt_ms >= 0)
		(void)snprintf(rtt, sizeof(rtt), "%lldms",
			       (long long)r->rtt_ms);
	age_text(r->heard_ms, now, age, sizeof(age));
	(void)snprintf(queued, sizeof(queued), "%lld", (long long)r->queued);
	(void)text_show_into(note, sizeof(note), r->note ? r->note : "");
	(void)canvas_put(cv, y, 0, 2, ATTR_BOLD, here ? ">" : " ");
	(void)canvas_put(cv, y, 2, 13, here ? ATTR_BOLD : ATTR_PLAIN, name);
	(void)canvas_put(cv, y, 16, 11, r->trusted ? state_attr(r) : ATTR_DIM,
			 r->trusted ? state_text(r) : _("not trusted"));
	(void)canvas_put(cv, y, 28, 8, ATTR_PLAIN, rtt);
	(void)canvas_put(cv, y, 37, 10, ATTR_PLAIN, age);
	(void)canvas_put(cv, y, 48, 6, r->queued ? ATTR_SOON : ATTR_PLAIN,
			 queued);
	(void)canvas_putf(cv, y, 55, 8,
			  r->stored_unopened ? ATTR_SOON : ATTR_PLAIN, "%lld",
			  (long long)r->stored_unopened);
	(void)canvas_put(cv, y, 64, cv->cols - 64, ATTR_DIM, note);
	if (here)
		canvas_cursor(cv, y, 0, false);
}

/* The selected peer in words. */
static void
draw_strip(struct links *l, struct canvas *cv, int y)
{
	const struct link_row *r;
	char oldest[SPAN_MAX];
	int64_t now = console_now_ms(l->screen.console);

	canvas_rule(cv, y, 0, cv->cols);
	if (l->serving)
		(void)canvas_putf(cv, y + 1, 0, cv->cols, ATTR_DIM,
				  _("the exchange runs as process %lld"),
				  (long long)l->holder);
	else
		(void)canvas_put(
			cv, y + 1, 0, cv->cols, ATTR_LATE,
			l->screen.console->config->confined
				? _("the exchange does not run: nothing "
				    "is sent or received; tell the "
				    "administrator")
				: _("the exchange does not run; it is "
				    "being started"));
	if (l->at >= l->list.n_rows)
		return;
	r = &l->list.rows[l->at];
	(void)canvas_putf(cv, y + 2, 0, cv->cols, ATTR_PLAIN,
			  _("%s  %s  %s  certificate %d days"), r->desk,
			  r->name ? r->name : "",
			  r->address && r->address[0] ? r->address
						      : _("dials us"),
			  r->cert_days);
	if (r->kept_apart) {
		char why[200];

		(void)canvas_putf(cv, y + 4, 0, cv->cols, ATTR_LATE,
				  _("%lld of its events were kept apart and "
				    "changed nothing; the newest: %s"),
				  (long long)r->kept_apart,
				  text_show_into(why, sizeof(why),
						 r->kept_why));
	}
	if (r->queued)
		(void)canvas_putf(cv, y + 3, 0, cv->cols, ATTR_SOON,
				  _("%lld not yet confirmed by the peer, the "
				    "oldest since %s; acts count from when "
				    "they were made"),
				  (long long)r->queued,
				  time_text(r->oldest_queued_ms, now, oldest));
	else
		(void)canvas_put(cv, y + 3, 0, cv->cols, ATTR_DIM,
				 _("the peer has confirmed all that was "
				   "sent"));
}

static void
draw(struct screen *s, struct canvas *cv)
{
	static const struct {
		int x, cols;
		const char *head;
	} heads[] = { { 2, 13, N_("peer") },	    { 16, 11, N_("link") },
		      { 28, 8, N_("trip") },	    { 37, 10, N_("heard") },
		      { 48, 6, N_("queue") },	    { 55, 8, N_("unsigned") },
		      { 64, 16, N_("particulars") } };
	struct links *l = (struct links *)s;
	int rows = frame_body_rows(cv) - 6; /* head, rule, strip of 4 */

	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		(void)canvas_put(cv, BODY_Y, heads[i].x, heads[i].cols,
				 ATTR_TITLE, _(heads[i].head));
	if (l->at < l->top)
		l->top = l->at;
	if (l->at >= l->top + (size_t)rows)
		l->top = l->at - (size_t)rows + 1;
	for (int i = 0; i < rows && l->top + (size_t)i < l->list.n_rows; i++)
		draw_row(l, cv, BODY_Y + 1 + i, l->top + (size_t)i);
	if (l->list.n_rows == 0)
		(void)canvas_put(cv, BODY_Y + 2, 2, -1, ATTR_PLAIN,
				 _("no peer is trusted yet: deltadesk peer "
				   "trust CARD"));
	draw_strip(l, cv, BODY_Y + rows + 1);
}

static void
reconnect(struct links *l)
{
	struct order o = { .type = ORDER_RECONNECT };

	if (l->at >= l->list.n_rows)
		return;
	o.take_a = xstrdup(l->list.rows[l->at].desk);
	(void)snprintf(o.said, sizeof(o.said), "%s",
		       _("the link is tried again now"));
	order_submit(l->screen.console, &o);
}

static bool
act(struct screen *s, enum action a)
{
	struct links *l = (struct links *)s;
	size_t n = l->list.n_rows;

	if (a == ACTION_LINE_DOWN && l->at + 1 < n)
		l->at++;
	else if (a == ACTION_LINE_UP && l->at > 0)
		l->at--;
	else if (a == ACTION_PAGE_DOWN)
		l->at = l->at + 10 < n ? l->at + 10 : n ? n - 1 : 0;
	else if (a == ACTION_PAGE_UP)
		l->at = l->at > 10 ? l->at - 10 : 0;
	else if (a == ACTION_TOP)
		l->at = 0;
	else if (a == ACTION_BOTTOM)
		l->at = n ? n - 1 : 0;
	else if (a == ACTION_RECONNECT)
		reconnect(l);
	else
		return a == ACTION_LINE_DOWN || a == ACTION_LINE_UP ||
		       a == ACTION_OPEN;
	if (l->at < n)
		(void)str_copy(l->selected, sizeof(l->selected),
			       l->list.rows[l->at].desk, NULL);
	return true;
}

static void
name(struct screen *s, char *out, size_t out_size)
{
	(void)s;
	(void)snprintf(out, out_size, "7 %s", _("peers"));
}

static void
changed(struct screen *s)
{
	load((struct links *)s);
}

static void
free_links(struct screen *s)
{
	struct links *l = (struct links *)s;

	l->tick = timer_free(l->tick);
	link_list_release(&l->list);
}

static const enum action bar[] = { ACTION_RECONNECT, ACTION_VIEW1,
				   ACTION_VIEW2,     ACTION_NEWEST,
				   ACTION_COMMAND,   ACTION_HELP,
				   ACTION_LEAVE,     ACTION_NONE };

static const struct screen_ops links_ops = {
	.context = CONTEXT_LINKS,
	.bar = bar,
	.name = name,
	.draw = draw,
	.act = act,
	.changed = changed,
	.free = free_links,
};

struct screen *
links_new(struct console *c)
{
	struct links *l = screen_new(c, &links_ops, sizeof(*l));

	l->tick = timer_new(c->loop, on_tick, l);
	timer_start(l->tick, 2000, 2000);
	load(l);
	return &l->screen;
}
