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

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* One group of four; *ret_n bytes come out. False when not canonical. */
static bool
base64_group(const char *s, bool last, unsigned char out[static 3],
	     size_t *ret_n)
{
	uint32_t group = 0;
	size_t pad = 0, i;
	int v;

	if (last && s[3] == '=')
		pad = s[2] == '=' ? 2 : 1;
	for (i = 0; i < 4; i++) {
		v = i < 4 - pad ? base64_value(s[i]) : 0;
		if (v < 0)
			return false;
		group = group << 6 | (uint32_t)v;
	}
	out[0] = (unsigned char)(group >> 16);
	out[1] = (unsigned char)(group >> 8);
	out[2] = (unsigned char)group;
	*ret_n = 3 - pad;
	/* bits that carry nothing must be zero: one text for one value */
	return pad == 0 || (group & (pad == 1 ? 0xFFU : 0xFFFFU)) == 0;
}

enum rc
base64_decode(const char *s, size_t n_chars, struct buf *out, struct err *err)
{
	unsigned char bytes[3];
	size_t at, n;
	enum rc rc;

	if (n_chars % 4 != 0)
		return err_set(err, RC_MALFORMED, 0,
			       _("base64 of a wrong length: %zu"), n_chars);
	for (at = 0; at < n_chars; at += 4) {
		if (!base64_group(s + at, at + 4 == n_chars, bytes, &n))
			return err_set(err, RC_MALFORMED, 0,
				       _("not base64 at character %zu"), at);
		rc = buf_add(out, bytes, n, err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
