#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "console/keymap_int.h"

struct keymap *
keymap_new(void)
{
	struct keymap *m = xcalloc(1, sizeof(*m));

	return m;
}

struct keymap *
keymap_free(struct keymap *m)
{
	if (m)
		(void)xfree(m->bindings);
	return xfree(m);
}

/* The rule of exactly this context: the last one of the files wins. */
static enum action
find_in(const struct keymap *m, enum context c, const uint32_t key[2],
	bool *ret_prefix)
{
	enum action found = ACTION_NONE;

	for (size_t i = m->n_bindings; i-- > 0;) {
		const struct binding *b = &m->bindings[i];

		if (b->context != c || b->key[0] != key[0])
			continue;
		if (key[1] == K_NONE && b->key[1] != K_NONE)
			*ret_prefix = true;
		else if (b->key[1] == key[1] && found == ACTION_NONE)
			found = b->action;
	}
	return found;
}

enum action
keymap_find(const struct keymap *m, enum context c, uint32_t prefix,
	    uint32_t key, bool *ret_prefix)
{
	const uint32_t want[2] = { prefix != K_NONE ? prefix : key,
				   prefix != K_NONE ? key : K_NONE };
	bool chord = false;
	enum action a = find_in(m, c, want, &chord);

	if (a == ACTION_NONE && context_inherits(c))
		a = find_in(m, CONTEXT_GENERIC, want, &chord);
	*ret_prefix = chord && a == ACTION_NONE;
	return a;
}

/* Does the binding still hold, or does a more special one hide it? */
static bool
is_live(const struct keymap *m, enum context c, const struct binding *b)
{
	bool prefix = false;
	uint32_t first = b->key[1] != K_NONE ? b->key[0] : K_NONE;
	uint32_t key = b->key[1] != K_NONE ? b->key[1] : b->key[0];

	return keymap_find(m, c, first, key, &prefix) == b->action;
}

static bool
applies(const struct keymap *m, enum context c, const struct binding *b,
	enum action a)
{
	if (b->action != a)
		return false;
	if (b->context != c &&
	    !(b->context == CONTEXT_GENERIC && context_inherits(c)))
		return false;
	return is_live(m, c, b);
}

const char *
keymap_keys(const struct keymap *m, enum context c, enum action a,
	    const char *sep, char *out, size_t out_size)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < m->n_bindings; i++) {
		const struct binding *b = &m->bindings[i];
		char one[KEY_NAME_MAX], two[KEY_NAME_MAX] = "";
		int n;

		if (!applies(m, c, b, a))
			continue;
		(void)key_text(b->key[0], one);
		if (b->key[1] != K_NONE)
			(void)key_text(b->key[1], two);
		n = snprintf(out + at, out_size - at, "%s%s%s%s", at ? sep : "",
			     one, two[0] ? " " : "", two);
		if (n < 0 || (size_t)n >= out_size - at) {
			out[at] = '\0';
			break;
		}
		at += (size_t)n;
	}
	return out;
}

bool
keymap_is_own(const struct keymap *m, enum context c, enum action a)
{
	char keys[128], generic[128] = "";

	(void)keymap_keys(m, c, a, " ", keys, sizeof(keys));
	if (context_inherits(c))
		(void)keymap_keys(m, CONTEXT_GENERIC, a, " ", generic,
				  sizeof(generic));
	return strcmp(keys, generic) != 0;
}

uint32_t
keymap_key(const struct keymap *m, enum context c, enum action a, bool plain)
{
	uint32_t found = K_NONE;

	for (size_t i = 0; i < m->n_bindings; i++) {
		const struct binding *b = &m->bindings[i];
		bool function = b->key[0] >= K_F1 && b->key[0] <= K_F12;

		if (b->key[1] != K_NONE || !applies(m, c, b, a))
			continue;
		if (function != plain)
			return b->key[0];
		if (found == K_NONE)
			found = b->key[0];
	}
	return found;
}
