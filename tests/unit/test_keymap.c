#include <stdio.h>

#include "base/asset.h"
#include "base/i18n.h"
#include "base/text.h"
#include "console/keymap_int.h"
#include "test.h"

struct told {
	char lines[4096];
	int mistakes, notes;
};

static void
note_problem(void *ctx, const char *file, unsigned line, bool note,
	     const char *what)
{
	struct told *t = ctx;
	size_t n = strlen(t->lines);

	(void)snprintf(t->lines + n, sizeof(t->lines) - n, "%s:%u: %s\n", file,
		       line, what);
	if (note)
		t->notes++;
	else
		t->mistakes++;
}

static const char *
open_embedded(void *ctx, const char *name, size_t *ret_n)
{
	char path[300];
	const struct asset *a;

	(void)ctx;
	if (strcmp(name, "loop.keys") == 0) {
		*ret_n = strlen("keymap 1\nuse loop.keys\n");
		return "keymap 1\nuse loop.keys\n";
	}
	(void)snprintf(path, sizeof(path), "keymaps/%s", name);
	a = asset_find(path);
	if (a)
		*ret_n = a->len;
	return a ? a->bytes : NULL;
}

static bool
read_user(struct keymap *m, const char *text, struct told *t)
{
	const struct keymap_reader r = { open_embedded, note_problem, t };

	*t = (struct told){ .mistakes = 0 };
	return keymap_read(m, "user.keys", text, strlen(text), true, &r);
}

static enum action
press(const struct keymap *m, enum context c, uint32_t key)
{
	bool prefix;

	return keymap_find(m, c, K_NONE, key, &prefix);
}

static void
test_keymap_default_is_whole(void **state)
{
	static const enum action acts[] = { ACTION_HELP, ACTION_NEWEST,
					    ACTION_COMPOSE, ACTION_LEAVE,
					    ACTION_COMMAND };
	struct keymap *m = keymap_default();
	bool prefix = false;
	char keys[64];

	(void)state;
	assert_int_equal(press(m, CONTEXT_LIST, 's'), ACTION_SIGN);
	assert_int_equal(press(m, CONTEXT_DETAIL, K_F1 + 1), ACTION_SIGN);
	assert_int_equal(press(m, CONTEXT_LIST, 'j'), ACTION_LINE_DOWN);
	assert_int_equal(press(m, CONTEXT_GENERIC, 's'), ACTION_NONE);
	assert_int_equal(press(m, CONTEXT_FORM, 'j'), ACTION_NONE);
	assert_int_equal(press(m, CONTEXT_CONFIRM, 'q'), ACTION_NONE);
	assert_int_equal(keymap_find(m, CONTEXT_LIST, K_NONE, 'g', &prefix),
			 ACTION_NONE);
	assert_true(prefix);
	assert_int_equal(keymap_find(m, CONTEXT_LIST, 'g', 'g', &prefix),
			 ACTION_TOP);
	assert_false(prefix);
	/* each act has a key that is neither a function key nor Alt */
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		uint32_t k = keymap_key(m, CONTEXT_LIST, acts[i], true);

		assert_true(k > ' ' && k < 127);
	}
	assert_string_equal(keymap_keys(m, CONTEXT_LIST, ACTION_SIGN, " ", keys,
					sizeof(keys)),
			    "s F2");
	keymap_free(m);
}

static void
test_keymap_user_inherits_by_action(void **state)
{
	struct keymap *m = keymap_default();
	struct told t;

	(void)state;
	assert_true(read_user(m, "keymap 1\nmap list <C-r> sign # mine\n", &t));
	assert_int_equal(press(m, CONTEXT_LIST, KEY_CTRL('r')), ACTION_SIGN);
	assert_int_equal(press(m, CONTEXT_LIST, 's'), ACTION_NONE);
	assert_int_equal(press(m, CONTEXT_DETAIL, 's'), ACTION_SIGN);
	assert_int_equal(press(m, CONTEXT_LIST, 'p'), ACTION_ASSIGN);
	assert_int_equal(t.mistakes, 0);
	keymap_free(m);
}

static void
test_keymap_unmap_then_map(void **state)
{
	struct keymap *m = keymap_default();
	struct told t;

	(void)state;
	assert_true(read_user(m, "keymap 1\nunmap list s\nmap list s search\n",
			      &t));
	assert_int_equal(press(m, CONTEXT_LIST, 's'), ACTION_SEARCH);
	assert_true(read_user(m, "keymap 1\nmap generic o help\n", &t));
	assert_int_equal(t.notes, 1);
	assert_non_null(strstr(t.lines, "user.keys:2:"));
	keymap_free(m);
}

static void
test_keymap_mistakes_name_the_line(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "map list s sign\n", "user.keys:1: the first rule" },
		{ "keymap 2\n", "user.keys:1: format 2" },
		{ "keymap 1\n\nmap list <F13> sign\n", ":3: unknown key" },
		{ "keymap 1\nmap list <C-m> sign\n", ":2: unknown key" },
		{ "keymap 1\nmap list ss sign\n", ":2: unknown key" },
		{ "keymap 1\nmap nowhere s sign\n", ":2: unknown context" },
		{ "keymap 1\nmap list s fly\n", ":2: unknown action 'fly'" },
		{ "keymap 1\nmap list s search\n", "hide the act 'sign'" },
		{ "keymap 1\nmap list x,x sign\n", ":2: a second rule" },
		{ "keymap 1\nmap list x, sign\n", "missing after the comma" },
		{ "keymap 1\nmap form x submit\n", "types text in a form" },
		{ "keymap 1\nmap confirm y sign\n", "are built in" },
		{ "keymap 1\nuse ../x.keys\n", "beside this one" },
		{ "keymap 1\nuse none.keys\n", "no key file 'none.keys'" },
		{ "keymap 1\nuse loop.keys\n", "more than 4 deep" },
		{ "keymap 1\nfly away\n", "unknown rule 'fly'" },
		{ "keymap 1\nmap list\n", "write: map" },
		{ "keymap 1\n\xff\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct keymap *m = keymap_default();
		struct told t;

		assert_false(read_user(m, cases[i].text, &t));
		assert_true(t.mistakes > 0);
		if (!strstr(t.lines, cases[i].want))
			fail_msg("%s: got %s", cases[i].text, t.lines);
		keymap_free(m);
	}
}

static void
test_keymap_embedded_extras_are_good(void **state)
{
	struct keymap *m = keymap_default();
	struct told t;

	(void)state;
	if (!read_user(m, "keymap 1\nuse vi.keys\n", &t))
		fail_msg("%s", t.lines);
	assert_int_equal(press(m, CONTEXT_LIST, KEY_CTRL('f')),
			 ACTION_PAGE_DOWN);
	keymap_free(m);
}

static void
test_key_parse_and_text(void **state)
{
	static const struct {
		const char *text;
		uint32_t key;
		const char *shown;
	} cases[] = {
		{ "a", 'a', "a" },
		{ "<F12>", K_F12, "F12" },
		{ "<F1>", K_F1, "F1" },
		{ "<C-X>", KEY_CTRL('x'), "C-x" },
		{ "<M-x>", KEY_META | 'x', "M-x" },
		{ "<Space>", ' ', "Space" },
		{ "<Lt>", '<', "<" },
		{ "<Hash>", '#', "#" },
		{ "<Comma>", ',', "," },
		{ "<S-Tab>", K_BACKTAB, "S-Tab" },
		{ "<Enter>", K_ENTER, "Enter" },
		{ "中", 0x4e2d, "中" },
		{ "<F0>", K_NONE, NULL },
		{ "<C-h>", K_NONE, NULL },
		{ "", K_NONE, NULL },
		{ "ab", K_NONE, NULL },
		{ "<", K_NONE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[KEY_NAME_MAX];
		uint32_t key = key_parse(cases[i].text, strlen(cases[i].text));

		assert_int_equal(key, cases[i].key);
		if (cases[i].shown)
			assert_string_equal(key_text(key, out), cases[i].shown);
	}
}

static void
test_key_fold_input_method_left_on(void **state)
{
	(void)state;
	assert_int_equal(key_fold(0xff53), 's');
	assert_int_equal(key_fold(0xff1f), '?');
	assert_int_equal(key_fold(0xff1a), ':');
	assert_int_equal(key_fold(0x3001), '\\');
	assert_int_equal(key_fold(0x4e2d), 0x4e2d);
}

/* The key bar and the help screen at 80 columns hold them. */
static void
test_action_words_fit(void **state)
{
	(void)state;
	for (int a = ACTION_NONE + 1; a < ACTION__COUNT; a++) {
		const char *label = action_label((enum action)a);
		const char *help = action_help((enum action)a);

		if (utf8_cols(label, strlen(label)) > 12 ||
		    utf8_cols(help, strlen(help)) > 48)
			fail_msg("%s: too wide", action_name((enum action)a));
		assert_int_equal(
			action_find(action_name((enum action)a),
				    strlen(action_name((enum action)a))),
			a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keymap_default_is_whole),
		cmocka_unit_test(test_keymap_user_inherits_by_action),
		cmocka_unit_test(test_keymap_unmap_then_map),
		cmocka_unit_test(test_keymap_mistakes_name_the_line),
		cmocka_unit_test(test_keymap_embedded_extras_are_good),
		cmocka_unit_test(test_key_parse_and_text),
		cmocka_unit_test(test_action_words_fit),
		cmocka_unit_test(test_key_fold_input_method_left_on),
	};

	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
