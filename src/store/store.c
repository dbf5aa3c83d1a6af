/* Opening, checking and migrating one SQLite file. */
#include "config.h"

#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/env.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "store_int.h"

/* A file up to this size is looked through at each open: a few ms. */
#define QUICK_LOOK_BYTES (2L * 1024 * 1024)
/* One that is looked at on its own: some seconds. */
#define LOOK_BYTES (1024L * 1024 * 1024)

/* While a writer is waited for: at first so often, then each millisecond. */
#define BUSY_QUICK_CALLS 10
#define BUSY_QUICK_US	 100

/* errno of the last failed call on the file or its WAL; SQLite tells ENOSPC
 * by a code of its own, a quota or a file size limit only so. */
static int
last_errno(const struct store *s)
{
	sqlite3_file *wal = NULL;
	int n = 0;
	if (s->db == NULL)
		return 0;
	if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
				 (void *)&wal) == SQLITE_OK &&
	    wal != NULL && wal->pMethods != NULL)
		(void)wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO,
						  &n);
	if (n == 0)
		(void)sqlite3_file_control(s->db, "main",
					   SQLITE_FCNTL_LAST_ERRNO, &n);
	return n;
}

static enum rc
rc_of_sqlite(const struct store *s, int code)
{
	int sys;
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return RC_BUSY;
	case SQLITE_FULL: return RC_FULL;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return RC_DAMAGED;
	case SQLITE_IOERR:
		sys = last_errno(s);
		return sys == ENOSPC || sys == EDQUOT || sys == EFBIG ? RC_FULL
								      : RC_IO;
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM: return RC_IO;
	case SQLITE_INTERRUPT: return RC_CANCELED;
	case SQLITE_TOOBIG: return RC_TOOLARGE;
	case SQLITE_CONSTRAINT:
		if (code == SQLITE_CONSTRAINT_UNIQUE ||
		    code == SQLITE_CONSTRAINT_PRIMARYKEY ||
		    code == SQLITE_CONSTRAINT_ROWID)
			return RC_EXISTS;
		return code == SQLITE_CONSTRAINT_TRIGGER ? RC_DENIED : RC_DB;
	}
	return RC_DB;
}

enum rc
store_error(struct store *s, int code, const char *doing, struct err *err)
{
	enum rc rc = rc_of_sqlite(s, code);
	/* a call on the file itself leaves no word with the connection */
	const char *why = s->db != NULL && sqlite3_errcode(s->db) != SQLITE_OK
				  ? sqlite3_errmsg(s->db)
				  : sqlite3_errstr(code);
	s->in_doubt = s->in_doubt || is_failed_sync(code);
	if (rc == RC_BUSY)
		return err_set(err, rc, code,
			       _("%s is locked by another process; try again"),
			       s->path);
	if (rc == RC_FULL)
		return err_set(err, rc, code,
			       _("no space left to write %s; free some space, "
				 "nothing was changed"),
			       s->path);
	if (rc == RC_DAMAGED)
		return err_set(err, rc, code,
			       _("%s is damaged (%s); restore it from a "
				 "backup"),
			       s->path, why);
	if (rc == RC_IO)
		return err_set(err, rc, code,
			       _("cannot read or write %s (%s); check the "
				 "folder's permissions and the disk"),
			       s->path, why);
	return err_set(err, rc, code, "%s: %s: %s", s->path, doing, why);
}

static int
busy_poll(void *ctx, int n_calls)
{
	struct store *s = ctx;
	int64_t now = env_monotonic_ms(env_system());
	if (n_calls == 0)
		s->busy_since_ms = now;
	if (n_calls == 0 && s->begins)
		turn_ask(s);
	if (now - s->busy_since_ms >= DB_BUSY_TIMEOUT_MS)
		return 0;
	/* Most hold the lock for less; cut short by a signal is fine. */
	(void)usleep(n_calls < BUSY_QUICK_CALLS ? BUSY_QUICK_US : 1000);
	return 1;
}

void
busy_install(struct store *s, sqlite3 *db)
{
	(void)sqlite3_busy_handler(db, busy_poll, s); /* cannot fail */
}

enum rc
store_exec(struct store *s, enum sql name, const char *doing, struct err *err)
{
	int code = sqlite3_exec(s->db, sql_text(name), NULL, NULL, NULL);
	if (code == SQLITE_OK)
		return RC_OK;
	return store_error(s, sqlite3_extended_errcode(s->db), doing, err);
}

/* One integer of a statement without parameters. */
static enum rc
read_int(struct store *s, enum sql name, int64_t *ret_n, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(s, name);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK)
		*ret_n = row ? col_int(st, 0) : 0;
	stmt_done(st);
	return rc;
}

/* A check that answers one row "ok". */
static enum rc
run_check(struct store *s, enum sql name, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(s, name);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row && strcmp(col_text(st, 0), "ok") != 0)
		rc = err_set(err, RC_DAMAGED, 0,
			     _("%s is damaged (%s); restore it from a backup"),
			     s->path, col_text(st, 0));
	stmt_done(st);
	return rc;
}

static enum rc
migrate(struct store *s, struct err *err)
{
	int64_t version = 0;
	int number = 0;
	const char *text;

	enum rc rc = store_begin(s, err);
	if (rc != RC_OK)
		return rc;
	/* Another process may have migrated while this one waited. */
	rc = read_int(s, SQL_STORE_USER_VERSION, &version, err);
	while (rc == RC_OK &&
	       (text = sql_migration_after((int)version, &number)) != NULL) {
		if (sqlite3_exec(s->db, text, NULL, NULL, NULL) != SQLITE_OK)
			rc = store_error(s, sqlite3_extended_errcode(s->db),
					 _("updating the schema"), err);
		version = number;
	}
	if (rc == RC_OK)
		return store_commit(s, err);
	store_rollback(s);
	return rc;
}

/* After the header look: what only SQLite can tell, still without writing. */
static enum rc
look_inside(struct store *s, int64_t *ret_version, struct err *err)
{
	struct stat st;
	int64_t n;

	enum rc rc = read_int(s, SQL_STORE_USER_VERSION, ret_version, err);
	if (rc == RC_OK)
		rc = read_int(s, SQL_STORE_SCHEMA_LOOK, &n, err);
	if (rc == RC_OK && *ret_version > sql_newest())
		rc = err_set(err, RC_NEWER, 0,
			     _("%s was made by a newer deltadesk; update this "
			       "program"),
			     s->path);
	if (rc == RC_OK && stat(s->path, &st) == 0 &&
	    st.st_size <= QUICK_LOOK_BYTES)
		rc = run_check(s, SQL_STORE_QUICK_CHECK, err);
	return rc;
}

static enum rc
connect(struct store *s, enum store_mode mode, struct err *err)
{
	int flags = mode == STORE_READ ? SQLITE_OPEN_READONLY
				       : SQLITE_OPEN_READWRITE;
	int code = sqlite3_open_v2(s->path, &s->db, flags | SQLITE_OPEN_NOMUTEX,
				   NULL);
	if (code != SQLITE_OK)
		return store_error(s, code, _("opening"), err);
	(void)sqlite3_extended_result_codes(s->db, 1);
	/* Checkpoints belong to the holder of exchange.lock alone. */
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
				(int *)NULL);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1,
				(int *)NULL);
	busy_install(s, s->db);
	enum rc rc = cjk1_register(s, err);
	if (rc == RC_OK)
		rc = store_exec(s, SQL_STORE_SETUP, _("opening"), err);
	return rc;
}

static enum rc
create_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return err_set(err, RC_EXISTS, EEXIST,
			       _("%s is there already; choose another folder"),
			       path);
	if (fd < 0)
		return err_errno(err, errno, _("cannot create"), path);
	(void)fchmod(fd, 0600); /* whatever the umask took away */
	(void)close(fd);	/* nothing written yet */
	return RC_OK;
}

static void
remove_file(const char *path)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		char *name = xasprintf("%s%s", path, tails[i]);
		(void)unlink(name); /* may not be there */
		(void)xfree(name);
	}
}

static enum rc
open_checked(struct store *s, enum store_mode mode, struct err *err)
{
	int64_t version = 0;

	enum rc rc = mode == STORE_CREATE ? RC_OK : header_look(s->path, err);
	if (rc == RC_OK)
		rc = connect(s, mode, err);
	if (rc == RC_OK && mode == STORE_CREATE)
		rc = store_exec(s, SQL_STORE_CREATE, _("creating"), err);
	if (rc == RC_OK && mode != STORE_CREATE)
		rc = look_inside(s, &version, err);
	if (rc != RC_OK)
		return rc;
	if (mode == STORE_READ)
		return version == sql_newest()
			       ? RC_OK
			       : err_set(err, RC_DB, 0,
					 _("%s has an older schema; open it "
					   "once for writing"),
					 s->path);
	rc = store_exec(s, SQL_STORE_WAL, _("opening"), err);
	if (rc == RC_OK && version < sql_newest())
		rc = migrate(s, err);
	return rc;
}

/* Nothing of it is open yet; for store_close(). */
static struct store *
new_store(const char *path)
{
	struct store *s = xcalloc(1, sizeof(*s));

	s->path = xstrdup(path);
	s->turn_fd = -1;
	/* one that was killed may have left a commit that nobody waited for */
	s->unsynced = true;
	return s;
}

struct store *
store_memory(void)
{
	struct store *s = new_store(":memory:");

	(void)sqlite3_open_v2(s->path, &s->db,
			      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
				      SQLITE_OPEN_MEMORY,
			      NULL); /* NULL then: no memory */
	return s;
}

enum rc
store_open(const char *path, enum store_mode mode, struct store **ret_store,
	   struct err *err)
{
	if (mode == STORE_CREATE) {
		enum rc made = create_file(path, err);
		if (made != RC_OK)
			return made;
	}
	struct store *s = new_store(path);
	enum rc rc = open_checked(s, mode, err);
	if (rc == RC_OK) {
		*ret_store = s;
		return RC_OK;
	}
	(void)store_close(s);
	if (mode == STORE_CREATE)
		remove_file(path);
	return rc;
}

enum rc
store_look(const char *path, struct store_look *out, struct err *err)
{
	struct store *s = new_store(path);
	int64_t version = 0;
	struct stat st;
	enum rc rc;

	*out = (struct store_look){ .newest = sql_newest() };
	rc = header_look(path, err);
	if (rc == RC_OK)
		rc = connect(s, STORE_READ, err);
	if (rc == RC_OK)
		rc = look_inside(s, &version, err);
	out->version = (int)version;
	if (stat(path, &st) == 0)
		out->size_bytes = st.st_size;
	out->whole = out->size_bytes <= LOOK_BYTES;
	if (rc == RC_OK && out->whole)
		rc = run_check(s, SQL_STORE_QUICK_CHECK, err);
	(void)store_close(s);
	return rc;
}

static enum rc
try_live(const char *path, struct store **ret_store, struct err *err)
{
	struct err ignored = ERR_INIT;
	enum rc rc = create_file(path, &ignored);
	if (rc == RC_EXISTS)
		rc = RC_OK;
	else if (rc != RC_OK && err != NULL)
		*err = ignored;
	struct store *s = new_store(path);
	if (rc == RC_OK)
		rc = connect(s, STORE_WRITE, err);
	if (rc == RC_OK)
		rc = store_exec(s, SQL_STORE_SETUP_LIVE, _("opening"), err);
	if (rc == RC_OK)
		rc = store_exec(s, SQL_STORE_WAL, _("opening"), err);
	if (rc == RC_OK)
		rc = store_exec(s, SQL_LIVE_SCHEMA, _("opening"), err);
	if (rc == RC_OK)
		*ret_store = s;
	else
		(void)store_close(s);
	return rc;
}

enum rc
store_open_live(const char *path, struct store **ret_store, struct err *err)
{
	enum rc rc = try_live(path, ret_store, err);
	if (rc != RC_DAMAGED && rc != RC_DB)
		return rc;
	remove_file(path); /* nothing in it is missed */
	return try_live(path, ret_store, err);
}

enum rc
store_be_frugal(struct store *s, struct err *err)
{
	return store_exec(s, SQL_STORE_FRUGAL, _("opening"), err);
}

struct store *
store_close(struct store *s)
{
	if (s == NULL)
		return NULL;
	store_rollback(s);
	for (size_t i = 0; i < SQL__COUNT; i++)
		(void)sqlite3_finalize(s->stmts[i].handle);
	(void)sqlite3_close(s->checkpointer); /* both without statements now */
	(void)sqlite3_close(s->db);
	turn_close(s);
	(void)xfree(s->path);
	return xfree(s);
}

int64_t
store_data_version(struct store *s)
{
	int64_t n = 0;
	/* A reader that cannot tell looks again at its next tick. */
	(void)read_int(s, SQL_STORE_DATA_VERSION, &n, NULL);
	return n;
}

enum rc
store_check(struct store *s, struct err *err)
{
	return run_check(s, SQL_STORE_INTEGRITY_CHECK, err);
}
