/*
 * Confidential fields: withheld from the picture of a document until an
 * officer asks, and every such look is in the audit trail (投诉举报办法 37:
 * who knows an informant keeps it secret).
 */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "fields_int.h"
#include "model/content.h"
#include "view_int.h"

static bool
is_masked(const struct field *f, const char *name)
{
	for (size_t i = 0; i < f->n_masked; i++)
		if (str_eq(f->masked[i], name))
			return true;
	return false;
}

/* Leaves the masked forms of a group, nothing of any other field. */
static bool
withhold(const struct field *f, json_t *shown)
{
	json_t *v = json_object_get(shown, f->name);
	bool some = false;
	const char *name;
	json_t *sub;
	void *next;

	if (v == NULL)
		return false;
	if (f->type != FIELD_GROUP || !json_is_object(v)) {
		json_object_del(shown, f->name);
		return true;
	}
	json_object_foreach_safe(v, next, name, sub)
	{
		if (is_masked(f, name))
			continue;
		json_object_del(v, name);
		some = true;
	}
	if (json_object_size(v) == 0)
		json_object_del(shown, f->name);
	return some;
}

void
view_withhold(struct view *v, const struct kind *kind, bool drafter)
{
	/* lists that several desks write are shown whole */
	json_t *content = v->held.doc != NULL
				  ? doc_content(v->held.doc, v->fields)
				  : json_incref(v->fields);

	v->sums = content_sums(kind, content);
	if (content == NULL || kind == NULL || drafter) {
		v->shown = content;
		return;
	}
	v->shown = json_deep_copy(content);
	json_decref(content);
	v->withheld = xcalloc(kind->n_fields, sizeof(*v->withheld));
	for (size_t i = 0; i < kind->n_fields; i++) {
		const struct field *f = &kind->fields[i];

		if (f->confidential && withhold(f, v->shown))
			v->withheld[v->n_withheld++] =
				xstrdup(title_in(&f->title, i18n_zh()));
	}
}

json_t *
event_shown(const struct kind *kind, const struct event *e)
{
	json_t *data = json_deep_copy(e->data);
	json_t *fields = json_object_get(data, "fields");
	size_t i;

	for (i = 0; kind != NULL && i < kind->n_fields; i++)
		if (kind->fields[i].confidential && json_is_object(fields))
			(void)withhold(&kind->fields[i], fields);
	return data;
}

enum rc
act_look(struct desk *d, const struct doc_ref *ref, json_t **ret_fields,
	 struct err *err)
{
	struct view *v = NULL;
	enum rc rc = permit(d, PERMIT_LOOK, ref, err);

	if (rc == RC_OK)
		rc = ask_view(d, ref, &v, err);
	if (rc == RC_OK && v->n_withheld > 0) {
		/* kept first: what was not recorded is not shown */
		rc = act_begin(d, err);
		if (rc == RC_OK)
			rc = act_end(d,
				     act_audit(d, "look confidential", ref,
					       NULL, err),
				     err);
	}
	if (rc == RC_OK)
		*ret_fields = v->held.doc != NULL
				      ? doc_content(v->held.doc, v->fields)
			      : v->fields != NULL ? json_incref(v->fields)
						  : json_object();
	view_free(v);
	return rc;
}
