#include <string.h>

#include <pwd.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"

void
officer_release(struct officer *o)
{
	o->name = xfree(o->name);
}

/* The login of this process; heap. */
static char *
login_name(void)
{
	char space[4096];
	struct passwd pw, *found = NULL;

	if (getpwuid_r(getuid(), &pw, space, sizeof(space), &found) != 0 ||
	    found == NULL)
		return xasprintf("uid%u", (unsigned)getuid());
	return xstrdup(pw.pw_name);
}

static bool
id_valid(const char *s)
{
	size_t i;

	if (s[0] == '\0' || s[0] == '-' || strlen(s) > OFFICER_ID_MAX)
		return false;
	for (i = 0; s[i] != '\0'; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
		      (s[i] >= 'A' && s[i] <= 'Z') ||
		      (s[i] >= '0' && s[i] <= '9') ||
		      strchr("-_.@", s[i]) != NULL))
			return false;
	return strcmp(s, "clock") != 0; /* the officer of automatic moves */
}

static void
from_row(struct stmt *st, struct officer *out)
{
	*out = (struct officer){
		.name = xstrdup(col_text(st, 1)),
		.roles = (unsigned)col_int(st, 2),
		.disabled = !col_is_null(st, 4),
	};
	(void)str_copy(out->id, sizeof(out->id), col_text(st, 0), NULL);
}

/* *ret_login: that of the row, heap or NULL; may be NULL. */
static enum rc
find(struct desk *d, enum sql query, const char *key, struct officer *out,
     char **ret_login, struct err *err)
{
	struct stmt *st = stmt_use(d->store, query);
	char shown[80];
	bool row;
	enum rc rc;

	stmt_text(st, 1, key);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no officer '%s' on this desk: see 'deltadesk "
			       "officer list'"),
			     text_show_into(shown, sizeof(shown), key));
	if (rc == RC_OK) {
		from_row(st, out);
		if (ret_login != NULL)
			*ret_login = col_is_null(st, 3)
					     ? NULL
					     : xstrdup(col_text(st, 3));
	}
	stmt_done(st);
	return rc;
}

char *
officer_title(struct desk *d, const char *id)
{
	struct officer o = { 0 };
	struct err none = ERR_INIT;
	char *name = NULL;

	if (find(d, SQL_OFFICER_GET, id, &o, NULL, &none) == RC_OK &&
	    o.name != NULL && o.name[0] != '\0')
		name = xstrdup(o.name);
	officer_release(&o);
	return name != NULL ? name : xstrdup(id);
}

enum rc
officer_check(struct desk *d, const char *id, struct officer *out,
	      struct err *err)
{
	enum rc rc = find(d, SQL_OFFICER_GET, id, out, NULL, err);

	if (rc == RC_OK && out->disabled) {
		officer_release(out);
		rc = err_set(err, RC_DENIED, 0, _("officer '%s' is disabled"),
			     id);
	}
	return rc;
}

enum rc
officer_login(struct desk *d, const char *asked, struct err *err)
{
	char *login = login_name(), *own = NULL;
	char shown[80];
	enum rc rc;

	if (asked != NULL) {
		rc = find(d, SQL_OFFICER_GET, asked, &d->officer, &own, err);
		if (rc == RC_OK && d->officer.disabled)
			rc = err_set(err, RC_DENIED, 0,
				     _("officer '%s' is disabled"), asked);
		d->officer.asserted = !str_eq(own, login);
	} else {
		rc = find(d, SQL_OFFICER_BY_LOGIN, login, &d->officer, NULL,
			  err);
		if (rc == RC_NOTFOUND)
			rc = err_set(err, RC_DENIED, 0,
				     _("no officer is enrolled for the login "
				       "'%s': name one with --officer"),
				     text_show_into(shown, sizeof(shown),
						    login));
	}
	d->has_officer = rc == RC_OK;
	xfree(login);
	xfree(own);
	return rc;
}

enum rc
officer_refresh(struct desk *d, struct err *err)
{
	struct officer now = { 0 };
	enum rc rc;

	if (!d->has_officer)
		return RC_OK;
	rc = officer_check(d, d->officer.id, &now, err);
	if (rc == RC_OK)
		d->officer.roles = now.roles;
	officer_release(&now);
	return rc;
}

bool
officer_alone(struct desk *d)
{
	struct stmt *st = stmt_use(d->store, SQL_OFFICER_ACTIVE);
	bool row = false;
	bool alone = stmt_step(st, &row, NULL) == RC_OK && row &&
		     col_int(st, 0) == 1;

	stmt_done(st);
	return alone;
}

enum rc
officer_found(struct store *s, int64_t now_ms, struct err *err)
{
	struct stmt *st = stmt_use(s, SQL_OFFICER_ADD);
	char *login = login_name();
	const char *id = id_valid(login) ? login : "founder";
	unsigned roles = 0;
	enum rc rc;
	int r;

	for (r = 0; r < ROLE__COUNT; r++)
		if (r != ROLE_AUDITOR && r != ROLE_ASSIGNEE && r != ROLE_CLOCK)
			roles |= ROLE_BIT(r);
	stmt_text(st, 1, id);
	stmt_text(st, 2, id);
	stmt_int(st, 3, roles);
	stmt_text(st, 4, login);
	stmt_int(st, 5, now_ms);
	stmt_text(st, 6, id);
	rc = stmt_run(st, err);
	xfree(login);
	return rc;
}

json_t *
officer_json(const struct officer *o)
{
	json_t *roles = json_array(), *out = json_object();
	int r;

	for (r = 0; r < ROLE__COUNT; r++)
		if ((o->roles & ROLE_BIT(r)) != 0)
			json_array_append_new(
				roles, json_string(role_name((enum role)r)));
	json_object_set_new(out, "id", json_string(o->id));
	json_object_set_new(out, "name", json_string(o->name));
	json_object_set_new(out, "roles", roles);
	if (o->asserted)
		json_object_set_new(out, "asserted", json_true());
	return out;
}

json_t *
officers_json(const struct desk *d)
{
	json_t *list = json_array();

	json_array_append_new(list, officer_json(&d->officer));
	return list;
}

static enum rc
new_officer_check(const struct new_officer *n, struct err *err)
{
	char shown[80];
	enum rc rc;

	if (!id_valid(n->id))
		return err_set(err, RC_USAGE, 0,
			       _("'%s' is no officer id: letters, digits and "
				 "-_.@ only"),
			       text_show_into(shown, sizeof(shown), n->id));
	rc = permit_roles(n->roles, err);
	if (rc == RC_OK)
		rc = utf8_check(n->name, strlen(n->name), err);
	if (rc == RC_OK && n->login != NULL)
		rc = utf8_check(n->login, strlen(n->login), err);
	return rc;
}

enum rc
officer_enrol(struct desk *d, const struct new_officer *n, struct err *err)
{
	char *detail;
	struct stmt *st;
	enum rc rc = permit(d, PERMIT_OFFICERS, NULL, err);

	if (rc == RC_OK)
		rc = new_officer_check(n, err);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_OFFICER_ADD);
	stmt_text(st, 1, n->id);
	stmt_text(st, 2, n->name);
	stmt_int(st, 3, n->roles);
	stmt_text(st, 4, n->login);
	stmt_int(st, 5, env_now_ms(d->env));
	stmt_text(st, 6, d->officer.id);
	if (stmt_run(st, NULL) != RC_OK)
		rc = err_set(err, RC_EXISTS, 0,
			     n->login != NULL
				     ? _("officer '%s', or one with that "
					 "login, is enrolled already")
				     : _("officer '%s' is enrolled already"),
			     n->id);
	if (rc == RC_OK) {
		detail = xasprintf("%s %u %s", n->id, n->roles, n->name);
		rc = act_audit(d, "officer add", NULL, detail, err);
		xfree(detail);
	}
	if (rc == RC_OK && n->key != NULL)
		rc = officer_key_row(d, n->id, n->key, err);
	return act_end(d, rc, err);
}

enum rc
officer_add(struct desk *d, const char *id, const char *name, unsigned roles,
	    const char *login, struct err *err)
{
	const struct new_officer n = {
		.id = id, .name = name, .roles = roles, .login = login
	};

	return officer_enrol(d, &n, err);
}

enum rc
officer_disable(struct desk *d, const char *id, struct err *err)
{
	struct stmt *st;
	char shown[80];
	enum rc rc = permit(d, PERMIT_OFFICERS, NULL, err);

	if (rc == RC_OK && str_eq(id, d->officer.id))
		rc = err_set(err, RC_DENIED, 0,
			     _("nobody disables himself: ask another "
			       "administrator"));
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_OFFICER_DISABLE);
	stmt_text(st, 1, id);
	stmt_int(st, 2, env_now_ms(d->env));
	rc = stmt_run(st, err);
	if (rc == RC_OK && store_changes(d->store) == 0)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no enabled officer '%s' on this desk"),
			     text_show_into(shown, sizeof(shown), id));
	if (rc == RC_OK)
		rc = act_audit(d, "officer disable", NULL, id, err);
	return act_end(d, rc, err);
}

/* Is another enabled officer an administrator? */
static bool
other_administrator(struct desk *d, const char *id)
{
	struct stmt *st = stmt_use(d->store, SQL_OFFICER_EACH);
	struct officer o;
	bool row, found = false;

	while (stmt_step(st, &row, NULL) == RC_OK && row) {
		from_row(st, &o);
		found = found ||
			(!o.disabled && !str_eq(o.id, id) &&
			 (o.roles & ROLE_BIT(ROLE_ADMINISTRATOR)) != 0);
		officer_release(&o);
	}
	stmt_done(st);
	return found;
}

/* Inside the transaction: the row is as it will be judged. */
static enum rc
may_set_roles(struct desk *d, const struct officer *now, unsigned roles,
	      struct err *err)
{
	enum rc rc = permit_roles(roles, err);

	if (rc != RC_OK)
		return rc;
	if (str_eq(now->id, d->officer.id) && (roles & ~now->roles) != 0)
		return err_set(err, RC_DENIED, 0,
			       _("nobody gives himself a role: ask another "
				 "administrator"));
	if ((now->roles & ROLE_BIT(ROLE_ADMINISTRATOR)) != 0 &&
	    (roles & ROLE_BIT(ROLE_ADMINISTRATOR)) == 0 &&
	    !other_administrator(d, now->id))
		return err_set(err, RC_DENIED, 0,
			       _("'%s' is the only administrator: enrol "
				 "another one first"),
			       now->id);
	return RC_OK;
}

enum rc
officer_set_roles(struct desk *d, const char *id, unsigned roles,
		  struct err *err)
{
	struct officer now = { 0 };
	char *was = NULL;
	struct stmt *st;
	enum rc rc = permit(d, PERMIT_OFFICERS, NULL, err);

	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = officer_check(d, id, &now, err);
	if (rc == RC_OK)
		rc = may_set_roles(d, &now, roles, err);
	if (rc == RC_OK) {
		st = stmt_use(d->store, SQL_OFFICER_SET_ROLES);
		stmt_text(st, 1, id);
		stmt_int(st, 2, roles);
		rc = stmt_run(st, err);
	}
	if (rc == RC_OK) {
		was = xasprintf("%s %u -> %u", id, now.roles, roles);
		rc = act_audit(d, "officer roles", NULL, was, err);
	}
	xfree(was);
	officer_release(&now);
	return act_end(d, rc, err);
}

bool
officers_unsplit(struct desk *d)
{
	struct stmt *st = stmt_use(d->store, SQL_OFFICER_EACH);
	struct err ignored = ERR_INIT;
	bool row, found = false;

	while (stmt_step(st, &row, NULL) == RC_OK && row)
		found = found || (col_is_null(st, 4) &&
				  permit_roles((unsigned)col_int(st, 2),
					       &ignored) != RC_OK);
	stmt_done(st);
	return found;
}

enum rc
officer_each(struct desk *d, void (*each)(void *ctx, const struct officer *o),
	     void *ctx, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_OFFICER_EACH);
	struct officer o;
	bool row;
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		from_row(st, &o);
		each(ctx, &o);
		officer_release(&o);
	}
	stmt_done(st);
	return rc;
}
