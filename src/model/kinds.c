/* All kinds installed, every version. */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/kind.h"

struct kinds {
	struct kind **kinds; /* by name, then version */
	size_t n;
};

struct kinds *
kinds_new(void)
{
	return xcalloc(1, sizeof(struct kinds));
}

struct kinds *
kinds_free(struct kinds *ks)
{
	if (ks == NULL)
		return NULL;
	for (size_t i = 0; i < ks->n; i++)
		kind_free(ks->kinds[i]);
	xfree(ks->kinds);
	return xfree(ks);
}

enum rc
kinds_add(struct kinds *ks, struct kind *take_kind, struct err *err)
{
	size_t at = 0;

	for (; at < ks->n; at++) {
		const struct kind *k = ks->kinds[at];
		int c = strcmp(k->name, take_kind->name);

		if (c == 0)
			c = k->version - take_kind->version;
		if (c < 0)
			continue;
		if (c > 0)
			break;
		if (k->n_bytes == take_kind->n_bytes &&
		    memcmp(k->bytes, take_kind->bytes, k->n_bytes) == 0) {
			kind_free(take_kind);
			return RC_OK;
		}
		(void)err_set(err, RC_EXISTS, 0,
			      _("kind %s version %d is installed with other "
				"content"),
			      k->name, k->version);
		kind_free(take_kind);
		return RC_EXISTS;
	}
	ks->kinds = xreallocarray(ks->kinds, ks->n + 1, sizeof(struct kind *));
	memmove(ks->kinds + at + 1, ks->kinds + at,
		(ks->n - at) * sizeof(struct kind *));
	ks->kinds[at] = take_kind;
	ks->n++;
	return RC_OK;
}

const struct kind *
kinds_get(const struct kinds *ks, const char *name, int version)
{
	for (size_t i = 0; i < ks->n; i++) {
		if (ks->kinds[i]->version == version &&
		    str_eq(ks->kinds[i]->name, name))
			return ks->kinds[i];
	}
	return NULL;
}

const struct kind *
kinds_current(const struct kinds *ks, const char *name, int32_t day)
{
	const struct kind *best = NULL;

	for (size_t i = 0; i < ks->n; i++) {
		const struct kind *k = ks->kinds[i];

		if (!str_eq(k->name, name) || k->effective_day > day)
			continue;
		/* sorted by version: of one day the newer version */
		if (best == NULL || k->effective_day >= best->effective_day)
			best = k;
	}
	return best;
}

size_t
kinds_count(const struct kinds *ks)
{
	return ks->n;
}

const struct kind *
kinds_at(const struct kinds *ks, size_t i)
{
	return ks->kinds[i];
}
