#include "base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

#include <math.h>

enum rc
json_read_object(const char *bytes, size_t n_bytes, json_t **ret_object,
		 struct err *err)
{
	json_t *value = NULL;
	enum rc rc = json_read(bytes, n_bytes, &value, err);

	if (rc != RC_OK)
		return rc;
	if (!json_is_object(value)) {
		json_decref(value);
		return err_set(err, RC_MALFORMED, 0, _("JSON: not an object"));
	}
	*ret_object = value;
	return RC_OK;
}

char *
json_write(const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	if (text == NULL)
		abort(); /* a value of our own making, or no memory */
	return text;
}

/* \uXXXX, as two surrogates beyond the first plane. */
static void
add_escape(struct buf *out, uint32_t cp)
{
	if (cp >= 0x10000) {
		cp -= 0x10000;
		/* the room was reckoned for the longest form */
		(void)buf_addf(out, NULL, "\\u%04x\\u%04x",
			       (unsigned)(0xD800 + (cp >> 10)),
			       (unsigned)(0xDC00 + (cp & 0x3FF)));
	} else {
		(void)buf_addf(out, NULL, "\\u%04x", (unsigned)cp);
	}
}

char *
json_write_plain(const json_t *value)
{
	char *text = json_write(value);
	size_t left = strlen(text), len;
	const char *s = text;
	struct buf out;
	uint32_t cp;

	buf_init(&out, 12 * left + 1);
	for (; (len = utf8_next(s, left, &cp)) > 0; s += len, left -= len)
		if (cp >= 0x20 && cp_is_hidden(cp))
			add_escape(&out, cp);
		else
			(void)buf_add(&out, s, len, NULL);
	free(text);
	return buf_take(&out);
}

json_t *
json_child(json_t *object, const char *name)
{
	json_t *child = json_object_get(object, name);

	if (child == NULL) {
		child = json_object();
		json_object_set_new(object, name, child);
	}
	return child;
}

enum rc
json_need_string(const json_t *object, const char *name, const char **ret_s,
		 struct err *err)
{
	const json_t *v = json_object_get(object, name);

	if (!json_is_string(v))
		return err_set(err, RC_MALFORMED, 0,
			       v == NULL ? _("'%s' is missing")
					 : _("'%s' is not text"),
			       name);
	*ret_s = json_string_value(v);
	return RC_OK;
}

enum rc
json_need_int(const json_t *object, const char *name, int64_t min, int64_t max,
	      int64_t *ret_n, struct err *err)
{
	const json_t *v = json_object_get(object, name);
	int64_t n;

	if (!json_is_integer(v))
		return err_set(err, RC_MALFORMED, 0,
			       v == NULL ? _("'%s' is missing")
					 : _("'%s' is not a whole number"),
			       name);
	n = json_integer_value(v);
	if (n < min || n > max)
		return err_set(err, RC_RANGE, 0, _("'%s' is out of range"),
			       name);
	*ret_n = n;
	return RC_OK;
}

const char *
json_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

const json_t *
json_at(const json_t *object, const char *dotted)
{
	const char *dot;

	while ((dot = strchr(dotted, '.')) != NULL) {
		object = json_object_getn(object, dotted,
					  (size_t)(dot - dotted));
		dotted = dot + 1;
	}
	return json_object_get(object, dotted);
}

const char *
json_text_at(const json_t *object, const char *dotted)
{
	return json_string_value(json_at(object, dotted));
}
