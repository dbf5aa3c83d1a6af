#include <string.h>

#include "console/edit_int.h"
#include "console/key_int.h"
#include "test.h"

static void
test_edit_moves_by_characters(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 64, false);
	edit_set(&e, "青e\xcc\x81浦");
	assert_true(edit_key(&e, K_LEFT));
	assert_true(edit_key(&e, K_LEFT));
	assert_int_equal(e.at, strlen("青"));
	assert_true(edit_key(&e, K_DEL));
	assert_string_equal(e.text, "青浦");
	assert_true(edit_key(&e, K_BS));
	assert_string_equal(e.text, "浦");
	assert_true(edit_key(&e, K_BS)); /* nothing left of the caret */
	assert_true(edit_key(&e, 'x'));
	assert_string_equal(e.text, "x浦");
	assert_true(edit_key(&e, K_END));
	assert_true(edit_key(&e, KEY_CTRL('u')));
	assert_string_equal(e.text, "");
	edit_release(&e);
}

static void
test_edit_keeps_its_limit(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 7, false);
	assert_true(edit_insert_text(&e, "青浦"));
	assert_false(edit_insert(&e, 0x533a));
	assert_string_equal(e.text, "青浦");
	assert_true(edit_insert(&e, 'x'));
	assert_false(edit_insert(&e, 'y'));
	edit_release(&e);
}

static void
test_edit_lines_only_where_asked(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 64, false);
	edit_set(&e, "a\nb\x1b");
	assert_string_equal(e.text, "a b ");
	assert_false(edit_key(&e, K_ENTER));
	edit_release(&e);
	edit_init(&e, 64, true);
	edit_set(&e, "a\nb");
	assert_true(edit_key(&e, K_ENTER));
	assert_string_equal(e.text, "a\nb\n");
	edit_release(&e);
}

static void
test_edit_window_keeps_caret_inside(void **state)
{
	struct edit e;
	size_t from;
	int col;

	(void)state;
	edit_init(&e, 256, false);
	edit_set(&e, "长三角联合执法线索通报");
	edit_window(&e, 10, &from, &col);
	assert_true(col <= 9);
	assert_int_equal(from % 3, 0);
	e.at = 0;
	edit_window(&e, 10, &from, &col);
	assert_int_equal(from, 0);
	assert_int_equal(col, 0);
	edit_release(&e);
}

static void
test_text_wrap_cases(void **state)
{
	static const struct {
		const char *text;
		int width;
		size_t n, last_len;
	} cases[] = {
		{ "", 10, 1, 0 },      { "线索通报", 4, 2, 6 },
		{ "线索通", 5, 2, 3 }, { "one two three", 8, 2, 5 },
		{ "a\n\nb", 8, 3, 1 }, { "a\n", 8, 2, 0 },
		{ "中", 1, 1, 3 },     { "abcdefghij", 4, 3, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wrapped w[8];
		size_t n = text_wrap(cases[i].text, cases[i].width, w, 8);

		assert_int_equal(n, cases[i].n);
		assert_int_equal(w[n - 1].len, cases[i].last_len);
	}
}

/* Words, texts as a whole and what is taken away are each a step. */
static void
test_undo(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 64, true);
	assert_false(edit_undo(&e));
	edit_set(&e, "a");
	assert_false(edit_undo(&e));
	for (const char *s = "bc de"; *s; s++)
		assert_true(edit_key(&e, (uint32_t)*s));
	assert_true(edit_insert_text(&e, "青浦"));
	assert_true(edit_key(&e, K_BS));
	assert_true(edit_key(&e, K_BS));
	assert_string_equal(e.text, "abc de");
	assert_true(edit_undo(&e));
	assert_string_equal(e.text, "abc de青浦");
	assert_true(edit_undo(&e));
	assert_string_equal(e.text, "abc de");
	assert_true(edit_undo(&e));
	assert_string_equal(e.text, "abc ");
	assert_true(edit_redo(&e));
	assert_string_equal(e.text, "abc de");
	assert_true(edit_undo(&e));
	assert_true(edit_undo(&e));
	assert_string_equal(e.text, "a");
	assert_false(edit_undo(&e));
	assert_true(edit_key(&e, 'x'));
	assert_false(edit_redo(&e)); /* another way was taken */
	edit_release(&e);
}

/* However much is typed, what is kept is bounded and the newest. */
static void
test_undo_is_bounded(void **state)
{
	struct edit e;
	int n = 0;

	(void)state;
	edit_init(&e, 64 * 1024, true);
	for (int i = 0; i < 1000; i++)
		assert_true(edit_insert_text(&e, "一段二十一字节的话"));
	while (edit_undo(&e))
		n++;
	assert_true(n > 30 && n <= 200);
	while (edit_redo(&e))
		n--;
	assert_int_equal(n, 0);
	assert_int_equal(e.len, 1000 * strlen("一段二十一字节的话"));
	edit_release(&e);
}

static void
test_slots(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 64, false);
	edit_set(&e, "于{时限}报{}");
	assert_true(edit_to_slot(&e, 0));
	assert_int_equal(e.at, strlen("于"));
	assert_false(edit_next_slot(&e)); /* {} is none */
	assert_true(edit_insert_text(&e, "三日"));
	assert_string_equal(e.text, "于三日报{}");
	assert_true(edit_undo(&e));
	e.at = strlen("于");
	assert_true(edit_key(&e, K_DEL));
	assert_string_equal(e.text, "于报{}");
	assert_int_equal(slot_len("{a\nb}"), 0);
	assert_int_equal(slot_len("{a{b}"), 0);
	assert_int_equal(slot_len("{ab"), 0);
	edit_release(&e);
}

static void
test_words(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 64, true);
	edit_set(&e, "查获箱包 470件,已扣押");
	e.at = 0;
	edit_word_right(&e);
	assert_string_equal(e.text + e.at, "470件,已扣押");
	edit_word_right(&e);
	assert_string_equal(e.text + e.at, "件,已扣押");
	edit_word_right(&e);
	assert_string_equal(e.text + e.at, "已扣押");
	edit_word_right(&e);
	assert_int_equal(e.at, e.len);
	edit_word_right(&e);
	edit_word_left(&e);
	edit_word_left(&e);
	assert_string_equal(e.text + e.at, "件,已扣押");
	edit_word_left(&e);
	edit_word_left(&e);
	edit_word_left(&e);
	assert_int_equal(e.at, 0);
	edit_release(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edit_moves_by_characters),
		cmocka_unit_test(test_edit_keeps_its_limit),
		cmocka_unit_test(test_edit_lines_only_where_asked),
		cmocka_unit_test(test_edit_window_keeps_caret_inside),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_undo_is_bounded),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_text_wrap_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
