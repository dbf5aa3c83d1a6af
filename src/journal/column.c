/* Digests, names and single numbers out of statements. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "journal_int.h"

void
ref_of_digest(const struct digest *d, struct ref *out)
{
	memcpy(out->bytes, d->bytes, DIGEST_LEN);
}

void
digest_of_ref(const struct ref *r, struct digest *out)
{
	memcpy(out->bytes, r->bytes, DIGEST_LEN);
}

enum rc
col_digest(struct stmt *st, int at, struct digest *out, struct err *err)
{
	size_t n = 0;
	const void *p = col_blob(st, at, &n);
	if (p == NULL || n != DIGEST_LEN)
		return err_set(err, RC_DAMAGED, 0,
			       _("a digest in the database has %zu bytes; run "
				 "deltadesk verify"),
			       n);
	memcpy(out->bytes, p, DIGEST_LEN);
	return RC_OK;
}

enum rc
col_key_id(struct stmt *st, int at, char out[static KEY_ID_MAX + 1],
	   struct err *err)
{
	struct digest d;
	enum rc rc = col_digest(st, at, &d, err);
	if (rc == RC_OK)
		digest_hex(&d, out);
	return rc;
}

void
key_id_bytes(const char *key_id, struct digest *out)
{
	*out = (struct digest){ .bytes = { 0 } };
	/* envelope_read() and signer_get_id() give nothing but such digits */
	(void)hex_decode(key_id, out->bytes, DIGEST_LEN, NULL);
}

enum rc
col_copy(struct stmt *st, int at, char *out, size_t out_size, struct err *err)
{
	const char *s = col_text(st, at);
	if (s == NULL || strlen(s) >= out_size)
		return err_set(err, RC_DAMAGED, 0,
			       _("a name in the database is missing or too "
				 "long; run deltadesk verify"));
	memcpy(out, s, strlen(s) + 1);
	return RC_OK;
}

enum rc
stmt_one_int(struct stmt *take_st, int64_t fallback, int64_t *ret_n,
	     struct err *err)
{
	bool row = false;
	enum rc rc = stmt_step(take_st, &row, err);
	if (rc == RC_OK)
		*ret_n = row && !col_is_null(take_st, 0) ? col_int(take_st, 0)
							 : fallback;
	stmt_done(take_st);
	return rc;
}

void
subject_make(const char *owner, const char *doc,
	     char out[static SUBJECT_MAX + 1])
{
	if (doc[0] == '\0')
		(void)snprintf(out, SUBJECT_MAX + 1, "%s", owner);
	else
		(void)snprintf(out, SUBJECT_MAX + 1, "%s/%s", owner, doc);
}

bool
subject_split(const char *subject, char owner[static DESK_ID_MAX + 1],
	      char doc[static UUID_LEN + 1])
{
	const char *slash = strchr(subject, '/');
	size_t n = slash == NULL ? strlen(subject) : (size_t)(slash - subject);
	if (n > DESK_ID_MAX || (slash != NULL && strlen(slash + 1) != UUID_LEN))
		return false;
	memcpy(owner, subject, n);
	owner[n] = '\0';
	doc[0] = '\0';
	if (slash != NULL)
		memcpy(doc, slash + 1, UUID_LEN + 1);
	return slash != NULL;
}
