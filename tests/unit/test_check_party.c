#include "base/asset.h"
#include "base/json.h"
#include "desk/check_int.h"
#include "model/kind.h"
#include "test.h"

static struct kind *action;

static int
setup(void **state)
{
	const struct asset *a = asset_find("kinds/action.json");

	(void)state;
	return kind_read(a->path, a->bytes, a->len, &action, NULL) == RC_OK
		       ? 0
		       : -1;
}

static int
teardown(void **state)
{
	(void)state;
	action = kind_free(action);
	return 0;
}

/* What a desk holds after these values of `place` were disclosed. */
static enum rc
after(const enum verdict *verdicts, size_t n, const char *args)
{
	struct event events[4] = { 0 };
	struct folded_event folded[4] = { 0 };
	struct doc doc = { .owner = "310105",
			   .kind = action,
			   .events = folded,
			   .n_events = n };
	struct held_doc held = { .doc = &doc };
	struct check_in in = { .kind = action, .held = &held, .args = args };
	struct err err = ERR_INIT;
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		events[i].type = EVENT_REVEAL;
		events[i].data = json_pack("{s:s}", "field", "place");
		folded[i].event = &events[i];
		folded[i].verdict = verdicts[i];
	}
	rc = check_reveal_matches_digest(&in, &err);
	for (size_t i = 0; i < n; i++)
		json_decref(events[i].data);
	return rc;
}

static void
test_reveal_matches_digest(void **state)
{
	static const enum verdict bad[] = { VERDICT_UNFIT, VERDICT_UNFIT };
	static const enum verdict mended[] = { VERDICT_UNFIT, VERDICT_FIT };

	(void)state;
	assert_int_equal(after(NULL, 0, "target,place"), RC_OK);
	assert_int_equal(after(bad, 2, "target,place"), RC_VERIFY);
	assert_int_equal(after(bad, 2, ""), RC_VERIFY);
	assert_int_equal(after(bad, 2, "target"), RC_OK);
	assert_int_equal(after(mended, 2, "target,place"), RC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reveal_matches_digest),
	};

	return cmocka_run_group_tests_name("check_party", tests, setup,
					   teardown);
}
