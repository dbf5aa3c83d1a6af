/*
 * Space on the file system of a desk's folder. Below the watermark peers are
 * told to wait, so that what is left is for own acts; and the folder keeps a
 * file `spare` of nothing, of which own acts get back a piece at a time once
 * others have filled the disk. Each is at most DISK_PERCENT of the whole.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct space {
	int64_t free_bytes, all_bytes;
	int64_t watermark, spare; /* sizes that hold for this file system */
};

/* false when nothing can be told. */
bool space_look(const char *folder, struct space *out);
bool space_is_short(const struct space *s);
/* Makes the file whole again where there is room for it: for serve. */
void spare_keep(const char *folder);
/* Gives back a piece when hardly anything is left, and there is one. */
void spare_lend(const char *folder);
