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
