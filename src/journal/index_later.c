/*
 * The full text index, changed at the end of a transaction. FTS5 gathers what
 * is put in and writes it as one segment, but any statement with a trigger in
 * between (a row of doc, of doc_stat) opens a statement journal, before which
 * it writes what it has: a segment for each document, and all of them merged
 * later. In order of rowid, since a lower one than the last does the same.
 */
#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "projected_int.h"

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

enum rc
index_changes_make(struct journal *j, struct err *err)
{
	struct index_changes *c = &j->index_changes;
	enum rc rc = RC_OK;

	if (c->n > 1)
		qsort(c->list, c->n, sizeof(*c->list), compare);
	for (size_t i = 0; rc == RC_OK && i < c->n; i++)
		rc = make(j, &c->list[i], err);
	index_changes_reset(c);
	return rc;
}

enum rc
index_later(struct journal *j, int64_t id, bool take_out, struct buf *take_text,
	    struct err *err)
{
	struct index_changes *c = &j->index_changes;

	if (c->n == c->cap) {
		c->cap = c->cap == 0 ? 16 : c->cap * 2;
		c->list = xreallocarray(c->list, c->cap, sizeof(*c->list));
	}
	size_t n_text = take_text->len;
	c->list[c->n] = (struct index_change){
		.id = id,
		.order = c->n,
		.text = buf_take(take_text),
		.n_text = n_text,
		.take_out = take_out,
	};
	c->n++;
	c->n_bytes += n_text;
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
