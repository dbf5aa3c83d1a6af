/* A desk's first epoch and its own cards. */
#include "config.h"

#include "base/i18n.h"
#include "base/uuid.h"
#include "epoch_int.h"
#include "journal_int.h"
#include "projections_int.h"

/* Of keys that are as they were, or of a desk that has made new ones while it
 * was put back: then the caller names the old one in the card. */
static enum rc
new_card(struct journal *j, struct card *card, struct err *err)
{
	struct digest event;
	enum rc rc = card_fill_keys(j, card, j->signer, "", 0, err);
	if (rc == RC_OK)
		rc = card_finish(j, card, j->signer, err);
	if (rc == RC_OK)
		rc = card_store(j, card, CARD_NEWER, err);
	if (rc == RC_OK)
		rc = card_event_append(j, card, &event, err);
	if (rc == RC_OK)
		rc = card_tell_peers(j, &event, err);
	return rc;
}

enum rc
journal_found(struct journal *j, struct card *card, struct err *err)
{
	char epoch[UUID_LEN + 1];
	enum rc rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	if (epoch_current(j, epoch, NULL) == RC_OK)
		rc = err_set(err, RC_EXISTS, 0,
			     _("this folder holds a desk already"));
	if (rc == RC_OK)
		rc = epoch_insert(j, "founded", NULL, err);
	if (rc == RC_OK)
		rc = new_card(j, card, err);
	if (rc == RC_OK)
		rc = projections_found(j, err);
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}

enum rc
journal_card(struct journal *j, struct card *card, struct err *err)
{
	enum rc rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	/* what a restore made is not in any card yet */
	if (card->n_keys == 0) {
		struct signer *current = NULL;
		rc = journal_signer(j, &current, err);
	}
	if (rc == RC_OK)
		rc = mark_roll_on(j, err);
	if (rc == RC_OK)
		rc = new_card(j, card, err);
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}
