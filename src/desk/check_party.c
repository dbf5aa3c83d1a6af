/* Checks of what the other desks of a document have done. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_int.h"
#include "desk_int.h"

/* Rows of the merged list that belong to the desk. */
static size_t
rows_of(const json_t *rows, const char *column, const char *desk)
{
	const json_t *row;
	size_t i, n = 0;

	json_array_foreach(rows, i,
			   row) if (column != NULL &&
				    str_eq(json_text(row, column), desk)) n++;
	return n;
}

static enum rc
enough(const json_t *rows, const struct field *list, const char *desk,
       struct err *err)
{
	size_t min = list->has_min ? (size_t)list->min : 1;
	size_t n = rows_of(rows, rows_desk_column(list), desk);

	if (n >= min)
		return RC_OK;
	return err_set(err, RC_STATE, 0,
		       _("%s has named %zu of at least %zu in %s"), desk, n,
		       min, title_in(&list->title, i18n_zh()));
}

/*
 * all_confirmed(list): every desk that writes the list has replied to the
 * document as it now stands, and who takes part, the owner too, has named at
 * least as many in it as the list asks for (two officers, 处罚法 42).
 */
enum rc
check_all_confirmed(const struct check_in *in, struct err *err)
{
	const struct field *list = kind_field(in->kind, in->args);
	const struct doc *doc = in->held != NULL ? in->held->doc : NULL;
	json_t *rows;
	enum rc rc;
	size_t i;

	if (doc == NULL || list == NULL || list->by == NULL)
		return RC_OK;
	rows = doc_rows(doc, in->fields, list);
	rc = enough(rows, list, doc->owner, err);
	for (i = 1; rc == RC_OK && i < doc->n_tracks; i++) {
		const struct doc_track *t = &doc->tracks[i];

		if (t->removed || !str_eq(t->name, list->by))
			continue;
		if (t->state == NULL || t->fallen_back ||
		    t->state->stage < STAGE_ACCEPTED)
			rc = err_set(err, RC_STATE, 0,
				     _("%s has not confirmed it as it stands"),
				     t->desk);
		else if (track_takes_part(t))
			rc = enough(rows, list, t->desk, err);
	}
	json_decref(rows);
	return rc;
}

/*
 * countersigned_revision(field): the field is given, and nobody's signature
 * is on an older wording of it; a note may say why it goes out all the same.
 */
enum rc
check_countersigned_revision(const struct check_in *in, struct err *err)
{
	const struct field *f = kind_field(in->kind, in->args);
	const char *note = json_text(in->move, "note");
	size_t i;

	if (in->held == NULL || f == NULL)
		return RC_OK;
	if (json_object_get(in->fields, f->name) == NULL)
		return err_set(err, RC_STATE, 0, _("%s is not written yet"),
			       title_in(&f->title, i18n_zh()));
	if (in->move == NULL || (note != NULL && note[0] != '\0'))
		return RC_OK;
	for (i = 1; i < in->held->doc->n_tracks; i++) {
		const struct doc_track *t = &in->held->doc->tracks[i];

		if (!t->removed && t->fallen_back)
			return err_set(err, RC_STATE, 0,
				       _("%s signed an older wording of %s: "
					 "have it sign again, or say in a note "
					 "why it goes out"),
				       t->desk, title_in(&f->title, i18n_zh()));
	}
	return RC_OK;
}

/* desk_named(field): only the desk that stands in the field does this. */
enum rc
check_desk_named(const struct check_in *in, struct err *err)
{
	const struct field *f = kind_field(in->kind, in->args);
	const char *desk = json_text(in->fields, in->args);

	if (f == NULL || str_eq(desk, in->desk->id))
		return RC_OK;
	if (desk == NULL)
		return err_set(err, RC_STATE, 0, _("%s is not given"),
			       title_in(&f->title, i18n_zh()));
	return err_set(err, RC_DENIED, 0, _("only %s, named as %s, does this"),
		       desk, title_in(&f->title, i18n_zh()));
}

/* The field is in "a,b,.."; an empty list names all. */
static bool
is_named(const char *args, const char *field)
{
	char name[NAME_MAX_LEN + 1];

	if (args[0] == '\0')
		return true;
	while (check_next_arg(&args, name, sizeof(name)))
		if (str_eq(name, field))
			return true;
	return false;
}

/* A value of the field was disclosed with such a verdict. */
static bool
disclosed(const struct doc *doc, const char *field, enum verdict verdict)
{
	size_t i;

	for (i = 0; i < doc->n_events; i++) {
		const struct folded_event *f = &doc->events[i];

		if (f->event->type == EVENT_REVEAL && f->verdict == verdict &&
		    str_eq(json_text(f->event->data, "field"), field))
			return true;
	}
	return false;
}

/*
 * reveal_matches_digest(a,b,..): nobody acts on a sealed field of which only
 * values were disclosed that are not the one that was sealed.
 */
enum rc
check_reveal_matches_digest(const struct check_in *in, struct err *err)
{
	size_t i;

	for (i = 0; in->held != NULL && i < in->kind->n_fields; i++) {
		const struct field *f = &in->kind->fields[i];

		if (f->see != SEE_SEALED || !is_named(in->args, f->name) ||
		    !disclosed(in->held->doc, f->name, VERDICT_UNFIT) ||
		    disclosed(in->held->doc, f->name, VERDICT_FIT))
			continue;
		return err_set(err, RC_VERIFY, 0,
			       _("%s as %s disclosed it is not what was "
				 "sealed: ask them by another way"),
			       title_in(&f->title, i18n_zh()),
			       in->held->doc->owner);
	}
	return RC_OK;
}
