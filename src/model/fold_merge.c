/* Lists that several desks write together (`by`): one list to look at. */
#include "base/json.h"
#include "base/text.h"
#include "json_int.h"
#include "model/fold.h"

const char *
rows_desk_column(const struct field *list)
{
	for (size_t i = 0; i < list->n_sub; i++) {
		if (list->sub[i].type == FIELD_DESK)
			return list->sub[i].name;
	}
	return NULL;
}

bool
track_takes_part(const struct doc_track *t)
{
	return !t->removed &&
	       (t->state == NULL || t->state->stage != STAGE_REFUSED);
}

static const json_t *
own_rows(const struct doc_track *t, const struct field *list)
{
	return json_object_get(t->rows, list->name);
}

/* Does a row of the owner's content stand? Until a party gives rows of its
 * own what the owner planned for it holds. */
static bool
row_stands(const struct doc *d, const struct field *list, const char *desk)
{
	const struct doc_track *t;

	if (desk == NULL || str_eq(desk, d->owner))
		return true;
	t = doc_track_of(d, desk);
	return t == NULL || (track_takes_part(t) && own_rows(t, list) == NULL);
}

static void
add_row(json_t *out, const json_t *row, const char *column, const char *desk)
{
	json_t *copy = json_copy(json_plain(row));

	if (column != NULL)
		json_object_set_new(copy, column, json_string(desk));
	json_array_append_new(out, copy);
}

json_t *
doc_rows(const struct doc *d, const json_t *fields, const struct field *list)
{
	const json_t *given = json_object_get(fields, list->name);
	const char *column = rows_desk_column(list);
	json_t *out = json_array();
	const json_t *row;
	size_t i;

	json_array_foreach(json_plain(given), i, row)
	{
		const char *desk =
			column != NULL ? json_text(row, column) : NULL;

		if (!json_is_object(row) || !row_stands(d, list, desk))
			continue;
		add_row(out, row, column, desk != NULL ? desk : d->owner);
	}
	for (size_t t = 0; t < d->n_tracks; t++) {
		const struct doc_track *track = &d->tracks[t];

		if (!track_takes_part(track))
			continue;
		json_array_foreach(json_plain(own_rows(track, list)), i, row)
		{
			if (json_is_object(row))
				add_row(out, row, column, track->desk);
		}
	}
	return out;
}

json_t *
doc_content(const struct doc *d, const json_t *fields)
{
	json_t *out =
		fields != NULL ? json_copy(json_plain(fields)) : json_object();

	for (size_t i = 0; d->kind != NULL && i < d->kind->n_fields; i++) {
		const struct field *f = &d->kind->fields[i];
		json_t *rows;

		if (f->by == NULL || f->type != FIELD_LIST)
			continue;
		rows = doc_rows(d, fields, f);
		if (json_array_size(rows) > 0)
			json_object_set(out, f->name, rows);
		else
			json_object_del(out, f->name);
		json_decref(rows);
	}
	return out;
}
