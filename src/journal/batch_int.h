/* A batch of frames and what checking found. */
#pragma once

#include "journal/ingest.h"
#include "journal_int.h"

enum found {
	FOUND_OK,
	FOUND_UNKNOWN_KEY,
	FOUND_BAD_SIGNATURE,
	FOUND_MALFORMED,
	FOUND_INADMISSIBLE,
	FOUND__COUNT
};
/* "unknown_key" ..., column quarantine.code */
const char *found_name(enum found found);

struct checked {
	struct frame frame;
	struct digest digest;
	enum found found;
	bool parsed; /* event is set */
	struct event event;
	struct card *card; /* of a card event that verifies; NULL */
	struct err why;
};

struct batch {
	struct channel channel;
	struct keyring *ring;
	struct checked *frames;
	size_t n, cap;
	bool in_backlog;
};

/*
 * Verifies one envelope: signature under the ring's key of its source, or, of
 * a card event whose desk the ring does not know, under the card's own key.
 * `extra` are cards found earlier in the same batch. Fills c->found.
 */
void envelope_judge(const struct keyring *ring, const struct batch *extra,
		    struct checked *c);
void checked_release(struct checked *c);

/* May this event stand in a channel of `peer` (DESIGN 4)? */
bool event_admissible(const struct journal *j, const struct event *e,
		      const char *peer);
/* Inserts a verified, admissible event: rows, card, blobs wanted. */
enum rc event_accept(struct journal *j, const struct checked *c, enum lane lane,
		     const char *peer, bool *ret_fork, struct err *err);
