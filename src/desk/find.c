#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"
#include "desk_int.h"
#include "serial_int.h"

#define FOUND_MAX 8
#define TAIL_LEN  12 /* of table doc: the end of the id, reversed */

/* Candidates; more than FOUND_MAX are only counted. */
struct found {
	struct doc_ref refs[FOUND_MAX];
	char names[FOUND_MAX][48]; /* number or title, as shown */
	size_t n;
};

static void
add(struct found *f, const char *owner, const char *id, const char *name)
{
	size_t i;

	for (i = 0; i < f->n && i < FOUND_MAX; i++)
		if (str_eq(f->refs[i].id, id) &&
		    str_eq(f->refs[i].owner, owner))
			return;
	if (f->n < FOUND_MAX &&
	    str_copy(f->refs[f->n].owner, sizeof(f->refs[0].owner), owner,
		     NULL) == RC_OK &&
	    str_copy(f->refs[f->n].id, sizeof(f->refs[0].id), id, NULL) ==
		    RC_OK)
		text_show_into(f->names[f->n], sizeof(f->names[0]), name);
	f->n++;
}

/* owner, uuid, number, title. ending: keep those whose id ends so. */
static enum rc
collect(struct desk *d, enum sql query, const char *key, const char *owner,
	const char *ending, struct found *f, struct err *err)
{
	struct stmt *st = stmt_use(d->store, query);
	const char *id, *name;
	size_t n = ending != NULL ? strlen(ending) : 0;
	bool row;
	enum rc rc;

	stmt_text(st, 1, key);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		id = col_text(st, 1);
		if (owner != NULL && !str_eq(owner, col_text(st, 0)))
			continue;
		if (n > strlen(id) ||
		    (n > 0 && !str_eq(id + strlen(id) - n, ending)))
			continue;
		name = col_text(st, 2);
		add(f, col_text(st, 0), id,
		    name != NULL ? name : col_text(st, 3));
	}
	stmt_done(st);
	return rc;
}

static enum rc
collect_drafts(struct desk *d, const char *ending, struct found *f,
	       struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_FIND_DRAFT);
	bool row;
	enum rc rc;

	stmt_text(st, 1, ending);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row)
		add(f, d->id, col_text(st, 0), col_text(st, 1));
	stmt_done(st);
	return rc;
}

/* A unique ending of an id: hexadecimal digits and hyphens, four or more. */
static bool
is_ending(const char *s)
{
	size_t n = strlen(s);

	return n >= 4 && n < UUID_LEN && strspn(s, "0123456789abcdef-") == n;
}

static enum rc
by_ending(struct desk *d, const char *ending, struct found *f, struct err *err)
{
	size_t n = strlen(ending), i;
	char tail[TAIL_LEN + 1];
	enum rc rc;

	for (i = 0; i < n && i < TAIL_LEN && ending[n - 1 - i] != '-'; i++)
		tail[i] = ending[n - 1 - i];
	tail[i] = '\0';
	rc = collect(d, SQL_FIND_TAIL, tail, NULL, ending, f, err);
	return rc == RC_OK ? collect_drafts(d, ending, f, err) : rc;
}

static enum rc
by_number(struct desk *d, const char *words, struct found *f, struct err *err)
{
	char *number = number_canonical(words);
	enum rc rc = collect(d, SQL_FIND_NUMBER, words, NULL, NULL, f, err);

	if (rc == RC_OK && !str_eq(number, words))
		rc = collect(d, SQL_FIND_NUMBER, number, NULL, NULL, f, err);
	xfree(number);
	return rc;
}

static enum rc
settle(const struct found *f, const char *words, struct doc_ref *out,
       struct err *err)
{
	char list[180] = "", shown[80];
	size_t i, at = 0;

	text_show_into(shown, sizeof(shown), words);
	if (f->n == 1) {
		*out = f->refs[0];
		return RC_OK;
	}
	if (f->n == 0)
		return err_set(err, RC_NOTFOUND, 0,
			       _("no document '%s': give its id, an ending of "
				 "it (4 characters or more) or its number"),
			       shown);
	for (i = 0; i < f->n && i < FOUND_MAX && at + 64 < sizeof(list); i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at,
				       " %.12s (%.40s)",
				       f->refs[i].id + UUID_LEN - 12,
				       f->names[i]);
	return err_set(err, RC_CONFLICT, 0, _("'%s' may be any of %zu:%s"),
		       shown, f->n, list);
}

enum rc
doc_find(struct desk *d, const char *words, struct doc_ref *out,
	 struct err *err)
{
	const char *slash = strchr(words, '/');
	struct found f = { 0 };
	char owner[DESK_ID_MAX + 1];
	/* who audits asks for a document by name and is told no more of it */
	bool hide = !permitted(d, PERMIT_READ) && permitted(d, PERMIT_AUDIT);
	enum rc rc = hide ? RC_OK : permit(d, PERMIT_READ, NULL, err);

	if (rc != RC_OK)
		return rc;
	rc = utf8_check(words, strlen(words), err);
	if (rc != RC_OK)
		return rc;
	if (slash != NULL && (size_t)(slash - words) < sizeof(owner) &&
	    uuid_valid(slash + 1)) {
		memcpy(owner, words, (size_t)(slash - words));
		owner[slash - words] = '\0';
		rc = collect(d, SQL_FIND_UUID, slash + 1, owner, NULL, &f, err);
		if (rc == RC_OK && str_eq(owner, d->id))
			rc = collect_drafts(d, slash + 1, &f, err);
	} else if (uuid_valid(words)) {
		rc = collect(d, SQL_FIND_UUID, words, NULL, NULL, &f, err);
		if (rc == RC_OK)
			rc = collect_drafts(d, words, &f, err);
	} else if (words[0] != '\0') {
		rc = by_number(d, words, &f, err);
		if (rc == RC_OK && f.n == 0 && is_ending(words))
			rc = by_ending(d, words, &f, err);
	}
	for (size_t i = 0; hide && i < FOUND_MAX; i++)
		f.names[i][0] = '\0';
	return rc == RC_OK ? settle(&f, words, out, err) : rc;
}
