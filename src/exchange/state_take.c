/*
 * Taking a peer's state, rules 1 to 5 of doc/protocol.md ("The state"). Every
 * rule was checked by simulation: taking one away loses or doubles events.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/state_int.h"
#include "journal/epoch.h"

#define SERIAL_YEAR	1000000 /* serial_high: year * this + number */
#define SERIAL_LEAP_MAX 10000	/* a peer's word moves serials no further */

struct taking {
	struct journal *j;
	struct store *store;
	const char *peer;
	const struct desk_state *s;
	char own_epoch[UUID_LEN + 1];
	char known_epoch[UUID_LEN + 1];
	int64_t known_n;
	struct state_taken *out;
};

static struct channel
channel_of(const struct taking *t, const char *epoch, enum lane lane)
{
	struct channel c = { .lane = lane };

	/* Both are of the size that was checked when they were read. */
	(void)str_copy(c.peer, sizeof(c.peer), t->peer, NULL);
	(void)str_copy(c.epoch, sizeof(c.epoch), epoch, NULL);
	return c;
}

/* Rule 1. Epochs are UUIDv7: text order is order in time. */
static bool
is_older(const struct taking *t)
{
	int cmp = strcmp(t->s->epoch, t->known_epoch);

	return cmp < 0 || (cmp == 0 && t->s->n < t->known_n);
}

/* Is this receipt one for something that this desk does not have (any more)? */
static enum rc
receipt_beyond(const struct taking *t, const struct receipt *r,
	       bool *ret_beyond, struct err *err)
{
	const struct channel *c = &r->channel;
	struct channel_at end;
	struct digest chain;
	enum rc rc = channel_out_end(t->j, c, &end, err);

	if (rc != RC_OK)
		return rc;
	*ret_beyond = r->at.seq > end.seq;
	if (*ret_beyond)
		return RC_OK;
	rc = channel_out_chain(t->j, c, r->at.seq, &chain, err);
	*ret_beyond = rc == RC_OK && !digest_eq(&chain, &r->at.chain);
	return rc;
}

/* Rule 2: does the peer know more of this desk than this desk itself? */
static enum rc
is_rolled_back(const struct taking *t, bool *ret, struct err *err)
{
	const struct desk_state *s = t->s;
	struct channel_at cursor;
	enum rc rc = RC_OK;

	*ret = strcmp(s->you_epoch, t->own_epoch) > 0;
	memcpy(t->out->own_epoch, s->you_epoch, sizeof(s->you_epoch));
	for (size_t i = 0; rc == RC_OK && i < s->n_in; i++) {
		const struct receipt *r = &s->in[i].receipt;
		int cmp = strcmp(r->channel.epoch, t->own_epoch);

		if (strcmp(r->channel.epoch, t->out->own_epoch) > 0)
			memcpy(t->out->own_epoch, r->channel.epoch,
			       sizeof(r->channel.epoch));
		if (cmp > 0)
			*ret = true;
		else if (cmp == 0 && !*ret)
			rc = receipt_beyond(t, r, ret, err);
	}
	if (!str_eq(s->you_epoch, t->own_epoch))
		return rc;
	/* A receipt of this desk, given in this epoch, above the cursor. */
	for (size_t i = 0; rc == RC_OK && !*ret && i < s->n_out; i++) {
		struct channel c =
			channel_of(t, s->out[i].epoch, s->out[i].lane);

		rc = channel_in_cursor(t->j, &c, &cursor, err);
		*ret = rc == RC_OK && s->out[i].held > cursor.seq;
	}
	return rc;
}

static enum rc
remember_give(const struct taking *t, const struct receipt *r, struct err *err)
{
	struct channel_at end;
	struct stmt *st;
	enum rc rc = channel_out_end(t->j, &r->channel, &end, err);

	if (rc != RC_OK)
		return rc;
	st = stmt_use(t->store, SQL_EXCHANGE_GIVE_ADD);
	stmt_text(st, 1, t->peer);
	stmt_text(st, 2, r->channel.epoch);
	stmt_int(st, 3, r->channel.lane);
	stmt_int(st, 4, end.seq < r->at.seq ? end.seq : 0);
	return stmt_run(st, err);
}

static enum rc
forget_give(const struct taking *t, const struct channel *c, struct err *err)
{
	struct stmt *st = stmt_use(t->store, SQL_GIVE_DONE);

	stmt_text(st, 1, t->peer);
	stmt_text(st, 2, c->epoch);
	stmt_int(st, 3, c->lane);
	return stmt_run(st, err);
}

struct gives {
	struct channel *list;
	size_t n;
};

static void
list_give(void *ctx, const struct channel *c, int64_t after)
{
	struct gives *g = ctx;

	(void)after;
	g->list = xreallocarray(g->list, g->n + 1, sizeof(*g->list));
	g->list[g->n++] = *c;
}

static bool
still_holds(const struct taking *t, const struct channel *c)
{
	for (size_t i = 0; i < t->s->n_in; i++) {
		const struct channel *o = &t->s->in[i].receipt.channel;

		if (o->lane == c->lane && str_eq(o->epoch, c->epoch))
			return true;
	}
	return false;
}

/* What it does not hold itself any more is not waited for. */
static enum rc
drop_gives(const struct taking *t, struct err *err)
{
	struct gives g = { .n = 0 };
	enum rc rc = give_each(t->j, t->peer, list_give, &g, err);

	for (size_t i = 0; rc == RC_OK && i < g.n; i++) {
		if (still_holds(t, &g.list[i]))
			t->out->asked = true;
		else
			rc = forget_give(t, &g.list[i], err);
	}
	xfree(g.list);
	return rc;
}

static enum rc
keep_evidence(const struct taking *t, const struct state_in *in,
	      struct err *err)
{
	struct stmt *st = stmt_use(t->store, SQL_EXCHANGE_RECEIPT_IN_ADD);
	const struct receipt *r = &in->receipt;

	stmt_text(st, 1, t->peer);
	stmt_text(st, 2, t->s->epoch);
	stmt_text(st, 3, r->channel.epoch);
	stmt_int(st, 4, r->channel.lane);
	stmt_int(st, 5, r->at.seq);
	stmt_blob(st, 6, r->at.chain.bytes, DIGEST_LEN);
	stmt_int(st, 7, r->n);
	stmt_int(st, 8, r->time_ms);
	stmt_blob(st, 9, in->bytes, strlen(in->bytes));
	return stmt_run(st, err);
}

static void
list_out(void *ctx, const struct channel *c, const struct channel_at *end)
{
	struct gives *g = ctx;

	list_give(g, c, end->seq);
}

/* A channel that it does not name it holds nothing of: it was restored from
 * before the first frame. n -1: only where no receipt of its new epoch says
 * otherwise. */
static enum rc
take_silence(const struct taking *t, struct err *err)
{
	struct gives g = { .n = 0 };
	struct channel_at at;
	enum rc rc = channel_out_each(t->j, t->peer, list_out, &g, err);

	for (size_t i = 0; rc == RC_OK && i < g.n; i++) {
		if (still_holds(t, &g.list[i]))
			continue;
		rc = channel_out_cursor(t->j, &g.list[i], &at, err);
		if (rc != RC_OK || at.seq == 0)
			continue;
		at.seq = 0;
		rc = channel_out_chain(t->j, &g.list[i], 0, &at.chain, err);
		if (rc == RC_OK)
			rc = channel_out_held(t->j, &g.list[i], &at, -1, err);
	}
	xfree(g.list);
	return rc;
}

/* Rule 3: what the peer holds of this desk's channels, also downwards. */
static enum rc
take_receipts(const struct taking *t, struct err *err)
{
	bool beyond = false;
	/* The receipt that told of a want may have been lost on its way. */
	enum rc rc = receipt_wants_clear(t->j, t->peer, err);

	for (size_t i = 0; rc == RC_OK && i < t->s->n_in; i++) {
		const struct receipt *r = &t->s->in[i].receipt;

		rc = keep_evidence(t, &t->s->in[i], err);
		if (rc == RC_OK)
			rc = receipt_beyond(t, r, &beyond, err);
		if (rc != RC_OK)
			break;
		rc = beyond ? remember_give(t, r, err)
			    : forget_give(t, &r->channel, err);
		if (rc == RC_OK && !beyond)
			rc = channel_out_held(t->j, &r->channel, &r->at, r->n,
					      err);
		if (rc == RC_OK)
			rc = receipt_wants_add(t->j, r, err);
	}
	if (rc == RC_OK)
		rc = take_silence(t, err);
	return rc == RC_OK ? drop_gives(t, err) : rc;
}

/* Numbers that this desk gave and may not remember, as it told this peer. */
static enum rc
take_serial(const struct taking *t, struct err *err)
{
	int64_t told = t->s->you_serial, mine = 0;
	struct stmt *st = stmt_use(t->store, SQL_EXCHANGE_SERIAL_HIGH);
	bool row = false;
	enum rc rc = stmt_step(st, &row, err);

	if (rc == RC_OK && row)
		mine = col_int(st, 0);
	stmt_done(st);
	if (rc != RC_OK || told <= mine || told > mine + SERIAL_LEAP_MAX)
		return rc;
	return serials_raise(t->j, told / SERIAL_YEAR, told % SERIAL_YEAR, err);
}

/* Rule 4: an answer to this desk's epoch lets frames flow in it. */
static enum rc
take_answer(const struct taking *t, struct err *err)
{
	struct stmt *st;
	enum rc rc;

	if (!str_eq(t->s->you_epoch, t->own_epoch) || t->s->n_give > 0 ||
	    t->out->asked)
		return RC_OK;
	st = stmt_use(t->store, SQL_EXCHANGE_ANSWERED);
	stmt_text(st, 1, t->peer);
	stmt_text(st, 2, t->own_epoch);
	stmt_int(st, 3, env_now_ms(journal_get_env(t->j)));
	rc = stmt_run(st, err);
	if (rc != RC_OK || store_changes(t->store) == 0)
		return rc;
	t->out->owed = true;
	return channel_owed_peer(t->j, t->peer, err);
}

static enum rc
want_back(const struct taking *t, const struct channel *c, int64_t from,
	  struct err *err)
{
	struct stmt *st = stmt_use(t->store, SQL_WANTED_BACK_ADD);

	t->out->give = true;
	stmt_text(st, 1, t->peer);
	stmt_text(st, 2, c->epoch);
	stmt_int(st, 3, c->lane);
	stmt_int(st, 4, from);
	return stmt_run(st, err);
}

struct held_in {
	struct channel c;
	int64_t seq;
};
struct held_list {
	struct held_in *list;
	size_t n;
};

static void
list_held(void *ctx, const struct channel *c, const struct channel_at *at)
{
	struct held_list *h = ctx;

	h->list = xreallocarray(h->list, h->n + 1, sizeof(*h->list));
	h->list[h->n++] = (struct held_in){ .c = *c, .seq = at->seq };
}

/* How far the peer itself has its channel; 0: it has forgotten all of it. */
static int64_t
own_end(const struct desk_state *s, const struct channel *c)
{
	for (size_t i = 0; i < s->n_out; i++)
		if (s->out[i].lane == c->lane &&
		    str_eq(s->out[i].epoch, c->epoch))
			return s->out[i].end.seq;
	return 0;
}

/* Rule 5: does this desk hold of the peer's channels what it lost? On a link
 * the peer asks for it; for a bundle it is kept. */
static enum rc
look_for_returns(const struct taking *t, struct err *err)
{
	struct held_list h = { .n = 0 };
	struct stmt *st = stmt_use(t->store, SQL_WANTED_BACK_CLEAR);
	enum rc rc;

	stmt_text(st, 1, t->peer);
	rc = stmt_run(st, err);
	if (rc == RC_OK)
		rc = channel_in_each(t->j, t->peer, list_held, &h, err);
	for (size_t i = 0; rc == RC_OK && i < h.n; i++) {
		int64_t end = own_end(t->s, &h.list[i].c);

		/* closed epochs alone */
		if (strcmp(h.list[i].c.epoch, t->s->epoch) < 0 &&
		    h.list[i].seq > end)
			rc = want_back(t, &h.list[i].c, end, err);
	}
	for (size_t i = 0; rc == RC_OK && i < t->s->n_give; i++) {
		struct channel c =
			channel_of(t, t->s->give[i].epoch, t->s->give[i].lane);

		rc = want_back(t, &c, t->s->give[i].from_seq, err);
	}
	xfree(h.list);
	return rc;
}

static enum rc
set_known(const struct taking *t, struct err *err)
{
	struct stmt *st;
	enum rc rc;

	if (t->out->new_epoch) {
		st = stmt_use(t->store, SQL_EXCHANGE_CURSOR_OUT_FORGET_N);
		stmt_text(st, 1, t->peer);
		rc = stmt_run(st, err);
		if (rc != RC_OK)
			return rc;
	}
	st = stmt_use(t->store, SQL_EXCHANGE_KNOWN_SET);
	stmt_text(st, 1, t->peer);
	stmt_text(st, 2, t->s->epoch);
	stmt_int(st, 3, t->s->n);
	stmt_int(st, 4, t->s->serial_high);
	stmt_text(st, 5, t->s->you_epoch);
	return stmt_run(st, err);
}

static enum rc
take_inside(struct taking *t, struct err *err)
{
	bool rolled_back = false;
	enum rc rc;

	rc = state_known(t->j, t->peer, t->known_epoch, &t->known_n, err);
	if (rc == RC_OK)
		rc = epoch_current(t->j, t->own_epoch, err);
	if (rc != RC_OK)
		return rc;
	if (is_older(t)) {
		t->out->effect = STATE_OLDER;
		return RC_OK;
	}
	rc = is_rolled_back(t, &rolled_back, err);
	if (rc != RC_OK)
		return rc;
	if (rolled_back) {
		t->out->effect = STATE_ROLLED_BACK;
		return RC_OK;
	}
	t->out->effect = STATE_TAKEN;
	t->out->new_epoch = strcmp(t->s->epoch, t->known_epoch) > 0 &&
			    t->known_epoch[0] != '\0';
	rc = set_known(t, err);
	if (rc == RC_OK)
		rc = take_receipts(t, err);
	if (rc == RC_OK)
		rc = take_serial(t, err);
	if (rc == RC_OK)
		rc = take_answer(t, err);
	if (rc == RC_OK)
		rc = look_for_returns(t, err);
	return rc;
}

enum rc
state_take(struct journal *j, const char *peer, const struct desk_state *s,
	   struct state_taken *out, struct err *err)
{
	struct taking t = { .j = j,
			    .store = journal_get_store(j),
			    .peer = peer,
			    .s = s,
			    .out = out };
	enum rc rc;

	*out = (struct state_taken){ 0 };
	rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	rc = take_inside(&t, err);
	if (rc == RC_OK)
		rc = journal_commit(j, err);
	if (rc != RC_OK && store_in_transaction(t.store))
		journal_rollback(j);
	return rc == RC_OK ? rc : err_wrap(err, _("state of %s"), peer);
}
