/*
 * Sealed fields between desks: a party holds a digest and not a byte of the
 * value before its hour, then the value; what opens earlier, later, never.
 */
#include "desk/tick.h"
#include "desk_world.h"
#include "trust/seal.h"

#define HOUR   (3600 * 1000LL)
#define SECRET "虬江路1188号三楼仓库"
#define OTHER  "中山西路9号"
#define H_HOUR (NOW + 20 * HOUR)

static int64_t
tick(struct desk *d)
{
	struct tick t = { 0 };
	int64_t next = -1;

	ok(desk_tick(d, &t, &next, &err));
	return next;
}

static json_t *
content(const char *target, int64_t h_hour)
{
	char when[TIME_TEXT_MAX];

	time_format(h_hour, when);
	return json_pack("{s:s,s:s,s:s}", "title", "联合检查", "h_hour", when,
			 "target", target);
}

static void
issue(struct world *w, struct doc_ref *out)
{
	const char *to = "330100";
	struct new_doc n = { .kind = "raid", .to = &to, .n_to = 1 };
	enum new_outcome outcome = NEW_DRAFT;

	install(w->a, "raid");
	install(w->b, "raid");
	n.fields = content(SECRET, H_HOUR);
	ok(act_new(w->a, &n, NULL, NULL, out, &outcome, &err));
	json_decref(n.fields);
	assert_int_equal(outcome, NEW_ISSUED);
}

static void
revise(struct desk *d, const struct doc_ref *ref, const char *target,
       int64_t h_hour, const char **to, size_t n_to)
{
	struct new_doc change = { .to = to, .n_to = n_to };
	bool parked = false;

	change.fields = content(target, h_hour);
	ok(act_revise(d, ref, NULL, &change, &parked, &err));
	json_decref(change.fields);
	assert_false(parked);
}

/* Value shown of the target; "" when sealed. */
static void
assert_target(struct desk *d, const struct doc_ref *ref, const char *want)
{
	struct view *v = NULL;
	const char *got;

	ok(ask_view(d, ref, &v, &err));
	got = json_text(v->fields, "target");
	assert_string_equal(got != NULL ? got : "", want);
	assert_string_equal(v->row->columns[1],
			    want[0] != '\0' ? want : "封存");
	assert_int_equal(v->n_missing, 0);
	for (size_t i = 0; i < v->held.doc->n_events; i++)
		assert_int_equal(v->held.doc->events[i].verdict, VERDICT_FIT);
	view_free(v);
}

/* Do the bytes stand anywhere in the files of the desk's folder? */
static bool
on_disk(struct desk *d, const char *bytes)
{
	static const char *const files[] = { "desk.db", "desk.db-wal" };
	bool found = false;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char *path = xasprintf("%s/%s", desk_get_folder(d), files[i]);
		struct buf b;

		buf_init(&b, 256 * 1024 * 1024);
		if (file_read(path, 256 * 1024 * 1024, true, &b, &err) == RC_OK)
			found = found || memmem(b.data, b.len, bytes,
						strlen(bytes)) != NULL;
		buf_release(&b);
		xfree(path);
	}
	return found;
}

static size_t
count(struct desk *d, const struct doc_ref *ref, enum event_type type)
{
	struct held_doc h;
	size_t n = 0;

	ok(journal_load(desk_get_journal(d), ref->owner, ref->id, &h, &err));
	for (size_t i = 0; i < h.n_events; i++)
		n += h.events[i].type == type;
	held_doc_release(&h);
	return n;
}

static void
digest_of(struct desk *d, const struct doc_ref *ref, struct ref *out)
{
	struct held_doc h;

	ok(journal_load(desk_get_journal(d), ref->owner, ref->id, &h, &err));
	assert_non_null(doc_seal_of(h.doc, "target"));
	*out = doc_seal_of(h.doc, "target")->digest;
	held_doc_release(&h);
}

static void
verify(struct desk *d)
{
	struct verify_report report = { 0 };

	ok(journal_verify(desk_get_journal(d), false, NULL, &report, &err));
	ok(journal_verify(desk_get_journal(d), true, NULL, &report, &err));
}

static void
test_opens_at_its_hour(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;

	issue(w, &ref);
	deliver(w->a, w->b);
	assert_target(w->a, &ref, SECRET);
	assert_target(w->b, &ref, "");
	assert_true(on_disk(w->a, SECRET));
	assert_false(on_disk(w->b, SECRET));
	assert_int_equal(tick(w->a), H_HOUR);
	w->env.now_ms = H_HOUR - 1;
	(void)tick(w->a);
	deliver(w->a, w->b);
	assert_target(w->b, &ref, "");
	assert_false(on_disk(w->b, SECRET));
	verify(w->b);
	w->env.now_ms = H_HOUR;
	assert_int_equal(tick(w->a), INT64_MAX);
	deliver(w->a, w->b);
	assert_target(w->b, &ref, SECRET);
	verify(w->a);
	verify(w->b);
}

static void
test_revisions(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	struct ref first, second;

	issue(w, &ref);
	digest_of(w->a, &ref, &first);
	/* the same value at another hour: the same seal, opened then */
	revise(w->a, &ref, SECRET, H_HOUR + HOUR, NULL, 0);
	digest_of(w->a, &ref, &second);
	assert_true(ref_eq(&first, &second));
	assert_int_equal(count(w->a, &ref, EVENT_REVEAL), 1);
	assert_int_equal(tick(w->a), H_HOUR + HOUR);
	/* another value: another seal; the old one stays closed for ever */
	revise(w->a, &ref, OTHER, H_HOUR + HOUR, NULL, 0);
	digest_of(w->a, &ref, &second);
	assert_false(ref_eq(&first, &second));
	assert_int_equal(count(w->a, &ref, EVENT_REVEAL), 2);
	w->env.now_ms = H_HOUR;
	(void)tick(w->a);
	deliver(w->a, w->b);
	assert_target(w->b, &ref, "");
	w->env.now_ms = H_HOUR + HOUR;
	(void)tick(w->a);
	deliver(w->a, w->b);
	assert_target(w->b, &ref, OTHER);
	assert_int_equal(count(w->b, &ref, EVENT_REVEAL), 1);
	assert_false(on_disk(w->b, SECRET));
	/* after its hour a new value is there at once */
	revise(w->a, &ref, SECRET, H_HOUR + HOUR, NULL, 0);
	deliver(w->a, w->b);
	assert_target(w->b, &ref, SECRET);
}

static void
test_released_earlier(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	struct do_move m = { .move = "disclose" };
	bool parked = false;

	issue(w, &ref);
	deliver(w->a, w->b);
	ok(act_move(w->a, &ref, &m, &parked, &err));
	deliver(w->a, w->b);
	assert_target(w->b, &ref, SECRET);
	assert_int_equal(tick(w->a), INT64_MAX);
}

static void
test_parties_come_and_go(void **state)
{
	struct world *w = *state;
	struct desk *c = make_desk(w, "320500");
	const char *only_c[] = { "320500" };
	const char *both[] = { "320500", "330100" };
	struct doc_ref ref;

	trust(w->a, c);
	trust(c, w->a);
	install(c, "raid");
	issue(w, &ref);
	deliver(w->a, w->b);
	revise(w->a, &ref, SECRET, H_HOUR, only_c, 1);
	w->env.now_ms = H_HOUR + 1;
	(void)tick(w->a);
	deliver(w->a, w->b);
	deliver(w->a, c);
	assert_int_equal(count(w->b, &ref, EVENT_REVEAL), 0);
	assert_false(on_disk(w->b, SECRET));
	assert_target(c, &ref, SECRET);
	/* who comes after the hour has it at once */
	revise(w->a, &ref, SECRET, H_HOUR, both, 2);
	deliver(w->a, w->b);
	assert_target(w->b, &ref, SECRET);
	desk_close(c);
}

static void
test_withdrawn_stays_closed(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	bool parked = false;

	issue(w, &ref);
	deliver(w->a, w->b);
	ok(act_withdraw(w->a, &ref, "取消", &parked, &err));
	w->env.now_ms = H_HOUR + 1;
	(void)tick(w->a);
	deliver(w->a, w->b);
	assert_int_equal(count(w->b, &ref, EVENT_REVEAL), 0);
	assert_false(on_disk(w->b, SECRET));
}

/* What would leave by another way stays too; of sealed lists the same. */
static void
test_copies_and_lists(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	struct do_move m = { .move = "copy" };
	struct new_doc change = { 0 };
	struct list_query q = { .kind = "raid_copy", .changed_after = -1 };
	struct doc_list l = { 0 };
	struct view *v = NULL;
	bool parked = false;

	issue(w, &ref);
	install(w->a, "raid_copy");
	change.fields = content(SECRET, H_HOUR);
	json_object_set_new(change.fields, "goods",
			    json_pack("[{s:s}]", "name", "假酒"));
	ok(act_revise(w->a, &ref, NULL, &change, &parked, &err));
	json_decref(change.fields);
	deliver(w->a, w->b);
	assert_target(w->b, &ref, "");
	assert_false(on_disk(w->b, "假酒"));
	ok(act_move(w->a, &ref, &m, &parked, &err));
	ok(ask_list(w->a, &q, &l, &err));
	assert_int_equal(l.n_rows, 1);
	ok(ask_view(w->a, &l.rows[0].ref, &v, &err));
	assert_null(json_object_get(v->fields, "target"));
	assert_non_null(json_object_get(v->fields, "related"));
	view_free(v);
	doc_list_release(&l);
}

/* A value that does not match its seal is no value. */
static void
test_wrong_value(void **state)
{
	struct world *w = *state;
	struct journal *j = desk_get_journal(w->a);
	char salt[2 * SEAL_SALT_LEN + 1];
	struct doc_ref ref;
	struct view *v = NULL;
	size_t unfit = 0;
	json_t *data;

	issue(w, &ref);
	memset(salt, 'a', sizeof(salt) - 1);
	salt[sizeof(salt) - 1] = '\0';
	data = json_pack("{s:s,s:s,s:s}", "field", "target", "salt", salt,
			 "value", "\"" OTHER "\"");
	struct own_act act = { .type = EVENT_REVEAL,
			       .owner = ref.owner,
			       .doc = ref.id,
			       .track = "owner",
			       .time_ms = w->env.now_ms,
			       .data = data };
	ok(journal_begin(j, &err));
	ok(journal_append(j, &act, NULL, &err));
	ok(journal_commit(j, &err));
	json_decref(data);
	ok(ask_view(w->a, &ref, &v, &err));
	assert_string_equal(json_text(v->fields, "target"), SECRET);
	for (size_t i = 0; i < v->held.doc->n_events; i++)
		if (v->held.doc->events[i].verdict == VERDICT_UNFIT) {
			unfit++;
			assert_non_null(strstr(v->held.doc->events[i].why,
					       "does not match"));
		}
	assert_int_equal(unfit, 1);
	view_free(v);
}

/* doc/protocol.md, "Sealed fields". */
static void
test_vector(void **state)
{
	uint8_t salt[SEAL_SALT_LEN];
	const char *value = "\"上海市静安区某路1号\"";
	char hex[DIGEST_HEX_LEN + 1];
	struct digest d, again;

	(void)state;
	for (size_t i = 0; i < sizeof(salt); i++)
		salt[i] = (uint8_t)i;
	seal_digest(salt, value, strlen(value), &d);
	digest_hex(&d, hex);
	assert_string_equal(hex, "3ff192c7271c8734c4edfd242df493da"
				 "1a4f845971ffa232fdb82af3d10792bd");
	ok(seal_digest_hex("000102030405060708090a0b0c0d0e0f"
			   "101112131415161718191a1b1c1d1e1f",
			   value, strlen(value), &again, &err));
	assert_true(digest_eq(&d, &again));
	assert_int_equal(seal_digest_hex("00", value, strlen(value), &again,
					 &err),
			 RC_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector),
		cmocka_unit_test_setup_teardown(test_opens_at_its_hour, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_revisions, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_released_earlier, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_parties_come_and_go, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_withdrawn_stays_closed,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_copies_and_lists, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_wrong_value, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
