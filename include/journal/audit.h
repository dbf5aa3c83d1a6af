/*
 * The audit trail: rows that nothing changes, each hashed over the one
 * before. hash(n) = SHA-256(hash(n-1) || for each of n, at, officer, act,
 * subject, detail as text: its length in bytes as decimal, ':', its bytes,
 * ','); hash(0) = 32 zero bytes. What has stood for an hour is sealed by the
 * desk's key: a signed statement {desk, hash, n, time}, so that the trail
 * cannot be written anew by one who has the file and not the key.
 */
#pragma once

#include "journal/journal.h"

/* Inside the caller's transaction; seals what came before when that is due.
 * officer "" = the desk itself. detail may be NULL. Never document content. */
enum rc audit_append(struct journal *j, const char *officer, const char *act,
		     const char *subject, const char *detail, struct err *err);
/* For a clock: seals when rows have stood unsealed for an hour; opens a
 * transaction of its own only then. */
enum rc audit_seal_due(struct journal *j, struct err *err);

struct audit_state {
	int64_t rows;	   /* the newest row's number; 0 none */
	int64_t sealed;	   /* the newest row that a seal covers; 0 none */
	int64_t sealed_ms; /* when; -1 */
};
enum rc audit_state(struct journal *j, struct audit_state *out,
		    struct err *err);
/* Re-computes all hashes and checks all seals: each(ctx, text) for each row
 * that is wrong. */
enum rc audit_check(struct journal *j,
		    void (*each)(void *ctx, const char *problem), void *ctx,
		    struct err *err);
