/*
 * Handing a bundle in: copied into the desk's folder while it is checked, so
 * that the medium may be taken out at once, nobody can change what was
 * checked, and the serving process opens no path of a user.
 */
#include <errno.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/space.h"
#include "base/text.h"
#include "base/uuid.h"
#include "bundle_int.h"

#include <dirent.h>

#define LEFT_MS (24LL * 3600 * 1000) /* no copying takes that long */

struct spooling {
	struct journal *j;
	struct bundle_scan *scan;
	char *path;
	int in, out;
	bool asked; /* may it come? */
};

/* Own acts keep their reserve. */
static enum rc
look_at_space(const struct spooling *s, struct err *err)
{
	struct space space;

	if (space_look(journal_get_folder(s->j), &space) &&
	    space_is_short(&space))
		return err_errno(err, ENOSPC, _("writing"), s->path);
	return RC_OK;
}

static enum rc
take_chunk(struct spooling *s, const char *chunk, size_t n_bytes,
	   struct err *err)
{
	const struct bundle_head *h;
	enum rc rc = bundle_scan_feed(s->scan, chunk, n_bytes, err);

	h = bundle_scan_get_head(s->scan);
	/* A wrong one is refused at its first bytes, whatever its size. */
	if (rc == RC_OK && !s->asked && h != NULL) {
		s->asked = true;
		rc = bundle_may_come(s->j, h, err);
	}
	if (rc == RC_OK)
		rc = look_at_space(s, err);
	return rc == RC_OK
		       ? file_write_all(s->out, s->path, chunk, n_bytes, err)
		       : rc;
}

static enum rc
copy(struct spooling *s, struct err *err)
{
	char *chunk = xmalloc(BUNDLE_CHUNK);
	enum rc rc = RC_OK;
	ssize_t n = 1;

	while (rc == RC_OK && n > 0) {
		n = read(s->in, chunk, BUNDLE_CHUNK);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n < 0)
			rc = err_errno(err, errno, _("reading"), _("bundle"));
		else if (n > 0)
			rc = take_chunk(s, chunk, (size_t)n, err);
	}
	xfree(chunk);
	if (rc == RC_OK)
		rc = bundle_scan_end(s->scan, err);
	if (rc == RC_OK)
		rc = bundle_scan_verify(s->scan, s->j, err);
	if (rc == RC_OK && fsync(s->out) != 0)
		rc = err_errno(err, errno, _("writing"), s->path);
	return rc;
}

static enum rc
begin(struct spooling *s, const char *name, struct err *err)
{
	char *folder = bundle_path(s->j, "");
	enum rc rc;

	folder[strlen(folder) - 1] = '\0'; /* its slash */
	rc = dir_make(folder, 0700, err);
	xfree(folder);
	if (rc != RC_OK)
		return rc;
	s->path = bundle_path(s->j, name);
	s->out = open(s->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (s->out < 0 || fchmod(s->out, 0600) != 0)
		return err_errno(err, errno, _("creating"), s->path);
	return RC_OK;
}

enum rc
bundle_hand_in(struct journal *j, const char *officer, int fd, int64_t *ret_row,
	       struct err *err)
{
	struct spooling s = { .j = j, .in = fd, .out = -1 };
	char name[UUID_LEN + 1];
	enum rc rc;

	uuid7_make(journal_get_env(j), name);
	s.scan = bundle_scan_new();
	rc = begin(&s, name, err);
	if (rc == RC_OK)
		rc = copy(&s, err);
	if (s.out >= 0 && close(s.out) != 0 && rc == RC_OK)
		rc = err_errno(err, errno, _("writing"), s.path);
	if (rc == RC_OK)
		rc = bundle_add(j, bundle_scan_get_head(s.scan), officer, name,
				ret_row, err);
	if (rc != RC_OK && s.out >= 0)
		(void)unlink(s.path); /* best effort: the error is told */
	bundle_scan_free(s.scan);
	xfree(s.path);
	return rc;
}

static bool
is_waited_for(struct journal *j, const char *name)
{
	struct stmt *st = stmt_use(journal_get_store(j), SQL_BUNDLE_SPOOLED);
	bool row = true;

	stmt_text(st, 1, name);
	if (stmt_step(st, &row, NULL) != RC_OK)
		row = true; /* in doubt it stays */
	stmt_done(st);
	return row;
}

static void
sweep_one(struct journal *j, const char *name)
{
	char *path = bundle_path(j, name);
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    (int64_t)st.st_mtim.tv_sec * 1000 + LEFT_MS <
		    env_now_ms(journal_get_env(j)) &&
	    !is_waited_for(j, name))
		(void)unlink(path); /* the next start may do it */
	xfree(path);
}

void
bundle_sweep(struct journal *j)
{
	char *folder = bundle_path(j, "");
	DIR *d = opendir(folder); /* NULL: no bundle ever came */
	const struct dirent *e;

	xfree(folder);
	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		sweep_one(j, e->d_name);
	(void)closedir(d);
}
