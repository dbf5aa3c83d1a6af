/*
 * restore: a desk from a backup, built whole in a folder beside the one asked
 * for and renamed last, so that a kill at any point leaves nothing that looks
 * like a desk.
 */
#include <errno.h>
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
#include "journal/audit.h"
#include "journal/epoch.h"
#include "journal/peer.h"
#include "trust/keybox.h"
#include "trust/tlscert.h"

struct restoring {
	const struct restore_order *order;
	struct restored *out;
	struct backup_head head;
	const char *folder; /* beside the one asked for */
};

/* ---- what is in the file ---- */

static enum rc
on_member(void *ctx, const char *name, int64_t size, int *ret_fd,
	  struct err *err)
{
	struct restoring *r = ctx;
	char *path, *sub;
	enum rc rc = RC_OK;

	(void)size;
	if (tar_is_small(name) && !str_eq(name, FILE_TLS_CERT))
		return RC_OK;
	path = desk_path(r->folder, name);
	if (tar_is_blob(name)) {
		sub = xasprintf("%s/blobs", r->folder);
		if (mkdir(sub, 0700) != 0 && errno != EEXIST)
			rc = err_errno(err, errno, _("creating"), sub);
		xfree(sub);
		sub = xasprintf("%s/%.8s", r->folder, name);
		if (rc == RC_OK && mkdir(sub, 0700) != 0 && errno != EEXIST)
			rc = err_errno(err, errno, _("creating"), sub);
		xfree(sub);
		r->out->blobs++;
	}
	if (rc == RC_OK)
		rc = tar_take_to(path, ret_fd, err);
	xfree(path);
	return rc;
}

static enum rc
on_end(void *ctx, const char *name, const struct buf *bytes, struct err *err)
{
	struct restoring *r = ctx;
	char *path;
	enum rc rc;

	if (str_eq(name, BACKUP_HEAD)) {
		rc = backup_head_read(bytes, &r->head, err);
		if (rc == RC_OK && r->head.has_keys &&
		    r->order->passphrase == NULL)
			rc = err_set(err, RC_USAGE, 0,
				     _("the keys of this backup are encrypted: "
				       "give --passphrase-file"));
		return rc;
	}
	if (!str_eq(name, FILE_SEAL) && !str_eq(name, FILE_TLS_KEY))
		return RC_OK;
	if (r->order->passphrase == NULL)
		return err_set(err, RC_MALFORMED, 0,
			       _("the backup is not whole"));
	path = desk_path(r->folder, name);
	rc = keybox_unlock(buf_str(bytes), bytes->len, r->order->passphrase,
			   path, err);
	xfree(path);
	return rc;
}

static enum rc
check_whole(struct restoring *r, struct err *err)
{
	static const char *const needed[] = { FILE_STORE, FILE_TLS_CERT,
					      FILE_SEAL, FILE_TLS_KEY };
	size_t n = r->head.has_keys ? ARRAY_LEN(needed) : 1;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		char *path = desk_path(r->folder, needed[i]);

		if (!file_exists(path))
			rc = err_set(err, RC_MALFORMED, 0,
				     _("the backup is not whole"));
		xfree(path);
	}
	return rc;
}

/* ---- keys, where the backup has none ---- */

/* The old one signed all before the new epoch, and nothing after. The first
 * key of the card is filled by the journal. */
static enum rc
retire_old_key(struct desk *d, struct card *card, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_KEY_CURRENT);
	struct card_key *k = &card->keys[1];
	bool row = false;
	size_t n = 0;
	enum rc rc;

	stmt_text(st, 1, d->id);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		const void *spki = col_blob(st, 2, &n);

		rc = str_copy(k->id, sizeof(k->id), col_text(st, 0), err);
		if (rc == RC_OK)
			rc = key_alg_parse(col_text(st, 1), &k->alg, err);
		k->spki = xmalloc(n + 1);
		k->n_spki = n;
		memcpy(k->spki, spki, n);
		card->n_keys = 2;
	}
	stmt_done(st);
	return rc == RC_OK ? epoch_current(d->journal, k->last_epoch, err) : rc;
}

static enum rc
new_card(struct desk *d, struct err *err)
{
	struct card card = { .n_keys = 0 };
	enum rc rc = desk_card_draft(d, NULL, &card, err);

	if (rc == RC_OK)
		rc = retire_old_key(d, &card, err);
	if (rc == RC_OK)
		rc = journal_card(d->journal, &card, err);
	card_release(&card);
	return rc;
}

static enum rc
current_alg(const char *db, const char *desk, enum key_alg *ret_alg,
	    struct err *err)
{
	struct store *s = NULL;
	struct stmt *st;
	bool row = false;
	enum rc rc = store_open(db, STORE_WRITE, &s, err);

	if (rc != RC_OK)
		return rc;
	st = stmt_use(s, SQL_KEY_CURRENT);
	stmt_text(st, 1, desk);
	rc = stmt_step(st, &row, err);
	*ret_alg = KEY_SM2_SM3;
	if (rc == RC_OK && row)
		rc = key_alg_parse(col_text(st, 1), ret_alg, err);
	stmt_done(st);
	store_close(s);
	return rc;
}

static enum rc
make_keys(struct restoring *r, struct err *err)
{
	char *seal = desk_path(r->folder, FILE_SEAL);
	char *tls_key = desk_path(r->folder, FILE_TLS_KEY);
	char *tls_cert = desk_path(r->folder, FILE_TLS_CERT);
	char *db = desk_path(r->folder, FILE_STORE);
	struct signer *signer = NULL;
	enum key_alg alg = KEY_SM2_SM3;
	enum rc rc = current_alg(db, r->head.desk, &alg, err);

	if (rc == RC_OK)
		rc = signer_create(seal, alg, &signer, err);
	if (rc == RC_OK)
		(void)str_copy(r->out->fingerprint, sizeof(r->out->fingerprint),
			       signer_get_id(signer), NULL);
	if (rc == RC_OK && unlink(tls_cert) != 0 && errno != ENOENT)
		rc = err_errno(err, errno, _("writing"), tls_cert);
	if (rc == RC_OK)
		rc = tlscert_create(tls_key, tls_cert, r->head.desk,
				    env_now_ms(r->order->env), err);
	r->out->new_keys = rc == RC_OK;
	signer_free(signer);
	xfree(seal);
	xfree(tls_key);
	xfree(tls_cert);
	xfree(db);
	return rc;
}

/* ---- the new epoch ---- */

static enum rc
begin_epoch(struct restoring *r, struct desk *d, struct err *err)
{
	enum rc rc = journal_begin(d->journal, err);

	if (rc != RC_OK)
		return rc;
	rc = epoch_begin(d->journal, EPOCH_WHY_RESTORED, NULL, err);
	if (rc == RC_OK && !r->order->confirm_peers)
		rc = peers_doubt(d->journal, err);
	if (rc == RC_OK)
		rc = audit_append(d->journal, "", "restore", "",
				  r->out->new_keys ? "new keys" : "", err);
	if (rc == RC_OK)
		return journal_commit(d->journal, err);
	journal_rollback(d->journal);
	return rc;
}

static enum rc
begin_anew(struct restoring *r, struct err *err)
{
	struct desk_open_as as = { .folder = r->folder,
				   .env = r->order->env,
				   .for_serve = true };
	struct desk *d = NULL;
	enum rc rc = desk_open(&as, &d, err);

	if (rc != RC_OK)
		return rc;
	rc = begin_epoch(r, d, err);
	if (rc == RC_OK && r->out->new_keys)
		rc = new_card(d, err);
	if (rc == RC_OK)
		rc = store_checkpoint(d->store, err); /* nobody else has it */
	desk_close(d);
	return rc;
}

static enum rc
build(void *ctx, const char *folder, struct err *err)
{
	struct restoring *r = ctx;
	struct tar_events events = { .on_member = on_member,
				     .on_end = on_end,
				     .ctx = r };
	char *db = desk_path(folder, FILE_STORE);
	int fd;

	r->folder = folder;
	enum rc rc =
		tar_read(r->order->path, &events, &r->order->progress, err);

	if (rc == RC_OK)
		rc = check_whole(r, err);
	if (rc == RC_OK)
		rc = backup_db_check(db, r->head.desk, err);
	if (rc == RC_OK && !r->head.has_keys)
		rc = make_keys(r, err);
	if (rc == RC_OK)
		rc = begin_anew(r, err);
	xfree(db);
	if (rc != RC_OK)
		return rc;
	fd = open(r->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || syncfs(fd) != 0)
		rc = err_errno(err, errno, _("writing"), r->order->folder);
	if (fd >= 0)
		(void)close(fd); /* synced above */
	return rc;
}

enum rc
backup_restore(const struct restore_order *order, struct restored *out,
	       struct err *err)
{
	struct restoring r = { .order = order, .out = out };

	*out = (struct restored){ .made_ms = 0 };
	enum rc rc = folder_make(order->folder, build, &r, err);
	memcpy(out->desk, r.head.desk, sizeof(out->desk));
	out->made_ms = r.head.made_ms;
	return rc;
}
