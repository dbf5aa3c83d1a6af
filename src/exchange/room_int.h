/*
 * Room for what peers send: none below the watermark of the disk, and of one
 * peer no more in a day than its quota. Who has none is told 503 with
 * Retry-After, and what this desk watches at it is closed until there is.
 */
#pragma once

#include "exchange/exchange_int.h"
#include "exchange/problem_int.h"

/* Looks at the disk; what changes with it is done. */
void room_look(struct exchange *x);
bool room_for(const struct remote *r);
/* Why there is none, and when to come again. */
enum problem room_problem(const struct remote *r);
int room_retry_after_s(const struct remote *r);
/* r brought so much, and it is here to stay. Not from inside a feed. */
void room_taken(struct remote *r, int64_t n_bytes);
