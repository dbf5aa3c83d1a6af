/*
 * A list in the order of a column. No index has it: the keys of the newest
 * rows that fit are sorted here, and the rows of one page are read by id.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "list_int.h"

struct sort_key {
	int64_t id;
	char *text; /* folded; NULL: no value */
};

struct sort_keys {
	struct sort_key *at;
	size_t n, cap;
	bool down;
};

static size_t
digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* "12" after "9": runs of digits by their value. */
static int
compare_text(const char *a, const char *b)
{
	while (*a && *b) {
		size_t n = digits(a), m = digits(b), i;

		if (n == 0 || m == 0) {
			if (*a != *b)
				return (unsigned char)*a < (unsigned char)*b
					       ? -1
					       : 1;
			a++;
			b++;
			continue;
		}
		for (; n > 1 && *a == '0'; n--)
			a++;
		for (; m > 1 && *b == '0'; m--)
			b++;
		if (n != m)
			return n < m ? -1 : 1;
		for (i = 0; i < n; i++)
			if (a[i] != b[i])
				return a[i] < b[i] ? -1 : 1;
		a += n;
		b += n;
	}
	return *a ? 1 : *b ? -1 : 0;
}

/* What has no value stands last in either direction; the newest first among
 * equals. */
static int
compare_keys(const struct sort_key *a, const struct sort_key *b, bool down)
{
	int n = 0;

	if (a->text == NULL || b->text == NULL)
		n = (a->text == NULL) - (b->text == NULL);
	else if ((n = compare_text(a->text, b->text)) != 0)
		n = down ? -n : n;
	return n != 0 ? n : (a->id < b->id) - (a->id > b->id);
}

static int
compare_up(const void *a, const void *b)
{
	return compare_keys(a, b, false);
}

static int
compare_down(const void *a, const void *b)
{
	return compare_keys(a, b, true);
}

static char *
folded(const char *s)
{
	struct buf b;

	if (s == NULL || s[0] == '\0')
		return NULL;
	buf_init(&b, 4 * strlen(s) + 4);
	(void)text_fold(&b, s, strlen(s), NULL); /* room is enough */
	return buf_take(&b);
}

static void
keys_release(struct sort_keys *k)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		xfree(k->at[i].text);
	xfree(k->at);
}

/* Runs the statement to its end; each row is an id and a key. */
static enum rc
read_keys(struct stmt *st, const struct list_query *q, struct sort_keys *k,
	  struct err *err)
{
	bool row;
	enum rc rc;

	stmt_int(st, 19, (int64_t)q->sort->by);
	stmt_int(st, 20, (int64_t)q->sort->nth);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		if (k->n == k->cap) {
			k->cap = k->cap > 0 ? 2 * k->cap : 256;
			k->at = xreallocarray(k->at, k->cap, sizeof(*k->at));
		}
		k->at[k->n].id = col_int(st, 0);
		k->at[k->n++].text = folded(col_text(st, 1));
	}
	stmt_done(st);
	return rc;
}

/* How many keys stand before the row after which to go on, and itself. */
static enum rc
find_place(struct desk *d, const struct list_query *q,
	   const struct sort_keys *k, size_t *ret_before, size_t *ret_through,
	   struct err *err)
{
	struct sort_keys one = { 0 };
	struct stmt *st = stmt_use(d->store, SQL_LIST_SORT_KEY);
	enum rc rc;

	stmt_int(st, 6, q->after_row);
	rc = read_keys(st, q, &one, err);
	*ret_before = *ret_through = 0;
	while (rc == RC_OK && one.n > 0 && *ret_through < k->n) {
		int n = compare_keys(&k->at[*ret_through], &one.at[0], k->down);

		if (n > 0)
			break;
		*ret_before += n < 0;
		(*ret_through)++;
	}
	keys_release(&one);
	return rc;
}

static enum rc
read_row(struct desk *d, int64_t id, struct doc_list *out, size_t *cap,
	 struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_LIST_BY_ID);
	struct doc_row *r = NULL;
	bool row;
	enum rc rc;

	stmt_int(st, 1, id);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		r = list_add_row(out, cap);
		row_read(d, st, r);
	}
	stmt_done(st);
	if (r != NULL)
		rc = row_parties(d, r, err);
	if (rc == RC_OK && r != NULL)
		rc = row_related(d, r, err);
	return rc;
}

enum rc
list_sorted(struct desk *d, const struct list_query *q, const char *query,
	    struct doc_list *out, size_t *cap, struct err *err)
{
	struct sort_keys k = { .down = q->sort->down };
	struct stmt *st =
		stmt_use(d->store, query != NULL ? SQL_LIST_SORT_KEYS_SEARCH
						 : SQL_LIST_SORT_KEYS);
	size_t before, through, from, to;
	enum rc rc;

	list_bind(st, q, env_now_ms(d->env));
	stmt_int(st, 6, INT64_MAX);
	stmt_int(st, 7, LIST_SORTED_MAX);
	if (query != NULL)
		stmt_text(st, 8, query);
	rc = read_keys(st, q, &k, err);
	if (rc == RC_OK && k.n > 1)
		qsort(k.at, k.n, sizeof(*k.at),
		      k.down ? compare_down : compare_up);
	before = q->backwards ? k.n : 0;
	through = 0;
	if (rc == RC_OK && q->after_row > 0)
		rc = find_place(d, q, &k, &before, &through, err);
	from = q->backwards ? 0 : through;
	to = q->backwards ? before : k.n;
	if (q->limit > 0 && to > from && to - from > q->limit) {
		out->more = true;
		if (q->backwards)
			from = to - q->limit;
		else
			to = from + q->limit;
	}
	for (; rc == RC_OK && from < to; from++)
		rc = read_row(d, k.at[from].id, out, cap, err);
	keys_release(&k);
	return rc;
}
