#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "model/content.h"
#include "model/event.h"
#include "rows_int.h"

static const struct field *
key_column(const struct field *list)
{
	size_t i;

	for (i = 0; i < list->n_sub; i++)
		if (str_eq(list->sub[i].name, list->key))
			return &list->sub[i];
	return NULL;
}

/* The largest key that is a number. */
static int64_t
largest_key(const struct field *list, const json_t *rows)
{
	char key[ROW_KEY_MAX + 1];
	int64_t n, max = 0;
	const json_t *one;
	size_t i;

	json_array_foreach(rows, i, one) if (content_row_key(list, one, key) &&
					     str_to_i64(key, 0, 1000000, &n,
							NULL) == RC_OK &&
					     n > max) max = n;
	return max;
}

void
rows_number(const struct kind *kind, json_t *fields, const json_t *before)
{
	const struct field *list = kind->rows, *column;
	json_t *rows, *one;
	int64_t next, old;
	char text[24];
	size_t i;

	if (list == NULL)
		return;
	rows = json_object_get(fields, list->name);
	column = key_column(list);
	next = largest_key(list, rows);
	/* the key of a row that was taken out is not given again */
	old = largest_key(list, json_object_get(before, list->name));
	if (old > next)
		next = old;
	json_array_foreach(rows, i, one)
	{
		if (!json_is_object(one) ||
		    json_object_get(one, list->key) != NULL)
			continue;
		(void)snprintf(text, sizeof(text), "%lld", (long long)++next);
		json_object_set_new(one, list->key,
				    column->type == FIELD_INT
					    ? json_integer(next)
					    : json_string(text));
	}
}

static bool
names(const json_t *value, const char *desk)
{
	const json_t *one;
	size_t i;

	if (str_eq(json_string_value(value), desk))
		return true;
	json_array_foreach(value, i, one) if (str_eq(json_string_value(one),
						     desk)) return true;
	return false;
}

static bool
is_addressed(const struct kind *kind, const json_t *body, const char *desk)
{
	const json_t *fields = json_object_get(body, "fields");
	size_t i;

	for (i = 0; i < kind->n_parts; i++) {
		const char *from = kind->parts[i].from;
		bool list = str_eq(from, "to") || str_eq(from, "cc");

		if (names(json_object_get(list ? body : fields, from), desk))
			return true;
	}
	return false;
}

static enum rc
check_desk(struct desk *d, const struct kind *kind, const json_t *body,
	   const struct field *list, size_t at, struct err *err)
{
	const json_t *rows =
		json_object_get(json_object_get(body, "fields"), list->name);
	const char *desk = json_text(json_array_get(rows, at), list->each);
	const char *title = title_in(&list->title, i18n_zh());

	if (desk == NULL)
		return list == kind->rows
			       ? err_set(err, RC_RANGE, 0,
					 _("%s, row %zu: a desk must be named"),
					 title, at + 1)
			       : RC_OK;
	if (str_eq(desk, d->id) || is_addressed(kind, body, desk))
		return RC_OK;
	return err_set(err, RC_RANGE, 0,
		       _("%s, row %zu: %s is not addressed by the document"),
		       title, at + 1, desk);
}

static enum rc
check_key(const struct field *list, const json_t *rows, size_t at, json_t *seen,
	  struct err *err)
{
	const char *title = title_in(&list->title, i18n_zh());
	char key[ROW_KEY_MAX + 1];

	if (!content_row_key(list, json_array_get(rows, at), key))
		return err_set(err, RC_RANGE, 0,
			       _("%s, row %zu: its key must be 1 to %d latin "
				 "letters, digits, . _ -"),
			       title, at + 1, ROW_KEY_MAX);
	if (json_object_get(seen, key) != NULL)
		return err_set(err, RC_RANGE, 0,
			       _("%s, row %zu: key %s is there twice"), title,
			       at + 1, key);
	json_object_set_new(seen, key, json_true());
	return RC_OK;
}

enum rc
rows_gate(struct desk *d, const struct kind *kind, const json_t *body,
	  struct err *err)
{
	const json_t *fields = json_object_get(body, "fields"), *rows;
	json_t *seen = json_object();
	enum rc rc = RC_OK;
	size_t i, at;

	for (i = 0; rc == RC_OK && i < kind->n_fields; i++) {
		const struct field *f = &kind->fields[i];

		if (f->each == NULL || f->by != NULL)
			continue;
		rows = json_object_get(fields, f->name);
		for (at = 0; rc == RC_OK && at < json_array_size(rows); at++) {
			rc = check_desk(d, kind, body, f, at, err);
			if (rc == RC_OK && f == kind->rows)
				rc = check_key(f, rows, at, seen, err);
		}
	}
	json_decref(seen);
	return rc;
}
