#include "base/mem.h"
#include "desk_int.h"
#include "journal/kind_row.h"

/* Kinds installed on this desk: a document keeps the rules of its day. */

enum rc
kind_install(struct desk *d, const char *name, const char *bytes,
	     size_t n_bytes, const struct kind **ret_kind, struct err *err)
{
	char *detail = NULL;
	enum rc rc = permit(d, PERMIT_REFERENCES, NULL, err);

	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = kind_row_add(d->journal, name, bytes, n_bytes, ret_kind, err);
	if (rc == RC_OK) {
		detail = xasprintf("%s %d", (*ret_kind)->name,
				   (*ret_kind)->version);
		rc = act_audit(d, "kind", NULL, detail, err);
	}
	xfree(detail);
	return act_end(d, rc, err);
}
