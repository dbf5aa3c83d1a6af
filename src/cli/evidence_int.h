/* A folder of evidence while it is written. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "trust/card.h"
#include "trust/envelope.h"

#define EVIDENCE_CARDS_MAX 512

struct evidence {
	const char *dir;
	bool made;	    /* the folder was not there before */
	struct buf files;   /* lines `check_file HASH NAME` */
	struct buf known;   /* a name a line */
	struct buf checks;  /* lines of check_signature and check_key_in_card */
	struct card *cards; /* one a desk that signed something here */
	size_t n_cards;
	char **written; /* paths, to be removed on failure */
	size_t n_written;
	size_t n_events;
};

/* Makes the folder; RC_EXISTS unless it is not there or empty. */
enum rc evidence_begin(struct evidence *e, const char *dir, struct err *err);
/* Writes a file, mode 0600, and lists it with its digest. */
enum rc evidence_file(struct evidence *e, const char *name, const void *data,
		      size_t n_bytes, struct err *err);
/* NAME.pae and NAME.sig, checked with the key of that card. */
enum rc evidence_signed(struct evidence *e, const char *name,
			const struct envelope *env, const struct card *card,
			struct err *err);
/* The card of a desk, borrowed; its first use writes it. NULL on failure. */
struct cli;
const struct card *evidence_card(struct cli *c, struct evidence *e,
				 const char *desk, struct err *err);
/* verify.sh, last. */
enum rc evidence_end(struct evidence *e, struct err *err);
/* Memory; with failed, also what was written. */
void evidence_release(struct evidence *e, bool failed);
