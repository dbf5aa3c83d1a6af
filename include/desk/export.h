/* Export of documents as CSV or NDJSON; import takes either back. */
#pragma once

#include "desk/ask.h"

enum export_format {
	EXPORT_CSV, /* cells that start a formula are neutralised */
	EXPORT_NDJSON
};
enum rc export_format_parse(const char *s, enum export_format *ret,
			    struct err *err);

struct export_job {
	const char *kind; /* NULL: all (CSV needs one) */
	enum export_format format;
	enum box box;
	/* Takes a piece of the output; anything but RC_OK stops. */
	enum rc (*write)(void *ctx, const char *bytes, size_t n_bytes,
			 struct err *err);
	void *ctx;
};
/* Local and confidential fields are left out. */
enum rc desk_export(struct desk *d, const struct export_job *job,
		    int64_t *ret_documents, struct err *err);
