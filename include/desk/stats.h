/*
 * Statistics 统计 and assessment 考核 (DOMAIN 11): from the sums that the
 * journal keeps of moves and receipts (model/measure.h). Exercises, tests and
 * drafts count nowhere; withdrawn documents count as withdrawn alone.
 */
#pragma once

#include "base/buf.h"
#include "desk/ask.h"

#define STATS_MONTH_MAX 999912

struct stats_query {
	int from_month, to_month; /* 202603, both in */
	const char *kind;	  /* NULL = all */
	/* "month", "kind", "desk", "box", or a field that is a dimension
	 * ("campaign", "platform"); NULL or "" = all in one row */
	const char *by;
};

struct stats_clock {		     /* of the duties of one clock in one row */
	const char *kind, *name;     /* owned by the kinds */
	char *title;		     /* with the kind's; owned by the row */
	int64_t on_time, over, late; /* met in time, met late, running late */
	int64_t minutes;	     /* of the met ones, added up */
	int64_t median_minutes;	     /* to 5 %; -1 none met */
};
struct stats_sum {
	char *field; /* dotted name; owned by the row, as the title is */
	char *title; /* "涉案商品 数量" */
	int64_t thousandths;
};
struct stats_row {
	char *value; /* "" of all */
	char *title; /* for people, in the language in force */
	/* open, late: of now, by what this desk sees. By a field that counts
	 * documents alone (a brand, a platform) all but docs are -1. */
	int64_t docs, withdrawn, closed, open, late, missing;
	int64_t issued, received; /* by "desk" alone */
	struct stats_clock *clocks;
	size_t n_clocks;
	struct stats_sum *sums;
	size_t n_sums;
};
struct stats {
	struct stats_row *rows; /* by value */
	size_t n_rows;
};
/* RC_RANGE for months that are none, RC_NOTFOUND for an unknown kind or a
 * dimension that nothing has (names those that are). */
enum rc ask_stats(struct desk *d, const struct stats_query *q,
		  struct stats *out, struct err *err);
void stats_release(struct stats *s);
/* A line "value,title,figure,n" for each figure, the names first; cells that
 * a spreadsheet would take for formulas are made harmless. Adds to out, which
 * is the caller's and may hold STATS_CSV_MAX_BYTES. RC_TOOLARGE. */
#define STATS_CSV_MAX_BYTES (64 * 1024 * 1024)
enum rc stats_csv(const struct stats *s, struct buf *out, struct err *err);
/* on_time of all that should have been met by now; -1 of none. */
double stats_share(const struct stats_clock *c);

/*
 * The documents behind a figure: name is "docs", "open", "late", "closed",
 * "missing", "withdrawn", by "desk" also "issued" and "received", or
 * "on:CLOCK", "over:CLOCK" (of a row of the query, by value). As many as the
 * figure says, but of clocks: each party has its own, and a clock of another
 * kind may bear the same name unless the query names the kind. Newest first;
 * limit 0 = all. RC_RANGE for a figure that this dimension does not count.
 */
enum rc ask_stats_behind(struct desk *d, const struct stats_query *q,
			 const char *value, const char *name, size_t limit,
			 struct doc_list *out, struct err *err);

/* What may stand in stats_query.by: each(ctx, name, title). */
void ask_stats_dimensions(struct desk *d,
			  void (*each)(void *ctx, const char *name,
				       const char *title),
			  void *ctx);
/* "2026-03" or "2026" (its first or last month). RC_MALFORMED. */
enum rc stats_month_parse(const char *s, bool last, int *ret_month,
			  struct err *err);
/* The month of an instant, local. */
int stats_month_of(int64_t ms);
/* The month, quarter or year (n = 1, 3, 12) that *io_to is in, whole. */
void stats_months_of(int n, int *ret_from, int *io_to);
/* As many months as they are, earlier (-1) or later (1); they stay within
 * years that can be written with four digits. */
void stats_months_shift(int by, int *io_from, int *io_to);

/*
 * Risk hints 研判: values that grew beyond what the three months before let
 * expect. before: those months, oldest first; share: how much of the month
 * has gone; expected = mean of before x share. Told when n >= 5, n >= 2 x
 * expected, and n - expected >= 3 x sqrt(max(expected, 1)); never before the
 * desk has counted anything in those months, since nothing can be compared.
 */
#define RISK_MONTHS 3
struct risk_hint {
	const char *dimension, *dimension_title, *value, *title;
	int64_t n, before[RISK_MONTHS];
	double share, expected;
};
enum rc ask_risks(struct desk *d, int month,
		  void (*each)(void *ctx, const struct risk_hint *h), void *ctx,
		  struct err *err);
