/*
 * A link: what this desk dials to one peer, and what it does on that
 * connection (doc/protocol.md, "The link"): watches the peer's outbox, gives
 * receipts, fetches attachments and, when the peer does not watch this desk,
 * pushes frames and uploads what it wants. A peer without an address has a
 * link that only waits.
 */
#pragma once

#include "exchange/exchange_int.h"

#define LINK_MAP(X)                                                       \
	X(WAIT, "wait")		/* for the next try, or for an address */ \
	X(DIAL, "dial")		/* TCP and TLS */                         \
	X(GREET, "greet")	/* GET /v1/desk: which epoch */           \
	X(STATE, "state")	/* PUT /v1/desk: who holds what */        \
	X(RETURN, "return")	/* what one of them lost is given back */ \
	X(FLOW, "flow")		/* frames and receipts */                 \
	X(NEWEPOCH, "newepoch") /* this desk was rolled back */           \
	X(STOPPED, "stopped")	/* a fork: state exchange only */         \
	X(OFF, "off")		/* not trusted */

enum link_state {
#define X(id, name) LINK_##id,
	LINK_MAP(X)
#undef X
	LINK__COUNT
};
const char *link_state_name(enum link_state s);
/* The table of legal moves. */
bool link_may_enter(enum link_state from, enum link_state to);

struct link;
struct link *link_new(struct remote *r);
struct link *link_free(struct link *l);
/* Begins closing; link_is_down() tells when nothing of it is open. */
void link_shut(struct link *l);
bool link_is_down(const struct link *l);

/* What happens outside of it. */
void link_peer_changed(struct link *l); /* trust, address, certificate */
void link_fork_changed(struct link *l);
void link_sign_of_life(struct link *l);
void link_wish(struct link *l);	     /* an officer asks to try now */
void link_changed(struct link *l);   /* something was committed here */
void link_tick(struct link *l);	     /* each second */
void link_clock_set(struct link *l); /* this desk's wall clock jumped */
void link_watched(struct link *l);   /* the peer opened or ended a watch */
void link_receipt_due(struct link *l, const struct channel *c);
/* The peer was given receipt n by another way (the answer of its push). */
void link_receipt_told(struct link *l, const struct channel *c, int64_t n);
void link_wants_due(struct link *l);
/* Nothing of the peer is taken now: what is watched there ends. */
void link_no_room(struct link *l);
/* The peer is in a newer epoch than was known: begin anew. */
void link_peer_epoch(struct link *l);
/* Of this desk a new epoch began: every link begins anew. */
void link_own_epoch(struct link *l);

/*
 * A receipt of r: checked, taken, committed. RC_STATE before its first state;
 * RC_CHAIN when it is above our end or of another chain: the states are
 * compared again. ret_seq (may be NULL): how far it goes.
 */
enum rc link_take_receipt(struct remote *r, const char *json, size_t n_bytes,
			  int64_t *ret_seq, struct err *err);

struct link_view {
	enum link_state state;
	int64_t since_ms, next_ms; /* wall clock; next 0 none */
	int64_t rtt_us;		   /* -1 */
	const char *error;	   /* "" */
	int64_t error_ms;
};
void link_look(const struct link *l, struct link_view *out);
