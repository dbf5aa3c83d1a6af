#include "base/i18n.h"
#include "desk_world.h"

static void
test_issue_list_show(void **state)
{
	struct world *w = *state;
	struct list_query q = { .changed_after = -1 };
	enum new_outcome outcome;
	struct doc_list list;
	struct doc_ref ref, found;
	struct view *v = NULL;

	ok(new_clue(w->a,
		    "{\"title\":\"关于假冒运动鞋线索的通报\","
		    "\"urgency\":\"特急\"}",
		    "330100", false, &ref, &outcome));
	assert_int_equal(outcome, NEW_ISSUED);
	ok(ask_list(w->a, &q, &list, &err));
	assert_int_equal(list.n_rows, 1);
	assert_string_equal(list.rows[0].number, "沪长打假通〔2026〕1号");
	assert_string_equal(list.rows[0].title, "关于假冒运动鞋线索的通报");
	assert_string_equal(list.rows[0].state, "sent");
	assert_int_equal(list.rows[0].urgency, 0);
	assert_int_equal(list.rows[0].n_parties, 1);
	assert_string_equal(list.rows[0].parties[0].desk, "330100");
	assert_string_equal(list.rows[0].parties[0].state, "sent");
	assert_true(list.rows[0].undelivered);
	doc_list_release(&list);
	/* by number in any bracket form, and by an ending */
	ok(doc_find(w->a, "沪长打假通[2026]1号", &found, &err));
	assert_string_equal(found.id, ref.id);
	ok(doc_find(w->a, "沪长打假通（２０２６）1号", &found, &err));
	ok(doc_find(w->a, ref.id + UUID_LEN - 5, &found, &err));
	assert_string_equal(found.id, ref.id);
	assert_int_equal(doc_find(w->a, "ffffffff", &found, &err), RC_NOTFOUND);
	ok(ask_view(w->a, &ref, &v, &err));
	assert_string_equal(json_text(v->fields, "secrecy"), "内部");
	assert_int_equal(v->n_timeline, 1);
	assert_true(v->may_withdraw);
	view_free(v);
}

static void
test_numbers_never_repeat(void **state)
{
	struct world *w = *state;
	struct desk_open_as as = { .folder = desk_get_folder(w->a),
				   .env = &w->env.env };
	struct list_query q = { .changed_after = -1 };
	enum new_outcome outcome;
	struct desk *second = NULL;
	struct doc_list list;
	struct doc_ref ref;
	size_t i, j;

	ok(desk_open(&as, &second, &err));
	for (i = 0; i < 4; i++)
		ok(new_clue(i % 2 == 0 ? w->a : second, "{\"title\":\"t\"}",
			    "330100", false, &ref, &outcome));
	ok(setting_set(w->a, "next_number", "clue 40", &err));
	assert_int_equal(setting_set(w->a, "next_number", "clue 3", &err),
			 RC_EXISTS);
	ok(new_clue(second, "{\"title\":\"t\"}", "330100", false, &ref,
		    &outcome));
	ok(ask_list(w->a, &q, &list, &err));
	assert_int_equal(list.n_rows, 5);
	assert_string_equal(list.rows[0].number, "沪长打假通〔2026〕40号");
	for (i = 0; i < list.n_rows; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(list.rows[i].number,
						list.rows[j].number);
	doc_list_release(&list);
	desk_close(second);
}

static void
test_refusals(void **state)
{
	static const struct {
		const char *json, *to;
		enum rc rc;
		const char *says;
	} cases[] = {
		{ "{}", "330100", RC__COUNT, "" },	     /* no title */
		{ "{\"title\":\"t\"}", NULL, RC_RANGE, "" }, /* no addressee */
		{ "{\"title\":\"t\"}", "999999", RC_DENIED, "999999" },
		{ "{\"title\":\"t\"}", "310105", RC_RANGE, "310105" },
		{ "{\"title\":\"t\"}", "33010", RC_RANGE, "33010" },
		{ "{\"title\":\"t\"}", "310105‐gaj", RC_RANGE, "" },
		{ "{\"title\":\"t\",\"nope\":1}", "330100", RC__COUNT, "nope" },
		{ "{\"title\":\"t\",\"when\":\"2026-02-30\"}", "330100",
		  RC__COUNT, "" },
		{ "{\"title\":\"t\",\"secrecy\":\"机密\"}", "330100", RC__COUNT,
		  "" },
		{ "{\"title\":\"机密★1年 某某\"}", "330100", RC_DENIED,
		  "机密" },
		{ "{\"title\":\"t\",\"party_concerned\":{\"name\":\"n\","
		  "\"credit_code\":\"91310115MA1H8R7C6D\"}}",
		  "330100", RC_RANGE, "7" },
		{ "{\"title\":\"t\",\"informant\":{\"name\":\"张三\"}}",
		  "330100", RC_DENIED, "" },
		{ "{\"title\":\"张三举报\",\"informant\":{\"name\":\"张三\","
		  "\"name_masked\":\"张*\"}}",
		  "330100", RC_DENIED, "" },
	};
	struct world *w = *state;
	enum new_outcome outcome;
	struct doc_ref ref;
	struct list_query q = { .changed_after = -1 };
	struct doc_list list;
	size_t i;
	enum rc rc;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		err = (struct err)ERR_INIT;
		rc = new_clue(w->a, cases[i].json, cases[i].to, false, &ref,
			      &outcome);
		if (rc == RC_OK ||
		    (cases[i].rc != RC__COUNT && rc != cases[i].rc) ||
		    strstr(err.msg, cases[i].says) == NULL)
			fail_msg("case %zu: %s: %s", i, rc_name(rc), err.msg);
	}
	ok(ask_list(w->a, &q, &list, &err));
	assert_int_equal(list.n_rows, 0); /* nothing was left behind */
	doc_list_release(&list);
}

static void
test_informant_stays_at_home(void **state)
{
	struct world *w = *state;
	enum new_outcome outcome;
	struct doc_ref ref;
	struct view *v = NULL;
	const struct event *issue;

	ok(new_clue(w->a,
		    "{\"title\":\"t\",\"informant\":{\"name\":\"李四\","
		    "\"phone\":\"0000012345\",\"name_masked\":\"李*\","
		    "\"phone_masked\":\"****\"}}",
		    "330100", false, &ref, &outcome));
	ok(ask_view(w->a, &ref, &v, &err));
	issue = v->held.doc->issue;
	assert_string_equal(json_text(json_object_get(v->fields, "informant"),
				      "name"),
			    "李四");
	assert_null(json_text(
		json_object_get(json_object_get(issue->data, "fields"),
				"informant"),
		"name"));
	assert_string_equal(
		json_text(
			json_object_get(json_object_get(issue->data, "fields"),
					"informant"),
			"name_masked"),
		"李*");
	view_free(v);
}

static void
test_draft_and_approval(void **state)
{
	struct world *w = *state;
	struct desk_open_as as = { .folder = desk_get_folder(w->a),
				   .officer = "liu",
				   .env = &w->env.env };
	struct list_query q = { .changed_after = -1, .waits = true };
	enum new_outcome outcome;
	struct desk *liu = NULL;
	struct doc_list list;
	struct doc_ref ref;

	ok(officer_add(w->a, "liu", "刘", ROLE_BIT(ROLE_DUTY), NULL, &err));
	assert_int_equal(officer_add(w->a, "liu", "刘", 1, NULL, &err),
			 RC_EXISTS);
	ok(desk_open(&as, &liu, &err));
	assert_true(desk_get_officer(liu)->asserted);
	ok(new_clue(liu, "{\"title\":\"t\"}", "330100", false, &ref, &outcome));
	assert_int_equal(outcome, NEW_WAITING);
	assert_int_equal(act_approve(liu, &ref, &err), RC_DENIED);
	ok(ask_list(w->a, &q, &list, &err));
	assert_int_equal(list.n_rows, 1);
	assert_true(list.rows[0].waiting_approval);
	doc_list_release(&list);
	assert_int_equal(act_reject(w->a, &ref, "", &err), RC_USAGE);
	ok(act_reject(w->a, &ref, "缺证据", &err));
	ok(act_issue(liu, &ref, &outcome, &err));
	assert_int_equal(outcome, NEW_WAITING);
	ok(act_approve(w->a, &ref, &err));
	assert_int_equal(act_approve(w->a, &ref, &err), RC_NOTFOUND);
	/* now that there are two, nobody approves his own */
	ok(new_clue(w->a, "{\"title\":\"t\"}", "330100", false, &ref,
		    &outcome));
	assert_int_equal(outcome, NEW_WAITING);
	ok(officer_disable(w->a, "liu", &err));
	/* an open console of his is refused at the next key */
	assert_int_equal(act_note(liu, &ref, "x", &err), RC_DENIED);
	assert_int_equal(ask_list(liu, &q, &list, &err), RC_DENIED);
	assert_int_equal(desk_open(&as, &liu, &err), RC_DENIED);
	desk_close(liu);
}

static void
test_draft_versions(void **state)
{
	struct world *w = *state;
	const char *to = "330100";
	struct new_doc n = {
		.kind = "clue", .to = &to, .n_to = 1, .draft = true
	};
	enum new_outcome outcome;
	struct doc_ref ref;
	int64_t version = 0;

	ok(new_clue(w->a, "{\"title\":\"t\"}", NULL, true, &ref, &outcome));
	assert_int_equal(outcome, NEW_DRAFT);
	n.fields = fields("{\"title\":\"二\"}");
	ok(act_draft_save(w->a, &ref, &n, 1, &version, &err));
	assert_int_equal(version, 2);
	assert_int_equal(act_draft_save(w->a, &ref, &n, 1, &version, &err),
			 RC_CONFLICT);
	json_decref(n.fields);
	ok(act_issue(w->a, &ref, &outcome, &err));
	assert_int_equal(outcome, NEW_ISSUED);
	assert_int_equal(act_issue(w->a, &ref, &outcome, &err), RC_STATE);
}

static void
test_revise_withdraw_remind(void **state)
{
	struct world *w = *state;
	struct new_doc change = { 0 };
	enum new_outcome outcome;
	struct doc_ref ref;
	struct view *v = NULL;
	struct ref first;
	bool parked;

	ok(new_clue(w->a, "{\"title\":\"t\"}", "330100", false, &ref,
		    &outcome));
	ok(ask_view(w->a, &ref, &v, &err));
	first = v->held.doc->current->digest;
	view_free(v);
	change.fields = fields("{\"title\":\"t\",\"place\":\"仓库\"}");
	ok(act_revise(w->a, &ref, &first, &change, &parked, &err));
	assert_false(parked);
	json_decref(change.fields);
	change.fields = fields("{\"title\":\"u\"}");
	/* made on a revision that is no longer the current one */
	assert_int_equal(act_revise(w->a, &ref, &first, &change, &parked, &err),
			 RC_CONFLICT);
	json_decref(change.fields);
	ok(act_remind(w->a, &ref, "330100", &err));
	assert_int_equal(act_remind(w->a, &ref, "330100", &err), RC_STATE);
	assert_int_equal(act_remind(w->a, &ref, "320500", &err), RC_RANGE);
	w->env.now_ms += REMIND_INTERVAL_MS;
	ok(act_remind(w->a, &ref, "330100", &err));
	ok(act_note(w->a, &ref, "先查仓库", &err));
	ok(act_remark(w->a, &ref, "补充说明", &err));
	ok(act_assign(w->a, &ref, desk_get_officer(w->a)->id, "2026-12-01",
		      &err));
	assert_int_equal(act_assign(w->a, &ref, "nobody", NULL, &err),
			 RC_NOTFOUND);
	assert_int_equal(act_assign(w->a, &ref, desk_get_officer(w->a)->id,
				    "2020-01-01", &err),
			 RC_RANGE);
	ok(act_seen(w->a, &ref, &err));
	ok(act_withdraw(w->a, &ref, "错发", &parked, &err));
	assert_int_equal(act_withdraw(w->a, &ref, "错发", &parked, &err),
			 RC_STATE);
	ok(ask_view(w->a, &ref, &v, &err));
	assert_true(v->row->withdrawn);
	assert_string_equal(v->row->assignee, desk_get_officer(w->a)->id);
	assert_int_equal(v->n_timeline, 9);
	assert_string_equal(json_text(v->fields, "place"), "仓库");
	view_free(v);
}

static size_t
count_moves(const struct view *v, bool possible)
{
	size_t i, n = 0;

	for (i = 0; i < v->n_moves; i++)
		n += v->moves[i].possible == possible;
	return n;
}

static bool
possible(const struct view *v, const char *move)
{
	size_t i;

	for (i = 0; i < v->n_moves; i++)
		if (str_eq(v->moves[i].move->name, move))
			return v->moves[i].possible;
	return false;
}

/* The whole journey: issued at A, signed for and answered at B, seen at A. */
static void
test_journey(void **state)
{
	struct world *w = *state;
	struct list_query q = { .changed_after = -1, .waits = true };
	struct do_move m = { .move = "accept" };
	enum new_outcome outcome;
	struct counts counts;
	struct doc_list list;
	struct doc_ref ref;
	struct view *v = NULL;
	bool parked;

	ok(new_clue(w->a, "{\"title\":\"关于仿冒商标的通报\"}", "330100", false,
		    &ref, &outcome));
	w->env.now_ms += 60000;
	deliver(w->a, w->b);
	ok(ask_list(w->b, &q, &list, &err));
	assert_int_equal(list.n_rows, 1);
	assert_string_equal(list.rows[0].state, "stored");
	assert_true(list.rows[0].due_ms == w->env.now_ms + 24 * 3600 * 1000);
	doc_list_release(&list);
	ok(ask_counts(w->b, &counts, &err));
	assert_int_equal(counts.unsigned_, 1);
	assert_int_equal(counts.documents, 1);
	ok(ask_view(w->b, &ref, &v, &err));
	assert_true(possible(v, "sign"));
	assert_false(possible(v, "accept"));
	assert_true(count_moves(v, false) > 5);
	assert_false(v->may_withdraw);
	view_free(v);
	assert_int_equal(act_move(w->b, &ref, &m, &parked, &err), RC_STATE);
	w->env.now_ms += 60000;
	ok(act_sign(w->b, &ref, NULL, NULL, NULL, &err));
	assert_int_equal(act_sign(w->b, &ref, NULL, NULL, NULL, &err),
			 RC_STATE);
	ok(act_move(w->b, &ref, &m, &parked, &err));
	assert_false(parked);
	m.move = "transfer"; /* its kind is not installed */
	assert_int_equal(act_move(w->b, &ref, &m, &parked, &err), RC_STATE);
	m.move = "nonsense";
	assert_int_equal(act_move(w->b, &ref, &m, &parked, &err), RC_NOTFOUND);
	m.move = "verify";
	ok(act_move(w->b, &ref, &m, &parked, &err));
	m.move = "feed_back"; /* its result must be given */
	assert_int_not_equal(act_move(w->b, &ref, &m, &parked, &err), RC_OK);
	m.input = json_object();
	ok(move_input_set(w->b, &ref, &m, "result", "查扣12件", &err));
	ok(move_input_set(w->b, &ref, &m, "quantity", "12", &err));
	ok(act_move(w->b, &ref, &m, &parked, &err));
	json_decref(m.input);
	deliver(w->b, w->a);
	ok(ask_view(w->a, &ref, &v, &err));
	assert_string_equal(v->row->parties[0].state, "fed_back");
	assert_true(v->row->parties[0].signed_ms > 0);
	assert_false(possible(v, "close")); /* not all ended: needs a note */
	view_free(v);
	m = (struct do_move){ .move = "close" };
	assert_int_equal(act_move(w->a, &ref, &m, &parked, &err), RC_STATE);
	m.note = "先行办结";
	ok(act_move(w->a, &ref, &m, &parked, &err));
	ok(ask_view(w->b, &ref, &v, &err));
	assert_string_equal(v->row->assignee, desk_get_officer(w->b)->id);
	view_free(v);
}

/* A move that asks for an approver waits, and is refused on an old revision. */
static void
test_parked_move(void **state)
{
	struct world *w = *state;
	struct desk_open_as as = { .folder = desk_get_folder(w->b),
				   .officer = "wu",
				   .env = &w->env.env };
	struct new_doc change = { 0 };
	struct do_move m = { .move = "refuse" };
	enum new_outcome outcome;
	struct desk *wu = NULL;
	struct doc_ref ref;
	struct view *v = NULL;
	bool parked;

	ok(officer_add(w->b, "wu", "吴", ROLE_BIT(ROLE_DUTY), NULL, &err));
	ok(desk_open(&as, &wu, &err));
	ok(new_clue(w->a, "{\"title\":\"t\"}", "330100", false, &ref,
		    &outcome));
	deliver(w->a, w->b);
	ok(act_sign(wu, &ref, NULL, NULL, NULL, &err));
	m.input = fields("{\"reason\":\"行为地不在本区\"}");
	ok(act_move(wu, &ref, &m, &parked, &err));
	assert_true(parked);
	assert_int_equal(act_move(wu, &ref, &m, &parked, &err), RC_STATE);
	assert_int_equal(act_approve(wu, &ref, &err), RC_DENIED);
	ok(ask_view(wu, &ref, &v, &err));
	assert_true(v->row->waiting_approval);
	assert_false(v->may_approve);
	assert_non_null(
		strstr(v->timeline[v->n_timeline - 1].text, "行为地不在本区"));
	view_free(v);
	change.fields = fields("{\"title\":\"t2\"}");
	ok(act_revise(w->a, &ref, NULL, &change, &parked, &err));
	json_decref(change.fields);
	deliver(w->a, w->b);
	assert_int_equal(act_approve(w->b, &ref, &err), RC_CONFLICT);
	ok(act_reject(w->b, &ref, "已更正", &err));
	ok(act_move(wu, &ref, &m, &parked, &err));
	json_decref(m.input);
	ok(act_approve(w->b, &ref, &err));
	ok(ask_view(w->b, &ref, &v, &err));
	assert_string_equal(v->row->state, "refused");
	assert_false(v->row->waiting_approval);
	view_free(v);
	desk_close(wu);
}

/* Forwarded once: the new clue goes out, and cannot go on from there. */
static void
test_forward_once(void **state)
{
	struct world *w = *state;
	struct list_query q = { .changed_after = -1, .box = BOX_IN };
	struct do_move m = { .move = "forward" };
	enum new_outcome outcome;
	struct doc_list list;
	struct doc_ref ref, back;
	bool parked;

	ok(new_clue(w->a, "{\"title\":\"t\",\"facts\":\"事实\"}", "330100",
		    false, &ref, &outcome));
	deliver(w->a, w->b);
	ok(act_sign(w->b, &ref, NULL, NULL, NULL, &err));
	m.input = fields("{\"reason\":\"r\",\"target\":\"340100\"}");
	assert_int_equal(act_move(w->b, &ref, &m, &parked, &err), RC_DENIED);
	json_decref(m.input); /* 340100 is no peer; 310105 is */
	m.input = fields("{\"reason\":\"r\",\"target\":\"310105\"}");
	ok(act_move(w->b, &ref, &m, &parked, &err));
	deliver(w->b, w->a);
	ok(ask_list(w->a, &q, &list, &err));
	assert_int_equal(list.n_rows, 1);
	back = list.rows[0].ref;
	assert_string_equal(back.owner, "330100");
	doc_list_release(&list);
	ok(act_sign(w->a, &back, NULL, NULL, NULL, &err));
	json_object_set_new(m.input, "target", json_string("330100"));
	assert_int_equal(act_move(w->a, &back, &m, &parked, &err), RC_STATE);
	json_decref(m.input);
}

static void
test_picks(void **state)
{
	struct world *w = *state;
	struct pick p[8];

	assert_true(ask_pick(w->a, "divisions", "hz", p, 8) >= 1);
	assert_string_equal(p[0].name, "杭州市");
	assert_string_equal(p[0].code, "330100");
	assert_int_equal(ask_pick(w->a, "desks", "hz", p, 8), 1);
	assert_string_equal(p[0].code, "330100");
	assert_true(ask_pick(w->a, "phrases:clue.request", "", p, 8) > 0);
	assert_int_equal(ask_pick(w->a, "nothing", "", p, 8), 0);
	assert_int_equal(ask_pick(w->a, "officers", "", p, 8), 1);
}

static void
test_open_refuses(void **state)
{
	struct world *w = *state;
	char *folder = xasprintf("%s/none", w->root);
	struct desk_open_as as = { .folder = folder, .env = &w->env.env };
	struct desk_setup again = { .folder = desk_get_folder(w->a),
				    .id = "310105",
				    .env = &w->env.env };
	struct desk *d = NULL;

	assert_int_equal(rc_exit_status(desk_open(&as, &d, &err)), 3);
	assert_int_equal(desk_init(&again, &err), RC_EXISTS);
	again.folder = folder;
	again.id = "31010";
	assert_int_equal(desk_init(&again, &err), RC_USAGE);
	assert_false(file_exists(folder));
	xfree(folder);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_issue_list_show),
		T(test_numbers_never_repeat),
		T(test_refusals),
		T(test_informant_stays_at_home),
		T(test_draft_and_approval),
		T(test_draft_versions),
		T(test_revise_withdraw_remind),
		T(test_picks),
		T(test_open_refuses),
		T(test_journey),
		T(test_parked_move),
		T(test_forward_once),
	};

	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
