/* live.db: what consoles are told of links, at most once a second. */
#pragma once

#include "exchange/exchange_int.h"

struct live;
/* NULL when it cannot be opened: it is no truth, and serving goes on. */
struct live *live_new(struct exchange *x);
/* Writes when something changed, and each five seconds as a sign of life. */
void live_write(struct live *l);
/* The wall clock jumped: its last sign of life may lie in the future. */
void live_clock_set(struct live *l);
/* serve goes: nobody is linked any more. */
struct live *live_free(struct live *l);
