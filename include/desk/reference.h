/*
 * Reference tables: divisions, units, holidays, products, campaigns, phrases,
 * laws, work points and the rest of db/reference. An administrator puts a new
 * edition in place of the embedded one; every version is kept, the newest is
 * in force for picks, checks, articles of clocks and the calendar. Dates that
 * events carry never change; clocks are counted anew.
 */
#pragma once

#include "base/buf.h"
#include "desk/desk.h"

struct reference_job {
	const char *name;    /* "holidays" */
	const char *path;    /* CSV: UTF-8, GB18030 or UTF-16 with a mark */
	const char *edition; /* NULL: today's date */
	/* "file:line: what" of each bad row; may be NULL */
	void (*problem)(void *ctx, const char *sentence);
	/* documents left whose clocks are counted anew; may be NULL */
	void (*progress)(void *ctx, int64_t left);
	void *ctx;
};
struct reference_report {
	int64_t rows; /* without the head */
	int64_t bad;
	bool known; /* these bytes are in force already: nothing written */
};
/*
 * Checks the whole file first: the columns of the embedded table in their
 * order, a key (the first column) of its own in each row, and what the table
 * asks besides. RC_MALFORMED when anything is wrong, and nothing is written;
 * RC_NOTFOUND for an unknown name; RC_DENIED but for an administrator.
 */
enum rc reference_import(struct desk *d, const struct reference_job *job,
			 struct reference_report *ret, struct err *err);

struct reference_row {
	const char *name, *edition, *officer; /* "" of the embedded one */
	int64_t rows;
	int64_t at_ms; /* -1: embedded */
	struct digest digest;
	bool in_force;
};
/* Every table with every version, those in force first. name NULL: all. */
enum rc reference_each(struct desk *d, const char *name,
		       void (*each)(void *ctx, const struct reference_row *r),
		       void *ctx, struct err *err);
/* The CSV bytes in force. RC_NOTFOUND. */
enum rc reference_bytes(struct desk *d, const char *name, struct buf *out,
			struct err *err);
