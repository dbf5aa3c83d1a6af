#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "kind_int.h"

#include <math.h>

/* What a layout of papers may say (db/print/README.md). */
#define PRINT_KEYS                                                        \
	"layout style mark title number opening body text closing lists " \
	"note signers receipt without"

static const char *const type_names[] = {
	[FIELD_TEXT] = "text",	     [FIELD_LONG] = "long",
	[FIELD_CODE] = "code",	     [FIELD_INT] = "int",
	[FIELD_DECIMAL] = "decimal", [FIELD_MONEY] = "money",
	[FIELD_DATE] = "date",	     [FIELD_TIME] = "time",
	[FIELD_BOOL] = "bool",	     [FIELD_DESK] = "desk",
	[FIELD_OFFICER] = "officer", [FIELD_DOC] = "doc",
	[FIELD_PHONE] = "phone",     [FIELD_URL] = "url",
	[FIELD_DIGEST] = "digest",   [FIELD_CREDIT_CODE] = "credit_code",
	[FIELD_GTIN] = "gtin",	     [FIELD_GROUP] = "group",
	[FIELD_LIST] = "list",	     [FIELD__COUNT] = NULL,
};

static const char *const see_names[] = { "all", "owner", "local", "sealed",
					 NULL };

static void
read_required(struct reader *r, const json_t *object, struct field *f)
{
	const json_t *value = json_object_get(object, "required");

	if (value == NULL)
		return;
	if (json_is_object(value)) {
		f->need = NEED_WHEN;
		f->need_when = reader_condition(r, object, "required");
	} else if (str_eq(json_string_value(value), "must")) {
		f->need = NEED_MUST;
	} else if (str_eq(json_string_value(value), "should")) {
		f->need = NEED_SHOULD;
	} else {
		reader_bad(r, "required",
			   _("must be \"must\", \"should\" or a condition"));
	}
}

/* "code", or {"code","zh","en"} where the code is not what people read; zh
 * may be left out when the code is Chinese. */
static void
read_one_choice(struct reader *r, const json_t *row, struct field *f,
		struct title *titles)
{
	bool plain = json_is_string(row);
	const char *code;
	size_t n = f->n_choices;

	if (!plain && !json_is_object(row)) {
		reader_bad(r, NULL, _("must be text or an object"));
		return;
	}
	if (!plain)
		reader_keys(r, row, "code zh en");
	code = plain ? json_string_value(row)
		     : reader_text(r, row, "code", true);
	if (code == NULL || code[0] == '\0') {
		reader_bad(r, NULL, _("a choice without a code"));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (str_eq(f->choices[i], code))
			reader_bad(r, NULL, _("\"%s\" given twice"), code);
	}
	titles[n] = (struct title){ .zh = code, .en = code };
	if (!plain && json_object_get(row, "zh") != NULL)
		titles[n].zh = reader_text(r, row, "zh", true);
	if (!plain)
		titles[n].en = reader_text(r, row, "en", true);
	f->choices[f->n_choices++] = code;
}

static void
read_choices(struct reader *r, const json_t *object, struct field *f)
{
	const json_t *list = reader_list(r, object, "pick", true, 1024);
	size_t n = json_array_size(list);
	struct title *titles = reader_array(r, n, sizeof *titles);
	size_t outer = reader_enter(r, "pick");

	f->choices = reader_array(r, n, sizeof *f->choices);
	f->choice_titles = titles;
	for (size_t i = 0; i < n; i++) {
		size_t mark = reader_enter_row(r, i);

		read_one_choice(r, json_array_get(list, i), f, titles);
		reader_leave(r, mark);
	}
	if (n == 0)
		reader_bad(r, NULL, _("the list is empty"));
	reader_leave(r, outer);
}

/* A reference table, "phrases:kind.field", or the closed list itself. */
static void
read_pick(struct reader *r, const json_t *object, struct field *f)
{
	const json_t *value = json_object_get(object, "pick");

	if (value == NULL)
		return;
	if (json_is_array(value)) {
		read_choices(r, object, f);
		return;
	}
	f->pick = reader_text(r, object, "pick", true);
	if (f->pick != NULL && !reader_is_name(f->pick) &&
	    (!str_starts(f->pick, "phrases:") || f->pick[8] == '\0'))
		reader_bad(r, "pick", _("\"%s\" is no reference table"),
			   f->pick);
}

static void
read_bound(struct reader *r, const json_t *object, const char *key,
	   bool *ret_has, double *ret_value)
{
	const json_t *value = json_object_get(object, key);

	*ret_has = value != NULL;
	*ret_value = json_number_value(value);
	if (value != NULL && !json_is_number(value))
		reader_bad(r, key, _("must be a number"));
}

static void
read_field(struct reader *r, const json_t *object, struct field *f)
{
	reader_keys(r, object,
		    "name title type default required pick min max sum kinds "
		    "see opens by key each edit reopens confidential masked "
		    "takes fields columns");
	f->name = reader_name(r, object, "name", true);
	f->title = reader_title(r, object, "title", true);
	if (reader_text(r, object, "type", true) != NULL)
		f->type = (enum field_type)reader_choice(r, object, "type",
							 type_names, 0);
	f->default_value = json_object_get(object, "default");
	read_required(r, object, f);
	read_pick(r, object, f);
	read_bound(r, object, "min", &f->has_min, &f->min);
	read_bound(r, object, "max", &f->has_max, &f->max);
	if (f->has_min && f->has_max && f->min > f->max)
		reader_bad(r, "min", _("is above max"));
	f->sum = reader_bool(r, object, "sum");
	f->kinds = reader_texts(r, object, "kinds", &f->n_kinds);
	f->takes = reader_texts(r, object, "takes", &f->n_takes);
	f->see = (enum field_see)reader_choice(r, object, "see", see_names,
					       SEE_ALL);
	f->opens = reader_text(r, object, "opens", false);
	f->by = reader_name(r, object, "by", false);
	f->key = reader_name(r, object, "key", false);
	f->each = reader_name(r, object, "each", false);
	f->edit = reader_texts(r, object, "edit", &f->n_edit);
	f->reopens = reader_texts(r, object, "reopens", &f->n_reopens);
	f->confidential = reader_bool(r, object, "confidential");
	f->masked = reader_texts(r, object, "masked", &f->n_masked);
	if (f->type == FIELD_GROUP)
		f->sub = kind_read_fields(r, object, "fields", &f->n_sub);
	else if (f->type == FIELD_LIST)
		f->sub = kind_read_fields(r, object, "columns", &f->n_sub);
	if (f->type != FIELD_GROUP && json_object_get(object, "fields"))
		reader_bad(r, "fields", _("only a group has them"));
	if (f->type != FIELD_LIST && json_object_get(object, "columns"))
		reader_bad(r, "columns", _("only a list has them"));
}

const struct field *
kind_read_fields(struct reader *r, const json_t *object, const char *key,
		 size_t *ret_n)
{
	const json_t *list = reader_list(r, object, key, true, KIND_FIELDS_MAX);
	size_t n = json_array_size(list);
	struct field *fields = reader_array(r, n, sizeof *fields);
	size_t outer = reader_enter(r, key);

	*ret_n = n;
	if (n == 0)
		reader_bad(r, NULL, _("at least one field is needed"));
	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(list, i);
		const char *name =
			json_string_value(json_object_get(row, "name"));
		size_t mark = reader_enter_row(r, i);

		if (name != NULL && reader_is_name(name)) {
			reader_leave(r, mark);
			mark = reader_enter(r, name);
		}
		if (!json_is_object(row))
			reader_bad(r, NULL, _("must be an object"));
		read_field(r, row, &fields[i]);
		for (size_t j = 0; j < i; j++) {
			if (fields[i].name != NULL &&
			    str_eq(fields[i].name, fields[j].name))
				reader_bad(r, NULL, _("named twice"));
		}
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
	return fields;
}

/* Names of a dotted view entry ("contact.phone:never" keeps its flag). */
static const char **
read_names(struct reader *r, const json_t *views, const char *key,
	   size_t *ret_n)
{
	return reader_texts(r, views, key, ret_n);
}

/* Sections of names, or one plain list; NULL starts a new section. */
static const char **
read_sections(struct reader *r, const json_t *views, const char *key,
	      size_t *ret_n)
{
	const json_t *list = reader_list(r, views, key, false, 64);
	const char **names;
	size_t n = 0;

	*ret_n = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);

		n += json_is_array(row) ? json_array_size(row) + 1 : 1;
	}
	names = reader_array(r, n, sizeof *names);
	n = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);

		if (json_is_string(row)) {
			names[n++] = json_string_value(row);
			continue;
		}
		if (!json_is_array(row)) {
			reader_bad(r, key, _("row %zu must be a list"), i);
			continue;
		}
		if (i > 0)
			names[n++] = NULL;
		for (size_t j = 0; j < json_array_size(row); j++) {
			const char *s =
				json_string_value(json_array_get(row, j));

			if (s == NULL)
				reader_bad(r, key, _("row %zu must be text"),
					   i);
			else
				names[n++] = s;
		}
	}
	*ret_n = n;
	return names;
}

/* "print": a layout's name, or {"layout": NAME, ...} with own keys. */
static void
read_print(struct reader *r, const json_t *views)
{
	struct views *v = &r->kind->views;
	const json_t *own = json_object_get(views, "print");
	size_t mark;

	if (!json_is_object(own)) {
		v->print = reader_name(r, views, "print", false);
		v->composed = reader_name(r, views, "composed", false);
		return;
	}
	mark = reader_enter(r, "print");
	reader_keys(r, own, PRINT_KEYS);
	v->print = reader_name(r, own, "layout", false);
	v->print_own = own;
	reader_leave(r, mark);
}

void
kind_read_views(struct reader *r, const json_t *views)
{
	struct views *v = &r->kind->views;
	size_t mark = reader_enter(r, "views");

	reader_keys(
		r, views,
		"list detail form search correlate calendar clash roll_call "
		"measures print lookup screen composed");
	v->list = read_names(r, views, "list", &v->n_list);
	v->search = read_names(r, views, "search", &v->n_search);
	v->correlate = read_names(r, views, "correlate", &v->n_correlate);
	v->measures = read_names(r, views, "measures", &v->n_measures);
	v->detail = read_sections(r, views, "detail", &v->n_detail);
	v->form = read_sections(r, views, "form", &v->n_form);
	if (v->n_form == 0) {
		v->form = v->detail;
		v->n_form = v->n_detail;
	}
	read_print(r, views);
	v->screen = (int)reader_int(r, views, "screen", KIND_SCREEN_MIN,
				    KIND_SCREEN_DUTY, 0);
	if (v->screen > KIND_SCREEN_MAX && v->screen < KIND_SCREEN_DUTY)
		reader_bad(r, "screen", _("%d is no view of kinds"), v->screen);
	v->lookup = kind_read_lookup(r, views);
	kind_read_calendar(r, views);
	reader_leave(r, mark);
}
