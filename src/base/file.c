#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

enum rc
err_errno(struct err *err, int errnum, const char *what, const char *path)
{
	char shown[160];

	text_show_into(shown, sizeof(shown), path);
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return err_set(err, RC_FULL, errnum,
			       _("%s %s: no space left; make room and try "
				 "again"),
			       what, shown);
	case ENOENT:
	case ENOTDIR:
		return err_set(
			err, RC_NOTFOUND, errnum,
			_("%s %s: there is no such file; check the path"), what,
			shown);
	case EACCES:
	case EPERM:
		return err_set(err, RC_IO, errnum,
			       _("%s %s: not permitted; check owner and mode"),
			       what, shown);
	case EROFS:
		return err_set(err, RC_IO, errnum,
			       _("%s %s: the file system is read-only"), what,
			       shown);
	case EEXIST:
		return err_set(err, RC_EXISTS, errnum,
			       _("%s %s: exists already"), what, shown);
	case ELOOP:
		return err_set(err, RC_IO, errnum,
			       _("%s %s: a symbolic link is not followed here"),
			       what, shown);
	default:
		return err_set(err, RC_IO, errnum, "%s %s: %s", what, shown,
			       err_words(errnum) ? err_words(errnum)
			       : strerrordesc_np(errnum) != NULL
				       ? strerrordesc_np(errnum)
				       : "?");
	}
}

static enum rc
read_all(int fd, const char *path, size_t max_bytes, struct buf *out,
	 struct err *err)
{
	char chunk[65536], shown[160];
	size_t got = 0;
	enum rc rc;
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, errno, _("reading"), path);
		if (n == 0)
			return RC_OK;
		got += (size_t)n;
		if (got > max_bytes)
			return err_set(err, RC_TOOLARGE, 0,
				       _("reading %s: larger than the limit of "
					 "%zu bytes"),
				       text_show_into(shown, sizeof(shown),
						      path),
				       max_bytes);
		rc = buf_add(out, chunk, (size_t)n, err);
		if (rc != RC_OK)
			return rc;
	}
}

enum rc
file_read(const char *path, size_t max_bytes, bool follow, struct buf *out,
	  struct err *err)
{
	/* O_NONBLOCK: opening a pipe must not wait for a writer */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
				    (follow ? 0 : O_NOFOLLOW));
	char shown[160];
	struct stat st;
	enum rc rc;

	if (fd < 0)
		return err_errno(err, errno, _("reading"), path);
	if (fstat(fd, &st) != 0)
		rc = err_errno(err, errno, _("reading"), path);
	else if (!S_ISREG(st.st_mode))
		rc = err_set(err, RC_IO, 0, _("reading %s: not a regular file"),
			     text_show_into(shown, sizeof(shown), path));
	else
		rc = read_all(fd, path, max_bytes, out, err);
	(void)close(fd); /* was only read */
	return rc;
}

enum rc
file_write_all(int fd, const char *path, const void *data, size_t n_bytes,
	       struct err *err)
{
	const char *at = data;
	ssize_t n;

	while (n_bytes > 0) {
		n = write(fd, at, n_bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, errno, _("writing"), path);
		at += n;
		n_bytes -= (size_t)n;
	}
	return RC_OK;
}

enum rc
file_sync_parent(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash == NULL   ? xstrdup(".")
		    : slash == path ? xstrdup("/")
				    : xstrndup(path, (size_t)(slash - path));
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rc rc = RC_OK;

	if (fd < 0 || fsync(fd) != 0)
		rc = err_errno(err, errno, _("writing"), dir);
	if (fd >= 0)
		(void)close(fd); /* synced above */
	xfree(dir);
	return rc;
}

static enum rc
fill(int fd, const char *path, const void *data, size_t n_bytes, unsigned mode,
     bool durable, struct err *err)
{
	enum rc rc = RC_OK;

	if (fchmod(fd, mode) != 0) /* whatever the umask is */
		rc = err_errno(err, errno, _("writing"), path);
	if (rc == RC_OK)
		rc = file_write_all(fd, path, data, n_bytes, err);
	if (rc == RC_OK && durable && fsync(fd) != 0)
		rc = err_errno(err, errno, _("writing"), path);
	if (close(fd) != 0 && rc == RC_OK)
		rc = err_errno(err, errno, _("writing"), path);
	return rc;
}

static enum rc
replace(const char *path, const void *data, size_t n_bytes, unsigned mode,
	bool durable, struct err *err)
{
	char *temp = xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(temp, O_CLOEXEC);
	enum rc rc;

	if (fd < 0) {
		rc = err_errno(err, errno, _("writing"), path);
		goto out;
	}
	rc = fill(fd, path, data, n_bytes, mode, durable, err);
	if (rc == RC_OK && rename(temp, path) != 0)
		rc = err_errno(err, errno, _("writing"), path);
	if (rc != RC_OK)
		(void)unlink(temp); /* best effort: the error is told */
	else if (durable)
		rc = file_sync_parent(path, err);
out:
	xfree(temp);
	return rc;
}

enum rc
file_replace(const char *path, const void *data, size_t n_bytes, unsigned mode,
	     struct err *err)
{
	return replace(path, data, n_bytes, mode, true, err);
}

enum rc
file_replace_unsynced(const char *path, const void *data, size_t n_bytes,
		      unsigned mode, struct err *err)
{
	return replace(path, data, n_bytes, mode, false, err);
}

enum rc
file_create(const char *path, const void *data, size_t n_bytes, unsigned mode,
	    struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	enum rc rc;

	if (fd < 0)
		return err_errno(err, errno, _("creating"), path);
	rc = fill(fd, path, data, n_bytes, mode, true, err);
	if (rc == RC_OK)
		rc = file_sync_parent(path, err);
	if (rc != RC_OK)
		(void)unlink(path); /* best effort: the error is told */
	return rc;
}

enum rc
dir_make(const char *path, unsigned mode, struct err *err)
{
	struct stat st;

	if (mkdir(path, mode) == 0) {
		if (chmod(path, mode) != 0) /* whatever the umask is */
			return err_errno(err, errno, _("creating"), path);
		return file_sync_parent(path, err);
	}
	if (errno == EEXIST && lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return RC_OK;
	return err_errno(err, errno, _("creating"), path);
}

bool
file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

enum rc
file_check_private(const char *path, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return err_errno(err, errno, _("cannot open"), path);
	if (S_ISLNK(st.st_mode))
		return err_set(err, RC_IO, ELOOP,
			       _("key file %s is a link; put the file itself "
				 "there"),
			       path);
	if ((st.st_mode & 077) != 0)
		return err_set(
			err, RC_IO, 0,
			_("key file %s is open to others; chmod 600 it "
			  "and, if others could read it, rotate the key"),
			path);
	return RC_OK;
}
