/*
 * The full text index in a backlog: its changes wait in table index_later
 * until there is time. What waits is not found by search, and nothing else
 * depends on it.
 */
#pragma once

#include "journal/journal.h"

/* Changes that wait; one or two a document. */
enum rc index_left(struct journal *j, int64_t *ret_left, struct err *err);
/* Makes up to max of them in a transaction of its own (INDEX_STEP: some
 * 15 ms). *ret_left: what waits still. */
enum rc index_step(struct journal *j, size_t max, int64_t *ret_left,
		   struct err *err);
/* Makes them all, in short transactions. */
enum rc index_finish(struct journal *j, struct err *err);
