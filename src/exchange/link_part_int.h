/* The inside of a link, shared by the link_*.c files. */
#pragma once

#include "exchange/feed_int.h"
#include "exchange/link_int.h"
#include "exchange/problem_int.h"
#include "exchange/state_int.h"
#include "journal/receipt.h"
#include "net/client.h"

#define FETCHES_MAX	  2
#define REOPEN_MS	  1000
#define REOPEN_BROKEN_MS  60000
#define STATE_DEADLINE_MS 30000
#define PUSH_GRACE_MS	  3000
#define PUSH_FRAMES	  512
#define PUSH_BYTES	  (4 * 1024 * 1024)

/* A channel of the peer that is watched. */
struct watch {
	struct link *link;
	char epoch[UUID_LEN + 1];
	enum lane lane;
	bool open_epoch;
	bool done; /* a closed epoch, read to its end */
	struct net_call *call;
	struct feed *feed;
	int64_t reopen_ms; /* loop time; 0 now */
	struct watch *next;
};

/* One POST in flight for each lane. */
struct push {
	struct link *link;
	enum lane lane;
	struct net_call *call;
	int64_t after; /* the first frame in flight follows it */
	int64_t not_before_ms;
};

/* The receipt to be given for one channel. */
struct slip {
	struct link *link;
	struct channel c;
	bool due;
	struct net_call *call;
	int64_t n;	/* in flight */
	int64_t told_n; /* answered 2xx, to be written down; 0 none */
	int64_t not_before_ms;
	struct slip *next;
};

struct fetch;
struct upload;
struct back;

struct link {
	struct remote *remote;
	enum link_state state;
	int64_t since_ms; /* wall clock */
	struct net_conn *conn;
	bool closing; /* net_close() was called, on_down comes */
	bool shut;    /* for ever */
	bool state_due, wants_due;
	struct timer *timer; /* the retry of WAIT, the deadline of others */
	int64_t retry_ms, next_ms;
	char named[UUID_LEN + 1]; /* its epoch in the last state it was given */
	int64_t dialled_ms, stated_ms, flow_ms; /* loop time */
	struct net_call *call;			/* of GREET and STATE */
	struct watch *watches;
	struct push pushes[LANE__COUNT];
	struct slip *slips;
	struct fetch *fetches;
	struct upload *upload;
	struct back *back; /* of RETURN; NULL elsewhere */
	int64_t upload_not_before_ms;
	int64_t out_end[LANE__COUNT];
	enum problem held_off; /* by the peer; PROBLEM__COUNT: it is not */
	char error[sizeof(((struct err *)0)->msg)];
	int64_t error_ms;
	bool other_identity; /* the last one was refused, perhaps */
};

/* link.c */
void link_enter(struct link *l, enum link_state to);
void link_fail(struct link *l, const struct err *err);
void link_state_again(struct link *l);
static inline int64_t
link_now(const struct link *l)
{
	return loop_now_ms(l->remote->x->loop);
}
/* Milliseconds of Retry-After, or the first retry. */
int64_t call_retry_after_ms(const struct net_call *c);

/* link_greet.c: GREET and STATE */
void link_greet(struct link *l);
void link_give_state(struct link *l);

/* link_return.c: RETURN */
/* true: something is to be given back, either way; what the state says of the
 * peer's wishes is kept for back_begin(). */
bool back_plan(struct link *l, const struct desk_state *s);
void back_begin(struct link *l);
void back_end(struct link *l);

/* link_watch.c */
/* NULL epoch: forget all. The channels to watch come from a state. */
void watches_set(struct link *l, const char *peer_epoch,
		 const struct channel *channels, size_t n);
void watches_open(struct link *l);
void watches_close(struct link *l);
void watches_free(struct link *l);

/* link_slip.c: receipts */
void slips_send(struct link *l);
void slips_of_untold(struct link *l);
void slips_write_told(struct link *l);
void slips_free(struct link *l);

/* link_push.c */
void pushes_go(struct link *l);

/* link_blob.c: fetch what is wanted; link_upload.c: give what it wants */
void fetches_go(struct link *l);
void fetches_free(struct link *l);
void uploads_go(struct link *l);
void uploads_free(struct link *l);
