#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup_int.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk_int.h"
#include "trust/card.h"
#include "trust/keybox.h"

/* ---- the head ---- */

enum rc
backup_head_write(const struct backup_head *h, struct buf *out, struct err *err)
{
	char made[TIME_TEXT_MAX], *text;
	json_t *o;
	enum rc rc;

	time_format(h->made_ms, made);
	o = json_pack("{s:s,s:i,s:s,s:s,s:s}", "deltadesk", "backup", "format",
		      BACKUP_FORMAT, "desk", h->desk, "made", made, "keys",
		      h->has_keys ? "encrypted" : "none");
	text = json_write(o);
	rc = buf_addf(out, err, "%s\n", text);
	xfree(text);
	json_decref(o);
	return rc;
}

enum rc
backup_head_read(const struct buf *bytes, struct backup_head *out,
		 struct err *err)
{
	const char *made = NULL, *desk = NULL;
	int64_t format = 0;
	json_t *o = NULL;
	enum rc rc =
		bytes->len > BACKUP_HEAD_MAX
			? err_set(err, RC_MALFORMED, 0, "%s", BACKUP_HEAD)
			: json_read_object(buf_str(bytes), bytes->len, &o, err);

	*out = (struct backup_head){ .made_ms = 0 };
	if (rc == RC_OK)
		rc = json_need_int(o, "format", 1, JSON_INT_MAX, &format, err);
	if (rc == RC_OK && (format > BACKUP_FORMAT ||
			    !str_eq(json_text(o, "deltadesk"), "backup")))
		rc = err_set(err, RC_NEWER, 0,
			     _("this backup was made by a newer deltadesk; "
			       "update this program"));
	if (rc == RC_OK)
		rc = json_need_string(o, "desk", &desk, err);
	if (rc == RC_OK && !desk_id_valid(desk))
		rc = err_set(err, RC_MALFORMED, 0, "%s: desk", BACKUP_HEAD);
	if (rc == RC_OK)
		rc = str_copy(out->desk, sizeof(out->desk), desk, err);
	if (rc == RC_OK)
		rc = json_need_string(o, "made", &made, err);
	if (rc == RC_OK)
		rc = time_parse(made, &out->made_ms, err);
	out->has_keys = str_eq(json_text(o, "keys"), "encrypted");
	json_decref(o);
	return rc;
}

/* ---- the database ---- */

enum rc
backup_db_check(const char *path, const char *desk, struct err *err)
{
	struct store *s = NULL;
	char *id = NULL;
	/* for writing: one of an older program is migrated, in the copy */
	enum rc rc = store_open(path, STORE_WRITE, &s, err);

	if (rc == RC_OK)
		rc = store_check(s, err);
	if (rc == RC_OK)
		rc = setting_read(s, "desk.id", &id, err);
	if (rc == RC_OK && !str_eq(id, desk))
		rc = err_set(err, RC_VERIFY, 0,
			     _("the backup says it is of %s, its database is "
			       "of %s"),
			     desk, id);
	xfree(id);
	store_close(s);
	return rc;
}

/* ---- the whole ---- */

struct checking {
	char *folder; /* of the files that are looked at */
	const char *passphrase;
	struct backup_head head;
	struct backup_look *out;
	int n_keys;
};

static enum rc
on_member(void *ctx, const char *name, int64_t size, int *ret_fd,
	  struct err *err)
{
	struct checking *c = ctx;
	char *path;
	enum rc rc;

	(void)size;
	c->out->blobs += tar_is_blob(name);
	if (!str_eq(name, FILE_STORE))
		return RC_OK;
	path = desk_path(c->folder, name);
	rc = tar_take_to(path, ret_fd, err);
	xfree(path);
	return rc;
}

static enum rc
on_end(void *ctx, const char *name, const struct buf *bytes, struct err *err)
{
	struct checking *c = ctx;
	char *path;
	enum rc rc;

	if (str_eq(name, BACKUP_HEAD))
		return backup_head_read(bytes, &c->head, err);
	if (!str_eq(name, FILE_SEAL) && !str_eq(name, FILE_TLS_KEY))
		return RC_OK;
	c->n_keys++;
	if (c->passphrase == NULL)
		return RC_OK;
	path = desk_path(c->folder, name);
	rc = keybox_unlock(buf_str(bytes), bytes->len, c->passphrase, path,
			   err);
	(void)unlink(path); /* it was only to be opened */
	xfree(path);
	return rc;
}

enum rc
backup_check(const char *path, const char *passphrase,
	     const struct backup_progress *progress, struct backup_look *out,
	     struct err *err)
{
	struct checking c = { .passphrase = passphrase, .out = out };
	struct tar_events events = { .on_member = on_member,
				     .on_end = on_end,
				     .ctx = &c };
	char *db;
	struct stat st;
	enum rc rc;

	*out = (struct backup_look){ .made_ms = 0 };
	c.folder = xasprintf("%s.check-XXXXXX", path);
	if (mkdtemp(c.folder) == NULL) {
		rc = err_errno(err, errno, _("creating"), c.folder);
		xfree(c.folder);
		return rc;
	}
	rc = tar_read(path, &events, progress, err);
	db = desk_path(c.folder, FILE_STORE);
	if (rc == RC_OK &&
	    (c.head.has_keys != (c.n_keys == 2) || !file_exists(db)))
		rc = err_set(err, RC_MALFORMED, 0,
			     _("the backup is not whole"));
	if (rc == RC_OK)
		rc = backup_db_check(db, c.head.desk, err);
	memcpy(out->desk, c.head.desk, sizeof(out->desk));
	out->made_ms = c.head.made_ms;
	out->has_keys = c.head.has_keys;
	if (stat(path, &st) == 0)
		out->bytes = st.st_size;
	folder_remove(c.folder);
	xfree(db);
	xfree(c.folder);
	return rc;
}
