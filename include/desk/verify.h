/*
 * What `verify` asks of the tables that are this desk's alone: officers, their
 * keys and settings are as the audit trail tells. The trail itself is checked
 * by journal/audit.h, everything else by journal_verify().
 */
#pragma once

#include "desk/desk.h"

/* each(ctx, text): one row that is other; the text names table and row. Reads
 * only, on one picture of the database. */
enum rc desk_verify(struct desk *d,
		    void (*each)(void *ctx, const char *problem), void *ctx,
		    struct err *err);
