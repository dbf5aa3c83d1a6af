/* Papers by hand: reports of tables, as text and as PDF. */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk/paper.h"
#include "test.h"

static struct err err;

static struct paper *
report(size_t rows)
{
	struct paper *p = paper_new(PAPER_RECORD, "2026年11月");
	struct paper_table *t;
	char cell[32];

	paper_set(&p->organ, "统计报告");
	paper_add(p, BLOCK_PARA, NULL, "第一段\n第二段");
	t = paper_add_table(p, BLOCK_TABLE, "按种类");
	paper_column(t, "种类", false, false);
	paper_column(t, "件数", true, true);
	for (size_t i = 0; i < rows; i++) {
		(void)snprintf(cell, sizeof(cell), "第%zu类", i);
		paper_cell(t, cell);
		(void)snprintf(cell, sizeof(cell), "%zu.5", i);
		paper_cell(t, cell);
	}
	return p;
}

static char *
as_text(const struct paper *p, int width, int lines)
{
	struct paper_text_form form = { .width = width, .lines = lines };
	struct buf out;

	buf_init(&out, PAPER_MAX_BYTES);
	assert_int_equal(paper_text(p, &form, &out, &err), RC_OK);
	return buf_take(&out);
}

static void
test_report_text(void **state)
{
	struct paper *p = report(3);
	char *text = as_text(p, 60, 0);

	(void)state;
	assert_non_null(strstr(text, "统计报告"));
	assert_non_null(strstr(text, "    第一段\n    第二段\n"));
	assert_non_null(strstr(text, "| 第2类 |"));
	assert_non_null(strstr(text, "4.5 |"));
	assert_null(strchr(text, '\f'));
	xfree(text);
	paper_free(p);
}

/* Every width and length of page: no line too long, no page too long. */
static void
test_text_shapes(void **state)
{
	struct paper *p = report(120);

	(void)state;
	for (int width = 40; width <= 200; width += 20)
		for (int lines = 20; lines <= 80; lines += 15) {
			char *text = as_text(p, width, lines), *line = text;
			int n = 0;

			for (size_t len; *line != '\0'; line += len + 1) {
				len = strcspn(line, "\n");
				assert_true((int)utf8_cols(line, len) <= width);
				n++;
			}
			assert_int_equal(n % lines, 0);
			xfree(text);
		}
	paper_free(p);
}

static void
test_text_bounds(void **state)
{
	struct paper_text_form bad[] = { { .width = 39 },
					 { .width = 201 },
					 { .width = 80, .lines = 19 },
					 { .width = 80, .lines = 201 },
					 { .width = 80, .lines = -1 } };
	struct paper *p = report(1);
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(paper_text(p, &bad[i], &out, &err), RC_RANGE);
	buf_release(&out);
	paper_free(p);
}

/* Sums are exact; what is no number gives none. */
static void
test_sums(void **state)
{
	static const struct {
		const char *cells[3], *sum;
	} cases[] = {
		{ { "0.1", "0.2", "" }, "0.3" },
		{ { "-0.5", "0.25", "1" }, "0.75" },
		{ { "99999999999.99", "0.01", "0" }, "100000000000.00" },
		{ { "1", "两", "3" }, NULL },
		{ { "1.00001", "", "" }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct paper *p = paper_new(PAPER_RECORD, "t");
		struct paper_table *t = paper_add_table(p, BLOCK_TABLE, NULL);
		char *text, *want;

		paper_column(t, "名", false, false);
		paper_column(t, "数", true, true);
		for (size_t r = 0; r < 3; r++) {
			paper_cell(t, "x");
			paper_cell(t, cases[i].cells[r]);
		}
		text = as_text(p, 80, 0);
		assert_non_null(strrchr(text, 'x'));
		want = xasprintf("| %s |",
				 cases[i].sum != NULL ? cases[i].sum : "");
		if (cases[i].sum != NULL)
			assert_non_null(strstr(strrchr(text, 'x'), want + 2));
		else
			assert_null(
				strpbrk(strrchr(text, 'x') + 20, "0123456789"));
		xfree(want);
		xfree(text);
		paper_free(p);
	}
}

static void
test_hostile_cells(void **state)
{
	struct paper *p = paper_new(PAPER_LETTER, "题\033[2J\xe2\x80\xae"
						  "目");
	struct paper_table *t;
	char *text;

	(void)state;
	paper_add(p, BLOCK_SEAL, "单位", "日期");
	paper_add(p, BLOCK_PARA, NULL, "\n\n");
	paper_add(p, BLOCK_PARA, NULL, NULL);
	t = paper_add_table(p, BLOCK_TABLE, "空表");
	(void)t; /* no columns at all */
	t = paper_add_table(p, BLOCK_TABLE, "表");
	for (int i = 0; i < 60; i++)
		paper_column(t, "列", false, false);
	for (int i = 0; i < 61; i++) /* a row that is not whole */
		paper_cell(t, "很长很长的格子\n第二行");
	text = as_text(p, 80, 66);
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "<1B>"));
	assert_non_null(strstr(text, "<U+202E>"));
	xfree(text);
	paper_free(p);
}

static void
test_report_pdf(void **state)
{
	struct paper *p = report(400);
	struct buf out;
	int pages = 0;

	(void)state;
	buf_init(&out, PAPER_MAX_BYTES);
#ifdef HAVE_PDF
	enum rc rc = paper_pdf(p, &out, &pages, &err);
	if (rc != RC_OK) /* a machine without such a font says so */
		assert_int_equal(rc, RC_NOTFOUND);
	else
		assert_true(pages > 10 && strncmp(out.data, "%PDF-", 5) == 0);
	/* a sink that is too small is an error, not half a paper */
	buf_release(&out);
	buf_init(&out, 1000);
	assert_int_not_equal(paper_pdf(p, &out, &pages, &err), RC_OK);
#else
	assert_int_equal(paper_pdf(p, &out, &pages, &err), RC_STATE);
#endif
	buf_release(&out);
	paper_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report_text),
		cmocka_unit_test(test_text_shapes),
		cmocka_unit_test(test_text_bounds),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_hostile_cells),
		cmocka_unit_test(test_report_pdf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
