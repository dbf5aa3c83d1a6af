/*
 * Every projection in one place: what verify compares and what a rebuild
 * makes anew. A new projection is
 *   - its table in db/schema, filled for one document by a call from
 *     projection_write (which also takes the old rows of that document out);
 *   - one row in the table of projections.c, with two statements in db/query:
 *       rows:   ?1 = doc.id; (key, value) in order of key: every row of that
 *               document. The key names it to people, "OWNER/uuid ..."; the
 *               value is all that must be the same after a rebuild, as text
 *               (json_array of the columns). No local row number in either.
 *       strays: DELETE ... RETURNING key: rows of no document;
 *   - PROJECTION_VERSION (journal/projection.h) raised, so that desks made by
 *     an older program fill it.
 * A table that only sums up other projections (kept by triggers) is a row of
 * the second table: what it should hold is gathered in a temporary table;
 * differ gives the key of each row that is other than that.
 */
#pragma once

#include "journal_int.h"

struct projection {
	const char *name; /* of the table */
	enum sql rows, strays;
};

struct projection_sum {
	const char *name;
	enum sql gather[3]; /* make, clear and fill the table of what is real */
	enum sql differ;
	enum sql put[2]; /* clear, and fill with what is real */
};

/* Who hears of rows that were other than what the events give. */
struct told {
	void (*each)(void *ctx, const char *table, const char *row);
	void *ctx;
	int64_t documents; /* looked at */
};

/* Makes all rows of one document anew; to (NULL: nobody) hears of those that
 * differed. In a transaction. */
enum rc projections_renew_one(struct journal *j, const struct held_doc *h,
			      struct told *to, struct err *err);
/* Takes out rows of no document. In a transaction. */
enum rc projections_drop_strays(struct journal *j, struct told *to,
				struct err *err);
/* Compares the sums with what they sum up and makes them anew. */
enum rc projections_sum(struct journal *j, struct told *to, struct err *err);

/* ---- rebuild.c ---- */
/* What journal_found leaves: nothing to make anew. In a transaction. */
enum rc projections_found(struct journal *j, struct err *err);
/* All documents, in short transactions; nothing of it stays. */
enum rc projections_compare(struct journal *j, struct told *to,
			    struct err *err);
/* All documents anew from the first, whatever their rules were. */
enum rc projections_rebuild(struct journal *j, struct told *to,
			    const struct renewal *progress, struct err *err);
