/* What sim_net.c (lines) and sim_calls.c (net's functions) share. */
#pragma once

#include "base/buf.h"
#include "net/client.h"
#include "net/server.h"
#include "sim.h"

#define HEADERS_MAX 8
#define DIAL_MS	    10000

enum what {
	ASK,	/* a call's head */
	DATA,	/* of a call or of an answer */
	END,	/* of a body */
	ANSWER, /* an answer's head */
	BREAK,	/* a stream is broken off */
	BYE,	/* the connection is closed */
	/* what an end tells itself, to be done from the loop */
	DIALLED,
	CLOSED, /* a stream has ended here */
	DOWN,	/* the connection has, for rc */
	FLUSH,	/* a stream that was paused goes on */
};

enum way {
	TO_SERVER,
	TO_CLIENT,
	AT_SERVER,
	AT_CLIENT,
	WAYS
};

struct word { /* one thing under way */
	enum what what;
	int id, status;
	enum rc rc;
	char *method, *path;
	char *names[HEADERS_MAX], *values[HEADERS_MAX];
	char *data;
	size_t n_data;
	struct word *next;
};

struct wire { /* one connection */
	struct wire *next;
	int from, to; /* who dialled whom */
	struct net_conn *client;
	struct net_server *server;
	struct net_request *requests;
	char peer[DESK_ID_MAX + 1];
	struct pin pin;
	bool lost[2];	 /* what is sent this way is */
	int64_t deaf[2]; /* since when an end hears nothing: client, server */
	int64_t due[2];
	struct word *first[WAYS], *last[WAYS];
	int next_id;
	int64_t dial_end;
};

struct net_conn {
	struct wire *wire;
	struct net_connect_spec spec;
	struct net_call *calls;
	char *address;
	bool up;
};

struct stream_state {
	int id;
	bool paused, over;
	struct word *kept, *kept_last; /* while it is paused */
};

struct net_call {
	struct stream_state s;
	struct net_conn *conn;
	struct net_call *next;
	struct net_call_spec spec;
	struct word *head;
	struct buf body;
};

struct net_request {
	struct stream_state s;
	struct wire *wire;
	struct net_request *next;
	struct word *head;
	char *path, *query;
	void *data;
};

struct net_server {
	struct net_server_config config;
	char *address;
	int desk;
	struct net_server *next;
};

extern struct wire *sim_wires;
extern struct net_server *sim_servers;

struct word *word_new(enum what what, int id);
struct word *word_copy(const struct word *w); /* without its data */
void word_free(struct word *w);
struct word *word_data(int id, const void *data, size_t n);
void word_headers(struct word *w, const struct net_header *headers, size_t n);
const char *word_header(const struct word *w, const char *name);
/* Sends it, or tells it to an end of ours. */
void say(struct wire *w, enum way way, struct word *take_word);
void say_rc(struct wire *w, enum way way, enum what what, int id, enum rc rc);
void sim_dial(struct net_conn *take_n, int from);
/* A call that may come again. */
void say_again(struct wire *w, const struct word *head, const void *body,
	       size_t n_body);
