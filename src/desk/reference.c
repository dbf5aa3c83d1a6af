/* Reference tables: new editions, what is in force, what was before. */
#include "desk/reference.h"

#include <string.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "charset_int.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "journal/reference.h"
#include "reference_int.h"

#define EDITION_MAX_BYTES 120
/* Documents in one transaction: a console waits a few ms at most. */
#define REFOLD_BATCH 64

static const struct asset *
embedded(const char *name)
{
	char *path = xasprintf("reference/%s.csv", name);
	const struct asset *a = asset_find(path);

	xfree(path);
	return a;
}

/* "divisions", of a path "reference/divisions.csv"; heap. */
static char *
name_of(const struct asset *a)
{
	const char *base = a->path + strlen("reference/");

	return xstrndup(base, strlen(base) - strlen(".csv"));
}

static enum rc
unknown(const char *name, struct err *err)
{
	const struct asset *a = NULL;
	struct buf names;
	char shown[64], *one;
	enum rc rc;

	buf_init(&names, 1024);
	while ((a = asset_each("reference/", a)) != NULL) {
		one = name_of(a);
		(void)buf_addf(&names, NULL, " %s", one); /* a few short ones */
		xfree(one);
	}
	rc = err_set(err, RC_NOTFOUND, 0,
		     _("'%s' is no reference table; there are:%s"),
		     text_show_into(shown, sizeof(shown), name),
		     buf_str(&names));
	buf_release(&names);
	return rc;
}

static enum rc
newest_row(struct desk *d, const char *name, int64_t *ret_row, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_REFERENCE_NEWEST);
	bool more = false;
	enum rc rc;

	stmt_text(st, 1, name);
	rc = stmt_step(st, &more, err);
	*ret_row = rc == RC_OK && more ? col_int(st, 0) : 0;
	stmt_done(st);
	return rc;
}

enum rc
reference_bytes(struct desk *d, const char *name, struct buf *out,
		struct err *err)
{
	const struct asset *a = embedded(name);
	struct stmt *st;
	const void *bytes;
	bool more = false;
	int64_t row = 0;
	size_t n = 0;
	enum rc rc;

	if (a == NULL)
		return unknown(name, err);
	rc = newest_row(d, name, &row, err);
	if (rc != RC_OK || row == 0)
		return rc == RC_OK ? buf_add(out, a->bytes, a->len, err) : rc;
	st = stmt_use(d->store, SQL_REFERENCE_GET);
	stmt_int(st, 1, row);
	rc = stmt_step(st, &more, err);
	if (rc == RC_OK && more) {
		bytes = col_blob(st, 3, &n);
		rc = buf_add(out, bytes, n, err);
	}
	stmt_done(st);
	return rc;
}

/* --- a new edition --- */

static enum rc
write_edition(struct desk *d, const struct reference_job *job,
	      const struct buf *text, int64_t rows, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_REFERENCE_ADD);
	int64_t now = env_now_ms(d->env);
	struct digest digest;
	char today[11];
	enum rc rc;

	day_format(day_of_ms(now), today);
	digest_sha256(text->data, text->len, &digest);
	stmt_text(st, 1, job->name);
	stmt_text(st, 2, job->edition != NULL ? job->edition : today);
	stmt_int(st, 3, rows);
	stmt_blob(st, 4, text->data, text->len);
	stmt_blob(st, 5, digest.bytes, sizeof(digest.bytes));
	stmt_int(st, 6, now);
	stmt_text(st, 7, d->officer.id);
	rc = stmt_run(st, err);
	if (rc == RC_OK && str_eq(job->name, "holidays")) {
		rc = calendar_refresh(d->journal, err);
		if (rc == RC_OK)
			rc = refold_begin(d->journal, err);
	}
	return rc;
}

static enum rc
put_in_force(struct desk *d, const struct reference_job *job,
	     const struct buf *text, int64_t rows, struct err *err)
{
	char *detail;
	int64_t left = 1;
	enum rc rc = act_begin(d, err);

	if (rc != RC_OK)
		return rc;
	rc = write_edition(d, job, text, rows, err);
	if (rc == RC_OK) {
		detail = xasprintf("%s %s", job->name,
				   job->edition != NULL ? job->edition : "");
		rc = act_audit(d, "reference", NULL, detail, err);
		xfree(detail);
	}
	rc = act_end(d, rc, err);
	while (rc == RC_OK && left > 0) {
		rc = refold_step(d->journal, REFOLD_BATCH, &left, err);
		if (rc == RC_OK && job->progress != NULL)
			job->progress(job->ctx, left);
	}
	return rc;
}

static enum rc
read_file(struct desk *d, const struct reference_job *job, struct buf *text,
	  struct reference_report *ret, struct err *err)
{
	struct reference_check check = { .desk = d,
					 .name = job->name,
					 .path = job->path,
					 .problem = job->problem,
					 .ctx = job->ctx };
	char shown[160];
	struct buf bytes;
	enum rc rc;

	buf_init(&bytes, REFERENCE_MAX);
	text_show_into(shown, sizeof(shown), job->path);
	rc = file_read(job->path, REFERENCE_MAX, true, &bytes, err);
	if (rc == RC_IO && err != NULL)
		rc = err->code = RC_DENIED; /* not the desk's own folder */
	if (rc == RC_OK)
		rc = charset_to_utf8(buf_str(&bytes), bytes.len, text, err);
	if (rc == RC_OK)
		rc = utf8_check(buf_str(text), text->len, err);
	buf_release(&bytes);
	if (rc != RC_OK)
		return err_wrap(err, "%s", shown);
	reference_check(&check, buf_str(text), text->len);
	ret->rows = check.rows;
	ret->bad = check.bad;
	if (check.bad > 0)
		rc = err_set(err, RC_MALFORMED, 0,
			     ngettext("%lld row of %s is wrong; nothing was "
				      "changed",
				      "%lld rows of %s are wrong; nothing was "
				      "changed",
				      (unsigned long)check.bad),
			     (long long)check.bad, shown);
	return rc;
}

static enum rc
check_job(struct desk *d, const struct reference_job *job, struct err *err)
{
	const char *edition = job->edition;
	struct buf plain;
	enum rc rc = RC_OK;

	rc = permit(d, PERMIT_REFERENCES, NULL, err);
	if (rc != RC_OK)
		return rc;
	if (embedded(job->name) == NULL)
		return unknown(job->name, err);
	if (edition == NULL)
		return RC_OK;
	buf_init(&plain, 8 * EDITION_MAX_BYTES);
	if (edition[0] == '\0' || strlen(edition) > EDITION_MAX_BYTES ||
	    utf8_check(edition, strlen(edition), NULL) != RC_OK ||
	    text_show(&plain, edition, strlen(edition), true, NULL) != RC_OK ||
	    !str_eq(buf_str(&plain), edition))
		rc = err_set(err, RC_RANGE, 0,
			     _("the edition is one line of plain text, 1 to "
			       "%d bytes"),
			     EDITION_MAX_BYTES);
	buf_release(&plain);
	return rc;
}

enum rc
reference_import(struct desk *d, const struct reference_job *job,
		 struct reference_report *ret, struct err *err)
{
	struct buf text, now;
	enum rc rc = check_job(d, job, err);

	*ret = (struct reference_report){ 0 };
	buf_init(&text, 2 * REFERENCE_MAX);
	buf_init(&now, 2 * REFERENCE_MAX);
	if (rc == RC_OK)
		rc = read_file(d, job, &text, ret, err);
	if (rc == RC_OK)
		rc = reference_bytes(d, job->name, &now, err);
	if (rc == RC_OK)
		ret->known = now.len == text.len &&
			     memcmp(now.data, text.data, now.len) == 0;
	if (rc == RC_OK && !ret->known)
		rc = put_in_force(d, job, &text, ret->rows, err);
	buf_release(&text);
	buf_release(&now);
	return rc;
}

/* --- what there is --- */

struct listing {
	struct desk *d;
	void (*each)(void *ctx, const struct reference_row *r);
	void *ctx;
};

static enum rc
each_stored(const struct listing *l, const char *name, bool *ret_any,
	    struct err *err)
{
	struct stmt *st = stmt_use(l->d->store, SQL_REFERENCE_EACH);
	struct reference_row r;
	const void *digest;
	bool more = false;
	size_t n = 0;
	enum rc rc;

	stmt_text(st, 1, name);
	while ((rc = stmt_step(st, &more, err)) == RC_OK && more) {
		r = (struct reference_row){ .name = col_text(st, 1),
					    .edition = col_text(st, 2),
					    .rows = col_int(st, 3),
					    .at_ms = col_int(st, 5),
					    .officer = col_text(st, 6),
					    .in_force = col_int(st, 7) == 1 };
		digest = col_blob(st, 4, &n);
		if (n == sizeof(r.digest.bytes))
			memcpy(r.digest.bytes, digest, n);
		*ret_any = true;
		l->each(l->ctx, &r);
	}
	stmt_done(st);
	return rc;
}

static enum rc
each_of(const struct listing *l, const struct asset *a, const char *name,
	struct err *err)
{
	struct reference_row r = {
		.name = name, .edition = "", .officer = "", .at_ms = -1
	};
	struct table *t = NULL;
	bool any = false;
	enum rc rc = each_stored(l, name, &any, err);

	if (rc != RC_OK)
		return rc;
	t = table_read(a->bytes, a->len);
	r.rows = (int64_t)t->n_rows;
	r.in_force = !any;
	digest_sha256(a->bytes, a->len, &r.digest);
	tables_free(t);
	l->each(l->ctx, &r);
	return RC_OK;
}

enum rc
reference_each(struct desk *d, const char *name,
	       void (*each)(void *ctx, const struct reference_row *r),
	       void *ctx, struct err *err)
{
	struct listing l = { .d = d, .each = each, .ctx = ctx };
	const struct asset *a = NULL;
	enum rc rc = RC_OK;
	char *one;

	if (name != NULL && embedded(name) == NULL)
		return unknown(name, err);
	while (rc == RC_OK && (a = asset_each("reference/", a)) != NULL) {
		one = name_of(a);
		if (name == NULL || str_eq(name, one))
			rc = each_of(&l, a, one, err);
		xfree(one);
	}
	return rc;
}
