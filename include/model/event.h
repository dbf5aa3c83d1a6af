/*
 * A signed event, parsed (EVENTS.md, "Fields of a signed event"). Parsing
 * judges shape only: types, lengths, required attributes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"

#define EVENT_TYPE_MAP(X)                          \
	X(ISSUE, "issue")                          \
	X(REVISE, "revise")                        \
	X(MOVE, "move")                            \
	X(REMARK, "remark")                        \
	X(WITHDRAW, "withdraw")                    \
	X(ACK_WITHDRAW, "ack-withdraw")            \
	X(REMIND, "remind")                        \
	X(REVEAL, "reveal")                        \
	X(LOCAL, "local") /* signed, never sent */ \
	X(CARD, "card")

enum event_type {
#define X(id, text) EVENT_##id,
	EVENT_TYPE_MAP(X)
#undef X
	EVENT__COUNT
};

/* Digest as plain bytes: this room knows no cryptography. */
struct ref {
	uint8_t bytes[DIGEST_LEN];
};

struct event {
	struct ref digest; /* SHA-256 of PAE, given by the caller */
	char id[UUID_LEN + 1];
	char source[DESK_ID_MAX + 1];
	enum event_type type;
	char owner[DESK_ID_MAX + 1]; /* of the subject */
	char doc[UUID_LEN +
		 1]; /* "" on a card: its subject is the desk alone */
	int64_t time_ms;
	char kind[NAME_MAX_LEN + 1]; /* "" on a card, which has no dataschema */
	int kind_version;
	char kind_digest[DIGEST_HEX_LEN + 1];
	char epoch[UUID_LEN + 1];
	int64_t k;
	char track[TRACK_MAX_LEN + 1]; /* "owner" for all of the owner's own; a
					* missing attribute reads as "owner".
					* "rows:KEY" of a list row */
	struct ref prev[PREV_MAX];
	size_t n_prev;
	bool has_rev, has_seen, has_of;
	struct ref rev, seen, of;
	int64_t starts_ms; /* -1 = absent */
	json_t *data;	   /* object, owned */
};

const char *event_type_name(enum event_type type);
enum rc event_type_parse(const char *s, enum event_type *ret_type,
			 struct err *err);
/*
 * A row of a list that has the track "rows" is moved on a track of its own,
 * named "rows:KEY". The key of such a track, pointing into it; NULL of any
 * other track.
 */
const char *track_row_key(const char *track);
/* ^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$: what a key may be, for it is typed on
 * command lines and stands in the name of a track. */
bool row_key_ok(const char *s);
#define TRACK_ROWS "rows"
/* From the payload bytes of a verified envelope; strict. */
enum rc event_read(const char *payload, size_t n_bytes,
		   const struct ref *digest, struct event *out,
		   struct err *err);
/* What event_read() leaves to the door: each attachment has a name, a
 * digest and a size within the limits. Not asked of events that are stored,
 * so that what came before this rule stays readable. RC_MALFORMED. */
enum rc event_check_files(const struct event *e, struct err *err);
/* The payload bytes to sign: e->digest is ignored. Heap, *ret_n bytes. */
/* RC_MALFORMED, RC_TOOLARGE for an event that event_read() would not take back.
 */
enum rc event_write(const struct event *e, char **ret_payload, size_t *ret_n,
		    struct err *err);
void event_release(struct event *e);
/* Its hexadecimal digits, as events and all that tells of them carry it. */
json_t *ref_json(const struct ref *ref);
bool ref_eq(const struct ref *a, const struct ref *b);
int ref_cmp(const struct ref *a, const struct ref *b);
