#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "import_int.h"
#include "model/content.h"

/* Columns that export writes beside the fields; they make no content. */
static const char *const beside[] = { "id",	"number", "kind",
				      "owner",	"state",  "issued_at",
				      "sample", "moves",  "stored_at" };

static bool
is_beside(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(beside); i++)
		if (str_eq(beside[i], name))
			return true;
	return false;
}

static void
free_names(char **names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		xfree(names[i]);
	xfree(names);
}

void
mapped_release(struct mapped *m)
{
	json_decref(m->fields);
	free_names(m->to, m->n_to);
	free_names(m->cc, m->n_cc);
	*m = (struct mapped){ 0 };
}

/* Desk ids separated by comma, semicolon (also full width) or space. */
static void
add_desks(const char *text, char ***list, size_t *n)
{
	static const char *const breaks[] = { ",", ";", " ", "，", "；", "、" };
	const char *start = text;
	size_t i, len;

	for (;;) {
		len = 0;
		for (i = 0; *text != '\0' && i < ARRAY_LEN(breaks); i++)
			if (str_starts(text, breaks[i]))
				len = strlen(breaks[i]);
		if (*text != '\0' && len == 0) {
			text++;
			continue;
		}
		if (text > start) {
			*list = xreallocarray(*list, *n + 1, sizeof(**list));
			(*list)[(*n)++] =
				xstrndup(start, (size_t)(text - start));
		}
		if (*text == '\0')
			return;
		text += len;
		start = text;
	}
}

/* Dates of others often carry a time: 2024-12-31T16:50:10. */
static void
cut_time(const struct kind *kind, const char *field, char *text)
{
	const struct field *f = kind_field(kind, field);

	if (f != NULL && f->type == FIELD_DATE && strlen(text) > 10 &&
	    (text[10] == 'T' || text[10] == ' '))
		text[10] = '\0';
}

/* A list as export writes it into one cell. */
static bool
put_list(const struct kind *kind, struct mapped *m, const char *field,
	 const char *text)
{
	const struct field *f = kind_field(kind, field);
	json_t *list = NULL;

	if (f == NULL || f->type != FIELD_LIST || text[0] != '[' ||
	    json_read(text, strlen(text), &list, NULL) != RC_OK)
		return false;
	json_object_set_new(m->fields, field, list);
	return true;
}

static enum rc
put(const struct kind *kind, struct mapped *m, const char *field, char *text,
    struct err *err)
{
	enum rc rc = RC_OK;

	if (text[0] == '\0')
		return RC_OK;
	if (str_eq(field, "to")) {
		add_desks(text, &m->to, &m->n_to);
	} else if (str_eq(field, "cc")) {
		add_desks(text, &m->cc, &m->n_cc);
	} else if (!put_list(kind, m, field, text)) {
		cut_time(kind, field, text);
		rc = content_set(kind, m->fields, field, text, err);
	}
	return rc;
}

/* TEXT with {COLUMN} replaced. */
static enum rc
fill_template(const struct source_row *row, const char *text, char **ret,
	      struct err *err)
{
	struct buf out;
	const char *open, *close;
	char *name, *value, shown[64];
	enum rc rc = RC_OK;

	buf_init(&out, IMPORT_LINE_MAX);
	while (rc == RC_OK && (open = strchr(text, '{')) != NULL &&
	       (close = strchr(open, '}')) != NULL) {
		rc = buf_add(&out, text, (size_t)(open - text), err);
		name = xstrndup(open + 1, (size_t)(close - open - 1));
		value = NULL;
		if (rc == RC_OK && !source_text(row, name, &value))
			rc = err_set(err, RC_NOTFOUND, 0,
				     _("there is no column '%s'"),
				     text_show_into(shown, sizeof(shown),
						    name));
		if (rc == RC_OK)
			rc = buf_adds(&out, value, err);
		xfree(name);
		xfree(value);
		text = close + 1;
	}
	if (rc == RC_OK)
		rc = buf_adds(&out, text, err);
	if (rc == RC_OK)
		*ret = buf_take(&out);
	buf_release(&out);
	return rc;
}

static enum rc
by_map(const struct kind *kind, const struct import_map *map,
       const struct source_row *row, struct mapped *m, struct err *err)
{
	enum rc rc = RC_OK;
	char shown[64], *text;
	size_t i;

	for (i = 0; rc == RC_OK && i < map->n_rules; i++) {
		const struct map_rule *r = &map->rules[i];

		text = NULL;
		if (!r->column)
			rc = fill_template(row, r->text, &text, err);
		else if (!source_text(row, r->text, &text))
			rc = err_set(err, RC_NOTFOUND, 0,
				     _("there is no column '%s'"),
				     text_show_into(shown, sizeof(shown),
						    r->text));
		if (rc == RC_OK)
			rc = put(kind, m, r->field, text, err);
		xfree(text);
	}
	return rc;
}

/* The apostrophe that export put before a formula is taken away. */
static void
unmark(char *text)
{
	const char *s = text;

	while (*s == '\'')
		s++;
	if (s > text && *s != '\0' && strchr("=+-@\t\r\n", *s) != NULL)
		memmove(text, text + 1, strlen(text));
}

static enum rc
by_heads(const struct kind *kind, const struct source_row *row,
	 struct mapped *m, struct err *err)
{
	enum rc rc = RC_OK;
	char *text;
	size_t i;

	for (i = 0; rc == RC_OK && i < row->n; i++) {
		if (is_beside(row->heads[i]))
			continue;
		text = xstrdup(row->cells[i]);
		unmark(text);
		rc = put(kind, m, row->heads[i], text, err);
		xfree(text);
	}
	return rc;
}

static void
desks_of(const json_t *list, char ***out, size_t *n)
{
	const json_t *one;
	size_t i;

	if (json_is_string(list))
		add_desks(json_string_value(list), out, n);
	json_array_foreach(list, i, one) if (json_is_string(one))
		add_desks(json_string_value(one), out, n);
}

/* The column that a list of plain texts fills: the first that is demanded. */
static const char *
text_column(const struct field *list)
{
	size_t i;

	for (i = 0; i < list->n_sub; i++)
		if (list->sub[i].need == NEED_MUST)
			return list->sub[i].name;
	return list->n_sub > 0 ? list->sub[0].name : NULL;
}

/* Lists of others are often plain texts: ["a", "b"] for rows of one column. */
static void
rows_of_texts(const struct kind *kind, json_t *fields)
{
	size_t i, r;

	for (i = 0; i < kind->n_fields; i++) {
		const struct field *f = &kind->fields[i];
		json_t *list = json_object_get(fields, f->name), *row;
		const char *column = text_column(f);

		for (r = 0; f->type == FIELD_LIST && column != NULL &&
			    r < json_array_size(list);
		     r++) {
			row = json_array_get(list, r);
			if (json_is_string(row))
				json_array_set_new(list, r,
						   json_pack("{s:O}", column,
							     row));
		}
	}
}

/* {"to":[],"cc":[],"fields":{}} as export writes, or fields at the top. */
static void
by_members(const struct source_row *row, struct mapped *m)
{
	const json_t *fields = json_object_get(row->object, "fields");
	const char *name;
	json_t *v;

	desks_of(json_object_get(row->object, "to"), &m->to, &m->n_to);
	desks_of(json_object_get(row->object, "cc"), &m->cc, &m->n_cc);
	if (json_is_object(fields)) {
		json_decref(m->fields);
		m->fields = json_deep_copy(fields);
		return;
	}
	json_object_foreach(row->object, name, v) if (!is_beside(name) &&
						      !str_eq(name, "to") &&
						      !str_eq(name, "cc"))
		json_object_set_new(m->fields, name, json_deep_copy(v));
}

enum rc
map_row(const struct kind *kind, const struct import_map *map,
	const struct source_row *row, struct mapped *out, struct err *err)
{
	enum rc rc = RC_OK;

	*out = (struct mapped){ .fields = json_object() };
	if (map != NULL)
		rc = by_map(kind, map, row, out, err);
	else if (row->object != NULL)
		by_members(row, out);
	else
		rc = by_heads(kind, row, out, err);
	if (rc == RC_OK)
		rows_of_texts(kind, out->fields);
	if (rc != RC_OK)
		mapped_release(out);
	return rc;
}

enum rc
map_check_heads(const struct kind *kind, const struct source *s,
		struct err *err)
{
	char shown[64];
	size_t i;

	for (i = 0; i < s->n_heads; i++) {
		const char *h = s->heads[i];

		if (!is_beside(h) && !str_eq(h, "to") && !str_eq(h, "cc") &&
		    kind_field(kind, h) == NULL)
			return err_set(
				err, RC_MALFORMED, 0,
				_("column '%s' is no field of %s: say with "
				  "--map which column goes where"),
				text_show_into(shown, sizeof(shown), h),
				kind->name);
	}
	return RC_OK;
}
