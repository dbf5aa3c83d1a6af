/*
 * The exchange folder of the officer at work, as a list to choose from. Names
 * there are anybody's: what is shown of one is safe for a terminal, what is
 * opened is a regular file of that very folder, never through a link.
 */
#pragma once

#include "desk/attachment.h"

#define FOLDER_FILES_MAX 500 /* the newest */

struct folder_file {
	char *name;  /* as it stands there: any bytes but / and NUL */
	char *shown; /* UTF-8, safe for a terminal */
	int64_t size, changed_ms;
	struct attachment_shape shape;
	char *unfit; /* why it cannot be attached; NULL when it can */
};
struct folder_list {
	char *path; /* of the folder */
	struct folder_file *rows;
	size_t n_rows;
	bool more; /* there are older ones */
};
/* Newest first; names that begin with a dot are left out. RC_DENIED for who
 * writes no documents. */
enum rc ask_folder(struct desk *d, struct folder_list *out, struct err *err);
void folder_list_release(struct folder_list *l);
