/* Receipts given: one statement for a batch, signed after the commit. */
#include "config.h"

#include "journal/receipt.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "journal_int.h"

struct given {
	int64_t seq, n;
	bool signed_before;
};

/* Appends the bytes of before to out when they are still good. */
static enum rc
read_given(struct journal *j, const struct channel *c, bool fresh,
	   struct given *g, struct buf *out, struct err *err)
{
	bool row = false;
	size_t n = 0;
	struct stmt *st = stmt_use(j->store, SQL_RECEIPT_OUT_GET);
	bind_channel(st, c);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("nothing of that channel of %s is here"),
			     c->peer);
	if (rc == RC_OK) {
		g->seq = col_int(st, 0);
		g->n = col_int(st, 1);
		const void *bytes = col_blob(st, 2, &n);
		g->signed_before = bytes != NULL && !fresh;
		if (g->signed_before)
			rc = buf_add(out, bytes, n, err);
	}
	stmt_done(st);
	return rc;
}

static json_t *
hex_json(const struct digest *d)
{
	char hex[DIGEST_HEX_LEN + 1];
	digest_hex(d, hex);
	return json_string(hex);
}

static enum rc
read_wants(struct journal *j, const char *peer, json_t *list, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_WANT_MINE);
	stmt_text(st, 1, peer);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		struct digest d;
		rc = col_digest(st, 0, &d, err);
		if (rc == RC_OK) {
			json_array_append_new(list, hex_json(&d));
			rc = stmt_step(st, &row, err);
		}
	}
	stmt_done(st);
	return rc;
}

static enum rc
read_quarantined(struct journal *j, const struct channel *c, json_t *list,
		 struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_QUARANTINE_SEQS);
	bind_channel(st, c);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		json_array_append_new(list, json_integer(col_int(st, 0)));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

static enum rc
make_payload(struct journal *j, const struct channel *c, const struct given *g,
	     char **ret_payload, struct err *err)
{
	char time[TIME_TEXT_MAX];
	struct digest chain;
	json_t *wants = json_array();
	json_t *quarantined = json_array();
	json_t *o = json_object();

	enum rc rc = channel_in_chain(j, c, g->seq, &chain, err);
	if (rc == RC_OK)
		rc = read_wants(j, c->peer, wants, err);
	if (rc == RC_OK)
		rc = read_quarantined(j, c, quarantined, err);
	time_format(env_now_ms(j->env), time);
	json_object_set_new(o, "from", json_string(j->desk));
	json_object_set_new(o, "to", json_string(c->peer));
	json_object_set_new(o, "epoch", json_string(c->epoch));
	json_object_set_new(o, "lane", json_string(lane_name(c->lane)));
	json_object_set_new(o, "seq", json_integer(g->seq));
	json_object_set_new(o, "chain",
			    rc == RC_OK ? hex_json(&chain) : json_null());
	json_object_set_new(o, "n", json_integer(g->n));
	json_object_set_new(o, "time", json_string(time));
	json_object_set_new(o, "wants", wants);
	json_object_set_new(o, "quarantined", quarantined);
	json_object_set_new(o, "released", json_array());
	if (rc == RC_OK)
		*ret_payload = json_write(o);
	json_decref(o);
	return rc;
}

static enum rc
keep_bytes(struct journal *j, const struct channel *c, int64_t n,
	   const struct buf *bytes, struct err *err)
{
	enum rc rc = store_begin(j->store, err);
	if (rc != RC_OK)
		return rc;
	struct stmt *st = stmt_use(j->store, SQL_RECEIPT_OUT_BYTES);
	bind_channel(st, c);
	stmt_int(st, 4, n);
	stmt_blob(st, 5, bytes->data, bytes->len);
	rc = stmt_run(st, err);
	if (rc == RC_OK)
		return store_commit(j->store, err);
	store_rollback(j->store);
	return rc;
}

static enum rc
sign_new(struct journal *j, const struct channel *c, const struct given *g,
	 struct buf *out, struct err *err)
{
	struct envelope envelope = { .type = TYPE_RECEIPT };
	struct signer *signer = NULL;
	char *payload = NULL;

	enum rc rc = journal_signer(j, &signer, err);
	if (rc == RC_OK)
		rc = make_payload(j, c, g, &payload, err);
	if (rc == RC_OK)
		rc = envelope_sign(signer, TYPE_RECEIPT, payload,
				   strlen(payload), &envelope, err);
	if (rc == RC_OK)
		rc = envelope_write(&envelope, out, err);
	envelope_release(&envelope);
	(void)xfree(payload);
	return rc;
}

static enum rc
sign_and_keep(struct journal *j, const struct channel *c, const struct given *g,
	      struct buf *out, struct err *err)
{
	struct buf bytes;
	buf_init(&bytes, LINE_MAX_BYTES);
	enum rc rc = sign_new(j, c, g, &bytes, err);
	if (rc == RC_OK)
		rc = keep_bytes(j, c, g->n, &bytes, err);
	if (rc == RC_OK)
		rc = buf_add(out, bytes.data, bytes.len, err);
	buf_release(&bytes);
	return rc;
}

enum rc
receipt_give(struct journal *j, const struct channel *c, bool fresh,
	     struct buf *out, int64_t *ret_n, struct err *err)
{
	struct given g = { .n = 0 };
	enum rc rc = read_given(j, c, fresh, &g, out, err);
	if (rc == RC_OK && !g.signed_before)
		rc = sign_and_keep(j, c, &g, out, err);
	if (rc == RC_OK)
		*ret_n = g.n;
	return rc;
}

enum rc
receipt_sign(struct journal *j, const struct channel *c, struct buf *out,
	     int64_t *ret_n, struct err *err)
{
	struct given g = { .n = 0 };
	enum rc rc = read_given(j, c, true, &g, out, err);
	if (rc == RC_OK)
		rc = sign_new(j, c, &g, out, err);
	if (rc == RC_OK)
		*ret_n = g.n;
	return rc;
}

enum rc
receipt_told(struct journal *j, const struct channel *c, int64_t n,
	     struct err *err)
{
	/* else it is told once more */
	enum rc rc = store_begin_light(j->store, err);
	if (rc != RC_OK)
		return rc;
	struct stmt *st = stmt_use(j->store, SQL_RECEIPT_OUT_TOLD);
	bind_channel(st, c);
	stmt_int(st, 4, n);
	rc = stmt_run(st, err);
	if (rc == RC_OK)
		return store_commit(j->store, err);
	store_rollback(j->store);
	return rc;
}

enum rc
receipt_each_due(struct journal *j, const char *peer,
		 void (*each)(void *ctx, const struct channel *c), void *ctx,
		 struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_RECEIPT_OUT_DUE);
	stmt_text(st, 1, peer);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		struct channel c = { .lane = LANE_PLAIN };
		rc = col_copy(st, 0, c.peer, sizeof(c.peer), err);
		if (rc == RC_OK)
			rc = col_copy(st, 1, c.epoch, sizeof(c.epoch), err);
		if (col_int(st, 2) == LANE_URGENT)
			c.lane = LANE_URGENT;
		if (rc == RC_OK) {
			each(ctx, &c);
			rc = stmt_step(st, &row, err);
		}
	}
	stmt_done(st);
	return rc;
}
