/*
 * The full text index, changed at the end of a transaction. FTS5 gathers what
 * is put in and writes it as one segment, but any statement with a trigger in
 * between (a row of doc, of doc_stat) opens a statement journal, before which
 * it writes what it has: a segment for each document, and all of them merged
 * later. In order of rowid, since a lower one than the last does the same.
 *
 * A third of the work of taking a notice is its index, so in a backlog the
 * changes go to table index_later and are made when there is time: by serve
 * in steps, and a few along with each commit, should it have died.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "journal/index.h"
#include "projected_int.h"

#define INDEX_ALONG 8 /* changes put off that each commit takes along */

/* Beyond this much text the changes are made before the transaction ends. */
#define PENDING_MAX_BYTES ((size_t)4 * 1024 * 1024)

struct index_change {
	int64_t id;
	size_t order;
	char *text; /* heap */
	size_t n_text;
	bool take_out;
};

static int
compare(const void *a, const void *b)
{
	const struct index_change *x = a, *y = b;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static enum rc
make(struct journal *j, const struct index_change *c, struct err *err)
{
	struct stmt *st = stmt_use(j->store, c->take_out ? SQL_DOC_FTS_DELETE
							 : SQL_DOC_FTS_INSERT);
	stmt_int(st, 1, c->id);
	stmt_textn(st, 2, c->text, c->n_text);
	return stmt_run(st, err);
}

static void
add(struct index_changes *c, const struct index_change *take_change)
{
	if (c->n == c->cap) {
		c->cap = c->cap == 0 ? 16 : c->cap * 2;
		c->list = xreallocarray(c->list, c->cap, sizeof(*c->list));
	}
	c->list[c->n] = *take_change;
	c->list[c->n].order = c->n;
	c->n++;
	c->n_bytes += take_change->n_text;
}

static enum rc
make_all(struct journal *j, struct index_changes *c, struct err *err)
{
	enum rc rc = RC_OK;
	if (c->n > 1)
		qsort(c->list, c->n, sizeof(*c->list), compare);
	for (size_t i = 0; rc == RC_OK && i < c->n; i++)
		rc = make(j, &c->list[i], err);
	return rc;
}

/* ---- put off ---- */

static enum rc
put_off(struct journal *j, const struct index_changes *c, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < c->n; i++) {
		struct stmt *st = stmt_use(j->store, SQL_INDEX_LATER_PUT);
		stmt_int(st, 1, c->list[i].id);
		stmt_int(st, 2, c->list[i].take_out);
		stmt_textn(st, 3, c->list[i].text, c->list[i].n_text);
		rc = stmt_run(st, err);
	}
	return rc;
}

enum rc
index_left(struct journal *j, int64_t *ret_left, struct err *err)
{
	return stmt_one_int(stmt_use(j->store, SQL_INDEX_LATER_LEFT), 0,
			    ret_left, err);
}

/* The next max of those put off, into out; *ret_last: number of the last. */
static enum rc
read_some(struct journal *j, size_t max, struct index_changes *out,
	  int64_t *ret_last, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_INDEX_LATER_SOME);
	stmt_int(st, 1, (int64_t)max);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		size_t n_text = 0;
		const void *text = col_blob(st, 3, &n_text);
		struct index_change c = { .id = col_int(st, 1),
					  .take_out = col_int(st, 2) != 0,
					  .n_text = n_text,
					  .text = xmalloc(n_text + 1) };
		if (n_text > 0)
			memcpy(c.text, text, n_text);
		add(out, &c);
		*ret_last = col_int(st, 0);
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

/* In a transaction. */
static enum rc
make_some(struct journal *j, size_t max, struct err *err)
{
	struct index_changes some = { .n = 0 };
	int64_t last = 0;
	enum rc rc = read_some(j, max, &some, &last, err);
	if (rc == RC_OK)
		rc = make_all(j, &some, err);
	if (rc == RC_OK && some.n > 0) {
		struct stmt *st = stmt_use(j->store, SQL_INDEX_LATER_DONE);
		stmt_int(st, 1, last);
		rc = stmt_run(st, err);
	}
	index_changes_release(&some);
	return rc;
}

enum rc
index_step(struct journal *j, size_t max, int64_t *ret_left, struct err *err)
{
	enum rc rc = index_left(j, ret_left, err);
	if (rc != RC_OK || *ret_left == 0)
		return rc;
	rc = store_begin(j->store, err);
	if (rc != RC_OK)
		return rc;
	rc = make_some(j, max, err);
	if (rc == RC_OK)
		rc = store_commit(j->store, err);
	else
		store_rollback(j->store);
	if (rc == RC_OK)
		rc = index_left(j, ret_left, err);
	if (rc == RC_OK && *ret_left == 0)
		journal_wake(j); /* what says that some wait can go */
	return rc;
}

enum rc
index_finish(struct journal *j, struct err *err)
{
	int64_t left = 0;
	enum rc rc;
	do
		rc = index_step(j, INDEX_STEP, &left, err);
	while (rc == RC_OK && left > 0);
	return rc;
}

/* ---- at the end of a transaction ---- */

enum rc
index_changes_make(struct journal *j, struct err *err)
{
	struct index_changes *c = &j->index_changes;
	int64_t left = 0;
	enum rc rc = index_left(j, &left, err);
	bool later = left > 0 || (j->in_backlog && c->n > 0);
	if (rc == RC_OK)
		rc = later ? put_off(j, c, err) : make_all(j, c, err);
	/* Twice what is added, so that it ends under any traffic. */
	if (rc == RC_OK && left > 0 &&
	    (!j->in_backlog || left > INDEX_LATER_MAX))
		rc = make_some(j, INDEX_ALONG + 2 * c->n, err);
	index_changes_reset(c);
	return rc;
}

enum rc
index_later(struct journal *j, int64_t id, bool take_out, struct buf *take_text,
	    struct err *err)
{
	struct index_changes *c = &j->index_changes;

	size_t n_text = take_text->len; /* before it is taken */
	struct index_change change = {
		.id = id,
		.n_text = n_text,
		.text = buf_take(take_text),
		.take_out = take_out,
	};
	add(c, &change);
	return c->n_bytes > PENDING_MAX_BYTES ? index_changes_make(j, err)
					      : RC_OK;
}

void
index_changes_reset(struct index_changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		(void)xfree(c->list[i].text);
	c->n = c->n_bytes = 0;
}

void
index_changes_release(struct index_changes *c)
{
	index_changes_reset(c);
	(void)xfree(c->list);
	*c = (struct index_changes){ .n = 0 };
}
