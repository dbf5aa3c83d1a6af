/* The PIN of an officer. */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/access.h"
#include "desk_int.h"
#include "trust/pin.h"

struct pin_row {
	char method[64];
	uint8_t salt[PIN_SALT_LEN], hash[PIN_HASH_LEN];
	int64_t tries, tried_ms;
};

static enum rc
read_row(struct desk *d, struct pin_row *out, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_OFFICER_PIN_GET);
	size_t n_salt = 0, n_hash = 0;
	const void *salt, *hash;
	bool row;
	enum rc rc;

	stmt_text(st, 1, d->officer.id);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no PIN is set: set one with 'deltadesk officer "
			       "pin', or in the console by ':' and 'PIN'"));
	if (rc == RC_OK) {
		salt = col_blob(st, 1, &n_salt);
		hash = col_blob(st, 2, &n_hash);
		rc = n_salt == PIN_SALT_LEN && n_hash == PIN_HASH_LEN
			     ? str_copy(out->method, sizeof(out->method),
					col_text(st, 0), err)
			     : err_set(err, RC_DAMAGED, 0,
				       _("the row of the PIN is damaged: an "
					 "administrator clears it with "
					 "'officer pin --clear'"));
		if (rc == RC_OK) {
			memcpy(out->salt, salt, PIN_SALT_LEN);
			memcpy(out->hash, hash, PIN_HASH_LEN);
			out->tries = col_int(st, 4);
			out->tried_ms = col_int(st, 5);
		}
	}
	stmt_done(st);
	return rc;
}

bool
pin_is_set(struct desk *d)
{
	struct pin_row r;

	return read_row(d, &r, NULL) != RC_NOTFOUND;
}

/* How long after that many wrong ones. */
static int64_t
delay_after(int64_t tries)
{
	int64_t ms = PIN_DELAY_FIRST_MS;

	if (tries < PIN_FREE_TRIES)
		return 0;
	for (int64_t i = PIN_FREE_TRIES; i < tries && ms < PIN_DELAY_MAX_MS;
	     i++)
		ms *= 2;
	return ms < PIN_DELAY_MAX_MS ? ms : PIN_DELAY_MAX_MS;
}

/* A clock put back must not make anyone wait for years. */
static int64_t
must_wait_ms(const struct pin_row *r, int64_t now_ms)
{
	int64_t delay = delay_after(r->tries), gone = now_ms - r->tried_ms;

	if (gone < 0)
		gone = 0;
	return gone < delay ? delay - gone : 0;
}

static enum rc
count_try(struct desk *d, int64_t tries, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_OFFICER_PIN_TRIED);

	stmt_text(st, 1, d->officer.id);
	stmt_int(st, 2, tries);
	stmt_int(st, 3, tries > 0 ? env_now_ms(d->env) : 0);
	return stmt_run(st, err);
}

/* The try is counted as wrong before it is judged. */
static enum rc
begin_try(struct desk *d, struct pin_row *out, struct err *err)
{
	int64_t wait = 0;
	enum rc rc = act_begin(d, err);

	if (rc != RC_OK)
		return rc;
	rc = read_row(d, out, err);
	if (rc == RC_OK)
		wait = must_wait_ms(out, env_now_ms(d->env));
	if (rc == RC_OK && wait > 0)
		rc = err_set(err, RC_BUSY, 0,
			     _("too many wrong PINs: try again in %lld "
			       "seconds"),
			     (long long)(wait + 999) / 1000);
	if (rc == RC_OK)
		rc = count_try(d, out->tries + 1, err);
	return act_end(d, rc, err);
}

/* what: of the audit row of a right one. */
static enum rc
end_try(struct desk *d, bool right, const char *what, const char *why,
	struct err *err)
{
	enum rc rc = act_begin(d, err);

	if (rc == RC_OK && right)
		rc = count_try(d, 0, err);
	if (rc == RC_OK && (what != NULL || !right))
		rc = act_audit(d, right ? what : "wrong PIN", NULL,
			       right ? "" : why, err);
	return act_end(d, rc, err);
}

static enum rc
try_pin(struct desk *d, const char *pin, const char *what, const char *why,
	struct err *err)
{
	struct pin_row r = { .tries = 0 };
	uint8_t hash[PIN_HASH_LEN];
	bool right;
	enum rc rc = begin_try(d, &r, err);

	if (rc == RC_OK)
		rc = pin_hash(r.method, pin, r.salt, hash, err);
	if (rc != RC_OK)
		return rc;
	right = pin_hash_eq(hash, r.hash);
	explicit_bzero(hash, sizeof(hash));
	rc = end_try(d, right, what, why, err);
	if (rc == RC_OK && !right)
		rc = err_set(err, RC_DENIED, 0, _("the PIN is wrong"));
	return rc;
}

enum rc
act_unlock(struct desk *d, const char *pin, struct err *err)
{
	return try_pin(d, pin, "unlock", "unlock", err);
}

enum rc
act_pin_set(struct desk *d, const char *old, const char *pin, struct err *err)
{
	uint8_t salt[PIN_SALT_LEN], hash[PIN_HASH_LEN];
	struct stmt *st;
	enum rc rc = pin_check(pin, err);

	if (rc == RC_OK && pin_is_set(d))
		rc = try_pin(d, old != NULL ? old : "", NULL, "change", err);
	if (rc != RC_OK)
		return rc;
	env_random(d->env, salt, sizeof(salt));
	rc = pin_hash(PIN_METHOD, pin, salt, hash, err);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_OFFICER_PIN_SET);
	stmt_text(st, 1, d->officer.id);
	stmt_text(st, 2, PIN_METHOD);
	stmt_blob(st, 3, salt, sizeof(salt));
	stmt_blob(st, 4, hash, sizeof(hash));
	stmt_int(st, 5, env_now_ms(d->env));
	rc = stmt_run(st, err);
	if (rc == RC_OK)
		rc = act_audit(d, "pin set", NULL, "", err);
	explicit_bzero(hash, sizeof(hash));
	return act_end(d, rc, err);
}

enum rc
act_pin_clear(struct desk *d, const char *officer, struct err *err)
{
	struct stmt *st;
	char shown[80];
	enum rc rc = permit(d, PERMIT_OFFICERS, NULL, err);

	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_OFFICER_PIN_DROP);
	stmt_text(st, 1, officer);
	rc = stmt_run(st, err);
	if (rc == RC_OK && store_changes(d->store) == 0)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("officer '%s' has no PIN here"),
			     text_show_into(shown, sizeof(shown), officer));
	if (rc == RC_OK)
		rc = act_audit(d, "pin clear", NULL, officer, err);
	return act_end(d, rc, err);
}

enum rc
act_lock(struct desk *d, const char *why, struct err *err)
{
	enum rc rc = act_begin(d, err);

	return rc == RC_OK
		       ? act_end(d, act_audit(d, "lock", NULL, why, err), err)
		       : rc;
}
