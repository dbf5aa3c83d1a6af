#include <string.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "trust/card.h"
#include "trust/tlscert.h"

/*
 * A new desk is built whole in a folder beside the one asked for and then
 * renamed, so that a failure at any point leaves nothing behind.
 */

static enum rc
keep_kinds(struct store *s, int64_t now_ms, struct err *err)
{
	const struct asset *a = NULL;
	struct kind *kind;
	struct digest digest;
	struct stmt *st;
	enum rc rc = RC_OK;

	while (rc == RC_OK && (a = asset_each("kinds/", a)) != NULL) {
		kind = NULL;
		rc = kind_read(a->path, a->bytes, a->len, &kind, err);
		if (rc != RC_OK)
			break;
		digest_sha256(a->bytes, a->len, &digest);
		st = stmt_use(s, SQL_KIND_ADD);
		stmt_text(st, 1, kind->name);
		stmt_int(st, 2, kind->version);
		stmt_blob(st, 3, digest.bytes, sizeof(digest.bytes));
		stmt_blob(st, 4, a->bytes, a->len);
		stmt_int(st, 5, now_ms);
		rc = stmt_run(st, err);
		kind_free(kind);
	}
	return rc;
}

static enum rc
write_rows(struct store *s, const struct desk_setup *setup, const char *name,
	   int64_t now_ms, struct err *err)
{
	char *prefix = setting_default_prefix(setup->id);
	enum rc rc = store_begin(s, err);

	if (rc == RC_OK)
		rc = setting_write(s, "desk.id", setup->id, "", now_ms, err);
	if (rc == RC_OK)
		rc = setting_write(s, "name", name, "", now_ms, err);
	if (rc == RC_OK)
		rc = setting_write(s, "prefix", prefix, "", now_ms, err);
	if (rc == RC_OK && setup->listen != NULL)
		rc = setting_write(s, "listen", setup->listen, "", now_ms, err);
	if (rc == RC_OK)
		rc = officer_found(s, now_ms, err);
	if (rc == RC_OK)
		rc = keep_kinds(s, now_ms, err);
	if (rc == RC_OK)
		rc = store_commit(s, err);
	if (rc != RC_OK)
		store_rollback(s);
	xfree(prefix);
	return rc;
}

static enum rc
make_keys(const struct desk_setup *setup, const char *folder, int64_t now_ms,
	  struct err *err)
{
	char *seal = desk_path(folder, FILE_SEAL);
	char *tls_key = desk_path(folder, FILE_TLS_KEY);
	char *tls_cert = desk_path(folder, FILE_TLS_CERT);
	struct signer *signer = NULL;
	enum rc rc;

	rc = signer_create(seal, setup->signature, &signer, err);
	if (rc == RC_OK)
		rc = tlscert_create(tls_key, tls_cert, setup->id, now_ms, err);
	signer_free(signer);
	xfree(seal);
	xfree(tls_key);
	xfree(tls_cert);
	return rc;
}

/* First epoch and card, through an opened desk. */
static enum rc
found(const struct desk_setup *setup, const char *folder, const char *name,
      struct err *err)
{
	struct desk_open_as as = { .folder = folder,
				   .env = setup->env,
				   .for_serve = true };
	struct card_from from = { .folder = folder,
				  .desk = setup->id,
				  .name = name,
				  .address = setup->listen };
	struct desk *d = NULL;
	struct card card;
	enum rc rc = desk_open(&as, &d, err);

	if (rc != RC_OK)
		return rc;
	rc = card_make(&from, &card, err);
	if (rc == RC_OK) {
		rc = journal_found(d->journal, &card, err);
		card_release(&card);
	}
	desk_close(d);
	return rc;
}

static enum rc
build(void *ctx, const char *folder, struct err *err)
{
	const struct desk_setup *setup = ctx;
	const struct env *env = setup->env != NULL ? setup->env : env_system();
	char *name = setup->name != NULL ? xstrdup(setup->name)
					 : desk_known_name(setup->id);
	char *path = desk_path(folder, FILE_STORE);
	int64_t now_ms = env_now_ms(env);
	struct store *s = NULL;
	enum rc rc;

	rc = make_keys(setup, folder, now_ms, err);
	if (rc == RC_OK)
		rc = store_open(path, STORE_CREATE, &s, err);
	if (rc == RC_OK)
		rc = write_rows(s, setup, name, now_ms, err);
	store_close(s);
	if (rc == RC_OK)
		rc = found(setup, folder, name, err);
	xfree(path);
	xfree(name);
	return rc;
}

static enum rc
check_setup(const struct desk_setup *setup, struct err *err)
{
	char shown[64];

	if (!desk_id_valid(setup->id))
		return err_set(err, RC_USAGE, 0,
			       _("'%s' is no desk id: six digits, and for "
				 "another unit there - and its letters, such "
				 "as 310105 or 310105-gaj"),
			       text_show_into(shown, sizeof(shown), setup->id));
	if (setup->name != NULL &&
	    (setup->name[0] == '\0' || strlen(setup->name) > 255 ||
	     utf8_check(setup->name, strlen(setup->name), NULL) != RC_OK))
		return err_set(err, RC_USAGE, 0,
			       _("the name must be 1 to 255 bytes of UTF-8"));
	if (setup->listen != NULL && strrchr(setup->listen, ':') == NULL)
		return err_set(err, RC_USAGE, 0,
			       _("--listen takes ADDR:PORT, such as "
				 "0.0.0.0:7443"));
	return RC_OK;
}

enum rc
desk_init(const struct desk_setup *setup, struct err *err)
{
	struct desk_setup checked = *setup;
	enum rc rc = check_setup(setup, err);

	return rc == RC_OK ? folder_make(setup->folder, build, &checked, err)
			   : rc;
}
