/* Events kept apart are tried again, in channel order, when a card comes. */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "batch_int.h"

/* peer, epoch, lane, seq, key_id, sig, raw */
static enum rc
read_row(struct stmt *st, struct channel *c, struct checked *out,
	 struct err *err)
{
	enum rc rc = col_copy(st, 0, c->peer, sizeof(c->peer), err);
	if (rc == RC_OK)
		rc = col_copy(st, 1, c->epoch, sizeof(c->epoch), err);
	c->lane = col_int(st, 2) == LANE_URGENT ? LANE_URGENT : LANE_PLAIN;
	out->frame.seq = col_int(st, 3);
	if (rc == RC_OK)
		rc = event_row_envelope(st, 4, &out->frame.event, err);
	return rc;
}

static enum rc
drop(struct journal *j, const struct channel *c, int64_t seq, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_QUARANTINE_DROP);
	bind_channel(st, c);
	stmt_int(st, 4, seq);
	return stmt_run(st, err);
}

static enum rc
try_one(struct journal *j, const struct channel *c, struct checked *one,
	bool *ret_again, struct err *err)
{
	bool known = false, fork = false;

	envelope_digest(&one->frame.event, &one->digest);
	envelope_judge(j->keys, NULL, one);
	if (one->found != FOUND_OK ||
	    !event_admissible(j, &one->event, c->peer))
		return RC_OK;
	enum rc rc = event_known(j, &one->digest, &known, err);
	if (rc == RC_OK && !known)
		rc = event_accept(j, one, c->lane, c->peer, &fork, err);
	if (rc == RC_OK)
		rc = drop(j, c, one->frame.seq, err);
	*ret_again = *ret_again || one->card != NULL;
	return rc;
}

struct waiting {
	struct channel channel;
	struct checked checked;
};

static enum rc
read_all(struct journal *j, struct waiting **ret_rows, size_t *ret_n,
	 struct err *err)
{
	bool row = false;
	size_t cap = 0;
	struct stmt *st = stmt_use(j->store, SQL_QUARANTINE_RETRY);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		if (*ret_n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			*ret_rows = xreallocarray(*ret_rows, cap,
						  sizeof(**ret_rows));
		}
		struct waiting *w = &(*ret_rows)[*ret_n];
		*w = (struct waiting){ .channel = { .lane = LANE_PLAIN } };
		++*ret_n;
		rc = read_row(st, &w->channel, &w->checked, err);
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

enum rc
quarantine_retry(struct journal *j, struct err *err)
{
	enum rc rc = RC_OK;
	bool again = true;
	while (rc == RC_OK && again) { /* a card among them frees more */
		struct waiting *rows = NULL;
		size_t n = 0;
		again = false;
		rc = read_all(j, &rows, &n, err);
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			rc = try_one(j, &rows[i].channel, &rows[i].checked,
				     &again, err);
		for (size_t i = 0; i < n; i++)
			checked_release(&rows[i].checked);
		(void)xfree(rows);
	}
	j->retry = false;
	return rc;
}
