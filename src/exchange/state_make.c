#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "exchange/state_int.h"
#include "journal/epoch.h"
#include "journal/peer.h"
#include "journal/rotate.h"

struct making {
	struct journal *j;
	char peer_epoch[UUID_LEN + 1];
	json_t *out, *in, *give, *cards;
	struct channel *list; /* that the peer sends in */
	size_t n_list;
	struct err *err;
	enum rc rc;
};

static json_t *
limits_object(void)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "line", json_integer(LINE_MAX_BYTES));
	(void)json_object_set_new(o, "body", json_integer(BODY_MAX_BYTES));
	(void)json_object_set_new(o, "header_list",
				  json_integer(HEADER_LIST_MAX));
	(void)json_object_set_new(o, "streams", json_integer(STREAMS_MAX));
	(void)json_object_set_new(o, "connections",
				  json_integer(CONN_PER_PEER_MAX));
	(void)json_object_set_new(o, "json_depth",
				  json_integer(JSON_DEPTH_MAX));
	(void)json_object_set_new(o, "json_tokens",
				  json_integer(JSON_TOKENS_MAX));
	(void)json_object_set_new(o, "event", json_integer(EVENT_MAX_BYTES));
	(void)json_object_set_new(o, "attachment",
				  json_integer(ATTACH_MAX_BYTES));
	(void)json_object_set_new(o, "attachments",
				  json_integer(ATTACH_MAX_COUNT));
	return o;
}

static enum rc
own_card(struct journal *j, json_t *o, struct err *err)
{
	struct buf b = { 0 };
	json_t *card = NULL;
	enum rc rc;

	buf_init(&b, CARD_MAX_BYTES * 2);
	rc = peer_card(j, journal_get_desk(j), &b, err);
	if (rc == RC_OK)
		rc = json_read_object(buf_str(&b), b.len, &card, err);
	if (rc == RC_OK)
		(void)json_object_set_new(o, "card", card);
	buf_release(&b);
	return rc;
}

static enum rc
serial_high(struct store *s, int64_t *ret_n, struct err *err)
{
	struct stmt *st = stmt_use(s, SQL_EXCHANGE_SERIAL_HIGH);
	bool row = false;
	enum rc rc = stmt_step(st, &row, err);

	if (rc == RC_OK)
		*ret_n = row ? col_int(st, 0) : 0;
	stmt_done(st);
	return rc;
}

static enum rc
is_restoring(struct store *s, const char *epoch, bool *ret, struct err *err)
{
	struct stmt *st = stmt_use(s, SQL_EXCHANGE_ANSWER_WAITING);
	bool row = false;
	enum rc rc;

	stmt_text(st, 1, epoch);
	rc = stmt_step(st, &row, err);
	*ret = rc == RC_OK && row && col_int(st, 0) > 0;
	stmt_done(st);
	return rc;
}

/* The head that hello and state have in common. */
static enum rc
head(struct journal *j, json_t *o, struct err *err)
{
	char epoch[UUID_LEN + 1], now[TIME_TEXT_MAX];
	bool restoring = false;
	enum rc rc;

	if ((rc = own_card(j, o, err)) != RC_OK ||
	    (rc = epoch_current(j, epoch, err)) != RC_OK ||
	    (rc = is_restoring(journal_get_store(j), epoch, &restoring, err)) !=
		    RC_OK)
		return rc;
	time_format(env_now_ms(journal_get_env(j)), now);
	(void)json_object_set_new(o, "versions",
				  json_pack("[i]", PROTOCOL_VERSION));
	(void)json_object_set_new(o, "limits", limits_object());
	(void)json_object_set_new(o, "time", json_string(now));
	(void)json_object_set_new(o, "epoch", json_string(epoch));
	(void)json_object_set_new(o, "restoring", json_boolean(restoring));
	return RC_OK;
}

static enum rc
put_text(json_t *take_o, struct buf *out, struct err *err)
{
	char *text = json_write(take_o);
	enum rc rc = buf_adds(out, text, err);

	xfree(text);
	json_decref(take_o);
	return rc;
}

enum rc
state_hello(struct journal *j, struct buf *out, struct err *err)
{
	json_t *o = json_object();
	enum rc rc = head(j, o, err);

	if (rc != RC_OK) {
		json_decref(o);
		return rc;
	}
	return put_text(o, out, err);
}

static enum rc
held_high(struct making *m, const struct channel *c, int64_t *ret_seq)
{
	struct stmt *st =
		stmt_use(journal_get_store(m->j), SQL_EXCHANGE_RECEIPT_IN_HIGH);
	bool row = false;
	enum rc rc;

	stmt_text(st, 1, c->peer);
	stmt_text(st, 2, c->epoch);
	stmt_int(st, 3, c->lane);
	stmt_text(st, 4, m->peer_epoch);
	rc = stmt_step(st, &row, m->err);
	if (rc == RC_OK)
		*ret_seq = row ? col_int(st, 0) : 0;
	stmt_done(st);
	return rc;
}

static void
add_out(void *ctx, const struct channel *c, const struct channel_at *end)
{
	struct making *m = ctx;
	char hex[DIGEST_HEX_LEN + 1];
	int64_t held = 0;

	if (m->rc != RC_OK || json_array_size(m->out) >= STATE_CHANNELS_MAX)
		return;
	m->rc = held_high(m, c, &held);
	if (m->rc != RC_OK)
		return;
	digest_hex(&end->chain, hex);
	(void)json_array_append_new(
		m->out,
		json_pack("{s:s,s:s,s:I,s:s,s:I}", "epoch", c->epoch, "lane",
			  lane_name(c->lane), "seq", (json_int_t)end->seq,
			  "chain", hex, "held", (json_int_t)held));
}

static void
list_in(void *ctx, const struct channel *c, const struct channel_at *cursor)
{
	struct making *m = ctx;

	(void)cursor;
	if (m->n_list >= STATE_CHANNELS_MAX)
		return;
	if ((m->n_list & (m->n_list - 1)) == 0)
		m->list = xreallocarray(m->list,
					m->n_list == 0 ? 1 : m->n_list * 2,
					sizeof(*m->list));
	m->list[m->n_list++] = *c;
}

static enum rc
add_in(struct making *m, const struct channel *c, struct err *err)
{
	struct buf b = { 0 };
	json_t *receipt = NULL;
	struct err none = ERR_INIT;
	int64_t n;
	enum rc rc;

	buf_init(&b, RECEIPT_MAX_BYTES);
	rc = receipt_give(m->j, c, false, &b, &n, &none);
	if (rc == RC_NOTFOUND) {
		buf_release(&b);
		return RC_OK;
	}
	if (rc == RC_OK)
		rc = json_read_object(buf_str(&b), b.len, &receipt, &none);
	if (rc == RC_OK)
		(void)json_array_append_new(m->in, receipt);
	else if (err != NULL)
		*err = none;
	buf_release(&b);
	return rc;
}

/* What this desk wants back: nothing but while it is being restored. */
static void
add_give(void *ctx, const struct channel *c, int64_t after)
{
	struct making *m = ctx;

	(void)json_array_append_new(
		m->give,
		json_pack("{s:s,s:s,s:I}", "epoch", c->epoch, "lane",
			  lane_name(c->lane), "from", (json_int_t)after));
}

static void
put_you(struct making *m, json_t *o, int64_t peer_n, int64_t peer_serial)
{
	(void)json_object_set_new(o, "you",
				  json_pack("{s:s,s:I,s:I}", "epoch",
					    m->peer_epoch, "n",
					    (json_int_t)peer_n, "serial_high",
					    (json_int_t)peer_serial));
}

static enum rc
known_row(struct journal *j, const char *peer, char epoch[static UUID_LEN + 1],
	  int64_t *ret_n, int64_t *ret_serial, struct err *err)
{
	struct stmt *st =
		stmt_use(journal_get_store(j), SQL_EXCHANGE_KNOWN_GET);
	bool row = false;
	enum rc rc;

	epoch[0] = '\0';
	*ret_n = *ret_serial = 0;
	stmt_text(st, 1, peer);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		rc = str_copy(epoch, UUID_LEN + 1, col_text(st, 0), err);
		*ret_n = col_int(st, 1);
		*ret_serial = col_int(st, 2);
	}
	stmt_done(st);
	return rc;
}

enum rc
state_known(struct journal *j, const char *peer,
	    char out_epoch[static UUID_LEN + 1], int64_t *ret_n,
	    struct err *err)
{
	int64_t serial;

	return known_row(j, peer, out_epoch, ret_n, &serial, err);
}

enum rc
state_make(struct journal *j, const char *peer, int64_t *io_n, struct buf *out,
	   struct err *err)
{
	struct making m = { .j = j, .err = err };
	json_t *o = json_object();
	int64_t now = env_now_ms(journal_get_env(j));
	int64_t peer_n = 0, peer_serial = 0, serial = 0;

	m.out = json_array();
	m.in = json_array();
	m.give = json_array();
	m.rc = head(j, o, err);
	if (m.rc == RC_OK)
		m.rc = known_row(j, peer, m.peer_epoch, &peer_n, &peer_serial,
				 err);
	if (m.rc == RC_OK)
		m.rc = cards_give(j, &m.cards, err);
	if (m.rc == RC_OK)
		m.rc = serial_high(journal_get_store(j), &serial, err);
	if (m.rc == RC_OK)
		m.rc = channel_out_each(j, peer, add_out, &m, err);
	if (m.rc == RC_OK)
		m.rc = channel_in_each(j, peer, list_in, &m, err);
	if (m.rc == RC_OK)
		m.rc = give_each(j, peer, add_give, &m, err);
	for (size_t i = 0; m.rc == RC_OK && i < m.n_list; i++)
		m.rc = add_in(&m, &m.list[i], err);
	if (m.rc == RC_OK) {
		/* Rises through restarts too, as the clock does. */
		*io_n = now > *io_n ? now : *io_n + 1;
		put_you(&m, o, peer_n, peer_serial);
		(void)json_object_set(o, "cards", m.cards);
		(void)json_object_set_new(o, "n", json_integer(*io_n));
		(void)json_object_set(o, "out", m.out);
		(void)json_object_set(o, "in", m.in);
		(void)json_object_set(o, "give", m.give);
		(void)json_object_set_new(o, "serial_high",
					  json_integer(serial));
		m.rc = put_text(json_incref(o), out, err);
	}
	xfree(m.list);
	json_decref(m.cards);
	json_decref(m.out);
	json_decref(m.in);
	json_decref(m.give);
	json_decref(o);
	return m.rc;
}
