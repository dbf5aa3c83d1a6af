/* Key files over the built-in keys; `use` finds the embedded ones only. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/asset.h"
#include "console/keymap_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ignore(void *ctx, const char *file, unsigned line, bool note, const char *what)
{
	(void)ctx;
	(void)file;
	(void)line;
	(void)note;
	(void)what;
}

static const char *
open_embedded(void *ctx, const char *name, size_t *ret_n)
{
	char path[300];
	const struct asset *a;

	(void)ctx;
	(void)snprintf(path, sizeof(path), "keymaps/%s", name);
	a = asset_find(path);
	if (!a)
		return NULL;
	*ret_n = a->len;
	return a->bytes;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keymap_reader r = { .open = open_embedded, .problem = ignore };
	struct keymap *map = keymap_default();
	char keys[200];

	(void)keymap_read(map, "fuzz.keys", (const char *)data, size, true, &r);
	for (unsigned c = 0; c < CONTEXT__COUNT; c++)
		(void)keymap_keys(map, (enum context)c, (enum action)1, " ",
				  keys, sizeof(keys));
	(void)keymap_free(map);
	return 0;
}
