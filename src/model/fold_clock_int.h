/* Shared by the files of the fold that run clocks. */
#pragma once

#include "fold_int.h"

/* Fit moves of all desks by the time they were made, made when a clock first
 * looks at others' moves. */
struct all_moves {
	struct node **list; /* owned */
	size_t n;
};

/* One clock of one bearer, or of one row, while its moves are gone through. */
struct run {
	struct folding *f;
	struct all_moves *all;
	const struct clock_def *def;
	const struct doc_track
		*bearer;	     /* of a row: the own track of its desk */
	const struct row_track *row; /* the row's track; NULL none */
	const json_t *columns;	     /* each: the row; NULL no row */
	int row_number;		     /* in the list; -1 */
	size_t first;		     /* its first instance in doc->clocks */
	struct doc_clock *at;	     /* newest instance; NULL not started */
	struct clock_span spans[CLOCK_SPANS_MAX];
	size_t n_spans;
	int64_t extension;
	int extended;
	bool odd;
};

const json_t *fold_field_at(const json_t *fields, const char *dotted);
/* A date is its first instant, or its last when end. */
bool fold_instant(const json_t *value, bool end, int64_t *ret_ms);
bool run_condition(const struct run *r, const struct condition *c);
/* The rule in force when the clock starts, its amount and unit. */
bool run_amount(const struct run *r, struct doc_clock *c);
/* A field of the row, else of the content. */
const json_t *run_field(const struct run *r, const char *dotted);
/* False when there is no date yet: the clock then cannot run. */
bool run_find_due(const struct run *r, struct doc_clock *c);
/* With what the desk stated whose event decided the dates. */
void clock_compare(const struct doc *d, struct doc_clock *c);
/* Adds its instances to the document. others: moves of tracks that are not
 * the bearer's touch it. */
void run_one(struct run *r, bool others);
