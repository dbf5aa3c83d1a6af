#include "base/asset.h"
#include "base/json.h"
#include "base/mem.h"
#include "model/condition.h"
#include "model/content.h"
#include "test.h"

static struct kind *clue;

static int
setup(void **state)
{
	const struct asset *a = asset_find("kinds/clue.json");

	(void)state;
	return kind_read(a->path, a->bytes, a->len, &clue, NULL) == RC_OK ? 0
									  : -1;
}

static int
teardown(void **state)
{
	(void)state;
	clue = kind_free(clue);
	return 0;
}

/* DOMAIN 1: the good vector, and one seen on the web whose digit is 7. */
static void
test_credit_code(void **state)
{
	char should = '?';

	(void)state;
	assert_true(credit_code_ok("91350100M000100Y43", &should));
	assert_int_equal(should, 0);
	/* of companies, as the public register has them */
	assert_true(credit_code_ok("9144030071526726XG", &should));
	assert_true(credit_code_ok("914403001922038216", &should));
	assert_true(credit_code_ok("91330100799655058B", &should));
	assert_true(credit_code_ok("91110000802100433B", &should));
	assert_true(credit_code_ok("91440300708461136T", &should));
	for (size_t i = 0; i < 17; i++) {
		char code[] = "91350100M000100Y43";
		code[i] = code[i] == '3' ? '4' : '3';
		assert_false(credit_code_ok(code, &should));
		assert_true(should != '\0');
	}
	assert_false(credit_code_ok("91310115MA1H8R7C6D", &should));
	assert_int_equal(should, '7');
	assert_true(credit_code_ok("91310115MA1H8R7C67", &should));
	assert_false(credit_code_ok("91350100M000100Y4", &should));
	assert_int_equal(should, 0);
	assert_false(credit_code_ok("91350100I000100Y43", &should)); /* no I */
	assert_int_equal(should, 0);
	assert_false(credit_code_ok("", &should));
}

static void
test_gtin(void **state)
{
	char should = '?';

	(void)state;
	assert_true(gtin_ok("6901234567892", &should));
	assert_true(gtin_ok("96385074", &should));
	assert_true(gtin_ok("036000291452", &should));
	assert_true(gtin_ok("16901234567899", &should));
	/* printed in GS1's General Specifications, 7.9, and on goods */
	assert_true(gtin_ok("6291041500213", &should));
	assert_true(gtin_ok("12345670", &should));
	assert_true(gtin_ok("614141000036", &should));
	assert_true(gtin_ok("10614141000415", &should));
	assert_true(gtin_ok("4006381333931", &should));
	assert_true(gtin_ok("9780306406157", &should));
	/* each single wrong digit and each wrong neighbour sum is found */
	for (size_t i = 0; i < 13; i++) {
		char code[] = "6291041500213";
		code[i] = code[i] == '9' ? '0' : (char)(code[i] + 1);
		assert_false(gtin_ok(code, &should));
	}
	assert_false(gtin_ok("6901234567893", &should));
	assert_int_equal(should, '2');
	assert_false(gtin_ok("69012345678", &should));
	assert_int_equal(should, 0);
}

static void
test_content_check_table(void **state)
{
	static const struct {
		const char *json, *field;
		bool soft;
	} cases[] = {
		{ "{}", "title", false },
		{ "{\"title\":\"\"}", "title", false },
		{ "{\"title\":1}", "title", false },
		{ "{\"title\":\"a\\nb\"}", "title", false },
		{ "{\"title\":\"x\",\"colour\":1}", "colour", false },
		{ "{\"title\":\"x\",\"urgency\":\"火急\"}", "urgency", false },
		{ "{\"title\":\"x\",\"when\":\"2026-02-30\"}", "when", false },
		{ "{\"title\":\"x\",\"when\":20260230}", "when", false },
		{ "{\"title\":\"x\",\"feedback_days\":0}", "feedback_days",
		  false },
		{ "{\"title\":\"x\",\"feedback_days\":61}", "feedback_days",
		  false },
		{ "{\"title\":\"x\",\"feedback_days\":1.5}", "feedback_days",
		  false },
		{ "{\"title\":\"x\",\"goods\":[{\"batch\":\"1\"}]}",
		  "goods.0.name", false },
		{ "{\"title\":\"x\",\"goods\":[{\"name\":\"a\"},{\"name\":"
		  "\"b\",\"value_yuan\":1.005}]}",
		  "goods.1.value_yuan", false },
		{ "{\"title\":\"x\",\"goods\":[{\"name\":\"a\",\"x\":1}]}",
		  "goods.0.x", false },
		{ "{\"title\":\"x\",\"goods\":[1]}", "goods", false },
		{ "{\"title\":\"x\",\"goods\":{}}", NULL, false },
		{ "{\"title\":\"x\",\"contact\":{\"office\":\"a\"}}",
		  "contact.phone", false },
		{ "{\"title\":\"x\",\"contact\":\"a\"}", "contact", false },
		{ "{\"title\":\"x\",\"evidence\":[{\"name\":\"a\",\"digest\":"
		  "\"sha256:12\"}]}",
		  "evidence.0.digest", false },
		{ "{\"title\":\"x\",\"party_concerned\":{\"name\":\"a\","
		  "\"credit_code\":\"91310115MA1H8R7C6D\"}}",
		  "party_concerned.credit_code", true },
		{ "{\"title\":\"x\",\"party_concerned\":{\"name\":\"a\","
		  "\"credit_code\":\"12\"}}",
		  "party_concerned.credit_code", true },
		{ "{\"title\":\"x\",\"goods\":[{\"name\":\"a\",\"barcode\":"
		  "\"6901234567893\"}]}",
		  "goods.0.barcode", true },
		{ "{\"title\":\"x\",\"contact\":{}}", NULL, false },
		{ "{\"title\":\"x\",\"url\":\"\"}", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct problem p[8];
		json_t *c = json_loads(cases[i].json, 0, NULL);
		size_t n, missing = 0;

		assert_non_null(c);
		content_defaults(clue->fields, clue->n_fields, c);
		n = content_check(clue->fields, clue->n_fields, c, p, 8,
				  &missing);
		if (n != (cases[i].field != NULL))
			fail_msg("%s: %zu problems, first %s", cases[i].json, n,
				 n > 0 ? p[0].err.msg : "");
		if (n == 1 && (strcmp(p[0].field, cases[i].field) != 0 ||
			       p[0].soft != cases[i].soft ||
			       strstr(p[0].err.msg, cases[i].field) == NULL))
			fail_msg("%s: %s: %s", cases[i].json, p[0].field,
				 p[0].err.msg);
		assert_true(missing > 0);
		json_decref(c);
	}
}

static void
test_content_check_tells_the_digit(void **state)
{
	json_t *c =
		json_pack("{s:s,s:{s:s,s:s}}", "title", "x", "party_concerned",
			  "name", "a", "credit_code", "91310115MA1H8R7C6D");
	struct problem p[2];

	(void)state;
	content_defaults(clue->fields, clue->n_fields, c);
	assert_string_equal(json_string_value(json_object_get(c, "urgency")),
			    "平件");
	assert_int_equal(
		content_check(clue->fields, clue->n_fields, c, p, 2, NULL), 1);
	assert_non_null(strstr(p[0].err.msg, "7"));
	json_decref(c);
}

static void
test_content_set_and_text(void **state)
{
	static const struct {
		const char *name, *value;
		enum rc rc;
	} sets[] = {
		{ "title", "线索", RC_OK },
		{ "feedback_days", "15", RC_OK },
		{ "feedback_days", "1x", RC_MALFORMED },
		{ "party_concerned.name", "某公司", RC_OK },
		{ "party_concerned", "某公司", RC_MALFORMED },
		{ "party_concerned.x", "1", RC_NOTFOUND },
		{ "goods.0.name", "鞋", RC_OK },
		{ "goods.0.quantity", "12.5", RC_OK },
		{ "goods.1.name", "包", RC_OK },
		{ "goods.1.value_yuan", "99.9", RC_OK },
		{ "goods.3.name", "帽", RC_RANGE },
		{ "goods.x.name", "帽", RC_RANGE },
		{ "goods.0", "帽", RC_RANGE },
		{ "goods.0.colour", "红", RC_NOTFOUND },
		{ "colour", "红", RC_NOTFOUND },
		{ "goods.1.quantity", "1e3", RC_MALFORMED },
		{ "goods.1.quantity", "-2", RC_OK },
		{ "title.x", "1", RC_NOTFOUND },
		{ "mode", "演练", RC_OK }, /* a title names its code */
		{ "place", "上海", RC_OK },
		{ "place", "", RC_OK }, /* takes it away */
		{ "title", "\xff", RC_TEXT },
	};
	static const struct {
		const char *name, *text;
	} shown[] = {
		{ "title", "线索" },
		{ "place", "" },
		{ "feedback_days", "15" },
		{ "party_concerned.name", "某公司" },
		{ "goods.name", "鞋、包" },
		{ "goods.value_yuan", "99.90" },
		{ "goods", "鞋 12.5；包 -2 99.90" },
		{ "mode", "演练" },
		{ "nothing", "" },
	};
	json_t *c = json_object();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		struct err err = ERR_INIT;
		enum rc rc =
			content_set(clue, c, sets[i].name, sets[i].value, &err);

		if (rc != sets[i].rc || (rc != RC_OK && err.msg[0] == '\0'))
			fail_msg("%s=%s: %s %s", sets[i].name, sets[i].value,
				 rc_name(rc), err.msg);
	}
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		char *text = content_text(clue, c, shown[i].name, true);

		assert_string_equal(text, shown[i].text);
		xfree(text);
	}
	assert_string_equal(json_string_value(json_object_get(c, "mode")),
			    "exercise");
	assert_true(content_types_ok(clue->fields, clue->n_fields, c));
	json_decref(c);
}

static void
test_content_differs(void **state)
{
	json_t *a = json_pack("{s:s,s:s,s:[]}", "x", "1", "y", "", "z");
	json_t *b = json_pack("{s:s,s:n}", "x", "1", "z");

	(void)state;
	assert_false(content_differs(a, b, "x"));
	assert_false(content_differs(a, b, "y")); /* empty is not given */
	assert_false(content_differs(a, b, "z"));
	json_object_set_new(b, "y", json_string("2"));
	assert_true(content_differs(a, b, "y"));
	assert_true(content_differs(b, NULL, "x"));
	json_decref(a);
	json_decref(b);
}

/* The samples are sound: nothing but check digits of made-up codes. */
static void
test_content_check_samples(void **state)
{
	const struct asset *a = asset_find("demo/clues.ndjson");
	const char *at = a->bytes;
	int n = 0;

	(void)state;
	while (*at != '\0') {
		size_t len = strcspn(at, "\n");
		struct problem p[8];
		json_t *line = NULL;
		json_t *c;
		size_t found;

		assert_int_equal(json_read_object(at, len, &line, NULL), RC_OK);
		c = json_object_get(line, "fields");
		found = content_check(clue->fields, clue->n_fields, c, p, 8,
				      NULL);
		for (size_t i = 0; i < found; i++) {
			if (!p[i].soft)
				fail_msg("row %d: %s", n, p[i].err.msg);
		}
		assert_true(content_types_ok(clue->fields, clue->n_fields, c));
		json_decref(line);
		at += len + (at[len] == '\n');
		n++;
	}
	assert_true(n >= 30);
}

static void
test_condition_of_fields(void **state)
{
	static const struct {
		const char *condition;
		int holds; /* -1: no condition */
	} cases[] = {
		{ "{\"field\":\"a\",\"in\":[\"x\",\"y\"]}", 1 },
		{ "{\"field\":\"a\",\"in\":[\"z\"]}", 0 },
		{ "{\"field\":\"n\",\"in\":[3]}", 1 },
		{ "{\"field\":\"a\",\"has\":true}", 1 },
		{ "{\"field\":\"none\",\"has\":true}", 0 },
		{ "{\"field\":\"none\",\"has\":false}", 1 },
		{ "{\"field\":\"g.b\",\"has\":true}", 1 },
		{ "{\"field\":\"l\",\"has\":\"q\"}", 1 },
		{ "{\"field\":\"l\",\"has\":\"r\"}", 0 },
		/* rows: any of them will do */
		{ "{\"field\":\"r.t\",\"in\":[\"v\"]}", 1 },
		{ "{\"field\":\"r.t\",\"in\":[\"w\"]}", 0 },
		{ "{\"field\":\"r.t\",\"has\":true}", 1 },
		{ "{\"field\":\"r.z\",\"has\":true}", 0 },
		{ "{\"field\":\"r.z\",\"has\":false}", 1 },
		{ "{\"field\":\"r.d\",\"after\":\"2026-01-01\"}", 1 },
		{ "{\"field\":\"r.d\",\"before\":\"2026-01-01\"}", 0 },
		{ "{\"field\":\"d\",\"before\":\"2026-01-02\"}", 1 },
		{ "{\"field\":\"d\",\"after\":\"2026-01-01\"}", 0 },
		{ "{\"field\":\"d\",\"before\":\"e\"}", 1 },
		{ "{\"field\":\"none\",\"before\":\"e\"}", 0 },
		{ "{\"now\":true,\"after\":\"d\"}", 1 },
		{ "{\"now\":true,\"before\":\"e\",\"by\":60}", 0 },
		{ "{\"now\":true,\"before\":\"e\",\"by\":30}", 1 },
		{ "{\"not\":{\"field\":\"a\",\"has\":true}}", 0 },
		{ "{\"all\":[{\"field\":\"a\",\"has\":true},{\"field\":"
		  "\"none\",\"has\":true}]}",
		  0 },
		{ "{\"any\":[{\"field\":\"a\",\"has\":true},{\"field\":"
		  "\"none\",\"has\":true}]}",
		  1 },
		{ "{\"child\":\"*\",\"state\":\"closed\"}", 0 },
		{ "{\"tracks\":\"party\",\"all\":{\"ended\":true}}", 1 },
		{ "{\"tracks\":\"party\",\"any\":{\"ended\":true}}", 0 },
		{ "{}", -1 },
		{ "[]", -1 },
		{ "{\"all\":[]}", -1 },
		{ "{\"field\":\"a\"}", -1 },
		{ "{\"field\":\"a\",\"has\":true,\"in\":[\"x\"]}", -1 },
		{ "{\"field\":\"a\",\"like\":\"x\"}", -1 },
		{ "{\"now\":false,\"after\":\"d\"}", -1 },
		{ "{\"tracks\":\"party\",\"all\":{\"ended\":1}}", -1 },
		{ "{\"clock\":\"sign\"}", -1 },
	};
	json_t *fields =
		json_pack("{s:s,s:i,s:{s:s},s:[s],s:s,s:s,s:[{s:s},{s:s,s:s}]}",
			  "a", "x", "n", 3, "g", "b", "1", "l", "q", "d",
			  "2026-01-01", "e", "2026-01-01T09:00:00+08:00", "r",
			  "t", "u", "t", "v", "d", "2026-01-02");
	struct condition_in in = { .fields = fields };

	(void)state;
	assert_int_equal(time_parse("2026-01-01T08:15:00+08:00", &in.now_ms,
				    NULL),
			 RC_OK);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_t *json = json_loads(cases[i].condition, 0, NULL);
		struct condition *c = NULL;
		struct err err = ERR_INIT;
		enum rc rc = condition_read(json, "here", &c, &err);

		if ((rc == RC_OK) != (cases[i].holds >= 0) ||
		    (rc != RC_OK && strncmp(err.msg, "here: ", 6) != 0))
			fail_msg("%s: %s", cases[i].condition, err.msg);
		json_decref(json);
		if (c != NULL &&
		    condition_holds(c, &in) != (cases[i].holds == 1))
			fail_msg("%s", cases[i].condition);
		condition_free(c);
	}
	json_decref(fields);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_credit_code),
		cmocka_unit_test(test_gtin),
		cmocka_unit_test(test_content_check_table),
		cmocka_unit_test(test_content_check_tells_the_digit),
		cmocka_unit_test(test_content_set_and_text),
		cmocka_unit_test(test_content_differs),
		cmocka_unit_test(test_content_check_samples),
		cmocka_unit_test(test_condition_of_fields),
	};

	return cmocka_run_group_tests_name("content", tests, setup, teardown);
}
