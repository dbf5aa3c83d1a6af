#include "base/asset.h"

#include <string.h>

static const struct asset assets[] = {
#define ASSET(name, text) \
	{ .path = name, .bytes = text, .len = sizeof(text) - 1 },
#include "base/assets.inc"
#undef ASSET
};

#define N_ASSETS (sizeof(assets) / sizeof(assets[0]))

const struct asset *
asset_find(const char *path)
{
	for (size_t i = 0; i < N_ASSETS; i++)
		if (strcmp(assets[i].path, path) == 0)
			return &assets[i];
	return NULL;
}

const struct asset *
asset_each(const char *prefix, const struct asset *prev)
{
	size_t n = strlen(prefix);

	for (size_t i = prev ? (size_t)(prev - assets) + 1 : 0; i < N_ASSETS;
	     i++)
		if (strncmp(assets[i].path, prefix, n) == 0)
			return &assets[i];
	return NULL;
}
