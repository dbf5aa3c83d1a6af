#include <string.h>

#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_int.h"
#include "exchange/live_int.h"
#include "exchange/queue_int.h"
#include "store/store.h"

#define BEAT_MS	      5000
#define ROW_TEXT_MAX  1024
#define LINK_LOG_ROWS 200 /* of a peer */

struct live {
	struct exchange *x;
	struct store *store;
	int64_t started_ms, beat_ms;
	struct buf written; /* what the rows said last */
};

static enum rc
write_serve(struct live *l, struct err *err)
{
	struct stmt *st = stmt_use(l->store, SQL_LIVE_SERVE_SET);

	stmt_int(st, 1, getpid());
	stmt_text(st, 2, l->x->address);
	stmt_int(st, 3, l->started_ms);
	stmt_int(st, 4, l->beat_ms);
	return stmt_run(st, err);
}

static enum rc
log_add(struct live *l, const char *peer, const char *state,
	const char *address, const char *error)
{
	struct stmt *st = stmt_use(l->store, SQL_LIVE_LOG_ADD);
	enum rc rc;

	stmt_text(st, 1, peer);
	stmt_int(st, 2, env_now_ms(exchange_env(l->x)));
	stmt_text(st, 3, state);
	stmt_text(st, 4, address);
	stmt_text(st, 5, error);
	rc = stmt_run(st, NULL);
	if (rc != RC_OK || store_changes(l->store) == 0)
		return rc;
	st = stmt_use(l->store, SQL_LIVE_LOG_PRUNE);
	stmt_text(st, 1, peer);
	stmt_int(st, 2, LINK_LOG_ROWS);
	return stmt_run(st, NULL);
}

struct live *
live_new(struct exchange *x)
{
	struct live *l = xcalloc(1, sizeof(*l));
	char *path = xasprintf("%s/live.db", journal_get_folder(x->journal));
	struct err err = ERR_INIT;
	enum rc rc = store_open_live(path, &l->store, &err);

	xfree(path);
	if (rc != RC_OK) {
		log_line(LOG_WARN, EXCHANGE_ROOM, "live.db: %s", err.msg);
		return xfree(l);
	}
	l->x = x;
	l->started_ms = env_now_ms(exchange_env(x));
	(void)log_add(l, "", "served", NULL, NULL); /* it is not missed */
	return l;
}

/* Frames that the peer is not known to hold, of this desk's open epoch. */
static int64_t
queued_out(const struct remote *r)
{
	struct channel c = { 0 };
	struct channel_at end, held;
	int64_t sum = 0;

	(void)str_copy(c.peer, sizeof(c.peer), r->desk, NULL);
	(void)str_copy(c.epoch, sizeof(c.epoch), r->x->own_epoch, NULL);
	for (int lane = 0; lane < LANE__COUNT; lane++) {
		c.lane = (enum lane)lane;
		if (channel_out_end(r->x->journal, &c, &end, NULL) == RC_OK &&
		    channel_out_cursor(r->x->journal, &c, &held, NULL) ==
			    RC_OK &&
		    end.seq > held.seq)
			sum += end.seq - held.seq;
	}
	return sum;
}

static int64_t
queued_in(const struct remote *r)
{
	int64_t sum = 0;

	for (const struct queue *q = r->queues; q != NULL; q = queue_next(q))
		sum += (int64_t)queue_count(q);
	return sum;
}

static void
int_or_null(struct stmt *st, int at, int64_t value, bool has)
{
	if (has)
		stmt_int(st, at, value);
	else
		stmt_null(st, at);
}

/* A desk that dialled this one and watches is linked, whoever dialled. */
static const char *
shown_state(const struct remote *r, const struct link_view *v)
{
	if (r->trusted && r->forked) /* also one that only dials us */
		return link_state_name(LINK_STOPPED);
	if (v->state != LINK_FLOW && v->state != LINK_STOPPED && r->inbound &&
	    r->trusted)
		return link_state_name(LINK_FLOW);
	return link_state_name(v->state);
}

struct row {
	const struct remote *remote;
	struct link_view view;
	int64_t out, in;
	bool dialled;
};

static void
look_at(const struct remote *r, struct row *out)
{
	out->remote = r;
	out->out = queued_out(r);
	out->in = queued_in(r);
	link_look(r->link, &out->view);
	out->dialled = out->view.state == LINK_FLOW || !r->inbound;
}

/* All that a row shows, so that an idle second writes nothing. */
static enum rc
describe(const struct row *row, struct buf *out, struct err *err)
{
	const struct remote *r = row->remote;
	const struct link_view *v = &row->view;

	return buf_addf(out, err,
			"%s %s %lld %s %d %lld %lld %lld %lld %lld %lld %s\n",
			r->desk, shown_state(r, v), (long long)v->since_ms,
			r->address != NULL ? r->address : "-", row->dialled,
			(long long)v->rtt_us, (long long)r->heard_ms,
			(long long)v->next_ms, (long long)row->out,
			(long long)row->in, (long long)r->skew_ms, v->error);
}

static enum rc
write_link(struct live *l, const struct row *row, struct err *err)
{
	const struct remote *r = row->remote;
	const struct link_view *v = &row->view;
	struct stmt *st = stmt_use(l->store, SQL_LIVE_LINK_SET);

	stmt_text(st, 1, r->desk);
	stmt_text(st, 2, shown_state(r, v));
	stmt_int(st, 3, v->since_ms);
	stmt_text(st, 4, r->address);
	stmt_int(st, 5, row->dialled);
	int_or_null(st, 6, v->rtt_us, v->rtt_us >= 0);
	int_or_null(st, 7, r->heard_ms, r->heard_ms > 0);
	int_or_null(st, 8, v->next_ms, v->next_ms > 0);
	stmt_int(st, 9, row->out);
	stmt_int(st, 10, row->in);
	stmt_null(st, 11); /* asked of the frames themselves where shown */
	stmt_text(st, 12, v->error[0] != '\0' ? v->error : NULL);
	int_or_null(st, 13, v->error_ms, v->error[0] != '\0');
	enum rc rc = stmt_run(st, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(l->store, SQL_LIVE_SKEW_SET);
	stmt_text(st, 1, r->desk);
	stmt_int(st, 2, r->skew_ms);
	return stmt_run(st, err);
}

/* What a link passes on its way up is not worth a row. */
static bool
is_logged(const char *state)
{
	static const enum link_state kept[] = { LINK_FLOW, LINK_WAIT,
						LINK_STOPPED, LINK_OFF };

	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (str_eq(state, link_state_name(kept[i])))
			return true;
	return false;
}

static void
write_all(struct live *l, const struct row *rows, size_t n)
{
	struct err err = ERR_INIT;
	enum rc rc = store_begin(l->store, &err);

	if (rc != RC_OK)
		return; /* next second */
	l->beat_ms = env_now_ms(exchange_env(l->x));
	rc = write_serve(l, &err);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = write_link(l, &rows[i], &err);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		const struct remote *r = rows[i].remote;
		const char *state = shown_state(r, &rows[i].view),
			   *error = rows[i].view.error;
		bool up = str_eq(state, link_state_name(LINK_FLOW));

		if (is_logged(state))
			rc = log_add(l, r->desk, state,
				     rows[i].dialled ? r->address : NULL,
				     !up && error[0] != '\0' ? error : NULL);
	}
	if (rc == RC_OK)
		rc = store_commit(l->store, &err);
	if (rc != RC_OK) {
		store_rollback(l->store);
		log_line(LOG_DEBUG, EXCHANGE_ROOM, "live.db: %s", err.msg);
	}
}

void
live_write(struct live *l)
{
	struct row *rows;
	struct buf text;
	size_t n = 0, all = 0;
	enum rc rc = RC_OK;

	if (l == NULL)
		return;
	for (const struct remote *r = l->x->remotes; r != NULL; r = r->next)
		all++;
	rows = xcalloc(all + 1, sizeof(*rows));
	buf_init(&text, (all + 1) * ROW_TEXT_MAX);
	for (const struct remote *r = l->x->remotes; r != NULL; r = r->next) {
		look_at(r, &rows[n]);
		if (rc == RC_OK)
			rc = describe(&rows[n], &text, NULL);
		n++;
	}
	if (rc != RC_OK || !str_eq(buf_str(&text), buf_str(&l->written)) ||
	    env_now_ms(exchange_env(l->x)) - l->beat_ms >= BEAT_MS) {
		write_all(l, rows, n);
		buf_release(&l->written);
		l->written = text;
	} else {
		buf_release(&text);
	}
	xfree(rows);
}

void
live_clock_set(struct live *l)
{
	l->beat_ms = 0;
}

struct live *
live_free(struct live *l)
{
	if (l == NULL)
		return NULL;
	(void)log_add(l, "", "not served", NULL, NULL);
	/* What stays behind would say that somebody serves. */
	(void)stmt_run(stmt_use(l->store, SQL_LIVE_LINK_CLEAR), NULL);
	(void)stmt_run(stmt_use(l->store, SQL_LIVE_SKEW_CLEAR), NULL);
	(void)stmt_run(stmt_use(l->store, SQL_LIVE_SERVE_CLEAR), NULL);
	store_close(l->store);
	buf_release(&l->written);
	return xfree(l);
}
