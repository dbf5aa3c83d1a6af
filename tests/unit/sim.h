/*
 * A simulated world in the place of the rooms loop and net: time that passes
 * only here, timers, work, and lines that carry calls and answers between
 * desks of one process. sim_loop.c and sim_net.c define what those rooms'
 * headers declare, so that the exchange linked with them is the real one and
 * runs as fast as it can reckon. Everything is drawn from one seed.
 *
 * What a line does: it has a delay, can be blocked in one direction (what was
 * sent comes afterwards) and connections can be cut so that both ends see it,
 * one, or none, who then learn it by their pings. Calls that change something
 * come twice now and then, the second time later, as a forger would send them.
 */
#pragma once

#include "loop/loop.h"
#include "net/tls.h"

#define SIM_DESKS_MAX 4

/* One world at a time. */
void sim_begin(uint64_t seed, int64_t now_ms);
void sim_end(void);
unsigned sim_pick(unsigned n); /* 0 .. n-1 */
int64_t sim_now_ms(void);
/* Lets ms pass. */
void sim_run(int64_t ms);
/* The same until done(ctx); what it said last. */
bool sim_run_until(bool (*done)(void *ctx), void *ctx, int64_t ms);
void sim_later(int64_t ms, loop_fn fn, void *ctx);

/* The loop of a desk of that number: what it serves and dials is the desk's. */
struct loop *sim_loop(int desk);
/* Somebody touched the files that this loop watches. */
void sim_touch(struct loop *l);

/* ---- lines ---- */

void sim_block(int from, int to, bool on);
/* Ends every connection between two desks; who does not see it learns it by
 * its pings. */
void sim_cut(int a, int b, bool a_sees, bool b_sees);
/* Nothing that this desk sends from now on over what is open gets anywhere,
 * nor does anything come: it is about to die. */
void sim_forsake(int desk, bool others_see);
/* At the end, when every desk has stopped. */
void sim_hang_up_all(void);
/* Calls that were made, of all desks. */
size_t sim_calls(void);

/* What sim_net.c needs of sim_loop.c. */
int sim_desk_of(const struct loop *l);
