/* The state object between two desks that have exchanged frames by hand. */
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"
#include "exchange/state_int.h"
#include "exchange_bed.h"
#include "journal/ingest.h"

struct two {
	struct loop *loop;
	struct post a, b;
	int64_t n_a, n_b; /* of the states given */
};

static void
two_open(struct two *t)
{
	struct err err = ERR_INIT;

	*t = (struct two){ 0 };
	assert_int_equal(loop_new(&t->loop, &err), RC_OK);
	post_open(&t->a, t->loop, "310105", true);
	post_open(&t->b, t->loop, "330100", true);
	posts_trust(&t->a, &t->b);
}

static void
two_close(struct two *t)
{
	post_close(&t->a);
	post_close(&t->b);
	loop_free(t->loop);
}

/* The state of `from` for `to` as JSON. */
static json_t *
made(struct post *from, const struct post *to, int64_t *io_n)
{
	struct err err = ERR_INIT;
	struct buf b;
	json_t *o = NULL;

	buf_init(&b, STATE_MAX_BYTES);
	if (state_make(from->journal, to->desk, io_n, &b, &err) != RC_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(json_read_object(b.data, b.len, &o, &err), RC_OK);
	buf_release(&b);
	return o;
}

static struct state_taken
given(struct post *to, const struct post *from, const json_t *o)
{
	struct err err = ERR_INIT;
	struct desk_state s;
	struct state_taken taken;
	char *text = json_write(o);

	if (state_read(to->journal, from->desk, text, strlen(text), &s, &err) !=
	    RC_OK)
		fail_msg("%s", err.msg);
	if (state_take(to->journal, from->desk, &s, &taken, &err) != RC_OK)
		fail_msg("%s", err.msg);
	state_release(&s);
	xfree(text);
	return taken;
}

static struct state_taken
tell(struct post *from, struct post *to, int64_t *io_n)
{
	json_t *o = made(from, to, io_n);
	struct state_taken taken = given(to, from, o);

	json_decref(o);
	return taken;
}

/* Carries all frames of one lane from a to b. */
static void
carry(struct post *from, struct post *to, enum lane lane)
{
	struct channel out = { .lane = lane }, in = { .lane = lane };
	struct err err = ERR_INIT;
	struct ingest_result r = { 0 };
	struct batch *batch = NULL;
	struct buf b;
	int64_t last;

	(void)str_copy(out.peer, sizeof(out.peer), to->desk, NULL);
	(void)str_copy(in.peer, sizeof(in.peer), from->desk, NULL);
	assert_int_equal(epoch_current(from->journal, out.epoch, &err), RC_OK);
	memcpy(in.epoch, out.epoch, sizeof(in.epoch));
	buf_init(&b, BODY_MAX_BYTES);
	assert_int_equal(channel_out_read(from->journal, &out, 0, 500,
					  BODY_MAX_BYTES, &b, &last, &err),
			 RC_OK);
	assert_int_equal(batch_new(to->journal, &in, &batch, &err), RC_OK);
	for (char *s = b.data, *end; (end = strchr(s, '\n')) != NULL;
	     s = end + 1) {
		struct frame f;

		assert_int_equal(frame_read(s, (size_t)(end - s), &f, &err),
				 RC_OK);
		assert_int_equal(batch_add(batch, &f, &err), RC_OK);
	}
	batch_check(batch);
	if (journal_ingest(to->journal, batch, &r, &err) != RC_OK)
		fail_msg("%s", err.msg);
	ingest_result_release(&r);
	batch_free(batch);
	buf_release(&b);
}

static void
test_state_first_meeting(void **state)
{
	struct two t;
	char epoch[UUID_LEN + 1], own[UUID_LEN + 1];
	int64_t n = 0;
	struct err err = ERR_INIT;

	(void)state;
	two_open(&t);
	assert_int_equal(tell(&t.a, &t.b, &t.n_a).effect, STATE_TAKEN);
	assert_int_equal(state_known(t.b.journal, t.a.desk, epoch, &n, &err),
			 RC_OK);
	assert_int_equal(epoch_current(t.a.journal, own, &err), RC_OK);
	assert_string_equal(epoch, own);
	assert_int_equal(n, t.n_a);
	two_close(&t);
}

static void
test_state_takes_receipts(void **state)
{
	struct two t;
	int64_t held, end;

	(void)state;
	two_open(&t);
	post_issue(&t.a, &t.b, 3);
	(void)tell(&t.a, &t.b, &t.n_a);
	carry(&t.a, &t.b, LANE_URGENT);
	carry(&t.a, &t.b, LANE_PLAIN);
	post_held(&t.a, &t.b, &held, &end);
	assert_int_equal(held, 0);
	assert_int_equal(tell(&t.b, &t.a, &t.n_b).effect, STATE_TAKEN);
	post_held(&t.a, &t.b, &held, &end);
	assert_int_equal(held, end);
	assert_int_equal(post_count(&t.a, "SELECT count(*) FROM receipt_in"),
			 2);
	two_close(&t);
}

static void
test_state_older_is_evidence_only(void **state)
{
	struct two t;
	json_t *first, *second;

	(void)state;
	two_open(&t);
	first = made(&t.a, &t.b, &t.n_a);
	second = made(&t.a, &t.b, &t.n_a);
	assert_int_equal(given(&t.b, &t.a, second).effect, STATE_TAKEN);
	assert_int_equal(given(&t.b, &t.a, first).effect, STATE_OLDER);
	assert_int_equal(given(&t.b, &t.a, second).effect, STATE_TAKEN);
	json_decref(first);
	json_decref(second);
	two_close(&t);
}

/* The other knows an epoch of ours that we do not: this folder is a copy. */
static void
test_state_newer_epoch_of_ours(void **state)
{
	struct two t;
	char newer[UUID_LEN + 1];
	json_t *o;

	(void)state;
	two_open(&t);
	o = made(&t.b, &t.a, &t.n_b);
	uuid7_make(env_system(), newer);
	(void)json_object_set_new(json_object_get(o, "you"), "epoch",
				  json_string(newer));
	assert_int_equal(given(&t.a, &t.b, o).effect, STATE_ROLLED_BACK);
	json_decref(o);
	two_close(&t);
}

/* The other has our receipt for more than we hold. */
static void
test_state_our_receipt_above_our_cursor(void **state)
{
	struct two t;
	char epoch[UUID_LEN + 1];
	struct err err = ERR_INIT;
	json_t *o;

	(void)state;
	two_open(&t);
	(void)tell(&t.a, &t.b, &t.n_a);
	o = made(&t.b, &t.a, &t.n_b);
	assert_int_equal(epoch_current(t.b.journal, epoch, &err), RC_OK);
	(void)json_array_append_new(
		json_object_get(o, "out"),
		json_pack("{s:s,s:s,s:i,s:s,s:i}", "epoch", epoch, "lane",
			  "plain", "seq", 9, "chain",
			  "00000000000000000000000000000000"
			  "00000000000000000000000000000000",
			  "held", 9));
	assert_int_equal(given(&t.a, &t.b, o).effect, STATE_ROLLED_BACK);
	json_decref(o);
	two_close(&t);
}

static void
test_state_read_refuses(void **state)
{
	static const char *const without[] = { "epoch", "you", "n", "time",
					       "versions" };
	struct two t;
	struct err err = ERR_INIT;
	struct desk_state s;
	char *text;

	(void)state;
	two_open(&t);
	for (size_t i = 0; i < ARRAY_LEN(without); i++) {
		json_t *o = made(&t.b, &t.a, &t.n_b);

		(void)json_object_del(o, without[i]);
		text = json_write(o);
		assert_int_not_equal(state_read(t.a.journal, t.b.desk, text,
						strlen(text), &s, &err),
				     RC_OK);
		xfree(text);
		json_decref(o);
	}
	two_close(&t);
}

/* A receipt in a state is worth nothing when its signature is wrong. */
static void
test_state_bad_receipt(void **state)
{
	struct two t;
	struct err err = ERR_INIT;
	struct desk_state s;
	json_t *o, *sig;
	char *text, *base64;

	(void)state;
	two_open(&t);
	(void)tell(&t.a, &t.b, &t.n_a);
	carry(&t.a, &t.b, LANE_URGENT);
	o = made(&t.b, &t.a, &t.n_b);
	sig = json_array_get(
		json_object_get(json_array_get(json_object_get(o, "in"), 0),
				"signatures"),
		0);
	base64 = xstrdup(json_text(sig, "sig"));
	base64[10] = base64[10] == 'A' ? 'B' : 'A';
	(void)json_object_set_new(sig, "sig", json_string(base64));
	text = json_write(o);
	assert_int_equal(state_read(t.a.journal, t.b.desk, text, strlen(text),
				    &s, &err),
			 RC_BADSIG);
	xfree(text);
	xfree(base64);
	json_decref(o);
	two_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state_first_meeting),
		cmocka_unit_test(test_state_takes_receipts),
		cmocka_unit_test(test_state_older_is_evidence_only),
		cmocka_unit_test(test_state_newer_epoch_of_ours),
		cmocka_unit_test(test_state_our_receipt_above_our_cursor),
		cmocka_unit_test(test_state_read_refuses),
		cmocka_unit_test(test_state_bad_receipt),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
