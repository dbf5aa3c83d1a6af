/* What the files of verify share. */
#pragma once

#include "journal_int.h"

struct verify {
	struct journal *journal;
	struct verify_report *report;
};

/* Tells one problem; the text names table and row. */
void verify_problem(struct verify *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Of each row before it is checked: RC_CANCELED when the caller gave up. */
enum rc verify_goes_on(struct verify *v, struct err *err);

/* Tells each row of a statement, whose first column names table and row, with
 * what is wrong with it. Takes the statement. */
enum rc verify_tell(struct verify *v, struct stmt *take_st, const char *what,
		    struct err *err);

/* Every row of a query that takes no parameters. */
enum rc verify_each(struct verify *v, enum sql query,
		    void (*check)(struct verify *v, struct stmt *st),
		    struct err *err);

/* Each looks through its tables; an error is one of reading alone. */
enum rc verify_events(struct verify *v, struct err *err);
enum rc verify_channels(struct verify *v, struct err *err);
enum rc verify_receipts(struct verify *v, struct err *err);
enum rc verify_cards(struct verify *v, struct err *err);
enum rc verify_kinds(struct verify *v, struct err *err);
enum rc verify_blobs(struct verify *v, struct err *err);
enum rc verify_rows(struct verify *v, struct err *err);
enum rc verify_projections(struct verify *v, struct err *err);
/* Makes the projections anew and tells what was other before. */
enum rc verify_rebuild(struct verify *v, const struct renewal *progress,
		       struct err *err);
