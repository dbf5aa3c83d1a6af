/* Two desks on one loop: the straight path, and what cuts it. */
#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"
#include "exchange_bed.h"
#include "journal/blob.h"

struct pair {
	struct loop *loop;
	struct post a, b;
	int64_t want; /* notices of a at b */
	char hex[DIGEST_HEX_LEN + 1];
};

static void
pair_open(struct pair *t, bool a_listens, bool b_listens)
{
	struct err err = ERR_INIT;

	*t = (struct pair){ 0 };
	if (getenv("TEST_LOG") == NULL)
		log_set_level(LOG_ERROR);
	else
		log_set_level(LOG_DEBUG);
	assert_int_equal(loop_new(&t->loop, &err), RC_OK);
	post_open(&t->a, t->loop, "310105", a_listens);
	post_open(&t->b, t->loop, "330100", b_listens);
	posts_trust(&t->a, &t->b);
}

static void
pair_close(struct pair *t)
{
	post_close(&t->a);
	post_close(&t->b);
	loop_free(t->loop);
}

/* All of a's notices are at b, and a holds b's receipt for all it sent. */
static bool
all_there(void *ctx)
{
	struct pair *t = ctx;
	int64_t held, end;

	if (post_count_from(&t->b, t->a.desk) < t->want)
		return false;
	post_held(&t->a, &t->b, &held, &end);
	return held == end;
}

static void
send_and_check(struct pair *t, int n)
{
	post_issue(&t->a, &t->b, n);
	t->want += n;
	assert_true(run_until(t->loop, all_there, t, 20000));
	assert_int_equal(post_count_from(&t->b, t->a.desk), t->want);
}

static void
straight(bool a_listens, bool b_listens)
{
	struct pair t;

	pair_open(&t, a_listens, b_listens);
	post_start(&t.a);
	post_start(&t.b);
	send_and_check(&t, 1);
	send_and_check(&t, 20);
	pair_close(&t);
}

static void
test_exchange_both_dial(void **state)
{
	(void)state;
	straight(true, true);
}

static void
test_exchange_only_receiver_dials(void **state)
{
	(void)state;
	straight(true, false);
}

static void
test_exchange_only_sender_dials(void **state)
{
	(void)state;
	straight(false, true);
}

static void
test_exchange_receiver_offline(void **state)
{
	struct pair t;

	(void)state;
	pair_open(&t, true, true);
	post_start(&t.a);
	post_issue(&t.a, &t.b, 30);
	post_start(&t.b);
	t.want = 30;
	assert_true(run_until(t.loop, all_there, &t, 20000));
	post_stop(&t.a);
	post_issue(&t.a, &t.b, 5);
	t.want = 35;
	post_start(&t.a);
	assert_true(run_until(t.loop, all_there, &t, 20000));
	assert_int_equal(post_count_from(&t.b, t.a.desk), 35);
	pair_close(&t);
}

static bool
blob_there(void *ctx)
{
	struct pair *t = ctx;
	struct digest d;

	(void)digest_parse(t->hex, &d, NULL);
	return blob_here(t->b.journal, &d, NULL);
}

static void
attachment(bool a_listens, bool b_listens)
{
	struct pair t;
	size_t n = 3 * 1024 * 1024 + 17;
	char *bytes = xmalloc(n);

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	pair_open(&t, a_listens, b_listens);
	post_start(&t.a);
	post_start(&t.b);
	post_attach(&t.a, &t.b, bytes, n, t.hex);
	assert_true(run_until(t.loop, blob_there, &t, 20000));
	pair_close(&t);
	xfree(bytes);
}

static void
test_exchange_attachment_fetched(void **state)
{
	(void)state;
	attachment(true, true);
}

static void
test_exchange_attachment_uploaded(void **state)
{
	(void)state;
	attachment(false, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exchange_both_dial),
		cmocka_unit_test(test_exchange_only_receiver_dials),
		cmocka_unit_test(test_exchange_only_sender_dials),
		cmocka_unit_test(test_exchange_receiver_offline),
		cmocka_unit_test(test_exchange_attachment_fetched),
		cmocka_unit_test(test_exchange_attachment_uploaded),
	};

	if (getenv("TEST_ONLY") != NULL)
		cmocka_set_test_filter(getenv("TEST_ONLY"));
	return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
