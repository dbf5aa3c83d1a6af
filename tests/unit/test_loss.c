/* A desk whose folder was put back from a copy, and what its peers give it
 * back over their links. */
#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange_bed.h"
#include "journal/epoch.h"

struct two {
	struct loop *loop;
	struct post a, b;
	int64_t at_a, at_b; /* notices of the other that are to be there */
};

static void
two_open(struct two *t, bool a_listens, bool b_listens)
{
	struct err err = ERR_INIT;

	*t = (struct two){ 0 };
	log_set_level(getenv("TEST_LOG") != NULL ? LOG_DEBUG : LOG_ERROR);
	assert_int_equal(loop_new(&t->loop, &err), RC_OK);
	post_open(&t->a, t->loop, "310105", a_listens);
	post_open(&t->b, t->loop, "330100", b_listens);
	posts_trust(&t->a, &t->b);
	post_start(&t->a);
	post_start(&t->b);
}

static void
two_close(struct two *t)
{
	post_close(&t->a);
	post_close(&t->b);
	loop_free(t->loop);
}

static bool
quiet(void *ctx)
{
	struct two *t = ctx;
	int64_t held, end;
	bool waits = true;

	if (post_count_from(&t->b, t->a.desk) != t->at_b ||
	    post_count_from(&t->a, t->b.desk) != t->at_a ||
	    post_count_from(&t->a, t->a.desk) != t->at_b ||
	    epoch_is_restoring(t->a.journal, &waits, NULL) != RC_OK || waits)
		return false;
	post_held(&t->a, &t->b, &held, &end);
	if (held != end)
		return false;
	post_held(&t->b, &t->a, &held, &end);
	return held == end;
}

static void
both_issue(struct two *t, int n)
{
	post_issue(&t->a, &t->b, n);
	post_issue(&t->b, &t->a, n);
	t->at_a += n;
	t->at_b += n;
	assert_true(run_until(t->loop, quiet, t, 30000));
}

static int64_t
epochs(struct two *t)
{
	return post_count(&t->a, "SELECT count(*) FROM epoch");
}

static void
verified(struct two *t)
{
	struct verify_report report = { .events = 0 };
	struct err err = ERR_INIT;

	if (journal_verify(t->a.journal, false, NULL, &report, &err) != RC_OK ||
	    journal_verify(t->b.journal, false, NULL, &report, &err) != RC_OK)
		fail_msg("%s", err.msg);
}

/* The copy is noticed from what the peer holds, nothing is lost, and both go
 * on writing. */
static void
put_back(bool a_listens, bool b_listens)
{
	struct two t;

	two_open(&t, a_listens, b_listens);
	both_issue(&t, 3);
	post_copy(&t.a);
	both_issue(&t, 4);
	post_put_back(&t.a);
	assert_int_equal(post_count_from(&t.a, t.a.desk), 3);
	assert_int_equal(epochs(&t), 1);
	post_start(&t.a);
	assert_true(run_until(t.loop, quiet, &t, 30000));
	assert_int_equal(epochs(&t), 2);
	assert_int_equal(post_count(&t.a, "SELECT count(*) FROM give"), 0);
	both_issue(&t, 2);
	assert_int_equal(post_count(&t.b, "SELECT count(*) FROM fork"), 0);
	verified(&t);
	two_close(&t);
}

static void
test_loss_both_dial(void **state)
{
	(void)state;
	put_back(true, true);
}

static void
test_loss_only_the_lost_dials(void **state)
{
	(void)state;
	put_back(false, true);
}

static void
test_loss_only_the_peer_dials(void **state)
{
	(void)state;
	put_back(true, false);
}

/* Asked for (restore): also a folder from before the last epoch gets the
 * frames of an epoch back that it has never heard of. */
static void
test_loss_of_an_epoch(void **state)
{
	struct two t;
	struct err err = ERR_INIT;

	(void)state;
	two_open(&t, true, true);
	both_issue(&t, 2);
	post_copy(&t.a);
	for (int i = 0; i < 2; i++) {
		both_issue(&t, 3);
		post_put_back(&t.a);
		assert_int_equal(journal_begin(t.a.journal, &err), RC_OK);
		assert_int_equal(epoch_begin(t.a.journal, EPOCH_WHY_RESTORED,
					     NULL, &err),
				 RC_OK);
		assert_int_equal(journal_commit(t.a.journal, &err), RC_OK);
		post_start(&t.a);
		assert_true(run_until(t.loop, quiet, &t, 30000));
	}
	assert_int_equal(epochs(&t), 3);
	both_issue(&t, 1);
	verified(&t);
	two_close(&t);
}

static bool
stopped(void *ctx)
{
	struct two *t = ctx;

	return post_count(&t->b, "SELECT count(*) FROM epoch") == 1 &&
	       post_count(&t->a, "SELECT count(*) FROM answer"
				 " WHERE state = 'answered'") == 1;
}

/* Twice within a day by itself: two copies are alive, nothing flows. */
static void
test_loss_twice_stops(void **state)
{
	struct two t;
	int64_t before;

	(void)state;
	two_open(&t, true, true);
	both_issue(&t, 2);
	post_copy(&t.a);
	both_issue(&t, 2);
	post_put_back(&t.a);
	post_start(&t.a);
	assert_true(run_until(t.loop, quiet, &t, 30000));
	post_copy(&t.a);
	both_issue(&t, 2);
	post_put_back(&t.a);
	post_start(&t.a);
	before = post_count_from(&t.b, t.a.desk);
	post_issue(&t.a, &t.b, 1);
	/* long enough for a link to come up and to send it */
	t.at_b++;
	assert_false(run_until(t.loop, quiet, &t, 4000));
	assert_true(stopped(&t));
	assert_int_equal(epochs(&t), 2);
	assert_int_equal(post_count_from(&t.b, t.a.desk), before);
	two_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loss_both_dial),
		cmocka_unit_test(test_loss_only_the_lost_dials),
		cmocka_unit_test(test_loss_only_the_peer_dials),
		cmocka_unit_test(test_loss_of_an_epoch),
		cmocka_unit_test(test_loss_twice_stops),
	};

	return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
