/*
 * Key files (SCREENS 4): which key does what in which context. default.keys
 * is embedded and whole; a user's file lies over it and inherits by action:
 * an action that it names in a context has there the keys it gives and no
 * others, every other action keeps its own.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "console/action_int.h"
#include "console/key_int.h"

#define KEYMAP_VERSION	 1
#define KEYMAP_DEPTH_MAX 4
#define KEYMAP_RULES_MAX 2000
#define CHORD_LIMIT_MS	 1000

struct binding {
	enum context context;
	uint32_t key[2]; /* key[1] K_NONE unless a chord */
	enum action action;
	bool user; /* from the user's file */
};

struct keymap {
	struct binding *bindings; /* in order of the files */
	size_t n_bindings, cap;
	bool limited[CONTEXT__COUNT];
};

/* A mistake or (note) something the officer may want to know. Both strings
 * are borrowed for the call. */
typedef void (*keymap_problem_fn)(void *ctx, const char *file, unsigned line,
				  bool note, const char *what);
struct keymap_reader {
	/* The bytes of a file named by `use`, NUL-terminated and owned by the
	 * reader's maker; NULL when there is none. */
	const char *(*open)(void *ctx, const char *name, size_t *ret_n);
	keymap_problem_fn problem;
	void *ctx;
};

struct keymap *keymap_new(void);
struct keymap *keymap_free(struct keymap *m);
/* Adds a file's rules; false when it had a mistake (each was told). */
bool keymap_read(struct keymap *m, const char *name, const char *bytes,
		 size_t n_bytes, bool user, const struct keymap_reader *r);
/* The embedded maps; aborts when they are wrong, which a test proves. */
struct keymap *keymap_default(void);
/* default.keys and the user's file over it; on a mistake NULL. */
struct keymap *keymap_load(const char *path, keymap_problem_fn problem,
			   void *ctx, struct err *err);

/*
 * What key does after prefix (K_NONE: no chord begun). *ret_prefix is true
 * when the key begins a chord; the action is then none.
 */
enum action keymap_find(const struct keymap *m, enum context c, uint32_t prefix,
			uint32_t key, bool *ret_prefix);
/* Keys of an action as shown to people, joined by sep; "" when none. */
const char *keymap_keys(const struct keymap *m, enum context c, enum action a,
			const char *sep, char *out, size_t out_size);
/* Has the action keys on that screen that it has not on every one? */
bool keymap_is_own(const struct keymap *m, enum context c, enum action a);
/* The first key of an action, a plain one rather than a function key when
 * `plain`; K_NONE when it has none. */
uint32_t keymap_key(const struct keymap *m, enum context c, enum action a,
		    bool plain);
