/*
 * Sealed fields. An issue or revise holds a digest in place of the value; a
 * reveal of the owner holds the value. Who has the reveal sees the value.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "content_int.h"
#include "fold_clock_int.h"
#include "model/content.h"

static const struct field *
sealed_field(const struct kind *k, const char *name)
{
	const struct field *f = name != NULL
					? content_find(k->fields, k->n_fields,
						       name, strlen(name))
					: NULL;

	return f != NULL && f->see == SEE_SEALED ? f : NULL;
}

static bool
seal_of(const struct node *rev, const char *field, struct ref *out)
{
	const json_t *fields = json_object_get(rev->event->data, "fields");

	return content_seal(json_object_get(fields, field), out);
}

/* The value is the text of a JSON value: its very bytes were sealed. */
const char *
node_judge_reveal(struct node *n)
{
	const struct kind *k = n->at->content->kind;
	const char *name = json_text(n->event->data, "field");
	const char *text = json_text(n->event->data, "value");
	const struct field *f = sealed_field(k, name);
	json_t *value = NULL;
	struct ref seal;

	if (f == NULL || text == NULL || !seal_of(n->at, name, &seal))
		return N_("opens no sealed field of its revision");
	if (!ref_eq(&n->seal, &seal))
		return N_("its value does not match the seal");
	if (json_read(text, strlen(text), &value, NULL) != RC_OK ||
	    !content_type_ok(f, value)) {
		json_decref(value);
		return N_("a field is of the wrong type");
	}
	n->opened = value;
	return NULL;
}

/* Has a move of the owner opened it before its time? Once is for ever. */
static bool
is_released(const struct fold_index *ix, const char *owner, const char *field)
{
	for (size_t i = 0; i < ix->n_nodes; i++) {
		const struct node *n = &ix->nodes[i];

		if (n->verdict != VERDICT_FIT || n->move == NULL ||
		    !str_eq(n->event->source, owner))
			continue;
		for (size_t e = 0; e < n->move->n_effects; e++) {
			if (n->move->effects[e].type == EFFECT_RELEASE &&
			    str_eq(n->move->effects[e].target, field))
				return true;
		}
	}
	return false;
}

static const struct node *
find_reveal(const struct fold_index *ix, const char *field,
	    const struct ref *seal)
{
	for (size_t i = 0; i < ix->n_nodes; i++) {
		const struct node *n = ix->order[i];

		if (n->opened != NULL && n->verdict == VERDICT_FIT &&
		    ref_eq(&n->seal, seal) &&
		    str_eq(json_text(n->event->data, "field"), field))
			return n;
	}
	return NULL;
}

/* A date opens at its first instant. */
static int64_t
opens_at(const struct field *f, const json_t *fields)
{
	json_t *literal;
	int64_t ms = -1;

	if (f->opens == NULL)
		return -1;
	if (fold_instant(fold_field_at(fields, f->opens), false, &ms))
		return ms;
	literal = json_string(f->opens);
	if (!fold_instant(literal, false, &ms))
		ms = -1;
	json_decref(literal);
	return ms;
}

static void
add_seal(struct folding *f, const struct field *field, const struct ref *ref,
	 const json_t *fields)
{
	struct doc *d = f->doc;
	const struct node *n = find_reveal(f->index, field->name, ref);
	struct doc_seal *s;

	d->seals = xreallocarray(d->seals, d->n_seals + 1, sizeof *d->seals);
	s = &d->seals[d->n_seals++];
	*s = (struct doc_seal){
		.field = field,
		.digest = *ref,
		.opens_ms = opens_at(field, fields),
		.released = is_released(f->index, d->owner, field->name),
		.reveal = n != NULL ? n->event : NULL,
	};
	s->open = s->released ||
		  (s->opens_ms >= 0 && f->in->now_ms >= s->opens_ms);
	if (n != NULL)
		json_object_set(d->fields, field->name, n->opened);
	else
		json_object_del(d->fields, field->name);
}

void
fold_seals(struct folding *f)
{
	struct doc *d = f->doc;
	json_t *raw = d->fields;
	struct ref seal;

	for (size_t i = 0; d->kind != NULL && i < d->kind->n_fields; i++) {
		const struct field *field = &d->kind->fields[i];

		if (field->see != SEE_SEALED ||
		    !content_seal(json_object_get(raw, field->name), &seal))
			continue;
		if (d->fields == raw)
			d->fields = json_copy(raw);
		add_seal(f, field, &seal, raw);
	}
	if (d->fields == raw)
		json_incref(raw);
}

const struct doc_seal *
doc_seal_of(const struct doc *d, const char *field)
{
	for (size_t i = 0; i < d->n_seals; i++) {
		if (str_eq(d->seals[i].field->name, field))
			return &d->seals[i];
	}
	return NULL;
}

bool
doc_seal_is_open(const struct doc *d, const struct doc_seal *s)
{
	return s->open && !d->withdrawn;
}

/* A reveal is owed with the seal of the current revision that it opens. */
bool
reveal_is_due(const struct doc *d, const struct event *e)
{
	const char *field = json_text(e->data, "field");
	const struct doc_seal *s = field != NULL ? doc_seal_of(d, field) : NULL;
	const struct node *n = fold_find(d->index, &e->digest);

	return s != NULL && doc_seal_is_open(d, s) && n != NULL &&
	       ref_eq(&n->seal, &s->digest);
}
