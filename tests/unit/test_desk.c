#include <stdio.h>
#include <stdlib.h>

#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/ask.h"
#include "desk/desk.h"
#include "journal/peer.h"
#include "test.h"
#include "trust/card.h"

/* A desk in a temporary folder, through its public headers alone. */

struct world {
	char root[64];
	struct env_fake env;
	struct desk *a, *b; /* 310105 and its peer 330100 */
};

#define NOW 1795413900000LL /* 2026-11-23 14:05 +08:00, a Monday */

static struct err err;

static void
ok(enum rc rc)
{
	if (rc != RC_OK)
		fail_msg("%s at %s: %s", rc_name(rc), err.at, err.msg);
}

static struct desk *
make_desk(struct world *w, const char *id)
{
	char *folder = xasprintf("%s/%s", w->root, id);
	struct desk_setup setup = { .folder = folder,
				    .id = id,
				    .signature = KEY_ED25519,
				    .listen = "127.0.0.1:7001",
				    .env = &w->env.env };
	struct desk_open_as as = { .folder = folder, .env = &w->env.env };
	struct desk *d = NULL;

	ok(desk_init(&setup, &err));
	ok(desk_open(&as, &d, &err));
	xfree(folder);
	return d;
}

static void
trust(struct desk *d, struct desk *peer)
{
	struct card card = { 0 };
	struct buf json;

	buf_init(&json, CARD_MAX_BYTES);
	ok(peer_card(desk_get_journal(peer), desk_get_id(peer), &json, &err));
	ok(card_read(json.data, json.len, &card, &err));
	ok(peer_trust(desk_get_journal(d), &card, &err));
	card_release(&card);
	buf_release(&json);
}

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));

	strcpy(w->root, "/tmp/deltadesk-desk-XXXXXX");
	assert_non_null(mkdtemp(w->root));
	env_fake_init(&w->env, 1, NOW);
	w->a = make_desk(w, "310105");
	w->b = make_desk(w, "330100");
	trust(w->a, w->b);
	trust(w->b, w->a);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	char *cmd = xasprintf("rm -rf '%s'", w->root);
	FILE *p;

	desk_close(w->a);
	desk_close(w->b);
	p = popen(cmd, "r");
	if (p != NULL)
		(void)pclose(p);
	xfree(cmd);
	xfree(w);
	return 0;
}

static json_t *
fields(const char *text)
{
	json_t *o = NULL;

	ok(json_read_object(text, strlen(text), &o, &err));
	return o;
}

static enum rc
new_clue(struct desk *d, const char *json, const char *to, bool draft,
	 struct doc_ref *out, enum new_outcome *outcome)
{
	struct new_doc n = { .kind = "clue",
			     .to = &to,
			     .n_to = to != NULL ? 1 : 0,
			     .draft = draft };
	enum rc rc;

	n.fields = fields(json);
	rc = act_new(d, &n, NULL, NULL, out, outcome, &err);
	json_decref(n.fields);
	return rc;
}

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

	ok(officer_add(w->a, "liu", "刘", ROLE_BIT(ROLE_DUTY), &err));
	assert_int_equal(officer_add(w->a, "liu", "刘", 1, &err), RC_EXISTS);
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
	};

	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
