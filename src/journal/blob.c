/* Attachments that are here, and who may have them. */
#include "config.h"

#include "journal/blob.h"

#include <errno.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "blob_int.h"
#include "journal_int.h"

char *
blob_path(const struct journal *j, const struct digest *d, bool folder)
{
	char hex[DIGEST_HEX_LEN + 1];
	digest_hex(d, hex);
	if (folder)
		return xasprintf("%s/blobs/%.2s", j->folder, hex);
	return xasprintf("%s/blobs/%.2s/%s", j->folder, hex, hex);
}

static enum rc
find(struct journal *j, const struct digest *d, bool *ret_here,
     int64_t *ret_size, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_BLOB_GET);
	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK) {
		*ret_here = row;
		if (row && ret_size != NULL)
			*ret_size = col_int(st, 0);
	}
	stmt_done(st);
	return rc;
}

bool
blob_here(struct journal *j, const struct digest *d, int64_t *ret_size)
{
	bool here = false;
	/* A failing look-up and a missing file look the same: not here. */
	(void)find(j, d, &here, ret_size, NULL);
	return here;
}

enum rc
blob_open(struct journal *j, const struct digest *d, int *ret_fd,
	  int64_t *ret_size, struct err *err)
{
	bool here = false;
	int64_t size = 0;
	struct stat st;

	enum rc rc = find(j, d, &here, &size, err);
	if (rc == RC_OK && !here)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("the attachment is not here yet"));
	if (rc != RC_OK)
		return rc;
	char *path = blob_path(j, d, false);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		rc = err_errno(err, errno, _("cannot open"), path);
	else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
		 st.st_size != size)
		rc = err_set(err, RC_DAMAGED, 0,
			     _("%s has another size than was stored; run "
			       "deltadesk verify"),
			     path);
	(void)xfree(path);
	if (rc == RC_OK) {
		*ret_fd = fd;
		*ret_size = size;
	} else if (fd >= 0) {
		(void)close(fd);
	}
	return rc;
}

bool
blob_granted(struct journal *j, const struct digest *d, const char *peer)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_BLOB_GRANTED);
	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	stmt_text(st, 2, peer);
	enum rc rc = stmt_step(st, &row, NULL);
	stmt_done(st);
	return rc == RC_OK && row; /* in doubt not */
}

enum rc
blob_wanted(struct journal *j, const char *peer,
	    void (*each)(void *ctx, const struct digest *d), void *ctx,
	    struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_BLOB_WANTED);
	stmt_text(st, 1, peer);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		struct digest d;
		rc = col_digest(st, 0, &d, err);
		if (rc == RC_OK) {
			each(ctx, &d);
			rc = stmt_step(st, &row, err);
		}
	}
	stmt_done(st);
	return rc;
}

struct asked {
	const struct digest *digest;
	bool found;
};

static void
is_asked(void *ctx, const struct digest *d)
{
	struct asked *a = ctx;
	a->found = a->found || digest_eq(d, a->digest);
}

enum rc
blob_is_wanted(struct journal *j, const char *peer, const struct digest *d,
	       bool *ret, struct err *err)
{
	struct asked a = { .digest = d };
	enum rc rc = blob_wanted(j, peer, is_asked, &a, err);
	*ret = a.found;
	return rc;
}

static enum rc
put_rows(struct journal *j, const struct digest *d, int64_t size,
	 const char *supplier, struct err *err)
{
	int64_t now = env_now_ms(j->env);
	struct stmt *st = stmt_use(j->store, SQL_BLOB_INSERT);
	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	stmt_int(st, 2, size);
	stmt_int(st, 3, now);
	enum rc rc = stmt_run(st, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_BLOB_GRANT_PUT);
	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	stmt_text(st, 2, supplier);
	stmt_int(st, 3, now);
	rc = stmt_run(st, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_WANT_DROP_MINE);
	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	return stmt_run(st, err);
}

/* 附件 1/3 changes on the documents that name it. */
static enum rc
touch_documents(struct journal *j, const struct digest *d, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_BLOB_SUBJECTS);
	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		touched_add(&j->touched, col_text(st, 0));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

enum rc
blob_store(struct journal *j, const struct digest *d, int64_t size,
	   const char *supplier, struct err *err)
{
	bool alone = false;
	enum rc rc = journal_join(j, &alone, err);
	if (rc != RC_OK)
		return rc;
	rc = put_rows(j, d, size, supplier, err);
	if (rc == RC_OK)
		rc = touch_documents(j, d, err);
	return journal_leave(j, alone, rc, err);
}
