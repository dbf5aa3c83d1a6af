/* Peers: trusted, revoked, or known by a card alone. */
#include "config.h"

#include "journal/peer.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal_int.h"

void
peer_release(struct peer *p)
{
	(void)xfree(p->name_zh);
	(void)xfree(p->name_en);
	(void)xfree(p->address);
	*p = (struct peer){ .state = PEER_KNOWN };
}

static void
fill_from_card(struct peer *p, const struct card_shown *c)
{
	p->name_zh = xstrdup_or_null(c->name_zh);
	p->name_en = xstrdup_or_null(c->name_en);
	p->card_number = c->number;
	p->tls_pin = c->tls_pin;
	p->tls_expiry_ms = c->tls_expiry_ms;
	if (p->address == NULL)
		p->address = xstrdup_or_null(c->address);
}

/* desk, state, address, trusted_at, card json and digest */
static enum rc
read_peer(struct journal *j, struct stmt *st, struct peer *out, struct err *err)
{
	struct peer p = { .state = PEER_KNOWN, .tls_expiry_ms = -1 };
	const struct card_shown *card = NULL;
	struct digest digest;
	size_t n = 0;
	const char *state = col_text(st, 1);

	enum rc rc = col_copy(st, 0, p.desk, sizeof(p.desk), err);
	if (str_eq(state, "trusted"))
		p.state = PEER_TRUSTED;
	else if (str_eq(state, "revoked"))
		p.state = PEER_REVOKED;
	p.address = xstrdup_or_null(col_text(st, 2));
	p.trusted_ms = col_is_null(st, 3) ? -1 : col_int(st, 3);
	const char *json = col_blob(st, 4, &n);
	if (rc == RC_OK)
		rc = col_digest(st, 5, &digest, err);
	if (rc == RC_OK)
		rc = card_shown(j, &digest, json, n, &card, err);
	if (rc != RC_OK) {
		peer_release(&p);
		return rc;
	}
	fill_from_card(&p, card);
	*out = p;
	return RC_OK;
}

enum rc
peer_get(struct journal *j, const char *desk, struct peer *out, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_PEER_GET);
	stmt_text(st, 1, desk);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no card of %s here; give it with peer trust"),
			     desk);
	if (rc == RC_OK)
		rc = read_peer(j, st, out, err);
	stmt_done(st);
	return rc;
}

enum rc
peer_is_trusted(struct journal *j, const char *desk, bool *ret_trusted,
		struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_PEER_IS_TRUSTED);
	stmt_text(st, 1, desk);
	enum rc rc = stmt_step(st, ret_trusted, err);
	stmt_done(st);
	return rc;
}

enum rc
peer_each(struct journal *j, void (*each)(void *ctx, const struct peer *p),
	  void *ctx, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_PEER_EACH);
	stmt_text(st, 1, j->desk);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		struct peer p;
		rc = read_peer(j, st, &p, err);
		if (rc == RC_OK) {
			each(ctx, &p);
			peer_release(&p);
			rc = stmt_step(st, &row, err);
		}
	}
	stmt_done(st);
	return rc;
}

/* A desk that has no row yet was never trusted here, and one that was revoked
 * begins anew: by an officer's word, whatever others said in its name. */
static enum rc
is_trusted_still(struct journal *j, const char *desk, bool *ret_still,
		 struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_PEER_HAS_ROW);
	stmt_text(st, 1, desk);
	enum rc rc = stmt_step(st, &row, err);
	*ret_still = row && str_eq(col_text(st, 0), "trusted");
	stmt_done(st);
	return rc;
}

static enum rc
check_trustable(struct journal *j, const struct card *c, bool still,
		struct err *err)
{
	bool older = false;
	if (str_eq(c->desk, j->desk))
		return err_set(err, RC_USAGE, 0,
			       _("%s is this desk's own card"), c->desk);
	if (!still)
		return RC_OK; /* cards that others passed on do not bind */
	enum rc rc = peer_card_is_older(j, c, &older, err);
	if (rc == RC_OK && older)
		rc = err_set(err, RC_CONFLICT, 0,
			     _("a newer card of %s is here already; ask for "
			       "its newest"),
			     c->desk);
	return rc;
}

enum rc
peer_card_is_older(struct journal *j, const struct card *c, bool *ret_older,
		   struct err *err)
{
	bool row = false;
	int64_t newest = -1;
	struct stmt *st = stmt_use(j->store, SQL_PEER_HAS_ROW);
	stmt_text(st, 1, c->desk);
	enum rc rc = stmt_step(st, &row, err);
	stmt_done(st);
	if (rc == RC_OK && row)
		rc = card_held_number(j, c->desk, &newest, err);
	*ret_older = c->number < newest;
	return rc;
}

static enum rc
trust(struct journal *j, const struct card *c, struct err *err)
{
	bool still = false;
	enum rc rc = is_trusted_still(j, c->desk, &still, err);
	if (rc == RC_OK)
		rc = check_trustable(j, c, still, err);
	if (rc == RC_OK)
		rc = card_store(j, c, still ? CARD_NEWER : CARD_FIRST_TRUST,
				err);
	if (rc != RC_OK)
		return rc;
	struct stmt *st = stmt_use(j->store, SQL_PEER_PUT);
	stmt_text(st, 1, c->desk);
	stmt_blob(st, 2, c->tls_pin.bytes, DIGEST_LEN);
	stmt_blob(st, 3, c->digest.bytes, DIGEST_LEN);
	stmt_int(st, 4, env_now_ms(j->env));
	rc = stmt_run(st, err);
	if (rc == RC_OK)
		rc = channel_owed_peer(j, c->desk, err);
	return rc;
}

enum rc
peer_trust(struct journal *j, const struct card *card, struct err *err)
{
	bool alone;
	enum rc rc = journal_join(j, &alone, err);

	if (rc == RC_OK)
		rc = journal_leave(j, alone, trust(j, card, err), err);
	return rc;
}

/* One statement on the row of a peer, which must be there. */
static enum rc
change_peer(struct journal *j, struct stmt *take_st, const char *desk,
	    struct err *err)
{
	enum rc rc = stmt_run(take_st, err);
	if (rc == RC_OK && store_changes(j->store) == 0)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("%s is no peer of this desk"), desk);
	return rc;
}

enum rc
peer_set_address(struct journal *j, const char *desk, const char *address,
		 struct err *err)
{
	bool alone;
	enum rc rc = journal_join(j, &alone, err);
	if (rc != RC_OK)
		return rc;
	struct stmt *st = stmt_use(j->store, SQL_PEER_SET_ADDRESS);
	stmt_text(st, 1, desk);
	stmt_text(st, 2, address);
	stmt_int(st, 3, env_now_ms(j->env));
	return journal_leave(j, alone, change_peer(j, st, desk, err), err);
}

static enum rc
revoke(struct journal *j, const char *desk, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_ANSWER_DROP);
	stmt_text(st, 1, desk);
	enum rc rc = stmt_run(st, err);
	/* What it has not got is waited for no longer. */
	if (rc == RC_OK)
		rc = peer_touch_documents(j, desk, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_PEER_REVOKE);
	stmt_text(st, 1, desk);
	stmt_int(st, 2, env_now_ms(j->env));
	return change_peer(j, st, desk, err);
}

enum rc
peer_revoke(struct journal *j, const char *desk, struct err *err)
{
	bool alone;
	enum rc rc = journal_join(j, &alone, err);

	if (rc == RC_OK)
		rc = journal_leave(j, alone, revoke(j, desk, err), err);
	return rc;
}

enum rc
peer_by_pin(struct journal *j, const struct digest *pin,
	    char out[static DESK_ID_MAX + 1], struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_PEER_BY_PIN);
	stmt_blob(st, 1, pin->bytes, DIGEST_LEN);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no trusted peer has this certificate"));
	if (rc == RC_OK)
		rc = col_copy(st, 0, out, DESK_ID_MAX + 1, err);
	stmt_done(st);
	return rc;
}

enum rc
peer_card(struct journal *j, const char *desk, struct buf *out, struct err *err)
{
	bool row = false;
	size_t n = 0;
	struct stmt *st = stmt_use(j->store, SQL_CARD_NEWEST);
	stmt_text(st, 1, desk);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0, _("no card of %s here"),
			     desk);
	const void *json = row ? col_blob(st, 0, &n) : NULL;
	if (rc == RC_OK)
		rc = buf_add(out, json, n, err);
	stmt_done(st);
	return rc;
}

/* ---- after a restore ---- */

enum rc
peers_in_doubt(struct journal *j, bool *ret, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_PEERS_IN_DOUBT);
	enum rc rc = stmt_step(st, ret, err);

	stmt_done(st);
	return rc;
}

enum rc
peers_doubt(struct journal *j, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_PEERS_DOUBT);

	stmt_int(st, 1, env_now_ms(j->env));
	return stmt_run(st, err);
}

enum rc
peers_confirm(struct journal *j, struct err *err)
{
	bool alone;
	enum rc rc = journal_join(j, &alone, err);

	if (rc != RC_OK)
		return rc;
	rc = stmt_run(stmt_use(j->store, SQL_PEERS_CONFIRM), err);
	return journal_leave(j, alone, rc, err);
}
