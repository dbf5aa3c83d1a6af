/*
 * Attachments: files blobs/HH/HEX in the data folder, named by digest only,
 * 0600, written as temp + fsync + rename. The name is only ever text.
 */
#pragma once

#include "journal/journal.h"
#include "trust/digest.h"

struct blob_writer;

/* Hash while streaming to a temp file. expected NULL: any digest. offset > 0
 * goes on with a part kept earlier. RC_TOOLARGE above ATTACH_MAX_BYTES. */
enum rc blob_writer_open(struct journal *j, const struct digest *expected,
			 struct blob_writer **ret_writer, struct err *err);
int64_t blob_writer_get_offset(const struct blob_writer *w);
/* Who gives the bytes; without it this desk itself. Decides who may have them
 * (blob_granted). */
enum rc blob_writer_set_supplier(struct blob_writer *w, const char *desk,
				 struct err *err);
enum rc blob_writer_add(struct blob_writer *w, const void *data, size_t n_bytes,
			struct err *err);
/* fsync, rename, table row. RC_VERIFY when the digest differs (the part is
 * dropped). Inside an open journal transaction its
 * rows belong to that, else to one of its own. */
enum rc blob_writer_commit(struct blob_writer *take_w, struct digest *out,
			   int64_t *ret_size, struct err *err);
/* keep: leave the part for resuming. */
struct blob_writer *blob_writer_close(struct blob_writer *w, bool keep);

bool blob_here(struct journal *j, const struct digest *d, int64_t *ret_size);
/* Opens for reading; *ret_fd owned by the caller. RC_NOTFOUND. */
enum rc blob_open(struct journal *j, const struct digest *d, int *ret_fd,
		  int64_t *ret_size, struct err *err);
/* May `peer` have it (supplied the bytes, or was sent an event that names it
 * whose author's channel supplied them; own attachments to their parties)? */
bool blob_granted(struct journal *j, const struct digest *d, const char *peer);
/* Is it named by an event, not here, and to be asked of `peer`? */
enum rc blob_is_wanted(struct journal *j, const char *peer,
		       const struct digest *d, bool *ret, struct err *err);
/* Blobs named by events and not here: each(ctx, digest, peer to ask). */
enum rc blob_wanted(struct journal *j, const char *peer,
		    void (*each)(void *ctx, const struct digest *d), void *ctx,
		    struct err *err);
