#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

void
hex_encode(const void *data, size_t n_bytes, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = data;
	size_t i;

	for (i = 0; i < n_bytes; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum rc
hex_decode(const char *hex, void *out, size_t n_bytes, struct err *err)
{
	unsigned char *p = out;
	int high, low;
	size_t i;

	if (strlen(hex) != 2 * n_bytes)
		return err_set(err, RC_MALFORMED, 0,
			       _("not %zu hexadecimal digits"), 2 * n_bytes);
	for (i = 0; i < n_bytes; i++) {
		high = hex_value(hex[2 * i]);
		low = hex_value(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return err_set(err, RC_MALFORMED, 0,
				       _("not hexadecimal at character %zu"),
				       2 * i);
		p[i] = (unsigned char)(high << 4 | low);
	}
	return RC_OK;
}

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *
base64_encode(const void *data, size_t n_bytes)
{
	const unsigned char *p = data;
	char *text = xmalloc((n_bytes + 2) / 3 * 4 + 1), *out = text;
	uint32_t group;
	size_t n;

	while (n_bytes > 0) {
		n = n_bytes < 3 ? n_bytes : 3;
		group = (uint32_t)p[0] << 16;
		if (n > 1)
			group |= (uint32_t)p[1] << 8;
		if (n > 2)
			group |= p[2];
		*out++ = alphabet[group >> 18];
		*out++ = alphabet[group >> 12 & 63];
		*out++ = n > 1 ? alphabet[group >> 6 & 63] : '=';
		*out++ = n > 2 ? alphabet[group & 63] : '=';
		p += n;
		n_bytes -= n;
	}
	*out = '\0';
	return text;
}

/* What a letter stands for, and 1; 0: no letter of base64. */
static const uint8_t values[256] = {
	['A'] = 1,  ['B'] = 2,	['C'] = 3,  ['D'] = 4,	['E'] = 5,  ['F'] = 6,
	['G'] = 7,  ['H'] = 8,	['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12,
	['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
	['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
	['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
	['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
	['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
	['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
	['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

/* Four letters give three bytes. False: they are not all letters. */
static bool
base64_group(const char *s, unsigned char out[static 3])
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t a = values[p[0]], b = values[p[1]], c = values[p[2]],
		 d = values[p[3]];

	if (a == 0 || b == 0 || c == 0 || d == 0)
		return false;
	uint32_t group = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
	out[0] = (unsigned char)(group >> 16);
	out[1] = (unsigned char)(group >> 8);
	out[2] = (unsigned char)group;
	return true;
}

/* The last group, padded or not; *ret_n bytes come out. False when not
 * canonical: bits that carry nothing must be zero, one text for one value. */
static bool
base64_last(const char *s, unsigned char out[static 3], size_t *ret_n)
{
	size_t pad = s[3] != '=' ? 0 : s[2] != '=' ? 1 : 2;
	char whole[4] = { s[0], s[1], s[2], s[3] };

	memset(whole + 4 - pad, 'A', pad); /* of value 0 */
	*ret_n = 3 - pad;
	return base64_group(whole, out) && (pad < 1 || out[2] == 0) &&
	       (pad < 2 || out[1] == 0);
}

size_t
base64_span(const char *s, size_t n_chars)
{
	size_t n = 0;

	while (n < n_chars && values[(unsigned char)s[n]] != 0)
		n++;
	while (n < n_chars && s[n] == '=')
		n++;
	return n;
}

enum rc
base64_decode(const char *s, size_t n_chars, struct buf *out, struct err *err)
{
	unsigned char bytes[768]; /* added to out at once */
	size_t n = 0, last = 0;
	enum rc rc = RC_OK;

	if (n_chars % 4 != 0)
		return err_set(err, RC_MALFORMED, 0,
			       _("base64 of a wrong length: %zu"), n_chars);
	for (size_t at = 0; rc == RC_OK && at < n_chars; at += 4) {
		bool good = at + 4 < n_chars
				    ? base64_group(s + at, bytes + n)
				    : base64_last(s + at, bytes + n, &last);
		if (!good)
			return err_set(err, RC_MALFORMED, 0,
				       _("not base64 at character %zu"), at);
		n += at + 4 < n_chars ? 3 : last;
		if (n + 3 > sizeof(bytes) || at + 4 == n_chars) {
			rc = buf_add(out, bytes, n, err);
			n = 0;
		}
	}
	return rc;
}
