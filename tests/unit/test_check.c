/* Named checks that no other test drives both ways from outside. */
#include "../../src/desk/check_int.h"
#include "desk_world.h"

static enum rc
run(struct world *w, const struct kind *k, const char *check, const char *body,
    const char *move)
{
	json_t *data = NULL, *m = NULL;
	struct check_in in = { .desk = w->a, .kind = k };
	enum rc rc;

	ok(json_read_object(body, strlen(body), &data, &err));
	if (move != NULL)
		ok(json_read_object(move, strlen(move), &m, &err));
	in.body = data;
	in.fields = json_object_get(data, "fields");
	in.before = json_object_get(data, "before");
	in.move = m;
	rc = checks_run(&in, &check, 1, &err);
	json_decref(data);
	json_decref(m);
	return rc;
}

static const struct {
	const char *kind, *check, *body, *move;
	enum rc rc;
} cases[] = {
	/* two_officers */
	{ "transfer", "two_officers", "{}",
	  "{\"officers\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", RC_OK },
	{ "transfer", "two_officers", "{}",
	  "{\"officers\":[{\"id\":\"a\"},{\"id\":\"a\"}]}", RC_DENIED },
	{ "transfer", "two_officers(case_officers)",
	  "{\"fields\":{\"case_officers\":[{\"cert_no\":\"1\"},"
	  "{\"cert_no\":\"2\"}]}}",
	  NULL, RC_OK },
	{ "transfer", "two_officers(case_officers)",
	  "{\"fields\":{\"case_officers\":[{\"cert_no\":\"1\"},"
	  "{\"cert_no\":\"\"}]}}",
	  NULL, RC_DENIED },
	/* head_approved */
	{ "transfer", "head_approved(decide)",
	  "{\"before\":[{\"move\":\"decide\",\"officers\":[{\"id\":\"z\","
	  "\"roles\":[\"head\"]}]}]}",
	  NULL, RC_OK },
	{ "transfer", "head_approved(decide)",
	  "{\"before\":[{\"move\":\"decide\",\"officers\":[{\"id\":\"z\","
	  "\"roles\":[\"duty\"]}]}]}",
	  NULL, RC_DENIED },
	{ "transfer", "head_approved(decide;direction=reverse)",
	  "{\"fields\":{\"direction\":\"forwarded\"}}", NULL, RC_OK },
	/* same_level_police: this desk is 310105, a district */
	{ "transfer", "same_level_police(level_reason)",
	  "{\"to\":[\"310105-gaj\"]}", NULL, RC_OK },
	{ "transfer", "same_level_police(level_reason)",
	  "{\"to\":[\"310105\"]}", NULL, RC_DENIED },
	{ "transfer", "same_level_police(level_reason)",
	  "{\"to\":[\"310000-gaj\"]}", NULL, RC_DENIED },
	{ "transfer", "same_level_police(level_reason)",
	  "{\"to\":[\"330100-gaj\"],\"fields\":{\"level_reason\":\"r\"}}", NULL,
	  RC_OK },
	/* copy_to_procuratorate, own_unit */
	{ "transfer", "copy_to_procuratorate", "{\"cc\":[\"310105-jcy\"]}",
	  NULL, RC_OK },
	{ "transfer", "copy_to_procuratorate", "{\"cc\":[\"310105-zfw\"]}",
	  NULL, RC_DENIED },
	{ "transfer", "own_unit(jcy)", "{}", NULL, RC_DENIED },
	/* lists_equal: order and split rows do not matter */
	{ "transfer", "lists_equal(goods_list,handed,difference)",
	  "{\"fields\":{\"goods_list\":[{\"name\":\"x\",\"quantity\":3}]}}",
	  "{\"input\":{\"handed\":[{\"name\":\"x\",\"quantity\":1},"
	  "{\"name\":\"x\",\"quantity\":2}]}}",
	  RC_OK },
	{ "transfer", "lists_equal(goods_list,handed,difference)",
	  "{\"fields\":{\"goods_list\":[{\"name\":\"x\",\"quantity\":3}]}}",
	  "{\"input\":{\"handed\":[{\"name\":\"x\",\"quantity\":3},"
	  "{\"name\":\"y\",\"quantity\":1}]}}",
	  RC_DENIED },
	{ "transfer", "lists_equal(goods_list,handed,difference)",
	  "{\"fields\":{\"goods_list\":[{\"name\":\"x\",\"quantity\":3}]}}",
	  "{\"input\":{\"handed\":[],\"difference\":\"lost\"}}", RC_OK },
	/* goods_conserved: seized = all parts */
	{ "transfer", "goods_conserved(goods_list,quantity)",
	  "{\"fields\":{\"goods_list\":[{\"name\":\"x\",\"seized\":10,"
	  "\"quantity\":4,\"sampled\":1,\"transferred\":1,\"returned\":1,"
	  "\"auctioned\":1,\"destroyed\":1,\"stored\":1}]}}",
	  NULL, RC_OK },
	{ "transfer", "goods_conserved(goods_list,quantity)",
	  "{\"fields\":{\"goods_list\":[{\"name\":\"x\",\"seized\":10,"
	  "\"quantity\":4,\"sampled\":1}]}}",
	  NULL, RC_DENIED },
	{ "transfer", "goods_conserved(goods_list)",
	  "{\"fields\":{\"goods_list\":[{\"name\":\"x\",\"seized\":0.3,"
	  "\"sampled\":0.1,\"stored\":0.2}]}}",
	  NULL, RC_OK },
	/* date_order: by the day where one of two is a date */
	{ "transfer", "date_order(seized_on,seize_ended_on)",
	  "{\"fields\":{\"seized_on\":\"2026-02-28\","
	  "\"seize_ended_on\":\"2026-03-01\"}}",
	  NULL, RC_OK },
	{ "transfer", "date_order(seized_on,seize_ended_on)",
	  "{\"fields\":{\"seized_on\":\"2026-03-02\","
	  "\"seize_ended_on\":\"2026-03-01\"}}",
	  NULL, RC_RANGE },
	{ "transfer", "date_order(reported_at,seized_on)",
	  "{\"fields\":{\"reported_at\":\"2026-03-01T09:00:00+08:00\","
	  "\"seized_on\":\"2026-03-01\"}}",
	  NULL, RC_OK },
	{ "transfer", "date_order(reported_at,decided_at)",
	  "{\"fields\":{\"reported_at\":\"2026-03-01T09:00:00+08:00\","
	  "\"decided_at\":\"2026-03-01T08:59:59+08:00\"}}",
	  NULL, RC_RANGE },
	/* reg_no_shape */
	{ "clue", "reg_no_shape(right.reg_no,right.type)",
	  "{\"fields\":{\"right\":{\"type\":\"商标\",\"reg_no\":"
	  "\"00001025\"}}}",
	  NULL, RC_OK },
	{ "clue", "reg_no_shape(right.reg_no,right.type)",
	  "{\"fields\":{\"right\":{\"type\":\"商标\",\"reg_no\":"
	  "\"1234567890\"}}}",
	  NULL, RC_RANGE },
	{ "clue", "reg_no_shape(right.reg_no,right.type)",
	  "{\"fields\":{\"right\":{\"type\":\"专利\",\"reg_no\":"
	  "\"ZL202010000001.1\"}}}",
	  NULL, RC_OK },
	{ "clue", "reg_no_shape(right.reg_no,right.type)",
	  "{\"fields\":{\"right\":{\"type\":\"专利\",\"reg_no\":"
	  "\"ZL202010000001.4\"}}}",
	  NULL, RC_RANGE },
	/* after_service: the day after, or after 60 days of public notice */
	{ "destruction", "after_service(on)",
	  "{\"fields\":{\"service_mode\":\"公告送达\","
	  "\"notice_published_on\":\"2026-01-01\"}}",
	  "{\"input\":{\"on\":\"2026-03-02\"}}", RC_DENIED },
	{ "destruction", "after_service(on)",
	  "{\"fields\":{\"service_mode\":\"公告送达\","
	  "\"notice_published_on\":\"2026-01-01\"}}",
	  "{\"input\":{\"on\":\"2026-03-03\"}}", RC_OK },
	{ "destruction", "after_service(on)",
	  "{\"fields\":{\"service_mode\":\"直接送达\"}}",
	  "{\"input\":{\"on\":\"2026-03-03\"}}", RC_DENIED },
	/* licensed_unit, manifest_for_hazardous */
	{ "destruction", "licensed_unit",
	  "{\"fields\":{\"waste\":\"危险废物\",\"unit\":{\"name\":\"u\"}}}",
	  NULL, RC_DENIED },
	{ "destruction", "licensed_unit",
	  "{\"fields\":{\"waste\":\"一般固废\",\"unit\":{\"name\":\"u\"}}}",
	  NULL, RC_OK },
	{ "destruction", "licensed_unit",
	  "{\"fields\":{\"waste\":\"一般固废\",\"unit\":{\"name\":\"u\","
	  "\"doc\":\"nowhere\"}}}",
	  NULL, RC_NOTFOUND },
	{ "destruction", "manifest_for_hazardous",
	  "{\"fields\":{\"waste\":\"危险废物\"}}", "{\"input\":{}}",
	  RC_DENIED },
	{ "destruction", "manifest_for_hazardous",
	  "{\"fields\":{\"waste\":\"危险废物\"}}",
	  "{\"input\":{\"manifest_no\":\"1\"}}", RC_OK },
};

static void
test_checks_both_ways(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct kind *k = NULL;
		enum rc rc;

		ok(desk_kind(w->a, cases[i].kind, &k, &err));
		rc = run(w, k, cases[i].check, cases[i].body, cases[i].move);
		if (rc != cases[i].rc)
			fail_msg("%s of %s: %s, not %s (%s)", cases[i].check,
				 cases[i].body, rc_name(rc),
				 rc_name(cases[i].rc), err.msg);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_checks_both_ways, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
