/*
 * The event loop: one a process, one thread. Callbacks given here are called
 * from loop_run() only, never from inside the call that took them.
 *
 * Handles (timer, sigwatch, ...) are opaque; x_free() ends a handle at once:
 * no callback comes after it returns, memory goes when libuv let go of it. It
 * may be called from the handle's own callback. All handles must be freed
 * before loop_free().
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct loop;
typedef void (*loop_fn)(void *ctx);

enum rc loop_new(struct loop **ret_loop, struct err *err);
/* Lets closing handles finish. Not from inside loop_run(). */
struct loop *loop_free(struct loop *l);
/* Runs until loop_stop(), also when nothing is waiting. Aborts when nested. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);
/* Monotonic time of this turn of the loop, ms. */
int64_t loop_now_ms(const struct loop *l);
/* Monotonic time now, microseconds. */
int64_t loop_now_us(void);

/* Calls fn(ctx) soon, in order, before the loop sleeps again. */
void loop_defer(struct loop *l, loop_fn fn, void *ctx);
/* Forgets every deferred call of this fn with this ctx. */
void loop_undefer(struct loop *l, loop_fn fn, void *ctx);

/* A timer, stopped when new. */
struct timer;
struct timer *timer_new(struct loop *l, loop_fn fn, void *ctx);
/* (Re)starts: first after delay_ms, then each repeat_ms (0 = once). */
void timer_start(struct timer *t, int64_t delay_ms, int64_t repeat_ms);
void timer_stop(struct timer *t);
bool timer_active(const struct timer *t);
struct timer *timer_free(struct timer *t);
