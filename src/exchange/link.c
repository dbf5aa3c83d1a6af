#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_part_int.h"
#include "exchange/room_int.h"

#define LIFE_MS 250 /* between two dials for a sign of life */

#define STEADY_MS	3000
#define RETRY_STEADY_MS 500

static const char *const names[LINK__COUNT] = {
#define X(id, name) [LINK_##id] = name,
	LINK_MAP(X)
#undef X
};

static const bool legal[LINK__COUNT][LINK__COUNT] = {
	[LINK_WAIT] = { [LINK_DIAL] = true, [LINK_OFF] = true },
	[LINK_DIAL] = { [LINK_GREET] = true,
			[LINK_WAIT] = true,
			[LINK_OFF] = true },
	[LINK_GREET] = { [LINK_STATE] = true,
			 [LINK_WAIT] = true,
			 [LINK_OFF] = true },
	[LINK_STATE] = { [LINK_FLOW] = true,
			 [LINK_RETURN] = true,
			 [LINK_NEWEPOCH] = true,
			 [LINK_STOPPED] = true,
			 [LINK_WAIT] = true,
			 [LINK_OFF] = true },
	[LINK_RETURN] = { [LINK_STATE] = true,
			  [LINK_WAIT] = true,
			  [LINK_OFF] = true },
	[LINK_FLOW] = { [LINK_STATE] = true,
			[LINK_NEWEPOCH] = true,
			[LINK_STOPPED] = true,
			[LINK_WAIT] = true,
			[LINK_OFF] = true },
	[LINK_NEWEPOCH] = { [LINK_WAIT] = true, [LINK_OFF] = true },
	[LINK_STOPPED] = { [LINK_STATE] = true,
			   [LINK_WAIT] = true,
			   [LINK_OFF] = true },
	[LINK_OFF] = { [LINK_WAIT] = true },
};

const char *
link_state_name(enum link_state s)
{
	return names[s];
}

bool
link_may_enter(enum link_state from, enum link_state to)
{
	return legal[from][to];
}

/* ---- waiting ---- */

/* Half to whole of the span, so that desks do not knock in step. */
static int64_t
with_jitter(struct link *l, int64_t ms)
{
	uint32_t chance;

	env_random(exchange_env(l->remote->x), &chance, sizeof(chance));
	return ms / 2 + (int64_t)(chance % (uint32_t)(ms / 2 + 1));
}

static void
wait_begin(struct link *l)
{
	struct exchange *x = l->remote->x;
	int64_t ms;

	timer_stop(l->timer);
	l->next_ms = 0;
	if (l->shut || l->remote->x->offline || l->remote->address == NULL ||
	    l->conn != NULL)
		return; /* on_down begins the wait when the old one is gone */
	ms = with_jitter(l, l->retry_ms);
	l->next_ms = env_now_ms(exchange_env(x)) + ms;
	timer_start(l->timer, ms, 0);
	l->retry_ms =
		l->retry_ms * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : l->retry_ms * 2;
}

static void
wait_reset(struct link *l)
{
	l->retry_ms = RETRY_FIRST_MS;
}

/* ---- the one place where the state changes ---- */

static void
leave_work(struct link *l)
{
	watches_close(l);
	if (l->state == LINK_RETURN) /* STATE has only planned it */
		back_end(l);
	if (l->call != NULL)
		net_cancel(l->call);
	l->call = NULL;
}

static void
hang_up(struct link *l)
{
	if (l->conn != NULL && !l->closing) {
		l->closing = true;
		net_close(l->conn);
	}
}

static void
flow_begin(struct link *l)
{
	l->flow_ms = link_now(l);
	l->other_identity = false;
	wait_reset(l);
	watches_open(l);
	slips_of_untold(l);
	slips_send(l);
	fetches_go(l);
	pushes_go(l);
	uploads_go(l);
}

static void dial_begin(struct link *l);
static void on_state_again(void *ctx);

void
link_enter(struct link *l, enum link_state to)
{
	enum link_state from = l->state;

	if (!link_may_enter(from, to)) {
		log_line(LOG_ERROR, EXCHANGE_ROOM, "peer=%s link %s -> %s",
			 l->remote->desk, names[from], names[to]);
		abort(); /* our own mistake: the table forbids it */
	}
	if (from != LINK_WAIT)
		leave_work(l);
	timer_stop(l->timer);
	l->state = to;
	l->since_ms = env_now_ms(exchange_env(l->remote->x));
	log_line(to == LINK_FLOW || to == LINK_STOPPED || to == LINK_RETURN ||
				 to == LINK_NEWEPOCH
			 ? LOG_INFO
			 : LOG_DEBUG,
		 EXCHANGE_ROOM, "peer=%s link=%s", l->remote->desk, names[to]);
	switch (to) {
	case LINK_WAIT:
		/* One that was steady broke by chance: not the full wait. */
		if (from == LINK_FLOW && link_now(l) - l->flow_ms >= STEADY_MS)
			l->retry_ms = RETRY_STEADY_MS;
		hang_up(l);
		wait_begin(l);
		break;
	case LINK_DIAL: dial_begin(l); break;
	case LINK_GREET:
		timer_start(l->timer, STATE_DEADLINE_MS, 0);
		link_greet(l);
		break;
	case LINK_STATE:
		l->state_due = false;
		l->stated_ms = link_now(l);
		timer_start(l->timer, STATE_DEADLINE_MS, 0);
		link_give_state(l);
		break;
	case LINK_RETURN: back_begin(l); break;
	case LINK_FLOW: flow_begin(l); break;
	case LINK_NEWEPOCH: hang_up(l); break; /* exchange_rolled_back() */
	case LINK_STOPPED: break;
	case LINK_OFF: hang_up(l); break;
	case LINK__COUNT: break;
	}
}

void
link_fail(struct link *l, const struct err *err)
{
	(void)snprintf(l->error, sizeof(l->error), "%s", err->msg);
	l->error_ms = env_now_ms(exchange_env(l->remote->x));
	log_line(LOG_WARN, EXCHANGE_ROOM, "peer=%s link=%s: %s",
		 l->remote->desk, names[l->state], err->msg);
	if (l->state != LINK_WAIT && l->state != LINK_OFF)
		link_enter(l, LINK_WAIT);
}

/* ---- dialling ---- */

static void
on_up(void *ctx)
{
	struct link *l = ctx;

	if (l->state == LINK_DIAL)
		link_enter(l, LINK_GREET);
}

static void
on_down(void *ctx, const struct err *err)
{
	struct link *l = ctx;
	bool asked = l->closing;

	l->conn = NULL;
	l->closing = false;
	fetches_free(l);
	uploads_free(l);
	if (l->shut)
		return;
	/* What it knows of our card may be more than we were told. */
	if (!asked && l->state != LINK_FLOW)
		l->other_identity = !l->other_identity;
	if (!asked)
		link_fail(l, err);
	if (l->state == LINK_WAIT)
		wait_begin(l);
}

static void
dial_begin(struct link *l)
{
	struct exchange *x = l->remote->x;
	struct err err = ERR_INIT;
	struct net_connect_spec spec = {
		.loop = x->loop,
		.tls = x->tls,
		.address = l->remote->address,
		.pin = l->remote->pin,
		.as_next = identity_next_for(x, l->remote->desk) !=
			   l->other_identity,
		.on_up = on_up,
		.on_down = on_down,
		.ctx = l,
	};

	l->dialled_ms = link_now(l);
	l->next_ms = 0;
	if (net_connect(&spec, &l->conn, &err) != RC_OK)
		link_fail(l, &err);
}

static void
try_now(struct link *l)
{
	if (l->state != LINK_WAIT || l->shut || l->remote->x->offline ||
	    l->conn != NULL || l->remote->address == NULL ||
	    !l->remote->trusted)
		return;
	link_enter(l, LINK_DIAL);
}

static void
on_timer(void *ctx)
{
	struct link *l = ctx;
	struct err err = ERR_INIT;

	if (l->state == LINK_WAIT) {
		try_now(l);
		return;
	}
	(void)err_set(&err, RC_NET, 0, _("no answer within %d s"),
		      STATE_DEADLINE_MS / 1000);
	link_fail(l, &err);
}

/* ---- made and ended ---- */

struct link *
link_new(struct remote *r)
{
	struct link *l = xcalloc(1, sizeof(*l));

	l->remote = r;
	l->state = LINK_OFF;
	l->held_off = PROBLEM__COUNT;
	l->timer = timer_new(r->x->loop, on_timer, l);
	l->since_ms = env_now_ms(exchange_env(r->x));
	wait_reset(l);
	for (int lane = 0; lane < LANE__COUNT; lane++) {
		l->pushes[lane].link = l;
		l->pushes[lane].lane = (enum lane)lane;
	}
	return l;
}

void
link_shut(struct link *l)
{
	l->shut = true;
	if (l->state != LINK_OFF)
		link_enter(l, LINK_OFF);
	else
		hang_up(l);
	timer_stop(l->timer);
}

bool
link_is_down(const struct link *l)
{
	return l->conn == NULL;
}

struct link *
link_free(struct link *l)
{
	if (l == NULL)
		return NULL;
	loop_undefer(l->remote->x->loop, on_state_again, l);
	watches_free(l);
	slips_free(l);
	fetches_free(l);
	uploads_free(l);
	back_end(l);
	timer_free(l->timer);
	return xfree(l);
}

/* ---- what happens outside ---- */

void
link_peer_changed(struct link *l)
{
	if (l->shut)
		return;
	if (!l->remote->trusted) {
		if (l->state != LINK_OFF)
			link_enter(l, LINK_OFF);
		return;
	}
	wait_reset(l);
	/* An address or certificate that changed: dial anew with it. */
	if (l->state != LINK_WAIT)
		link_enter(l, LINK_WAIT);
	try_now(l);
}

void
link_fork_changed(struct link *l)
{
	if (l->remote->forked && l->state == LINK_FLOW)
		link_enter(l, LINK_STOPPED);
	else if (!l->remote->forked && l->state == LINK_STOPPED)
		link_enter(l, LINK_STATE);
	if (l->remote->forked)
		queues_fail(l->remote, RC_DENIED);
}

void
link_sign_of_life(struct link *l)
{
	int64_t soon = env_now_ms(exchange_env(l->remote->x)) + LIFE_MS;

	wait_reset(l);
	/* One that begins anew may have lost what this desk dialled, too. */
	if (l->conn != NULL && !l->closing) {
		net_conn_ask(l->conn);
		return;
	}
	/* One that comes again and again does not make us dial as often. */
	if (link_now(l) - l->dialled_ms >= LIFE_MS) {
		try_now(l);
	} else if (l->state == LINK_WAIT && timer_active(l->timer) &&
		   l->next_ms > soon) {
		l->next_ms = soon;
		timer_start(l->timer, LIFE_MS, 0);
	}
}

void
link_wish(struct link *l)
{
	wait_reset(l);
	try_now(l);
}

/* Was something appended for this peer since the last look? */
static bool
own_act(struct link *l)
{
	struct channel c = { 0 };
	struct channel_at end;
	bool more = false;

	(void)str_copy(c.peer, sizeof(c.peer), l->remote->desk, NULL);
	(void)str_copy(c.epoch, sizeof(c.epoch), l->remote->x->own_epoch, NULL);
	for (int lane = 0; lane < LANE__COUNT; lane++) {
		c.lane = (enum lane)lane;
		if (channel_out_end(l->remote->x->journal, &c, &end, NULL) !=
		    RC_OK)
			continue;
		more = more || end.seq > l->out_end[lane];
		l->out_end[lane] = end.seq;
	}
	return more;
}

/* At once, but not with each of a row of acts. */
static void
try_soon(struct link *l)
{
	wait_reset(l);
	if (link_now(l) - l->dialled_ms >= TICK_MS)
		try_now(l);
	else if (timer_active(l->timer))
		timer_start(l->timer, TICK_MS, 0);
}

void
link_changed(struct link *l)
{
	if (l->state == LINK_FLOW)
		pushes_go(l);
	else if (l->state == LINK_WAIT && own_act(l))
		try_soon(l);
}

static void
on_state_again(void *ctx)
{
	struct link *l = ctx;

	if (!l->state_due ||
	    (l->state != LINK_FLOW && l->state != LINK_STOPPED))
		return;
	/* Not in a circle: a peer that never agrees is asked each second. */
	if (link_now(l) - l->stated_ms >= TICK_MS)
		link_enter(l, LINK_STATE);
}

/* Deferred: the one who asks may be in the middle of a feed. */
void
link_state_again(struct link *l)
{
	l->state_due = true;
	loop_undefer(l->remote->x->loop, on_state_again, l);
	loop_defer(l->remote->x->loop, on_state_again, l);
}

void
link_tick(struct link *l)
{
	slips_write_told(l);
	on_state_again(l);
	if (l->state != LINK_FLOW)
		return;
	if (!room_for(l->remote))
		watches_close(l); /* opened again when there is room */
	/* A dead peer is found by its pings, so one that flows is heard. */
	if (env_now_ms(exchange_env(l->remote->x)) - l->remote->heard_ms >=
	    PING_INTERVAL_MS)
		remote_heard(l->remote);
	watches_open(l);
	slips_send(l);
	fetches_go(l);
	pushes_go(l);
	uploads_go(l);
}

void
link_clock_set(struct link *l)
{
	if (l->state == LINK_FLOW || l->state == LINK_STOPPED)
		link_state_again(l);
}

void
link_watched(struct link *l)
{
	if (l->remote->watching[LANE_PLAIN] > 0)
		l->held_off = PROBLEM__COUNT; /* it takes again */
	if (l->state == LINK_FLOW)
		pushes_go(l);
}

void
link_no_room(struct link *l)
{
	if (l->state == LINK_FLOW)
		watches_close(l);
}

void
link_wants_due(struct link *l)
{
	l->wants_due = true;
	if (l->state == LINK_FLOW)
		fetches_go(l);
}

void
link_peer_epoch(struct link *l)
{
	if (l->state == LINK_FLOW || l->state == LINK_STOPPED)
		link_enter(l, LINK_WAIT);
	wait_reset(l);
	try_now(l);
}

void
link_own_epoch(struct link *l)
{
	if (l->state == LINK_OFF)
		return;
	for (int lane = 0; lane < LANE__COUNT; lane++)
		l->out_end[lane] = 0;
	wait_reset(l);
	if (l->state != LINK_WAIT)
		link_enter(l, LINK_WAIT);
	else
		try_now(l);
}

int64_t
call_retry_after_ms(const struct net_call *c)
{
	const char *text = net_call_get_header(c, "retry-after");
	int64_t s = RETRY_FIRST_MS / 1000;

	if (text != NULL)
		(void)str_to_i64(text, 1, 3600, &s, NULL); /* else the first */
	return s * 1000;
}

/* Why nothing moves although the line is up; "" */
static const char *
flow_note(const struct link *l)
{
	if (l->remote->x->disk_low)
		return _("this desk is short of disk space and takes nothing");
	if (!room_for(l->remote))
		return _("it brought more than its share of the disk today "
			 "and waits");
	if (l->held_off == PROBLEM_DISK_FULL)
		return _("it is short of disk space and takes nothing now");
	if (l->held_off == PROBLEM_QUOTA)
		return _("it takes no more from this desk today");
	return l->error;
}

void
link_look(const struct link *l, struct link_view *out)
{
	out->state = l->state;
	out->since_ms = l->since_ms;
	out->next_ms = l->next_ms;
	out->rtt_us = l->conn != NULL && net_conn_is_up(l->conn)
			      ? net_conn_get_rtt_us(l->conn)
			      : -1;
	out->error = l->state == LINK_FLOW ? flow_note(l) : l->error;
	out->error_ms = l->error_ms;
}
