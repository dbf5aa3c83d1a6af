/* What a document can be looked up by, and when it may be used. */
#include "config.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/lookup.h"
#include "projected_int.h"

struct key_sink {
	struct journal *journal;
	int64_t id;
	const char *as, *role;
	enum rc rc;
	struct err *err;
};

/* A text too long to be a name is no key: "what" is never cut. */
static void
put_key(void *ctx, const char *text)
{
	struct key_sink *to = ctx;
	struct buf value;

	if (to->rc != RC_OK)
		return;
	buf_init(&value, LOOKUP_KEY_MAX);
	if (text_key(&value, text, strlen(text), NULL) == RC_OK &&
	    value.len > 0) {
		struct stmt *st =
			stmt_use(to->journal->store, SQL_LOOKUP_KEY_PUT);
		stmt_text(st, 1, to->as);
		stmt_text(st, 2, to->role);
		stmt_textn(st, 3, buf_str(&value), value.len);
		stmt_int(st, 4, to->id);
		to->rc = stmt_run(st, to->err);
	}
	buf_release(&value);
}

static enum rc
put_keys(struct journal *j, const struct doc *d, int64_t id, struct err *err)
{
	const struct lookup *l = lookup_of(d);
	struct key_sink to = {
		.journal = j, .id = id, .as = l->as, .rc = RC_OK, .err = err
	};

	for (size_t i = 0; i < l->n_keys; i++) {
		to.role = l->keys[i].role;
		for (size_t k = 0; k < l->keys[i].n_fields; k++)
			lookup_texts(d->fields, l->keys[i].fields[k], put_key,
				     &to);
	}
	return to.rc;
}

static int64_t
bounded(int64_t ms)
{
	return ms < DOC_NO_TIME ? ms : DOC_NO_TIME;
}

static enum rc
put_row(struct journal *j, const struct doc *d, int64_t id, struct err *err)
{
	const struct lookup *l = lookup_of(d);
	const char *on = l->on != NULL ? json_text_at(d->fields, l->on) : NULL;
	char day[11];
	struct lookup_stand stand;

	lookup_stand(d, &stand);
	day_format(day_of_ms(d->issued_ms), day);
	struct stmt *st = stmt_use(j->store, SQL_LOOKUP_PUT);
	stmt_int(st, 1, id);
	stmt_text(st, 2, l->as);
	stmt_text(st, 3, on != NULL ? on : day);
	stmt_int(st, 4, bounded(stand.from_ms));
	stmt_int(st, 5, bounded(stand.to_ms));
	return stmt_run(st, err);
}

enum rc
lookup_write(struct journal *j, const struct doc *d, int64_t id,
	     struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_LOOKUP_CLEAR);
	stmt_int(st, 1, id);
	enum rc rc = stmt_run(st, err);
	if (rc == RC_OK) {
		st = stmt_use(j->store, SQL_LOOKUP_KEY_CLEAR);
		stmt_int(st, 1, id);
		rc = stmt_run(st, err);
	}
	if (rc != RC_OK || !d->issued || lookup_of(d) == NULL)
		return rc;
	rc = put_row(j, d, id, err);
	return rc == RC_OK ? put_keys(j, d, id, err) : rc;
}
