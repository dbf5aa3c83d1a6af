#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "desk_int.h"
#include "fields_int.h"

static bool
is_empty(const json_t *v)
{
	return v == NULL || json_is_null(v) ||
	       (json_is_string(v) && json_string_length(v) == 0) ||
	       (json_is_object(v) && json_object_size(v) == 0) ||
	       (json_is_array(v) && json_array_size(v) == 0);
}

json_t *
fields_prune(const json_t *content)
{
	const char *name;
	json_t *out, *v, *kept;
	size_t i;

	if (json_is_object(content)) {
		out = json_object();
		json_object_foreach((json_t *)(uintptr_t)content, name, v)
		{
			kept = fields_prune(v);
			if (is_empty(kept))
				json_decref(kept);
			else
				json_object_set_new(out, name, kept);
		}
		return out;
	}
	if (json_is_array(content)) {
		out = json_array();
		json_array_foreach(content, i, v)
		{
			kept = fields_prune(v);
			if (is_empty(kept))
				json_decref(kept);
			else
				json_array_append_new(out, kept);
		}
		return out;
	}
	return json_deep_copy(content);
}

static const struct field *
field_named(const struct field *fields, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(fields[i].name, name))
			return &fields[i];
	return NULL;
}

static bool
in_list(const char **list, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(list[i], name))
			return true;
	return false;
}

/* A group that stays, but for its masked sub-fields. */
static void
split_masked(const struct field *f, const json_t *group, json_t *all,
	     json_t *own)
{
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)group, name, v)
		json_object_set(in_list(f->masked, f->n_masked, name) ? all
								      : own,
				name, v);
}

static void
put_unless_empty(json_t *into, const char *name, json_t *take_value)
{
	if (is_empty(take_value))
		json_decref(take_value);
	else
		json_object_set_new(into, name, take_value);
}

void
fields_split(const struct field *fields, size_t n_fields, const json_t *content,
	     json_t **ret_all, json_t **ret_own)
{
	json_t *all = json_object(), *own = json_object(), *v, *a, *o;
	const struct field *f;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)content, name, v)
	{
		f = field_named(fields, n_fields, name);
		if (f == NULL ||
		    f->see == SEE_SEALED || /* leaves as its seal */
		    (f->see == SEE_ALL &&
		     (f->type != FIELD_GROUP || !json_is_object(v)))) {
			json_object_set(all, name, v);
			continue;
		}
		a = NULL;
		o = NULL;
		if (f->see == SEE_ALL) {
			fields_split(f->sub, f->n_sub, v, &a, &o);
		} else if (f->type == FIELD_GROUP && json_is_object(v)) {
			a = json_object();
			o = json_object();
			split_masked(f, v, a, o);
		} else {
			json_object_set(own, name, v);
			continue;
		}
		put_unless_empty(all, name, a);
		put_unless_empty(own, name, o);
	}
	*ret_all = all;
	*ret_own = NULL;
	if (is_empty(own))
		json_decref(own);
	else
		*ret_own = own;
}

bool
field_leaves(const struct doc *doc, const struct field *f)
{
	const struct doc_seal *seal;

	if (f->see != SEE_SEALED)
		return f->see == SEE_ALL;
	if (doc == NULL || !doc->issued)
		return false;
	seal = doc_seal_of(doc, f->name);
	return seal == NULL || doc_seal_is_open(doc, seal);
}
