/* 7 对端: peers, their links, and what has not reached them yet. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/edit_int.h"
#include "console/links_int.h"
#include "console/order_int.h"

#define NOTE_ROWS 2 /* why a link is down, at most */
/* rule, process, peer, link, queue, kept apart */
#define STRIP_ROWS (6 + NOTE_ROWS)
#define CERT_SOON  30 /* days */

struct links {
	struct screen screen;
	struct link_list list;
	char selected[DESK_ID_MAX + 1]; /* keyed by desk, never by row */
	size_t at, top;
	bool serving;
	int64_t holder, minute;
	struct timer *tick;
};

/*
 * Three things that look alike from afar have a word each: no link, a link
 * over which the peer takes nothing, and what it stored but nobody opened.
 */
enum plight {
	PLIGHT_LINK, /* as the link itself says */
	PLIGHT_NOT_TAKING,
	PLIGHT_UNOPENED
};

static enum plight
plight_of(const struct link_row *r)
{
	if (r->not_taking)
		return PLIGHT_NOT_TAKING;
	if (str_eq(r->state, "up") && r->stored_unopened > 0)
		return PLIGHT_UNOPENED;
	return PLIGHT_LINK;
}

const char *
link_state_text(const char *state)
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
		{ "served", N_("exchange started") },
		{ "not served", N_("exchange ended") },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (str_eq(table[i].state, state))
			return _(table[i].text);
	return state;
}

static const char *
state_text(const struct link_row *r)
{
	if (!r->trusted)
		return _("not trusted");
	switch (plight_of(r)) {
	case PLIGHT_NOT_TAKING: return _("not taking");
	case PLIGHT_UNOPENED: return _("unopened");
	case PLIGHT_LINK: break;
	}
	return link_state_text(r->state);
}

static enum attr
state_attr(const struct link_row *r)
{
	if (!r->trusted)
		return ATTR_DIM;
	if (str_eq(r->state, "down") || plight_of(r) == PLIGHT_NOT_TAKING)
		return ATTR_LATE;
	return str_eq(r->state, "up") && plight_of(r) == PLIGHT_LINK
		       ? ATTR_GOOD
		       : ATTR_SOON;
}

/* "不到1分", "9分前", "2天前": by the minute, for seconds would be sent over
 * the line as they go by. */
void
link_age_text(int64_t ms, int64_t now, char *out, size_t out_size)
{
	long long m = (long long)((now - ms) / 60000);

	if (ms < 0)
		(void)snprintf(out, out_size, "-");
	else if (m < 1)
		(void)snprintf(out, out_size, "%s", _("just now"));
	else if (m < 60)
		(void)snprintf(out, out_size, _("%lldm ago"), m);
	else if (m < 1440)
		(void)snprintf(out, out_size, _("%lldh ago"), m / 60);
	else
		(void)snprintf(out, out_size, _("%lldd ago"), m / 1440);
}

/* What of a row is worth a frame of its own. */
static bool
same_row(const struct link_row *a, const struct link_row *b)
{
	return str_eq(a->desk, b->desk) && str_eq(a->state, b->state) &&
	       a->trusted == b->trusted && a->queued == b->queued &&
	       a->held_seq == b->held_seq && a->not_taking == b->not_taking &&
	       a->stored_unopened == b->stored_unopened &&
	       a->kept_apart == b->kept_apart && a->forks == b->forks &&
	       str_eq(a->note, b->note);
}

/* Round trips and signs of life alone are shown at the turn of the minute. */
static bool
same_list(const struct links *l, const struct link_list *fresh, bool serving)
{
	if (fresh->n_rows != l->list.n_rows || serving != l->serving ||
	    l->minute != console_now_ms(l->screen.console) / 60000)
		return false;
	for (size_t i = 0; i < fresh->n_rows; i++)
		if (!same_row(&fresh->rows[i], &l->list.rows[i]))
			return false;
	return true;
}

static void
load(struct links *l, bool anew)
{
	struct link_list fresh = { 0 };
	struct err e = ERR_INIT;
	bool serving;

	if (ask_links(l->screen.console->desk, &fresh, &e) != RC_OK) {
		console_show_err(l->screen.console, &e);
		return;
	}
	serving = ask_serving(l->screen.console->desk, &l->holder);
	if (!anew && same_list(l, &fresh, serving)) {
		link_list_release(&fresh);
		return;
	}
	link_list_release(&l->list);
	l->list = fresh;
	l->serving = serving;
	l->minute = console_now_ms(l->screen.console) / 60000;
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
		load(l, false);
}

/* Where the columns stand; from WIDE_COLS on the last error follows. */
static const struct {
	int x, cols;
	bool right;
	const char *head;
} columns[] = {
	{ 2, 12, false, N_("peer") },	      { 15, 11, false, N_("link") },
	{ 27, 6, true, N_("trip") },	      { 34, 10, false, N_("heard") },
	{ 45, 6, true, N_("queue") },	      { 52, 9, true, N_("it holds") },
	{ 62, 8, true, N_("unsigned") },      { 71, 8, true, N_("cert") },
	{ 81, 78, false, N_("particulars") },
};

static void
put(struct canvas *cv, int y, size_t col, enum attr attr, const char *text)
{
	if (columns[col].x >= cv->cols)
		return;
	if (columns[col].right)
		canvas_put_right(cv, y, columns[col].x, columns[col].cols, attr,
				 text);
	else
		(void)canvas_put(cv, y, columns[col].x, columns[col].cols, attr,
				 text);
}

static void
draw_row(struct links *l, struct canvas *cv, int y, size_t at)
{
	const struct link_row *r = &l->list.rows[at];
	bool here = at == l->at;
	char text[512];
	int64_t now = console_now_ms(l->screen.console);

	(void)canvas_put(cv, y, 0, 1, ATTR_PLAIN, here ? ">" : " ");
	put(cv, y, 0, here ? ATTR_BOLD : ATTR_PLAIN,
	    name_desk(l->screen.console, r->desk, text, sizeof(text)));
	put(cv, y, 1, state_attr(r), state_text(r));
	(void)snprintf(text, sizeof(text), "%lldms", (long long)r->rtt_ms);
	put(cv, y, 2, ATTR_PLAIN, r->rtt_ms >= 0 ? text : "-");
	link_age_text(r->heard_ms, now, text, sizeof(text));
	put(cv, y, 3, ATTR_PLAIN, text);
	(void)snprintf(text, sizeof(text), "%lld", (long long)r->queued);
	put(cv, y, 4, r->queued ? ATTR_SOON : ATTR_PLAIN, text);
	(void)snprintf(text, sizeof(text), "#%lld", (long long)r->held_seq);
	put(cv, y, 5, ATTR_PLAIN, text);
	(void)snprintf(text, sizeof(text), "%lld",
		       (long long)r->stored_unopened);
	put(cv, y, 6, r->stored_unopened ? ATTR_SOON : ATTR_PLAIN, text);
	(void)snprintf(text, sizeof(text), _("%d d"), r->cert_days);
	put(cv, y, 7,
	    r->cert_days < 0	       ? ATTR_LATE
	    : r->cert_days < CERT_SOON ? ATTR_SOON
				       : ATTR_PLAIN,
	    text);
	put(cv, y, 8, ATTR_DIM,
	    text_show_into(text, sizeof(text), r->note ? r->note : ""));
	if (here)
		canvas_cursor(cv, y, 0, false);
}

static void
say_serving(const struct links *l, struct canvas *cv, int y)
{
	if (l->serving)
		(void)canvas_putf(cv, y, 0, cv->cols, ATTR_DIM,
				  _("the exchange runs as process %lld"),
				  (long long)l->holder);
	else
		(void)canvas_put(cv, y, 0, cv->cols, ATTR_LATE,
				 l->screen.console->config->confined
					 ? _("the exchange does not run: "
					     "nothing is sent or received; "
					     "tell the administrator")
					 : _("the exchange does not run; it "
					     "is being started"));
}

/* Why the link is down may be long: it is read whole, on lines of its own. */
static int
put_note(struct canvas *cv, int y, const char *note)
{
	struct wrapped w[NOTE_ROWS];
	char shown[400];
	const char *text = text_show_into(shown, sizeof(shown), note);
	size_t n = note[0] ? text_wrap(text, cv->cols - 2, w, NOTE_ROWS) : 0;

	for (size_t i = 0; i < n && i < NOTE_ROWS; i++)
		(void)canvas_putf(cv, y + (int)i, 2, -1, ATTR_LATE, "%.*s",
				  (int)w[i].len, text + w[i].from);
	return n < NOTE_ROWS ? (int)n : NOTE_ROWS;
}

/* The word of the table as a sentence; how many lines it took. */
static int
say_condition(const struct links *l, const struct link_row *r,
	      struct canvas *cv, int y)
{
	int64_t now = console_now_ms(l->screen.console);
	char since[SPAN_MAX];

	if (r->forks > 0) {
		(void)canvas_putf(cv, y, 0, cv->cols, ATTR_LATE,
				  _("stopped: signed two events in one place, "
				    "%.12s and %.12s"),
				  r->fork_hashes[0], r->fork_hashes[1]);
		(void)canvas_put(
			cv, y + 1, 2, cv->cols - 2, ATTR_LATE,
			_("telephone it; see 'fork list' and 'fork evidence'; "
			  "'fork clear' ends it"));
		return 2;
	} else if (r->not_taking) {
		(void)canvas_putf(cv, y, 0, cv->cols, ATTR_LATE,
				  _("not taking: the link is up, but nothing "
				    "was confirmed since %s"),
				  time_text(r->oldest_queued_ms, now, since));
	} else if (str_eq(r->state, "down")) {
		(void)canvas_putf(cv, y, 0, cv->cols, ATTR_LATE,
				  _("cut off since %s; tried again at least "
				    "each minute"),
				  time_text(r->since_ms, now, since));
		return 1 + put_note(cv, y + 1, r->note ? r->note : "");
	} else if (r->stored_unopened) {
		(void)canvas_putf(cv, y, 0, cv->cols, ATTR_SOON,
				  _("unopened: %lld of ours lie there for "
				    "more than a day and nobody has signed "
				    "for them"),
				  (long long)r->stored_unopened);
	} else {
		return 0;
	}
	return 1;
}

static void
say_queue(const struct links *l, const struct link_row *r, struct canvas *cv,
	  int y)
{
	char oldest[SPAN_MAX];

	if (r->queued)
		(void)canvas_putf(cv, y, 0, cv->cols, ATTR_SOON,
				  _("%lld not confirmed yet, since %s; acts "
				    "count from when they were made"),
				  (long long)r->queued,
				  time_text(r->oldest_queued_ms,
					    console_now_ms(l->screen.console),
					    oldest));
	else
		(void)canvas_put(cv, y, 0, cv->cols, ATTR_DIM,
				 _("the peer has confirmed all that was "
				   "sent"));
}

/* The selected peer in words. */
static void
draw_strip(const struct links *l, struct canvas *cv, int y)
{
	const struct link_row *r;
	char why[200];

	canvas_rule(cv, y++, 0, cv->cols);
	say_serving(l, cv, y++);
	if (l->at >= l->list.n_rows)
		return;
	r = &l->list.rows[l->at];
	(void)canvas_putf(cv, y++, 0, cv->cols, ATTR_PLAIN, "%s  %s  %s",
			  r->desk, r->name ? r->name : "",
			  r->address && r->address[0] ? r->address
						      : _("dials us"));
	y += say_condition(l, r, cv, y);
	say_queue(l, r, cv, y++);
	if (r->kept_apart > r->forks) /* which are told above */
		(void)canvas_putf(cv, y, 0, cv->cols, ATTR_LATE,
				  _("%lld of its events were kept apart and "
				    "changed nothing; the newest: %s"),
				  (long long)(r->kept_apart - r->forks),
				  text_show_into(why, sizeof(why),
						 r->kept_why));
}

static void
draw(struct screen *s, struct canvas *cv)
{
	struct links *l = (struct links *)s;
	int rows = frame_body_rows(cv) - 1 - STRIP_ROWS;

	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		put(cv, BODY_Y, i, ATTR_TITLE, _(columns[i].head));
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

void
link_reconnect(struct console *c, const char *desk)
{
	struct order o = { .type = ORDER_RECONNECT, .take_a = xstrdup(desk) };

	(void)snprintf(o.said, sizeof(o.said), "%s",
		       _("the link is tried again now"));
	order_submit(c, &o);
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
	else if (a == ACTION_RECONNECT && l->at < n)
		link_reconnect(s->console, l->list.rows[l->at].desk);
	else if (a == ACTION_OPEN && l->at < n)
		screen_push(s->console,
			    queue_new(s->console, l->list.rows[l->at].desk));
	else if (a == ACTION_LINK_LOG && l->at < n)
		screen_push(s->console,
			    link_log_new(s->console, l->list.rows[l->at].desk));
	else
		return a == ACTION_LINE_DOWN || a == ACTION_LINE_UP ||
		       a == ACTION_OPEN || a == ACTION_LINK_LOG ||
		       a == ACTION_RECONNECT;
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
	load((struct links *)s, true);
}

static void
free_links(struct screen *s)
{
	struct links *l = (struct links *)s;

	l->tick = timer_free(l->tick);
	link_list_release(&l->list);
}

static const enum action bar[] = { ACTION_OPEN,	     ACTION_LINK_LOG,
				   ACTION_RECONNECT, ACTION_VIEW1,
				   ACTION_NEWEST,    ACTION_COMMAND,
				   ACTION_HELP,	     ACTION_LEAVE,
				   ACTION_NONE };

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
	load(l, true);
	return &l->screen;
}
