/* Seals of the audit trail: signed statements of how far it stood. */
#include "config.h"

#include <string.h>

#include "audit_int.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "trust/envelope.h"

#define SEAL_EVERY_MS 3600000

struct unsealed {
	bool due;
	int64_t n;
	struct digest hash;
};

static enum rc
read_unsealed(struct journal *j, struct unsealed *out, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_AUDIT_UNSEALED);
	bool row = false;
	enum rc rc = stmt_step(st, &row, err);

	*out = (struct unsealed){ .due = false };
	if (rc == RC_OK && row) {
		out->n = col_int(st, 0);
		rc = col_digest(st, 1, &out->hash, err);
		out->due = out->n > col_int(st, 2) &&
			   env_now_ms(j->env) - col_int(st, 3) >= SEAL_EVERY_MS;
	}
	stmt_done(st);
	return rc;
}

static char *
payload_of(struct journal *j, const struct unsealed *u, int64_t now_ms)
{
	char hex[DIGEST_HEX_LEN + 1], time[TIME_TEXT_MAX];
	json_t *o = json_object();
	char *text;

	digest_hex(&u->hash, hex);
	time_format(now_ms, time);
	json_object_set_new(o, "desk", json_string(j->desk));
	json_object_set_new(o, "n", json_integer(u->n));
	json_object_set_new(o, "hash", json_string(hex));
	json_object_set_new(o, "time", json_string(time));
	text = json_write(o);
	json_decref(o);
	return text;
}

static enum rc
write_seal(struct journal *j, const struct unsealed *u, struct err *err)
{
	struct envelope e = { .type = TYPE_AUDIT };
	int64_t now_ms = env_now_ms(j->env);
	char *payload = payload_of(j, u, now_ms);
	struct signer *signer = NULL;
	struct stmt *st;
	enum rc rc = journal_signer(j, &signer, err);

	if (rc == RC_OK)
		rc = envelope_sign(signer, TYPE_AUDIT, payload, strlen(payload),
				   &e, err);
	if (rc == RC_OK) {
		st = stmt_use(j->store, SQL_AUDIT_SEAL_INSERT);
		stmt_int(st, 1, u->n);
		stmt_int(st, 2, now_ms);
		stmt_text(st, 3, e.key_id);
		stmt_blob(st, 4, e.sig, e.n_sig);
		stmt_blob(st, 5, e.payload, e.n_payload);
		rc = stmt_run(st, err);
	}
	envelope_release(&e);
	(void)xfree(payload);
	return rc;
}

enum rc
audit_seal_before(struct journal *j, struct err *err)
{
	struct unsealed u;
	enum rc rc;

	if (j->signer == NULL)
		return RC_OK;
	rc = read_unsealed(j, &u, err);
	return rc == RC_OK && u.due ? write_seal(j, &u, err) : rc;
}

enum rc
audit_seal_due(struct journal *j, struct err *err)
{
	struct unsealed u;
	enum rc rc = read_unsealed(j, &u, err);

	if (rc != RC_OK || !u.due || j->signer == NULL)
		return rc;
	rc = store_begin(j->store, err);
	if (rc != RC_OK)
		return rc;
	rc = audit_seal_before(j, err);
	if (rc == RC_OK)
		return store_commit(j->store, err);
	store_rollback(j->store);
	return rc;
}

enum rc
audit_state(struct journal *j, struct audit_state *out, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_AUDIT_LAST);
	bool row = false;
	enum rc rc = stmt_step(st, &row, err);

	*out = (struct audit_state){ .sealed_ms = -1 };
	if (rc == RC_OK && row)
		out->rows = col_int(st, 0);
	stmt_done(st);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_AUDIT_SEAL_LAST);
	row = false;
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		out->sealed = col_int(st, 0);
		out->sealed_ms = col_int(st, 1);
	}
	stmt_done(st);
	return rc;
}

/* The statement that was signed names the row, its hash and this desk. */
static bool
says_so(struct journal *j, const struct envelope *e, int64_t n,
	const struct digest *hash)
{
	char hex[DIGEST_HEX_LEN + 1];
	json_t *o = NULL;
	bool so;

	digest_hex(hash, hex);
	if (json_read(e->payload, e->n_payload, &o, NULL) != RC_OK)
		return false;
	so = str_eq(json_text(o, "desk"), j->desk) &&
	     str_eq(json_text(o, "hash"), hex) &&
	     json_integer_value(json_object_get(o, "n")) == n;
	json_decref(o);
	return so;
}

static bool
seal_is_good(struct journal *j, struct stmt *st)
{
	struct envelope e = { .type = TYPE_AUDIT };
	const struct ring_key *k;
	struct digest hash;
	size_t n_sig, n_raw;
	const void *sig = col_blob(st, 3, &n_sig);
	const void *raw = col_blob(st, 4, &n_raw);
	bool good;

	if (n_sig > sizeof(e.sig) || col_is_null(st, 5) ||
	    col_digest(st, 5, &hash, NULL) != RC_OK ||
	    str_copy(e.key_id, sizeof(e.key_id), col_text(st, 2), NULL) !=
		    RC_OK)
		return false;
	memcpy(e.sig, sig, n_sig);
	e.n_sig = n_sig;
	e.payload = xstrndup(raw, n_raw);
	e.n_payload = n_raw;
	k = keyring_find(j->keys, j->desk, e.key_id);
	good = k != NULL && envelope_check(&e, k->verifier, NULL) == RC_OK &&
	       says_so(j, &e, col_int(st, 0), &hash);
	envelope_release(&e);
	return good;
}

enum rc
audit_check_seals(struct journal *j,
		  void (*each)(void *ctx, const char *problem), void *ctx,
		  struct err *err)
{
	bool row = false;
	struct stmt *st;
	enum rc rc = keyring_refresh(j, err);

	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_AUDIT_SEAL_EACH);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		char *text;

		if (seal_is_good(j, st))
			continue;
		text = xasprintf(_("audit seal %lld does not fit the row that "
				   "it covers"),
				 (long long)col_int(st, 0));
		each(ctx, text);
		(void)xfree(text);
	}
	stmt_done(st);
	return rc;
}
