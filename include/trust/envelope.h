/*
 * DSSE envelopes (github.com/secure-systems-lab/dsse, v1.0): the signature
 * is over PAE(payloadType, payload). Exactly one signature. Verify first,
 * then parse those same payload bytes.
 */
#pragma once

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "trust/digest.h"
#include "trust/key.h"

#define TYPE_EVENT   "application/vnd.deltadesk.event+json"
#define TYPE_RECEIPT "application/vnd.deltadesk.receipt+json"
#define TYPE_CARD    "application/vnd.deltadesk.card+json"
#define TYPE_BUNDLE  "application/vnd.deltadesk.bundle+json"
#define TYPE_AUDIT   "application/vnd.deltadesk.audit+json"

struct envelope {
	const char *type; /* one of TYPE_..., static storage */
	char *payload;	  /* raw bytes, NUL after */
	size_t n_payload;
	char key_id[KEY_ID_MAX + 1];
	uint8_t sig[SIGNATURE_MAX];
	size_t n_sig;
};

void envelope_release(struct envelope *e);
void envelope_digest(const struct envelope *e, struct digest *out); /* PAE */
/* JSON {"payload","payloadType","signatures":[{"keyid","sig"}]}, strict;
 * payloadType must be `type`. */
enum rc envelope_read(const char *json, size_t n_bytes, const char *type,
		      struct envelope *out, struct err *err);
/*
 * Envelopes inside a longer line. A JSON reader goes through each letter of a
 * payload for nothing, so its text is cut out before: false when there is
 * none to cut, the line is then read as it is. `out` gets the line with
 * "payload":"" for it. Nothing is missed by that: the mark it looks for
 * cannot stand inside a string (its quotes would be escaped there), so that
 * what is left is an object with exactly these members only if the text that
 * was cut was that one member's.
 */
struct envelope_cut {
	const char *payload; /* into the line */
	size_t n_chars;
};
bool envelope_cut(const char *line, size_t n_bytes, struct buf *out,
		  struct envelope_cut *ret_cut);
/* From an object that json_read() gave; cut NULL: nothing was cut out. */
enum rc envelope_from_json(const json_t *object, const char *type,
			   const struct envelope_cut *cut, struct envelope *out,
			   struct err *err);
enum rc envelope_write(const struct envelope *e, struct buf *out,
		       struct err *err);
enum rc envelope_sign(struct signer *s, const char *type, const void *payload,
		      size_t n_bytes, struct envelope *out, struct err *err);
enum rc envelope_check(const struct envelope *e, const struct verifier *v,
		       struct err *err);
/* The bytes signed, for evidence. */
enum rc envelope_pae(const struct envelope *e, struct buf *out,
		     struct err *err);
