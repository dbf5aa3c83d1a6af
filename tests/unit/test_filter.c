/* What officers type to find documents; nothing typed is a syntax error. */
#include "base/i18n.h"
#include "desk/filter.h"
#include "desk_world.h"

static size_t
found(struct world *w, const char *text)
{
	struct list_query q = { .changed_after = -1 };
	struct filter f;
	struct doc_list list;
	size_t n;

	ok(filter_read(w->a, text, &f, &err));
	filter_query(&f, &q);
	ok(ask_list(w->a, &q, &list, &err));
	n = list.n_rows;
	doc_list_release(&list);
	filter_release(&f);
	return n;
}

static void
refused(struct world *w, const char *text, const char *part)
{
	struct filter f;

	assert_int_equal(filter_read(w->a, text, &f, &err), RC_USAGE);
	if (strstr(err.msg, part) == NULL)
		fail_msg("'%s': %s", text, err.msg);
}

static struct doc_ref
clue(struct desk *d, const char *json, const char *to)
{
	enum new_outcome outcome;
	struct doc_ref ref;

	ok(new_clue(d, json, to, false, &ref, &outcome));
	return ref;
}

static void
fill(struct world *w)
{
	(void)clue(w->a,
		   "{\"title\":\"假冒运动鞋\",\"urgency\":\"特急\","
		   "\"facts\":\"杭州市某仓库存放运动鞋，品牌 Nike Air 270\","
		   "\"party_concerned\":{\"name\":\"杭州顺达鞋业有限公司\"}}",
		   "330100");
	(void)clue(w->a,
		   "{\"title\":\"箱包仓储〔2026〕\",\"facts\":\"箱包批发\"}",
		   "330100");
	(void)clue(w->b, "{\"title\":\"网店售假\",\"facts\":\"运动服装\"}",
		   "310105");
	deliver(w->b, w->a);
}

static void
test_filters(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {
		{ "", 3 },
		{ "kind=clue", 3 },
		{ "kind=线索通报", 3 },
		{ "种类=clue", 3 },
		{ "from=310105", 2 },
		{ "from=3301", 1 },
		{ "from=33", 1 },
		{ "from=me", 2 },
		{ "from=hz", 1 },
		{ "来自：杭州", 1 },
		{ "to=3301", 2 },
		{ "to=330100", 2 },
		{ "to=310105", 1 },
		{ "box=in", 1 },
		{ "box=发", 2 },
		{ "state=stored", 1 },
		{ "状态＝待签收", 1 },
		{ "state=sent", 2 },
		{ "urgency=特急", 1 },
		{ "urgency=flash", 1 },
		{ "number=2026", 3 },
		{ "number:(2026)1", 2 },
		{ "编号：〔2026〕2", 1 },
		{ "number=沪长打假通[2026]2号", 1 },
		{ "title:鞋", 1 },
		{ "title=运动", 1 },
		{ "title:\"箱包仓储(2026)\"", 1 },
		{ "issued=today", 3 },
		{ "issued<1h", 3 },
		{ "issued>1h", 0 },
		{ "issued>=2026-11-23", 3 },
		{ "issued<2026-11-23", 0 },
		{ "due<2d", 1 },
		{ "due<1h", 0 },
		{ "due>10w", 0 },
		{ "due<=2026-11-24", 1 },
		{ "late", 0 },
		{ "from=310105 运动", 1 },
		{ "运动 from=330100", 1 },
		{ "from=310105 state=stored", 0 },
		{ "waits", 1 },
	};

	fill(w);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = found(w, cases[i].text);
		if (n != cases[i].n)
			fail_msg("'%s': %zu, should be %zu", cases[i].text, n,
				 cases[i].n);
	}
}

static void
test_words(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {
		{ "鞋", 1 },	      /* one character */
		{ "运动", 2 },	      /* two */
		{ "动运", 0 },	      /* phrases are exact */
		{ "运动 鞋", 1 },     /* all words */
		{ "nike", 1 },	      /* case does not matter */
		{ "ＮＩＫＥ", 1 },    /* nor width */
		{ "nik", 1 },	      /* a last word may go on */
		{ "nik 鞋", 0 },      /* another may not */
		{ "270", 1 },	      /* digits */
		{ "27", 1 },	      /* and their beginning */
		{ "\"air 270\"", 1 }, /* a phrase in quotes */
		{ "\"270 air\"", 0 },
		{ "hzs", 1 },  /* first letters of a place */
		{ "hzsd", 1 }, /* of a name */
		{ "hzsdxyyxgs", 1 },
		{ "hzx", 0 },
		{ "沪长打假通(2026)1号", 1 }, /* numbers, any brackets */
		{ "〔2026〕2号", 1 },
		{ "14:30", 0 },
		{ "http://example.com/?a=b", 0 },
		{ "批号=A1", 0 }, /* a word: its name is none of ours */
		{ "\"foo=bar\"", 0 },
		{ "…", 0 },
		{ "AND", 0 },
		{ "\"\"", 3 }, /* nothing typed */
	};

	fill(w);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = found(w, cases[i].text);
		if (n != cases[i].n)
			fail_msg("'%s': %zu, should be %zu", cases[i].text, n,
				 cases[i].n);
	}
}

static void
test_refusals(void **state)
{
	struct world *w = *state;

	refused(w, "colour=red", "colour");
	refused(w, "sate=signed", "state");
	refused(w, "state=nothing", "nothing");
	refused(w, "kind=nothing", "nothing");
	refused(w, "from=nowhere", "nowhere");
	refused(w, "due<soon", "soon");
	refused(w, "state=", "state=");
	refused(w, "urgency=x", "x");
	refused(w, "box=middle", "middle");
}

/* Notes of moves and remarks are found, whoever wrote them. */
static void
test_notes(void **state)
{
	struct world *w = *state;
	struct doc_ref ref = clue(w->b, "{\"title\":\"箱包\"}", "310105");
	struct do_move m = { .move = "sign" };
	bool parked;

	deliver(w->b, w->a);
	assert_int_equal(found(w, "已电话核实"), 0);
	ok(act_remark(w->a, &ref, "已电话核实，仓库属实", &err));
	assert_int_equal(found(w, "已电话核实"), 1);
	assert_int_equal(found(w, "电话核实 箱包"), 1);
	ok(act_move(w->a, &ref, &m, &parked, &err));
	ok(act_note(w->a, &ref, "拟转交稽查二中队", &err));
	assert_int_equal(found(w, "稽查二中队"), 1);
	ok(act_remark(w->b, &ref, "补充快递面单", &err));
	deliver(w->b, w->a);
	assert_int_equal(found(w, "快递面单 稽查二中队 箱包"), 1);
}

static void
test_matches(void **state)
{
	struct world *w = *state;
	struct doc_ref ref = clue(
		w->a,
		"{\"title\":\"箱包\",\"facts\":\"某年某月某日执法人员在某地现场检"
		"查时发现仓库内存放大量涉嫌假冒的运动鞋，经清点共计三百双，货值"
		"约五万元，当事人不能提供进货凭证，另有同款包装盒若干只堆放在仓"
		"库角落，现场拍照取证后已封存待查\"}",
		"330100");
	struct filter f;
	struct match m;
	char hit[64];

	ok(filter_read(w->a, "运动鞋", &f, &err));
	ok(ask_match(w->a, &ref, f.query, &m, &err));
	assert_true(m.where[0] != '\0');
	assert_true(m.cut_before && m.cut_after);
	assert_int_equal(m.n_ranges, 1);
	assert_int_equal(m.ranges[0].to - m.ranges[0].from, strlen("运动鞋"));
	memcpy(hit, m.text + m.ranges[0].from, strlen("运动鞋") + 1);
	hit[strlen("运动鞋")] = '\0';
	assert_string_equal(hit, "运动鞋");
	match_release(&m);
	filter_release(&f);
	ok(act_remark(w->a, &ref, "已联系权利人辨认", &err));
	ok(filter_read(w->a, "权利人", &f, &err));
	ok(ask_match(w->a, &ref, f.query, &m, &err));
	assert_non_null(strstr(m.text, "权利人辨认"));
	match_release(&m);
	filter_release(&f);
}

/* ---- pages both ways ---- */

#define PAGED_MAX 16

/* The rows of a filter one at a time; from the last back when backwards. */
static size_t
walk(struct world *w, const char *text, bool backwards,
     int64_t out[static PAGED_MAX])
{
	struct list_query q = { .changed_after = -1,
				.limit = 1,
				.backwards = backwards };
	struct filter f;
	bool more = true;
	size_t n = 0;

	ok(filter_read(w->a, text, &f, &err));
	filter_query(&f, &q);
	while (more) {
		struct doc_list list;
		ok(ask_list(w->a, &q, &list, &err));
		more = list.more;
		if (list.n_rows > 0) {
			assert_true(n < PAGED_MAX);
			out[n++] = list.rows[0].row;
			q.after_row = list.rows[0].row;
			q.after_key = list_key(&q, &list.rows[0]);
		}
		doc_list_release(&list);
	}
	filter_release(&f);
	return n;
}

/* Each of these is answered by another index. */
static void
test_pages_both_ways(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {
		{ "", 10 },
		{ "kind=clue", 10 },
		{ "box=in", 4 },
		{ "kind=clue box=in", 4 },
		{ "kind=clue box=out", 6 },
		{ "kind=clue state=stored", 1 },
		{ "kind=clue state=signed", 3 },
		{ "state=sent", 6 },
		{ "assignee=me", 3 },
		{ "assignee=me kind=clue box=in", 3 },
		{ "assignee=me box=out", 0 },
		{ "箱包", 10 },
		{ "箱包 box=in", 4 },
		{ "due<100d", 4 },
	};

	for (size_t i = 0; i < 10; i++) {
		bool in = i % 5 < 2;
		ref = clue(in ? w->b : w->a, "{\"title\":\"箱包\"}",
			   in ? "310105" : "330100");
		if (!in)
			continue;
		deliver(w->b, w->a);
		if (i > 0)
			ok(act_sign(w->a, &ref, desk_get_officer(w->a)->id,
				    NULL, NULL, &err));
	}
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t down[PAGED_MAX], up[PAGED_MAX];
		size_t n = walk(w, cases[i].text, false, down);
		if (n != cases[i].n || walk(w, cases[i].text, true, up) != n)
			fail_msg("'%s': %zu", cases[i].text, n);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(down[k], up[n - 1 - k]);
	}
}

/* ---- nothing typed is a syntax error ---- */

static uint32_t seed = 12345;

static uint32_t
next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

static void
try_text(struct world *w, const char *text)
{
	struct list_query q = { .changed_after = -1, .limit = 5 };
	struct filter f;
	struct doc_list list;
	enum rc rc = filter_read(w->a, text, &f, &err);

	if (rc == RC_USAGE)
		return; /* one sentence about a filter */
	if (rc != RC_OK)
		fail_msg("'%s': %s", text, err.msg);
	filter_query(&f, &q);
	rc = ask_list(w->a, &q, &list, &err);
	if (rc != RC_OK)
		fail_msg("'%s' as %s: %s", text, f.query != NULL ? f.query : "",
			 err.msg);
	doc_list_release(&list);
	filter_release(&f);
}

static void
test_any_bytes(void **state)
{
	static const char *const pieces[] = {
		"\"",	    "“",
		"”",	    "(",
		")",	    "AND",
		"OR",	    "NOT",
		"NEAR",	    "*",
		"^",	    ":",
		"=",	    "<",
		">",	    "<=",
		"-",	    "+",
		"{",	    "}",
		"[",	    "]",
		"〔",	    "'",
		"''",	    ";",
		"--",	    "鞋",
		"a",	    "1",
		" ",	    "　",
		"kind",	    "due",
		"from",	    "title",
		"2d",	    "text",
		"rowid",    "\\",
		"%",	    "_",
		"\x80",	    "\xff",
		"\xe9\x9e", "\xf0\x9f\x98\x80",
		"\t",	    "\n",
		"\x01",	    "\x7f",
		"hz",	    "＝",
	};
	struct world *w = *state;
	char text[2048];

	fill(w);
	for (int i = 0; i < 4000; i++) {
		size_t n = 0, want = next_random() % 24;
		for (size_t k = 0; k < want; k++) {
			const char *s =
				pieces[next_random() % ARRAY_LEN(pieces)];
			memcpy(text + n, s, strlen(s));
			n += strlen(s);
		}
		text[n] = '\0';
		try_text(w, text);
	}
	for (int i = 0; i < 2000; i++) {
		size_t n = next_random() % 40;
		for (size_t k = 0; k < n; k++)
			text[k] = (char)(1 + next_random() % 255);
		text[n] = '\0';
		try_text(w, text);
	}
	for (size_t k = 0; k + 1 < sizeof(text); k++)
		text[k] = k % 2 == 0 ? 'a' : ' ';
	text[sizeof(text) - 1] = '\0';
	try_text(w, text);
	memset(text, '"', sizeof(text) - 1);
	try_text(w, text);
	memset(text, '(', sizeof(text) - 1);
	try_text(w, text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_filters, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_notes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pages_both_ways, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_matches, setup, teardown),
		cmocka_unit_test_setup_teardown(test_any_bytes, setup,
						teardown),
	};

	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
