/* Ranges of characters by width; the tables are made by a script. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct cp_range {
	uint32_t first, last; /* both within */
};

extern const struct cp_range zero_ranges[], wide_ranges[]; /* sorted */
extern const size_t n_zero_ranges, n_wide_ranges;
