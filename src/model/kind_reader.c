#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "json_int.h"
#include "kind_int.h"
#include "model/condition.h"

void
reader_bad(struct reader *r, const char *key, const char *fmt, ...)
{
	char why[160];
	va_list ap;

	if (r->rc != RC_OK)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	text_show_into(why, sizeof why, why);
	r->rc = err_set(r->err, RC_MALFORMED, 0, "%s: %s%s%s: %s", r->file,
			r->path, r->path_len > 0 && key != NULL ? "." : "",
			key != NULL	   ? key
			: r->path_len == 0 ? "$"
					   : "",
			why);
}

static size_t
entered(struct reader *r, int n_added)
{
	size_t mark = r->path_len;

	r->path_len = mark + (size_t)(n_added < 0 ? 0 : n_added);
	if (r->path_len >= sizeof r->path)
		r->path_len = sizeof r->path - 1;
	return mark;
}

size_t
reader_enter(struct reader *r, const char *key)
{
	char shown[64];

	text_show_into(shown, sizeof shown, key);
	return entered(r, snprintf(r->path + r->path_len,
				   sizeof r->path - r->path_len, "%s%s",
				   r->path_len > 0 ? "." : "", shown));
}

size_t
reader_enter_row(struct reader *r, size_t i)
{
	return entered(r, snprintf(r->path + r->path_len,
				   sizeof r->path - r->path_len, "[%zu]", i));
}

void
reader_leave(struct reader *r, size_t mark)
{
	r->path_len = mark;
	r->path[mark] = '\0';
}

/* Is key one of the words of keys? */
static bool
word_in(const char *keys, const char *key)
{
	size_t n = strlen(key);

	for (const char *at = strstr(keys, key); at != NULL && n > 0;
	     at = strstr(at + 1, key)) {
		if ((at == keys || at[-1] == ' ') &&
		    (at[n] == '\0' || at[n] == ' '))
			return true;
	}
	return false;
}

void
reader_keys(struct reader *r, const json_t *object, const char *keys)
{
	const char *key;
	json_t *value;

	json_object_foreach(json_plain(object), key, value)
	{
		if (strchr(key, ' ') != NULL || !word_in(keys, key))
			reader_bad(r, NULL, _("unknown key \"%s\""), key);
	}
}

void *
reader_array(struct reader *r, size_t n, size_t size)
{
	struct kind *k = r->kind;
	void *array;

	if (n == 0)
		return NULL;
	array = xcalloc(n, size);
	k->owned = xreallocarray(k->owned, k->n_owned + 1, sizeof *k->owned);
	k->owned[k->n_owned++] = array;
	return array;
}

static const json_t *
member(struct reader *r, const json_t *object, const char *key, bool needed)
{
	const json_t *value = json_object_get(object, key);

	if (value == NULL && needed)
		reader_bad(r, NULL, _("key \"%s\" is missing"), key);
	return value;
}

const json_t *
reader_object(struct reader *r, const json_t *object, const char *key,
	      bool needed)
{
	const json_t *value = member(r, object, key, needed);

	if (value != NULL && !json_is_object(value)) {
		reader_bad(r, key, _("must be an object"));
		return NULL;
	}
	return value;
}

const json_t *
reader_list(struct reader *r, const json_t *object, const char *key,
	    bool needed, size_t max)
{
	const json_t *value = member(r, object, key, needed);

	if (value == NULL)
		return NULL;
	if (!json_is_array(value)) {
		reader_bad(r, key, _("must be a list"));
		return NULL;
	}
	if (json_array_size(value) > max) {
		reader_bad(r, key, _("more than %zu rows"), max);
		return NULL;
	}
	return value;
}

const char *
reader_text(struct reader *r, const json_t *object, const char *key,
	    bool needed)
{
	const json_t *value = member(r, object, key, needed);

	if (value == NULL)
		return NULL;
	if (!json_is_string(value)) {
		reader_bad(r, key, _("must be text"));
		return NULL;
	}
	return json_string_value(value);
}

bool
reader_is_name(const char *s)
{
	size_t n = strlen(s);

	if (n < 1 || n > NAME_MAX_LEN || s[0] < 'a' || s[0] > 'z')
		return false;
	return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

const char *
reader_name(struct reader *r, const json_t *object, const char *key,
	    bool needed)
{
	const char *s = reader_text(r, object, key, needed);

	if (s != NULL && !reader_is_name(s)) {
		reader_bad(r, key,
			   _("\"%s\" is no name (a-z, 0-9, _; at most %d)"), s,
			   NAME_MAX_LEN);
		return NULL;
	}
	return s;
}

int64_t
reader_int(struct reader *r, const json_t *object, const char *key, int64_t min,
	   int64_t max, int64_t otherwise)
{
	const json_t *value = json_object_get(object, key);
	int64_t n;

	if (value == NULL)
		return otherwise;
	n = json_integer_value(value);
	if (!json_is_integer(value) || n < min || n > max) {
		reader_bad(r, key, _("must be a number from %lld to %lld"),
			   (long long)min, (long long)max);
		return otherwise;
	}
	return n;
}

bool
reader_bool(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (value != NULL && !json_is_boolean(value))
		reader_bad(r, key, _("must be true or false"));
	return json_is_true(value);
}

int32_t
reader_day(struct reader *r, const json_t *object, const char *key,
	   int32_t otherwise)
{
	const char *s = reader_text(r, object, key, false);
	int32_t day = otherwise;

	if (s != NULL && day_parse(s, &day, NULL) != RC_OK)
		reader_bad(r, key, _("\"%s\" is no date (YYYY-MM-DD)"), s);
	return day;
}

int
reader_choice(struct reader *r, const json_t *object, const char *key,
	      const char *const *names, int otherwise)
{
	const char *s = reader_text(r, object, key, false);

	if (s == NULL)
		return otherwise;
	for (int i = 0; names[i] != NULL; i++) {
		if (str_eq(names[i], s))
			return i;
	}
	reader_bad(r, key, _("unknown value \"%s\""), s);
	return otherwise;
}

const char **
reader_texts(struct reader *r, const json_t *object, const char *key,
	     size_t *ret_n)
{
	const json_t *list = reader_list(r, object, key, false, 1024);
	size_t n = json_array_size(list);
	const char **texts = reader_array(r, n, sizeof *texts);

	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (s == NULL || s[0] == '\0') {
			reader_bad(r, key, _("row %zu must be text"), i);
			return texts;
		}
		for (size_t j = 0; j < i; j++) {
			if (str_eq(texts[j], s))
				reader_bad(r, key, _("\"%s\" given twice"), s);
		}
		texts[(*ret_n)++] = s;
	}
	return texts;
}

static const char *
title_text(struct reader *r, const json_t *title, const char *lang)
{
	const char *s = reader_text(r, title, lang, true);
	size_t n = s != NULL ? strlen(s) : 0;
	uint32_t cp;

	for (size_t at = 0; at < n;) {
		at += utf8_next(s + at, n - at, &cp);
		if (cp_is_hidden(cp)) {
			reader_bad(r, lang, _("has a hidden character"));
			return s;
		}
	}
	if (s != NULL && (n == 0 || utf8_cols(s, n) > KIND_TITLE_COLS_MAX))
		reader_bad(r, lang, _("must be 1 to %d columns wide"),
			   KIND_TITLE_COLS_MAX);
	return s;
}

struct title
reader_title(struct reader *r, const json_t *object, const char *key,
	     bool needed)
{
	const json_t *title = reader_object(r, object, key, needed);
	struct title out = { NULL, NULL };
	size_t mark;

	if (title == NULL)
		return out;
	mark = reader_enter(r, key);
	reader_keys(r, title, "zh en");
	out.zh = title_text(r, title, "zh");
	out.en = title_text(r, title, "en");
	reader_leave(r, mark);
	return out;
}

const struct condition *
reader_condition(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	struct kind *k = r->kind;
	struct condition *c = NULL;
	struct err err = ERR_INIT;
	size_t mark;

	if (value == NULL)
		return NULL;
	mark = reader_enter(r, key);
	if (condition_read(value, r->path, &c, &err) != RC_OK) {
		if (r->rc == RC_OK)
			r->rc = err_set(r->err, RC_MALFORMED, 0, "%s: %s",
					r->file, err.msg);
	} else {
		k->conditions =
			xreallocarray(k->conditions, k->n_conditions + 1,
				      sizeof(struct condition *));
		k->conditions[k->n_conditions++] = c;
	}
	reader_leave(r, mark);
	return c;
}

unsigned
reader_roles(struct reader *r, const json_t *object, const char *key)
{
	size_t n;
	const char **names = reader_texts(r, object, key, &n);
	unsigned roles = 0;
	enum role role;

	for (size_t i = 0; i < n; i++) {
		if (role_parse(names[i], &role, NULL) != RC_OK)
			reader_bad(r, key, _("unknown role \"%s\""), names[i]);
		else
			roles |= ROLE_BIT(role);
	}
	return roles;
}

enum role
reader_role(struct reader *r, const json_t *object, const char *key)
{
	const char *s = reader_text(r, object, key, false);
	enum role role = ROLE__COUNT;

	if (s != NULL && role_parse(s, &role, NULL) != RC_OK)
		reader_bad(r, key, _("unknown role \"%s\""), s);
	return role;
}
