/* Another officer saved, issued or handed in the draft that is open here. */
#include <stdio.h>

#include "base/mem.h"
#include "console/compose_int.h"

void
compose_keep_name(const struct compose *f, char out[static KEEP_NAME_MAX])
{
	(void)snprintf(out, KEEP_NAME_MAX, "draft %s/%s", f->draft->ref.owner,
		       f->draft->ref.id);
}

/* What the draft says now; NULL: it is none any more. Heap. */
static char *
their_texts(struct console *c, const struct compose *f, int64_t *ret_version)
{
	const char *kind = f->form.kind->name;
	struct view *v = NULL;
	struct screen *theirs;
	char *texts = NULL;
	bool draft = ask_view(c->desk, &f->draft->ref, &v, NULL) == RC_OK &&
		     v->row->draft;

	(void)view_free(v);
	theirs = draft ? compose_read(c, kind, &f->draft->ref) : NULL;
	if (!theirs)
		return NULL;
	texts = form_texts(&((struct compose *)theirs)->form);
	*ret_version = ((struct compose *)theirs)->draft->version;
	theirs->ops->free(theirs);
	(void)xfree(theirs);
	return texts;
}

void
compose_keep_beside(struct compose *f)
{
	char what[KEEP_NAME_MAX];

	compose_keep_name(f, what);
	form_keep_aside(&f->form, what, f->base);
}

bool
compose_merge(struct console *c, struct compose *f, enum rc rc, bool handing_in)
{
	int64_t version = f->draft->version;
	char *theirs = their_texts(c, f, &version), *base = f->base;

	if (theirs && (rc != RC_CONFLICT || version == f->draft->version)) {
		(void)xfree(theirs);
		return false;
	}
	f->draft->version = version;
	if (!theirs) { /* issued or dropped: what was typed is worth a draft */
		f->draft->exists = false;
		f->draft->again = true;
		console_set_message(c, ATTR_SOON, "%s",
				    _("another officer issued or dropped this "
				      "draft; what you wrote is a draft of its "
				      "own"));
		c->message_kept = true;
		return true;
	}
	f->base = theirs;
	if (form_merge(&f->form, base, theirs) > 0) {
		compose_keep_beside(f);
		(void)form_conflict_stops(&f->form);
	} else {
		f->draft->again = true;
		console_set_message(
			c, ATTR_SOON, "%s",
			handing_in ? _("another officer changed other fields: "
				       "they are here now; look, then hand it "
				       "in again")
				   : _("another officer changed other fields "
				       "of this draft: they are here now"));
		c->message_kept = true; /* not gone with the next letter */
	}
	(void)xfree(base);
	return true;
}
