#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attach_int.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/space.h"
#include "base/text.h"
#include "desk_int.h"
#include "journal/blob.h"

void
attach_name_show(const char *name, char *out, size_t out_size)
{
	char copy[ATTACH_NAME_MAX + 1];
	size_t i;

	(void)snprintf(copy, sizeof(copy), "%s", name);
	if (utf8_check(copy, strlen(copy), NULL) != RC_OK)
		for (i = 0; copy[i] != '\0'; i++)
			if ((unsigned char)copy[i] >= 0x80)
				copy[i] = '?';
	text_show_into(out, out_size, copy);
}

/* A name is text only, but text that no system takes for a path. */
enum rc
attach_name_check(const char *name, struct err *err)
{
	size_t n = strlen(name), left = n, len;
	const char *s = name;
	char shown[80];
	uint32_t cp;

	attach_name_show(name, shown, sizeof(shown));
	if (n == 0 || str_eq(name, ".") || str_eq(name, ".."))
		return err_set(err, RC_RANGE, 0,
			       _("'%s' is no name for an attachment"), shown);
	if (n > ATTACH_NAME_MAX)
		return err_set(err, RC_TOOLARGE, 0,
			       _("attachment name longer than %d bytes: rename "
				 "the file"),
			       ATTACH_NAME_MAX);
	if (utf8_check(name, n, NULL) != RC_OK)
		return err_set(err, RC_TEXT, 0,
			       _("attachment name '%s' is not UTF-8: rename "
				 "the file"),
			       shown);
	for (; (len = utf8_next(s, left, &cp)) > 0; s += len, left -= len)
		if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == '\\')
			return err_set(err, RC_RANGE, 0,
				       _("attachment name '%s' has a control "
					 "character or a backslash: rename the "
					 "file"),
				       shown);
	return RC_OK;
}

static const char *
type_of(const char *name)
{
	static const char *const types[][2] = {
		{ ".pdf", "application/pdf" },	  { ".jpg", "image/jpeg" },
		{ ".jpeg", "image/jpeg" },	  { ".png", "image/png" },
		{ ".txt", "text/plain" },	  { ".csv", "text/csv" },
		{ ".doc", "application/msword" }, { ".zip", "application/zip" },
		{ ".mp4", "video/mp4" },
	};
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot != NULL && i < ARRAY_LEN(types); i++)
		if (strcasecmp(dot, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

enum rc
attach_open_folder(const char *path, int *ret_dir, struct err *err)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (dir < 0)
		return err_errno(err, errno, _("reading"), path);
	*ret_dir = dir;
	return RC_OK;
}

enum rc
attach_open_at(int dir, const char *path, const char *name, int *ret_fd,
	       struct err *err)
{
	/* O_NONBLOCK: a pipe of that name keeps nobody waiting */
	int fd = openat(dir, path,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	char shown[160];
	enum rc rc;

	attach_name_show(name, shown, sizeof(shown));
	if (fd < 0 && errno == ELOOP)
		return err_set(err, RC_DENIED, ELOOP,
			       _("attaching %s: it is a link, and links are "
				 "not followed"),
			       shown);
	if (fd < 0) {
		rc = err_errno(err, errno, _("attaching"), shown);
		if (rc == RC_IO && err != NULL) /* the officer's file is at
						 * fault, not the folder */
			rc = err->code = RC_DENIED;
		return rc;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return err_set(err, RC_DENIED, 0,
			       _("attaching %s: not a regular file"), shown);
	}
	if (st.st_size > ATTACH_MAX_BYTES) {
		(void)close(fd);
		return err_set(err, RC_TOOLARGE, 0,
			       _("attaching %s: larger than the limit of %lld "
				 "bytes"),
			       shown, ATTACH_MAX_BYTES);
	}
	*ret_fd = fd;
	return RC_OK;
}

static enum rc
copy_in(struct desk *d, int fd, const char *path, struct digest *ret_digest,
	int64_t *ret_size, struct err *err)
{
	struct blob_writer *w = NULL;
	spare_lend(d->folder);
	enum rc rc = blob_writer_open(d->journal, NULL, &w, err);
	char *chunk = xmalloc(65536);
	ssize_t n = 1;

	while (rc == RC_OK && n > 0) {
		n = read(fd, chunk, 65536);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n < 0)
			rc = err_errno(err, errno, _("attaching"), path);
		else if (n > 0)
			rc = blob_writer_add(w, chunk, (size_t)n, err);
	}
	xfree(chunk);
	if (rc == RC_OK)
		return blob_writer_commit(w, ret_digest, ret_size, err);
	blob_writer_close(w, false);
	return rc;
}

static bool
has_name(const json_t *list, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) if (str_eq(json_text(one, "name"),
						    name)) return true;
	return false;
}

static enum rc
attach_at(struct desk *d, int dir, const char *path, json_t *list,
	  struct err *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	char hex[DIGEST_HEX_LEN + 1], text[DIGEST_HEX_LEN + 8], shown[80];
	struct digest digest;
	int64_t size = 0;
	int fd;
	enum rc rc = attach_name_check(name, err);

	if (rc == RC_OK && json_array_size(list) >= ATTACH_MAX_COUNT)
		rc = err_set(err, RC_TOOLARGE, 0, _("more than %d attachments"),
			     ATTACH_MAX_COUNT);
	if (rc == RC_OK && has_name(list, name))
		rc = err_set(err, RC_EXISTS, 0,
			     _("there is an attachment '%s' already: rename "
			       "the file"),
			     text_show_into(shown, sizeof(shown), name));
	if (rc == RC_OK)
		rc = attach_open_at(dir, path, path, &fd, err);
	if (rc != RC_OK)
		return rc;
	rc = copy_in(d, fd, path, &digest, &size, err);
	(void)close(fd); /* was only read */
	if (rc != RC_OK)
		return rc;
	digest_hex(&digest, hex);
	(void)memcpy(text, "sha256:", 7);
	memcpy(text + 7, hex, sizeof(hex));
	json_array_append_new(list, json_pack("{s:s,s:s,s:I,s:s}", "name", name,
					      "digest", text, "size",
					      (json_int_t)size, "type",
					      type_of(name)));
	return RC_OK;
}

enum rc
attach_files(struct desk *d, const struct new_doc *n, json_t *list,
	     struct err *err)
{
	char *folder = NULL, shown[160];
	int dir = AT_FDCWD;
	size_t i;
	enum rc rc = RC_OK;

	if (n->in_folder && n->n_attach > 0) {
		rc = desk_exchange_folder(d, &folder, err);
		if (rc == RC_OK)
			rc = attach_open_folder(folder, &dir, err);
		xfree(folder);
	}
	for (i = 0; rc == RC_OK && i < n->n_attach; i++) {
		if (n->in_folder && strchr(n->attach[i], '/') != NULL)
			rc = err_set(err, RC_DENIED, 0,
				     _("attaching %s: it does not lie in the "
				       "exchange folder"),
				     text_show_into(shown, sizeof(shown),
						    n->attach[i]));
		else
			rc = attach_at(d, dir, n->attach[i], list, err);
	}
	if (dir >= 0)
		(void)close(dir);
	return rc;
}

enum rc
attach_drop(const struct new_doc *n, json_t *list, struct err *err)
{
	char shown[160];
	size_t i, k;

	for (i = 0; i < n->n_detach; i++) {
		for (k = json_array_size(list); k > 0; k--)
			if (str_eq(json_text(json_array_get(list, k - 1),
					     "name"),
				   n->detach[i]))
				break;
		if (k == 0)
			return err_set(err, RC_NOTFOUND, 0,
				       _("there is no attachment '%s'"),
				       text_show_into(shown, sizeof(shown),
						      n->detach[i]));
		json_array_remove(list, k - 1);
	}
	return RC_OK;
}
