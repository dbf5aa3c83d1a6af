/*
 * Random runs of the exchange: three desks with their real links, queues,
 * journals and databases, over simulated lines and time (sim.h). Officers act,
 * lines are blocked and cut, desks are killed, lose their folders and are
 * restored, run out of disk, are revoked and trusted again; calls come twice.
 * When all is well again every event is, once, at every desk that is to hold
 * it, all judge and show alike, every desk verifies, and no call is made any
 * more.
 *
 * DELTADESK_TEST_RUNS=N runs more of them, DELTADESK_TEST_SEED=S begins at the
 * seed that a failure printed.
 */
#include <stdio.h>
#include <stdlib.h>

#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal/epoch.h"
#include "model_bed.h"
#include "sim.h"

#define DOCS	    5
#define EVEN_MAX_MS 120000

struct world {
	struct mdesk desks[MODEL_DESKS];
	char owner_of[DOCS]; /* -1: not issued yet */
	int acts, crashes, restores, rollbacks, cuts, blocks, revokes, full;
};

static struct world *world;
static int64_t even_worst_ms;
static struct world sums; /* over all runs: they hold what they are to prove */

/* The exchange asks this of its disk. */
int
statvfs(const char *path, struct statvfs *out)
{
	*out = (struct statvfs){ .f_bavail = 1 << 20, .f_frsize = 4096 };
	for (int i = 0; world != NULL && i < MODEL_DESKS; i++)
		if (world->desks[i].full && str_eq(path, world->desks[i].dir))
			out->f_bavail = 1;
	return 0;
}

/* ---- officers ---- */

static void
doc_id(unsigned doc, char out[static UUID_LEN + 1])
{
	(void)snprintf(out, UUID_LEN + 1, "01900000-0000-7000-8000-%012x",
		       doc & 0xffff);
}

static void
act(struct world *w)
{
	unsigned doc = sim_pick(DOCS), i = sim_pick(MODEL_DESKS);
	struct mdesk *d = &w->desks[i];
	char id[UUID_LEN + 1];
	int owner = w->owner_of[doc];
	bool issues = owner < 0 && sim_pick(2) == 0;

	if (owner < 0 && !issues)
		return;
	if (!mdesk_may_act(d))
		return;
	doc_id(doc, id);
	if (issues)
		w->owner_of[doc] = (char)i;
	if (mdesk_act(d, id, issues ? (int)i : owner, issues))
		w->acts++;
	else if (issues)
		w->owner_of[doc] = -1;
}

/* ---- what goes wrong ---- */

static void
lines_go_bad(struct world *w)
{
	int a = (int)sim_pick(MODEL_DESKS);
	int b = (a + 1 + (int)sim_pick(MODEL_DESKS - 1)) % MODEL_DESKS;

	if (sim_pick(2) == 0) {
		sim_cut(a, b, sim_pick(3) > 0, sim_pick(3) > 0);
		w->cuts++;
		return;
	}
	w->blocks++;
	sim_block(a, b, sim_pick(3) > 0);
	if (sim_pick(2) == 0)
		sim_block(b, a, sim_pick(3) > 0);
}

static void
desk_goes_bad(struct world *w)
{
	struct mdesk *d = &w->desks[sim_pick(MODEL_DESKS)];

	switch (sim_pick(9)) {
	case 0:
	case 1:
		if (d->exchange == NULL)
			return;
		mdesk_kill(d);
		w->crashes++;
		break;
	case 2:
	case 7: mdesk_backup(d); break;
	case 3:
		if (!d->has_backup)
			return;
		mdesk_restore(d, true);
		w->restores++;
		break;
	case 4: /* nobody says so: only once, a second time it stops */
		if (!d->has_backup || d->rolled_back)
			return;
		mdesk_restore(d, false);
		w->rollbacks++;
		break;
	case 5:
		d->full = !d->full;
		w->full += d->full;
		break;
	case 6:
		if (sim_pick(3) == 0) {
			int other = (int)sim_pick(MODEL_DESKS);

			w->revokes += mdesk_revoke(d, &w->desks[other]);
		}
		break;
	default: break;
	}
}

static void
some_come_back(struct world *w)
{
	for (int i = 0; i < MODEL_DESKS; i++) {
		struct mdesk *d = &w->desks[i];

		if (d->exchange == NULL && sim_pick(3) > 0)
			mdesk_start(d);
		if (sim_pick(6) == 0)
			mdesk_trust_all(d, w->desks);
	}
}

static void
all_is_well(struct world *w)
{
	for (int a = 0; a < MODEL_DESKS; a++)
		for (int b = 0; b < MODEL_DESKS; b++)
			sim_block(a, b, false);
	for (int i = 0; i < MODEL_DESKS; i++) {
		struct mdesk *d = &w->desks[i];

		d->full = false;
		if (d->exchange == NULL)
			mdesk_start(d);
		mdesk_trust_all(d, w->desks);
	}
}

/* ---- what must hold in the end ---- */

static void
tell_state(const struct world *w)
{
	for (int i = 0; i < MODEL_DESKS; i++)
		mdesk_tell(&w->desks[i]);
}

static void
run(uint64_t seed)
{
	struct world *w = world = xcalloc(1, sizeof(*w));
	int64_t well_ms;
	size_t calls;

	sim_begin(seed, MODEL_NOW_MS + 3600000);
	memset(w->owner_of, -1, sizeof(w->owner_of));
	/* one of two desks, or none of three, that cannot be dialled */
	mdesks_open(w->desks,
		    sim_pick(2) == 0 ? (int)sim_pick(MODEL_DESKS) : -1);
	for (int i = 0; i < MODEL_DESKS; i++)
		mdesk_start(&w->desks[i]);
	/* mostly short: what goes wrong needs few steps */
	for (unsigned n = sim_pick(8) == 0 ? 30 : 6 + sim_pick(8); n > 0; n--) {
		act(w);
		if (sim_pick(3) == 0)
			lines_go_bad(w);
		if (sim_pick(3) == 0)
			desk_goes_bad(w);
		some_come_back(w);
		sim_run(sim_pick(4) == 0 ? sim_pick(60000) : sim_pick(3000));
	}
	all_is_well(w);
	well_ms = sim_now_ms();
	while (!mdesks_are_even(w->desks)) {
		if (sim_now_ms() > well_ms + EVEN_MAX_MS) {
			tell_state(w);
			fail_msg("seed %llu: not even after %d s",
				 (unsigned long long)seed, EVEN_MAX_MS / 1000);
		}
		sim_run(500);
	}
	if (sim_now_ms() - well_ms > even_worst_ms)
		even_worst_ms = sim_now_ms() - well_ms;
	sim_run(65000); /* what is tried again */
	calls = sim_calls();
	sim_run(15000);
	if ((sim_calls() != calls && !mdesks_want_what_is_lost(w->desks)) ||
	    !mdesks_are_even(w->desks)) {
		tell_state(w);
		fail_msg("seed %llu: %zu calls though nothing is to be done",
			 (unsigned long long)seed, sim_calls() - calls);
	}
	mdesks_compare(w->desks, seed);
	mdesks_close(w->desks);
	sim_end();
	sums.acts += w->acts;
	sums.crashes += w->crashes;
	sums.restores += w->restores;
	sums.rollbacks += w->rollbacks;
	sums.cuts += w->cuts;
	sums.blocks += w->blocks;
	sums.revokes += w->revokes;
	sums.full += w->full;
	world = xfree(w);
}

static void
test_model_random_runs(void **state)
{
	const char *many = getenv("DELTADESK_TEST_RUNS");
	const char *from = getenv("DELTADESK_TEST_SEED");
	uint64_t seed = from != NULL ? strtoull(from, NULL, 10) : 1;
	long n = many != NULL ? strtol(many, NULL, 10) : 50;

	(void)state;
	log_set_level(getenv("TEST_LOG") != NULL ? LOG_DEBUG : LOG_ERROR);
	mdesks_found();
	for (long i = 0; i < n; i++) {
		if (n > 200 && i % 100 == 0)
			print_message("%ld of %ld\n", i, n);
		run(seed + (uint64_t)i);
	}
	mdesks_forget();
	print_message("%ld runs from seed %llu: %d acts, %d kills, %d restores,"
		      " %d rollbacks, %d cuts, %d blocked lines, %d full disks,"
		      " %d revocations; even within %lld s\n",
		      n, (unsigned long long)seed, sums.acts, sums.crashes,
		      sums.restores, sums.rollbacks, sums.cuts, sums.blocks,
		      sums.full, sums.revokes, (long long)even_worst_ms / 1000);
	if (n >= 50)
		assert_true(sums.acts > 2 * n && sums.crashes > n / 4 &&
			    sums.restores > 0 && sums.rollbacks > 0 &&
			    sums.cuts > n && sums.revokes > 0 && sums.full > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model_random_runs),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
