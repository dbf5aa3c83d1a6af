/* Attachments from files that an officer names. */
#pragma once

#include "desk/act.h"

/* Copies the regular files of n->attach (never through a link) into the desk
 * and appends {"name","digest","size","type"} of each to list. */
enum rc attach_files(struct desk *d, const struct new_doc *n, json_t *list,
		     struct err *err);
/* Takes those named in n->detach out of the list. RC_NOTFOUND. */
enum rc attach_drop(const struct new_doc *n, json_t *list, struct err *err);

/* A file's name of any bytes, safe for a terminal; what is no UTF-8 becomes
 * question marks. */
void attach_name_show(const char *name, char *out, size_t out_size);
/* May an attachment bear the name? RC_RANGE, RC_TOOLARGE, RC_TEXT. */
enum rc attach_name_check(const char *name, struct err *err);
/* A folder, never through a link. */
enum rc attach_open_folder(const char *path, int *ret_dir, struct err *err);
/* A regular file of at most ATTACH_MAX_BYTES, never through a link; path as of
 * openat(2), name in errors. RC_DENIED, RC_NOTFOUND, RC_TOOLARGE. */
enum rc attach_open_at(int dir, const char *path, const char *name, int *ret_fd,
		       struct err *err);
