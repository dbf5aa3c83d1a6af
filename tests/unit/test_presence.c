/* Who has which document open, told by a process that may die of anything. */
#include <sys/wait.h>
#include <unistd.h>

#include "desk/presence.h"
#include "desk_world.h"

static const struct doc_ref doc = { .owner = "310105", .id = "x" };

/* Another console has it open, and ends without a word. */
static void
killed_console(struct world *w)
{
	pid_t pid = fork();
	int status = 1;

	if (pid == 0) {
		struct desk_open_as as = { .folder = desk_get_folder(w->a),
					   .env = &w->env.env };
		struct desk *d = NULL;
		enum rc rc = desk_open(&as, &d, NULL);

		if (rc == RC_OK)
			rc = presence_set(d, &doc, true, NULL);
		_exit(rc);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
test_presence_lapses(void **state)
{
	struct world *w = *state;
	struct presence p[4];

	assert_int_equal(ask_presence(w->a, p, 4), 0);
	killed_console(w);
	ok(presence_set(w->a, &doc, false, &err));
	assert_int_equal(ask_presence(w->a, p, 4), 1); /* not oneself */
	assert_true(p[0].editing);
	assert_int_equal(p[0].since_ms, NOW);
	w->env.now_ms += PRESENCE_LAPSE_MS;
	assert_int_equal(ask_presence(w->a, p, 4), 1);
	w->env.now_ms += 1;
	assert_int_equal(ask_presence(w->a, p, 4), 0);
	/* two beats may be late before one is taken for dead */
	assert_true(PRESENCE_LAPSE_MS > 2 * PRESENCE_BEAT_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_presence_lapses, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
