/* Lines of a file of any size: what is read is one line at a time. */
#include <string.h>

#include <unistd.h>

#include "base/text.h"
#include "charset_int.h"
#include "desk/attachment.h"

#define LINE_BYTES 8192 /* a longer line is broken there */
#define MARK_COLS  4	/* <FF> */
#define TAB_COLS   8

/* One character: its bytes, and whether they are one. */
static size_t
char_at(const char *s, size_t n, bool gb, bool *ret_good)
{
	unsigned char a = (unsigned char)s[0];
	size_t want = 1;

	*ret_good = true;
	if (a < 0x80)
		return 1;
	if (gb)
		want = n > 1 && s[1] >= '0' && s[1] <= '9' ? 4 : 2;
	else
		want = a < 0xE0 ? 2 : a < 0xF0 ? 3 : 4;
	*ret_good = want <= n;
	if (*ret_good && gb)
		*ret_good = a >= 0x81 && a <= 0xFE;
	else if (*ret_good)
		*ret_good = utf8_check(s, want, NULL) == RC_OK;
	return *ret_good ? want : 1;
}

static void
add_mark(struct buf *out, unsigned char byte)
{
	(void)buf_addf(out, NULL, "<%02X>", byte); /* bounded by the line */
}

/* Appends the character as it is shown; returns its columns. */
static int
add_char(struct buf *out, const char *s, size_t n, bool gb, bool good, int x)
{
	size_t before = out->len;
	unsigned char a = (unsigned char)s[0];

	if (!good) {
		add_mark(out, a);
		return MARK_COLS;
	}
	if (a == '\t') {
		int cols = TAB_COLS - x % TAB_COLS;

		(void)buf_addf(out, NULL, "%*s", cols, "");
		return cols;
	}
	if (a < 0x20 || a == 0x7F) {
		add_mark(out, a);
		return MARK_COLS;
	}
	if (gb && n > 1) {
		if (charset_gb_to_utf8(s, n, out, NULL) != RC_OK) {
			buf_cut(out, before);
			add_mark(out, a);
		}
	} else {
		(void)text_show(out, s, n, true, NULL);
	}
	return (int)utf8_cols(out->data + before, out->len - before);
}

/* How many bytes of s the line takes, its newline too. */
static size_t
take_line(const char *s, size_t n, bool gb, int width, struct buf *out)
{
	size_t at = 0, len;
	int x = 0;
	bool good;

	while (at < n && s[at] != '\n') {
		size_t before = out->len;
		int cols;

		if (s[at] == '\r' && at + 1 < n && s[at + 1] == '\n') {
			at++;
			break;
		}
		len = char_at(s + at, n - at, gb, &good);
		cols = add_char(out, s + at, len, gb, good, x);
		if (width > 0 && x + cols > width && x > 0) {
			buf_cut(out, before);
			return at;
		}
		x += cols;
		at += len;
	}
	return at + (at < n && s[at] == '\n');
}

int64_t
attachment_line(int fd, bool gb, int64_t at, int width, struct buf *out)
{
	char bytes[LINE_BYTES];
	ssize_t n = pread(fd, bytes, sizeof(bytes), at);
	const char *s = bytes;

	if (n <= 0)
		return at;
	if (at == 0 && n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
		return 3 +
		       (int64_t)take_line(s + 3, (size_t)n - 3, gb, width, out);
	return at + (int64_t)take_line(s, (size_t)n, gb, width, out);
}

int64_t
attachment_line_before(int fd, bool gb, int64_t at, int width)
{
	char bytes[LINE_BYTES];
	int64_t from = at > LINE_BYTES ? at - LINE_BYTES : 0, begin, next;
	ssize_t n = at > 0 ? pread(fd, bytes, (size_t)(at - from), from) : 0;
	struct buf line;

	if (n <= 1)
		return 0;
	/* the newline that ends the line before is not its beginning */
	for (begin = n - 1; begin > 0 && bytes[begin - 1] != '\n'; begin--)
		;
	if (begin == 0 && from > 0)
		while (!gb && begin < 4 && begin < n &&
		       ((unsigned char)bytes[begin] & 0xC0) == 0x80)
			begin++;
	begin += from;
	buf_init(&line, 64 * 1024);
	for (;;) {
		buf_reset(&line);
		next = attachment_line(fd, gb, begin, width, &line);
		if (next >= at || next <= begin)
			break;
		begin = next;
	}
	buf_release(&line);
	return begin;
}
