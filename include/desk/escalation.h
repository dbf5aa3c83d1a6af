/*
 * Escalation: what somebody must be told of beyond the duty list, so that
 * nothing waits silently. Due soon, late, stored but not signed for after 24
 * hours, a trusted peer that gives no sign of life, no process that serves, a
 * desk that signed two events in one place.
 *
 * Where the setting `spool` names a folder, serve puts one file for each new
 * escalation there, which any mailer can pick up; nothing is ever run.
 */
#pragma once

#include "desk/act.h"

enum escalation_what {
	ESCALATION_LATE,     /* a clock ran out unmet */
	ESCALATION_SOON,     /* 临期; a right that will lapse too */
	ESCALATION_UNOPENED, /* stored at the peer for 24 h, not signed for */
	ESCALATION_SILENT,   /* nothing heard of a trusted peer */
	ESCALATION_STOPPED,  /* no process serves: nothing comes or leaves */
	ESCALATION_GAP,	     /* a shift that nobody took over, 15 minutes */
	ESCALATION_FORK,     /* until it is cleared (desk/fork.h) */
	ESCALATION_CERT,     /* a TLS certificate ends within 60 days, or has */
	ESCALATION_SPACE     /* the disk is short: peers wait; once a day */
};
const char *escalation_name(enum escalation_what what); /* "late" */

struct escalation {
	enum escalation_what what;
	struct doc_ref ref; /* "" when about no document */
	char kind[NAME_MAX_LEN + 1];
	int kind_version;
	const char *number, *title; /* "" */
	const char *mode;	    /* actual exercise test; "" */
	char desk[DESK_ID_MAX + 1]; /* that bears the clock, or the peer */
	char clock[NAME_MAX_LEN + 1];
	const char *row;  /* of a list, whose clock it is; "" */
	int64_t since_ms; /* from when it is to be told; also its age */
	int64_t due_ms;	  /* of a clock; -1 */
	/* Of a fork: its two events, hex; "" */
	char hashes[2][DIGEST_HEX_LEN + 1];
	const char *key;   /* the same for the same escalation for ever */
	const char *words; /* one sentence without any content of documents:
			    * what, number, whose, since when */
};

#define CERT_WARN_DAYS 60 /* before a certificate expires */

#define ESCALATION_BIT(what) (1U << (what))
#define ESCALATIONS_ALL	     (~0U)

/* Those whose bit is set in which, most urgent first: fork, space, late, soon,
 * gap, unopened, silent. All strings are valid during the call. RC_DENIED for
 * who may not read. */
enum rc ask_escalations(struct desk *d, unsigned which,
			void (*each)(void *ctx, const struct escalation *e),
			void *ctx, struct err *err);

/*
 * For the serving process: writes a file for each escalation that has none
 * yet, a few dozen a call. *ret_more: call again soon. Without the setting it
 * does nothing. A folder that is full or gone fails (nothing is lost: the
 * next call tries again).
 */
enum rc desk_spool(struct desk *d, bool *ret_more, struct err *err);
