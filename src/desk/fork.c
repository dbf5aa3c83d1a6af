#include "desk/fork.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"

bool
fork_is_meant(const struct fork_row *f, const char *word)
{
	char hex[DIGEST_HEX_LEN + 1];
	size_t n = strlen(word);

	if (str_eq(word, f->source))
		return true;
	if (n < FORK_WORD_MIN || n > DIGEST_HEX_LEN)
		return false;
	for (int i = 0; i < 2; i++) {
		digest_hex(&f->digests[i], hex);
		if (strncmp(hex, word, n) == 0)
			return true;
	}
	return false;
}

/* Which to clear: read whole before anything is written. */
struct meant {
	const char *word;
	struct meant_fork {
		char source[DESK_ID_MAX + 1];
		struct digest digests[2];
	} * rows;
	size_t n_rows;
};

static void
gather(void *ctx, const struct fork_row *f)
{
	struct meant *m = ctx;
	struct meant_fork *row;

	if (!fork_is_meant(f, m->word))
		return;
	m->rows = xreallocarray(m->rows, m->n_rows + 1, sizeof(*m->rows));
	row = &m->rows[m->n_rows++];
	(void)str_copy(row->source, sizeof(row->source), f->source, NULL);
	memcpy(row->digests, f->digests, sizeof(row->digests));
}

static enum rc
clear_one(struct desk *d, const struct meant_fork *f, const char *why,
	  struct err *err)
{
	const char *officer = d->has_officer ? d->officer.id : "administrator";
	struct doc_ref ref = { .owner = "" };
	char a[DIGEST_HEX_LEN + 1], b[DIGEST_HEX_LEN + 1], *detail;
	enum rc rc = fork_clear(d->journal, f->source, f->digests, officer, why,
				err);

	if (rc != RC_OK)
		return rc;
	(void)str_copy(ref.id, sizeof(ref.id), f->source, NULL);
	digest_hex(&f->digests[0], a);
	digest_hex(&f->digests[1], b);
	detail = xasprintf("%.16s %.16s: %s", a, b, why);
	rc = act_audit(d, "fork-clear", &ref, detail, err);
	xfree(detail);
	return rc;
}

static enum rc
clear_all(struct desk *d, struct meant *m, const char *why, struct err *err)
{
	enum rc rc = fork_each(d->journal, NULL, true, gather, m, err);

	if (rc == RC_OK && m->n_rows == 0)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no open fork is meant by '%s'; 'fork list' "
			       "shows them"),
			     m->word);
	for (size_t i = 0; rc == RC_OK && i < m->n_rows; i++)
		rc = clear_one(d, &m->rows[i], why, err);
	return rc;
}

enum rc
act_fork_clear(struct desk *d, const char *word, const char *why, size_t *ret_n,
	       struct err *err)
{
	struct meant m = { .word = word };
	enum rc rc = permit(d, PERMIT_PEERS, NULL, err);

	if (rc == RC_OK && (why == NULL || why[0] == '\0'))
		rc = err_set(err, RC_USAGE, 0,
			     _("a fork is cleared with what was found out "
			       "about it (--note)"));
	if (rc == RC_OK && strlen(why) > FORK_WHY_MAX)
		rc = err_set(err, RC_TOOLARGE, 0,
			     _("a reason has at most %d bytes"), FORK_WHY_MAX);
	if (rc == RC_OK)
		rc = journal_begin(d->journal, err);
	if (rc != RC_OK)
		return rc;
	rc = act_end(d, clear_all(d, &m, why, err), err);
	if (rc == RC_OK)
		*ret_n = m.n_rows;
	xfree(m.rows);
	return rc;
}
