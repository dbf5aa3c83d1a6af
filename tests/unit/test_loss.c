/* A desk whose folder was put back from a copy, and what its peers give it
 * back over their links: in simulated time (sim.h). */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "model_bed.h"
#include "sim.h"

#define TIMEOUT_MS 120000

struct three {
	struct mdesk desks[MODEL_DESKS];
	unsigned issued;
};

static void
three_open(struct three *t, int deaf)
{
	*t = (struct three){ .issued = 0 };
	log_set_level(getenv("TEST_LOG") != NULL ? LOG_DEBUG : LOG_ERROR);
	mdesks_found();
	sim_begin(1, MODEL_NOW_MS + 3600000);
	mdesks_open(t->desks, deaf);
	for (int i = 0; i < MODEL_DESKS; i++)
		t->desks[i].skew_ms = 0;
}

static void
all_start(struct three *t)
{
	for (int i = 0; i < MODEL_DESKS; i++)
		if (t->desks[i].exchange == NULL)
			mdesk_start(&t->desks[i]);
}

static void
three_close(struct three *t)
{
	mdesks_close(t->desks);
	mdesks_forget();
}

static bool
comes_to_rest(struct three *t)
{
	for (int64_t ms = 0; ms < TIMEOUT_MS; ms += 500) {
		sim_run(500);
		if (mdesks_are_even(t->desks))
			return true;
	}
	return false;
}

static void
wait_even(struct three *t)
{
	if (comes_to_rest(t))
		return;
	for (int i = 0; i < MODEL_DESKS; i++)
		mdesk_tell(&t->desks[i]);
	fail_msg("not even");
}

static void
issue(struct three *t, int desk, int n)
{
	char id[UUID_LEN + 1];

	for (int i = 0; i < n; i++) {
		(void)snprintf(id, sizeof(id), "01900000-0000-7000-8000-%012x",
			       ++t->issued);
		assert_true(mdesk_act(&t->desks[desk], id, desk, true));
	}
}

static void
both_issue(struct three *t, int n)
{
	issue(t, 0, n);
	issue(t, 1, n);
	wait_even(t);
}

/* The copy is noticed from what the peers hold, nothing is lost, and all go on
 * writing. before: notices that the copy has. */
static void
put_back(int deaf, int before, bool told)
{
	struct three t;

	three_open(&t, deaf);
	if (before > 0) {
		all_start(&t);
		both_issue(&t, before);
	}
	mdesk_backup(&t.desks[0]);
	all_start(&t);
	both_issue(&t, 4);
	mdesk_restore(&t.desks[0], told);
	assert_int_equal(mdesk_epochs(&t.desks[0]), told ? 2 : 1);
	mdesk_start(&t.desks[0]);
	sim_run(15000); /* until the peers have told */
	wait_even(&t);
	assert_int_equal(mdesk_epochs(&t.desks[0]), 2);
	both_issue(&t, 2);
	mdesks_compare(t.desks, 1);
	three_close(&t);
}

static void
test_loss_all_dial(void **state)
{
	(void)state;
	put_back(-1, 3, false);
}

static void
test_loss_the_lost_cannot_be_dialled(void **state)
{
	(void)state;
	put_back(0, 3, false);
}

static void
test_loss_a_peer_cannot_be_dialled(void **state)
{
	(void)state;
	put_back(1, 3, false);
}

/* Of some channels it holds nothing any more, so that no receipt tells. */
static void
test_loss_of_all_that_came(void **state)
{
	(void)state;
	for (int deaf = -1; deaf < 2; deaf++) {
		put_back(deaf, 0, true);
		put_back(deaf, 0, false);
	}
}

/* Nothing to give back: the one that dials tells all the same that it knows of
 * the new epoch, or the other would wait for ever. */
static void
test_loss_of_nothing(void **state)
{
	struct three t;

	(void)state;
	three_open(&t, 1);
	all_start(&t);
	both_issue(&t, 2);
	mdesk_backup(&t.desks[0]);
	mdesk_restore(&t.desks[0], true);
	mdesk_start(&t.desks[0]);
	wait_even(&t);
	assert_true(mdesk_may_act(&t.desks[0]));
	three_close(&t);
}

/* Asked for (restore): also a folder from before the last epoch gets the
 * frames of an epoch back that it has never heard of. */
static void
test_loss_of_an_epoch(void **state)
{
	struct three t;

	(void)state;
	three_open(&t, -1);
	all_start(&t);
	both_issue(&t, 2);
	mdesk_backup(&t.desks[0]);
	for (int i = 0; i < 2; i++) {
		both_issue(&t, 3);
		mdesk_restore(&t.desks[0], true);
		mdesk_start(&t.desks[0]);
		sim_run(15000);
		wait_even(&t);
	}
	assert_int_equal(mdesk_epochs(&t.desks[0]), 3);
	both_issue(&t, 1);
	mdesks_compare(t.desks, 1);
	three_close(&t);
}

/* Twice within a day by itself: two copies are alive, nothing flows. */
static void
test_loss_twice_stops(void **state)
{
	struct three t;

	(void)state;
	three_open(&t, -1);
	all_start(&t);
	both_issue(&t, 2);
	for (int i = 0; i < 2; i++) {
		mdesk_backup(&t.desks[0]);
		both_issue(&t, 2);
		mdesk_restore(&t.desks[0], false);
		mdesk_start(&t.desks[0]);
		sim_run(15000);
		if (i == 0)
			wait_even(&t);
	}
	issue(&t, 1, 3); /* some to it */
	assert_false(comes_to_rest(&t));
	assert_int_equal(mdesk_epochs(&t.desks[0]), 2);
	three_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loss_all_dial),
		cmocka_unit_test(test_loss_the_lost_cannot_be_dialled),
		cmocka_unit_test(test_loss_a_peer_cannot_be_dialled),
		cmocka_unit_test(test_loss_of_all_that_came),
		cmocka_unit_test(test_loss_of_nothing),
		cmocka_unit_test(test_loss_of_an_epoch),
		cmocka_unit_test(test_loss_twice_stops),
	};

	return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
