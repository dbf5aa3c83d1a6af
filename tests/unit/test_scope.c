/*
 * Kinds that never leave the desk, and registers that go to every peer:
 * kinds installed from a file while the desk is open, seen by three desks.
 */
#include "desk_world.h"

static struct desk *
third(struct world *w)
{
	return make_desk(w, "320500");
}

static enum rc
make(struct desk *d, const char *kind, const char *to, struct doc_ref *out)
{
	struct new_doc n = { .kind = kind,
			     .to = &to,
			     .n_to = to != NULL ? 1 : 0 };
	enum new_outcome outcome = NEW_DRAFT;
	enum rc rc;

	n.fields = fields("{\"title\":\"一件\"}");
	rc = act_new(d, &n, NULL, NULL, out, &outcome, &err);
	json_decref(n.fields);
	if (rc == RC_OK)
		assert_int_equal(outcome, NEW_ISSUED);
	return rc;
}

static void
move(struct desk *d, const struct doc_ref *ref, const char *name)
{
	struct do_move m = { .move = name };
	bool parked = false;

	ok(act_move(d, ref, &m, &parked, &err));
	assert_false(parked);
}

static void
assert_row(struct desk *d, const struct doc_ref *ref, const char *state,
	   const char *title)
{
	struct doc_list l = { 0 };

	ok(ask_row(d, ref, &l, &err));
	assert_string_equal(l.rows[0].state, state);
	assert_string_equal(l.rows[0].title, title);
	doc_list_release(&l);
}

/* Frames of anything but cards that a desk owes a peer. */
static int64_t
owed(struct desk *d, const char *peer)
{
	struct link_list links = { 0 };
	int64_t n = -1;

	ok(ask_links(d, &links, &err));
	for (size_t i = 0; i < links.n_rows; i++)
		if (str_eq(links.rows[i].desk, peer))
			n = links.rows[i].queued;
	link_list_release(&links);
	return n;
}

static void
test_local_stays(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	int64_t before = owed(w->a, "330100");
	struct doc_list l = { 0 };

	install(w->a, "paper");
	assert_int_equal(make(w->a, "paper", "330100", &ref), RC_RANGE);
	ok(make(w->a, "paper", NULL, &ref));
	assert_row(w->a, &ref, "open", "一件");
	ok(act_remark(w->a, &ref, "记一笔", &err));
	move(w->a, &ref, "close");
	assert_row(w->a, &ref, "closed", "一件");
	assert_int_equal(owed(w->a, "330100"), before);
	/* trusted later: nothing of it either */
	struct desk *c = third(w);
	trust(w->a, c);
	trust(c, w->a);
	deliver(w->a, c);
	install(c, "paper");
	assert_int_equal(ask_row(c, &ref, &l, &err), RC_NOTFOUND);
	assert_int_equal(owed(w->a, "320500"), 1); /* the card */
	desk_close(c);
}

static void
test_register_goes_to_all(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	struct new_doc change = { 0 };
	struct desk *c = third(w);
	struct view *v = NULL;
	bool parked = false;

	install(w->a, "entry");
	install(w->b, "entry");
	install(c, "entry");
	assert_int_equal(make(w->a, "entry", "330100", &ref), RC_RANGE);
	ok(make(w->a, "entry", NULL, &ref));
	deliver(w->a, w->b);
	assert_row(w->b, &ref, "valid", "一件");
	/* issued before it was trusted */
	trust(w->a, c);
	trust(c, w->a);
	deliver(w->a, c);
	assert_row(c, &ref, "valid", "一件");
	/* the newest revision, and what its owner makes of it */
	change.fields = fields("{\"title\":\"改过\"}");
	ok(act_revise(w->a, &ref, NULL, &change, &parked, &err));
	json_decref(change.fields);
	deliver(w->a, w->b);
	assert_row(w->b, &ref, "valid", "改过");
	move(w->a, &ref, "revoke");
	deliver(w->a, w->b);
	deliver(w->a, c);
	assert_row(w->b, &ref, "revoked", "改过");
	assert_row(c, &ref, "revoked", "改过");
	/* no part in it: no moves, no remark, but notes of one's own */
	ok(ask_view(w->b, &ref, &v, &err));
	assert_int_equal(v->n_moves, 0);
	assert_false(v->row->waits);
	view_free(v);
	assert_int_equal(act_remark(w->b, &ref, "话", &err), RC_DENIED);
	ok(act_note(w->b, &ref, "留意", &err));
	ok(ask_view(w->b, &ref, &v, &err));
	for (size_t i = 0; i < v->held.doc->n_events; i++)
		assert_int_equal(v->held.doc->events[i].verdict, VERDICT_FIT);
	view_free(v);
	desk_close(c);
}

/* Addressed ones have a track of their own beside those who only read. */
static void
test_register_with_parts(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	struct desk *c = third(w);

	trust(w->a, c);
	trust(c, w->a);
	install(w->a, "notice");
	install(w->b, "notice");
	install(c, "notice");
	ok(make(w->a, "notice", "330100", &ref));
	deliver(w->a, w->b);
	deliver(w->a, c);
	assert_row(w->b, &ref, "stored", "一件");
	assert_row(c, &ref, "valid", "一件");
	move(w->b, &ref, "sign");
	deliver(w->b, w->a);
	assert_row(w->b, &ref, "signed", "一件");
	desk_close(c);
}

/* What one desk sends under a name that is local at another stays apart. */
static void
test_local_from_a_peer(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;

	install(w->a, "paper_sent");
	install(w->b, "paper");
	ok(make(w->a, "paper", "330100", &ref));
	deliver(w->a, w->b);
	assert_row(w->b, &ref, "", "一件"); /* another file: not installed */
}

/* Documents that came before their kind are folded anew when it comes. */
static void
test_kind_comes_late(void **state)
{
	struct world *w = *state;
	struct doc_ref ref;
	struct doc_list l = { 0 };
	struct desk_open_as as = { .folder = desk_get_folder(w->b),
				   .env = &w->env.env };
	struct desk *other = NULL;

	ok(desk_open(&as, &other, &err));
	install(w->a, "notice");
	ok(make(w->a, "notice", "330100", &ref));
	deliver(w->a, w->b);
	ok(ask_row(w->b, &ref, &l, &err));
	assert_string_equal(l.rows[0].state, "");
	doc_list_release(&l);
	install(w->b, "notice");
	assert_row(w->b, &ref, "stored", "一件");
	/* another process of the same desk learns it by itself */
	move(other, &ref, "sign");
	assert_row(w->b, &ref, "signed", "一件");
	desk_close(other);
	assert_int_equal(kind_file(w->b, "notice"), RC_EXISTS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_local_stays, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_register_goes_to_all,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_register_with_parts, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_local_from_a_peer, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_kind_comes_late, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("scope", tests, NULL, NULL);
}
