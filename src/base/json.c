#include "base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

#include <math.h>

/*
 * The scanner walks the text once without recursion (nesting is counted, and
 * held as one bit a level) and refuses what jansson or another reader could
 * take in two ways. jansson parses afterwards and finds duplicate names.
 */
struct scan {
	const char *s;
	size_t n;
	size_t at;
	size_t tokens;
	unsigned depth;
	uint32_t in_object; /* bit d: level d is an object */
	struct err *err;
};

_Static_assert(JSON_DEPTH_MAX <= 32, "in_object has a bit for each level");

#define bad(sc, msg)                                                           \
	err_set((sc)->err, RC_MALFORMED, 0, _("JSON, byte %zu: %s"), (sc)->at, \
		(msg))

static int
peek(const struct scan *sc)
{
	return sc->at < sc->n ? (unsigned char)sc->s[sc->at] : -1;
}

static void
skip_space(struct scan *sc)
{
	while (sc->at < sc->n && strchr(" \t\n\r", sc->s[sc->at]) != NULL)
		sc->at++;
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static enum rc
count_token(struct scan *sc)
{
	if (++sc->tokens > JSON_TOKENS_MAX)
		return err_set(sc->err, RC_TOOLARGE, 0,
			       _("JSON: more than %d values"), JSON_TOKENS_MAX);
	return RC_OK;
}

/* Four hexadecimal digits at `at`; -1 when they are not. */
static long
hex4(const struct scan *sc, size_t at)
{
	unsigned char b[2];
	char text[5];

	if (at + 4 > sc->n)
		return -1;
	memcpy(text, sc->s + at, 4);
	text[4] = '\0';
	if (hex_decode(text, b, 2, NULL) != RC_OK)
		return -1;
	return (long)b[0] << 8 | b[1];
}

static enum rc
scan_unicode_escape(struct scan *sc) /* at the 'u' */
{
	long cp = hex4(sc, sc->at + 1), low;

	if (cp < 0)
		return bad(sc, _("bad \\u escape"));
	if (cp == 0)
		return bad(sc, _("NUL is not allowed in text"));
	if (cp >= 0xDC00 && cp <= 0xDFFF)
		return bad(sc, _("lone surrogate"));
	sc->at += 5;
	if (cp < 0xD800 || cp > 0xDBFF)
		return RC_OK;
	low = peek(sc) == '\\' && sc->at + 1 < sc->n && sc->s[sc->at + 1] == 'u'
		      ? hex4(sc, sc->at + 2)
		      : -1;
	if (low < 0xDC00 || low > 0xDFFF)
		return bad(sc, _("lone surrogate"));
	sc->at += 6;
	return RC_OK;
}

static enum rc
scan_string(struct scan *sc)
{
	enum rc rc;
	int c;

	sc->at++;
	for (;;) {
		c = peek(sc);
		if (c == '"') {
			sc->at++;
			return RC_OK;
		}
		if (c < 0x20)
			return bad(sc, c < 0 ? _("text is never closed")
					     : _("raw control character"));
		sc->at++;
		if (c != '\\')
			continue;
		c = peek(sc);
		if (c == 'u') {
			rc = scan_unicode_escape(sc);
			if (rc != RC_OK)
				return rc;
		} else if (c > 0 && strchr("\"\\/bfnrt", c) != NULL) {
			sc->at++;
		} else {
			return bad(sc, _("unknown escape"));
		}
	}
}

/* An integer beyond 2^53 is not the same number in every reader. */
static enum rc
check_number(struct scan *sc, size_t start, bool whole)
{
	size_t n = sc->at - start;
	char text[32];
	int64_t v;

	if (whole) {
		if (n >= sizeof(text))
			return bad(sc, _("number beyond 2^53"));
		memcpy(text, sc->s + start, n);
		text[n] = '\0';
		if (str_to_i64(text, -JSON_INT_MAX, JSON_INT_MAX, &v, NULL) !=
		    RC_OK)
			return bad(sc, _("number beyond 2^53"));
		return RC_OK;
	}
	if (n > 64)
		return bad(sc, _("number is too long"));
	return RC_OK; /* jansson refuses a real that is not finite */
}

static enum rc
scan_number(struct scan *sc)
{
	size_t start = sc->at;
	bool whole = true;

	if (peek(sc) == '-')
		sc->at++;
	if (!is_digit(peek(sc)))
		return bad(sc, _("a value was expected"));
	if (peek(sc) == '0')
		sc->at++;
	else
		while (is_digit(peek(sc)))
			sc->at++;
	if (peek(sc) == '.') {
		whole = false;
		sc->at++;
		if (!is_digit(peek(sc)))
			return bad(sc, _("bad number"));
		while (is_digit(peek(sc)))
			sc->at++;
	}
	if (peek(sc) == 'e' || peek(sc) == 'E') {
		whole = false;
		sc->at++;
		if (peek(sc) == '+' || peek(sc) == '-')
			sc->at++;
		if (!is_digit(peek(sc)))
			return bad(sc, _("bad number"));
		while (is_digit(peek(sc)))
			sc->at++;
	}
	return check_number(sc, start, whole);
}

static enum rc
scan_word(struct scan *sc)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t i, n;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		n = strlen(words[i]);
		if (sc->n - sc->at >= n &&
		    memcmp(sc->s + sc->at, words[i], n) == 0) {
			sc->at += n;
			return RC_OK;
		}
	}
	return bad(sc, _("a value was expected"));
}

static enum rc
scan_name(struct scan *sc)
{
	enum rc rc;

	skip_space(sc);
	if (peek(sc) != '"')
		return bad(sc, _("a name in quotes was expected"));
	rc = count_token(sc);
	if (rc == RC_OK)
		rc = scan_string(sc);
	if (rc != RC_OK)
		return rc;
	skip_space(sc);
	if (peek(sc) != ':')
		return bad(sc, _("':' was expected"));
	sc->at++;
	return RC_OK;
}

/* Opens [ or {. *ret_value: a value follows (not so for an empty one). */
static enum rc
scan_open(struct scan *sc, bool *ret_value)
{
	bool object = peek(sc) == '{';

	if (sc->depth >= JSON_DEPTH_MAX)
		return err_set(sc->err, RC_TOOLARGE, 0,
			       _("JSON: nested deeper than %d"),
			       JSON_DEPTH_MAX);
	if (object)
		sc->in_object |= 1U << sc->depth;
	else
		sc->in_object &= ~(1U << sc->depth);
	sc->depth++;
	sc->at++;
	skip_space(sc);
	*ret_value = peek(sc) != (object ? '}' : ']');
	return object && *ret_value ? scan_name(sc) : RC_OK;
}

/* After a value: closes what ends here. *ret_value: another one follows. */
static enum rc
scan_after(struct scan *sc, bool *ret_value)
{
	bool object;

	*ret_value = false;
	while (sc->depth > 0) {
		object = (sc->in_object >> (sc->depth - 1) & 1U) != 0;
		skip_space(sc);
		if (peek(sc) == ',') {
			sc->at++;
			*ret_value = true;
			return object ? scan_name(sc) : RC_OK;
		}
		if (peek(sc) != (object ? '}' : ']'))
			return bad(sc, _("',' or a closing bracket was "
					 "expected"));
		sc->at++;
		sc->depth--;
	}
	skip_space(sc);
	if (sc->at < sc->n)
		return bad(sc, _("something follows the value"));
	return RC_OK;
}

static enum rc
scan_all(struct scan *sc)
{
	bool value = true;
	enum rc rc;

	while (value) {
		skip_space(sc);
		rc = count_token(sc);
		if (rc != RC_OK)
			return rc;
		switch (peek(sc)) {
		case '{':
		case '[':
			rc = scan_open(sc, &value);
			if (rc == RC_OK && value)
				continue;
			break;
		case '"': rc = scan_string(sc); break;
		case 't':
		case 'f':
		case 'n': rc = scan_word(sc); break;
		default: rc = scan_number(sc); break;
		}
		if (rc == RC_OK)
			rc = scan_after(sc, &value);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
json_read(const char *bytes, size_t n_bytes, json_t **ret_value,
	  struct err *err)
{
	struct scan sc = { .s = bytes, .n = n_bytes, .err = err };
	char shown[160];
	json_error_t why;
	json_t *value;
	enum rc rc;

	rc = utf8_check(bytes, n_bytes, err);
	if (rc != RC_OK)
		return rc;
	rc = scan_all(&sc);
	if (rc != RC_OK)
		return rc;
	value = json_loadb(bytes, n_bytes,
			   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (value == NULL)
		return err_set(err, RC_MALFORMED, 0, _("JSON, byte %d: %s"),
			       why.position,
			       text_show_into(shown, sizeof(shown), why.text));
	*ret_value = value;
	return RC_OK;
}

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
