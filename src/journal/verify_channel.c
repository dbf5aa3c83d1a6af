/* Channels, cursors, quarantine, receipts and cards checked. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal/receipt.h"
#include "verify_int.h"

/* Columns of verify_frame_in and verify_frame_out. */
enum {
	COL_PEER,
	COL_EPOCH,
	COL_LANE,
	COL_SEQ,
	COL_EVENT,
	COL_CHAIN,
	COL_HERE
};

struct walk {
	const char *table;
	bool in;
	struct channel channel; /* peer "" before the first */
	int64_t seq;
	struct digest chain;
};

static void
begin_channel(struct verify *v, struct walk *w, struct stmt *st)
{
	const char *desk = v->journal->desk;
	struct channel *c = &w->channel;

	(void)col_copy(st, COL_PEER, c->peer, sizeof(c->peer), NULL);
	(void)col_copy(st, COL_EPOCH, c->epoch, sizeof(c->epoch), NULL);
	c->lane =
		col_int(st, COL_LANE) == LANE_URGENT ? LANE_URGENT : LANE_PLAIN;
	w->seq = 0;
	chain_start(w->in ? c->peer : desk, w->in ? desk : c->peer, c->epoch,
		    lane_name(c->lane), &w->chain);
}

static bool
same_channel(const struct walk *w, struct stmt *st)
{
	return str_eq(w->channel.peer, col_text(st, COL_PEER)) &&
	       str_eq(w->channel.epoch, col_text(st, COL_EPOCH)) &&
	       (int64_t)w->channel.lane == col_int(st, COL_LANE);
}

/* The committed cursor of a channel in is the end of its frames. */
static void
check_end(struct verify *v, const struct walk *w)
{
	struct channel_at at;
	if (!w->in || w->channel.peer[0] == '\0')
		return;
	if (channel_in_cursor(v->journal, &w->channel, &at, NULL) != RC_OK ||
	    at.seq != w->seq || !digest_eq(&at.chain, &w->chain))
		verify_problem(
			v,
			_("table cursor: %s lane %s is not at the end of "
			  "its frames (%lld)"),
			w->channel.peer, lane_name(w->channel.lane),
			(long long)w->seq);
}

static void
check_frame(struct verify *v, struct walk *w, struct stmt *st)
{
	struct digest event, chain;
	long long seq = (long long)col_int(st, COL_SEQ);

	v->report->frames++;
	if (!same_channel(w, st)) {
		check_end(v, w);
		begin_channel(v, w, st);
	}
	bool good = col_digest(st, COL_EVENT, &event, NULL) == RC_OK &&
		    col_digest(st, COL_CHAIN, &chain, NULL) == RC_OK &&
		    seq == w->seq + 1;
	if (good) {
		chain_next(&w->chain, &event, &w->chain);
		good = digest_eq(&w->chain, &chain);
	}
	w->seq = seq;
	if (!good) {
		verify_problem(
			v,
			_("table %s: %s lane %s seq %lld does not follow "
			  "the one before"),
			w->table, w->channel.peer, lane_name(w->channel.lane),
			seq);
		w->chain = chain;
	}
	if (col_int(st, COL_HERE) == 0)
		verify_problem(
			v,
			_("table %s: the event of %s lane %s seq %lld is "
			  "missing"),
			w->table, w->channel.peer, lane_name(w->channel.lane),
			seq);
}

static enum rc
walk_frames(struct verify *v, struct walk *w, enum sql query, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(v->journal->store, query);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		rc = verify_goes_on(v, err);
		if (rc != RC_OK)
			break;
		check_frame(v, w, st);
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	if (rc == RC_OK)
		check_end(v, w);
	return rc;
}

enum rc
verify_channels(struct verify *v, struct err *err)
{
	struct walk out = { .table = "frame_out", .in = false };
	struct walk in = { .table = "frame_in", .in = true };

	enum rc rc = walk_frames(v, &out, SQL_VERIFY_FRAME_OUT, err);
	if (rc == RC_OK)
		rc = walk_frames(v, &in, SQL_VERIFY_FRAME_IN, err);
	if (rc == RC_OK)
		rc = verify_tell(v,
				 stmt_use(v->journal->store, SQL_VERIFY_CURSOR),
				 _("does not match a frame"), err);
	if (rc == RC_OK)
		rc = verify_tell(v,
				 stmt_use(v->journal->store, SQL_VERIFY_FORK),
				 _("is a fork that no row of table fork tells"),
				 err);
	return rc;
}

/* peer, n, seq, time, bytes, epoch, lane, chain */
static bool
same_receipt(struct stmt *st, const struct receipt *r)
{
	struct digest chain;

	return r->n == col_int(st, 1) && r->at.seq == col_int(st, 2) &&
	       r->time_ms == col_int(st, 3) &&
	       str_eq(r->channel.epoch, col_text(st, 5)) &&
	       (int64_t)r->channel.lane == col_int(st, 6) &&
	       col_digest(st, 7, &chain, NULL) == RC_OK &&
	       digest_eq(&r->at.chain, &chain);
}

enum rc
verify_receipts(struct verify *v, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(v->journal->store, SQL_VERIFY_RECEIPT_IN);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		struct receipt r = { .n = 0 };
		struct err why = ERR_INIT;
		size_t n = 0;
		const char *json = col_blob(st, 4, &n);
		if (receipt_read(v->journal, col_text(st, 0), json, n, &r,
				 &why) != RC_OK)
			verify_problem(v, _("table receipt_in: %s n %lld: %s"),
				       col_text(st, 0),
				       (long long)col_int(st, 1), why.msg);
		else if (!same_receipt(st, &r))
			verify_problem(v,
				       _("table receipt_in: %s n %lld differs "
					 "from its signed bytes"),
				       col_text(st, 0),
				       (long long)col_int(st, 1));
		receipt_release(&r);
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

/* digest, desk, number, json, made */
static void
check_card(struct verify *v, struct stmt *st)
{
	struct card card = { .n_keys = 0 };
	struct digest kept;
	struct err why = ERR_INIT;
	size_t n = 0;
	const char *json = col_blob(st, 3, &n);

	if (card_read(json, n, &card, &why) != RC_OK)
		verify_problem(v, _("table card: %s number %lld: %s"),
			       col_text(st, 1), (long long)col_int(st, 2),
			       why.msg);
	else if (col_digest(st, 0, &kept, NULL) != RC_OK ||
		 !digest_eq(&kept, &card.digest) ||
		 !str_eq(card.desk, col_text(st, 1)) ||
		 card.number != col_int(st, 2) ||
		 card.made_ms != col_int(st, 4))
		verify_problem(v,
			       _("table card: %s number %lld differs from its "
				 "signed bytes"),
			       col_text(st, 1), (long long)col_int(st, 2));
	card_release(&card);
}

enum rc
verify_cards(struct verify *v, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(v->journal->store, SQL_VERIFY_CARD);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		check_card(v, st);
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}
