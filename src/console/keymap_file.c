#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "console/console.h"
#include "console/keymap_int.h"

#define OPEN_MAX_FILES 16

/* Files that a user's file uses: beside it, else the embedded one. */
struct folder {
	char dir[4096]; /* "" = embedded only; else ends in a slash */
	struct buf files[OPEN_MAX_FILES];
	size_t n_files;
	keymap_problem_fn problem;
	void *ctx;
};

static const char *
open_beside(void *ctx, const char *name, size_t *ret_n)
{
	struct folder *f = ctx;
	const struct asset *asset;
	char path[4400];

	(void)snprintf(path, sizeof(path), "%s%s", f->dir, name);
	if (f->dir[0] && f->n_files < OPEN_MAX_FILES && file_exists(path)) {
		struct buf *b = &f->files[f->n_files];
		struct err e = ERR_INIT;

		buf_init(b, KEYMAP_FILE_MAX);
		f->n_files++;
		if (file_read(path, KEYMAP_FILE_MAX, false, b, &e) != RC_OK)
			return NULL;
		*ret_n = b->len;
		return buf_str(b);
	}
	(void)snprintf(path, sizeof(path), "keymaps/%s", name);
	asset = asset_find(path);
	if (!asset)
		return NULL;
	*ret_n = asset->len;
	return asset->bytes;
}

static void
pass_problem(void *ctx, const char *file, unsigned line, bool note,
	     const char *what)
{
	struct folder *f = ctx;

	if (f->problem)
		f->problem(f->ctx, file, line, note, what);
}

struct keymap *
keymap_default(void)
{
	struct folder f = { .n_files = 0 };
	const struct keymap_reader reader = { open_beside, pass_problem, &f };
	const struct asset *a = asset_find("keymaps/default.keys");
	struct keymap *m = keymap_new();
	bool good = a && keymap_read(m, "default.keys", a->bytes, a->len, false,
				     &reader);

	assert(good);
	(void)good;
	return m;
}

struct keymap *
keymap_load(const char *path, keymap_problem_fn problem, void *ctx,
	    struct err *err)
{
	struct folder *f = xcalloc(1, sizeof(*f));
	const struct keymap_reader reader = { open_beside, pass_problem, f };
	struct keymap *m = keymap_default();
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	struct buf b = { 0 };
	bool good = false;

	buf_init(&b, KEYMAP_FILE_MAX);
	f->problem = problem;
	f->ctx = ctx;
	(void)snprintf(f->dir, sizeof(f->dir), "%.*s",
		       slash ? (int)(slash - path + 1) : 2,
		       slash ? path : "./");
	if (file_read(path, KEYMAP_FILE_MAX, true, &b, err) == RC_OK) {
		good = keymap_read(m, base, buf_str(&b), b.len, true, &reader);
		if (!good)
			(void)err_set(err, RC_MALFORMED, 0,
				      _("%s has mistakes; the built-in keys "
					"are used"),
				      base);
	}
	for (size_t i = 0; i < f->n_files; i++)
		buf_release(&f->files[i]);
	buf_release(&b);
	(void)xfree(f);
	return good ? m : keymap_free(m);
}

static void
print_problem(void *ctx, const char *file, unsigned line, bool note,
	      const char *what)
{
	FILE *out = ctx;

	(void)fprintf(out, "%s:%u: %s%s\n", file, line, note ? _("note: ") : "",
		      what);
}

enum rc
console_keymap_check(const char *path, FILE *out, struct err *err)
{
	struct keymap *m;
	struct err e = ERR_INIT;

	m = keymap_load(path, print_problem, out, &e);
	if (m) {
		(void)keymap_free(m);
		return RC_OK;
	}
	if (err)
		*err = e;
	return e.code;
}
