/* SSH keys of officers. */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk/access.h"
#include "desk_int.h"

static void
from_row(struct stmt *st, struct officer_key *out)
{
	*out = (struct officer_key){ .fingerprint = col_text(st, 0),
				     .type = col_text(st, 2),
				     .base64 = col_text(st, 3),
				     .comment = col_text(st, 4),
				     .added_ms = col_int(st, 5),
				     .added_by = col_text(st, 6),
				     .disabled = col_int(st, 7) != 0 };
	(void)str_copy(out->officer, sizeof(out->officer), col_text(st, 1),
		       NULL);
}

/* Whose it is; "" when nobody's. */
static enum rc
key_owner(struct desk *d, const char *fingerprint,
	  char out[static OFFICER_ID_MAX + 1], struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_OFFICER_KEY_GET);
	bool row;
	enum rc rc;

	out[0] = '\0';
	stmt_text(st, 1, fingerprint);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		rc = str_copy(out, OFFICER_ID_MAX + 1, col_text(st, 1), err);
	stmt_done(st);
	return rc;
}

enum rc
officer_key_row(struct desk *d, const char *officer, const struct ssh_key *key,
		struct err *err)
{
	char owner[OFFICER_ID_MAX + 1], *detail;
	struct stmt *st;
	enum rc rc = key_owner(d, key->fingerprint, owner, err);

	if (rc != RC_OK)
		return rc;
	if (owner[0] != '\0')
		return err_set(err, RC_EXISTS, 0,
			       _("this key is enrolled already, for '%s': one "
				 "key is one officer's alone"),
			       owner);
	st = stmt_use(d->store, SQL_OFFICER_KEY_ADD);
	stmt_text(st, 1, key->fingerprint);
	stmt_text(st, 2, officer);
	stmt_text(st, 3, key->type);
	stmt_text(st, 4, key->base64);
	stmt_text(st, 5, key->comment);
	stmt_int(st, 6, env_now_ms(d->env));
	stmt_text(st, 7, d->officer.id);
	rc = stmt_run(st, err);
	if (rc != RC_OK)
		return rc;
	detail = xasprintf("%s %s", officer, key->fingerprint);
	rc = act_audit(d, "officer key add", NULL, detail, err);
	xfree(detail);
	return rc;
}

enum rc
officer_key_add(struct desk *d, const char *officer, const struct ssh_key *key,
		struct err *err)
{
	struct officer whose = { 0 };
	enum rc rc = permit(d, PERMIT_OFFICERS, NULL, err);

	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = officer_check(d, officer, &whose, err);
	if (rc == RC_OK)
		rc = officer_key_row(d, officer, key, err);
	officer_release(&whose);
	return act_end(d, rc, err);
}

enum rc
officer_key_remove(struct desk *d, const char *fingerprint, struct err *err)
{
	char owner[OFFICER_ID_MAX + 1] = "", shown[80], *detail;
	struct stmt *st;
	enum rc rc = permit(d, PERMIT_OFFICERS, NULL, err);

	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = key_owner(d, fingerprint, owner, err);
	if (rc == RC_OK && owner[0] == '\0')
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no key %s is enrolled: see 'deltadesk officer "
			       "key-list'"),
			     text_show_into(shown, sizeof(shown), fingerprint));
	if (rc == RC_OK) {
		st = stmt_use(d->store, SQL_OFFICER_KEY_DROP);
		stmt_text(st, 1, fingerprint);
		rc = stmt_run(st, err);
	}
	if (rc == RC_OK) {
		detail = xasprintf("%s %s", owner, fingerprint);
		rc = act_audit(d, "officer key remove", NULL, detail, err);
		xfree(detail);
	}
	return act_end(d, rc, err);
}

enum rc
officer_key_each(struct desk *d, const char *officer, officer_key_fn *each,
		 void *ctx, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_OFFICER_KEY_EACH);
	struct officer_key k;
	bool row;
	enum rc rc;

	stmt_text(st, 1, officer);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		from_row(st, &k);
		each(ctx, &k);
	}
	stmt_done(st);
	return rc;
}

struct admit {
	const char *fingerprint;
	officer_key_fn *each;
	void *ctx;
	char refused[OFFICER_ID_MAX + 1];
};

static void
admit_one(void *ctx, const struct officer_key *k)
{
	struct admit *a = ctx;

	if (a->fingerprint != NULL && !str_eq(k->fingerprint, a->fingerprint))
		return;
	if (!k->disabled)
		a->each(a->ctx, k);
	else if (a->fingerprint != NULL) /* else nobody tries with it */
		(void)str_copy(a->refused, sizeof(a->refused), k->officer,
			       NULL);
}

enum rc
officer_key_admit(struct desk *d, const char *fingerprint, officer_key_fn *each,
		  void *ctx, struct err *err)
{
	struct admit a = { .fingerprint = fingerprint,
			   .each = each,
			   .ctx = ctx };
	enum rc rc = officer_key_each(d, NULL, admit_one, &a, err);

	if (a.refused[0] != '\0')
		refused_keep(d, a.refused, "ssh key of a disabled officer");
	return rc;
}
