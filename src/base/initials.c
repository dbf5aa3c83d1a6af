/* First letters of readings, so that Chinese names are found by them. */
#include <string.h>

#include "base/text.h"
#include "initials_int.h"

#define CHAR_BYTES 3

/* 0: not known. */
static char
initial_of(const char *s)
{
	size_t low = 0, high = strlen(initials_letters), at;
	int c;

	while (low < high) {
		at = (low + high) / 2;
		c = memcmp(s, initials_chars + at * CHAR_BYTES, CHAR_BYTES);
		if (c == 0)
			return initials_letters[at];
		if (c < 0)
			high = at;
		else
			low = at + 1;
	}
	return '\0';
}

enum rc
text_initials(struct buf *out, const char *s, size_t n_bytes, struct err *err)
{
	enum rc rc = RC_OK;
	size_t len;
	uint32_t cp;
	char one;

	while (rc == RC_OK && (len = utf8_next(s, n_bytes, &cp)) > 0) {
		one = len == CHAR_BYTES ? initial_of(s) : '\0';
		if (one == '\0' &&
		    (cp == ',' || cp == ';' || cp == '/' || cp_is_sign(cp)))
			one = ' ';
		s += len;
		n_bytes -= len;
		if (one != '\0')
			rc = buf_add(out, &one, 1, err);
	}
	return rc;
}
