/* Content from and to text: --set, and what people read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "content_int.h"
#include "json_int.h"
#include "model/content.h"
#include "model/event.h"

#include <math.h>

#define SET_ROWS_MAX	 2000
#define CONTENT_TEXT_MAX (1024 * 1024)

static enum rc
parse_decimal(const char *value, json_t **ret_json, struct err *err)
{
	size_t n = strlen(value);
	const char *digits = value + (value[0] == '-' ? 1 : 0);
	int64_t whole;
	double number;

	if (n == 0 || n > 24 ||
	    strspn(digits, "0123456789.") != strlen(digits) ||
	    digits[0] < '0' || digits[0] > '9' || value[n - 1] == '.' ||
	    strchr(digits, '.') != strrchr(digits, '.'))
		return err_set(err, RC_MALFORMED, 0, _("must be a number"));
	if (strchr(value, '.') == NULL &&
	    str_to_i64(value, -JSON_INT_MAX, JSON_INT_MAX, &whole, NULL) ==
		    RC_OK) {
		*ret_json = json_integer(whole);
		return RC_OK;
	}
	number = strtod(value, NULL);
	if (!isfinite(number) || fabs(number) > (double)JSON_INT_MAX)
		return err_set(err, RC_RANGE, 0, _("is too large a number"));
	*ret_json = json_real(number);
	return RC_OK;
}

static enum rc
parse_bool(const char *value, json_t **ret_json, struct err *err)
{
	static const char *const yes[] = { "true", "yes", "1", "是" };
	static const char *const no[] = { "false", "no", "0", "否" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (str_eq(value, yes[i]) || str_eq(value, no[i])) {
			*ret_json = json_boolean(str_eq(value, yes[i]));
			return RC_OK;
		}
	}
	return err_set(err, RC_MALFORMED, 0, _("must be true or false"));
}

/* What people type for a code of a closed list may be its title; what is
 * neither stays, for the check to name. */
static const char *
choice_of(const struct field *f, const char *value)
{
	const char *code = field_choice_code(f, value);

	return code != NULL ? code : value;
}

/* "2026-11-24 09:00" is local time; anything else stays as it is. */
static json_t *
parse_time(const char *value)
{
	static const char shape[] = "dddd-dd-dd dd:dd:dd";
	char text[TIME_TEXT_MAX];
	size_t n = strlen(value);

	if (n != 16 && n != 19)
		return json_string(value);
	for (size_t i = 0; i < n; i++) {
		bool digit = value[i] >= '0' && value[i] <= '9';

		if (shape[i] == 'd' ? !digit : value[i] != shape[i])
			return json_string(value);
	}
	(void)snprintf(text, sizeof text, "%.10sT%s%s+08:00", value, value + 11,
		       n == 16 ? ":00" : "");
	return json_string(text);
}

static enum rc
parse_value(const struct field *f, const char *value, json_t **ret_json,
	    struct err *err)
{
	int64_t n;

	switch ((int)f->type) {
	case FIELD_GROUP:
	case FIELD_LIST:
		return err_set(err, RC_MALFORMED, 0,
			       _("has members: name one of them"));
	case FIELD_INT:
		if (str_to_i64(value, -JSON_INT_MAX, JSON_INT_MAX, &n, NULL) !=
		    RC_OK)
			return err_set(err, RC_MALFORMED, 0,
				       _("must be a whole number"));
		*ret_json = json_integer(n);
		return RC_OK;
	case FIELD_DECIMAL:
	case FIELD_MONEY: return parse_decimal(value, ret_json, err);
	case FIELD_BOOL: return parse_bool(value, ret_json, err);
	case FIELD_TIME: *ret_json = parse_time(value); break;
	default:
		value = f->n_choices > 0 ? choice_of(f, value) : value;
		*ret_json = json_string(value);
		break;
	}
	return *ret_json != NULL
		       ? RC_OK
		       : err_set(err, RC_TEXT, 0, _("is not valid UTF-8"));
}

/* The row of a list that "0" or "12" names; one past the end adds a row. */
static enum rc
enter_row(json_t *list, const char *text, size_t n, json_t **ret_row,
	  struct err *err)
{
	char number[8];
	int64_t i;

	if (n == 0 || n >= sizeof number)
		return err_set(err, RC_RANGE, 0, _("must name a row"));
	memcpy(number, text, n);
	number[n] = '\0';
	if (str_to_i64(number, 0, SET_ROWS_MAX - 1, &i, NULL) != RC_OK ||
	    (size_t)i > json_array_size(list))
		return err_set(err, RC_RANGE, 0,
			       _("row %s: the list has %zu rows"), number,
			       json_array_size(list));
	if ((size_t)i == json_array_size(list))
		json_array_append_new(list, json_object());
	*ret_row = json_array_get(list, (size_t)i);
	return json_is_object(*ret_row)
		       ? RC_OK
		       : err_set(err, RC_MALFORMED, 0, _("is no row"));
}

/* Goes one name deeper; makes the group or the list when it is not there. */
static enum rc
enter_member(const struct field *f, json_t **at, const char **rest,
	     struct err *err)
{
	json_t *inner = json_object_get(*at, f->name);
	size_t n;

	if (f->type != FIELD_GROUP && f->type != FIELD_LIST)
		return err_set(err, RC_NOTFOUND, 0, _("has no members"));
	if (f->type == FIELD_GROUP ? !json_is_object(inner)
				   : !json_is_array(inner)) {
		inner = f->type == FIELD_GROUP ? json_object() : json_array();
		json_object_set_new(*at, f->name, inner);
	}
	*at = inner;
	if (f->type == FIELD_GROUP)
		return RC_OK;
	n = strcspn(*rest, ".");
	if ((*rest)[n] == '\0')
		return err_set(err, RC_RANGE, 0,
			       _("must name a row and a column"));
	if (enter_row(inner, *rest, n, at, err) != RC_OK)
		return err->code;
	*rest += n + 1;
	return RC_OK;
}

enum rc
content_set(const struct kind *k, json_t *content, const char *dotted,
	    const char *value, struct err *err)
{
	const struct field *fields = k->fields;
	size_t n_fields = k->n_fields;
	const char *rest = dotted;
	json_t *at = content;
	json_t *json = NULL;
	char shown[80];
	struct err own = ERR_INIT;

	if (err == NULL)
		err = &own;
	text_show_into(shown, sizeof shown, dotted);
	for (;;) {
		size_t n = strcspn(rest, ".");
		const struct field *f = content_find(fields, n_fields, rest, n);
		const char *next = rest + n + 1;

		if (f == NULL)
			return err_set(err, RC_NOTFOUND, 0,
				       _("kind %s has no field \"%s\""),
				       k->name, shown);
		if (rest[n] == '\0') {
			if (value[0] == '\0') {
				json_object_del(at, f->name);
				return RC_OK;
			}
			if (parse_value(f, value, &json, err) != RC_OK)
				return err_wrap(err, "%s", shown);
			json_object_set_new(at, f->name, json);
			return RC_OK;
		}
		if (enter_member(f, &at, &next, err) != RC_OK)
			return err_wrap(err, "%s", shown);
		rest = next;
		fields = f->sub;
		n_fields = f->n_sub;
	}
}

/* Two decimals for money, what is needed for other numbers. */
static void
add_number(struct buf *out, const struct field *f, const json_t *value)
{
	double v = json_number_value(value);

	if (f->type == FIELD_MONEY)
		(void)buf_addf(out, NULL, "%.2f", v);
	else if (json_is_integer(value))
		(void)buf_addf(out, NULL, "%lld",
			       (long long)json_integer_value(value));
	else
		(void)buf_addf(out, NULL, "%.10g", v);
}

/* Codes by their titles, times as local time to the minute (the second where
 * it is not zero). */
static void
add_string(struct buf *out, const struct field *f, const char *s, bool zh)
{
	char text[TIME_TEXT_MAX];
	int64_t ms;

	if (f->type != FIELD_TIME || time_parse(s, &ms, NULL) != RC_OK) {
		(void)buf_adds(out, field_choice(f, s, zh), NULL);
		return;
	}
	time_format(ms, text);
	text[10] = ' ';
	(void)buf_add(out, text, ms / 1000 % 60 == 0 ? 16 : 19, NULL);
}

static void add_value(struct buf *out, const struct field *f,
		      const json_t *value, bool zh);

static void
add_members(struct buf *out, const struct field *fields, size_t n_fields,
	    const json_t *object, bool zh)
{
	bool first = true;

	for (size_t i = 0; i < n_fields; i++) {
		const json_t *value = json_object_get(object, fields[i].name);

		if (!content_is_given(value))
			continue;
		if (!first)
			(void)buf_adds(out, " ", NULL);
		add_value(out, &fields[i], value, zh);
		first = false;
	}
}

static void
add_value(struct buf *out, const struct field *f, const json_t *value, bool zh)
{
	if (json_is_string(value)) {
		add_string(out, f, json_string_value(value), zh);
	} else if (json_is_number(value)) {
		add_number(out, f, value);
	} else if (json_is_boolean(value)) {
		const char *yes = zh ? "是" : "yes";
		const char *no = zh ? "否" : "no";

		(void)buf_adds(out, json_is_true(value) ? yes : no, NULL);
	} else if (json_is_object(value)) {
		add_members(out, f->sub, f->n_sub, value, zh);
	} else {
		for (size_t i = 0; i < json_array_size(value); i++) {
			if (i > 0)
				(void)buf_adds(out, zh ? "；" : "; ", NULL);
			add_value(out, f, json_array_get(value, i), zh);
		}
	}
}

/* A column of every row, joined. */
static void
add_column(struct buf *out, const struct field *f, const json_t *rows,
	   const char *dotted, bool zh)
{
	const struct field *column =
		content_find(f->sub, f->n_sub, dotted, strlen(dotted));
	bool first = true;

	for (size_t i = 0; column != NULL && i < json_array_size(rows); i++) {
		const json_t *value =
			json_object_get(json_array_get(rows, i), column->name);

		if (!content_is_given(value))
			continue;
		if (!first)
			(void)buf_adds(out, zh ? "、" : ", ", NULL);
		add_value(out, column, value, zh);
		first = false;
	}
}

char *
content_text(const struct kind *k, const json_t *content, const char *dotted,
	     bool zh)
{
	const struct field *fields = k->fields;
	size_t n_fields = k->n_fields;
	const json_t *at = content;
	const char *rest = dotted;
	struct buf out;
	char *text;

	buf_init(&out, CONTENT_TEXT_MAX);
	for (;;) {
		size_t n = strcspn(rest, ".");
		const struct field *f = content_find(fields, n_fields, rest, n);

		at = f != NULL ? json_object_get(at, f->name) : NULL;
		if (at == NULL)
			break;
		if (rest[n] == '\0') {
			add_value(&out, f, at, zh);
			break;
		}
		rest += n + 1;
		if (f->type == FIELD_LIST) {
			add_column(&out, f, at, rest, zh);
			break;
		}
		fields = f->sub;
		n_fields = f->n_sub;
	}
	text = xstrdup(buf_str(&out));
	buf_release(&out);
	return text;
}

bool
content_row_key(const struct field *list, const json_t *row,
		char out[static ROW_KEY_MAX + 1])
{
	const json_t *value =
		list->key != NULL ? json_object_get(row, list->key) : NULL;
	const char *s = json_string_value(value);
	char number[24];

	if (json_is_integer(value) && json_integer_value(value) >= 0) {
		(void)snprintf(number, sizeof number, "%lld",
			       (long long)json_integer_value(value));
		s = number;
	}
	if (s == NULL || !row_key_ok(s))
		return false;
	memcpy(out, s, strlen(s) + 1);
	return true;
}

const char *
content_row_title(const struct field *list, const json_t *row)
{
	for (size_t i = 0; i < list->n_sub; i++) {
		const struct field *f = &list->sub[i];
		const char *s =
			json_string_value(json_object_get(row, f->name));

		if ((f->type == FIELD_TEXT || f->type == FIELD_LONG) &&
		    !str_eq(f->name, list->key) && s != NULL && s[0] != '\0')
			return s;
	}
	return NULL;
}

char *
content_value(const struct field *f, const json_t *value, bool zh)
{
	struct buf out;
	char *text;

	buf_init(&out, CONTENT_TEXT_MAX);
	if (value != NULL)
		add_value(&out, f, value, zh);
	text = xstrdup(buf_str(&out));
	buf_release(&out);
	return text;
}

json_t *
content_sums(const struct kind *k, const json_t *content)
{
	json_t *out = json_object();

	for (size_t i = 0; k != NULL && i < k->n_fields; i++) {
		const struct field *f = &k->fields[i];
		const json_t *rows = json_object_get(content, f->name);

		for (size_t c = 0; f->type == FIELD_LIST && c < f->n_sub; c++) {
			char name[2 * NAME_MAX_LEN + 2];
			double total = 0;
			bool any = false;
			const json_t *row, *value;
			size_t r;

			if (!f->sub[c].sum)
				continue;
			json_array_foreach(json_plain(rows), r, row)
			{
				value = json_object_get(row, f->sub[c].name);
				any = any || json_is_number(value);
				total += json_number_value(value);
			}
			if (!any)
				continue;
			(void)snprintf(name, sizeof name, "%s.%s", f->name,
				       f->sub[c].name);
			json_object_set_new(
				out, name,
				total == floor(total) && fabs(total) < 9e15
					? json_integer((json_int_t)total)
					: json_real(total));
		}
	}
	return out;
}
