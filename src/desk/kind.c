#include "base/i18n.h"
#include "base/mem.h"
#include "desk_int.h"
#include "journal/kind_row.h"

/* Kinds installed on this desk: a document keeps the rules of its day. */

enum rc
kind_install(struct desk *d, const char *name, const char *bytes,
	     size_t n_bytes, const struct kind **ret_kind, struct err *err)
{
	char *detail = NULL;
	enum rc rc = act_begin(d, err);

	if (rc != RC_OK)
		return rc;
	if (!d->has_officer ||
	    (d->officer.roles & ROLE_BIT(ROLE_ADMINISTRATOR)) == 0)
		rc = err_set(err, RC_DENIED, 0,
			     _("only an administrator installs kinds"));
	if (rc == RC_OK)
		rc = kind_row_add(d->journal, name, bytes, n_bytes, ret_kind,
				  err);
	if (rc == RC_OK) {
		detail = xasprintf("%s %d", (*ret_kind)->name,
				   (*ret_kind)->version);
		rc = act_audit(d, "kind", NULL, detail, err);
	}
	xfree(detail);
	return act_end(d, rc, err);
}
