/* All kinds installed, every version; a file is read when it is asked for. */
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/kind.h"

struct slot {
	struct kind *kind; /* NULL: not read yet */
	/* of one that is not read yet */
	char *name, *bytes;
	size_t n_bytes;
	int version;
	uint8_t digest[DIGEST_LEN];
};

struct shelf {
	struct slot *slots; /* by name, then version */
	size_t n;
};

/* Reading a file changes nothing that its users see: the shelf is not const
 * where the kinds are. */
struct kinds {
	struct shelf *shelf;
};

struct kinds *
kinds_new(void)
{
	struct kinds *ks = xcalloc(1, sizeof(*ks));

	ks->shelf = xcalloc(1, sizeof(*ks->shelf));
	return ks;
}

static void
slot_clear(struct slot *s)
{
	kind_free(s->kind);
	xfree(s->name);
	xfree(s->bytes);
}

struct kinds *
kinds_free(struct kinds *ks)
{
	if (ks == NULL)
		return NULL;
	for (size_t i = 0; i < ks->shelf->n; i++)
		slot_clear(&ks->shelf->slots[i]);
	xfree(ks->shelf->slots);
	xfree(ks->shelf);
	return xfree(ks);
}

static struct kind_id
id_of(const struct slot *s)
{
	if (s->kind != NULL)
		return (struct kind_id){ .name = s->kind->name,
					 .version = s->kind->version,
					 .digest = s->kind->digest,
					 .bytes = s->kind->bytes,
					 .n_bytes = s->kind->n_bytes };
	return (struct kind_id){ .name = s->name,
				 .version = s->version,
				 .digest = s->digest,
				 .bytes = s->bytes,
				 .n_bytes = s->n_bytes };
}

/* Where (name, version) stands, or would. */
static size_t
place_of(const struct shelf *sh, const char *name, int version, bool *ret_here)
{
	size_t at = 0;

	*ret_here = false;
	for (; at < sh->n; at++) {
		struct kind_id had = id_of(&sh->slots[at]);
		int c = strcmp(had.name, name);

		if (c == 0)
			c = had.version - version;
		if (c >= 0) {
			*ret_here = c == 0;
			break;
		}
	}
	return at;
}

static void
insert(struct shelf *sh, size_t at, struct slot s)
{
	sh->slots = xreallocarray(sh->slots, sh->n + 1, sizeof(*sh->slots));
	memmove(sh->slots + at + 1, sh->slots + at,
		(sh->n - at) * sizeof(*sh->slots));
	sh->slots[at] = s;
	sh->n++;
}

enum rc
kinds_add(struct kinds *ks, struct kind *take_kind, struct err *err)
{
	bool here;
	size_t at =
		place_of(ks->shelf, take_kind->name, take_kind->version, &here);

	if (!here) {
		insert(ks->shelf, at, (struct slot){ .kind = take_kind });
		return RC_OK;
	}
	struct kind_id had = id_of(&ks->shelf->slots[at]);
	bool same = had.n_bytes == take_kind->n_bytes &&
		    memcmp(had.bytes, take_kind->bytes, had.n_bytes) == 0;

	kind_free(take_kind);
	if (same)
		return RC_OK;
	return err_set(err, RC_EXISTS, 0,
		       _("kind %s version %d is installed with other content"),
		       had.name, had.version);
}

void
kinds_add_unread(struct kinds *ks, const struct kind_id *id)
{
	bool here;
	size_t at = place_of(ks->shelf, id->name, id->version, &here);
	struct slot s = { .version = id->version, .n_bytes = id->n_bytes };

	if (here)
		return;
	s.name = xstrdup(id->name);
	s.bytes = xmalloc(id->n_bytes + 1);
	memcpy(s.bytes, id->bytes, id->n_bytes);
	memcpy(s.digest, id->digest, DIGEST_LEN);
	insert(ks->shelf, at, s);
}

/* The file was read when it was installed; what cannot be read now was
 * changed by others. `verify` names its row, so here it is only unknown. */
static bool
slot_read(struct slot *s)
{
	struct kind *k = NULL;
	struct err err = ERR_INIT;

	if (s->kind != NULL)
		return true;
	if (kind_read(s->name, s->bytes, s->n_bytes, &k, &err) != RC_OK) {
		log_line(LOG_ERROR, "model", "%s", err.msg);
		return false;
	}
	if (!str_eq(k->name, s->name) || k->version != s->version) {
		log_line(LOG_ERROR, "model",
			 _("kind %s version %d holds another kind's file"),
			 s->name, s->version);
		kind_free(k);
		return false;
	}
	memcpy(k->digest, s->digest, DIGEST_LEN);
	slot_clear(s);
	*s = (struct slot){ .kind = k };
	return true;
}

/* What cannot be read is not there. */
static bool
read_at(struct shelf *sh, size_t at)
{
	if (slot_read(&sh->slots[at]))
		return true;
	slot_clear(&sh->slots[at]);
	sh->n--;
	memmove(sh->slots + at, sh->slots + at + 1,
		(sh->n - at) * sizeof(*sh->slots));
	return false;
}

const struct kind *
kinds_get(const struct kinds *ks, const char *name, int version)
{
	bool here;
	size_t at = place_of(ks->shelf, name, version, &here);

	return here && read_at(ks->shelf, at) ? ks->shelf->slots[at].kind
					      : NULL;
}

bool
kinds_has(const struct kinds *ks, const char *name, int version)
{
	bool here;

	(void)place_of(ks->shelf, name, version, &here);
	return here;
}

const struct kind *
kinds_current(const struct kinds *ks, const char *name, int32_t day)
{
	const struct kind *best = NULL;

	for (size_t i = 0; i < ks->shelf->n; i++) {
		if (!str_eq(id_of(&ks->shelf->slots[i]).name, name))
			continue;
		if (!read_at(ks->shelf, i)) {
			i--;
			continue;
		}
		const struct kind *k = ks->shelf->slots[i].kind;

		/* sorted by version: of one day the newer version */
		if (k->effective_day <= day &&
		    (best == NULL || k->effective_day >= best->effective_day))
			best = k;
	}
	return best;
}

size_t
kinds_count(const struct kinds *ks)
{
	for (size_t i = 0; i < ks->shelf->n;)
		i += read_at(ks->shelf, i) ? 1 : 0;
	return ks->shelf->n;
}

const struct kind *
kinds_at(const struct kinds *ks, size_t i)
{
	return ks->shelf->slots[i].kind;
}

bool
kinds_id(const struct kinds *ks, size_t i, struct kind_id *ret_id)
{
	if (i >= ks->shelf->n)
		return false;
	*ret_id = id_of(&ks->shelf->slots[i]);
	return true;
}
