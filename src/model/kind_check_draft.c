/* Moves of drafts in a kind file. */
#include "base/i18n.h"
#include "base/text.h"
#include "kind_int.h"
#include "model/condition.h"

/* Moves of drafts change a row: nothing of it is signed, nobody else judges
 * it, and no other track is there yet. */
void
kind_check_draft_move(struct reader *r, const struct track_def *t,
		      const struct move *m)
{
	for (size_t i = 0; i < m->n_from; i++) {
		if (!track_drafts(t, m->from[i]))
			reader_bad(r, "from",
				   _("drafts and issued documents share no "
				     "move"));
	}
	if (str_eq(m->name, "issue"))
		return;
	if (m->to != NULL && !track_drafts(t, m->to))
		reader_bad(r, "to", _("only \"issue\" leaves the draft"));
	if (m->approve != ROLE__COUNT)
		reader_bad(r, "approve",
			   _("a draft's move waits in a state, not for "
			     "approval"));
	if (m->when != NULL && !condition_plain(m->when))
		reader_bad(r, "when", _("asks only for fields"));
}
