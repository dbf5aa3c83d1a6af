/* Transactions, and the checkpoint that only one process may make. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "store_int.h"

/* `store_begin` is a macro over this: it remembers who began. */
enum rc
store_begin_at(struct store *s, const char *at, struct err *err)
{
	if (s->begun_at != NULL)
		return err_set(err, RC_DB, 0,
			       "%s: transaction of %s is still open", at,
			       s->begun_at);
	s->begins = true;
	enum rc rc = heal(s, err);
	if (rc == RC_OK)
		rc = store_exec(s, SQL_STORE_BEGIN, _("writing"), err);
	s->begins = false;
	turn_done(s);
	if (rc == RC_OK)
		s->begun_at = at;
	return rc;
}

enum rc
store_begin_light_at(struct store *s, const char *at, struct err *err)
{
	enum rc rc = RC_OK;

	if (s->begun_at == NULL)
		rc = store_exec(s, SQL_STORE_SYNC_LIGHT, _("writing"), err);
	if (rc != RC_OK)
		return rc;
	rc = store_begin_at(s, at, err);
	if (rc == RC_OK)
		s->light = true;
	else if (s->begun_at == NULL)
		(void)store_exec(s, SQL_STORE_SYNC_FULL, "", NULL);
	return rc;
}

/* From here on commits wait for the disk again. */
static void
end_light(struct store *s)
{
	if (s->light)
		(void)store_exec(s, SQL_STORE_SYNC_FULL, "", NULL);
	s->light = false;
}

enum rc
store_commit(struct store *s, struct err *err)
{
	if (s->begun_at == NULL)
		return err_set(err, RC_DB, 0, "commit without begin");
	enum rc rc = store_exec(s, SQL_STORE_COMMIT, _("writing"), err);
	if (rc != RC_OK) {
		store_rollback(s);
		(void)heal(s, NULL); /* else before the next one */
		return rc;
	}
	s->begun_at = NULL;
	s->unsynced = s->unsynced || s->light;
	end_light(s);
	return RC_OK;
}

void
store_rollback(struct store *s)
{
	/* SQLite may have rolled back by itself (disk full, damage). */
	if (s->db != NULL && sqlite3_get_autocommit(s->db) == 0)
		(void)store_exec(s, SQL_STORE_ROLLBACK, "", NULL);
	s->begun_at = NULL;
	end_light(s);
}

enum rc
store_sync(struct store *s, struct err *err)
{
	sqlite3_file *wal = NULL;
	int code;

	if (s->in_doubt)
		return heal(s, err);
	if (!s->unsynced)
		return RC_OK;
	code = sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
				    (void *)&wal);
	if (code == SQLITE_OK && wal != NULL && wal->pMethods != NULL)
		code = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL |
							 SQLITE_SYNC_DATAONLY);
	if (code != SQLITE_OK)
		return store_error(s, code, _("writing"), err);
	s->unsynced = false;
	return RC_OK;
}

bool
store_in_transaction(const struct store *s)
{
	return s->begun_at != NULL;
}

enum rc
store_read_begin_at(struct store *s, const char *at, struct err *err)
{
	if (s->begun_at != NULL)
		return err_set(err, RC_DB, 0,
			       "%s: transaction of %s is still open", at,
			       s->begun_at);
	enum rc rc = store_exec(s, SQL_STORE_READ_BEGIN, _("reading"), err);
	if (rc == RC_OK)
		s->begun_at = at;
	return rc;
}

void
store_read_end(struct store *s)
{
	store_rollback(s); /* nothing was written */
}

static enum rc
open_checkpointer(struct store *s, struct err *err)
{
	int code = sqlite3_open_v2(s->path, &s->checkpointer,
				   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				   NULL);
	if (code != SQLITE_OK) {
		(void)sqlite3_close(s->checkpointer);
		s->checkpointer = NULL;
		return store_error(s, code, _("opening"), err);
	}
	(void)sqlite3_extended_result_codes(s->checkpointer, 1);
	(void)sqlite3_db_config(s->checkpointer,
				SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
				(int *)NULL);
	(void)sqlite3_exec(s->checkpointer, sql_text(SQL_STORE_SETUP), NULL,
			   NULL, NULL); /* defaults would do as well */
	return RC_OK;
}

/*
 * The next write begins the WAL anew. It must come while this process has the
 * file open: the first to open it alone reads the whole WAL again and does
 * not know how much of it was moved.
 */
static enum rc
restart_wal(struct store *s, struct err *err)
{
	enum rc rc = store_begin(s, err);
	if (rc != RC_OK)
		return rc;
	rc = store_exec(s, SQL_STORE_TOUCH, _("checkpointing"), err);
	if (rc == RC_OK)
		return store_commit(s, err);
	store_rollback(s);
	return rc;
}

enum rc
store_checkpoint(struct store *s, struct err *err)
{
	if (s->checkpointer == NULL) {
		enum rc opened = open_checkpointer(s, err);
		if (opened != RC_OK)
			return opened;
	}
	int n_frames = 0;
	int n_moved = 0;
	enum rc rc = store_begin(s, err);
	if (rc != RC_OK)
		return rc;
	int code = sqlite3_wal_checkpoint_v2(s->checkpointer, NULL,
					     SQLITE_CHECKPOINT_PASSIVE,
					     &n_frames, &n_moved);
	store_rollback(s);
	/* A reader may hold the rest back until the next time. */
	if ((code & 0xff) == SQLITE_BUSY)
		return RC_OK;
	if (code != SQLITE_OK) {
		s->moved_in_doubt = s->moved_in_doubt || is_failed_sync(code);
		return store_error(s, code, _("checkpointing"), err);
	}
	return n_frames > 0 && n_moved == n_frames ? restart_wal(s, err)
						   : RC_OK;
}
