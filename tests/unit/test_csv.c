#include "base/csv.h"
#include "test.h"

static void
row(struct csv_reader *r, size_t n, const char *first, const char *last)
{
	bool more = false;

	assert_int_equal(csv_next(r, &more, NULL), RC_OK);
	assert_true(more);
	assert_int_equal(r->n_cells, n);
	assert_string_equal(r->cells[0], first);
	assert_string_equal(r->cells[n - 1], last);
}

static void
test_rfc4180(void **state)
{
	const char *text = "a,b,c\r\n\"x,1\",\"he said \"\"no\"\"\",\r\n"
			   "\n\"two\nlines\",y\nlast";
	struct csv_reader r;
	bool more = true;

	(void)state;
	csv_reader_init(&r, text, strlen(text));
	row(&r, 3, "a", "c");
	assert_int_equal(r.line, 2);
	row(&r, 3, "x,1", "");
	assert_string_equal(r.cells[1], "he said \"no\"");
	assert_int_equal(r.line, 4);
	row(&r, 2, "two\nlines", "y");
	assert_int_equal(r.line, 6);
	row(&r, 1, "last", "last");
	assert_int_equal(csv_next(&r, &more, NULL), RC_OK);
	assert_false(more);
	csv_reader_release(&r);
}

static void
test_bad_rows_do_not_stop(void **state)
{
	const char *text = "a,b\nx\"y,1\nc,d\n\"e\"f,2\ng,h\n\"never,3\ni,j\n";
	struct csv_reader r;
	struct err err = ERR_INIT;
	bool more;

	(void)state;
	csv_reader_init(&r, text, strlen(text));
	row(&r, 2, "a", "b");
	assert_int_equal(csv_next(&r, &more, &err), RC_MALFORMED);
	assert_non_null(strstr(err.msg, "2"));
	row(&r, 2, "c", "d");
	assert_int_equal(csv_next(&r, &more, &err), RC_MALFORMED);
	row(&r, 2, "g", "h");
	assert_int_equal(r.line, 6);
	assert_int_equal(csv_next(&r, &more, &err), RC_MALFORMED);
	row(&r, 2, "i", "j");
	assert_int_equal(csv_next(&r, &more, &err), RC_OK);
	assert_false(more);
	csv_reader_release(&r);
}

static void
test_write_reads_back(void **state)
{
	static const char *const cells[] = { "他说\"假货\",于是\n换行", "plain",
					     "", "a,b" };
	static const char *const formula[][2] = {
		{ "=1+1", "\"'=1+1\"" },
		{ "+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\"" },
		{ "@SUM(1)", "\"'@SUM(1)\"" },
		{ "-2+3", "\"'-2+3\"" },
		{ "\t=1", "\"'\t=1\"" },
		{ "'=x", "\"''=x\"" },
		{ "it's", "it's" },
	};
	struct csv_reader r;
	struct buf b;
	bool more;
	size_t i;

	(void)state;
	buf_init(&b, 1000);
	for (i = 0; i < 4; i++)
		assert_int_equal(csv_write_cell(&b, cells[i], i == 0, false,
						NULL),
				 RC_OK);
	csv_reader_init(&r, b.data, b.len);
	assert_int_equal(csv_next(&r, &more, NULL), RC_OK);
	for (i = 0; i < 4; i++)
		assert_string_equal(r.cells[i], cells[i]);
	csv_reader_release(&r);
	for (i = 0; i < sizeof(formula) / sizeof(formula[0]); i++) {
		buf_reset(&b);
		assert_int_equal(csv_write_cell(&b, formula[i][0], true, true,
						NULL),
				 RC_OK);
		assert_string_equal(buf_str(&b), formula[i][1]);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc4180),
		cmocka_unit_test(test_bad_rows_do_not_stop),
		cmocka_unit_test(test_write_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
