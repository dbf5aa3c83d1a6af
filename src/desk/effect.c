#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "compose_int.h"
#include "desk_int.h"
#include "model/content.h"
#include "move_int.h"

/* Effects of moves that make another document (KINDS.md, create). */

static bool
copies(const struct effect *e, const char *field)
{
	size_t i;

	for (i = 0; i < e->n_copy; i++)
		if (str_eq(e->copy[i], "*") || str_eq(e->copy[i], field))
			return true;
	return false;
}

/* Under its own name, or one that the new kind takes it from. */
static const json_t *
taken(const json_t *from, const struct effect *e, const struct field *f)
{
	const json_t *v = json_object_get(from, f->name);
	size_t i;

	if (v != NULL && copies(e, f->name))
		return v;
	for (i = 0; i < f->n_takes; i++) {
		v = json_object_get(from, f->takes[i]);
		if (v != NULL && copies(e, f->takes[i]))
			return v;
	}
	return NULL;
}

/*
 * What of a value the field can take: its own type, known members. Whatever
 * the other kind has otherwise is left out, not passed on to be refused.
 */
static json_t *
fitting(const struct field *f, const json_t *v)
{
	json_t *out, *one;
	size_t i;

	if (f->type == FIELD_GROUP && json_is_object(v)) {
		out = json_object();
		for (i = 0; i < f->n_sub; i++) {
			one = fitting(&f->sub[i],
				      json_object_get(v, f->sub[i].name));
			if (one != NULL)
				json_object_set_new(out, f->sub[i].name, one);
		}
		return out;
	}
	if (f->type == FIELD_LIST && json_is_array(v)) {
		const struct field row = { .type = FIELD_GROUP,
					   .sub = f->sub,
					   .n_sub = f->n_sub };

		out = json_array();
		for (i = 0; i < json_array_size(v); i++) {
			one = fitting(&row, json_array_get(v, i));
			if (one != NULL)
				json_array_append_new(out, one);
		}
		return out;
	}
	return v != NULL && content_type_ok(f, v) ? json_deep_copy(v) : NULL;
}

/* Fields of the source that the new kind has too; only what may leave. */
static json_t *
copied_fields(const struct held_doc *held, const struct effect *e,
	      const struct kind *kind)
{
	json_t *out = json_object(), *from = json_copy(held->doc->fields);
	json_t *v;
	size_t i;

	/* what is sealed does not leave by another way */
	for (i = 0; i < held->doc->n_seals; i++)
		if (!doc_seal_is_open(held->doc, &held->doc->seals[i]))
			json_object_del(from, held->doc->seals[i].field->name);
	for (i = 0; i < kind->n_fields; i++) {
		v = fitting(&kind->fields[i], taken(from, e, &kind->fields[i]));
		if (v != NULL)
			json_object_set_new(out, kind->fields[i].name, v);
	}
	if (e->set != NULL)
		json_object_update(out, e->set);
	json_decref(from);
	return out;
}

/* A document field, or one more row of a list that has such a column. */
static void
link_back(json_t *fields, const char *link, const struct kind *kind,
	  const char *subject)
{
	const struct field *f = kind_field(kind, link);
	json_t *list = json_object_get(fields, link);
	size_t i;

	if (f != NULL && f->type == FIELD_DOC)
		json_object_set_new(fields, link, json_string(subject));
	for (i = 0; f != NULL && f->type == FIELD_LIST && i < f->n_sub; i++) {
		if (f->sub[i].type != FIELD_DOC)
			continue;
		if (!json_is_array(list)) {
			list = json_array();
			json_object_set_new(fields, link, list);
		}
		json_array_append_new(list, json_pack("{s:s}", f->sub[i].name,
						      subject));
		break;
	}
}

static json_t *
effect_body(const struct held_doc *held, const struct effect *e,
	    const struct kind *kind, const json_t *input)
{
	json_t *fields = copied_fields(held, e, kind), *to = json_array();
	const char *target = e->to != NULL ? json_text(input, e->to) : NULL;
	char *subject = xasprintf("%s/%s", held->doc->owner, held->doc->id);
	json_t *files;

	if (target != NULL)
		json_array_append_new(to, json_string(target));
	if (e->link != NULL)
		link_back(fields, e->link, kind, subject);
	files = e->enclose && held->doc->attachments != NULL
			? json_deep_copy(held->doc->attachments)
			: json_array();
	/* what another desk sent passes on as it is: insist */
	files = json_pack("{s:o,s:o,s:o,s:o,s:s,s:b}", "to", to, "cc",
			  json_array(), "fields", fields, "attachments", files,
			  "from", subject, "insist", 1);
	xfree(subject);
	return files;
}

enum rc
effects_prepare(struct desk *d, const struct held_doc *held,
		const struct move *m, const json_t *input,
		struct made_list *out, struct err *err)
{
	enum rc rc = RC_OK;
	size_t i;

	out->n = 0;
	for (i = 0;
	     rc == RC_OK && i < m->n_effects && out->n < ARRAY_LEN(out->at);
	     i++) {
		const struct effect *e = &m->effects[i];
		struct made_by_move *made = &out->at[out->n];

		if (e->type != EFFECT_CREATE)
			continue;
		rc = desk_kind(d, e->target, &made->kind, err);
		if (rc == RC_OK && e->link != NULL &&
		    kind_field(made->kind, e->link) == NULL)
			rc = err_set(err, RC_STATE, 0,
				     _("kind '%s' has no field '%s' to point "
				       "back with"),
				     e->target, e->link);
		if (rc != RC_OK)
			break;
		made->body = effect_body(held, e, made->kind, input);
		made->draft = e->draft;
		out->n++;
		if (!e->draft)
			rc = compose_gate(d, made->kind, made->body, err);
	}
	if (rc != RC_OK)
		effects_release(out);
	return rc;
}

void
effects_release(struct made_list *made)
{
	while (made->n > 0)
		json_decref(made->at[--made->n].body);
}
