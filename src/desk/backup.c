/* backup: everything a desk is, in one file, while it works. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup_int.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "journal/blob.h"
#include "key_files_int.h"
#include "trust/keybox.h"

struct writing {
	struct desk *d;
	const struct backup_order *order;
	struct backup_made *made;
	char *folder, *db, *file; /* beside the file asked for */
	struct tar_out tar;
	int64_t made_ms;
};

static void
tell(const struct writing *w, const char *what, int64_t done, int64_t all)
{
	if (w->order->progress.each != NULL)
		w->order->progress.each(w->order->progress.ctx, what, done,
					all);
}

static void
on_pages(void *ctx, int64_t done, int64_t all)
{
	tell(ctx, _("database"), done, all);
}

static enum rc
put_db(struct writing *w, struct err *err)
{
	struct store_copying copying = { .each = on_pages, .ctx = w };
	struct stat st;
	int fd;
	enum rc rc = store_copy(w->d->store, w->db, &copying, err);

	if (rc == RC_OK)
		rc = backup_db_check(w->db, w->d->id, err);
	if (rc != RC_OK)
		return rc;
	fd = open(w->db, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		rc = err_errno(err, errno, _("reading"), w->db);
	else
		rc = tar_put_fd(&w->tar, FILE_STORE, fd, st.st_size, err);
	if (fd >= 0)
		(void)close(fd); /* only read from */
	return rc;
}

static enum rc
put_head(struct writing *w, struct err *err)
{
	struct backup_head h = { .made_ms = w->made_ms,
				 .has_keys = w->order->passphrase != NULL };
	struct buf b = { 0 };
	enum rc rc;

	memcpy(h.desk, w->d->id, sizeof(h.desk));
	buf_init(&b, BACKUP_HEAD_MAX);
	rc = backup_head_write(&h, &b, err);
	if (rc == RC_OK)
		rc = tar_put(&w->tar, BACKUP_HEAD, buf_str(&b), b.len, err);
	buf_release(&b);
	return rc;
}

static enum rc
put_key(struct writing *w, const char *name, char *take_path, struct err *err)
{
	char *path = take_path;
	struct buf b = { 0 };
	enum rc rc;

	buf_init(&b, KEYBOX_FILE_MAX);
	rc = keybox_lock(path, w->order->passphrase, &b, err);
	if (rc == RC_OK)
		rc = tar_put(&w->tar, name, buf_str(&b), b.len, err);
	buf_release(&b);
	xfree(path);
	return rc;
}

static enum rc
put_keys(struct writing *w, struct err *err)
{
	char *cert = key_files_cert(w->d); /* of two the card's, not the old */
	struct buf b = { 0 };
	enum rc rc;

	buf_init(&b, KEYBOX_FILE_MAX);
	rc = file_read(cert, KEYBOX_FILE_MAX, false, &b, err);
	xfree(cert);
	if (rc == RC_OK)
		rc = tar_put(&w->tar, FILE_TLS_CERT, buf_str(&b), b.len, err);
	buf_release(&b);
	if (rc != RC_OK || w->order->passphrase == NULL)
		return rc;
	rc = put_key(w, FILE_SEAL, desk_path(w->d->folder, FILE_SEAL), err);
	return rc == RC_OK ? put_key(w, FILE_TLS_KEY, key_files_key(w->d), err)
			   : rc;
}

static enum rc
put_blob(struct writing *w, const struct digest *d, struct err *err)
{
	char hex[DIGEST_HEX_LEN + 1], name[BACKUP_NAME_MAX + 1];
	int64_t size = 0;
	int fd = -1;
	enum rc rc = blob_open(w->d->journal, d, &fd, &size, err);

	if (rc != RC_OK)
		return rc;
	digest_hex(d, hex);
	(void)snprintf(name, sizeof(name), "blobs/%.2s/%s", hex, hex);
	rc = tar_put_fd(&w->tar, name, fd, size, err);
	(void)close(fd); /* only read from */
	w->made->blobs++;
	return rc;
}

/* Those that the copy knows: later ones are of the next backup. */
static enum rc
put_blobs(struct writing *w, struct err *err)
{
	struct store *s = NULL;
	struct stmt *st;
	bool row = false;
	int64_t all = 0;
	enum rc rc = store_open(w->db, STORE_READ, &s, err);

	if (rc != RC_OK)
		return rc;
	st = stmt_use(s, SQL_BLOB_COUNT);
	if (stmt_step(st, &row, NULL) == RC_OK && row)
		all = col_int(st, 0);
	stmt_done(st);
	st = stmt_use(s, SQL_BLOB_EACH);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		struct digest d;
		size_t n = 0;
		const void *bytes = col_blob(st, 0, &n);

		if (n != DIGEST_LEN) {
			rc = err_set(err, RC_DAMAGED, 0,
				     _("table blob is damaged; run deltadesk "
				       "verify"));
			break;
		}
		memcpy(d.bytes, bytes, DIGEST_LEN);
		rc = put_blob(w, &d, err);
		if (rc != RC_OK)
			break;
		tell(w, _("attachments"), w->made->blobs, all);
	}
	stmt_done(st);
	store_close(s);
	return rc;
}

/* ---- read again ---- */

static void
on_reread(void *ctx, const char *path, int64_t done, int64_t all)
{
	(void)path;
	tell(ctx, _("reading it again"), done, all);
}

static enum rc
read_again(struct writing *w, struct err *err)
{
	struct tar_events events = { .ctx = NULL };
	struct backup_progress told = { .each = on_reread, .ctx = w };

	return tar_read(w->file, &events, &told, err);
}

/* ---- the whole ---- */

static enum rc
write_file(struct writing *w, struct err *err)
{
	int fd = open(w->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum rc rc;

	if (fd < 0)
		return err_errno(err, errno, _("creating"), w->file);
	(void)fchmod(fd, 0600); /* whatever the umask took away */
	tar_out_begin(&w->tar, fd, w->order->path, w->made_ms);
	if ((rc = put_head(w, err)) == RC_OK &&
	    (rc = put_db(w, err)) == RC_OK &&
	    (rc = put_keys(w, err)) == RC_OK &&
	    (rc = put_blobs(w, err)) == RC_OK)
		rc = tar_out_end(&w->tar, err);
	w->made->bytes = w->tar.bytes;
	tar_out_release(&w->tar);
	if (rc == RC_OK && fsync(fd) != 0)
		rc = err_errno(err, errno, _("writing"), w->order->path);
	if (close(fd) != 0 && rc == RC_OK)
		rc = err_errno(err, errno, _("writing"), w->order->path);
	return rc == RC_OK ? read_again(w, err) : rc;
}

static enum rc
keep_in_audit(struct writing *w, struct err *err)
{
	enum rc rc = act_begin(w->d, err);

	if (rc != RC_OK)
		return rc;
	rc = act_audit(w->d, "backup", NULL,
		       w->order->passphrase != NULL ? "keys encrypted"
						    : "no keys",
		       err);
	return act_end(w->d, rc, err);
}

enum rc
backup_write(struct desk *d, const struct backup_order *order,
	     struct backup_made *out, struct err *err)
{
	struct writing w = { .d = d,
			     .order = order,
			     .made = out,
			     .made_ms = env_now_ms(d->env) };
	enum rc rc = permit(d, PERMIT_BACKUP, NULL, err);

	*out = (struct backup_made){ .bytes = 0 };
	if (rc == RC_OK && file_exists(order->path))
		rc = err_errno(err, EEXIST, _("creating"), order->path);
	if (rc == RC_OK)
		rc = keep_in_audit(&w, err); /* and the copy has it */
	if (rc != RC_OK)
		return rc;
	w.folder = xasprintf("%s.XXXXXX", order->path);
	if (mkdtemp(w.folder) == NULL) {
		rc = err_errno(err, errno, _("creating"), order->path);
		xfree(w.folder);
		return rc;
	}
	w.db = desk_path(w.folder, FILE_STORE);
	w.file = desk_path(w.folder, "backup");
	rc = write_file(&w, err);
	/* never over one that came meanwhile */
	if (rc == RC_OK && link(w.file, order->path) != 0 &&
	    (errno == EEXIST || rename(w.file, order->path) != 0))
		rc = err_errno(err, errno, _("writing"), order->path);
	else if (rc == RC_OK &&
		 (rc = file_sync_parent(order->path, err)) != RC_OK)
		(void)unlink(order->path); /* it may not stay */
	folder_remove(w.folder);
	xfree(w.db);
	xfree(w.file);
	xfree(w.folder);
	return rc;
}
