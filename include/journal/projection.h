/*
 * What the rows of table doc mean (db/schema/0001-desk.sql). Projections are
 * written by this room alone and read by desk through db/query.
 */
#pragma once

#include "journal/journal.h"

/*
 * Raised whenever a projection is added or what is written to one changes:
 * a desk whose projections were made by another version, or by a program with
 * other kinds, makes them anew (projections_renew). Every projection is a row
 * of the table in src/journal/projections.c; how to add one stands in
 * src/journal/projections_int.h.
 *   1 as released first
 *   2 what documents share (table shared)
 *   3 what time brings (table doc_timer)
 *   5 statistics (doc_stat, stat) and results
 *   6 search finds first letters of names and what moves and remarks say
 *   7 what documents are looked up by
 *   8 hours of what was called off are known as such
 */
#define PROJECTION_VERSION 8

/* due_ms, warn_ms and issued_ms that are none: year 10000. */
#define DOC_NO_TIME 253402300800000LL

enum doc_box {
	DOC_BOX_IN,
	DOC_BOX_OUT,
	DOC_BOX_LOCAL
};
enum doc_urgency {
	URGENCY_FLASH /* 特急 */,
	URGENCY_FAST /* 加急 */,
	URGENCY_PLAIN /* 平件 */
};

/* doc.flags */
#define DOC_UNDELIVERED	  1u /* an own event is not yet held by an addressee */
#define DOC_FORKED	  2u
#define DOC_EARLY	  4u /* an event waits for what it refers to */
#define DOC_UNFIT	  8u
#define DOC_NOT_ISSUED	  16u /* no fit issue is here */
#define DOC_KIND_UNKNOWN  32u
#define DOC_STEPPED_BACK  64u
#define DOC_ODD_TIME	  128u
#define DOC_REVISED_SINCE 256u /* own last move was on an older revision */
#define DOC_BLOBS_MISSING 512u
#define DOC_OPEN_ACKS	  1024u /* withdrawn, an addressee has not confirmed */
#define DOC_REMOVED	  2048u /* this desk is no longer a party */
#define DOC_ASSUMED	  4096u /* the due date passes the published calendar */

/*
 * What local events mean here: {"act": "assign", "assignee": ID} (分办; the
 * newest holds), {"act": "note", "text": ...} (拟办).
 * doc.parties_json: [{desk,track,state,stage,stored_at,signed_at}], times in
 * ms or null; state and stage "sent" until it is known that it is stored.
 * doc.list_json: the texts of the kind's views.list, in that order.
 * doc.wait_at: which of the own state's waits; -1 with waits = 1: a withdraw
 * to confirm, or a kind that is not installed. From DOC_WAIT_ROWS on: of a
 * row's state, state number * DOC_WAIT_STATE + which.
 */
#define DOC_WAIT_ROWS  1000
#define DOC_WAIT_STATE 32

/* Folds and projects one document again, inside the caller's transaction:
 * for changes that are no event (receipts, kinds). */
enum rc projection_touch(struct journal *j, const char *owner, const char *doc,
			 struct err *err);

/* Inside the caller's transaction: what is owed of the document and its
 * projections are settled anew before the commit. */
void journal_touch(struct journal *j, const char *owner, const char *doc);

/* condition_in.child_in, ctx = struct link_child: is a document that this
 * desk made from that one in the state? */
struct link_child {
	const struct journal *journal;
	const struct doc *doc;
};
bool link_child_in(void *ctx, const char *kind, const char *state);

/* The document whose time comes next after that row in the order of
 * doc_timer; start with (INT64_MIN, 0). */
struct timer_row {
	int64_t at_ms;
	int64_t row;
	char owner[DESK_ID_MAX + 1];
	char doc[UUID_LEN + 1];
};
enum rc timer_next(struct journal *j, int64_t after_ms, int64_t after_row,
		   struct timer_row *out, bool *ret_found, struct err *err);
