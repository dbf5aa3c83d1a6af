#include "model/content.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "content_int.h"
#include "json_int.h"
#include "model/condition.h"
#include "model/event.h"

#include <math.h>

#define TEXT_MAX_CHARS 2000
#define LONG_MAX_CHARS 100000
#define ROWS_MAX       2000

bool
content_is_given(const json_t *value)
{
	const char *key;
	json_t *member;

	if (value == NULL || json_is_null(value))
		return false;
	if (json_is_string(value))
		return json_string_length(value) > 0;
	if (json_is_array(value))
		return json_array_size(value) > 0;
	if (!json_is_object(value))
		return true;
	json_object_foreach(json_plain(value), key, member)
	{
		if (content_is_given(member))
			return true;
	}
	return false;
}

static bool
desk_ok(const char *s)
{
	size_t n = strlen(s);

	if (n < 6 || n > DESK_ID_MAX || strspn(s, "0123456789") < 6)
		return false;
	return n == 6 ||
	       (s[6] == '-' && n > 7 &&
		strspn(s + 7, "abcdefghijklmnopqrstuvwxyz0123456789") == n - 7);
}

static bool
digest_ok(const char *s)
{
	return str_starts(s, "sha256:") && strlen(s) == 7 + DIGEST_HEX_LEN &&
	       strspn(s + 7, "0123456789abcdef") == DIGEST_HEX_LEN;
}

static bool
string_ok(enum field_type type, const json_t *value)
{
	const char *s = json_string_value(value);
	int64_t ms;
	int32_t day;

	if (s == NULL)
		return false;
	if (s[0] == '\0')
		return true;
	switch ((int)type) {
	case FIELD_DATE: return day_parse(s, &day, NULL) == RC_OK;
	case FIELD_TIME: return time_parse(s, &ms, NULL) == RC_OK;
	case FIELD_DESK: return desk_ok(s);
	case FIELD_OFFICER: return strlen(s) <= OFFICER_ID_MAX;
	case FIELD_DIGEST: return digest_ok(s);
	default: return true;
	}
}

bool
content_type_ok(const struct field *f, const json_t *value)
{
	if (value == NULL || json_is_null(value))
		return true;
	switch (f->type) {
	case FIELD_INT: return json_is_integer(value);
	case FIELD_DECIMAL:
	case FIELD_MONEY: return json_is_number(value);
	case FIELD_BOOL: return json_is_boolean(value);
	case FIELD_GROUP:
		return json_is_object(value) &&
		       content_types_ok(f->sub, f->n_sub, value);
	case FIELD_LIST:
		if (!json_is_array(value) || json_array_size(value) > ROWS_MAX)
			return false;
		for (size_t i = 0; i < json_array_size(value); i++) {
			const json_t *row = json_array_get(value, i);

			if (!json_is_object(row) ||
			    !content_types_ok(f->sub, f->n_sub, row))
				return false;
		}
		return true;
	case FIELD_TEXT:
	case FIELD_LONG:
	case FIELD_CODE:
	case FIELD_DATE:
	case FIELD_TIME:
	case FIELD_DESK:
	case FIELD_OFFICER:
	case FIELD_DOC:
	case FIELD_PHONE:
	case FIELD_URL:
	case FIELD_DIGEST:
	case FIELD_CREDIT_CODE:
	case FIELD_GTIN:
	case FIELD__COUNT: break;
	}
	return string_ok(f->type, value);
}

bool
content_types_ok(const struct field *fields, size_t n_fields,
		 const json_t *content)
{
	for (size_t i = 0; i < n_fields; i++) {
		if (!content_type_ok(&fields[i],
				     json_object_get(content, fields[i].name)))
			return false;
	}
	return true;
}

bool
content_seal(const json_t *value, struct ref *out)
{
	const json_t *seal = json_object_get(value, "sealed");
	const char *hex = json_string_value(seal);

	return hex != NULL && json_object_size(value) == 1 &&
	       strlen(hex) == DIGEST_HEX_LEN &&
	       strspn(hex, "0123456789abcdef") == DIGEST_HEX_LEN &&
	       hex_decode(hex, out->bytes, DIGEST_LEN, NULL) == RC_OK;
}

bool
content_event_ok(const struct kind *k, const json_t *content, bool sealed)
{
	struct ref seal;

	for (size_t i = 0; i < k->n_fields; i++) {
		const struct field *f = &k->fields[i];
		const json_t *v = json_object_get(content, f->name);

		if (sealed && f->see == SEE_SEALED
			    ? v != NULL && !content_seal(v, &seal)
			    : !content_type_ok(f, v))
			return false;
	}
	return true;
}

const struct field *
content_find(const struct field *fields, size_t n_fields, const char *name,
	     size_t n_name)
{
	for (size_t i = 0; i < n_fields; i++) {
		if (strlen(fields[i].name) == n_name &&
		    memcmp(fields[i].name, name, n_name) == 0)
			return &fields[i];
	}
	return NULL;
}

/* One run over content: where it is, what it found. */
struct check {
	struct problem *out;
	size_t n, max;
	const json_t *top; /* the whole content, for conditions */
	size_t missing_should;
};

static struct err *
problem(struct check *c, const char *path, bool soft)
{
	static _Thread_local struct err spare;
	struct problem *p;

	if (c->n >= c->max) {
		c->n++;
		return &spare;
	}
	p = &c->out[c->n++];
	(void)memset(p, 0, sizeof *p);
	(void)snprintf(p->field, sizeof p->field, "%s", path);
	p->soft = soft;
	return &p->err;
}

static void
check_text(struct check *c, const struct field *f, const char *path,
	   const char *s)
{
	size_t n = utf8_chars(s, strlen(s));
	double max = f->type == FIELD_LONG ? LONG_MAX_CHARS : TEXT_MAX_CHARS;

	if (f->has_max)
		max = f->max;
	if (f->type != FIELD_LONG && strpbrk(s, "\r\n") != NULL)
		(void)err_set(problem(c, path, false), RC_RANGE, 0,
			      _("%s must be one line"), path);
	if ((double)n > max || (f->has_min && (double)n < f->min))
		(void)err_set(problem(c, path, false), RC_RANGE, 0,
			      _("%s has %zu characters; allowed %.0f to %.0f"),
			      path, n, f->has_min ? f->min : 0.0, max);
}

static void
check_choice(struct check *c, const struct field *f, const char *path,
	     const char *s)
{
	char shown[80];

	for (size_t i = 0; i < f->n_choices; i++) {
		if (str_eq(f->choices[i], s))
			return;
	}
	if (f->n_choices > 0)
		(void)err_set(problem(c, path, false), RC_RANGE, 0,
			      _("%s cannot be \"%s\"; one of %s … %s"), path,
			      text_show_into(shown, sizeof shown, s),
			      f->choices[0], f->choices[f->n_choices - 1]);
}

static void
check_code_digit(struct check *c, const struct field *f, const char *path,
		 const char *s)
{
	char should = '\0';
	bool ok = f->type == FIELD_GTIN ? gtin_ok(s, &should)
					: credit_code_ok(s, &should);

	if (ok)
		return;
	if (should != '\0')
		(void)err_set(problem(c, path, true), RC_RANGE, 0,
			      _("%s: the check digit should be %c"), path,
			      should);
	else
		(void)err_set(problem(c, path, true), RC_RANGE, 0,
			      f->type == FIELD_GTIN
				      ? _("%s is no bar code (8, 12, 13 or 14 "
					  "digits)")
				      : _("%s is no unified social credit code "
					  "(18 characters)"),
			      path);
}

static void
check_number(struct check *c, const struct field *f, const char *path,
	     const json_t *value)
{
	double v = json_number_value(value);
	bool low = f->has_min ? v < f->min : f->type == FIELD_MONEY && v < 0;

	if (low || (f->has_max && v > f->max))
		(void)err_set(problem(c, path, false), RC_RANGE, 0,
			      _("%s is outside its bounds"), path);
	else if (f->type == FIELD_MONEY &&
		 fabs(v * 100 - round(v * 100)) > 1e-4)
		(void)err_set(problem(c, path, false), RC_RANGE, 0,
			      _("%s has more than two decimals"), path);
}

static void check_object(struct check *c, const struct field *fields,
			 size_t n_fields, const char *path,
			 const json_t *object);

static void
check_list(struct check *c, const struct field *f, const char *path,
	   const json_t *value)
{
	size_t n = json_array_size(value);
	char row[160];

	bool few = f->has_min && (double)n < f->min;

	if (few)
		(void)err_set(problem(c, path, false), RC_RANGE, 0,
			      _("%s has %zu rows; at least %.0f are needed"),
			      path, n, f->min);
	else if (f->has_max && (double)n > f->max)
		(void)err_set(
			problem(c, path, false), RC_RANGE, 0,
			_("%s has %zu rows; at most %.0f may stand there"),
			path, n, f->max);
	if (few && c->n <= c->max) /* the others may come yet */
		c->out[c->n - 1].absent = true;
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(row, sizeof row, "%s.%zu", path, i);
		check_object(c, f->sub, f->n_sub, row,
			     json_array_get(value, i));
	}
}

static void
wrong_type(struct check *c, const struct field *f, const char *path)
{
	struct err *err = problem(c, path, false);

	switch ((int)f->type) {
	case FIELD_INT:
	case FIELD_DECIMAL:
	case FIELD_MONEY:
		(void)err_set(err, RC_MALFORMED, 0, _("%s must be a number"),
			      path);
		break;
	case FIELD_DATE:
		(void)err_set(err, RC_MALFORMED, 0,
			      _("%s must be an existing date (YYYY-MM-DD)"),
			      path);
		break;
	case FIELD_TIME:
		(void)err_set(err, RC_MALFORMED, 0,
			      _("%s must be a time (RFC 3339)"), path);
		break;
	case FIELD_DESK:
		(void)err_set(err, RC_MALFORMED, 0, _("%s must be a desk id"),
			      path);
		break;
	case FIELD_DIGEST:
		(void)err_set(err, RC_MALFORMED, 0,
			      _("%s must be sha256: and 64 hex digits"), path);
		break;
	default:
		(void)err_set(err, RC_MALFORMED, 0,
			      _("%s is of the wrong type"), path);
		break;
	}
}

/* Groups and lists name the member that is wrong, not themselves. */
static bool
shape_ok(const struct field *f, const json_t *value)
{
	if (f->type == FIELD_GROUP)
		return json_is_object(value);
	if (f->type != FIELD_LIST)
		return content_type_ok(f, value);
	if (!json_is_array(value) || json_array_size(value) > ROWS_MAX)
		return false;
	for (size_t i = 0; i < json_array_size(value); i++) {
		if (!json_is_object(json_array_get(value, i)))
			return false;
	}
	return true;
}

static void
check_value(struct check *c, const struct field *f, const char *path,
	    const json_t *value)
{
	const char *s = json_string_value(value);

	if (!shape_ok(f, value)) {
		wrong_type(c, f, path);
		return;
	}
	if (f->type == FIELD_GROUP)
		check_object(c, f->sub, f->n_sub, path, value);
	else if (f->type == FIELD_LIST)
		check_list(c, f, path, value);
	else if (json_is_number(value))
		check_number(c, f, path, value);
	if (s == NULL)
		return;
	check_text(c, f, path, s);
	if (f->n_choices > 0)
		check_choice(c, f, path, s);
	if (f->type == FIELD_CREDIT_CODE || f->type == FIELD_GTIN)
		check_code_digit(c, f, path, s);
}

static void
check_missing(struct check *c, const struct field *f, const char *path)
{
	const struct condition_in in = { .fields = c->top };

	if (f->need == NEED_SHOULD)
		c->missing_should++;
	if (f->need == NEED_MUST ||
	    (f->need == NEED_WHEN && condition_holds(f->need_when, &in))) {
		(void)err_set(problem(c, path, false), RC_RANGE, 0,
			      _("%s (%s) is required"),
			      title_in(&f->title, i18n_zh()), path);
		if (c->n <= c->max)
			c->out[c->n - 1].absent = true;
	}
}

static void
check_object(struct check *c, const struct field *fields, size_t n_fields,
	     const char *path, const json_t *object)
{
	char at[128];
	char shown[64];
	const char *key;
	json_t *value;

	for (size_t i = 0; i < n_fields; i++) {
		const struct field *f = &fields[i];

		value = json_object_get(object, f->name);
		(void)snprintf(at, sizeof at, "%s%s%s", path,
			       path[0] != '\0' ? "." : "", f->name);
		if (content_is_given(value))
			check_value(c, f, at, value);
		else
			check_missing(c, f, at);
	}
	json_object_foreach(json_plain(object), key, value)
	{
		if (content_find(fields, n_fields, key, strlen(key)) != NULL)
			continue;
		text_show_into(shown, sizeof shown, key);
		(void)snprintf(at, sizeof at, "%s%s%s", path,
			       path[0] != '\0' ? "." : "", shown);
		(void)err_set(problem(c, at, false), RC_MALFORMED, 0,
			      _("unknown field %s"), at);
	}
}

size_t
content_check(const struct field *fields, size_t n_fields,
	      const json_t *content, struct problem *out, size_t max,
	      size_t *ret_missing_should)
{
	struct check c = { .out = out, .max = max, .top = content };

	check_object(&c, fields, n_fields, "", content);
	if (ret_missing_should != NULL)
		*ret_missing_should = c.missing_should;
	return c.n < max ? c.n : max;
}

void
content_defaults(const struct field *fields, size_t n_fields, json_t *content)
{
	for (size_t i = 0; i < n_fields; i++) {
		const struct field *f = &fields[i];
		json_t *value = json_object_get(content, f->name);

		if (f->default_value != NULL && !content_is_given(value))
			json_object_set_new(content, f->name,
					    json_deep_copy(f->default_value));
		else if (f->type == FIELD_GROUP && content_is_given(value))
			content_defaults(f->sub, f->n_sub, value);
	}
}

bool
content_differs(const json_t *a, const json_t *b, const char *field)
{
	const json_t *x = json_object_get(a, field);
	const json_t *y = json_object_get(b, field);

	if (!content_is_given(x) || !content_is_given(y))
		return content_is_given(x) != content_is_given(y);
	return !json_equal(x, y);
}
