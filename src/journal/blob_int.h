/* What the two files of attachments share. */
#pragma once

#include <stdbool.h>

#include "journal/blob.h"

/* FOLDER/blobs/HH/HEX, or its folder. Heap. */
char *blob_path(const struct journal *j, const struct digest *d, bool folder);
/* Rows of a file that is in its place. Own transaction unless one is open. */
enum rc blob_store(struct journal *j, const struct digest *d, int64_t size,
		   const char *supplier, struct err *err);
