/* Whole files, never through links, never half-written. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Reads a regular file of at most max_bytes (O_NOFOLLOW unless follow). */
enum rc file_read(const char *path, size_t max_bytes, bool follow,
		  struct buf *out, struct err *err);
/* temp + fsync + rename + fsync of the folder. mode e.g. 0600. */
enum rc file_replace(const char *path, const void *data, size_t n_bytes,
		     unsigned mode, struct err *err);
/* The same without the two fsyncs: whole or the one before, but after a power
 * cut perhaps neither. */
enum rc file_replace_unsynced(const char *path, const void *data,
			      size_t n_bytes, unsigned mode, struct err *err);
/* Creates, fails with RC_EXISTS when there; fsyncs. */
enum rc file_create(const char *path, const void *data, size_t n_bytes,
		    unsigned mode, struct err *err);
/* All of it to an open file; path is for the sentence of a failure. */
enum rc file_write_all(int fd, const char *path, const void *data,
		       size_t n_bytes, struct err *err);
/* A new name is durable only when its folder is: fsyncs that. */
enum rc file_sync_parent(const char *path, struct err *err);
enum rc dir_make(const char *path, unsigned mode, struct err *err);
bool file_exists(const char *path);
/* A key file is a regular one, no link, that nobody else may open: RC_IO
 * says what to do; RC_NOTFOUND. */
enum rc file_check_private(const char *path, struct err *err);
/* errno as rc: ENOSPC/EDQUOT -> RC_FULL, ENOENT -> RC_NOTFOUND, EACCES/EROFS
 * -> RC_IO with a sentence that names path and what to do. */
enum rc err_errno(struct err *err, int errnum, const char *what,
		  const char *path);
