/*
 * Forks: two signed events of one desk under one (source, id) or one (source,
 * epoch, k). Both stay for ever; while a row is not cleared no frames go to or
 * come from that desk (EXCHANGE 0.14). Clearing changes no fold.
 */
#pragma once

#include "journal/journal.h"

struct fork_row {
	const char *source;	  /* the desk that signed both */
	bool same_id, same_place; /* one id; one epoch and k */
	const char *id, *epoch;	  /* of the second */
	int64_t k;		  /* likewise */
	struct digest digests[2]; /* as they came */
	const char *subjects[2];  /* OWNER/UUID; the desk id of a card */
	int64_t found_ms;
	const char *by, *why; /* of who cleared it; NULL while it is open */
	int64_t cleared_ms;   /* -1 */
};

/* Those of a desk, NULL: of all; open ones first, then the newest. Strings are
 * valid during the call, in which nothing is written. */
enum rc fork_each(struct journal *j, const char *source, bool open_only,
		  void (*each)(void *ctx, const struct fork_row *f), void *ctx,
		  struct err *err);
/* Inside the caller's transaction; officer and why are not empty.
 * RC_NOTFOUND: it is not there or was cleared. */
enum rc fork_clear(struct journal *j, const char *source,
		   const struct digest digests[2], const char *officer,
		   const char *why, struct err *err);
