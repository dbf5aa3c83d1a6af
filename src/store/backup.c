/* A copy of the file while others read and write it. */
#include "config.h"

#include <errno.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "store_int.h"

#define STEP_PAGES 1024 /* between two words about how far it is */

static enum rc
copy(struct store *s, sqlite3 *to, const struct store_copying *told,
     struct err *err)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", s->db, "main");
	int code = SQLITE_OK;
	enum rc rc = RC_OK;

	if (b == NULL)
		return store_error(s, sqlite3_extended_errcode(to),
				   _("copying"), err);
	while (code == SQLITE_OK) {
		int64_t all;

		code = sqlite3_backup_step(b, STEP_PAGES);
		all = sqlite3_backup_pagecount(b);
		if (told != NULL && told->each != NULL)
			told->each(told->ctx, all - sqlite3_backup_remaining(b),
				   all);
	}
	if (code != SQLITE_DONE) /* the target's: the error is kept there */
		rc = store_error(s, code, _("copying"), err);
	code = sqlite3_backup_finish(b);
	if (rc == RC_OK && code != SQLITE_OK)
		rc = store_error(s, code, _("copying"), err);
	return rc;
}

enum rc
store_copy(struct store *s, const char *path, const struct store_copying *told,
	   struct err *err)
{
	sqlite3 *to = NULL;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum rc rc;

	if (fd < 0)
		return err_errno(err, errno, _("creating"), path);
	(void)fchmod(fd, 0600); /* whatever the umask took away */
	(void)close(fd);	/* nothing written yet */
	/* One view of the file for all steps: no writer makes it begin anew. */
	rc = store_read_begin(s, err);
	if (rc != RC_OK)
		return rc;
	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK)
		rc = store_error(s, SQLITE_CANTOPEN, _("copying"), err);
	else
		rc = copy(s, to, told, err);
	(void)sqlite3_close(to);
	store_read_end(s);
	return rc;
}
