/*
 * Who may do what here and who did, against the audit trail: officers, their
 * roles and keys, settings, acts. The tables say what is in force, the trail,
 * whose rows are chained and sealed, how it came to be so.
 */
#include "desk/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"

struct told {
	char *id, *name; /* heap; name NULL: the trail does not tell it */
	long roles;	 /* -1: it does not tell them */
	bool added, disabled;
};

struct people {
	struct told *list;
	size_t n;
	json_t *keys;	  /* fingerprint: officer */
	json_t *settings; /* name: value */
	void (*each)(void *ctx, const char *problem);
	void *ctx;
};

static void
people_release(struct people *p)
{
	for (size_t i = 0; i < p->n; i++) {
		xfree(p->list[i].id);
		xfree(p->list[i].name);
	}
	xfree(p->list);
	json_decref(p->keys);
	json_decref(p->settings);
}

__attribute__((format(printf, 2, 3))) static void
problem(struct people *p, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	p->each(p->ctx, text);
}

/* ---- what the trail tells ---- */

static struct told *
told_of(struct people *p, const char *id)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->list[i].id, id))
			return &p->list[i];
	p->list = xreallocarray(p->list, p->n + 1, sizeof(*p->list));
	p->list[p->n] = (struct told){ .id = xstrdup(id), .roles = -1 };
	return &p->list[p->n++];
}

/* The first word, heap; *inout_rest goes on behind it. */
static char *
word(const char **inout_rest)
{
	size_t n = strcspn(*inout_rest, " ");
	char *w = xstrndup(*inout_rest, n);

	*inout_rest += n;
	*inout_rest += **inout_rest == ' ';
	return w;
}

/* "ID", since some time "ID ROLES NAME" */
static void
take_added(struct told *t, const char *rest)
{
	char *roles = word(&rest);

	t->added = true;
	if (roles[0] != '\0') {
		t->roles = strtol(roles, NULL, 10);
		xfree(t->name);
		t->name = xstrdup(rest);
	}
	xfree(roles);
}

static void
take_row(struct people *p, const char *act, const char *detail)
{
	static const char asserted[] = "asserted ";
	const char *rest = detail, *arrow;
	char *first;

	if (str_starts(rest, asserted))
		rest += strlen(asserted);
	first = word(&rest);
	if (str_eq(act, "officer add")) {
		take_added(told_of(p, first), rest);
	} else if (str_eq(act, "officer roles")) {
		arrow = strstr(rest, "-> ");
		told_of(p, first)->roles =
			arrow == NULL ? -1 : strtol(arrow + 3, NULL, 10);
	} else if (str_eq(act, "officer disable")) {
		told_of(p, first)->disabled = true;
	} else if (str_eq(act, "officer key add")) {
		json_object_set_new(p->keys, rest, json_string(first));
	} else if (str_eq(act, "officer key remove")) {
		json_object_del(p->keys, rest);
	} else if (str_eq(act, "set")) {
		/* once the trail told the name alone */
		bool value = rest > detail && rest[-1] == ' ';

		json_object_set_new(p->settings, first,
				    value ? json_string(rest) : json_null());
	}
	xfree(first);
}

static enum rc
read_trail(struct desk *d, struct people *p, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_VERIFY_PEOPLE_AUDIT);
	bool row = false;
	enum rc rc = stmt_step(st, &row, err);

	while (rc == RC_OK && row) {
		take_row(p, col_text(st, 0), col_text(st, 1));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

/* ---- what the tables say ---- */

/* id, name, roles, disabled, added_by */
static void
check_officer(struct people *p, struct stmt *st)
{
	const char *id = col_text(st, 0);
	const struct told *t = told_of(p, id);

	/* who founded the desk enrolled himself */
	if (!t->added && !str_eq(col_text(st, 4), id))
		problem(p,
			_("table officer: %s was never enrolled by the audit "
			  "trail"),
			id);
	if (t->roles >= 0 && col_int(st, 2) != t->roles)
		problem(p,
			_("table officer: %s has other roles than the audit "
			  "trail tells"),
			id);
	if (t->name != NULL && !str_eq(t->name, col_text(st, 1)))
		problem(p,
			_("table officer: %s has another name than the audit "
			  "trail tells"),
			id);
	if (t->disabled != (col_int(st, 3) != 0))
		problem(p,
			t->disabled ? _("table officer: %s is enabled; the "
					"audit trail tells that he was "
					"disabled")
				    : _("table officer: %s is disabled; the "
					"audit trail does not tell it"),
			id);
}

/* fingerprint, officer */
static void
check_key(struct people *p, struct stmt *st)
{
	if (!str_eq(json_text(p->keys, col_text(st, 0)), col_text(st, 1)))
		problem(p,
			_("table officer_key: %s is not of %s by the audit "
			  "trail"),
			col_text(st, 0), col_text(st, 1));
	json_object_del(p->keys, col_text(st, 0));
}

/* name, value, changed_by */
static void
check_setting(struct people *p, struct stmt *st)
{
	const char *name = col_text(st, 0);
	const char *value = json_text(p->settings, name);

	if (value != NULL && !str_eq(value, col_text(st, 1)))
		problem(p,
			_("table setting: %s is another than the audit trail "
			  "tells"),
			name);
	else if (col_text(st, 2)[0] != '\0' &&
		 json_object_get(p->settings, name) == NULL)
		problem(p,
			_("table setting: %s was never set by the audit "
			  "trail"),
			name);
}

static enum rc
each_row(struct desk *d, enum sql query, struct people *p,
	 void (*check)(struct people *p, struct stmt *st), struct err *err)
{
	struct stmt *st = stmt_use(d->store, query);
	bool row = false;
	enum rc rc = stmt_step(st, &row, err);

	while (rc == RC_OK && row) {
		check(p, st);
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

static enum rc
check_acts(struct desk *d, struct people *p, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_VERIFY_AUDITED);
	bool row = false;
	enum rc rc;

	stmt_text(st, 1, d->id);
	rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		problem(p,
			_("table audit: %s was acted on more often than the "
			  "audit trail tells"),
			col_text(st, 0));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

/* Of whom the trail tells and the table does not. */
static enum rc
check_gone(struct desk *d, struct people *p, struct err *err)
{
	enum rc rc = RC_OK;
	const char *fingerprint;
	json_t *officer;

	for (size_t i = 0; rc == RC_OK && i < p->n; i++) {
		struct stmt *st = stmt_use(d->store, SQL_OFFICER_GET);
		bool row = false;

		stmt_text(st, 1, p->list[i].id);
		rc = stmt_step(st, &row, err);
		stmt_done(st);
		if (rc == RC_OK && !row)
			problem(p,
				_("table officer: %s is missing; the audit "
				  "trail tells of him"),
				p->list[i].id);
	}
	json_object_foreach(p->keys, fingerprint, officer)
		problem(p,
			_("table officer_key: %s of %s is missing; the audit "
			  "trail tells of it"),
			fingerprint, json_string_value(officer));
	return rc;
}

enum rc
desk_verify(struct desk *d, void (*each)(void *ctx, const char *problem),
	    void *ctx, struct err *err)
{
	struct people p = { .keys = json_object(),
			    .settings = json_object(),
			    .each = each,
			    .ctx = ctx };
	enum rc rc = store_read_begin(d->store, err);

	if (rc == RC_OK) {
		rc = read_trail(d, &p, err);
		if (rc == RC_OK)
			rc = each_row(d, SQL_VERIFY_OFFICER_KEY, &p, check_key,
				      err);
		if (rc == RC_OK)
			rc = check_gone(d, &p, err);
		if (rc == RC_OK)
			rc = each_row(d, SQL_VERIFY_OFFICER, &p, check_officer,
				      err);
		if (rc == RC_OK)
			rc = each_row(d, SQL_VERIFY_SETTING, &p, check_setting,
				      err);
		if (rc == RC_OK)
			rc = check_acts(d, &p, err);
		store_read_end(d->store);
	}
	people_release(&p);
	return rc;
}
