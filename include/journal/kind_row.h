/*
 * Kinds installed on this desk (table kind, every version for ever). They
 * only come: what a process has read stays valid, and it reads the rest when
 * it begins a transaction or a question.
 */
#pragma once

#include "journal/journal.h"

/* Adds what was installed after row *inout_row; a kind of that name and
 * version that is there already stays. */
enum rc kind_rows_read(struct store *s, struct kinds *ks, int64_t *inout_row,
		       struct err *err);
/* What other processes installed since. */
enum rc journal_refresh_kinds(struct journal *j, struct err *err);
/*
 * Installs one kind file; name is the file's, for errors. Documents here that
 * waited for it are folded anew before the commit. Inside the caller's
 * transaction. RC_EXISTS: the version is here already. RC_MALFORMED, RC_NEWER
 * as kind_read().
 */
enum rc kind_row_add(struct journal *j, const char *name, const char *bytes,
		     size_t n_bytes, const struct kind **ret_kind,
		     struct err *err);
