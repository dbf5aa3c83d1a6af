/*
 * The resources of the wire (doc/protocol.md): one table row a method and
 * path, one struct serving a request. A handler answers once; after on_close
 * the serving is gone.
 */
#pragma once

#include "exchange/exchange_int.h"
#include "exchange/problem_int.h"
#include "net/server.h"

#define JSON_TYPE   "application/json"
#define NDJSON_TYPE "application/x-ndjson"

struct serving;
struct resource {
	const char *method;
	const char *path;   /* ends in '/': a prefix; the rest is an id */
	size_t collect_max; /* > 0: body is collected, then on_end */
	int64_t body_max;   /* > 0: of a body that is not collected */
	int at_once;	    /* of one peer; more are told to wait */
	void (*on_headers)(struct serving *s);
	void (*on_data)(struct serving *s, const void *data, size_t n_bytes);
	void (*on_end)(struct serving *s);
	void (*on_drain)(struct serving *s);
	/* Frees `own`; the request is gone after. */
	void (*on_close)(struct serving *s, enum rc rc);
};

struct serving {
	struct exchange *x;
	struct net_request *request;
	const struct resource *resource;
	struct remote *remote;
	struct buf body;
	const char *id; /* of a path below a prefix */
	bool answered;
	bool ended;		  /* the whole body came */
	struct held_answer *held; /* until then, see serve_json() */
	void *own;		  /* of the resource */
	struct serving *next;
};

extern const struct net_handlers exchange_handlers;

/*
 * Each answers the request, once. While a body of known, moderate size is
 * still coming the answer is held until all of it came: an answer before the
 * end is allowed by RFC 9113 8.1, but common clients take it for an error.
 */
void serve_json(struct serving *s, const char *text, size_t n_bytes);
void serve_problem(struct serving *s, enum problem p, const char *detail);
/* err.code decides the problem; 5xx tell no detail. */
/* Is there room for what the caller brings? false: answered. */
bool serve_room(struct serving *s);
void serve_error(struct serving *s, const struct err *err);
void serve_problem_members(struct serving *s, enum problem p,
			   const char *detail, json_t *take_members);

/* Parameters; false: answered with bad-request already. */
bool param_epoch(struct serving *s, char out[static UUID_LEN + 1]);
bool param_lane(struct serving *s, enum lane *ret_lane);
/* absent: *ret_n is left alone. */
bool param_int(struct serving *s, const char *name, int64_t max,
	       int64_t *ret_n);
/* absent: *ret_has false. */
bool param_digest(struct serving *s, const char *name, struct digest *out,
		  bool *ret_has);

/* resource_desk.c */
void desk_get(struct serving *s);
void desk_put(struct serving *s);
void desk_put_closed(struct serving *s, enum rc rc);
/* resource_outbox.c */
void outbox_get(struct serving *s);
void outbox_drain(struct serving *s);
void outbox_closed(struct serving *s, enum rc rc);
void outbox_receipt_put(struct serving *s);
/* resource_inbox.c */
void inbox_post(struct serving *s);
void inbox_post_data(struct serving *s, const void *data, size_t n_bytes);
void inbox_post_end(struct serving *s);
void inbox_post_closed(struct serving *s, enum rc rc);
void inbox_cursor_get(struct serving *s);
/* resource_returns.c */
void inbox_get(struct serving *s);
void inbox_drain(struct serving *s);
void inbox_closed(struct serving *s, enum rc rc);
void returns_post(struct serving *s);
void returns_post_data(struct serving *s, const void *data, size_t n_bytes);
void returns_post_end(struct serving *s);
void returns_post_closed(struct serving *s, enum rc rc);
/* resource_blob.c */
void blob_get(struct serving *s);
void blob_get_drain(struct serving *s);
void blob_get_closed(struct serving *s, enum rc rc);
void blob_put(struct serving *s);
void blob_put_data(struct serving *s, const void *data, size_t n_bytes);
void blob_put_end(struct serving *s);
void blob_put_closed(struct serving *s, enum rc rc);

/* outflow: every outbox answer that is open goes on after a commit. */
void outflows_pump(struct exchange *x);
/* Ends those of r (NULL: of all). */
void outflows_end(struct exchange *x, const struct remote *r);
