#include "desk/key.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "journal/peer.h"
#include "key_files_int.h"
#include "trust/tlscert.h"

void
own_keys_release(struct own_keys *k)
{
	for (size_t i = 0; i < k->n_waiting; i++)
		xfree(k->waiting[i]);
	xfree(k->waiting);
	*k = (struct own_keys){ .n_waiting = 0 };
}

/* ---- what there is ---- */

static void
add_waiting(void *ctx, const char *desk)
{
	struct own_keys *k = ctx;

	k->waiting = xreallocarray(k->waiting, k->n_waiting + 1,
				   sizeof(*k->waiting));
	k->waiting[k->n_waiting++] = xstrdup(desk);
}

static void
tell_keys(const struct card *c,
	  void (*each)(void *ctx, const struct own_key *k), void *ctx)
{
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < c->n_keys; i++) {
			const struct card_key *k = &c->keys[i];
			const struct own_key one = {
				.id = k->id,
				.alg = key_alg_name(k->alg),
				.current = k->current,
				.last_epoch = k->last_epoch,
				.last_k = k->last_k,
			};

			if (k->current == (pass == 0))
				each(ctx, &one);
		}
}

enum rc
ask_own_keys(struct desk *d, struct own_keys *out,
	     void (*each)(void *ctx, const struct own_key *k), void *ctx,
	     struct err *err)
{
	struct own_keys k = { .n_waiting = 0 };
	struct card card = { .n_keys = 0 };
	struct buf json;
	enum rc rc;

	buf_init(&json, CARD_MAX_BYTES);
	rc = peer_card(d->journal, d->id, &json, err);
	if (rc == RC_OK)
		rc = card_read_stored(json.data, json.len, &card, err);
	if (rc == RC_OK)
		rc = tlscert_expiry(card.tls_cert, card.n_tls_cert,
				    &k.tls_until_ms, err);
	if (rc == RC_OK)
		rc = peers_without_card(d->journal, add_waiting, &k, err);
	if (rc == RC_OK) {
		k.card_number = card.number;
		k.card_made_ms = card.made_ms;
		k.two_certificates = key_files_two(d);
		card_fingerprint(&card, k.fingerprint);
		if (each != NULL)
			tell_keys(&card, each, ctx);
		*out = k;
	} else {
		own_keys_release(&k);
	}
	card_release(&card);
	buf_release(&json);
	return rc;
}

/* ---- rotation ---- */

static enum rc
make_seal(struct desk *d, enum key_alg alg, struct signer **ret_signer,
	  struct err *err)
{
	char *path = desk_path(d->folder, FILE_SEAL_NEXT);
	enum rc rc = signer_create(path, alg, ret_signer, err);

	xfree(path);
	return rc;
}

static enum rc
make_tls(struct desk *d, struct err *err)
{
	char *key = desk_path(d->folder, FILE_TLS_NEXT_KEY);
	char *cert = desk_path(d->folder, FILE_TLS_NEXT_CERT);
	enum rc rc = tlscert_create(key, cert, d->id, env_now_ms(d->env), err);

	xfree(key);
	xfree(cert);
	return rc;
}

/* What the last one left is settled first, so that files of its own name are
 * free. */
static enum rc
check_free(struct desk *d, const struct key_order *o, struct err *err)
{
	struct own_keys k = { .n_waiting = 0 };
	char *list;
	enum rc rc = key_files_settle(d, o->tls && o->at_once, err);

	if (rc != RC_OK || !o->tls || !key_files_two(d))
		return rc;
	rc = ask_own_keys(d, &k, NULL, NULL, err);
	if (rc != RC_OK)
		return rc;
	list = xstrdup("");
	for (size_t i = 0; i < k.n_waiting && i < 5; i++) {
		char *more = xasprintf("%s%s%s", list, i > 0 ? ", " : "",
				       k.waiting[i]);

		xfree(list);
		list = more;
	}
	rc = err_set(err, RC_STATE, 0,
		     _("the last rotation is not finished: %s have not got the "
		       "card yet; wait, revoke them, or give --at-once"),
		     list);
	xfree(list);
	own_keys_release(&k);
	return rc;
}

static enum rc
rotate(struct desk *d, const struct key_order *o, struct err *err)
{
	struct card card = { .n_keys = 0 };
	struct signer *next = NULL;
	char *detail = NULL, *cert = NULL, print[DIGEST_HEX_LEN + 1];
	struct signer *now = d->signer;
	enum rc rc = RC_OK;

	if (!o->lost)
		rc = journal_signer(d->journal, &now, err);
	if (rc == RC_OK && o->seal)
		rc = make_seal(d, o->has_alg ? o->alg : signer_get_alg(now),
			       &next, err);
	if (rc == RC_OK && o->tls)
		rc = make_tls(d, err);
	if (rc == RC_OK) {
		cert = o->tls ? desk_path(d->folder, FILE_TLS_NEXT_CERT)
			      : key_files_cert(d);
		rc = desk_card_draft(d, cert, &card, err);
	}
	if (rc == RC_OK)
		rc = journal_rotate(d->journal, &card, next, o->lost, err);
	if (rc == RC_OK) {
		card_fingerprint(&card, print);
		detail = xasprintf("%s%s%s%s card %lld key %.16s",
				   o->seal ? "seal" : "",
				   o->seal && o->tls ? "+" : "",
				   o->tls ? "tls" : "",
				   o->lost	? " lost"
				   : o->at_once ? " at once"
						: "",
				   (long long)card.number, print);
		rc = act_audit(d, "key-rotate", NULL, detail, err);
	}
	card_release(&card);
	signer_free(next);
	xfree(cert);
	xfree(detail);
	return rc;
}

enum rc
act_key_rotate(struct desk *d, const struct key_order *order,
	       struct own_keys *out, struct err *err)
{
	struct key_order o = *order;
	struct err why = ERR_INIT;
	enum rc rc = permit(d, PERMIT_KEYS, NULL, err);

	if (o.lost)
		o.seal = o.tls = o.at_once = true;
	if (rc == RC_OK)
		rc = check_free(d, &o, err);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = act_end(d, rotate(d, &o, err), err);
	/* Whatever became of it: the database says what counts. A failure is
	 * made good by the next who opens the folder. */
	if (key_files_settle(d, rc == RC_OK && o.tls && o.at_once, &why) !=
		    RC_OK &&
	    rc == RC_OK) {
		rc = why.code;
		if (err != NULL)
			*err = why;
	}
	return rc == RC_OK ? ask_own_keys(d, out, NULL, NULL, err) : rc;
}

enum rc
desk_keys_tick(struct desk *d, bool *ret_changed, struct err *err)
{
	bool two = key_files_two(d);
	enum rc rc = two ? key_files_settle(d, false, err) : RC_OK;

	*ret_changed = two && !key_files_two(d);
	return rc;
}
