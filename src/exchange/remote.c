#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/exchange_int.h"
#include "exchange/link_int.h"
#include "exchange/queue_int.h"
#include "exchange/state_int.h"
#include "journal/peer.h"

struct remote *
remote_find(struct exchange *x, const char *desk)
{
	for (struct remote *r = x->remotes; r != NULL; r = r->next)
		if (str_eq(r->desk, desk))
			return r;
	return NULL;
}

static struct remote *
remote_new(struct exchange *x, const char *desk)
{
	struct remote *r = xcalloc(1, sizeof(*r));

	r->x = x;
	(void)str_copy(r->desk, sizeof(r->desk), desk, NULL); /* from the db */
	r->link = link_new(r);
	r->next = x->remotes;
	x->remotes = r;
	return r;
}

static void on_drained(void *ctx);

static void
remote_free(struct remote *r)
{
	r->link = link_free(r->link);
	queues_free(r);
	loop_undefer(r->x->loop, on_drained, r);
	while (r->drains != NULL) {
		struct drain_wait *w = r->drains;

		r->drains = w->next;
		xfree(w);
	}
	xfree(r->address);
	xfree(r);
}

void
remotes_free(struct exchange *x)
{
	while (x->remotes != NULL) {
		struct remote *r = x->remotes;

		x->remotes = r->next;
		remote_free(r);
	}
}

/* ---- following the table of peers ---- */

/* true: the link must begin anew. */
static bool
apply(struct remote *r, const struct peer *p)
{
	bool trusted = p->state == PEER_TRUSTED && !r->x->in_doubt;
	struct pin pin;
	bool same;

	memcpy(pin.sha256, p->tls_pin.bytes, DIGEST_LEN);
	same = r->trusted == trusted && pin_eq(&pin, &r->pin) &&
	       str_eq(r->address, p->address);
	/* A certificate that was replaced is refused at once. */
	if (r->trusted && !same && r->x->server != NULL &&
	    (!trusted || !pin_eq(&pin, &r->pin)))
		net_server_close_peer(r->x->server, &r->pin);
	if (r->trusted && !trusted) {
		log_line(LOG_INFO, EXCHANGE_ROOM, "peer=%s revoked", r->desk);
		r->disputed = false;
		queues_fail(r, RC_DENIED);
	}
	r->pin = pin;
	r->trusted = trusted;
	xfree(r->address);
	r->address = xstrdup_or_null(p->address);
	return !same;
}

static enum rc
load_peer(struct remote *r, struct err *err)
{
	struct peer p = { 0 };
	int64_t n;
	enum rc rc = peer_get(r->x->journal, r->desk, &p, err);

	if (rc == RC_OK)
		rc = state_known(r->x->journal, r->desk, r->epoch, &n, err);
	if (rc == RC_OK && apply(r, &p))
		link_peer_changed(r->link);
	peer_release(&p);
	return rc;
}

static enum rc
look_at_fork(struct remote *r, struct err *err)
{
	struct stmt *st = stmt_use(journal_get_store(r->x->journal),
				   SQL_EXCHANGE_FORK_OPEN);
	bool row = false, forked = r->forked;
	enum rc rc;

	stmt_text(st, 1, r->desk);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		forked = col_int(st, 0) > 0 || r->x->two_copies || r->disputed;
	stmt_done(st);
	if (rc == RC_OK && forked != r->forked) {
		r->forked = forked;
		log_line(LOG_WARN, EXCHANGE_ROOM, "peer=%s fork=%s", r->desk,
			 r->x->two_copies ? "two copies, stopped"
			 : r->disputed	  ? "disputed, stopped"
			 : forked	  ? "found, stopped"
					  : "cleared");
		link_fork_changed(r->link);
	}
	return rc;
}

enum rc
remotes_look_at_forks(struct exchange *x, struct err *err)
{
	enum rc rc = RC_OK;

	for (struct remote *r = x->remotes; rc == RC_OK && r != NULL;
	     r = r->next)
		rc = look_at_fork(r, err);
	return rc;
}

struct peer_row {
	char desk[DESK_ID_MAX + 1];
	int64_t changed_ms;
	struct digest card;
};

/* Rows are read whole first: loading one uses statements of its own. */
static enum rc
read_rows(struct exchange *x, struct peer_row **ret_rows, size_t *ret_n,
	  struct err *err)
{
	struct stmt *st =
		stmt_use(journal_get_store(x->journal), SQL_EXCHANGE_PEER_EACH);
	struct peer_row *rows = NULL;
	size_t n = 0, n_blob = 0;
	bool row = false;
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		const void *card = col_blob(st, 4, &n_blob);

		if ((n & (n - 1)) == 0)
			rows = xreallocarray(rows, n == 0 ? 1 : n * 2,
					     sizeof(*rows));
		rows[n] = (struct peer_row){ .changed_ms = col_int(st, 5) };
		(void)str_copy(rows[n].desk, sizeof(rows[n].desk),
			       col_text(st, 0), NULL);
		if (n_blob == DIGEST_LEN)
			memcpy(rows[n].card.bytes, card, DIGEST_LEN);
		n++;
	}
	stmt_done(st);
	*ret_rows = rows;
	*ret_n = n;
	return rc;
}

enum rc
remotes_refresh(struct exchange *x, struct err *err)
{
	struct peer_row *rows = NULL;
	size_t n = 0;
	bool doubt = x->in_doubt;
	enum rc rc = peers_in_doubt(x->journal, &x->in_doubt, err);

	if (rc == RC_OK)
		rc = read_rows(x, &rows, &n, err);

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct remote *r = remote_find(x, rows[i].desk);

		if (r == NULL)
			r = remote_new(x, rows[i].desk);
		else if (doubt == x->in_doubt &&
			 r->changed_ms == rows[i].changed_ms &&
			 digest_eq(&r->card, &rows[i].card))
			continue;
		rc = load_peer(r, err);
		r->changed_ms = rows[i].changed_ms;
		r->card = rows[i].card;
	}
	xfree(rows);
	return rc == RC_OK ? remotes_look_at_forks(x, err) : rc;
}

/* ---- waiting until all is committed ---- */

bool
remote_queued(const struct remote *r)
{
	for (const struct queue *q = r->queues; q != NULL; q = queue_next(q))
		if (queue_waits(q))
			return true;
	return false;
}

void
remote_drain(struct remote *r, void (*fn)(void *ctx), void *ctx)
{
	struct drain_wait *w, **at = &r->drains;

	if (!remote_queued(r)) {
		fn(ctx);
		return;
	}
	w = xcalloc(1, sizeof(*w));
	w->fn = fn;
	w->ctx = ctx;
	while (*at != NULL)
		at = &(*at)->next;
	*at = w;
}

void
remote_undrain(struct remote *r, void *ctx)
{
	struct drain_wait **at = &r->drains;

	while (*at != NULL) {
		struct drain_wait *w = *at;

		if (w->ctx == ctx) {
			*at = w->next;
			xfree(w);
		} else {
			at = &w->next;
		}
	}
}

static void
on_drained(void *ctx)
{
	struct remote *r = ctx;

	while (r->drains != NULL && !remote_queued(r)) {
		struct drain_wait *w = r->drains;

		r->drains = w->next;
		w->fn(w->ctx);
		xfree(w);
	}
}

/* Deferred: a queue may be in the middle of a feed, which what follows here
 * might end. */
void
remote_drained(struct remote *r)
{
	if (r->drains == NULL || remote_queued(r))
		return;
	loop_undefer(r->x->loop, on_drained, r);
	loop_defer(r->x->loop, on_drained, r);
}

/* ---- signs of life ---- */

void
remote_heard(struct remote *r)
{
	r->heard_ms = env_now_ms(exchange_env(r->x));
}

void
remote_new_epoch(struct remote *r, const char *epoch)
{
	if (strcmp(epoch, r->epoch) <= 0)
		return;
	if (r->epoch[0] != '\0')
		log_line(LOG_INFO, EXCHANGE_ROOM, "peer=%s epoch=%s", r->desk,
			 epoch);
	(void)str_copy(r->epoch, sizeof(r->epoch), epoch, NULL); /* a UUID */
}

void
remote_clock(struct remote *r, const struct desk_state *s)
{
	r->skew_ms = s->time_ms - env_now_ms(exchange_env(r->x));
}

enum rc
remote_take_state(struct remote *r, const struct desk_state *s,
		  struct state_taken *out, struct err *err)
{
	enum rc rc = state_take(r->x->journal, r->desk, s, out, err);

	if (rc != RC_OK)
		return rc;
	if (out->effect == STATE_ROLLED_BACK)
		(void)exchange_claimed_back(r->x, r, out->own_epoch);
	if (out->effect != STATE_TAKEN)
		return RC_OK;
	/* n of what we give must pass what the peer knows of us, should our
	 * clock have gone back meanwhile. */
	if (strcmp(s->you_epoch, r->x->own_epoch) == 0 &&
	    s->you_n > r->state_n && s->you_n < JSON_INT_MAX)
		r->state_n = s->you_n;
	if (out->new_epoch)
		link_peer_epoch(r->link);
	remote_new_epoch(r, s->epoch);
	exchange_changed(r->x);
	return RC_OK;
}
