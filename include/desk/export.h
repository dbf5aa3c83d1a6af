/* Export of documents as CSV or NDJSON, which import takes back, or as
 * iCalendar, of which it makes drafts. */
#pragma once

#include "desk/ask.h"

enum export_format {
	EXPORT_CSV, /* cells that start a formula are neutralised */
	EXPORT_NDJSON,
	EXPORT_ICS /* documents that have hours, as a calendar */
};
enum rc export_format_parse(const char *s, enum export_format *ret,
			    struct err *err);

struct export_job {
	const char *kind; /* NULL: all (CSV needs one) */
	enum export_format format;
	enum box box;
	bool drafts; /* those not issued yet too */
	bool own;    /* what stays at home and what is confidential too: takes
		      * PERMIT_LOOK and stands in the audit as such */
	bool mark;   /* CSV: begin with the mark of UTF-8 (BOM) */
	const char *rows; /* CSV: a row for each of this list; NULL: a row a
			   * document, lists as one cell of JSON */
	/* Takes a piece of the output; anything but RC_OK stops. */
	enum rc (*write)(void *ctx, const char *bytes, size_t n_bytes,
			 struct err *err);
	void *ctx;
};
/*
 * One row or line a document; columns and members in the order that the kind
 * declares. Local and confidential fields are left out unless `own`, but for
 * masked forms. Import takes back what was written without `rows`: a cell
 * that would start a formula has an apostrophe before it, which import takes
 * away.
 */
enum rc desk_export(struct desk *d, const struct export_job *job,
		    int64_t *ret_documents, struct err *err);
