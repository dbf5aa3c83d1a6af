#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "course_int.h"
#include "desk_int.h"
#include "draft_int.h"

void
draft_release(struct draft *f)
{
	xfree(f->title);
	xfree(f->note);
	json_decref(f->body);
	*f = (struct draft){ 0 };
}

static void
copy_col(char *out, size_t size, struct stmt *st, int at)
{
	const char *s = col_text(st, at);

	/* what does not fit was not written by this program */
	if (s == NULL || str_copy(out, size, s, NULL) != RC_OK)
		out[0] = '\0';
}

static enum rc
from_row(struct stmt *st, struct draft *f, struct err *err)
{
	const char *body = col_text(st, 9);
	const void *rev;
	size_t n;
	enum rc rc;

	*f = (struct draft){
		.kind_version = (int)col_int(st, 6),
		.title = xstrdup(col_text(st, 8)),
		.made_ms = col_int(st, 11),
		.changed_ms = col_int(st, 13),
		.version = col_int(st, 14),
		.note = col_is_null(st, 15) ? NULL : xstrdup(col_text(st, 15)),
	};
	copy_col(f->id, sizeof(f->id), st, 0);
	copy_col(f->act, sizeof(f->act), st, 1);
	copy_col(f->doc.owner, sizeof(f->doc.owner), st, 2);
	copy_col(f->doc.id, sizeof(f->doc.id), st, 3);
	rev = col_blob(st, 4, &n);
	if (rev != NULL && n == sizeof(f->rev.bytes)) {
		f->has_rev = true;
		memcpy(f->rev.bytes, rev, n);
	}
	copy_col(f->kind, sizeof(f->kind), st, 5);
	copy_col(f->state, sizeof(f->state), st, 7);
	copy_col(f->made_by, sizeof(f->made_by), st, 10);
	copy_col(f->changed_by, sizeof(f->changed_by), st, 12);
	rc = json_read_object(body, strlen(body), &f->body, err);
	if (rc != RC_OK) {
		(void)err_wrap(err, _("draft %s"), f->id);
		draft_release(f);
	}
	return rc;
}

enum rc
draft_read(struct desk *d, const char *id, struct draft *out, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_DRAFT_GET);
	bool row;
	enum rc rc;

	stmt_text(st, 1, id);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0, _("no draft %s"), id);
	if (rc == RC_OK)
		rc = from_row(st, out, err);
	stmt_done(st);
	return rc;
}

enum rc
draft_of(struct desk *d, const struct doc_ref *doc, struct draft *out,
	 struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_DRAFT_OF_DOC);
	bool row;
	enum rc rc;

	stmt_text(st, 1, doc->id);
	stmt_text(st, 2, doc->owner);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("nothing of %s waits for approval"), doc->id);
	if (rc == RC_OK)
		rc = from_row(st, out, err);
	stmt_done(st);
	return rc;
}

enum rc
draft_list(struct desk *d, const char *kind, struct draft **ret, size_t *ret_n,
	   struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_DRAFT_EACH);
	struct draft *list = NULL;
	size_t n = 0, cap = 0;
	bool row;
	enum rc rc;

	stmt_text(st, 1, kind);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		if (n == cap) {
			cap = cap > 0 ? cap * 2 : 16;
			list = xreallocarray(list, cap, sizeof(*list));
		}
		rc = from_row(st, &list[n], err);
		if (rc != RC_OK)
			break;
		n++;
	}
	stmt_done(st);
	if (rc != RC_OK) {
		while (n > 0)
			draft_release(&list[--n]);
		list = xfree(list);
	}
	*ret = list;
	*ret_n = n;
	return rc;
}

/* Kept beside the row, so that what is late can be counted. */
static enum rc
write_dates(struct desk *d, const struct draft *f, struct err *err)
{
	const struct kind *k = kinds_get(d->kinds, f->kind, f->kind_version);
	const struct track_def *t = k != NULL ? kind_track(k, "owner") : NULL;
	const struct state *s = t != NULL ? track_state(t, f->state) : NULL;
	struct draft_doc *x = draft_doc_new(d, f);
	struct stmt *st = stmt_use(d->store, SQL_DRAFT_DATES);
	int64_t due_ms, warn_ms;
	const char *clock;

	stmt_text(st, 1, f->id);
	if ((s == NULL || !s->end) && draft_due(x, &due_ms, &warn_ms, &clock)) {
		stmt_int(st, 2, due_ms);
		stmt_int(st, 3, warn_ms);
	} else {
		stmt_null(st, 2);
		stmt_null(st, 3);
	}
	draft_doc_free(x);
	return stmt_run(st, err);
}

enum rc
draft_add(struct desk *d, const struct draft *f, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_DRAFT_ADD);
	char *body = json_write(f->body);
	enum rc rc;

	stmt_text(st, 1, f->id);
	stmt_text(st, 2, f->act);
	stmt_text(st, 3, f->doc.id[0] != '\0' ? f->doc.owner : NULL);
	stmt_text(st, 4, f->doc.id[0] != '\0' ? f->doc.id : NULL);
	if (f->has_rev)
		stmt_blob(st, 5, f->rev.bytes, sizeof(f->rev.bytes));
	else
		stmt_null(st, 5);
	stmt_text(st, 6, f->kind);
	stmt_int(st, 7, f->kind_version);
	stmt_text(st, 8, f->state);
	stmt_text(st, 9, f->title);
	stmt_text(st, 10, body);
	stmt_text(st, 11, d->officer.id);
	stmt_int(st, 12, env_now_ms(d->env));
	stmt_text(st, 13, f->note);
	rc = stmt_run(st, err);
	xfree(body);
	return rc == RC_OK ? write_dates(d, f, err) : rc;
}

static enum rc
overtaken_by(struct desk *d, const struct draft *now, struct err *err)
{
	struct officer o = { 0 };
	bool known = officer_check(d, now->changed_by, &o, NULL) == RC_OK;
	char who[128], when[TIME_TEXT_MAX];

	(void)text_show_into(who, sizeof(who),
			     known ? o.name : now->changed_by);
	time_format_short(now->changed_ms, when);
	officer_release(&o);
	return err_set(err, RC_CONFLICT, 0,
		       _("the draft was changed by %s at %s: read it again"),
		       who, when);
}

enum rc
draft_overtaken(struct desk *d, const char *id, struct err *err)
{
	struct draft now = { 0 };
	enum rc rc = draft_read(d, id, &now, err);

	if (rc == RC_OK)
		rc = overtaken_by(d, &now, err);
	draft_release(&now);
	return rc;
}

enum rc
draft_still(struct desk *d, const struct draft *f, struct err *err)
{
	struct draft now = { 0 };
	enum rc rc = draft_read(d, f->id, &now, err);

	if (rc == RC_OK && now.version != f->version)
		rc = overtaken_by(d, &now, err);
	draft_release(&now);
	return rc;
}

enum rc
draft_put(struct desk *d, const struct draft *f, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_DRAFT_SET);
	char *body = json_write(f->body);
	enum rc rc;

	stmt_text(st, 1, f->id);
	stmt_int(st, 2, f->version);
	stmt_text(st, 3, f->state);
	stmt_text(st, 4, f->title);
	stmt_text(st, 5, body);
	stmt_text(st, 6, d->officer.id);
	stmt_int(st, 7, env_now_ms(d->env));
	stmt_text(st, 8, f->note);
	rc = stmt_run(st, err);
	if (rc == RC_OK && store_changes(d->store) == 0)
		rc = draft_overtaken(d, f->id, err);
	xfree(body);
	return rc == RC_OK ? write_dates(d, f, err) : rc;
}

enum rc
draft_drop(struct desk *d, const char *id, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_DRAFT_DROP);

	stmt_text(st, 1, id);
	return stmt_run(st, err);
}
