#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* More marks than this on one character are noise that terminals mishandle. */
#define MARKS_MAX 4

/* The visible mark of a hidden character; its length is cp_cols(cp). */
static size_t
mark(uint32_t cp, char out[static 16])
{
	int n = snprintf(out, 16, cp < 0x100 ? "<%02X>" : "<U+%04X>",
			 (unsigned)cp);

	return n > 0 ? (size_t)n : 0;
}

struct shown {
	size_t marks;  /* combining marks on the present character */
	bool has_base; /* something stands before for a mark to sit on */
};

/* What stands for one character: its bytes, a mark, a space or nothing. */
static size_t
show_char(struct shown *st, uint32_t cp, bool one_line, char out[static 16])
{
	if (cp == '\n' || cp == '\t') {
		st->has_base = false;
		st->marks = 0;
		out[0] = one_line ? ' ' : (char)cp;
		return 1;
	}
	if (cp_is_hidden(cp)) {
		st->has_base = false;
		st->marks = 0;
		return mark(cp, out);
	}
	if (cp_cols(cp) > 0) {
		st->has_base = true;
		st->marks = 0;
		return utf8_encode(cp, out);
	}
	st->marks++;
	if (!st->has_base) /* never on a border or on another cell's text */
		return mark(cp, out);
	if (st->marks == MARKS_MAX + 1) {
		memcpy(out, "<+>", 3);
		return 3;
	}
	return st->marks > MARKS_MAX ? 0 : utf8_encode(cp, out);
}

enum rc
text_show(struct buf *out, const char *s, size_t n_bytes, bool one_line,
	  struct err *err)
{
	struct shown st = { 0 };
	char bytes[16];
	size_t len;
	uint32_t cp;
	enum rc rc;

	while ((len = utf8_next(s, n_bytes, &cp)) > 0) {
		s += len;
		n_bytes -= len;
		rc = buf_add(out, bytes, show_char(&st, cp, one_line, bytes),
			     err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

char *
text_show_into(char *out, size_t out_size, const char *s)
{
	struct shown st = { 0 };
	size_t n_bytes = strlen(s), at = 0, len, n;
	char bytes[16];
	uint32_t cp;

	while ((len = utf8_next(s, n_bytes, &cp)) > 0) {
		s += len;
		n_bytes -= len;
		n = show_char(&st, cp, true, bytes);
		if (n >= out_size - at)
			break;
		memcpy(out + at, bytes, n);
		at += n;
	}
	if (out_size > 0)
		out[at] = '\0';
	return out;
}
