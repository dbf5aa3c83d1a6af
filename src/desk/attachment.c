#include "desk/attachment.h"

#include <errno.h>
#include <string.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "journal/blob.h"

#define NAME_CLEAN_MAX 120 /* bytes of a name in the exchange folder */
#define NAME_TRIES     99

enum rc
ask_attachment(struct desk *d, const struct attachment_row *a, int *ret_fd,
	       int64_t *ret_size, struct err *err)
{
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	return rc == RC_OK ? blob_open(d->journal, &a->digest, ret_fd, ret_size,
				       err)
			   : rc;
}

static bool
is_plain(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') ||
		       (cp >= 'A' && cp <= 'Z') || cp == '-' || cp == '_' ||
		       cp == '.';
	return !cp_is_hidden(cp) && !cp_is_sign(cp);
}

/* No path, no dot in front, nothing that a shell or a terminal reads. */
static void
clean_name(const char *name, char out[static NAME_CLEAN_MAX + 1])
{
	const char *slash = strrchr(name, '/');
	size_t at = 0, len, left;
	uint32_t cp;

	name = slash != NULL ? slash + 1 : name;
	left = strlen(name);
	while ((len = utf8_next(name, left, &cp)) > 0 &&
	       at + len <= NAME_CLEAN_MAX) {
		if (is_plain(cp) && !(at == 0 && cp == '.')) {
			memcpy(out + at, name, len);
			at += len;
		} else {
			out[at++] = '_';
		}
		name += len;
		left -= len;
	}
	if (at == 0)
		out[at++] = '_';
	out[at] = '\0';
}

/* A file that is new: "name.csv", else "name-2.csv" .. */
static enum rc
create(const char *folder, const char *name, char **ret_path, int *ret_fd,
       struct err *err)
{
	const char *dot = strrchr(name, '.');
	int stem = (int)(dot != NULL && dot > name ? (size_t)(dot - name)
						   : strlen(name));
	char *path = NULL;
	int n, fd = -1;

	for (n = 1; n <= NAME_TRIES && fd < 0; n++) {
		xfree(path);
		path = n == 1 ? xasprintf("%s/%s", folder, name)
			      : xasprintf("%s/%.*s-%d%s", folder, stem, name, n,
					  name + stem);
		fd = open(path,
			  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			  0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0) {
		enum rc rc = err_errno(err, errno, _("writing"), path);

		xfree(path);
		return rc;
	}
	*ret_path = path;
	*ret_fd = fd;
	return RC_OK;
}

static enum rc
copy(int from, int to, const char *path, struct err *err)
{
	char chunk[65536];
	ssize_t n;
	enum rc rc = RC_OK;

	while ((n = read(from, chunk, sizeof(chunk))) != 0) {
		if (n < 0)
			return err_errno(err, errno, _("reading"), path);
		rc = file_write_all(to, path, chunk, (size_t)n, err);
		if (rc != RC_OK)
			return rc;
	}
	return fsync(to) == 0 ? RC_OK
			      : err_errno(err, errno, _("writing"), path);
}

enum rc
act_attachment_out(struct desk *d, const struct doc_ref *ref,
		   const struct attachment_row *a, char **ret_path,
		   struct err *err)
{
	char name[NAME_CLEAN_MAX + 1], *folder = NULL, *path = NULL;
	int from = -1, to = -1;
	int64_t size;
	enum rc rc;

	clean_name(a->name, name);
	rc = blob_open(d->journal, &a->digest, &from, &size, err);
	if (rc == RC_OK)
		rc = act_taken_out(d, "export", ref, name, err);
	if (rc == RC_OK)
		rc = desk_exchange_folder(d, &folder, err);
	if (rc == RC_OK)
		rc = create(folder, name, &path, &to, err);
	if (rc == RC_OK)
		rc = copy(from, to, path, err);
	if (from >= 0)
		(void)close(from); /* only read */
	if (to >= 0 && close(to) != 0 && rc == RC_OK)
		rc = err_errno(err, errno, _("writing"), path);
	xfree(folder);
	if (rc != RC_OK) {
		if (path != NULL)
			(void)unlink(path); /* a half is worse than none */
		xfree(path);
		return rc;
	}
	*ret_path = path;
	return RC_OK;
}
