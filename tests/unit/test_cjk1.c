#include <stdio.h>

#include <unistd.h>

#include "base/mem.h"
#include "src/store/cjk1_int.h"
#include "src/store/store_int.h"
#include "test.h"

/* Tokens of text joined by '|'. */
static void
cut(const char *text, char *out, size_t size)
{
	struct cjk1_cutter c;
	struct cjk1_token t;
	size_t n = 0;
	out[0] = '\0';
	cjk1_start(&c, text, strlen(text));
	while (cjk1_next(&c, &t)) {
		assert_true(t.from < t.to && t.to <= strlen(text));
		n += (size_t)snprintf(out + n, size - n, "%s%s",
				      n > 0 ? "|" : "", t.text);
		assert_true(n < size);
	}
	cjk1_end(&c);
}

static void
test_tokens(void **state)
{
	static const struct {
		const char *text;
		const char *tokens;
	} cases[] = {
		{ "长宁区", "长|宁|区" },
		{ "LV包 iPhone15", "lv|包|iphone15" },
		{ "ＬＶ（１２）", "lv|12" },
		{ "沪长宁〔2026〕3号", "沪|长|宁|2026|3|号" },
		{ "a\xe2\x80\x8b"
		  "b",
		  "ab" }, /* zero width space */
		{ "a\xe2\x80\xae"
		  "b长",
		  "ab|长" }, /* right-to-left override */
		{ "x\x1by", "xy" },
		{ "one\ntwo\tthree", "one|two|three" },
		{ "café Ünï", "café|ünï" },
		{ "𠮷野", "𠮷|野" },
		{ "カメラ한글", "カ|メ|ラ|한|글" },
		{ "...—，。！", "" },
		{ "", "" },
		{ "\xff\xfe"
		  "ok\xe4\xb8",
		  "ok" }, /* bytes that are no text */
	};
	char got[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		cut(cases[i].text, got, sizeof(got));
		assert_string_equal(got, cases[i].tokens);
	}
}

static void
test_long_word_is_cut(void **state)
{
	char word[301];
	char got[512];
	(void)state;
	memset(word, 'a', 300);
	word[300] = '\0';
	cut(word, got, sizeof(got));
	assert_int_equal(strlen(got), 303); /* 4 tokens, 3 bars */
}

static void
test_query_forms(void **state)
{
	static const struct {
		const char *words;
		const char *query;
	} cases[] = {
		{ "长宁", "\"长 宁\"" },
		{ "长宁 LV", "\"长 宁\" AND \"lv\" *" },
		{ "LV 长宁　包", "\"lv\" AND \"长 宁\" AND \"包\"" },
		{ "iPhone-15", "\"iphone 15\" *" },
		{ "lv  ", "\"lv\" *" },
		{ "\"", "\"\"" },
		{ "  ", "\"\"" },
		{ "a OR b", "\"a\" AND \"or\" AND \"b\" *" },
		{ "x:y*", "\"x y\" *" },
	};
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(fts_query(cases[i].words, &out, NULL), RC_OK);
		assert_string_equal(buf_str(&out), cases[i].query);
	}
	assert_int_equal(fts_query("\xff", &out, NULL), RC_TEXT);
	buf_release(&out);
}

struct db {
	char dir[32];
	char *path;
	struct store *store;
};

static int
open_db(void **state)
{
	struct db *d = xcalloc(1, sizeof(*d));
	(void)strcpy(d->dir, "/tmp/dd-fts-XXXXXX");
	assert_non_null(mkdtemp(d->dir));
	d->path = xasprintf("%s/desk.db", d->dir);
	assert_int_equal(store_open(d->path, STORE_CREATE, &d->store, NULL),
			 RC_OK);
	*state = d;
	return 0;
}

static int
close_db(void **state)
{
	struct db *d = *state;
	static const char *const tails[] = { "", "-wal", "-shm" };
	(void)store_close(d->store);
	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		char *p = xasprintf("%s%s", d->path, tails[i]);
		(void)unlink(p);
		(void)xfree(p);
	}
	(void)rmdir(d->dir);
	(void)xfree(d->path);
	(void)xfree(d);
	return 0;
}

static int
matches(sqlite3 *db, const char *words)
{
	struct buf q;
	sqlite3_stmt *st = NULL;
	int n = 0;
	int code;

	buf_init(&q, 65536);
	assert_int_equal(fts_query(words, &q, NULL), RC_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT rowid FROM scratch_fts "
					    "WHERE scratch_fts MATCH ?1",
					    -1, &st, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_bind_text(st, 1, buf_str(&q), -1,
					   SQLITE_TRANSIENT),
			 SQLITE_OK);
	while ((code = sqlite3_step(st)) == SQLITE_ROW)
		n++;
	if (code != SQLITE_DONE)
		fail_msg("'%s' gave %s: %s", words, buf_str(&q),
			 sqlite3_errmsg(db));
	assert_int_equal(sqlite3_finalize(st), SQLITE_OK);
	buf_release(&q);
	return n;
}

static void
test_search(void **state)
{
	struct db *d = *state;
	static const char *const hostile[] = {
		"\"",	      "'",  "a\"b",	    "NEAR(a b)",
		"a AND",      "OR", "NOT",	    "*",
		"^a",	      "a^", "a:b",	    "-a",
		"+a",	      "(a", "a)",	    "{a b}:c",
		"a*b*",	      "\\", ";DROP",	    "%_",
		"--",	      "/*", "\xe2\x80\xae", "\"\"\"\"",
		"a\"\" OR b",
	};

	assert_int_equal(
		sqlite3_exec(d->store->db,
			     "CREATE VIRTUAL TABLE scratch_fts USING "
			     "fts5(x, tokenize='cjk1');"
			     "INSERT INTO scratch_fts VALUES"
			     "('长宁区查获假冒ＬＶ手袋iPhone15Pro一批'),"
			     "('宁波长期销售lvmh')",
			     NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(matches(d->store->db, "长"), 2);
	assert_int_equal(matches(d->store->db, "长宁"), 1);
	assert_int_equal(matches(d->store->db, "长 宁"), 2);
	assert_int_equal(matches(d->store->db, "lv"), 2);
	assert_int_equal(matches(d->store->db, "lv 手袋"), 1);
	assert_int_equal(matches(d->store->db, "IPHONE15"), 1);
	assert_int_equal(matches(d->store->db, "宁长"), 0);
	assert_int_equal(matches(d->store->db, "，。"), 0);
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++)
		(void)matches(d->store->db, hostile[i]); /* no syntax error */
}

static void
test_holds_as_the_index_would(void **state)
{
	static const struct {
		const char *query, *text;
		bool holds;
	} cases[] = {
		{ "\"长 宁\"", "长宁区", true },
		{ "\"长 宁\"", "宁波长期", false },
		{ "\"lv\" *", "LVMH", true },
		{ "\"长\" AND \"lv\"", "长宁", false },
		{ "\"长\" AND \"lv\"", "长 lv", true },
		{ "(\"长\" OR \"x\") AND \"lv\"", "x lv", true },
		{ "(\"长\" OR \"x\") AND \"lv\"", "lv", false },
		{ "", "长宁", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (fts_holds(cases[i].query, cases[i].text,
			      strlen(cases[i].text)) != cases[i].holds)
			fail_msg("%s in %s", cases[i].query, cases[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_long_word_is_cut),
		cmocka_unit_test(test_query_forms),
		cmocka_unit_test(test_holds_as_the_index_would),
		cmocka_unit_test_setup_teardown(test_search, open_db, close_db),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
