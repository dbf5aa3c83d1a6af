/* Files embedded at build: kinds, reference data, demo data, keymaps. */
#pragma once

#include <stddef.h>

/* The bytes are followed by a NUL that len does not count. */
struct asset {
	const char *path; /* "kinds/clue.json", "keymaps/default.keys" */
	const char *bytes;
	size_t len;
};

/* The asset of that path, NULL if there is none. Static storage. */
const struct asset *asset_find(const char *path);

/*
 * Assets whose path begins with prefix, in order of path: pass NULL for the
 * first, then the one before. NULL after the last.
 *
 *	const struct asset *a = NULL;
 *	while ((a = asset_each("kinds/", a)) != NULL)
 */
const struct asset *asset_each(const char *prefix, const struct asset *prev);
