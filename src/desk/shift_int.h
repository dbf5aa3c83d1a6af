/* Shared by the files of shifts. */
#pragma once

#include "desk/shift.h"

#define SHIFT_ROWS_MAX 1000 /* of one list of a sheet */

/* Where the shift begins in the tables: what came after these rows. */
struct shift_bounds {
	int64_t doc, event; /* rows; 0: all */
	int64_t since_ms;
};
/* The kind of the sheets: views.composed is "shift". RC_NOTFOUND. */
enum rc shift_kind(struct desk *d, const struct kind **ret, struct err *err);
enum rc shift_bounds(struct desk *d, const struct kind *k,
		     struct shift_bounds *out, struct err *err);
/* All fields of the sheet that the kind has; owned. */
enum rc shift_compose(struct desk *d, const struct kind *k,
		      const struct shift_now *now, const struct hand_over *h,
		      json_t **ret_fields, struct err *err);
