/* An attachment written: hashed on its way to a temporary file. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"
#include "blob_int.h"
#include "journal_int.h"

#define READ_BYTES (64 * 1024)

struct blob_writer {
	struct journal *journal;
	char *path; /* of the part */
	int fd;
	bool any; /* no digest was expected */
	bool synced;
	struct digest expected;
	struct digest_stream *hash;
	int64_t offset;
	char supplier[DESK_ID_MAX + 1];
};

static enum rc
make_folders(const struct journal *j, struct err *err)
{
	char *blobs = xasprintf("%s/blobs", j->folder);
	char *part = xasprintf("%s/blobs/part", j->folder);
	enum rc rc = dir_make(blobs, 0700, err);
	if (rc == RC_OK)
		rc = dir_make(part, 0700, err);
	(void)xfree(blobs);
	(void)xfree(part);
	return rc;
}

/* What an earlier try left is hashed again and gone on with. */
static enum rc
take_part(struct blob_writer *w, struct err *err)
{
	char *bytes = xmalloc(READ_BYTES);
	ssize_t n;

	while ((n = read(w->fd, bytes, READ_BYTES)) > 0) {
		digest_stream_add(w->hash, bytes, (size_t)n);
		w->offset += n;
	}
	(void)xfree(bytes);
	return n < 0 ? err_errno(err, errno, _("cannot read"), w->path) : RC_OK;
}

enum rc
blob_writer_open(struct journal *j, const struct digest *expected,
		 struct blob_writer **ret_writer, struct err *err)
{
	char name[DIGEST_HEX_LEN + 1];
	struct blob_writer *w = xcalloc(1, sizeof(*w));

	w->journal = j;
	w->any = expected == NULL;
	w->fd = -1;
	memcpy(w->supplier, j->desk, sizeof(w->supplier));
	if (expected == NULL) {
		uuid7_make(j->env, name);
	} else {
		w->expected = *expected;
		digest_hex(expected, name);
	}
	w->path = xasprintf("%s/blobs/part/%s", j->folder, name);
	w->hash = digest_stream_new();
	enum rc rc = make_folders(j, err);
	if (rc == RC_OK) {
		w->fd = open(w->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			     0600);
		if (w->fd < 0)
			rc = err_errno(err, errno, _("cannot create"), w->path);
	}
	if (rc == RC_OK)
		rc = take_part(w, err);
	if (rc != RC_OK) {
		(void)blob_writer_close(w, true);
		return rc;
	}
	*ret_writer = w;
	return RC_OK;
}

int64_t
blob_writer_get_offset(const struct blob_writer *w)
{
	return w->offset;
}

enum rc
blob_writer_set_supplier(struct blob_writer *w, const char *desk,
			 struct err *err)
{
	return str_copy(w->supplier, sizeof(w->supplier), desk, err);
}

enum rc
blob_writer_add(struct blob_writer *w, const void *data, size_t n_bytes,
		struct err *err)
{
	const char *p = data;
	size_t left = n_bytes;

	if (w->offset + (int64_t)n_bytes > ATTACH_MAX_BYTES)
		return err_set(err, RC_TOOLARGE, 0,
			       _("an attachment has at most %lld bytes"),
			       (long long)ATTACH_MAX_BYTES);
	while (left > 0) {
		ssize_t n = write(w->fd, p, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, errno, _("cannot write"),
					 w->path);
		digest_stream_add(w->hash, p, (size_t)n);
		w->offset += n;
		p += n;
		left -= (size_t)n;
	}
	return RC_OK;
}

static enum rc
sync_folder(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rc rc = RC_OK;
	if (fd < 0 || fsync(fd) != 0)
		rc = err_errno(err, errno, _("cannot sync"), path);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

static enum rc
put_in_place(struct blob_writer *w, const struct digest *d, struct err *err)
{
	char *folder = blob_path(w->journal, d, true);
	char *path = blob_path(w->journal, d, false);
	enum rc rc = RC_OK;

	if (fsync(w->fd) != 0)
		rc = err_errno(err, errno, _("cannot sync"), w->path);
	w->synced = rc == RC_OK;
	if (rc == RC_OK)
		rc = dir_make(folder, 0700, err);
	if (rc == RC_OK && rename(w->path, path) != 0)
		rc = err_errno(err, errno, _("cannot create"), path);
	if (rc == RC_OK)
		rc = sync_folder(folder, err);
	(void)xfree(folder);
	(void)xfree(path);
	return rc;
}

enum rc
blob_writer_commit(struct blob_writer *take_w, struct digest *out,
		   int64_t *ret_size, struct err *err)
{
	struct blob_writer *w = take_w;
	struct digest d;
	bool keep = false;
	enum rc rc = RC_OK;

	digest_stream_end(w->hash, &d);
	w->hash = NULL;
	if (!w->any && !digest_eq(&d, &w->expected))
		rc = err_set(err, RC_VERIFY, 0,
			     _("the attachment's bytes do not have the digest "
			       "that was promised; they are dropped"));
	else
		rc = put_in_place(w, &d, err);
	/* Goes on when there is space again, where it can be found again; but
	 * what a failed sync leaves may read well and not be on the disk. */
	keep = rc == RC_FULL && w->synced && !w->any;
	if (rc == RC_OK)
		rc = blob_store(w->journal, &d, w->offset, w->supplier, err);
	if (rc == RC_OK) {
		*out = d;
		*ret_size = w->offset;
		keep = true; /* its name is another by now */
	}
	(void)blob_writer_close(w, keep);
	return rc;
}

struct blob_writer *
blob_writer_close(struct blob_writer *w, bool keep)
{
	if (w == NULL)
		return NULL;
	if (w->fd >= 0)
		(void)close(w->fd);
	if (!keep)
		(void)unlink(w->path); /* may be gone */
	(void)digest_stream_free(w->hash);
	(void)xfree(w->path);
	return xfree(w);
}
