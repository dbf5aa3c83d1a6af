/* Forks of peers for people: which are open, and to clear them. */
#pragma once

#include "desk/desk.h"
#include "journal/fork.h"

#define FORK_WORD_MIN 8	   /* digits of a hash that name a fork */
#define FORK_WHY_MAX  1000 /* bytes */

/* Is it meant by this word: the id of its desk, or FORK_WORD_MIN or more
 * digits that one of its hashes begins with? */
bool fork_is_meant(const struct fork_row *f, const char *word);
/*
 * Clears every open fork that the word means, each with its row in the audit
 * trail; the link then goes on by itself. *ret_n: how many. RC_DENIED for who
 * may not change peers, RC_USAGE without a reason, RC_NOTFOUND when none is
 * open.
 */
enum rc act_fork_clear(struct desk *d, const char *word, const char *why,
		       size_t *ret_n, struct err *err);
