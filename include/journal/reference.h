/*
 * The holiday table in force and the refolding that another one asks for.
 * Table `reference` keeps every version of every reference table; the newest
 * of a name is in force, without one that which is embedded in the program.
 */
#pragma once

#include "journal/journal.h"

/*
 * Takes the newest holiday table into use when it is another than before.
 * Every transaction and every load of a document does so by itself, so that
 * all processes of a desk count with the same table.
 */
enum rc calendar_refresh(struct journal *j, struct err *err);

/* All projections are to be made anew, in steps. In a transaction. */
enum rc refold_begin(struct journal *j, struct err *err);
/*
 * The next max documents, in a transaction of their own, so that nobody waits
 * long for the write lock; every other commit does a few too, should the
 * process that began it have died. *ret_left: an upper bound, 0 at the end.
 */
enum rc refold_step(struct journal *j, size_t max, int64_t *ret_left,
		    struct err *err);
/* A few documents inside the caller's transaction. */
enum rc refold_some(struct journal *j, size_t max, struct err *err);
