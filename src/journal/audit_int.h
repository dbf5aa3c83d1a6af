/* The audit trail and its seals. */
#pragma once

#include "journal/audit.h"
#include "journal_int.h"

/* Seals the rows that are there when that is due, in the caller's
 * transaction. */
enum rc audit_seal_before(struct journal *j, struct err *err);
enum rc audit_check_seals(struct journal *j,
			  void (*each)(void *ctx, const char *problem),
			  void *ctx, struct err *err);
