/* Names and titles of what statistics count (stats_names.c). */
#pragma once

#include "desk/stats.h"

struct stats_clock;
struct medians { /* while buckets of one clock are gone through */
	const char *of;
	const struct stats_clock *row;
	int64_t before;
};

/* Rows of columns of their own, not of a dimension. */
bool stats_by_column(const char *by);
/* A field of which documents are counted and nothing else. */
bool stats_docs_alone(struct desk *d, const char *by);
/* The kind's own string for a name; "" when it is not installed. */
const char *stats_kind_name(struct desk *d, const char *kind);
/* For people; heap. */
char *stats_field_title(struct desk *d, const char *kind, const char *dotted);
char *stats_clock_title(struct desk *d, const char *kind,
			const struct clock_def *clock);
/* For people; heap. */
char *stats_value_title(struct desk *d, const char *by, const char *value);
