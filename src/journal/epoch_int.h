/* What epoch.c, mark.c and returns.c give the rest of the journal. */
#pragma once

#include "journal_int.h"

/* A row of table epoch that exceeds `after`; in a transaction. */
enum rc epoch_insert(struct journal *j, const char *why, const char *after,
		     struct err *err);
/* That serial is `last` at least; in a transaction. */
enum rc serial_raise(struct journal *j, int64_t year, const char *kind,
		     int64_t last, struct err *err);
/* An own event came back: its number was given. */
enum rc serial_seen(struct journal *j, const struct event *e, struct err *err);

/* ---- waiting.c ---- */
enum rc waiting_keep(struct journal *j, const struct own_act *act,
		     struct err *err);
/* Is an act on that document among those kept? */
enum rc waiting_has(struct journal *j, const char *owner, const char *doc,
		    bool *ret_has, struct err *err);

/* ---- mark.c ---- */
/* Finds where it lies and reads it. */
enum rc mark_open(struct journal *j, const char *folder, struct err *err);
void mark_release(struct mark *m);
/* The epoch that a mark ahead asks for, before the first act on the folder;
 * only looking at it changes nothing. In a transaction. RC_DENIED. */
enum rc mark_roll_on(struct journal *j, struct err *err);
/* Serials go on from the mark; in a transaction. */
enum rc mark_raise_serials(struct journal *j, struct err *err);
