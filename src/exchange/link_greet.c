/* GREET and STATE: whose epoch is it, and who holds what. */
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_part_int.h"
#include "exchange/state_int.h"

static void
unexpected(struct link *l, struct net_call *c)
{
	struct err err = ERR_INIT;
	struct buf *body = net_call_get_body(c);
	enum problem p = problem_read(buf_str(body), body->len, NULL);

	(void)err_set(&err, RC_PROTO, 0, _("%s answered %d (%s)"),
		      l->remote->desk, net_call_get_status(c),
		      p == PROBLEM__COUNT ? "-" : problem_code(p));
	link_fail(l, &err);
}

/* Is this the answer that the link waits for? */
static bool
is_mine(struct link *l, struct net_call *c)
{
	if (l->call != c)
		return false;
	l->call = NULL;
	return true;
}

/* ---- GREET ---- */

static void
on_drained(void *ctx)
{
	struct link *l = ctx;

	if (l->state == LINK_GREET)
		link_enter(l, LINK_STATE);
}

static void
on_hello(void *ctx, struct net_call *c, const struct err *err)
{
	struct link *l = ctx;
	struct buf *body = net_call_get_body(c);
	char epoch[UUID_LEN + 1];
	struct err bad = ERR_INIT;

	if (!is_mine(l, c) || err != NULL)
		return; /* on_down comes */
	if (net_call_get_status(c) != 200) {
		unexpected(l, c);
		return;
	}
	if (state_hello_read(buf_str(body), body->len, epoch, &bad) != RC_OK) {
		link_fail(l, &bad);
		return;
	}
	remote_heard(l->remote);
	if (l->remote->epoch[0] != '\0' &&
	    strcmp(epoch, l->remote->epoch) > 0 && l->remote->x->server != NULL)
		net_server_close_peer(l->remote->x->server, &l->remote->pin);
	/* What came in its old epoch must be committed before it is told what
	 * is held (EXCHANGE 0.2). */
	remote_undrain(l->remote, l);
	remote_drain(l->remote, on_drained, l);
}

void
link_greet(struct link *l)
{
	struct net_call_spec spec = { .method = "GET",
				      .path = "/v1/desk",
				      .collect_max = STATE_MAX_BYTES,
				      .on_close = on_hello,
				      .ctx = l };
	struct err err = ERR_INIT;

	if (net_call(l->conn, &spec, &l->call, &err) != RC_OK)
		link_fail(l, &err);
}

/* ---- STATE ---- */

static void
watch_its_channels(struct link *l, const struct desk_state *s)
{
	struct channel *list = xcalloc(s->n_out + 1, sizeof(*list));

	for (size_t i = 0; i < s->n_out; i++) {
		list[i].lane = s->out[i].lane;
		(void)str_copy(list[i].peer, sizeof(list[i].peer),
			       l->remote->desk, NULL);
		(void)str_copy(list[i].epoch, sizeof(list[i].epoch),
			       s->out[i].epoch, NULL);
	}
	watches_set(l, s->epoch, list, s->n_out);
	xfree(list);
}

static void
rolled_back(struct link *l, const struct state_taken *taken)
{
	/* Two living copies: only states are exchanged (EXCHANGE 0.5). So with
	 * who says it again alone. */
	if (exchange_claimed_back(l->remote->x, l->remote, taken->own_epoch))
		link_enter(l, LINK_NEWEPOCH);
	else
		link_enter(l, LINK_STOPPED);
}

static void
take(struct link *l, const struct desk_state *s)
{
	struct state_taken taken;
	struct err err = ERR_INIT;

	if (state_take(l->remote->x->journal, l->remote->desk, s, &taken,
		       &err) != RC_OK) {
		link_fail(l, &err);
		return;
	}
	remote_clock(l->remote, s);
	switch (taken.effect) {
	case STATE_ROLLED_BACK: rolled_back(l, &taken); return;
	case STATE_OLDER:
		(void)err_set(&err, RC_STATE, 0,
			      _("%s gave an older state than before"),
			      l->remote->desk);
		link_fail(l, &err);
		return;
	case STATE_TAKEN: break;
	}
	remote_new_epoch(l->remote, s->epoch);
	watch_its_channels(l, s);
	l->error[0] = '\0';
	if (l->remote->forked)
		link_enter(l, LINK_STOPPED);
	else
		link_enter(l, back_plan(l, s) ? LINK_RETURN : LINK_FLOW);
	/* It waits for a state that names its new epoch, which this desk knew
	 * only by this answer; RETURN gives another one by itself. */
	if (s->restoring && !str_eq(l->named, s->epoch) &&
	    l->state == LINK_FLOW)
		link_state_again(l);
	exchange_changed(l->remote->x);
}

/* The peer has a newer state of ours: our clock went back. Count on. */
static void
pass_its_n(struct link *l, struct net_call *c)
{
	struct buf *body = net_call_get_body(c);
	json_t *o = NULL;
	int64_t n;
	enum problem p = problem_read(buf_str(body), body->len, &o);

	n = json_integer_value(json_object_get(o, "n"));
	if (p == PROBLEM_STALE && n > l->remote->state_n && n < JSON_INT_MAX)
		l->remote->state_n = n;
	if (p == PROBLEM_ROLLED_BACK)
		log_line(LOG_ERROR, EXCHANGE_ROOM,
			 "peer=%s has lost what this desk holds of it",
			 l->remote->desk);
	json_decref(o);
	unexpected(l, c);
}

static void
on_state(void *ctx, struct net_call *c, const struct err *err)
{
	struct link *l = ctx;
	struct buf *body = net_call_get_body(c);
	struct desk_state s = { 0 };
	struct err bad = ERR_INIT;

	if (!is_mine(l, c) || err != NULL)
		return; /* on_down comes */
	if (net_call_get_status(c) != 200) {
		pass_its_n(l, c);
		return;
	}
	if (state_read(l->remote->x->journal, l->remote->desk, buf_str(body),
		       body->len, &s, &bad) == RC_OK)
		take(l, &s);
	else
		link_fail(l, &bad);
	l->remote->x->peers_due = l->remote->x->peers_due || s.cards_taken;
	state_release(&s);
}

static void
put_state(void *ctx)
{
	struct link *l = ctx;
	struct net_header type = { "content-type", "application/json" };
	struct net_call_spec spec = { .method = "PUT",
				      .path = "/v1/desk",
				      .headers = &type,
				      .n_headers = 1,
				      .collect_max = STATE_MAX_BYTES,
				      .on_close = on_state,
				      .ctx = l };
	struct buf b = { 0 };
	struct err err = ERR_INIT;
	int64_t n;
	enum rc rc;

	if (l->state != LINK_STATE || l->call != NULL)
		return;
	buf_init(&b, STATE_MAX_BYTES);
	rc = state_known(l->remote->x->journal, l->remote->desk, l->named, &n,
			 &err);
	if (rc == RC_OK)
		rc = state_make(l->remote->x->journal, l->remote->desk,
				&l->remote->state_n, &b, &err);
	if (rc == RC_OK) {
		spec.body = b.data;
		spec.n_body = b.len;
		rc = net_call(l->conn, &spec, &l->call, &err);
	}
	buf_release(&b);
	if (rc != RC_OK)
		link_fail(l, &err);
}

void
link_give_state(struct link *l)
{
	remote_undrain(l->remote, l);
	remote_drain(l->remote, put_state, l);
}
