/* Kinds as rows. */
#include "config.h"

#include "journal/kind_row.h"

#include <string.h>

#include "base/i18n.h"
#include "journal_int.h"

/* The file's digest is what events name beside the version. */
static enum rc
read_file(const char *name, const void *bytes, size_t n, struct kind **ret_kind,
	  struct err *err)
{
	struct kind *k = NULL;
	struct digest digest;
	enum rc rc = kind_read(name, bytes, n, &k, err);
	if (rc != RC_OK)
		return rc;
	digest_sha256(bytes, n, &digest);
	memcpy(k->digest, digest.bytes, DIGEST_LEN);
	*ret_kind = k;
	return RC_OK;
}

enum rc
kind_rows_read(struct store *s, struct kinds *ks, int64_t *inout_row,
	       struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(s, SQL_KIND_EACH);
	stmt_int(st, 1, *inout_row);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		struct kind_id id = { .name = col_text(st, 1),
				      .version = (int)col_int(st, 3) };
		struct digest digest;
		id.bytes = col_blob(st, 2, &id.n_bytes);
		digest_sha256(id.bytes, id.n_bytes, &digest);
		id.digest = digest.bytes;
		*inout_row = col_int(st, 0);
		kinds_add_unread(ks, &id);
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

enum rc
journal_refresh_kinds(struct journal *j, struct err *err)
{
	int64_t last = 0;
	enum rc rc =
		stmt_one_int(stmt_use(j->store, SQL_KIND_LAST), 0, &last, err);
	if (rc != RC_OK || last <= j->kind_row)
		return rc;
	return kind_rows_read(j->store, j->kinds, &j->kind_row, err);
}

static enum rc
insert(struct journal *j, const struct kind *k, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_KIND_ADD);
	stmt_text(st, 1, k->name);
	stmt_int(st, 2, k->version);
	stmt_blob(st, 3, k->digest, DIGEST_LEN);
	stmt_blob(st, 4, k->bytes, k->n_bytes);
	stmt_int(st, 5, env_now_ms(j->env));
	return stmt_run(st, err);
}

static enum rc
touch_waiting(struct journal *j, const struct kind *k, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_SUBJECTS_OF_VERSION);
	stmt_text(st, 1, k->name);
	stmt_int(st, 2, k->version);
	return journal_touch_rows(j, st, err);
}

enum rc
kind_row_add(struct journal *j, const char *name, const char *bytes,
	     size_t n_bytes, const struct kind **ret_kind, struct err *err)
{
	struct kind *k = NULL;
	enum rc rc = read_file(name, bytes, n_bytes, &k, err);
	if (rc != RC_OK)
		return rc;
	const struct kind *had = kinds_get(j->kinds, k->name, k->version);
	if (had != NULL)
		rc = err_set(err, RC_EXISTS, 0,
			     had->n_bytes == n_bytes &&
					     memcmp(had->bytes, bytes,
						    n_bytes) == 0
				     ? _("kind %s version %d is installed "
					 "already")
				     : _("kind %s version %d is installed with "
					 "other content: give yours a higher "
					 "version"),
			     k->name, k->version);
	else
		rc = insert(j, k, err);
	if (rc != RC_OK) {
		(void)kind_free(k);
		return rc;
	}
	*ret_kind = k;
	rc = kinds_add(j->kinds, k, err);
	return rc == RC_OK ? touch_waiting(j, k, err) : rc;
}
