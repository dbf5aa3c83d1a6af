/* What a document may share with others, as rows. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "journal/shared.h"
#include "projected_int.h"

struct row {
	uint8_t key[SHARED_KEY_BYTES];
	bool secret;
};

void
shared_key_make(const char *mode, const struct shared_value *v,
		uint8_t out[static SHARED_KEY_BYTES])
{
	char text[16 + NAME_MAX_LEN + 1 + SHARED_KEY_MAX + 3];
	struct digest d;
	int n = snprintf(text, sizeof(text), "%.16s|%s|%s",
			 mode == NULL ? "" : mode, v->what, v->key);
	size_t len = n < 0 ? 0 : (size_t)n;
	digest_sha256(text, len < sizeof(text) ? len : sizeof(text) - 1, &d);
	memcpy(out, d.bytes, SHARED_KEY_BYTES);
}

static int
compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	return memcmp(x->key, y->key, SHARED_KEY_BYTES);
}

json_t *
shared_fields(const struct doc *d)
{
	json_t *fields = doc_whole_fields(d);
	for (size_t i = 0; i < d->n_seals; i++)
		if (!doc_seal_is_open(d, &d->seals[i]))
			(void)json_object_del(fields, d->seals[i].field->name);
	return fields;
}

/* In order of key, each once; rows has SHARED_VALUES_MAX. */
static size_t
make_rows(const struct doc *d, const char *mode, struct row *rows)
{
	struct shared_values v;
	size_t n = 0;
	json_t *fields = shared_fields(d);

	correlate_values(d->kind, fields, &v);
	for (size_t i = 0; i < v.n; i++) {
		shared_key_make(mode, &v.list[i], rows[i].key);
		rows[i].secret = v.list[i].secret;
	}
	qsort(rows, v.n, sizeof(*rows), compare);
	for (size_t i = 0; i < v.n; i++)
		if (n == 0 || compare(&rows[n - 1], &rows[i]) != 0)
			rows[n++] = rows[i];
	shared_values_release(&v);
	json_decref(fields);
	return n;
}

static enum rc
are_there(struct journal *j, int64_t id, const struct row *rows, size_t n,
	  bool *ret_same, struct err *err)
{
	bool row = false;
	size_t at = 0, n_key = 0;
	struct stmt *st = stmt_use(j->store, SQL_SHARED_OF_DOC);
	stmt_int(st, 1, id);
	enum rc rc = stmt_step(st, &row, err);
	for (*ret_same = true; rc == RC_OK && row && *ret_same; at++) {
		const void *key = col_blob(st, 0, &n_key);
		*ret_same = at < n && n_key == SHARED_KEY_BYTES &&
			    memcmp(key, rows[at].key, n_key) == 0 &&
			    (col_int(st, 1) != 0) == rows[at].secret;
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	*ret_same = *ret_same && at == n;
	return rc;
}

enum rc
shared_write(struct journal *j, const struct doc *d, const char *mode,
	     int64_t id, struct err *err)
{
	struct row rows[SHARED_VALUES_MAX];
	bool same = false;
	size_t n = make_rows(d, mode, rows);

	enum rc rc = are_there(j, id, rows, n, &same, err);
	if (rc != RC_OK || same)
		return rc;
	struct stmt *st = stmt_use(j->store, SQL_SHARED_CLEAR);
	stmt_int(st, 1, id);
	rc = stmt_run(st, err);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		st = stmt_use(j->store, SQL_SHARED_PUT);
		stmt_blob(st, 1, rows[i].key, SHARED_KEY_BYTES);
		stmt_int(st, 2, id);
		stmt_int(st, 3, rows[i].secret);
		rc = stmt_run(st, err);
	}
	return rc;
}
