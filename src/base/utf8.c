#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

/*
 * Length of the valid character at s, 0 when there is none. The second byte
 * alone tells overlong forms, surrogates and what is above U+10FFFF.
 */
static size_t
char_len(const unsigned char *s, size_t n_bytes)
{
	unsigned char lo = 0x80, hi = 0xBF;
	size_t len, i;

	if (s[0] < 0x80)
		return s[0] != 0 ? 1 : 0;
	if (s[0] < 0xC2 || s[0] > 0xF4)
		return 0;
	len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	if (len > n_bytes)
		return 0;
	if (s[0] == 0xE0)
		lo = 0xA0;
	else if (s[0] == 0xED)
		hi = 0x9F;
	else if (s[0] == 0xF0)
		lo = 0x90;
	else if (s[0] == 0xF4)
		hi = 0x8F;
	if (s[1] < lo || s[1] > hi)
		return 0;
	for (i = 2; i < len; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	return len;
}

enum rc
utf8_check(const char *s, size_t n_bytes, struct err *err)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t at = 0, len;

	while (at < n_bytes) {
		len = char_len(p + at, n_bytes - at);
		if (len == 0)
			return err_set(err, RC_TEXT, 0,
				       _("not valid UTF-8 at byte %zu"), at);
		at += len;
	}
	return RC_OK;
}

size_t
utf8_next(const char *s, size_t n_bytes, uint32_t *ret_cp)
{
	static const unsigned char lead_mask[5] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	const unsigned char *p = (const unsigned char *)s;
	size_t len, i;
	uint32_t cp;

	if (n_bytes == 0)
		return 0;
	len = char_len(p, n_bytes);
	if (len == 0) { /* not valid: one byte, so that no caller runs away */
		*ret_cp = p[0] == 0 ? 0 : 0xFFFD;
		return 1;
	}
	cp = p[0] & lead_mask[len];
	for (i = 1; i < len; i++)
		cp = cp << 6 | (p[i] & 0x3F);
	*ret_cp = cp;
	return len;
}

size_t
utf8_encode(uint32_t cp, char out[static 4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if ((cp >= 0xD800 && cp <= 0xDFFF) || cp > 0x10FFFF)
		cp = 0xFFFD;
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

size_t
utf8_chars(const char *s, size_t n_bytes)
{
	size_t n = 0, len;
	uint32_t cp;

	for (; (len = utf8_next(s, n_bytes, &cp)) > 0; n++) {
		s += len;
		n_bytes -= len;
	}
	return n;
}
