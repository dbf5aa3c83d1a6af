/* The file of a backup: a tar archive (POSIX ustar; sizes above 8 GiB as GNU
 * tar writes them), regular files of mode 0600 alone. */
#pragma once

#include "base/buf.h"
#include "desk/backup.h"
#include "trust/digest.h"

#define BACKUP_FORMAT	 1
#define BACKUP_HEAD	 "backup.json"
#define BACKUP_SUMS	 "SHA256SUMS"
#define BACKUP_HEAD_MAX	 4096
#define BACKUP_SUMS_MAX	 (512 * 1024 * 1024)
#define BACKUP_NAME_MAX	 99
#define BACKUP_CHUNK	 (256 * 1024)
#define BACKUP_FILES_MAX (4 * 1024 * 1024)

/* ---- backup_write.c ---- */
struct tar_out {
	int fd;
	const char *path; /* for sentences */
	int64_t bytes;	  /* written */
	int64_t made_s;	  /* of every member */
	struct buf sums;
};
void tar_out_begin(struct tar_out *t, int fd, const char *path, int64_t now_ms);
void tar_out_release(struct tar_out *t);
enum rc tar_put(struct tar_out *t, const char *name, const void *data,
		size_t n_bytes, struct err *err);
/* size bytes of fd, from its beginning. */
enum rc tar_put_fd(struct tar_out *t, const char *name, int fd, int64_t size,
		   struct err *err);
/* SHA256SUMS and the end. */
enum rc tar_out_end(struct tar_out *t, struct err *err);

/* ---- backup_read.c ---- */
struct tar_events { /* either may be NULL: nobody asks */
	/* A member begins: *ret_fd >= 0 has its bytes written there. */
	enum rc (*on_member)(void *ctx, const char *name, int64_t size,
			     int *ret_fd, struct err *err);
	/* It is whole; small ones (tar_is_small) come with their bytes. */
	enum rc (*on_end)(void *ctx, const char *name, const struct buf *bytes,
			  struct err *err);
	void *ctx;
};
/* Reads and compares the whole archive. RC_MALFORMED, RC_VERIFY. */
enum rc tar_read(const char *path, const struct tar_events *events,
		 const struct backup_progress *progress, struct err *err);
/* For on_member: a new file that takes its bytes, 0600. */
enum rc tar_take_to(const char *path, int *ret_fd, struct err *err);
bool tar_is_small(const char *name);
bool tar_is_blob(const char *name);

/* ---- backup_check.c ---- */
struct backup_head {
	char desk[DESK_ID_MAX + 1];
	int64_t made_ms;
	bool has_keys;
};
enum rc backup_head_write(const struct backup_head *h, struct buf *out,
			  struct err *err);
enum rc backup_head_read(const struct buf *bytes, struct backup_head *out,
			 struct err *err);
/* Is the copy a whole database of that desk? */
enum rc backup_db_check(const char *path, const char *desk, struct err *err);
