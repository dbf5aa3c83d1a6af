/* What of a content leaves the desk, and in which order. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "export_int.h"
#include "fields_int.h"
#include "model/content.h"

static bool
stays(const struct doc *doc, const struct field *f)
{
	return !field_leaves(doc, f) || f->confidential;
}

static json_t *
masked(const struct field *f, const json_t *group)
{
	json_t *out = json_object(), *v;
	size_t i;

	for (i = 0; i < f->n_masked; i++) {
		v = json_object_get(group, f->masked[i]);
		if (v != NULL)
			json_object_set_new(out, f->masked[i],
					    json_deep_copy(v));
	}
	return out;
}

/* Members in declared order, then those that the kind does not know. */
static json_t *
ordered(const struct doc *doc, const struct field *f, const json_t *object,
	bool own)
{
	json_t *out = json_object(), *v;
	const char *name;
	size_t i;

	for (i = 0; i < f->n_sub; i++) {
		v = json_object_get(object, f->sub[i].name);
		if (v != NULL && (own || !stays(doc, &f->sub[i])))
			json_object_set_new(out, f->sub[i].name,
					    json_deep_copy(v));
	}
	json_object_foreach((json_t *)(uintptr_t)object, name, v)
	{
		for (i = 0; i < f->n_sub; i++)
			if (str_eq(f->sub[i].name, name))
				break;
		if (i == f->n_sub)
			json_object_set_new(out, name, json_deep_copy(v));
	}
	return out;
}

static json_t *
field_out(const struct doc *doc, const struct field *f, const json_t *v,
	  bool own)
{
	json_t *list;
	const json_t *row;
	size_t i;

	if (!own && stays(doc, f))
		return json_is_object(v) && f->n_masked > 0 ? masked(f, v)
							    : NULL;
	if (f->type == FIELD_GROUP && json_is_object(v))
		return ordered(doc, f, v, own);
	if (f->type != FIELD_LIST || !json_is_array(v))
		return json_deep_copy(v);
	list = json_array();
	json_array_foreach(v, i, row)
		json_array_append_new(list, json_is_object(row)
						    ? ordered(doc, f, row, own)
						    : json_deep_copy(row));
	return list;
}

json_t *
export_fields(const struct kind *kind, const struct doc *doc,
	      const json_t *content, bool own)
{
	json_t *out, *v;
	size_t i;

	if (kind == NULL)
		return content != NULL ? json_deep_copy(content)
				       : json_object();
	out = json_object();
	for (i = 0; i < kind->n_fields; i++) {
		const struct field *f = &kind->fields[i];

		v = json_object_get(content, f->name);
		v = v != NULL ? field_out(doc, f, v, own) : NULL;
		if (v != NULL && (json_is_object(v) || json_is_array(v)) &&
		    json_object_size(v) + json_array_size(v) == 0) {
			json_decref(v);
			v = NULL;
		}
		if (v != NULL)
			json_object_set_new(out, f->name, v);
	}
	return out;
}
