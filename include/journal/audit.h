/*
 * The audit trail: rows that nothing changes, each hashed over the one
 * before. hash(n) = SHA-256(hash(n-1) || for each of n, at, officer, act,
 * subject, detail as text: its length in bytes as decimal, ':', its bytes,
 * ','); hash(0) = 32 zero bytes.
 */
#pragma once

#include "journal/journal.h"

/* Inside the caller's transaction. officer "" = the desk itself. detail may
 * be NULL. Never document content. */
enum rc audit_append(struct journal *j, const char *officer, const char *act,
		     const char *subject, const char *detail, struct err *err);
/* Re-computes all hashes: each(ctx, text) for each row that is wrong. */
enum rc audit_check(struct journal *j,
		    void (*each)(void *ctx, const char *problem), void *ctx,
		    struct err *err);
