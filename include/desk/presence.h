/*
 * Who has which document open, told between the consoles of one desk through
 * live.db: a hint for people, never a lock. What two of them change at once is
 * judged where it is written (RC_CONFLICT).
 */
#pragma once

#include "desk/ask.h"

/* A console says so again within this time; one that does not has died. */
#define PRESENCE_BEAT_MS  30000
#define PRESENCE_LAPSE_MS 75000

struct presence {
	char officer[OFFICER_ID_MAX + 1];
	struct doc_ref ref;
	bool editing; /* a form of it is open */
	int64_t since_ms;
};

/* This process has that document open; ref NULL: none any more. Writes to
 * live.db: for a work pool. Failures are of no consequence but told. */
enum rc presence_set(struct desk *d, const struct doc_ref *ref, bool editing,
		     struct err *err);
/* Other processes' documents, who edits first; how many (<= max). */
size_t ask_presence(struct desk *d, struct presence *out, size_t max);
