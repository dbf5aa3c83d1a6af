/*
 * A look at the first bytes of a file, so that what is not ours is refused
 * before SQLite touches it (opening a database can roll back a journal).
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store_int.h"

/* Offsets of the SQLite file format, sqlite.org/fileformat2.html 1.3 */
#define HEADER_BYTES	  100
#define AT_PAGE_SIZE	  16
#define AT_PAGE_COUNT	  28
#define AT_USER_VERSION	  60
#define AT_APPLICATION_ID 68

static uint32_t
be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static bool
wal_is_empty(const char *path)
{
	char *wal = xasprintf("%s-wal", path);
	struct stat st;
	bool empty = stat(wal, &st) != 0 || st.st_size == 0;
	(void)xfree(wal);
	return empty;
}

static enum rc
judge(const char *path, const unsigned char *h, int64_t n_file, struct err *err)
{
	int64_t page = (int64_t)h[AT_PAGE_SIZE] << 8 | h[AT_PAGE_SIZE + 1];
	if (memcmp(h, "SQLite format 3", 16) != 0)
		return err_set(err, RC_DAMAGED, 0,
			       _("%s is damaged or not a deltadesk file; "
				 "restore it from a backup"),
			       path);
	if (be32(h + AT_APPLICATION_ID) != STORE_APPLICATION_ID)
		return err_set(err, RC_DAMAGED, 0,
			       _("%s belongs to another program; "
				 "choose another desk folder"),
			       path);
	if ((int64_t)be32(h + AT_USER_VERSION) > sql_newest())
		return err_set(err, RC_NEWER, 0,
			       _("%s was made by a newer deltadesk; "
				 "update this program"),
			       path);
	if (page == 1)
		page = 65536;
	/* With frames in the WAL the file itself may rightly be shorter. */
	if (page < 512 || (n_file < page * (int64_t)be32(h + AT_PAGE_COUNT) &&
			   wal_is_empty(path)))
		return err_set(err, RC_DAMAGED, 0,
			       _("%s is cut short; restore it from a backup"),
			       path);
	return RC_OK;
}

enum rc
header_look(const char *path, struct err *err)
{
	unsigned char h[HEADER_BYTES];
	struct stat st;
	enum rc rc = RC_OK;

	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return err_set(err, RC_NOTFOUND, ENOENT,
			       _("no desk at %s; make one with 'deltadesk "
				 "init'"),
			       path);
	if (fd < 0)
		return err_errno(err, errno, _("cannot open"), path);
	if (fstat(fd, &st) != 0) {
		rc = err_errno(err, errno, _("cannot read"), path);
	} else if (!S_ISREG(st.st_mode)) {
		rc = err_set(err, RC_DAMAGED, 0, _("%s is not a plain file"),
			     path);
	} else {
		ssize_t n = pread(fd, h, sizeof(h), 0);
		if (n < 0)
			rc = err_errno(err, errno, _("cannot read"), path);
		else if ((size_t)n < sizeof(h))
			rc = err_set(err, RC_DAMAGED, 0,
				     _("%s is damaged or not a deltadesk "
				       "file; restore it from a backup"),
				     path);
		else
			rc = judge(path, h, (int64_t)st.st_size, err);
	}
	(void)close(fd); /* opened for reading only */
	return rc;
}
