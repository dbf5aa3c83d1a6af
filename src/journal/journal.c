/* The journal's life, its transactions and the file that wakes the others. */
#include "config.h"

#include "journal/journal.h"

#include <errno.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "epoch_int.h"
#include "journal/epoch.h"
#include "journal/kind_row.h"
#include "journal/projection.h"
#include "journal/reference.h"
#include "journal_int.h"

enum rc
journal_open(const struct journal_config *config, struct journal **ret_journal,
	     struct err *err)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	j->folder = xstrdup(config->folder);
	j->wake_path = xasprintf("%s/wake", config->folder);
	j->store = config->store;
	j->env = config->env;
	j->kinds = config->kinds;
	j->calendar = j->embedded_calendar = config->calendar;
	j->kind_row = config->kind_row;
	j->signer = config->signer;
	j->signer_stamp = -1;
	j->open_signer = config->open_signer;
	j->signer_ctx = config->signer_ctx;
	enum rc rc = str_copy(j->desk, sizeof(j->desk), config->desk, err);
	if (rc == RC_OK)
		rc = keyring_refresh(j, err);
	if (rc == RC_OK)
		rc = calendar_refresh(j, err);
	if (rc == RC_OK && config->mark_folder != NULL)
		rc = mark_open(j, config->mark_folder, err);
	if (rc != RC_OK) {
		(void)journal_close(j);
		return rc;
	}
	*ret_journal = j;
	return RC_OK;
}

struct journal *
journal_close(struct journal *j)
{
	if (j == NULL)
		return NULL;
	(void)signer_free(j->own_signer);
	(void)keyring_unref(j->keys);
	(void)calendar_free(j->own_calendar);
	touched_release(&j->touched);
	touched_release(&j->parents);
	fresh_release(&j->fresh);
	index_changes_release(&j->index_changes);
	cards_shown_release(&j->cards_shown);
	stat_sums_reset(j);
	mark_release(&j->mark);
	(void)xfree(j->folder);
	(void)xfree(j->wake_path);
	return xfree(j);
}

struct store *
journal_get_store(const struct journal *j)
{
	return j->store;
}

const char *
journal_get_desk(const struct journal *j)
{
	return j->desk;
}

const char *
journal_get_folder(const struct journal *j)
{
	return j->folder;
}

const struct env *
journal_get_env(const struct journal *j)
{
	return j->env;
}

const struct kinds *
journal_get_kinds(const struct journal *j)
{
	return j->kinds;
}

const struct calendar *
journal_get_calendar(const struct journal *j)
{
	return j->calendar;
}

/* Inside a transaction that has just begun. */
static enum rc
begun(struct journal *j, struct err *err)
{
	touched_reset(&j->touched);
	touched_reset(&j->parents);
	j->retry = j->own_acts = j->in_backlog = false;
	enum rc rc = keyring_refresh(j, err);
	if (rc == RC_OK)
		rc = calendar_refresh(j, err);
	if (rc == RC_OK)
		rc = journal_refresh_kinds(j, err);
	if (rc != RC_OK)
		journal_rollback(j);
	return rc;
}

enum rc
journal_begin(struct journal *j, struct err *err)
{
	fresh_reset(&j->fresh);
	enum rc rc = store_begin(j->store, err);
	return rc == RC_OK ? begun(j, err) : rc;
}

enum rc
journal_begin_light(struct journal *j, struct err *err)
{
	fresh_reset(&j->fresh);
	return journal_begin_behind(j, err);
}

enum rc
journal_begin_behind(struct journal *j, struct err *err)
{
	enum rc rc = store_begin_light(j->store, err);
	return rc == RC_OK ? begun(j, err) : rc;
}

enum rc
journal_join(struct journal *j, bool *ret_alone, struct err *err)
{
	*ret_alone = !store_in_transaction(j->store);
	return *ret_alone ? journal_begin(j, err) : RC_OK;
}

enum rc
journal_leave(struct journal *j, bool alone, enum rc rc, struct err *err)
{
	if (!alone)
		return rc;
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}

void
journal_touch(struct journal *j, const char *owner, const char *doc)
{
	char subject[SUBJECT_MAX + 1];
	subject_make(owner, doc, subject);
	touched_add(&j->touched, subject);
}

void
journal_rollback(struct journal *j)
{
	store_rollback(j->store);
	touched_reset(&j->touched);
	touched_reset(&j->parents);
	fresh_reset(&j->fresh);
	index_changes_reset(&j->index_changes);
	stat_sums_reset(j);
	j->retry = false;
	j->mark.ahead = j->mark.ahead || j->mark.rolled;
	j->mark.rolled = false;
	/* They may hold what was of the transaction that is gone. */
	j->keys = keyring_unref(j->keys);
	j->signer_stamp = -1;
	j->calendar_row = -1;
}

void
journal_wake(struct journal *j)
{
	int fd = open(j->wake_path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		      0600);
	if (fd < 0)
		return; /* the others look by themselves each second */
	(void)futimens(fd, NULL);
	(void)close(fd);
}
