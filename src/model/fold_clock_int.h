/* Shared by the files of the fold that run clocks. */
#pragma once

#include "fold_int.h"

/* One clock of one bearer while its moves are gone through. */
struct run {
	struct folding *f;
	const struct clock_def *def;
	const struct doc_track *bearer;
	struct doc_clock *at; /* instance open now; NULL not started */
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
void run_amount(const struct run *r, struct doc_clock *c);
/* False when there is no date yet: the clock then cannot run. */
bool run_due_by_date(const struct run *r, const json_t *row,
		     struct doc_clock *c);
bool run_find_due(const struct run *r, struct doc_clock *c);
