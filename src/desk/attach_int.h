/* Attachments from files that an officer names. */
#pragma once

#include "desk/act.h"

/* Copies a regular file (never through a link) into the desk and appends
 * {"name","digest","size","type"} to list. */
enum rc attach_file(struct desk *d, const char *path, json_t *list,
		    struct err *err);
