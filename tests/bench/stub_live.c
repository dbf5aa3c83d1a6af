#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "base/env.h"
#include "base/mem.h"
#include "journal/peer.h"
#include "stub_live_int.h"

#define DIALLING   32 /* at once: handshakes have a deadline */
#define LIMIT_MS   120000
#define SETTLE_MS  1500
#define ROUNDS_MAX 16

/* ---- running the loop until all are done ----------------------------------
 */

void
crowd_fail(const struct stub *s, const char *what)
{
	(void)fprintf(stderr, "stub %s: %s\n", s->desk, what);
	exit(1);
}

static void
on_limit(void *ctx)
{
	(void)ctx;
	(void)fprintf(stderr, "stub: waited in vain\n");
	exit(1);
}

static void
run_until_done(struct crowd *c)
{
	timer_start(c->limit, LIMIT_MS, 0);
	if (c->n_open > 0)
		loop_run(c->loop);
	timer_stop(c->limit);
}

static void
on_rested(void *ctx)
{
	loop_stop(ctx);
}

static void
rest(struct crowd *c, int64_t ms)
{
	struct timer *t = timer_new(c->loop, on_rested, c->loop);

	timer_start(t, ms, 0);
	loop_run(c->loop);
	(void)timer_free(t);
}

void
crowd_done(struct stub *s)
{
	if (--s->crowd->n_open == 0)
		loop_stop(s->crowd->loop);
}

void
crowd_up(struct stub *s)
{
	struct crowd *c = s->crowd;

	if (c->n_dialled < c->n_end)
		stub_dial(&c->stubs[c->n_dialled++]);
	crowd_done(s);
}

/* ---- the crowd --------------------------------------------------------------
 */

static void
crowd_open(struct crowd *c, const char *folder, size_t count, const char *keys,
	   enum key_alg alg)
{
	struct err err = ERR_INIT;
	struct buf json;

	c->desk = bench_desk(folder);
	c->n_stubs = count;
	c->stubs = xcalloc(count, sizeof(*c->stubs));
	must(epoch_current(desk_get_journal(c->desk), c->epoch, &err), &err);
	buf_init(&json, 65536);
	must(peer_card(desk_get_journal(c->desk), desk_get_id(c->desk), &json,
		       &err),
	     &err);
	must(card_read(json.data, json.len, &c->card, &err), &err);
	buf_release(&json);
	for (size_t i = 0; i < count; i++)
		stub_open(&c->stubs[i], c, keys, i, alg);
}

static void
crowd_close(struct crowd *c)
{
	for (size_t i = 0; i < c->n_stubs; i++)
		stub_close(&c->stubs[i]);
	xfree(c->stubs);
	card_release(&c->card);
	(void)desk_close(c->desk);
}

void
run_enrol(const char *folder, size_t count, const char *keys, enum key_alg alg)
{
	struct crowd c = { 0 };
	struct err err = ERR_INIT;
	double start;

	crowd_open(&c, folder, count, keys, alg);
	start = now_ms();
	for (size_t i = 0; i < count; i++)
		must(peer_trust(desk_get_journal(c.desk), &c.stubs[i].card,
				&err),
		     &err);
	printf("{\"trust_ms\": %.2f}\n", (now_ms() - start) / (double)count);
	crowd_close(&c);
}

/* All of them up to number `end`. */
static void
dial(struct crowd *c, size_t end)
{
	c->n_open = end - c->n_dialled;
	c->n_end = end;
	while (c->n_dialled < end && c->n_dialled < DIALLING)
		stub_dial(&c->stubs[c->n_dialled++]);
	run_until_done(c);
}

static void
leave(struct crowd *c)
{
	c->leaving = true;
	c->n_open = c->n_stubs;
	for (size_t i = 0; i < c->n_stubs; i++)
		net_close(c->stubs[i].conn);
	run_until_done(c);
}

/* ---- what is measured ------------------------------------------------------
 */

struct round {
	double commit_ms, all_ms, half_ms, cpu_ms;
};

/* When the last stub and half of them were answered. */
static void
take_times(struct crowd *c, double start, struct round *r)
{
	double *took = xcalloc(c->n_stubs, sizeof(*took));

	for (size_t i = 0; i < c->n_stubs; i++)
		took[i] = c->stubs[i].done_ms - start;
	r->half_ms = share(took, c->n_stubs, 0.5);
	r->all_ms = share(took, c->n_stubs, 1);
	xfree(took);
}

static pid_t held; /* 0: none is */

static void
let_go(void)
{
	if (held != 0)
		(void)kill(held, SIGCONT);
	held = 0;
}

static void
hold(pid_t serve)
{
	static bool asked;

	if (!asked)
		(void)atexit(let_go); /* whatever ends this program */
	asked = true;
	need(kill(serve, SIGSTOP) == 0, "the serving process");
	held = serve;
}

/*
 * One notice to all. The serving process is held while the notice is committed
 * and the receipts for it are signed: its peers' signing is no work of its.
 */
static void
one_to_all(struct crowd *c, pid_t serve, int64_t i, struct round *r)
{
	struct journal *j = desk_get_journal(c->desk);
	struct err err = ERR_INIT;
	char doc[UUID_LEN + 1];
	json_t *to = json_array();
	double start = now_ms(), cpu;

	for (size_t k = 0; k < c->n_stubs; k++)
		(void)json_array_append_new(to, json_string(c->stubs[k].desk));
	must(journal_begin(j, &err), &err); /* so that it writes nothing now */
	hold(serve);
	append_one(c->desk, to, "clue", clue_of(i, "平件"), doc);
	must(journal_commit(j, &err), &err);
	r->commit_ms = now_ms() - start;
	for (size_t k = 0; k < c->n_stubs; k++)
		stub_sign_receipt(&c->stubs[k]);
	c->n_open = c->n_stubs;
	cpu = process_cpu_ms(serve);
	start = now_ms();
	let_go();
	run_until_done(c);
	take_times(c, start, r);
	r->cpu_ms = process_cpu_ms(serve) - cpu;
}

static void
all_to_one(struct crowd *c, pid_t serve, int64_t i, struct round *r)
{
	double start, cpu = process_cpu_ms(serve);

	for (size_t k = 0; k < c->n_stubs; k++)
		stub_sign_notice(&c->stubs[k], i + (int64_t)k);
	c->n_open = c->n_stubs;
	start = now_ms();
	for (size_t k = 0; k < c->n_stubs; k++)
		stub_push(&c->stubs[k]);
	run_until_done(c);
	take_times(c, start, r);
	r->cpu_ms = process_cpu_ms(serve) - cpu;
}

static void
print_rounds(const char *name, const struct round *rounds, int n)
{
	printf(", \"%s\": [", name);
	for (int i = 0; i < n; i++)
		printf("%s{\"commit_ms\": %.2f, \"half_ms\": %.2f, "
		       "\"all_ms\": %.2f, \"cpu_ms\": %.1f}",
		       i == 0 ? "" : ", ", rounds[i].commit_ms,
		       rounds[i].half_ms, rounds[i].all_ms, rounds[i].cpu_ms);
	printf("]");
}

void
run_live(const struct live *l)
{
	struct crowd c = { 0 };
	struct round out[ROUNDS_MAX] = { 0 }, in[ROUNDS_MAX] = { 0 }, first;
	struct err err = ERR_INIT;
	double before, grown, up, idle;

	need(l->rounds <= ROUNDS_MAX && l->count > 1, "rounds or stubs");
	crowd_open(&c, l->folder, l->count, l->keys, l->alg);
	must(loop_new(&c.loop, &err), &err);
	c.limit = timer_new(c.loop, on_limit, &c);
	dial(&c, 1); /* what the first one loads is no connection's */
	rest(&c, SETTLE_MS);
	before = process_pss_kb(l->serve);
	up = now_ms();
	dial(&c, c.n_stubs);
	up = now_ms() - up;
	rest(&c, SETTLE_MS);
	grown = process_pss_kb(l->serve) - before;
	printf("{\"up_ms\": %.0f, \"kb_each\": %.2f, \"pss_mb\": %.2f", up,
	       grown < 0 ? 0 : grown / (double)(c.n_stubs - 1),
	       process_pss_kb(l->serve) / 1024);
	idle = process_cpu_ms(l->serve);
	rest(&c, l->idle_ms);
	idle = process_cpu_ms(l->serve) - idle;
	printf(", \"idle_cpu_percent\": %.3f", idle / (double)l->idle_ms * 100);
	one_to_all(&c, l->serve, 0, &first); /* the desk's card goes with it */
	for (int i = 0; i < l->rounds; i++) {
		one_to_all(&c, l->serve, i + 1, &out[i]);
		all_to_one(&c, l->serve, i * (int64_t)c.n_stubs, &in[i]);
	}
	print_rounds("one_to_all", out, l->rounds);
	print_rounds("all_to_one", in, l->rounds);
	printf(", \"pss_after_mb\": %.2f}\n", process_pss_kb(l->serve) / 1024);
	leave(&c);
	(void)timer_free(c.limit);
	(void)loop_free(c.loop);
	crowd_close(&c);
}
