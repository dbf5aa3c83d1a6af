#include "desk/permit.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "desk_int.h"
#include "journal/audit.h"

#define REFUSED_AGAIN_MS 600000 /* the same refusal is kept once in this */

#define ADMINISTRATOR ROLE_BIT(ROLE_ADMINISTRATOR)
#define AUDITOR	      ROLE_BIT(ROLE_AUDITOR)

static const struct permit_row rows[] = {
	[PERMIT_READ] = { "read", N_("read documents"), ROLES_CONTENT },
	[PERMIT_LOOK] = { "look", N_("look at confidential fields"),
			  ROLES_CONTENT },
	[PERMIT_WRITE] = { "write", N_("work with documents"), ROLES_CONTENT },
	[PERMIT_TAKE_OUT] = { "take-out", N_("print and export documents"),
			      ROLES_CONTENT },
	[PERMIT_BRING_IN] = { "bring-in", N_("import documents"),
			      ROLES_CONTENT },
	[PERMIT_BUNDLE] = { "bundle", N_("write and read bundles on media"),
			    ROLES_CONTENT },
	[PERMIT_OFFICERS] = { "officers", N_("change officers"),
			      ADMINISTRATOR },
	[PERMIT_SETTINGS] = { "settings", N_("change settings"),
			      ADMINISTRATOR },
	[PERMIT_PEERS] = { "peers", N_("trust and revoke peers"),
			   ADMINISTRATOR },
	[PERMIT_KEYS] = { "keys", N_("rotate this desk's keys"),
			  ADMINISTRATOR },
	[PERMIT_BACKUP] = { "backup", N_("make backups"), ADMINISTRATOR },
	[PERMIT_REFERENCES] = { "references",
				N_("replace reference tables and kinds"),
				ADMINISTRATOR },
	[PERMIT_AUDIT] = { "audit", N_("read the audit trail"), AUDITOR },
};

const struct permit_row *
permit_row(enum permit p)
{
	return &rows[p];
}

bool
permitted(const struct desk *d, enum permit p)
{
	return !d->has_officer || (d->officer.roles & rows[p].roles) != 0;
}

static void
name_roles(unsigned roles, char *out, size_t out_size)
{
	size_t at = 0;

	out[0] = '\0';
	for (int r = 0; r < ROLE__COUNT; r++)
		if ((roles & ROLE_BIT(r)) != 0 && at + 32 < out_size)
			at += (size_t)snprintf(out + at, out_size - at, "%s%s",
					       at > 0 ? ", " : "",
					       role_title((enum role)r));
}

static bool
kept_lately(struct desk *d, const char *officer, const char *subject,
	    const char *what)
{
	struct stmt *st = stmt_use(d->store, SQL_AUDIT_REFUSED_LATELY);
	bool row = false;

	stmt_text(st, 1, officer);
	stmt_text(st, 2, subject);
	stmt_text(st, 3, what);
	stmt_int(st, 4, env_now_ms(d->env) - REFUSED_AGAIN_MS);
	if (stmt_step(st, &row, NULL) != RC_OK)
		row = false;
	stmt_done(st);
	return row;
}

void
permit_refused(struct desk *d, const char *what, const struct doc_ref *ref)
{
	char subject[DESK_ID_MAX + UUID_LEN + 2] = "";

	if (ref != NULL)
		(void)snprintf(subject, sizeof(subject), "%s%s%s", ref->owner,
			       ref->owner[0] != '\0' ? "/" : "", ref->id);
	if (store_in_transaction(d->store) ||
	    kept_lately(d, d->officer.id, subject, what) ||
	    journal_begin(d->journal, NULL) != RC_OK)
		return;
	/* the refusal itself stands whether or not it could be kept */
	(void)act_end(d, act_audit(d, "refused", ref, what, NULL), NULL);
}

void
refused_keep(struct desk *d, const char *officer, const char *what)
{
	if (store_in_transaction(d->store) ||
	    kept_lately(d, officer, "", what) ||
	    journal_begin(d->journal, NULL) != RC_OK)
		return;
	/* as above */
	(void)act_end(
		d, audit_append(d->journal, officer, "refused", "", what, NULL),
		NULL);
}

enum rc
permit(struct desk *d, enum permit p, const struct doc_ref *ref,
       struct err *err)
{
	char names[160];
	enum rc rc = officer_refresh(d, err);

	if (rc != RC_OK) {
		permit_refused(d, rows[p].name, ref);
		return rc;
	}
	if (permitted(d, p))
		return RC_OK;
	permit_refused(d, rows[p].name, ref);
	name_roles(rows[p].roles, names, sizeof(names));
	return err_set(err, RC_DENIED, 0,
		       _("officer '%s' may not %s: that takes the role %s"),
		       d->officer.id, _(rows[p].title), names);
}

enum rc
permit_roles(unsigned roles, struct err *err)
{
	if (roles == 0)
		return err_set(err, RC_RANGE, 0,
			       _("an officer needs a role: duty coordinator "
				 "reviewer approver head, or administrator, or "
				 "auditor"));
	if ((roles & AUDITOR) != 0 && roles != AUDITOR)
		return err_set(err, RC_DENIED, 0,
			       _("an auditor has no other role: who is "
				 "audited does not audit"));
	if ((roles & ADMINISTRATOR) != 0 && (roles & ROLES_CONTENT) != 0)
		return err_set(err, RC_DENIED, 0,
			       _("an administrator reads no documents: give "
				 "the other roles to another officer"));
	return RC_OK;
}
