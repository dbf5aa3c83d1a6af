#include <string.h>

#include "base/text.h"

struct fold_pair {
	uint32_t from;
	char to; /* ASCII */
};

/*
 * Variants that people type for one another. All brackets are one pair, so
 * that 〔2026〕, [2026] and (2026) find each other (DOMAIN 1).
 */
static const struct fold_pair pairs[] = {
	{ '[', '(' },	 { ']', ')' },	   { '{', '(' },     { '}', ')' },
	{ 0x00A0, ' ' }, { 0x00AB, '"' },  { 0x00BB, '"' },  { 0x2010, '-' },
	{ 0x2011, '-' }, { 0x2012, '-' },  { 0x2013, '-' },  { 0x2014, '-' },
	{ 0x2015, '-' }, { 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201C, '"' },
	{ 0x201D, '"' }, { 0x2212, '-' },  { 0x3000, ' ' },  { 0x3001, ',' },
	{ 0x3002, '.' }, { 0x3008, '(' },  { 0x3009, ')' },  { 0x300A, '(' },
	{ 0x300B, ')' }, { 0x300C, '(' },  { 0x300D, ')' },  { 0x300E, '(' },
	{ 0x300F, ')' }, { 0x3010, '(' },  { 0x3011, ')' },  { 0x3014, '(' },
	{ 0x3015, ')' }, { 0x3016, '(' },  { 0x3017, ')' },  { 0x301C, '~' },
	{ 0xFE64, '<' }, { 0xFE65, '>' },  { 0xFF61, '.' },  { 0xFF62, '(' },
	{ 0xFF63, ')' }, { 0xFF64, ',' },
};

static uint32_t
lower(uint32_t cp)
{
	if (cp >= 'A' && cp <= 'Z')
		return cp + 32;
	if (cp < 0xC0)
		return cp;
	if ((cp <= 0xDE && cp != 0xD7) || (cp >= 0x391 && cp <= 0x3A9) ||
	    (cp >= 0x410 && cp <= 0x42F))
		return cp + 32;
	if (cp >= 0x400 && cp <= 0x40F)
		return cp + 80;
	if (cp >= 0x100 && cp <= 0x137)
		return cp | 1;
	return cp;
}

static uint32_t
fold_char(uint32_t cp)
{
	size_t i;

	if (cp >= 0xFF01 && cp <= 0xFF5E)
		cp -= 0xFEE0;
	if (cp < 0x2000 && cp != '[' && cp != ']' && cp != '{' && cp != '}' &&
	    cp != 0xA0 && cp != 0xAB && cp != 0xBB)
		return lower(cp);
	if (cp >= 0x3018 && cp < 0xFE00 && cp != 0x301C)
		return cp; /* most Chinese text: no variant there */
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].from == cp)
			return (unsigned char)pairs[i].to;
	return cp;
}

static bool
is_selector(uint32_t cp)
{
	return (cp >= 0xFE00 && cp <= 0xFE0F) ||
	       (cp >= 0xE0100 && cp <= 0xE01EF);
}

enum rc
text_fold(struct buf *out, const char *s, size_t n_bytes, struct err *err)
{
	char bytes[4];
	size_t len;
	uint32_t cp;
	enum rc rc;

	while ((len = utf8_next(s, n_bytes, &cp)) > 0) {
		s += len;
		n_bytes -= len;
		if (cp == '\n' || cp == '\t' || cp == '\r')
			cp = ' ';
		if (cp_is_hidden(cp) || is_selector(cp))
			continue;
		rc = buf_add(out, bytes, utf8_encode(fold_char(cp), bytes),
			     err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

struct range {
	uint32_t first, last;
};

bool
cp_is_sign(uint32_t cp)
{
	static const struct range ranges[] = {
		{ 0x0080, 0x00A9 },   { 0x00AB, 0x00B4 }, { 0x00B6, 0x00B9 },
		{ 0x00BB, 0x00BF },   { 0x00D7, 0x00D7 }, { 0x00F7, 0x00F7 },
		{ 0x2000, 0x2BFF },   { 0x2E00, 0x2E7F }, { 0x2FF0, 0x3004 },
		{ 0x3008, 0x303F },   { 0x3200, 0x33FF }, { 0xE000, 0xF8FF },
		{ 0xFE10, 0xFE6F },   { 0xFF00, 0xFF0F }, { 0xFF1A, 0xFF20 },
		{ 0xFF3B, 0xFF40 },   { 0xFF5B, 0xFF65 }, { 0xFFE0, 0xFFFF },
		{ 0x1F000, 0x1FFFF },
	};
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return false;
}

static bool
in_key(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z');
	return !cp_is_sign(cp);
}

enum rc
text_key(struct buf *out, const char *s, size_t n_bytes, struct err *err)
{
	char bytes[4];
	size_t len;
	uint32_t cp;
	enum rc rc;

	while ((len = utf8_next(s, n_bytes, &cp)) > 0) {
		s += len;
		n_bytes -= len;
		cp = fold_char(cp);
		if (cp_is_hidden(cp) || is_selector(cp) || !in_key(cp))
			continue;
		rc = buf_add(out, bytes, utf8_encode(cp, bytes), err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

/*
 * Chinese has no order by code point that people know; sorting by reading
 * would need a table of readings. What is sorted for people here are names
 * with numbers and codes, so: by folded form, ties by bytes.
 */
int
str_collate(const char *a, const char *b)
{
	struct buf fa, fb;
	int n;

	buf_init(&fa, 4 * strlen(a));
	buf_init(&fb, 4 * strlen(b));
	(void)text_fold(&fa, a, strlen(a), NULL); /* room is enough */
	(void)text_fold(&fb, b, strlen(b), NULL);
	n = strcmp(buf_str(&fa), buf_str(&fb));
	buf_release(&fa);
	buf_release(&fb);
	return n != 0 ? n : strcmp(a, b);
}
