#include <stdio.h>

#include "base/asset.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "model/clock.h"
#include "model/kind.h"
#include "test.h"

static struct kind *
read_clue(void)
{
	const struct asset *a = asset_find("kinds/clue.json");
	struct err err = ERR_INIT;
	struct kind *k = NULL;

	assert_non_null(a);
	if (kind_read(a->path, a->bytes, a->len, &k, &err) != RC_OK)
		fail_msg("%s", err.msg);
	return k;
}

static void
test_kind_read_clue(void **state)
{
	struct kind *k = read_clue();
	const struct track_def *party = kind_track(k, "party");
	const struct move *sign = track_move(party, "sign");
	const struct move *extend = track_move(party, "extend");
	const struct field *f;

	(void)state;
	assert_string_equal(k->name, "clue");
	assert_int_equal(k->version, 2);
	assert_string_equal(k->title.zh, "线索通报");
	assert_string_equal(k->number_sign, "通");
	assert_int_equal(k->n_parts, 2);
	assert_string_equal(k->parts[1].track, "copied");
	assert_int_equal(k->n_clocks, 4);
	assert_int_equal(k->n_tracks, 3);
	assert_int_equal(sign->roles, ROLE_BIT(ROLE_DUTY));
	assert_int_equal(sign->confirm, CONFIRM_YES);
	assert_int_equal(sign->input[1].see, SEE_LOCAL);
	assert_int_equal(extend->approve, ROLE_HEAD);
	assert_int_equal(extend->effects[0].type, EFFECT_EXTEND);
	assert_true(extend->once);
	assert_true(track_move(party, "told")->local);
	assert_true(track_state(party, "refused")->end);
	assert_int_equal(track_state(party, "verifying")->stage,
			 STAGE_ACCEPTED);
	f = kind_field(k, "party_concerned.credit_code");
	assert_non_null(f);
	assert_int_equal(f->type, FIELD_CREDIT_CODE);
	assert_int_equal(kind_field(k, "goods.value_yuan")->type, FIELD_MONEY);
	assert_null(kind_field(k, "goods.nothing"));
	assert_null(kind_field(k, "title.x"));
	assert_int_equal(kind_field(k, "title")->need, NEED_MUST);
	assert_int_equal(kind_field(k, "feedback_days")->n_edit, 2);
	f = kind_field(k, "urgency");
	assert_string_equal(f->choices[0], "特急");
	assert_string_equal(field_choice(f, "特急", true), "特急");
	assert_string_equal(field_choice(f, "特急", false), "top urgent");
	assert_string_equal(field_choice(f, "odd", false), "odd");
	assert_string_equal(field_choice_code(f, "urgent"), "加急");
	assert_null(field_choice_code(f, "odd"));
	assert_string_equal(field_choice(kind_field(k, "mode"), "test", true),
			    "测试");
	assert_int_equal(k->views.screen, 2);
	assert_string_equal(k->clocks[0].amount.peer, "sign_hours");
	assert_int_equal(k->clocks[0].amount.number, 24);
	assert_int_equal(k->clocks[2].n_rules, 2);
	assert_string_equal(k->clocks[3].amount.field, "feedback_days");
	assert_null(kind_free(k));
}

/* Replaces one piece of the clue kind and expects the sentence. */
struct refusal {
	const char *from;
	const char *to;
	enum rc rc;
	const char *says[2];
};

static const struct refusal refusals[] = {
	{ "\"print\": \"notice\"",
	  "\"lookup\": {\"as\": \"x\", \"keys\": {\"a\": \"none\"}, \"valid\": [\"sent\"]}",
	  RC_MALFORMED,
	  { "views.lookup", "none" } },
	{ "\"print\": \"notice\"",
	  "\"lookup\": {\"as\": \"x\", \"keys\": {\"a\": \"informant.name\"}, \"valid\": [\"sent\"]}",
	  RC_MALFORMED,
	  { "views.lookup", "not seen by every desk" } },
	{ "\"print\": \"notice\"",
	  "\"lookup\": {\"as\": \"x\", \"keys\": {\"a\": \"title\"}, \"valid\": [\"gone\"]}",
	  RC_MALFORMED,
	  { "views.lookup.valid", "gone" } },
	{ "\"print\": \"notice\"",
	  "\"lookup\": {\"as\": \"x\", \"keys\": {\"a\": \"title\"}, \"valid\": []}",
	  RC_MALFORMED,
	  { "views.lookup.valid", "names no state" } },
	{ "\"print\": \"notice\"",
	  "\"lookup\": {\"as\": \"x\", \"keys\": {\"a\": \"title\"}, \"valid\": [\"sent\"], \"until\": \"title\"}",
	  RC_MALFORMED,
	  { "views.lookup", "no date" } },
	{ "\"print\": \"notice\"",
	  "\"lookup\": {\"as\": \"x\", \"keys\": {\"a\": \"title\"}, \"valid\": [\"sent\"], \"after\": {\"clock\": \"none\", \"in\": [\"sent\"]}}",
	  RC_MALFORMED,
	  { "views.lookup.after", "none" } },
	{ "\"print\": \"notice\"",
	  "\"lookup\": {\"as\": \"x\", \"keys\": {\"a\": \"title\"}, \"valid\": [\"sent\"], \"relied\": [\"close\"]}",
	  RC_MALFORMED,
	  { "views.lookup.relied", "close" } },
	{ "\"print\": \"notice\"",
	  "\"lookup\": {\"as\": \"x\", \"keys\": [], \"valid\": [\"sent\"]}",
	  RC_MALFORMED,
	  { "views.lookup.keys", "object" } },
	{ "\"screen\": 2",
	  "\"screen\": 7",
	  RC_MALFORMED,
	  { "views.screen", "7" } },
	{ "{\"code\": \"加急\", \"en\": \"urgent\"}",
	  "{\"code\": \"加急\"}",
	  RC_MALFORMED,
	  { "fields.urgency.pick[1]", "\"en\" is missing" } },
	{ "{\"code\": \"加急\", \"en\": \"urgent\"}",
	  "\"特急\"",
	  RC_MALFORMED,
	  { "fields.urgency.pick[1]", "twice" } },
	{ "\"format\": 1",
	  "\"format\": 2",
	  RC_NEWER,
	  { "clue.json", "format 2" } },
	{ "\"format\": 1", "\"format\": \"1\"", RC_MALFORMED, { "format" } },
	{ "\"scope\": \"exchange\"",
	  "\"scope\": \"exchange\", \"colour\": 1",
	  RC_MALFORMED,
	  { "$: ", "unknown key \"colour\"" } },
	{ "\"version\": 2", "\"version\": 0", RC_MALFORMED, { "version: " } },
	{ "\"effective\": \"2026-04-15\"",
	  "\"effective\": \"2026-02-30\"",
	  RC_MALFORMED,
	  { "effective: ", "2026-02-30" } },
	{ "\"scope\": \"exchange\"",
	  "\"scope\": \"world\"",
	  RC_MALFORMED,
	  { "scope: ", "world" } },
	{ "\"sign\": \"通\"",
	  "\"sign\": \"通报\"",
	  RC_MALFORMED,
	  { "number.sign: " } },
	{ "\"at\": \"issue\"}",
	  "\"at\": \"stamp\"}",
	  RC_MALFORMED,
	  { "number: ", "stamp" } },
	{ "\"copied\": {\"from\": \"cc\"}",
	  "\"copy\": {\"from\": \"cc\"}",
	  RC_MALFORMED,
	  { "parts.copy: " } },
	{ "\"type\": \"money\"",
	  "\"type\": \"gold\"",
	  RC_MALFORMED,
	  { "type: unknown value \"gold\"" } },
	{ "\"name\": \"place_code\"",
	  "\"name\": \"place\"",
	  RC_MALFORMED,
	  { "fields.place: ", "twice" } },
	{ "\"name\": \"platform\"",
	  "\"name\": \"Platform\"",
	  RC_MALFORMED,
	  { "Platform" } },
	{ "\"default\": \"平件\"",
	  "\"default\": 3",
	  RC_MALFORMED,
	  { "fields.urgency.default: " } },
	{ "\"required\": \"must\", \"max\": 500",
	  "\"required\": \"often\", \"max\": 500",
	  RC_MALFORMED,
	  { "fields.title.required: " } },
	{ "\"min\": 1, \"max\": 60",
	  "\"min\": 61, \"max\": 60",
	  RC_MALFORMED,
	  { "fields.feedback_days.min: " } },
	{ "\"edit\": [\"draft\", \"sent\"]",
	  "\"edit\": [\"gone\"]",
	  RC_MALFORMED,
	  { "fields.feedback_days.edit: ", "gone" } },
	{ "\"reopens\": []",
	  "\"reopens\": [\"gone\"]",
	  RC_MALFORMED,
	  { "fields.feedback_days.reopens: ", "gone" } },
	{ "\"initial\": \"draft\"",
	  "\"initial\": \"begin\"",
	  RC_MALFORMED,
	  { "tracks.owner.initial: ", "begin" } },
	{ "\"from\": [\"stored\"], \"to\": \"signed\", \"roles\": [\"duty\"], "
	  "\"confirm\"",
	  "\"from\": [\"store\"], \"to\": \"signed\", \"roles\": [\"duty\"], "
	  "\"confirm\"",
	  RC_MALFORMED,
	  { "tracks.party.", "store" } },
	{ "\"from\": [\"fed_back\"], \"to\": \"closed\"",
	  "\"from\": [\"fed_back\"]",
	  RC_MALFORMED,
	  { "tracks.party.states: ", "\"closed\" is never reached" } },
	{ "\"stage\": \"fed_back\"",
	  "\"stage\": \"answered\"",
	  RC_MALFORMED,
	  { "tracks.party.states.fed_back.stage: ", "answered" } },
	{ "{\"roles\": [\"approver\"]}",
	  "{\"roles\": [\"king\"]}",
	  RC_MALFORMED,
	  { "tracks.owner.states.review.waits[0].roles: ", "king" } },
	{ "\"settle\": {\"title\"",
	  "\"withdraw\": {\"title\"",
	  RC_MALFORMED,
	  { "tracks.party.moves.withdraw: ", "core" } },
	{ "\"effects\": [{\"suspend\": \"verify\"}]",
	  "\"effects\": [{\"suspend\": \"sign\"}]",
	  RC_MALFORMED,
	  { "moves.suspend.effects[0]: ", "cannot be suspended" } },
	{ "\"effects\": [{\"extend\": \"verify\"}]",
	  "\"effects\": [{\"extend\": \"nothing\"}]",
	  RC_MALFORMED,
	  { "moves.extend.effects[0]: ", "nothing" } },
	{ "\"from\": \"last_report_on\"",
	  "\"from\": \"last_report\"",
	  RC_MALFORMED,
	  { "moves.restart.effects[0].from: ", "last_report" } },
	{ "\"checks\": [\"forward_once\"]",
	  "\"checks\": [\"forward_never\"]",
	  RC_MALFORMED,
	  { "moves.forward.checks: ", "forward_never" } },
	{ "{\"clock\": \"verify\", \"is\": \"suspended\"}",
	  "{\"clock\": \"verify\", \"is\": \"asleep\"}",
	  RC_MALFORMED,
	  { "tracks.party.moves.resume.when: is no condition" } },
	{ "\"stop\": [\"sign\"]",
	  "\"stop\": [\"signs\"]",
	  RC_MALFORMED,
	  { "clocks.sign.stop: ", "signs" } },
	/* EVENTS 11: only what every desk that shows the clock can see */
	{ "\"stop\": [\"open_case\", ",
	  "\"stop\": [\"told\", \"open_case\", ",
	  RC_MALFORMED,
	  { "clocks.verify.stop: ", "told" } },
	{ "\"unit\": \"working_day\", \"amount\": 7, \"roll\"",
	  "\"unit\": \"working_day\", \"amount\": 7, \"when\": {\"field\": "
	  "\"informant.kind\", \"has\": true}, \"roll\"",
	  RC_MALFORMED,
	  { "clocks.jurisdiction", "informant.kind" } },
	{ "\"when\": {\"field\": \"urgency\", \"in\": [\"特急\"]}, "
	  "\"amount\": 2",
	  "\"when\": {\"field\": \"urgency\", \"in\": [\"火急\"]}, "
	  "\"amount\": 2",
	  RC_MALFORMED,
	  { "clocks.sign", "火急" } },
	{ "\"to\": \"2026-04-14\"",
	  "\"to\": \"2026-05-14\"",
	  RC_MALFORMED,
	  { "clocks[2].rules[1]: ", "overlaps" } },
	{ "\"unit\": \"hour\"",
	  "\"unit\": \"moon\"",
	  RC_MALFORMED,
	  { "clocks[0].unit: ", "moon" } },
	{ "\"list\": [\"urgency\"",
	  "\"list\": [\"urgent\"",
	  RC_MALFORMED,
	  { "views.list: ", "urgent" } },
	{ "\"contact.phone:never\"",
	  "\"contact.phone:often\"",
	  RC_MALFORMED,
	  { "views.correlate: " } },
	{ "\"title\": {\"zh\": \"平台\"",
	  "\"title\": {\"zh\": \"平\\u202e台\"",
	  RC_MALFORMED,
	  { "fields.platform.title.zh: ", "hidden" } },
	{ "\"kind\": \"clue\",", "\"kind\": \"clue\",,", RC_MALFORMED, { "" } },
	{ "\"kind\": \"clue\",",
	  "\"kind\": \"clue\", \"kind\": \"clue\",",
	  RC_MALFORMED,
	  { "clue.json" } },
};

static char *
replaced(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *head, *out;

	if (at == NULL)
		return NULL;
	head = xstrndup(text, (size_t)(at - text));
	out = xasprintf("%s%s%s", head, to, at + strlen(from));
	xfree(head);
	return out;
}

static void
test_kind_read_refuses(void **state)
{
	const struct asset *a = asset_find("kinds/clue.json");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		const struct refusal *r = &refusals[i];
		char *bytes = replaced(a->bytes, r->from, r->to);
		struct err err = ERR_INIT;
		struct kind *k = NULL;
		enum rc rc;

		if (bytes == NULL)
			fail_msg("not in the kind: %s", r->from);
		rc = kind_read("clue.json", bytes, strlen(bytes), &k, &err);
		if (rc != r->rc || strstr(err.msg, "clue.json") == NULL)
			fail_msg("%s: rc %s, \"%s\"", r->to, rc_name(rc),
				 err.msg);
		for (int j = 0; j < 2 && r->says[j] != NULL; j++) {
			if (strstr(err.msg, r->says[j]) == NULL)
				fail_msg("\"%s\" lacks \"%s\"", err.msg,
					 r->says[j]);
		}
		assert_null(k);
		xfree(bytes);
	}
}

static void
title_fits(const struct title *t)
{
	if (t->zh == NULL)
		return;
	assert_true(utf8_cols(t->zh, strlen(t->zh)) <= 24);
	assert_true(utf8_cols(t->en, strlen(t->en)) <= 32);
}

static void
titles_fit(const struct kind *k)
{
	for (size_t i = 0; i < k->n_fields; i++) {
		title_fits(&k->fields[i].title);
		for (size_t j = 0; j < k->fields[i].n_sub; j++)
			title_fits(&k->fields[i].sub[j].title);
	}
	for (size_t i = 0; i < k->n_tracks; i++) {
		title_fits(&k->tracks[i].title);
		for (size_t j = 0; j < k->tracks[i].n_states; j++)
			title_fits(&k->tracks[i].states[j].title);
		for (size_t j = 0; j < k->tracks[i].n_moves; j++)
			title_fits(&k->tracks[i].moves[j].title);
	}
	for (size_t i = 0; i < k->n_clocks; i++)
		title_fits(&k->clocks[i].title);
}

/* Nobody who reads English is shown a Chinese code, or the other way round. */
static void
choices_speak(const struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t c = 0; c < fields[i].n_choices; c++) {
			const struct title *t = &fields[i].choice_titles[c];
			bool ascii = true, chinese = false;

			for (const char *s = t->en; *s != '\0'; s++)
				ascii = ascii && (unsigned char)*s < 0x80;
			for (const char *s = t->zh; *s != '\0'; s++)
				chinese = chinese || (unsigned char)*s >= 0x80;
			if (!ascii || !chinese)
				fail_msg("%s: choice \"%s\" needs a title in "
					 "both languages",
					 fields[i].name, fields[i].choices[c]);
		}
		choices_speak(fields[i].sub, fields[i].n_sub);
	}
}

/* Of a kind as an earlier program had it nothing may change. */
static bool
is_superseded(const struct kind *k)
{
	const struct asset *a = NULL;
	bool newer = false;

	while ((a = asset_each("kinds/", a)) != NULL) {
		struct kind *other = NULL;

		assert_int_equal(kind_read(a->path, a->bytes, a->len, &other,
					   NULL),
				 RC_OK);
		newer = newer || (strcmp(other->name, k->name) == 0 &&
				  other->version > k->version);
		kind_free(other);
	}
	return newer;
}

/* Every kind that is shipped is good, and its titles fit. */
static void
test_kind_titles_fit_their_columns(void **state)
{
	const struct asset *a = NULL;
	size_t n = 0;

	(void)state;
	while ((a = asset_each("kinds/", a)) != NULL) {
		struct kind *k = NULL;
		struct err err = ERR_INIT;

		if (kind_read(a->path, a->bytes, a->len, &k, &err) != RC_OK)
			fail_msg("%s", err.msg);
		titles_fit(k);
		if (!is_superseded(k))
			choices_speak(k->fields, k->n_fields);
		for (size_t t = 0; t < k->n_tracks && !is_superseded(k); t++)
			for (size_t m = 0; m < k->tracks[t].n_moves; m++)
				choices_speak(k->tracks[t].moves[m].input,
					      k->tracks[t].moves[m].n_input);
		kind_free(k);
		n++;
	}
	assert_true(n >= 7);
}

static struct kind *
clue_with(const char *version, const char *effective)
{
	const struct asset *a = asset_find("kinds/clue.json");
	char *one = replaced(a->bytes, "\"version\": 2", version);
	char *two = replaced(one, "\"effective\": \"2026-04-15\"", effective);
	struct kind *k = NULL;

	assert_int_equal(kind_read("k", two, strlen(two), &k, NULL), RC_OK);
	xfree(one);
	xfree(two);
	return k;
}

static void
test_kinds_keep_every_version(void **state)
{
	struct kinds *ks = kinds_new();
	struct err err = ERR_INIT;
	int32_t day = 0;

	(void)state;
	assert_int_equal(kinds_add(ks,
				   clue_with("\"version\": 3",
					     "\"effective\": \"2026-06-01\""),
				   &err),
			 RC_OK);
	assert_int_equal(kinds_add(ks, read_clue(), &err), RC_OK);
	assert_int_equal(kinds_add(ks, read_clue(), &err), RC_OK);
	assert_int_equal(kinds_count(ks), 2);
	assert_int_equal(kinds_add(ks,
				   clue_with("\"version\": 3",
					     "\"effective\": \"2026-07-01\""),
				   &err),
			 RC_EXISTS);
	assert_int_equal(kinds_at(ks, 0)->version, 2);
	assert_null(kinds_get(ks, "clue", 4));
	assert_null(kinds_get(ks, "clues", 1));
	assert_int_equal(kinds_get(ks, "clue", 3)->version, 3);
	assert_int_equal(day_parse("2026-05-31", &day, NULL), RC_OK);
	assert_int_equal(kinds_current(ks, "clue", day)->version, 2);
	assert_int_equal(kinds_current(ks, "clue", day + 1)->version, 3);
	assert_int_equal(day_parse("2026-04-14", &day, NULL), RC_OK);
	assert_null(kinds_current(ks, "clue", day));
	kinds_free(ks);
}

/* What the database holds is read when it is asked for; a file that cannot be
 * read is a kind that is not there. */
static void
test_kinds_read_when_asked(void **state)
{
	struct kinds *ks = kinds_new();
	struct kind *clue = read_clue();
	uint8_t digest[DIGEST_LEN] = { 7 };
	struct kind_id id = { .name = clue->name,
			      .version = clue->version,
			      .digest = digest,
			      .bytes = clue->bytes,
			      .n_bytes = clue->n_bytes };
	struct kind_id bad = { .name = "bad",
			       .version = 1,
			       .digest = digest,
			       .bytes = "{}",
			       .n_bytes = 2 };
	struct kind_id other = id;

	(void)state;
	other.name = "other";
	kinds_add_unread(ks, &id);
	kinds_add_unread(ks, &id);
	kinds_add_unread(ks, &bad);
	kinds_add_unread(ks, &other);
	assert_true(kinds_has(ks, "bad", 1));
	assert_true(kinds_has(ks, "clue", clue->version));
	assert_false(kinds_has(ks, "clue", clue->version + 1));
	assert_null(kinds_get(ks, "bad", 1));
	assert_false(kinds_has(ks, "bad", 1));
	assert_memory_equal(kinds_get(ks, "clue", clue->version)->digest,
			    digest, DIGEST_LEN);
	/* the file of another kind, so only one is left */
	assert_int_equal(kinds_count(ks), 1);
	assert_string_equal(kinds_at(ks, 0)->name, "clue");
	kind_free(clue);
	kinds_free(ks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kind_read_clue),
		cmocka_unit_test(test_kind_read_refuses),
		cmocka_unit_test(test_kind_titles_fit_their_columns),
		cmocka_unit_test(test_kinds_keep_every_version),
		cmocka_unit_test(test_kinds_read_when_asked),
	};

	return cmocka_run_group_tests_name("kind", tests, NULL, NULL);
}
