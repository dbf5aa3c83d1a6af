#include "base/asset.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/kind.h"
#include "model/span.h"
#include "test.h"

static struct kind *
action(void)
{
	const struct asset *a = asset_find("kinds/action.json");
	struct kind *k = NULL;

	assert_non_null(a);
	assert_int_equal(kind_read(a->path, a->bytes, a->len, &k, NULL), RC_OK);
	return k;
}

/* Who typed a plate or a place how must not matter. */
static void
test_span_normal(void **state)
{
	static const char *const same[][2] = {
		{ "沪A·虚构01", "沪Ａ 虚构０１" },
		{ "沪A·虚构01", "沪a-虚构01" },
		{ "杭州余杭虚构仓库 3号", "杭州余杭虚构仓库（3号）" },
		{ "3101FICT001", "3101 fict 001" },
		{ " · ", "" },
	};
	char a[SPAN_VALUE_MAX + 1], b[SPAN_VALUE_MAX + 1], *wide;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		span_normal(same[i][0], a);
		span_normal(same[i][1], b);
		assert_string_equal(a, b);
	}
	span_normal("沪A12345", a);
	span_normal("沪A12346", b);
	assert_string_not_equal(a, b);
	/* cut at a character, never inside one */
	wide = xcalloc(1, 3 * 200 + 1);
	for (int i = 0; i < 200; i++)
		memcpy(wide + 3 * i, "仓", 3);
	span_normal(wide, a);
	assert_int_equal(strlen(a), SPAN_VALUE_MAX / 3 * 3);
	assert_int_equal(utf8_check(a, strlen(a), NULL), RC_OK);
	xfree(wide);
}

static int
count(const struct spans *s, const char *what)
{
	int n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += strcmp(s->at[i].what, what) == 0;
	return n;
}

static void
spans_from(const char *fields, struct spans *out)
{
	struct kind *k = action();
	json_t *f = NULL, *body = json_pack("{s:[s,s],s:[s]}", "to", "330100",
					    "320500", "cc", "340100");
	struct span_in in = { .kind = k, .owner = "310105", .body = body };

	assert_int_equal(json_read_object(fields, strlen(fields), &f, NULL),
			 RC_OK);
	in.fields = f;
	*out = (struct spans){ 0 };
	spans_of(&in, out);
	for (size_t i = 0; i < out->n; i++) /* names live in the kind */
		out->at[i].what =
			strcmp(out->at[i].what, "") == 0	  ? ""
			: strcmp(out->at[i].what, "unit") == 0	  ? "unit"
			: strcmp(out->at[i].what, "officer") == 0 ? "officer"
			: strcmp(out->at[i].what, "place") == 0	  ? "place"
								  : "vehicle";
	json_decref(f);
	json_decref(body);
	kind_free(k);
}

/* The copied desk is not there; an exercise holds nothing. */
static void
test_spans_of_a_plan(void **state)
{
	static const char plan[] =
		"{\"h_hour\":\"2026-10-14T05:30:00+08:00\","
		"\"ends_at\":\"2026-10-14T09:30:00+08:00\","
		"\"mode\":\"%s\",\"place\":\"虚构仓库\","
		"\"officers\":[{\"cert_no\":\"A1\"},{\"cert_no\":\"a1\"},"
		"{\"cert_no\":\"A2\"}],"
		"\"vehicles\":[{\"plate\":\"沪A·1\"}]}";
	char text[512];
	struct spans s;

	(void)state;
	snprintf(text, sizeof text, plan, "actual");
	spans_from(text, &s);
	assert_int_equal(count(&s, ""), 1);
	assert_int_equal(count(&s, "unit"), 3);
	assert_int_equal(count(&s, "officer"), 2);
	assert_int_equal(count(&s, "vehicle"), 1);
	assert_int_equal(count(&s, "place"), 1);
	for (size_t i = 0; i < s.n; i++) {
		assert_int_equal(s.at[i].ends_ms - s.at[i].starts_ms,
				 4 * 3600000);
		assert_int_equal(s.at[i].level, 0);
	}
	spans_release(&s);
	snprintf(text, sizeof text, plan, "exercise");
	spans_from(text, &s);
	assert_int_equal(s.n, 1);
	spans_release(&s);
}

/* Days count whole; the desk in charge is held with its own people. */
static void
test_spans_of_phases(void **state)
{
	struct spans s;
	int days = 0;

	(void)state;
	spans_from("{\"h_hour\":\"2026-11-05T09:00:00+08:00\","
		   "\"ends_at\":\"2026-11-05T13:00:00+08:00\","
		   "\"officers\":[{\"cert_no\":\"A1\"},{\"desk\":\"330100\","
		   "\"cert_no\":\"B1\"}],\"fair_schedule\":["
		   "{\"step\":\"展前审查\",\"from_on\":\"2026-10-31\","
		   "\"until_on\":\"2026-10-31\",\"desk\":\"330100\"},"
		   "{\"step\":\"展中巡查\",\"from_on\":\"2026-11-05\","
		   "\"until_on\":\"2026-11-10\",\"place\":\"1号馆\"}]}",
		   &s);
	assert_int_equal(count(&s, ""), 3);
	assert_int_equal(count(&s, "officer"), 2 + 1);
	assert_int_equal(count(&s, "unit"), 3 + 1 + 3);
	assert_int_equal(count(&s, "place"), 1);
	for (size_t i = 0; i < s.n; i++) {
		int64_t ms = s.at[i].ends_ms - s.at[i].starts_ms;

		if (s.at[i].what[0] == '\0' && s.at[i].label[0] != '\0') {
			days += (int)(ms / 86400000);
			assert_int_equal(ms % 86400000, 0);
		}
		assert_true(ms <= span_level_ms(s.at[i].level));
		assert_true(s.at[i].level == 0 ||
			    ms > span_level_ms(s.at[i].level - 1));
	}
	assert_int_equal(days, 1 + 6);
	spans_release(&s);
}

/* What a peer may send: no hours, hours the wrong way round, far too much. */
static void
test_spans_of_odd_content(void **state)
{
	struct buf b;
	struct spans s;
	char row[64];

	(void)state;
	spans_from("{\"place\":\"x\"}", &s);
	assert_int_equal(s.n, 0);
	spans_from("{\"h_hour\":\"2026-11-05T09:00:00+08:00\","
		   "\"ends_at\":\"2026-11-05T08:00:00+08:00\"}",
		   &s);
	assert_int_equal(s.n, 0);
	buf_init(&b, 1 << 20);
	(void)buf_adds(&b,
		       "{\"h_hour\":\"2026-11-05T09:00:00+08:00\","
		       "\"officers\":[",
		       NULL);
	for (int i = 0; i < 3000; i++) {
		snprintf(row, sizeof row, "%s{\"cert_no\":\"N%d\"}",
			 i > 0 ? "," : "", i);
		(void)buf_adds(&b, row, NULL);
	}
	(void)buf_adds(&b, "]}", NULL);
	spans_from(buf_str(&b), &s);
	assert_int_equal(s.n, SPANS_MAX);
	assert_int_equal(s.at[0].ends_ms - s.at[0].starts_ms, 3600000);
	spans_release(&s);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_span_normal),
		cmocka_unit_test(test_spans_of_a_plan),
		cmocka_unit_test(test_spans_of_phases),
		cmocka_unit_test(test_spans_of_odd_content),
	};

	return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
