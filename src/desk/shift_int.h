/* Shared by the files of shifts. */
#pragma once

#include "desk/shift.h"

#define SHIFT_ROWS_MAX	1000 /* of one list of a sheet */
#define SHIFT_QUEUE_MAX 200  /* of one lane of a peer */

/* Where the shift begins in the tables: what came after these rows. */
struct shift_bounds {
	int64_t doc, event; /* rows; 0: all */
	int64_t since_ms;
};
/* The kind of the sheets: views.composed is "shift". RC_NOTFOUND. */
enum rc shift_kind(struct desk *d, const struct kind **ret, struct err *err);
/* The state of a sheet that was taken over. RC_STATE. */
enum rc shift_taken_state(const struct kind *k, const char **ret_state,
			  struct err *err);
enum rc shift_bounds(struct desk *d, const struct kind *k,
		     struct shift_bounds *out, struct err *err);
/* All fields of the sheet that the kind has; owned. */
enum rc shift_compose(struct desk *d, const struct kind *k,
		      const struct shift_now *now, const struct hand_over *h,
		      json_t **ret_fields, struct err *err);

/* ---- shift_items.c ---- */
/* {OWNER/uuid: text}; owned. RC_NOTFOUND for one that is no document. */
enum rc shift_words(struct desk *d, const struct about_doc *list, size_t n,
		    json_t **ret, struct err *err);
/* The reasons of the newest sheet that was taken over; owned. */
enum rc shift_reasons(struct desk *d, json_t **ret, struct err *err);
/* Rows of the move's input `confirmed`, in the order of the sheet's. */
enum rc shift_confirmed(struct desk *d, const struct doc_ref *sheet,
			const struct shift_take *t, json_t **ret,
			struct err *err);
/* The newest sheet taken over; *ret_found. */
enum rc shift_sheet_at(struct desk *d, size_t back, struct doc_ref *out,
		       bool *ret_found, struct err *err);

/* Since when there is a gap; -1 none. */
int64_t shift_gap(struct desk *d, const struct shift_now *now);
/* May the officer at work hand over or take over in another's place? */
enum rc shift_may_stand_in(struct desk *d, bool *ret_may, struct err *err);
/* Rows of these days, as ask_roster(); without a look at roles. */
enum rc roster_each(struct desk *d, int32_t from, int32_t to,
		    void (*each)(void *ctx, const struct roster_row *r),
		    void *ctx, struct err *err);
/* By the rows of yesterday, today and tomorrow. */
enum rc roster_is_deputy(struct desk *d, const char *officer,
			 const char *deputy, bool *ret_is, struct err *err);
/* Is the officer at work the one who leads now? */
enum rc roster_is_leader(struct desk *d, bool *ret_is, struct err *err);
