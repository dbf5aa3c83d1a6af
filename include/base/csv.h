/* RFC 4180 CSV, read row by row from memory or a stream of bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct csv_reader {
	const char *bytes;
	size_t n_bytes;
	size_t at;
	size_t line; /* of the row that starts at `at`, from 1 */
	struct buf text;
	char **cells; /* NUL-terminated, owned by the reader until next row */
	size_t n_cells;
	size_t cap_cells;
};

void csv_reader_init(struct csv_reader *r, const char *bytes, size_t n_bytes);
void csv_reader_release(struct csv_reader *r);
/* *ret_more false at the end. RC_MALFORMED names the line; reading goes on
 * after the bad row. */
enum rc csv_next(struct csv_reader *r, bool *ret_more, struct err *err);
/* Quotes where needed. spreadsheet: neutralise cells that start a formula. */
enum rc csv_write_cell(struct buf *out, const char *cell, bool first,
		       bool spreadsheet, struct err *err);
