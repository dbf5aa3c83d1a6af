/*
 * Stub peers: one process that is COUNT desks to the desk measured. They dial
 * it, watch both lanes, and answer with receipts that were signed before the
 * clock ran, so that what is measured is the desk.
 */
#pragma once

#include "desk_kit.h"
#include "journal/channel.h"
#include "kit.h"
#include "loop/loop.h"
#include "net/client.h"
#include "trust/card.h"

struct crowd;

struct stub {
	struct crowd *crowd;
	char desk[DESK_ID_MAX + 1];
	struct signer *signer;
	struct tls *tls;
	struct card card;
	char *card_json;
	/* its own channel to the desk; the plain lane alone is used */
	char epoch[UUID_LEN + 1];
	int64_t k;
	struct channel_at out;
	/* the desk's channel to it */
	int64_t frames[LANE__COUNT]; /* that came by watch */
	int64_t wanted;		     /* plain frames until the receipt goes */
	int64_t n_receipts;
	struct buf receipt; /* signed, to be sent */
	struct buf push;    /* frames, to be sent */
	struct net_conn *conn;
	struct net_call *call, *watches[LANE__COUNT];
	int n_watches;
	double done_ms; /* when it was answered */
};

struct crowd { /* all of them, and the desk they are peers of */
	struct desk *desk;
	struct loop *loop;
	struct timer *limit;
	struct card card; /* of the desk */
	char epoch[UUID_LEN + 1];
	struct stub *stubs;
	size_t n_stubs, n_dialled, n_end, n_open;
	bool leaving;
};

/* ---- stub_peer.c ---- */

/* Keys, certificate and card number i in a folder, made when not there. */
void stub_open(struct stub *s, struct crowd *c, const char *folder, size_t i,
	       enum key_alg alg);
void stub_close(struct stub *s);
/* Signs that it holds the desk's plain lane as it ends now. */
void stub_sign_receipt(struct stub *s);
/* Signs a notice to the desk; its card goes before the first. */
void stub_sign_notice(struct stub *s, int64_t i);
/* Its state, as PUT /v1/desk carries it. */
void stub_state(struct stub *s, struct buf *out);

/* ---- stub_link.c: each ends with crowd_done() ---- */

void stub_dial(struct stub *s);
void stub_push(struct stub *s);

/* ---- stub_live.c ---- */

void crowd_up(struct stub *s);	 /* dialled and watching */
void crowd_done(struct stub *s); /* the receipt or the push was answered */
_Noreturn void crowd_fail(const struct stub *s, const char *what);
