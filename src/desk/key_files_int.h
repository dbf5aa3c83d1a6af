/* The files of the desk's keys (key_files.c). */
#pragma once

#include "desk/desk.h"
#include "journal/rotate.h"

/* open_signer of journal_config; ctx: the folder. */
enum rc key_files_signer(void *ctx, const char *key_id,
			 struct signer **ret_signer, struct err *err);
/* The TLS certificate and key that the newest card names; heap. */
char *key_files_cert(struct desk *d);
char *key_files_key(struct desk *d);
/* Are there two, the old one for peers that have not got the new card? */
bool key_files_two(const struct desk *d);
/*
 * Finishes or undoes what a rotation left, as the database says. The old TLS
 * certificate goes when every trusted peer holds the newest card, or at once
 * with drop_old. Not in a transaction.
 */
enum rc key_files_settle(struct desk *d, bool drop_old, struct err *err);
