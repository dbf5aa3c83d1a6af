/* What a file is by its first bytes, and its lines read one at a time. */
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "base/mem.h"
#include "desk/attachment.h"
#include "test.h"

static void
test_shape(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t n;
		enum attachment_what what;
		const char *type;
		int width, height;
	} cases[] = {
		{ "a.txt", "hello\n", 6, ATTACHMENT_TEXT, "UTF-8", 0, 0 },
		{ "a.txt", "\xe5\x81\x87\xe5", 4, ATTACHMENT_TEXT, "UTF-8", 0,
		  0 },
		{ "a.txt", "\xbc\xd9\xc3\xb0\xcf\xe4", 6, ATTACHMENT_TEXT,
		  "GB18030", 0, 0 },
		{ "A.CSV", "a,b\n", 4, ATTACHMENT_TABLE, "UTF-8", 0, 0 },
		{ "a.csv", "%PDF-1.7", 8, ATTACHMENT_OTHER, "PDF", 0, 0 },
		{ "a", "a\0b", 3, ATTACHMENT_OTHER, "", 0, 0 },
		{ "a.gif", "GIF89a\x10\x01\x20\x00", 10, ATTACHMENT_IMAGE,
		  "GIF", 272, 32 },
		{ "a.jpg",
		  "\xff\xd8\xff\xe0\x00\x04xx\xff\xc0\x00\x11\x08\x01\xe0\x02"
		  "\x80\x03",
		  19, ATTACHMENT_IMAGE, "JPEG", 640, 480 },
		{ "a.png", "\x89PNG\r\n\x1a\n", 8, ATTACHMENT_IMAGE, "PNG", 0,
		  0 },
		{ "a.jpg", "\xff\xd8\xff\xe0\xff\xff", 6, ATTACHMENT_IMAGE,
		  "JPEG", 0, 0 },
		{ "", "", 0, ATTACHMENT_TEXT, "UTF-8", 0, 0 },
	};
	struct attachment_shape s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		unsigned char *exact = xcalloc(1, cases[i].n + 1);

		memcpy(exact, cases[i].bytes, cases[i].n);
		attachment_shape(cases[i].name, exact, cases[i].n, &s);
		xfree(exact);
		assert_int_equal(s.what, cases[i].what);
		assert_string_equal(s.type, cases[i].type);
		assert_int_equal(s.width, cases[i].width);
		assert_int_equal(s.height, cases[i].height);
	}
}

/* Every line found forwards is found backwards. */
static void
test_lines(void **state)
{
	static const char text[] = "\xef\xbb\xbf"
				   "one\r\n\n\ttab\n"
				   "\xe5\x81\x87\xe5\x86\x92\xe7\xae\xb1\xff"
				   "\x1b[2J\nlast";
	static const char *const want[] = { "one", "",		 "        ta",
					    "b",   "假冒箱<FF>", "<1B>[2J",
					    "last" };
	char path[] = "/tmp/dd-line-XXXXXX";
	int fd = mkstemp(path);
	int64_t at[16] = { 0 };
	struct buf line;
	size_t n = 0;

	(void)state;
	assert_true(fd >= 0);
	(void)unlink(path);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	buf_init(&line, 4096);
	for (;;) {
		buf_reset(&line);
		at[n + 1] = attachment_line(fd, false, at[n], 10, &line);
		if (at[n + 1] == at[n])
			break;
		assert_true(n < ARRAY_LEN(want));
		assert_string_equal(buf_str(&line), want[n]);
		n++;
	}
	assert_int_equal(n, ARRAY_LEN(want));
	for (size_t i = n; i > 0; i--)
		assert_int_equal(attachment_line_before(fd, false, at[i], 10),
				 at[i - 1]);
	assert_int_equal(attachment_line_before(fd, false, 0, 10), 0);
	buf_release(&line);
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
