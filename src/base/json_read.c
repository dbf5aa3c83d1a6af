/*
 * The strict reader. It walks the text once without recursion and makes
 * jansson's values as it goes. jansson's own reader takes what another one
 * could read in two ways, so that a walk before it was needed anyhow; and it
 * takes 180 instructions a byte, which was a third of a desk's work in a
 * catch-up. tests/fuzz/fuzz_json.c compares the two.
 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

struct span { /* decoded text: in the input, or in a buffer of the reader */
	const char *s;
	size_t n;
};

struct scan {
	const char *s;
	size_t n;
	size_t at;
	size_t tokens;
	struct err *err;
	json_t *root;
	json_t *open[JSON_DEPTH_MAX]; /* borrowed of root */
	unsigned depth;
	struct span name;	     /* of the member whose value follows */
	struct buf in_name, in_text; /* what escapes stand for */
};

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
	int c;

	while ((c = peek(sc)) == ' ' || c == '\t' || c == '\n' || c == '\r')
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

static void
add_char(struct buf *out, uint32_t cp)
{
	char bytes[4];

	(void)buf_add(out, bytes, utf8_encode(cp, bytes), NULL); /* fits */
}

static enum rc
scan_unicode_escape(struct scan *sc, struct buf *out) /* at the 'u' */
{
	long cp = hex4(sc, sc->at + 1), low;

	if (cp < 0)
		return bad(sc, _("bad \\u escape"));
	if (cp == 0)
		return bad(sc, _("NUL is not allowed in text"));
	if (cp >= 0xDC00 && cp <= 0xDFFF)
		return bad(sc, _("lone surrogate"));
	sc->at += 5;
	if (cp < 0xD800 || cp > 0xDBFF) {
		add_char(out, (uint32_t)cp);
		return RC_OK;
	}
	low = peek(sc) == '\\' && sc->at + 1 < sc->n && sc->s[sc->at + 1] == 'u'
		      ? hex4(sc, sc->at + 2)
		      : -1;
	if (low < 0xDC00 || low > 0xDFFF)
		return bad(sc, _("lone surrogate"));
	sc->at += 6;
	add_char(out,
		 (uint32_t)(0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00)));
	return RC_OK;
}

static enum rc
scan_escape(struct scan *sc, struct buf *out) /* after the backslash */
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	int c = peek(sc);
	const char *at = c > 0 ? strchr(letters, c) : NULL;

	if (c == 'u')
		return scan_unicode_escape(sc, out);
	if (at == NULL)
		return bad(sc, _("unknown escape"));
	(void)buf_add(out, meant + (at - letters), 1, NULL); /* fits */
	sc->at++;
	return RC_OK;
}

/* At the opening quote. What escapes stand for goes through `decoded`. */
static enum rc
scan_string(struct scan *sc, struct buf *decoded, struct span *out)
{
	size_t from = ++sc->at;
	enum rc rc = RC_OK;

	buf_reset(decoded);
	while (rc == RC_OK) {
		while (sc->at < sc->n && (unsigned char)sc->s[sc->at] >= 0x20 &&
		       sc->s[sc->at] != '"' && sc->s[sc->at] != '\\')
			sc->at++;
		int c = peek(sc);
		if (c == '"' && decoded->len == 0) {
			*out = (struct span){ sc->s + from, sc->at++ - from };
			return RC_OK;
		}
		if (c != '"' && c != '\\')
			return bad(sc, c < 0 ? _("text is never closed")
					     : _("raw control character"));
		(void)buf_add(decoded, sc->s + from, sc->at - from, NULL);
		sc->at++;
		if (c == '"') {
			*out = (struct span){ buf_str(decoded), decoded->len };
			return RC_OK;
		}
		rc = scan_escape(sc, decoded);
		from = sc->at;
	}
	return rc;
}

/* Puts a value where it belongs: last in the innermost that is open. */
static enum rc
put(struct scan *sc, json_t *take_value)
{
	json_t *in = sc->depth > 0 ? sc->open[sc->depth - 1] : NULL;
	int status;

	if (in == NULL) {
		sc->root = take_value;
		return RC_OK;
	}
	if (json_is_object(in) &&
	    json_object_getn(in, sc->name.s, sc->name.n) != NULL) {
		json_decref(take_value);
		return bad(sc, _("a name stands twice in one object"));
	}
	status = json_is_object(in)
			 ? json_object_setn_new_nocheck(in, sc->name.s,
							sc->name.n, take_value)
			 : json_array_append_new(in, take_value);
	if (status != 0)
		abort(); /* no memory */
	return RC_OK;
}

/* An integer beyond 2^53 is not the same number in every reader. */
static enum rc
put_integer(struct scan *sc, const char *s, size_t n)
{
	char text[32];
	int64_t v;

	if (n >= sizeof(text))
		return bad(sc, _("number beyond 2^53"));
	memcpy(text, s, n);
	text[n] = '\0';
	if (str_to_i64(text, -JSON_INT_MAX, JSON_INT_MAX, &v, NULL) != RC_OK)
		return bad(sc, _("number beyond 2^53"));
	return put(sc, json_integer(v));
}

/* jansson knows how to read one whatever the locale. */
static enum rc
put_real(struct scan *sc, const char *s, size_t n)
{
	json_t *v = n > 64 ? NULL : json_loadb(s, n, JSON_DECODE_ANY, NULL);

	return v != NULL ? put(sc, v)
			 : bad(sc, _("number too long or too large"));
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
	return whole ? put_integer(sc, sc->s + start, sc->at - start)
		     : put_real(sc, sc->s + start, sc->at - start);
}

static enum rc
scan_word(struct scan *sc)
{
	static const char *const words[] = { "true", "false", "null" };
	json_t *const values[] = { json_true(), json_false(), json_null() };
	size_t i, n;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		n = strlen(words[i]);
		if (sc->n - sc->at >= n &&
		    memcmp(sc->s + sc->at, words[i], n) == 0) {
			sc->at += n;
			return put(sc, values[i]);
		}
	}
	return bad(sc, _("a value was expected"));
}

static enum rc
scan_text(struct scan *sc)
{
	struct span text;
	enum rc rc = scan_string(sc, &sc->in_text, &text);

	return rc == RC_OK ? put(sc, json_stringn_nocheck(text.s, text.n)) : rc;
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
		rc = scan_string(sc, &sc->in_name, &sc->name);
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
	json_t *value;
	enum rc rc;

	if (sc->depth >= JSON_DEPTH_MAX)
		return err_set(sc->err, RC_TOOLARGE, 0,
			       _("JSON: nested deeper than %d"),
			       JSON_DEPTH_MAX);
	value = object ? json_object() : json_array();
	rc = put(sc, value);
	if (rc != RC_OK)
		return rc;
	sc->open[sc->depth++] = value;
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
		object = json_is_object(sc->open[sc->depth - 1]);
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
		case '"': rc = scan_text(sc); break;
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
	enum rc rc;

	rc = utf8_check(bytes, n_bytes, err);
	if (rc != RC_OK)
		return rc;
	buf_init(&sc.in_name, n_bytes);
	buf_init(&sc.in_text, n_bytes);
	rc = scan_all(&sc);
	buf_release(&sc.in_name);
	buf_release(&sc.in_text);
	if (rc == RC_OK)
		*ret_value = sc.root;
	else
		json_decref(sc.root);
	return rc;
}
