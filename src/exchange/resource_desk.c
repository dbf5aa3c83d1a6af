#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "exchange/link_int.h"
#include "exchange/resource_int.h"
#include "exchange/state_int.h"

void
desk_get(struct serving *s)
{
	struct buf b = { 0 };
	struct err err = ERR_INIT;

	buf_init(&b, STATE_MAX_BYTES);
	if (state_hello(s->x->journal, &b, &err) == RC_OK)
		serve_json(s, buf_str(&b), b.len);
	else
		serve_error(s, &err);
	buf_release(&b);
}

static void
answer_state(struct serving *s)
{
	struct buf b = { 0 };
	struct err err = ERR_INIT;

	buf_init(&b, STATE_MAX_BYTES);
	if (state_make(s->x->journal, s->remote->desk, &s->remote->state_n, &b,
		       &err) == RC_OK)
		serve_json(s, buf_str(&b), b.len);
	else
		serve_error(s, &err);
	buf_release(&b);
}

static void
answer_stale(struct serving *s)
{
	char epoch[UUID_LEN + 1];
	struct err err = ERR_INIT;
	int64_t n = 0;

	if (state_known(s->x->journal, s->remote->desk, epoch, &n, &err) !=
	    RC_OK) {
		serve_error(s, &err);
		return;
	}
	serve_problem_members(s, PROBLEM_STALE, NULL,
			      json_pack("{s:s,s:I}", "epoch", epoch, "n",
					(json_int_t)n));
}

static void
take(struct serving *s, const struct desk_state *state)
{
	struct state_taken taken;
	struct err err = ERR_INIT;

	remote_clock(s->remote, state);
	if (remote_take_state(s->remote, state, &taken, &err) != RC_OK) {
		serve_error(s, &err);
		return;
	}
	if (taken.effect == STATE_OLDER) {
		answer_stale(s);
		return;
	}
	if (taken.effect == STATE_ROLLED_BACK) {
		serve_problem(s, PROBLEM_ROLLED_BACK, NULL);
		return;
	}
	answer_state(s);
}

/* All that the peer sent before is committed now. */
static void
on_drained(void *ctx)
{
	struct serving *s = ctx;
	struct desk_state state = { 0 };
	struct err err = ERR_INIT;

	s->own = NULL;
	if (state_read(s->x->journal, s->remote->desk, buf_str(&s->body),
		       s->body.len, &state, &err) == RC_OK)
		take(s, &state);
	else
		serve_error(s, &err);
	s->x->peers_due = s->x->peers_due || state.cards_taken;
	state_release(&state);
}

void
desk_put(struct serving *s)
{
	s->own = s; /* waits */
	link_sign_of_life(s->remote->link);
	remote_drain(s->remote, on_drained, s);
}

void
desk_put_closed(struct serving *s, enum rc rc)
{
	(void)rc;
	if (s->own != NULL)
		remote_undrain(s->remote, s);
}
