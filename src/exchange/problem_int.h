/*
 * Errors on the wire: RFC 9457 problem+json with a fixed list of codes
 * (doc/protocol.md). The code is the end of `type`; a peer acts on status and
 * code, never on the English of `detail`.
 */
#pragma once

#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/server.h"

#define PROBLEM_TYPE   "application/problem+json"
#define PROBLEM_PREFIX "urn:deltadesk:problem:"

/* id, code, status, title */
#define PROBLEM_MAP(X)                                                         \
	X(BAD_REQUEST, "bad-request", 400, "The request is not understood")    \
	X(MALFORMED, "malformed", 400, "A frame or object is malformed")       \
	X(NOT_TRUSTED, "not-trusted", 403, "This desk is not trusted here")    \
	X(NOT_FOUND, "not-found", 404, "There is no such thing for you")       \
	X(METHOD, "method", 405, "This resource does not take that method")    \
	X(GAP, "gap", 409, "Frames are missing before this one")               \
	X(CHAIN, "chain", 409, "The chain does not match")                     \
	X(EPOCH, "epoch", 409, "That epoch is not open here")                  \
	X(STALE, "stale", 409, "A newer state was given before")               \
	X(ROLLED_BACK, "rolled-back", 409, "The two desks' memories disagree") \
	X(FORK, "fork", 409, "Stopped: two events claim one place")            \
	X(NOT_RESTORING, "not-restoring", 409, "Nothing was asked back")       \
	X(TOO_LARGE, "too-large", 413, "Larger than the limit")                \
	X(RANGE, "range", 416, "That range cannot be served")                  \
	X(SIGNATURE, "signature", 422, "The signature does not verify")        \
	X(DIGEST, "digest", 422, "The bytes do not have that digest")          \
	X(INTERNAL, "internal", 500, "The desk failed")                        \
	X(BUSY, "busy", 503, "Try again later")                                \
	X(DISK_FULL, "disk-full", 503, "The desk is short of disk space")      \
	X(QUOTA, "quota", 503, "The desk takes no more from you today")

enum problem {
#define X(id, code, status, title) PROBLEM_##id,
	PROBLEM_MAP(X)
#undef X
	PROBLEM__COUNT
};

const char *problem_code(enum problem p);
int problem_status(enum problem p);
/* What an rc becomes on the wire. */
enum problem problem_of_rc(enum rc rc);
/* Which problem an answer of a peer is; PROBLEM__COUNT when it is none. */
enum problem problem_read(const char *body, size_t n_bytes,
			  json_t **ret_members);

struct problem_answer {
	enum problem problem;
	const char *detail;   /* NULL */
	json_t *take_members; /* further members; NULL */
	int retry_after_s;    /* 0: no header */
};
void problem_send(struct net_request *r, const struct problem_answer *a);
/* Just code and detail. */
void problem_say(struct net_request *r, enum problem p, const char *detail);
