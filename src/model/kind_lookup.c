/* views.lookup: what a kind's documents can be looked up by. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "json_int.h"
#include "kind_int.h"

#define LOOKUP_KEYS_MAX 16

/* A field's name, or a list of them. */
static const char **
read_names(struct reader *r, const json_t *keys, const char *role,
	   size_t *ret_n)
{
	const json_t *value = json_object_get(keys, role);
	const char **names;

	if (!json_is_string(value)) {
		names = reader_texts(r, keys, role, ret_n);
		if (*ret_n == 0)
			reader_bad(r, role, _("names no field"));
		return names;
	}
	names = reader_array(r, 1, sizeof *names);
	names[0] = json_string_value(value);
	*ret_n = 1;
	return names;
}

static void
read_keys(struct reader *r, const json_t *object, struct lookup *l)
{
	const json_t *keys = reader_object(r, object, "keys", true);
	size_t mark = reader_enter(r, "keys"), i = 0;
	struct lookup_key *array;
	const char *role;
	json_t *value;

	l->n_keys = json_object_size(keys);
	if (l->n_keys > LOOKUP_KEYS_MAX) {
		reader_bad(r, NULL, _("more than %zu rows"),
			   (size_t)LOOKUP_KEYS_MAX);
		l->n_keys = 0;
		return;
	}
	array = reader_array(r, l->n_keys, sizeof *array);
	l->keys = array;
	json_object_foreach(json_plain(keys), role, value)
	{
		if (!reader_is_name(role))
			reader_bad(r, role, _("is no name"));
		array[i].role = role;
		array[i].fields = read_names(r, keys, role, &array[i].n_fields);
		i++;
	}
	reader_leave(r, mark);
}

static void
read_after(struct reader *r, const json_t *object, struct lookup *l)
{
	const json_t *after = reader_object(r, object, "after", false);
	size_t mark;

	if (after == NULL)
		return;
	mark = reader_enter(r, "after");
	reader_keys(r, after, "clock in needs");
	l->after_clock = reader_name(r, after, "clock", true);
	l->after = reader_texts(r, after, "in", &l->n_after);
	l->after_needs = reader_text(r, after, "needs", false);
	reader_leave(r, mark);
}

const struct lookup *
kind_read_lookup(struct reader *r, const json_t *views)
{
	const json_t *object = reader_object(r, views, "lookup", false);
	struct lookup *l;
	size_t mark;

	if (object == NULL)
		return NULL;
	mark = reader_enter(r, "lookup");
	reader_keys(r, object,
		    "as keys on until conclusion valid after limits relied");
	l = reader_array(r, 1, sizeof *l);
	l->as = reader_name(r, object, "as", true);
	read_keys(r, object, l);
	l->on = reader_text(r, object, "on", false);
	l->until = reader_text(r, object, "until", false);
	l->conclusion = reader_text(r, object, "conclusion", false);
	l->valid = reader_texts(r, object, "valid", &l->n_valid);
	if (l->n_valid == 0)
		reader_bad(r, "valid", _("names no state"));
	read_after(r, object, l);
	l->limits = reader_name(r, object, "limits", false);
	l->relied = reader_texts(r, object, "relied", &l->n_relied);
	reader_leave(r, mark);
	return l;
}

static void
check_states(struct reader *r, const char *key, const char **states, size_t n)
{
	const struct track_def *owner = kind_track(r->kind, "owner");

	for (size_t i = 0; i < n; i++) {
		if (track_state(owner, states[i]) == NULL)
			reader_bad(r, key, _("the owner has no state \"%s\""),
				   states[i]);
	}
}

static void
check_date(struct reader *r, const char *field)
{
	const struct field *f =
		field != NULL ? kind_need_field(r, field, true) : NULL;

	if (f != NULL && f->type != FIELD_DATE && f->type != FIELD_TIME)
		reader_bad(r, NULL, _("field \"%s\" is no date"), field);
}

/* A move of some party. */
static bool
is_party_move(const struct kind *k, const char *name)
{
	for (size_t i = 0; i < k->n_tracks; i++) {
		if (!str_eq(k->tracks[i].name, "owner") &&
		    track_move(&k->tracks[i], name) != NULL)
			return true;
	}
	return false;
}

void
kind_check_lookup(struct reader *r)
{
	const struct lookup *l = r->kind->views.lookup;
	size_t mark;

	if (l == NULL)
		return;
	mark = reader_enter(r, "lookup");
	/* every desk that holds it must find it by the same */
	for (size_t i = 0; i < l->n_keys; i++) {
		for (size_t j = 0; j < l->keys[i].n_fields; j++)
			(void)kind_need_field(r, l->keys[i].fields[j], true);
	}
	check_date(r, l->on);
	check_date(r, l->until);
	if (l->conclusion != NULL)
		(void)kind_need_field(r, l->conclusion, true);
	if (l->after_needs != NULL)
		(void)kind_need_field(r, l->after_needs, true);
	check_states(r, "valid", l->valid, l->n_valid);
	check_states(r, "after", l->after, l->n_after);
	if (l->after_clock != NULL &&
	    kind_find_clock(r->kind, l->after_clock) == NULL)
		reader_bad(r, "after", _("no clock \"%s\""), l->after_clock);
	for (size_t i = 0; i < l->n_relied; i++) {
		if (!is_party_move(r->kind, l->relied[i]))
			reader_bad(r, "relied", _("no party has a move \"%s\""),
				   l->relied[i]);
	}
	reader_leave(r, mark);
}
