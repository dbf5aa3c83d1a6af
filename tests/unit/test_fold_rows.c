/* Rows with tracks of their own: whose moves are fit, what a revise ends,
 * their clocks, who else sees them (KINDS.md, key and each). */
#include "fold_kit.h"
#include "model/condition.h"

static struct kit kit;

static int
setup(void **state)
{
	(void)state;
	kit_init(&kit, "tasks");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	kit_release(&kit);
	return 0;
}

struct task {
	const char *no, *what, *who, *due;
};

static json_t *
content(const char *to, const struct task *tasks)
{
	json_t *list = json_array();

	for (; tasks->who != NULL; tasks++) {
		json_t *row = json_pack("{s:s,s:s}", "what", tasks->what, "who",
					tasks->who);

		if (tasks->no != NULL)
			json_object_set_new(row, "no", json_string(tasks->no));
		if (tasks->due != NULL)
			json_object_set_new(row, "due",
					    json_string(tasks->due));
		json_array_append_new(list, row);
	}
	return kit_content(to, NULL, json_pack("{s:o}", "tasks", list));
}

static struct event *
issue(const struct task *tasks)
{
	return kit_add(&kit,
		       (struct spec){ .desk = OWNER,
				      .type = EVENT_ISSUE,
				      .epoch = 1,
				      .k = 1,
				      .at = "2026-09-01T08:00:00+08:00",
				      .data = content(P1 " " P2, tasks) });
}

/* (epoch, k) as 10 * epoch + k */
static struct event *
move(const char *desk, int at, const char *row, const struct event *prev,
     const struct event *rev, const char *name)
{
	char track[TRACK_MAX_LEN + 8];

	(void)snprintf(track, sizeof track, "rows:%s", row);
	return kit_add(&kit, (struct spec){ .desk = desk,
					    .type = EVENT_MOVE,
					    .track = track,
					    .epoch = at / 10,
					    .k = at % 10,
					    .prev = { prev },
					    .rev = rev,
					    .data = kit_move(name, NULL) });
}

static void
row_is(const struct doc *d, const char *key, const char *state)
{
	const struct row_track *t = doc_row_of(d, key);

	if (t == NULL || strcmp(t->state->name, state) != 0)
		fail_msg("row %s is in %s, not %s", key,
			 t != NULL ? t->state->name : "nothing", state);
}

static const struct doc_clock *
row_clock(const struct doc *d, const char *name, const char *key)
{
	for (size_t i = 0; i < d->n_clocks; i++) {
		const struct doc_clock *c = &d->clocks[i];

		if (strcmp(c->def->name, name) == 0 && c->row_track != NULL &&
		    strcmp(c->row_track->key, key) == 0)
			return c;
	}
	fail_msg("no clock %s of row %s", name, key);
	abort();
}

static const struct task two[] = {
	{ "R1", "约谈平台", P1, "2026-09-10" },
	{ "R2", "查处窝点", P2, "2026-09-20" },
	{ NULL, NULL, NULL, NULL },
};

static void
test_row_is_moved_by_its_desk_alone(void **state)
{
	struct event *i = issue(two), *mine, *theirs, *owners, *none, *party;
	struct doc *d;

	(void)state;
	mine = move(P1, 11, "R1", NULL, i, "report");
	theirs = move(P2, 11, "R1", NULL, i, "report");
	owners = move(OWNER, 12, "R2", NULL, i, "report");
	none = move(P1, 12, "R9", NULL, i, "report");
	party = move(P1, 13, "R1", mine, i, "sign");
	d = kit_fold(&kit);
	kit_verdict(d, mine, VERDICT_FIT);
	kit_verdict(d, theirs, VERDICT_UNFIT);
	kit_verdict(d, owners, VERDICT_UNFIT);
	kit_verdict(d, none, VERDICT_UNFIT);
	kit_verdict(d, party, VERDICT_UNFIT);
	assert_int_equal(d->n_rows, 2);
	row_is(d, "R1", "reported");
	row_is(d, "R2", "assigned");
	/* its own track stands where it stood */
	kit_state(d, P1, "stored");
	assert_true(doc_has_row(d, P2));
	assert_false(doc_has_row(d, OWNER));
	assert_true(doc_move_fits(d, P1, "R1", "strike", NULL));
	assert_false(doc_move_fits(d, P1, "R1", "report", NULL));
	assert_false(doc_move_fits(d, P1, "R2", "report", NULL));
	assert_true(doc_move_fits(d, P2, "R2", "report", NULL));
	assert_true(doc_move_fits(d, P1, NULL, "sign", NULL));
	assert_false(doc_move_fits(d, P1, "R9", "report", NULL));
	doc_free(d);
}

/* The owner may be a row's desk; its row chain names its revision itself. */
static void
test_row_of_the_owner(void **state)
{
	static const struct task own[] = { { "1", "印发", OWNER, NULL },
					   { NULL, NULL, NULL, NULL } };
	struct event *i = issue(own), *without, *with;
	struct ref tips[PREV_MAX];
	struct doc *d;

	(void)state;
	without = move(OWNER, 12, "1", NULL, NULL, "report");
	with = move(OWNER, 13, "1", NULL, i, "report");
	d = kit_fold(&kit);
	kit_verdict(d, without, VERDICT_UNFIT);
	kit_verdict(d, with, VERDICT_FIT);
	row_is(d, "1", "reported");
	/* each track has a chain of its own */
	assert_int_equal(doc_tips(d, OWNER, "rows:1", tips), 2);
	assert_int_equal(doc_tips(d, OWNER, "owner", tips), 1);
	assert_true(ref_eq(&tips[0], &i->digest));
	doc_free(d);
}

/* prev, rev and once as on every track. */
static void
test_row_chain(void **state)
{
	struct event *i = issue(two), *report, *strike, *twice, *gap, *cross;
	struct event absent = { .k = 0 };
	struct doc *d;

	(void)state;
	memset(absent.digest.bytes, 7, DIGEST_LEN);
	report = move(P1, 11, "R1", NULL, i, "report");
	strike = move(P1, 12, "R1", report, i, "strike");
	twice = move(P1, 21, "R1", report, i, "strike");
	gap = move(P1, 13, "R1", &absent, i, "strike");
	cross = move(P2, 11, "R2", report, i, "report");
	d = kit_fold(&kit);
	kit_verdict(d, strike, VERDICT_FIT);
	kit_verdict(d, twice, VERDICT_FIT);
	assert_true(kit_find(d, twice)->idle);
	kit_verdict(d, gap, VERDICT_EARLY);
	kit_verdict(d, cross, VERDICT_UNFIT);
	row_is(d, "R1", "struck_off");
	doc_free(d);
}

/* A changed row falls back, its neighbours stay; a row taken out or given to
 * another desk ends, and begins anew when it comes back. */
static void
test_row_revised(void **state)
{
	static const struct task changed[] = {
		{ "R2", "查处窝点", P2, "2026-09-20" },
		{ "R1", "约谈平台并下架", P1, "2026-09-10" },
		{ NULL, NULL, NULL, NULL },
	};
	static const struct task given[] = {
		{ "R1", "约谈平台", P2, "2026-09-10" },
		{ NULL, NULL, NULL, NULL },
	};
	struct event *i = issue(two), *one, *second, *third, *late, *anew;
	struct doc *d;

	(void)state;
	one = move(P1, 11, "R1", NULL, i, "report");
	move(P2, 11, "R2", NULL, i, "report");
	second = kit_revise(&kit, 12, i, content(P1 " " P2, changed));
	d = kit_fold(&kit);
	row_is(d, "R1", "assigned");
	assert_true(doc_row_of(d, "R1")->fallen_back);
	row_is(d, "R2", "reported");
	assert_string_equal(d->rows[0].key, "R2"); /* as in the list */
	doc_free(d);
	third = kit_revise(&kit, 13, second, content(P1 " " P2, given));
	/* seen before: fit, and of the row that was */
	late = move(P1, 12, "R1", one, second, "report");
	d = kit_fold(&kit);
	kit_verdict(d, late, VERDICT_FIT);
	assert_int_equal(d->n_rows, 3);
	assert_string_equal(doc_row_of(d, "R1")->desk, P2);
	row_is(d, "R1", "assigned");
	assert_null(doc_row_of(d, "R2"));
	assert_true(d->rows[1].removed && d->rows[2].removed);
	assert_false(doc_move_fits(d, P1, "R1", "strike", NULL));
	doc_free(d);
	anew = kit_revise(&kit, 14, third, content(P1 " " P2, two));
	d = kit_fold(&kit);
	kit_verdict(d, anew, VERDICT_FIT);
	row_is(d, "R1", "assigned");
	row_is(d, "R2", "assigned");
	doc_free(d);
}

/* No key, one that no track can be named by, two alike, a desk that is not
 * addressed: such rows have no track at all. */
static void
test_row_without_track(void **state)
{
	static const struct task bad[] = {
		{ NULL, "无编号", P1, NULL }, { "甲", "中文编号", P1, NULL },
		{ "a:b", "冒号", P1, NULL },  { "R1", "首个", P1, NULL },
		{ "R1", "重号", P2, NULL },   { "R2", "未主送", P3, NULL },
		{ NULL, NULL, NULL, NULL },
	};
	struct event *i = issue(bad), *stray;
	struct doc *d;

	(void)state;
	stray = move(P3, 11, "R2", NULL, i, "report");
	d = kit_fold(&kit);
	assert_int_equal(d->n_rows, 1);
	assert_string_equal(doc_row_of(d, "R1")->desk, P1);
	kit_verdict(d, stray, VERDICT_UNFIT);
	doc_free(d);
}

static void
test_row_clocks(void **state)
{
	struct event *i = issue(two), *test, *report;
	const struct doc_clock *c;
	struct doc *d;

	(void)state;
	kit_stored(&kit, P1, "2026-09-01T09:00:00+08:00", i);
	kit_stored(&kit, P2, "2026-09-02T09:00:00+08:00", i);
	kit.now_ms = kit_time("2026-09-12T12:00:00+08:00");
	d = kit_fold(&kit);
	c = row_clock(d, "due", "R1");
	assert_string_equal(c->desk, P1);
	assert_int_equal(c->state, CLOCK_LATE);
	assert_true(c->due.strict_ms == kit_time("2026-09-10T23:59:59+08:00"));
	assert_int_equal(row_clock(d, "due", "R2")->state, CLOCK_RUNNING);
	c = row_clock(d, "handle", "R2");
	assert_true(c->provisional);
	assert_true(c->due.strict_ms == kit_time("2026-09-07T23:59:59+08:00"));
	assert_null(kit_clock(d, OWNER, "check"));
	doc_free(d);
	test = kit_add(&kit,
		       (struct spec){ .desk = P1,
				      .type = EVENT_MOVE,
				      .track = "rows:R1",
				      .epoch = 1,
				      .k = 1,
				      .rev = i,
				      .at = "2026-09-03T09:00:00+08:00",
				      .starts = "2026-09-01T08:30:00+08:00",
				      .data = kit_move("test", NULL) });
	d = kit_fold(&kit);
	assert_int_equal(row_clock(d, "handle", "R1")->state, CLOCK_SUSPENDED);
	assert_true(row_clock(d, "handle", "R1")->started_ms ==
		    kit_time("2026-09-01T08:30:00+08:00"));
	assert_int_equal(row_clock(d, "handle", "R2")->state, CLOCK_LATE);
	/* what a row's event says is of the row, not of the party */
	assert_int_equal(kit_track(d, P1)->starts_ms, -1);
	doc_free(d);
	report = kit_add(&kit,
			 (struct spec){ .desk = P1,
					.type = EVENT_MOVE,
					.track = "rows:R1",
					.epoch = 1,
					.k = 2,
					.prev = { test },
					.rev = i,
					.at = "2026-09-11T09:00:00+08:00",
					.data = kit_move("report", NULL) });
	d = kit_fold(&kit);
	kit_verdict(d, report, VERDICT_FIT);
	assert_int_equal(row_clock(d, "due", "R1")->state, CLOCK_MET_LATE);
	assert_int_equal(row_clock(d, "due", "R2")->state, CLOCK_RUNNING);
	/* the owner's runs from any row's report: 09-14, 15, 16 */
	c = kit_need_clock(d, OWNER, "check");
	assert_true(c->due.strict_ms == kit_time("2026-09-16T23:59:59+08:00"));
	doc_free(d);
}

/* A row that comes with a revise starts when that is stored. */
static void
test_row_added_later(void **state)
{
	static const struct task one[] = { { "R1", "约谈平台", P1, NULL },
					   { NULL, NULL, NULL, NULL } };
	struct event *i = issue(one), *second, *gone;
	const struct doc_clock *c;
	struct doc *d;

	(void)state;
	kit_stored(&kit, P2, "2026-09-01T09:00:00+08:00", i);
	second = kit_revise(&kit, 12, i, content(P1 " " P2, two));
	d = kit_fold(&kit);
	for (size_t n = 0; n < d->n_clocks; n++)
		assert_false(d->clocks[n].row_track != NULL &&
			     strcmp(d->clocks[n].def->name, "handle") == 0);
	doc_free(d);
	kit_stored(&kit, P2, "2026-09-05T09:00:00+08:00", second);
	d = kit_fold(&kit);
	c = row_clock(d, "handle", "R2");
	assert_true(c->due.strict_ms == kit_time("2026-09-10T23:59:59+08:00"));
	doc_free(d);
	gone = kit_revise(&kit, 13, second, content(P1 " " P2, one));
	d = kit_fold(&kit);
	kit_verdict(d, gone, VERDICT_FIT);
	assert_int_equal(row_clock(d, "handle", "R2")->state, CLOCK_ENDED);
	doc_free(d);
}

/* relay "same": desks that have a row see the moves of rows, others not. */
static void
test_row_relay(void **state)
{
	struct event *i = issue(two), *m;
	struct doc *d;

	(void)state;
	m = move(P1, 11, "R1", NULL, i, "report");
	kit_revise(&kit, 12, i, content(P1 " " P2 " " P3, two));
	d = kit_fold(&kit);
	assert_true(doc_should_hold(d, m, OWNER));
	assert_true(doc_should_hold(d, m, P1));
	assert_true(doc_should_hold(d, m, P2));
	assert_false(doc_should_hold(d, m, P3));
	doc_free(d);
}

static bool
holds(const struct doc *d, const char *text)
{
	struct condition *c = NULL;
	struct err err = ERR_INIT;
	json_t *json = json_loads(text, 0, NULL);
	struct condition_in in = { .doc = d, .fields = d->fields };
	bool ok;

	assert_non_null(json);
	if (condition_read(json, "test", &c, &err) != RC_OK)
		fail_msg("%s", err.msg);
	ok = condition_holds(c, &in);
	condition_free(c);
	json_decref(json);
	return ok;
}

static void
test_row_conditions(void **state)
{
	struct event *i = issue(two), *a, *b;
	struct doc *d;

	(void)state;
	a = move(P1, 11, "R1", NULL, i, "report");
	move(P1, 12, "R1", a, i, "strike");
	d = kit_fold(&kit);
	assert_true(holds(d, "{\"tracks\":\"rows\",\"any\":{\"ended\":true}}"));
	assert_false(
		holds(d, "{\"tracks\":\"rows\",\"all\":{\"ended\":true}}"));
	assert_true(holds(d, "{\"track\":\"rows\",\"in\":[\"assigned\"]}"));
	assert_true(holds(d, "{\"track\":\"owner\",\"in\":[\"sent\"]}"));
	doc_free(d);
	b = move(P2, 11, "R2", NULL, i, "report");
	move(P2, 12, "R2", b, i, "strike");
	d = kit_fold(&kit);
	assert_true(holds(d, "{\"tracks\":\"rows\",\"all\":{\"ended\":true}}"));
	doc_free(d);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_row_is_moved_by_its_desk_alone),
		TEST(test_row_of_the_owner),
		TEST(test_row_chain),
		TEST(test_row_revised),
		TEST(test_row_without_track),
		TEST(test_row_clocks),
		TEST(test_row_added_later),
		TEST(test_row_relay),
		TEST(test_row_conditions),
	};

	return cmocka_run_group_tests_name("fold_rows", tests, NULL, NULL);
}
