#include "base/asset.h"
#include "base/i18n.h"
#include "desk/export.h"
#include "desk/import.h"
#include "desk_world.h"

struct told {
	char text[4096];
	size_t n;
};

static void
problem(void *ctx, const char *sentence)
{
	struct told *t = ctx;

	t->n++;
	(void)snprintf(t->text + strlen(t->text),
		       sizeof(t->text) - strlen(t->text), "%s\n", sentence);
}

static struct import_report
import(struct desk *d, const char *path, const char *map, bool issue,
       struct told *told)
{
	static const char *to[] = { "330100" };
	struct import_job job = { .kind = "clue",
				  .path = path,
				  .map = map,
				  .to = to,
				  .n_to = 1,
				  .issue = issue,
				  .problem = problem,
				  .ctx = told };
	struct import_report r = { 0 };

	*told = (struct told){ 0 };
	ok(desk_import(d, &job, &r, &err));
	return r;
}

static size_t
count(struct desk *d)
{
	struct list_query q = { .changed_after = -1 };
	struct doc_list l;
	size_t n;

	ok(ask_list(d, &q, &l, &err));
	n = l.n_rows;
	doc_list_release(&l);
	return n;
}

static void
test_map_and_twice(void **state)
{
	const char *csv = "\xEF\xBB\xBFno,what,when,days\r\n"
			  "1,\"假鞋,两箱\",2026-09-03T10:00:00,15\r\n"
			  "2,,2026-09-04,5\r\n"
			  "3,假药,2026-02-30,5\r\n"
			  "4,假烟,2026-09-05,5\r\n"
			  "5,坏\xFF字,2026-09-05,5\r\n"
			  "6,七,2026-09-05\r\n"
			  "7,bad\"quote,2026-09-05,1\r\n";
	const char *map = "# rules\ntitle <- what\nwhen <- when\n"
			  "feedback_days <- days\nfacts = 第{no}号:{what}\n"
			  "urgency = 加急\n";
	struct world *w = *state;
	struct list_query q = { .changed_after = -1 };
	char *path = write_file(w, "in.csv", csv, strlen(csv));
	char *rules = write_file(w, "in.map", map, strlen(map));
	char *rejected = xasprintf("%s/in.rejected.csv", w->root);
	struct import_report r;
	struct told told;
	struct doc_list l;
	struct view *v = NULL;
	struct buf bad;

	r = import(w->a, path, rules, false, &told);
	assert_int_equal(r.rows, 7);
	assert_int_equal(r.made, 2);
	assert_int_equal(r.rejected, 5);
	assert_int_equal(told.n, 5);
	assert_non_null(strstr(told.text, "in.csv:3: "));
	assert_non_null(strstr(told.text, "in.csv:8: "));
	assert_int_equal(count(w->a), 2);
	buf_init(&bad, 4096);
	ok(file_read(rejected, 4096, false, &bad, &err));
	assert_non_null(strstr(buf_str(&bad), "no,what,when,days\r\n2,,"));
	assert_null(strstr(buf_str(&bad), "假烟"));
	buf_release(&bad);
	/* the same rows again: nothing new, whatever the map says */
	r = import(w->a, path, rules, false, &told);
	assert_int_equal(r.known, 2);
	assert_int_equal(r.made, 0);
	assert_int_equal(count(w->a), 2);
	ok(ask_list(w->a, &q, &l, &err));
	ok(ask_view(w->a, &l.rows[1].ref, &v, &err));
	if (!str_eq(v->row->title, "假鞋,两箱")) {
		view_free(v);
		ok(ask_view(w->a, &l.rows[0].ref, &v, &err));
	}
	assert_string_equal(v->row->title, "假鞋,两箱");
	assert_string_equal(json_text(v->fields, "when"), "2026-09-03");
	assert_string_equal(json_text(v->fields, "facts"), "第1号:假鞋,两箱");
	assert_string_equal(v->to[0], "330100");
	view_free(v);
	doc_list_release(&l);
	xfree(path);
	xfree(rules);
	xfree(rejected);
}

static void
test_gb18030_and_issue(void **state)
{
	/* title / 线索通报 / the same row as UTF-8 is known afterwards */
	const char *gb = "title\n\xCF\xDF\xCB\xF7\xCD\xA8\xB1\xA8\n";
	const char *utf = "title\n线索通报\n";
	const char *wide = "\xFF\xFEt\0i\0t\0l\0e\0\n\0\x7E\x68\n\0";
	struct world *w = *state;
	char *a = write_file(w, "gb.csv", gb, strlen(gb));
	char *b = write_file(w, "utf.csv", utf, strlen(utf));
	char *c = write_file(w, "wide.csv", wide, 18);
	struct import_report r;
	struct told told;

	r = import(w->a, a, NULL, true, &told);
	assert_int_equal(r.made, 1);
	r = import(w->a, b, NULL, true, &told);
	assert_int_equal(r.made, 0);
	assert_int_equal(r.known, 1);
	r = import(w->a, c, NULL, true, &told);
	assert_int_equal(r.made, 1);
	xfree(a);
	xfree(b);
	xfree(c);
}

static void
test_dry_run_and_bad_maps(void **state)
{
	static const char *const bad_maps[] = { "title <- nothere\n",
						"nofield <- title\n",
						"title\n" };
	const char *csv = "title,x\nt,1\n";
	struct world *w = *state;
	struct import_job job = { .kind = "clue", .dry_run = true };
	struct import_report r;
	char *path = write_file(w, "in.csv", csv, strlen(csv)), *map;
	size_t i;

	job.path = path;
	/* without a map x is no field of the kind */
	assert_int_equal(desk_import(w->a, &job, &r, &err), RC_MALFORMED);
	assert_non_null(strstr(err.msg, "'x'"));
	for (i = 0; i < ARRAY_LEN(bad_maps); i++) {
		map = write_file(w, "m.map", bad_maps[i], strlen(bad_maps[i]));
		job.map = map;
		if (desk_import(w->a, &job, &r, &err) == RC_OK)
			assert_int_equal(r.rejected, 1);
		xfree(map);
	}
	map = write_file(w, "m.map", "title <- title\n", 15);
	job.map = map;
	ok(desk_import(w->a, &job, &r, &err));
	assert_int_equal(r.made, 1);
	assert_int_equal(count(w->a), 0);
	job.path = map; /* no .csv */
	assert_int_equal(desk_import(w->a, &job, &r, &err), RC_USAGE);
	xfree(map);
	xfree(path);
}

static enum rc
take(void *ctx, const char *bytes, size_t n, struct err *e)
{
	return buf_add(ctx, bytes, n, e);
}

static json_t *
all_fields(struct desk *d)
{
	struct list_query q = { .changed_after = -1 };
	json_t *out = json_object();
	struct doc_list l;
	struct view *v;
	size_t i;

	ok(ask_list(d, &q, &l, &err));
	for (i = 0; i < l.n_rows; i++) {
		v = NULL;
		ok(ask_view(d, &l.rows[i].ref, &v, &err));
		json_object_set_new(out, l.rows[i].title,
				    json_deep_copy(v->fields));
		view_free(v);
	}
	doc_list_release(&l);
	return out;
}

/* export at A -> import at B gives the same fields back, in both formats. */
static void
round_trip(struct world *w, enum export_format format, const char *name)
{
	const struct asset *asset = asset_find("demo/clues.ndjson");
	struct export_job job = { .kind = "clue",
				  .format = format,
				  .write = take };
	struct import_report r;
	struct told told;
	struct buf out;
	json_t *a, *b;
	char *path;
	int64_t n;

	assert_non_null(asset);
	path = write_file(w, "clues.ndjson", asset->bytes, asset->len);
	r = import(w->a, path, NULL, false, &told);
	assert_int_equal(r.rejected + r.made, 30);
	xfree(path);
	/* exported are documents, so issue what can be */
	path = write_file(
		w, "some.ndjson",
		"{\"title\":\"=1+1\",\"facts\":\"a,\\\"b\\\"\\nc\","
		"\"goods\":[{\"name\":\"鞋\",\"quantity\":12.5},"
		"{\"name\":\"帽\"}],\"feedback_days\":15,"
		"\"party_concerned\":{\"name\":\"-某公司\"}}\n"
		"{\"title\":\"二\",\"url\":\"\"}\n",
		strlen("{\"title\":\"=1+1\",\"facts\":\"a,\\\"b\\\"\\nc\","
		       "\"goods\":[{\"name\":\"鞋\",\"quantity\":12.5},"
		       "{\"name\":\"帽\"}],\"feedback_days\":15,"
		       "\"party_concerned\":{\"name\":\"-某公司\"}}\n"
		       "{\"title\":\"二\",\"url\":\"\"}\n"));
	r = import(w->a, path, NULL, true, &told);
	if (r.made != 2)
		fail_msg("%s", told.text);
	xfree(path);
	buf_init(&out, 1 << 20);
	job.ctx = &out;
	ok(desk_export(w->a, &job, &n, &err));
	assert_int_equal(n, 2);
	path = write_file(w, name, out.data, out.len);
	r = import(w->b, path, NULL, false, &told);
	if (r.made != 2)
		fail_msg("%s", told.text);
	a = all_fields(w->a);
	b = all_fields(w->b);
	assert_true(json_equal(json_object_get(a, "=1+1"),
			       json_object_get(b, "=1+1")));
	assert_true(
		json_equal(json_object_get(a, "二"), json_object_get(b, "二")));
	assert_int_equal(json_object_size(b), 2);
	json_decref(a);
	json_decref(b);
	buf_release(&out);
	xfree(path);
}

static void
test_round_trip_csv(void **state)
{
	round_trip(*state, EXPORT_CSV, "out.csv");
}

static void
test_round_trip_ndjson(void **state)
{
	round_trip(*state, EXPORT_NDJSON, "out.ndjson");
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_map_and_twice),	      T(test_gb18030_and_issue),
		T(test_dry_run_and_bad_maps), T(test_round_trip_csv),
		T(test_round_trip_ndjson),
	};

	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
