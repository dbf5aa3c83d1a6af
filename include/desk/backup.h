/*
 * Backups: everything a desk is, in one file, made while it works; and a desk
 * made from one, in an empty folder, with a new epoch (journal/epoch.h).
 *
 * The file is a tar archive that stock tools read: backup.json (which desk,
 * when), desk.db (a copy of the database as it was at one moment), seal.pem and
 * tls-key.pem (encrypted, trust/keybox.h; left out on wish), tls-cert.pem,
 * blobs/HH/HEX, and last SHA256SUMS over all that stands before it, so that
 * `tar xf FILE && sha256sum -c SHA256SUMS` proves it too.
 */
#pragma once

#include "desk/desk.h"

struct backup_progress {
	void (*each)(void *ctx, const char *what, int64_t done, int64_t all);
	void *ctx;
};
struct backup_order {
	const char *path;	/* written beside and renamed; RC_EXISTS */
	const char *passphrase; /* NULL: without the private keys */
	struct backup_progress progress;
};
struct backup_made {
	int64_t bytes, blobs;
};
/* An administrator's act. Read again and compared before it is there. */
enum rc backup_write(struct desk *d, const struct backup_order *order,
		     struct backup_made *out, struct err *err);

struct backup_look {
	char desk[DESK_ID_MAX + 1];
	int64_t made_ms, bytes, blobs;
	bool has_keys;
};
/* Every digest, the database inside, and with a passphrase (may be NULL) that
 * it opens the keys. RC_MALFORMED, RC_VERIFY, RC_DAMAGED, RC_DENIED. Needs
 * room for the database beside the file. */
enum rc backup_check(const char *path, const char *passphrase,
		     const struct backup_progress *progress,
		     struct backup_look *out, struct err *err);

struct restore_order {
	const char *path, *folder;
	const char *passphrase; /* NULL: of a backup without keys */
	bool confirm_peers;
	const struct env *env;
	struct backup_progress progress;
};
struct restored {
	char desk[DESK_ID_MAX + 1];
	int64_t made_ms, blobs;
	bool new_keys; /* peers must trust the new card */
	char fingerprint[KEY_ID_MAX + 1];
};
/* Makes folder, which must not be there or be empty; nothing is left behind on
 * failure. */
enum rc backup_restore(const struct restore_order *order, struct restored *out,
		       struct err *err);
