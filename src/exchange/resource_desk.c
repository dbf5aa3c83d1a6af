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

	if (state_take(s->x->journal, s->remote->desk, state, &taken, &err) !=
	    RC_OK) {
		serve_error(s, &err);
		return;
	}
	if (taken.effect == STATE_OLDER) {
		answer_stale(s);
		return;
	}
	if (taken.effect == STATE_ROLLED_BACK) {
		link_rolled_back(s->remote->link);
		serve_problem(s, PROBLEM_ROLLED_BACK, NULL);
		return;
	}
	/* n of what we give must pass what the peer knows of us, should our
	 * clock have gone back meanwhile. */
	if (strcmp(state->you_epoch, s->x->own_epoch) == 0 &&
	    state->you_n > s->remote->state_n && state->you_n < JSON_INT_MAX)
		s->remote->state_n = state->you_n;
	if (taken.new_epoch)
		link_peer_epoch(s->remote->link);
	remote_new_epoch(s->remote, state->epoch);
	answer_state(s);
	exchange_changed(s->x);
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
	state_release(&state);
}

void
desk_put(struct serving *s)
{
	s->own = s; /* waits */
	remote_drain(s->remote, on_drained, s);
}

void
desk_put_closed(struct serving *s, enum rc rc)
{
	(void)rc;
	if (s->own != NULL)
		remote_undrain(s->remote, s);
}
