/* serve locks itself down: what its peers might make of it, it cannot do. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <sys/resource.h>

#include "base/confine.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli_int.h"
#include "journal/epoch.h"

#define FOLDERS_MAX 4
#define FILES_MAX   (CONN_ALL_MAX * 4) /* descriptors, where allowed */

static void
limit_files(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return;
	if (r.rlim_max == RLIM_INFINITY || r.rlim_max > FILES_MAX)
		r.rlim_max = FILES_MAX;
	r.rlim_cur = r.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &r); /* else it stays as it was */
}

/* The folder of a file; heap. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL || slash == path
		       ? xstrdup("/")
		       : xstrndup(path, (size_t)(slash - path));
}

enum rc
confine_serve_files(struct cli *c, struct err *err)
{
	char *folders[FOLDERS_MAX + 1] = { NULL }, *spool = NULL;
	const struct confine confine = {
		.folders = (const char *const *)folders,
		.serves = true,
	};
	const char *mark = journal_get_mark(desk_get_journal(c->desk));
	const char *hour = env_system_path();
	bool files = false;
	size_t n = 0;
	enum rc rc = setting_get(c->desk, "spool", &spool, err);

	if (rc != RC_OK)
		return rc;
	i18n_load(); /* every message, while its files may be read */
	folders[n++] = xstrdup(c->folder);
	if (mark != NULL)
		folders[n++] = folder_of(mark);
	/* one that is not there may come back, as another folder */
	if (spool != NULL && spool[0] == '/')
		folders[n++] =
			file_exists(spool) ? xstrdup(spool) : folder_of(spool);
	if (hour != NULL) /* a test moves the clock */
		folders[n++] = folder_of(hour);
	limit_files();
	rc = confine_files(&confine, &files, err);
	if (rc == RC_OK && !files)
		log_line(LOG_WARN, "cli", "%s",
			 _("this kernel has no Landlock: files outside the "
			   "folder are kept closed by the program's own checks "
			   "alone"));
	for (size_t i = 0; i < n; i++)
		(void)xfree(folders[i]);
	(void)xfree(spool);
	return rc;
}

enum rc
confine_serve_calls(struct err *err)
{
	const struct confine confine = { .serves = true };

	return confine_calls(&confine, err);
}
