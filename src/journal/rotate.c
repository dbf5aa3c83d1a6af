/* The desk's signing key: which one it is now, and how it changes. */
#include "config.h"

#include "journal/rotate.h"

#include "base/i18n.h"
#include "base/text.h"
#include "base/uuid.h"
#include "epoch_int.h"
#include "journal/epoch.h"
#include "journal_int.h"

/* "" while no card of this desk is stored. */
static enum rc
current_id(struct journal *j, char out[static KEY_ID_MAX + 1], struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_KEY_CURRENT);
	stmt_text(st, 1, j->desk);
	enum rc rc = stmt_step(st, &row, err);
	out[0] = '\0';
	if (rc == RC_OK && row)
		rc = col_copy(st, 0, out, KEY_ID_MAX + 1, err);
	stmt_done(st);
	return rc;
}

static enum rc
open_other(struct journal *j, const char *id, struct err *err)
{
	struct signer *s = NULL;

	if (j->open_signer == NULL ||
	    j->open_signer(j->signer_ctx, id, &s, NULL) != RC_OK)
		return err_set(err, RC_STATE, 0,
			       _("the private key of this desk's newest card "
				 "(%.16s) is not in its folder: put it back, "
				 "or make a new one with 'deltadesk key "
				 "rotate --lost'"),
			       id);
	(void)signer_free(j->own_signer);
	j->signer = j->own_signer = s;
	return RC_OK;
}

enum rc
journal_signer(struct journal *j, struct signer **ret_signer, struct err *err)
{
	char id[KEY_ID_MAX + 1];
	int64_t stamp = 0;

	if (j->signer == NULL)
		return err_set(err, RC_DENIED, 0,
			       _("the desk is open for reading only"));
	enum rc rc = cards_stamp(j, &stamp, err);
	if (rc == RC_OK && stamp != j->signer_stamp) {
		rc = current_id(j, id, err);
		if (rc == RC_OK && id[0] != '\0' &&
		    !str_eq(id, signer_get_id(j->signer)))
			rc = open_other(j, id, err);
		if (rc == RC_OK)
			j->signer_stamp = stamp;
	}
	if (rc == RC_OK)
		*ret_signer = j->signer;
	return rc;
}

static enum rc
check_time(struct journal *j, struct err *err)
{
	bool waits = false;
	enum rc rc = mark_roll_on(j, err);

	if (rc == RC_OK)
		rc = epoch_is_restoring(j, &waits, err);
	if (rc == RC_OK && waits)
		rc = err_set(err, RC_STATE, 0,
			     _("the desk was restored: keys are rotated when "
			       "every peer has answered ('deltadesk peer "
			       "list'), or was overridden"));
	return rc;
}

/*
 * The event that brings the new card is the last that the old key signs: a
 * peer follows the one to the other, and nothing of the old key counts after.
 */
enum rc
journal_rotate(struct journal *j, struct card *card, struct signer *next,
	       bool lost, struct err *err)
{
	char epoch[UUID_LEN + 1];
	struct signer *old = NULL;
	struct digest event;
	int64_t k = 0;

	enum rc rc = check_time(j, err);
	if (rc == RC_OK && !lost)
		rc = journal_signer(j, &old, err);
	if (rc == RC_OK)
		rc = epoch_current(j, epoch, err);
	if (rc == RC_OK)
		rc = own_next_k(j, epoch, &k, err);
	if (rc == RC_OK)
		rc = card_fill_keys(j, card, next != NULL ? next : old, epoch,
				    lost ? k - 1 : k, err);
	if (rc == RC_OK)
		rc = card_finish(j, card, next != NULL ? next : old, err);
	/* a lost key signs nothing: peers take the card by its fingerprint */
	if (rc == RC_OK && lost)
		rc = card_store(j, card, CARD_NEWER, err);
	if (rc == RC_OK)
		rc = card_event_append(j, card, &event, err);
	if (rc == RC_OK && !lost)
		rc = card_store(j, card, CARD_NEWER, err);
	if (rc == RC_OK)
		rc = card_tell_peers(j, &event, err);
	return rc;
}

enum rc
peers_without_card(struct journal *j, void (*each)(void *ctx, const char *desk),
		   void *ctx, struct err *err)
{
	struct digest card;
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_CARD_EVENT_NEWEST);
	stmt_text(st, 1, j->desk);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		rc = col_digest(st, 0, &card, err);
	stmt_done(st);
	if (rc != RC_OK || !row)
		return rc;
	st = stmt_use(j->store, SQL_PEER_WITHOUT_EVENT);
	stmt_blob(st, 1, card.bytes, DIGEST_LEN);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row)
		each(ctx, col_text(st, 0));
	stmt_done(st);
	return rc;
}
