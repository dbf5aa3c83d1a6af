/*
 * What a document is looked up by, and from when until when it may be used:
 * the kind `result` as installed. Days are counted by hand: in 2026 off are 25
 * to 27 September and 1 to 7 October; worked are 20 September, 10 October.
 */
#include "fold_kit.h"
#include "model/lookup.h"

static struct kit kit;

static int
setup(void **state)
{
	const struct asset *a = asset_find("kinds/result.json");
	struct err err = ERR_INIT;
	struct kind *k = NULL;

	(void)state;
	kit_init(&kit, "result");
	if (a == NULL ||
	    kind_read(a->path, a->bytes, a->len, &k, &err) != RC_OK ||
	    kinds_add(kit.kinds, k, &err) != RC_OK)
		fail_msg("%s", err.msg);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	kit_release(&kit);
	return 0;
}

static struct event *
own(int64_t k, enum event_type type, const struct event *prev, json_t *data)
{
	return kit_add(&kit, (struct spec){ .desk = OWNER,
					    .type = type,
					    .track = "owner",
					    .epoch = 1,
					    .k = k,
					    .prev = { prev },
					    .at = "2026-09-18T09:00:00+08:00",
					    .data = data });
}

/* A result with these fields ("" not given), after one move of the owner. */
static struct doc *
result(const char *sort, const char *notified, const char *until,
       const char *mode, const char *move)
{
	const char *const given[][2] = { { "test_type", sort },
					 { "notified_on", notified },
					 { "mode", mode } };
	json_t *fields =
		json_pack("{s:s,s:s,s:{s:s}}", "title", "结果", "issued_on",
			  "2026-09-18", "lab", "name", "虚构质检中心");
	const struct event *e;

	for (size_t i = 0; i < ARRAY_LEN(given); i++) {
		if (given[i][1] != NULL)
			json_object_set_new(fields, given[i][0],
					    json_string(given[i][1]));
	}
	if (until != NULL)
		json_object_set_new(fields, "cma",
				    json_pack("{s:s}", "valid_until", until));
	e = own(1, EVENT_ISSUE, NULL, kit_content(P1, NULL, fields));
	if (move != NULL && strcmp(move, "withdraw") == 0)
		(void)own(2, EVENT_WITHDRAW, e,
			  json_pack("{s:s}", "note", "x"));
	else if (move != NULL)
		(void)own(2, EVENT_MOVE, e, kit_move(move, NULL));
	return kit_fold(&kit);
}

static void
test_lookup_stand(void **state)
{
	static const struct {
		const char *sort, *notified, *until, *mode, *move;
		enum lookup_bar bar;
		const char *from;  /* last second of the clock; NULL: at once */
		const char *field; /* that is missing */
	} cases[] = {
		/* the objection period, by the law of each sort */
		{ "监督抽查", "2026-09-18", NULL, NULL, NULL, LOOKUP_USABLE,
		  "2026-10-08T23:59:59+08:00", NULL },
		{ "监督抽查", "2026-09-18", NULL, NULL, "begin_objection",
		  LOOKUP_USABLE, "2026-10-08T23:59:59+08:00", NULL },
		{ "食品抽检", "2026-09-18", NULL, NULL, NULL, LOOKUP_USABLE,
		  "2026-09-29T23:59:59+08:00", NULL },
		{ "药品抽检", "2026-09-21", NULL, NULL, NULL, LOOKUP_USABLE,
		  "2026-09-28T23:59:59+08:00", NULL },
		/* nobody may object */
		{ "鉴定", NULL, NULL, NULL, NULL, LOOKUP_USABLE, NULL, NULL },
		{ "权利人辨认", "2026-09-18", NULL, NULL, NULL, LOOKUP_USABLE,
		  NULL, NULL },
		/* nobody knows */
		{ "监督抽查", NULL, NULL, NULL, NULL, LOOKUP_NEEDS, NULL,
		  "notified_on" },
		{ NULL, "2026-09-18", NULL, NULL, NULL, LOOKUP_NEEDS, NULL,
		  "test_type" },
		/* the owner's word */
		{ "监督抽查", NULL, NULL, NULL, "take_effect", LOOKUP_USABLE,
		  NULL, NULL },
		{ "鉴定", NULL, NULL, NULL, "revoke", LOOKUP_STATE, NULL,
		  NULL },
		{ "鉴定", NULL, NULL, NULL, "retest", LOOKUP_STATE, NULL,
		  NULL },
		{ "鉴定", NULL, NULL, NULL, "lapse", LOOKUP_STATE, NULL, NULL },
		{ "鉴定", NULL, NULL, NULL, "withdraw", LOOKUP_WITHDRAWN, NULL,
		  NULL },
		{ "鉴定", NULL, NULL, "exercise", NULL, LOOKUP_NOT_REAL, NULL,
		  NULL },
		{ "鉴定", NULL, NULL, "actual", NULL, LOOKUP_USABLE, NULL,
		  NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct lookup_stand s;
		struct doc *d;

		setup(state);
		d = result(cases[i].sort, cases[i].notified, cases[i].until,
			   cases[i].mode, cases[i].move);
		lookup_stand(d, &s);
		if (s.bar != cases[i].bar)
			fail_msg("case %zu: bar %d", i, s.bar);
		assert_string_equal(s.field != NULL ? s.field : "",
				    cases[i].field != NULL ? cases[i].field
							   : "");
		if (s.bar != LOOKUP_USABLE)
			assert_int_equal(s.from_ms, LOOKUP_NO_TIME);
		else if (cases[i].from == NULL)
			assert_int_equal(s.from_ms, 0);
		else /* the first moment after the clock's last second */
			assert_int_equal(s.from_ms,
					 kit_time(cases[i].from) + 1);
		assert_int_equal(s.to_ms, LOOKUP_NO_TIME);
		doc_free(d);
		teardown(state);
	}
}

static void
test_lookup_stand_until(void **state)
{
	struct lookup_stand s;
	struct doc *d;

	setup(state);
	d = result("鉴定", NULL, "2026-09-30", NULL, NULL);
	lookup_stand(d, &s);
	assert_int_equal(s.to_ms, kit_time("2026-09-30T23:59:59+08:00"));
	doc_free(d);
	teardown(state);
}

/* The clock names the law of its case, not that of the others. */
static void
test_clock_case_rules(void **state)
{
	static const char *const laws[][2] = { { "监督抽查", "cpzl" },
					       { "食品抽检", "spaq" },
					       { "化妆品抽检", "hzptl" },
					       { "医疗器械抽检", "ylqx" },
					       { "药品抽检", "ypgl" } };

	for (size_t i = 0; i < ARRAY_LEN(laws); i++) {
		struct doc *d;
		bool found = false;

		setup(state);
		d = result(laws[i][0], "2026-09-18", NULL, NULL, NULL);
		for (size_t c = 0; c < d->n_clocks; c++) {
			if (strcmp(d->clocks[c].def->name, "objection") != 0)
				continue;
			found = true;
			assert_string_equal(d->clocks[c].rule->law, laws[i][1]);
		}
		assert_true(found);
		doc_free(d);
		teardown(state);
	}
}

static void
add_text(void *ctx, const char *text)
{
	strcat(ctx, text);
	strcat(ctx, ";");
}

static void
test_lookup_texts(void **state)
{
	static const struct {
		const char *name, *texts;
	} cases[] = {
		{ "a", "x;" },	  { "g.b", "y;" }, { "l.c", "1;2;" },
		{ "l.none", "" }, { "g", "" },	   { "a.b", "" },
		{ "empty", "" },  { "n", "" },	   { "", "" },
	};
	json_t *content = json_pack("{s:s,s:{s:s},s:[{s:s},{},{s:s}],s:s,s:i}",
				    "a", "x", "g", "b", "y", "l", "c", "1", "c",
				    "2", "empty", "", "n", 3);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char got[64] = "";

		lookup_texts(content, cases[i].name, add_text, got);
		assert_string_equal(got, cases[i].texts);
	}
	json_decref(content);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookup_stand),
		cmocka_unit_test(test_lookup_stand_until),
		cmocka_unit_test(test_clock_case_rules),
		cmocka_unit_test(test_lookup_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
