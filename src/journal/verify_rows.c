/*
 * Rows that nobody signed, against those that somebody did: what a peer holds,
 * how the own events are counted, who brought what, and bytes that are kept
 * with their digest.
 */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "verify_int.h"

static const struct row_check {
	enum sql query; /* ?1: this desk, where it is asked for */
	bool own;
	const char *what; /* said after the row */
} checks[] = {
	{ SQL_VERIFY_HELD, false,
	  N_("is not here as its peer signed to hold it") },
	{ SQL_VERIFY_OWN_GAP, true, N_("is missing: own events are counted") },
	{ SQL_VERIFY_EPOCH, true, N_("is missing: own events are of it") },
	{ SQL_VERIFY_VIA, true,
	  N_("did not come by the way that the row tells") },
	{ SQL_VERIFY_PREV_STRAY, false, N_("belongs to no event") },
	{ SQL_VERIFY_QUARANTINE_STRAY, false, N_("belongs to no frame") },
	{ SQL_VERIFY_FORK_STRAY, false, N_("names events that are not here") },
	{ SQL_VERIFY_RECEIPT_OUT, false,
	  N_("is beyond what was taken from its peer") },
	{ SQL_VERIFY_GRANT, true,
	  N_("gives bytes to a desk of which no event names them") },
	{ SQL_VERIFY_OWN_BLOB, true, N_("is missing: an own event names it") },
	{ SQL_VERIFY_PEER, false, N_("has no card of that desk in force") },
};

static enum rc
check_rows(struct verify *v, const struct row_check *c, struct err *err)
{
	struct stmt *st = stmt_use(v->journal->store, c->query);

	if (c->own)
		stmt_text(st, 1, v->journal->desk);
	return verify_tell(v, st, _(c->what), err);
}

/* ---- bytes with their digests ---- */

/* name, digest, bytes */
static void
check_reference(struct verify *v, struct stmt *st)
{
	struct digest kept, real;
	size_t n = 0;
	const void *bytes = col_blob(st, 2, &n);

	digest_sha256(bytes != NULL ? bytes : "", n, &real);
	if (col_digest(st, 1, &kept, NULL) != RC_OK || !digest_eq(&kept, &real))
		verify_problem(v,
			       _("table reference: the bytes of %s do not have "
				 "their digest"),
			       col_text(st, 0));
}

/* name, digest, key_id, sig, raw */
static void
check_quarantine(struct verify *v, struct stmt *st)
{
	struct envelope e = { .type = TYPE_EVENT };
	struct digest kept, real;
	bool good = event_row_envelope(st, 2, &e, NULL) == RC_OK &&
		    col_digest(st, 1, &kept, NULL) == RC_OK;

	if (good) {
		envelope_digest(&e, &real);
		good = digest_eq(&kept, &real);
	}
	envelope_release(&e);
	if (!good)
		verify_problem(v,
			       _("table quarantine: the bytes of %s do not "
				 "have their digest"),
			       col_text(st, 0));
}

/* desk, pin, card */
static void
check_pin(struct verify *v, struct stmt *st)
{
	struct card card = { .n_keys = 0 };
	struct digest pin;
	size_t n = 0;
	const char *json = col_blob(st, 2, &n);

	/* a card that cannot be read was told where cards are looked at */
	if (card_read_stored(json, n, &card, NULL) == RC_OK &&
	    (col_digest(st, 1, &pin, NULL) != RC_OK ||
	     !digest_eq(&pin, &card.tls_pin)))
		verify_problem(v,
			       _("table peer: the certificate of %s is not "
				 "that of its card"),
			       col_text(st, 0));
	card_release(&card);
}

enum rc
verify_each(struct verify *v, enum sql query,
	    void (*check)(struct verify *v, struct stmt *st), struct err *err)
{
	struct stmt *st = stmt_use(v->journal->store, query);
	bool row = false;
	enum rc rc = stmt_step(st, &row, err);

	while (rc == RC_OK && row) {
		check(v, st);
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

/* ---- keys, which cards alone bring ---- */

/* Does a card of that desk hold the key of the row? */
static enum rc
is_on_a_card(struct verify *v, struct stmt *key, bool *ret_found,
	     struct err *err)
{
	struct stmt *st = stmt_use(v->journal->store, SQL_VERIFY_CARDS_OF);
	size_t n_spki = 0;
	const void *spki = col_blob(key, 3, &n_spki);
	bool row = false;
	enum rc rc;

	*ret_found = false;
	stmt_text(st, 1, col_text(key, 0));
	rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row && !*ret_found) {
		struct card card = { .n_keys = 0 };
		size_t n = 0;
		const char *json = col_blob(st, 0, &n);

		if (card_read_stored(json, n, &card, NULL) == RC_OK)
			for (size_t i = 0; i < card.n_keys; i++) {
				const struct card_key *k = &card.keys[i];

				*ret_found =
					*ret_found ||
					(str_eq(k->id, col_text(key, 1)) &&
					 str_eq(key_alg_name(k->alg),
						col_text(key, 2)) &&
					 k->n_spki == n_spki &&
					 memcmp(k->spki, spki, n_spki) == 0);
			}
		card_release(&card);
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

static enum rc
check_keys(struct verify *v, struct err *err)
{
	struct stmt *st = stmt_use(v->journal->store, SQL_VERIFY_KEY);
	bool row = false, found = false;
	enum rc rc = stmt_step(st, &row, err);

	while (rc == RC_OK && row) {
		rc = is_on_a_card(v, st, &found, err);
		if (rc == RC_OK && !found)
			verify_problem(v,
				       _("table key: key %.16s of %s is on no "
					 "card of that desk"),
				       col_text(st, 1), col_text(st, 0));
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

static void
tell_schema(void *ctx, const char *type, const char *name)
{
	verify_problem(ctx,
		       _("table sqlite_schema: %s %s is not as this program "
			 "makes it"),
		       type, name);
}

enum rc
verify_rows(struct verify *v, struct err *err)
{
	enum rc rc = store_check_schema(v->journal->store, tell_schema, v, err);

	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(checks); i++)
		rc = check_rows(v, &checks[i], err);
	if (rc == RC_OK)
		rc = verify_each(v, SQL_VERIFY_REFERENCE, check_reference, err);
	if (rc == RC_OK)
		rc = verify_each(v, SQL_VERIFY_QUARANTINE, check_quarantine,
				 err);
	if (rc == RC_OK)
		rc = verify_each(v, SQL_VERIFY_PIN, check_pin, err);
	return rc == RC_OK ? check_keys(v, err) : rc;
}
