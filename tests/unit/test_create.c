/*
 * Documents made by moves and what they do to the one they were made from;
 * moves that wait for an approver and are judged again when he comes.
 */
#include "desk_world.h"

static void
make(struct world *w, const char *json, struct doc_ref *out)
{
	struct new_doc n = { .kind = "errand" };
	enum new_outcome outcome = NEW_DRAFT;
	char *path = write_file(w, "enclosed.txt", "附件", 6);
	const char *files[] = { path };

	n.attach = files;
	n.n_attach = 1;
	n.fields = fields(json);
	ok(act_new(w->a, &n, NULL, NULL, out, &outcome, &err));
	json_decref(n.fields);
	xfree(path);
	assert_int_equal(outcome, NEW_ISSUED);
}

static enum rc
move(struct desk *d, const struct doc_ref *ref, const char *name,
     const char *input, bool *ret_parked)
{
	struct do_move m = { .move = name };
	bool parked = false;
	enum rc rc;

	if (input != NULL)
		m.input = fields(input);
	rc = act_move(d, ref, &m, &parked, &err);
	json_decref(m.input);
	if (ret_parked != NULL)
		*ret_parked = parked;
	return rc;
}

/* The only document of a kind. */
static void
only(struct desk *d, const char *kind, struct doc_ref *out)
{
	struct list_query q = { .kind = kind, .changed_after = -1 };
	struct doc_list l = { 0 };

	ok(ask_list(d, &q, &l, &err));
	assert_int_equal(l.n_rows, 1);
	*out = l.rows[0].ref;
	doc_list_release(&l);
}

static struct view *
look(struct desk *d, const struct doc_ref *ref)
{
	struct view *v = NULL;

	ok(ask_view(d, ref, &v, &err));
	return v;
}

static bool
waits(struct desk *d, const struct doc_ref *ref)
{
	struct view *v = look(d, ref);
	bool yes = v->row->waits;

	view_free(v);
	return yes;
}

static void
install_all(struct world *w)
{
	install(w->a, "errand");
	install(w->a, "errand_part");
	install(w->a, "errand_slip");
	install(w->b, "errand_part");
}

static void
test_child_and_condition(void **state)
{
	struct world *w = *state;
	char subject[DESK_ID_MAX + UUID_LEN + 2];
	struct doc_ref ref, part;
	struct view *v;

	install_all(w);
	make(w,
	     "{\"title\":\"一件\",\"amount\":12.5,\"goods\":[{\"name\":"
	     "\"酒\",\"shelf\":\"三\"}]}",
	     &ref);
	assert_int_equal(move(w->a, &ref, "finish", NULL, NULL), RC_STATE);
	ok(move(w->a, &ref, "give_on",
		"{\"target\":\"330100\",\"reason\":\"请办\"}", NULL));
	assert_false(waits(w->a, &ref));
	assert_int_equal(move(w->a, &ref, "finish", NULL, NULL), RC_STATE);
	only(w->a, "errand_part", &part);
	v = look(w->a, &part);
	assert_string_equal(json_text(v->fields, "title"), "一件");
	/* of another type, of no such column: left out */
	assert_null(json_object_get(v->fields, "amount"));
	assert_string_equal(
		json_text(json_array_get(json_object_get(v->fields, "goods"),
					 0),
			  "name"),
		"酒");
	assert_null(json_object_get(
		json_array_get(json_object_get(v->fields, "goods"), 0),
		"shelf"));
	(void)snprintf(subject, sizeof(subject), "%s/%s", ref.owner, ref.id);
	assert_string_equal(
		json_text(json_array_get(json_object_get(v->fields, "related"),
					 0),
			  "doc"),
		subject);
	assert_int_equal(v->n_attachments, 1);
	assert_int_equal(v->n_to, 1);
	view_free(v);
	/* it is in force over there */
	deliver(w->a, w->b);
	ok(move(w->b, &part, "sign", NULL, NULL));
	deliver(w->b, w->a);
	assert_false(waits(w->a, &ref));
	ok(move(w->a, &part, "close", NULL, NULL));
	assert_true(waits(w->a, &ref));
	ok(move(w->a, &ref, "finish", NULL, NULL));
}

static void
test_draft_and_doc_field(void **state)
{
	struct world *w = *state;
	char subject[DESK_ID_MAX + UUID_LEN + 2];
	struct doc_ref ref, slip;
	struct view *v;

	install_all(w);
	make(w, "{\"title\":\"一件\"}", &ref);
	ok(move(w->a, &ref, "give_on", "{\"target\":\"330100\"}", NULL));
	ok(move(w->a, &ref, "note_down", NULL, NULL));
	only(w->a, "errand_slip", &slip);
	v = look(w->a, &slip);
	assert_true(v->row->draft);
	(void)snprintf(subject, sizeof(subject), "%s/%s", ref.owner, ref.id);
	assert_string_equal(json_text(v->fields, "about"), subject);
	view_free(v);
}

/* What the effect needs is judged before anything is signed. */
static void
test_effect_refused(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	struct view *v;

	install(w->a, "errand");
	make(w, "{\"title\":\"一件\"}", &ref);
	assert_int_equal(move(w->a, &ref, "give_on", "{\"target\":\"330100\"}",
			      NULL),
			 RC_STATE); /* the kind is not installed */
	install(w->a, "errand_part");
	assert_int_equal(move(w->a, &ref, "give_on", "{\"target\":\"320500\"}",
			      NULL),
			 RC_OK);
	v = look(w->a, &ref);
	assert_string_equal(v->row->state, "given");
	view_free(v);
}

static struct desk *
as_officer(struct world *w, const char *id, unsigned roles)
{
	struct desk_open_as as = { .folder = desk_get_folder(w->a),
				   .officer = id,
				   .env = &w->env.env };
	struct desk *d = NULL;

	ok(officer_add(w->a, id, id, roles, NULL, &err));
	ok(desk_open(&as, &d, &err));
	return d;
}

static void
park(struct desk *duty, const struct doc_ref *ref)
{
	const char *second[] = { "second" };
	struct do_move m = { .move = "pay", .officers = second };
	bool parked = false;

	m.n_officers = 1;
	ok(act_move(duty, ref, &m, &parked, &err));
	assert_true(parked);
}

static size_t
paid(struct world *w, const struct doc_ref *ref)
{
	struct view *v = look(w->a, ref);
	size_t n = 0;

	for (size_t i = 0; i < v->held.n_events; i++)
		n += v->held.events[i].type == EVENT_MOVE &&
		     str_eq(json_text(v->held.events[i].data, "move"), "pay");
	view_free(v);
	return n;
}

static void
test_parked_is_judged_again(void **state)
{
	struct world *w = *state;
	struct desk *duty, *second, *chief, *chief2;
	struct new_doc change = { 0 };
	struct doc_ref ref;
	bool parked = false;

	install_all(w);
	duty = as_officer(w, "duty1", ROLE_BIT(ROLE_DUTY));
	second = as_officer(w, "second", ROLE_BIT(ROLE_DUTY));
	chief = as_officer(w, "chief", ROLE_BIT(ROLE_APPROVER));
	chief2 = as_officer(w, "chief2", ROLE_BIT(ROLE_APPROVER));
	make(w, "{\"title\":\"一件\",\"amount\":3}", &ref);
	/* a later revision: refused, the text is kept */
	park(duty, &ref);
	change.fields = fields("{\"title\":\"一件\",\"amount\":4}");
	ok(act_revise(w->a, &ref, NULL, &change, &parked, &err));
	json_decref(change.fields);
	assert_int_equal(act_approve(chief, &ref, &err), RC_CONFLICT);
	assert_int_equal(paid(w, &ref), 0);
	assert_int_equal(move(duty, &ref, "pay", NULL, NULL), RC_DENIED);
	ok(act_reject(chief, &ref, "旧稿", &err));
	/* one of the two who signed is an officer no longer */
	park(duty, &ref);
	ok(officer_disable(w->a, "second", &err));
	assert_int_equal(act_approve(chief, &ref, &err), RC_DENIED);
	assert_non_null(strstr(err.msg, "second"));
	ok(act_reject(chief, &ref, "换人", &err));
	desk_close(second);
	second = as_officer(w, "third", ROLE_BIT(ROLE_DUTY));
	/* the state has gone on meanwhile */
	{
		const char *third[] = { "third" };
		struct do_move m = { .move = "pay",
				     .officers = third,
				     .n_officers = 1 };

		ok(act_move(duty, &ref, &m, &parked, &err));
		assert_true(parked);
		/* both approve at once: it happens once */
		ok(act_approve(chief, &ref, &err));
		assert_int_equal(act_approve(chief2, &ref, &err), RC_NOTFOUND);
		assert_int_equal(paid(w, &ref), 1);
		/* and `once` is judged for what waits too */
		assert_int_equal(act_move(duty, &ref, &m, &parked, &err),
				 RC_STATE);
	}
	desk_close(duty);
	desk_close(second);
	desk_close(chief);
	desk_close(chief2);
}

/* Two consoles at once: the second move is refused, not signed as unfit. */
static void
test_no_unfit_move_is_signed(void **state)
{
	struct world *w = *state;
	struct journal *j = desk_get_journal(w->a);
	struct doc_ref ref;
	json_t *data = json_pack("{s:s}", "move", "finish");

	install_all(w);
	make(w, "{\"title\":\"一件\"}", &ref);
	struct own_act act = { .type = EVENT_MOVE,
			       .owner = ref.owner,
			       .doc = ref.id,
			       .time_ms = w->env.now_ms,
			       .data = data };
	ok(journal_begin(j, &err));
	assert_int_equal(journal_append(j, &act, NULL, &err), RC_STATE);
	journal_rollback(j);
	json_decref(data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_child_and_condition, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_draft_and_doc_field, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_effect_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_parked_is_judged_again,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_unfit_move_is_signed,
						setup, teardown),
	};

	return cmocka_run_group_tests_name("create", tests, NULL, NULL);
}
