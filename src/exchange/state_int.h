/*
 * The state object: what one desk tells another at the start of every link,
 * so that sending goes on from what is held and never from memory. GET
 * /v1/desk answers its head (state_hello); PUT carries and answers the whole.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "journal/channel.h"
#include "journal/journal.h"
#include "journal/receipt.h"

#define STATE_MAX_BYTES	   (1024 * 1024)
#define RECEIPT_MAX_BYTES  (256 * 1024)
#define STATE_CHANNELS_MAX 1024
#define PROTOCOL_VERSION   1

struct state_out {
	char epoch[UUID_LEN + 1];
	enum lane lane;
	struct channel_at end;
	int64_t held; /* the highest receipt of the other, given in the epoch
		       * it is in now, that the maker has on this channel */
};
struct state_in {
	struct receipt receipt;
	char *bytes; /* as signed, for the evidence */
};
struct state_give {
	char epoch[UUID_LEN + 1];
	enum lane lane;
	int64_t from_seq;
};
struct desk_state {
	char epoch[UUID_LEN + 1];     /* the maker's open epoch */
	char you_epoch[UUID_LEN + 1]; /* newest known of the other; "" none */
	int64_t you_n;		      /* newest n known of it */
	int64_t you_serial;
	int64_t n;
	int64_t time_ms;
	int64_t serial_high;
	bool restoring;
	bool cards_taken; /* it showed a newer card, which is stored */
	struct state_out *out;
	size_t n_out;
	struct state_in *in; /* signed by the maker */
	size_t n_in;
	struct state_give *give;
	size_t n_give;
};
void state_release(struct desk_state *s);

/* {card, versions, limits, time, epoch, restoring}: the answer of GET. */
enum rc state_hello(struct journal *j, struct buf *out, struct err *err);
/* The epoch of a hello or a state. */
enum rc state_hello_read(const char *json, size_t n_bytes,
			 char out[static UUID_LEN + 1], struct err *err);
/*
 * The whole for `peer`. Only when nothing from it is queued uncommitted.
 * *io_n: the last n given to it, replaced by the one given now.
 */
enum rc state_make(struct journal *j, const char *peer, int64_t *io_n,
		   struct buf *out, struct err *err);
/* Of `peer`, whose receipts in it are verified. RC_MALFORMED, RC_BADSIG,
 * RC_TOOLARGE. */
enum rc state_read(struct journal *j, const char *peer, const char *json,
		   size_t n_bytes, struct desk_state *out, struct err *err);

enum state_effect {
	STATE_TAKEN,
	STATE_OLDER,	   /* evidence only: a newer one was taken before */
	STATE_ROLLED_BACK, /* this desk has forgotten what the peer holds */
};
struct state_taken {
	enum state_effect effect;
	bool new_epoch; /* the peer is in a newer epoch than was known */
	bool owed;	/* frames may have been appended for it */
	bool give;	/* frames of its own are to be given back */
	bool asked;	/* frames of this desk are asked back of it */
	char own_epoch[UUID_LEN + 1]; /* newest of this desk that it knows */
};
/* Rules 1 to 5 in one transaction of its own. */
enum rc state_take(struct journal *j, const char *peer,
		   const struct desk_state *s, struct state_taken *out,
		   struct err *err);
/* What was last known of a peer: *ret_n 0 and epoch "" when nothing. */
enum rc state_known(struct journal *j, const char *peer,
		    char out_epoch[static UUID_LEN + 1], int64_t *ret_n,
		    struct err *err);
