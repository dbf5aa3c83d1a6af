/*
 * The files of the desk's keys, and what a rotation that was killed left.
 *
 *	seal.pem                        the signing key
 *	seal-next.pem                   the one that a rotation brings
 *	tls-key.pem, tls-cert.pem       what is served
 *	tls-next-key.pem, ...-cert.pem  what the newest card names, while peers
 *	                                that have not got it are served the
 *other
 *
 * Which of them count is said by the newest card in the database alone. New
 * ones are written inside of the transaction that stores the card, and taken
 * away or renamed only under the same lock, so that nobody clears up what
 * another process is about to commit.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "journal/peer.h"
#include "key_files_int.h"
#include "trust/tlscert.h"

/* ---- which one counts ---- */

enum rc
key_files_signer(void *ctx, const char *key_id, struct signer **ret_signer,
		 struct err *err)
{
	static const char *const names[] = { FILE_SEAL, FILE_SEAL_NEXT };
	const char *folder = ctx;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *path = desk_path(folder, names[i]);
		struct signer *s = NULL;
		enum rc rc = signer_open(path, &s, NULL);

		xfree(path);
		if (rc == RC_OK && str_eq(signer_get_id(s), key_id)) {
			*ret_signer = s;
			return RC_OK;
		}
		signer_free(s);
	}
	return err_set(err, RC_NOTFOUND, 0, _("no key %.16s in the folder"),
		       key_id);
}

static bool
file_pin(const struct desk *d, const char *name, struct digest *out)
{
	char *path = desk_path(d->folder, name);
	struct buf der;
	bool ok;

	buf_init(&der, CARD_MAX_BYTES);
	ok = tlscert_der(path, &der, NULL) == RC_OK;
	if (ok)
		digest_sha256(der.data, der.len, out);
	buf_release(&der);
	xfree(path);
	return ok;
}

static enum rc
own_card(struct desk *d, struct card *out, struct err *err)
{
	struct buf json;
	enum rc rc;

	buf_init(&json, CARD_MAX_BYTES);
	rc = peer_card(d->journal, d->id, &json, err);
	if (rc == RC_OK)
		rc = card_read_stored(json.data, json.len, out, err);
	buf_release(&json);
	return rc;
}

static bool
is_there(const struct desk *d, const char *name)
{
	char *path = desk_path(d->folder, name);
	bool there = file_exists(path);

	xfree(path);
	return there;
}

bool
key_files_two(const struct desk *d)
{
	return is_there(d, FILE_TLS_NEXT_CERT);
}

char *
key_files_cert(struct desk *d)
{
	struct card card = { .n_keys = 0 };
	struct digest pin;
	bool next = key_files_two(d) && own_card(d, &card, NULL) == RC_OK &&
		    file_pin(d, FILE_TLS_NEXT_CERT, &pin) &&
		    digest_eq(&pin, &card.tls_pin);

	card_release(&card);
	return desk_path(d->folder, next ? FILE_TLS_NEXT_CERT : FILE_TLS_CERT);
}

char *
key_files_key(struct desk *d)
{
	char *cert = key_files_cert(d);
	size_t n = strlen(cert), next = strlen(FILE_TLS_NEXT_CERT);
	bool is_next = n >= next && str_eq(cert + n - next, FILE_TLS_NEXT_CERT);

	xfree(cert);
	return desk_path(d->folder, is_next ? FILE_TLS_NEXT_KEY : FILE_TLS_KEY);
}

/* ---- clearing up ---- */

static enum rc
remove_file(const struct desk *d, const char *name, struct err *err)
{
	char *path = desk_path(d->folder, name);
	enum rc rc = unlink(path) == 0 || errno == ENOENT
			     ? RC_OK
			     : err_errno(err, errno, _("removing"), path);

	xfree(path);
	return rc;
}

static enum rc
move_file(const struct desk *d, const char *from, const char *to,
	  struct err *err)
{
	char *old = desk_path(d->folder, from), *new = desk_path(d->folder, to);
	enum rc rc = rename(old, new) == 0
			     ? file_sync_parent(new, err)
			     : err_errno(err, errno, _("writing"), new);

	xfree(old);
	xfree(new);
	return rc;
}

static bool
signs_as(const struct desk *d, const char *name, const char *key_id)
{
	char *path = desk_path(d->folder, name);
	struct signer *s = NULL;
	bool same = signer_open(path, &s, NULL) == RC_OK &&
		    str_eq(signer_get_id(s), key_id);

	signer_free(s);
	xfree(path);
	return same;
}

static enum rc
settle_seal(const struct desk *d, const struct card *card, struct err *err)
{
	const char *id = "";

	if (!is_there(d, FILE_SEAL_NEXT))
		return RC_OK;
	for (size_t i = 0; i < card->n_keys; i++)
		if (card->keys[i].current)
			id = card->keys[i].id;
	if (signs_as(d, FILE_SEAL_NEXT, id))
		return move_file(d, FILE_SEAL_NEXT, FILE_SEAL, err);
	return signs_as(d, FILE_SEAL, id) ? remove_file(d, FILE_SEAL_NEXT, err)
					  : RC_OK;
}

/* The key goes first: a new certificate without its new key is one whose
 * change was begun, and is finished. */
static enum rc
change_tls(const struct desk *d, struct err *err)
{
	enum rc rc = RC_OK;

	if (is_there(d, FILE_TLS_NEXT_KEY))
		rc = move_file(d, FILE_TLS_NEXT_KEY, FILE_TLS_KEY, err);
	return rc == RC_OK
		       ? move_file(d, FILE_TLS_NEXT_CERT, FILE_TLS_CERT, err)
		       : rc;
}

static enum rc
settle_tls(const struct desk *d, const struct card *card, bool change,
	   struct err *err)
{
	struct digest pin;
	enum rc rc;

	if (!is_there(d, FILE_TLS_NEXT_CERT))
		return remove_file(d, FILE_TLS_NEXT_KEY, err);
	if (file_pin(d, FILE_TLS_NEXT_CERT, &pin) &&
	    digest_eq(&pin, &card->tls_pin))
		return change || !is_there(d, FILE_TLS_NEXT_KEY)
			       ? change_tls(d, err)
			       : RC_OK;
	if (!file_pin(d, FILE_TLS_CERT, &pin) ||
	    !digest_eq(&pin, &card->tls_pin))
		return RC_OK; /* neither: nothing is thrown away */
	rc = remove_file(d, FILE_TLS_NEXT_CERT, err);
	return rc == RC_OK ? remove_file(d, FILE_TLS_NEXT_KEY, err) : rc;
}

static void
count_one(void *ctx, const char *desk)
{
	size_t *n = ctx;

	(void)desk;
	++*n;
}

enum rc
key_files_settle(struct desk *d, bool drop_old, struct err *err)
{
	struct card card = { .n_keys = 0 };
	size_t waiting = 0;
	enum rc rc;

	if (!is_there(d, FILE_SEAL_NEXT) && !is_there(d, FILE_TLS_NEXT_KEY) &&
	    !is_there(d, FILE_TLS_NEXT_CERT))
		return RC_OK;
	rc = store_begin(d->store, err); /* nobody rotates meanwhile */
	if (rc != RC_OK)
		return rc;
	rc = own_card(d, &card, err);
	if (rc == RC_OK)
		rc = settle_seal(d, &card, err);
	if (rc == RC_OK && !drop_old)
		rc = peers_without_card(d->journal, count_one, &waiting, err);
	if (rc == RC_OK)
		rc = settle_tls(d, &card, waiting == 0, err);
	card_release(&card);
	store_rollback(d->store);
	if (!is_there(d, FILE_TLS_NEXT_CERT))
		journal_wake(d->journal); /* serve takes up what there is */
	return rc;
}
