/*
 * The public keys of every desk whose card is held. A ring is built once and
 * then only read, so a batch may check signatures on other threads while the
 * journal goes on.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal/peer.h"
#include "journal_int.h"

struct keyring {
	struct ring_key *keys;
	size_t n, cap;
	int64_t stamp; /* cards held when it was built */
	int refs;      /* the journal and the batches; journal's thread only */
};

static int
key_cmp(const char *desk, const char *id, const struct ring_key *k)
{
	int c = strcmp(desk, k->desk);
	return c != 0 ? c : strcmp(id, k->id);
}

static int
ring_cmp(const void *a, const void *b)
{
	const struct ring_key *x = a;
	return key_cmp(x->desk, x->id, b);
}

struct keyring *
keyring_ref(struct keyring *r)
{
	r->refs++;
	return r;
}

struct keyring *
keyring_unref(struct keyring *r)
{
	if (r == NULL || --r->refs > 0)
		return NULL;
	for (size_t i = 0; i < r->n; i++)
		(void)verifier_free(r->keys[i].verifier);
	(void)xfree(r->keys);
	return xfree(r);
}

const struct ring_key *
keyring_find(const struct keyring *r, const char *desk, const char *key_id)
{
	size_t low = 0, high = r->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = key_cmp(desk, key_id, &r->keys[mid]);
		if (c == 0)
			return &r->keys[mid];
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

/*
 * A key's id is the digest of its bytes, so a verifier of the ring before is
 * this one's: to make it costs a millisecond, and a ring of hundreds of desks
 * is made anew with every card that comes. before NULL: there is none.
 */
static enum rc
verifier_of(const struct keyring *before, const struct ring_key *k,
	    struct stmt *st, struct verifier **ret, struct err *err)
{
	const struct ring_key *had =
		before == NULL ? NULL : keyring_find(before, k->desk, k->id);
	size_t n_spki = 0;

	if (had != NULL && had->alg == k->alg) {
		*ret = verifier_ref(had->verifier);
		return RC_OK;
	}
	const void *spki = col_blob(st, 3, &n_spki);
	return verifier_new(k->alg, spki, n_spki, ret, err);
}

/* desk, key_id, alg, spki, current, retired_epoch, retired_k, card */
static enum rc
read_key(struct keyring *r, const struct keyring *before, struct stmt *st,
	 struct err *err)
{
	struct ring_key k = { .verifier = NULL };

	enum rc rc = col_copy(st, 0, k.desk, sizeof(k.desk), err);
	if (rc == RC_OK)
		rc = col_copy(st, 1, k.id, sizeof(k.id), err);
	if (rc == RC_OK)
		rc = key_alg_parse(col_text(st, 2), &k.alg, err);
	if (rc == RC_OK)
		rc = verifier_of(before, &k, st, &k.verifier, err);
	if (rc != RC_OK)
		return rc;
	if (!col_is_null(st, 5)) {
		k.retired = true;
		rc = col_copy(st, 5, k.last_epoch, sizeof(k.last_epoch), err);
		k.last_k = col_int(st, 6);
	}
	k.card_number = col_int(st, 7);
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 16 : r->cap * 2;
		r->keys = xreallocarray(r->keys, r->cap, sizeof(*r->keys));
	}
	r->keys[r->n++] = k;
	return rc;
}

static enum rc
load(struct journal *j, int64_t stamp, struct err *err)
{
	struct keyring *r = xcalloc(1, sizeof(*r));
	bool row = false;

	r->refs = 1;
	r->stamp = stamp;
	struct stmt *st = stmt_use(j->store, SQL_KEY_EACH);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		rc = read_key(r, j->keys, st, err);
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	if (rc != RC_OK) {
		(void)keyring_unref(r);
		return rc;
	}
	if (r->n > 0)
		qsort(r->keys, r->n, sizeof(*r->keys), ring_cmp);
	(void)keyring_unref(j->keys);
	j->keys = r;
	return RC_OK;
}

enum rc
cards_stamp(struct journal *j, int64_t *ret_stamp, struct err *err)
{
	return stmt_one_int(stmt_use(j->store, SQL_CARD_STAMP), 0, ret_stamp,
			    err);
}

enum rc
keyring_reload(struct journal *j, struct err *err)
{
	int64_t stamp = 0;
	enum rc rc = cards_stamp(j, &stamp, err);

	return rc == RC_OK ? load(j, stamp, err) : rc;
}

enum rc
keyring_refresh(struct journal *j, struct err *err)
{
	int64_t stamp = 0;
	enum rc rc = cards_stamp(j, &stamp, err);
	if (rc != RC_OK || (j->keys != NULL && j->keys->stamp == stamp))
		return rc;
	return load(j, stamp, err);
}

bool
keyring_knows(const struct keyring *r, const char *desk)
{
	size_t low = 0, high = r->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = strcmp(desk, r->keys[mid].desk);
		if (c == 0)
			return true;
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return false;
}

bool
ring_key_is_over(const struct ring_key *k, const struct event *e)
{
	if (!k->retired)
		return false;
	int c = strcmp(e->epoch, k->last_epoch);
	return c > 0 || (c == 0 && e->k > k->last_k);
}

bool
peer_has_key(struct journal *j, const char *desk, const char *key_id)
{
	return keyring_refresh(j, NULL) == RC_OK &&
	       keyring_find(j->keys, desk, key_id) != NULL;
}

enum rc
peer_signed(struct journal *j, const char *desk, const struct envelope *e,
	    bool alive, struct err *err)
{
	enum rc rc = keyring_refresh(j, err);
	if (rc != RC_OK)
		return rc;
	const struct ring_key *k = keyring_find(j->keys, desk, e->key_id);
	if (k == NULL)
		return err_set(err, RC_BADSIG, 0,
			       _("no card with key %.16s of %s is here"),
			       e->key_id, desk);
	if (alive && k->retired)
		return err_set(err, RC_BADSIG, 0,
			       _("key %.16s of %s was retired"), e->key_id,
			       desk);
	return envelope_check(e, k->verifier, err);
}
