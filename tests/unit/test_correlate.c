/* What documents may share, and the form in which it is compared. */
#include <string.h>

#include "base/asset.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/correlate.h"
#include "test.h"

/* key NULL: no value. */
static const struct {
	const char *what, *text, *key;
} cases[] = {
	/* credit codes */
	{ "credit_code", "91350100M000100Y43", "91350100m000100y43" },
	{ "credit_code", "９１３５０１００Ｍ０００１００Ｙ４３",
	  "91350100m000100y43" },
	{ "credit_code", " 91350100 M000100Y-43 ", "91350100m000100y43" },
	{ "credit_code", "9I350I00M000I00Y43", "91350100m000100y43" },
	{ "credit_code", "9135O1OOMOOO1OOY43", "91350100m000100y43" },
	{ "credit_code", "91350100", NULL },
	{ "credit_code", "无", NULL },
	{ "credit_code", "000000000000000000", NULL },
	{ "credit_code", "不详", NULL },
	/* registration numbers */
	{ "reg_no", "第1234567号", "1234567" },
	{ "reg_no", "第 1234567 号", "1234567" },
	{ "reg_no", "1234567", "1234567" },
	{ "reg_no", "ZL 2019 3 0123456.7", "zl2019301234567" },
	{ "reg_no", "ＺＬ２０１９３０１２３４５６．７", "zl2019301234567" },
	{ "reg_no", "第号", NULL },
	{ "reg_no", "12", NULL },
	{ "reg_no", "驰名商标", NULL },
	/* batches */
	{ "batch", "A20261109", "a20261109" },
	{ "batch", "a-2026/11-09", "a20261109" },
	{ "batch", "批号：A20261109", "批号a20261109" },
	{ "batch", "〔2026〕11", "202611" },
	{ "batch", "[2026]11", "202611" },
	{ "batch", "（2026）11", "202611" },
	{ "batch", "1", NULL },
	{ "batch", "001", NULL },
	{ "batch", "第一批次", NULL },
	{ "batch", "0000", NULL },
	{ "batch", "", NULL },
	/* bar codes */
	{ "barcode", "6901028 07522 5", "6901028075225" },
	{ "barcode", "６９０１０２８０７５２２５", "6901028075225" },
	{ "barcode", "EAN 6901028075225", "6901028075225" },
	{ "barcode", "69010", NULL },
	/* addresses */
	{ "address", "上海市长宁区某路 12 号（3 楼）",
	  "上海市长宁区某路12号3楼" },
	{ "address", "上海市长宁区某路12号(3楼)", "上海市长宁区某路12号3楼" },
	{ "address", "上海市，长宁区，某路１２号－３楼",
	  "上海市长宁区某路12号3楼" },
	{ "address", "长宁区", NULL },
	{ "address", "不详不详不详", "不详不详不详" },
	/* phones */
	{ "phone", "138 0000 1111", "13800001111" },
	{ "phone", "+86-138-0000-1111", "13800001111" },
	{ "phone", "0086 13800001111", "13800001111" },
	{ "phone", "8613800001111", "13800001111" },
	{ "phone", "(021)6234-5678", "02162345678" },
	{ "phone", "+86 21 6234 5678", "02162345678" },
	{ "phone", "+86 10 6234 5678", "01062345678" },
	{ "phone", "021-62345678 转 801", "02162345678" },
	{ "phone", "021-62345678 ext 801", "02162345678" },
	{ "phone", "电话：０２１－６２３４５６７８", "02162345678" },
	{ "phone", "12315", NULL },
	/* couriers */
	{ "courier_no", "SF 1234 5678 9012", "sf123456789012" },
	{ "courier_no", "sf123456789012", "sf123456789012" },
	{ "courier_no", "YT123", NULL },
	/* addresses on the net */
	{ "url", "https://www.Shop123.example.com/item?id=5",
	  "shop123.example.com/item?id=5" },
	{ "url", "http://shop123.example.com/item/?id=5#top",
	  "shop123.example.com/item/?id=5" },
	{ "url", "HTTPS://SHOP123.EXAMPLE.COM/", "shop123.example.com" },
	{ "url", "shop123.example.com", "shop123.example.com" },
	{ "url", "//shop123.example.com", "shop123.example.com" },
	{ "url", " https://shop123.example.com:443/a/ ",
	  "shop123.example.com/a" },
	{ "url", "http://shop123.example.com:80", "shop123.example.com" },
	{ "url", "http://shop123.example.com:8080/",
	  "shop123.example.com:8080" },
	{ "url", "https://a.example.com/?spm=1.2&utm_source=x",
	  "a.example.com" },
	{ "url", "https://a.example.com/s?spm=1&id=7&scm=2",
	  "a.example.com/s?id=7" },
	{ "url", "ｈｔｔｐ：／／shop.example.com／a", "shop.example.com/a" },
	{ "url", "某平台店铺", NULL },
	{ "url", "http://", NULL },
	/* what a kind names beside */
	{ "report_no", "检字〔2026〕第 0012 号", "检字2026第0012" },
	{ "report_no", "第 2026-0012 号", "20260012" },
	{ "report_no", "12", NULL },
};

static void
test_normal_forms(void **state)
{
	struct buf key;
	(void)state;
	assert_true(ARRAY_LEN(cases) >= 40);
	buf_init(&key, 4096);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool good = shared_key(cases[i].what, cases[i].text, &key);
		if (good != (cases[i].key != NULL) ||
		    (good && !str_eq(buf_str(&key), cases[i].key)))
			fail_msg("%s '%s': %s '%s', should be '%s'",
				 cases[i].what, cases[i].text,
				 good ? "value" : "none", buf_str(&key),
				 cases[i].key == NULL ? "none" : cases[i].key);
	}
	buf_release(&key);
}

/* Nothing that a peer writes breaks it; keys have a bound and end well. */
static void
test_hostile(void **state)
{
	struct buf key;
	char text[1200];
	(void)state;
	buf_init(&key, 4096);
	for (size_t i = 0; i + 3 < sizeof(text); i += 3)
		memcpy(text + i, "号", 4);
	text[0] = '1';
	text[1] = text[2] = '2';
	assert_true(shared_key("report_no", text, &key));
	assert_true(key.len <= SHARED_KEY_MAX);
	assert_int_equal(utf8_check(key.data, key.len, NULL), RC_OK);
	static const char *const odd[] = { "?",	  "???&&&", "http://?&=&",
					   "第",  "号",	    "第号",
					   ":80", "www.",   "\xe2\x80\xae.a.b",
					   "转",  "+",	    "86",
					   ",,,", "//////", "#" };
	static const char *const whats[] = { "url",   "phone",	 "reg_no",
					     "batch", "barcode", "credit_code",
					     "x" };
	for (size_t i = 0; i < ARRAY_LEN(odd); i++)
		for (size_t k = 0; k < ARRAY_LEN(whats); k++)
			(void)shared_key(whats[k], odd[i], &key);
	buf_release(&key);
}

/* ---- of a kind ---- */

static struct kind *kind;

static int
read_kind(void **state)
{
	const struct asset *a = asset_find("kinds/clue.json");
	struct err err = ERR_INIT;
	(void)state;
	if (kind_read("clue.json", a->bytes, a->len, &kind, &err) != RC_OK)
		fail_msg("%s", err.msg);
	return 0;
}

static int
free_kind(void **state)
{
	(void)state;
	kind = kind_free(kind);
	return 0;
}

static bool
has(const struct shared_values *v, const char *what, const char *key)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->list[i].what, what) &&
		    str_eq(v->list[i].key, key))
			return true;
	return false;
}

static void
test_fields_of_a_clue(void **state)
{
	struct shared_values v;
	(void)state;
	json_t *f = json_pack(
		"{s:{s:s, s:s}, s:[{s:s, s:s, s:s}, {s:s, s:s}], s:{s:s}, s:s, "
		"s:s, s:{s:s}}",
		"party_concerned", "credit_code", "91350100M000100Y43",
		"operating_address", "某市某区某路 1 号", "goods", "name",
		"皮鞋", "brand", "某 牌", "batch", "B1234、B5678", "name",
		"皮包", "batch", "b-1234", "right", "reg_no", "第1234567号",
		"courier_no", "SF12345678", "url",
		"https://www.shop.example.com/", "contact", "phone",
		"021-62345678");
	assert_non_null(f);
	correlate_values(kind, f, &v);
	assert_true(has(&v, "credit_code", "91350100m000100y43"));
	assert_true(has(&v, "address", "某市某区某路1号"));
	assert_true(has(&v, "batch", "b1234"));
	assert_true(has(&v, "batch", "b5678"));
	assert_true(has(&v, "reg_no", "1234567"));
	assert_true(has(&v, "courier_no", "sf12345678"));
	assert_true(has(&v, "url", "shop.example.com"));
	assert_true(has(&v, "goods", "某牌 皮鞋"));
	/* once each; a brand, a name or the desk's own telephone is nothing */
	assert_int_equal(v.n, 8);
	shared_values_release(&v);
	json_decref(f);
}

/* What stays at home is compared, and marked. */
static void
test_secret(void **state)
{
	const struct asset *a = asset_find("kinds/clue.json");
	struct err err = ERR_INIT;
	struct kind *k = NULL;
	struct shared_values v;
	char *bytes = xstrdup(a->bytes);
	char *at = strstr(bytes, "\"contact.phone:never\"");
	(void)state;
	assert_non_null(at);
	memcpy(at, "\"informant.phone\"    ", 21);
	if (kind_read("clue.json", bytes, a->len, &k, &err) != RC_OK)
		fail_msg("%s", err.msg);
	json_t *f = json_pack("{s:{s:s}, s:s}", "informant", "phone",
			      "13800001111", "courier_no", "SF12345678");
	correlate_values(k, f, &v);
	assert_int_equal(v.n, 2);
	for (size_t i = 0; i < v.n; i++)
		assert_int_equal(v.list[i].secret,
				 str_eq(v.list[i].what, "phone"));
	shared_values_release(&v);
	json_decref(f);
	(void)kind_free(k);
	(void)xfree(bytes);
}

static void
test_odd_content(void **state)
{
	static const char *const odd[] = {
		"{\"goods\": {\"batch\": \"B1234\"}}",
		"{\"goods\": [1, null, [\"B1234\"], {\"batch\": 12345}]}",
		"{\"party_concerned\": [], \"url\": {}, \"courier_no\": 1}",
		"{\"party_concerned\": \"91350100M000100Y43\"}",
		"{}",
	};
	struct shared_values v;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		json_t *f = NULL;
		assert_int_equal(json_read(odd[i], strlen(odd[i]), &f, NULL),
				 RC_OK);
		correlate_values(kind, f, &v);
		assert_int_equal(v.n, 0);
		shared_values_release(&v);
		json_decref(f);
	}
	correlate_values(NULL, NULL, &v);
	assert_int_equal(v.n, 0);
}

static void
test_bound(void **state)
{
	struct shared_values v;
	json_t *f = json_object(), *goods = json_array();
	(void)state;
	for (int i = 0; i < 500; i++) {
		char batch[16];
		(void)snprintf(batch, sizeof(batch), "B%06d", i);
		json_array_append_new(goods,
				      json_pack("{s:s}", "batch", batch));
	}
	json_object_set_new(f, "goods", goods);
	correlate_values(kind, f, &v);
	assert_int_equal(v.n, SHARED_VALUES_MAX);
	shared_values_release(&v);
	json_decref(f);
}

static void
test_entries(void **state)
{
	(void)state;
	assert_true(correlate_entry_ok(kind, "goods.batch"));
	assert_true(correlate_entry_ok(kind, "place:address"));
	assert_true(correlate_entry_ok(kind, "contact.phone:never"));
	assert_true(correlate_entry_ok(kind, "goods.brand+goods.name"));
	assert_false(correlate_entry_ok(kind, "goods.nothing"));
	assert_false(correlate_entry_ok(kind, "goods.batch:anything"));
	assert_false(correlate_entry_ok(kind, "goods.brand+right.holder"));
	assert_false(correlate_entry_ok(kind, ""));
	assert_false(correlate_entry_ok(kind, "+"));
	assert_false(correlate_entry_ok(kind, "goods."));
	assert_string_equal(shared_title(kind, "batch", true), "批号");
	assert_string_equal(shared_title(kind, "goods", false),
			    "brand and product");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal_forms),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_fields_of_a_clue),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_odd_content),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_entries),
	};
	return cmocka_run_group_tests(tests, read_kind, free_kind);
}
