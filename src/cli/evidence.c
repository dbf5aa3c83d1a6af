/*
 * A folder of evidence: the signed bytes, the signatures, the public keys and
 * the cards that name them, and verify.sh, which checks all of it with stock
 * openssl. Names are made here, never taken from a document.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "evidence_int.h"
#include "trust/digest.h"

#include <dirent.h>

#define SCRIPT_MAX (16u << 20)

static bool
is_empty_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool empty = d != NULL;
	while (d != NULL && empty && (entry = readdir(d)) != NULL)
		empty = str_eq(entry->d_name, ".") ||
			str_eq(entry->d_name, "..");
	if (d != NULL)
		(void)closedir(d); /* opened for reading only */
	else if (fd >= 0)
		(void)close(fd); /* as above */
	return empty;
}

enum rc
evidence_begin(struct evidence *e, const char *dir, struct err *err)
{
	*e = (struct evidence){ .dir = dir };
	buf_init(&e->files, SCRIPT_MAX);
	buf_init(&e->known, SCRIPT_MAX);
	buf_init(&e->checks, SCRIPT_MAX);
	if (is_empty_dir(dir))
		return RC_OK;
	if (file_exists(dir))
		return err_set(err, RC_EXISTS, 0,
			       _("%s is there already; name a new folder"),
			       dir);
	enum rc rc = dir_make(dir, 0700, err);
	e->made = rc == RC_OK;
	return rc;
}

static enum rc
write_file(struct evidence *e, const char *name, const void *data,
	   size_t n_bytes, unsigned mode, struct err *err)
{
	char *path = xasprintf("%s/%s", e->dir, name);
	enum rc rc = file_create(path, data, n_bytes, mode, err);
	if (rc != RC_OK) {
		(void)xfree(path);
		return rc;
	}
	e->written = xreallocarray(e->written, e->n_written + 1,
				   sizeof(*e->written));
	e->written[e->n_written++] = path;
	return RC_OK;
}

enum rc
evidence_file(struct evidence *e, const char *name, const void *data,
	      size_t n_bytes, struct err *err)
{
	struct digest d;
	char hex[DIGEST_HEX_LEN + 1];
	enum rc rc = write_file(e, name, data, n_bytes, 0600, err);
	if (rc != RC_OK)
		return rc;
	digest_sha256(data, n_bytes, &d);
	digest_hex(&d, hex);
	rc = buf_addf(&e->files, err, "check_file %s %s\n", hex, name);
	if (rc == RC_OK)
		rc = buf_addf(&e->known, err, "%s\n", name);
	return rc;
}

/* PEM of a public key (RFC 7468). */
static enum rc
pem_of(const struct card_key *key, struct buf *out, struct err *err)
{
	char *text = base64_encode(key->spki, key->n_spki);
	size_t n = strlen(text);
	enum rc rc = buf_adds(out, "-----BEGIN PUBLIC KEY-----\n", err);
	for (size_t at = 0; rc == RC_OK && at < n; at += 64)
		rc = buf_addf(out, err, "%.64s\n", text + at);
	if (rc == RC_OK)
		rc = buf_adds(out, "-----END PUBLIC KEY-----\n", err);
	(void)xfree(text);
	return rc;
}

static void
key_file_name(const char *id, char out[static 32])
{
	(void)snprintf(out, 32, "key-%.16s.pem", id);
}

/* The key's file, once. */
static enum rc
put_key(struct evidence *e, const struct card_key *key, const char *desk,
	struct err *err)
{
	char name[32];
	struct buf pem;
	key_file_name(key->id, name);
	if (strstr(buf_str(&e->known), name) != NULL)
		return RC_OK;
	buf_init(&pem, 4096);
	enum rc rc = pem_of(key, &pem, err);
	if (rc == RC_OK)
		rc = evidence_file(e, name, pem.data, pem.len, err);
	if (rc == RC_OK)
		rc = buf_addf(&e->checks, err,
			      "check_key_in_card %s card-%s.pae\n", name, desk);
	buf_release(&pem);
	return rc;
}

static const struct card_key *
find_key(const struct card *card, const char *id)
{
	for (size_t i = 0; i < card->n_keys; i++)
		if (str_eq(card->keys[i].id, id))
			return &card->keys[i];
	return NULL;
}

enum rc
evidence_signed(struct evidence *e, const char *name,
		const struct envelope *env, const struct card *card,
		struct err *err)
{
	char file[96];
	char key_name[32];
	struct buf pae;
	const struct card_key *key = find_key(card, env->key_id);

	if (key == NULL)
		return err_set(err, RC_NOTFOUND, 0,
			       _("the card of %s does not name the key %.16s "
				 "that signed %s"),
			       card->desk, env->key_id, name);
	enum rc rc = put_key(e, key, card->desk, err);
	buf_init(&pae, SCRIPT_MAX);
	if (rc == RC_OK)
		rc = envelope_pae(env, &pae, err);
	(void)snprintf(file, sizeof(file), "%s.pae", name);
	if (rc == RC_OK)
		rc = evidence_file(e, file, pae.data, pae.len, err);
	(void)snprintf(file, sizeof(file), "%s.sig", name);
	if (rc == RC_OK)
		rc = evidence_file(e, file, env->sig, env->n_sig, err);
	key_file_name(key->id, key_name);
	if (rc == RC_OK)
		rc = buf_addf(&e->checks, err,
			      "check_signature %s %s %s.pae %s.sig\n",
			      key_alg_name(key->alg), key_name, name, name);
	buf_release(&pae);
	return rc;
}

enum rc
evidence_end(struct evidence *e, struct err *err)
{
	struct buf script;
	const struct asset *head = asset_find("evidence/verify_head.sh");
	const struct asset *tail = asset_find("evidence/verify_tail.sh");

	buf_init(&script, 4 * SCRIPT_MAX);
	enum rc rc = buf_add(&script, head->bytes, head->len, err);
	if (rc == RC_OK)
		rc = buf_addf(&script, err, "known='\n%s'\n%s%s",
			      buf_str(&e->known), buf_str(&e->files),
			      buf_str(&e->checks));
	if (rc == RC_OK)
		rc = buf_add(&script, tail->bytes, tail->len, err);
	if (rc == RC_OK)
		rc = write_file(e, "verify.sh", script.data, script.len, 0700,
				err);
	buf_release(&script);
	return rc;
}

void
evidence_release(struct evidence *e, bool failed)
{
	for (size_t i = 0; i < e->n_written; i++) {
		if (failed)
			(void)unlink(e->written[i]);
		(void)xfree(e->written[i]);
	}
	if (failed && e->made)
		(void)rmdir(e->dir); /* stays when it is not empty */
	for (size_t i = 0; i < e->n_cards; i++)
		card_release(&e->cards[i]);
	(void)xfree(e->cards);
	(void)xfree(e->written);
	buf_release(&e->files);
	buf_release(&e->known);
	buf_release(&e->checks);
	*e = (struct evidence){ .dir = NULL };
}
