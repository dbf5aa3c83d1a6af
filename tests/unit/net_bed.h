/* A server and clients on 127.0.0.1 with real TLS, for the tests of net. */
#pragma once

#include <stdio.h>

#include <unistd.h>

#include "base/env.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "loop/stream.h"
#include "net/client.h"
#include "net/server.h"
#include "net/tls.h"
#include "test.h"
#include "trust/tlscert.h"

struct bed;

/* What one call saw. */
struct seen {
	struct bed *bed;
	struct net_call *call;
	int status, n_headers, n_close;
	size_t bytes;
	enum rc rc;
	struct err err;
	char body[256];
};

struct bed {
	struct loop *loop;
	struct timer *guard;
	bool timed_out;
	char folder[64];
	struct tls *tls_a, *tls_b, *tls_c; /* b is the server's; c unknown */
	struct net_limits limits;	   /* of the server */
	struct net_limits client_limits;
	struct net_server *server;
	struct net_conn *conn;
	int ups, downs;
	enum rc down_rc;
	struct err down;
	/* what the handler saw */
	int headers, ends, closes, peers_up, peers_down, drains, refused;
	enum rc close_rc;
	size_t got;
	bool want_stop_on_close;
	struct net_request *held; /* a request the handler keeps */
	size_t to_send, chunk;
	struct timer *timer;
	int stop_after; /* call ends until the loop stops */
};

void bed_open(void **state);
void bed_close(void **state);
/* Runs until something stops the loop; fails the test after 10 s. */
void bed_run(struct bed *b);
/* Runs for so long. */
void bed_run_ms(struct bed *b, int ms);
/* Runs until cond holds, at most 5 s; slow machines have time. */
#define bed_until(b, cond)                                   \
	do {                                                 \
		for (int i_ = 0; i_ < 1000 && !(cond); i_++) \
			bed_run_ms((b), 5);                  \
		assert_true(cond);                           \
	} while (0)
void bed_serve(struct bed *b);
void bed_dial_at(struct bed *b, const char *address, struct tls *tls,
		 const struct pin *pin);
/* At the server's own address. */
void bed_dial(struct bed *b, struct tls *tls, const struct pin *pin);
/* Dials a to b and waits until it is up. */
void bed_up(struct bed *b);
void bed_call(struct bed *b, struct net_call_spec spec, struct seen *seen);
