/* The folder of a desk, made whole or not at all. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"

#include <dirent.h>

void
folder_remove(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		char *path;

		if (str_eq(e->d_name, ".") || str_eq(e->d_name, ".."))
			continue;
		path = desk_path(folder, e->d_name);
		if (unlink(path) != 0)
			folder_remove(path);
		xfree(path);
	}
	if (dir != NULL)
		(void)closedir(dir);
	(void)rmdir(folder); /* best effort: what led here is told */
}

enum rc
folder_make_parents(char *folder, struct err *err)
{
	char *slash = folder;
	enum rc rc = RC_OK;

	while (rc == RC_OK && (slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (!file_exists(folder))
			rc = dir_make(folder, 0700, err);
		*slash = '/';
	}
	return rc;
}

static enum rc
make_at(const char *folder,
	enum rc (*build)(void *ctx, const char *folder, struct err *err),
	void *ctx, struct err *err)
{
	char *temp = xasprintf("%s.new-XXXXXX", folder), shown[160];
	enum rc rc = RC_OK;

	if (mkdtemp(temp) == NULL) { /* 0700 */
		rc = err_errno(err, errno, _("making"), folder);
		xfree(temp);
		return rc;
	}
	/* told before the work; the rename judges */
	if (rmdir(folder) == 0 || errno == ENOENT)
		rc = RC_OK;
	else if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
		rc = err_errno(err, errno, _("making"), folder);
	else
		rc = err_set(err, RC_EXISTS, errno,
			     _("%s is not empty: name another folder with "
			       "--desk"),
			     text_show_into(shown, sizeof(shown), folder));
	if (rc == RC_OK)
		rc = build(ctx, temp, err);
	if (rc == RC_OK && rename(temp, folder) != 0)
		rc = err_errno(err, errno, _("making"), folder);
	else if (rc == RC_OK && (rc = file_sync_parent(folder, err)) != RC_OK)
		folder_remove(folder); /* it may not stay */
	if (rc != RC_OK)
		folder_remove(temp);
	xfree(temp);
	return rc;
}

enum rc
folder_make(const char *path,
	    enum rc (*build)(void *ctx, const char *folder, struct err *err),
	    void *ctx, struct err *err)
{
	char *folder = xstrdup(path);
	size_t n = strlen(folder);
	enum rc rc;

	while (n > 1 && folder[n - 1] == '/')
		folder[--n] = '\0';
	rc = folder_make_parents(folder, err);
	if (rc == RC_OK)
		rc = make_at(folder, build, ctx, err);
	xfree(folder);
	return rc;
}
